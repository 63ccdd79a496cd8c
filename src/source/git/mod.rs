//! A change in a git repository: between two commits, or a commit and the working tree.
//!
//! Changes are attributed against the merge base; the tip of the base branch is read as well. Everything is read
//! through the `git` program and nothing that the repository configures is run. A path is resolved tree by tree: what
//! lies behind a symlink is that symlink, and a doubled entry is a gap.

mod batch;
mod command;
mod history;
mod operation;
mod raw;
mod revisions;
mod tree;
mod worktree;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};
use jiff::civil::Date;

pub use self::command::Git;
pub use self::history::{History, HistoryStep, HistoryView};

use self::batch::{Kind, Object, Objects};
use self::command::Running;
use self::operation::Operation;
use self::raw::ChangedObjects;
use self::revisions::Commit;
use self::tree::Trees;
use self::worktree::{At, Listing, Opening, WorkingTree};
use super::tree::{DOUBLED, NOT_READ, Standing};
use super::{Connectors, LARGEST_FILE, METADATA, Source, disk};
use crate::changeset::{
    ChangeSet, ChangedFile, Fetched, FileKind, Gap, Identity, Need, Revision, Revisions, Side,
};
use crate::ids::{ObjectId, RepoPath};

/// A change in a git repository.
#[derive(Debug)]
pub struct GitSource {
    trees: Trees,
    base_name: String,
    base: Commit,
    target: Commit,
    head: Head,
}

/// The proposed side, as far as it was asked for.
#[derive(Debug)]
enum Head {
    Commit { commit: Commit, diff: Option<Running> },
    Listing(Option<Listing>),
    WorkingTree(WorkingTree),
}

impl GitSource {
    /// Finds the commits and starts the comparison.
    ///
    /// Without a base the default branch is taken; without a head the working tree is. Every error is one line that
    /// says what is wrong with the revisions or the clone.
    pub fn open(git: &Git, base: Option<&str>, head: Option<&str>) -> anyhow::Result<Self> {
        let opening = if head.is_none() {
            Some(Opening::start(git)?)
        } else {
            None
        };
        let mut objects = Objects::start(git)?;
        let ends = revisions::ends(git, &mut objects, base, head)?;
        let base = revisions::merge_base(git, &mut objects, &ends.target, &ends.head)?;
        let head = match opening {
            Some(opening) => Head::Listing(Some(Listing::start(&opening.finish(git)?, &base.id)?)),
            None => Head::Commit {
                diff: Some(git.start(&Operation::DiffCommits(&base.id, &ends.head.id))?),
                commit: ends.head,
            },
        };
        Ok(Self {
            trees: Trees::new(objects),
            base_name: ends.base_name,
            base,
            target: ends.target,
            head,
        })
    }

    /// How the base branch was named; the default branch that was found, where none was named.
    pub fn base_name(&self) -> &str {
        &self.base_name
    }

    /// The commits that are compared.
    pub fn revisions(&self) -> Revisions {
        Revisions {
            base: Revision::Commit(self.base.id.clone()),
            head: match &self.head {
                Head::Commit { commit, .. } => Revision::Commit(commit.id.clone()),
                Head::Listing(_) | Head::WorkingTree(_) => Revision::WorkingTree,
            },
            target: Revision::Commit(self.target.id.clone()),
        }
    }

    fn list(&mut self) -> anyhow::Result<(Vec<ChangedFile>, Vec<Gap>)> {
        match &mut self.head {
            Head::Commit { diff, .. } => {
                let running = diff.take().context("a change can be listed only once")?;
                let output = running.finish()?.expect_success("comparing the commits")?;
                read_rows(&output)
            }
            Head::Listing(listing) => {
                let listing = listing
                    .take()
                    .context("the working tree could not be listed before")?;
                let (tree, files, gaps) = listing.finish()?;
                self.head = Head::WorkingTree(tree);
                Ok((files, gaps))
            }
            Head::WorkingTree(_) => bail!("a change can be listed only once"),
        }
    }

