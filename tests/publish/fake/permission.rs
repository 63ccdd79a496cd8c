//! What a token may do, and whose it is.

use serde_json::json;

use super::http::Response;

/// How far a permission goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Access {
    None,
    Read,
    Write,
}

/// A subject of permissions, as a workflow's `permissions:` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Checks,
    Contents,
    Issues,
    Members,
    Metadata,
    PullRequests,
    Statuses,
}

/// The permissions of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Permissions {
    pub(crate) checks: Access,
    pub(crate) contents: Access,
    pub(crate) issues: Access,
    pub(crate) members: Access,
    pub(crate) metadata: Access,
    pub(crate) pull_requests: Access,
    pub(crate) statuses: Access,
}

impl Permissions {
    /// What publishing everything takes: pull requests, checks and statuses can be written.
    pub(crate) fn writing() -> Self {
        Self {
            checks: Access::Write,
            pull_requests: Access::Write,
            statuses: Access::Write,
            ..Self::read_only()
        }
    }

    /// What a workflow of a fork gets, whatever it asks for.
    pub(crate) fn read_only() -> Self {
        Self {
            checks: Access::Read,
            contents: Access::Read,
            issues: Access::Read,
            members: Access::None,
            metadata: Access::Read,
            pull_requests: Access::Read,
            statuses: Access::Read,
        }
    }

    /// What `permissions: {}` leaves.
    pub(crate) fn nothing() -> Self {
        Self {
            checks: Access::None,
            contents: Access::None,
            issues: Access::None,
            members: Access::None,
            metadata: Access::Read,
            pull_requests: Access::None,
            statuses: Access::None,
        }
    }

    /// Reads a workflow's words: `contents: read, pull-requests: write`; what is not named is none.
    pub(crate) fn parse(text: &str) -> Self {
        let mut permissions = Self::nothing();
        for pair in text
            .split([',', '\n'])
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
        {
            let (name, access) = pair.split_once(':').unwrap();
            let access = match access.trim() {
                "read" => Access::Read,
                "write" => Access::Write,
                _ => Access::None,
            };
            match name.trim() {
                "checks" => permissions.checks = access,
                "contents" => permissions.contents = access,
                "issues" => permissions.issues = access,
                "pull-requests" => permissions.pull_requests = access,
                "statuses" => permissions.statuses = access,
                // Others exist and open none of the paths here.
                _ => {}
            }
        }
        permissions
    }

    fn of(self, scope: Scope) -> Access {
        match scope {
            Scope::Checks => self.checks,
            Scope::Contents => self.contents,
            Scope::Issues => self.issues,
            Scope::Members => self.members,
            Scope::Metadata => self.metadata,
            Scope::PullRequests => self.pull_requests,
            Scope::Statuses => self.statuses,
        }
    }

    /// Whether any one of several permissions is there.
    pub(crate) fn allow(self, any: &[(Scope, Access)]) -> bool {
        any.iter().any(|(scope, access)| self.of(*scope) >= *access)
    }
}

/// Whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// As REST says it: a bot's ends with `[bot]`.
    pub(crate) login: String,
    pub(crate) permissions: Permissions,
    /// Whether the token belongs to an app or a workflow: `GET /user` is closed to those.
    pub(crate) integration: bool,
}

impl Caller {
    /// Refuses whoever has none of several permissions, in GitHub's words and with its header.
    pub(crate) fn require(&self, any: &[(Scope, Access)]) -> Result<(), Response> {
        if self.permissions.allow(any) {
            return Ok(());
        }
        let named: Vec<String> = any
            .iter()
            .map(|(scope, access)| {
                format!(
                    "{}={}",
                    scope.name(),
                    if *access == Access::Write { "write" } else { "read" }
                )
            })
            .collect();
        let body = json!({
            "message": "Resource not accessible by integration",
            "documentation_url": "https://docs.github.com/rest",
            "status": "403",
        });
        Err(Response::json(403, &body).with("x-accepted-github-permissions", named.join("; ")))
    }
}

impl Scope {
    fn name(self) -> &'static str {
        match self {
            Self::Checks => "checks",
            Self::Contents => "contents",
            Self::Issues => "issues",
            Self::Members => "members",
            Self::Metadata => "metadata",
            Self::PullRequests => "pull_requests",
            Self::Statuses => "statuses",
        }
    }
}
