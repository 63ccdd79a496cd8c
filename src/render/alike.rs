//! Connectors about which the same is to be said, so that a sweep over hundreds of them is told once.
//!
//! Knows changes, findings and requirements; knows no format.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;

use super::sweep;
use crate::finding::{Level, Piece, Prose, RequirementState};
use crate::report::ConnectorReport;

/// From this number of connectors on, those about which the same is to be said are told together.
const TOGETHER_FROM: usize = 5;

/// With more sections than this, connectors with the same findings are told together although more differs.
const MANY: usize = 12;

/// Connectors that are told together.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The connectors, in the order of their folders.
    pub(super) members: Vec<&'a ConnectorReport>,
    /// Whether also their changes are of the same kinds, and their requirements have come equally far.
    pub(super) alike: bool,
}

/// Groups of connectors that are told together, and those that are told alone: the worst first, then the largest group,
/// then in the order of the folders.
pub(super) fn groups<'a>(connectors: &[&'a ConnectorReport]) -> Vec<Group<'a>> {
    let fine = by_key(connectors, true);
    let mut groups = match fine.len() {
        0..=MANY => fine,
        _ => by_key(connectors, false),
    };
    groups.sort_by_key(|group| {
        let first = group.members.first();
        let place = first.map(|connector| &connector.directory);
        (
            Reverse(first.map(|first| worst(first))),
            Reverse(group.members.len()),
            place,
        )
    });
    groups
}

fn by_key<'a>(connectors: &[&'a ConnectorReport], alike: bool) -> Vec<Group<'a>> {
    let mut by_key: BTreeMap<String, Vec<&'a ConnectorReport>> = BTreeMap::new();
    for connector in connectors {
        let mut key = findings_of(connector);
        if alike {
            key.push_str(&rest_of(connector));
        }
        by_key.entry(key).or_default().push(connector);
    }
    let mut groups = Vec::new();
    for members in by_key.into_values() {
        if members.len() >= TOGETHER_FROM {
            groups.push(Group { members, alike });
        } else {
            groups.extend(members.into_iter().map(|alone| Group {
                members: vec![alone],
                alike: true,
            }));
        }
    }
    groups
}

/// The loudest level of what a change brings to a connector.
fn worst(connector: &ConnectorReport) -> Level {
    let introduced = connector.findings.iter().filter(|found| found.introduced);
    introduced.map(|found| found.level).max().unwrap_or(Level::Off)
}

/// The findings without the values that differ from connector to connector, and which promises move.
fn findings_of(connector: &ConnectorReport) -> String {
    let findings = connector.findings.iter().map(|found| {
        let words = words_of(&found.message);
        format!(
            "{} {} {} {words}\n",
            found.rule,
            found.level.word(),
            found.introduced
        )
    });
    let mut lines: Vec<String> = findings.collect();
    lines.sort();
    lines.extend(connector.promises.iter().map(|change| format!("{change:?}\n")));
    lines.concat()
}

/// The kinds of changes, and how far each requirement has come.
fn rest_of(connector: &ConnectorReport) -> String {
    let (before, after) = (connector.base.is_some(), connector.head.is_some());
    let mut key = format!("{before} {after} {}\n", sweep::common(connector));
    for requirement in &connector.requirements {
        let state = match requirement.state {
            RequirementState::Met { .. } => "met",
            RequirementState::Missing { .. } => "missing",
            RequirementState::Undecided { .. } => "undecided",
            RequirementState::ToConfirm { .. } => "to-confirm",
        };
        let _ = writeln!(key, "{} {state}", requirement.id);
    }
    key
}

/// A sentence without its values.
pub(super) fn words_of(prose: &Prose) -> String {
    let words = prose.pieces().iter().map(|piece| match piece {
        Piece::Words(words) => words.as_ref(),
        Piece::Code(_) => "\u{0}",
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn sizes(connectors: &[ConnectorReport]) -> Vec<usize> {
        let all: Vec<&ConnectorReport> = connectors.iter().collect();
        groups(&all).iter().map(|group| group.members.len()).collect()
    }

    #[test]
    fn equal_ones_are_told_together_and_the_odd_one_alone() {
        let mut connectors = sample::loud_sweep(300).connectors;
        assert_eq!(sizes(&connectors), [300]);
        connectors[7].findings[0].level = Level::Error;
        connectors[9].requirements.clear();
        assert_eq!(sizes(&connectors), [1, 298, 1]);
    }

    #[test]
    fn a_few_are_told_one_by_one() {
        assert_eq!(sizes(&sample::loud_sweep(4).connectors), [1, 1, 1, 1]);
    }

    #[test]
    fn where_too_much_differs_the_findings_decide() {
        let mut connectors = sample::loud_sweep(40).connectors;
        for (number, connector) in connectors.iter_mut().enumerate().take(20) {
            connector.changes[0].change.kind = crate::change::ChangeKind::Field {
                field: format!("data.field-{number}"),
            };
        }
        let all: Vec<&ConnectorReport> = connectors.iter().collect();
        let groups = groups(&all);
        assert_eq!(
            (groups.len(), groups[0].members.len(), groups[0].alike),
            (1, 40, false)
        );
    }
}
