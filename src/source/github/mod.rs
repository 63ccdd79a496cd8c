//! A change on GitHub: a pull request, or a group of the merge queue, read through the API alone.
//!
//! The base of comparison is the merge base, and every revision is a commit's id. What changed is found by walking the
//! trees of both sides; patches tell only which files moved and which lines can take a comment. Trees and files are
//! checked against their ids. Needs no clone; a fork's commits are read through the repository that they are proposed
//! to.

mod api;
mod blobs;
mod compare;
mod facts;
mod group;
mod list;
mod paged;
mod patches;
mod permission;
mod policy;
mod prefetch;
mod pull_request;
mod recent;
mod teams;
mod tree_wire;
mod trees;
mod waivers;
mod walk;
mod writers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Context;
use jiff::civil::Date;

pub use self::list::open_pull_requests;
pub use self::permission::role;
pub use self::policy::{PolicyRef, pinned_file};
pub use self::pull_request::NotCompared;
pub use self::recent::RecentCommit;

use self::api::Api;
use self::blobs::Blobs;
use self::compare::FileRow;
use self::trees::{At, Trees};
use self::walk::Difference;
use super::tree::{NOT_READ, Search, Standing, resolve};
use super::{Connectors, LARGEST_FILE, METADATA, Source};
use crate::changeset::{
    ChangeSet, ChangedFile, Fetched, FileKind, Gap, Identity, Need, Part, PullRequest, Revision, Revisions,
    Side, Viewer,
};
use crate::ids::{ObjectId, RepoPath};

/// The most folders that are guessed together with the root trees: with those and a policy they fill one query.
const MOST_GUESSED: usize = api::MOST_OBJECTS - 6;

/// A pull request or a merge group on GitHub.
#[derive(Debug)]
pub struct GitHubSource<'c> {
    trees: Trees<'c>,
    blobs: Blobs,
    commits: Commits,
    default_branch: String,
    viewer: Option<Viewer>,
    /// The one that is reviewed, or the members of the group.
    pull_requests: Vec<PullRequest>,
    parts: Vec<Part>,
    is_group: bool,
    /// The files of the comparison, as far as GitHub names them.
    rows: Vec<FileRow>,
    /// The files of the pull request's list beyond those of the comparison, by page, once they were asked for.
    listed: BTreeMap<u64, Vec<FileRow>>,
    /// What stands at head, or stood at base, at each changed path.
    objects: BTreeMap<RepoPath, ObjectId>,
    gaps: Vec<Gap>,
}

/// The commits that a change stands between, and those that a policy can be read at.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Commits {
    base: ObjectId,
    head: ObjectId,
    target: ObjectId,
    /// The tip of the target branch, also where `target` is older.
    target_tip: ObjectId,
    default_tip: ObjectId,
}

impl Commits {
    fn at(&self, side: Side) -> &ObjectId {
        match side {
            Side::Base => &self.base,
            Side::Head => &self.head,
            Side::Target => &self.target,
        }
    }
}

impl<'c> GitHubSource<'c> {
    fn new(api: Api<'c>, commits: Commits, default_branch: String, rows: Vec<FileRow>) -> Self {
        Self {
            trees: Trees::new(api),
            blobs: Blobs::default(),
            commits,
            default_branch,
            viewer: None,
            pull_requests: Vec::new(),
            parts: Vec::new(),
            is_group: false,
            rows,
            listed: BTreeMap::new(),
            objects: BTreeMap::new(),
            gaps: Vec::new(),
        }
    }

    /// The pull request; `None` for a group of the merge queue.
    pub fn pull_request(&self) -> Option<&PullRequest> {
        self.pull_requests.first().filter(|_| !self.is_group)
    }

    /// The pull request, or those of the group as far as they are known.
    pub fn pull_requests(&self) -> &[PullRequest] {
        &self.pull_requests
    }

    /// Who owns the token; `None` where GitHub does not tell.
    pub fn viewer(&self) -> Option<&Viewer> {
        self.viewer.as_ref()
    }

    /// The name of the repository's default branch.
    pub fn default_branch(&self) -> &str {
        &self.default_branch
    }

    /// The commits that are compared.
    pub fn revisions(&self) -> Revisions {
        let commit = |side| Revision::Commit(self.commits.at(side).clone());
        Revisions {
            base: commit(Side::Base),
            head: commit(Side::Head),
            target: commit(Side::Target),
        }
    }

    /// Opens the root trees, with what will be wanted besides as far as one query holds it.
    fn open_trees(&mut self, policy: Option<&At>) -> anyhow::Result<()> {
        let mut commits = vec![
            self.commits.base.clone(),
            self.commits.head.clone(),
            self.commits.target.clone(),
        ];
        commits.extend(policy.map(|(commit, _)| commit.clone()));
        let mut guessed: Vec<At> = Vec::new();
        if let Some((commit, path)) = policy {
            let folders = std::iter::successors(path.parent(), RepoPath::parent);
            guessed.extend(
                folders
                    .filter(|folder| !folder.is_root())
                    .map(|folder| (commit.clone(), folder)),
            );
        }
        let paths: Vec<RepoPath> = self
            .rows
            .iter()
            .flat_map(|row| [row.path(), row.previous()])
            .flatten()
            .collect();
        let reads_target = self.commits.target != self.commits.base;
        let room = MOST_GUESSED.saturating_sub(guessed.len());
        for (side, folder) in prefetch::folders(&paths, reads_target, room) {
            guessed.push((self.commits.at(side).clone(), folder));
        }
        if let Some(blob) = self.trees.open(&commits, &guessed, policy)? {
            self.blobs.keep(blob);
        }
        Ok(())
    }

