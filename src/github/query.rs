//! GraphQL: the text of a query and the shape of an answer.

use serde::Deserialize;

/// A query or mutation: its name, for logs and errors, and its text from a `.graphql` file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<'t> {
    /// The operation's name.
    pub name: &'static str,
    /// The document.
    pub text: &'t str,
}

/// An answer: GraphQL says "200" also when a part of it failed.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    pub(super) data: Option<serde_json::Value>,
    #[serde(default)]
    pub(super) errors: Vec<Fault>,
}

/// One of the errors of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Fault {
    #[serde(default, rename = "type")]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) message: String,
}
