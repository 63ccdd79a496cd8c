//! A connector's contract on both sides of a change, read as far as files were read.
//!
//! Only what differs is wanted: a connector of which no file that bears the contract changed has the same contract before
//! and after, and is read only where an entry names its streams. Knows which files a comparison needs; knows nothing of how they are read.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{ContractChange, ContractDiff, compare};
use crate::change::{ChangeKind, ConnectorDiff, Readings};
use crate::changeset::{ChangeSet, ChangedFile, Entry, FileKind, Need, Side};
use crate::contract::{Bearing, Contract, Input, Known, Place, Reason, ReasonKind, Schema, bearing, read};
use crate::finding::Location;
use crate::ids::RepoPath;
use crate::roots::ConnectorRoots;

/// How many files that were not read are named.
const NAMED: usize = 3;

/// The contract before and after, and what differs.
#[derive(Debug)]
pub struct ContractOf {
    /// At the merge base.
    pub base: Contract,
    /// As proposed.
    pub head: Contract,
    /// What differs, and whether it breaks.
    pub diff: ContractDiff,
    /// The changed files that bear the contract, in the order of their paths.
    pub changed: Vec<RepoPath>,
}

impl ContractOf {
    /// The location of a place on a side.
    pub fn location(&self, side: Side, place: Place) -> Location {
        let contract = if side == Side::Base {
            &self.base
        } else {
            &self.head
        };
        // The place of what stands in no file that could be read is the first file that changed.
        let Some(file) = contract.files.get(place.file) else {
            return Location::file(self.changed.first().cloned().unwrap_or_else(RepoPath::root), side);
        };
        let document = &file.document;
        Location::new(
            file.path.clone(),
            side,
            Arc::clone(document.text()),
            document.lines(),
            place.span,
        )
    }

    /// Where a change shows: at head where something stands there, else, and for what is gone, at base.
    pub fn location_of(&self, change: &ContractChange) -> Option<Location> {
        match (change.head, change.base) {
            (_, Some(base)) if change.is_loss() => Some(self.location(Side::Base, base)),
            (Some(head), _) => Some(self.location(Side::Head, head)),
            (None, Some(base)) => Some(self.location(Side::Base, base)),
            (None, None) => None,
        }
    }
}

/// The contents that the contracts of changed connectors are read from: every changed file that bears one.
///
/// A connector that is new or gone has nothing to be compared with.
pub(crate) fn changed_files(set: &ChangeSet, roots: &ConnectorRoots) -> Vec<Need> {
    let mut needs = Vec::new();
    for (directory, files) in crate::change::touched(set, roots) {
        let metadata = crate::change::metadata_path(&directory);
        let appears = |file: &&ChangedFile| match file {
            ChangedFile::Added(entry) | ChangedFile::Deleted(entry) => entry.path == metadata,
            _ => false,
        };
        if files.iter().any(appears) {
            continue;
        }
        for file in files {
            for (side, entry) in sides(file) {
                if bears(&directory, entry) {
                    needs.push(Need::File(side, entry.path.clone()));
                }
            }
        }
    }
    needs
}

fn sides(file: &ChangedFile) -> impl Iterator<Item = (Side, &Entry)> {
    let base = file.base().map(|entry| (Side::Base, entry));
    base.into_iter()
        .chain(file.head().map(|entry| (Side::Head, entry)))
}

/// Whether a file holds a part of a connector's contract as data.
pub fn bears_contract(directory: &RepoPath, path: &RepoPath) -> bool {
    bearing(directory, path).is_some_and(|bearing| bearing != Bearing::Code)
}

fn bears(directory: &RepoPath, entry: &Entry) -> bool {
    bears_contract(directory, &entry.path) && entry.kind == FileKind::Regular
}

/// Compares the contracts of the connectors for which everything wanted was read; names what the others still want.
///
/// With `all` the rest is compared as well: what was not read cannot be told.
pub(crate) fn attach(
    set: &ChangeSet,
    diffs: &mut [ConnectorDiff],
    readings: &Readings,
    all: bool,
) -> Vec<Need> {
    let mut needs = BTreeSet::new();
    for diff in diffs.iter_mut().filter(|diff| diff.contract.is_none()) {
        let Some(contract) = contract_of(set, diff, readings, all, &mut needs) else {
            continue;
        };
        diff.contract = Some(Arc::new(contract));
    }
    needs.into_iter().collect()
}

