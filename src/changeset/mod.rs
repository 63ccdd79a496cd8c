//! What a source hands to the core: the two sides of a change and what had to be read besides.
//!
//! Knows files, revisions and facts; knows neither YAML nor where they came from.

mod facts;
mod waiver;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::ids::{ObjectId, RepoPath};

pub use facts::{
    Fact, FilePatch, Part, PullRequest, PullRequestFacts, PullRequestState, Team, Viewer, Writers,
};
pub use waiver::{Role, WAIVE, WaiverComment, WaiverRequest, day_of, has_form_of_day, is_reason};

/// A side of the comparison.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The merge base: the state that the change starts from.
    Base,
    /// The proposed state.
    Head,
    /// The tip of the target branch: where the change will land, and where the policy is read.
    Target,
}

/// A state of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revision {
    /// A commit.
    Commit(ObjectId),
    /// The files of the working tree, committed or not.
    WorkingTree,
    /// A plain folder, as the user named it.
    Folder(String),
}

/// The states that are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revisions {
    /// The merge base of target and head; changes are attributed against it.
    pub base: Revision,
    /// The proposed state.
    pub head: Revision,
    /// The tip of the base branch; versions are compared with it as well.
    pub target: Revision,
}

/// What a tree holds at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Bytes of its own.
    Regular,
    /// A link whose target is another path; never followed.
    Symlink,
    /// A commit of another repository.
    Submodule,
    /// A folder.
    Directory,
}

/// A path and what it is, on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path on that side.
    pub path: RepoPath,
    /// What the tree holds there.
    pub kind: FileKind,
}

/// One row of the change; the pairs that git joins as renames or copies carry both paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangedFile {
    /// Only head has it.
    Added(Entry),
    /// Only base has it.
    Deleted(Entry),
    /// The same path on both sides, with another content or kind.
    Modified {
        /// The path before.
        base: Entry,
        /// The path after.
        head: Entry,
    },
    /// Moved, perhaps edited as well.
    Renamed {
        /// The path before.
        base: Entry,
        /// The path after.
        head: Entry,
    },
}

impl ChangedFile {
    /// The base side, where there is one.
    pub fn base(&self) -> Option<&Entry> {
        match self {
            Self::Added(_) => None,
            Self::Deleted(base) | Self::Modified { base, .. } | Self::Renamed { base, .. } => Some(base),
        }
    }

    /// The head side, where there is one.
    pub fn head(&self) -> Option<&Entry> {
        match self {
            Self::Deleted(_) => None,
            Self::Added(head) | Self::Modified { head, .. } | Self::Renamed { head, .. } => Some(head),
        }
    }

    /// The path at head, or at base for a deleted file.
    pub fn path(&self) -> &RepoPath {
        match self {
            Self::Added(entry) | Self::Deleted(entry) => &entry.path,
            Self::Modified { head, .. } | Self::Renamed { head, .. } => &head.path,
        }
    }
}

/// What was found where a file was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The tree has nothing there.
    Absent,
    /// A regular file's bytes.
    File(Arc<[u8]>),
    /// Something else than a regular file; its content is not read.
    NotRegular(FileKind),
    /// A file over the source's limit; its content was not read.
    TooLarge {
        /// Its size.
        bytes: u64,
    },
}

/// Something that a source has to read before the change can be judged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// One file's content on one side.
    File(Side, RepoPath),
    /// The identity of every connector at head: directories, `definitionId`, `dockerRepository`.
    Identities,
}

/// What a connector is known by, read from its metadata at head.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// `data.definitionId`.
    pub definition_id: Option<String>,
    /// `data.dockerRepository`.
    pub docker_repository: Option<String>,
}

/// A part of the change that a source could not read; with one of these nothing can pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What is missing, where it is a path.
    pub path: Option<RepoPath>,
    /// Why, in words for a person.
    pub why: String,
}

/// A change, ready to be judged.
#[derive(Debug, Clone)]
pub struct ChangeSet {
    /// The states that are compared.
    pub revisions: Revisions,
    /// The changed files, in the order of their paths.
    pub files: Vec<ChangedFile>,
    /// What was read, by side and path.
    pub contents: BTreeMap<(Side, RepoPath), Fetched>,
    /// Every connector's identity at head, by directory; `None` until it was asked for.
    pub identities: Option<BTreeMap<RepoPath, Arc<Identity>>>,
    /// The pull requests that make it up: one, whose facts may not be known here, or those of a merge queue's group.
    pub parts: Vec<Part>,
    /// The teams that were asked for, by `organisation/team`.
    pub teams: BTreeMap<String, Team>,
    /// The day of the judgement, in UTC.
    pub today: Date,
    /// What could not be read; empty means complete.
    pub gaps: Vec<Gap>,
}

impl ChangeSet {
    /// Starts a change of which no content has been read yet.
    pub fn new(revisions: Revisions, mut files: Vec<ChangedFile>, today: Date) -> Self {
        files.sort_by(|left, right| left.path().cmp(right.path()));
        Self {
            revisions,
            files,
            contents: BTreeMap::new(),
            identities: None,
            parts: vec![Part::default()],
            teams: BTreeMap::new(),
            today,
            gaps: Vec::new(),
        }
    }

    /// The facts of every pull request that touches one of the directories, in the order of the parts.
    ///
    /// Where none says that it does, each of them may.
    pub fn facts_of(&self, directories: &[&RepoPath]) -> Vec<&PullRequestFacts> {
        let touches = |part: &&Part| directories.iter().any(|directory| part.touches(directory));
        let mut found: Vec<_> = self.parts.iter().filter(touches).collect();
        if found.is_empty() {
            found.extend(&self.parts);
        }
        found.into_iter().map(|part| &part.facts).collect()
    }

    /// The logins of all who approve one of the pull requests.
    pub fn approvers(&self) -> BTreeSet<&String> {
        let approvals = self.parts.iter().map(|part| &part.facts.approvals);
        let known = approvals.filter_map(|approvals| match approvals {
            Fact::Known(logins) => Some(logins),
            Fact::NotKnownHere => None,
        });
        known.flatten().collect()
    }

    /// What was read at a path; `None` where nobody asked.
    pub fn fetched(&self, side: Side, path: &RepoPath) -> Option<&Fetched> {
        self.contents.get(&(side, path.clone()))
    }

    /// The bytes of a regular file that was read.
    pub fn bytes(&self, side: Side, path: &RepoPath) -> Option<&Arc<[u8]>> {
        match self.fetched(side, path) {
            Some(Fetched::File(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// The file whose head (or base, for [`Side::Base`]) stands at a path.
    pub fn changed(&self, side: Side, path: &RepoPath) -> Option<&ChangedFile> {
        self.files.iter().find(|file| {
            let entry = if side == Side::Base {
                file.base()
            } else {
                file.head()
            };
            entry.is_some_and(|entry| entry.path == *path)
        })
    }
}
