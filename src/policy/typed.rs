//! Typed values from a part of the policy, with the place of what does not fit.
//!
//! A type says that something does not fit, not where. The place is found by trying: the part that alone turns a value
//! that fits into one that does not is to blame, field by field and item by item.

use serde_json::{Map, Value};

use super::error::{PolicyError, quoted, unknown};
use super::tree::{Content, Origin, Tree};

/// The most faults that one part of a policy names.
const MOST_FAULTS: usize = 20;

/// Whether a value makes the type; the error is what the type says of it.
type Trial<'a> = dyn Fn(Value) -> Result<(), String> + 'a;

/// Makes a typed value of a part; what does not fit becomes one fault for each place that is to blame.
///
/// `below` is the same part without the override: what fits there is not to blame.
pub(super) fn typed<T>(
    part: &Tree,
    below: Option<&Tree>,
    make: impl Fn(Value) -> Result<T, serde_json::Error>,
    errors: &mut Vec<PolicyError>,
) -> Option<T> {
    match make(part.to_json()) {
        Ok(typed) => Some(typed),
        Err(error) => {
            let trial = |value: Value| make(value).map(drop).map_err(|error| error.to_string());
            let fitting = below.filter(|below| trial(below.to_json()).is_ok());
            let mut blame = Blame { faults: Vec::new() };
            blame.part(part, fitting, &error.to_string(), &trial);
            errors.append(&mut blame.faults);
            None
        }
    }
}

struct Blame {
    faults: Vec<PolicyError>,
}

impl Blame {
    /// Names the smallest parts that are to blame for a complaint about the whole.
    fn part(&mut self, part: &Tree, fitting: Option<&Tree>, complaint: &str, trial: &Trial) {
        if self.faults.len() >= MOST_FAULTS {
            return;
        }
        let known = self.faults.len();
        match (&part.content, fitting) {
            (Content::Map(_), Some(fitting)) => self.fields(part, fitting, trial),
            (Content::List(items), _) if trial(Value::Array(Vec::new())).is_ok() => {
                for item in items {
                    let alone = |value: Value| trial(Value::Array(vec![value]));
                    if let Err(complaint) = alone(item.to_json()) {
                        self.part(item, None, &complaint, &alone);
                    }
                }
            }
            _ => {}
        }
        if self.faults.len() == known {
            self.faults.push(fault(part, complaint));
        }
    }

    fn fields(&mut self, part: &Tree, fitting: &Tree, trial: &Trial) {
        let Value::Object(whole) = fitting.to_json() else {
            return;
        };
        for entry in part.entries() {
            let below = fitting.get(&entry.key);
            let value = entry.value.to_json();
            if below.is_some_and(|below| below.to_json() == value) {
                continue;
            }
            let mut others: Map<String, Value> = whole.clone();
            others.remove(&entry.key);
            let with = |value: Value| {
                let mut fields = others.clone();
                fields.insert(entry.key.clone(), value);
                trial(Value::Object(fields))
            };
            let Err(complaint) = with(value) else { continue };
            if below.is_none() {
                self.faults
                    .push(PolicyError::new(&entry.origin, message(&complaint)));
            } else {
                self.part(&entry.value, below, &complaint, &with);
            }
            if self.faults.len() >= MOST_FAULTS {
                return;
            }
        }
    }
}

/// A fault at a part, or at the key or value inside of it that the complaint quotes.
fn fault(part: &Tree, complaint: &str) -> PolicyError {
    let origin = complained(complaint)
        .and_then(|word| find(part, word))
        .unwrap_or(&part.origin);
    PolicyError::new(origin, message(complaint))
}

/// What the type complains of, as it stands in the file.
fn complained(complaint: &str) -> Option<&str> {
    if complaint.starts_with("missing") {
        return None;
    }
    let mark =
        if complaint.starts_with("invalid type: string") || complaint.starts_with("invalid value: string") {
            '"'
        } else {
            '`'
        };
    let (_, rest) = complaint.split_once(mark)?;
    let end = match mark {
        '"' => rest.rfind("\", expected ")?,
        _ => rest.rfind("`, expected ").or_else(|| rest.find('`'))?,
    };
    rest.get(..end)
}

