//! Carries out a plan: the only writes to a pull request.
//!
//! Looks, plans and writes in rounds. A write whose fate is not known is not repeated: the next look shows whether it
//! happened. Nothing that fails here changes a verdict; it is told in notices.

mod refusals;
mod review;
mod write;

use std::collections::BTreeSet;
use std::time::Duration;

use self::write::{Step, Writer};
use super::desired::Desired;
use super::observe::{Target, complete, observe};
use super::observed::Observed;
use super::plan::{Operation, Plan, Standing, plan};
use crate::finding::Fingerprint;
use crate::github::{Client, Error, RepositoryName};
use crate::publish::marker::Instance;

/// The most rounds; an undisturbed run takes two, the second of which only looks.
const MOST_ROUNDS: u32 = 5;

/// How a report is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Plans and writes nothing.
    pub dry_run: bool,
    /// The wait before another look after a write without an answer; longer each time.
    pub pause: Duration,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The first plan: what a dry run shows; `None` where the pull request could not be read.
    pub plan: Option<Plan>,
    /// Whether the pull request could still be written to at the last look.
    pub standing: Option<Standing>,
    /// Whether the pull request shows the report as far as the token may.
    pub is_settled: bool,
    /// Whether the status says what was asked for; also where none was, or where the head is another run's by now.
    pub is_status_right: bool,
    /// How many changes were made.
    pub done: usize,
    /// The page of the summary, where there is one.
    pub summary_url: Option<String>,
    /// What was left undone, in sentences.
    pub notices: Vec<String>,
}

/// Makes a pull request show a report.
///
/// `desired` is asked in each round: it gets the findings whose lines GitHub refused, which the summary has to tell in
/// full, and what was seen. The only error is the word to stop.
pub fn run(
    client: &Client,
    target: &Target,
    options: Options,
    mut desired: impl FnMut(&BTreeSet<Fingerprint>, &Observed) -> Desired,
) -> anyhow::Result<Outcome> {
    let mut writer = Writer::new(client, target);
    let mut outcome = Outcome {
        plan: None,
        standing: None,
        is_settled: false,
        is_status_right: false,
        done: 0,
        summary_url: None,
        notices: Vec::new(),
    };
    let mut trouble = None;
    for round in 1..=MOST_ROUNDS {
        let planned = look(&mut writer, &mut desired);
        let planned = match planned {
            Ok(planned) => planned,
            Err(error) if is_stop(&error) => return Err(error),
            Err(error) => {
                trouble = Some(format!("{error:#}"));
                break;
            }
        };
        outcome.standing = Some(planned.standing.clone());
        outcome.is_status_right =
            !planned.withholds_status && !planned.operations.iter().any(Operation::is_status);
        let first = outcome.plan.get_or_insert_with(|| planned.clone());
        if options.dry_run {
            outcome.notices.clone_from(&first.notices);
            outcome.summary_url = writer.summary_url;
            outcome.is_settled = first.operations.is_empty();
            return Ok(outcome);
        }
        for notice in &planned.notices {
            writer.notice(notice.clone());
        }
        let (step, looks) = carry_out(&mut writer, &planned.operations)?;
        outcome.is_status_right |= writer.is_status_set;
        let wait = match step {
            Step::Next => {
                outcome.is_settled = true;
                trouble = None;
                if !looks {
                    break;
                }
                Duration::ZERO
            }
            Step::Look { why, wait } => {
                outcome.is_settled = false;
                trouble = Some(why);
                wait.unwrap_or(options.pause * round)
            }
            Step::End(why) => {
                trouble = Some(why);
                break;
            }
        };
        match client.wait("publishing", wait) {
            Ok(()) => {}
            Err(error @ Error::Stopped { .. }) => return Err(error.into()),
            // What the wait was for says more than that it was too long.
            Err(error) => {
                trouble.get_or_insert(error.to_string());
                break;
            }
        }
    }
    outcome.is_settled &= trouble.is_none();
    if let Some(trouble) = trouble {
        writer.notice(format!("the report could not be published as a whole: {trouble}"));
    }
    if let Some(notice) = writer.refusals.notice() {
        writer.notice(notice);
    }
    outcome.done = writer.done;
    outcome.summary_url = writer.summary_url;
    outcome.notices = writer.notices;
    Ok(outcome)
}

/// Publishes a check run or a status on a commit that belongs to no single pull request, each once: the next run of its
/// job says it again.
///
/// What could not be written comes back in sentences. The only error is the word to stop.
pub fn on_commit(
    client: &Client,
    repository: &RepositoryName,
    operations: &[Operation],
) -> anyhow::Result<Vec<String>> {
    // These operations name their commit; no number of a pull request is used.
    let target = Target {
        repository: repository.clone(),
        number: 0,
        instance: Instance::default(),
    };
    let mut writer = Writer::new(client, &target);
    for operation in operations {
        match writer.carry_out(operation)? {
            Step::Next => {}
            Step::Look { why, .. } | Step::End(why) => {
                writer.notice(format!("the verdict could not be published as a whole: {why}"));
            }
        }
    }
    if let Some(notice) = writer.refusals.notice() {
        writer.notice(notice);
    }
    Ok(writer.notices)
}

/// Reads and plans.
fn look(
    writer: &mut Writer,
    desired: &mut impl FnMut(&BTreeSet<Fingerprint>, &Observed) -> Desired,
) -> anyhow::Result<Plan> {
    let mut observed = observe(writer.client, writer.target)?;
    let mut refused = writer.refused_findings.clone();
    let wanted = {
        // The head that was judged is the caller's to know; what an earlier run noted for another one does not count.
        refused.extend(observed.refused_at(&observed.pull_request.head));
        desired(&refused, &observed)
    };
    complete(writer.client, writer.target, &mut observed, &wanted)?;
    if let Some(summary) = observed.summary() {
        writer.summary_url = Some(summary.url.clone()).filter(|url| !url.is_empty());
    }
    Ok(plan(&observed, &wanted))
}

/// Carries out what is worth a try, and says whether another look is due.
fn carry_out(writer: &mut Writer, operations: &[Operation]) -> Result<(Step, bool), Error> {
    let mut looks = false;
    writer.is_status_set = false;
    let before = writer.done;
    for operation in operations {
        if !writer.would_try(operation) {
            continue;
        }
        // What was written took time, in which another pull request with this head may have been refused. After the pause
        // the write need not wait, so that little happens between it and the look.
        if operation.lets_pass() && writer.done > before {
            let why = "the status was not set".to_owned();
            return Ok((Step::Look { why, wait: None }, looks));
        }
        let done = writer.done;
        let step = writer.carry_out(operation)?;
        looks |= writer.done > done && operation.creates();
        writer.is_status_set |= writer.done > done && operation.is_status();
        if step != Step::Next {
            return Ok((step, looks));
        }
    }
    Ok((Step::Next, looks))
}

fn is_stop(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<Error>(), Some(Error::Stopped { .. }))
}
