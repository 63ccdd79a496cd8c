//! Two policies on the same commits: what the new one says otherwise than the present one.
//!
//! Knows reports and the commits that they are about; knows neither where those were read nor how they are shown.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::finding::{Finding, Fingerprint, Level, Prose};
use crate::ids::ObjectId;
use crate::report::Report;
use crate::verdict::Verdict;

/// A commit of a history, as people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The commit.
    pub id: ObjectId,
    /// The committer's day in UTC, which is the day of the judgement.
    pub date: Date,
    /// The first line of its message; anyone could have written it.
    pub subject: String,
}

/// A finding that only one of the policies makes, or at another level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// The rule's id.
    pub rule: &'static str,
    /// The connector; empty for a finding that belongs to none.
    pub connector: String,
    /// By the present policy.
    pub before: Option<Level>,
    /// By the new one.
    pub after: Option<Level>,
    /// What happened.
    pub message: Prose,
}

/// One commit, and what the policies say otherwise of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The commit.
    pub commit: Commit,
    /// By the present policy and by the new one.
    pub verdicts: [Verdict; 2],
    /// By connector, rule and message.
    pub findings: Vec<Differing>,
}

/// What came of a history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// How many commits were judged.
    pub commits: usize,
    /// How many of them each would have kept from being merged: the present one, the new one.
    pub blocked: [usize; 2],
    /// The commits at which they differ, in the order of the history.
    pub differences: Vec<Difference>,
}

/// What a pull request that changes the policy tells of the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposed {
    /// The last commits were judged by both.
    Compared {
        /// What came of it, the newest commit first.
        comparison: Comparison,
        /// How many more could not be read in full, so that they were not judged.
        unread: usize,
        /// Whether the reading stopped at the most that one review reads.
        has_stopped: bool,
    },
    /// It was not made, and why.
    NotMade(Prose),
}

impl Difference {
    /// Compares two reports of a commit.
    pub fn between(commit: Commit, present: &Report, proposed: &Report) -> Self {
        let (before, after) = (by_fingerprint(present), by_fingerprint(proposed));
        let mut findings: Vec<Differing> = Vec::new();
        for (print, (connector, finding)) in &after {
            let level = before.get(print).map(|(_, other)| other.level);
            if level != Some(finding.level) {
                findings.push(differing(connector, finding, level, Some(finding.level)));
            }
        }
        for (print, (connector, finding)) in &before {
            if !after.contains_key(print) {
                findings.push(differing(connector, finding, Some(finding.level), None));
            }
        }
        findings.sort_by_cached_key(|found| (found.connector.clone(), found.rule, found.message.to_string()));
        Self {
            commit,
            verdicts: [present.verdict, proposed.verdict],
            findings,
        }
    }

    /// Whether both policies say the same.
    pub fn is_empty(&self) -> bool {
        self.verdicts[0] == self.verdicts[1] && self.findings.is_empty()
    }
}

impl Comparison {
    /// Counts a commit, and keeps what differs.
    pub fn add(&mut self, difference: Difference) {
        self.commits += 1;
        for (count, verdict) in self.blocked.iter_mut().zip(difference.verdicts) {
            *count += usize::from(verdict.exit_code() != 0);
        }
        if !difference.is_empty() {
            self.differences.push(difference);
        }
    }
}

fn by_fingerprint(report: &Report) -> BTreeMap<Fingerprint, (&str, &Finding)> {
    let of_connectors = report.connectors.iter().flat_map(|connector| {
        let name = connector.name.as_str();
        connector.findings.iter().map(move |finding| (name, finding))
    });
    let of_repository = report.findings.iter().map(|finding| ("", finding));
    of_repository
        .chain(of_connectors)
        .map(|(connector, finding)| (finding.fingerprint.clone(), (connector, finding)))
        .collect()
}

fn differing(connector: &str, finding: &Finding, before: Option<Level>, after: Option<Level>) -> Differing {
    Differing {
        rule: finding.rule,
        connector: connector.to_owned(),
        before,
        after,
        message: finding.message.clone(),
    }
}