    fn root(&self, commit: &ObjectId) -> anyhow::Result<ObjectId> {
        let root = self.trees.root(commit).cloned();
        root.with_context(|| format!("the tree of commit {commit} was not read"))
    }

    /// What is found at each place below a commit; the inner error is the reason why one could not be read.
    fn fetch(&mut self, wanted: &[At]) -> anyhow::Result<Vec<Result<Fetched, String>>> {
        self.trees.foresee(wanted)?;
        let lookups = wanted
            .iter()
            .map(|(commit, path)| Ok((self.root(commit)?, path.clone())))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let standing = resolve(&mut self.trees, &lookups)?;
        let sized = standing.iter().filter_map(|standing| match standing {
            Standing::Entry(FileKind::Regular, id) => Some((id.clone(), self.trees.size(id)?)),
            _ => None,
        });
        let sized = sized.filter(|(_, size)| *size <= LARGEST_FILE).collect();
        self.blobs.load(&self.trees.api, sized)?;
        Ok(standing
            .into_iter()
            .map(|standing| self.content(standing))
            .collect())
    }

    fn content(&self, standing: Standing) -> Result<Fetched, String> {
        let id = match standing {
            Standing::Nothing => return Ok(Fetched::Absent),
            Standing::Broken(why) => return Err(why),
            Standing::Entry(FileKind::Regular, id) => id,
            Standing::Entry(kind, _) => return Ok(Fetched::NotRegular(kind)),
        };
        match (self.blobs.get(&id), self.trees.size(&id)) {
            (Some(read), _) => read.clone().map(Fetched::File),
            (None, Some(bytes)) if bytes > LARGEST_FILE => Ok(Fetched::TooLarge { bytes }),
            (None, _) => Err(format!("object {id} was not read")),
        }
    }

    /// The connectors at head and where their metadata lies; folders that could not be searched become gaps.
    fn connectors(
        &mut self,
        connectors: &Connectors,
        gaps: &mut Vec<Gap>,
    ) -> anyhow::Result<Vec<(RepoPath, RepoPath)>> {
        let root = self.root(&self.commits.head.clone())?;
        let search = Search::below(&mut self.trees, &root, &connectors.roots)?;
        gaps.extend(search.unread.into_iter().map(|(path, why)| Gap {
            path: Some(path),
            why: format!("its connectors could not be listed: {why}"),
        }));
        let directories: BTreeSet<RepoPath> = search.directories.into_iter().collect();
        Ok(directories
            .into_iter()
            .filter_map(|directory| Some((directory.join(METADATA).ok()?, directory)))
            .collect())
    }
}

impl Source for GitHubSource<'_> {
    fn change_set(&mut self, today: Date) -> anyhow::Result<ChangeSet> {
        self.open_trees(None)?;
        let (base, head) = (self.root(&self.commits.base)?, self.root(&self.commits.head)?);
        let mut difference = Difference::between(&mut self.trees, &base, &head)?;
        self.objects = difference.objects();
        let mut gaps = std::mem::take(&mut difference.gaps);
        gaps.extend(self.gaps.iter().cloned());
        let moves = self.moves(&difference)?;
        let files: Vec<ChangedFile> = difference.into_files(&moves);
        let mut set = ChangeSet::new(self.revisions(), files, today);
        gaps.extend(group::unexplained(&set, &self.parts));
        set.parts.clone_from(&self.parts);
        set.gaps = gaps;
        Ok(set)
    }

    fn fetch_into(
        &mut self,
        set: &mut ChangeSet,
        needs: &[Need],
        connectors: &Connectors,
    ) -> anyhow::Result<()> {
        let files: BTreeSet<(Side, RepoPath)> = needs
            .iter()
            .filter_map(|need| match need {
                Need::File(side, path) => Some((*side, path.clone())),
                Need::Identities => None,
            })
            .collect();
        let named = match needs.contains(&Need::Identities) {
            true => Some(self.connectors(connectors, &mut set.gaps)?),
            false => None,
        };
        // One batch for both: a query more is a round trip more.
        let metadata = named.iter().flatten().map(|(metadata, _)| (Side::Head, metadata));
        let places = files.iter().map(|(side, path)| (*side, path)).chain(metadata);
        let places: Vec<At> = places
            .map(|(side, path)| (self.commits.at(side).clone(), path.clone()))
            .collect();
        let mut fetched = self.fetch(&places)?.into_iter();
        for ((side, path), found) in files.into_iter().zip(fetched.by_ref()) {
            super::keep(set, side, path, found);
        }
        if let Some(named) = named {
            let mut identities: BTreeMap<RepoPath, Arc<Identity>> = BTreeMap::new();
            for ((metadata, directory), found) in named.into_iter().zip(fetched) {
                super::keep_identity(
                    &mut identities,
                    &mut set.gaps,
                    connectors,
                    metadata,
                    directory,
                    found,
                );
            }
            set.identities = Some(identities);
        }
        Ok(())
    }

    fn read(&mut self, side: Side, path: &RepoPath) -> anyhow::Result<Fetched> {
        let commit = self.commits.at(side).clone();
        self.open_trees(Some(&(commit.clone(), path.clone())))?;
        let found = self.fetch(&[(commit, path.clone())])?.pop();
        let found = found.unwrap_or_else(|| Err(NOT_READ.to_owned()));
        found.map_err(|why| anyhow::anyhow!("`{path}` could not be read: {why}"))
    }
}