fn find<'a>(part: &'a Tree, word: &str) -> Option<&'a Origin> {
    match &part.content {
        Content::Scalar(Value::String(text)) => (text == word).then_some(&part.origin),
        Content::Scalar(value) => (value.to_string().as_str() == word).then_some(&part.origin),
        Content::List(items) => items.iter().find_map(|item| find(item, word)),
        Content::Map(entries) => entries.iter().find_map(|entry| {
            if entry.key == word {
                Some(&entry.origin)
            } else {
                find(&entry.value, word)
            }
        }),
    }
}

/// The complaint in this program's words.
fn message(complaint: &str) -> String {
    for (start, kind) in [
        ("unknown field `", "field here"),
        ("unknown variant `", "value of this field"),
    ] {
        let Some(rest) = complaint.strip_prefix(start) else {
            continue;
        };
        // The tail is written by the type and the file has no say in it, so the last mark is the right one.
        if let Some((name, tail)) = rest.rsplit_once("`, expected ") {
            let known: Vec<&str> = tail.split('`').skip(1).step_by(2).collect();
            return unknown(kind, name, &known);
        }
        if let Some(name) = rest.strip_suffix("`, there are no fields") {
            return format!("{} is no {kind}; it takes none", quoted(name));
        }
    }
    if let Some(rest) = complaint.strip_prefix("missing field `") {
        return format!("{} is missing", quoted(rest.trim_end_matches('`')));
    }
    for start in ["invalid type: ", "invalid value: "] {
        if let Some((found, needed)) = complaint
            .strip_prefix(start)
            .and_then(|rest| rest.rsplit_once(", expected "))
        {
            return format!("{} does not fit here; expected {}", noun(found), expected(needed));
        }
    }
    quoted(complaint)
}

/// What was found, from `string "x"`, `` integer `5` ``, `sequence` and their like.
fn noun(found: &str) -> String {
    match found.split_once(['`', '"']) {
        Some((_, word)) => quoted(word.strip_suffix(['`', '"']).unwrap_or(word)),
        None => match found {
            "sequence" => "a list".to_owned(),
            "null" | "unit value" => "nothing".to_owned(),
            "map" => "a map".to_owned(),
            // The type's own words for it.
            _ => found.to_owned(),
        },
    }
}

fn expected(needed: &str) -> &str {
    match needed {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number in range",
        "a sequence" => "a list",
        "a string" => "text",
        "string or map" => "a word",
        _ if needed.starts_with("struct ") => "a map",
        _ => needed,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::super::read::read;
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether a value fits matters here")]
    struct Options {
        at_least: u8,
        rows: Vec<Row>,
        window: Window,
        words: Vec<Word>,
        by_topic: BTreeMap<String, Vec<String>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether a value fits matters here")]
    struct Row {
        from: Vec<Word>,
        to: Word,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether a value fits matters here")]
    struct Window {
        days: u16,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Word {
        Certified,
        Community,
    }

    const BELOW: &str = "{at-least: 1, rows: [{from: [certified], to: community}], window: {days: 7}, words: [], by-topic: {a: []}}";

    fn faults(over: &str) -> Vec<String> {
        let mut errors = Vec::new();
        let below = read("below", BELOW.as_bytes(), &mut errors).unwrap();
        let over = read("p", over.as_bytes(), &mut errors).unwrap();
        let part = below.clone().overlaid(over);
        let made = typed(
            &part,
            Some(&below),
            serde_json::from_value::<Options>,
            &mut errors,
        );
        assert_eq!(made.is_some(), errors.is_empty());
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_fits_is_made() {
        assert_eq!(faults("at-least: 2\nwords: [certified]\n"), [""; 0]);
    }

    #[test]
    fn every_place_that_is_to_blame_is_named() {
        let over = "at-leest: 2\n\
                    window:\n  days: soon\n\
                    by-topic:\n  a: [x, [y]]\n\
                    words: [certified, certifed, comunity]\n\
                    rows:\n  - {from: [certified], to: community}\n  - {from: [certified], to: archived}\n  - {from: [certified]}\n  - {from: certified, to: community}\n";
        assert_eq!(
            faults(over),
            [
                "p:9:29: `archived` is no value of this field; known here: `certified` and `community`",
                "p:10:5: `to` is missing",
                "p:11:12: `certified` does not fit here; expected a list",
                "p:3:9: `soon` does not fit here; expected a whole number in range",
                "p:6:20: `certifed` is no value of this field; did you mean `certified`?",
                "p:6:30: `comunity` is no value of this field; did you mean `community`?",
                "p:5:10: a list does not fit here; expected text",
                "p:1:1: `at-leest` is no field here; did you mean `at-least`?",
            ]
        );
    }
}
