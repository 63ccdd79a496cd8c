//! What happened to labels and requests for review before.
//!
//! Knows events in their order; reads nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::account::{Author, Viewer};

/// Somebody who can be asked for a review; names are in small letters, in which GitHub compares them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reviewer {
    /// A person, by login.
    Person(String),
    /// A team of the repository's own organisation, by its short name.
    Team(String),
}

/// What happened to labels and requests before, from the pull request's history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    labels: BTreeMap<String, LabelOrigin>,
    requested: BTreeSet<Reviewer>,
}

/// How a label came to be there, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelOrigin {
    /// We added it, and it is there.
    Ours,
    /// Somebody else added it.
    Others,
    /// We added it, and somebody took it away.
    TakenAway,
}

/// An event of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A label was added.
    Labeled(String, Author),
    /// A label was taken away.
    Unlabeled(String, Author),
    /// A review was requested, by whomever.
    Requested(Reviewer),
}

impl History {
    /// Takes the next event, the oldest first.
    pub fn take(&mut self, event: Event, viewer: Option<&Viewer>) {
        let is_ours = |author| viewer.is_some_and(|viewer| viewer.wrote(author));
        match event {
            Event::Labeled(label, author) => {
                let origin = match is_ours(author) {
                    true => LabelOrigin::Ours,
                    false => LabelOrigin::Others,
                };
                self.labels.insert(label.to_lowercase(), origin);
            }
            Event::Unlabeled(label, author) => {
                let label = label.to_lowercase();
                let was_ours = matches!(
                    self.labels.remove(&label),
                    Some(LabelOrigin::Ours | LabelOrigin::TakenAway)
                );
                if was_ours && !is_ours(author) {
                    self.labels.insert(label, LabelOrigin::TakenAway);
                }
            }
            Event::Requested(reviewer) => {
                self.requested.insert(reviewer);
            }
        }
    }

    /// How a label came to be there, or not.
    pub fn label(&self, name: &str) -> Option<LabelOrigin> {
        self.labels.get(&name.to_lowercase()).copied()
    }

    /// Whether somebody was ever asked, also where the request is gone since.
    pub fn was_requested(&self, reviewer: &Reviewer) -> bool {
        self.requested.contains(reviewer)
    }
}

impl Reviewer {
    /// A person by login, or a team of the repository's owner; `None` for a team of another owner, who cannot be asked.
    pub fn new(name: &str, owner: &str) -> Option<Self> {
        let name = name.trim_start_matches('@').to_lowercase();
        match name.split_once('/') {
            Some((organisation, team)) => {
                (organisation == owner.to_lowercase()).then(|| Self::Team(team.to_owned()))
            }
            None => Some(Self::Person(name)),
        }
    }

    /// The name, as it is asked by.
    pub fn name(&self) -> &str {
        match self {
            Self::Person(name) | Self::Team(name) => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: u64 = 41_898_282;

    fn by(id: u64) -> Author {
        Author {
            id: Some(id),
            is_viewer: false,
        }
    }

    #[test]
    fn a_label_is_ours_where_we_added_it_last() {
        let viewer = Viewer {
            login: "github-actions[bot]".to_owned(),
            id: Some(OWN),
        };
        let origin = |events: &[Event]| {
            let mut history = History::default();
            for event in events {
                history.take(event.clone(), Some(&viewer));
            }
            history.label("Breaking-Change")
        };
        let labeled = |id| Event::Labeled("breaking-change".to_owned(), by(id));
        let unlabeled = |id| Event::Unlabeled("breaking-change".to_owned(), by(id));
        assert_eq!(origin(&[]), None);
        assert_eq!(origin(&[labeled(OWN)]), Some(LabelOrigin::Ours));
        assert_eq!(origin(&[labeled(7)]), Some(LabelOrigin::Others));
        assert_eq!(
            origin(&[labeled(OWN), unlabeled(7)]),
            Some(LabelOrigin::TakenAway)
        );
        assert_eq!(origin(&[labeled(OWN), unlabeled(OWN)]), None);
        assert_eq!(origin(&[labeled(7), unlabeled(7)]), None);
        assert_eq!(
            origin(&[labeled(OWN), unlabeled(7), labeled(7)]),
            Some(LabelOrigin::Others)
        );
    }

    #[test]
    fn a_team_of_another_owner_cannot_be_asked() {
        assert_eq!(
            Reviewer::new("@AirbyteHQ/owners", "airbytehq"),
            Some(Reviewer::Team("owners".to_owned()))
        );
        assert_eq!(Reviewer::new("other/owners", "airbytehq"), None);
        assert_eq!(
            Reviewer::new("@Octocat", "airbytehq"),
            Some(Reviewer::Person("octocat".to_owned()))
        );
    }
}
