//! Whether a pattern that stays leaves a new `format` nothing to refuse.

use serde_json::Value;

use super::pattern;
use super::schemas::value_of;
use crate::contract::Schema;

/// Texts that are tried beside those that a pattern itself suggests.
const PROBES: [&str; 3] = ["", "2020-01-31", "2020-01-31T00:00:00Z"];

/// Whether a pattern at base says how a value is written, so that the format at head only repeats it.
///
/// It does where texts are left that both sides' patterns allow and the format at head takes, and none that it refuses while
/// that at base took it; what cannot be decided is taken for refused. What the pattern of head no longer allows is told by
/// itself; where that and the format are both gone, nothing says any more how a value is written.
pub(super) fn repeats_pattern(base: &Schema, head: &Schema) -> bool {
    fn written(schema: &Schema) -> Option<&str> {
        value_of(&schema.bounds, "pattern").and_then(Value::as_str)
    }
    let (before, after) = (written(base), written(head));
    let Some(before) = before.filter(|_| after.is_some() || head.format.is_some()) else {
        return false;
    };
    let allowed = |text: &str| {
        let by = |pattern| pattern::matches(pattern, text);
        Some(by(before)? && after.map_or(Some(true), by)?)
    };
    let takes = |schema: &Schema, text: &str| {
        let format = schema.format.as_ref();
        format.map_or(Some(true), |format| fits(&format.text, text))
    };
    let mut texts = pattern::examples(before);
    // With more alternatives than examples there is one that nobody tried.
    let is_tried = before.matches('|').count() < texts.len();
    texts.extend(PROBES.map(str::to_owned));
    let mut fits_any = false;
    for text in &texts {
        let Some(is_left) = allowed(text) else {
            return false;
        };
        match (is_left, takes(head, text)) {
            (false, _) => {}
            (true, Some(true)) => fits_any = true,
            // What the format at base refused too nobody has set.
            (true, _) if takes(base, text) == Some(false) => {}
            (true, _) => return false,
        }
    }
    fits_any && is_tried
}

/// Whether a text has the shape of a format, whose digits are not judged; `None` for a format that is not known here.
fn fits(format: &str, text: &str) -> Option<bool> {
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let is_date = shape(date) == "0000-00-00";
    match format {
        "date" => Some(is_date && time.is_none()),
        "date-time" => Some(is_date && time.is_some_and(is_time)),
        _ => None,
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
        ] {
            assert_eq!(fits(format, text), Some(expected), "{format} {text}");
        }
        assert_eq!(fits("uri", "x"), None);
    }
}
