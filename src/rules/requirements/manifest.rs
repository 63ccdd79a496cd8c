//! What a manifest and the acceptance tests' configuration show of a certification.
//!
//! Read at head, whether the change touches them or not. What they do not say plainly is for a person, never met.

use super::{BEST_PRACTICES, Check, RequirementId, Subject, met, missing, to_confirm};
use crate::changeset::{Fetched, Side};
use crate::contract::{self, Contract, Input, Known};
use crate::finding::{Location, Prose, RequirementState, Who, code, prose};
use crate::ids::RepoPath;
use crate::needs::{acceptance_tests, manifest};
use crate::text::Span;
use crate::yaml::{Document, Limits, Node};

/// The most names that a remedy lists.
const NAMED: usize = 5;
/// How deep a specification is looked into; the deepest known has 20.
const DEEPEST: usize = 64;
/// How the names of settings end that hold secrets.
const SECRETS: [&str; 8] = [
    "password",
    "secret",
    "api_key",
    "apikey",
    "access_token",
    "refresh_token",
    "private_key",
    "secret_key",
];

pub(super) fn check(id: RequirementId, subject: &Subject) -> Option<Check> {
    let config = || File::of(subject, Some(acceptance_tests(&subject.head.directory)));
    let manifest = || File::of(subject, manifest(&subject.head.directory));
    let (asks, state): (Prose, RequirementState) = match id {
        RequirementId::EmptyStreamsExplained => {
            let asks = prose!["each stream that the tests skip has a ", code("bypass_reason")];
            (asks, config()?.judged(explained))
        }
        RequirementId::CheckedStreamTested => {
            let (manifest, config) = (manifest()?, config()?);
            let state = manifest.judged(|manifest| config.judged(|config| tested(manifest, config)));
            (
                prose!["the stream that the connection check reads is tested"],
                state,
            )
        }
        RequirementId::StreamsKeyed => {
            let manifest = manifest()?;
            (
                prose!["each stream has a primary key"],
                manifest.judged(|_| keyed(subject, &manifest.path)),
            )
        }
        RequirementId::ConcurrencySet => {
            let manifest = manifest()?;
            let state = manifest.judged(|document| match document.root().entry("concurrency_level") {
                Some(entry) => met(prose!["it is"], Some(manifest.at(document, entry.key.span))),
                None => missing(prose!["Set ", code("concurrency_level"), " in the manifest."]),
            });
            (prose![code("concurrency_level"), " is set"], state)
        }
        RequirementId::SecretsMarked => (
            prose!["settings that hold secrets are marked as such"],
            manifest()?.judged(marked),
        ),
        _ => return None,
    };
    Some(Check {
        asks,
        of: Who::Author,
        source: BEST_PRACTICES,
        state,
    })
}

/// A file of the connector at head that is there, as far as it could be read.
struct File {
    path: RepoPath,
    document: Option<Document>,
}

impl File {
    /// `None` where the connector has no such file.
    fn of(subject: &Subject, path: Option<RepoPath>) -> Option<Self> {
        let path = path?;
        let document = match subject.context.set.fetched(Side::Head, &path) {
            Some(Fetched::Absent) => return None,
            Some(Fetched::File(bytes)) => Document::parse(bytes, &Limits::MANIFEST).ok(),
            Some(Fetched::NotRegular(_) | Fetched::TooLarge { .. }) | None => None,
        };
        Some(Self { path, document })
    }

    /// What the file shows; one that cannot be read shows nothing.
    fn judged(&self, judge: impl FnOnce(&Document) -> RequirementState) -> RequirementState {
        match &self.document {
            Some(document) => judge(document),
            None => missing(prose![
                code(&self.path),
                " cannot be read, so nobody can tell. Put a readable YAML file there."
            ]),
        }
    }

    fn at(&self, document: &Document, span: Span) -> Location {
        Location::new(
            self.path.clone(),
            Side::Head,
            document.text().clone(),
            document.lines(),
            span,
        )
    }
}

/// The `empty_streams` of every suite, each an entry with `name` and `bypass_reason`.
fn empty_streams(config: &Document) -> impl Iterator<Item = &Node> {
    let suites = config
        .root()
        .get("acceptance_tests")
        .and_then(Node::entries)
        .unwrap_or_default();
    let tests = suites
        .iter()
        .flat_map(|suite| suite.value.get("tests").and_then(Node::items).unwrap_or_default());
    tests.flat_map(|test| {
        test.get("empty_streams")
            .and_then(Node::items)
            .unwrap_or_default()
    })
}

fn name_of(stream: &Node) -> Option<&str> {
    stream.text().or_else(|| stream.get("name")?.text())
}

