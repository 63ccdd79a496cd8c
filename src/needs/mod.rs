//! What has to be read beside the list of changed files.
//!
//! Two rounds suffice as a rule: the metadata of every touched connector with the changed files that bear its contract,
//! then what those point to; more are for a contract whose files point further. Pure: the source reads what is named here.

mod paths;

use std::collections::BTreeSet;

use crate::change::contract::Compatibility;
use crate::change::{
    Bump, Change, ChangeKind, ConnectorDiff, Readings, connectors, contract, metadata_path, touched,
    without_guide,
};
use crate::changeset::{ChangeSet, ChangedFile, Identity, Need, Side};
use crate::ids::RepoPath;
use crate::metadata::Metadata;
use crate::roots::ConnectorRoots;
use crate::yaml::{Document, Limits};

pub use paths::{
    acceptance_tests, documentation_page, manifest, migration_guide, owner_files, package_file, twins,
};

/// How many rounds follow the first one at most: a manifest, a schema and the shared parts that refer to one another take
/// one each.
const MOST_ROUNDS: usize = 6;

/// The most files of a connector that are compared with the target branch, to tell a change that has landed from another
/// that took the same version.
const MOST_COMPARED: usize = 32;

/// Joins the connectors of a change, with everything read that the rules look at; `fetch` reads what is named into the
/// change.
pub fn gather<E>(
    set: &mut ChangeSet,
    roots: &ConnectorRoots,
    policy_path: &RepoPath,
    readings: &Readings,
    mut fetch: impl FnMut(&mut ChangeSet, &[Need]) -> Result<(), E>,
) -> Result<Vec<ConnectorDiff>, E> {
    // Asks for what was neither read nor asked for; whether there was any.
    let mut asked: BTreeSet<Need> = BTreeSet::new();
    let mut ask = |set: &mut ChangeSet, needs: Vec<Need>| {
        let is_new = |need: &Need| unread(set, need) && !asked.contains(need);
        let needs: Vec<Need> = needs.into_iter().filter(is_new).collect();
        asked.extend(needs.iter().cloned());
        if !needs.is_empty() {
            fetch(set, &needs)?;
        }
        Ok(!needs.is_empty())
    };
    let needs = first_round(set, roots, policy_path);
    ask(set, needs)?;
    let mut diffs = connectors(set, roots, readings);
    let mut needs = second_round(set, &diffs);
    needs.extend(contract::attach(set, &mut diffs, readings, false));
    for _ in 0..MOST_ROUNDS {
        if !ask(set, needs)? {
            break;
        }
        needs = contract::attach(set, &mut diffs, readings, false);
    }
    contract::attach(set, &mut diffs, readings, true);
    ask(set, guides_of_breaks(&diffs))?;
    Ok(diffs)
}

/// The last round: the migration guide of what breaks, declared or not.
fn guides_of_breaks(diffs: &[ConnectorDiff]) -> Vec<Need> {
    let breaks = |diff: &&ConnectorDiff| {
        let contract = diff.contract.as_ref();
        let loses_normalization = |change: &Change| change.path.starts_with("data.normalizationConfig");
        contract.is_some_and(|contract| contract.diff.compatibility == Compatibility::Breaking)
            || diff.changes.iter().any(loses_normalization)
    };
    let guide = |diff: &ConnectorDiff| {
        let head = diff.head.as_ref()?;
        Some(Need::File(
            Side::Head,
            migration_guide(&head.directory, head.metadata()?)?,
        ))
    };
    diffs.iter().filter(breaks).filter_map(guide).collect()
}

/// The first round: the metadata of every touched connector on each side, the changed files that bear its contract or say
/// how it is tested, its twins, and a policy that the change proposes.
fn first_round(set: &ChangeSet, roots: &ConnectorRoots, policy_path: &RepoPath) -> Vec<Need> {
    let mut sides = vec![Side::Base, Side::Head];
    if set.revisions.target != set.revisions.base {
        sides.push(Side::Target);
    }
    let mut needs = BTreeSet::new();
    for directory in touched(set, roots).keys().chain(&without_guide(set, roots)) {
        let path = metadata_path(directory);
        needs.extend(sides.iter().map(|side| Need::File(*side, path.clone())));
    }
    needs.extend(contract::changed_files(set, roots));
    for (directory, files) in touched(set, roots) {
        let changes = |path: &RepoPath| {
            let sides = files.iter().flat_map(|file| [file.base(), file.head()]);
            sides.flatten().any(|entry| entry.path == *path)
        };
        let tests = acceptance_tests(&directory);
        if changes(&tests) {
            needs.extend([Side::Base, Side::Head].map(|side| Need::File(side, tests.clone())));
        }
        // Whether its metadata moves what a twin shares is known later; asking along costs no round of its own.
        if changes(&metadata_path(&directory)) {
            let twins = twins(&directory, roots).into_iter();
            needs.extend(twins.map(|twin| Need::File(Side::Head, metadata_path(&twin))));
        }
    }
    if set.changed(Side::Head, policy_path).is_some() {
        needs.insert(Need::File(Side::Head, policy_path.clone()));
    }
    needs.into_iter().collect()
}

/// The second round: what the connectors' metadata points to, and the other connectors where an identity is new.
fn second_round(set: &ChangeSet, diffs: &[ConnectorDiff]) -> Vec<Need> {
    let mut needs = BTreeSet::new();
    for diff in diffs {
        needs.extend(
            context_files(diff)
                .into_iter()
                .map(|path| Need::File(Side::Head, path)),
        );
        needs.extend(release_files(set, diff));
        needs.extend(landed_files(diff));
        let identity = |kind: &ChangeKind| {
            matches!(
                kind,
                ChangeKind::ConnectorAdded | ChangeKind::ConnectorRenamed | ChangeKind::Identity { .. }
            )
        };
        if diff.changes.iter().any(|change| identity(&change.kind)) {
            needs.insert(Need::Identities);
        }
    }
    needs.into_iter().collect()
}

