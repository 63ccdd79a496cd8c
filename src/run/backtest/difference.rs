//! Two reports of one commit, compared.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::finding::{Finding, Fingerprint, Level};
use crate::report::Report;
use crate::source::git::HistoryStep;
use crate::verdict::Verdict;

/// A finding that only one of the policies makes, or at another level.
#[derive(Debug)]
pub(super) struct Differing {
    pub(super) rule: &'static str,
    /// The connector; empty for a finding that belongs to none.
    pub(super) connector: String,
    /// By the present policy.
    pub(super) before: Option<Level>,
    /// By the new one.
    pub(super) after: Option<Level>,
    pub(super) message: String,
}

/// One commit, and what the policies say otherwise of it.
#[derive(Debug)]
pub(super) struct Difference {
    pub(super) commit: String,
    pub(super) date: Date,
    pub(super) subject: String,
    /// By the present policy and by the new one.
    pub(super) verdicts: [Verdict; 2],
    pub(super) findings: Vec<Differing>,
}

impl Difference {
    pub(super) fn between(step: &HistoryStep, present: &Report, proposed: &Report) -> Self {
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
        findings.sort_by(|left, right| {
            (&left.connector, left.rule, &left.message).cmp(&(&right.connector, right.rule, &right.message))
        });
        Self {
            commit: step.commit.as_str().to_owned(),
            date: step.date,
            subject: step.subject.clone(),
            verdicts: [present.verdict, proposed.verdict],
            findings,
        }
    }

    /// Whether both policies say the same.
    pub(super) fn is_empty(&self) -> bool {
        self.verdicts[0] == self.verdicts[1] && self.findings.is_empty()
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
        message: finding.message.to_string(),
    }
}
