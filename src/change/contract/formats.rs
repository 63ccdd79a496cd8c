//! Whether a pattern that stays leaves a new `format` nothing to refuse.

use serde_json::Value;

use super::pattern;
use super::schemas::value_of;
use crate::contract::Schema;

/// Texts that are tried beside those that a pattern itself suggests.
const PROBES: [&str; 3] = ["", "2020-01-31", "2020-01-31T00:00:00Z"];

/// Whether a pattern at base says how a value is written, so that the format at head only repeats it.
///
/// It does not where a text is left that both sides' patterns allow, that the format at base took, and that the one at head
/// refuses. What the pattern of head no longer allows is told by itself; where that and the format are both gone, nothing
/// says any more how a value is written.
pub(super) fn repeats_pattern(base: &Schema, head: &Schema) -> bool {
    fn written(schema: &Schema) -> Option<&str> {
        value_of(&schema.bounds, "pattern").and_then(Value::as_str)
    }
    let (before, after) = (written(base), written(head));
    let Some(before) = before.filter(|_| after.is_some() || head.format.is_some()) else {
        return false;
    };
    let allowed = |text: &str| {
        let by = |pattern| pattern::matches(pattern, text) == Some(true);
        by(before) && after.is_none_or(by)
    };
    let takes = |schema: &Schema, text: &str| {
        let format = schema.format.as_ref();
        format.is_none_or(|format| fits(&format.text, text))
    };
    let mut texts = pattern::examples(before);
    texts.extend(PROBES.map(str::to_owned));
    let refused = |text: &String| allowed(text) && takes(base, text) && !takes(head, text);
    !texts.iter().any(refused)
}

/// Whether a text has the shape of a format: its digits are not judged, and a format that is not known here takes all.
fn fits(format: &str, text: &str) -> bool {
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let is_date = shape(date) == "0000-00-00";
    match format {
        "date" => is_date && time.is_none(),
        "date-time" => is_date && time.is_some_and(is_time),
        _ => true,
    }
}

/// `hh:mm:ss`, with a fraction or without, and a zone.
fn is_time(text: &str) -> bool {
    let shape = shape(text);
    let Some(rest) = shape.strip_prefix("00:00:00") else {
        return false;
    };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) if fraction.starts_with('0') => fraction.trim_start_matches('0'),
        Some(_) => return false,
        None => rest,
    };
    matches!(zone, "Z" | "z" | "+00:00" | "-00:00")
}

/// The text with every digit as `0`.
fn shape(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_ascii_digit() {
                '0'
            } else {
                character
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_fits_a_format_by_its_shape() {
        for (format, text, expected) in [
            ("date", "2020-01-31", true),
            ("date", "2020-01-31T00:00:00Z", false),
            ("date", "", false),
            ("date-time", "2020-01-31T00:00:00Z", true),
            ("date-time", "2020-01-31t00:00:00.123+02:00", true),
            ("date-time", "2020-01-31T00:00:00", false),
            ("date-time", "2020-01-31T00:00:00.Z", false),
            ("date-time", "2020-01-31", false),
            ("uri", "x", true),
        ] {
            assert_eq!(fits(format, text), expected, "{format} {text}");
        }
    }
}
