//! JSON as text whose strings hide nothing.
//!
//! A string of a change may hold what a terminal would obey or a runner would take for a command; JSON's own escapes
//! write it so that every reader still gets the same value. Knows JSON; knows no report.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use crate::text::{is_hidden, is_plain};

/// Writes a value on one line, without a line break.
pub(super) fn compact(value: &impl Serialize) -> String {
    written(value, CompactFormatter)
}

/// Writes a value with indentation and a final line break.
pub(super) fn pretty(value: &impl Serialize) -> String {
    let mut text = written(value, PrettyFormatter::new());
    text.push('\n');
    text
}

fn written(value: &impl Serialize, formatter: impl Formatter) -> String {
    let mut bytes = Vec::with_capacity(1024);
    let mut serializer = Serializer::with_formatter(&mut bytes, Visible(formatter));
    value
        .serialize(&mut serializer)
        .expect("plain data has a JSON form");
    String::from_utf8(bytes).expect("JSON is written from text")
}

struct Visible<F>(F);

/// Hands the listed methods on as they are.
macro_rules! handed_on {
    ($($method:ident($($argument:ident: $type:ty),*)),* $(,)?) => {
        $(fn $method<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $type)*) -> io::Result<()> {
            self.0.$method(writer $(, $argument)*)
        })*
    };
}

impl<F: Formatter> Formatter for Visible<F> {
    handed_on! {
        begin_array(), end_array(), begin_array_value(first: bool), end_array_value(),
        begin_object(), end_object(), begin_object_key(first: bool), end_object_key(),
        begin_object_value(), end_object_value(),
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if is_plain(fragment) && !fragment.contains('[') {
            return writer.write_all(fragment.as_bytes());
        }
        let mut done = 0;
        for (place, character) in fragment.char_indices() {
            let command = character == '[' && fragment[..place].ends_with("##");
            if !command && !is_hidden(character) {
                continue;
            }
            writer.write_all(&fragment.as_bytes()[done..place])?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            done = place + character.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[done..])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::hostile::NASTY;
    use super::super::runner::oracle::commands;
    use super::*;

    #[test]
    fn what_is_not_seen_is_escaped_and_reads_back() {
        for nasty in NASTY {
            for text in [compact(nasty), pretty(nasty)] {
                assert!(!text.trim_end().chars().any(is_hidden), "{text:?}");
                assert_eq!(commands(&text), []);
                assert_eq!(serde_json::from_str::<String>(&text).unwrap(), *nasty);
            }
        }
        assert_eq!(
            compact(&"a\u{e0041}##[x]\u{7f}"),
            "\"a\\udb40\\udc41##\\u005bx]\\u007f\""
        );
    }

    proptest! {
        #[test]
        fn every_text_reads_back(text in "(\\PC|##\\[|[\u{0}-\u{20}\u{7f}-\u{9f}\u{200b}-\u{202e}\u{e0041}])*") {
            let written = compact(&text);
            prop_assert!(!written.chars().any(is_hidden));
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }
}
