//! The tree: nodes with their spans, scalars with their lexeme and their value.

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::civil::Date;

use super::key::{self, Key};
use crate::text::Span;

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: the only style whose value depends on the reader's rules.
    Plain,
    /// In `'…'`.
    SingleQuoted,
    /// In `"…"`.
    DoubleQuoted,
    /// A block after `|`.
    Literal,
    /// A block after `>`.
    Folded,
}

/// What `PyYAML` makes of a scalar.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `~`, `null` or nothing.
    Null,
    /// `true`, `yes`, `on` … and their opposites.
    Bool(bool),
    /// An integer in any of YAML 1.1's notations.
    Int(i64),
    /// An integer beyond 64 bits, in decimal digits.
    BigInt(Box<str>),
    /// A float; `0.10` is `0.1`.
    Float(f64),
    /// Text: [`Scalar::text`] is the value.
    String,
    /// A plain date.
    Date(Date),
    /// A plain date with a time, as Python's `isoformat()` writes it.
    Timestamp(Box<str>),
    /// `!!binary`: the decoded bytes.
    Binary(Box<[u8]>),
}

/// A scalar: its content as written and its value as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    /// The content without quotes and with escapes resolved; `1.10` stays `1.10`.
    pub text: Arc<str>,
    /// How it is written.
    pub style: Style,
    /// What the publisher reads.
    pub value: Value,
}

/// A node's content.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A single value.
    Scalar(Scalar),
    /// A list.
    Sequence(Arc<[Node]>),
    /// A map, in the order of the file, merges applied, duplicates still there: the last one counts.
    Mapping(Arc<[Entry]>),
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The bytes of the value; for an alias those of the anchor's node. An absent value has an empty span after its key.
    pub span: Span,
    /// What it holds.
    pub kind: Kind,
    /// Where the alias stands that brought this node here; rare, and trees are many nodes.
    pub alias: Option<Box<Span>>,
    /// Whether it is written in flow style (`[…]`, `{…}`) or lies inside of such.
    pub flow: bool,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Node,
    /// The value.
    pub value: Node,
    /// Whether a later entry of the same map has an equal key, so that this one does not count.
    pub shadowed: bool,
}

impl Node {
    /// A null that is not written, at a place.
    pub(super) fn absent(span: Span) -> Self {
        Self {
            span,
            kind: Kind::Scalar(Scalar {
                text: Arc::from(""),
                style: Style::Plain,
                value: Value::Null,
            }),
            alias: None,
            flow: false,
        }
    }

    /// Where it is written: at the alias that brought it here, else where its value stands.
    pub fn written(&self) -> Span {
        self.alias.as_deref().copied().unwrap_or(self.span)
    }

    /// The scalar, where it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The scalar's content, whatever its type; `None` for lists and maps.
    pub fn text(&self) -> Option<&str> {
        self.scalar().map(|scalar| &*scalar.text)
    }

    /// The items of a list.
    pub fn items(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// All entries of a map, duplicates included.
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.kind {
            Kind::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// The entry that counts for a key: the last whose content is equal.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries()?
            .iter()
            .rev()
            .find(|entry| entry.key.text() == Some(key))
    }

    /// The value that counts for a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Whether the publisher reads nothing here.
    pub fn is_null(&self) -> bool {
        self.scalar().is_some_and(|scalar| scalar.value == Value::Null)
    }

    /// The boolean, where it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.scalar()?.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The text, where the publisher reads text.
    pub fn as_str(&self) -> Option<&str> {
        let scalar = self.scalar()?;
        (scalar.value == Value::String).then_some(&*scalar.text)
    }

    /// The date: a plain one, or a quoted one of the form `YYYY-MM-DD`.
    pub fn as_date(&self) -> Option<Date> {
        let scalar = self.scalar()?;
        match &scalar.value {
            Value::Date(date) => Some(*date),
            Value::String => written_date(&scalar.text),
            _ => None,
        }
    }

    /// Whether a Python dictionary takes both for one key: `1`, `1.0` and `true` are one.
    pub fn same_key(&self, other: &Node) -> bool {
        key::equal(self, other)
    }

    /// Whether the publisher reads the same value in both; a plain date equals the same date in quotes.
    pub fn same_value(&self, other: &Node) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Scalar(left), Kind::Scalar(right)) => left.same_value(right),
            (Kind::Sequence(left), Kind::Sequence(right)) => {
                left.len() == right.len()
                    && left
                        .iter()
                        .zip(right.iter())
                        .all(|(left, right)| left.same_value(right))
            }
            (Kind::Mapping(_), Kind::Mapping(_)) => same_entries(self, other),
            _ => false,
        }
    }

    /// The entries that count, one for each key, in the order of the file.
    pub fn counting_entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries()
            .unwrap_or_default()
            .iter()
            .filter(|entry| !entry.shadowed)
    }
}

