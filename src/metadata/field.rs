//! A field of a `metadata.yaml` with its place, and what has another shape than its field.

use std::sync::Arc;

use jiff::civil::Date;

use crate::text::Span;
use crate::yaml::{Entry, Kind, Node, Value};

/// A scalar field: what is written, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The content without quotes.
    pub text: Arc<str>,
    /// What the publisher reads.
    pub value: Value,
    /// The bytes of the value, quotes included.
    pub span: Span,
    /// The bytes of the key; for an item of a list those of the value.
    pub key: Span,
}

impl Field {
    pub(super) fn of(entry: &Entry) -> Option<Self> {
        Self::of_node(&entry.value, entry.key.span)
    }

    pub(super) fn of_node(node: &Node, key: Span) -> Option<Self> {
        let scalar = node.scalar()?;
        if scalar.value == Value::Null {
            return None;
        }
        Some(Self {
            text: scalar.text.clone(),
            value: scalar.value.clone(),
            span: node.span,
            key,
        })
    }

    /// The number, where the publisher reads a positive whole one.
    pub fn positive(&self) -> Option<i64> {
        match self.value {
            Value::Int(number) if number > 0 => Some(number),
            _ => None,
        }
    }

    /// The date, plain or quoted.
    pub fn date(&self) -> Option<Date> {
        match &self.value {
            Value::Date(date) => Some(*date),
            Value::String if self.text.len() == 10 => self.text.parse().ok(),
            _ => None,
        }
    }

    /// The day that a text means which the publisher does not read as one.
    pub fn meant_day(&self) -> Option<Date> {
        meant_day(&self.text)
    }

    /// The boolean, where the publisher reads one.
    pub fn bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The version of three numbers that a text means which is none: one of fewer numbers, or with a `v` before it.
    pub fn meant_version(&self) -> Option<semver::Version> {
        let text = self.text.trim().trim_start_matches(['v', 'V']);
        let is_short = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let parts = text.split('.').count();
        let whole = match parts {
            1 | 2 if is_short => format!("{text}{}", ".0".repeat(3 - parts)),
            _ => text.to_owned(),
        };
        let version = semver::Version::parse(&whole).ok()?;
        (*self.text != *whole && version.build.is_empty()).then_some(version)
    }

    /// The version, where the text is one by the rules of semantic versioning.
    pub fn version(&self) -> Option<semver::Version> {
        semver::Version::parse(&self.text).ok()
    }
}

/// A list of texts, such as hosts or streams.
#[derive(Debug, Clone, PartialEq)]
pub struct TextList {
    /// The items that are scalars.
    pub items: Vec<Field>,
    /// The bytes of the key.
    pub key: Span,
}

/// A value that has another shape than its field: what hangs on it cannot be decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Misshapen {
    /// The path of the field, such as `data.releases`.
    pub path: &'static str,
    /// What belongs there, as a noun phrase.
    pub expected: &'static str,
    /// What stands there, as a noun phrase.
    pub found: &'static str,
    /// The bytes of what stands there.
    pub span: Span,
}

/// A scalar where text belongs, which the publisher reads as something else.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistyped {
    /// The path of the field.
    pub path: &'static str,
    /// The field.
    pub field: Field,
}

pub(super) fn text_list(entry: &Entry) -> Option<TextList> {
    let items = entry
        .value
        .items()?
        .iter()
        .filter_map(|node| Field::of_node(node, node.span))
        .collect();
    Some(TextList {
        items,
        key: entry.key.span,
    })
}

/// Collects what has another shape than its field while the fields are read.
#[derive(Default)]
pub(super) struct Shapes {
    pub(super) misshapen: Vec<Misshapen>,
    pub(super) mistyped: Vec<Mistyped>,
}

impl Shapes {
    pub(super) fn misshapen(&mut self, path: &'static str, expected: &'static str, node: &Node) {
        self.misshapen.push(Misshapen {
            path,
            expected,
            found: noun(node),
            span: node.span,
        });
    }

