//! Schemas of the shape of connection specifications, small enough that two of them often speak of the same.

use serde_json::{Map, Value, json};

use super::tape::Tape;

/// The names of properties.
pub(super) const NAMES: [&str; 4] = ["a", "b", "c", "d"];
/// The words of `type`.
pub(super) const TYPES: [&str; 7] = [
    "string", "integer", "number", "boolean", "object", "array", "null",
];
/// Patterns, all of which some of [`TEXTS`] match.
pub(super) const PATTERNS: [&str; 6] = ["^[a-z]+$", "^a", "b$", "^$|^[0-9]+$", "^\\d{2}$", "."];
/// Texts that the keywords of a text tell apart.
pub(super) const TEXTS: [&str; 9] = ["", "a", "b", "ab", "12", "7", "abcde", "A-1", "one"];
/// The deepest schema.
const DEEPEST: usize = 3;

/// A whole specification.
pub(super) fn specification(tape: &mut Tape) -> Value {
    let mut root = object(tape, 0);
    if tape.chance(15) {
        add_options(tape, &mut root, 0);
    }
    Value::Object(root)
}

/// A schema of any kind.
pub(super) fn any(tape: &mut Tape, depth: usize) -> Value {
    let deeper = depth < DEEPEST;
    let mut schema = match tape.below(26) {
        5..=7 => number(tape),
        8 => typed("boolean"),
        9 | 10 => listed(tape),
        11 => constant(tape),
        12 => several_types(tape),
        13 => untyped(tape),
        14 | 15 if deeper => list(tape, depth),
        16..=18 if deeper => object(tape, depth + 1),
        19..=23 if deeper => {
            let mut parent = if tape.chance(60) {
                typed("object")
            } else {
                Map::new()
            };
            if tape.chance(20) {
                parent = object(tape, depth + 1);
            }
            add_options(tape, &mut parent, depth + 1);
            parent
        }
        24 if deeper => {
            let mut whole = if tape.chance(50) {
                object(tape, depth + 1)
            } else {
                Map::new()
            };
            let parts: Vec<Value> = (0..=tape.below(2)).map(|_| any(tape, depth + 2)).collect();
            whole.insert("allOf".to_owned(), Value::Array(parts));
            whole
        }
        25 => return Value::Bool(!tape.chance(30)),
        _ => text(tape),
    };
    annotate(tape, &mut schema);
    if let Some(Value::String(word)) = schema.get("type")
        && tape.chance(12)
    {
        schema.insert("type".to_owned(), json!([word, "null"]));
    }
    if tape.chance(2) {
        let (key, value) = rare(tape, depth);
        schema.insert(key.to_owned(), value);
    }
    Value::Object(schema)
}

fn typed(word: &str) -> Map<String, Value> {
    Map::from_iter([("type".to_owned(), json!(word))])
}

fn text(tape: &mut Tape) -> Map<String, Value> {
    let mut schema = typed("string");
    for _ in 0..tape.below(3) {
        bound(tape, &mut schema, &["minLength", "maxLength", "pattern"]);
    }
    if tape.chance(4) {
        schema.insert("format".to_owned(), json!(*tape.pick(&["date", "uri"])));
    }
    schema
}

fn number(tape: &mut Tape) -> Map<String, Value> {
    let mut schema = typed(["integer", "number"][tape.below(2)]);
    for _ in 0..tape.below(3) {
        bound(
            tape,
            &mut schema,
            &[
                "minimum",
                "maximum",
                "exclusiveMinimum",
                "exclusiveMaximum",
                "multipleOf",
            ],
        );
    }
    schema
}

fn several_types(tape: &mut Tape) -> Map<String, Value> {
    let mut words = tape.some(&TYPES, 40);
    if words.is_empty() {
        words.push("string");
    }
    Map::from_iter([("type".to_owned(), json!(words))])
}

/// Keywords without a type.
fn untyped(tape: &mut Tape) -> Map<String, Value> {
    let mut schema = Map::new();
    for _ in 0..tape.below(3) {
        bound(
            tape,
            &mut schema,
            &[
                "minLength",
                "pattern",
                "minimum",
                "maxItems",
                "minProperties",
                "maxLength",
            ],
        );
    }
    if tape.chance(30) {
        schema.insert("required".to_owned(), json!([tape.pick(&NAMES)]));
    }
    schema
}

fn listed(tape: &mut Tape) -> Map<String, Value> {
    let mut schema = if tape.chance(70) {
        typed("string")
    } else {
        Map::new()
    };
    let mut values: Vec<Value> = Vec::new();
    for _ in 0..=tape.below(3) {
        let value = scalar(tape);
        if !values.contains(&value) {
            values.push(value);
        }
    }
    schema.insert("enum".to_owned(), Value::Array(values));
    schema
}

fn constant(tape: &mut Tape) -> Map<String, Value> {
    Map::from_iter([("const".to_owned(), scalar(tape))])
}

/// A value that is neither a list nor an object, mostly a text.
pub(super) fn scalar(tape: &mut Tape) -> Value {
    match tape.below(10) {
        6 => json!(tape.below(4)),
        7 => json!(1.5),
        8 => json!(tape.chance(50)),
        9 => Value::Null,
        _ => json!(*tape.pick(&TEXTS)),
    }
}

