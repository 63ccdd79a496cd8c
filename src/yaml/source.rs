//! The bytes before any grammar: encoding, characters, lines as YAML 1.1 counts them.

use super::unreadable::{Unreadable, position};
use super::{Ambiguity, AmbiguityKind, Limits};
use crate::text::{Lines, Span};

const MARK: char = '\u{feff}';

/// A text whose characters `PyYAML` accepts.
pub(super) struct Source<'a> {
    /// The whole file.
    pub(super) text: &'a str,
    /// Its lines as GitHub counts them.
    pub(super) lines: Lines,
    /// What its characters alone make ambiguous: each odd line break once, each inner byte order mark.
    pub(super) ambiguities: Vec<Ambiguity>,
    /// Whether a tab is somewhere.
    pub(super) has_tabs: bool,
    body: usize,
    ascii: bool,
    /// Where lines start for YAML 1.1, when that differs from [`Source::lines`].
    yaml_lines: Option<Vec<usize>>,
}

/// Checks size and encoding.
pub(super) fn decode<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str, Unreadable> {
    if bytes.len() > limits.bytes {
        return Err(Unreadable {
            message: format!(
                "the file has {} bytes; no more than {} are read",
                bytes.len(),
                limits.bytes
            ),
            span: None,
            position: None,
        });
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Unreadable {
            message: "the file is UTF-16 (byte order mark at byte 0); only UTF-8 is read".to_owned(),
            span: Some(Span::new(0, 2)),
            position: Some(crate::text::Position { line: 1, column: 1 }),
        });
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let before = String::from_utf8_lossy(&bytes[..at]);
        Unreadable {
            message: format!("the file is not UTF-8: byte 0x{:02x} at offset {at}", bytes[at]),
            span: Some(Span::new(at, at + error.error_len().unwrap_or(bytes.len() - at))),
            position: Some(position(&before, &Lines::new(&before), at)),
        }
    })
}

impl<'a> Source<'a> {
    /// Checks characters and directives.
    pub(super) fn new(text: &'a str, limits: &Limits) -> Result<Self, Unreadable> {
        let mut source = Self {
            text,
            lines: Lines::new(text),
            ambiguities: Vec::new(),
            has_tabs: text.as_bytes().contains(&b'\t'),
            body: if text.starts_with(MARK) {
                MARK.len_utf8()
            } else {
                0
            },
            ascii: text.is_ascii(),
            yaml_lines: None,
        };
        if source.needs_characters() {
            source.read_characters()?;
        }
        source.count_directives(limits)?;
        Ok(source)
    }

    /// The text without a byte order mark at its start.
    pub(super) fn body(&self) -> &'a str {
        &self.text[self.body..]
    }

    /// Whether the text ends in the middle of a line.
    pub(super) fn ends_in_line(&self) -> bool {
        self.text.chars().next_back().is_some_and(|last| !is_break(last))
    }

    /// A refusal with its place.
    pub(super) fn refuse(&self, span: Span, message: String) -> Unreadable {
        Unreadable {
            message,
            span: Some(span),
            position: Some(position(self.text, &self.lines, span.start)),
        }
    }

    fn needs_characters(&self) -> bool {
        !self.ascii
            // Without an early end, so that many bytes are looked at in one step.
            || self
                .text
                .bytes()
                .fold(false, |odd, byte| odd | matches!(byte, 0..=8 | 11..=31 | 127))
    }

    fn read_characters(&mut self) -> Result<(), Unreadable> {
        let mut starts = vec![self.body];
        let mut seen = String::new();
        let bytes = self.text.as_bytes();
        for (at, character) in self.text.char_indices().skip(usize::from(self.body > 0)) {
            let end = at + character.len_utf8();
            if !is_allowed(character) {
                let code = u32::from(character);
                return Err(self.refuse(
                    Span::new(at, end),
                    format!("the character U+{code:04X} at byte {at} is not allowed in YAML"),
                ));
            }
            let is_pair = character == '\r' && bytes.get(end) == Some(&b'\n');
            if is_break(character) && !is_pair {
                starts.push(end);
            }
            if character == MARK && starts.last() == Some(&at) {
                // The parser would skip it, the publisher makes it part of the text.
                return Err(self.refuse(
                    Span::new(at, end),
                    "a byte order mark begins a line; only the file may begin with one".to_owned(),
                ));
            }
            let kind = match character {
                MARK => AmbiguityKind::ByteOrderMark,
                '\u{85}' | '\u{2028}' | '\u{2029}' => AmbiguityKind::LineBreak,
                '\r' if !is_pair => AmbiguityKind::LineBreak,
                _ => continue,
            };
            if !seen.contains(character) {
                seen.push(character);
                self.ambiguities
                    .push(Ambiguity::character(kind, Span::new(at, end), character));
            }
        }
        if self
            .ambiguities
            .iter()
            .any(|found| found.kind == AmbiguityKind::LineBreak)
        {
            self.yaml_lines = Some(starts);
        }
        Ok(())
    }

    fn count_directives(&self, limits: &Limits) -> Result<(), Unreadable> {
        let starts = self.yaml_lines();
        let mut found = 0;
        for start in std::iter::once(self.body).chain(starts.iter().skip(1).copied()) {
            if self.text.as_bytes().get(start) == Some(&b'%') {
                found += 1;
                if found > limits.directives {
                    return Err(self.refuse(
                        Span::at(start),
                        format!(
                            "more than {} lines begin with `%` (directives)",
                            limits.directives
                        ),
                    ));
                }
            }
        }
        Ok(())
    }

    fn yaml_lines(&self) -> &[usize] {
        self.yaml_lines.as_deref().unwrap_or_else(|| self.lines.starts())
    }
}

