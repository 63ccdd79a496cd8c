//! What was asked, in order, and which requests a rule is about.

use std::time::Instant;

use serde_json::Value;

use super::http::Request;

/// Whether a request changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
}

/// One request as it was seen.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// When it had been read.
    pub(crate) at: Instant,
    pub(crate) kind: Kind,
    pub(crate) method: String,
    /// The path as it was sent, without the query.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    /// The name of the GraphQL operation, or its first field where it has no name.
    pub(crate) operation: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
    /// What was answered; `None` where nothing was, or not yet.
    pub(crate) status: Option<u16>,
    /// Whether it was carried out, whatever was answered.
    pub(crate) committed: bool,
}

impl Entry {
    pub(super) fn new(request: &Request) -> Self {
        let body = request.json();
        let document = (request.path.ends_with("/graphql"))
            .then(|| body["query"].as_str().unwrap_or_default().to_owned());
        let writes = match &document {
            Some(text) => is_mutation(text),
            None => !["GET", "HEAD"].contains(&request.method.as_str()),
        };
        let operation = document.map(|text| {
            let told = body["operationName"].as_str().map(str::to_owned);
            told.unwrap_or_else(|| operation_name(&text))
        });
        Self {
            at: Instant::now(),
            kind: if writes { Kind::Write } else { Kind::Read },
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            operation,
            headers: request.headers.clone(),
            body,
            status: None,
            committed: false,
        }
    }

    /// The request in one line: `POST /repos/o/r/issues/1/comments` or `query Observe`.
    pub(crate) fn name(&self) -> String {
        match (&self.operation, self.kind) {
            (Some(operation), Kind::Read) => format!("query {operation}"),
            (Some(operation), Kind::Write) => format!("mutation {operation}"),
            (None, _) => format!("{} {}", self.method, self.path),
        }
    }
}

fn words(document: &str) -> impl Iterator<Item = &str> {
    document
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .flat_map(|line| line.split(|character: char| !(character.is_alphanumeric() || character == '_')))
        .filter(|word| !word.is_empty())
}

fn is_mutation(document: &str) -> bool {
    let mut depth = 0_i32;
    let mut found = false;
    let mut word = String::new();
    for character in document
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .flat_map(|line| line.chars().chain(std::iter::once('\n')))
    {
        if character.is_alphanumeric() || character == '_' {
            word.push(character);
            continue;
        }
        found |= depth == 0 && word == "mutation";
        word.clear();
        depth += i32::from(matches!(character, '{' | '(')) - i32::from(matches!(character, '}' | ')'));
    }
    found
}

fn operation_name(document: &str) -> String {
    let mut words = words(document);
    let first = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default();
    match first {
        "query" | "mutation" => second.to_owned(),
        _ => first.to_owned(),
    }
}

/// Which requests are meant.
///
/// `"POST /issues/*/comments"` (after `/repos/OWNER/NAME`, or the whole path), `"* /git/**"`, `"query Observe"`,
/// `"mutation Minimise"`, `"query *"`, `"read"`, `"write"`, `"any"`.
#[derive(Debug, Clone)]
pub(crate) struct Matcher(String);

impl Matcher {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn holds(&self, entry: &Entry) -> bool {
        let (verb, rest) = self.0.split_once(' ').unwrap_or((&self.0, ""));
        match (verb, &entry.operation) {
            ("any", _) => true,
            ("read", _) => entry.kind == Kind::Read,
            ("write", _) => entry.kind == Kind::Write,
            ("query" | "mutation", Some(name)) => {
                let kind = if verb == "query" { Kind::Read } else { Kind::Write };
                kind == entry.kind && (rest == "*" || rest == name)
            }
            ("query" | "mutation", None) => false,
            _ => {
                let path = parts(&entry.path);
                let pattern = parts(rest);
                let inside = if path.len() >= 3 && path[0] == "repos" {
                    &path[3..]
                } else {
                    &path[..]
                };
                (verb == "*" || verb == entry.method) && (fits(&pattern, inside) || fits(&pattern, &path))
            }
        }
    }
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

fn fits(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (Some((&"**", [])), _) | (None, None) => true,
        (Some((&one, pattern)), Some((&other, path))) => (one == "*" || one == other) && fits(pattern, path),
        _ => false,
    }
}