    /// What is found at each path; the inner error is the reason why one could not be read.
    fn fetch(&mut self, wanted: &[(Side, RepoPath)]) -> anyhow::Result<Vec<Result<Fetched, String>>> {
        let mut places: Vec<Place> = Vec::with_capacity(wanted.len());
        let mut lookups = Vec::new();
        for (side, path) in wanted {
            let tree = match (side, &self.head) {
                (Side::Head, Head::Commit { commit, .. }) => &commit.tree,
                (Side::Head, Head::WorkingTree(tree)) => match tree.at(path) {
                    Some(at) => {
                        places.push(Place::of(tree, path, at));
                        continue;
                    }
                    None => &self.base.tree,
                },
                (Side::Head, Head::Listing(_)) => bail!("the working tree is read after it was listed"),
                (Side::Base, _) => &self.base.tree,
                (Side::Target, _) => &self.target.tree,
            };
            places.push(Place::Tree(lookups.len()));
            lookups.push((tree.clone(), path.clone()));
        }
        resolve_places(&mut self.trees, places, &lookups)
    }

    fn identities(
        &mut self,
        connectors: &Connectors,
        gaps: &mut Vec<Gap>,
    ) -> anyhow::Result<BTreeMap<RepoPath, std::sync::Arc<Identity>>> {
        let root = match &self.head {
            Head::Commit { commit, .. } => commit.tree.clone(),
            Head::Listing(_) | Head::WorkingTree(_) => self.base.tree.clone(),
        };
        let search = self.trees.connectors(&root, &connectors.roots)?;
        gaps.extend(search.unread.into_iter().map(|(path, why)| Gap {
            path: Some(path),
            why: format!("its connectors could not be listed: {why}"),
        }));
        let mut directories: BTreeSet<RepoPath> = search.directories.into_iter().collect();
        if let Head::WorkingTree(tree) = &self.head {
            directories.extend(
                tree.present()
                    .filter_map(|path| connectors.roots.directory_of(path)),
            );
        }
        let named: Vec<(RepoPath, RepoPath)> = directories
            .into_iter()
            .filter_map(|directory| Some((directory.join(METADATA).ok()?, directory)))
            .collect();
        let wanted: Vec<_> = named
            .iter()
            .map(|(metadata, _)| (Side::Head, metadata.clone()))
            .collect();
        let fetched = self.fetch(&wanted)?;
        let mut identities = BTreeMap::new();
        for ((metadata, directory), found) in named.into_iter().zip(fetched) {
            super::keep_identity(&mut identities, gaps, connectors, metadata, directory, found);
        }
        Ok(identities)
    }
}

impl Source for GitSource {
    fn change_set(&mut self, today: Date) -> anyhow::Result<ChangeSet> {
        let (files, gaps) = self.list()?;
        let mut set = ChangeSet::new(self.revisions(), files, today);
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
        let files: Vec<_> = files.into_iter().collect();
        let fetched = self.fetch(&files)?;
        for ((side, path), found) in files.into_iter().zip(fetched) {
            super::keep(set, side, path, found);
        }
        if needs.contains(&Need::Identities) {
            set.identities = Some(self.identities(connectors, &mut set.gaps)?);
        }
        Ok(())
    }

    fn read(&mut self, side: Side, path: &RepoPath) -> anyhow::Result<Fetched> {
        let found = self.fetch(&[(side, path.clone())])?.pop();
        let found = found.expect("one path has one answer");
        found.map_err(|why| anyhow::anyhow!("`{path}` could not be read: {why}"))
    }
}

/// Where the content of a path is to be had.
enum Place {
    Known(Result<Fetched, String>),
    Blob(ObjectId),
    Tree(usize),
}

impl Place {
    fn of(tree: &WorkingTree, path: &RepoPath, at: At) -> Self {
        match at {
            At::Gone => Self::Known(Ok(Fetched::Absent)),
            At::Object(FileKind::Regular, id) => Self::Blob(id),
            At::Disk(FileKind::Regular) => {
                Self::Known(disk::read(tree.root(), path, LARGEST_FILE).map_err(|error| error.to_string()))
            }
            At::Disk(kind) | At::Object(kind, _) => Self::Known(Ok(Fetched::NotRegular(kind))),
        }
    }

