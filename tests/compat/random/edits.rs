//! What somebody may do to a specification, at a random place of it.

use serde_json::{Map, Value, json};

use super::schemas::{self, NAMES, TYPES};
use super::tape::Tape;

const BOUNDS: [&str; 13] = [
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

/// A specification after some edits.
pub(super) fn edited(tape: &mut Tape, base: &Value) -> Value {
    let mut head = base.clone();
    let mut last = None;
    for _ in 0..=tape.below(5) {
        let places = places(&head);
        // What is edited twice shows more than what is edited far apart.
        let place = match last {
            Some(last) if tape.chance(40) => last,
            _ => tape.pick(&places).clone(),
        };
        last = Some(place.clone());
        let Some(schema) = head.pointer_mut(&place) else {
            continue;
        };
        if !schema.is_object() {
            *schema = schemas::any(tape, 2);
            continue;
        }
        edit(tape, schema, place.is_empty());
    }
    tidy(&mut head);
    head
}

/// Takes away what makes a schema invalid itself: lists that hold nothing, or the same twice.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            for key in ["required", "enum", "type", "oneOf", "anyOf", "allOf"] {
                let Some(Value::Array(list)) = entries.get_mut(key) else {
                    continue;
                };
                if !key.ends_with("Of") {
                    let mut kept: Vec<Value> = Vec::new();
                    list.retain(|item| {
                        let is_new = !kept.contains(item);
                        kept.push(item.clone());
                        is_new
                    });
                }
                if list.is_empty() {
                    entries.remove(key);
                }
            }
            entries.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// The pointers of a schema and of all that are in it.
pub(super) fn places(schema: &Value) -> Vec<String> {
    let mut places = vec![String::new()];
    let Value::Object(keywords) = schema else {
        return places;
    };
    for (key, value) in keywords {
        let inner: Vec<(String, &Value)> = match (&**key, value) {
            ("properties" | "patternProperties", Value::Object(entries)) => {
                let named = entries.iter();
                named
                    .map(|(name, value)| (format!("/{key}/{name}"), value))
                    .collect()
            }
            ("oneOf" | "anyOf" | "allOf" | "items", Value::Array(list)) => {
                let numbered = list.iter().enumerate();
                numbered
                    .map(|(at, value)| (format!("/{key}/{at}"), value))
                    .collect()
            }
            ("additionalProperties" | "items" | "not" | "then", value) => vec![(format!("/{key}"), value)],
            _ => continue,
        };
        for (place, value) in inner {
            places.extend(
                self::places(value)
                    .into_iter()
                    .map(|below| format!("{place}{below}")),
            );
        }
    }
    places
}

fn edit(tape: &mut Tape, place: &mut Value, is_root: bool) {
    let Value::Object(schema) = place else { return };
    match tape.below(30) {
        1..=5 => properties(tape, schema),
        6 | 7 => required(tape, schema),
        8..=10 => types(tape, schema),
        11 | 12 => values(tape, schema),
        13..=15 => match tape.chance(50) {
            true => schemas::bound(tape, schema, &BOUNDS),
            false => drop(schema.remove(*tape.pick(&BOUNDS))),
        },
        16 | 17 => {
            schema.remove("additionalProperties");
            schemas::further(tape, schema, 2);
        }
        18..=21 => options(tape, schema),
        22 if !is_root => wrapped(tape, place),
        23 => parted(tape, schema),
        24 => moved(tape, schema),
        25 => {
            let mut keys: Vec<(String, Value)> = std::mem::take(schema).into_iter().collect();
            tape.shuffle(&mut keys);
            *schema = keys.into_iter().collect();
        }
        26 => match tape.chance(60) {
            true => drop(schema.insert("items".to_owned(), schemas::any(tape, 2))),
            false => drop(schema.remove("items")),
        },
        27 if tape.chance(30) => {
            let (key, value) = schemas::rare(tape, 1);
            schema.insert(key.to_owned(), value);
        }
        28 if !is_root => *place = schemas::any(tape, 2),
        _ => schemas::annotate(tape, schema),
    }
}

fn properties(tape: &mut Tape, schema: &mut Map<String, Value>) {
    let entries = schema.entry("properties").or_insert_with(|| json!({}));
    let Value::Object(entries) = entries else { return };
    let name = *tape.pick(&NAMES);
    let names: Vec<String> = entries.keys().cloned().collect();
    match tape.below(4) {
        0 | 1 => {
            let value = schemas::any(tape, 2);
            entries.entry(name).or_insert(value);
        }
        _ if names.is_empty() => {}
        2 => drop(entries.remove(tape.pick(&names))),
        _ => {
            let value = entries.remove(tape.pick(&names)).unwrap();
            entries.insert(name.to_owned(), value);
        }
    }
}

fn required(tape: &mut Tape, schema: &mut Map<String, Value>) {
    let names = schema.entry("required").or_insert_with(|| json!([]));
    let Value::Array(names) = names else { return };
    let name = json!(*tape.pick(&["a", "b", "c", "d", "kind"]));
    match names.iter().position(|other| *other == name) {
        Some(at) => drop(names.remove(at)),
        None if !names.is_empty() && tape.chance(50) => drop(names.pop()),
        None => names.push(name),
    }
}

