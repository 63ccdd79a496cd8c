//! What the evaluation found: the one value that every output is made from.
//!
//! Knows findings, requirements and provenance; knows no format.

use jiff::civil::Date;

use crate::change::contract::{Compatibility, ContractChange};
use crate::change::{Bump, Change};
use crate::changeset::Revisions;
use crate::contract::Reason;
use crate::finding::{
    Finding, Level, Location, Problem, Prose, Requirement, RequirementState, Unasked, Waived,
};
use crate::ids::{ObjectId, RepoPath};
use crate::promises::Difference;
use crate::verdict::Verdict;

/// A policy of another repository, at a commit that nobody can move; shown as `owner/name/path@commit`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtendedPolicy {
    /// The repository, as `owner/name`.
    pub repository: String,
    /// The file.
    pub path: RepoPath,
    /// The commit.
    pub commit: ObjectId,
}

impl std::fmt::Display for ExtendedPolicy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{}/{}@{}",
            self.repository,
            self.path,
            self.commit.short()
        )
    }
}

/// Where the rules came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProvenance {
    /// The date of the built-in rules, such as `2026-11`.
    pub rules_of: String,
    /// What was layered on them: `built-in`, or a file and its revision.
    pub source: String,
    /// The file, where it is not the one at its usual place on the target branch: who wants the same report names it too.
    pub named: Option<String>,
    /// What that extends, the nearest first.
    pub extends: Vec<ExtendedPolicy>,
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

/// A contract change with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedContractChange {
    /// The change.
    pub change: ContractChange,
    /// At head, or at base for what is gone.
    pub location: Option<Location>,
}

/// What a change means for existing syncs.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedContract {
    /// Whether it breaks them.
    pub compatibility: Compatibility,
    /// Whether an entry holds connections back from the version that head releases.
    pub declared: bool,
    /// Whether the change brings that entry along.
    pub newly_declared: bool,
    /// Whether a file that bears the contract changed.
    pub compared: bool,
    /// What differs.
    pub changes: Vec<ReportedContractChange>,
    /// What stands in the way of an answer.
    pub reasons: Vec<Reason>,
}

impl ReportedContract {
    /// A change that touches no file that bears the contract.
    pub fn unchanged(declared: bool, newly_declared: bool) -> Self {
        Self {
            compatibility: Compatibility::Compatible,
            declared,
            newly_declared,
            compared: false,
            changes: Vec::new(),
            reasons: Vec::new(),
        }
    }
}

/// One connector's part of the report.
#[derive(Debug, Clone, PartialEq)]
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
    /// What happens to those who sync with it.
    pub contract: ReportedContract,
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

/// What became of waivers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Waivers {
    /// The findings that are waived: they are told and decide nothing.
    pub waived: Vec<Waived>,
    /// Waivers that do not count or are not needed, and why.
    pub remarks: Vec<Prose>,
    /// Who may waive, as the start of a sentence.
    pub may: Prose,
    /// The lines by which what blocks this pull request could be waived in a comment.
    pub offers: Vec<Prose>,
}

/// All that is known about a change.
#[derive(Debug, Clone, PartialEq)]
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
    /// What is waived, and what is not although somebody asked for it.
    pub waivers: Waivers,
}

impl Report {
    /// Every finding, the repository's first.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .chain(self.connectors.iter().flat_map(|connector| &connector.findings))
    }

    /// What decides a requirement and was not asked for.
    pub fn unasked(&self) -> std::collections::BTreeSet<&Unasked> {
        let requirements = self
            .connectors
            .iter()
            .flat_map(|connector| &connector.requirements);
        let unasked = requirements.filter_map(|requirement| match &requirement.state {
            RequirementState::Undecided { unasked, .. } => Some(unasked),
            _ => None,
        });
        unasked.flatten().collect()
    }

    /// The number of introduced findings of a level.
    pub fn count(&self, level: Level) -> usize {
        self.all_findings()
            .filter(|finding| finding.introduced && finding.level == level)
            .count()
    }
}
