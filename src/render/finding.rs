//! One finding as Markdown: as a comment on its line, as a paragraph of the summary, as one line.
//!
//! Says first what it means for users, then how to mend it. Knows one finding; knows no anchor.

use super::links::Linked;
use super::markdown::Markdown;
use super::words;
use crate::changeset::Side;
use crate::finding::{Finding, Level, Location, Prose, Suggestion, code, prose};
use crate::ids::RepoPath;
use crate::text::Lines;

/// The most bytes of a suggestion that a comment shows.
const LONGEST_SUGGESTION: usize = 10_000;

/// The most lines that a suggestion takes in beside its own, or drags along between its two ends.
const WIDENED_BY: usize = 10;

/// The most other places that a comment names.
const MOST_RELATED: usize = 5;

/// The sign of a level.
pub(super) fn sign(level: Level) -> &'static str {
    match level {
        Level::Error => "❌",
        Level::Warning => "⚠️",
        Level::Note | Level::Off => "ℹ️",
    }
}

/// The lines of a suggestion for one click, where they are short and hold nothing unseen.
pub(super) fn one_click(replacement: &str) -> Option<Markdown> {
    let fits = replacement.len() <= LONGEST_SUGGESTION;
    fits.then(|| Markdown::suggestion(replacement)).flatten()
}

/// Lines of head and what replaces them.
pub(super) struct Widened {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) replacement: String,
}

/// A suggestion with the finding's own line, so that one comment can stand on both; the lines between stay as they are.
pub(super) fn widened(suggestion: &Suggestion, location: &Location) -> Option<Widened> {
    let line = location.position.line;
    let (first, last) = (suggestion.first_line.min(line), suggestion.last_line.max(line));
    let text = location.text.as_deref()?;
    let near = last - first <= suggestion.last_line - suggestion.first_line + WIDENED_BY;
    if location.side != Side::Head || suggestion.file != location.file || !near {
        return None;
    }
    let whole = Lines::new(text).whole(first, last)?;
    let replaced = suggestion.span(text);
    let before = text.get(whole.start..replaced.start)?;
    let after = text.get(replaced.end..whole.end)?;
    let replacement = format!("{before}{}{after}", suggestion.replacement);
    Some(Widened {
        first,
        last,
        replacement,
    })
}

/// Where the words about a finding are read.
pub(super) enum Stand {
    /// On its line, with the one-click suggestion where the comment stands on its lines.
    OnItsLine(Option<Markdown>),
    /// On a line that is no longer its own, so that the place has to be said.
    Elsewhere,
}

/// A comment that tells one finding; `tabled` means that a table of the summary tells the impact.
pub(super) fn comment(
    finding: &Finding,
    folder: &RepoPath,
    stand: Stand,
    tabled: bool,
    linked: Linked,
) -> Markdown {
    let mut first = headline(finding);
    if matches!(stand, Stand::Elsewhere) {
        first = first
            .then(&Markdown::own(" · "))
            .then(&linked.place(&finding.location, folder));
    }
    let mut blocks = vec![first];
    blocks.extend(match tabled {
        true => Some(Markdown::own("The summary shows what users gain and lose.")),
        false => finding.impact.as_ref().map(Markdown::prose),
    });
    blocks.extend(finding.remedy.as_ref().map(Markdown::prose));
    match stand {
        Stand::OnItsLine(Some(offer)) => blocks.push(offer),
        _ => blocks.extend(shown_suggestion(finding, folder)),
    }
    blocks.extend(see_also(finding, folder, linked));
    let why = Markdown::own("Why: ")
        .then(&linked.judged_by(&finding.judged_by))
        .then(&Markdown::own(" · "))
        .then(&Markdown::code(&format!("tierguard explain {}", finding.rule)));
    blocks.push(why.small());
    Markdown::blocks(&blocks)
}

/// A paragraph of the summary, for a finding that has no comment of its own; its impact is told beside it.
pub(super) fn paragraph(finding: &Finding, folder: &RepoPath, linked: Linked) -> Markdown {
    let mut first = Markdown::own(sign(finding.level))
        .then(&Markdown::own(" "))
        .then(&headline(finding))
        .then(&Markdown::own(" · "))
        .then(&linked.place(&finding.location, folder));
    if let Some(remedy) = &finding.remedy {
        first = first.then(&Markdown::own("\\\n")).then(&Markdown::prose(remedy));
    }
    let mut blocks = vec![first];
    blocks.extend(shown_suggestion(finding, folder));
    Markdown::blocks(&blocks)
}

/// One line: sign, message and place.
pub(super) fn line(finding: &Finding, folder: &RepoPath, linked: Linked) -> Markdown {
    Markdown::own(sign(finding.level))
        .then(&Markdown::own(" "))
        .then(&Markdown::prose(&finding.message))
        .then(&Markdown::own(" · "))
        .then(&linked.place(&finding.location, folder))
}

fn headline(finding: &Finding) -> Markdown {
    Markdown::prose(&finding.message)
        .strong()
        .then(&Markdown::own(" "))
        .then(&Markdown::code(finding.rule))
}

fn shown_suggestion(finding: &Finding, folder: &RepoPath) -> Option<Markdown> {
    let suggestion = finding.suggestion.as_ref()?;
    // Two places far apart would drag everything between them along: there the remedy says it in words.
    let near = suggestion.last_line - suggestion.first_line <= WIDENED_BY;
    let fits = near && suggestion.replacement.len() <= LONGEST_SUGGESTION;
    let lines = fits.then(|| Markdown::yaml(&suggestion.replacement)).flatten()?;
    let title = suggested(suggestion, folder).join(prose![":"]);
    Some(Markdown::blocks(&[Markdown::prose(&title), lines]))
}

/// Where a suggestion stands, and what it does.
pub(super) fn suggested(suggestion: &Suggestion, folder: &RepoPath) -> Prose {
    let (first, last) = (suggestion.first_line, suggestion.last_line);
    let file = words::seen_from(&suggestion.file, folder);
    let place = match first == last {
        true => prose!["At line ", first, " of ", code(file), " "],
        false => prose!["At lines ", first, " to ", last, " of ", code(file), " "],
    };
    place
        .join(prose!["("])
        .join(suggestion.title.clone())
        .join(prose![")"])
}

fn see_also(finding: &Finding, folder: &RepoPath, linked: Linked) -> Option<Markdown> {
    let mut line = Markdown::own("See also ");
    for (number, related) in finding.because.iter().take(MOST_RELATED).enumerate() {
        let here =
            related.location.file == finding.location.file && related.location.side == finding.location.side;
        let place = match here {
            true => prose!["line ", related.location.position.line],
            false => words::place(&related.location, folder),
        };
        if number > 0 {
            line.push(&Markdown::own("; "));
        }
        line.push(&linked.at(&Markdown::prose(&place), &related.location));
        line.push(&Markdown::own(": "));
        line.push(&Markdown::prose(&related.message));
    }
    (!finding.because.is_empty()).then_some(line)
}
