//! The first line of each body that we post: an HTML comment that says what the body is.
//!
//! Anybody can write such a line, so it makes nothing ours: the author does. Only the instance, fingerprints, places
//! and the day are read back, and nothing of it reaches the verdict. Knows the line; knows no server.

mod finding;
mod instance;
mod summary;

use std::collections::BTreeSet;

use jiff::civil::Date;

pub use finding::{FindingMarker, Lines};
pub use instance::Instance;
pub use summary::SummaryMarker;

use crate::finding::Fingerprint;
use crate::ids::ObjectId;

/// The most fingerprints of one list that are read back.
const MOST_FINGERPRINTS: usize = 600;
/// How each marker starts.
const START: &str = "<!-- tierguard:";
/// How each marker ends.
const END: &str = " -->";

/// What a body says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marker {
    /// The summary.
    Summary(SummaryMarker),
    /// A comment on lines.
    Finding(FindingMarker),
}

impl Marker {
    /// Reads the first line of a body; whatever is no marker of ours is `None`.
    ///
    /// Kind, instance and fingerprint have to be well formed; of the rest, what is not is as if it were not there.
    pub fn read(body: &str) -> Option<Self> {
        let line = body.split('\n').next()?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        let inner = line.strip_prefix(START)?.strip_suffix(END)?;
        let mut words = inner.split(' ');
        let kind = words.next()?;
        let pairs: Vec<(&str, &str)> = words.map(|word| word.split_once('=')).collect::<Option<_>>()?;
        let value = |key: &str| {
            pairs
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, value)| *value)
        };
        let instance = Instance::new(value("instance")?)?;
        let commit = |key| value(key).and_then(ObjectId::new);
        match kind {
            "summary" => Some(Self::Summary(SummaryMarker {
                instance,
                head: commit("head"),
                day: value("day").and_then(day),
                told: value("now").and_then(list),
                before: value("before").and_then(list),
                refused: value("refused").and_then(list).unwrap_or_default(),
            })),
            "finding" => Some(Self::Finding(FindingMarker {
                instance,
                fingerprint: Fingerprint::parse(value("fp")?)?,
                lines: value("at").and_then(Lines::read),
                head: commit("head"),
                fixed: commit("fixed"),
            })),
            _ => None,
        }
    }

    /// Whose the body says to be.
    pub fn instance(&self) -> &Instance {
        match self {
            Self::Summary(marker) => &marker.instance,
            Self::Finding(marker) => &marker.instance,
        }
    }
}

fn day(text: &str) -> Option<Date> {
    // Other forms of a date are none of ours.
    text.parse().ok().filter(|day: &Date| day.to_string() == text)
}

fn list(text: &str) -> Option<BTreeSet<Fingerprint>> {
    if text.is_empty() {
        return Some(BTreeSet::new());
    }
    let words = text.split(',').take(MOST_FINGERPRINTS + 1);
    let fingerprints: BTreeSet<Fingerprint> = words.map(Fingerprint::parse).collect::<Option<_>>()?;
    (fingerprints.len() <= MOST_FINGERPRINTS).then_some(fingerprints)
}

#[cfg(test)]
mod tests;
