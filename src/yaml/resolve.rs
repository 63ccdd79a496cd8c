//! The type of a plain scalar under YAML 1.1, as `PyYAML`'s resolver gives it.

use super::Value;
use super::{number, timestamp};

/// What a plain scalar is.
#[derive(Debug, PartialEq)]
pub(super) enum Plain {
    /// A value.
    Value(Value),
    /// `<<`, which only a key may be.
    Merge,
    /// `=`, which is text as a key and refused elsewhere.
    Default,
}

/// Gives the type and value of a plain scalar; an error says what is wrong with it (`… is not a day`).
pub(super) fn resolve(text: &str) -> Result<Plain, String> {
    let value = match text.as_bytes() {
        [] | b"~" => Value::Null,
        [b'n' | b'N', ..] => match text {
            "null" | "Null" | "NULL" => Value::Null,
            "no" | "No" | "NO" => Value::Bool(false),
            _ => Value::String,
        },
        [b'y' | b'Y' | b't' | b'T' | b'f' | b'F' | b'o' | b'O', ..] => boolean(text),
        b"<<" => return Ok(Plain::Merge),
        b"=" => return Ok(Plain::Default),
        [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => {
            return number::float(text)
                .or_else(|| number::integer(text))
                .or_else(|| timestamp::timestamp(text))
                .unwrap_or(Ok(Value::String))
                .map(Plain::Value);
        }
        _ => Value::String,
    };
    Ok(Plain::Value(value))
}

fn boolean(text: &str) -> Value {
    match text {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::Bool(true),
        "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::Bool(false),
        _ => Value::String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_their_three_cases_only() {
        assert_eq!(resolve("yes"), Ok(Plain::Value(Value::Bool(true))));
        assert_eq!(resolve("OFF"), Ok(Plain::Value(Value::Bool(false))));
        assert_eq!(resolve("yEs"), Ok(Plain::Value(Value::String)));
        assert_eq!(resolve("y"), Ok(Plain::Value(Value::String)));
        assert_eq!(resolve("nullx"), Ok(Plain::Value(Value::String)));
        assert_eq!(resolve(""), Ok(Plain::Value(Value::Null)));
    }
}
