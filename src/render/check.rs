//! A check run and a commit status: the verdict where branch protection looks for it.
//!
//! Only success and failure are used: GitHub takes `neutral` and `skipped` for a pass. Titles hold our own words and
//! numbers, never a word of the change. Knows the report; sends nothing.

use super::headline::{counts, headline};
use super::links::{Linked, Links};
use super::markdown::Markdown;
use super::part::cut;
use super::summary::whole;
use super::{plain, words};
use crate::changeset::Side;
use crate::finding::{Level, Location, Piece, prose};
use crate::report::Report;
use crate::text::is_hidden;
use crate::verdict::Verdict;

/// The most bytes of a check run's text; GitHub takes 65,535 characters.
const LONGEST_TEXT: usize = 65_000;
/// The most UTF-16 units of an annotation's message; GitHub takes 64 KB.
const LONGEST_MESSAGE: usize = 16_000;
/// The most characters of a commit status's description.
const LONGEST_DESCRIPTION: usize = 140;
/// The most annotations; they are sent 50 at a time, and nobody reads more.
const MOST_ANNOTATIONS: usize = 1_000;

/// How a check run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// The verdict is a pass.
    Success,
    /// Anything else, also no verdict.
    Failure,
}

impl Conclusion {
    /// GitHub's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}

/// How loudly an annotation speaks, in GitHub's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnotationLevel {
    /// An error.
    Failure,
    /// A warning.
    Warning,
    /// A note.
    Notice,
}

impl AnnotationLevel {
    /// GitHub's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// One annotation of a check run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckAnnotation {
    /// The file, as git names it.
    pub path: String,
    /// The first line at head, from 1.
    pub start_line: usize,
    /// The last line.
    pub end_line: usize,
    /// How loudly it speaks.
    pub level: AnnotationLevel,
    /// What it says, as plain text of at most 16,000 UTF-16 units.
    pub message: String,
    /// The rule's id, at most 255 characters.
    pub title: String,
}

/// What a check run shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRun {
    /// One line of our own words and counts.
    pub title: String,
    /// The answer and the counts, as Markdown.
    pub summary: Markdown,
    /// The whole summary, as far as it fits.
    pub text: Markdown,
    /// How it ends.
    pub conclusion: Conclusion,
    /// Every problem and introduced finding that has a place GitHub can name, the worst first.
    pub annotations: Vec<CheckAnnotation>,
}

impl CheckRun {
    /// Makes the check run of a report.
    pub fn new(report: &Report, links: Option<&Links>) -> Self {
        let mut annotations: Vec<CheckAnnotation> = plain::untold_problems(report)
            .filter_map(|problem| {
                let location = problem.location.as_ref()?;
                annotation(
                    location,
                    AnnotationLevel::Failure,
                    "could not evaluate",
                    &problem.message.to_string(),
                )
            })
            .collect();
        annotations.extend(words::worst_first(report).into_iter().filter_map(|finding| {
            let level = match finding.level {
                Level::Error => AnnotationLevel::Failure,
                Level::Warning => AnnotationLevel::Warning,
                Level::Note | Level::Off => AnnotationLevel::Notice,
            };
            let mut message = plain::explained(report, finding);
            if let Some(place) = plain::other_side(finding) {
                message = format!("At {place}: {message}");
            }
            annotation(&finding.location, level, finding.rule, &message)
        }));
        annotations.truncate(MOST_ANNOTATIONS);
        let counted = match counts(report).as_slice() {
            [] => "No findings.".to_owned(),
            counts => format!("{}.", counts.join(", ")),
        };
        Self {
            title: title(report),
            summary: Markdown::blocks(&[
                Markdown::text(&headline(report)).strong(),
                Markdown::text(&counted),
            ]),
            text: cut(whole(report, Linked(links)), LONGEST_TEXT, |left_out| {
                let more = words::plural(left_out, "more finding", "more findings");
                Markdown::prose(&prose![
                    Piece::trusted(format!("… and {more}, more than a check can hold: ")),
                    "the job summary and the report have all of it."
                ])
            }),
            conclusion: match report.verdict {
                Verdict::Pass => Conclusion::Success,
                Verdict::Fail | Verdict::CouldNotEvaluate => Conclusion::Failure,
            },
            annotations,
        }
    }
}

/// What a commit status shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitStatus {
    /// GitHub's word: `success`, `failure` or `error`.
    pub state: &'static str,
    /// One line of our own words and counts, at most 140 characters.
    pub description: String,
}

