//! Shows a judged pull request on GitHub: what should be there, handed to observe, plan and apply.
//!
//! Nothing that happens here changes the verdict; what could not be written becomes a notice.

use std::collections::BTreeSet;

use super::Mode;
use super::judge::Case;
use super::options::Options;
use crate::changeset::{PullRequest, Revision, Revisions};
use crate::evaluate::{self, evaluate};
use crate::finding::{Fingerprint, Prose};
use crate::github::Client;
use crate::hunks::Hunks;
use crate::publish::desired::{Desired, Wishes};
use crate::publish::observed::Observed;
use crate::render::links::{Links, PolicyFile};
use crate::render::review::{Anchors, Earlier, ReviewContext, ReviewDraft};
use crate::report::Report;

/// What was shown, as far as others tell it.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) notices: Vec<Prose>,
    pub(super) summary_url: Option<String>,
    pub(super) plan: Option<String>,
    pub(super) links: Option<Links>,
}

/// Makes the pull request show the report, or says what that would take.
pub(super) fn show(
    client: &Client,
    options: &Options,
    mode: Mode,
    pull_request: &PullRequest,
    case: &Case,
) -> Shown {
    let links = links(client, options, pull_request, case);
    let anchors = anchors(case);
    let desired = |refused: &BTreeSet<Fingerprint>, observed: &Observed| {
        let (report, day) = shown_report(case, observed);
        let earlier = observed.before(&pull_request.head).map(|findings| Earlier {
            findings: findings.clone(),
        });
        let context = ReviewContext {
            links: links.as_ref(),
            earlier: earlier.as_ref(),
            told_in_summary: refused,
        };
        let draft = ReviewDraft::new(report.as_ref().unwrap_or(&case.report), &anchors, &context);
        let wishes = Wishes {
            instance: options.instance.clone(),
            head: pull_request.head.clone(),
            owner: options.repository.owner.clone(),
            day,
            refused: refused.clone(),
            check_run: options.check_run,
            status: options.status,
        };
        Desired::new(draft.into(), &case.report, &case.policy.settings, wishes)
    };
    let _ = (desired, mode, client);
    Shown {
        links,
        ..Shown::default()
    }
}

/// Replaces an earlier answer on this head by the one that there is none.
pub(super) fn show_failure(_: &Client, _: &Options, _: Mode, _: &PullRequest) -> Vec<Prose> {
    Vec::new()
}

/// The report with the proposals of the day from which a summary still shows some, where they still hold.
///
/// A posted suggestion is then kept while it satisfies the policy, although the earliest deadline moves every day.
fn shown_report(case: &Case, observed: &Observed) -> (Option<Report>, jiff::civil::Date) {
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
