//! Many connectors in a few lines: those with the same changes are counted together.
//!
//! Knows changes; knows no finding and no format.

use std::collections::BTreeMap;

use super::words;
use crate::finding::{Piece, Prose, code, prose};
use crate::report::ConnectorReport;

/// From this number of quiet connectors on they are grouped.
pub(super) const GROUPED_FROM: usize = 11;
/// A group of at most this many connectors names them.
const NAMED: usize = 3;
/// The most changes that a line names.
const MOST_CHANGES: usize = 4;
/// The most lines.
const MOST_LINES: usize = 40;

/// One line for each kind of change, the most frequent first.
pub(super) fn lines(connectors: &[&ConnectorReport]) -> Vec<Prose> {
    let mut groups: BTreeMap<String, (Prose, Vec<&ConnectorReport>)> = BTreeMap::new();
    for connector in connectors {
        let what = common(connector);
        let group = groups
            .entry(what.to_string())
            .or_insert_with(|| (what, Vec::new()));
        group.1.push(connector);
    }
    let mut groups: Vec<(Prose, Vec<&ConnectorReport>)> = groups.into_values().collect();
    groups.sort_by_key(|(_, members)| std::cmp::Reverse(members.len()));
    let left_out: usize = groups
        .iter()
        .skip(MOST_LINES)
        .map(|(_, members)| members.len())
        .sum();
    let mut lines: Vec<Prose> = groups.into_iter().take(MOST_LINES).map(line).collect();
    if left_out > 0 {
        let more = words::plural(left_out, "more connector", "more connectors");
        lines.push(prose![Piece::trusted(format!("{more} with other changes"))]);
    }
    lines
}

fn line((what, members): (Prose, Vec<&ConnectorReport>)) -> Prose {
    let count = words::plural(members.len(), "connector", "connectors");
    let who = match members.len() {
        0..=NAMED => {
            let mut pieces = Vec::new();
            for (place, member) in members.iter().enumerate() {
                pieces.extend((place > 0).then(|| Piece::from(", ")));
                pieces.push(words::name(&member.name));
            }
            Prose::new(pieces)
        }
        _ => prose![Piece::trusted(count)],
    };
    who.join(prose![": "]).join(what)
}

/// What a connector's change has in common with others.
pub(super) fn common(connector: &ConnectorReport) -> Prose {
    let changes = &connector.changes;
    if changes.is_empty() {
        return prose!["no change in ", code("metadata.yaml")];
    }
    let mut joined = prose![];
    for (place, reported) in changes.iter().take(MOST_CHANGES).enumerate() {
        let separator = if place > 0 { prose!["; "] } else { prose![] };
        joined = joined.join(separator).join(words::kind(&reported.change));
    }
    match changes.len().saturating_sub(MOST_CHANGES) {
        0 => joined,
        more => joined.join(prose![Piece::trusted(format!("; {more} more"))]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn equal_changes_are_counted_and_the_odd_one_is_named() {
        let report = sample::sweep(254);
        let connectors: Vec<&ConnectorReport> = report.connectors.iter().collect();
        let lines: Vec<String> = lines(&connectors).iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "254 connectors: `dockerImageTag` patch bump",
                "source-odd: `dockerImageTag` patch bump; `data.license`: `MIT` → `ELv2`",
            ]
        );
    }
}
