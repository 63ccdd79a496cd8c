//! Writing a string so that every reader reads exactly that string.

use std::fmt::Write;

use super::Value;
use super::ambiguity::disagreement;
use super::resolve::{Plain, resolve};
use super::source::is_allowed;
use crate::text::is_hidden;

/// The longest text that is written without quotes.
const LONGEST_PLAIN: usize = 256;

/// Writes a string as a YAML scalar: plain where every reader takes that for the same string, else in double quotes.
///
/// It holds in block and in flow style, as a key and as a value. Dates, numbers, `yes`, `n` and the like are quoted;
/// versions such as `2.0.0` stay plain.
pub fn quote(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        double_quoted(text)
    }
}

/// Whether a text may stand without quotes anywhere.
fn is_plain(text: &str) -> bool {
    let is_shaped = text.len() <= LONGEST_PLAIN
        && text.starts_with(|first: char| {
            first.is_alphanumeric() || matches!(first, '_' | '/' | '.' | '(' | '$' | '+' | '<')
        })
        && !text.starts_with("...")
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains([',', '[', ']', '{', '}', '?', '"'])
        && text
            .chars()
            .all(|character| is_shown(character) && character != '\t');
    is_shaped
        && !matches!(text, "y" | "Y" | "n" | "N")
        && resolve(text) == Ok(Plain::Value(Value::String))
        && disagreement(text, &Value::String).is_none()
}

/// Whether a character may stand in a file as itself.
fn is_shown(character: char) -> bool {
    is_allowed(character) && !is_hidden(character)
}

/// Writes a string in double quotes.
pub(super) fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        let code = u32::from(character);
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ if is_shown(character) => quoted.push(character),
            _ => {
                let _ = match code {
                    0..=0xff => write!(quoted, "\\x{code:02x}"),
                    0x100..=0xffff => write!(quoted, "\\u{code:04x}"),
                    _ => write!(quoted, "\\U{code:08x}"),
                };
            }
        }
    }
    quoted.push('"');
    quoted
}

/// Writes a string in single quotes, where these can hold it on one line.
pub(super) fn single_quoted(text: &str) -> Option<String> {
    text.chars()
        .all(|character| is_shown(character) && character != '\t')
        .then(|| format!("'{}'", text.replace('\'', "''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_words_stay_plain() {
        for text in [
            "2.0.0",
            "2.0.0-rc.1",
            "airbyte/source-x:1.2",
            "certified",
            "Größe",
            "a'b",
            "https://x.y/z#a",
        ] {
            assert_eq!(quote(text), text);
        }
    }

    #[test]
    fn what_some_reader_takes_for_more_than_text_is_quoted() {
        let tricky = [
            "",
            "yes",
            "Off",
            "n",
            "Y",
            "null",
            "~",
            "1.10",
            "010",
            "1:30",
            "1_0",
            "1e3",
            "0o7",
            "08",
            "2025-01-02",
            "2025-1-2",
            "=",
            "<<",
            "a: b",
            "a #b",
            "- a",
            "a:",
            " a",
            "a ",
            "[a",
            "#a",
            "&a",
            "*a",
            "!a",
            "%a",
            "@a",
            "`a",
            "'a",
            "\"a",
            "|",
            ">",
            "?",
            "-",
            "---",
            "...",
            "a\tb",
            "a,b",
            "{a",
            ".inf",
            ".NaN",
            "12",
        ];
        for text in tricky {
            assert_eq!(quote(text), double_quoted(text), "{text}");
        }
    }

    #[test]
    fn what_is_not_seen_is_escaped() {
        assert_eq!(
            quote("a\u{0}\u{7f}\n\u{202e}\u{1f419}\u{e0001}\"\\"),
            "\"a\\x00\\x7f\\n\\u202e🐙\\U000e0001\\\"\\\\\""
        );
    }
}
