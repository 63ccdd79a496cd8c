//! Parts of a text that has to fit: what is left out is left out whole, and counted.
//!
//! Knows sizes; knows no report.

use super::markdown::Markdown;

/// A part of the summary that is shown or left out as one, with the number of findings that it tells.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) markdown: Markdown,
    pub(super) findings: usize,
}

impl From<Markdown> for Part {
    fn from(markdown: Markdown) -> Self {
        Self {
            markdown,
            findings: 0,
        }
    }
}

/// The bytes that parts take with the blank lines between them.
pub(super) fn size(parts: &[Part]) -> usize {
    parts.iter().map(|part| part.markdown.len() + 2).sum()
}

/// Leaves parts out from the end, never the first one nor the footer, until the rest fits; a pointer says how many
/// findings they told.
pub(super) fn cut(mut parts: Vec<Part>, longest: usize, pointer: impl Fn(usize) -> Markdown) -> Markdown {
    let mut length = size(&parts);
    if length > longest {
        let footer = parts.pop();
        let mut left_out = 0;
        while parts.len() > 1 && length + pointer(left_out).len() + 2 > longest {
            let last = parts.pop().unwrap_or_default();
            length -= last.markdown.len() + 2;
            left_out += last.findings;
        }
        parts.push(Part::from(pointer(left_out)));
        parts.extend(footer);
    }
    Markdown::blocks(parts.iter().map(|part| &part.markdown))
}
