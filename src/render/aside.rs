//! Notes, and what was there before the change, for the folded end of a summary.
//!
//! Knows findings that ask for nothing; knows no section.

use std::collections::BTreeMap;

use super::links::Linked;
use super::markdown::Markdown;
use super::part::Part;
use super::{finding, promise, words};
use crate::finding::{Finding, Level, Piece, Prose, prose};
use crate::ids::RepoPath;
use crate::report::{ConnectorReport, Report};

/// The most lines of a list, unless it is told whole.
const MOST_LINES: usize = 100;
/// From this number of connectors on, those with the same note share a line.
const TOGETHER_FROM: usize = 5;
/// A line names this many of the connectors that share it.
const FIRST_NAMES: usize = 3;

/// The folded lists; `whole` tells every finding in a line of its own, with all its words.
pub(super) fn parts(report: &Report, linked: Linked, whole: bool) -> Vec<Part> {
    let notes = of(report, &|found| found.introduced && found.level == Level::Note);
    let before = of(report, &|found| !found.introduced);
    let lists = [
        (notes, "note", "notes"),
        (
            before,
            "finding from before this change",
            "findings from before this change",
        ),
    ];
    let parts = lists
        .into_iter()
        .filter_map(|(findings, one, many)| folded(&findings, one, many, linked, whole));
    parts.collect()
}

type Told<'a> = (Option<&'a ConnectorReport>, &'a Finding);

fn of<'a>(report: &'a Report, keep: &dyn Fn(&Finding) -> bool) -> Vec<Told<'a>> {
    let own = report.findings.iter().map(|found| (None, found));
    let theirs = report.connectors.iter().flat_map(|connector| {
        connector
            .findings
            .iter()
            .map(move |found| (Some(connector), found))
    });
    own.chain(theirs).filter(|(_, found)| keep(found)).collect()
}

fn folded(findings: &[Told], one: &str, many: &str, linked: Linked, whole: bool) -> Option<Part> {
    let mut lines: Vec<Markdown> = Vec::new();
    for alike in shared(findings) {
        if !whole && alike.len() >= TOGETHER_FROM {
            lines.push(together(&alike));
        } else {
            lines.extend(alike.into_iter().map(|told| line(told, linked, whole)));
        }
    }
    if !whole && lines.len() > MOST_LINES {
        let more = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(Markdown::text(&format!("… and {more} more")));
    }
    (!lines.is_empty()).then(|| Part {
        markdown: Markdown::details(&words::plural(findings.len(), one, many), &Markdown::list(&lines)),
        findings: findings.len(),
    })
}

/// Findings that say the same, in the order of the first of each.
fn shared<'a>(findings: &[Told<'a>]) -> Vec<Vec<Told<'a>>> {
    let mut places: BTreeMap<(&str, Level, String), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<Told>> = Vec::new();
    for told in findings {
        let key = (told.1.rule, told.1.level, told.1.message.to_string());
        let place = *places.entry(key).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(*told);
    }
    groups
}

fn line((connector, found): Told, linked: Linked, whole: bool) -> Markdown {
    let root = RepoPath::root();
    let folder = connector.map_or(&root, |connector| &connector.directory);
    let mut line = finding::line(found, folder, linked);
    if let Some(connector) = connector {
        line = Markdown::prose(&prose![words::name(&connector.name), ": "])
            .then(&Markdown::own(" "))
            .then(&line);
    }
    // What users gain and lose stands in a table already.
    let has_table = connector.is_some_and(|connector| promise::of_connector(connector, found).is_some());
    let impact = found.impact.as_ref().filter(|_| !has_table);
    let more = impact.into_iter().chain(&found.remedy).filter(|_| whole);
    more.fold(line, |line, words| {
        line.then(&Markdown::own("\\\n  ")).then(&Markdown::prose(words))
    })
}

fn together(alike: &[Told]) -> Markdown {
    let Some((_, first)) = alike.first() else {
        return Markdown::default();
    };
    let names: Vec<Piece> = alike
        .iter()
        .filter_map(|(connector, _)| connector.map(|connector| words::name(&connector.name)))
        .collect();
    let mut who = Prose::default();
    for (place, name) in names.iter().take(FIRST_NAMES).enumerate() {
        let separator = if place > 0 { prose![", "] } else { prose![] };
        who = who.join(separator).join(Prose::new(vec![name.clone()]));
    }
    if names.len() > FIRST_NAMES {
        let more = format!(" and {} more", names.len() - FIRST_NAMES);
        who = who.join(prose![Piece::trusted(more)]);
    }
    Markdown::own(finding::sign(first.level))
        .then(&Markdown::own(" "))
        .then(&Markdown::prose(&first.message))
        .then(&Markdown::own(" · "))
        .then(&Markdown::prose(&who))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn noted(count: usize) -> Report {
        let mut report = sample::loud_sweep(count);
        for connector in &mut report.connectors {
            connector.findings[0].level = Level::Note;
            connector.findings[0].message = prose!["The level is written out."];
        }
        report
    }

    fn told(report: &Report, whole: bool) -> String {
        let parts = parts(report, Linked::default(), whole);
        parts.iter().map(|part| part.markdown.to_string()).collect()
    }

    #[test]
    fn equal_notes_share_a_line() {
        let text = told(&noted(172), false);
        assert!(text.contains("<summary>172 notes</summary>"), "{text}");
        let line = "- ℹ️ The level is written out. · source-000, source-001, source-002 and 169 more\n";
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn what_users_gain_and_lose_is_left_to_its_table() {
        let mut report = sample::broken_and_promoted();
        let findings = report
            .connectors
            .iter_mut()
            .flat_map(|connector| &mut connector.findings);
        for finding in findings.filter(|finding| finding.rule == "support-level-changed") {
            finding.level = Level::Note;
            finding.impact = Some(prose!["All of it once more."]);
        }
        let text = told(&report, true);
        assert!(text.contains("The support level rises"), "{text}");
        assert!(!text.contains("All of it once more."), "{text}");
    }

    #[test]
    fn a_whole_list_leaves_nothing_out() {
        let mut report = noted(172);
        report.connectors[0].findings[0].remedy = Some(prose!["Keep it so."]);
        let text = told(&report, true);
        assert_eq!(text.matches("The level is written out.").count(), 172);
        assert!(
            text.contains("line 5 of `metadata.yaml`\\\n  Keep it so."),
            "{text}"
        );
    }

    #[test]
    fn what_was_there_before_is_a_list_of_its_own() {
        let mut report = noted(2);
        report.connectors[1].findings[0].introduced = false;
        let text = told(&report, false);
        assert!(text.contains("<summary>1 note</summary>"));
        assert!(text.contains("<summary>1 finding from before this change</summary>"));
    }
}
