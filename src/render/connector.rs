//! One connector's section of the summary.
//!
//! What it is, what is asked and of whom, what happens if it is merged as it is, what users gain and lose. Knows one
//! connector; knows no other one and no verdict.

use super::finding;
use super::linkable::is_linkable;
use super::links::Linked;
use super::markdown::Markdown;
use super::words;
use crate::finding::{Finding, Level, Piece, Prose, Requirement, RequirementState, code, prose};
use crate::report::{ConnectorReport, PromiseChange, Report};

/// The most rows of a table with the met requirements in it; in a longer one they are folded away.
const ROWS_IN_FULL: usize = 6;
/// The most findings that one section tells in full or in a line.
const MOST_FINDINGS: usize = 30;

/// Whether a connector has anything to say beside what the diff shows.
pub(super) fn is_loud(connector: &ConnectorReport) -> bool {
    let ConnectorReport {
        requirements,
        findings,
        promises,
        ..
    } = connector;
    !(requirements.is_empty() && findings.is_empty() && promises.is_empty())
}

/// The whole section; findings that have a comment of their own (`inline`) take one line.
pub(super) fn section(connector: &ConnectorReport, inline: &[&Finding], linked: Linked) -> Vec<Markdown> {
    let folder = &connector.directory;
    let mut blocks = vec![line(connector)];
    blocks.extend(requirements(&connector.requirements, linked));
    blocks.extend(if_merged(connector));
    let told: Vec<&Finding> = introduced(connector, |level| level > Level::Note).collect();
    let (commented, others): (Vec<&Finding>, Vec<&Finding>) = told
        .iter()
        .partition(|finding| inline.iter().any(|known| std::ptr::eq(*known, **finding)));
    blocks.extend(
        others
            .iter()
            .take(MOST_FINDINGS)
            .map(|finding| finding::paragraph(finding, folder, linked)),
    );
    let lines: Vec<Markdown> = commented
        .iter()
        .take(MOST_FINDINGS)
        .map(|finding| finding::line(finding, folder, linked))
        .collect();
    let title = blocks.len();
    blocks.push(Markdown::list(&lines));
    let left_out = others.len().saturating_sub(MOST_FINDINGS) + commented.len().saturating_sub(MOST_FINDINGS);
    if !lines.is_empty() {
        blocks.insert(title, Markdown::own("Commented on their lines:"));
    }
    if left_out > 0 {
        let more = words::plural(left_out, "more finding", "more findings");
        blocks.push(Markdown::text(&format!(
            "… and {more}, which the full report has."
        )));
    }
    blocks.extend(connector.promises.iter().map(promises));
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
        .filter(|requirement| requirement.is_missing())
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
    let standing = words::standing(connector);
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

/// Notes, and what was there before the change, for the folded end of the summary.
pub(super) fn asides(connector: &ConnectorReport, linked: Linked) -> (Vec<Markdown>, Vec<Markdown>) {
    let folder = &connector.directory;
    let told = |findings: &mut dyn Iterator<Item = &Finding>| {
        findings
            .map(|found| {
                Markdown::prose(&prose![words::name(&connector.name), ": "])
                    .then(&Markdown::own(" "))
                    .then(&finding::line(found, folder, linked))
            })
            .collect()
    };
    let notes = told(&mut introduced(connector, |level| level == Level::Note));
    let earlier = told(&mut connector.findings.iter().filter(|found| !found.introduced));
    (notes, earlier)
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

fn requirements(all: &[Requirement], linked: Linked) -> Vec<Markdown> {
    if all.is_empty() {
        return Vec::new();
    }
    let header = [
        Markdown::default(),
        Markdown::own("requirement"),
        Markdown::own("by"),
    ];
    let rows = |keep: &dyn Fn(&&Requirement) -> bool| -> Vec<Vec<Markdown>> {
        all.iter()
            .filter(|requirement| keep(requirement))
            .map(|requirement| row(requirement, linked))
            .collect()
    };
    let mut blocks = Vec::new();
    let met = all.iter().filter(|requirement| is_met(requirement)).count();
    if all.len() <= ROWS_IN_FULL || met < 3 {
        blocks.push(Markdown::table(&header, &rows(&|_| true)));
    } else {
        if met < all.len() {
            blocks.push(Markdown::table(
                &header,
                &rows(&|requirement| !is_met(requirement)),
            ));
        }
        let title = format!("{met} of {} requirements are met", all.len());
        blocks.push(Markdown::details(
            &title,
            &Markdown::table(&header, &rows(&|requirement| is_met(requirement))),
        ));
    }
    blocks.push(sources(all, linked));
    blocks
}

fn is_met(requirement: &Requirement) -> bool {
    matches!(requirement.state, RequirementState::Met { .. })
}

/// The pages that ask for it, each once, but those that the rows themselves link.
fn sources(all: &[Requirement], linked: Linked) -> Markdown {
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
fn row(requirement: &Requirement, linked: Linked) -> Vec<Markdown> {
    let sign = match requirement.state {
        RequirementState::Met { .. } => "✅",
        RequirementState::Missing { .. } => "❌",
        RequirementState::ToConfirm { .. } => "⬜",
    };
    let asks = Markdown::prose(&requirement.asks);
    let details = details(requirement).map(|details| Markdown::prose(&details));
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
                RequirementState::Missing { .. } => ". ",
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

/// What a requirement asks for and how far it has come, in one sentence or two.
pub(super) fn requirement_words(requirement: &Requirement) -> Prose {
    let asks = requirement.asks.clone();
    let separator = match requirement.state {
        RequirementState::Missing { .. } => prose![". "],
        _ => prose![": "],
    };
    match details(requirement) {
        Some(details) => asks.join(separator).join(details),
        None => asks,
    }
}

/// The evidence, the remedy or the people, where they say more than the sign does.
fn details(requirement: &Requirement) -> Option<Prose> {
    let is_value = |piece: &Piece| matches!(piece, Piece::Code(_));
    match &requirement.state {
        RequirementState::Met { evidence, .. } => {
            evidence.pieces().iter().any(is_value).then(|| evidence.clone())
        }
        RequirementState::Missing { remedy, .. } => Some(remedy.clone()),
        RequirementState::ToConfirm { people } => {
            (!people.is_empty()).then(|| prose![code(people.join(", "))])
        }
    }
}

/// Whether a table of promises tells what a finding means for users.
pub(super) fn is_tabled(report: &Report, finding: &Finding) -> bool {
    is_about_promises(finding)
        && report
            .connectors
            .iter()
            .any(|connector| tabled(connector, finding))
}

fn is_about_promises(finding: &Finding) -> bool {
    matches!(finding.rule, "support-level-changed" | "release-stage-changed")
}

fn tabled(connector: &ConnectorReport, finding: &Finding) -> bool {
    let about = |change: &PromiseChange| finding.rule.strip_suffix("-changed") == Some(change.of);
    is_about_promises(finding)
        && connector.promises.iter().any(about)
        && connector
            .findings
            .iter()
            .any(|known| std::ptr::eq(known, finding))
}

fn if_merged(connector: &ConnectorReport) -> Option<Markdown> {
    let mut impacts: Vec<Markdown> = Vec::new();
    let told = introduced(connector, |level| level > Level::Note).filter(|found| !tabled(connector, found));
    for impact in told.filter_map(|found| found.impact.as_ref()) {
        let impact = Markdown::prose(impact);
        if !impacts.contains(&impact) && impacts.len() < 5 {
            impacts.push(impact);
        }
    }
    let title = Markdown::own("**If merged as it is:**");
    match impacts.as_slice() {
        [] => None,
        [only] => Some(title.then(&Markdown::own(" ")).then(only)),
        several => Some(title.then(&Markdown::own("\n\n")).then(&Markdown::list(several))),
    }
}

fn promises(change: &PromiseChange) -> Markdown {
    let title = match change.of {
        "support-level" => "What users gain and lose with the new support level:",
        _ => "What users gain and lose with the new release stage:",
    };
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
    Markdown::blocks(&[Markdown::own(title), Markdown::table(&header, &rows)])
}
