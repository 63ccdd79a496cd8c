//! Whether the streams that new connections start with are a few, and streams that the connector has.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::manifest::NAMED;
use super::streams::streams_of_manifest;
use super::{Subject, met, missing};
use crate::finding::{Prose, RequirementState, code, prose};

/// How many streams new connections start with.
const FEWEST: usize = 3;
const MOST: usize = 10;

/// Judges the suggested streams by their number and, where the manifest names all its streams, by their names.
pub(super) fn state(subject: &Subject) -> RequirementState {
    let suggested = subject.metadata.suggested_streams.as_ref();
    let names: BTreeSet<&str> = suggested
        .iter()
        .flat_map(|streams| &streams.items)
        .map(|name| &*name.text)
        .collect();
    let known = streams_of_manifest(subject);
    if let Some(known) = &known {
        let is_known = |name: &&&str| known.iter().any(|stream| **stream == ***name);
        let unknown: Vec<&&str> = names.iter().filter(|name| !is_known(name)).collect();
        if !unknown.is_empty() {
            return missing(
                Prose::listed(&unknown, " and ", NAMED).join(match unknown.len() {
                    1 => prose![" is suggested, and the manifest has no such stream"],
                    _ => prose![" are suggested, and the manifest has no such streams"],
                }),
                prose!["Suggest streams of the manifest, written as there: "]
                    .join(Prose::listed(known, " or ", NAMED))
                    .join(prose!["."]),
            );
        }
    }
    // A connector with fewer streams suggests all that it has.
    let few = known.filter(|known| !known.is_empty() && known.len() < FEWEST);
    let fewest = few.as_ref().map_or(FEWEST, Vec::len);
    match suggested {
        Some(streams) if (fewest..=MOST).contains(&names.len()) => met(
            prose![names.len(), " are"],
            Some(subject.head.location(streams.key)),
        ),
        _ => missing(
            match (suggested, names.len()) {
                (None, _) => prose!["no streams are suggested"],
                (Some(_), 1) => prose!["1 stream is suggested"],
                (Some(_), count) => prose![count, " streams are suggested"],
            },
            remedy(few.as_deref()),
        ),
    }
}

fn remedy(few: Option<&[Arc<str>]>) -> Prose {
    match few {
        Some(few) => prose![
            "List what the connector has under ",
            code("suggestedStreams.streams"),
            ": "
        ]
        .join(Prose::listed(few, " and ", NAMED))
        .join(prose!["."]),
        None => prose![
            "List the 3 to 10 streams that most users want under ",
            code("suggestedStreams.streams"),
            "."
        ],
    }
}
