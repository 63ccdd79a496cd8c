//! A whole history as changes: each commit of a first-parent chain against its parent, oldest first.
//!
//! One `git log` and one `git cat-file` run side by side; every version of a metadata file is read once and is then
//! served from memory. The commit's own day is the day of the judgement. Commits come in order from one thread; who
//! takes them may judge them in parallel.

mod state;
mod stream;
mod unchanged;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use anyhow::{Context, bail};
use jiff::civil::Date;

use self::state::{Live, State};
use self::stream::{LogStep, Stream, connector_of_metadata};
pub use self::view::HistoryView;

use self::view::{Contents, Shared, Touched, tree_of};
use super::batch::{Objects, is_one_name};
use super::command::Git;
use super::revisions::{commits, explained};
use super::{content, read_files};
use crate::changeset::{ChangeSet, Entry, Fetched, FileKind, Gap};
use crate::ids::{ObjectId, RepoPath};
use crate::source::{Connectors, LARGEST_FILE, METADATA};
use crate::text::escape_controls;

/// The commits of a history, one after the other.
#[derive(Debug)]
pub struct History {
    stream: Stream,
    shared: Arc<Shared>,
    state: State,
    previous: Option<ObjectId>,
    ended: bool,
}

/// One commit as a change.
#[derive(Debug)]
pub struct HistoryStep {
    /// The commit.
    pub commit: ObjectId,
    /// The first line of its message, safe to print.
    pub subject: String,
    /// The committer's day in UTC.
    pub date: Date,
    /// The change against the first parent, with the metadata of every touched connector on all sides.
    pub set: ChangeSet,
    /// Where else is read what the change needs besides.
    pub view: HistoryView,
}

impl History {
    /// Starts to read the commits of a range: `A..B`, or one revision for all that leads to it.
    ///
    /// `wants` chooses further changed files whose contents are read on both sides.
    pub fn open(
        git: &Git,
        range: &str,
        connectors: &Connectors,
        wants: impl Fn(&RepoPath) -> bool + Send + 'static,
    ) -> anyhow::Result<Self> {
        let (after, last) = ends_of(range)?;
        let mut objects = Objects::start(git)?;
        let names: Vec<&str> = [last].into_iter().chain(after).collect();
        let mut found = commits(&mut objects, &names)
            .map_err(|error| explained(git, error))?
            .into_iter();
        let mut id = |name: &str| {
            let commit = found.next().flatten().map(|commit| commit.id);
            commit.with_context(|| {
                format!(
                    "revision `{}` does not exist in this repository",
                    escape_controls(name)
                )
            })
        };
        let last = id(last)?;
        let after = after.map(&mut id).transpose()?;
        let stream = Stream::start(
            git,
            &last,
            after.as_ref(),
            connectors.roots.clone(),
            Box::new(wants),
        )?;
        let shared = Shared::new(git, connectors, objects);
        Ok(Self {
            stream,
            shared: Arc::new(shared),
            state: State::default(),
            previous: None,
            ended: false,
        })
    }

    fn advance(&mut self) -> anyhow::Result<Option<HistoryStep>> {
        loop {
            let Ok(step) = self.stream.steps.recv() else {
                return Ok(None);
            };
            let step = step?;
            let contents = self.read_asked(&step)?;
            match (&step.parent, &self.previous) {
                (Some(parent), None) => self.start_from(parent)?,
                (parent, previous) if parent != previous => {
                    bail!("commit {} does not follow the one before it", step.commit)
                }
                _ => {}
            }
            self.previous = Some(step.commit.clone());
            let sides = step
                .changes
                .iter()
                .flat_map(|changed| [changed.file.base(), changed.file.head()]);
            self.shared
                .unchanged
                .touch(sides.flatten().map(|entry| &entry.path));
            let before = self.state.snapshot();
            let touched = self.apply(&step, &contents)?;
            let Some(parent) = step.parent.clone() else {
                continue;
            };
            let view = HistoryView {
                commit: step.commit.clone(),
                parent,
                before,
                after: self.state.snapshot(),
                shared: self.shared.clone(),
            };
            return Ok(Some(view.into_step(step, touched, contents)));
        }
    }

    fn read_asked(&mut self, step: &LogStep) -> anyhow::Result<Contents> {
        let mut contents = Contents::new();
        for id in &step.asked {
            let object = self.stream.answers.next(LARGEST_FILE)?;
            contents.insert(id.clone(), content(id, &object));
        }
        Ok(contents)
    }

