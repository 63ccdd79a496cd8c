//! A text that mends a finding, as whole lines.

use std::sync::Arc;

use super::{Prose, prose};
use crate::ids::RepoPath;
use crate::text::{Edit, Lines, Span, apply};
use crate::yaml::{Document, Proven};

/// A replacement of whole lines of a file at head.
#[derive(Debug, Clone, PartialEq)]
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
    /// The same by places, in the order of the file: lines between them stay as they are.
    pub parts: Vec<Replacement>,
    /// The same by bytes.
    pub edits: Vec<Edit>,
    /// The whole file afterwards.
    pub result: Arc<str>,
    /// The same, where it was read to make the suggestion, so that nobody reads it twice.
    pub read: Option<Arc<Document>>,
}

/// Whole lines and what stands there afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The first replaced line, from 1.
    pub first_line: usize,
    /// The last replaced line.
    pub last_line: usize,
    /// The lines that stand there afterwards.
    pub text: String,
}

impl Suggestion {
    /// Widens edits to whole lines; `None` where they do not fit the text or change nothing.
    pub fn new(title: Prose, file: RepoPath, text: &str, edits: &[Edit]) -> Option<Self> {
        let result = apply(text, edits)?;
        if result == text {
            return None;
        }
        let lines = Lines::new(text);
        let mut sorted: Vec<Edit> = edits.to_vec();
        sorted.sort_by_key(|edit| edit.span);
        let whole = replaced(text, &lines, &sorted)?;
        let mut parts: Vec<Replacement> = Vec::new();
        let mut rest = &sorted[..];
        while !rest.is_empty() {
            // A part reaches as far as the next edit stands on its lines or on the one after them.
            let mut last_line = extent(text, &lines, &rest[..1])?.1;
            let mut length = 1;
            while let Some(next) = rest.get(length)
                && extent(text, &lines, std::slice::from_ref(next))?.0 <= last_line + 1
            {
                length += 1;
                last_line = extent(text, &lines, &rest[..length])?.1;
            }
            let (part, others) = rest.split_at(length);
            parts.push(replaced(text, &lines, part)?);
            rest = others;
        }
        Some(Self {
            title,
            file,
            first_line: whole.first_line,
            last_line: whole.last_line,
            replacement: whole.text,
            parts,
            edits: edits.to_vec(),
            result: Arc::from(result),
            read: None,
        })
    }

    /// Widens an edit whose outcome was read already to whole lines; `None` where it changes nothing.
    pub fn proven(title: Prose, file: RepoPath, text: &str, proven: Proven) -> Option<Self> {
        let suggestion = Self::new(title, file, text, &[proven.edit])?;
        Some(Self {
            read: Some(Arc::new(proven.edited)),
            ..suggestion
        })
    }

    /// Both at once; `None` where they contradict each other.
    pub fn with(&self, other: &Self, text: &str) -> Option<Self> {
        let mut edits = self.edits.clone();
        edits.extend(
            other
                .edits
                .iter()
                .filter(|edit| !self.edits.contains(edit))
                .cloned(),
        );
        let title = self
            .title
            .clone()
            .join(prose![", and "])
            .join(other.title.clone());
        Self::new(title, self.file.clone(), text, &edits)
    }

    /// Whether both replace a line, so that the second is made for lines that are not there once the first is taken.
    pub fn overlaps(&self, other: &Self) -> bool {
        let meets = |own: &Replacement| {
            let mut others = other.parts.iter();
            others.any(|part| own.first_line <= part.last_line && part.first_line <= own.last_line)
        };
        self.file == other.file && self.parts.iter().any(meets)
    }

    /// The bytes that are replaced.
    pub fn span(&self, text: &str) -> Span {
        Lines::new(text)
            .whole(self.first_line, self.last_line)
            .unwrap_or_default()
    }
}

/// The first and the last of the lines that edits touch.
fn extent(text: &str, lines: &Lines, edits: &[Edit]) -> Option<(usize, usize)> {
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
    Some((first_line, last_line))
}

/// The whole lines that edits touch, and what stands there once they are made.
fn replaced(text: &str, lines: &Lines, edits: &[Edit]) -> Option<Replacement> {
    let (first_line, last_line) = extent(text, lines, edits)?;
    let span = lines.whole(first_line, last_line)?;
    let inside = |edit: &Edit| {
        Some(Edit {
            span: Span::new(
                edit.span.start.checked_sub(span.start)?,
                edit.span.end.checked_sub(span.start)?,
            ),
            replacement: edit.replacement.clone(),
        })
    };
    let edits: Option<Vec<Edit>> = edits.iter().map(inside).collect();
    Some(Replacement {
        first_line,
        last_line,
        text: apply(span.of(text), &edits?)?,
    })
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
    fn edits_that_lie_apart_are_parts_and_those_on_neighbouring_lines_are_one() {
        let text = "a: 1\nb: 2\nc: 3\nd: 4\n";
        let file = RepoPath::new(b"metadata.yaml").unwrap();
        let edit = |start, replacement: &str| Edit {
            span: Span::new(start, start + 1),
            replacement: replacement.to_owned(),
        };
        let edits = [edit(18, "9"), edit(3, "7"), edit(8, "8")];
        let made = Suggestion::new(prose!["edit"], file, text, &edits).unwrap();
        let parts: Vec<_> = made
            .parts
            .iter()
            .map(|part| (part.first_line, part.last_line, part.text.as_str()))
            .collect();
        assert_eq!(parts, [(1, 2, "a: 7\nb: 8\n"), (4, 4, "d: 9\n")]);
        assert_eq!(made.replacement, "a: 7\nb: 8\nc: 3\nd: 9\n");
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
