//! The list of requirements, which ticks itself.
//!
//! Knows requirements and how far they have come; knows no connector.

use super::links::Linked;
use super::markdown::Markdown;
use crate::finding::{Level, Piece, Prose, Requirement, RequirementState, code, prose};

/// The most rows of a table with the met requirements in it; in a longer one they are folded away.
const ROWS_IN_FULL: usize = 6;

/// The list of what is asked and of whom; what is met is folded away where it would hide the rest.
///
/// What is missing has the sign of the finding that asks for it: an error's where it is one and `blocks`, else a warning's.
/// What only a later change has to bring stands by itself.
pub(super) fn table(all: &[Requirement], blocks: bool, linked: Linked) -> Vec<Markdown> {
    let (later, at_once): (Vec<&Requirement>, Vec<&Requirement>) =
        all.iter().partition(|requirement| requirement.later);
    let mut parts = rows_of(&at_once, blocks, linked);
    if !later.is_empty() {
        parts.push(Markdown::own(
            "To be certified in a later pull request, the connector will need:",
        ));
        parts.extend(rows_of(&later, blocks, linked));
    }
    parts
}

fn rows_of(all: &[&Requirement], blocks: bool, linked: Linked) -> Vec<Markdown> {
    if all.is_empty() {
        return Vec::new();
    }
    let header = [
        Markdown::default(),
        Markdown::own("requirement"),
        Markdown::own("by"),
    ];
    let rows = |keep: &dyn Fn(&&Requirement) -> bool| -> Vec<Vec<Markdown>> {
        let mut told: Vec<&Prose> = Vec::new();
        let mut rows = Vec::new();
        for requirement in all.iter().copied().filter(|requirement| keep(requirement)) {
            let remedy = remedy(requirement);
            let details = match remedy {
                // One file may be what several of them lack.
                Some(remedy) if told.contains(&remedy) => Some(prose!["The same mends it."]),
                _ => details(requirement),
            };
            told.extend(remedy);
            rows.push(row(requirement, details, blocks, linked));
        }
        rows
    };
    let mut parts = Vec::new();
    let met = all.iter().filter(|requirement| is_met(requirement)).count();
    if all.len() <= ROWS_IN_FULL || met < 3 {
        parts.push(Markdown::table(&header, &rows(&|_| true)));
    } else {
        if met < all.len() {
            parts.push(Markdown::table(
                &header,
                &rows(&|requirement| !is_met(requirement)),
            ));
        }
        let title = format!("{met} of {} requirements are met", all.len());
        parts.push(Markdown::details(
            &title,
            &Markdown::table(&header, &rows(&|requirement| is_met(requirement))),
        ));
    }
    parts.push(sources(all, linked));
    parts
}

fn is_met(requirement: &Requirement) -> bool {
    matches!(requirement.state, RequirementState::Met { .. })
}

/// The pages that ask for it, each once, but those that the rows themselves link.
fn sources(all: &[&Requirement], linked: Linked) -> Markdown {
    let in_rows = |page: &str| {
        let mut open = all.iter().filter(|requirement| !is_met(requirement));
        linked.0.is_some() && open.any(|requirement| requirement.source == page)
    };
    let mut pages: Vec<&'static str> = Vec::new();
    for requirement in all {
        if !pages.contains(&requirement.source) && !in_rows(requirement.source) {
            pages.push(requirement.source);
        }
    }
    if pages.is_empty() {
        return Markdown::default();
    }
    let mut line = Markdown::own("Asked for by ");
    for (place, page) in pages.iter().enumerate() {
        let label = page.trim_end_matches('/').rsplit('/').next().unwrap_or(page);
        if place > 0 {
            line.push(&Markdown::own(", "));
        }
        line.push(&Markdown::link(&Markdown::text(label), page));
    }
    line.small()
}

