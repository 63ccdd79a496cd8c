//! JSON as one text that is equal exactly where the values are, whatever the order of their entries.

use std::fmt::Write;

use serde_json::Value;

use crate::yaml::{Kind, Node, Value as Scalar};

/// Writes a value without blanks, its keys sorted.
pub(super) fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// Recursion ends with the value, which a [`super::View`] made: at most 64 levels.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (index, (key, item)) in entries.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                let _ = write!(text, "{}:", Value::String(key.clone()));
                write(item, text);
            }
            text.push('}');
        }
        scalar => {
            let _ = write!(text, "{scalar}");
        }
    }
}

/// The same of a file as it is written, references not followed; the last of equal keys counts.
///
/// Recursion ends with the tree: its parser bounds it.
pub(super) fn written(node: &Node) -> String {
    match &node.kind {
        Kind::Scalar(scalar) => match &scalar.value {
            Scalar::String => Value::String(scalar.text.to_string()).to_string(),
            _ => scalar.text.to_string(),
        },
        Kind::Sequence(items) => {
            let items: Vec<String> = items.iter().map(written).collect();
            format!("[{}]", items.join(","))
        }
        Kind::Mapping(_) => {
            let mut entries: Vec<String> = node
                .counting_entries()
                .map(|entry| format!("{}:{}", written(&entry.key), written(&entry.value)))
                .collect();
            entries.sort();
            format!("{{{}}}", entries.join(","))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_keys_does_not_matter() {
        let text = |json: &str| canonical(&serde_json::from_str(json).unwrap());
        assert_eq!(
            text(r#"{"b": [1, {"d": null, "c": "x\""}], "a": 1.5}"#),
            r#"{"a":1.5,"b":[1,{"c":"x\"","d":null}]}"#
        );
        assert_ne!(text("[1,2]"), text("[2,1]"));
    }
}
