//! The for-loop: connectors × rules → report.
//!
//! Levels, scopes and fingerprints are settled here, once; rules know nothing of them. What base already had is not
//! told again, a suggestion that does not silence its own finding is dropped, and no line has two of them.

mod mended;
mod shown;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use self::mended::diff_with;
use self::shown::{contract, promises, standing};
use crate::change::{Connector, ConnectorDiff};
use crate::changeset::{ChangeSet, Fetched, Side};
use crate::finding::{
    Finding, Fingerprint, Level, Location, Problem, Requirement, Suggestion, code, keep_side_by_side, prose,
};
use crate::metadata::Metadata;
use crate::policy::{ConfiguredRule, Policy};
use crate::report::{ConnectorReport, Report, ReportedChange};
use crate::rules::{Context, Findings, PolicyFault, contract_faults, faults, place};
use crate::verdict::Verdict;
use crate::waive;
use crate::yaml::{Document, Limits};

/// What the user asked to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Also what base already had; it decides nothing.
    pub all: bool,
    /// The day from which proposed deadlines are counted, as long as they still hold on the day of the judgement: so a
    /// suggestion that stands on a pull request already does not change from day to day.
    pub proposed_from: Option<Date>,
}

/// Judges a change by a policy; `diffs` are its connectors, joined by [`crate::change::connectors`].
pub fn evaluate(set: &ChangeSet, diffs: &[ConnectorDiff], policy: &Policy, options: Options) -> Report {
    let policy_faults = proposed_policy_faults(set, policy);
    let active: Vec<_> = active(policy)
        .map(|rule| (rule.definition.id, &rule.scope))
        .collect();
    let context = Context {
        set,
        roots: &policy.roots,
        settings: &policy.settings,
        policy_path: &policy.home.path,
        policy_faults: &policy_faults,
        active: &active,
        proposed_from: options.proposed_from,
    };
    let evaluation = Evaluation {
        context,
        policy,
        options,
    };

    let mut problems: Vec<Problem> = set.gaps.iter().map(gap).collect();
    problems.extend(
        diffs
            .iter()
            .filter_map(|diff| diff.head.as_ref())
            .flat_map(unreadable),
    );
    let contract_faults = diffs.iter().flat_map(contract_faults);
    problems.extend(contract_faults.map(|fault| Problem {
        message: fault.message,
        location: Some(fault.location),
    }));
    let mut connectors: Vec<ConnectorReport> = diffs.iter().map(|diff| evaluation.connector(diff)).collect();
    let waivers = waive::apply(set, diffs, policy, &mut connectors);
    for (connector, diff) in connectors.iter_mut().zip(diffs) {
        evaluation.settle_suggestions(diff, &mut connector.findings);
    }
    let mut report = Report {
        verdict: Verdict::Pass,
        revisions: set.revisions.clone(),
        today: set.today,
        policy: policy.provenance.clone(),
        problems,
        findings: evaluation.repository(),
        connectors,
        waivers,
    };
    report.verdict = verdict(&report, policy.fail_on);
    report
}

fn verdict(report: &Report, fail_on: Level) -> Verdict {
    if !report.problems.is_empty() {
        return Verdict::CouldNotEvaluate;
    }
    let fails = |finding: &Finding| finding.introduced && finding.level >= fail_on && fail_on != Level::Off;
    if report.all_findings().any(fails) {
        Verdict::Fail
    } else {
        Verdict::Pass
    }
}

fn gap(gap: &crate::changeset::Gap) -> Problem {
    let message = match &gap.path {
        Some(path) => prose![code(path), " could not be read: ", code(&gap.why), "."],
        None => prose!["The change could not be read as a whole: ", code(&gap.why), "."],
    };
    Problem {
        message,
        location: gap.path.clone().map(|path| Location::file(path, Side::Head)),
    }
}

fn unreadable(head: &Connector) -> Vec<Problem> {
    faults(head)
        .into_iter()
        .map(|(span, message)| Problem {
            message,
            location: Some(place(head, span)),
        })
        .collect()
}

fn proposed_policy_faults(set: &ChangeSet, policy: &Policy) -> Vec<PolicyFault> {
    let path = &policy.home.path;
    let Some(Fetched::File(bytes)) = set.fetched(Side::Head, path) else {
        return Vec::new();
    };
    if set.changed(Side::Head, path).is_none() {
        return Vec::new();
    }
    crate::policy::faults(bytes, policy)
}

struct Evaluation<'a> {
    context: Context<'a>,
    policy: &'a Policy,
    options: Options,
}

