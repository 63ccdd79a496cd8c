//! GitHub's comparison of two commits, and its list of a pull request's files.
//!
//! Knows what the two endpoints say and where they stop; decides nothing with it but where to look.

use std::ops::RangeInclusive;

use anyhow::Context;
use serde::Deserialize;

use super::api::Api;
use super::facts::object_id;
use crate::github::Route;
use crate::ids::{ObjectId, RepoPath};

/// The files of a comparison from which on it may hold more than it says.
pub(super) const MOST_COMPARED: usize = 300;

/// The most files that the list of a pull request holds, whatever its pages.
const MOST_LISTED: u64 = 3_000;
/// The most files on one page of it.
const PAGE: u64 = 100;

/// The most pages of commits that are read of a group.
const MOST_PAGES: u64 = 10;

/// A file of a comparison or a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct FileRow {
    /// The blob at head; at base for a removed file.
    #[serde(default)]
    pub(super) sha: Option<String>,
    pub(super) filename: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) previous_filename: Option<String>,
    /// Absent for a binary file, a large one, and one that only moved.
    #[serde(default)]
    pub(super) patch: Option<String>,
}

impl FileRow {
    /// The path that the row is about.
    pub(super) fn path(&self) -> Option<RepoPath> {
        RepoPath::new(self.filename.as_bytes()).ok()
    }

    /// The path before a move.
    pub(super) fn previous(&self) -> Option<RepoPath> {
        RepoPath::new(self.previous_filename.as_ref()?.as_bytes()).ok()
    }
}

/// How the second of two commits stands to the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Standing {
    Ahead,
    Behind,
    Diverged,
    Identical,
}

/// A comparison of two commits, from their merge base to the second.
#[derive(Debug)]
pub(super) struct Comparison {
    pub(super) merge_base: ObjectId,
    pub(super) standing: Standing,
    pub(super) rows: Vec<FileRow>,
    /// The commits that only the second has, or the first page of them.
    pub(super) commits: Vec<Commit>,
    pub(super) total_commits: u64,
}

/// A commit and its parents, the first one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Commit {
    pub(super) id: ObjectId,
    pub(super) parents: Vec<ObjectId>,
}

#[derive(Debug, Deserialize)]
struct Wire {
    status: Standing,
    merge_base_commit: WireName,
    total_commits: u64,
    commits: Vec<WireCommit>,
    #[serde(default)]
    files: Option<Vec<FileRow>>,
}

#[derive(Debug, Deserialize)]
struct WireName {
    sha: String,
}

#[derive(Debug, Deserialize)]
struct WireCommit {
    sha: String,
    parents: Vec<WireName>,
}

/// Compares two commits by their ids, with as many commits on the page.
pub(super) fn compare(
    api: &Api,
    first: &ObjectId,
    second: &ObjectId,
    commits: u64,
) -> anyhow::Result<Comparison> {
    page(api, first, second, commits, 1)
}

fn page(
    api: &Api,
    first: &ObjectId,
    second: &ObjectId,
    commits: u64,
    page: u64,
) -> anyhow::Result<Comparison> {
    let route = api
        .route()
        .word("compare")
        .part(format_args!("{first}...{second}"))
        .with("per_page", commits)
        .with("page", page);
    let wire: Wire = api
        .client
        .get(&route)
        .with_context(|| format!("comparing {} with {}", second.short(), first.short()))?;
    let commit = |commit: WireCommit| {
        anyhow::Ok(Commit {
            id: object_id(&commit.sha, "a commit")?,
            parents: commit
                .parents
                .iter()
                .map(|parent| object_id(&parent.sha, "a parent"))
                .collect::<anyhow::Result<_>>()?,
        })
    };
    Ok(Comparison {
        merge_base: object_id(&wire.merge_base_commit.sha, "the merge base")?,
        standing: wire.status,
        rows: wire.files.unwrap_or_default(),
        commits: wire
            .commits
            .into_iter()
            .map(commit)
            .collect::<anyhow::Result<_>>()?,
        total_commits: wire.total_commits,
    })
}

/// Compares two commits and reads all commits between them; `None` in place of commits where they are too many.
pub(super) fn compare_with_commits(
    api: &Api,
    first: &ObjectId,
    second: &ObjectId,
) -> anyhow::Result<(Comparison, Option<Vec<Commit>>)> {
    let mut whole = compare(api, first, second, PAGE)?;
    let mut commits = std::mem::take(&mut whole.commits);
    let pages = whole.total_commits.div_ceil(PAGE);
    if pages > MOST_PAGES {
        return Ok((whole, None));
    }
    for number in 2..=pages {
        commits.extend(page(api, first, second, PAGE, number)?.commits);
    }
    let complete = u64::try_from(commits.len()).is_ok_and(|count| count == whole.total_commits);
    Ok((whole, complete.then_some(commits)))
}

/// The pages of a pull request's list of files, from the one that holds the `first` file (from 0) on.
pub(super) fn pages(changed_files: u64, first: u64) -> RangeInclusive<u64> {
    first / PAGE + 1..=changed_files.min(MOST_LISTED).div_ceil(PAGE)
}

/// Whether the list of a pull request's files holds all of them.
pub(super) fn is_listed_whole(changed_files: u64) -> bool {
    changed_files < MOST_LISTED
}

/// Reads pages of a pull request's list of files side by side.
pub(super) fn files(api: &Api, number: u64, pages: RangeInclusive<u64>) -> anyhow::Result<Vec<FileRow>> {
    let routes: Vec<Route> = pages
        .map(|page| {
            let route = api.route().word("pulls").part(number).word("files");
            route.with("per_page", PAGE).with("page", page)
        })
        .collect();
    let mut rows: Vec<FileRow> = Vec::new();
    for answer in api.client.get_all::<Vec<FileRow>>(&routes)? {
        rows.extend(answer.with_context(|| format!("reading the list of files of pull request {number}"))?);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_end_with_the_files_and_at_the_most_that_are_listed() {
        assert_eq!(pages(384, 300), 4..=4);
        assert_eq!(pages(384, 0), 1..=4);
        assert_eq!(pages(100, 0), 1..=1);
        assert_eq!(pages(5_000, 0), 1..=30);
        assert!(pages(300, 300).is_empty() && pages(0, 0).is_empty());
        assert!(is_listed_whole(2_999) && !is_listed_whole(3_000));
    }
}
