//! What is waived, which waivers do not count, and how what blocks could be waived.
//!
//! Everything of a comment is shown as code. Knows the report; knows no section.

use super::finding;
use super::links::Linked;
use super::markdown::Markdown;
use super::part::Part;
use super::words;
use crate::finding::{Waived, WaiverPlace, prose};
use crate::ids::RepoPath;
use crate::report::Report;

/// The most lines of each list.
const MOST_LINES: usize = 20;

/// The blocks, none of them where nobody waives anything and nothing can be waived.
pub(super) fn parts(report: &Report, linked: Linked) -> Vec<Part> {
    let waivers = &report.waivers;
    let mut parts = Vec::new();
    if !waivers.remarks.is_empty() {
        let lines = cut(waivers.remarks.iter().map(Markdown::prose), waivers.remarks.len());
        let title = Markdown::own("Waivers that change nothing here:");
        parts.push(Part::from(Markdown::blocks(&[title, Markdown::list(&lines)])));
    }
    if !waivers.waived.is_empty() {
        let count = waivers.waived.len();
        let lines = cut(waivers.waived.iter().map(|waived| line(waived, linked)), count);
        parts.push(Part {
            markdown: Markdown::details(
                &format!("Waived: {}", words::plural(count, "finding", "findings")),
                &Markdown::list(&lines),
            ),
            findings: count,
        });
    }
    // Without a pull request there is nowhere to write a comment.
    if !waivers.offers.is_empty() && linked.0.is_some() {
        let how = waivers.may.clone().join(prose![
            " who wrote nothing of this change may take the responsibility for a finding: one of these lines in a new \
             comment, with the reason in place of the dots, lets it pass until the next push."
        ]);
        let how = Markdown::prose(&how);
        let lines = cut(waivers.offers.iter().map(Markdown::prose), waivers.offers.len());
        parts.push(Part::from(Markdown::details(
            "How to waive what blocks",
            &Markdown::blocks(&[how, Markdown::list(&lines)]),
        )));
    }
    parts
}

/// A waived finding with who takes the responsibility.
fn line(waived: &Waived, linked: Linked) -> Markdown {
    let words = Markdown::prose(&waived.responsibility());
    let words = match (&waived.waiver.place, linked.0) {
        (WaiverPlace::Comment(id), Some(links)) => {
            let address = format!("{}#issuecomment-{id}", links.pull_request());
            words
                .then(&Markdown::own(" ("))
                .then(&Markdown::link(&Markdown::own("comment"), &address))
                .then(&Markdown::own(")"))
        }
        _ => words,
    };
    finding::told(&waived.finding, &RepoPath::root(), linked)
        .then(&Markdown::own(". "))
        .then(&words)
}

/// The first of some lines, and how many more there are.
fn cut(lines: impl Iterator<Item = Markdown>, count: usize) -> Vec<Markdown> {
    let mut shown: Vec<Markdown> = lines.take(MOST_LINES).collect();
    if count > MOST_LINES {
        shown.push(Markdown::text(&format!("… and {} more", count - MOST_LINES)));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::finding::Waiver;

    fn waived(report: &mut Report) {
        let finding = report.connectors[0].findings.remove(0);
        let day = |text: &str| text.parse().unwrap();
        report.waivers.waived.push(Waived {
            connector: report.connectors[0].name.clone(),
            directory: report.connectors[0].directory.clone(),
            finding,
            waiver: Waiver {
                by: Some("maria".to_owned()),
                on: Some(day("2026-11-22")),
                until: day("2026-12-15"),
                because: "the customers were asked".to_owned(),
                place: WaiverPlace::Comment(77),
            },
        });
    }

    fn shown(report: &Report, links: Option<&super::super::links::Links>) -> String {
        let parts = parts(report, Linked(links));
        Markdown::blocks(parts.iter().map(|part| &part.markdown)).to_string()
    }

    #[test]
    fn who_takes_the_responsibility_stands_with_the_finding() {
        let mut report = sample::broken_and_promoted();
        waived(&mut report);
        report.waivers.remarks = vec![prose!["A waiver does not count: it was edited; write it anew."]];
        report.waivers.may = prose!["Somebody with write permission"];
        report.waivers.offers = vec![prose![crate::finding::code(
            "/tierguard waive x y at 0 until z because …"
        )]];
        insta::assert_snapshot!(shown(&report, Some(&sample::links())));
        // Without a pull request there is nowhere to write it.
        assert!(!shown(&report, None).contains("How to waive"));
    }

    #[test]
    fn long_lists_are_cut_and_counted() {
        let mut report = sample::quiet();
        report.waivers.remarks = vec![prose!["A waiver does not count."]; 50];
        let text = shown(&report, None);
        assert_eq!(text.matches("does not count").count(), MOST_LINES);
        assert!(text.contains("… and 30 more"), "{text}");
    }
}
