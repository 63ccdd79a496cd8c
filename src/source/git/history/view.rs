//! The repository on both sides of one commit: what a change needs besides, from memory where it can.
//!
//! Knows how a commit of the log becomes a change; knows nothing of the stream that it came from.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use jiff::civil::Date;

use super::super::batch::Objects;
use super::super::command::Git;
use super::super::revisions::commits;
use super::super::tree::Trees;
use super::super::{doubled, read_files};
use super::HistoryStep;
use super::state::{Live, Snapshot};
use super::stream::{LogStep, connector_of_metadata};
use super::unchanged::Unchanged;
use crate::changeset::{ChangeSet, Fetched, Gap, Identity, Need, Revision, Revisions, Side};
use crate::ids::{ObjectId, RepoPath};
use crate::source::{Connectors, METADATA, keep, keep_identity};

/// The repository as it was before and after one commit.
#[derive(Debug)]
pub struct HistoryView {
    pub(super) commit: ObjectId,
    pub(super) parent: ObjectId,
    pub(super) before: Snapshot,
    pub(super) after: Snapshot,
    pub(super) shared: Arc<Shared>,
}

/// What all commits of a history share: a batch for the rare questions that memory does not answer.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) connectors: Connectors,
    git: Git,
    trees: Mutex<Option<Trees>>,
    /// What of the first state could not be listed.
    pub(super) unlisted: Mutex<Vec<Gap>>,
    pub(super) unchanged: Unchanged,
}

pub(super) type Contents = BTreeMap<ObjectId, Result<Fetched, String>>;
pub(super) type Touched = BTreeMap<RepoPath, Option<Arc<Live>>>;

impl HistoryView {
    /// Reads what a change needs besides, most of it from memory.
    pub fn fetch_into(&self, set: &mut ChangeSet, needs: &[Need]) -> anyhow::Result<()> {
        let mut unknown: BTreeMap<Side, Vec<RepoPath>> = BTreeMap::new();
        for need in needs {
            match need {
                Need::File(side, path) => match self.remembered(*side, path) {
                    Some(live) => keep(set, *side, path.clone(), live.content.clone()),
                    None if self.knows_all() && self.is_metadata(path) => {
                        keep(set, *side, path.clone(), Ok(Fetched::Absent));
                    }
                    None if self.shared.is_absent(path)? => {
                        keep(set, *side, path.clone(), Ok(Fetched::Absent));
                    }
                    None => unknown.entry(*side).or_default().push(path.clone()),
                },
                Need::Identities => {
                    set.identities = Some(self.identities(&mut set.gaps));
                }
            }
        }
        for (side, paths) in unknown {
            let commit = if side == Side::Head {
                &self.commit
            } else {
                &self.parent
            };
            let found = self.shared.read(commit, &paths)?;
            for (path, found) in paths.into_iter().zip(found) {
                keep(set, side, path, found);
            }
        }
        Ok(())
    }

    /// Whether a connector that is not remembered is not there.
    fn knows_all(&self) -> bool {
        let unlisted = self
            .shared
            .unlisted
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        unlisted.is_empty()
    }

    fn is_metadata(&self, path: &RepoPath) -> bool {
        connector_of_metadata(path, &self.shared.connectors.roots).is_some()
    }

    fn remembered(&self, side: Side, path: &RepoPath) -> Option<&Arc<Live>> {
        let directory = connector_of_metadata(path, &self.shared.connectors.roots)?;
        let snapshot = if side == Side::Head {
            &self.after
        } else {
            &self.before
        };
        snapshot.get(&directory)
    }

    fn identities(&self, gaps: &mut Vec<Gap>) -> BTreeMap<RepoPath, Arc<Identity>> {
        gaps.extend(
            self.shared
                .unlisted
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .iter()
                .cloned(),
        );
        let mut identities = BTreeMap::new();
        for (directory, live) in self.after.all() {
            if let Some(identity) = live.identity(self.shared.connectors.identity) {
                identities.insert(directory, identity);
                continue;
            }
            let Ok(metadata) = directory.join(METADATA) else {
                continue;
            };
            let found = live.content.clone();
            keep_identity(
                &mut identities,
                gaps,
                &self.shared.connectors,
                metadata,
                directory,
                found,
            );
        }
        identities
    }

