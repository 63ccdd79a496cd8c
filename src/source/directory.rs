//! A change between two folders, as two checkouts lie beside each other.
//!
//! Knows the file system; knows no git. A folder named `.git` is passed over and no link is followed. Moved files are
//! a deleted and an added one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::bail;
use jiff::civil::Date;

use super::{Connectors, LARGEST_FILE, METADATA, Source, disk};
use crate::changeset::{
    ChangeSet, ChangedFile, Entry, Fetched, FileKind, Gap, Need, Revision, Revisions, Side,
};
use crate::ids::RepoPath;
use crate::text::escape_controls;

/// The most entries that are listed on one side.
const MOST_ENTRIES: usize = 1_000_000;

/// The deepest folder that is listed.
const DEEPEST: usize = 256;

/// Two folders; base is also the target.
#[derive(Debug)]
pub struct DirectorySource {
    base: PathBuf,
    head: PathBuf,
    heads: Option<BTreeMap<RepoPath, FileKind>>,
}

impl DirectorySource {
    /// Names the folders; each must be one (a link to a folder will do).
    pub fn open(base: &Path, head: &Path) -> anyhow::Result<Self> {
        for (side, folder) in [("base", base), ("head", head)] {
            if !folder.is_dir() {
                bail!(
                    "{side} folder `{}` does not exist",
                    escape_controls(&folder.to_string_lossy())
                );
            }
        }
        Ok(Self {
            base: base.to_owned(),
            head: head.to_owned(),
            heads: None,
        })
    }

    fn folder(&self, side: Side) -> &Path {
        match side {
            Side::Base | Side::Target => &self.base,
            Side::Head => &self.head,
        }
    }

    fn find(&self, side: Side, path: &RepoPath) -> Result<Fetched, String> {
        disk::read(self.folder(side), path, LARGEST_FILE).map_err(|error| error.to_string())
    }
}

impl Source for DirectorySource {
    fn change_set(&mut self, today: Date) -> anyhow::Result<ChangeSet> {
        let mut gaps = Vec::new();
        let base = list(&self.base, &mut gaps);
        let head = list(&self.head, &mut gaps);
        let mut files = Vec::new();
        let paths: BTreeSet<&RepoPath> = base.keys().chain(head.keys()).collect();
        for path in paths {
            let entry = |kind: &FileKind| Entry {
                path: path.clone(),
                kind: *kind,
            };
            match (base.get(path), head.get(path)) {
                (Some(kind), None) => files.push(ChangedFile::Deleted(entry(kind))),
                (None, Some(kind)) => files.push(ChangedFile::Added(entry(kind))),
                (Some(before), Some(after)) => match same(&self.base, &self.head, path, *before, *after) {
                    Ok(true) => {}
                    Ok(false) => files.push(ChangedFile::Modified {
                        base: entry(before),
                        head: entry(after),
                    }),
                    Err(error) => gaps.push(Gap {
                        path: Some(path.clone()),
                        why: error.to_string(),
                    }),
                },
                (None, None) => {}
            }
        }
        let named = |folder: &Path| Revision::Folder(escape_controls(&folder.to_string_lossy()));
        let revisions = Revisions {
            base: named(&self.base),
            head: named(&self.head),
            target: named(&self.base),
        };
        let mut set = ChangeSet::new(revisions, files, today);
        set.gaps = gaps;
        self.heads = Some(head);
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
                Need::File(side, path) => super::keep(set, *side, path.clone(), self.find(*side, path)),
                Need::Identities => {
                    let Some(heads) = &self.heads else {
                        bail!("identities are read after the change was listed")
                    };
                    let directories: BTreeSet<RepoPath> = heads
                        .keys()
                        .filter_map(|path| connectors.roots.directory_of(path))
                        .collect();
                    let mut identities = BTreeMap::new();
                    for directory in directories {
                        let Ok(metadata) = directory.join(METADATA) else {
                            continue;
                        };
                        let found = self.find(Side::Head, &metadata);
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
            }
        }
        Ok(())
    }

    fn read(&mut self, side: Side, path: &RepoPath) -> anyhow::Result<Fetched> {
        self.find(side, path)
            .map_err(|why| anyhow::anyhow!("`{path}` could not be read: {why}"))
    }
}

/// All files and links below a folder; what could not be listed is a gap.
fn list(root: &Path, gaps: &mut Vec<Gap>) -> BTreeMap<RepoPath, FileKind> {
    let mut found = BTreeMap::new();
    let mut open = vec![(RepoPath::root(), 0)];
    while let Some((directory, depth)) = open.pop() {
        let mut failed = |why: String| {
            gaps.push(Gap {
                path: Some(directory.clone()),
                why,
            });
        };
        if depth > DEEPEST || found.len() + open.len() > MOST_ENTRIES {
            failed(format!(
                "it is not listed: more than {DEEPEST} folders deep, or more than {MOST_ENTRIES} files"
            ));
            continue;
        }
        let Some(whole) = disk::on_disk(root, &directory) else {
            continue;
        };
        let entries = match whole.read_dir() {
            Ok(entries) => entries,
            Err(error) => {
                failed(format!("the folder could not be listed: {error}"));
                continue;
            }
        };
        for entry in entries.take(MOST_ENTRIES) {
            match entry
                .map_err(|error| error.to_string())
                .and_then(|entry| classify(&directory, &entry))
            {
                Ok(None) => {}
                Ok(Some((path, FileKind::Directory))) => open.push((path, depth + 1)),
                Ok(Some((path, kind))) => {
                    found.insert(path, kind);
                }
                Err(why) => failed(why),
            }
        }
    }
    found
}

fn classify(directory: &RepoPath, entry: &std::fs::DirEntry) -> Result<Option<(RepoPath, FileKind)>, String> {
    let name = entry.file_name();
    let bytes = disk::name_bytes(&name).ok_or("it holds a name that is no Unicode")?;
    if bytes == b".git" {
        return Ok(None);
    }
    let path = directory
        .join(bytes)
        .map_err(|unsafe_path| unsafe_path.to_string())?;
    let kind = disk::kind_at(&entry.path()).map_err(|error| format!("`{path}`: {error}"))?;
    Ok(kind.map(|kind| (path, kind)))
}

/// Whether a path is the same on both sides.
fn same(base: &Path, head: &Path, path: &RepoPath, before: FileKind, after: FileKind) -> io::Result<bool> {
    if before != after {
        return Ok(false);
    }
    let (Some(base), Some(head)) = (disk::on_disk(base, path), disk::on_disk(head, path)) else {
        return Ok(false);
    };
    if before == FileKind::Symlink {
        return Ok(base.read_link()? == head.read_link()?);
    }
    let (mut base, mut head) = (File::open(base)?, File::open(head)?);
    if base.metadata()?.len() != head.metadata()?.len() {
        return Ok(false);
    }
    let (mut left, mut right) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    loop {
        let read = base.read(&mut left)?;
        if read == 0 {
            return Ok(head.read(&mut right[..1])? == 0);
        }
        match head.read_exact(&mut right[..read]) {
            Ok(()) if left[..read] == right[..read] => {}
            Ok(()) => return Ok(false),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            Err(error) => return Err(error),
        }
    }
}
