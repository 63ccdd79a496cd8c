//! Shows a judged pull request on GitHub: what should be there, handed to observe, plan and apply.
//!
//! Nothing that happens here changes the verdict; what could not be written becomes a notice.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Mode;
use super::judge::Case;
use super::options::Options;
use crate::changeset::{PullRequest, PullRequestState, Revision, Revisions};
use crate::evaluate::{self, evaluate};
use crate::finding::{Fingerprint, Piece, Problem, Prose, code, prose};
use crate::github::{Client, Error};
use crate::hunks::Hunks;
use crate::ids::ObjectId;
use crate::policy::Policy;
use crate::publish::apply;
use crate::publish::check::{self, Annotation, Content, SUCCESS};
use crate::publish::desired::{Desired, Wishes};
use crate::publish::observe::{Target, status_of};
use crate::publish::observed::Observed;
use crate::publish::plan::{Operation, Plan, Standing};
use crate::render::check::{CheckRun, CommitStatus, Conclusion};
use crate::render::links::{Links, PolicyFile};
use crate::render::review::{Anchors, Earlier, ReviewContext, ReviewDraft};
use crate::report::Report;
use crate::run::today_in_utc;
use crate::verdict::Verdict;

/// What was shown, as far as others tell it.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) notices: Vec<Prose>,
    pub(super) untold: Option<Prose>,
    pub(super) summary_url: Option<String>,
    pub(super) plan: Option<String>,
    pub(super) links: Option<Links>,
}

/// What a token that cannot write leaves undone.
const READ_ONLY: &str = "The token of this run can only read, as that of every `pull_request` workflow on a pull request \
                         from a fork: nothing is written to the pull request. The workflow with `pull_request_target` in \
                         `examples/` may write (`pull-requests: write`)";

/// Makes the pull request show the report, or says what that would take.
pub(super) fn show(
    client: &Client,
    options: &Options,
    mode: Mode,
    pull_request: &PullRequest,
    case: &Case,
) -> anyhow::Result<Shown> {
    let links = links(client, options, pull_request, case);
    if mode.is_read_only {
        return Ok(Shown {
            notices: vec![prose![READ_ONLY]],
            untold: outdated(client, options, mode, pull_request, &case.report)?,
            links,
            ..Shown::default()
        });
    }
    let anchors = anchors(case);
    let desired = |refused: &BTreeSet<Fingerprint>, observed: &Observed| {
        let (report, day) = shown_report(case, observed);
        let earlier = observed.before(&pull_request.head).map(|findings| Earlier {
            findings: findings.clone(),
        });
        let context = ReviewContext {
            links: links.as_ref(),
            earlier: earlier.as_ref(),
            proposed: case.proposed.as_ref(),
            told_in_summary: refused,
        };
        let draft = ReviewDraft::new(report.as_ref().unwrap_or(&case.report), &anchors, &context);
        let wishes = Wishes {
            refused: refused.clone(),
            ..wishes(options, pull_request, &case.report, links.as_ref(), day)
        };
        Desired::new(draft, &case.report, &case.policy.settings, wishes)
    };
    let shown = publish(client, options, mode, pull_request, desired)?;
    Ok(Shown { links, ..shown })
}

/// Replaces an earlier answer on this head by the one that there is none; what was said in comments stays.
pub(super) fn show_failure(
    client: &Client,
    options: &Options,
    mode: Mode,
    pull_request: &PullRequest,
    why: &Prose,
) -> anyhow::Result<Vec<Prose>> {
    if mode.is_read_only || !(options.status || options.check_run) {
        return Ok(Vec::new());
    }
    let policy = Policy::built_in();
    let report = failure_report(options, &pull_request.head, &pull_request.target, why);
    let desired = |_: &BTreeSet<Fingerprint>, _: &Observed| {
        let wishes = Wishes {
            verdict_only: true,
            ..wishes(options, pull_request, &report, None, report.today)
        };
        Desired::new(ReviewDraft::default(), &report, &policy.settings, wishes)
    };
    Ok(publish(client, options, mode, pull_request, desired)?.notices)
}

/// The report of a change that could not be judged.
pub(super) fn failure_report(options: &Options, head: &ObjectId, target: &ObjectId, why: &Prose) -> Report {
    let head = Revision::Commit(head.clone());
    Report {
        waivers: crate::report::Waivers::default(),
        verdict: Verdict::CouldNotEvaluate,
        revisions: Revisions {
            base: head.clone(),
            head,
            target: Revision::Commit(target.clone()),
        },
        today: options.today.unwrap_or_else(today_in_utc),
        policy: Policy::built_in().provenance,
        problems: vec![Problem {
            message: why.clone(),
            location: None,
        }],
        findings: Vec::new(),
        connectors: Vec::new(),
    }
}

/// Publishes the verdict on a commit of the merge queue, which belongs to no single pull request: a required check or
/// status that is never reported there would hold the queue up.
pub(super) fn show_on_commit(
    client: &Client,
    options: &Options,
    head: &ObjectId,
    report: &Report,
) -> anyhow::Result<Shown> {
    let mut operations = Vec::new();
    if options.check_run {
        let shown = content(CheckRun::new(report, None));
        operations.push(Operation::PostCheckRun(check::CheckRun::new(
            &options.instance,
            head.clone(),
            shown,
        )));
    }
    if options.status {
        let CommitStatus { state, description } = CommitStatus::new(report);
        operations.push(Operation::PostStatus {
            head: head.clone(),
            status: check::Status {
                context: options.instance.check_name(),
                state,
                description,
            },
        });
    }
    let plan = Plan {
        standing: Standing::Open,
        operations,
        notices: Vec::new(),
        withholds_status: false,
    };
    if options.dry_run {
        return Ok(Shown {
            plan: Some(plan.to_string()),
            ..Shown::default()
        });
    }
    let notices = apply::on_commit(client, &options.repository, &plan.operations)?;
    Ok(Shown {
        notices: notices
            .into_iter()
            .map(|notice| prose![Piece::trusted(notice)])
            .collect(),
        ..Shown::default()
    })
}

