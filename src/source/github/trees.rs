//! Trees, by their ids, each checked against its id.
//!
//! Knows how trees are asked for and kept, and how some are asked for before the walk gets to them: a guess by path
//! only fills what is kept under its id. What stands in a tree is `source::tree`'s.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Context;

use super::api::{Api, Batch, Found, MOST_OBJECTS, unread};
use super::blobs::WireBlob;
use super::tree_wire::{RestCommit, RestTree, Sized, WireObject, entries};
use crate::changeset::FileKind;
use crate::ids::{ObjectId, RepoPath};
use crate::source::hash;
use crate::source::tree::{Standing, Tree, TreeEntry, TreeStore};

const QUERY: (&str, &str) = ("Trees", include_str!("trees.graphql"));

/// The most trees of a run: 100 queries.
const MOST_TREES: usize = 100 * MOST_OBJECTS;

/// The trees that were read.
#[derive(Debug)]
pub(super) struct Trees<'c> {
    pub(super) api: Api<'c>,
    read: BTreeMap<ObjectId, Result<Arc<Tree>, String>>,
    roots: BTreeMap<ObjectId, ObjectId>,
    sizes: BTreeMap<ObjectId, u64>,
}

/// A place to look at: below a commit.
pub(super) type At = (ObjectId, RepoPath);

impl<'c> Trees<'c> {
    pub(super) fn new(api: Api<'c>) -> Self {
        Self {
            api,
            read: BTreeMap::new(),
            roots: BTreeMap::new(),
            sizes: BTreeMap::new(),
        }
    }

    /// The root tree of a commit that was opened.
    pub(super) fn root(&self, commit: &ObjectId) -> Option<&ObjectId> {
        self.roots.get(commit)
    }

    /// The size of a blob that a tree names.
    pub(super) fn size(&self, blob: &ObjectId) -> Option<u64> {
        self.sizes.get(blob).copied()
    }

    /// Reads the root trees of commits and, as far as they fit into the same query, folders and a file that will be
    /// wanted; the file's blob, where there is one.
    pub(super) fn open(
        &mut self,
        commits: &[ObjectId],
        folders: &[At],
        file: Option<&At>,
    ) -> anyhow::Result<Option<WireBlob>> {
        let new: BTreeSet<ObjectId> = commits
            .iter()
            .filter(|commit| !self.roots.contains_key(*commit))
            .cloned()
            .collect();
        let mut batch = Batch {
            objects: new.into_iter().collect(),
            folders: Vec::new(),
            files: file.and_then(expression).into_iter().collect(),
        };
        let room = MOST_OBJECTS.saturating_sub(batch.len());
        batch.folders = folders.iter().filter_map(expression).take(room).collect();
        if batch.objects.is_empty() {
            return Ok(None);
        }
        let answers = self
            .api
            .ask::<WireObject>(QUERY.0, QUERY.1, std::slice::from_ref(&batch))?;
        let mut blob = None;
        if let Some(Ok(mut found)) = answers.into_iter().next() {
            for (index, commit) in batch.objects.iter().enumerate() {
                if let Some(object) = found.take('o', index) {
                    self.keep_commit(commit, object);
                }
            }
            for index in 0..batch.folders.len() {
                if let Some(object) = found.take('e', index) {
                    self.keep_guess(object);
                }
            }
            blob = found.take('f', 0).map(|object| WireBlob {
                oid: object.oid,
                text: object.text,
                is_truncated: object.is_truncated,
            });
        }
        for commit in batch.objects {
            if !self.roots.contains_key(&commit) {
                self.open_alone(&commit)?;
            }
        }
        Ok(blob)
    }

    /// Finds the root of a commit that the query did not give.
    fn open_alone(&mut self, commit: &ObjectId) -> anyhow::Result<()> {
        let route = self.api.route().word("commits").part(commit).with("per_page", 1);
        let found: RestCommit = self
            .api
            .client
            .get(&route)
            .with_context(|| format!("reading commit {commit}"))?;
        let root = ObjectId::new(&found.commit.tree.sha);
        match root {
            Some(root) if found.sha == commit.as_str() => {
                self.roots.insert(commit.clone(), root);
                Ok(())
            }
            _ => anyhow::bail!("GitHub gives something else than commit {commit} for it"),
        }
    }

    fn keep_commit(&mut self, commit: &ObjectId, object: WireObject) {
        let Some(tree) = object.tree.filter(|_| object.oid == commit.as_str()) else {
            return;
        };
        let Some(root) = ObjectId::new(&tree.oid) else {
            return;
        };
        self.roots.insert(commit.clone(), root.clone());
        if let Some(entries) = tree.entries.and_then(entries) {
            self.keep(&root, entries);
        }
    }

    /// Keeps a tree that was found by a path: under its own id, which its entries have to have.
    fn keep_guess(&mut self, object: WireObject) {
        let id = ObjectId::new(&object.oid);
        if let (Some(id), Some(entries)) = (id, object.entries.and_then(entries)) {
            self.keep(&id, entries);
        }
    }

    /// Keeps a tree whose entries have its id; whether they have.
    fn keep(&mut self, id: &ObjectId, entries: Vec<Sized>) -> bool {
        let (entries, sizes): (Vec<TreeEntry>, Vec<Option<u64>>) = entries.into_iter().unzip();
        if !hash::is_tree(id, &entries) {
            return false;
        }
        for (entry, size) in entries.iter().zip(sizes) {
            if let Some(size) = size {
                self.sizes.insert(entry.id.clone(), size);
            }
        }
        let tree = Tree::new(entries)
            .map(Arc::new)
            .ok_or_else(|| format!("tree {id} is malformed"));
        self.read.insert(id.clone(), tree);
        true
    }

