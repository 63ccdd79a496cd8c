//! The words for each kind of contract change: what happened, and how to mend it; what it does to users stands in
//! `impact.rs`.

use std::collections::BTreeSet;

use super::super::breaking::{fits_policy, mend_entry};
use super::declaration::next_version;
use super::{denied_break, subject_of};
use crate::change::ConnectorDiff;
use crate::change::contract::{ContractChange, ContractChangeKind as Kind, Effect, Witness};
use crate::changeset::Side;
use crate::finding::{Piece, Prose, code, prose};
use crate::metadata::Metadata;

/// The most names that one sentence lists.
const MOST_NAMES: usize = 5;
/// The most bytes of an example that a comment shows.
const LONGEST_EXAMPLE: usize = 300;

/// What happened, in one sentence, and an example for what existing configurations meet.
pub(super) fn message(kind: Kind, group: &[&ContractChange]) -> Prose {
    let first = group[0];
    let several = group.iter().any(|change| change.stream != first.stream);
    let mut sentence = match (several, group) {
        (true, _) => {
            let mut streams: Vec<&str> = group
                .iter()
                .filter_map(|change| change.stream.as_deref())
                .collect();
            streams.dedup();
            let count = streams.len();
            capital(
                &prose![count, " streams"]
                    .join(plural_verb(kind))
                    .join(prose![": "])
                    .join(names(&streams))
                    .join(shared(group))
                    .join(prose!["."]),
            )
        }
        (false, [only]) => single(only),
        (false, _) => {
            let paths: Vec<&str> = group.iter().map(|change| &*change.path).collect();
            capital(&subject_of(first))
                .join(many(kind, paths.len()))
                .join(prose![": "])
                .join(names(&paths))
                .join(shared(group))
                .join(prose!["."])
        }
    };
    if let Some(example) = example(first) {
        sentence = sentence.join(example);
    }
    sentence
}

/// What another change of the same finding is, beside its place.
pub(super) fn short(change: &ContractChange) -> Prose {
    match &change.stream {
        Some(stream) if change.path.is_empty() => prose![code(stream)],
        Some(stream) => prose![code(stream), " ", code(&change.path)],
        None => prose![code(&change.path)],
    }
}

/// One change as a sentence.
fn single(change: &ContractChange) -> Prose {
    let subject = || capital(&subject_of(change));
    let path = || code(&change.path);
    let from = || from_to(change);
    match change.kind {
        Kind::ConfigPropertyRemoved => prose!["The specification no longer has the property ", path(), "."],
        Kind::ConfigPropertyRequired => prose!["The specification now requires the property ", path(), "."],
        Kind::ConfigTypeNarrowed => prose!["The property ", path(), " accepts fewer types"].join(from()),
        Kind::ConfigValuesNarrowed => match refused(change) {
            Some(refused) => prose!["The property ", path(), " no longer accepts "]
                .join(refused)
                .join(prose!["."]),
            None => prose!["The property ", path(), " accepts fewer values"].join(from()),
        },
        Kind::ConfigOptionRemoved => prose!["The specification loses an option of ", path()].join(from()),
        Kind::ConfigShapeChanged => prose!["The property ", path(), " has another shape"].join(from()),
        Kind::ConfigClosed => prose!["The specification refuses further properties", at(change), "."],
        Kind::ConfigFormatChanged => {
            prose!["The property ", path(), " is written in another format"].join(from())
        }
        Kind::ConfigDefaultChanged => prose!["The property ", path(), " has another default"].join(from()),
        Kind::DestinationModeRemoved => {
            prose![
                "The destination can no longer be written to in the mode ",
                path(),
                "."
            ]
        }
        Kind::StreamRemoved => subject().join(prose![" is gone."]),
        Kind::FieldRemoved => subject().join(prose![" loses its field ", path(), "."]),
        Kind::FieldTypeChanged => subject()
            .join(prose![" changes the type of its field ", path()])
            .join(from()),
        Kind::FieldNotNullable => subject()
            .join(prose![" no longer allows null in its field ", path()])
            .join(from()),
        Kind::FieldFormatChanged => subject()
            .join(prose![" changes the format of its field ", path()])
            .join(from()),
        Kind::PrimaryKeyChanged => subject().join(prose![" has another primary key"]).join(from()),
        Kind::CursorChanged => subject().join(prose![" has another cursor"]).join(from()),
        Kind::SyncModeRemoved => subject().join(prose![" loses a way to sync"]).join(from()),
        Kind::NamespaceChanged => subject().join(prose![" moves to another namespace"]).join(from()),
        Kind::StateChanged => subject()
            .join(prose![" keeps its state in another form"])
            .join(from()),
        Kind::KeyValueChanged => subject()
            .join(prose![" changes the values of its key or cursor ", path()])
            .join(from()),
        _ => subject().join(prose![" changes at ", path()]).join(from()),
    }
}

