//! One finding as Markdown: as a comment on its line, as a paragraph of the summary, as one line.
//!
//! Says first what it means for users, then how to mend it. Knows one finding; knows no anchor.

use super::links::Linked;
use super::markdown::Markdown;
use super::{page, promise, words};
use crate::changeset::Side;
use crate::finding::{Finding, Level, Location, Prose, Related, Suggestion, code, prose};
use crate::ids::RepoPath;
use crate::report::PromiseChange;
use crate::text::Lines;

/// The most bytes of a suggestion that a comment shows.
const LONGEST_SUGGESTION: usize = 10_000;

/// The most lines that a suggestion drags along between its two ends.
const MOST_LINES: usize = 10;
/// The most lines that a suggestion takes in beside its own, so that it stands on its finding's line as well.
const WIDENED_BY: usize = 2;

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

/// A suggestion with the finding's own line where that is near, so that one comment can stand on both; the lines between
/// stay as they are. `None` for one that would drag many lines along.
pub(super) fn widened(suggestion: &Suggestion, location: &Location) -> Option<Widened> {
    let text = location.text.as_deref()?;
    if location.side != Side::Head || suggestion.file != location.file || !is_compact(suggestion) {
        return None;
    }
    let line = location.position.line;
    let near = (suggestion.first_line.saturating_sub(WIDENED_BY)..=suggestion.last_line + WIDENED_BY)
        .contains(&line);
    let (first, last) = match near {
        true => (suggestion.first_line.min(line), suggestion.last_line.max(line)),
        false => (suggestion.first_line, suggestion.last_line),
    };
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

/// How a comment stands to its finding.
#[derive(Debug, Default)]
pub(super) struct Stand {
    /// The one-click suggestion, where the comment stands on its lines.
    pub(super) offer: Option<Markdown>,
    /// Whether the finding's own place has to be said, because the comment stands elsewhere.
    pub(super) elsewhere: bool,
}

/// A comment that tells one finding; `promises` are those that its impact is about.
pub(super) fn comment(
    finding: &Finding,
    folder: &RepoPath,
    stand: Stand,
    promises: Option<&PromiseChange>,
    linked: Linked,
) -> Markdown {
    let mut first = headline(finding);
    if stand.elsewhere {
        // The comment stands in the finding's file, on another line.
        let line = match finding.location.side {
            Side::Head => prose!["line ", finding.location.position.line],
            _ => words::place(&finding.location, folder),
        };
        first = first
            .then(&Markdown::own(" · "))
            .then(&linked.at(&Markdown::prose(&line), &finding.location));
    }
    let mut blocks = vec![first];
    blocks.extend(match promises {
        Some(change) => Some(promise::told(change)),
        None => finding.impact.as_ref().map(Markdown::prose),
    });
    blocks.extend(finding.remedy.as_ref().map(Markdown::prose));
    match stand.offer {
        Some(offer) => blocks.push(offer),
        None => blocks.extend(shown_suggestion(finding, folder)),
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
        .then(&told(finding, folder, linked))
}

/// What it says and where.
pub(super) fn told(finding: &Finding, folder: &RepoPath, linked: Linked) -> Markdown {
    Markdown::prose(&finding.message)
        .then(&Markdown::own(" · "))
        .then(&linked.place(&finding.location, folder))
}

fn headline(finding: &Finding) -> Markdown {
    Markdown::prose(&finding.message)
        .strong()
        .then(&Markdown::own(" "))
        .then(&Markdown::link(
            &Markdown::code(finding.rule),
            &page::address(finding.rule),
        ))
}

/// The suggestion as it is read and not clicked: each of its places by itself, without the lines between them.
fn shown_suggestion(finding: &Finding, folder: &RepoPath) -> Option<Markdown> {
    let suggestion = finding.suggestion.as_ref()?;
    let file = words::seen_from(&suggestion.file, folder);
    if is_compact(suggestion) {
        let (first, last) = (suggestion.first_line, suggestion.last_line);
        let (place, lines) = match added(suggestion, finding) {
            Some(added) => (prose!["After line ", last], added),
            None => (at_lines(first, last), &*suggestion.replacement),
        };
        let title = place
            .join(prose![" of ", code(file), " ("])
            .join(suggestion.title.clone())
            .join(prose!["):"]);
        return Some(Markdown::blocks(&[Markdown::prose(&title), readable(lines)?]));
    }
    let title = prose!["In ", code(file), " ("]
        .join(suggestion.title.clone())
        .join(prose!["):"]);
    let mut blocks = vec![Markdown::prose(&title)];
    for part in &suggestion.parts {
        let place = at_lines(part.first_line, part.last_line).join(prose![":"]);
        let few = part.last_line - part.first_line <= MOST_LINES;
        blocks.push(Markdown::prose(&place));
        blocks.push(few.then(|| readable(&part.text)).flatten()?);
    }
    Some(Markdown::blocks(&blocks))
}

fn at_lines(first: usize, last: usize) -> Prose {
    match first == last {
        true => prose!["At line ", first],
        false => prose!["At lines ", first, " to ", last],
    }
}

fn readable(lines: &str) -> Option<Markdown> {
    let fits = lines.len() <= LONGEST_SUGGESTION;
    fits.then(|| Markdown::yaml(lines)).flatten()
}

/// Whether a suggestion's lines are few enough to be read as one place.
pub(super) fn is_compact(suggestion: &Suggestion) -> bool {
    suggestion.last_line - suggestion.first_line <= MOST_LINES
}

/// The lines that a suggestion adds behind those that it leaves as they are.
fn added<'a>(suggestion: &'a Suggestion, finding: &Finding) -> Option<&'a str> {
    let text = finding.location.text.as_deref()?;
    let same_file = finding.location.side == Side::Head && suggestion.file == finding.location.file;
    let replaced = suggestion.span(text).of(text);
    let added = suggestion.replacement.strip_prefix(replaced)?;
    (same_file && replaced.ends_with('\n') && !added.is_empty()).then_some(added)
}

fn see_also(finding: &Finding, folder: &RepoPath, linked: Linked) -> Option<Markdown> {
    let own = &finding.location;
    let same_file = |other: &Location| other.file == own.file && other.side == own.side;
    let same_place = |other: &Location| same_file(other) && other.position.line == own.position.line;
    let others: Vec<&Related> = finding
        .because
        .iter()
        .filter(|related| !same_place(&related.location))
        .take(MOST_RELATED)
        .collect();
    let mut line = Markdown::own("See also ");
    for (number, related) in others.iter().enumerate() {
        let place = match same_file(&related.location) {
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
    (!others.is_empty()).then(|| line.then(&Markdown::own(".")))
}
