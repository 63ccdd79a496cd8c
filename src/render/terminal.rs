//! The report for people in a terminal.
//!
//! Findings with their source lines, connectors with what changed, the answer last, where the eye rests. Colour is the
//! caller's decision. Knows the report; knows no terminal.

use annotate_snippets::renderer::{AnsiColor, Effects, Style};
use annotate_snippets::{Group, Renderer};

use super::excerpt::{Excerpt, diff, groups};
use super::headline::{counts, headline, nothing};
use super::{connector, promise, requirement, runner, standing, sweep, words};
use crate::finding::{Finding, Level, RequirementState};
use crate::report::{ConnectorReport, PromiseChange, Report};
use crate::verdict::Verdict;

/// The most findings that are shown with their source.
const MOST_FINDINGS: usize = 200;
/// The most changes that are listed for a connector.
const MOST_CHANGES: usize = 12;

/// Writes the report; with colour, styles are ANSI sequences.
pub fn render(report: &Report, coloured: bool) -> String {
    let paint = Paint(coloured);
    let mut text = String::new();
    for problem in &report.problems {
        let excerpt = problem.location.as_ref().map(Excerpt::new);
        let message = format!("could not evaluate: {}", problem.message);
        let groups = groups(Level::Error, &message, None, excerpt.as_ref(), &[]);
        push_block(&mut text, &paint.snippet(&groups));
    }
    let findings = in_order(report);
    for finding in findings.iter().take(MOST_FINDINGS) {
        let in_table = promise::of(report, finding).is_some();
        push_block(&mut text, &snippet(finding, in_table, &paint));
    }
    if findings.len() > MOST_FINDINGS {
        let more = words::plural(findings.len() - MOST_FINDINGS, "more finding", "more findings");
        push_block(&mut text, &format!("… and {more}: --format json has them all\n"));
    }
    push_block(&mut text, &connectors(report, &paint));
    push_block(&mut text, &waivers(report));
    push_block(&mut text, &answer(report, &paint));
    runner::inert(&text).into_owned()
}

/// Every finding, the worst first; those from before the change last.
fn in_order(report: &Report) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = report.all_findings().collect();
    findings.sort_by_key(|finding| (!finding.introduced, std::cmp::Reverse(finding.level)));
    findings
}

fn push_block(text: &mut String, block: &str) {
    if block.is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(block);
    if !block.ends_with('\n') {
        text.push('\n');
    }
}

/// A finding with its source; `in_table` leaves out an impact that a table tells below.
fn snippet(finding: &Finding, in_table: bool, paint: &Paint) -> String {
    let mut message = finding.message.to_string();
    if !finding.introduced {
        message.push_str(" (from before this change)");
    }
    let excerpt = Excerpt::new(&finding.location);
    let related: Vec<(Excerpt, String)> = finding
        .because
        .iter()
        .map(|related| (Excerpt::new(&related.location), related.message.to_string()))
        .collect();
    let impact = finding
        .impact
        .as_ref()
        .filter(|_| !in_table)
        .map(ToString::to_string);
    let remedy = finding.remedy.as_ref().map(ToString::to_string);
    let notes: Vec<(Level, String)> = [(Level::Note, impact), (Level::Off, remedy)]
        .into_iter()
        .filter_map(|(level, words)| Some((level, words?)))
        .collect();
    let mut all = groups(
        finding.level,
        &message,
        Some(finding.rule),
        Some(&excerpt),
        &notes,
    );
    let further: Vec<Group> = related
        .iter()
        .map(|(excerpt, message)| excerpt.related(message))
        .collect();
    all.extend(further);
    let mut shown = paint.snippet(&all);
    if let Some(suggestion) = &finding.suggestion {
        let replaced = finding
            .location
            .text
            .as_deref()
            .filter(|_| suggestion.file == finding.location.file);
        shown.push('\n');
        shown.push_str(&paint.bold(&format!("suggestion: {}", suggestion.title)));
        shown.push('\n');
        for (sign, line) in diff(suggestion, replaced) {
            let line = format!("  {sign} {line}");
            shown.push_str(&match sign {
                '+' => paint.with(&line, AnsiColor::Green),
                '-' => paint.with(&line, AnsiColor::Red),
                _ => line,
            });
            shown.push('\n');
        }
    }
    shown
}

fn connectors(report: &Report, paint: &Paint) -> String {
    let (loud, quiet): (Vec<&ConnectorReport>, Vec<&ConnectorReport>) = report
        .connectors
        .iter()
        .partition(|connector| connector::is_loud(connector));
    let mut blocks: Vec<String> = loud.iter().map(|connector| section(connector, paint)).collect();
    match quiet.len() {
        sweep::GROUPED_FROM.. => {
            let lines = sweep::lines(&quiet).into_iter().map(|line| format!("{line}\n"));
            blocks.push(lines.collect());
        }
        _ => blocks.extend(quiet.iter().map(|connector| section(connector, paint))),
    }
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n")
}

/// What is waived, and which waivers change nothing.
fn waivers(report: &Report) -> String {
    let waived = report.waivers.waived.iter();
    let waived = waived.map(|waived| {
        let finding = &waived.finding;
        let words = waived.responsibility();
        format!("waived: {} [{}] {words}\n", finding.message, finding.rule)
    });
    let remarks = report.waivers.remarks.iter().map(|remark| format!("{remark}\n"));
    waived.chain(remarks).take(MOST_FINDINGS).collect()
}

