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

/// Connectors that are told together, or one that is told alone; the worst first, then in the order of the folders.
pub(super) fn groups<'a>(connectors: &[&'a ConnectorReport]) -> Vec<Vec<&'a ConnectorReport>> {
    let mut by_key: BTreeMap<String, Vec<&'a ConnectorReport>> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for connector in connectors {
        let key = key(connector);
        let members = by_key.entry(key.clone()).or_default();
        if members.is_empty() {
            order.push(key);
        }
        members.push(connector);
    }
    let mut groups: Vec<Vec<&ConnectorReport>> = Vec::new();
    for key in order {
        let members = by_key.remove(&key).unwrap_or_default();
        if members.len() >= TOGETHER_FROM {
            groups.push(members);
        } else {
            groups.extend(members.into_iter().map(|alone| vec![alone]));
        }
    }
    let position = |group: &Vec<&ConnectorReport>| {
        let first = group.first();
        first.map(|connector| connector.directory.clone())
    };
    groups.sort_by_key(|group| (Reverse(group.first().map(|first| worst(first))), position(group)));
    groups
}

/// The loudest level of what a change brings to a connector.
pub(super) fn worst(connector: &ConnectorReport) -> Level {
    let introduced = connector.findings.iter().filter(|found| found.introduced);
    introduced.map(|found| found.level).max().unwrap_or(Level::Off)
}

/// What two connectors have to share to be told together: the kinds of their changes, the findings and requirements
/// without the values that differ from connector to connector.
fn key(connector: &ConnectorReport) -> String {
    let mut key = format!(
        "{} {} {}\n",
        connector.base.is_some(),
        connector.head.is_some(),
        sweep::common(connector)
    );
    let mut findings: Vec<String> = connector
        .findings
        .iter()
        .map(|found| {
            let words = words_of(&found.message);
            format!(
                "{} {} {} {words}",
                found.rule,
                found.level.word(),
                found.introduced
            )
        })
        .collect();
    findings.sort();
    for found in findings {
        let _ = writeln!(key, "{found}");
    }
    for requirement in &connector.requirements {
        let state = match requirement.state {
            RequirementState::Met { .. } => "met",
            RequirementState::Missing { .. } => "missing",
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
        groups(&all).iter().map(Vec::len).collect()
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
}