fn contract_of(
    set: &ChangeSet,
    diff: &ConnectorDiff,
    readings: &Readings,
    all: bool,
    needs: &mut BTreeSet<Need>,
) -> Option<ContractOf> {
    let (base, head) = (diff.base.as_ref()?, diff.head.as_ref()?);
    let changed: BTreeSet<RepoPath> = diff
        .files
        .iter()
        .flat_map(sides)
        .filter(|(side, entry)| {
            let directory = if *side == Side::Base {
                &base.directory
            } else {
                &head.directory
            };
            bearing(directory, &entry.path).is_some()
        })
        .map(|(_, entry)| entry.path.clone())
        .collect();
    if changed.is_empty() && !names_streams(diff) {
        return None;
    }
    let before = OneSide::new(set, diff, Side::Base, &base.directory);
    let after = OneSide::new(set, diff, Side::Head, &head.directory);
    let (mut base, mut wanted_before) = before.read(readings, false);
    let (mut head, mut wanted_after) = after.read(readings, false);
    // A schema that moved between a file and the manifest is compared by its content, also where the file stayed.
    if unlike(&base, &head) {
        (base, wanted_before) = before.read(readings, true);
    }
    if unlike(&head, &base) {
        (head, wanted_after) = after.read(readings, true);
    }
    let wants = !wanted_before.is_empty() || !wanted_after.is_empty();
    if wants && !all {
        needs.extend(wanted_before.into_iter().map(|path| before.need(path)));
        needs.extend(wanted_after.into_iter().map(|path| after.need(path)));
        return None;
    }
    let mut diff = compare(&base, &head);
    // Asked for to the end and not read: whatever it holds, this is no pass.
    for path in wanted_before.iter().chain(&wanted_after).take(NAMED) {
        diff.doubt(Reason::new(ReasonKind::NotRead, path.to_string(), None).of("asked for"));
    }
    Some(ContractOf {
        diff,
        base,
        head,
        changed: changed.into_iter().collect(),
    })
}

/// Whether an entry that is new or edited names streams: they are looked up, also where the contract stays as it is.
fn names_streams(diff: &ConnectorDiff) -> bool {
    let Some(metadata) = diff.metadata(Side::Head) else {
        return false;
    };
    diff.changes.iter().any(|change| match &change.kind {
        ChangeKind::BreakingChangeDeclared { version } | ChangeKind::BreakingChangeEdited { version, .. } => {
            let entry = metadata.releases.entry(version);
            entry.is_some_and(|entry| !entry.scoped_impact.is_empty())
        }
        _ => false,
    })
}

/// Whether a stream's schema stands in a file that was not read, and on the other side anywhere else.
fn unlike(side: &Contract, other: &Contract) -> bool {
    side.streams.iter().any(|stream| {
        let Some(reason) = unread(&stream.schema) else {
            return false;
        };
        // They are sorted by name.
        let twin = other
            .streams
            .binary_search_by(|twin| twin.name.text.cmp(&stream.name.text));
        twin.is_ok_and(|at| !unread(&other.streams[at].schema).is_some_and(|twin| twin.same(reason)))
    })
}

/// Why a schema is not known, where that is a file that nobody read.
fn unread(schema: &Known<Schema>) -> Option<&Reason> {
    match schema {
        Known::CannotTell(reason) if reason.kind == ReasonKind::NotRead => Some(reason),
        _ => None,
    }
}

/// The files of one side of a connector.
struct OneSide<'a> {
    set: &'a ChangeSet,
    side: Side,
    directory: RepoPath,
    /// The changed files that this side has.
    changed: Vec<RepoPath>,
    /// The changed files that only the other side has.
    gone: Vec<RepoPath>,
    want_streams: bool,
}

impl<'a> OneSide<'a> {
    fn new(set: &'a ChangeSet, diff: &ConnectorDiff, side: Side, directory: &RepoPath) -> Self {
        let of = |wanted: bool| {
            let entries = diff.files.iter().flat_map(sides);
            entries
                .filter(move |(of, _)| (*of == side) == wanted)
                .map(|(_, entry)| entry.path.clone())
        };
        let changed: Vec<RepoPath> = of(true).collect();
        let gone = of(false).filter(|path| !changed.contains(path)).collect();
        Self {
            set,
            side,
            directory: directory.clone(),
            changed,
            gone,
            want_streams: names_streams(diff),
        }
    }

    fn read(&self, readings: &Readings, want_all_schemas: bool) -> (Contract, Vec<RepoPath>) {
        let read = read(&Input {
            directory: &self.directory,
            side: self.side,
            changed: &self.changed,
            gone: &self.gone,
            fetched: &|path| self.set.fetched(self.side_of(path), path).cloned(),
            parse: &|path, bytes| readings.document(path, bytes),
            want_all_schemas,
            want_streams: self.want_streams,
        });
        (read.contract, read.wants)
    }

    /// Where a file is read: what did not change is read once, at head.
    fn side_of(&self, path: &RepoPath) -> Side {
        if self.changed.contains(path) || self.gone.contains(path) {
            self.side
        } else {
            Side::Head
        }
    }

    fn need(&self, path: RepoPath) -> Need {
        Need::File(self.side_of(&path), path)
    }
}