fn wishes(
    options: &Options,
    pull_request: &PullRequest,
    report: &Report,
    links: Option<&Links>,
    day: Date,
) -> Wishes {
    Wishes {
        instance: options.instance.clone(),
        head: pull_request.head.clone(),
        owner: options.repository.owner.clone(),
        day,
        refused: BTreeSet::new(),
        check_run: options.check_run.then(|| content(CheckRun::new(report, links))),
        status: options.status.then(|| {
            let status = CommitStatus::new(report);
            (status.state, status.description)
        }),
        verdict_only: false,
    }
}

/// What is rendered, as it is published.
fn content(run: CheckRun) -> Content {
    Content {
        success: run.conclusion == Conclusion::Success,
        title: run.title,
        summary: run.summary,
        text: run.text,
        annotations: run
            .annotations
            .into_iter()
            .map(|shown| Annotation {
                path: shown.path,
                start_line: shown.start_line,
                end_line: shown.end_line,
                level: shown.level.word(),
                message: shown.message,
                title: shown.title,
            })
            .collect(),
    }
}

/// That a status lets pass what no longer does, where a run can only read and nothing but the status tells of it.
fn outdated(
    client: &Client,
    options: &Options,
    mode: Mode,
    pull_request: &PullRequest,
    report: &Report,
) -> anyhow::Result<Option<Prose>> {
    // Nobody merges what is closed.
    let is_open = pull_request.state == PullRequestState::Open;
    if mode.is_enforcing || !options.status || !is_open || report.verdict == Verdict::Pass {
        return Ok(None);
    }
    let context = options.instance.check_name();
    let lets_pass = match status_of(client, &options.repository, &pull_request.head, &context) {
        Ok(seen) => seen.is_some_and(|seen| seen.state == SUCCESS),
        Err(error @ Error::Stopped { .. }) => return Err(error.into()),
        Err(error) => {
            tracing::debug!("{error}");
            true
        }
    };
    Ok(lets_pass.then(|| untold(options, pull_request)))
}

/// That the status is not what it should be, and what that means.
fn untold(options: &Options, pull_request: &PullRequest) -> Prose {
    prose![
        "The status ",
        code(options.instance.check_name()),
        " on ",
        code(pull_request.head.short()),
        " does not say this verdict; what it says may be out of date"
    ]
}

fn publish(
    client: &Client,
    options: &Options,
    mode: Mode,
    pull_request: &PullRequest,
    desired: impl FnMut(&BTreeSet<Fingerprint>, &Observed) -> Desired,
) -> anyhow::Result<Shown> {
    let target = Target {
        repository: options.repository.clone(),
        number: pull_request.number,
        instance: options.instance.clone(),
    };
    let how = apply::Options {
        dry_run: options.dry_run,
        pause: options.pause,
    };
    let outcome = apply::run(client, &target, how, desired)?;
    let notices = outcome
        .notices
        .into_iter()
        .map(|notice| prose![Piece::trusted(notice)]);
    let superseded = matches!(outcome.standing, Some(Standing::Superseded { .. }))
        .then(|| prose!["The head has moved since it was read: another run speaks for the new one."]);
    let closed = matches!(outcome.standing, Some(Standing::Closed))
        .then(|| prose!["The pull request is closed, so that nothing is written to it."]);
    let is_missed = options.status && !options.dry_run && !mode.is_enforcing && !outcome.is_status_right;
    Ok(Shown {
        notices: notices.chain(superseded).chain(closed).collect(),
        untold: is_missed.then(|| untold(options, pull_request)),
        summary_url: outcome.summary_url,
        plan: outcome
            .plan
            .filter(|_| options.dry_run)
            .map(|plan| plan.to_string()),
        links: None,
    })
}

/// The report with the proposals of the day from which a summary still shows some, where they still hold.
///
/// A posted suggestion is then kept while it satisfies the policy, although the earliest deadline moves every day.
fn shown_report(case: &Case, observed: &Observed) -> (Option<Report>, Date) {
    let earlier = observed.day().filter(|day| *day < case.today);
    let Some(day) = earlier else {
        return (None, case.today);
    };
    let options = evaluate::Options {
        proposed_from: Some(day),
        ..evaluate::Options::default()
    };
    let report = evaluate(&case.reading.set, &case.reading.diffs, &case.policy, options);
    (Some(report), day)
}

/// The lines that can take a comment, by GitHub's own hunks.
fn anchors(case: &Case) -> Anchors {
    let mut anchors = Anchors::default();
    for patch in &case.patches {
        let hunks = Hunks::of_patch(&patch.patch);
        anchors.insert(patch.file.clone(), patch.base.clone(), patch.head.clone(), hunks);
    }
    anchors
}

/// Where the pull request, its sides and its policy can be looked at.
fn links(client: &Client, options: &Options, pull_request: &PullRequest, case: &Case) -> Option<Links> {
    let Revisions {
        base: Revision::Commit(base),
        ..
    } = &case.reading.set.revisions
    else {
        return None;
    };
    Some(Links {
        server: client.addresses().server.to_string(),
        repository: options.repository.to_string(),
        pull_request: pull_request.number,
        base: base.clone(),
        head: pull_request.head.clone(),
        policy: case.policy_commit.clone().map(|commit| PolicyFile {
            commit,
            path: options.policy.clone(),
        }),
    })
}
