//! Paths looked up in trees, entry by entry.
//!
//! A path is resolved by reading the trees on its way, never by `commit:path`: so each lookup sees a doubled or
//! impossible entry, a symlink on the way, and a name with a line break. Knows no connector but where they may lie.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::batch::{Kind, Object, Objects};
use super::raw::kind_of;
use crate::changeset::FileKind;
use crate::ids::{ObjectId, RepoPath};
use crate::roots::ConnectorRoots;

/// The most bytes of one tree; the largest folders of real repositories stay under a hundredth of it.
const LARGEST_TREE: u64 = 64 << 20;

/// The bytes of trees from which on they are forgotten between two questions.
const MOST_KEPT: usize = 8 << 20;

/// The most folders that a search for connectors looks into.
const MOST_SEARCHED: usize = 200_000;

/// The trees that were read, over an open batch of objects.
#[derive(Debug)]
pub(super) struct Trees {
    pub(super) objects: Objects,
    read: BTreeMap<ObjectId, Result<Arc<Tree>, String>>,
    kept: usize,
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing; a path through a regular file also leads to nothing.
    Nothing,
    /// An entry; for a path that leads through a symlink or a submodule, that one, which is not followed.
    Entry(FileKind, ObjectId),
    /// The trees on the way do not say what stands there; the reason, for a person.
    Broken(String),
}

/// The entries of a tree, ordered by name.
#[derive(Debug, PartialEq, Eq)]
struct Tree(Vec<TreeEntry>);

#[derive(Debug, PartialEq, Eq)]
struct TreeEntry {
    name: Box<[u8]>,
    kind: Option<FileKind>,
    id: ObjectId,
}

impl Tree {
    /// Reads a tree object; `id_bytes` is the length of a binary object id.
    fn parse(mut bytes: &[u8], id_bytes: usize) -> Option<Self> {
        let mut entries = Vec::new();
        while !bytes.is_empty() {
            let space = bytes.iter().position(|byte| *byte == b' ')?;
            let mode = u32::from_str_radix(std::str::from_utf8(&bytes[..space]).ok()?, 8).ok()?;
            let rest = &bytes[space + 1..];
            let end = rest.iter().position(|byte| *byte == 0)?;
            let id = rest.get(end + 1..end + 1 + id_bytes)?;
            if end == 0 || rest[..end].contains(&b'/') {
                // Such a name would stand for another path in the rows of a change.
                return None;
            }
            entries.push(TreeEntry {
                name: rest[..end].into(),
                kind: kind_of(mode),
                id: ObjectId::new(&hexadecimal(id))?,
            });
            bytes = &rest[end + 1 + id_bytes..];
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Some(Self(entries))
    }

    fn entry(&self, name: &[u8]) -> Standing {
        let first = self.0.partition_point(|entry| *entry.name < *name);
        let same = self.0[first..].iter().take_while(|entry| *entry.name == *name);
        match (same.clone().count(), self.0.get(first)) {
            (1, Some(entry)) => match entry.kind {
                Some(kind) => Standing::Entry(kind, entry.id.clone()),
                None => Standing::Broken("its entry has a mode that git does not know".to_owned()),
            },
            (0, _) | (_, None) => Standing::Nothing,
            (count, _) => Standing::Broken(format!("its tree holds {count} entries of the same name")),
        }
    }
}

/// The digits of a binary object id.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

impl Trees {
    pub(super) fn new(objects: Objects) -> Self {
        Self {
            objects,
            read: BTreeMap::new(),
            kept: 0,
        }
    }

    /// Forgets the trees of earlier questions where they have become many; a history asks about thousands.
    fn begin(&mut self) {
        if self.kept > MOST_KEPT {
            self.read.clear();
            self.kept = 0;
        }
    }

    /// What stands at each path below its root tree; trees of one depth are read in one batch.
    pub(super) fn resolve(&mut self, wanted: &[(ObjectId, RepoPath)]) -> anyhow::Result<Vec<Standing>> {
        self.begin();
        let directory = |root: &ObjectId| Standing::Entry(FileKind::Directory, root.clone());
        let mut standing: Vec<Standing> = wanted.iter().map(|(root, _)| directory(root)).collect();
        let mut segments: Vec<_> = wanted
            .iter()
            .map(|(_, path)| {
                path.as_bytes()
                    .split(|byte| *byte == b'/')
                    .filter(|name| !name.is_empty())
                    .peekable()
            })
            .collect();
        loop {
            let open: Vec<usize> = (0..wanted.len())
                .filter(|&index| {
                    segments[index].peek().is_some()
                        && matches!(standing[index], Standing::Entry(FileKind::Directory, _))
                })
                .collect();
            if open.is_empty() {
                break;
            }
            let trees = open.iter().filter_map(|&index| match &standing[index] {
                Standing::Entry(_, id) => Some(id.clone()),
                _ => None,
            });
            self.load(trees.collect())?;
            for index in open {
                let (Standing::Entry(_, id), Some(name)) = (&standing[index], segments[index].next()) else {
                    continue;
                };
                standing[index] = match self.read.get(id) {
                    Some(Ok(tree)) => tree.entry(name),
                    Some(Err(why)) => Standing::Broken(why.clone()),
                    None => Standing::Broken("its tree was not read".to_owned()),
                };
            }
        }
        for (standing, rest) in standing.iter_mut().zip(&mut segments) {
            let through_a_file = matches!(standing, Standing::Entry(FileKind::Regular, _));
            if through_a_file && rest.peek().is_some() {
                *standing = Standing::Nothing;
            }
        }
        Ok(standing)
    }

