//! A change between two trees in memory, for examples of changes that no repository holds.
//!
//! Moved files are a deleted and an added one; base is also the target.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::{Connectors, METADATA, Source, keep_identity};
use crate::changeset::{
    ChangeSet, ChangedFile, Entry, Fetched, FileKind, Need, PullRequestFacts, Revision, Revisions, Side,
};
use crate::ids::RepoPath;

/// Files by path.
pub type Files = BTreeMap<RepoPath, Arc<[u8]>>;

/// Two trees, and what the pull request says beside them.
#[derive(Debug)]
pub struct MemorySource {
    /// The tree before the change.
    pub base: Files,
    /// The tree that is proposed.
    pub head: Files,
    /// What is said beside the files.
    pub facts: PullRequestFacts,
}

impl MemorySource {
    fn find(&self, side: Side, path: &RepoPath) -> Fetched {
        let files = match side {
            Side::Base | Side::Target => &self.base,
            Side::Head => &self.head,
        };
        files
            .get(path)
            .map_or(Fetched::Absent, |bytes| Fetched::File(Arc::clone(bytes)))
    }
}

impl Source for MemorySource {
    fn change_set(&mut self, today: Date) -> anyhow::Result<ChangeSet> {
        let entry = |path: &RepoPath| Entry {
            path: path.clone(),
            kind: FileKind::Regular,
        };
        let paths: BTreeSet<&RepoPath> = self.base.keys().chain(self.head.keys()).collect();
        let files = paths
            .into_iter()
            .filter_map(|path| match (self.base.get(path), self.head.get(path)) {
                (None, _) => Some(ChangedFile::Added(entry(path))),
                (_, None) => Some(ChangedFile::Deleted(entry(path))),
                (before, after) if before == after => None,
                _ => Some(ChangedFile::Modified {
                    base: entry(path),
                    head: entry(path),
                }),
            })
            .collect();
        let named = |name: &str| Revision::Folder(name.to_owned());
        let revisions = Revisions {
            base: named("base"),
            head: named("head"),
            target: named("base"),
        };
        let mut set = ChangeSet::new(revisions, files, today);
        for part in &mut set.parts {
            part.facts = self.facts.clone();
        }
        Ok(set)
    }

    fn fetch_into(
        &mut self,
        set: &mut ChangeSet,
        needs: &[Need],
        connectors: &Connectors,
    ) -> anyhow::Result<()> {
        for need in needs {
            match need {
                Need::File(side, path) => {
                    let found = self.find(*side, path);
                    set.contents.insert((*side, path.clone()), found);
                }
                Need::Identities => {
                    let mut identities = BTreeMap::new();
                    for path in self.head.keys().filter(|path| path.file_name() == METADATA) {
                        let Some(directory) =
                            path.parent().filter(|folder| connectors.roots.contains(folder))
                        else {
                            continue;
                        };
                        let found = Ok(self.find(Side::Head, path));
                        keep_identity(
                            &mut identities,
                            &mut set.gaps,
                            connectors,
                            path.clone(),
                            directory,
                            found,
                        );
                    }
                    set.identities = Some(identities);
                }
            }
        }
        Ok(())
    }

    fn read(&mut self, side: Side, path: &RepoPath) -> anyhow::Result<Fetched> {
        Ok(self.find(side, path))
    }
}
