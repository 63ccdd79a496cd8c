//! What is published beside the comments: labels, requests for review, check run, status.

use std::collections::BTreeSet;

use super::Operation;
use crate::publish::check::{Status, external_prefix};
use crate::publish::desired::Desired;
use crate::publish::history::{LabelOrigin, Reviewer};
use crate::publish::observed::{Observed, SeenStatus};

/// The most pull requests that a notice names.
const MOST_NAMED: usize = 5;

/// Labels that the policy names: added where the change is such a one, taken away where we added them.
pub(super) fn labels(observed: &Observed, desired: &Desired, notices: &mut Vec<String>) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (label, wanted) in &desired.labels {
        let origin = observed.history.as_ref().and_then(|history| history.label(label));
        match (wanted, observed.pull_request.has_label(label)) {
            (true, false) if observed.unknown_labels.contains(label) => {
                notices.push(format!(
                    "the policy wants the label `{label}`, which the repository does not have; it is not created"
                ));
            }
            // Whoever took it away has a reason.
            (true, false) if origin == Some(LabelOrigin::TakenAway) => {}
            (true, false) => operations.push(Operation::AddLabel(label.clone())),
            (false, true) if origin == Some(LabelOrigin::Ours) => {
                operations.push(Operation::RemoveLabel(label.clone()));
            }
            (true, true) | (false, _) => {}
        }
    }
    operations
}

/// Requests, once for each: who was asked, has answered or is the author is not asked.
pub(super) fn reviewers(observed: &Observed, desired: &Desired, notices: &mut Vec<String>) -> Vec<Operation> {
    let open = open_requests(observed, desired);
    let Some(history) = &observed.history else {
        if !open.is_empty() {
            notices
                .push("who was asked for a review before is not known, so that nobody is asked".to_owned());
        }
        return Vec::new();
    };
    open.into_iter()
        .filter(|reviewer| !history.was_requested(reviewer))
        .map(|reviewer| Operation::RequestReview(reviewer.clone()))
        .collect()
}

/// Those who may have to be asked, as far as the pull request alone shows.
pub(super) fn open_requests<'a>(observed: &Observed, desired: &'a Desired) -> Vec<&'a Reviewer> {
    let pull_request = &observed.pull_request;
    if pull_request.is_draft || !pull_request.is_open || pull_request.is_locked {
        return Vec::new();
    }
    let author = pull_request.author.as_deref().map(str::to_lowercase);
    let has_reviewed = |name: &str| {
        pull_request
            .reviewed_by
            .iter()
            .any(|login| login.to_lowercase() == name)
    };
    desired
        .reviewers
        .iter()
        .filter(|reviewer| match reviewer {
            Reviewer::Person(name) => author.as_ref() != Some(name) && !has_reviewed(name),
            Reviewer::Team(_) => true,
        })
        .collect()
}

/// A check run of ours with this content stands there once, with all of its annotations.
pub(super) fn check_run(
    observed: &Observed,
    desired: &Desired,
    notices: &mut Vec<String>,
) -> Option<Operation> {
    let wanted = desired.check_run.as_ref()?;
    let prefix = external_prefix(&desired.instance);
    let with_our_id = observed
        .check_runs
        .iter()
        .filter(|run| run.external_id.starts_with(&prefix));
    if observed.viewer.is_none() {
        if with_our_id.count() == 0 {
            return Some(Operation::PostCheckRun(wanted.clone()));
        }
        notices.push("a check run may be ours or not, so that it is left as it is".to_owned());
        return None;
    }
    let latest = with_our_id
        .filter(|run| Some(run.app.as_str()) == observed.app())
        .max_by_key(|run| run.id);
    match latest {
        Some(run) if run.external_id == wanted.external_id => {
            (run.annotations < wanted.content.annotations.len()).then(|| Operation::ContinueCheckRun {
                id: run.id,
                from: run.annotations,
                run: wanted.clone(),
            })
        }
        // Annotations cannot be taken back, so that another content takes another run; the latest is what counts.
        Some(_) | None => Some(Operation::PostCheckRun(wanted.clone())),
    }
}

/// Whether the status may speak for another pull request with the same head: GitHub has one for both, and a laxer
/// answer would let pass what the other one refuses.
pub(super) fn is_another_refusal(observed: &Observed, desired: &Desired) -> bool {
    let is_alone = observed.same_head.as_ref().is_some_and(BTreeSet::is_empty);
    let refuses = observed.status.as_ref().is_some_and(SeenStatus::is_refusal);
    desired.status.as_ref().is_some_and(Status::is_pass) && refuses && !is_alone
}

/// The status says what it should.
pub(super) fn status(observed: &Observed, desired: &Desired, notices: &mut Vec<String>) -> Option<Operation> {
    let wanted = desired.status.as_ref()?;
    if is_another_refusal(observed, desired) {
        let others = observed.same_head.iter().flatten();
        let others: Vec<String> = others.take(MOST_NAMED).map(u64::to_string).collect();
        let which = match others.as_slice() {
            [] => "may be for another open pull request with the same head, and there are more open ones than one run \
                   reads; a new commit gets a status of its own"
                .to_owned(),
            numbers => format!(
                "may be for another open pull request with the same head (number {}), since a commit has one status for \
                 all of them; close all but one, or give each a commit of its own",
                numbers.join(", ")
            ),
        };
        notices.push(format!(
            "the status `{}` stays as it is, which {which}",
            wanted.context
        ));
        return None;
    }
    let is_there = observed
        .status
        .as_ref()
        .is_some_and(|seen| seen.state == wanted.state && seen.description == wanted.description);
    (!is_there).then(|| Operation::PostStatus {
        head: desired.head.clone(),
        status: wanted.clone(),
    })
}
