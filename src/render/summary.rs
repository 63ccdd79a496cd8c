//! The summary: what the change means for users, what is asked of whom, and how the report is made again.
//!
//! Knows the whole report; knows no line of a diff. What has a comment on its own line is told here in one line.

use super::footer::footer;
use super::headline::{headline, nothing};
use super::links::Linked;
use super::markdown::Markdown;
use super::part::{Part, cut, size};
use super::sections::{self, Shape};
use super::since::{self, Earlier};
use super::{aside, connector, finding, plain, proposed, sweep, waived, words};
use crate::comparison::Proposed;
use crate::finding::{Finding, Level, Piece, code, prose};
use crate::ids::RepoPath;
use crate::report::{ConnectorReport, Report};
use crate::verdict::Verdict;

/// The most bytes of a comment's body. GitHub refuses more than 65,536 characters; however it counts them, they are
/// never more than the bytes.
pub(super) const LONGEST_BODY: usize = 60_000;
/// From this length on, the sections of connectors are folded: nobody reads so much at once.
const FOLDED_FROM: usize = 20_000;
/// The most problems that are listed.
const MOST_PROBLEMS: usize = 100;

/// What a summary is told beside the report.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Telling<'a> {
    /// The findings that have a comment of their own.
    pub(super) inline: &'a [&'a Finding],
    /// How many more would have one, if there were room for more comments.
    pub(super) without_room: usize,
    /// Where places can be looked at.
    pub(super) linked: Linked<'a>,
    /// What the last run on another head found.
    pub(super) earlier: Option<&'a Earlier>,
    /// What the policy that the change proposes would have said so far.
    pub(super) proposed: Option<&'a Proposed>,
}

/// Writes the summary as a document of its own, whole and with every finding in full.
pub fn document(report: &Report) -> String {
    let parts = whole(report, Linked::default());
    format!("{}\n", Markdown::blocks(parts.iter().map(|part| &part.markdown)))
}

/// Every part of the summary, each finding in full; the last one is the footer, unless silence is one line.
pub(super) fn whole(report: &Report, linked: Linked) -> Vec<Part> {
    let telling = Telling {
        linked,
        ..Telling::default()
    };
    match is_silent(report) {
        true => vec![Part::from(silence(report))],
        false => parts(report, &telling, Shape::Whole),
    }
}

/// The summary of a review, where there is anything to say; never longer than a comment may be.
pub(super) fn of_review(report: &Report, telling: &Telling) -> Option<Markdown> {
    if is_silent(report) {
        return None;
    }
    let mut shown = parts(report, telling, Shape::Full);
    for (longest, shape) in [(FOLDED_FROM, Shape::Folded), (LONGEST_BODY, Shape::Outlined)] {
        if size(&shown) > longest {
            shown = parts(report, telling, shape);
        }
    }
    let elsewhere = match telling.linked.0 {
        Some(_) => prose!["the job summary and the report among the artifacts of this run have all of it."],
        None => prose![
            code(format!("{} --format markdown", words::command(report))),
            " shows all of it."
        ],
    };
    Some(cut(shown, LONGEST_BODY, |left_out| {
        let what = match left_out {
            0 => "… and more than a comment can hold: ".to_owned(),
            count => format!(
                "… and {}, more than a comment can hold: ",
                words::plural(count, "more finding", "more findings")
            ),
        };
        Markdown::prose(&prose![Piece::trusted(what)].join(elsewhere.clone()))
    }))
}

/// What an earlier summary turns to once nothing is left to say.
pub(super) fn all_clear(report: &Report, linked: Linked) -> Markdown {
    let title = Markdown::own("### tierguard: all clear");
    let touched = match report.connectors.len() {
        0 => "No connector is touched any more.".to_owned(),
        count => format!(
            "{} touched, and nothing about it stands in the way of a merge.",
            words::plural(count, "connector is", "connectors are")
        ),
    };
    let line = Markdown::text(&format!("What stood here before is settled. {touched}"));
    Markdown::blocks(&[title, line, footer(report, linked)])
}

/// Whether everything is told by a green check.
fn is_silent(report: &Report) -> bool {
    report.verdict == Verdict::Pass
        && report.problems.is_empty()
        && report.findings.is_empty()
        && report.waivers.waived.is_empty()
        && report
            .connectors
            .iter()
            .all(|connector| connector.findings.is_empty() && !connector::is_loud(connector))
}

fn silence(report: &Report) -> Markdown {
    Markdown::text(&format!(
        "tierguard: {} (rules of {})",
        nothing(report),
        report.policy.rules_of
    ))
}

fn parts(report: &Report, telling: &Telling, shape: Shape) -> Vec<Part> {
    let linked = telling.linked;
    let title = Markdown::own("### ").then(&Markdown::text(&format!("tierguard: {}", headline(report))));
    let mut parts = vec![Part::from(title)];
    parts.extend(without_room(telling).map(Part::from));
    parts.extend(problems(report, linked).map(Part::from));
    let root = RepoPath::root();
    let own = report
        .findings
        .iter()
        .filter(|found| found.introduced && found.level > Level::Note);
    parts.extend(own.map(|found| {
        let commented = telling.inline.iter().any(|known| std::ptr::eq(*known, found));
        Part {
            markdown: match commented {
                true => finding::line(found, &root, linked),
                false => finding::paragraph(found, &root, linked),
            },
            findings: 1,
        }
    }));
    let (loud, quiet): (Vec<&ConnectorReport>, Vec<&ConnectorReport>) = report
        .connectors
        .iter()
        .partition(|connector| connector::is_loud(connector));
    parts.extend(sections::parts(&loud, report, telling, shape));
    // Right below the headline it would be said twice.
    let introduction = match parts.len() > 1 {
        true => Markdown::own("Nothing to do for:"),
        false => Markdown::default(),
    };
    parts.push(Part::from(quietly(&quiet, introduction)));
    parts.extend(waived::parts(report, linked));
    parts.extend(
        telling
            .earlier
            .and_then(|earlier| since::block(report, earlier, linked))
            .map(Part::from),
    );
    parts.extend(aside::parts(report, linked, shape == Shape::Whole));
    let proposed = telling.proposed.map(|proposed| proposed::block(proposed, linked));
    parts.extend(proposed.map(Part::from));
    parts.push(Part::from(footer(report, linked)));
    parts.retain(|part| !part.markdown.is_empty());
    parts
}