    /// A field that the publisher must read as text: a list or a map is misshapen, another scalar mistyped.
    pub(super) fn text(&mut self, path: &'static str, map: &Node, key: &str) -> Option<Field> {
        let entry = map.entry(key)?;
        let Some(scalar) = entry.value.scalar() else {
            self.misshapen(path, "text", &entry.value);
            return None;
        };
        let field = Field {
            text: scalar.text.clone(),
            value: scalar.value.clone(),
            span: entry.value.span,
            key: entry.key.span,
        };
        if scalar.value != Value::String {
            self.mistyped.push(Mistyped {
                path,
                field: field.clone(),
            });
        }
        (scalar.value != Value::Null).then_some(field)
    }

    /// A field that holds a map; a null counts as absent, as the publisher takes it.
    pub(super) fn map<'a>(&mut self, path: &'static str, entry: Option<&'a Entry>) -> Option<&'a Entry> {
        let entry = entry?;
        if entry.value.is_null() {
            return None;
        }
        if entry.value.entries().is_none() {
            self.misshapen(path, "a map", &entry.value);
            return None;
        }
        Some(entry)
    }
}

pub(super) fn noun(node: &Node) -> &'static str {
    match &node.kind {
        Kind::Mapping(_) => "a map",
        Kind::Sequence(_) => "a list",
        Kind::Scalar(scalar) => match scalar.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a boolean",
            Value::Int(_) | Value::BigInt(_) | Value::Float(_) => "a number",
            Value::Date(_) | Value::Timestamp(_) => "a date",
            Value::String | Value::Binary(_) => "text",
        },
    }
}

impl Mistyped {
    /// What the publisher reads instead of text, as a noun phrase.
    pub fn found(&self) -> &'static str {
        match self.field.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a boolean",
            Value::Int(_) | Value::BigInt(_) | Value::Float(_) => "a number",
            Value::Date(_) | Value::Timestamp(_) => "a date",
            Value::String | Value::Binary(_) => "bytes",
        }
    }
}

/// The day that a text means which is none of the right form: year, month and day without leading zeros or between other
/// signs, the year last where the numbers leave no doubt, or with a time behind it.
fn meant_day(text: &str) -> Option<Date> {
    let day = text.trim().split(['T', 't', ' ']).next()?;
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let number = |part: &str, longest| {
        let is_short = (1..=longest).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i16>().ok().filter(|_| is_short)
    };
    let short = |part| i8::try_from(number(part, 2)?).ok();
    let &[first, second, third] = parts.as_slice() else {
        return None;
    };
    let (year, month, day) = if first.len() == 4 {
        (number(first, 4)?, short(second)?, short(third)?)
    } else {
        let (one, other) = (short(first)?, short(second)?);
        let (day, month) = match (one > 12, other > 12) {
            (true, false) => (one, other),
            (false, true) => (other, one),
            _ => return None,
        };
        (number(third, 4).filter(|_| third.len() == 4)?, month, day)
    };
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::{Field, meant_day};
    use crate::text::Span;
    use crate::yaml::Value;

    #[test]
    fn a_version_is_meant_by_fewer_numbers_or_a_letter_before_them() {
        for (text, version) in [
            ("0.11", Some("0.11.0")),
            ("1", Some("1.0.0")),
            ("v0.10.5", Some("0.10.5")),
            ("V2.0.0-rc.1", Some("2.0.0-rc.1")),
            ("v1", Some("1.0.0")),
            ("1.2.3", None),
            ("1.2.3.4", None),
            ("1.2-rc.1", None),
            ("1.02", None),
            ("v1.2.3+4", None),
            ("latest", None),
            ("v", None),
            ("", None),
        ] {
            let field = Field {
                text: text.into(),
                value: Value::String,
                span: Span::at(0),
                key: Span::at(0),
            };
            let meant = field.meant_version().map(|version| version.to_string());
            assert_eq!(meant.as_deref(), version, "{text}");
        }
    }

    #[test]
    fn a_day_is_read_where_its_form_leaves_no_doubt() {
        for (text, day) in [
            ("2027-1-5", Some("2027-01-05")),
            ("2027/01/15", Some("2027-01-15")),
            ("2027-01-15T00:00:00Z", Some("2027-01-15")),
            ("2027-01-15 00:00:00 +2", Some("2027-01-15")),
            ("15/01/2027", Some("2027-01-15")),
            ("1.15.2027", Some("2027-01-15")),
            ("05/01/2027", None),
            ("2027-02-30", None),
            ("27-01-15", None),
            ("2027-01", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(
                meant_day(text).map(|day| day.to_string()).as_deref(),
                day,
                "{text}"
            );
        }
    }
}
