//! What differs between two trees, found by walking both.
//!
//! Only folders whose ids differ are looked into, all of one depth together. Knows trees and what a row of the change
//! is; knows nothing of patches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::changeset::{ChangedFile, Entry, FileKind, Gap};
use crate::ids::{ObjectId, RepoPath};
use crate::source::tree::{DOUBLED, NOT_READ, Tree, TreeEntry, TreeStore, kind_of};

/// The most folders that a walk looks into on both sides; 100 queries read so many.
const MOST_WALKED: usize = 10_000;

/// What differs between two trees.
#[derive(Debug, Default)]
pub(super) struct Difference {
    /// The files that only base has.
    pub(super) deleted: BTreeMap<RepoPath, File>,
    /// The files that only head has.
    pub(super) added: BTreeMap<RepoPath, File>,
    /// The files that both have, before and after.
    pub(super) modified: BTreeMap<RepoPath, (File, File)>,
    /// What could not be compared.
    pub(super) gaps: Vec<Gap>,
}

/// A file on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) kind: FileKind,
    pub(super) id: ObjectId,
}

/// A folder with its trees on both sides.
type Pair = (RepoPath, Option<ObjectId>, Option<ObjectId>);

impl Difference {
    /// Walks two root trees.
    pub(super) fn between(
        store: &mut impl TreeStore,
        base: &ObjectId,
        head: &ObjectId,
    ) -> anyhow::Result<Self> {
        let mut found = Self::default();
        let mut level = Vec::new();
        if base != head {
            level.push((RepoPath::root(), Some(base.clone()), Some(head.clone())));
        }
        let mut walked = 0;
        while !level.is_empty() {
            walked += level.len();
            if walked > MOST_WALKED {
                found.gap(
                    RepoPath::root(),
                    format!("more than {MOST_WALKED} folders differ: the change was not read to its end"),
                );
                break;
            }
            let ids = level.iter().flat_map(|(_, base, head)| [base, head]);
            store.load(ids.flatten().cloned().collect())?;
            let mut next = Vec::new();
            for (folder, base, head) in level {
                let tree = |id: &Option<ObjectId>| match id {
                    None => Ok(None),
                    Some(id) => match store.tree(id) {
                        Some(Ok(tree)) => Ok(Some(tree.clone())),
                        Some(Err(why)) => Err(why.clone()),
                        None => Err(NOT_READ.to_owned()),
                    },
                };
                match (tree(&base), tree(&head)) {
                    (Ok(base), Ok(head)) => found.folder(&folder, base.as_ref(), head.as_ref(), &mut next),
                    (Err(why), _) | (_, Err(why)) => found.gap(folder, why),
                }
            }
            level = next;
        }
        Ok(found)
    }

    fn gap(&mut self, path: RepoPath, why: String) {
        self.gaps.push(Gap {
            path: Some(path),
            why,
        });
    }

    fn folder(
        &mut self,
        folder: &RepoPath,
        base: Option<&Arc<Tree>>,
        head: Option<&Arc<Tree>>,
        next: &mut Vec<Pair>,
    ) {
        let sides = [base, head].into_iter().flatten();
        let names: BTreeSet<&[u8]> = sides
            .flat_map(|tree| tree.entries().iter().map(|entry| &*entry.name))
            .collect();
        for name in names {
            let before = base.map_or(&[][..], |tree| tree.named(name));
            let after = head.map_or(&[][..], |tree| tree.named(name));
            if before == after {
                continue;
            }
            match folder.join(name) {
                Ok(path) => self.path(path, before, after, next),
                Err(unsafe_path) => self.gaps.push(Gap {
                    path: None,
                    why: unsafe_path.to_string(),
                }),
            }
        }
    }

    /// What a name holds before and after, where that differs.
    fn path(&mut self, path: RepoPath, before: &[TreeEntry], after: &[TreeEntry], next: &mut Vec<Pair>) {
        let ([] | [_], [] | [_]) = (before, after) else {
            return self.gap(path, DOUBLED.to_owned());
        };
        let (mut folders, mut files) = ([None, None], [None, None]);
        for (side, entry) in [before.first(), after.first()].into_iter().enumerate() {
            let Some(entry) = entry else { continue };
            match kind_of(entry.mode) {
                None => {
                    return self.gap(path, format!("git knows no file of the mode {:o}", entry.mode));
                }
                Some(FileKind::Directory) => folders[side] = Some(entry.id.clone()),
                Some(kind) => {
                    files[side] = Some(File {
                        kind,
                        id: entry.id.clone(),
                    });
                }
            }
        }
        if folders.iter().any(Option::is_some) {
            let [base, head] = folders;
            // Two folders of one id differ in nothing but how their mode is written.
            if base != head {
                next.push((path.clone(), base, head));
            }
        }
        match files {
            [Some(base), Some(head)] => {
                self.modified.insert(path, (base, head));
            }
            [Some(base), None] => {
                self.deleted.insert(path, base);
            }
            [None, Some(head)] => {
                self.added.insert(path, head);
            }
            [None, None] => {}
        }
    }

    /// The rows of the change: where a pair of paths names a file that is gone and one that is new, they are one that
    /// moved.
    pub(super) fn into_files(self, moves: &[(RepoPath, RepoPath)]) -> Vec<ChangedFile> {
        let Self {
            mut deleted,
            mut added,
            modified,
            ..
        } = self;
        let entry = |path: RepoPath, file: File| Entry {
            path,
            kind: file.kind,
        };
        let mut files = Vec::new();
        for (from, to) in moves {
            if !deleted.contains_key(from) || !added.contains_key(to) {
                continue;
            }
            if let (Some(base), Some(head)) = (deleted.remove(from), added.remove(to)) {
                files.push(ChangedFile::Renamed {
                    base: entry(from.clone(), base),
                    head: entry(to.clone(), head),
                });
            }
        }
        let one_sided =
            |files: BTreeMap<RepoPath, File>| files.into_iter().map(|(path, file)| entry(path, file));
        files.extend(one_sided(deleted).map(ChangedFile::Deleted));
        files.extend(one_sided(added).map(ChangedFile::Added));
        files.extend(
            modified
                .into_iter()
                .map(|(path, (base, head))| ChangedFile::Modified {
                    base: entry(path.clone(), base),
                    head: entry(path, head),
                }),
        );
        files
    }

    /// The object at head of each path, or at base for a file that is gone.
    pub(super) fn objects(&self) -> BTreeMap<RepoPath, ObjectId> {
        let one_sided = self.deleted.iter().chain(&self.added);
        let both = self.modified.iter().map(|(path, (_, head))| (path, head));
        one_sided
            .chain(both)
            .map(|(path, file)| (path.clone(), file.id.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests;
