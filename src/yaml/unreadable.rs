//! Why a file was not read.

use std::fmt;

use crate::text::{Lines, Position, Span, escape_controls};

/// The most characters of the file that one message repeats.
const QUOTED: usize = 60;

/// The reason why a file has no tree, in words for its author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// One sentence without a full stop; what it quotes of the file is escaped and cut.
    pub message: String,
    /// The bytes that are to blame, where there are such.
    pub span: Option<Span>,
    /// The place of the first of them.
    pub position: Option<Position>,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(Position { line, column }) => write!(formatter, "{line}:{column}: {}", self.message),
            None => formatter.write_str(&self.message),
        }
    }
}

impl std::error::Error for Unreadable {}

/// The line and column of a byte; a byte order mark at the start takes no column.
pub(super) fn position(text: &str, lines: &Lines, byte: usize) -> Position {
    let mut position = lines.position(text, byte);
    if position.line == 1 && position.column > 1 && text.starts_with('\u{feff}') {
        position.column -= 1;
    }
    position
}

/// Foreign text for a message: in back-ticks, escaped, cut.
pub(super) fn shown(text: &str) -> String {
    let mut characters = text.chars();
    let head: String = characters.by_ref().take(QUOTED).collect();
    let more = if characters.next().is_some() { "…" } else { "" };
    // A back-tick of the file would end the quotation.
    format!("`{}{more}`", escape_controls(&head).replace('`', "\\u{60}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_repeats_little_and_nothing_hidden() {
        assert_eq!(shown("a\u{1b}[0m\nb"), "`a\\u{1b}[0m\\nb`");
        assert_eq!(shown("a`b`"), "`a\\u{60}b\\u{60}`");
        assert_eq!(shown(&"x".repeat(1000)).chars().count(), QUOTED + 3);
    }
}
