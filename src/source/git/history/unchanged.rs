//! Paths that no commit so far has touched: what the first state had there is there still.
//!
//! Most of what a change needs besides is not there at all (a page, a guide, a manifest), and asking git for each costs
//! more than judging the commit. Knows paths; knows no content.

use std::collections::{HashMap, HashSet};
use std::sync::{PoisonError, RwLock};

use crate::ids::{ObjectId, RepoPath};

/// The most paths that are remembered; a history that touches more is asked about each.
const MOST: usize = 1_000_000;

/// What the commits have touched, and what the first state had elsewhere.
#[derive(Debug, Default)]
pub(super) struct Unchanged {
    /// The tree of the first state; `None` where the history starts from nothing.
    first: RwLock<Option<ObjectId>>,
    /// Every path that a commit has touched; `None` once there are too many.
    touched: RwLock<Touched>,
    /// Whether the first state has something at a path that no commit has touched.
    known: RwLock<HashMap<RepoPath, bool>>,
}

#[derive(Debug, Default)]
struct Touched {
    paths: HashSet<RepoPath>,
    is_full: bool,
}

impl Unchanged {
    /// Says where the history starts.
    pub(super) fn start(&self, first: ObjectId) {
        *self.first.write().unwrap_or_else(PoisonError::into_inner) = Some(first);
    }

    /// Notes the paths of a commit, before anybody asks about it.
    pub(super) fn touch<'a>(&self, paths: impl Iterator<Item = &'a RepoPath>) {
        let mut touched = self.touched.write().unwrap_or_else(PoisonError::into_inner);
        for path in paths {
            if touched.paths.len() >= MOST {
                touched.is_full = true;
                return;
            }
            if !touched.paths.contains(path) {
                touched.paths.insert(path.clone());
            }
        }
    }

    /// Whether nothing is at a path, as far as that is known without asking about the commit.
    ///
    /// `in_first` tells whether a tree has something there; it is asked once for each path. Other threads may have noted
    /// later commits already: that makes an answer less certain and never wrong.
    pub(super) fn is_absent(
        &self,
        path: &RepoPath,
        in_first: impl FnOnce(&ObjectId) -> anyhow::Result<bool>,
    ) -> anyhow::Result<bool> {
        {
            let touched = self.touched.read().unwrap_or_else(PoisonError::into_inner);
            // A folder that became a file, or the reverse, is touched under another name.
            let above = std::iter::successors(path.parent(), RepoPath::parent);
            let is_touched =
                touched.paths.contains(path) || above.take(64).any(|folder| touched.paths.contains(&folder));
            if touched.is_full || is_touched {
                return Ok(false);
            }
        }
        if let Some(known) = self
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(path)
        {
            return Ok(!known);
        }
        let first = self.first.read().unwrap_or_else(PoisonError::into_inner).clone();
        let is_there = first.as_ref().map(in_first).transpose()?.unwrap_or(false);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            known.insert(path.clone(), is_there);
        }
        Ok(!is_there)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).unwrap()
    }

    #[test]
    fn what_no_commit_touched_is_as_the_first_state_had_it() {
        let unchanged = Unchanged::default();
        assert!(
            unchanged
                .is_absent(&path("docs/x.md"), |_| panic!("there is no first state"))
                .unwrap()
        );
        let unchanged = Unchanged::default();
        unchanged.start(ObjectId::new(&"1".repeat(40)).unwrap());
        assert!(unchanged.is_absent(&path("docs/x.md"), |_| Ok(false)).unwrap());
        assert!(
            unchanged
                .is_absent(&path("docs/x.md"), |_| panic!("asked twice"))
                .unwrap()
        );
        assert!(!unchanged.is_absent(&path("docs/y.md"), |_| Ok(true)).unwrap());
    }

    #[test]
    fn what_a_commit_touched_or_lies_below_it_is_not_known() {
        let unchanged = Unchanged::default();
        unchanged.touch([path("docs/x.md"), path("link")].iter());
        for text in ["docs/x.md", "link/inside", "link"] {
            assert!(
                !unchanged.is_absent(&path(text), |_| panic!("not asked")).unwrap(),
                "{text}"
            );
        }
        assert!(unchanged.is_absent(&path("docs"), |_| Ok(true)).unwrap());
    }
}
