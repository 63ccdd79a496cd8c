//! Sentences whose foreign parts stay apart from our own words until they are rendered.

use std::borrow::Cow;
use std::fmt;

use crate::text::escape_controls;

/// The most characters of a foreign value that a sentence shows.
const LONGEST_VALUE: usize = 200;

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words of the program or of the trusted policy.
    Words(Cow<'static, str>),
    /// A value from the change: shown as code, escaped, cut when long.
    Code(String),
}

/// A sentence or a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prose(Vec<Piece>);

/// Marks a value from the change; each sink escapes it in its own way.
pub fn code(value: impl fmt::Display) -> Piece {
    let value = value.to_string();
    let mut characters = value.chars();
    let mut shown: String = characters.by_ref().take(LONGEST_VALUE).collect();
    let rest = characters.count();
    if rest > 0 {
        shown.push_str(&format!(" … ({rest} more)"));
    }
    Piece::Code(escape_controls(&shown))
}

impl From<&'static str> for Piece {
    fn from(words: &'static str) -> Self {
        Self::Words(Cow::Borrowed(words))
    }
}

impl From<usize> for Piece {
    fn from(number: usize) -> Self {
        Self::Words(Cow::Owned(number.to_string()))
    }
}

impl From<jiff::civil::Date> for Piece {
    fn from(date: jiff::civil::Date) -> Self {
        Self::Words(Cow::Owned(date.to_string()))
    }
}

impl Piece {
    /// Words that are made at run time from the program's own or the policy's text, never from the change.
    pub fn trusted(words: impl Into<String>) -> Self {
        Self::Words(Cow::Owned(words.into()))
    }
}

impl Prose {
    /// Values from the change, one after the other: the first few, and how many more there are.
    ///
    /// `last` stands before the last one where all are named, such as `" and "`.
    pub fn listed<T: fmt::Display>(
        values: impl IntoIterator<Item = T>,
        last: &'static str,
        most: usize,
    ) -> Self {
        let values: Vec<T> = values.into_iter().collect();
        let mut pieces = Vec::new();
        for (index, value) in values.iter().take(most).enumerate() {
            pieces.extend(match index {
                0 => None,
                _ if index + 1 == values.len() => Some(Piece::from(last)),
                _ => Some(Piece::from(", ")),
            });
            pieces.push(code(value));
        }
        if values.len() > most {
            pieces.extend([
                Piece::from(" and "),
                Piece::from(values.len() - most),
                Piece::from(" more"),
            ]);
        }
        Self(pieces)
    }

    /// Joins pieces.
    pub fn new(pieces: Vec<Piece>) -> Self {
        Self(pieces)
    }

    /// The parts, for a sink.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Appends more of the same sentence.
    #[must_use]
    pub fn join(mut self, other: Prose) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Appends another sentence after a space.
    #[must_use]
    pub fn then(mut self, other: Prose) -> Self {
        if !self.0.is_empty() && !other.0.is_empty() {
            self.0.push(Piece::from(" "));
        }
        self.0.extend(other.0);
        self
    }
}

impl fmt::Display for Prose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.0 {
            match piece {
                Piece::Words(words) => formatter.write_str(words)?,
                Piece::Code(value) => write!(formatter, "`{value}`")?,
            }
        }
        Ok(())
    }
}

/// Writes a [`Prose`] from words (`"…"`) and values (`code(…)`).
macro_rules! prose {
    ($($piece:expr),* $(,)?) => {
        $crate::finding::Prose::new(vec![$($crate::finding::Piece::from($piece)),*])
    };
}
pub(crate) use prose;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_listed_up_to_a_number() {
        let listed = |values: &[&str]| Prose::listed(values, " or ", 3).to_string();
        assert_eq!(listed(&[]), "");
        assert_eq!(listed(&["a"]), "`a`");
        assert_eq!(listed(&["a", "b"]), "`a` or `b`");
        assert_eq!(listed(&["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(listed(&["a", "b", "c", "d", "e"]), "`a`, `b`, `c` and 2 more");
    }

    #[test]
    fn a_value_is_shown_as_code_on_one_line_and_cut() {
        let sentence = prose!["level ", code("a\nb"), " since ", 3usize];
        assert_eq!(sentence.to_string(), "level `a\\nb` since 3");
        let long = prose![code("x".repeat(300))].to_string();
        assert!(long.ends_with("… (100 more)`"), "{long}");
    }
}
