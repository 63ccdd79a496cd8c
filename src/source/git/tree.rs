//! The trees of a clone, read over an open batch of objects.
//!
//! Knows how a tree is read and kept; what stands in one is `source::tree`'s.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::batch::{Kind, Object, Objects};
use crate::ids::{ObjectId, RepoPath};
use crate::roots::ConnectorRoots;
use crate::source::tree::{self, Search, Standing, Tree, TreeStore};

/// The most bytes of one tree; the largest folders of real repositories stay under a hundredth of it.
const LARGEST_TREE: u64 = 64 << 20;

/// The bytes of trees from which on they are forgotten between two questions.
const MOST_KEPT: usize = 8 << 20;

/// The trees that were read, over an open batch of objects.
#[derive(Debug)]
pub(super) struct Trees {
    pub(super) objects: Objects,
    read: BTreeMap<ObjectId, Result<Arc<Tree>, String>>,
    kept: usize,
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
        tree::resolve(self, wanted)
    }

    /// The connector directories of a root tree, and the folders that could not be searched, with the reason.
    pub(super) fn connectors(&mut self, root: &ObjectId, roots: &ConnectorRoots) -> anyhow::Result<Search> {
        self.begin();
        Search::below(self, root, roots)
    }
}

impl TreeStore for Trees {
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
                } => {
                    self.kept += bytes.len();
                    Tree::parse(&bytes, id.as_str().len() / 2)
                        .map(Arc::new)
                        .ok_or_else(|| format!("tree {id} is malformed"))
                }
                Object::Found { .. } => Err(format!("object {id} should be a tree and is not")),
                Object::TooLarge { bytes } => Err(format!("tree {id} has {bytes} bytes")),
                Object::Missing => Err(missing(&id)),
            };
            self.read.insert(id, tree);
        }
        Ok(())
    }

    fn tree(&self, id: &ObjectId) -> Option<&Result<Arc<Tree>, String>> {
        self.read.get(id)
    }
}

/// The words for an object that the repository names and does not have.
pub(super) fn missing(id: &ObjectId) -> String {
    format!(
        "object {id} is not in this clone (a partial one?): fetch it with `git fetch --refetch --no-filter`"
    )
}