    fn standing(standing: &Standing) -> Self {
        match standing {
            Standing::Nothing => Self::Known(Ok(Fetched::Absent)),
            Standing::Entry(FileKind::Regular, id) => Self::Blob(id.clone()),
            Standing::Entry(kind, _) => Self::Known(Ok(Fetched::NotRegular(*kind))),
            Standing::Broken(why) => Self::Known(Err(why.clone())),
        }
    }
}

/// What is found at paths below root trees.
fn read_files(
    trees: &mut Trees,
    lookups: &[(ObjectId, RepoPath)],
) -> anyhow::Result<Vec<Result<Fetched, String>>> {
    resolve_places(trees, (0..lookups.len()).map(Place::Tree).collect(), lookups)
}

fn resolve_places(
    trees: &mut Trees,
    places: Vec<Place>,
    lookups: &[(ObjectId, RepoPath)],
) -> anyhow::Result<Vec<Result<Fetched, String>>> {
    let standing = trees.resolve(lookups)?;
    let places = places.into_iter().map(|place| match place {
        Place::Tree(index) => Place::standing(&standing[index]),
        other => other,
    });
    read_places(&mut trees.objects, places.collect())
}

fn read_places(objects: &mut Objects, places: Vec<Place>) -> anyhow::Result<Vec<Result<Fetched, String>>> {
    let blobs: BTreeSet<ObjectId> = places
        .iter()
        .filter_map(|place| match place {
            Place::Blob(id) => Some(id.clone()),
            Place::Known(_) | Place::Tree(_) => None,
        })
        .collect();
    let read = objects.read_all(blobs.iter().map(ObjectId::as_str), LARGEST_FILE)?;
    let read: BTreeMap<&ObjectId, Object> = blobs.iter().zip(read).collect();
    let found = places.into_iter().map(|place| match place {
        Place::Known(found) => found,
        Place::Blob(id) => read
            .get(&id)
            .map_or_else(|| Err(tree::missing(&id)), |object| content(&id, object)),
        Place::Tree(_) => Err(NOT_READ.to_owned()),
    });
    Ok(found.collect())
}

/// An object as the content of a regular file.
fn content(id: &ObjectId, object: &Object) -> Result<Fetched, String> {
    match object {
        Object::Found {
            kind: Kind::Blob,
            bytes,
            ..
        } => Ok(Fetched::File(bytes.clone())),
        Object::Found { .. } => Err(format!("object {id} should be a file and is not")),
        Object::TooLarge { bytes } => Ok(Fetched::TooLarge { bytes: *bytes }),
        Object::Missing => Err(tree::missing(id)),
    }
}

/// The rows of a comparison of two commits; a path that stands twice on one side is a gap.
fn read_rows(output: &[u8]) -> anyhow::Result<(Vec<ChangedFile>, Vec<Gap>)> {
    let rows = raw::rows(output).context("reading the changed files")?;
    let mut files: Vec<ChangedFile> = Vec::with_capacity(rows.len());
    let mut gaps = Vec::new();
    for row in rows {
        match row.into_changed() {
            Ok(ChangedObjects { file, .. }) => files.push(file),
            Err(gap) => gaps.push(gap),
        }
    }
    gaps.extend(doubled(&files));
    Ok((files, gaps))
}

/// Gaps for the paths that more than one row names on the same side.
fn doubled(files: &[ChangedFile]) -> Vec<Gap> {
    let mut seen = BTreeSet::new();
    let mut gaps = Vec::new();
    for (side, entry) in files
        .iter()
        .flat_map(|file| [(Side::Base, file.base()), (Side::Head, file.head())])
        .filter_map(|(side, entry)| Some((side, entry?)))
    {
        if !seen.insert((side, &entry.path)) {
            gaps.push(Gap {
                path: Some(entry.path.clone()),
                why: DOUBLED.to_owned(),
            });
        }
    }
    gaps
}
