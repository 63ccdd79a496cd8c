//! A finding in plain words, for outputs that know no markup.
//!
//! Values stand between back-ticks, everything unseen is spelled out. Knows one finding and the report around it.

use std::fmt::Write;

use super::{promise, words};
use crate::changeset::Side;
use crate::finding::{Finding, Problem};
use crate::report::Report;

/// Message, impact and remedy, a line each; an impact that the summary tells as a table is left to it.
pub(super) fn explained(report: &Report, finding: &Finding) -> String {
    let mut words = finding.message.to_string();
    let impact = finding
        .impact
        .as_ref()
        .filter(|_| promise::of(report, finding).is_none());
    for more in [impact, finding.remedy.as_ref()].into_iter().flatten() {
        let _ = write!(words, "\n{more}");
    }
    words
}

/// The place of a finding whose line is none of head's: `line 4 of the base`.
pub(super) fn other_side(finding: &Finding) -> Option<String> {
    let location = &finding.location;
    let side = words::side(location.side);
    (location.side != Side::Head).then(|| format!("line {} of the {side}", location.position.line))
}

/// Problems that no finding tells at its place.
pub(super) fn untold_problems(report: &Report) -> impl Iterator<Item = &Problem> {
    let told: std::collections::BTreeSet<String> = report
        .all_findings()
        .map(|found| found.message.to_string())
        .collect();
    report
        .problems
        .iter()
        .filter(move |problem| !told.contains(&problem.message.to_string()))
}

/// Cuts a text to a number of UTF-16 units, as GitHub counts, and says how many more characters there were.
pub(super) fn cut(text: &str, longest: usize) -> String {
    // No text has more UTF-16 units than bytes.
    if text.len() <= longest || text.encode_utf16().count() <= longest {
        return text.to_owned();
    }
    let room = longest.saturating_sub(" … (18446744073709551615 more)".len());
    let mut units = 0;
    let kept: String = text
        .chars()
        .take_while(|character| {
            units += character.len_utf16();
            units <= room
        })
        .collect();
    let rest = text[kept.len()..].chars().count();
    format!("{kept} … ({rest} more)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters_and_counted() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut(&"é".repeat(40), 40), "é".repeat(40));
        let long = cut(&"🐙".repeat(100), 100);
        assert_eq!(long, format!("{} … (66 more)", "🐙".repeat(34)));
        assert!(long.encode_utf16().count() <= 100);
    }

    #[test]
    fn what_a_table_tells_is_not_told_in_prose_as_well() {
        let mut report = super::super::sample::broken_and_promoted();
        let words = |report: &Report| explained(report, &report.connectors[1].findings[0]);
        report.connectors[1].findings[0].impact =
            Some(crate::finding::prose!["For users this changes much."]);
        assert!(!words(&report).contains("changes much"));
        report.connectors[1].promises.clear();
        assert!(words(&report).contains("changes much"));
    }
}
