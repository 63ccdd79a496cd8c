//! One connector's section of the summary.
//!
//! What it is, what is asked and of whom, what happens if it is merged as it is, what users gain and lose. Knows one
//! connector; knows no other one and no verdict.

use super::finding;
use super::linkable::is_linkable;
use super::links::Linked;
use super::markdown::Markdown;
use super::merged::merged;
use super::{promise, requirement, standing, words};
use crate::finding::{Finding, Level, Piece, prose};
use crate::report::{ConnectorReport, Report};

/// Whether a connector has a section: notes, and what was there before the change, are told at the end.
pub(super) fn is_loud(connector: &ConnectorReport) -> bool {
    told(connector) > 0 || !connector.requirements.is_empty() || !connector.promises.is_empty()
}

/// Whether something of it is an error; what it lacks is one then as well.
pub(super) fn is_blocked(connector: &ConnectorReport) -> bool {
    introduced(connector, |level| level == Level::Error)
        .next()
        .is_some()
}

/// The whole section; findings that have a comment of their own (`inline`) take one line, and `most_findings` of each
/// sort are told.
pub(super) fn section<'a>(
    connector: &'a ConnectorReport,
    inline: &[&Finding],
    linked: Linked,
    shown: &mut promise::Shown<'a>,
    most_findings: usize,
) -> Vec<Markdown> {
    let folder = &connector.directory;
    let mut blocks = vec![line(connector)];
    blocks.extend(requirement::table(
        &connector.requirements,
        is_blocked(connector),
        linked,
    ));
    blocks.extend(if_merged(connector));
    let told: Vec<&Finding> = introduced(connector, |level| level > Level::Note).collect();
    let (commented, others): (Vec<&Finding>, Vec<&Finding>) = told
        .iter()
        .partition(|finding| inline.iter().any(|known| std::ptr::eq(*known, **finding)));
    blocks.extend(
        others
            .iter()
            .take(most_findings)
            .map(|finding| finding::paragraph(finding, folder, linked)),
    );
    let lines: Vec<Markdown> = commented
        .iter()
        .take(most_findings)
        .map(|finding| finding::line(finding, folder, linked))
        .collect();
    let title = blocks.len();
    blocks.push(Markdown::list(&lines));
    let left_out = others.len().saturating_sub(most_findings) + commented.len().saturating_sub(most_findings);
    if !lines.is_empty() {
        blocks.insert(title, Markdown::own("Commented on their lines:"));
    }
    if left_out > 0 {
        let more = words::plural(left_out, "more finding", "more findings");
        blocks.push(Markdown::text(&format!(
            "… and {more}, which the full report has."
        )));
    }
    blocks.extend(
        connector
            .promises
            .iter()
            .map(|change| shown.table(change, &connector.name)),
    );
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// The section in a few lines, for a report that would grow too long.
pub(super) fn outline(connector: &ConnectorReport) -> Markdown {
    let told: Vec<Markdown> = introduced(connector, |level| level > Level::Note)
        .take(3)
        .map(|found| finding::line(found, &connector.directory, Linked::default()))
        .collect();
    let missing = connector
        .requirements
        .iter()
        .filter(|requirement| requirement.is_missing() && !requirement.later)
        .count();
    let mut first = line(connector);
    if missing > 0 {
        let missing = words::plural(missing, "requirement is missing", "requirements are missing");
        first = first.then(&Markdown::own(": ")).then(&Markdown::text(&missing));
    }
    let list = Markdown::list(&told);
    Markdown::blocks([&first, &list])
}

/// Name and standing on one line.
pub(super) fn line(connector: &ConnectorReport) -> Markdown {
    let name = Markdown::prose(&prose![words::name(&connector.name)]).strong();
    let standing = standing::standing(connector);
    match standing.pieces().is_empty() {
        true => name,
        false => name.then(&Markdown::own(" · ")).then(&Markdown::prose(&standing)),
    }
}

/// The title of a folded section: the name where it is an ordinary one, and how loud it is.
pub(super) fn title(connector: &ConnectorReport, report: &Report) -> String {
    let name = match words::name(&connector.name) {
        Piece::Words(name) if !is_linkable(&name) => name.into_owned(),
        _ => "a connector".to_owned(),
    };
    let blocking = connector
        .findings
        .iter()
        .filter(|found| words::is_blocking(report, found))
        .count();
    let more = match (blocking, told(connector)) {
        (0, 0) => return name,
        (0, findings) => words::plural(findings, "finding", "findings"),
        (blocking, _) => format!("{} to do", words::plural(blocking, "thing", "things")),
    };
    format!("{name}: {more}")
}

/// The number of findings that the section tells.
pub(super) fn told(connector: &ConnectorReport) -> usize {
    introduced(connector, |level| level > Level::Note).count()
}

fn introduced(connector: &ConnectorReport, keep: impl Fn(Level) -> bool) -> impl Iterator<Item = &Finding> {
    let mut findings: Vec<&Finding> = connector
        .findings
        .iter()
        .filter(|found| found.introduced && keep(found.level))
        .collect();
    findings.sort_by_key(|found| std::cmp::Reverse(found.level));
    findings.into_iter()
}

fn if_merged(connector: &ConnectorReport) -> Option<Markdown> {
    let told = introduced(connector, |level| level > Level::Note)
        .filter(|found| promise::of_connector(connector, found).is_none());
    let impacts = merged(told.filter_map(|found| found.impact.as_ref()));
    let impacts: Vec<Markdown> = impacts.iter().map(Markdown::prose).collect();
    let title = Markdown::own("**If merged as it is:**");
    match impacts.as_slice() {
        [] => None,
        [only] => Some(title.then(&Markdown::own(" ")).then(only)),
        several => Some(title.then(&Markdown::own("\n\n")).then(&Markdown::list(several))),
    }
}
