//! What can go wrong with a request, as far as a caller has to tell it apart.

use std::time::Duration;

use super::Token;
use crate::text::escape_controls;

/// The most characters of a server's message that are shown.
const LONGEST_MESSAGE: usize = 300;

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// GitHub answered and refused; nothing happened.
    #[error(
        "{what}: GitHub answered {status}{}{}",
        said(message),
        permission(accepted_permissions.as_ref())
    )]
    Refused {
        /// The request.
        what: String,
        /// The status: 4xx.
        status: u16,
        /// What GitHub said, escaped and cut.
        message: String,
        /// The permissions that would do, as GitHub names them (`X-Accepted-GitHub-Permissions`).
        accepted_permissions: Option<String>,
    },
    /// GitHub asks to wait longer than this run may; nothing happened.
    #[error("{what}: GitHub limits the rate of requests; try again in {} s", wait.as_secs())]
    RateLimited {
        /// The request.
        what: String,
        /// How long.
        wait: Duration,
    },
    /// The time that the run has is up; nothing happened.
    #[error("{what}: the time that a run may take for one pull request is up")]
    Late {
        /// The request.
        what: String,
    },
    /// No usable answer came; a write may have happened all the same.
    #[error("{what}: {why}")]
    NoAnswer {
        /// The request.
        what: String,
        /// What was seen instead.
        why: String,
    },
    /// An answer came that does not say what it should.
    #[error("{what}: the answer cannot be read: {why}")]
    Malformed {
        /// The request.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// As many requests were sent as were allowed; nothing happened.
    #[error("{what}: this run has sent as many of these requests as it may")]
    Spent {
        /// The request.
        what: String,
    },
    /// The run was told to stop.
    #[error("{what}: {why}")]
    Stopped {
        /// The request.
        what: String,
        /// Why.
        why: &'static str,
    },
}

fn said(message: &str) -> String {
    if message.is_empty() {
        String::new()
    } else {
        format!(" ({message})")
    }
}

fn permission(accepted: Option<&String>) -> String {
    accepted
        .map(|accepted| format!("; it would take the permission `{accepted}`"))
        .unwrap_or_default()
}

impl Error {
    /// The error without the token in it: a server could repeat it where something else belongs.
    pub(super) fn without(self, token: &Token) -> Self {
        match self {
            Self::Malformed { what, why } => Self::Malformed {
                what,
                why: token.redact(&why),
            },
            other => other,
        }
    }

    /// Whether the token may not do this: 401, 403, or 404 for what it may not even see.
    pub fn is_forbidden(&self) -> bool {
        matches!(
            self,
            Self::Refused {
                status: 401 | 403,
                ..
            }
        )
    }

    /// Whether there is no such thing, or none that the token may see.
    pub fn is_missing(&self) -> bool {
        matches!(
            self,
            Self::Refused {
                status: 404 | 410,
                ..
            }
        )
    }

    /// Whether GitHub found the content of the request wrong: 422.
    pub fn is_invalid(&self) -> bool {
        matches!(self, Self::Refused { status: 422, .. })
    }

    /// Whether a write may have happened although no answer says so: read before repeating it.
    pub fn may_have_happened(&self) -> bool {
        matches!(
            self,
            Self::NoAnswer { .. } | Self::Malformed { .. } | Self::Stopped { .. }
        )
    }
}

/// A server's words for an error: one line, escaped, cut.
pub(super) fn shown(text: &str) -> String {
    let escaped = escape_controls(text.trim());
    let mut characters = escaped.chars();
    let mut shown: String = characters.by_ref().take(LONGEST_MESSAGE).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_request_and_the_permission() {
        let error = Error::Refused {
            what: "POST /repos/o/r/statuses/1".to_owned(),
            status: 403,
            message: "Resource not accessible by integration".to_owned(),
            accepted_permissions: Some("statuses=write".to_owned()),
        };
        assert_eq!(
            error.to_string(),
            "POST /repos/o/r/statuses/1: GitHub answered 403 (Resource not accessible by integration); it would take \
             the permission `statuses=write`"
        );
        assert!(error.is_forbidden() && !error.may_have_happened());
    }

    #[test]
    fn a_servers_words_are_one_short_line() {
        assert_eq!(shown("a\n::error::b"), "a\\n::error::b");
        assert!(shown(&"x".repeat(1_000)).chars().count() <= LONGEST_MESSAGE + 1);
    }
}
