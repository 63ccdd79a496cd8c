//! Values as JSON that keeps their Python types; `golden.py` and the differential write the same form.

use std::fmt::Write;

use serde_json::{Value as Json, json};
use tierguard::yaml::{Entry, Kind, Node, Scalar, Value};

/// `null`, `true`, `"text"`, `[…]` as themselves; all else as an object with one key that names the type.
pub(crate) fn to_json(node: &Node) -> Json {
    match &node.kind {
        Kind::Scalar(scalar) => scalar_to_json(scalar),
        Kind::Sequence(items) => Json::Array(items.iter().map(to_json).collect()),
        Kind::Mapping(entries) => {
            let pairs = dictionary(entries)
                .into_iter()
                .map(|(key, value)| json!([to_json(key), to_json(value)]))
                .collect();
            json!({ "map": Json::Array(pairs) })
        }
    }
}

/// The entries as a Python dictionary holds them: at the place and with the key of the first, with the last value.
fn dictionary(entries: &[Entry]) -> Vec<(&Node, &Node)> {
    let mut pairs: Vec<(usize, &Node)> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        if entry.shadowed {
            continue;
        }
        let has_twins = entries[..index].iter().any(|earlier| earlier.shadowed);
        let first = if has_twins {
            entries[..index]
                .iter()
                .position(|earlier| earlier.key.same_key(&entry.key))
                .unwrap_or(index)
        } else {
            index
        };
        pairs.push((first, &entry.value));
    }
    pairs.sort_by_key(|(first, _)| *first);
    pairs
        .into_iter()
        .map(|(first, value)| (&entries[first].key, value))
        .collect()
}

fn scalar_to_json(scalar: &Scalar) -> Json {
    match &scalar.value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!({ "int": value.to_string() }),
        Value::BigInt(digits) => json!({ "int": digits }),
        Value::Float(value) if value.is_nan() => json!({ "float": "nan" }),
        Value::Float(value) => json!({ "float": format!("{:016x}", value.to_bits()) }),
        Value::String => json!(&*scalar.text),
        Value::Date(date) => json!({ "date": date.to_string() }),
        Value::Timestamp(iso) => json!({ "timestamp": iso }),
        Value::Binary(bytes) => {
            let mut hex = String::new();
            for byte in bytes {
                let _ = write!(hex, "{byte:02x}");
            }
            json!({ "binary": hex })
        }
    }
}
