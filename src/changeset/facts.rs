//! What a pull request is and says beside its files.
//!
//! Knows what a forge knows about a pull request; knows no forge and reads nothing.

use std::collections::BTreeSet;

use super::waiver::WaiverComment;
use crate::ids::{ObjectId, RepoPath};

/// A fact that only a forge knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fact<T> {
    /// It was read.
    Known(T),
    /// The source has no way to read it: a person has to look.
    #[default]
    NotKnownHere,
}

/// What a pull request says beside its files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PullRequestFacts {
    /// Its number, where there is a pull request.
    pub number: Option<u64>,
    /// The title.
    pub title: Fact<String>,
    /// The names of its labels.
    pub labels: Fact<Vec<String>>,
    /// Who opened it; `None` where that is not known, or the account was deleted.
    pub author: Option<String>,
    /// The logins, in order, of the people with write access whose latest review approves the present head.
    pub approvals: Fact<Vec<String>>,
    /// The proposed commit.
    pub head: Option<ObjectId>,
    /// Who had a hand in the commits of `head`; `None` until somebody asked.
    pub writers: Option<Writers>,
    /// The comments under it that ask for a waiver, the newest first; `None` until somebody asked.
    pub waivers: Option<Vec<WaiverComment>>,
}

/// Who had a hand in the commits of a pull request, by login; the errors say why they are not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writers {
    /// All who wrote or committed one.
    pub wrote: Result<BTreeSet<String>, String>,
    /// These, and the co-authors that the messages name: whose suggestion was taken is one.
    pub took_part: Result<BTreeSet<String>, String>,
}

impl Writers {
    /// Those of a list that goes too far, or was not read.
    pub fn unknown(why: &str) -> Self {
        Self {
            wrote: Err(why.to_owned()),
            took_part: Err(why.to_owned()),
        }
    }
}

/// What is known of a team's members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Team {
    /// Those of the people who approve that belong to it, by login.
    Members(BTreeSet<String>),
    /// There is none of this name, or none that the token may see.
    Absent,
    /// It could not be read; the words say why.
    Unread(String),
}

/// A pull request's share in a change: a group of the merge queue has several.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// What it says.
    pub facts: PullRequestFacts,
    /// The paths that it touches on either side; `None` stands for every path.
    pub paths: Option<BTreeSet<RepoPath>>,
}

impl Part {
    /// Whether it touches something in a directory.
    pub fn touches(&self, directory: &RepoPath) -> bool {
        match &self.paths {
            None => true,
            Some(paths) => paths.iter().any(|path| path.is_within(directory)),
        }
    }
}

/// Where a pull request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullRequestState {
    /// It can be merged some day.
    Open,
    /// It was given up.
    Closed,
    /// It is part of the target branch.
    Merged,
}

/// Who asks the forge: the owner of the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The name, as the forge's GraphQL API gives it.
    pub login: String,
    /// The account's number; names can change hands, it cannot.
    pub id: u64,
}

/// A pull request, as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// Open, closed or merged.
    pub state: PullRequestState,
    /// Whether it asks for no review yet.
    pub is_draft: bool,
    /// Whether only people with write access can comment.
    pub is_locked: bool,
    /// Whether its head lies in another repository.
    pub is_cross_repository: bool,
    /// `owner/name` of its head's repository; `None` where that was deleted.
    pub head_repository: Option<String>,
    /// Who opened it; `None` where the account was deleted.
    pub author: Option<String>,
    /// The proposed commit.
    pub head: ObjectId,
    /// The tip of the target branch; for a merged pull request, what it was merged into.
    pub target: ObjectId,
    /// The target branch's name, without `refs/heads/`.
    pub target_branch: String,
    /// How many files the forge says are changed.
    pub changed_files: u64,
    /// What it says beside its files, all of it bound to `head`.
    pub facts: PullRequestFacts,
}

/// The forge's own patch of a file, which tells the lines that can take a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePatch {
    /// The path as the forge names the file: at head, or at base for a deleted one.
    pub file: RepoPath,
    /// The path at base, where base has it.
    pub base: Option<RepoPath>,
    /// The path at head, where head has it.
    pub head: Option<RepoPath>,
    /// The hunks, without a header.
    pub patch: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_touches_the_folders_above_its_paths() {
        let path = |text: &str| RepoPath::new(text.as_bytes()).unwrap();
        let part = Part {
            paths: Some([path("c/source-a/metadata.yaml")].into()),
            ..Part::default()
        };
        assert!(part.touches(&path("c/source-a")) && part.touches(&path("c")));
        assert!(!part.touches(&path("c/source-ab")) && !part.touches(&path("c/source")));
        assert!(Part::default().touches(&path("anything")));
    }
}
