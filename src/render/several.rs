//! Several pull requests in one run: a line for each.
//!
//! Knows verdicts and counts; knows no finding.

use super::headline::counts;
use super::links::Links;
use super::markdown::Markdown;
use super::words;
use crate::finding::Prose;
use crate::report::Report;
use crate::verdict::Verdict;

/// The most lines; a run judges hardly so many.
const MOST_LINES: usize = 500;

/// What one run says of one pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    /// Its number.
    pub number: u64,
    /// Its address, where it is known.
    pub address: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// The findings in numbers, such as `2 errors, 1 warning`.
    counts: String,
    /// What else is to be said of it, such as why there is no verdict.
    pub remark: Option<Prose>,
}

impl Reviewed {
    /// A pull request with a report.
    pub fn new(number: u64, report: &Report, links: Option<&Links>) -> Self {
        Self {
            number,
            address: links.map(Links::pull_request),
            verdict: report.verdict,
            counts: counts(report).join(", "),
            remark: None,
        }
    }

    /// A pull request that could not be judged, and why.
    pub fn failed(number: u64, address: Option<String>, why: Prose) -> Self {
        Self {
            number,
            address,
            verdict: Verdict::CouldNotEvaluate,
            counts: String::new(),
            remark: Some(why),
        }
    }

    /// Adds a remark.
    #[must_use]
    pub fn remark(mut self, remark: Prose) -> Self {
        self.remark = Some(remark);
        self
    }
}

/// A table with a line for each pull request, in the order given, under the worst verdict.
pub fn render(reviewed: &[Reviewed]) -> String {
    let worst = reviewed
        .iter()
        .map(|one| one.verdict)
        .max()
        .unwrap_or(Verdict::Pass);
    let count = words::plural(reviewed.len(), "pull request", "pull requests");
    let title = Markdown::own("### ").then(&Markdown::text(&format!(
        "tierguard: {count}, {}",
        match worst {
            Verdict::Pass => "nothing stands in the way",
            Verdict::Fail => "something is to do",
            Verdict::CouldNotEvaluate => "not every one could be judged",
        }
    )));
    let header = ["", "pull request", "findings", ""].map(Markdown::own);
    let rows: Vec<Vec<Markdown>> = reviewed.iter().take(MOST_LINES).map(row).collect();
    let more = reviewed.len().saturating_sub(MOST_LINES);
    let more = match more {
        0 => Markdown::default(),
        more => Markdown::text(&format!("… and {more} more")),
    };
    let blocks = match reviewed {
        [] => vec![title],
        _ => vec![title, Markdown::table(&header, &rows), more],
    };
    format!("{}\n", Markdown::blocks(&blocks))
}

fn row(one: &Reviewed) -> Vec<Markdown> {
    let sign = match one.verdict {
        Verdict::Pass => "✅",
        Verdict::Fail => "❌",
        Verdict::CouldNotEvaluate => "⚠️ could not be judged",
    };
    // A number alone is no reference; with a sharp before it GitHub would make one of its own.
    let number = Markdown::text(&one.number.to_string());
    let number = match &one.address {
        Some(address) => Markdown::link(&number, address),
        None => number,
    };
    let findings = match one.counts.as_str() {
        "" if one.verdict == Verdict::Pass => "none",
        counts => counts,
    };
    let remark = one.remark.as_ref().map(Markdown::prose).unwrap_or_default();
    vec![Markdown::own(sign), number, Markdown::text(findings), remark]
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::finding::{code, prose};

    #[test]
    fn each_pull_request_has_a_line() {
        let links = sample::links();
        let reviewed = [
            Reviewed::new(12, &sample::broken_and_promoted(), Some(&links)),
            Reviewed::new(14, &sample::quiet(), None).remark(prose!["It is closed: nothing was written."]),
            Reviewed::failed(
                1_234_567,
                None,
                prose!["The head ", code("a|b"), " moved meanwhile."],
            ),
        ];
        insta::assert_snapshot!(render(&reviewed), @r"
        ### tierguard: 3 pull requests, not every one could be judged

        |  | pull request | findings |  |
        | --- | --- | --- | --- |
        | ❌ | [12](https://github.example/o/r/pull/12) | 1 error, 1 warning, 1 note |  |
        | ✅ | 14 | none | It is closed: nothing was written. |
        | ⚠️ could not be judged | `1234567` |  | The head `a\|b` moved meanwhile. |
        ");
    }

    #[test]
    fn no_pull_request_is_said_in_a_line() {
        assert_eq!(
            render(&[]),
            "### tierguard: 0 pull requests, nothing stands in the way\n"
        );
    }
}
