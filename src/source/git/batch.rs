//! Objects by name, from one `git cat-file --batch` that is kept open.
//!
//! Knows the protocol; knows neither trees nor connectors.

use std::io::{BufReader, Read, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::Arc;

use anyhow::{Context, bail};

use super::command::{Git, Running};
use super::operation::Operation;
use crate::ids::ObjectId;

/// The most bytes of names that are sent before the answers are read: less than any pipe holds, so that git and this
/// process never wait for each other.
const MOST_SENT: usize = 4_000;

/// The longest name of a revision that is looked up.
const LONGEST_NAME: usize = 1_024;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Object {
    /// An object with its content.
    Found {
        id: ObjectId,
        kind: Kind,
        bytes: Arc<[u8]>,
    },
    /// An object over the limit; its content was passed over.
    TooLarge { bytes: u64 },
    /// Nothing of that name, or several things.
    Missing,
}

/// The type of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Blob,
    Tree,
    Commit,
    Tag,
}

/// A running `cat-file --batch`.
#[derive(Debug)]
pub(super) struct Objects {
    input: ChildStdin,
    output: Answers,
    _running: Running,
}

/// The answering half of a batch, which a history reads apart from the asking one.
#[derive(Debug)]
pub(super) struct Answers(BufReader<ChildStdout>);

impl Objects {
    /// Starts the process.
    pub(super) fn start(git: &Git) -> anyhow::Result<Self> {
        let (running, input, output) = Self::start_apart(git)?;
        Ok(Self {
            input,
            output,
            _running: running,
        })
    }

    /// Starts the process with its two halves apart, for a pipeline.
    pub(super) fn start_apart(git: &Git) -> anyhow::Result<(Running, ChildStdin, Answers)> {
        let mut running = git.start(&Operation::Objects)?;
        let input = running.child.stdin.take().context("git takes no input")?;
        let output = running.child.stdout.take().context("git gives no output")?;
        // Complaints of this command repeat what the answers say; nothing may wait for their being read.
        if let Some(mut stderr) = running.child.stderr.take() {
            std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        }
        Ok((
            running,
            input,
            Answers(BufReader::with_capacity(64 << 10, output)),
        ))
    }

    /// Reads objects by name, in the order of the names; contents over the limit (bytes) are passed over.
    ///
    /// A name must be one line; use [`is_one_name`] on foreign text.
    pub(super) fn read_all<'n>(
        &mut self,
        names: impl IntoIterator<Item = &'n str>,
        limit: u64,
    ) -> anyhow::Result<Vec<Object>> {
        let mut found = Vec::new();
        let mut names = names.into_iter().peekable();
        while names.peek().is_some() {
            let mut lines = String::with_capacity(MOST_SENT);
            let mut sent: Vec<&str> = Vec::new();
            while let Some(name) =
                names.next_if(|name| lines.is_empty() || lines.len() + name.len() < MOST_SENT)
            {
                lines.push_str(name);
                lines.push('\n');
                sent.push(name);
            }
            self.input
                .write_all(lines.as_bytes())
                .context("asking git for objects")?;
            for _ in sent {
                found.push(self.output.next(limit)?);
            }
        }
        Ok(found)
    }
}

/// Whether a text can be sent as one name of a revision.
pub(super) fn is_one_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_NAME && !text.chars().any(char::is_control)
}

impl Answers {
    /// Reads the next answer.
    pub(super) fn next(&mut self, limit: u64) -> anyhow::Result<Object> {
        let header = self.header().context("reading from git")?;
        if header.ends_with(b" missing") || header.ends_with(b" ambiguous") {
            return Ok(Object::Missing);
        }
        let Some((id, kind, size)) = parse_header(&header) else {
            bail!("git answered with something else than an object; it may have ended early");
        };
        let result = if size > limit {
            let skipped = std::io::copy(&mut (&mut self.0).take(size), &mut std::io::sink())?;
            if skipped != size {
                bail!("git ended inside of object {id}");
            }
            Object::TooLarge { bytes: size }
        } else {
            let mut bytes = vec![0; usize::try_from(size).context("an object is too large for memory")?];
            self.0
                .read_exact(&mut bytes)
                .with_context(|| format!("git ended inside of object {id}"))?;
            Object::Found {
                id,
                kind,
                bytes: bytes.into(),
            }
        };
        let mut end = [0];
        self.0.read_exact(&mut end).context("reading from git")?;
        Ok(result)
    }

    fn header(&mut self) -> std::io::Result<Vec<u8>> {
        use std::io::BufRead;
        let mut line = Vec::new();
        let longest = u64::try_from(LONGEST_NAME).unwrap_or(u64::MAX) + 64;
        (&mut self.0).take(longest).read_until(b'\n', &mut line)?;
        if line.pop() == Some(b'\n') {
            Ok(line)
        } else {
            Ok(Vec::new())
        }
    }
}

fn parse_header(line: &[u8]) -> Option<(ObjectId, Kind, u64)> {
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let id = ObjectId::new(words.next()?)?;
    let kind = match words.next()? {
        "blob" => Kind::Blob,
        "tree" => Kind::Tree,
        "commit" => Kind::Commit,
        "tag" => Kind::Tag,
        _ => return None,
    };
    let size = words.next()?.parse().ok()?;
    words.next().is_none().then_some((id, kind, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_an_object_or_nothing() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        assert!(parse_header(format!("{id} blob 12").as_bytes()).is_some());
        for header in [
            format!("{id} blob"),
            format!("{id} blob 1 2"),
            format!("{id} thing 1"),
            "x".to_owned(),
        ] {
            assert!(parse_header(header.as_bytes()).is_none(), "{header}");
        }
    }

    #[test]
    fn a_name_is_one_line() {
        assert!(is_one_name("-x") && is_one_name("refs/heads/a b"));
        for name in ["", "a\nHEAD", "a\0b", &"x".repeat(2_000)] {
            assert!(!is_one_name(name));
        }
    }
}
