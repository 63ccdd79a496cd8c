//! What the evaluation found: the one value that every output is made from.
//!
//! Knows findings, requirements and provenance; knows no format.

use jiff::civil::Date;

use crate::change::{Bump, Change};
use crate::changeset::Revisions;
use crate::finding::{Finding, Level, Location, Problem, Requirement};
use crate::ids::RepoPath;
use crate::promises::Difference;
use crate::verdict::Verdict;

/// Where the rules came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProvenance {
    /// The date of the built-in rules, such as `2026-11`.
    pub rules_of: String,
    /// What was layered on them: `built-in`, or a file and its revision.
    pub source: String,
    /// From which level on findings fail the run.
    pub fail_on: Level,
}

/// What a connector says of itself on one side; each part `None` where it is absent or unreadable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// `dockerImageTag`.
    pub version: Option<String>,
    /// `supportLevel`.
    pub support_level: Option<String>,
    /// `releaseStage`.
    pub release_stage: Option<String>,
}

/// A change with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedChange {
    /// The change.
    pub change: Change,
    /// At head, or at base for what was removed.
    pub location: Option<Location>,
}

/// What users gain and lose by another level or stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromiseChange {
    /// The word of the change: `support-level` or `release-stage`.
    pub of: &'static str,
    /// The promises that differ.
    pub difference: Difference,
}

/// One connector's part of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectorReport {
    /// Its folder: at head, or at base where it is gone.
    pub directory: RepoPath,
    /// Its name.
    pub name: String,
    /// What it said before; `None` where it did not exist.
    pub base: Option<Standing>,
    /// What it says now; `None` where it is gone.
    pub head: Option<Standing>,
    /// What changed.
    pub changes: Vec<ReportedChange>,
    /// What the change has to bring along.
    pub requirements: Vec<Requirement>,
    /// What the rules say, in the order of the files.
    pub findings: Vec<Finding>,
    /// What users gain and lose, where level or stage changed.
    pub promises: Vec<PromiseChange>,
}

impl ConnectorReport {
    /// How far the version moved, where it did.
    pub fn bump(&self) -> Option<Bump> {
        self.changes
            .iter()
            .find_map(|reported| match reported.change.kind {
                crate::change::ChangeKind::Version { bump, .. } => Some(bump),
                _ => None,
            })
    }
}

/// All that is known about a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The answer.
    pub verdict: Verdict,
    /// The states that were compared.
    pub revisions: Revisions,
    /// The day of the judgement, in UTC.
    pub today: Date,
    /// The policy that judged.
    pub policy: PolicyProvenance,
    /// What could not be read or decided; with one of these the verdict is "could not evaluate".
    pub problems: Vec<Problem>,
    /// Findings that belong to no connector, such as one about the policy file.
    pub findings: Vec<Finding>,
    /// Every connector that the change touches, in the order of their folders.
    pub connectors: Vec<ConnectorReport>,
}

impl Report {
    /// Every finding, the repository's first.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .chain(self.connectors.iter().flat_map(|connector| &connector.findings))
    }

    /// The number of introduced findings of a level.
    pub fn count(&self, level: Level) -> usize {
        self.all_findings()
            .filter(|finding| finding.introduced && finding.level == level)
            .count()
    }
}