    /// Loads the state before the first commit.
    fn start_from(&mut self, parent: &ObjectId) -> anyhow::Result<()> {
        let roots = &self.shared.connectors.roots;
        let (directories, found, unread) = self.shared.with_trees(|trees| {
            let root = tree_of(trees, parent)?;
            self.shared.unchanged.start(root.clone());
            let search = trees.connectors(&root, roots)?;
            let lookups: Vec<_> = search
                .directories
                .iter()
                .filter_map(|directory| Some((root.clone(), directory.join(METADATA).ok()?)))
                .collect();
            Ok((search.directories, read_files(trees, &lookups)?, search.unread))
        })?;
        for (directory, found) in directories.into_iter().zip(found) {
            if found != Ok(Fetched::Absent) {
                self.state.set(directory, Some(Arc::new(Live::new(found))));
            }
        }
        let gaps = unread.into_iter().map(|(path, why)| Gap {
            path: Some(path),
            why: format!("its connectors could not be listed: {why}"),
        });
        *self
            .shared
            .unlisted
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = gaps.collect();
        Ok(())
    }

    /// Brings the state to a commit; the connectors that it touches, each with its metadata before.
    fn apply(&mut self, step: &LogStep, contents: &Contents) -> anyhow::Result<Touched> {
        let roots = &self.shared.connectors.roots;
        let mut touched = Touched::new();
        let mut next: BTreeMap<RepoPath, Option<Arc<Live>>> = BTreeMap::new();
        let mut strange = BTreeSet::new();
        let sides = |changed: &super::ChangedObjects| {
            [changed.file.base().cloned(), changed.file.head().cloned()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
        };
        for entry in step.changes.iter().flat_map(sides) {
            if let Some(directory) = roots.directory_of(&entry.path) {
                if is_below_metadata(&entry.path, &directory) {
                    strange.insert(directory.clone());
                } else if connector_of_metadata(&entry.path, roots).is_some() {
                    next.insert(directory.clone(), None);
                }
                touched.entry(directory).or_default();
            } else if entry.kind != FileKind::Regular && roots.contains(&entry.path) {
                touched.entry(entry.path.clone()).or_default();
                strange.insert(entry.path);
            }
        }
        for changed in &step.changes {
            let Some(Entry { path, kind }) = changed.file.head() else {
                continue;
            };
            let Some(directory) = connector_of_metadata(path, roots) else {
                continue;
            };
            let content = match kind {
                FileKind::Regular => contents
                    .get(&changed.head)
                    .cloned()
                    .unwrap_or_else(|| Err(format!("object {} was not read", changed.head))),
                other => Ok(Fetched::NotRegular(*other)),
            };
            next.insert(directory, Some(Arc::new(Live::new(content))));
        }
        for directory in strange {
            let Ok(metadata) = directory.join(METADATA) else {
                continue;
            };
            let found = self.shared.read(&step.commit, &[metadata])?.pop();
            let live = found
                .filter(|found| *found != Ok(Fetched::Absent))
                .map(|found| Arc::new(Live::new(found)));
            next.insert(directory, live);
        }
        for (directory, before) in &mut touched {
            *before = self.state.get(directory).cloned();
        }
        for (directory, live) in next {
            self.state.set(directory, live);
        }
        Ok(touched)
    }
}

impl Iterator for History {
    type Item = anyhow::Result<HistoryStep>;

    /// The next commit; after an error there is none.
    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.advance().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

/// Whether a path lies in a folder that is named as the metadata is.
fn is_below_metadata(path: &RepoPath, directory: &RepoPath) -> bool {
    directory
        .join(METADATA)
        .is_ok_and(|metadata| path != &metadata && path.is_within(&metadata))
}

/// The two ends of a range: after which commit (if any), and up to which.
fn ends_of(range: &str) -> anyhow::Result<(Option<&str>, &str)> {
    let shown = escape_controls(range);

    let (after, last) = match range.split_once("..") {
        Some((_, rest)) if rest.starts_with('.') || rest.contains("..") => {
            bail!("`{shown}` is not a range of the form `A..B`")
        }
        Some((after, last)) => (Some(or_head(after)), or_head(last)),
        None => (None, or_head(range)),
    };
    if after.into_iter().chain([last]).all(is_one_name) {
        Ok((after, last))
    } else {
        bail!("`{shown}` is not a range of revisions")
    }
}

fn or_head(name: &str) -> &str {
    if name.is_empty() { "HEAD" } else { name }
}