impl Scalar {
    /// Whether the publisher reads the same value in both.
    pub fn same_value(&self, other: &Scalar) -> bool {
        match (&self.value, &other.value) {
            (Value::String, Value::String) => self.text == other.text,
            (Value::Date(date), Value::String) => written_date(&other.text) == Some(*date),
            (Value::String, Value::Date(date)) => written_date(&self.text) == Some(*date),
            (Value::Float(left), Value::Float(right)) => {
                left.partial_cmp(right) == Some(Ordering::Equal) || (left.is_nan() && right.is_nan())
            }
            (left, right) => left == right,
        }
    }
}

/// Compares two maps whatever the order of their entries; the usual case, the same order, costs no index.
fn same_entries(left: &Node, right: &Node) -> bool {
    let ordered = || left.counting_entries().zip(right.counting_entries());
    if left.counting_entries().count() != right.counting_entries().count() {
        return false;
    }
    if ordered().all(|(left, right)| left.key.same_value(&right.key)) {
        return ordered().all(|(left, right)| left.value.same_value(&right.value));
    }
    let mut index: Vec<(Option<Key>, &Entry)> = right
        .counting_entries()
        .map(|entry| (comparable(&entry.key), entry))
        .collect();
    index.sort_by(|(left, _), (right, _)| left.cmp(right));
    left.counting_entries().all(|entry| {
        let key = comparable(&entry.key);
        let first = index.partition_point(|(other, _)| *other < key);
        index[first..]
            .iter()
            .take_while(|(other, _)| *other == key)
            .any(|(_, twin)| entry.key.same_value(&twin.key) && entry.value.same_value(&twin.value))
    })
}

/// A key such that equal values have equal keys; a date in quotes has that of the date.
fn comparable(node: &Node) -> Option<Key> {
    let scalar = node.scalar()?;
    match &scalar.value {
        Value::String => written_date(&scalar.text).map(Key::Date),
        _ => None,
    }
    .or_else(|| Some(Key::of(scalar)))
}

/// Reads `YYYY-MM-DD`, and nothing looser.
fn written_date(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::yaml::{Document, Limits};

    fn read(text: &str) -> Node {
        Document::parse(text.as_bytes(), &Limits::MANIFEST)
            .unwrap()
            .root()
            .clone()
    }

    #[test]
    fn maps_are_the_same_in_any_order() {
        assert!(read("a: 1\nb: [x]").same_value(&read("b: ['x']\na: 1")));
        assert!(!read("a: 1\nb: 2").same_value(&read("a: 2\nb: 1")));
        assert!(!read("a: 1").same_value(&read("a: true")));
        assert!(read("2025-01-02: 1\nb: 2").same_value(&read("b: 2\n'2025-01-02': 1")));
        assert!(read("a: 1\na: 2").same_value(&read("a: 2")));
    }

    #[test]
    fn large_maps_are_compared_quickly() {
        let (mut forward, mut backward) = (String::new(), String::new());
        for number in 0..20_000 {
            let _ = writeln!(forward, "k{number}: {number}");
            let _ = writeln!(backward, "k{}: {}", 19_999 - number, 19_999 - number);
        }
        assert!(read(&forward).same_value(&read(&backward)));
    }
}
