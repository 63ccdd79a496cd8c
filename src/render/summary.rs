//! The summary: what the change means for users, what is asked of whom, and how the report is made again.
//!
//! Knows the whole report; knows no line of a diff. What has a comment on its own line is told here in one line.

use super::markdown::Markdown;
use super::{connector, finding, sweep, words};
use crate::changeset::Revision;
use crate::finding::{Finding, Level, Piece, RequirementState, code, prose};
use crate::ids::RepoPath;
use crate::report::{ConnectorReport, Report};
use crate::verdict::Verdict;

/// The most bytes of a comment's body; GitHub refuses more than 65,536 characters.
pub(super) const LONGEST_BODY: usize = 60_000;
/// The most items of a folded list.
const MOST_ASIDES: usize = 100;

/// Writes the summary as a document of its own, whole and with every finding in full.
pub fn document(report: &Report) -> String {
    let blocks = match is_silent(report) {
        true => vec![silence(report)],
        false => blocks(report, &[], false),
    };
    format!("{}\n", Markdown::blocks(&blocks))
}

/// The summary of a review, where there is anything to say; never longer than a comment may be.
pub(super) fn of_review(report: &Report, inline: &[&Finding]) -> Option<Markdown> {
    if is_silent(report) {
        return None;
    }
    let mut shown = blocks(report, inline, false);
    if size(&shown) > LONGEST_BODY {
        shown = blocks(report, inline, true);
    }
    Some(cut(shown, report))
}

/// Whether everything is told by a green check.
fn is_silent(report: &Report) -> bool {
    report.verdict == Verdict::Pass
        && report.problems.is_empty()
        && report.findings.is_empty()
        && !report.connectors.iter().any(connector::is_loud)
}

fn silence(report: &Report) -> Markdown {
    Markdown::text(&format!("tierguard: {}", nothing(report)))
}

/// Says that nothing is to do, and of how many connectors.
pub(super) fn nothing(report: &Report) -> String {
    match report.connectors.len() {
        0 => "no connector is touched".to_owned(),
        1 => "nothing to do; 1 connector is touched".to_owned(),
        many => format!("nothing to do; {many} connectors are touched"),
    }
}