/// Turns the parser's lines and columns (from 0, characters) into bytes.
///
/// It remembers the last place, as marks come nearly in order: a long line is walked once.
pub(super) struct Marks<'a> {
    text: &'a str,
    starts: &'a [usize],
    body: usize,
    ascii: bool,
    line: usize,
    column: usize,
    byte: usize,
}

impl<'a> Marks<'a> {
    pub(super) fn new(source: &'a Source<'_>) -> Self {
        Self {
            text: source.text,
            starts: source.yaml_lines(),
            body: source.body,
            ascii: source.ascii,
            line: 0,
            column: 0,
            byte: source.body,
        }
    }

    pub(super) fn byte(&mut self, line: usize, column: usize) -> usize {
        if line >= self.starts.len() {
            return self.text.len();
        }
        let start = if line == 0 { self.body } else { self.starts[line] };
        if self.ascii {
            return (start + column).min(self.text.len());
        }
        if line != self.line {
            self.line = line;
            self.column = 0;
            self.byte = start;
        }
        let bytes = self.text.as_bytes();
        while self.column < column && self.byte < bytes.len() {
            self.byte += 1;
            while self.byte < bytes.len() && !self.text.is_char_boundary(self.byte) {
                self.byte += 1;
            }
            self.column += 1;
        }
        while self.column > column && self.byte > start {
            self.byte -= 1;
            while !self.text.is_char_boundary(self.byte) {
                self.byte -= 1;
            }
            self.column -= 1;
        }
        self.byte
    }
}

/// Whether YAML 1.1 ends a line here.
pub(super) fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether `PyYAML` accepts the character in a file.
pub(super) fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_bytes_in_any_order() {
        let text = "\u{feff}aä: b\r\nc\u{2028}äöü: d";
        let source = Source::new(text, &Limits::METADATA).unwrap();
        let mut marks = Marks::new(&source);
        assert_eq!(&text[marks.byte(0, 4)..][..1], "b");
        assert_eq!(marks.byte(0, 0), 3);
        assert_eq!(&text[marks.byte(1, 0)..][..1], "c");
        assert_eq!(&text[marks.byte(2, 5)..], "d");
        assert_eq!(&text[marks.byte(2, 1)..][..2], "ö");
        assert_eq!(marks.byte(9, 0), text.len());
    }

    #[test]
    fn bad_encoding_names_the_byte() {
        let error = decode(b"a: b\nc: \xe9t\xe9\n", &Limits::METADATA).unwrap_err();
        assert_eq!(error.message, "the file is not UTF-8: byte 0xe9 at offset 8");
        assert_eq!(error.position.map(|at| (at.line, at.column)), Some((2, 4)));
        assert!(decode(b"a: \xed\xa0\x80", &Limits::METADATA).is_err());
        assert!(decode(b"a: \xc0\xaf", &Limits::METADATA).is_err());
        assert!(decode(&[0xff, 0xfe, b'a', 0], &Limits::METADATA).is_err());
    }
}