fn at(change: &ContractChange) -> Piece {
    match change.path.is_empty() {
        true => Piece::from(""),
        false => Piece::Code(format!("at {}", crate::text::escape_controls(&change.path))),
    }
}

/// `: from → to.`, as far as either is known.
fn from_to(change: &ContractChange) -> Prose {
    match (&change.from, &change.to) {
        (Some(from), Some(to)) => prose![": ", code(from), " → ", code(to), "."],
        (Some(from), None) => prose![": ", code(from), " is gone."],
        (None, Some(to)) => prose![": ", code(to), " is new."],
        (None, None) => prose!["."],
    }
}

/// What was listed before and is listed no longer; `None` where one side lists no values.
fn refused(change: &ContractChange) -> Option<Prose> {
    let values =
        |listed: &Option<String>| serde_json::from_str::<Vec<serde_json::Value>>(listed.as_deref()?).ok();
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let after: BTreeSet<String> = values(&change.to)?.iter().map(ToString::to_string).collect();
    let before = values(&change.from)?;
    let gone = before.iter().filter(|value| !after.contains(&value.to_string()));
    let gone: Vec<String> = gone.map(text).collect();
    (!gone.is_empty()).then(|| Prose::listed(&gone, " and ", MOST_NAMES))
}

/// From what to what, where several changes have it in common.
fn shared(group: &[&ContractChange]) -> Prose {
    let first = group[0];
    if group
        .iter()
        .any(|change| change.from != first.from || change.to != first.to)
    {
        return Prose::default();
    }
    match (first.kind, &first.from, &first.to) {
        (Kind::ConfigValuesNarrowed, ..) => match refused(first) {
            Some(refused) => prose![", each no longer "].join(refused),
            None => Prose::default(),
        },
        (
            Kind::ConfigTypeNarrowed
            | Kind::ConfigFormatChanged
            | Kind::ConfigDefaultChanged
            | Kind::FieldTypeChanged
            | Kind::FieldFormatChanged,
            Some(from),
            Some(to),
        ) => prose![", each ", code(from), " → ", code(to)],
        (Kind::ConfigFormatChanged | Kind::FieldFormatChanged, None, Some(to)) => {
            prose![", each now ", code(to)]
        }
        (Kind::ConfigFormatChanged | Kind::FieldFormatChanged, Some(from), None) => {
            prose![", each no longer ", code(from)]
        }
        _ => Prose::default(),
    }
}

/// What several changes of one stream or of the specification have in common.
fn many(kind: Kind, count: usize) -> Prose {
    let (before, after) = match kind {
        Kind::ConfigPropertyRemoved => (" no longer has ", " properties"),
        Kind::ConfigPropertyRequired => (" now requires ", " more properties"),
        Kind::ConfigTypeNarrowed => (" accepts fewer types for ", " properties"),
        Kind::ConfigValuesNarrowed => (" accepts fewer values for ", " properties"),
        Kind::ConfigOptionRemoved => (" loses options in ", " places"),
        Kind::ConfigShapeChanged => (" gives another shape to ", " properties"),
        Kind::ConfigClosed => (" refuses further properties in ", " places"),
        Kind::ConfigFormatChanged => (" changes the format of ", " properties"),
        Kind::ConfigDefaultChanged => (" changes the default of ", " properties"),
        Kind::DestinationModeRemoved => (" loses ", " ways to write"),
        Kind::FieldRemoved => (" loses ", " fields"),
        Kind::FieldTypeChanged => (" changes the types of ", " fields"),
        Kind::FieldNotNullable => (" no longer allows null in ", " fields"),
        Kind::FieldFormatChanged => (" changes the formats of ", " fields"),
        _ => (" changes in ", " places"),
    };
    prose![before, count, after]
}