fn blocks(report: &Report, inline: &[&Finding], outlined: bool) -> Vec<Markdown> {
    let mut blocks =
        vec![Markdown::own("### ").then(&Markdown::text(&format!("tierguard: {}", headline(report))))];
    blocks.extend(problems(report));
    let root = RepoPath::root();
    let (own, notes): (Vec<&Finding>, Vec<&Finding>) = report
        .findings
        .iter()
        .filter(|found| found.introduced)
        .partition(|found| found.level > Level::Note);
    blocks.extend(own.iter().map(|found| finding::paragraph(found, &root)));
    let (loud, quiet): (Vec<&ConnectorReport>, Vec<&ConnectorReport>) = report
        .connectors
        .iter()
        .partition(|connector| connector::is_loud(connector));
    for connector in loud {
        match outlined {
            true => blocks.push(connector::outline(connector)),
            false => blocks.extend(connector::section(connector, inline)),
        }
    }
    blocks.push(quietly(&quiet));
    let old = report.findings.iter().filter(|found| !found.introduced);
    let mut notes: Vec<Markdown> = notes.iter().map(|found| finding::line(found, &root)).collect();
    let mut earlier: Vec<Markdown> = old.map(|found| finding::line(found, &root)).collect();
    for connector in &report.connectors {
        let (its_notes, its_earlier) = connector::asides(connector);
        notes.extend(its_notes);
        earlier.extend(its_earlier);
    }
    blocks.extend(folded(&notes, "note", "notes"));
    blocks.extend(folded(
        &earlier,
        "finding from before this change",
        "findings from before this change",
    ));
    blocks.push(footer(report));
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// The answer in one line.
pub(super) fn headline(report: &Report) -> String {
    let thing = |count| words::plural(count, "thing", "things");
    match report.verdict {
        Verdict::CouldNotEvaluate => "this could not be judged".to_owned(),
        Verdict::Fail => format!("{} to do before this can be merged", thing(to_do(report))),
        Verdict::Pass => match to_look_at(report) {
            0 => "nothing to do".to_owned(),
            count => format!("nothing stands in the way, {} to look at", thing(count)),
        },
    }
}

/// The number of blocking findings, or of requirements that are missing because of them where those are more.
fn to_do(report: &Report) -> usize {
    let blocking = |findings: &[Finding]| {
        findings
            .iter()
            .filter(|found| words::is_blocking(report, found))
            .count()
    };
    let of_connectors = report.connectors.iter().map(|connector| {
        let missing = connector
            .requirements
            .iter()
            .filter(|requirement| requirement.is_missing())
            .count();
        match blocking(&connector.findings) {
            0 => 0,
            // A finding that names what is missing and the requirements themselves are the same things to do.
            findings => findings.max(missing),
        }
    });
    blocking(&report.findings) + of_connectors.sum::<usize>()
}

/// The number of warnings and of requirements that are not met.
fn to_look_at(report: &Report) -> usize {
    let warnings = |findings: &[Finding]| {
        findings
            .iter()
            .filter(|found| found.introduced && found.level > Level::Note)
            .count()
    };
    let of_connectors = report.connectors.iter().map(|connector| {
        let open = connector.requirements.iter();
        let open = open
            .filter(|requirement| !matches!(requirement.state, RequirementState::Met { .. }))
            .count();
        warnings(&connector.findings).max(open)
    });
    warnings(&report.findings) + of_connectors.sum::<usize>()
}

fn problems(report: &Report) -> Option<Markdown> {
    let told: Vec<String> = report
        .all_findings()
        .map(|found| found.message.to_string())
        .collect();
    let items: Vec<Markdown> = report
        .problems
        .iter()
        // What a finding says at its place is not said twice.
        .filter(|problem| !told.contains(&problem.message.to_string()))
        .take(MOST_ASIDES)
        .map(|problem| {
            let place = problem.location.as_ref().map(|location| {
                prose![" ("]
                    .join(words::place(location, &RepoPath::root()))
                    .join(prose![")"])
            });
            Markdown::prose(&problem.message.clone().join(place.unwrap_or_default()))
        })
        .collect();
    let title = Markdown::own("What could not be read or decided:");
    (!items.is_empty()).then(|| Markdown::blocks(&[title, Markdown::list(&items)]))
}

/// Connectors about which nothing is to be said, in few lines.
fn quietly(connectors: &[&ConnectorReport]) -> Markdown {
    let lines: Vec<Markdown> = match connectors.len() {
        sweep::GROUPED_FROM.. => sweep::lines(connectors).iter().map(Markdown::prose).collect(),
        _ => connectors
            .iter()
            .map(|connector| connector::line(connector))
            .collect(),
    };
    let list = Markdown::list(&lines);
    match connectors.len() {
        0 => list,
        _ => Markdown::blocks(&[Markdown::own("Nothing to do for:"), list]),
    }
}

fn folded(items: &[Markdown], one: &str, many: &str) -> Option<Markdown> {
    let shown = items.iter().take(MOST_ASIDES);
    let left_out = items.len().saturating_sub(MOST_ASIDES);
    let more = (left_out > 0).then(|| Markdown::text(&format!("… and {left_out} more")));
    let list = Markdown::list(shown.chain(&more));
    (!items.is_empty()).then(|| Markdown::details(&words::plural(items.len(), one, many), &list))
}

fn footer(report: &Report) -> Markdown {
    let revisions = &report.revisions;
    let base = match revisions.base {
        Revision::Commit(_) => prose!["merge base "],
        _ => prose!["base "],
    };
    let policy = format!(
        "policy {} (rules of {})",
        report.policy.source, report.policy.rules_of
    );
    let line = base
        .join(words::revision(&revisions.base))
        .join(prose![" · head "])
        .join(words::revision(&revisions.head))
        .join(prose![" · ", Piece::trusted(policy)])
        .join(prose![" · ", Piece::trusted(words::day(report.today))])
        .join(prose![" · the same report on your machine: "]);
    Markdown::prose(&line)
        .then(&Markdown::own(" "))
        .then(&Markdown::code(&words::command(report)))
        .small()
}

fn size(blocks: &[Markdown]) -> usize {
    blocks.iter().map(|block| block.len() + 2).sum()
}

/// Leaves blocks out from the end, never the first one nor the footer, until the rest fits.
fn cut(mut blocks: Vec<Markdown>, report: &Report) -> Markdown {
    if size(&blocks) <= LONGEST_BODY {
        return Markdown::blocks(&blocks);
    }
    let footer = blocks.pop().unwrap_or_default();
    let pointer = Markdown::prose(&prose![
        "… and more than a comment can hold: ",
        code(format!("{} --format markdown", words::command(report))),
        " shows all of it."
    ]);
    while blocks.len() > 1 && size(&blocks) + footer.len() + pointer.len() + 4 > LONGEST_BODY {
        blocks.pop();
    }
    blocks.extend([pointer, footer]);
    Markdown::blocks(&blocks)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn silence_is_one_line() {
        assert_eq!(document(&sample::quiet()), "tierguard: no connector is touched\n");
        assert_eq!(
            document(&sample::sweep(3)),
            "tierguard: nothing to do; 4 connectors are touched\n"
        );
        assert_eq!(of_review(&sample::sweep(3), &[]), None);
    }

    #[test]
    fn a_summary_reads_as_a_person_would_say_it() {
        insta::assert_snapshot!(document(&sample::broken_and_promoted()));
    }

    #[test]
    fn a_sweep_is_told_in_a_few_lines() {
        let mut report = sample::sweep(254);
        report
            .connectors
            .extend(sample::broken_and_promoted().connectors.pop());
        insta::assert_snapshot!(document(&report));
    }

    #[test]
    fn a_report_that_is_too_long_is_outlined_then_cut() {
        let loud = sample::broken_and_promoted().connectors.remove(0);
        let mut report = sample::broken_and_promoted();
        for count in [100, 3_000] {
            report.connectors = vec![loud.clone(); count];
            let summary = of_review(&report, &[]).unwrap();
            assert!(summary.len() <= LONGEST_BODY, "{}", summary.len());
            assert!(summary.len() > 20_000, "{}", summary.len());
            assert!(summary.as_str().ends_with("</sub>"));
            assert_eq!(
                summary.as_str().contains("more than a comment can hold"),
                count == 3_000
            );
        }
        assert!(document(&report).len() > LONGEST_BODY);
    }
}
