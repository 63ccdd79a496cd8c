//! The answer in one line, and the counts it is made of.
//!
//! Knows the whole report; tells nothing of a single finding.

use super::words;
use crate::finding::{Finding, Level, RequirementState};
use crate::report::Report;
use crate::verdict::Verdict;

/// From this number on, the answer says in how many connectors something is to do.
const MANY_CONNECTORS: usize = 6;

/// The answer in one line.
pub(super) fn headline(report: &Report) -> String {
    let thing = |count| words::plural(count, "thing", "things");
    match report.verdict {
        Verdict::CouldNotEvaluate => "this could not be judged".to_owned(),
        Verdict::Fail => {
            let blocked = report.connectors.iter().filter(|connector| {
                let mut findings = connector.findings.iter();
                findings.any(|found| words::is_blocking(report, found))
            });
            let place = match blocked.count() {
                0..MANY_CONNECTORS => String::new(),
                many => format!(" in {many} connectors"),
            };
            format!("{} to do{place} before this can be merged", thing(to_do(report)))
        }
        Verdict::Pass => match (to_look_at(report), report.count(Level::Note)) {
            (0, 0) => "nothing to do".to_owned(),
            // A note may ask for a person who looks.
            (0, notes) => {
                let notes = words::plural(notes, "note", "notes");
                format!("nothing stands in the way, {notes} to read")
            }
            (count, _) => format!("nothing stands in the way, {} to look at", thing(count)),
        },
    }
}

/// Says that nothing is to do, and of how many connectors.
pub(super) fn nothing(report: &Report) -> String {
    match report.connectors.len() {
        0 => "no connector is touched".to_owned(),
        1 => "nothing to do; 1 connector is touched".to_owned(),
        many => format!("nothing to do; {many} connectors are touched"),
    }
}

/// The introduced findings in numbers, such as `2 errors` and `1 warning`; no level without any.
pub(super) fn counts(report: &Report) -> Vec<String> {
    let levels = [
        (Level::Error, "error", "errors"),
        (Level::Warning, "warning", "warnings"),
        (Level::Note, "note", "notes"),
    ];
    let counted = levels
        .into_iter()
        .map(|(level, one, many)| (report.count(level), one, many));
    counted
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| words::plural(count, one, many))
        .collect()
}

/// The number of blocking findings, or of requirements that are missing because of them where those are more.
fn to_do(report: &Report) -> usize {
    let blocking = |findings: &[Finding]| {
        findings
            .iter()
            .filter(|found| words::is_blocking(report, found))
            .count()
    };
    let of_connectors = report.connectors.iter().map(|connector| {
        let missing = connector
            .requirements
            .iter()
            .filter(|requirement| {
                requirement.is_missing() && !requirement.later && requirement.level >= report.policy.fail_on
            })
            .count();
        match blocking(&connector.findings) {
            0 => 0,
            // A finding that names what is missing and the requirements themselves are the same things to do.
            findings => findings.max(missing),
        }
    });
    blocking(&report.findings) + of_connectors.sum::<usize>()
}

/// The number of warnings and of requirements that are not met.
fn to_look_at(report: &Report) -> usize {
    let warnings = |findings: &[Finding]| {
        findings
            .iter()
            .filter(|found| found.introduced && found.level > Level::Note)
            .count()
    };
    let of_connectors = report.connectors.iter().map(|connector| {
        let open = connector.requirements.iter();
        let open = open
            .filter(|requirement| {
                !requirement.later && !matches!(requirement.state, RequirementState::Met { .. })
            })
            .count();
        warnings(&connector.findings).max(open)
    });
    warnings(&report.findings) + of_connectors.sum::<usize>()
}
