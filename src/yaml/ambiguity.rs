//! What the publisher reads, and other readers or people read differently.

use super::Value;
use super::number;
use super::quote::double_quoted;
use super::timestamp::is_loose_date;
use super::unreadable::shown;
use crate::text::{Edit, Span};

/// The cause of an ambiguity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AmbiguityKind {
    /// A key that an earlier entry of the same map has too.
    DuplicateKey,
    /// `&name`.
    Anchor,
    /// `*name`.
    Alias,
    /// `<<`.
    Merge,
    /// `!!str`, `!` and other explicit tags.
    Tag,
    /// `%YAML`, `%TAG`.
    Directive,
    /// A character that ends a line for YAML 1.1 and not for others.
    LineBreak,
    /// A byte order mark after the start.
    ByteOrderMark,
    /// `yes`, `no`, `on`, `off`.
    Boolean,
    /// `010`, `1_0`, `1:30`, `0x1f`; and text that others take for an integer.
    Integer,
    /// `1.10`, `1.0`; and text that others take for a float.
    Float,
    /// A date with a time.
    Timestamp,
    /// `2025-1-2`: a date to people, text to the publisher.
    LooseDate,
}

impl AmbiguityKind {
    /// The name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::DuplicateKey => "duplicate-key",
            Self::Anchor => "anchor",
            Self::Alias => "alias",
            Self::Merge => "merge",
            Self::Tag => "tag",
            Self::Directive => "directive",
            Self::LineBreak => "line-break",
            Self::ByteOrderMark => "byte-order-mark",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Timestamp => "timestamp",
            Self::LooseDate => "loose-date",
        }
    }
}

/// A place that not every reader reads as the publisher does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ambiguity {
    /// The cause.
    pub kind: AmbiguityKind,
    /// The bytes that are read differently; for a duplicate key the later key.
    pub span: Span,
    /// The other place, where there are two: a duplicate's first key, an alias's anchor.
    pub first: Option<Span>,
    /// One sentence without a full stop, safe to print.
    pub message: String,
    /// The replacement that makes all readers agree that it is text, where quotes do that.
    pub suggestion: Option<Edit>,
}

impl Ambiguity {
    pub(super) fn new(kind: AmbiguityKind, span: Span, message: String) -> Self {
        Self {
            kind,
            span,
            first: None,
            message,
            suggestion: None,
        }
    }

    pub(super) fn character(kind: AmbiguityKind, span: Span, character: char) -> Self {
        let code = u32::from(character);
        let message = match kind {
            AmbiguityKind::ByteOrderMark => {
                format!(
                    "the byte order mark U+{code:04X} in the middle of the file is read as part of the text"
                )
            }
            _ => {
                format!("the character U+{code:04X} ends a line for the publisher, but not for every reader")
            }
        };
        Self::new(kind, span, message)
    }

    pub(super) fn duplicate(key: &str, span: Span, first: Span) -> Self {
        let message = format!("the key {} is set twice; the last one counts", shown(key));
        Self {
            first: Some(first),
            ..Self::new(AmbiguityKind::DuplicateKey, span, message)
        }
    }

    /// What is ambiguous in a plain scalar; `span` holds the scalar alone.
    pub(super) fn plain(text: &str, value: &Value, span: Span) -> Option<Self> {
        let (kind, reading) = disagreement(text, value)?;
        Some(Self {
            suggestion: Some(Edit {
                span,
                replacement: double_quoted(text),
            }),
            ..Self::new(
                kind,
                span,
                format!("{} is read as {reading}; quote it", shown(text)),
            )
        })
    }
}

