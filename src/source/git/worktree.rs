//! The working tree as a side of the change: what is committed, staged, edited or new, and not ignored.
//!
//! Git says which files differ from the commit by their index entries; contents are read and hashed here, so that no
//! filter and no attribute of the change touches them. Moves are not joined: git would read the files through their
//! filters to compare them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::command::{Git, Running};
use super::operation::Operation;
use super::raw;
use crate::changeset::{ChangedFile, Entry, FileKind, Gap};
use crate::ids::{ObjectId, RepoPath};
use crate::source::{disk, hash};

/// The most filters whose configuration is emptied.
const MOST_FILTERS: usize = 64;

/// The questions that can be asked before the base is known.
#[derive(Debug)]
pub(super) struct Opening {
    layout: Running,
    filters: Running,
}

/// A working tree and how its files stand against a commit.
#[derive(Debug)]
pub(super) struct WorkingTree {
    root: PathBuf,
    paths: BTreeMap<RepoPath, At>,
}

/// Where the content of a differing path is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum At {
    /// In an object of the repository.
    Object(FileKind, ObjectId),
    /// On the disk alone.
    Disk(FileKind),
    /// Nowhere: the path is deleted.
    Gone,
}

impl Opening {
    pub(super) fn start(git: &Git) -> anyhow::Result<Self> {
        Ok(Self {
            layout: git.start(&Operation::Layout)?,
            filters: git.start(&Operation::Filters)?,
        })
    }

    /// The repository at the top of its working tree, with all filters silenced.
    pub(super) fn finish(self, git: &Git) -> anyhow::Result<Git> {
        let layout = self.layout.finish()?;
        if layout.output.starts_with(b"true") {
            bail!("a bare repository has no working tree: name the head with `--head`");
        }
        let output = layout.expect_success("looking for the working tree")?;
        let top = output
            .strip_prefix(b"false\n")
            .and_then(|rest| rest.strip_suffix(b"\n"));
        let top = top
            .and_then(disk::path_of)
            .context("git printed no working tree")?;
        // Git ends with 1 where no filter is configured.
        let keys = String::from_utf8_lossy(&self.filters.finish()?.output).into_owned();
        let name = |key: &str| Some(key.strip_prefix("filter.")?.rsplit_once('.')?.0.to_owned());
        let names: BTreeSet<String> = keys.split('\0').filter_map(name).collect();
        if names.len() > MOST_FILTERS {
            bail!("the configuration of git names more than {MOST_FILTERS} filters");
        }
        Ok(git.at(&top).without_filters(names.into_iter().collect()))
    }
}

/// The two lists that git makes of a working tree, running beside each other.
#[derive(Debug)]
pub(super) struct Listing {
    root: PathBuf,
    tracked: Running,
    untracked: Running,
}

impl Listing {
    pub(super) fn start(git: &Git, base: &ObjectId) -> anyhow::Result<Self> {
        Ok(Self {
            root: git.repository().to_owned(),
            tracked: git.start(&Operation::DiffWorkingTree(base))?,
            untracked: git.start(&Operation::Untracked)?,
        })
    }

    /// The changed files of the working tree, and what of them could not be read.
    pub(super) fn finish(self) -> anyhow::Result<(WorkingTree, Vec<ChangedFile>, Vec<Gap>)> {
        // Read beside the first, so that a full pipe of one never holds up the other.
        let untracked = std::thread::spawn(move || self.untracked.finish());
        let tracked = self
            .tracked
            .finish()?
            .expect_success("comparing with the working tree")?;
        let untracked = untracked
            .join()
            .map_err(|_| anyhow::anyhow!("reading the untracked files failed"))??;
        let untracked = untracked.expect_success("listing the untracked files")?;
        let mut merged = Merged {
            root: self.root,
            sides: BTreeMap::new(),
            gaps: Vec::new(),
        };
        merged.take_tracked(&tracked)?;
        merged.take_untracked(&untracked);
        Ok(merged.finish())
    }
}

/// Both sides of each path, before unchanged ones are dropped.
struct Merged {
    root: PathBuf,
    sides: BTreeMap<RepoPath, (Option<(FileKind, ObjectId)>, At)>,
    gaps: Vec<Gap>,
}

impl Merged {
    fn take_tracked(&mut self, output: &[u8]) -> anyhow::Result<()> {
        let rows = raw::rows(output).context("reading the changes of the working tree")?;
        let unmerged: BTreeSet<Vec<u8>> = rows
            .iter()
            .filter(|row| row.status == b'U')
            .map(|row| row.to.clone())
            .collect();
        for row in rows {
            if row.status != b'U' && unmerged.contains(&row.to) {
                continue;
            }
            let mode_changed = row.base.0 != row.head.0;
            match row.into_changed() {
                Ok(changed) => {
                    let base = changed.file.base().map(|entry| (entry.kind, changed.base));
                    let at = match changed.file.head() {
                        None => At::Gone,
                        Some(entry) if changed.head.is_null() => At::Disk(entry.kind),
                        Some(entry) => At::Object(entry.kind, changed.head),
                    };
                    let path = changed.file.path().clone();
                    if mode_changed || !self.is_same(&path, base.as_ref(), &at) {
                        self.sides.insert(path, (base, at));
                    }
                }
                Err(gap) => self.gaps.push(gap),
            }
        }
        Ok(())
    }