    pub(super) fn into_step(self, step: LogStep, touched: Touched, mut contents: Contents) -> HistoryStep {
        let (date, mut gaps) = match day(step.seconds) {
            Some(date) => (date, step.gaps),
            None => (Date::ZERO, [step.gaps, vec![undated()]].concat()),
        };
        let parent = Revision::Commit(self.parent.clone());
        let revisions = Revisions {
            base: parent.clone(),
            head: Revision::Commit(self.commit.clone()),
            target: parent,
        };
        let mut loaded: Vec<(Side, RepoPath, Result<Fetched, String>)> = Vec::new();
        for changed in &step.changes {
            let sides = [
                (Side::Base, changed.file.base(), &changed.base),
                (Side::Target, changed.file.base(), &changed.base),
                (Side::Head, changed.file.head(), &changed.head),
            ];
            for (side, entry, id) in sides {
                if let (Some(entry), Some(found)) = (entry, contents.get(id)) {
                    loaded.push((side, entry.path.clone(), found.clone()));
                }
            }
        }
        contents.clear();
        for (directory, before) in touched {
            let Ok(metadata) = directory.join(METADATA) else {
                continue;
            };
            let found =
                |live: Option<&Arc<Live>>| live.map_or(Ok(Fetched::Absent), |live| live.content.clone());
            loaded.push((Side::Base, metadata.clone(), found(before.as_ref())));
            loaded.push((Side::Target, metadata.clone(), found(before.as_ref())));
            loaded.push((Side::Head, metadata, found(self.after.get(&directory))));
        }
        let files: Vec<_> = step.changes.into_iter().map(|changed| changed.file).collect();
        gaps.extend(doubled(&files));
        let mut set = ChangeSet::new(revisions, files, date);
        set.gaps = gaps;
        for (side, path, found) in loaded {
            keep(&mut set, side, path, found);
        }
        HistoryStep {
            commit: step.commit,
            subject: step.subject,
            date,
            set,
            view: self,
        }
    }
}

impl Shared {
    pub(super) fn new(git: &Git, connectors: &Connectors, objects: Objects) -> Self {
        Self {
            connectors: connectors.clone(),
            git: git.clone(),
            trees: Mutex::new(Some(Trees::new(objects))),
            unlisted: Mutex::new(Vec::new()),
            unchanged: Unchanged::default(),
        }
    }

    /// Whether a path is known to hold nothing, without asking about a commit.
    fn is_absent(&self, path: &RepoPath) -> anyhow::Result<bool> {
        self.unchanged.is_absent(path, |first| {
            self.with_trees(|trees| {
                let found = read_files(trees, &[(first.clone(), path.clone())])?;
                Ok(found.first() != Some(&Ok(Fetched::Absent)))
            })
        })
    }

    pub(super) fn with_trees<T>(
        &self,
        ask: impl FnOnce(&mut Trees) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        // After a panic or an error the batch may be in the middle of an answer: a fresh one is started.
        let mut slot = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        let mut trees = match slot.take() {
            Some(trees) => trees,
            None => Trees::new(Objects::start(&self.git)?),
        };
        let answer = ask(&mut trees)?;
        *slot = Some(trees);
        Ok(answer)
    }

    pub(super) fn read(
        &self,
        commit: &ObjectId,
        paths: &[RepoPath],
    ) -> anyhow::Result<Vec<Result<Fetched, String>>> {
        self.with_trees(|trees| {
            let root = tree_of(trees, commit)?;
            let lookups: Vec<_> = paths.iter().map(|path| (root.clone(), path.clone())).collect();
            read_files(trees, &lookups)
        })
    }
}

pub(super) fn tree_of(trees: &mut Trees, commit: &ObjectId) -> anyhow::Result<ObjectId> {
    let found = commits(&mut trees.objects, &[commit.as_str()])?.pop().flatten();
    Ok(found
        .with_context(|| format!("commit {commit} is not in this clone"))?
        .tree)
}

/// The day of a moment in UTC.
fn day(seconds: Option<i64>) -> Option<Date> {
    let moment = jiff::Timestamp::from_second(seconds?).ok()?;
    Some(moment.to_zoned_datetime(jiff::tz::TimeZone::UTC).date())
}

fn undated() -> Gap {
    Gap {
        path: None,
        why: "the commit's date cannot be read".to_owned(),
    }
}
