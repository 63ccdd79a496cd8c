//! A change set out of two maps of files, as any source would hand it over.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use jiff::civil::Date;
use tierguard::change::{ConnectorDiff, Readings};
use tierguard::changeset::{
    ChangeSet, ChangedFile, Entry, Fetched, FileKind, Need, Revision, Revisions, Side,
};
use tierguard::ids::RepoPath;
use tierguard::needs::{gather, identity_of};
use tierguard::policy::Policy;
use tierguard::rules::policy_path;

/// Files by path.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Compares two trees; reads nothing.
pub(crate) fn change_set(base: &Files, head: &Files, target: Option<&Files>, today: Date) -> ChangeSet {
    let path = |text: &str| RepoPath::new(text.as_bytes()).expect("fixtures have plain paths");
    let entry = |text: &str| Entry {
        path: path(text),
        kind: FileKind::Regular,
    };
    let names: BTreeSet<&String> = base.keys().chain(head.keys()).collect();
    let files = names
        .into_iter()
        .filter_map(|name| match (base.get(name), head.get(name)) {
            (None, _) => Some(ChangedFile::Added(entry(name))),
            (_, None) => Some(ChangedFile::Deleted(entry(name))),
            (before, after) if before == after => None,
            _ => Some(ChangedFile::Modified {
                base: entry(name),
                head: entry(name),
            }),
        })
        .collect();
    let folder = |name: &str| Revision::Folder(name.to_owned());
    let tip = if target.is_some() { "target" } else { "base" };
    let revisions = Revisions {
        base: folder("base"),
        head: folder("head"),
        target: folder(tip),
    };
    ChangeSet::new(revisions, files, today)
}

/// Reads what is needed out of the trees, and joins the connectors.
pub(crate) fn joined(
    set: &mut ChangeSet,
    (base, head, target): &(Files, Files, Option<Files>),
    policy: &Policy,
) -> Vec<ConnectorDiff> {
    let fetch = |set: &mut ChangeSet, needs: &[Need]| {
        for need in needs {
            match need {
                Need::File(side, path) => {
                    let tree = match side {
                        Side::Base => base,
                        Side::Head => head,
                        Side::Target => target.as_ref().unwrap_or(base),
                    };
                    let bytes = tree.get(&path.to_string());
                    let found = bytes.map_or(Fetched::Absent, |bytes| Fetched::File(bytes.as_slice().into()));
                    set.contents.entry((*side, path.clone())).or_insert(found);
                }
                Need::Identities => {
                    let identities = head.iter().filter_map(|(name, bytes)| {
                        let path = RepoPath::new(name.as_bytes()).expect("fixtures have plain paths");
                        let directory = path
                            .parent()
                            .filter(|directory| policy.roots.contains(directory))?;
                        name.ends_with("/metadata.yaml")
                            .then(|| (directory, Arc::new(identity_of(bytes))))
                    });
                    set.identities = Some(identities.collect());
                }
            }
        }
        Ok::<(), Infallible>(())
    };
    let Ok(diffs) = gather(set, &policy.roots, &policy_path(), &Readings::default(), fetch);
    diffs
}
