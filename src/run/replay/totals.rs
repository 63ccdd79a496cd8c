//! What the commits of a history came to, added up.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::change::contract::Compatibility;
use crate::finding::Level;
use crate::report::{ConnectorReport, Report};
use crate::verdict::Verdict;

/// One commit, without its texts.
#[derive(Debug)]
pub(super) struct Tally {
    verdict: Verdict,
    rules: Vec<(&'static str, Level)>,
    contracts: Vec<ContractOutcome>,
    commit: String,
    subject: String,
    microseconds: u128,
}

/// What the change of a connector's contract came to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum ContractOutcome {
    /// It breaks, and an entry says so.
    BreakingDeclared,
    /// It breaks, and no entry says so; by support level.
    BreakingUndeclared(String),
    /// It breaks nothing.
    Compatible,
    /// The files do not tell.
    CannotTell,
    /// A new entry, and files that break nothing.
    DeclaredWithoutEvidence,
}

impl ContractOutcome {
    fn of(connector: &ConnectorReport) -> Option<Self> {
        let contract = &connector.contract;
        if !contract.compared {
            return None;
        }
        Some(match contract.compatibility {
            Compatibility::Breaking if contract.declared => Self::BreakingDeclared,
            Compatibility::Breaking => {
                let level = connector
                    .base
                    .as_ref()
                    .and_then(|base| base.support_level.clone());
                let known = level.filter(|level| crate::promises::SupportLevel::from_word(level).is_some());
                Self::BreakingUndeclared(known.unwrap_or_else(|| "no level".to_owned()))
            }
            Compatibility::CannotTell => Self::CannotTell,
            Compatibility::Compatible if contract.newly_declared => Self::DeclaredWithoutEvidence,
            Compatibility::Compatible => Self::Compatible,
        })
    }
}

impl fmt::Display for ContractOutcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BreakingDeclared => formatter.write_str("breaking and declared"),
            Self::BreakingUndeclared(level) => write!(formatter, "breaking and undeclared, {level}"),
            Self::Compatible => formatter.write_str("compatible"),
            Self::CannotTell => formatter.write_str("cannot tell"),
            Self::DeclaredWithoutEvidence => formatter.write_str("declared without evidence"),
        }
    }
}

impl Tally {
    /// Takes what is counted out of a report.
    pub(super) fn of(report: &Report, commit: &str, subject: String, elapsed: Duration) -> Self {
        let rules = report.all_findings().map(|finding| (finding.rule, finding.level));
        Self {
            verdict: report.verdict,
            rules: rules.collect(),
            contracts: report.connectors.iter().filter_map(ContractOutcome::of).collect(),
            commit: commit.to_owned(),
            subject,
            microseconds: elapsed.as_micros(),
        }
    }
}

/// What the whole history came to.
#[derive(Debug, Default)]
pub(super) struct Totals {
    commits: usize,
    verdicts: BTreeMap<&'static str, usize>,
    levels: BTreeMap<Level, usize>,
    rules: BTreeMap<&'static str, BTreeMap<Level, usize>>,
    contracts: BTreeMap<ContractOutcome, usize>,
    slowest: Vec<(u128, String, String)>,
}

impl Totals {
    /// Adds one commit.
    pub(super) fn add(&mut self, tally: Tally) {
        self.commits += 1;
        *self.verdicts.entry(tally.verdict.word()).or_default() += 1;
        for (rule, level) in tally.rules {
            *self.levels.entry(level).or_default() += 1;
            *self.rules.entry(rule).or_default().entry(level).or_default() += 1;
        }
        for outcome in tally.contracts {
            *self.contracts.entry(outcome).or_default() += 1;
        }
        self.slowest
            .push((tally.microseconds, tally.commit, tally.subject));
        self.slowest.sort_by_key(|slow| std::cmp::Reverse(slow.0));
        self.slowest.truncate(5);
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{:<44}{:>8}", "commits", self.commits)?;
        for verdict in [Verdict::Pass, Verdict::Fail, Verdict::CouldNotEvaluate] {
            let count = self.verdicts.get(verdict.word()).copied().unwrap_or_default();
            writeln!(
                formatter,
                "{:<44}{count:>8}",
                format!("verdict {}", verdict.word())
            )?;
        }
        writeln!(
            formatter,
            "\n{:<44}{:>8}{:>8}{:>8}",
            "rule", "error", "warning", "note"
        )?;
        for (rule, levels) in &self.rules {
            let count = |level| levels.get(&level).copied().unwrap_or_default();
            let (errors, warnings, notes) = (count(Level::Error), count(Level::Warning), count(Level::Note));
            writeln!(formatter, "{rule:<44}{errors:>8}{warnings:>8}{notes:>8}")?;
        }
        let count = |level| self.levels.get(&level).copied().unwrap_or_default();
        let (errors, warnings, notes) = (count(Level::Error), count(Level::Warning), count(Level::Note));
        writeln!(formatter, "{:<44}{errors:>8}{warnings:>8}{notes:>8}", "all rules")?;
        writeln!(formatter, "\n{:<44}{:>8}", "contracts of changed connectors", "")?;
        for (outcome, count) in &self.contracts {
            writeln!(formatter, "{:<44}{count:>8}", outcome.to_string())?;
        }
        writeln!(formatter, "\nslowest")?;
        for (microseconds, commit, subject) in &self.slowest {
            let subject: String = crate::text::escape_controls(subject).chars().take(70).collect();
            writeln!(
                formatter,
                "{:>5}.{} ms  {commit}  {subject}",
                microseconds / 1000,
                microseconds % 1000 / 100
            )?;
        }
        Ok(())
    }
}
