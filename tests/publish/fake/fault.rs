//! What goes wrong on demand, and for which requests.
//!
//! A fault says whether the request was carried out before its answer was spoilt: that is what a client cannot see.

use std::fmt;
use std::ops::{RangeFrom, RangeFull, RangeInclusive};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::http::Response;

/// One thing that goes wrong.
#[derive(Clone)]
pub(crate) enum Fault {
    /// Not carried out: this answer instead.
    Status(u16, Vec<(&'static str, String)>, String),
    /// Not carried out: the connection is closed without a byte.
    CloseBeforeHandling,
    /// Not carried out: silence until the client or the world ends.
    Hang,
    /// Carried out, then this status with a short error.
    CommitThenStatus(u16),
    /// Carried out, then the connection is closed without a byte.
    CommitThenClose,
    /// Carried out, then silence until the client or the world ends.
    CommitThenHang,
    /// Carried out; half of the body, then the connection is closed.
    TruncatedBody,
    /// Carried out; one byte of the body at a time with this pause between.
    SlowBytes(Duration),
    /// Carried out; a page of HTML with status 200.
    Html,
    /// Carried out; no body with status 200.
    EmptyBody,
    /// Carried out; JSON that ends in the middle, with its right length.
    MalformedJson,
    /// Carried out; every text is a number, every number a text, every list an object.
    WrongTypes,
    /// Carried out; a JSON text of this many bytes, chunked.
    HugeBody(u64),
    /// GraphQL: errors beside the data, or with `data: null`.
    GraphqlErrors { partial: bool },
    /// Not carried out: a limit of the rate, with the text of `retry-after` where there is one.
    RateLimited(Limit, Option<String>),
    /// Not carried out: a redirect with this status to this address.
    Redirect(u16, String),
    /// Carried out; a `Link` header of its own.
    EvilLinkHeader(String),
    /// Carried out; the body as the function leaves it.
    Edit(Arc<dyn Fn(&mut Value) + Send + Sync>),
    /// Not carried out: these raw bytes as the whole answer, and the connection is closed.
    Raw(Vec<u8>),
}

/// The two limits of GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// The hour's requests are spent; they come back at this number of seconds from the server's now.
    Primary { reset: i64 },
    /// Too many at a time.
    Secondary,
}

impl Fault {
    /// A fault that changes the JSON of an answer.
    pub(crate) fn edit(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self::Edit(Arc::new(change))
    }

    /// A bare status with GitHub's shape of an error.
    pub(crate) fn status(status: u16) -> Self {
        Self::Status(status, Vec::new(), json!({"message": "fault", "documentation_url": "https://docs.github.com/rest", "status": status.to_string()}).to_string())
    }

    /// Whether the request is carried out all the same.
    pub(crate) fn commits(&self) -> bool {
        !matches!(
            self,
            Self::Status(..)
                | Self::CloseBeforeHandling
                | Self::Hang
                | Self::RateLimited(..)
                | Self::Redirect(..)
                | Self::Raw(_)
        )
    }

    /// The answer in place of, or made of, the true one; for the faults that are answers.
    pub(super) fn answer(&self, answer: &Response, now: i64) -> Response {
        let mut answer = answer.clone();
        let error = |status: u16, message: &str| {
            Response::json(
                status,
                &json!({"message": message, "documentation_url": "https://docs.github.com/rest", "status": status.to_string()}),
            )
        };
        match self {
            Self::Status(status, headers, body) => {
                let mut answer = Response::empty(*status);
                answer.set("content-type", "application/json; charset=utf-8");
                for (name, value) in headers {
                    answer.set(name, value);
                }
                answer.body = body.clone().into_bytes();
                answer
            }
            Self::CommitThenStatus(status) => error(*status, "Server Error"),
            Self::Html => {
                let mut answer = Response::empty(200);
                answer.set("content-type", "text/html; charset=utf-8");
                answer.body = b"<!DOCTYPE html><html><body>Unicorn!</body></html>".to_vec();
                answer
            }
            Self::EmptyBody => {
                answer.status = 200;
                answer.body.clear();
                answer
            }
            Self::MalformedJson => {
                answer.body.truncate(answer.body.len() / 2);
                answer
            }
            Self::WrongTypes => {
                let mut body = serde_json::from_slice(&answer.body).unwrap_or_default();
                swap_types(&mut body);
                answer.body = serde_json::to_vec(&body).unwrap();
                answer
            }
            Self::GraphqlErrors { partial } => {
                let mut body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                if !partial {
                    body["data"] = Value::Null;
                }
                body["errors"] = json!([{"type": "SERVICE_UNAVAILABLE", "path": ["repository"], "message": "Something went wrong while executing your query."}]);
                answer.body = serde_json::to_vec(&body).unwrap();
                answer
            }
            Self::RateLimited(Limit::Primary { reset }, after) => {
                let mut answer = error(403, "API rate limit exceeded for installation.");
                answer.set("x-ratelimit-remaining", "0");
                answer.set("x-ratelimit-reset", (now + reset).to_string());
                if let Some(after) = after {
                    answer.set("retry-after", after);
                }
                answer
            }
            Self::RateLimited(Limit::Secondary, after) => {
                let status = if after.is_some() { 429 } else { 403 };
                let mut answer = error(
                    status,
                    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
                );
                if let Some(after) = after {
                    answer.set("retry-after", after);
                }
                answer
            }
            Self::Redirect(status, address) => error(*status, "Moved").with("location", address),
            Self::EvilLinkHeader(link) => {
                answer.set("link", link);
                answer
            }
            Self::Edit(change) => {
                let mut body = serde_json::from_slice(&answer.body).unwrap_or_default();
                change(&mut body);
                answer.body = serde_json::to_vec(&body).unwrap();
                answer
            }
            _ => answer,
        }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.commits() {
            "a fault after the work"
        } else {
            "a fault before the work"
        })
    }
}

fn swap_types(value: &mut Value) {
    *value = match std::mem::take(value) {
        Value::Null => Value::Null,
        Value::Bool(truth) => json!(truth.to_string()),
        Value::Number(number) => json!(number.to_string()),
        Value::String(text) => json!(text.len()),
        Value::Array(items) => json!({"items": items}),
        Value::Object(mut map) => {
            map.values_mut().for_each(swap_types);
            Value::Object(map)
        }
    };
}

/// Which of the requests that match, counted from 1: `1`, `2..`, `1..=3`, `..` for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Nth {
    first: usize,
    last: usize,
}

impl Nth {
    pub(super) fn holds(self, count: usize) -> bool {
        (self.first..=self.last).contains(&count)
    }
}

impl From<usize> for Nth {
    fn from(one: usize) -> Self {
        Self {
            first: one,
            last: one,
        }
    }
}

impl From<RangeInclusive<usize>> for Nth {
    fn from(range: RangeInclusive<usize>) -> Self {
        Self {
            first: *range.start(),
            last: *range.end(),
        }
    }
}

impl From<RangeFrom<usize>> for Nth {
    fn from(range: RangeFrom<usize>) -> Self {
        Self {
            first: range.start,
            last: usize::MAX,
        }
    }
}

impl From<RangeFull> for Nth {
    fn from(_: RangeFull) -> Self {
        Self {
            first: 1,
            last: usize::MAX,
        }
    }
}
