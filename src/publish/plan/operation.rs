//! One change to a pull request, and what a person reads of it before it happens.

use std::fmt;

use crate::finding::Fingerprint;
use crate::ids::ObjectId;
use crate::publish::body::Body;
use crate::publish::check::{CheckRun, MOST_PER_REQUEST, Status};
use crate::publish::history::Reviewer;
use crate::publish::observed::Comment;
use crate::render::review::Anchor;
use crate::render::runner::inert;

/// A comment that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComment {
    /// Where.
    pub anchor: Anchor,
    /// What it says.
    pub body: Body,
    /// The finding that it tells.
    pub fingerprint: Fingerprint,
}

/// Why something is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// Its finding is fixed.
    Resolved,
    /// Its finding is told elsewhere.
    Outdated,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Posts comments on lines in one review, which has no words of its own: without its comments it would be nothing.
    PostReview {
        /// The commit that is commented.
        head: ObjectId,
        /// The comments, the worst first.
        comments: Vec<NewComment>,
    },
    /// Says something else on the same lines.
    EditComment {
        /// The comment's number.
        id: u64,
        /// Where it stands.
        place: String,
        /// What it says from now on.
        body: Body,
    },
    /// Says on the lines of a finding that it is gone.
    MarkFixed {
        /// The comment's number.
        id: u64,
        /// Where it stands.
        place: String,
        /// What it says from now on.
        body: Body,
    },
    /// Posts the summary.
    PostSummary {
        /// What it says.
        body: Body,
    },
    /// Brings the summary up to date.
    EditSummary {
        /// The comment's number.
        id: u64,
        /// What it says from now on.
        body: Body,
    },
    /// Takes back a second summary.
    DeleteSummary {
        /// The comment's number.
        id: u64,
    },
    /// Takes back a comment that stands there twice.
    DeleteComment {
        /// The comment's number.
        id: u64,
        /// Where it stands.
        place: String,
    },
    /// Hides a comment.
    Hide {
        /// Its global id.
        node: String,
        /// Where it stands.
        place: String,
        /// Why.
        why: Hidden,
    },
    /// Adds a label.
    AddLabel(String),
    /// Takes a label away that we added.
    RemoveLabel(String),
    /// Asks for a review.
    RequestReview(Reviewer),
    /// Posts a check run with all of its annotations.
    PostCheckRun(CheckRun),
    /// Adds the annotations that are missing after an earlier run was cut off.
    ContinueCheckRun {
        /// The check run's number.
        id: u64,
        /// How many annotations it has.
        from: usize,
        /// What it should be.
        run: CheckRun,
    },
    /// Sets the commit status.
    PostStatus {
        /// The commit.
        head: ObjectId,
        /// The status.
        status: Status,
    },
}

impl Hidden {
    /// GitHub's word for it.
    pub fn classifier(self) -> &'static str {
        match self {
            Self::Resolved => "RESOLVED",
            Self::Outdated => "OUTDATED",
        }
    }
}

impl Operation {
    /// Whether something new appears, which another run may have posted at the same time.
    pub fn creates(&self) -> bool {
        matches!(
            self,
            Self::PostReview { .. } | Self::PostSummary { .. } | Self::PostCheckRun(_)
        )
    }

    /// Whether it is the commit status, which a merge may wait for.
    pub fn is_status(&self) -> bool {
        matches!(self, Self::PostStatus { .. })
    }

    /// Whether it is a commit status that lets a merge pass.
    pub fn lets_pass(&self) -> bool {
        matches!(self, Self::PostStatus { status, .. } if status.is_pass())
    }

    fn texts(&self) -> Vec<(String, &str)> {
        match self {
            Self::PostReview { comments, .. } => comments
                .iter()
                .map(|comment| (comment.anchor.to_string(), comment.body.text()))
                .collect(),
            Self::EditComment { body, .. }
            | Self::MarkFixed { body, .. }
            | Self::PostSummary { body }
            | Self::EditSummary { body, .. } => vec![(String::new(), body.text())],
            _ => Vec::new(),
        }
    }
}

/// The place of one of our comments, for people.
pub(super) fn place(comment: &Comment) -> String {
    let file = comment
        .file
        .as_ref()
        .map_or_else(|| "an unreadable path".to_owned(), ToString::to_string);
    match comment.lines {
        Some(lines) => format!("{file}, line {}", lines.last),
        None => format!("{file}, lines that are gone"),
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headline = match self {
            Self::PostReview { comments, .. } => format!(
                "post a review with {}",
                match comments.len() {
                    1 => "a comment".to_owned(),
                    count => format!("{count} comments"),
                }
            ),
            Self::EditComment { place, .. } => format!("edit the comment at {place}"),
            Self::MarkFixed { place, .. } => format!("say that the finding at {place} is fixed"),
            Self::PostSummary { .. } => "post the summary".to_owned(),
            Self::EditSummary { .. } => "edit the summary".to_owned(),
            Self::DeleteSummary { id } => format!("delete the second summary (comment {id})"),
            Self::DeleteComment { place, .. } => format!("delete the second comment at {place}"),
            Self::Hide { place, why, .. } => {
                format!(
                    "hide the comment at {place} as {}",
                    why.classifier().to_lowercase()
                )
            }
            Self::AddLabel(label) => format!("add the label `{label}`"),
            Self::RemoveLabel(label) => format!("take away the label `{label}`"),
            Self::RequestReview(Reviewer::Person(name)) => format!("ask {name} for a review"),
            Self::RequestReview(Reviewer::Team(name)) => format!("ask the team {name} for a review"),
            Self::PostCheckRun(run) => format!(
                "post the check run `{}` ({}, {} annotations in {} requests): {}",
                run.name,
                run.content.conclusion(),
                run.content.annotations.len(),
                run.content.annotations.len().div_ceil(MOST_PER_REQUEST).max(1),
                run.content.title
            ),
            Self::ContinueCheckRun { from, run, .. } => format!(
                "add {} annotations to the check run `{}`",
                run.content.annotations.len().saturating_sub(*from),
                run.name
            ),
            Self::PostStatus { status, .. } => format!(
                "set the status `{}` to {}: {}",
                status.context, status.state, status.description
            ),
        };
        formatter.write_str(&inert(&headline))?;
        for (place, text) in self.texts() {
            if !place.is_empty() {
                write!(formatter, "\n   at {}", inert(&place))?;
            }
            for line in text.lines() {
                write!(formatter, "\n   │ {line}")?;
            }
        }
        Ok(())
    }
}
