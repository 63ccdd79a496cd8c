//! A text that mends a finding, as whole lines.

use std::sync::Arc;

use super::{Prose, prose};
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
    /// The same by places, in the order of the file: lines between them stay as they are.
    pub parts: Vec<Replacement>,
    /// The same by bytes.
    pub edits: Vec<Edit>,
    /// The whole file afterwards.
    pub result: Arc<str>,
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
        let whole = replaced(text, edits)?;
        let mut sorted: Vec<&Edit> = edits.iter().collect();
        sorted.sort_by_key(|edit| edit.span);
        let mut parts: Vec<Vec<Edit>> = Vec::new();
        for edit in sorted {
            let first_line = replaced(text, std::slice::from_ref(edit))?.first_line;
            match parts.last_mut() {
                Some(part) if first_line <= replaced(text, part)?.last_line + 1 => part.push(edit.clone()),
                _ => parts.push(vec![edit.clone()]),
            }
        }
        let parts: Option<Vec<Replacement>> = parts.iter().map(|part| replaced(text, part)).collect();
        Some(Self {
            title,
            file,
            first_line: whole.first_line,
            last_line: whole.last_line,
            replacement: whole.text,
            parts: parts?,
            edits: edits.to_vec(),
            result: Arc::from(result),
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

/// The whole lines that edits touch, and what stands there once they are made.
fn replaced(text: &str, edits: &[Edit]) -> Option<Replacement> {
    let result = apply(text, edits)?;
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
    let span = lines.whole(first_line, last_line)?;
    let kept_after = text.len() - span.end;
    Some(Replacement {
        first_line,
        last_line,
        text: result.get(span.start..result.len() - kept_after)?.to_owned(),
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
