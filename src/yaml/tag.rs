//! Explicit tags: what `!!int`, `!!binary` and the others make of a scalar.

use super::resolve::{Plain, resolve};
use super::{Style, Value};
use super::{number, timestamp};

const PREFIX: &str = "tag:yaml.org,2002:";

/// The tag as authors write it: `!!str`.
pub(super) fn written(tag: &str) -> String {
    match tag.strip_prefix(PREFIX) {
        Some(name) => format!("!!{name}"),
        None => tag.to_owned(),
    }
}

/// The value of a tagged scalar; an error is the rest of a sentence that begins with the tag.
pub(super) fn scalar(tag: &str, text: &str, style: Style) -> Result<Plain, String> {
    if tag == "!" {
        // This tag asks for the plain rules whatever the quotes; a final break would fool their patterns.
        return match style {
            Style::Literal | Style::Folded => Err("before a block scalar is not supported here".to_owned()),
            _ if text.contains('\n') => Err("before several lines is not supported here".to_owned()),
            _ => resolve(text),
        };
    }
    let misfit = || "does not fit its value".to_owned();
    let value = match tag.strip_prefix(PREFIX).unwrap_or_default() {
        "str" => Value::String,
        "null" => Value::Null,
        "bool" => match text.to_lowercase().as_str() {
            "yes" | "true" | "on" => Value::Bool(true),
            "no" | "false" | "off" => Value::Bool(false),
            _ => return Err(misfit()),
        },
        "int" => number::integer(text).ok_or_else(misfit)??,
        "float" => number::read_float(text).map_err(|_| misfit())?,
        "timestamp" => timestamp::tagged(text).ok_or_else(misfit)??,
        "binary" => Value::Binary(decode(text)?.into()),
        "set" | "omap" | "pairs" => {
            return Err("is not supported here, though the publisher reads it".to_owned());
        }
        _ => return Err("is a tag that the publisher does not read".to_owned()),
    };
    Ok(Plain::Value(value))
}

/// Whether a tag fits a list (`seq`) or a map (`map`); an error is the rest of a sentence.
pub(super) fn collection(tag: &str, own: &str) -> Result<(), String> {
    let name = tag.strip_prefix(PREFIX).unwrap_or_default();
    match name {
        _ if tag == "!" || name == own => Ok(()),
        "set" | "omap" | "pairs" => Err("is not supported here, though the publisher may read it".to_owned()),
        "str" | "null" | "bool" | "int" | "float" | "timestamp" | "binary" | "seq" | "map" => {
            Err("does not fit its value".to_owned())
        }
        _ => Err("is a tag that the publisher does not read".to_owned()),
    }
}

/// Base64 with padding and white space; `PyYAML` skips foreign characters, which are refused here.
fn decode(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut buffer: u32 = 0;
    let mut filled = 0;
    let mut padding = 0;
    for byte in text.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                padding += 1;
                continue;
            }
            b' ' | b'\n' | b'\t' | b'\r' => continue,
            _ => return Err("holds a character that is not base64".to_owned()),
        };
        if padding > 0 {
            return Err("holds more after its base64 padding".to_owned());
        }
        buffer = buffer << 6 | u32::from(digit);
        filled += 1;
        if filled == 4 {
            bytes.extend(&buffer.to_be_bytes()[1..]);
            buffer = 0;
            filled = 0;
        }
    }
    match (filled, padding) {
        (0, 0) => {}
        (2, 2) => bytes.push((buffer >> 4).to_be_bytes()[3]),
        (3, 1) => bytes.extend(&(buffer >> 2).to_be_bytes()[2..]),
        _ => return Err("has no proper base64 padding".to_owned()),
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_is_decoded() {
        assert_eq!(decode("Mi4wLjA="), Ok(b"2.0.0".to_vec()));
        assert_eq!(decode("Mi4wLjAw\nMQ==\n"), Ok(b"2.0.001".to_vec()));
        assert!(decode("Mi4wLjA").is_err() && decode("é").is_err());
    }

    #[test]
    fn foreign_tags_are_refused() {
        assert!(scalar("!foo", "x", Style::Plain).is_err());
        assert!(scalar("tag:yaml.org,2002:python/name:os.system", "x", Style::Plain).is_err());
        assert!(collection("tag:yaml.org,2002:set", "map").is_err());
        assert!(collection("tag:yaml.org,2002:map", "map").is_ok());
    }
}
