//! From a file's bytes to its tree.
//!
//! Plain scalars are read by YAML 1.2, in which `off` and `no` are words. Knows no key of a policy.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::error::{PolicyError, quoted};
use super::tree::{Content, Entry, Origin, Tree};
use crate::text::{Position, Span};
use crate::yaml::{AmbiguityKind, Document, Kind, Limits, Node, Scalar, Style};

/// Reads a file; what is set twice is a fault of its own, and the last one counts for the faults that follow.
pub(super) fn read(file: &str, bytes: &[u8], errors: &mut Vec<PolicyError>) -> Option<Tree> {
    let file: Arc<str> = Arc::from(file);
    let document = match Document::parse(bytes, &Limits::METADATA) {
        Ok(document) => document,
        Err(unreadable) => {
            let position = unreadable.position.unwrap_or(Position { line: 1, column: 1 });
            errors.push(PolicyError::new(&Origin { file, position }, unreadable.message));
            return None;
        }
    };
    let mut reader = Reader {
        file,
        document: &document,
        errors,
    };
    for twin in document
        .ambiguities()
        .iter()
        .filter(|ambiguity| ambiguity.kind == AmbiguityKind::DuplicateKey)
    {
        reader.twice(
            twin.span.of(document.text()),
            twin.span,
            twin.first.unwrap_or(twin.span),
        );
    }
    Some(reader.tree(document.root()))
}

struct Reader<'a> {
    file: Arc<str>,
    document: &'a Document,
    errors: &'a mut Vec<PolicyError>,
}

impl Reader<'_> {
    fn origin(&self, span: Span) -> Origin {
        Origin {
            file: self.file.clone(),
            position: self.document.position(span.start),
        }
    }

    fn twice(&mut self, key: &str, later: Span, first: Span) {
        let line = self.document.position(first.start).line;
        let message = format!(
            "{} is set a second time; the first is in line {line}",
            quoted(key)
        );
        self.errors.push(PolicyError::new(&self.origin(later), message));
    }

    /// The depth is bounded by the limits under which the document was read.
    fn tree(&mut self, node: &Node) -> Tree {
        let content = match &node.kind {
            Kind::Scalar(scalar) => Content::Scalar(value(scalar)),
            Kind::Sequence(items) => Content::List(items.iter().map(|item| self.tree(item)).collect()),
            Kind::Mapping(_) => Content::Map(self.entries(node)),
        };
        Tree {
            origin: self.origin(node.written()),
            content,
        }
    }

    /// Keys are compared as text: `1` and `"1"`, which the document's own types tell apart, are one key here.
    fn entries(&mut self, node: &Node) -> Vec<Entry> {
        let mut spans: BTreeMap<&str, Span> = BTreeMap::new();
        let mut entries = Vec::new();
        for entry in node.counting_entries() {
            let key = entry.key.text().unwrap_or_default();
            let span = entry.key.written();
            if let Some(first) = spans.insert(key, span) {
                self.twice(key, span, first);
                continue;
            }
            let value = self.tree(&entry.value);
            entries.push(Entry {
                key: key.to_owned(),
                origin: self.origin(span),
                value,
            });
        }
        entries
    }
}

/// The value by YAML 1.2's core schema, in decimal notation.
fn value(scalar: &Scalar) -> Value {
    let text = &*scalar.text;
    if scalar.style != Style::Plain {
        return Value::from(text);
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).unwrap_or_else(|| Value::from(text)),
    }
}

fn number(text: &str) -> Option<Value> {
    let is_shaped = text.contains(|character: char| character.is_ascii_digit())
        && text
            .chars()
            .all(|character| matches!(character, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'));
    if !is_shaped {
        return None;
    }
    if let Ok(number) = text.parse::<i64>() {
        return Some(Value::from(number));
    }
    let number = text.parse::<f64>().ok()?;
    serde_json::Number::from_f64(number).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tree(text: &str) -> Tree {
        let mut errors = Vec::new();
        let tree = read("file", text.as_bytes(), &mut errors).expect("the text can be read");
        assert_eq!(errors, []);
        tree
    }

    #[test]
    fn plain_scalars_are_read_as_yaml_1_2_reads_them() {
        let read = tree("[off, no, yes, true, 7, -1, 1.5, 1e3, 2026-11, 1.2.3, '7', ~, 0x1f, 1_0, e]");
        let expected = json!([
            "off", "no", "yes", true, 7, -1, 1.5, 1000.0, "2026-11", "1.2.3", "7", null, "0x1f", "1_0", "e"
        ]);
        assert_eq!(read.to_json(), expected);
    }

    #[test]
    fn what_is_set_twice_is_named_with_both_places() {
        let mut errors = Vec::new();
        let read = read(
            "p.yml",
            b"a: 1\nb: {c: 1, c: 2}\na: 3\n1: x\n'1': y\n",
            &mut errors,
        )
        .unwrap();
        let mut shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
        shown.sort();
        assert_eq!(
            shown,
            [
                "p.yml:2:11: `c` is set a second time; the first is in line 2",
                "p.yml:3:1: `a` is set a second time; the first is in line 1",
                "p.yml:5:1: `1` is set a second time; the first is in line 4"
            ]
        );
        assert_eq!(read.to_json()["a"], 3);
    }

    #[test]
    fn what_cannot_be_read_is_a_fault_with_a_place() {
        for bytes in [
            &b"a: [1\n"[..],
            b"\xff",
            b"a: &x [*x]\n",
            b"a: 1\n---\nb: 2\n",
            b"[a]: 1\n",
        ] {
            let mut errors = Vec::new();
            assert_eq!(
                read("p.yml", bytes, &mut errors),
                None,
                "{}",
                String::from_utf8_lossy(bytes)
            );
            assert_eq!(errors.len(), 1);
        }
        let deep = "[".repeat(100_000);
        let large = "a".repeat(300_000);
        for text in [deep, large] {
            assert_eq!(read("p.yml", text.as_bytes(), &mut Vec::new()), None);
        }
    }
}
