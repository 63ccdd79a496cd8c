//! What a comment on lines remembers.

use std::fmt::{self, Write};

use super::{END, Instance, START};
use crate::changeset::Side;
use crate::finding::Fingerprint;
use crate::ids::ObjectId;

/// What a comment on lines remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingMarker {
    /// Whose it is.
    pub instance: Instance,
    /// The finding that it tells.
    pub fingerprint: Fingerprint,
    /// Where it was asked for.
    pub lines: Option<Lines>,
    /// The head that it was posted on.
    pub head: Option<ObjectId>,
    /// The head at which the finding was gone.
    pub fixed: Option<ObjectId>,
}

/// A run of lines on a side, without its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lines {
    /// The side that they count in.
    pub side: Side,
    /// The first line, from 1.
    pub first: usize,
    /// The last line.
    pub last: usize,
}

impl FindingMarker {
    /// The line.
    pub fn line(&self) -> String {
        let mut line = format!(
            "{START}finding instance={} fp={}",
            self.instance, self.fingerprint
        );
        if let Some(lines) = self.lines {
            let _ = write!(line, " at={lines}");
        }
        for (key, commit) in [("head", &self.head), ("fixed", &self.fixed)] {
            if let Some(commit) = commit {
                let _ = write!(line, " {key}={commit}");
            }
        }
        line.push_str(END);
        line
    }
}

impl Lines {
    pub(super) fn read(text: &str) -> Option<Self> {
        let side = match text.get(..1)? {
            "L" => Side::Base,
            "R" => Side::Head,
            _ => return None,
        };
        let (first, last) = text[1..].split_once('-')?;
        let lines = Self {
            side,
            first: first.parse().ok()?,
            last: last.parse().ok()?,
        };
        (lines.first <= lines.last).then_some(lines)
    }
}

impl fmt::Display for Lines {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.side == Side::Head { 'R' } else { 'L' };
        write!(formatter, "{side}{}-{}", self.first, self.last)
    }
}
