//! What became of the findings of the run before, on another head.
//!
//! Knows fingerprints of then and findings of today; decides nothing.

use std::collections::BTreeSet;

use super::links::Linked;
use super::markdown::Markdown;
use super::{finding, words};
use crate::finding::{Finding, Fingerprint};
use crate::report::Report;

/// The most new findings that are listed.
const MOST_NEW: usize = 30;

/// What the last run on another head found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Earlier {
    /// The fingerprints of its introduced findings.
    pub findings: BTreeSet<Fingerprint>,
}

/// A folded block that counts what was fixed, is new and stayed, with the new ones listed; nothing where nothing moved.
pub(super) fn block(report: &Report, earlier: &Earlier, linked: Linked) -> Option<Markdown> {
    let findings = words::worst_first(report);
    let present: BTreeSet<&Fingerprint> = findings.iter().map(|found| &found.fingerprint).collect();
    let waived: BTreeSet<&Fingerprint> = report
        .waivers
        .waived
        .iter()
        .map(|waived| &waived.finding.fingerprint)
        .collect();
    let known = |set: &BTreeSet<&Fingerprint>| {
        earlier
            .findings
            .iter()
            .filter(|known| set.contains(known))
            .count()
    };
    let unchanged = known(&present);
    // What is waived is neither there nor fixed; it is told for itself.
    let still_there: BTreeSet<&Fingerprint> = present.union(&waived).copied().collect();
    let fixed = earlier.findings.len() - known(&still_there);
    let mut listed = BTreeSet::new();
    let new: Vec<&Finding> = findings
        .into_iter()
        .filter(|found| !earlier.findings.contains(&found.fingerprint) && listed.insert(&found.fingerprint))
        .collect();
    if fixed == 0 && new.is_empty() {
        return None;
    }
    let title = format!(
        "Since the last run: {fixed} fixed, {} new, {unchanged} unchanged",
        new.len()
    );
    let mut lines: Vec<Markdown> = new
        .iter()
        .take(MOST_NEW)
        .map(|found| {
            // The list stands outside of the connectors' sections, so that each file is named in full.
            finding::line(found, &crate::ids::RepoPath::root(), linked)
        })
        .collect();
    if new.len() > MOST_NEW {
        lines.push(Markdown::text(&format!("… and {} more", new.len() - MOST_NEW)));
    }
    let body = match lines.as_slice() {
        [] => Markdown::own("Nothing new."),
        lines => Markdown::blocks(&[Markdown::own("New:"), Markdown::list(lines)]),
    };
    Some(Markdown::details(&title, &body))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::finding::Level;

    fn earlier(fingerprints: &[&Fingerprint]) -> Earlier {
        Earlier {
            findings: fingerprints.iter().map(|print| (*print).clone()).collect(),
        }
    }

    #[test]
    fn what_moved_is_counted_and_the_new_is_listed() {
        let report = sample::broken_and_promoted();
        let kept = &report.connectors[0].findings[0].fingerprint;
        let gone = Fingerprint::new("gone", "connector", "subject");
        let shown = block(&report, &earlier(&[kept, &gone]), Linked::default()).unwrap();
        assert!(
            shown
                .as_str()
                .starts_with("<details><summary>Since the last run: 1 fixed, 2 new, 1 unchanged</summary>"),
            "{shown}"
        );
        assert!(shown.as_str().contains("- ⚠️ The support level rises"), "{shown}");
    }

    #[test]
    fn nothing_is_said_where_nothing_moved() {
        let report = sample::broken_and_promoted();
        let all: Vec<&Fingerprint> = report.all_findings().map(|found| &found.fingerprint).collect();
        assert_eq!(block(&report, &earlier(&all), Linked::default()), None);
        assert_eq!(
            block(&sample::quiet(), &Earlier::default(), Linked::default()),
            None
        );
    }

    #[test]
    fn what_was_there_before_the_change_is_not_new() {
        let mut report = sample::broken_and_promoted();
        for found in report
            .connectors
            .iter_mut()
            .flat_map(|connector| &mut connector.findings)
        {
            found.introduced = false;
            found.level = Level::Error;
        }
        assert_eq!(block(&report, &Earlier::default(), Linked::default()), None);
    }
}