/// Whether some reader takes a plain scalar for something else than the publisher does, and what for.
pub(super) fn disagreement(text: &str, value: &Value) -> Option<(AmbiguityKind, String)> {
    let number = |value: &str| format!("the number {value}, not as text");
    let found = match value {
        Value::Bool(value) if !text.eq_ignore_ascii_case("true") && !text.eq_ignore_ascii_case("false") => {
            (AmbiguityKind::Boolean, format!("{value}, not as text"))
        }
        Value::Int(value) if value.to_string() != text => {
            (AmbiguityKind::Integer, number(&value.to_string()))
        }
        Value::BigInt(digits) if **digits != *text => (AmbiguityKind::Integer, number(&shown(digits))),
        Value::Float(value) if value.to_string() != text => {
            (AmbiguityKind::Float, number(&value.to_string()))
        }
        Value::Timestamp(iso) => (AmbiguityKind::Timestamp, format!("the time {iso}, not as text")),
        Value::String
            if !text.starts_with(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '+', '-', '.']) =>
        {
            return None;
        }
        Value::String if is_loose_date(text) => (
            AmbiguityKind::LooseDate,
            "text, though it looks like a date".to_owned(),
        ),
        Value::String if number::is_number_in_1_2(text) => {
            let kind = if text.contains(['.', 'e', 'E']) {
                AmbiguityKind::Float
            } else {
                AmbiguityKind::Integer
            };
            (kind, "text by the publisher and as a number by others".to_owned())
        }
        _ => return None,
    };
    Some(found)
}

#[cfg(test)]
mod tests {
    use crate::yaml::{Document, Limits};

    fn kinds(text: &str) -> Vec<&'static str> {
        let document = Document::parse(text.as_bytes(), &Limits::METADATA).unwrap();
        document
            .ambiguities()
            .iter()
            .map(|found| found.kind.name())
            .collect()
    }

    #[test]
    fn what_readers_agree_on_is_not_ambiguous() {
        let text = "a: 2.0.0\nb: 2025-01-02\nc: true\nd: 12\ne: null\nf: ~\ng: 0.5\nh: '010'\ni: \"no\"\nj: y\nk: -3\nl:\n";
        assert!(kinds(text).is_empty(), "{:?}", kinds(text));
    }

    #[test]
    fn what_readers_disagree_on_is_named() {
        let cases = [
            ("a: no", "boolean"),
            ("On: a", "boolean"),
            ("a: 010", "integer"),
            ("a: 1:30", "integer"),
            ("a: 1_0", "integer"),
            ("a: 0o17", "integer"),
            ("a: 1.10", "float"),
            ("a: 1.0", "float"),
            ("a: 1e3", "float"),
            ("a: 2025-01-02 03:04:05", "timestamp"),
            ("a: 2025-1-2", "loose-date"),
            ("a: !!str 1", "tag"),
            ("a: \"x\u{2028}\"", "line-break"),
            ("a: 1\rb: 2\n", "line-break"),
            ("a: x\u{feff}y", "byte-order-mark"),
            ("%YAML 1.1\n---\na: b", "directive"),
            ("a: &x b", "anchor"),
            ("a: 1\nb: 2\na: 3", "duplicate-key"),
            ("1: a\nyes: b", "boolean duplicate-key"),
        ];
        for (text, expected) in cases {
            let mut found = kinds(text);
            found.sort_unstable();
            assert_eq!(found.join(" "), expected, "{text}");
        }
        assert_eq!(kinds("a: &x {b: 1}\nc: {<<: *x}"), ["anchor", "merge", "alias"]);
    }

    #[test]
    fn a_suggestion_makes_it_text() {
        let text = "dockerImageTag: 1.10 # tag\n";
        let document = Document::parse(text.as_bytes(), &Limits::METADATA).unwrap();
        let found = &document.ambiguities()[0];
        assert_eq!(
            found.message,
            "`1.10` is read as the number 1.1, not as text; quote it"
        );
        let edit = found.suggestion.clone().unwrap();
        let edited = crate::text::apply(text, &[edit]).unwrap();
        assert_eq!(edited, "dockerImageTag: \"1.10\" # tag\n");
    }
}
