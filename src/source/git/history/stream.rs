//! The commits of a history as `git log` prints them, and the objects asked for as soon as a commit is read.
//!
//! One thread reads the log, hands each commit on and then asks for its objects. The answers are read by who takes
//! the commits: handing on comes first, so that neither waits for the other.

use std::io::{self, BufRead, BufReader, Write};
use std::process::ChildStdin;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use anyhow::{Context, bail};

use super::super::batch::{Answers, Objects};
use super::super::command::{Git, Running, complaint};
use super::super::operation::Operation;
use super::super::raw::{self, ChangedObjects};
use crate::changeset::{Entry, FileKind, Gap};
use crate::ids::{ObjectId, RepoPath};
use crate::roots::ConnectorRoots;
use crate::source::METADATA;
use crate::text::escape_controls;

/// The commits that may wait to be taken.
const MOST_WAITING: usize = 256;

/// A commit of the log.
#[derive(Debug)]
pub(super) struct LogStep {
    pub(super) commit: ObjectId,
    /// The first parent; none for a root and for the boundary of a shallow clone.
    pub(super) parent: Option<ObjectId>,
    pub(super) subject: String,
    /// The committer's time in seconds since 1970, where it can be read.
    pub(super) seconds: Option<i64>,
    pub(super) changes: Vec<ChangedObjects>,
    pub(super) gaps: Vec<Gap>,
    /// The objects that were asked for, in the order of their answers.
    pub(super) asked: Vec<ObjectId>,
}

/// The taking end of the stream.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) steps: Receiver<anyhow::Result<LogStep>>,
    pub(super) answers: Answers,
    _objects: Running,
}

/// What is asked for beside the metadata: contents of changed files, by path.
pub(super) type Wants = Box<dyn Fn(&RepoPath) -> bool + Send>;

impl Stream {
    pub(super) fn start(
        git: &Git,
        last: &ObjectId,
        after: Option<&ObjectId>,
        roots: ConnectorRoots,
        wants: Wants,
    ) -> anyhow::Result<Self> {
        let mut log = git.start(&Operation::Log { last, after })?;
        let (objects, questions, answers) = Objects::start_apart(git)?;
        let (sender, steps) = sync_channel(MOST_WAITING);
        let stderr = log.child.stderr.take();
        let output = log.child.stdout.take().context("git gives no output")?;
        let complaints = std::thread::spawn(move || complaint(stderr));
        std::thread::spawn(move || {
            let read = read_log(
                BufReader::with_capacity(256 << 10, output),
                questions,
                &sender,
                &roots,
                &wants,
            );
            let ended = match read {
                Ok(true) => log.child.wait().context("waiting for git").and_then(|status| {
                    if status.success() {
                        return Ok(());
                    }
                    bail!(
                        "reading the history failed: {}",
                        complaints.join().unwrap_or_default()
                    )
                }),
                // Nobody takes the commits any more.
                Ok(false) => Ok(()),
                Err(error) => Err(anyhow::Error::new(error).context("reading the history")),
            };
            if let Err(error) = ended {
                let _ = sender.send(Err(error));
            }
        });
        Ok(Self {
            steps,
            answers,
            _objects: objects,
        })
    }
}

