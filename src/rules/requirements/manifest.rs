//! What a manifest and the acceptance tests' configuration show of a certification.
//!
//! Read at head, whether the change touches them or not. What they do not say plainly is for a person, never met.

use std::collections::BTreeSet;

use super::super::acceptance_tests::{TestGap, TestGaps};
use super::certification::language;
use super::{BEST_PRACTICES, Check, RequirementId, Subject, met, missing, to_confirm};
use crate::changeset::{Fetched, Side};
use crate::contract::{self, Contract, Input, Known};
use crate::finding::{Location, Prose, RequirementState, Who, code, prose};
use crate::ids::RepoPath;
use crate::needs::{acceptance_tests, manifest};
use crate::text::Span;
use crate::yaml::{Document, Limits, Node};

/// The most names that a remedy lists.
pub(super) const NAMED: usize = 5;

pub(super) fn check(id: RequirementId, subject: &Subject) -> Option<Check> {
    // A connector in code may do without both files; one that is nothing but its manifest may not.
    let expected = language(subject.metadata).is_some_and(|tag| &*tag.text == "language:manifest-only");
    let wanted = |path| {
        let file = File::of(subject, path);
        (expected || !matches!(file.content, Content::Absent)).then_some(file)
    };
    let config = || wanted(acceptance_tests(&subject.head.directory));
    let manifest = || wanted(manifest(&subject.head.directory)?);
    let (asks, state): (Prose, RequirementState) = match id {
        RequirementId::EmptyStreamsExplained => {
            let asks = prose!["each stream that the tests skip has a ", code("bypass_reason")];
            (asks, config()?.judged(|| to_confirm(Vec::new()), explained))
        }
        RequirementId::CheckedStreamTested => {
            let (manifest, config) = (manifest()?, config()?);
            let names = |document: &Document| known_streams(subject, &manifest.path, document);
            let asks = prose!["the stream that the connection check reads is tested"];
            let state = manifest.required(&asks, |document| {
                config.judged(
                    || tested(names(document), None),
                    |config| tested(names(document), Some(config)),
                )
            });
            (asks, state)
        }
        RequirementId::StreamsKeyed => {
            let manifest = manifest()?;
            let asks = prose!["each stream has a primary key"];
            let state = manifest.required(&asks, |_| keyed(subject, &manifest.path));
            (asks, state)
        }
        RequirementId::ConcurrencySet => {
            let manifest = manifest()?;
            let asks = prose![code("concurrency_level"), " is set"];
            let state = manifest.required(&asks, |document| concurrent(&manifest, document));
            (asks, state)
        }
        RequirementId::SecretsMarked => {
            let asks = prose!["settings that hold secrets are marked as such"];
            let state = manifest()?.required(&asks, super::secrets::marked);
            (asks, state)
        }
        _ => return None,
    };
    Some(Check {
        asks,
        of: Who::Author,
        source: BEST_PRACTICES,
        state,
    })
}

/// A file of the connector at head, as far as it could be read.
struct File {
    path: RepoPath,
    content: Content,
}

enum Content {
    Absent,
    Unreadable,
    Read(Document),
}

impl File {
    fn of(subject: &Subject, path: RepoPath) -> Self {
        let content = match subject.context.set.fetched(Side::Head, &path) {
            Some(Fetched::Absent) => Content::Absent,
            Some(Fetched::File(bytes)) => {
                Document::parse(bytes, &Limits::MANIFEST).map_or(Content::Unreadable, Content::Read)
            }
            Some(Fetched::NotRegular(_) | Fetched::TooLarge { .. }) | None => Content::Unreadable,
        };
        Self { path, content }
    }

    /// What the file shows; one that cannot be read shows nothing.
    fn judged(
        &self,
        absent: impl FnOnce() -> RequirementState,
        judge: impl FnOnce(&Document) -> RequirementState,
    ) -> RequirementState {
        match &self.content {
            Content::Read(document) => judge(document),
            Content::Absent => absent(),
            Content::Unreadable => missing(
                prose![code(&self.path), " cannot be read, so nobody can tell"],
                prose!["Put a readable YAML file there."],
            ),
        }
    }