/// What several streams have in common.
fn plural_verb(kind: Kind) -> Prose {
    match kind {
        Kind::StreamRemoved => prose![" are gone"],
        Kind::FieldRemoved => prose![" lose fields"],
        Kind::FieldTypeChanged => prose![" change the types of fields"],
        Kind::FieldNotNullable => prose![" no longer allow null in fields"],
        Kind::FieldFormatChanged => prose![" change the formats of fields"],
        Kind::PrimaryKeyChanged => prose![" have another primary key"],
        Kind::CursorChanged => prose![" have another cursor"],
        Kind::SyncModeRemoved => prose![" lose a way to sync"],
        Kind::NamespaceChanged => prose![" move to another namespace"],
        Kind::StateChanged => prose![" keep their state in another form"],
        _ => prose![" change"],
    }
}

/// A list of foreign names, the first few of them.
fn names(names: &[&str]) -> Prose {
    let mut list = Prose::default();
    for (index, name) in names.iter().take(MOST_NAMES).enumerate() {
        let before = if index == 0 { "" } else { ", " };
        list = list.join(prose![before, code(name)]);
    }
    if names.len() > MOST_NAMES {
        list = list.join(prose![" and ", names.len() - MOST_NAMES, " more"]);
    }
    list
}

fn capital(sentence: &Prose) -> Prose {
    let mut pieces = sentence.pieces().to_vec();
    if let Some(Piece::Words(words)) = pieces.first_mut() {
        let mut characters = words.chars();
        if let Some(first) = characters.next() {
            *words = format!("{}{}", first.to_uppercase(), characters.as_str()).into();
        }
    }
    Prose::new(pieces)
}

/// A configuration that shows the break.
fn example(change: &ContractChange) -> Option<Prose> {
    let Effect::Breaking(witness) = &change.effect else {
        return None;
    };
    let (configuration, after) = match witness {
        Witness::Configuration(configuration) => (configuration, " is valid before and refused after."),
        Witness::UnreadProperty { configuration, .. } => (configuration, " sets what is not read any more."),
        _ => return None,
    };
    let text = configuration.to_string();
    (text.len() <= LONGEST_EXAMPLE && text != "{}").then(|| prose![" The configuration ", code(text), after])
}

/// How to mend it.
pub(super) fn remedy(diff: &ConnectorDiff, kind: Kind) -> Prose {
    let keep = match kind {
        Kind::ConfigPropertyRemoved => "Keep the property, migrate existing configurations",
        Kind::ConfigPropertyRequired => "Make the property optional, migrate existing configurations",
        Kind::ConfigTypeNarrowed
        | Kind::ConfigValuesNarrowed
        | Kind::ConfigClosed
        | Kind::ConfigOptionRemoved => "Keep accepting what was valid, migrate existing configurations",
        Kind::ConfigShapeChanged | Kind::ConfigFormatChanged => {
            "Keep the old form valid, migrate existing configurations"
        }
        Kind::StreamRemoved => "Keep the stream",
        Kind::FieldRemoved => "Keep the field",
        Kind::FieldTypeChanged | Kind::FieldNotNullable | Kind::FieldFormatChanged => {
            "Keep the field as it is and add a new one beside it"
        }
        Kind::CursorChanged | Kind::StateChanged => "Keep it, migrate existing states",
        _ => "Keep it",
    };
    if let Some(entry) = denied_break(diff) {
        return prose![
            keep,
            ", or write ",
            code("isBreaking: true"),
            " in the entry ",
            code(&entry.version.text),
            ", which says that nothing breaks."
        ];
    }
    let (Some(before), Some(after)) = (diff.metadata(Side::Base), diff.metadata(Side::Head)) else {
        return prose![keep, "."];
    };
    match mend_entry(diff) {
        Some(mend) => prose![keep, ", or let the entry that is there declare the break: "]
            .join(mend)
            .join(prose!["."]),
        None => declared(before, after, keep),
    }
}

fn declared(before: &Metadata, after: &Metadata, keep: &'static str) -> Prose {
    let Some(version) = next_version(before, after) else {
        return prose![keep, ", or declare a breaking change."];
    };
    let moved = match fits_policy(before.semver().as_ref(), after.semver().as_ref()) {
        true => prose![", or declare the break: an entry for ", code(&version)],
        false => prose![
            ", or declare the break: release it as ",
            code(&version),
            " with an entry"
        ],
    };
    prose![keep].join(moved).join(prose![
        " under ",
        code("releases.breakingChanges"),
        " and a section ",
        code(format!("Upgrading to {version}")),
        " in the migration guide."
    ])
}
