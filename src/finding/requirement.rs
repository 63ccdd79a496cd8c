//! What a change has to bring along before it may be merged.

use super::{Level, Location, Prose, Suggestion};

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The author of the pull request.
    Author,
    /// Somebody who reviews it.
    Reviewer,
    /// Whoever releases the connector.
    ReleaseManager,
}

impl Who {
    /// The word that a person reads.
    pub fn word(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Reviewer => "reviewer",
            Self::ReleaseManager => "release manager",
        }
    }
}

/// What a requirement depends on and is asked for only where one does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unasked {
    /// Who wrote the commits of the pull requests.
    Writers,
    /// Who belongs to a team, as `organisation/team`.
    Team(String),
}

/// How far a requirement has come.
#[derive(Debug, Clone, PartialEq)]
pub enum RequirementState {
    /// The repository shows it.
    Met {
        /// What shows it.
        evidence: Prose,
        /// Where, if it has a place.
        location: Option<Location>,
    },
    /// The repository shows that it is not there.
    Missing {
        /// What is not there, in one phrase: the row of what is missing says this, not what was asked for.
        lacks: Prose,
        /// How to mend it.
        remedy: Prose,
        /// A text that mends it.
        suggestion: Option<Suggestion>,
    },
    /// It could not be decided although the source should know: it counts as missing.
    Undecided {
        /// What could not be read, and what helps.
        remedy: Prose,
        /// What would have to be known and was not asked for.
        unasked: Vec<Unasked>,
    },
    /// Only a person can say.
    ToConfirm {
        /// Who, by name, where the policy names somebody.
        people: Vec<String>,
    },
}

/// One thing that a transition asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// Its id, as policies name it.
    pub id: &'static str,
    /// What it asks for, in one phrase.
    pub asks: Prose,
    /// Whose turn it is.
    pub of: Who,
    /// Where it comes from: a public page.
    pub source: &'static str,
    /// How far it has come.
    pub state: RequirementState,
    /// How loud the rule is that asks for it; the policy decides, [`Level::Off`] until it has.
    pub level: Level,
    /// Whether not this change but the one that certifies the connector later has to bring it.
    pub later: bool,
}

impl Requirement {
    /// Whether something is known not to be there, or could not be decided.
    pub fn is_missing(&self) -> bool {
        matches!(
            self.state,
            RequirementState::Missing { .. } | RequirementState::Undecided { .. }
        )
    }
}
