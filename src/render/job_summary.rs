//! The job summary: the whole report as Markdown, with what publishing had to say.
//!
//! Knows the report and sentences; writes nothing.

use super::links::{Linked, Links};
use super::markdown::Markdown;
use super::part::{Part, cut};
use super::summary::whole;
use super::words;
use crate::finding::{Piece, Prose, prose};
use crate::report::Report;

/// The most bytes; the runner refuses more than a mebibyte, and the summaries of one step share it.
const LONGEST: usize = 1_000_000;
/// The most notices.
const MOST_NOTICES: usize = 50;

/// Writes the job summary: every finding in full, as far as `longest` (at most a million) bytes go.
///
/// `notices` say what could not be done with the pull request, such as a comment that the token may not write.
pub fn render(report: &Report, links: Option<&Links>, notices: &[Prose]) -> String {
    let mut parts = whole(report, Linked(links));
    if let Some(notices) = notes(notices) {
        parts.insert(1.min(parts.len()), Part::from(notices));
    }
    let text = cut(parts, LONGEST - 1, |left_out| {
        let more = words::plural(left_out, "more finding", "more findings");
        Markdown::prose(&prose![Piece::trusted(format!(
            "… and {more}, more than a job summary can hold: the report has all of it."
        ))])
    });
    format!("{text}\n")
}

/// Says that there is no report, and why.
pub fn failure(why: &Prose) -> String {
    let title = Markdown::own("### tierguard: this could not be judged");
    format!("{}\n", Markdown::blocks(&[title, Markdown::prose(why)]))
}

fn notes(notices: &[Prose]) -> Option<Markdown> {
    let mut items: Vec<Markdown> = notices.iter().take(MOST_NOTICES).map(Markdown::prose).collect();
    if notices.len() > MOST_NOTICES {
        items.push(Markdown::text(&format!(
            "… and {} more",
            notices.len() - MOST_NOTICES
        )));
    }
    (!items.is_empty()).then(|| Markdown::list(&items))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::finding::code;

    #[test]
    fn notices_stand_behind_the_verdict() {
        let notices = [prose![
            "Comments were skipped: the token lacks ",
            code("pull-requests: write"),
            "."
        ]];
        let text = render(&sample::broken_and_promoted(), Some(&sample::links()), &notices);
        let start = "### tierguard: 2 things to do before this can be merged\n\n- Comments were skipped: the token \
                     lacks `pull-requests: write`.\n\n**source-shop**";
        assert!(text.starts_with(start), "{text}");
        let quiet = render(&sample::quiet(), None, &notices);
        assert!(
            quiet.starts_with(
                "tierguard: no connector is touched (rules of 2026-11)\n\n- Comments were skipped"
            ),
            "{quiet}"
        );
    }

    #[test]
    fn every_connector_of_a_sweep_is_told_in_full() {
        let text = render(&sample::loud_sweep(300), None, &[]);
        assert!(text.contains("**300 connectors alike"), "{text}");
        assert_eq!(text.matches("**The support level rises").count(), 300);
        assert!(text.len() < LONGEST);
    }

    #[test]
    fn what_the_runner_would_refuse_is_cut_with_a_pointer() {
        let text = render(&sample::loud_sweep(2_000), Some(&sample::links()), &[]);
        assert!(
            text.len() <= LONGEST && text.len() > LONGEST - 3_000,
            "{}",
            text.len()
        );
        assert!(text.contains("more than a job summary can hold: the report has all of it."));
        assert_eq!(
            text.matches("<details>").count(),
            text.matches("</details>").count()
        );
        assert!(text.ends_with("</sub>\n"));
    }
}
