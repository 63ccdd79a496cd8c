//! Where `PyYAML` refuses a tab and the parser library does not.
//!
//! The pure Python loader skips spaces alone between tokens, so that a tab is allowed in quotes, in comments and in
//! the content of a block scalar, and nowhere else.

use super::Style;
use super::source::is_break;
use crate::text::Span;

/// What such a tab is told as.
pub(super) const MISPLACED: &str = "a tab stands where only spaces may; write spaces instead";

/// The first tab that `PyYAML` refuses, given every scalar of the file in order.
pub(super) fn misplaced(text: &str, scalars: &[(Span, Style)]) -> Option<usize> {
    let mut done = 0;
    for (span, style) in scalars {
        if let Some(at) = between(text, done, span.start) {
            return Some(at);
        }
        done = done.max(match style {
            // What lies in a plain scalar, and a block scalar's first line, is judged like all between tokens.
            Style::Plain => match span.of(text).find('\t') {
                Some(at) => return Some(span.start + at),
                None => span.end,
            },
            Style::Literal | Style::Folded => {
                let header = span
                    .of(text)
                    .find(is_break)
                    .map_or(span.end, |end| span.start + end);
                if let Some(at) = between(text, span.start, header) {
                    return Some(at);
                }
                span.end
            }
            Style::SingleQuoted | Style::DoubleQuoted => span.end,
        });
    }
    between(text, done, text.len())
}

fn between(text: &str, start: usize, end: usize) -> Option<usize> {
    let mut in_comment = false;
    for (at, character) in Span::new(start, end).of(text).char_indices() {
        match character {
            '#' => in_comment = true,
            '\t' if !in_comment => return Some(start + at),
            _ if is_break(character) => in_comment = false,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::yaml::{Document, Limits};

    fn reads(text: &str) -> bool {
        Document::parse(text.as_bytes(), &Limits::METADATA).is_ok()
    }

    #[test]
    fn tabs_stand_in_quotes_comments_and_blocks_only() {
        for text in ["a: 'b\tc'", "a: b #\tc", "#\t\na: |\n  b\tc\n", "a: \"b\n \tc\""] {
            assert!(reads(text), "{text:?}");
        }
        for text in [
            "a:\tb",
            "a: b\t",
            "a: b\tc",
            "\ta: b",
            "a: [b,\tc]",
            "a: |\t\n  b\n",
            "a: b\t# c",
            "- a\n\t- b",
        ] {
            assert!(!reads(text), "{text:?}");
        }
    }
}
