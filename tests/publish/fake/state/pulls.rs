//! Pull requests, what happened to them, and merge queues.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::State;

/// Where the head of a pull request lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HeadRepository {
    Own,
    /// A fork of this owner.
    Fork(String),
    /// A fork of this owner that is gone.
    Deleted(String),
}

/// One pull request.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "GitHub's own fields")]
pub(crate) struct Pull {
    pub(crate) number: u64,
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) body: Option<String>,
    pub(crate) author: String,
    pub(crate) base_branch: String,
    pub(crate) head_branch: String,
    pub(crate) head: String,
    pub(crate) head_repository: HeadRepository,
    pub(crate) open: bool,
    pub(crate) merged: bool,
    pub(crate) draft: bool,
    pub(crate) locked: bool,
    pub(crate) labels: BTreeSet<String>,
    /// Logins of those asked for a review.
    pub(crate) requested: BTreeSet<String>,
    /// Slugs of the teams asked for a review.
    pub(crate) requested_teams: BTreeSet<String>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
}

/// One entry of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) id: u64,
    pub(crate) pull: u64,
    pub(crate) at: Timestamp,
    pub(crate) actor: String,
    pub(crate) kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EventKind {
    Labeled(String),
    Unlabeled(String),
    ReviewRequested(String),
    TeamRequested(String),
}

/// One pull request in a merge queue, with the commit that merges it and all before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueueEntry {
    pub(crate) id: u64,
    pub(crate) pull: u64,
    pub(crate) head: String,
    pub(crate) base: String,
}

impl State {
    /// Notes what happened to a pull request.
    pub(crate) fn record(&mut self, pull: u64, actor: &str, kind: EventKind) {
        let (id, at) = (self.id(), self.tick());
        self.events.push(Event {
            id,
            pull,
            at,
            actor: actor.to_owned(),
            kind,
        });
        if let Some(pull) = self.pulls.get_mut(&pull) {
            pull.updated = at;
        }
    }

    /// The tip of the base branch of a pull request.
    pub(crate) fn base_tip(&self, pull: &Pull) -> String {
        self.branches.get(&pull.base_branch).cloned().unwrap_or_default()
    }

    /// Moves a branch and every open pull request that comes from it.
    pub(crate) fn move_branch(&mut self, branch: &str, commit: &str) {
        self.branches.insert(branch.to_owned(), commit.to_owned());
        for pull in self.pulls.values_mut() {
            let own = pull.head_repository == HeadRepository::Own;
            if own && pull.open && pull.head_branch == branch {
                commit.clone_into(&mut pull.head);
            }
        }
    }

    /// Adds a label that the repository has or gets.
    pub(crate) fn add_label(&mut self, number: u64, name: &str, actor: &str) {
        self.repository_label(name);
        let added = self
            .pulls
            .get_mut(&number)
            .is_some_and(|pull| pull.labels.insert(name.to_owned()));
        if added {
            self.record(number, actor, EventKind::Labeled(name.to_owned()));
        }
    }

    /// Takes a label away; whether it was there.
    pub(crate) fn remove_label(&mut self, number: u64, name: &str, actor: &str) -> bool {
        let removed = self
            .pulls
            .get_mut(&number)
            .is_some_and(|pull| pull.labels.remove(name));
        if removed {
            self.record(number, actor, EventKind::Unlabeled(name.to_owned()));
        }
        removed
    }

    /// Makes a label of the repository where there is none.
    pub(crate) fn repository_label(&mut self, name: &str) {
        if !self.labels.contains_key(name) {
            let label = super::Label {
                id: self.id(),
                color: "ededed".to_owned(),
                description: None,
            };
            self.labels.insert(name.to_owned(), label);
        }
    }
}
