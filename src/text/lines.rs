//! Byte spans, and lines as GitHub counts them.

/// A half-open range of bytes in one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// Makes a span; an end before the start is moved up to it.
    pub fn new(start: usize, end: usize) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// Makes the empty span at a byte.
    pub fn at(byte: usize) -> Self {
        Self {
            start: byte,
            end: byte,
        }
    }

    /// The spanned text; empty where the span does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Whether no byte is spanned.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A place as people count it: both numbers start at 1, a column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, ended by `\n` alone, as GitHub numbers the lines of a file.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

/// Where each line of a text starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    starts: Vec<usize>,
    length: usize,
}

impl Lines {
    /// Indexes a text.
    pub fn new(text: &str) -> Self {
        let mut starts = Vec::with_capacity(text.len() / 24 + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|index| index + 1));
        Self {
            starts,
            length: text.len(),
        }
    }

    /// The first byte of each line; after a final line break also that of the empty rest.
    pub fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// The number of lines; a final line break opens no further one.
    pub fn count(&self) -> usize {
        match self.starts.last() {
            Some(&last) if last == self.length && last > 0 => self.starts.len() - 1,
            _ => self.starts.len(),
        }
    }

    /// The number of the line that holds a byte, from 1.
    pub fn line_of(&self, byte: usize) -> usize {
        self.starts.partition_point(|&start| start <= byte).max(1)
    }

    /// The place of a byte.
    pub fn position(&self, text: &str, byte: usize) -> Position {
        let byte = byte.min(text.len());
        let line = self.line_of(byte);
        let start = self.starts[line - 1];
        let column = text
            .get(start..byte)
            .map_or(1, |before| before.chars().count() + 1);
        Position { line, column }
    }

    /// The bytes of a line (from 1) without its line break; `None` past the end.
    pub fn span(&self, text: &str, line: usize) -> Option<Span> {
        let start = *self.starts.get(line.checked_sub(1)?)?;
        let end = self.starts.get(line).map_or(self.length, |next| next - 1);
        let end = if text.as_bytes().get(start..end)?.ends_with(b"\r") {
            end - 1
        } else {
            end
        };
        Some(Span { start, end })
    }

    /// The bytes of a run of lines (from 1, both included) with the last one's line break.
    pub fn whole(&self, first: usize, last: usize) -> Option<Span> {
        let start = *self.starts.get(first.checked_sub(1)?)?;
        let end = self.starts.get(last).copied().unwrap_or(self.length);
        (start <= end).then_some(Span { start, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_as_git_counts_them() {
        assert_eq!(Lines::new("").count(), 1);
        assert_eq!(Lines::new("a").count(), 1);
        assert_eq!(Lines::new("a\n").count(), 1);
        assert_eq!(Lines::new("a\n\n").count(), 2);
        assert_eq!(Lines::new("a\r\nb").count(), 2);
    }

    #[test]
    fn columns_count_characters_and_lines_start_at_one() {
        let text = "ä: b\r\nc: d\n";
        let lines = Lines::new(text);
        assert_eq!(lines.position(text, 0), Position { line: 1, column: 1 });
        assert_eq!(lines.position(text, 4), Position { line: 1, column: 4 });
        assert_eq!(lines.position(text, 7), Position { line: 2, column: 1 });
        assert_eq!(lines.span(text, 1).map(|span| span.of(text)), Some("ä: b"));
        assert_eq!(lines.span(text, 2).map(|span| span.of(text)), Some("c: d"));
        assert_eq!(lines.whole(1, 1).map(|span| span.of(text)), Some("ä: b\r\n"));
        assert_eq!(lines.span(text, 9), None);
    }
}