fn explained(config: &Document) -> RequirementState {
    let is_bare = |stream: &&Node| {
        let reason = stream.get("bypass_reason").and_then(Node::text);
        reason.is_none_or(|reason| reason.trim().is_empty())
    };
    let bare: Vec<&str> = empty_streams(config)
        .filter(is_bare)
        .filter_map(name_of)
        .collect();
    match bare.is_empty() {
        true => met(prose!["each has"], None),
        false => missing(
            prose![
                "Say in ",
                code("acceptance-test-config.yml"),
                " why the tests skip "
            ]
            .join(listed(&bare))
            .join(prose!["."]),
        ),
    }
}

/// The streams whose records the connection check reads.
fn checked_streams(manifest: &Document) -> Vec<&str> {
    let names = manifest
        .root()
        .at(&["check", "stream_names"])
        .and_then(Node::items)
        .unwrap_or_default();
    names.iter().filter_map(Node::text).collect()
}

fn tested(manifest: &Document, config: &Document) -> RequirementState {
    let checked = checked_streams(manifest);
    if checked.is_empty() {
        return to_confirm(Vec::new());
    }
    let skipped: Vec<&str> = empty_streams(config)
        .filter_map(name_of)
        .filter(|name| checked.contains(name))
        .collect();
    match skipped.is_empty() {
        true => met(prose!["it is"], None),
        false => missing(prose!["The check reads "].join(listed(&skipped)).join(prose![
            ", which the tests skip as empty: let it read a stream that has records, under ",
            code("check.stream_names"),
            "."
        ])),
    }
}

fn keyed(subject: &Subject, manifest: &RepoPath) -> RequirementState {
    let contract = contract_at_head(subject, manifest);
    let without: Vec<&str> = (contract.streams.iter())
        .filter(|stream| matches!(stream.primary_key, Known::Absent))
        .map(|stream| &*stream.name.text)
        .collect();
    let unknown = contract.more_streams.is_some()
        || contract
            .streams
            .iter()
            .any(|stream| matches!(stream.primary_key, Known::CannotTell(_)));
    match (without.is_empty(), unknown) {
        (false, _) => missing(
            prose!["Give a ", code("primary_key"), " to "]
                .join(listed(&without))
                .join(prose!["."]),
        ),
        (true, true) => to_confirm(Vec::new()),
        (true, false) => met(prose!["each has"], None),
    }
}

/// What the manifest at head promises; no other file is asked for.
fn contract_at_head(subject: &Subject, manifest: &RepoPath) -> Contract {
    let changed = [manifest.clone()];
    let input = Input {
        directory: &subject.head.directory,
        side: Side::Head,
        changed: &changed,
        gone: &[],
        fetched: &|path| subject.context.set.fetched(Side::Head, path).cloned(),
        parse: &|path, bytes| contract::parse(path, bytes).map(Into::into),
        want_all_schemas: false,
    };
    contract::read(&input).contract
}

fn marked(manifest: &Document) -> RequirementState {
    let mut open = Vec::new();
    let specification = manifest.root().at(&["spec", "connection_specification"]);
    if let Some(node) = specification {
        unmarked(node, DEEPEST, &mut open);
    }
    match (specification, open.is_empty()) {
        (None, _) => to_confirm(Vec::new()),
        (_, true) => met(prose!["they are"], None),
        (_, false) => missing(
            prose!["Add ", code("airbyte_secret: true"), " to "]
                .join(listed(&open))
                .join(prose![
                    ": without it the platform shows and stores the value in the open."
                ]),
        ),
    }
}

/// Collects the settings whose names say that they hold a secret and that are not marked.
fn unmarked<'a>(node: &'a Node, depth: usize, found: &mut Vec<&'a str>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for entry in node.get("properties").and_then(Node::entries).unwrap_or_default() {
        let name = entry.key.text().unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        let is_text = entry.value.get("type").and_then(Node::text) == Some("string");
        let is_marked = entry.value.get("airbyte_secret").and_then(Node::as_bool) == Some(true);
        if is_text && !is_marked && SECRETS.iter().any(|end| lower.ends_with(end)) {
            found.push(name);
        }
        unmarked(&entry.value, depth, found);
    }
    for option in node.get("oneOf").and_then(Node::items).unwrap_or_default() {
        unmarked(option, depth, found);
    }
}

fn listed(names: &[&str]) -> Prose {
    let mut list = prose![];
    for (index, name) in names.iter().take(NAMED).enumerate() {
        let separator = if index == 0 { prose![] } else { prose![", "] };
        list = list.join(separator).join(prose![code(name)]);
    }
    match names.len().checked_sub(NAMED) {
        Some(more) if more > 0 => list.join(prose![" and ", more, " more"]),
        _ => list,
    }
}
