//! What a contract change does to users, in a sentence that stands alone: it names what it is about.

use super::super::consequence::everybody_moves;
use crate::change::ConnectorDiff;
use crate::change::contract::{ContractChange, ContractChangeKind as Kind};
use crate::finding::{Prose, prose};

/// The most names that one sentence lists.
const MOST_NAMES: usize = 3;

/// What changes of one kind do to users if they are merged as they are.
pub(super) fn impact(diff: &ConnectorDiff, kind: Kind, group: &[&ContractChange], promised: bool) -> Prose {
    let when = match diff.change("version").and_then(|change| change.to.as_ref()) {
        Some(version) => everybody_moves(version),
        None => prose!["Every connection meets it with the next release"],
    };
    let promise = match promised {
        true => " Users of this connector were promised few breaking changes and time to adapt.",
        false => "",
    };
    when.join(prose![": "])
        .join(effect(kind, group))
        .join(prose![".", promise])
}

fn effect(kind: Kind, group: &[&ContractChange]) -> Prose {
    let and = || paths(group, " and ");
    let or = || paths(group, " or ");
    let streams = || streams(group);
    let is_one = is_one_stream(group);
    match kind {
        Kind::ConfigPropertyRemoved => prose!["what users have set in "]
            .join(and())
            .join(prose![" has no effect any more"]),
        Kind::ConfigPropertyRequired => prose!["connections that were set up without "]
            .join(or())
            .join(prose![" fail at their next sync"]),
        Kind::ConfigTypeNarrowed
        | Kind::ConfigValuesNarrowed
        | Kind::ConfigClosed
        | Kind::ConfigFormatChanged => prose!["configurations that hold in "]
            .join(or())
            .join(prose![" what is refused now fail at their next sync"]),
        Kind::ConfigOptionRemoved => prose!["connections that chose what "]
            .join(or())
            .join(prose![" no longer offers fail at their next sync"]),
        Kind::ConfigShapeChanged => prose!["existing configurations have the old shape of "]
            .join(and())
            .join(prose![" and fail at their next sync"]),
        Kind::ConfigDefaultChanged => prose!["who left "]
            .join(or())
            .join(prose![" empty gets another behaviour"]),
        Kind::DestinationModeRemoved if group.is_empty() => {
            prose![
                "tables that normalization made are filled no longer, and what is built on them goes wrong in silence"
            ]
        }
        Kind::DestinationModeRemoved => prose!["connections that write in the mode "]
            .join(or())
            .join(prose![" stop, or leave tables of another form behind"]),
        Kind::StreamRemoved => {
            let tables = if is_one {
                " stop, and its tables stay as they are"
            } else {
                " stop, and their tables stay as they are"
            };
            prose!["the syncs of "].join(streams()).join(prose![tables])
        }
        Kind::FieldRemoved => {
            let stop = if group.len() == 1 {
                " stops filling, and what is built on it goes wrong in silence"
            } else {
                " stop filling, and what is built on them goes wrong in silence"
            };
            columns(group).join(prose![stop])
        }
        Kind::FieldTypeChanged | Kind::FieldFormatChanged => {
            let of_type = if group.len() == 1 {
                " with the old type"
            } else {
                " with the old types"
            };
            prose!["typed destinations have "]
                .join(columns(group))
                .join(prose![of_type, ": values are lost or the sync fails"])
        }
        Kind::FieldNotNullable => prose!["tables and models that expect null in "]
            .join(columns(group))
            .join(prose![" have another schema"]),
        Kind::PrimaryKeyChanged => prose!["deduplicated tables of "].join(streams()).join(prose![
            " match records by another key, and the platform may pause the connection"
        ]),
        Kind::CursorChanged => prose!["the saved state of "].join(streams()).join(prose![
            " has no value for the new cursor, and the platform may pause the connection"
        ]),
        Kind::SyncModeRemoved => prose!["connections that sync "]
            .join(streams())
            .join(prose![" the way that is gone stop"]),
        Kind::NamespaceChanged => prose!["the records of "]
            .join(streams())
            .join(prose![" go to other tables"]),
        Kind::StateChanged => prose!["the saved state of "]
            .join(streams())
            .join(prose![" is not understood: records are lost or read again"]),
        Kind::KeyValueChanged => prose!["records of "].join(streams()).join(prose![
            " no longer match those that are stored: duplicates appear"
        ]),
        _ => prose!["those who rely on it meet another behaviour"],
    }
}

/// The settings that change.
fn paths(group: &[&ContractChange], last: &'static str) -> Prose {
    let paths = named(group);
    match paths.is_empty() {
        true => prose!["the configuration"],
        false => Prose::listed(paths, last, MOST_NAMES),
    }
}

/// The paths of what changes below the configuration or a stream.
fn named<'a>(group: &[&'a ContractChange]) -> Vec<&'a str> {
    let paths = group.iter().map(|change| &*change.path);
    paths.filter(|path| !path.is_empty()).collect()
}

/// The streams that change.
fn streams(group: &[&ContractChange]) -> Prose {
    let mut names: Vec<&str> = group
        .iter()
        .filter_map(|change| change.stream.as_deref())
        .collect();
    names.dedup();
    Prose::listed(names, " and ", MOST_NAMES)
}

/// The fields that change, with their stream; of several streams those alone.
fn columns(group: &[&ContractChange]) -> Prose {
    let of = |what: Prose| what.join(prose![" of "]).join(streams(group));
    let paths = named(group);
    let is_one = is_one_stream(group);
    match paths.len() {
        1 if is_one => of(prose!["the column "].join(Prose::listed(paths, "", MOST_NAMES))),
        0 => of(prose!["columns"]),
        _ if is_one => of(prose!["the columns "].join(Prose::listed(paths, " and ", MOST_NAMES))),
        _ => of(prose!["columns"]),
    }
}

fn is_one_stream(group: &[&ContractChange]) -> bool {
    group.iter().all(|change| change.stream == group[0].stream)
}