/// Reads all commits; `false` where they are no longer taken.
fn read_log(
    mut input: impl BufRead,
    mut questions: ChildStdin,
    sender: &SyncSender<anyhow::Result<LogStep>>,
    roots: &ConnectorRoots,
    wants: &Wants,
) -> io::Result<bool> {
    let mut next = raw::field(&mut input)?;
    while let Some(commit) = next {
        let (mut step, following) = read_step(&commit, &mut input)?;
        next = following;
        ask(&mut step, roots, wants);
        let mut lines = String::with_capacity(step.asked.len() * 41);
        for id in &step.asked {
            lines.push_str(id.as_str());
            lines.push('\n');
        }
        if sender.send(Ok(step)).is_err() || questions.write_all(lines.as_bytes()).is_err() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads one commit and its rows, and the first field of the next one.
fn read_step(commit: &[u8], input: &mut impl BufRead) -> io::Result<(LogStep, Option<Vec<u8>>)> {
    let malformed = || io::Error::new(io::ErrorKind::InvalidData, "git's log cannot be read");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let commit = std::str::from_utf8(commit)
        .ok()
        .and_then(ObjectId::new)
        .ok_or_else(malformed)?;
    let parents = text(raw::field(input)?.ok_or_else(malformed)?);
    let seconds = text(raw::field(input)?.ok_or_else(malformed)?);
    let subject = text(raw::field(input)?.ok_or_else(malformed)?);
    let mut step = LogStep {
        commit,
        parent: parents.split(' ').next().and_then(ObjectId::new),
        subject: escape_controls(&subject),
        seconds: seconds.parse().ok(),
        changes: Vec::new(),
        gaps: Vec::new(),
        asked: Vec::new(),
    };
    loop {
        let Some(next) = raw::field(input)? else {
            return Ok((step, None));
        };
        // A line break stands between a commit and its rows.
        let first = next.strip_prefix(b"\n").unwrap_or(&next);
        if first.is_empty() {
            continue;
        }
        if first[0] != b':' {
            return Ok((step, Some(next)));
        }
        match raw::row(first, input)?.into_changed() {
            Ok(changed) => step.changes.push(changed),
            Err(gap) => step.gaps.push(gap),
        }
    }
}

/// Names the objects that a commit needs: its new metadata, and both sides of what else is wanted.
fn ask(step: &mut LogStep, roots: &ConnectorRoots, wants: &Wants) {
    let regular = |entry: &Entry| entry.kind == FileKind::Regular;
    for changed in &step.changes {
        let (base, head) = (changed.file.base(), changed.file.head());
        let wanted =
            base.is_some_and(|entry| wants(&entry.path)) || head.is_some_and(|entry| wants(&entry.path));
        if wanted && base.is_some_and(regular) {
            step.asked.push(changed.base.clone());
        }
        if head.is_some_and(|entry| {
            regular(entry) && (wanted || connector_of_metadata(&entry.path, roots).is_some())
        }) {
            step.asked.push(changed.head.clone());
        }
    }
}

/// The connector whose `metadata.yaml` a path is.
pub(super) fn connector_of_metadata(path: &RepoPath, roots: &ConnectorRoots) -> Option<RepoPath> {
    if path.file_name() != METADATA {
        return None;
    }
    let directory = roots.directory_of(path)?;
    (path.parent().as_ref() == Some(&directory)).then_some(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_with_and_without_rows_are_told_apart() {
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        let log = format!(
            "{one}\0\0{}\0first: \u{1b}\0\n:000000 100644 {one} {two} A\0c/a\nb\0{two}\0{one} {two}\0x\0\0",
            12
        );
        let mut input = log.as_bytes();
        let commit = raw::field(&mut input).unwrap().unwrap();
        let (step, next) = read_step(&commit, &mut input).unwrap();
        assert_eq!(
            (step.parent, step.seconds, step.changes.len()),
            (None, Some(12), 1)
        );
        assert_eq!(step.subject, "first: \\u{1b}");
        let (step, next) = read_step(&next.unwrap(), &mut input).unwrap();
        assert_eq!(step.parent.unwrap().as_str(), one);
        assert_eq!((step.seconds, step.changes.len(), next), (None, 0, None));
    }

    #[test]
    fn a_log_that_is_cut_short_is_an_error() {
        let one = "1".repeat(40);
        let mut input = format!("{one}\0\01\0").into_bytes();
        input.truncate(44);
        let mut input = input.as_slice();
        let commit = raw::field(&mut input).unwrap().unwrap();
        assert!(read_step(&commit, &mut input).is_err());
    }
}