impl Evaluation<'_> {
    fn active(&self) -> impl Iterator<Item = &ConfiguredRule> {
        active(self.policy)
    }

    fn repository(&self) -> Vec<Finding> {
        let mut settled = Vec::new();
        for rule in self.active() {
            let mut findings = Findings::default();
            rule.rule.check_repository(&self.context, &mut findings);
            settled.extend(
                findings
                    .findings
                    .into_iter()
                    .map(|finding| settle(rule, "repository", finding)),
            );
        }
        sorted(settled)
    }

    fn connector(&self, diff: &ConnectorDiff) -> ConnectorReport {
        let mut findings = Vec::new();
        let mut requirements: Vec<Requirement> = Vec::new();
        for rule in self.active().filter(|rule| rule.scope.matches(diff)) {
            let (found, required) = self.judge(rule, diff);
            // What is missing is as loud as the finding that asks for it, which other rules may stand in for.
            let introduced = found.iter().filter(|finding| finding.introduced);
            let loudest = introduced
                .map(|finding| finding.level)
                .max()
                .unwrap_or(rule.level);
            findings.extend(
                found
                    .into_iter()
                    .map(|finding| self.verified(rule, diff, finding)),
            );
            for mut requirement in required {
                requirement.level = loudest;
                let is_same =
                    |known: &&mut Requirement| known.id == requirement.id && known.asks == requirement.asks;
                match requirements.iter_mut().find(is_same) {
                    Some(known) => known.level = known.level.max(loudest),
                    None => requirements.push(requirement),
                }
            }
        }
        ConnectorReport {
            directory: diff.directory().clone(),
            name: diff.name(),
            base: diff.base.as_ref().map(standing),
            head: diff.head.as_ref().map(standing),
            changes: diff
                .changes
                .iter()
                .map(|change| ReportedChange {
                    change: change.clone(),
                    location: diff.location(change),
                })
                .collect(),
            requirements,
            findings: sorted(findings),
            promises: promises(diff),
            contract: contract(diff),
        }
    }

    /// What one rule says of one connector, with what base already had marked or left out.
    fn judge(&self, rule: &ConfiguredRule, diff: &ConnectorDiff) -> (Vec<Finding>, Vec<Requirement>) {
        let identity = diff.identity();
        let mut made = Findings::default();
        rule.rule.check_change(&self.context, diff, &mut made);
        let mut findings: Vec<Finding> = made
            .findings
            .drain(..)
            .map(|finding| settle(rule, &identity, finding))
            .collect();
        let is_left = rule.rule.leaves_state(&self.context, diff);
        if let Some(head) = diff.head.as_ref().filter(|_| !is_left) {
            let state = |connector: &Connector| {
                let mut findings = Findings::default();
                rule.rule.check_state(&self.context, connector, &mut findings);
                findings
                    .findings
                    .into_iter()
                    .map(|finding| settle(rule, &identity, finding))
                    .collect::<Vec<_>>()
            };
            let of_head = state(head);
            // Where head has nothing to say, nobody has to know what base had.
            let base = diff.base.iter().filter(|_| !of_head.is_empty());
            let known: BTreeSet<Fingerprint> =
                base.flat_map(&state).map(|finding| finding.fingerprint).collect();
            for mut finding in of_head {
                finding.introduced = !known.contains(&finding.fingerprint);
                if finding.introduced || self.options.all {
                    findings.push(finding);
                }
            }
        }
        (findings, made.requirements)
    }

    /// Drops a suggestion after which the rule would still say the same.
    fn verified(&self, rule: &ConfiguredRule, diff: &ConnectorDiff, mut finding: Finding) -> Finding {
        let read = finding
            .suggestion
            .as_mut()
            .and_then(|suggestion| suggestion.read.take());
        let is_silent = |suggestion: &Suggestion| self.is_silent(rule, diff, &finding, suggestion, read);
        if !finding.suggestion.as_ref().is_some_and(is_silent) {
            finding.suggestion = None;
        }
        finding
    }

    /// Whether a rule no longer says a thing once a suggestion is taken, and the file is as readable as before; `read` is the
    /// file afterwards where somebody read it already.
    fn is_silent(
        &self,
        rule: &ConfiguredRule,
        diff: &ConnectorDiff,
        finding: &Finding,
        suggestion: &Suggestion,
        read: Option<Arc<Document>>,
    ) -> bool {
        let Some(head) = diff.head.as_ref().filter(|head| suggestion.file == head.file()) else {
            return false;
        };
        let read = read.map(Arc::unwrap_or_clone);
        let parsed = || Document::parse(suggestion.result.as_bytes(), &Limits::METADATA).ok();
        let Some(document) = read.or_else(parsed) else {
            return false;
        };
        let before = head
            .metadata()
            .map(|metadata| metadata.document().ambiguities().len());
        if before.is_none_or(|before| document.ambiguities().len() > before) {
            return false;
        }
        let mended = diff_with(diff, head, Metadata::read(document));
        let (findings, _) = self.judge(rule, &mended);
        !findings
            .iter()
            .any(|other| other.introduced && other.fingerprint == finding.fingerprint)
    }

    /// What is left to say of the lines once waivers have spoken: no two suggestions for one line.
    fn settle_suggestions(&self, diff: &ConnectorDiff, findings: &mut [Finding]) {
        let Some(head) = diff.metadata(Side::Head) else {
            return;
        };
        keep_side_by_side(findings, head.document().text(), |finding, suggestion| {
            let mut rules = self.active();
            let rule = rules.find(|rule| rule.definition.id == finding.rule);
            rule.is_some_and(|rule| self.is_silent(rule, diff, finding, suggestion, None))
        });
    }
}

/// The rules that are on.
fn active(policy: &Policy) -> impl Iterator<Item = &ConfiguredRule> {
    policy.rules.iter().filter(|rule| rule.level != Level::Off)
}

fn settle(rule: &ConfiguredRule, identity: &str, mut finding: Finding) -> Finding {
    finding.rule = rule.definition.id;
    finding.level = finding.level_by_option.unwrap_or(rule.level);
    let row = finding.row.and_then(|row| rule.rows.get(row));
    finding.judged_by = row.unwrap_or(&rule.origin).to_string();
    finding.fingerprint = Fingerprint::new(rule.definition.id, identity, &finding.subject);
    finding
}

/// In the order of the files; what is switched off by an option is left out, and so is what is said twice.
fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|finding| finding.level != Level::Off);
    findings.sort_by(|left, right| {
        let key = |finding: &Finding| {
            (
                finding.location.file.clone(),
                finding.location.side,
                finding.location.position,
                finding.rule,
                finding.subject.clone(),
            )
        };
        key(left).cmp(&key(right))
    });
    findings.dedup_by(|left, right| left.fingerprint == right.fingerprint && left.location == right.location);
    findings
}
