//! Which lines of a change can take a comment.
//!
//! Knows the changed files and their hunks; knows no finding's words.

use std::collections::BTreeMap;
use std::fmt;

use super::super::words;
use crate::changeset::{ChangeSet, Fetched, Side};
use crate::finding::Location;
use crate::hunks::Hunks;
use crate::ids::RepoPath;

/// Which lines can take a comment, by side and path on that side.
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    files: Vec<(RepoPath, Hunks)>,
    places: BTreeMap<(Side, RepoPath), usize>,
}

/// A run of lines on one side of a changed file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// The path at head, or at base for a deleted file: forges name a renamed file by its new path on both sides.
    pub file: RepoPath,
    /// The side that the lines count in.
    pub side: Side,
    /// The first line, from 1.
    pub first_line: usize,
    /// The last line.
    pub last_line: usize,
}

impl Anchors {
    /// Compares the files of a change whose text was read.
    pub fn of(set: &ChangeSet) -> Self {
        let mut anchors = Self::default();
        let text = |side, path: Option<&RepoPath>| match path {
            None => Some(""),
            Some(path) => match set.contents.get(&(side, path.clone())) {
                Some(Fetched::File(bytes)) => std::str::from_utf8(bytes).ok(),
                _ => None,
            },
        };
        for file in &set.files {
            let base = file.base().map(|entry| &entry.path);
            let head = file.head().map(|entry| &entry.path);
            if let (Some(before), Some(after)) = (text(Side::Base, base), text(Side::Head, head)) {
                anchors.insert(
                    file.path().clone(),
                    base.cloned(),
                    head.cloned(),
                    Hunks::between(before, after),
                );
            }
        }
        anchors
    }

    /// Adds a changed file: its path as the forge names it, its paths on both sides, its hunks.
    pub fn insert(&mut self, file: RepoPath, base: Option<RepoPath>, head: Option<RepoPath>, hunks: Hunks) {
        let place = self.files.len();
        self.files.push((file, hunks));
        self.places.extend(base.map(|path| ((Side::Base, path), place)));
        self.places.extend(head.map(|path| ((Side::Head, path), place)));
    }

    /// The anchor of a run of lines, where all of them lie in one hunk.
    pub fn at(&self, side: Side, path: &RepoPath, first_line: usize, last_line: usize) -> Option<Anchor> {
        let (file, hunks) = &self.files[*self.places.get(&(side, path.clone()))?];
        hunks.same_hunk(side, first_line, last_line).then(|| Anchor {
            file: file.clone(),
            side,
            first_line,
            last_line,
        })
    }

    /// The first line of a place, where it can take a comment.
    pub(super) fn on_line_of(&self, location: &Location) -> Option<Anchor> {
        let line = location.position.line;
        let anchor = self.at(location.side, &location.file, line, line);
        anchor.filter(|_| location.has_line())
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = words::side(self.side);
        match self.first_line == self.last_line {
            true => write!(formatter, "{}, line {} ({side})", self.file, self.first_line),
            false => write!(
                formatter,
                "{}, lines {} to {} ({side})",
                self.file, self.first_line, self.last_line
            ),
        }
    }
}
