//! Source lines with a caret, for a terminal.
//!
//! The lines of a file are shown with everything unseen spelled out, and long ones are cut; the caret moves along and
//! the place that is named stays the one in the file. Knows one place; knows no finding.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Group, Level as Label, Origin, Snippet};

use crate::changeset::Side;
use crate::finding::{Level, Location, Suggestion};
use crate::text::{Lines, escape_controls};

/// The most lines of one place that are shown.
const MOST_LINES: usize = 6;
/// The most characters of a line before and after the start of the place.
const WIDEST: (usize, usize) = (60, 120);
/// The most lines of a suggestion.
const LONGEST_DIFF: usize = 40;

/// The lines of a place, ready to be shown.
pub(super) struct Excerpt {
    path: String,
    line: usize,
    column: usize,
    source: String,
    caret: Option<Range<usize>>,
}

impl Excerpt {
    /// Cuts the lines of a place out of their file.
    pub(super) fn new(location: &Location) -> Self {
        let side = if location.side == Side::Head {
            ""
        } else {
            " (base)"
        };
        let mut excerpt = Self {
            path: location.file.to_string(),
            line: location.position.line,
            column: location.position.column,
            source: String::new(),
            caret: None,
        };
        // The side stands beside the path: after the numbers a terminal would no longer open the place.
        excerpt.path.push_str(side);
        let Some(text) = location.text.as_deref() else {
            return excerpt;
        };
        let lines = Lines::new(text);
        let (first, last) = (location.position.line, location.last_line);
        let mut caret: Option<Range<usize>> = None;
        for line in first..=last.min(first + MOST_LINES - 1) {
            let Some(span) = lines.span(text, line) else { break };
            if line > first {
                excerpt.source.push('\n');
            }
            let from = location.span.start.clamp(span.start, span.end);
            let to = location.span.end.clamp(from, span.end);
            let (before, marked, after) = (&text[span.start..from], &text[from..to], &text[to..span.end]);
            let kept = before
                .char_indices()
                .rev()
                .nth(WIDEST.0)
                .map_or(0, |(place, _)| place);
            if kept > 0 {
                excerpt.source.push('…');
            }
            excerpt.source.push_str(&escape_controls(&before[kept..]));
            let start = excerpt.source.len();
            excerpt.source.push_str(&shortened(marked));
            let end = excerpt.source.len();
            excerpt.source.push_str(&shortened(after));
            caret = Some(caret.map_or(start, |known| known.start)..end);
        }
        excerpt.caret = caret;
        excerpt
    }

    fn elements(&self, kind: AnnotationKind, label: Option<&str>) -> Vec<Element<'_>> {
        let origin = Origin::path(&self.path);
        let Some(caret) = &self.caret else {
            return vec![origin.into()];
        };
        let origin = origin.line(self.line).char_column(self.column);
        let mut annotation = kind.span(caret.clone());
        if let Some(label) = label {
            annotation = annotation.label(label.to_owned());
        }
        let source = Snippet::source(&self.source)
            .line_start(self.line)
            .fold(false)
            .annotation(annotation);
        vec![origin.into(), source.into()]
    }

    /// The place as an addition to another one, with what it has to do with that.
    pub(super) fn related<'a>(&'a self, message: &'a str) -> Group<'a> {
        Group::with_title(Label::NOTE.secondary_title(message))
            .elements(self.elements(AnnotationKind::Context, None))
    }
}

/// A finding's title, source lines and notes; [`Level::Off`] stands for help.
pub(super) fn groups<'a>(
    level: Level,
    message: &'a str,
    id: Option<&'a str>,
    excerpt: Option<&'a Excerpt>,
    notes: &'a [(Level, String)],
) -> Vec<Group<'a>> {
    let mut title = label(level).primary_title(message);
    if let Some(id) = id {
        title = title.id(id);
    }
    let elements = excerpt
        .iter()
        .flat_map(|excerpt| excerpt.elements(AnnotationKind::Primary, None));
    let notes = notes
        .iter()
        .map(|(level, words)| Element::from(label(*level).message(words)));
    vec![title.elements(elements).elements(notes)]
}

fn label(level: Level) -> Label<'static> {
    match level {
        Level::Error => Label::ERROR,
        Level::Warning => Label::WARNING,
        Level::Note => Label::NOTE,
        Level::Off => Label::HELP,
    }
}

/// The lines that a suggestion takes away (`-`), leaves (` `) and brings (`+`), everything unseen spelled out.
pub(super) fn diff(suggestion: &Suggestion, text: Option<&str>) -> Vec<(char, String)> {
    let replaced = text.map_or("", |text| suggestion.span(text).of(text));
    let before: Vec<&str> = replaced.lines().collect();
    let after: Vec<&str> = suggestion.replacement.lines().collect();
    let same_before = before
        .iter()
        .zip(&after)
        .take_while(|(one, other)| one == other)
        .count();
    let rest = before[same_before..]
        .iter()
        .rev()
        .zip(after[same_before..].iter().rev());
    let same_after = rest.take_while(|(one, other)| one == other).count();
    let signed = |sign: char, lines: &[&str]| -> Vec<(char, String)> {
        lines.iter().map(|line| (sign, shortened(line))).collect()
    };
    let mut diff = signed(' ', &before[..same_before]);
    diff.extend(signed('-', &before[same_before..before.len() - same_after]));
    diff.extend(signed('+', &after[same_before..after.len() - same_after]));
    diff.extend(signed(' ', &after[after.len() - same_after..]));
    if diff.len() > LONGEST_DIFF {
        let more = diff.len() - LONGEST_DIFF;
        diff.truncate(LONGEST_DIFF);
        diff.push((' ', format!("… and {more} more lines")));
    }
    diff
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(WIDEST.1) {
        Some((end, _)) => format!("{}…", escape_controls(&text[..end])),
        None => escape_controls(text),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ids::RepoPath;
    use crate::text::Span;

    fn excerpt(text: &str, span: Span) -> Excerpt {
        let file = RepoPath::new(b"metadata.yaml").unwrap();
        Excerpt::new(&Location::new(
            file,
            Side::Head,
            Arc::from(text),
            &Lines::new(text),
            span,
        ))
    }

    #[test]
    fn the_caret_moves_along_with_what_is_spelled_out() {
        let shown = excerpt("a\n\u{202e}key: val\u{1b}ue\n", Span::new(10, 16));
        assert_eq!(shown.source, "\\u{202e}key: val\\u{1b}ue");
        assert_eq!(&shown.source[shown.caret.unwrap()], "val\\u{1b}ue");
        assert_eq!((shown.line, shown.column), (2, 7));
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}HERE{}", "ä".repeat(500), "ö".repeat(500));
        let shown = excerpt(&text, Span::new(1000, 1004));
        assert!(shown.source.chars().count() < 200, "{}", shown.source);
        assert_eq!(&shown.source[shown.caret.unwrap()], "HERE");
        assert_eq!(shown.column, 501);
    }

    #[test]
    fn a_place_of_many_lines_is_cut_and_the_end_of_a_file_is_a_place() {
        assert_eq!(
            excerpt("a\nb\nc\nd\ne\nf\ng\nh\n", Span::new(0, 15)).source,
            "a\nb\nc\nd\ne\nf"
        );
        assert_eq!(excerpt("a\n", Span::at(2)).caret, Some(0..0));
        assert_eq!(excerpt("", Span::at(0)).caret, Some(0..0));
    }
}
