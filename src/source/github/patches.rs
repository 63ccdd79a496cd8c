//! GitHub's own patches and what they say of moves.
//!
//! A patch decides nothing: it joins a file that is gone with one that is new, and tells the lines that can take a
//! comment. What it says is used only where its file is the one that the trees hold.

use std::collections::{BTreeMap, BTreeSet};

use super::GitHubSource;
use super::compare::{self, FileRow, MOST_COMPARED};
use super::walk::Difference;
use crate::changeset::{ChangeSet, ChangedFile, Fetched, FilePatch, Side};
use crate::ids::{ObjectId, RepoPath};

impl GitHubSource<'_> {
    /// The patches of the changed files that were read, as far as GitHub gives them.
    ///
    /// A file without a patch, or with one of another state, is left out: none of its lines takes a comment.
    pub fn patches(&mut self, set: &ChangeSet) -> anyhow::Result<Vec<FilePatch>> {
        if self.is_group {
            return Ok(Vec::new());
        }
        let was_read = |file: &&ChangedFile| {
            let sides = [(Side::Base, file.base()), (Side::Head, file.head())];
            sides.into_iter().any(|(side, entry)| {
                let found = entry.and_then(|entry| set.fetched(side, &entry.path));
                matches!(found, Some(Fetched::File(_)))
            })
        };
        let wanted: BTreeMap<&RepoPath, &ChangedFile> = set
            .files
            .iter()
            .filter(was_read)
            .map(|file| (file.path(), file))
            .collect();
        self.list_until(|named| wanted.keys().all(|path| named.contains(*path)))?;
        let mut patches: Vec<FilePatch> = Vec::new();
        let mut done = BTreeSet::new();
        for row in self.all_rows() {
            let Some(path) = row.path() else { continue };
            let (Some(file), Some(text)) = (wanted.get(&path), &row.patch) else {
                continue;
            };
            let is_same = row.sha.as_deref() == self.objects.get(&path).map(ObjectId::as_str);
            if is_same && done.insert(path.clone()) {
                patches.push(FilePatch {
                    file: path,
                    base: file.base().map(|entry| entry.path.clone()),
                    head: file.head().map(|entry| entry.path.clone()),
                    patch: text.clone(),
                });
            }
        }
        Ok(patches)
    }

    /// The paths before and after each move that GitHub's own comparison sees.
    pub(super) fn moves(&mut self, difference: &Difference) -> anyhow::Result<Vec<(RepoPath, RepoPath)>> {
        let mut moves = moves(self.rows.iter(), difference);
        let unpaired = |moves: &[(RepoPath, RepoPath)]| {
            difference.deleted.len() > moves.len() && difference.added.len() > moves.len()
        };
        if !self.is_group && self.rows.len() >= MOST_COMPARED && unpaired(&moves) {
            self.list_until(|_| false)?;
            moves = self::moves(self.all_rows(), difference);
        }
        Ok(moves)
    }

    /// The rows of the comparison, then those of the list.
    fn all_rows(&self) -> impl Iterator<Item = &FileRow> {
        self.rows.iter().chain(self.listed.values().flatten())
    }

    /// Reads the pull request's list where the comparison was cut, until it holds what is wanted.
    ///
    /// The list has the order of the comparison, which covers its first pages; they are read only if something is
    /// missing all the same.
    fn list_until(&mut self, is_enough: impl Fn(&BTreeSet<RepoPath>) -> bool) -> anyhow::Result<()> {
        let Some(pull_request) = self.pull_requests.first() else {
            return Ok(());
        };
        if self.rows.len() < MOST_COMPARED {
            return Ok(());
        }
        let (number, changed) = (pull_request.number, pull_request.changed_files);
        let rest = compare::pages(changed, 300);
        let start = *rest.start();
        for pages in [rest, 1..=start - 1] {
            let named: BTreeSet<RepoPath> = self.all_rows().filter_map(FileRow::path).collect();
            let is_whole = u64::try_from(named.len()).is_ok_and(|count| count >= changed);
            if is_whole || is_enough(&named) {
                break;
            }
            let first = *pages.start();
            if pages.is_empty() || self.listed.contains_key(&first) {
                continue;
            }
            let rows = compare::files(&self.trees.api, number, pages)?;
            self.listed.insert(first, rows);
        }
        Ok(())
    }
}

/// The moves that rows name, where the trees have a file that is gone and one that is new, the one of the row.
fn moves<'r>(rows: impl Iterator<Item = &'r FileRow>, difference: &Difference) -> Vec<(RepoPath, RepoPath)> {
    let mut moves = Vec::new();
    let (mut from, mut to) = (BTreeSet::new(), BTreeSet::new());
    for row in rows.filter(|row| row.status == "renamed") {
        let (Some(before), Some(after)) = (row.previous(), row.path()) else {
            continue;
        };
        let is_same = difference
            .added
            .get(&after)
            .is_some_and(|file| row.sha.as_deref() == Some(file.id.as_str()));
        if is_same
            && difference.deleted.contains_key(&before)
            && !from.contains(&before)
            && !to.contains(&after)
        {
            from.insert(before.clone());
            to.insert(after.clone());
            moves.push((before, after));
        }
    }
    moves
}

#[cfg(test)]
mod tests {
    use super::super::walk::File;
    use super::*;
    use crate::changeset::FileKind;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).unwrap()
    }

    fn file(digit: &str) -> File {
        File {
            kind: FileKind::Regular,
            id: ObjectId::new(&digit.repeat(40)).unwrap(),
        }
    }

    fn row(status: &str, from: Option<&str>, to: &str, digit: &str) -> FileRow {
        FileRow {
            sha: Some(digit.repeat(40)),
            filename: to.to_owned(),
            status: status.to_owned(),
            previous_filename: from.map(str::to_owned),
            patch: None,
        }
    }

    #[test]
    fn a_move_is_believed_where_the_trees_agree() {
        let difference = Difference {
            deleted: [(path("old"), file("1")), (path("older"), file("1"))].into(),
            added: [(path("new"), file("2")), (path("newer"), file("2"))].into(),
            ..Difference::default()
        };
        let pairs = |rows: &[FileRow]| {
            let found = moves(rows.iter(), &difference);
            found
                .into_iter()
                .map(|(from, to)| format!("{from} {to}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(pairs(&[row("renamed", Some("old"), "new", "2")]), ["old new"]);
        for wrong in [
            row("renamed", Some("old"), "new", "3"),
            row("renamed", Some("never"), "new", "2"),
            row("renamed", Some("../old"), "new", "2"),
            row("renamed", None, "new", "2"),
            row("copied", Some("old"), "new", "2"),
            row("renamed", Some("old"), "elsewhere", "2"),
        ] {
            assert_eq!(pairs(&[wrong]), Vec::<String>::new());
        }
        let twice = [
            row("renamed", Some("old"), "new", "2"),
            row("renamed", Some("old"), "newer", "2"),
            row("renamed", Some("older"), "new", "2"),
        ];
        assert_eq!(pairs(&twice), ["old new"]);
    }
}
