//! Everything that GitHub remembers beside the objects of the repository.
//!
//! Plain data and the few changes that both interfaces make; knows neither HTTP nor JSON.

mod checks;
mod people;
mod pulls;
mod talk;

pub(crate) use checks::{Annotation, CheckRun, Output, Status};
pub(crate) use people::{Kind as PersonKind, Person, Role};
pub(crate) use pulls::{Event, EventKind, HeadRepository, Pull, QueueEntry};
pub(crate) use talk::{Inline, Place, Remark, Review};

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

/// A label of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) id: u64,
    pub(crate) color: String,
    pub(crate) description: Option<String>,
}

/// What the fake leaves out or gets wrong on demand.
#[derive(Debug, Clone, Default)]
pub(crate) struct Knobs {
    /// Paths whose patch is not sent, as if it were too large.
    pub(crate) no_patch: BTreeSet<String>,
    /// Paths that are listed with no additions, deletions and changes, and without a patch.
    pub(crate) no_changes: BTreeSet<String>,
    /// Paths whose lines take no comment, whatever their patch shows.
    pub(crate) refused_lines: BTreeSet<String>,
    /// Only this many files are listed, by both lists; the count of the pull request stays true.
    pub(crate) most_files: Option<usize>,
    /// Trees (by id) and recursive readings that say `truncated`, with half of their entries.
    pub(crate) truncated_trees: bool,
    /// The largest blob that GraphQL gives whole; GitHub's is 512 KB.
    pub(crate) longest_blob: Option<usize>,
    /// Whether the token can read teams; that of a workflow cannot.
    pub(crate) teams_readable: bool,
}

/// The state of one repository.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) default_branch: String,
    pub(crate) private: bool,
    /// Branches by name, hostile names too; each with its commit.
    pub(crate) branches: BTreeMap<String, String>,
    pub(crate) people: BTreeMap<String, Person>,
    /// Teams by slug, with their members.
    pub(crate) teams: BTreeMap<String, BTreeSet<String>>,
    pub(crate) pulls: BTreeMap<u64, Pull>,
    pub(crate) labels: BTreeMap<String, Label>,
    /// Comments on pull requests and issues by id.
    pub(crate) remarks: BTreeMap<u64, Remark>,
    pub(crate) reviews: BTreeMap<u64, Review>,
    /// Comments on lines by id, replies too.
    pub(crate) inlines: BTreeMap<u64, Inline>,
    pub(crate) checks: Vec<CheckRun>,
    pub(crate) statuses: Vec<Status>,
    pub(crate) events: Vec<Event>,
    /// Contexts that a branch requires.
    pub(crate) required: BTreeMap<String, Vec<String>>,
    /// The merge queue of each branch that has one.
    pub(crate) queues: BTreeMap<String, Vec<QueueEntry>>,
    pub(crate) knobs: Knobs,
    /// Requests spent of the hour's.
    pub(crate) spent: u64,
    clock: Timestamp,
    next_id: u64,
}

impl State {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            default_branch: "main".to_owned(),
            private: false,
            branches: BTreeMap::new(),
            people: BTreeMap::new(),
            teams: BTreeMap::new(),
            pulls: BTreeMap::new(),
            labels: BTreeMap::new(),
            remarks: BTreeMap::new(),
            reviews: BTreeMap::new(),
            inlines: BTreeMap::new(),
            checks: Vec::new(),
            statuses: Vec::new(),
            events: Vec::new(),
            required: BTreeMap::new(),
            queues: BTreeMap::new(),
            knobs: Knobs::default(),
            spent: 0,
            clock: now,
            // As large as those of github.com, beyond 31 bits.
            next_id: 3_100_000_000,
        }
    }

    /// A new id; later things have larger ones.
    pub(crate) fn id(&mut self) -> u64 {
        self.next_id += 7;
        self.next_id
    }

    /// The time of the server's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock
    }

    /// Sets the server's clock.
    pub(crate) fn set_clock(&mut self, now: Timestamp) {
        self.clock = now;
    }

    /// The time of a change: a second after the one before, so that an edit differs from its creation.
    pub(crate) fn tick(&mut self) -> Timestamp {
        self.clock += jiff::SignedDuration::from_secs(1);
        self.clock
    }

    /// The commit that a name means here: a branch, `refs/…`, `heads/…` or a full id.
    pub(crate) fn commit_of(&self, name: &str) -> Option<String> {
        let name = if name == "HEAD" {
            &self.default_branch
        } else {
            name
        };
        let short = name.strip_prefix("refs/").unwrap_or(name);
        let branch = short.strip_prefix("heads/").unwrap_or(short);
        if let Some(id) = self.branches.get(branch) {
            return Some(id.clone());
        }
        let mut parts = short.split('/');
        if let (Some("pull"), Some(number), Some("head"), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        {
            return self
                .pulls
                .get(&number.parse().ok()?)
                .map(|pull| pull.head.clone());
        }
        let full = name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        full.then(|| name.to_owned())
    }
}
