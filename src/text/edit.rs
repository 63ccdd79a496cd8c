//! Replacements of byte spans.

use super::Span;

/// One replacement of a span by a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

/// Applies edits to a text; `None` where two overlap or one does not fit the text.
pub fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut ordered: Vec<&Edit> = edits.iter().collect();
    ordered.sort_by_key(|edit| edit.span);
    let mut edited = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for edit in ordered {
        edited.push_str(text.get(done..edit.span.start)?);
        text.get(edit.span.start..edit.span.end)?;
        edited.push_str(&edit.replacement);
        done = edit.span.end;
    }
    edited.push_str(text.get(done..)?);
    Some(edited)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, replacement: &str) -> Edit {
        Edit {
            span: Span { start, end },
            replacement: replacement.to_owned(),
        }
    }

    #[test]
    fn edits_are_applied_in_the_order_of_the_text() {
        assert_eq!(
            apply("abcdef", &[edit(4, 5, "X"), edit(1, 2, "YY")]).as_deref(),
            Some("aYYcdXf")
        );
    }

    #[test]
    fn overlapping_and_outlying_edits_are_refused() {
        assert_eq!(apply("abc", &[edit(0, 2, ""), edit(1, 3, "")]), None);
        assert_eq!(apply("abc", &[edit(2, 9, "")]), None);
        assert_eq!(apply("ä", &[edit(1, 1, "x")]), None);
    }
}
