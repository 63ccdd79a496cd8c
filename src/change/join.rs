//! Which connector at head is which connector at base.
//!
//! A connector is joined to its old self by its folder, unless its `definitionId` says that it moved; then by git's
//! renames. So two connectors that swap folders are each compared with themselves, and the outcome does not depend on
//! git's rename limit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Change, ChangeKind, Connector, ConnectorDiff, Reading, Readings, changes};
use crate::changeset::{ChangeSet, ChangedFile, Entry, Fetched, FileKind, Side};
use crate::ids::RepoPath;
use crate::metadata::Metadata;
use crate::roots::ConnectorRoots;
use crate::text::Span;
use crate::yaml::{Document, Limits};

/// The path of a connector's `metadata.yaml`.
pub fn metadata_path(directory: &RepoPath) -> RepoPath {
    directory
        .join(b"metadata.yaml")
        .expect("a folder's path with a plain name added is a path")
}

/// Every connector that a change touches, joined over both sides, in the order of their folders; one that loses nothing
/// but its migration guide is among them while it has entries.
///
/// `readings` holds what was read already; an empty one serves a single change.
pub fn connectors(set: &ChangeSet, roots: &ConnectorRoots, readings: &Readings) -> Vec<ConnectorDiff> {
    let touched = touched(set, roots);
    let mut beside = without_guide(set, roots);
    beside.retain(|directory| !touched.contains_key(directory));
    let directories = || touched.keys().chain(&beside);
    let mut base = side(set, Side::Base, directories(), readings);
    let mut head = side(set, Side::Head, directories(), readings);
    let mut pairs: Vec<(Option<Connector>, Option<Connector>)> = Vec::new();
    for join in [by_directory_and_id, by_id, by_rename, by_directory] {
        let found = join(set, &base, &head);
        for (before, after) in found {
            if let (true, true) = (base.contains_key(&before), head.contains_key(&after)) {
                pairs.push((base.remove(&before), head.remove(&after)));
            }
        }
    }
    pairs.extend(base.into_values().map(|connector| (Some(connector), None)));
    pairs.extend(head.into_values().map(|connector| (None, Some(connector))));
    let mut diffs: Vec<ConnectorDiff> = pairs
        .into_iter()
        .map(|(base, head)| diff(set, &touched, readings, base, head))
        .collect();
    let has_entries = |diff: &ConnectorDiff| {
        let head = diff.metadata(Side::Head);
        head.is_some_and(|metadata| !metadata.releases.breaking_changes.is_empty())
    };
    diffs.retain(|diff| !beside.contains(diff.directory()) || has_entries(diff));
    diffs.sort_by(|left, right| left.directory().cmp(right.directory()));
    diffs
}

/// The folders of the connectors whose migration guide a change takes away, by the guide's name.
pub(crate) fn without_guide(set: &ChangeSet, roots: &ConnectorRoots) -> BTreeSet<RepoPath> {
    let gone = set.files.iter().filter_map(|file| {
        let base = file.base()?;
        let stays = file.head().is_some_and(|head| head.path == base.path);
        (!stays).then_some(&base.path)
    });
    let folder_of = |path: &RepoPath| {
        let rest = std::str::from_utf8(path.as_bytes()).ok()?;
        let (kinds, page) = rest.strip_prefix("docs/integrations/")?.split_once('/')?;
        let short = page.strip_suffix("-migrations.md")?;
        Some(format!("{}-{short}", kinds.strip_suffix('s')?))
    };
    let names: Vec<String> = gone.filter_map(folder_of).collect();
    if names.is_empty() {
        return BTreeSet::new();
    }
    let folders = roots.folders().unwrap_or_default();
    let paths = folders
        .iter()
        .flat_map(|folder| names.iter().filter_map(|name| folder.join(name.as_bytes()).ok()));
    paths.filter(|path| roots.contains(path)).collect()
}

type Connectors = BTreeMap<RepoPath, Connector>;

/// The folders of connectors in which something changed, on either side, with their changed files.
pub(crate) fn touched<'a>(
    set: &'a ChangeSet,
    roots: &ConnectorRoots,
) -> BTreeMap<RepoPath, Vec<&'a ChangedFile>> {
    let mut touched: BTreeMap<RepoPath, Vec<&ChangedFile>> = BTreeMap::new();
    for file in &set.files {
        let owners: BTreeSet<RepoPath> = [file.base(), file.head()]
            .into_iter()
            .flatten()
            .filter_map(|entry| directory_of(entry, roots))
            .collect();
        for owner in owners {
            touched.entry(owner).or_default().push(file);
        }
    }
    touched
}

/// The connector that a path belongs to; a link or submodule in the place of a folder belongs to that folder.
fn directory_of(entry: &Entry, roots: &ConnectorRoots) -> Option<RepoPath> {
    if entry.kind != FileKind::Regular && roots.contains(&entry.path) {
        return Some(entry.path.clone());
    }
    roots.directory_of(&entry.path)
}

fn side<'a>(
    set: &ChangeSet,
    side: Side,
    directories: impl Iterator<Item = &'a RepoPath>,
    readings: &Readings,
) -> Connectors {
    directories
        .filter_map(|directory| Some((directory.clone(), connector(set, side, directory, readings)?)))
        .collect()
}

