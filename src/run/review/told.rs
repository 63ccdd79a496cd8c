//! What a run tells beside the pull request: files, outputs, the job's summary, annotations, the terminal.

use super::failure::Failure;
use super::judge::Judged;
use super::options::Options;
use super::runner::Runner;
use crate::finding::{Prose, prose};
use crate::render::outputs::Outputs;
use crate::render::several::{self, Reviewed};
use crate::render::{annotations, job_summary, reviewed_json, sarif, terminal};
use crate::run::print;
use crate::verdict::Verdict;

/// Tells everything; an error is one of the files that could not be written.
pub(super) fn tell(runner: &Runner, options: &Options, all: &[Judged], coloured: bool) -> anyhow::Result<()> {
    if let Some(file) = &options.report {
        runner.write(file, &reports(all))?;
    }
    if let Some(file) = &options.sarif {
        // Code scanning takes one file for one commit: of several pull requests there is none.
        if let [
            Judged {
                report: Some(report), ..
            },
        ] = all
        {
            runner.write(file, &sarif::render(report))?;
        }
    }
    runner.summarise(&summary(all))?;
    runner.output(&outputs(all, options))?;
    print(&runner.censored(&said(runner, all, coloured)))?;
    Ok(())
}

/// Tells that nothing was judged at all.
pub(super) fn failed(runner: &Runner, error: &anyhow::Error) -> anyhow::Result<()> {
    let why = Failure::of("Nothing could be judged: ", error).told;
    runner.summarise(&job_summary::failure(&why))?;
    runner.output(&Outputs::without_report(Verdict::CouldNotEvaluate))?;
    print(&runner.censored(&annotations::failure(&why)))?;
    Ok(())
}

fn reports(all: &[Judged]) -> String {
    let reviewed = all.iter().map(|judged| reviewed_json::Reviewed {
        number: judged.number,
        report: judged.report.as_ref(),
        proposed: judged.proposed.as_ref(),
        failure: judged.failure.as_ref().map(|failure| failure.why.as_str()),
    });
    reviewed_json::render(&reviewed.collect::<Vec<_>>())
}

/// The job's summary: the whole of one pull request, a line for each of several.
fn summary(all: &[Judged]) -> String {
    match all {
        [only] => match &only.report {
            Some(report) => {
                let notices: Vec<Prose> = only.untold.iter().chain(&only.notices).cloned().collect();
                job_summary::render(report, only.links.as_ref(), &notices)
            }
            None => job_summary::failure(&failure(only)),
        },
        several => several::render(&several.iter().map(reviewed).collect::<Vec<_>>()),
    }
}

fn reviewed(judged: &Judged) -> Reviewed {
    let number = judged.number.unwrap_or_default();
    let line = match &judged.report {
        Some(report) => Reviewed::new(number, report, judged.links.as_ref()),
        None => Reviewed::failed(number, None, failure(judged)),
    };
    match judged.untold.iter().chain(&judged.notices).next() {
        Some(notice) => line.remark(notice.clone()),
        None => line,
    }
}

fn failure(judged: &Judged) -> Prose {
    match &judged.failure {
        Some(failure) => failure.told.clone(),
        None => prose!["This could not be judged: it could not be read"],
    }
}

fn outputs(all: &[Judged], options: &Options) -> Outputs {
    let mut outputs = all
        .iter()
        .map(|judged| match &judged.report {
            Some(report) => Outputs {
                verdict: judged.told_verdict(),
                summary_url: judged.summary_url.clone(),
                ..Outputs::new(report)
            },
            None => Outputs::without_report(Verdict::CouldNotEvaluate),
        })
        .reduce(Outputs::and)
        .unwrap_or_else(|| Outputs::without_report(Verdict::Pass));
    outputs.report.clone_from(&options.report);
    outputs
}

/// What stands on the standard output: annotations in a workflow, else the report for people; a dry run's plan.
fn said(runner: &Runner, all: &[Judged], coloured: bool) -> String {
    let mut text = String::new();
    for judged in all {
        if let (Some(number), false) = (judged.number, all.len() == 1) {
            text.push_str(&format!("pull request {number}: {}\n", judged.verdict.word()));
        }
        text.push_str(&match (&judged.report, runner.is_there()) {
            (Some(report), true) => annotations::render(report),
            (Some(report), false) => terminal::render(report, coloured),
            (None, true) => annotations::failure(&failure(judged)),
            (None, false) => format!("{}\n", crate::run::log::line(&failure(judged).to_string())),
        });
        if let Some(plan) = &judged.plan {
            text.push_str(plan);
        }
        if let Some(untold) = &judged.untold {
            text.push_str(&match runner.is_there() {
                true => annotations::error(untold),
                false => format!("{}\n", crate::run::log::line(&untold.to_string())),
            });
        }
        for notice in &judged.notices {
            text.push_str(&match runner.is_there() {
                true => annotations::notice(notice),
                false => format!("{}\n", crate::run::log::line(&notice.to_string())),
            });
        }
    }
    text
}