fn without_room(telling: &Telling) -> Option<Markdown> {
    let more = match telling.without_room {
        0 => return None,
        1 => "another one is told here".to_owned(),
        count => format!("{count} more are told here"),
    };
    let commented = words::plural(telling.inline.len(), "finding has", "findings have");
    Some(Markdown::text(&format!(
        "{commented} a comment on the line; {more}."
    )))
}

fn problems(report: &Report, linked: Linked) -> Option<Markdown> {
    let items: Vec<Markdown> = plain::untold_problems(report)
        .take(MOST_PROBLEMS)
        .map(|problem| {
            let message = Markdown::prose(&problem.message);
            match &problem.location {
                None => message,
                Some(location) => message
                    .then(&Markdown::own(" ("))
                    .then(&linked.place(location, &RepoPath::root()))
                    .then(&Markdown::own(")")),
            }
        })
        .collect();
    let title = Markdown::own("What could not be read or decided:");
    (!items.is_empty()).then(|| Markdown::blocks(&[title, Markdown::list(&items)]))
}

/// Connectors about which nothing is to be said, in few lines.
fn quietly(connectors: &[&ConnectorReport], introduction: Markdown) -> Markdown {
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
        _ => Markdown::blocks(&[introduction, list]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_whole_report_says_that_those_that_are_alike_are_folded_and_a_comment_names_them() {
        let report = sample::loud_sweep(40);
        let whole = document(&report);
        assert!(
            whole.contains("One of them in full, and the others folded below it:"),
            "{whole}"
        );
        let comment = of_review(&report, &Telling::default()).unwrap().to_string();
        assert!(comment.contains("One of them in full:"), "{comment}");
    }

    #[test]
    fn silence_is_one_line() {
        assert_eq!(
            document(&sample::quiet()),
            "tierguard: no connector is touched (rules of 2026-11)\n"
        );
        assert_eq!(
            document(&sample::sweep(3)),
            "tierguard: nothing to do; 4 connectors are touched (rules of 2026-11)\n"
        );
        assert_eq!(of_review(&sample::sweep(3), &Telling::default()), None);
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

    /// Connectors of which no two are alike.
    fn odd_ones(count: usize) -> Report {
        let mut report = sample::broken_and_promoted();
        let loud = report.connectors.remove(0);
        let odd = (0..count).map(|number| {
            let mut connector = loud.clone();
            connector.findings[0].message = prose!["Number ", number, " is too early."];
            connector
        });
        report.connectors = odd.collect();
        report
    }

    #[test]
    fn a_report_that_is_too_long_is_folded_then_outlined_then_cut() {
        for (count, folded, cut) in [
            (3, false, false),
            (20, true, false),
            (100, false, false),
            (400, false, true),
        ] {
            let report = odd_ones(count);
            for links in [None, Some(&sample::links())] {
                let telling = Telling {
                    linked: Linked(links),
                    ..Telling::default()
                };
                let summary = of_review(&report, &telling).unwrap();
                assert!(summary.len() <= LONGEST_BODY, "{count}: {}", summary.len());
                let text = summary.as_str();
                assert!(text.ends_with("</sub>"));
                assert_eq!(
                    text.matches("<details>").count(),
                    text.matches("</details>").count()
                );
                assert_eq!(
                    text.contains("<summary>source-shop: 1 thing to do</summary>"),
                    folded,
                    "{count}"
                );
                assert_eq!(text.contains("more than a comment can hold"), cut, "{count}");
                let told =
                    (0..count).filter(|number| text.contains(&format!("Number {number} is too early")));
                let told = told.count();
                if cut {
                    let left_out = format!("… and {} more findings, more than", count - told);
                    assert!(text.contains(&left_out), "{told}");
                    assert_eq!(links.is_some(), text.contains("the job summary and the report"));
                } else {
                    assert_eq!(told, count);
                }
            }
        }
        assert!(document(&odd_ones(100)).len() > LONGEST_BODY);
    }

    #[test]
    fn connectors_that_are_alike_are_told_once() {
        let mut report = sample::loud_sweep(300);
        report.connectors.extend(sample::broken_and_promoted().connectors);
        report.verdict = Verdict::Fail;
        let summary = of_review(&report, &Telling::default()).unwrap();
        assert!(summary.len() < 12_000, "{}", summary.len());
        insta::assert_snapshot!(summary);
    }

    #[test]
    fn what_moved_since_the_last_run_stands_before_the_footer() {
        let telling = Telling {
            earlier: Some(&Earlier::default()),
            ..Telling::default()
        };
        let report = sample::broken_and_promoted();
        let summary = of_review(&report, &telling).unwrap();
        let (before, after) = summary
            .as_str()
            .split_once("Since the last run: 0 fixed, 3 new, 0 unchanged")
            .unwrap();
        assert!(before.contains("source-toy") && after.contains("merge base"));
    }

    #[test]
    fn all_clear_is_said_in_a_sentence() {
        insta::assert_snapshot!(all_clear(&sample::sweep(3), Linked(Some(&sample::links()))));
    }
}
