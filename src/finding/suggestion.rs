//! A text that mends a finding, as whole lines.

use std::sync::Arc;

use super::Prose;
use crate::ids::RepoPath;
use crate::text::{Edit, Lines, Span, apply};

/// A replacement of whole lines of a file at head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What it does, as a short phrase.
    pub title: Prose,
    /// The file.
    pub file: RepoPath,
    /// The first replaced line, from 1.
    pub first_line: usize,
    /// The last replaced line.
    pub last_line: usize,
    /// The lines that stand there afterwards, with the file's own line breaks.
    pub replacement: String,
    /// The whole file afterwards.
    pub result: Arc<str>,
}

impl Suggestion {
    /// Widens edits to whole lines; `None` where they do not fit the text or change nothing.
    pub fn new(title: Prose, file: RepoPath, text: &str, edits: &[Edit]) -> Option<Self> {
        let result = apply(text, edits)?;
        if result == text {
            return None;
        }
        let lines = Lines::new(text);
        let start = edits.iter().map(|edit| edit.span.start).min()?;
        let end = edits.iter().map(|edit| edit.span.end).max()?;
        // An insertion at the start of a line belongs to the line before it: that one exists at head and can be replaced.
        let at_line_start = |byte: usize| byte > 0 && text.as_bytes().get(byte - 1) == Some(&b'\n');
        let anchor = if at_line_start(start) && edits.iter().all(|edit| edit.span.is_empty()) {
            start - 1
        } else {
            start
        };
        let first_line = lines.line_of(anchor);
        let last_line = lines.line_of(end.max(anchor + 1) - 1).max(first_line);
        let replaced = lines.whole(first_line, last_line)?;
        let kept_after = text.len() - replaced.end;
        let replacement = result.get(replaced.start..result.len() - kept_after)?.to_owned();
        Some(Self {
            title,
            file,
            first_line,
            last_line,
            replacement,
            result: Arc::from(result),
        })
    }

    /// The bytes that are replaced.
    pub fn span(&self, text: &str) -> Span {
        Lines::new(text)
            .whole(self.first_line, self.last_line)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::prose;

    fn suggestion(text: &str, span: Span, replacement: &str) -> Suggestion {
        let file = RepoPath::new(b"metadata.yaml").unwrap();
        Suggestion::new(
            prose!["edit"],
            file,
            text,
            &[Edit {
                span,
                replacement: replacement.to_owned(),
            }],
        )
        .unwrap()
    }

    #[test]
    fn a_replacement_covers_its_whole_line() {
        let made = suggestion("a: 1\nb: 2\n", Span::new(8, 9), "3");
        assert_eq!(
            (made.first_line, made.last_line, made.replacement.as_str()),
            (2, 2, "b: 3\n")
        );
    }

    #[test]
    fn an_insertion_between_lines_is_joined_to_the_line_before() {
        let made = suggestion("a: 1\nb: 2\n", Span::at(5), "c: 3\n");
        assert_eq!(
            (made.first_line, made.last_line, made.replacement.as_str()),
            (1, 1, "a: 1\nc: 3\n")
        );
        assert_eq!(&*made.result, "a: 1\nc: 3\nb: 2\n");
    }

    #[test]
    fn an_insertion_at_the_end_of_a_file_without_a_final_line_break_fits() {
        let made = suggestion("a: 1\nb: 2", Span::at(9), "\nc: 3");
        assert_eq!(
            (made.first_line, made.last_line, made.replacement.as_str()),
            (2, 2, "b: 2\nc: 3")
        );
    }
}
