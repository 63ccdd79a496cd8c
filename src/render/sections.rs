//! The sections of a summary: one for each connector, or for several that are alike.
//!
//! Knows how much room there is; knows no verdict and no footer.

use super::markdown::Markdown;
use super::part::Part;
use super::summary::Telling;
use super::{alike, connector, promise, sweep, words};
use crate::finding::{Piece, prose};
use crate::report::{ConnectorReport, Report};

/// From this number of sections on, those that block nothing are folded.
const MANY_SECTIONS: usize = 6;
/// The most findings that one section tells in full or in a line, unless it is told whole.
const MOST_FINDINGS: usize = 30;
/// The most names of connectors in a list.
const MOST_NAMES: usize = 300;
/// A group names this many of its connectors at once.
const FIRST_NAMES: usize = 3;

/// How much room the sections take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Every connector in full; those that are alike stand behind one of them.
    Whole,
    /// Of those that are alike, one in full and the others by name.
    Full,
    /// As before, the sections folded.
    Folded,
    /// A few lines for each.
    Outlined,
}

/// The sections of connectors about which something is to be said.
pub(super) fn parts(
    connectors: &[&ConnectorReport],
    report: &Report,
    telling: &Telling,
    shape: Shape,
) -> Vec<Part> {
    let groups = alike::groups(connectors);
    let many = groups.len() >= MANY_SECTIONS;
    let mut shown = promise::Shown::default();
    let mut parts = Vec::new();
    for group in &groups {
        parts.extend(section(group, (report, telling), (shape, many), &mut shown));
    }
    parts
}

/// One connector, or several that are alike.
fn section<'a>(
    group: &alike::Group<'a>,
    (report, telling): (&Report, &Telling),
    (shape, many): (Shape, bool),
    shown: &mut promise::Shown<'a>,
) -> Vec<Part> {
    let Some((first, others)) = group.members.split_first() else {
        return Vec::new();
    };
    let blocking = |connector: &ConnectorReport| {
        let mut findings = connector.findings.iter();
        findings.any(|found| words::is_blocking(report, found))
    };
    let most = if shape == Shape::Whole {
        usize::MAX
    } else {
        MOST_FINDINGS
    };
    let mut in_full = |connector| connector::section(connector, telling.inline, telling.linked, shown, most);
    let blocks = match shape {
        Shape::Outlined => vec![connector::outline(first)],
        _ => in_full(first),
    };
    let folded = shape == Shape::Folded || (shape == Shape::Full && many && !blocking(first));
    let mut parts: Vec<Part> = Vec::new();
    if !others.is_empty() {
        parts.push(Part::from(together(group, shape)));
    }
    match folded {
        false => parts.extend(blocks.into_iter().map(Part::from)),
        true => parts.push(Part::from(Markdown::details(
            &connector::title(first, report),
            &Markdown::blocks(&blocks),
        ))),
    }
    if let Some(part) = parts.last_mut() {
        part.findings += connector::told(first);
    }
    if others.is_empty() {
        return parts;
    }
    match shape {
        Shape::Whole => parts.extend(others.iter().map(|other| Part {
            markdown: Markdown::details(
                &connector::title(other, report),
                &Markdown::blocks(&in_full(other)),
            ),
            findings: connector::told(other),
        })),
        _ => parts.push(Part {
            markdown: names(others, group.alike),
            findings: others.iter().map(|other| connector::told(other)).sum(),
        }),
    }
    parts
}

/// What several connectors have in common, and the first of them.
fn together(group: &alike::Group, shape: Shape) -> Markdown {
    let count = words::plural(group.members.len(), "connector", "connectors");
    let title = match group.alike {
        true => format!("{count} alike: "),
        false => format!("{count} with the same findings: "),
    };
    let mut line = prose![Piece::trusted(title)];
    for (place, member) in group.members.iter().take(FIRST_NAMES).enumerate() {
        let separator = if place > 0 { prose![", "] } else { prose![] };
        line = line.join(separator).join(prose![words::name(&member.name)]);
    }
    if group.members.len() > FIRST_NAMES {
        let more = format!(" and {} more", group.members.len() - FIRST_NAMES);
        line = line.join(prose![Piece::trusted(more)]);
    }
    let common = match (group.members.first(), group.alike) {
        (Some(first), true) => prose!["Each changes: "]
            .join(sweep::common(first))
            .join(prose![". "]),
        _ => prose!["What else they change or lack differs. "],
    };
    Markdown::prose(&line)
        .strong()
        .then(&Markdown::own("\\\n"))
        .then(&Markdown::prose(&common.join(prose![match shape {
            Shape::Whole => "One of them in full, and the others folded below it:",
            _ => "One of them in full:",
        }])))
}

/// The names of connectors, folded, with what each lacks where that differs.
fn names(connectors: &[&ConnectorReport], alike: bool) -> Markdown {
    let mut line = prose![];
    for (place, connector) in connectors.iter().take(MOST_NAMES).enumerate() {
        let separator = if place > 0 { prose![", "] } else { prose![] };
        line = line.join(separator).join(prose![words::name(&connector.name)]);
        let missing = connector
            .requirements
            .iter()
            .filter(|asked| asked.is_missing() && !asked.later)
            .count();
        if !alike && missing > 0 {
            line = line.join(prose![Piece::trusted(format!(" ({missing} missing)"))]);
        }
    }
    if connectors.len() > MOST_NAMES {
        let more = format!(" and {} more", connectors.len() - MOST_NAMES);
        line = line.join(prose![Piece::trusted(more)]);
    }
    let title = format!(
        "The other {}",
        words::plural(connectors.len(), "connector", "connectors")
    );
    Markdown::details(&title, &Markdown::prose(&line))
}
