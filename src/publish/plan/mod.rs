//! From what a pull request shows to what it should show: the changes, in the order in which they are made.
//!
//! Pure. Its [`Display`](fmt::Display) is the dry run. Once a plan is carried out, the next one is empty, and a run that
//! was cut off anywhere is mended by the next one.

mod beside;
mod comments;
mod operation;

use std::fmt;

pub use operation::{Hidden, NewComment, Operation};

use super::body::Body;
use super::check::Status;
use super::desired::Desired;
use super::history::Reviewer;
use super::marker::SummaryMarker;
use super::observed::Observed;
use crate::ids::ObjectId;
use crate::render::runner::inert;

/// Whether the pull request can still be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It can.
    Open,
    /// Its conversation is locked: check and status alone are published.
    Locked,
    /// It is closed or merged.
    Closed,
    /// Its head is another by now, and another run's.
    Superseded {
        /// The head by now.
        by: ObjectId,
    },
}

/// The changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Whether the pull request can still be written to.
    pub standing: Standing,
    /// The changes, in their order.
    pub operations: Vec<Operation>,
    /// What is left undone, in sentences.
    pub notices: Vec<String>,
    /// Whether the status says something else than the verdict and is left as it is.
    pub withholds_status: bool,
}

/// Plans the changes.
pub fn plan(observed: &Observed, desired: &Desired) -> Plan {
    let standing = standing(observed, desired);
    let mut notices = Vec::new();
    let withholds_status = matches!(standing, Standing::Open | Standing::Locked)
        && beside::is_another_refusal(observed, desired);
    let operations = match standing {
        Standing::Superseded { .. } | Standing::Closed => Vec::new(),
        Standing::Locked => {
            notices.push("the conversation is locked, so that nothing is said in it".to_owned());
            published(observed, desired, &mut notices)
        }
        Standing::Open if desired.verdict_only => published(observed, desired, &mut notices),
        Standing::Open => {
            notices.extend(desired.notices.iter().cloned());
            let mut operations = said(observed, desired, &mut notices);
            operations.extend(beside::labels(observed, desired, &mut notices));
            operations.extend(beside::reviewers(observed, desired, &mut notices));
            let published = published(observed, desired, &mut notices);
            match lets_pass(desired) {
                true => operations.extend(published),
                false => operations = published.into_iter().chain(operations).collect(),
            }
            operations
        }
    };
    Plan {
        standing,
        operations,
        notices,
        withholds_status,
    }
}

/// Those who may have to be asked for a review, as far as is known without the pull request's history.
pub fn open_requests<'a>(observed: &Observed, desired: &'a Desired) -> Vec<&'a Reviewer> {
    beside::open_requests(observed, desired)
}

fn standing(observed: &Observed, desired: &Desired) -> Standing {
    let pull_request = &observed.pull_request;
    if pull_request.head != desired.head {
        Standing::Superseded {
            by: pull_request.head.clone(),
        }
    } else if !pull_request.is_open {
        Standing::Closed
    } else if pull_request.is_locked {
        Standing::Locked
    } else {
        Standing::Open
    }
}

/// Whether check run and status may let a merge pass: then they come after all that is said, so that a run that is cut
/// off has let nothing pass. Anything else comes first, so that an earlier pass does not outlive a run that is cut off.
fn lets_pass(desired: &Desired) -> bool {
    let status = desired.status.as_ref().map(Status::is_pass);
    let check_run = desired.check_run.as_ref().map(|run| run.content.success);
    status.or(check_run).unwrap_or(true)
}

/// Check run and status.
fn published(observed: &Observed, desired: &Desired, notices: &mut Vec<String>) -> Vec<Operation> {
    let check_run = beside::check_run(observed, desired, notices);
    check_run
        .into_iter()
        .chain(beside::status(observed, desired, notices))
        .collect()
}

/// What is said: new comments, other words, the summary, and what has served is put away.
fn said(observed: &Observed, desired: &Desired, notices: &mut Vec<String>) -> Vec<Operation> {
    if observed.viewer.is_none() {
        notices.push(
            "GitHub does not say whose the token is, so that no comment is edited, hidden or deleted"
                .to_owned(),
        );
    }
    if !observed.is_whole {
        notices.push(
            "there are more comments than one run reads, and an old one of ours may be among the rest"
                .to_owned(),
        );
    }
    let comments::Changes { new, edits, removals } = comments::changes(observed, desired);
    let mut operations = Vec::new();
    if !new.is_empty() {
        operations.push(Operation::PostReview {
            head: desired.head.clone(),
            comments: new,
        });
    }
    operations.extend(edits);
    operations.extend(summary(observed, desired));
    operations.extend(removals);
    let second = observed.summaries.iter().skip(1);
    operations.extend(second.map(|summary| Operation::DeleteSummary { id: summary.id }));
    operations
}

/// The summary: none before there is something to say, and one from then on.
fn summary(observed: &Observed, desired: &Desired) -> Option<Operation> {
    let shown = observed.summary();
    let text = match (&desired.said.summary, shown) {
        (Some(text), _) => text,
        (None, Some(_)) => &desired.said.all_clear,
        (None, None) => return None,
    };
    let earlier = shown.map(|summary| &summary.marker);
    let marker = SummaryMarker {
        day: Some(desired.day),
        told: Some(desired.said.fingerprints.iter().cloned().collect()),
        refused: desired.refused.clone(),
        ..SummaryMarker::after(earlier, desired.instance.clone(), desired.head.clone())
    };
    let body = Body::of_summary(&marker, text);
    match shown {
        Some(summary) if body.says_what(&summary.body) => None,
        Some(summary) => Some(Operation::EditSummary { id: summary.id, body }),
        // It may be ours: better an old one than two.
        None if observed.viewer.is_none() && observed.strange_summary => None,
        None => Some(Operation::PostSummary { body }),
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.standing, self.operations.len()) {
            (Standing::Superseded { by }, _) => writeln!(
                formatter,
                "Nothing is written: the head is {} by now, and its own run writes.",
                by.short()
            )?,
            (Standing::Closed, _) => {
                writeln!(formatter, "Nothing is written: the pull request is closed.")?;
            }
            (Standing::Open | Standing::Locked, 0) => {
                writeln!(
                    formatter,
                    "Nothing to change: the pull request shows this report already."
                )?;
            }
            (Standing::Open | Standing::Locked, 1) => writeln!(formatter, "One change would be made:")?,
            (Standing::Open | Standing::Locked, count) => {
                writeln!(formatter, "{count} changes would be made, in this order:")?;
            }
        }
        for (number, operation) in self.operations.iter().enumerate() {
            writeln!(formatter, "{}. {operation}", number + 1)?;
        }
        for notice in &self.notices {
            writeln!(formatter, "Note: {}.", inert(notice))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