/// Sets one bound.
pub(super) fn bound(tape: &mut Tape, schema: &mut Map<String, Value>, names: &[&str]) {
    let name = *tape.pick(names);
    let value = match name {
        "pattern" => json!(*tape.pick(&PATTERNS)),
        "uniqueItems" => json!(tape.chance(70)),
        "multipleOf" => json!(tape.below(4) + 1),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => {
            json!(*tape.pick(&[0.0, 1.0, 2.0, 5.0, -1.0, 1.5]))
        }
        _ => json!(tape.below(4)),
    };
    schema.insert(name.to_owned(), value);
}

fn list(tape: &mut Tape, depth: usize) -> Map<String, Value> {
    let mut schema = typed("array");
    if tape.chance(85) {
        schema.insert("items".to_owned(), any(tape, depth + 1));
    } else if tape.chance(50) {
        let items: Vec<Value> = (0..=tape.below(2)).map(|_| any(tape, depth + 1)).collect();
        schema.insert("items".to_owned(), Value::Array(items));
    }
    if tape.chance(25) {
        bound(tape, &mut schema, &["minItems", "maxItems", "uniqueItems"]);
    }
    schema
}

/// An object with some properties.
pub(super) fn object(tape: &mut Tape, depth: usize) -> Map<String, Value> {
    let mut schema = Map::new();
    match tape.below(20) {
        18 => drop(schema.insert("type".to_owned(), json!(["object", "null"]))),
        19 if depth > 0 => {}
        _ => drop(schema.insert("type".to_owned(), json!("object"))),
    }
    let names = tape.some(&NAMES, 60);
    let mut required = tape.some(&names, 35);
    let properties: Map<String, Value> = names
        .into_iter()
        .map(|name| (name.to_owned(), any(tape, depth + 1)))
        .collect();
    schema.insert("properties".to_owned(), Value::Object(properties));
    if tape.chance(3) {
        required.push(*tape.pick(&NAMES));
        required.sort_unstable();
        required.dedup();
    }
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    further(tape, &mut schema, depth);
    if tape.chance(4) {
        bound(tape, &mut schema, &["minProperties", "maxProperties"]);
    }
    schema
}

/// Says or does not say what further properties may be.
pub(super) fn further(tape: &mut Tape, schema: &mut Map<String, Value>, depth: usize) {
    let value = match tape.below(20) {
        14 | 15 => json!(true),
        16..=18 => json!(false),
        19 => any(tape, depth + 1),
        _ => return,
    };
    schema.insert("additionalProperties".to_owned(), value);
}

/// Adds options: objects with a discriminator, or anything.
pub(super) fn add_options(tape: &mut Tape, parent: &mut Map<String, Value>, depth: usize) {
    let discriminated = !tape.chance(35);
    let options: Vec<Value> = (0..=tape.below(3))
        .map(|at| {
            if discriminated {
                option(tape, at, depth)
            } else {
                any(tape, depth + 1)
            }
        })
        .collect();
    let key = if tape.chance(30) { "anyOf" } else { "oneOf" };
    parent.insert(key.to_owned(), Value::Array(options));
}

/// An option whose discriminator says its number.
pub(super) fn option(tape: &mut Tape, at: usize, depth: usize) -> Value {
    let words = ["one", "two", "three", "four"];
    let word = if tape.chance(8) {
        *tape.pick(&words)
    } else {
        words[at % words.len()]
    };
    let mut option = object(tape, depth + 1);
    let discriminator = match tape.below(4) {
        2 => json!({ "type": "string", "enum": [word] }),
        3 => json!({ "type": "string", "const": word, "default": word }),
        _ => json!({ "type": "string", "const": word }),
    };
    if let Some(Value::Object(properties)) = option.get_mut("properties") {
        properties.insert("kind".to_owned(), discriminator);
    }
    if tape.chance(60) {
        let required = option.entry("required").or_insert_with(|| json!([]));
        required.as_array_mut().unwrap().push(json!("kind"));
    }
    annotate(tape, &mut option);
    Value::Object(option)
}

/// Keywords that say nothing about what is valid.
pub(super) fn annotate(tape: &mut Tape, schema: &mut Map<String, Value>) {
    if tape.chance(15) {
        schema.insert("title".to_owned(), json!(*tape.pick(&["One", "Two"])));
    }
    if tape.chance(10) {
        schema.insert("description".to_owned(), json!("Some words."));
    }
    if tape.chance(10) {
        schema.insert("default".to_owned(), scalar(tape));
    }
}

/// A keyword that specifications hardly use.
pub(super) fn rare(tape: &mut Tape, depth: usize) -> (&'static str, Value) {
    let name = *tape.pick(&NAMES);
    match tape.below(6) {
        0 => ("not", json!({ "required": [name] })),
        1 => ("not", any(tape, depth + 2)),
        2 => ("if", json!({ "required": [name] })),
        3 => ("then", json!({ "required": [name] })),
        4 => ("dependencies", json!({ "a": [name] })),
        _ => ("patternProperties", json!({ "^a": any(tape, depth + 2) })),
    }
}
