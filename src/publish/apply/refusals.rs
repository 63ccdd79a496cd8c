//! What the token may not do, and how that is told: once, with the permission that it takes.

use std::collections::BTreeSet;

use crate::publish::plan::Operation;

/// What a token may be allowed to do or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Comments and reviews.
    Comments,
    /// Hiding them.
    Hiding,
    /// Labels.
    Labels,
    /// Requests for review.
    Requests,
    /// Check runs.
    Checks,
    /// Commit statuses.
    Statuses,
}

impl Kind {
    pub(super) fn of(operation: &Operation) -> Self {
        match operation {
            Operation::PostReview { .. }
            | Operation::EditComment { .. }
            | Operation::MarkFixed { .. }
            | Operation::PostSummary { .. }
            | Operation::EditSummary { .. }
            | Operation::DeleteSummary { .. }
            | Operation::DeleteComment { .. } => Self::Comments,
            Operation::Hide { .. } => Self::Hiding,
            Operation::AddLabel(_) | Operation::RemoveLabel(_) => Self::Labels,
            Operation::RequestReview(_) => Self::Requests,
            Operation::PostCheckRun(_) | Operation::ContinueCheckRun { .. } => Self::Checks,
            Operation::PostStatus { .. } => Self::Statuses,
        }
    }

    /// The permission as a workflow has it.
    fn permission(self) -> &'static str {
        match self {
            Self::Comments | Self::Hiding | Self::Labels | Self::Requests => "pull-requests: write",
            Self::Checks => "checks: write",
            Self::Statuses => "statuses: write",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Comments => "comments",
            Self::Hiding => "hidden comments",
            Self::Labels => "labels",
            Self::Requests => "requests for review",
            Self::Checks => "the check run",
            Self::Statuses => "the status",
        }
    }
}

/// What the token may not do, as far as GitHub has said.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    kinds: BTreeSet<Kind>,
}

impl Refusals {
    pub(super) fn add(&mut self, kind: Kind) {
        self.kinds.insert(kind);
    }

    /// Whether a try is of no use: a token that may not comment may not do the rest of that permission either.
    pub(super) fn covers(&self, operation: &Operation) -> bool {
        let kind = Kind::of(operation);
        let takes_the_same = kind.permission() == Kind::Comments.permission();
        self.kinds.contains(&kind) || (takes_the_same && self.kinds.contains(&Kind::Comments))
    }

    /// One sentence for all of it.
    pub(super) fn notice(&self) -> Option<String> {
        if self.kinds.is_empty() {
            return None;
        }
        let words: Vec<&str> = self.kinds.iter().map(|kind| kind.words()).collect();
        let permissions: BTreeSet<&str> = self.kinds.iter().map(|kind| kind.permission()).collect();
        let permissions: Vec<String> = permissions.iter().map(|name| format!("`{name}`")).collect();
        Some(format!(
            "this token may not write everything, and left out are {}: it takes the permission {}. On a pull request from \
             a fork, a `pull_request` workflow only reads, whatever it says; the workflow with `pull_request_target` in \
             `examples/` may write",
            words.join(", "),
            permissions.join(" and ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_refusals_make_one_sentence() {
        let mut refusals = Refusals::default();
        assert_eq!(refusals.notice(), None);
        for kind in [Kind::Statuses, Kind::Comments, Kind::Comments] {
            refusals.add(kind);
        }
        let notice = refusals.notice().unwrap();
        assert!(
            notice.contains(
                "left out are comments, the status: it takes the permission `pull-requests: write` and"
            ),
            "{notice}"
        );
        assert!(refusals.covers(&Operation::AddLabel(String::new())));
    }

    #[test]
    fn a_label_that_may_not_be_added_stops_no_comment() {
        let mut refusals = Refusals::default();
        refusals.add(Kind::Labels);
        assert!(refusals.covers(&Operation::RemoveLabel(String::new())));
        assert!(!refusals.covers(&Operation::DeleteSummary { id: 1 }));
    }
}
