//! JSON as a tree with the place of every byte.
//!
//! Another library judges what is valid JSON; this walks over what it accepted, to note where each value stands. Knows
//! no YAML: `1e5` is a number here, a tab is a blank, and an escape may be half of a surrogate pair.

use std::sync::Arc;

use serde::de::IgnoredAny;

use super::source::decode;
use super::unreadable::{Unreadable, position};
use super::{Document, Entry, Kind, Limits, Node, Scalar, Style, Value, key};
use crate::text::{Lines, Span};

/// Reads a JSON file; spans are bytes of the file as it is, a byte order mark included.
pub(super) fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let text = decode(bytes, limits)?;
    let start = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let lines = Lines::new(text);
    if let Err(error) = serde_json::from_str::<IgnoredAny>(&text[start..]) {
        let at = offset(&lines, start, error.line(), error.column()).min(text.len());
        return Err(refusal(text, &lines, at, &reason(&error)));
    }
    let mut walker = Walker {
        text,
        at: start,
        limits,
        nodes: 0,
    };
    let root = walker
        .value(0)
        .map_err(|(at, message)| refusal(text, &lines, at, &message))?;
    Ok(Document {
        text: Arc::from(text),
        lines,
        root,
        ambiguities: Vec::new(),
        limits: *limits,
    })
}

fn refusal(text: &str, lines: &Lines, at: usize, message: &str) -> Unreadable {
    let at = (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    Unreadable {
        message: format!("not valid JSON: {message}"),
        span: Some(Span::at(at)),
        position: Some(position(text, lines, at)),
    }
}

/// The message without the place at its end.
fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).unwrap_or(&message).to_owned()
}

/// The byte of a place that counts lines at `\n` alone and columns in bytes, both from 1.
fn offset(lines: &Lines, start: usize, line: usize, column: usize) -> usize {
    let before = match line {
        0 | 1 => start,
        line => lines.starts().get(line - 1).copied().unwrap_or(usize::MAX / 2),
    };
    before + column.saturating_sub(1)
}

type Refused = (usize, String);

/// Walks over valid JSON; what it could not expect there ends the walk with an error all the same.
struct Walker<'a> {
    text: &'a str,
    at: usize,
    limits: &'a Limits,
    nodes: usize,
}

impl Walker<'_> {
    fn value(&mut self, depth: usize) -> Result<Node, Refused> {
        self.blanks();
        let start = self.at;
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            return Err((
                start,
                format!("the file has more than {} values", self.limits.nodes),
            ));
        }
        if depth > self.limits.depth {
            return Err((
                start,
                format!("lists and maps are more than {} levels deep", self.limits.depth),
            ));
        }
        let kind = match self.peek() {
            Some(b'{') => Kind::Mapping(self.entries(depth)?.into()),
            Some(b'[') => Kind::Sequence(self.items(depth)?.into()),
            Some(b'"') => Kind::Scalar(self.string()?),
            _ => Kind::Scalar(self.word()),
        };
        Ok(Node {
            span: Span::new(start, self.at),
            kind,
            alias: None,
            flow: true,
        })
    }

    fn entries(&mut self, depth: usize) -> Result<Vec<Entry>, Refused> {
        let mut entries = Vec::new();
        self.at += 1;
        while self.goes_on(b'}')? {
            let key = self.value(depth + 1)?;
            self.blanks();
            if self.peek() != Some(b':') {
                return Err((self.at, "a `:` is missing".to_owned()));
            }
            self.at += 1;
            let value = self.value(depth + 1)?;
            entries.push(Entry {
                key,
                value,
                shadowed: false,
            });
        }
        key::shadow(&mut entries, |_, _| {});
        Ok(entries)
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Node>, Refused> {
        let mut items = Vec::new();
        self.at += 1;
        while self.goes_on(b']')? {
            items.push(self.value(depth + 1)?);
        }
        Ok(items)
    }

    /// Steps over a comma, or over the end of a list or a map.
    fn goes_on(&mut self, end: u8) -> Result<bool, Refused> {
        self.blanks();
        match self.peek() {
            Some(found) if found == end => {
                self.at += 1;
                Ok(false)
            }
            Some(b',') => {
                self.at += 1;
                self.blanks();
                Ok(true)
            }
            Some(_) => Ok(true),
            None => Err((self.at, "the file ends too early".to_owned())),
        }
    }

    fn string(&mut self) -> Result<Scalar, Refused> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        self.at += 1;
        while self.peek().is_some_and(|byte| byte != b'"') {
            self.at += if bytes[self.at] == b'\\' { 2 } else { 1 };
        }
        self.at = (self.at + 1).min(bytes.len());
        let written = &self.text[start..self.at];
        let text = if written.contains('\\') {
            Arc::from(
                serde_json::from_str::<String>(written)
                    .map_err(|error| (start, format!("a text that cannot be read: {}", reason(&error))))?,
            )
        } else {
            Arc::from(written.trim_matches('"'))
        };
        Ok(Scalar {
            text,
            style: Style::DoubleQuoted,
            value: Value::String,
        })
    }

    /// A number, a boolean or a null.
    fn word(&mut self) -> Scalar {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        let value = match text {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            number if number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => number
                .parse()
                .map_or_else(|_| Value::BigInt(number.into()), Value::Int),
            number => number.parse().map_or(Value::String, Value::Float),
        };
        Scalar {
            text: Arc::from(text),
            style: Style::Plain,
            value,
        }
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Document, Unreadable> {
        Document::parse_json(text.as_bytes(), &Limits::MANIFEST)
    }

    #[test]
    fn every_value_has_its_place_and_the_last_twin_counts() {
        let text = "\u{feff}{\n\t\"a\": [1, 1e5, -0.5],\r\n\t\"ä\\u00e4\": {\"x\": null}, \"a\": \"\\ud83d\\ude00\", \"e\": \"\"}";
        let document = read(text).unwrap();
        let root = document.root();
        assert_eq!(root.entries().unwrap().len(), 4);
        assert_eq!(root.counting_entries().count(), 3);
        assert_eq!(root.get("a").unwrap().text(), Some("😀"));
        assert_eq!(root.get("e").unwrap().text(), Some(""));
        assert!(root.at(&["ää", "x"]).unwrap().is_null());
        let numbers = root.entries().unwrap()[0].value.items().unwrap();
        assert_eq!(numbers[1].span.of(text), "1e5");
        assert_eq!(numbers[0].scalar().unwrap().value, Value::Int(1));
        assert_eq!(numbers[1].scalar().unwrap().value, Value::Float(1e5));
        assert_eq!(root.at(&["ää"]).unwrap().span.of(text), "{\"x\": null}");
        assert_eq!(root.span.start, 3);
    }

    #[test]
    fn a_refusal_names_the_place() {
        let said = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(
            said("{\n  \"a\": 1,\n}"),
            "3:1: not valid JSON: key must be a string"
        );
        assert_eq!(said("{a: 1}"), "1:2: not valid JSON: key must be a string");
        assert!(said("").starts_with("1:1: "));
        assert!(said("[\"\\ud800\"]").starts_with("1:2: "));
        assert!(said("{} x").contains("trailing characters"));
        assert!(read(&"\u{feff}".repeat(2)).is_err());
    }

    #[test]
    fn deep_and_long_files_are_refused() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&deep(100)).is_ok());
        assert!(read(&deep(10_000)).unwrap_err().message.contains("levels deep"));
        assert!(read(&format!("[{}0]", "0,".repeat(600_000))).is_err());
    }
}
