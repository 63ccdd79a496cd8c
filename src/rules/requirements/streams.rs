//! What the streams of a manifest show of a certification: which there are, which the check reads, how each is keyed.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::acceptance_tests::TestGaps;
use super::certification::is_manifest_only;
use super::manifest::{File, NAMED, names_of};
use super::{Subject, beforehand, met, missing, to_confirm};
use crate::changeset::Side;
use crate::contract::{self, Contract, FieldPath, Input, Known, Stream};
use crate::finding::{Prose, RequirementState, code, prose};
use crate::ids::RepoPath;
use crate::needs::manifest;
use crate::yaml::{Document, Node};

/// The streams whose records the connection check reads, and those that the manifest lacks.
pub(super) struct Checked {
    names: Vec<String>,
    unknown: Vec<String>,
    /// Whether the manifest has streams that nobody can name from it.
    more: bool,
}

pub(super) fn known_streams(subject: &Subject, path: &RepoPath, manifest: &Document) -> Checked {
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

pub(super) fn tested(subject: &Subject, checked: Checked, config: Option<&Document>) -> RequirementState {
    let Checked { names, unknown, more } = checked;
    let words = |names: &[String]| Prose::listed(names, ", ", NAMED);
    if !unknown.is_empty() && !more {
        return missing(
            prose!["the connection check reads "]
                .join(words(&unknown))
                .join(prose![", which the manifest does not have"]),
            beforehand(
                subject,
                prose![
                    "Let the check read a stream of the manifest, under ",
                    code("check.stream_names")
                ],
            ),
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
            beforehand(
                subject,
                prose![
                    "Let the check read a stream that has records, under ",
                    code("check.stream_names")
                ],
            ),
        ),
    }
}

pub(super) fn keyed(subject: &Subject, manifest: &RepoPath) -> RequirementState {
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
    let timed: Vec<&str> = (contract.streams.iter())
        .filter(|stream| is_keyed_by_time(stream))
        .map(|stream| &*stream.name.text)
        .collect();
    if without.is_empty() && !timed.is_empty() {
        return missing(
            prose!["the time of the sync is part of the primary key of "]
                .join(Prose::listed(&timed, ", ", NAMED)),
            beforehand(subject, prose!["Take a key that a record has in every sync"]),
        );
    }
    match (without.is_empty(), unknown) {
        (false, _) => missing(
            match without.len() {
                1 => prose!["1 stream has no primary key"],
                count => prose![count, " streams have no primary key"],
            },
            beforehand(
                subject,
                prose!["Give a ", code("primary_key"), " to "].join(Prose::listed(&without, ", ", NAMED)),
            ),
        ),
        (true, true) => to_confirm(Vec::new()),
        (true, false) => met(prose!["each has"], None),
    }
}

/// The streams of a connector that is nothing but its manifest, in their order; `None` where there may be others.
pub(super) fn streams_of_manifest(subject: &Subject) -> Option<Vec<Arc<str>>> {
    let path = manifest(&subject.head.directory).filter(|_| is_manifest_only(subject.metadata))?;
    File::of(subject, path.clone()).document()?;
    let contract = contract_at_head(subject, &path);
    let names = contract.streams.iter().map(|stream| stream.name.text.clone());
    contract.more_streams.is_none().then(|| names.collect())
}

/// Whether a field of the primary key is filled with the time of the sync, so that each sync makes new records of old ones.
fn is_keyed_by_time(stream: &Stream) -> bool {
    let Known::Known(key) = &stream.primary_key else {
        return false;
    };
    let is_key = |fields: &Vec<FieldPath>| fields.iter().any(|field| key.value.contains(field));
    let mut filled = stream.transformations.iter();
    filled.any(|filled| filled.text.contains("now_utc") && filled.fields.as_ref().is_some_and(is_key))
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
