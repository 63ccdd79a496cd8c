//! Workflow commands that the runner turns into annotations.
//!
//! The runner reads commands at the start of a line, after any white space, and the older `##[…]` form anywhere in a line;
//! properties and messages are escaped by its own rules, so that no text of a change becomes a command.

use std::fmt::Write;

use super::runner::{break_legacy, message, property};
use super::{plain, words};
use crate::changeset::Side;
use crate::finding::{Finding, Level, Problem, Prose};
use crate::report::Report;

/// The runner shows this many annotations of each kind in a step and drops the rest.
const SHOWN_PER_KIND: usize = 10;

/// The runner cuts a message behind this many UTF-16 units.
const LONGEST_MESSAGE: usize = 4_096;

/// One command for each problem that no finding tells and each introduced finding, worst first; a last notice counts
/// what was left out.
pub fn render(report: &Report) -> String {
    let mut text = String::new();
    let mut left_out = Vec::new();
    let problems: Vec<String> = plain::untold_problems(report).map(of_problem).collect();
    let findings = words::worst_first(report);
    for (level, kind, one, many) in [
        (Level::Error, "error", "error", "errors"),
        (Level::Warning, "warning", "warning", "warnings"),
        (Level::Note, "notice", "note", "notes"),
    ] {
        let of_level = findings.iter().filter(|finding| finding.level == level);
        let before = problems.iter().filter(|_| level == Level::Error).cloned();
        let commands: Vec<String> = before
            .chain(of_level.map(|finding| command(report, kind, finding)))
            .collect();
        // The last notice needs a place of its own.
        let shown = if level == Level::Note {
            SHOWN_PER_KIND - 1
        } else {
            SHOWN_PER_KIND
        };
        for command in commands.iter().take(shown) {
            let _ = writeln!(text, "{command}");
        }
        match commands.len().saturating_sub(shown) {
            0 => {}
            more => left_out.push(words::plural(more, one, many)),
        }
    }
    if !left_out.is_empty() {
        let _ = writeln!(
            text,
            "::notice title=tierguard::and {} more, which the report has",
            left_out.join(", ")
        );
    }
    text
}

/// Says that there is no report, and why.
pub fn failure(why: &Prose) -> String {
    format!(
        "::error title=could not evaluate::{}\n",
        shortened(&why.to_string())
    )
}

/// Says what keeps the run from having done its work, though there is a verdict.
pub fn error(words: &Prose) -> String {
    format!("::error title=tierguard::{}\n", shortened(&words.to_string()))
}

/// Says what a person should know about the run itself.
pub fn notice(words: &Prose) -> String {
    format!("::notice title=tierguard::{}\n", shortened(&words.to_string()))
}

fn of_problem(problem: &Problem) -> String {
    let place = problem.location.as_ref().map(|location| {
        let file = property(&location.file.to_string());
        match location.side {
            Side::Head => format!("file={file},line={},", location.position.line),
            _ => format!("file={file},"),
        }
    });
    let words = shortened(&problem.message.to_string());
    format!(
        "::error {}title=could not evaluate::{words}",
        place.unwrap_or_default()
    )
}

fn command(report: &Report, kind: &str, finding: &Finding) -> String {
    let location = &finding.location;
    let mut properties = format!("file={}", property(&location.file.to_string()));
    // A line of base is none of the files that the runner's page shows: the file is named, and no line of it.
    if location.side == Side::Head {
        let position = location.position;
        let _ = write!(
            properties,
            ",line={},endLine={},col={}",
            position.line, location.last_line, position.column
        );
    }
    format!(
        "::{kind} {properties},title={}::{}",
        property(finding.rule),
        shortened(&plain::explained(report, finding))
    )
}

fn shortened(words: &str) -> String {
    // What is broken for the runner grows by a character, so that it comes before the count.
    message(&plain::cut(&break_legacy(words), LONGEST_MESSAGE))
}

#[cfg(test)]
mod tests {
    use super::super::runner::oracle::{Command, commands};
    use super::super::{hostile, sample};
    use super::*;
    use crate::finding::prose;

    fn kinds(commands: &[Command]) -> Vec<&str> {
        commands.iter().map(|command| command.name.as_str()).collect()
    }

    #[test]
    fn the_runner_reads_each_finding_as_one_annotation() {
        insta::assert_snapshot!(render(&sample::broken_and_promoted()));
        assert_eq!(render(&sample::quiet()), "");
    }

    #[test]
    fn nothing_of_a_change_becomes_a_command_or_a_property() {
        for nasty in hostile::NASTY {
            let report = hostile::hostile(nasty);
            let read = commands(&render(&report));
            assert_eq!(kinds(&read), ["error", "error", "notice"], "{nasty:?}");
            let file = report.connectors[0].findings[0].location.file.to_string();
            for command in read {
                let keys: Vec<&str> = command.properties.iter().map(|(key, _)| key.as_str()).collect();
                assert!(
                    keys == ["file", "line", "endLine", "col", "title"] || keys == ["file", "line", "title"],
                    "{keys:?}"
                );
                assert_eq!(
                    command.properties[0].1.replace("##\\[", "##["),
                    file.replace("##\\[", "##[")
                );
            }
        }
    }

    #[test]
    fn a_message_is_cut_where_the_runner_would_cut_it() {
        let mut report = sample::broken_and_promoted();
        report.connectors.truncate(1);
        report.connectors[0].findings[0].remedy =
            Some(prose![crate::finding::Piece::trusted("%##[\n🐙".repeat(2_000))]);
        let read = commands(&render(&report));
        assert_eq!(read.len(), 1);
        let words = &read[0].message;
        let units = words.encode_utf16().count();
        assert!(
            units <= LONGEST_MESSAGE && units > LONGEST_MESSAGE - 40,
            "{units}"
        );
        assert!(words.ends_with(" more)"), "{words}");
    }

    #[test]
    fn a_problem_that_a_finding_tells_is_told_once() {
        let mut report = sample::broken_and_promoted();
        let told = report.connectors[0].findings[0].message.clone();
        for message in [told, prose!["Something else."]] {
            report.problems.push(Problem {
                message,
                location: None,
            });
        }
        let read = commands(&render(&report));
        assert_eq!(kinds(&read), ["error", "error", "warning", "notice"]);
        assert_eq!(read[0].message, "Something else.");
    }

    #[test]
    fn ten_of_each_kind_are_kept_and_the_rest_is_counted() {
        let mut report = sample::broken_and_promoted();
        let error = report.connectors[0].findings[0].clone();
        for level in [Level::Note, Level::Warning, Level::Error] {
            let many = std::iter::repeat_n(
                Finding {
                    level,
                    ..error.clone()
                },
                12,
            );
            report.findings.extend(many);
        }
        let text = render(&report);
        let read = commands(&text);
        for kind in ["error", "warning", "notice"] {
            assert_eq!(
                kinds(&read).iter().filter(|name| **name == kind).count(),
                SHOWN_PER_KIND,
                "{kind}"
            );
        }
        assert_eq!(
            read[29].message,
            "and 3 errors, 3 warnings, 4 notes more, which the report has"
        );
    }
}