    /// Asks in one go for the trees on the way to places below commits, as far as they are not known.
    pub(super) fn foresee(&mut self, places: &[At]) -> anyhow::Result<()> {
        let mut objects = BTreeSet::new();
        let mut folders = BTreeSet::new();
        for (commit, path) in places {
            let Some(root) = self.roots.get(commit) else {
                continue;
            };
            let (known, rest) = self.known(root, path);
            let Some(next) = known else { continue };
            objects.insert(next);
            folders.extend(
                rest.into_iter()
                    .filter_map(|folder| expression(&(commit.clone(), folder))),
            );
        }
        // Without a guess the walk itself asks for the same.
        if folders.is_empty() {
            return Ok(());
        }
        let mut batches: Vec<Batch> = Vec::new();
        let mut all = objects
            .into_iter()
            .map(Ok)
            .chain(folders.into_iter().map(Err))
            .peekable();
        while all.peek().is_some() {
            let mut batch = Batch::default();
            for named in all.by_ref().take(MOST_OBJECTS) {
                match named {
                    Ok(id) => batch.objects.push(id),
                    Err(folder) => batch.folders.push(folder),
                }
            }
            batches.push(batch);
        }
        self.ask(&batches)
    }

    /// How far the way to a path's folder is known: the first tree that is not, and the folders below it.
    fn known(&self, root: &ObjectId, path: &RepoPath) -> (Option<ObjectId>, Vec<RepoPath>) {
        let mut folders: Vec<RepoPath> = std::iter::successors(path.parent(), RepoPath::parent).collect();
        folders.reverse();
        let mut at = root.clone();
        for (depth, folder) in folders.iter().enumerate() {
            match self.read.get(&at) {
                None => return (Some(at), folders.split_off(depth + 1)),
                Some(Err(_)) => return (None, Vec::new()),
                Some(Ok(tree)) => {
                    let Some(below) = folders.get(depth + 1) else {
                        return (None, Vec::new());
                    };
                    debug_assert!(below.is_within(folder));
                    match tree.entry(below.file_name()) {
                        Standing::Entry(FileKind::Directory, id) => at = id,
                        _ => return (None, Vec::new()),
                    }
                }
            }
        }
        (None, Vec::new())
    }

    fn ask(&mut self, batches: &[Batch]) -> anyhow::Result<()> {
        let answers: Vec<Result<Found<WireObject>, _>> = self.api.ask(QUERY.0, QUERY.1, batches)?;
        for (batch, answer) in batches.iter().zip(answers) {
            let Ok(mut found) = answer else { continue };
            for (index, id) in batch.objects.iter().enumerate() {
                let object = found.take('o', index).filter(|object| object.oid == id.as_str());
                if let Some(entries) = object.and_then(|object| entries(object.entries?)) {
                    self.keep(id, entries);
                }
            }
            for index in 0..batch.folders.len() {
                if let Some(object) = found.take('e', index) {
                    self.keep_guess(object);
                }
            }
        }
        Ok(())
    }

    /// Reads the trees that the query did not give, or gave with other entries than their ids say.
    fn load_alone(&mut self, ids: &[ObjectId]) -> anyhow::Result<()> {
        let mut answers = self.api.each::<RestTree>("trees", ids)?.into_iter();
        for id in ids {
            let why = match answers.next() {
                Some(Ok(tree)) => match self.keep_alone(id, tree) {
                    None => continue,
                    Some(why) => why,
                },
                Some(Err(error)) => unread(id, Some(error)),
                None => unread(id, None),
            };
            self.read.insert(id.clone(), Err(why));
        }
        Ok(())
    }

    /// Keeps a tree of the REST API; the reason where it cannot be kept.
    fn keep_alone(&mut self, id: &ObjectId, tree: RestTree) -> Option<String> {
        if tree.truncated {
            return Some(format!("GitHub gives only a part of tree {id}"));
        }
        let kept = tree.sha == id.as_str() && tree.entries().is_some_and(|entries| self.keep(id, entries));
        (!kept).then(|| format!("what GitHub gives for tree {id} is not that tree"))
    }
}

impl TreeStore for Trees<'_> {
    fn load(&mut self, ids: BTreeSet<ObjectId>) -> anyhow::Result<()> {
        let mut new: Vec<ObjectId> = ids.into_iter().filter(|id| !self.read.contains_key(id)).collect();
        let room = MOST_TREES.saturating_sub(self.read.len());
        for beyond in new.split_off(room.min(new.len())) {
            let why = format!("more than {MOST_TREES} folders would have to be read");
            self.read.insert(beyond, Err(why));
        }
        if new.is_empty() {
            return Ok(());
        }
        let batches: Vec<Batch> = new
            .chunks(MOST_OBJECTS)
            .map(|ids| Batch {
                objects: ids.to_vec(),
                ..Batch::default()
            })
            .collect();
        self.ask(&batches)?;
        let rest: Vec<ObjectId> = new.into_iter().filter(|id| !self.read.contains_key(id)).collect();
        self.load_alone(&rest)
    }

    fn tree(&self, id: &ObjectId) -> Option<&Result<Arc<Tree>, String>> {
        self.read.get(id)
    }
}

/// `<commit>:<path>`, where the path can be written so.
fn expression((commit, path): &At) -> Option<String> {
    let text = std::str::from_utf8(path.as_bytes()).ok()?;
    (!text.chars().any(char::is_control)).then(|| format!("{commit}:{text}"))
}
