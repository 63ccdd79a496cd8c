//! What a summary remembers from one run to the next.

use std::collections::BTreeSet;
use std::fmt::Write;

use jiff::civil::Date;

use super::{END, Instance, MOST_FINGERPRINTS, START};
use crate::finding::Fingerprint;
use crate::ids::ObjectId;

/// What a summary remembers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SummaryMarker {
    /// Whose it is.
    pub instance: Instance,
    /// The head that it was written for.
    pub head: Option<ObjectId>,
    /// The earliest day whose proposals (such as a deadline) are still shown.
    pub day: Option<Date>,
    /// What it tells; `None` where the list was too long, or is unreadable.
    pub told: Option<BTreeSet<Fingerprint>>,
    /// What the summary of the previous, different head told.
    pub before: Option<BTreeSet<Fingerprint>>,
    /// What GitHub refused on its lines at this head, so that the summary tells it in full.
    pub refused: BTreeSet<Fingerprint>,
}

impl SummaryMarker {
    /// The marker that follows on an earlier one; a second run on the same head makes the same.
    pub fn after(earlier: Option<&Self>, instance: Instance, head: ObjectId) -> Self {
        Self {
            instance,
            before: earlier.and_then(|earlier| earlier.before(&head)).cloned(),
            head: Some(head),
            ..Self::default()
        }
    }

    /// What the last summary of another head told: that is what "since the last run" compares with.
    pub fn before(&self, head: &ObjectId) -> Option<&BTreeSet<Fingerprint>> {
        match self.head.as_ref() == Some(head) {
            true => self.before.as_ref(),
            false => self.told.as_ref(),
        }
    }

    /// What GitHub refused on the lines of a head.
    pub fn refused_at(&self, head: &ObjectId) -> BTreeSet<Fingerprint> {
        match self.head.as_ref() == Some(head) {
            true => self.refused.clone(),
            false => BTreeSet::new(),
        }
    }

    /// The line, at most as long as told: a list that does not fit is left out as a whole, since a part would be wrong.
    pub fn line(&self, most_bytes: usize) -> String {
        let mut line = format!("{START}summary instance={}", self.instance);
        if let Some(head) = &self.head {
            let _ = write!(line, " head={head}");
        }
        if let Some(day) = self.day {
            let _ = write!(line, " day={day}");
        }
        let refused = Some(&self.refused).filter(|refused| !refused.is_empty());
        for (key, fingerprints) in [
            ("refused", refused),
            ("now", self.told.as_ref()),
            ("before", self.before.as_ref()),
        ] {
            let Some(fingerprints) = fingerprints.filter(|list| list.len() <= MOST_FINGERPRINTS) else {
                continue;
            };
            let words: Vec<&str> = fingerprints.iter().map(Fingerprint::as_str).collect();
            let pair = format!(" {key}={}", words.join(","));
            if line.len() + pair.len() + END.len() <= most_bytes {
                line.push_str(&pair);
            }
        }
        line.push_str(END);
        line
    }
}
