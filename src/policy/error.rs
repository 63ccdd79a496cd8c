//! What is wrong with a policy file, with its place and the name that was probably meant.

use std::fmt::Display;

use super::Origin;
use crate::text::{escape_controls, nearest};

/// The most characters of the file that one message repeats.
const LONGEST_QUOTE: usize = 60;

/// The most names that one message lists.
const LONGEST_LIST: usize = 8;

/// The least similarity (Jaro-Winkler, 0 to 1) of a name that is offered instead of an unknown one.
const NEAR: f64 = 0.75;

/// One fault of a policy file; a file with a fault judges nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{}:{}: {message}", origin.file, origin.position.line, origin.position.column)]
pub struct PolicyError {
    /// The file, as its reader named it, and the place in it.
    pub origin: Origin,
    /// One sentence without a full stop; what it quotes of the file is escaped and cut.
    pub message: String,
}

impl PolicyError {
    pub(super) fn new(origin: &Origin, message: impl Into<String>) -> Self {
        Self {
            origin: origin.clone(),
            message: message.into(),
        }
    }
}

/// Foreign text for a message: in back-ticks, escaped, cut.
pub(super) fn quoted(text: &str) -> String {
    let mut characters = text.chars();
    let head: String = characters.by_ref().take(LONGEST_QUOTE).collect();
    let more = if characters.next().is_some() { "…" } else { "" };
    format!("`{}{more}`", escape_controls(&head))
}

/// Words for a message: `a`, `b` and `c`.
pub(super) fn listed<T: Display>(words: impl IntoIterator<Item = T>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "nothing".to_owned(),
    }
}

/// Says that a name is unknown, and which one was probably meant; where none is near, what is known.
pub(super) fn unknown(kind: &str, name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied(), NEAR) {
        Some(near) => format!("{} is no {kind}; did you mean `{near}`?", quoted(name)),
        None if known.len() > LONGEST_LIST => {
            format!(
                "{} is no {kind}, and none of the {} known ones is near",
                quoted(name),
                known.len()
            )
        }
        None => format!("{} is no {kind}; known here: {}", quoted(name), listed(known)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_repeats_little_and_nothing_hidden() {
        let message = unknown(
            "rule",
            &format!("a\nb\u{1b}{}", "x".repeat(500)),
            &["support-level-changed"],
        );
        assert!(message.starts_with("`a\\nb\\u{1b}xxx"), "{message}");
        assert!(message.len() < 150, "{message}");
    }
}