impl CommitStatus {
    /// Makes the status of a report.
    pub fn new(report: &Report) -> Self {
        let mut description = title(report);
        description.truncate(LONGEST_DESCRIPTION);
        Self {
            state: match report.verdict {
                Verdict::Pass => "success",
                Verdict::Fail => "failure",
                Verdict::CouldNotEvaluate => "error",
            },
            description,
        }
    }
}

/// The verdict in our own words, with counts.
fn title(report: &Report) -> String {
    let verdict = match report.verdict {
        Verdict::Pass => "Nothing stands in the way",
        Verdict::Fail => "Something is to do",
        Verdict::CouldNotEvaluate => "Could not be judged",
    };
    match counts(report).as_slice() {
        [] => verdict.to_owned(),
        counts => format!("{verdict}: {}", counts.join(", ")),
    }
}

/// `None` for a path that GitHub could not take as it is: the text tells such a finding.
fn annotation(
    location: &Location,
    level: AnnotationLevel,
    title: &str,
    message: &str,
) -> Option<CheckAnnotation> {
    let path = std::str::from_utf8(location.file.as_bytes()).ok()?;
    if path.is_empty() || path.chars().any(is_hidden) {
        return None;
    }
    // A line of another side is none of the file at head; an annotation has to name one.
    let (start_line, end_line) = match location.side {
        Side::Head => (
            location.position.line,
            location.last_line.max(location.position.line),
        ),
        Side::Base | Side::Target => (1, 1),
    };
    Some(CheckAnnotation {
        path: path.to_owned(),
        start_line,
        end_line,
        level,
        message: plain::cut(message, LONGEST_MESSAGE),
        title: title.chars().take(255).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{hostile, sample};
    use super::*;

    #[test]
    fn the_title_holds_our_own_words_and_counts() {
        let run = CheckRun::new(&sample::broken_and_promoted(), None);
        assert_eq!(run.title, "Something is to do: 1 error, 1 warning, 1 note");
        assert_eq!(run.conclusion, Conclusion::Failure);
        let run = CheckRun::new(&sample::quiet(), None);
        assert_eq!(
            (&*run.title, run.conclusion),
            ("Nothing stands in the way", Conclusion::Success)
        );
        assert_eq!(
            run.text.as_str(),
            "tierguard: no connector is touched (rules of 2026-11)"
        );
        for nasty in hostile::NASTY {
            let run = CheckRun::new(&hostile::hostile(nasty), None);
            assert_eq!(run.title, "Could not be judged: 1 error, 1 note", "{nasty:?}");
            assert_eq!(run.conclusion, Conclusion::Failure);
        }
    }

    #[test]
    fn annotations_are_told_worst_first_and_on_a_line_of_head() {
        let run = CheckRun::new(&sample::broken_and_promoted(), Some(&sample::links()));
        let told: Vec<(&str, &str, usize)> = run
            .annotations
            .iter()
            .map(|annotation| (annotation.level.word(), &*annotation.title, annotation.start_line))
            .collect();
        assert_eq!(
            told,
            [
                ("failure", "breaking-change-in-stable-connector", 11),
                ("warning", "support-level-changed", 5),
                ("notice", "stage-does-not-fit-level", 1),
            ]
        );
        assert!(
            run.annotations[2]
                .message
                .starts_with("At line 4 of the base: A certified")
        );
    }

    #[test]
    fn a_path_that_cannot_be_named_has_no_annotation_and_is_told_in_the_text() {
        let report = hostile::hostile("a\n::add-mask::e");
        let run = CheckRun::new(&report, None);
        assert_eq!(run.annotations, []);
        assert!(run.text.as_str().contains("could not be judged"));
    }

    #[test]
    fn a_large_report_fits() {
        let run = CheckRun::new(&sample::loud_sweep(1_100), None);
        assert!(run.text.len() <= LONGEST_TEXT);
        assert!(run.text.as_str().contains("more than a check can hold"));
        assert_eq!(run.annotations.len(), MOST_ANNOTATIONS);
        let long = annotation(
            &Location::file(crate::ids::RepoPath::new(b"x").unwrap(), Side::Head),
            AnnotationLevel::Notice,
            &"x".repeat(300),
            &"y".repeat(70_000),
        )
        .unwrap();
        assert_eq!(long.title.len(), 255);
        assert!(long.message.len() <= 65_536);
    }

    #[test]
    fn a_status_says_the_verdict_in_one_line() {
        let expected = [
            (sample::quiet(), "success"),
            (sample::broken_and_promoted(), "failure"),
            (hostile::hostile("x"), "error"),
        ];
        for (report, state) in expected {
            let status = CommitStatus::new(&report);
            assert_eq!(status.state, state);
            assert!(status.description.is_ascii() && status.description.len() <= LONGEST_DESCRIPTION);
        }
    }
}