fn connector(set: &ChangeSet, side: Side, directory: &RepoPath, readings: &Readings) -> Option<Connector> {
    let reading = match set.fetched(side, &metadata_path(directory))? {
        Fetched::Absent => return None,
        Fetched::File(bytes) => readings.of(bytes, read),
        Fetched::NotRegular(kind) => Arc::new(Reading::NotRegular(match kind {
            FileKind::Symlink => "a symbolic link",
            FileKind::Submodule => "a submodule",
            FileKind::Directory => "a folder",
            FileKind::Regular => "not a file",
        })),
        Fetched::TooLarge { .. } => Arc::new(Reading::NotRegular("a file of more than 4 MiB")),
    };
    Some(Connector {
        directory: directory.clone(),
        side,
        reading,
    })
}

fn read(bytes: &[u8]) -> Reading {
    match Document::parse(bytes, &Limits::METADATA) {
        Ok(document) => Reading::Read(Box::new(Metadata::read(document))),
        Err(unreadable) => Reading::Unreadable(unreadable),
    }
}

fn id(connector: &Connector) -> Option<&str> {
    Some(&*connector.metadata()?.definition_id.as_ref()?.text)
}

type Joined = Vec<(RepoPath, RepoPath)>;

fn by_directory_and_id(_: &ChangeSet, base: &Connectors, head: &Connectors) -> Joined {
    base.iter()
        .filter(|(directory, before)| head.get(*directory).is_some_and(|after| id(before) == id(after)))
        .map(|(directory, _)| (directory.clone(), directory.clone()))
        .collect()
}

/// Folders whose `definitionId` stands in exactly one other folder on the other side.
fn by_id(_: &ChangeSet, base: &Connectors, head: &Connectors) -> Joined {
    let mut joined = Joined::new();
    let holders = |side: &Connectors| {
        let mut holders: BTreeMap<String, Vec<RepoPath>> = BTreeMap::new();
        for (directory, connector) in side {
            if let Some(id) = id(connector) {
                holders.entry(id.to_owned()).or_default().push(directory.clone());
            }
        }
        holders
    };
    let after = holders(head);
    for (id, before) in holders(base) {
        if let ([before], Some([after])) = (before.as_slice(), after.get(&id).map(Vec::as_slice)) {
            joined.push((before.clone(), after.clone()));
        }
    }
    joined
}

fn by_rename(set: &ChangeSet, base: &Connectors, head: &Connectors) -> Joined {
    set.files
        .iter()
        .filter_map(|file| match file {
            ChangedFile::Renamed {
                base: before,
                head: after,
            } if after.path.file_name() == b"metadata.yaml" => {
                let (before, after) = (before.path.parent()?, after.path.parent()?);
                // A folder that holds a connector on both sides is judged as itself.
                let moved = !head.contains_key(&before) && !base.contains_key(&after);
                moved.then_some((before, after))
            }
            _ => None,
        })
        .collect()
}

fn by_directory(_: &ChangeSet, base: &Connectors, head: &Connectors) -> Joined {
    base.keys()
        .filter(|directory| head.contains_key(*directory))
        .map(|directory| (directory.clone(), directory.clone()))
        .collect()
}

fn diff(
    set: &ChangeSet,
    touched: &BTreeMap<RepoPath, Vec<&ChangedFile>>,
    readings: &Readings,
    base: Option<Connector>,
    head: Option<Connector>,
) -> ConnectorDiff {
    let folders: BTreeSet<RepoPath> = [&base, &head]
        .into_iter()
        .flatten()
        .map(|connector| connector.directory.clone())
        .collect();
    let target = match set.revisions.target == set.revisions.base {
        true => None,
        // The target's state is looked up by the folder at base: head may have moved it.
        false => folders
            .iter()
            .find_map(|directory| connector(set, Side::Target, directory, readings)),
    };
    let mut files: Vec<ChangedFile> = Vec::new();
    for file in folders.iter().filter_map(|folder| touched.get(folder)).flatten() {
        if !files.contains(file) {
            files.push((*file).clone());
        }
    }
    let mut found = Vec::new();
    let whole = |kind, from: Option<String>, to: Option<String>| {
        let place = |side: &Option<Connector>| side.as_ref().map(|_| Span::at(0));
        Change {
            kind,
            path: String::new(),
            from,
            to,
            base: place(&base),
            head: place(&head),
        }
    };
    match (&base, &head) {
        (None, Some(_)) => found.push(whole(ChangeKind::ConnectorAdded, None, None)),
        (Some(_), None) => found.push(whole(ChangeKind::ConnectorRemoved, None, None)),
        (Some(before), Some(after)) => {
            if before.directory != after.directory {
                let (from, to) = (before.directory.to_string(), after.directory.to_string());
                found.push(whole(ChangeKind::ConnectorRenamed, Some(from), Some(to)));
            }
            if let (Some(before), Some(after)) = (before.metadata(), after.metadata()) {
                found.extend(changes(before, after));
            }
        }
        (None, None) => {}
    }
    ConnectorDiff {
        base,
        head,
        target,
        changes: found,
        files,
        contract: None,
    }
}