fn section(connector: &ConnectorReport, paint: &Paint) -> String {
    let name = crate::finding::Prose::new(vec![words::name(&connector.name)]).to_string();
    let standing = standing::standing(connector).to_string();
    let separator = if standing.is_empty() { "" } else { " · " };
    let mut text = format!("{}{separator}{standing}\n", paint.bold(&name));
    // What stands in the first line is not said twice.
    let further: Vec<String> = connector
        .changes
        .iter()
        .filter(|reported| !words::is_standing(&reported.change))
        .map(|reported| words::change(&reported.change).to_string())
        .collect();
    for change in further.iter().take(MOST_CHANGES) {
        text.push_str(&format!("  {change}\n"));
    }
    if further.len() > MOST_CHANGES {
        text.push_str(&format!(
            "  … and {} more\n",
            words::plural(further.len() - MOST_CHANGES, "change", "changes")
        ));
    }
    let blocked = connector::is_blocked(connector);
    for requirement in &connector.requirements {
        let sign = match requirement.state {
            RequirementState::Met { .. } => paint.with("✔", AnsiColor::Green),
            RequirementState::Missing { .. } if requirement.later => paint.with("☐", AnsiColor::Yellow),
            RequirementState::Missing { .. } if blocked && requirement.level == Level::Error => {
                paint.with("✘", AnsiColor::Red)
            }
            RequirementState::Missing { .. } => paint.with("✘", AnsiColor::Yellow),
            RequirementState::Undecided { .. } => paint.with("?", AnsiColor::Red),
            RequirementState::ToConfirm { .. } => paint.with("☐", AnsiColor::Yellow),
        };
        let words = requirement::words(requirement);
        let later = if requirement.later {
            ", to be certified later"
        } else {
            ""
        };
        text.push_str(&format!("  {sign} {words} ({}{later})\n", requirement.of.word()));
    }
    for change in &connector.promises {
        text.push_str(&promises(change));
    }
    text
}

/// A table whose columns are as wide as their widest cell.
fn promises(change: &PromiseChange) -> String {
    let title = match change.of {
        "support-level" => "users gain and lose",
        _ => "stage: users gain and lose",
    };
    let mut rows = vec![[title, "before", "after"]];
    rows.extend(
        change
            .difference
            .rows
            .iter()
            .map(|row| [row.topic, &*row.before, &*row.after]),
    );
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    rows.iter()
        .map(|[topic, before, after]| format!("  {topic:first$}  {before:second$}  {after}\n"))
        .collect()
}

/// The verdict and what it is made of, on one line.
fn answer(report: &Report, paint: &Paint) -> String {
    let counts = counts(report);
    let (word, colour) = match report.verdict {
        Verdict::Pass => ("pass", AnsiColor::Green),
        Verdict::Fail => ("fail", AnsiColor::Red),
        Verdict::CouldNotEvaluate => ("could not evaluate", AnsiColor::Red),
    };
    let words = match counts.as_slice() {
        [] if report.verdict == Verdict::Pass => nothing(report),
        _ => std::iter::once(headline(report))
            .chain(counts)
            .collect::<Vec<_>>()
            .join(" · "),
    };
    let rules = &report.policy.rules_of;
    format!("{}: {words} · rules of {rules}\n", paint.with(word, colour))
}

/// Styles text, or leaves it alone.
struct Paint(bool);

impl Paint {
    fn with(&self, text: &str, colour: AnsiColor) -> String {
        self.styled(text, colour.on_default())
    }

    fn bold(&self, text: &str) -> String {
        self.styled(text, Style::new().effects(Effects::BOLD))
    }

    fn styled(&self, text: &str, style: Style) -> String {
        match self.0 {
            true => format!("{style}{text}{style:#}"),
            false => text.to_owned(),
        }
    }

    fn snippet(&self, groups: &[Group]) -> String {
        let renderer = if self.0 {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let shown = renderer.render(groups);
        // The library writes an empty `:::` for lines whose place stands above them already.
        let empty = |line: &&str| anstream::adapter::strip_str(line).to_string().trim() == ":::";
        let lines: Vec<&str> = shown.lines().filter(|line| !empty(line)).collect();
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::super::runner::oracle::commands;
    use super::super::{hostile, sample};
    use super::*;
    use crate::text::is_hidden;

    #[test]
    fn a_report_reads_from_the_finding_to_the_answer() {
        insta::assert_snapshot!(render(&sample::broken_and_promoted(), false));
    }

    #[test]
    fn untouched_connectors_take_one_line() {
        assert_eq!(
            render(&sample::quiet(), false),
            "pass: no connector is touched · rules of 2026-11\n"
        );
    }

    #[test]
    fn colour_adds_nothing_but_styles() {
        let report = sample::broken_and_promoted();
        let coloured = render(&report, true);
        assert!(coloured.contains('\u{1b}'));
        assert_eq!(
            anstream::adapter::strip_str(&coloured).to_string(),
            render(&report, false)
        );
    }

    #[test]
    fn nothing_of_a_change_reaches_the_terminal_unseen() {
        for nasty in hostile::NASTY {
            let text = render(&hostile::hostile(nasty), false);
            assert!(
                !text
                    .chars()
                    .any(|character| is_hidden(character) && character != '\n'),
                "{text:?}"
            );
            assert_eq!(commands(&text), [], "{text}");
        }
    }

    #[test]
    fn a_sweep_is_grouped() {
        let text = render(&sample::sweep(254), false);
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(
            text.starts_with("254 connectors: `dockerImageTag` patch bump\n"),
            "{text}"
        );
    }
}