    /// What a file shows that has to be there; several requirements look at it, and each says what it did not find.
    fn required(&self, asks: &Prose, judge: impl FnOnce(&Document) -> RequirementState) -> RequirementState {
        let absent = || {
            missing(
                prose!["nothing shows that "].join(asks.clone()),
                prose!["Add ", code(&self.path), "."],
            )
        };
        self.judged(absent, judge)
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

fn concurrent(manifest: &File, document: &Document) -> RequirementState {
    let entry = document.root().entry("concurrency_level");
    let refers = |node: &Node| node.as_str().is_some() || node.get("$ref").is_some();
    let says = |node: &Node| {
        node.get("default_concurrency")
            .is_some_and(|level| !level.is_null())
    };
    match entry {
        Some(entry) if says(&entry.value) => {
            met(prose!["it is"], Some(manifest.at(document, entry.key.span)))
        }
        Some(entry) if refers(&entry.value) => to_confirm(Vec::new()),
        _ => missing(
            prose!["the manifest does not say how many requests run at once"],
            prose![
                "Set ",
                code("concurrency_level"),
                " with its ",
                code("default_concurrency"),
                " in the manifest."
            ],
        ),
    }
}

fn explained(config: &Document) -> RequirementState {
    let gaps = TestGaps::read(config);
    let bare = names_of(&gaps.unexplained);
    match (gaps.suites.is_empty(), bare.is_empty()) {
        // Without a suite the file does not say what is tested.
        (true, _) => to_confirm(Vec::new()),
        (false, true) => met(prose!["each has"], None),
        (false, false) => missing(
            prose!["the tests skip streams and do not say why"],
            prose![
                "Say in ",
                code("acceptance-test-config.yml"),
                " why the tests skip "
            ]
            .join(Prose::listed(&bare, ", ", NAMED))
            .join(prose!["."]),
        ),
    }
}

fn names_of(gaps: &[TestGap]) -> Vec<&str> {
    let mut names: Vec<&str> = gaps.iter().map(|gap| &*gap.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The streams whose records the connection check reads, and those that the manifest lacks.
struct Checked {
    names: Vec<String>,
    unknown: Vec<String>,
    /// Whether the manifest has streams that nobody can name from it.
    more: bool,
}

fn known_streams(subject: &Subject, path: &RepoPath, manifest: &Document) -> Checked {
    let names = manifest.root().at(&["check", "stream_names"]);
    let names = names.and_then(Node::items).unwrap_or_default().iter();
    let names: Vec<String> = names.filter_map(|name| Some(name.text()?.to_owned())).collect();
    let contract = contract_at_head(subject, path);
    let known: BTreeSet<&str> = contract.streams.iter().map(|stream| &*stream.name.text).collect();
    let unknown = names
        .iter()
        .filter(|name| !known.contains(name.as_str()))
        .cloned();
    Checked {
        unknown: unknown.collect(),
        more: contract.more_streams.is_some(),
        names,
    }
}

fn tested(checked: Checked, config: Option<&Document>) -> RequirementState {
    let Checked { names, unknown, more } = checked;
    let words = |names: &[String]| Prose::listed(names, ", ", NAMED);
    if !unknown.is_empty() && !more {
        return missing(
            prose!["the connection check reads "]
                .join(words(&unknown))
                .join(prose![", which the manifest does not have"]),
            prose![
                "Let the check read a stream of the manifest, under ",
                code("check.stream_names"),
                "."
            ],
        );
    }
    let gaps = config.map(TestGaps::read).unwrap_or_default();
    if names.is_empty() || !unknown.is_empty() || gaps.suites.is_empty() {
        return to_confirm(Vec::new());
    }
    let skipped = names_of(&gaps.empty_streams).into_iter();
    let skipped: Vec<&str> = skipped
        .filter(|name| names.iter().any(|known| known == name))
        .collect();
    match skipped.is_empty() {
        true => met(prose!["it is"], None),
        false => missing(
            prose!["the connection check reads "]
                .join(Prose::listed(&skipped, ", ", NAMED))
                .join(prose![", which the tests skip as empty"]),
            prose![
                "Let the check read a stream that has records, under ",
                code("check.stream_names"),
                "."
            ],
        ),
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
            match without.len() {
                1 => prose!["1 stream has no primary key"],
                count => prose![count, " streams have no primary key"],
            },
            prose!["Give a ", code("primary_key"), " to "]
                .join(Prose::listed(&without, ", ", NAMED))
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
        want_streams: false,
    };
    contract::read(&input).contract
}