    fn take_untracked(&mut self, output: &[u8]) {
        for bytes in output.split(|byte| *byte == 0).filter(|bytes| !bytes.is_empty()) {
            // A folder in this list is a repository of its own.
            let (bytes, nested) = match bytes.strip_suffix(b"/") {
                Some(directory) => (directory, true),
                None => (bytes, false),
            };
            let path = match RepoPath::new(bytes) {
                Ok(path) => path,
                Err(unsafe_path) => {
                    self.gaps.push(Gap {
                        path: None,
                        why: unsafe_path.to_string(),
                    });
                    continue;
                }
            };
            let Some(whole) = disk::on_disk(&self.root, &path) else {
                continue;
            };
            let at = match disk::kind_at(&whole) {
                Ok(None) => continue,
                Ok(Some(FileKind::Directory)) if nested => At::Disk(FileKind::Submodule),
                Ok(Some(kind)) => At::Disk(kind),
                Err(error) => {
                    self.gaps.push(Gap {
                        path: Some(path),
                        why: error.to_string(),
                    });
                    continue;
                }
            };
            // A file that was taken out of the index alone is still there.
            let base = self.sides.remove(&path).and_then(|(base, _)| base);
            if !self.is_same(&path, base.as_ref(), &at) {
                self.sides.insert(path, (base, at));
            }
        }
    }

    /// Whether a regular file on the disk has the very bytes of base.
    fn is_same(&self, path: &RepoPath, base: Option<&(FileKind, ObjectId)>, at: &At) -> bool {
        let (Some((FileKind::Regular, id)), At::Disk(FileKind::Regular)) = (base, at) else {
            return false;
        };
        let hashed =
            disk::on_disk(&self.root, path).and_then(|whole| blob_id(&whole, id.as_str().len()).ok());
        hashed.as_deref() == Some(id.as_str())
    }

    fn finish(self) -> (WorkingTree, Vec<ChangedFile>, Vec<Gap>) {
        let mut files = Vec::with_capacity(self.sides.len());
        let mut paths = BTreeMap::new();
        for (path, (base, at)) in self.sides {
            let entry = |kind| Entry {
                path: path.clone(),
                kind,
            };
            let head = match &at {
                At::Object(kind, _) | At::Disk(kind) => Some(entry(*kind)),
                At::Gone => None,
            };
            match (base.map(|(kind, _)| entry(kind)), head) {
                (Some(base), Some(head)) => files.push(ChangedFile::Modified { base, head }),
                (Some(base), None) => files.push(ChangedFile::Deleted(base)),
                (None, Some(head)) => files.push(ChangedFile::Added(head)),
                (None, None) => {}
            }
            paths.insert(path, at);
        }
        let tree = WorkingTree {
            root: self.root,
            paths,
        };
        (tree, files, self.gaps)
    }
}

/// The name that git would give a file's bytes as a blob; `digits` tells SHA-1 (40) from SHA-256 (64).
fn blob_id(path: &Path, digits: usize) -> io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    hash::object_id("blob", length, &mut file, digits)
}

impl WorkingTree {
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Where a path's content is; `None` where nothing differs from base.
    pub(super) fn at(&self, path: &RepoPath) -> Option<At> {
        if let Some(at) = self.paths.get(path)
            && *at != At::Gone
        {
            return Some(at.clone());
        }
        let mut above = path.parent();
        while let Some(directory) = above.filter(|directory| !directory.is_root()) {
            match self.paths.get(&directory) {
                Some(At::Disk(kind) | At::Object(kind, _)) if *kind == FileKind::Regular => {
                    return Some(At::Gone);
                }
                Some(found @ (At::Disk(_) | At::Object(..))) => return Some(found.clone()),
                Some(At::Gone) | None => above = directory.parent(),
            }
        }
        if self.has_below(path) {
            return Some(At::Disk(FileKind::Directory));
        }
        self.paths.get(path).cloned()
    }

    /// The paths that differ and are there.
    pub(super) fn present(&self) -> impl Iterator<Item = &RepoPath> {
        self.paths
            .iter()
            .filter(|(_, at)| **at != At::Gone)
            .map(|(path, _)| path)
    }

    fn has_below(&self, path: &RepoPath) -> bool {
        let later = self.paths.range((Bound::Excluded(path), Bound::Unbounded));
        // Names such as `a-b` stand between `a` and `a/b`.
        later
            .take_while(|(other, _)| other.as_bytes().starts_with(path.as_bytes()))
            .any(|(other, at)| *at != At::Gone && other.is_within(path))
    }
}
