//! Configurations by a schema: mostly what it asks for, with some noise.

use serde_json::{Map, Value, json};

use super::schemas::{NAMES, TEXTS};
use super::tape::Tape;

/// How deep a configuration nests.
const DEEPEST: usize = 8;

/// Values that two schemas name, and those at the edges of their bounds.
pub(super) fn named(schemas: [&Value; 2]) -> Vec<Value> {
    let mut values: Vec<Value> = TEXTS.iter().map(|text| json!(text)).collect();
    values.extend([
        json!(0),
        json!(1.5),
        json!(-1),
        json!(true),
        json!(false),
        Value::Null,
    ]);
    values.extend([json!([]), json!({})]);
    for schema in schemas {
        collect(schema, &mut values);
    }
    values
}

fn collect(schema: &Value, values: &mut Vec<Value>) {
    match schema {
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or_default();
            for near in [number, number - 1.0, number + 1.0, number + 0.5] {
                values.push(json!(near));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, values)),
        Value::Object(entries) => {
            for (key, value) in entries {
                match (&**key, value) {
                    ("const" | "default", value) => values.push(value.clone()),
                    ("enum", Value::Array(listed)) => values.extend(listed.iter().cloned()),
                    (_, value) => collect(value, values),
                }
            }
        }
        _ => {}
    }
}

/// Makes values by a schema.
pub(super) struct Maker<'a> {
    pub(super) tape: &'a mut Tape,
    /// What noise is made of.
    pub(super) named: &'a [Value],
}

impl Maker<'_> {
    /// A value that is likely to be valid.
    pub(super) fn value(&mut self, schema: &Value, depth: usize) -> Value {
        let Value::Object(keywords) = schema else {
            return self.noise();
        };
        if depth > DEEPEST || self.tape.chance(3) {
            return self.noise();
        }
        if let Some(value) = keywords.get("const") {
            return value.clone();
        }
        if let Some(Value::Array(values)) = keywords.get("enum")
            && !values.is_empty()
        {
            return self.tape.pick(values).clone();
        }
        let mut parts: Vec<&Value> = Vec::new();
        for key in ["oneOf", "anyOf"] {
            if let Some(Value::Array(options)) = keywords.get(key)
                && !options.is_empty()
            {
                parts.push(self.tape.pick(options));
            }
        }
        if let Some(Value::Array(all)) = keywords.get("allOf") {
            parts.extend(all);
        }
        let mut whole = self.own(keywords, depth);
        for part in parts {
            let value = self.value(part, depth + 1);
            match (&mut whole, value) {
                (Some(Value::Object(whole)), Value::Object(part)) => whole.extend(part),
                (Some(_), _) if self.tape.chance(30) => {}
                (_, value) => whole = Some(value),
            }
        }
        whole.unwrap_or_else(|| self.noise())
    }

    fn noise(&mut self) -> Value {
        self.tape.pick(self.named).clone()
    }

    /// A value by the keywords of a schema itself; `None` where they do not say of which type.
    fn own(&mut self, keywords: &Map<String, Value>, depth: usize) -> Option<Value> {
        let mut words: Vec<&str> = match keywords.get("type") {
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
            Some(word) => word.as_str().into_iter().collect(),
            None => Vec::new(),
        };
        if words.is_empty() {
            let telling = [
                ("properties", "object"),
                ("required", "object"),
                ("items", "array"),
                ("pattern", "string"),
                ("minimum", "number"),
                ("maximum", "number"),
            ];
            let told = telling.iter().filter(|(key, _)| keywords.contains_key(*key));
            words.extend(told.map(|(_, word)| *word));
            if words.is_empty() {
                return None;
            }
        }
        let types = |value: &Value| match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.as_f64().is_some_and(|number| number.fract() == 0.0) => "integer",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let word = *self.tape.pick(&words);
        Some(match word {
            "object" => Value::Object(self.object(keywords, depth)),
            "array" => Value::Array(self.list(keywords, depth)),
            word => {
                let fits = |value: &&Value| {
                    let kind = types(value);
                    kind == word || (word == "number" && kind == "integer")
                };
                let fitting: Vec<&Value> = self.named.iter().filter(fits).collect();
                (*self.tape.pick(&fitting)).clone()
            }
        })
    }

    fn object(&mut self, keywords: &Map<String, Value>, depth: usize) -> Map<String, Value> {
        let mut object = Map::new();
        let required = |name: &str| {
            let names = keywords.get("required").and_then(Value::as_array);
            names.is_some_and(|names| names.iter().any(|other| *other == *name))
        };
        let often = *self.tape.pick(&[50, 10, 90]);
        if let Some(Value::Object(properties)) = keywords.get("properties") {
            for (name, schema) in properties {
                let percent = if required(name) || name == "kind" {
                    99
                } else {
                    often
                };
                if self.tape.chance(percent) {
                    object.insert(name.clone(), self.value(schema, depth + 1));
                }
            }
        }
        let further = keywords.get("additionalProperties").unwrap_or(&Value::Null);
        for name in NAMES.iter().chain(&["kind", "other"]) {
            let is_further = further.is_object() && self.tape.chance(15);
            if !object.contains_key(*name) && (required(name) || is_further) {
                object.insert((*name).to_owned(), self.value(further, depth + 1));
            }
        }
        object
    }

    fn list(&mut self, keywords: &Map<String, Value>, depth: usize) -> Vec<Value> {
        let items = keywords.get("items").unwrap_or(&Value::Null);
        (0..self.tape.below(4))
            .map(|at| {
                let schema = match items {
                    Value::Array(schemas) => schemas.get(at).unwrap_or(&Value::Null),
                    schema => schema,
                };
                self.value(schema, depth + 1)
            })
            .collect()
    }

    /// Changes one thing somewhere in a configuration.
    pub(super) fn mutate(&mut self, value: &mut Value) {
        match value {
            Value::Object(entries) if !entries.is_empty() && !self.tape.chance(10) => {
                let names: Vec<String> = entries.keys().cloned().collect();
                let name = self.tape.pick(&names);
                match self.tape.below(5) {
                    0 => drop(entries.remove(name)),
                    1 => drop(entries.insert((*self.tape.pick(&NAMES)).to_owned(), self.noise())),
                    _ => self.mutate(&mut entries[name.as_str()]),
                }
            }
            Value::Array(items) if !items.is_empty() && !self.tape.chance(10) => {
                let at = self.tape.below(items.len());
                match self.tape.below(4) {
                    0 => drop(items.remove(at)),
                    1 => items.push(items[at].clone()),
                    _ => self.mutate(&mut items[at]),
                }
            }
            value => *value = self.noise(),
        }
    }
}