    /// The connector directories of a root tree, and the folders that could not be searched, with the reason.
    pub(super) fn connectors(&mut self, root: &ObjectId, roots: &ConnectorRoots) -> anyhow::Result<Search> {
        self.begin();
        let mut search = Search::default();
        if roots.contains(&RepoPath::root()) {
            search.directories.push(RepoPath::root());
            return Ok(search);
        }
        let mut level = vec![(RepoPath::root(), root.clone())];
        let mut searched = 0;
        while !level.is_empty() {
            searched += level.len();
            if searched > MOST_SEARCHED {
                let why =
                    format!("more than {MOST_SEARCHED} folders would have to be searched for connectors");
                search.unread.push((RepoPath::root(), why));
                break;
            }
            self.load(level.iter().map(|(_, id)| id.clone()).collect())?;
            let mut next = Vec::new();
            for (path, id) in level {
                match self.read.get(&id) {
                    Some(Ok(tree)) => search.visit(&path, tree, roots, &mut next),
                    Some(Err(why)) => search.unread.push((path, why.clone())),
                    None => search.unread.push((path, "its tree was not read".to_owned())),
                }
            }
            level = next;
        }
        Ok(search)
    }

    fn load(&mut self, ids: BTreeSet<ObjectId>) -> anyhow::Result<()> {
        let new: Vec<ObjectId> = ids.into_iter().filter(|id| !self.read.contains_key(id)).collect();
        let objects = self
            .objects
            .read_all(new.iter().map(ObjectId::as_str), LARGEST_TREE)?;
        for (id, object) in new.into_iter().zip(objects) {
            let tree = match object {
                Object::Found {
                    kind: Kind::Tree,
                    bytes,
                    ..
                } => Tree::parse(&bytes, id.as_str().len() / 2)
                    .map(Arc::new)
                    .ok_or_else(|| format!("tree {id} is malformed")),
                Object::Found { .. } => Err(format!("object {id} should be a tree and is not")),
                Object::TooLarge { bytes } => Err(format!("tree {id} has {bytes} bytes")),
                Object::Missing => Err(missing(&id)),
            };
            self.read.insert(id, tree);
        }
        Ok(())
    }
}

/// The words for an object that the repository names and does not have.
pub(super) fn missing(id: &ObjectId) -> String {
    format!(
        "object {id} is not in this clone (a partial one?): fetch it with `git fetch --refetch --no-filter`"
    )
}

/// The outcome of a search for connector directories.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub(super) directories: Vec<RepoPath>,
    pub(super) unread: Vec<(RepoPath, String)>,
}

impl Search {
    fn visit(
        &mut self,
        path: &RepoPath,
        tree: &Tree,
        roots: &ConnectorRoots,
        next: &mut Vec<(RepoPath, ObjectId)>,
    ) {
        for entry in tree
            .0
            .iter()
            .filter(|entry| entry.kind == Some(FileKind::Directory))
        {
            let Ok(below) = path.join(&entry.name) else {
                self.unread.push((
                    path.clone(),
                    "it holds an entry that leaves the repository".to_owned(),
                ));
                continue;
            };
            if roots.contains(&below) {
                self.directories.push(below);
            } else if roots.may_lie_below(&below) {
                next.push((below, entry.id.clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (mode, name) in entries {
            bytes.extend_from_slice(format!("{mode} {name}\0").as_bytes());
            bytes.extend_from_slice(&[7; 20]);
        }
        bytes
    }

    #[test]
    fn a_doubled_entry_is_neither_of_the_two() {
        let parsed = Tree::parse(&tree(&[("100644", "a"), ("100644", "a.b"), ("40000", "a")]), 20).unwrap();
        assert!(matches!(parsed.entry(b"a"), Standing::Broken(why) if why.contains('2')));
        assert!(matches!(
            parsed.entry(b"a.b"),
            Standing::Entry(FileKind::Regular, _)
        ));
        assert_eq!(parsed.entry(b"b"), Standing::Nothing);
    }

    #[test]
    fn a_tree_that_is_cut_short_is_refused() {
        let bytes = tree(&[("100644", "a")]);
        for end in 1..bytes.len() {
            assert!(Tree::parse(&bytes[..end], 20).is_none(), "{end}");
        }
        assert_eq!(Tree::parse(b"", 20), Some(Tree(Vec::new())));
    }

    #[test]
    fn a_name_that_would_be_another_path_is_refused() {
        assert!(Tree::parse(&tree(&[("100644", "a/metadata.yaml")]), 20).is_none());
        assert!(Tree::parse(&tree(&[("100644", "")]), 20).is_none());
    }
}
