//! What users gain and lose where a level or stage changes: a table, or its most telling rows.
//!
//! Knows promises that differ; knows no rule beyond the two that tell of them.

use super::markdown::Markdown;
use super::words;
use crate::finding::{Finding, prose};
use crate::report::{ConnectorReport, PromiseChange, Report};

/// The most rows that a comment on a line shows.
const MOST_TOLD: usize = 3;
/// The topics that tell most, in that order.
const TELLING: [&str; 4] = [
    "availability",
    "maintained by",
    "breaking changes",
    "production readiness",
];

/// The tables that a summary has shown so far, with the connector that each belongs to.
#[derive(Debug, Default)]
pub(super) struct Shown<'a>(Vec<(&'a PromiseChange, &'a str)>);

impl<'a> Shown<'a> {
    /// The table of a change, or where the same one stands already.
    pub(super) fn table(&mut self, change: &'a PromiseChange, connector: &'a str) -> Markdown {
        let what = match change.of {
            "support-level" => "What users gain and lose with the new support level",
            _ => "What users gain and lose with the new release stage",
        };
        if let Some((_, before)) = self.0.iter().find(|(known, _)| *known == change) {
            return Markdown::prose(&prose![what, " is the same as for ", words::name(before), "."]);
        }
        self.0.push((change, connector));
        let header = [
            Markdown::default(),
            Markdown::own("before"),
            Markdown::own("after"),
        ];
        let rows: Vec<Vec<Markdown>> = change
            .difference
            .rows
            .iter()
            .map(|row| {
                vec![
                    Markdown::text(row.topic),
                    Markdown::text(&row.before),
                    Markdown::text(&row.after),
                ]
            })
            .collect();
        let title = Markdown::own(what).then(&Markdown::own(":"));
        Markdown::blocks(&[title, Markdown::table(&header, &rows)])
    }
}

/// The table that tells what a finding means for users, where there is one.
pub(super) fn of<'a>(report: &'a Report, finding: &Finding) -> Option<&'a PromiseChange> {
    let mut connectors = report.connectors.iter().filter(|_| is_about_promises(finding));
    connectors.find_map(|connector| of_connector(connector, finding))
}

/// The same, where the finding's connector is known.
pub(super) fn of_connector<'a>(
    connector: &'a ConnectorReport,
    finding: &Finding,
) -> Option<&'a PromiseChange> {
    let about = |change: &&PromiseChange| finding.rule.strip_suffix("-changed") == Some(change.of);
    let mut findings = connector.findings.iter();
    let belongs = is_about_promises(finding) && findings.any(|known| std::ptr::eq(known, finding));
    connector.promises.iter().find(about).filter(|_| belongs)
}

fn is_about_promises(finding: &Finding) -> bool {
    matches!(finding.rule, "support-level-changed" | "release-stage-changed")
}

/// The most telling rows as a list, for a comment on a line.
pub(super) fn told(change: &PromiseChange) -> Markdown {
    let mut rows: Vec<_> = change.difference.rows.iter().collect();
    let place = |topic: &str| TELLING.iter().position(|known| *known == topic);
    rows.sort_by_key(|row| place(row.topic).unwrap_or(TELLING.len()));
    let left_out = rows.len().saturating_sub(MOST_TOLD);
    let lines: Vec<Markdown> = rows
        .iter()
        .take(MOST_TOLD)
        .map(|row| Markdown::text(&format!("{}: {} → {}", row.topic, row.before, row.after)))
        .collect();
    let more = match left_out {
        0 => Markdown::default(),
        count => Markdown::text(&format!("The summary shows {count} more.")),
    };
    Markdown::blocks(&[
        Markdown::own("For users this changes:"),
        Markdown::list(&lines),
        more,
    ])
}
