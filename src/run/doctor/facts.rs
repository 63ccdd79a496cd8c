//! What was seen of a repository, before anybody judges it.
//!
//! Plain values; knows neither GitHub's API nor what a review needs.

use super::workflow::Workflow;

/// What looking at one thing gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen<T> {
    /// It was seen.
    Known(T),
    /// GitHub refused to show it; the words are GitHub's.
    Refused(String),
    /// No usable answer came.
    Unread(String),
}

impl<T> Seen<T> {
    /// What was seen.
    pub(super) fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Refused(_) | Self::Unread(_) => None,
        }
    }

    /// Takes the next step from what was seen.
    pub(super) fn and_then<U>(self, next: impl FnOnce(T) -> Seen<U>) -> Seen<U> {
        match self {
            Self::Known(value) => next(value),
            Self::Refused(why) => Seen::Refused(why),
            Self::Unread(why) => Seen::Unread(why),
        }
    }

    /// Makes something else of what was seen.
    pub(super) fn map<U>(self, make: impl FnOnce(T) -> U) -> Seen<U> {
        self.and_then(|value| Seen::Known(make(value)))
    }
}

/// Everything that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// `owner/name`.
    pub(super) repository: String,
    /// The default branch.
    pub(super) branch: String,
    pub(super) is_private: bool,
    pub(super) is_archived: bool,
    pub(super) token: TokenFacts,
    /// Whether the files of the default branch can be read; `false`: it has no commit.
    pub(super) contents: Seen<bool>,
    /// Whether pull requests can be read, and an open one of somebody else where there is one.
    pub(super) pull_requests: Seen<Option<OpenPullRequest>>,
    /// Whether check runs can be read.
    pub(super) checks: Seen<()>,
    /// Whether commit statuses can be read.
    pub(super) statuses: Seen<()>,
    pub(super) workflows: Seen<Workflows>,
    /// The policy at its usual place, then those that workflows name.
    pub(super) policies: Vec<PolicyFile>,
    /// The teams whose approvals the policies ask for.
    pub(super) teams: Vec<TeamAsked>,
    /// The teams that the policies have asked for the review of a topic.
    pub(super) topic_teams: Vec<TopicTeam>,
    /// Whether it can be read what somebody may do here.
    pub(super) permissions: Seen<()>,
    pub(super) connectors: Seen<Connectors>,
    /// Names of the checks and statuses that the default branch requires.
    pub(super) required: Seen<Vec<String>>,
    /// Whether the default branch has a merge queue.
    pub(super) has_queue: Seen<bool>,
}

/// The token, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TokenFacts {
    /// Whose it is, as GraphQL names the viewer.
    pub(super) login: Seen<String>,
    /// The scopes of a classic token; other kinds have none.
    pub(super) scopes: Option<Vec<String>>,
    /// What its owner may do here, in GitHub's word: `READ` … `ADMIN`.
    pub(super) role: Option<String>,
}

impl TokenFacts {
    /// Whether it belongs to an app, as that of a workflow does.
    pub(super) fn is_of_app(&self) -> bool {
        self.login.known().is_some_and(|login| login.ends_with("[bot]"))
    }

    /// Whether a classic token has any one of several scopes; `None` for other kinds.
    pub(super) fn has_scope(&self, any: &[&str]) -> Option<bool> {
        let scopes = self.scopes.as_ref()?;
        Some(scopes.iter().any(|scope| any.contains(&scope.as_str())))
    }
}

/// What GitHub says that the token may do with an open pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OpenPullRequest {
    pub(super) number: u64,
    /// Whether it may edit the pull request.
    pub(super) can_write: bool,
}

/// The workflows of the default branch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Workflows {
    pub(super) read: Vec<Workflow>,
    /// Files that could not be read as workflows: path and reason.
    pub(super) unread: Vec<(String, String)>,
}

/// A policy on the default branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PolicyFile {
    pub(super) path: String,
    pub(super) state: Seen<PolicyState>,
}

/// A team whose approvals a policy asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TeamAsked {
    /// As `organisation/team`.
    pub(super) name: String,
    /// The line that asks for it.
    pub(super) line: String,
    /// Whether, wherever it is asked for, enough people are listed beside it.
    pub(super) has_users: bool,
    /// Whether there is one of this name that the token may see.
    pub(super) seen: Seen<bool>,
}

/// A team that is asked for the review of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TopicTeam {
    /// As `organisation/team`.
    pub(super) name: String,
    /// The line that names it.
    pub(super) line: String,
    /// Whether there is one of this name that the token may see.
    pub(super) seen: Seen<bool>,
}

/// What stands where a policy is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PolicyState {
    Absent,
    /// A policy that judges.
    Valid,
    /// Each fault with its place.
    Invalid(Vec<String>),
    /// A folder, a symbolic link or a submodule.
    NotAFile,
    /// So many bytes.
    TooLarge(u64),
}

/// The connectors that the policy's patterns find on the default branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Connectors {
    pub(super) patterns: Vec<String>,
    /// How many were found, the repository itself included.
    pub(super) found: usize,
    /// Whether every folder was looked into that may hold one.
    pub(super) is_all: bool,
    /// The waivers of the policy that name none of them, where all were found: their line, and what they name.
    pub(super) idle_waivers: Vec<(String, String)>,
}