/// A row that ticks itself: what is met leads to what shows it, what is open to the page that asks for it.
fn row(requirement: &Requirement, details: Option<Prose>, blocks: bool, linked: Linked) -> Vec<Markdown> {
    let sign = match requirement.state {
        RequirementState::Met { .. } => "✅",
        RequirementState::Missing { .. } if requirement.later => "⬜",
        RequirementState::Missing { .. } if blocks && requirement.level == Level::Error => "❌",
        RequirementState::Missing { .. } => "⚠️",
        RequirementState::Undecided { .. } => "❓",
        RequirementState::ToConfirm { .. } => "⬜",
    };
    let asks = Markdown::prose(said(requirement));
    let details = details.map(|details| Markdown::prose(&details));
    let words = match (&requirement.state, linked.0) {
        (
            RequirementState::Met {
                location: Some(place),
                ..
            },
            links,
        ) => match (details, links) {
            (Some(evidence), _) => joined(asks, ": ", &linked.at(&evidence, place)),
            (None, Some(_)) => {
                let line = Markdown::prose(&prose!["line ", place.position.line]);
                joined(asks, " (", &linked.at(&line, place)).then(&Markdown::own(")"))
            }
            (None, None) => asks,
        },
        (state, links) => {
            let asks = match links {
                Some(_) if !is_met(requirement) => Markdown::link(&asks, requirement.source),
                _ => asks,
            };
            let separator = match state {
                RequirementState::Missing { .. } | RequirementState::Undecided { .. } => ". ",
                _ => ": ",
            };
            match details {
                Some(details) => joined(asks, separator, &details),
                None => asks,
            }
        }
    };
    vec![Markdown::own(sign), words, Markdown::own(requirement.of.word())]
}

fn joined(first: Markdown, separator: &'static str, second: &Markdown) -> Markdown {
    first.then(&Markdown::own(separator)).then(second)
}

/// What is not there, or else what is asked for: a cross before what ought to be would read as if it were.
fn said(requirement: &Requirement) -> &Prose {
    match &requirement.state {
        RequirementState::Missing { lacks, .. } => lacks,
        _ => &requirement.asks,
    }
}

/// What a requirement asks for or lacks and how far it has come, in one sentence or two.
pub(super) fn words(requirement: &Requirement) -> Prose {
    let asks = said(requirement).clone();
    let separator = match requirement.state {
        RequirementState::Missing { .. } | RequirementState::Undecided { .. } => prose![". "],
        _ => prose![": "],
    };
    match details(requirement) {
        Some(details) => asks.join(separator).join(details),
        None => asks,
    }
}

/// How to mend what is missing.
fn remedy(requirement: &Requirement) -> Option<&Prose> {
    match &requirement.state {
        RequirementState::Missing { remedy, .. } => Some(remedy),
        _ => None,
    }
}

/// The evidence, the remedy or the people, where they say more than the sign does.
fn details(requirement: &Requirement) -> Option<Prose> {
    let is_value = |piece: &Piece| matches!(piece, Piece::Code(_));
    match &requirement.state {
        RequirementState::Met { evidence, .. } => {
            evidence.pieces().iter().any(is_value).then(|| evidence.clone())
        }
        RequirementState::Missing { remedy, .. } | RequirementState::Undecided { remedy, .. } => {
            Some(remedy.clone())
        }
        RequirementState::ToConfirm { people } => {
            (!people.is_empty()).then(|| prose![code(people.join(", "))])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::finding::Who;

    fn lacking(id: &'static str, lacks: &'static str) -> Requirement {
        let state = RequirementState::Missing {
            lacks: prose![lacks],
            remedy: prose!["Add the file."],
            suggestion: None,
        };
        sample::requirement(id, prose![id], Who::Author, state)
    }

    fn text(requirements: &[Requirement]) -> String {
        let parts = table(requirements, true, Linked::default());
        Markdown::blocks(&parts).to_string()
    }

    #[test]
    fn a_remedy_that_several_share_is_told_once() {
        let text = text(&[lacking("keys", "no keys"), lacking("checks", "no checks")]);
        assert!(text.contains("| ❌ | no keys. Add the file. |"), "{text}");
        assert!(text.contains("| ❌ | no checks. The same mends it. |"), "{text}");
    }

    #[test]
    fn what_a_later_change_has_to_bring_stands_by_itself_and_without_a_cross() {
        let later = Requirement {
            later: true,
            ..lacking("stage", "no stage")
        };
        let text = text(&[later, lacking("entry", "no entry")]);
        let (first, rest) = text
            .split_once("To be certified in a later pull request")
            .unwrap_or_default();
        assert!(first.contains("| ❌ | no entry. Add the file. |"), "{text}");
        assert!(rest.contains("| ⬜ | no stage. Add the file. |"), "{text}");
    }
}