/// A source may bring some of it along.
fn unread(set: &ChangeSet, need: &Need) -> bool {
    match need {
        Need::File(side, path) => set.fetched(*side, path).is_none(),
        Need::Identities => set.identities.is_none(),
    }
}

/// Unchanged files that a connector's requirements look at.
fn context_files(diff: &ConnectorDiff) -> Vec<RepoPath> {
    let Some(head) = &diff.head else { return Vec::new() };
    let Some(metadata) = head.metadata() else {
        return Vec::new();
    };
    let mut paths = Vec::new();
    let kinds = |wanted: fn(&ChangeKind) -> bool| diff.changes.iter().any(|change| wanted(&change.kind));
    if kinds(|kind| {
        matches!(
            kind,
            ChangeKind::BreakingChangeDeclared { .. }
                | ChangeKind::BreakingChangeEdited { .. }
                // A version that announces a break asks for what belongs to one, with an entry or without.
                | ChangeKind::Version {
                    bump: Bump::Major | Bump::Unknown,
                    ..
                }
        )
    }) || (diff.base.is_none() && !metadata.releases.breaking_changes.is_empty())
    {
        paths.extend(migration_guide(&head.directory, metadata));
    }
    if kinds(|kind| {
        matches!(
            kind,
            ChangeKind::SupportLevel | ChangeKind::ReleaseStage | ChangeKind::ConnectorAdded
        )
    }) && is_promising(metadata)
    {
        paths.extend(documentation_page(metadata));
        paths.extend(head.directory.join(b"icon.svg"));
        paths.push(acceptance_tests(&head.directory));
        paths.extend(manifest(&head.directory));
        paths.extend(owner_files());
    }
    paths
}

/// Whether a connector says that it is certified or generally available.
fn is_promising(metadata: &Metadata) -> bool {
    let says = |field: &Option<crate::metadata::Field>, word: &str| {
        field.as_ref().is_some_and(|field| &*field.text == word)
    };
    says(&metadata.support_level, "certified") || says(&metadata.release_stage, "generally_available")
}

/// What a release is compared with: the page with the changelog, and the package's own version.
///
/// A file that does not change is the same on both sides, and is read at head only.
fn release_files(set: &ChangeSet, diff: &ConnectorDiff) -> Vec<Need> {
    let (Some(head), Some(after)) = (&diff.head, diff.metadata(Side::Head)) else {
        return Vec::new();
    };
    let released = diff.change("version").is_some();
    let is_changed =
        |path: &RepoPath| set.changed(Side::Head, path).is_some() || set.changed(Side::Base, path).is_some();
    let mut needs = Vec::new();
    let before = diff.metadata(Side::Base).and_then(documentation_page);
    if let Some(before) = before.filter(|_| released) {
        let page = documentation_page(after);
        if page.as_ref() != Some(&before) || is_changed(&before) {
            needs.push(Need::File(Side::Base, before));
        }
        needs.extend(page.map(|page| Need::File(Side::Head, page)));
    }
    if let Some(path) = package_file(&head.directory) {
        let before = diff.base.as_ref().and_then(|base| package_file(&base.directory));
        let changed = is_changed(&path) || before.as_ref().is_some_and(is_changed);
        if changed || (released && may_be_package(after)) {
            needs.push(Need::File(Side::Head, path));
        }
        needs.extend(
            before
                .filter(|_| changed)
                .map(|path| Need::File(Side::Base, path)),
        );
    }
    needs
}

/// What tells whether this change is the one that landed, where the target branch has its metadata already.
fn landed_files(diff: &ConnectorDiff) -> Vec<Need> {
    let text = |side| Some(diff.metadata(side)?.document().text());
    let is_there = text(Side::Target).is_some() && text(Side::Target) == text(Side::Head);
    if !is_there || diff.change("version").is_none() {
        return Vec::new();
    }
    let paths = diff.files.iter().map(ChangedFile::path).take(MOST_COMPARED);
    let both = paths.flat_map(|path| [Side::Head, Side::Target].map(|side| Need::File(side, path.clone())));
    both.collect()
}

/// Whether a connector may be a Python package: its tags say so, or no language at all.
pub fn may_be_package(metadata: &Metadata) -> bool {
    let mut languages = metadata
        .tags
        .iter()
        .flat_map(|tags| &tags.items)
        .filter_map(|tag| tag.text.strip_prefix("language:"))
        .peekable();
    languages.peek().is_none() || languages.any(|language| matches!(language, "python" | "low-code"))
}

/// Whether a change has to be made in a connector's other edition as well.
pub fn moves_twins(kind: &ChangeKind) -> bool {
    matches!(
        kind,
        ChangeKind::Version { .. }
            | ChangeKind::SupportLevel
            | ChangeKind::ReleaseStage
            | ChangeKind::BreakingChangeDeclared { .. }
    )
}

/// What a connector is known by; empty for a file that cannot be read.
pub fn identity_of(bytes: &[u8]) -> Identity {
    let Ok(document) = Document::parse(bytes, &Limits::METADATA) else {
        return Identity::default();
    };
    let text = |key: &str| {
        document
            .root()
            .at(&["data", key])
            .and_then(crate::yaml::Node::text)
            .map(str::to_owned)
    };
    Identity {
        definition_id: text("definitionId"),
        docker_repository: text("dockerRepository"),
    }
}
