//! Paths looked up in trees, entry by entry, wherever the trees are read from.
//!
//! A path is resolved by reading the trees on its way, never by `commit:path`: so each lookup sees a doubled or
//! impossible entry, a symlink on the way, and a name with a line break. Knows no connector but where they may lie.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::changeset::FileKind;
use crate::ids::{ObjectId, RepoPath};
use crate::roots::ConnectorRoots;

/// The most folders that a search for connectors looks into.
const MOST_SEARCHED: usize = 200_000;

/// The words for a tree that nobody asked for.
pub(super) const NOT_READ: &str = "its tree was not read";

/// The words for a name that stands in its tree more than once.
pub(super) const DOUBLED: &str = "its tree holds several entries of the same name";

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

/// The entries of a tree, ordered by the bytes of their names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tree(Vec<TreeEntry>);

/// One entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TreeEntry {
    pub(super) name: Box<[u8]>,
    pub(super) mode: u32,
    pub(super) id: ObjectId,
}

/// Trees that can be read: all that are named together, then one by one.
pub(super) trait TreeStore {
    /// Reads the trees that were not read yet.
    fn load(&mut self, ids: BTreeSet<ObjectId>) -> anyhow::Result<()>;

    /// A tree that was loaded, or the reason why it cannot be read; `None` where it was not loaded.
    fn tree(&self, id: &ObjectId) -> Option<&Result<Arc<Tree>, String>>;
}

impl Tree {
    /// Puts entries in order; `None` where a name would stand for another path in the rows of a change.
    pub(super) fn new(mut entries: Vec<TreeEntry>) -> Option<Self> {
        let is_name = |name: &[u8]| !name.is_empty() && !name.contains(&b'/');
        if !entries.iter().all(|entry| is_name(&entry.name)) {
            return None;
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Some(Self(entries))
    }

    /// Reads a tree object; `id_bytes` is the length of a binary object id.
    pub(super) fn parse(mut bytes: &[u8], id_bytes: usize) -> Option<Self> {
        let mut entries = Vec::new();
        while !bytes.is_empty() {
            let space = bytes.iter().position(|byte| *byte == b' ')?;
            let mode = u32::from_str_radix(std::str::from_utf8(&bytes[..space]).ok()?, 8).ok()?;
            let rest = &bytes[space + 1..];
            let end = rest.iter().position(|byte| *byte == 0)?;
            let id = rest.get(end + 1..end + 1 + id_bytes)?;
            entries.push(TreeEntry {
                name: rest[..end].into(),
                mode,
                id: ObjectId::new(&hexadecimal(id))?,
            });
            bytes = &rest[end + 1 + id_bytes..];
        }
        Self::new(entries)
    }

    /// The entries, ordered by name.
    pub(super) fn entries(&self) -> &[TreeEntry] {
        &self.0
    }

    /// The entries of one name: more than one where the tree is malformed.
    pub(super) fn named(&self, name: &[u8]) -> &[TreeEntry] {
        let first = self.0.partition_point(|entry| *entry.name < *name);
        let after = self.0[first..].partition_point(|entry| *entry.name == *name);
        &self.0[first..first + after]
    }

    /// What stands at a name.
    pub(super) fn entry(&self, name: &[u8]) -> Standing {
        match self.named(name) {
            [] => Standing::Nothing,
            [entry] => match kind_of(entry.mode) {
                Some(kind) => Standing::Entry(kind, entry.id.clone()),
                None => Standing::Broken("its entry has a mode that git does not know".to_owned()),
            },
            same => Standing::Broken(format!("its tree holds {} entries of the same name", same.len())),
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

/// What a mode of git says; `None` for one that git itself never writes.
pub(super) fn kind_of(mode: u32) -> Option<FileKind> {
    match mode & 0o170_000 {
        0o100_000 => Some(FileKind::Regular),
        0o120_000 => Some(FileKind::Symlink),
        0o160_000 => Some(FileKind::Submodule),
        0o040_000 => Some(FileKind::Directory),
        _ => None,
    }
}

/// What stands at each path below its root tree; trees of one depth are read together.
pub(super) fn resolve(
    store: &mut impl TreeStore,
    wanted: &[(ObjectId, RepoPath)],
) -> anyhow::Result<Vec<Standing>> {
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
        store.load(trees.collect())?;
        for index in open {
            let (Standing::Entry(_, id), Some(name)) = (&standing[index], segments[index].next()) else {
                continue;
            };
            standing[index] = match store.tree(id) {
                Some(Ok(tree)) => tree.entry(name),
                Some(Err(why)) => Standing::Broken(why.clone()),
                None => Standing::Broken(NOT_READ.to_owned()),
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

/// The outcome of a search for connector directories.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub(super) directories: Vec<RepoPath>,
    pub(super) unread: Vec<(RepoPath, String)>,
}

impl Search {
    /// The connector directories of a root tree, and the folders that could not be searched, with the reason.
    pub(super) fn below(
        store: &mut impl TreeStore,
        root: &ObjectId,
        roots: &ConnectorRoots,
    ) -> anyhow::Result<Self> {
        let mut search = Self::default();
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
            store.load(level.iter().map(|(_, id)| id.clone()).collect())?;
            let mut next = Vec::new();
            for (path, id) in level {
                match store.tree(&id) {
                    Some(Ok(tree)) => search.visit(&path, tree, roots, &mut next),
                    Some(Err(why)) => search.unread.push((path, why.clone())),
                    None => search.unread.push((path, NOT_READ.to_owned())),
                }
            }
            level = next;
        }
        Ok(search)
    }

    fn visit(
        &mut self,
        path: &RepoPath,
        tree: &Tree,
        roots: &ConnectorRoots,
        next: &mut Vec<(RepoPath, ObjectId)>,
    ) {
        let is_directory = |entry: &&TreeEntry| kind_of(entry.mode) == Some(FileKind::Directory);
        for entry in tree.entries().iter().filter(is_directory) {
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