fn types(tape: &mut Tape, schema: &mut Map<String, Value>) {
    let mut words: Vec<Value> = match schema.get("type") {
        Some(Value::Array(words)) => words.clone(),
        Some(word) => vec![word.clone()],
        None => Vec::new(),
    };
    match tape.below(5) {
        0 | 1 => {
            let word = json!(*tape.pick(&TYPES));
            if !words.contains(&word) {
                words.push(word);
            }
        }
        2 => drop(words.pop()),
        3 => words = vec![json!(*tape.pick(&TYPES))],
        _ => words.clear(),
    }
    let types = match words.as_slice() {
        [] => {
            schema.remove("type");
            return;
        }
        [word] if !tape.chance(30) => word.clone(),
        _ => Value::Array(words),
    };
    schema.insert("type".to_owned(), types);
}

fn values(tape: &mut Tape, schema: &mut Map<String, Value>) {
    match schema.get_mut("enum") {
        Some(Value::Array(values)) => match tape.below(5) {
            0 | 1 => values.push(schemas::scalar(tape)),
            2 if values.len() > 1 => drop(values.remove(0)),
            3 => tape.shuffle(values),
            _ => drop(schema.remove("enum")),
        },
        _ => match tape.below(4) {
            0 => drop(schema.insert("enum".to_owned(), json!([schemas::scalar(tape), "a", "one"]))),
            1 => drop(schema.insert("const".to_owned(), schemas::scalar(tape))),
            2 => {
                if let Some(value) = schema.remove("const") {
                    schema.insert("enum".to_owned(), json!([value, schemas::scalar(tape)]));
                }
            }
            _ => drop(schema.remove("const")),
        },
    }
}

fn options(tape: &mut Tape, schema: &mut Map<String, Value>) {
    let key = match schema.contains_key("anyOf") {
        true => "anyOf",
        false => "oneOf",
    };
    let Some(Value::Array(mut options)) = schema.remove(key) else {
        if tape.chance(30) {
            schemas::add_options(tape, schema, 2);
        }
        return;
    };
    let mut key = key;
    match tape.below(8) {
        0 | 1 => tape.shuffle(&mut options),
        2 | 3 => {
            let option = match tape.chance(30) {
                true => schemas::any(tape, 2),
                false => schemas::option(tape, options.len(), 2),
            };
            options.insert(tape.below(options.len() + 1), option);
        }
        4 if options.len() > 1 => drop(options.pop()),
        5 => options.push(options[0].clone()),
        6 => {
            // One option in the place of all.
            if let Value::Object(option) = tape.pick(&options).clone() {
                schema.extend(option);
                return;
            }
        }
        _ if key == "oneOf" => key = "anyOf",
        _ => key = "oneOf",
    }
    schema.insert(key.to_owned(), Value::Array(options));
}

/// Makes a schema one of several options, or the part of another.
fn wrapped(tape: &mut Tape, place: &mut Value) {
    let inner = place.take();
    *place = match tape.below(4) {
        0 => json!({ "oneOf": [inner, { "type": "null" }] }),
        1 => json!({ "anyOf": [schemas::any(tape, 3), inner] }),
        2 => json!({ "allOf": [inner] }),
        _ => json!({ "oneOf": [inner] }),
    };
}

/// Moves some keywords into a part of `allOf`, or a part out of it.
fn parted(tape: &mut Tape, schema: &mut Map<String, Value>) {
    if let Some(Value::Array(parts)) = schema.get_mut("allOf")
        && let Some(Value::Object(part)) = parts.pop()
    {
        for (key, value) in part {
            schema.entry(key).or_insert(value);
        }
        return;
    }
    let keys: Vec<String> = schema.keys().cloned().collect();
    let part: Map<String, Value> = tape
        .some(&keys, 40)
        .into_iter()
        .filter_map(|key| Some((key.clone(), schema.remove(&key)?)))
        .collect();
    schema.insert("allOf".to_owned(), json!([part]));
}

/// Moves a property between an object and its first option.
fn moved(tape: &mut Tape, schema: &mut Map<String, Value>) {
    let key = if schema.contains_key("anyOf") {
        "anyOf"
    } else {
        "oneOf"
    };
    let name = *tape.pick(&NAMES);
    let own = schema.get_mut("properties").and_then(Value::as_object_mut);
    let taken = own.and_then(|entries| entries.remove(name));
    let option = schema.get_mut(key).and_then(|options| options.get_mut(0));
    let Some(inner) = option
        .and_then(|option| option.get_mut("properties"))
        .and_then(Value::as_object_mut)
    else {
        if let Some(value) = taken {
            schema["properties"][name] = value;
        }
        return;
    };
    match taken {
        Some(value) => drop(inner.insert(name.to_owned(), value)),
        None => {
            if let Some(value) = inner.remove(name) {
                let own = schema.entry("properties").or_insert_with(|| json!({}));
                own[name] = value;
            }
        }
    }
}

/// The same schema with the keys of all maps in another order.
pub(super) fn reordered(tape: &mut Tape, value: &Value) -> Value {
    match value {
        Value::Object(entries) => {
            let mut entries: Vec<(String, Value)> = entries
                .iter()
                .map(|(key, value)| (key.clone(), reordered(tape, value)))
                .collect();
            tape.shuffle(&mut entries);
            entries.reverse();
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => items.iter().map(|item| reordered(tape, item)).collect(),
        value => value.clone(),
    }
}
