//! A finding that somebody takes the responsibility for: it is told and decides nothing.

use jiff::civil::Date;

use super::{Finding, Prose, code, prose};
use crate::ids::RepoPath;

/// Where a waiver was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaiverPlace {
    /// A line of the policy, as `file:line`.
    Policy(String),
    /// A comment under the pull request, by its number.
    Comment(u64),
}

/// Who waives, until when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Who, where that is known.
    pub by: Option<String>,
    /// The day on which it was written, where that is known.
    pub on: Option<Date>,
    /// The last day on which it counts.
    pub until: Date,
    /// Why, as it was written.
    pub because: String,
    /// Where it was written.
    pub place: WaiverPlace,
}

/// A finding with the waiver that covers it.
#[derive(Debug, Clone, PartialEq)]
pub struct Waived {
    /// The connector's name.
    pub connector: String,
    /// Its folder.
    pub directory: RepoPath,
    /// What was found.
    pub finding: Finding,
    /// Who takes the responsibility.
    pub waiver: Waiver,
}

impl Waived {
    /// Who takes the responsibility for which connector, since and until when, and why, without a full stop.
    pub fn responsibility(&self) -> Prose {
        let Waiver {
            by,
            on,
            until,
            because,
            place,
        } = &self.waiver;
        let by = by
            .as_ref()
            .map_or_else(Prose::default, |by| prose![" by ", code(by)]);
        let on = on.map_or_else(Prose::default, |on| prose![" on ", on]);
        let place = match place {
            WaiverPlace::Policy(line) => prose![" in ", code(line)],
            WaiverPlace::Comment(_) => Prose::default(),
        };
        prose!["Waived for ", code(&self.connector)]
            .join(by)
            .join(on)
            .join(place)
            .join(prose![" until ", *until, ": ", code(because)])
    }
}
