//! Which valid configurations the platform may have written, as `src/change/contract/mod.rs` states the model.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::Value;

/// The most combinations of options that are looked at.
const MOST: usize = 64;

/// The model of the configurations of one specification.
#[derive(Default)]
pub(super) struct Model {
    validators: BTreeMap<String, Validator>,
}

/// A schema that a value has to fit, and whether it is an option.
type Part<'a> = (&'a Value, bool);

impl Model {
    /// Whether a valid value holds only what is declared, discriminators included.
    pub(super) fn holds(&mut self, schema: &Value, value: &Value) -> bool {
        self.fits(&[(schema, false)], value)
    }

    fn fits(&mut self, parts: &[Part<'_>], value: &Value) -> bool {
        let mut shapes: Vec<Vec<Part<'_>>> = vec![Vec::new()];
        for (schema, is_option) in parts {
            shapes = product(&shapes, &self.shapes(schema, *is_option, value));
        }
        shapes.iter().any(|shape| self.fits_shape(shape, value))
    }

    /// The combinations of schemas without options that a value may be made of.
    fn shapes<'a>(&mut self, schema: &'a Value, is_option: bool, value: &Value) -> Vec<Vec<Part<'a>>> {
        let mut shapes = vec![vec![(schema, is_option)]];
        let list = |key: &str| schema.get(key).and_then(Value::as_array);
        for part in list("allOf").into_iter().flatten() {
            shapes = product(&shapes, &self.shapes(part, is_option, value));
        }
        for options in [list("oneOf"), list("anyOf")].into_iter().flatten() {
            let mut chosen = Vec::new();
            for option in options {
                if self.is_valid(option, value) {
                    chosen.extend(self.shapes(option, true, value));
                }
            }
            shapes = product(&shapes, &chosen);
        }
        shapes
    }

    fn is_valid(&mut self, schema: &Value, value: &Value) -> bool {
        let validator = self
            .validators
            .entry(schema.to_string())
            .or_insert_with(|| crate::validator(schema));
        validator.is_valid(value)
    }

    fn fits_shape(&mut self, shape: &[Part<'_>], value: &Value) -> bool {
        match value {
            Value::Object(entries) => {
                let set = shape
                    .iter()
                    .filter(|(_, is_option)| *is_option)
                    .flat_map(|(schema, _)| discriminators(schema))
                    .all(|name| entries.contains_key(name));
                set && entries.iter().all(|(name, value)| {
                    let mut declared = false;
                    let mut below: Vec<Part<'_>> = Vec::new();
                    for (schema, _) in shape {
                        if let Some(property) = schema.get("properties").and_then(|all| all.get(name)) {
                            below.push((property, false));
                            declared = true;
                        } else if let Some(further) = schema
                            .get("additionalProperties")
                            .filter(|further| further.is_object())
                        {
                            below.push((further, false));
                            declared = true;
                        }
                        let required = schema.get("required").and_then(Value::as_array);
                        declared |=
                            required.is_some_and(|names| names.iter().any(|other| *other == name.as_str()));
                    }
                    declared && self.fits(&below, value)
                })
            }
            Value::Array(items) => items.iter().enumerate().all(|(at, item)| {
                let each = shape.iter().filter_map(|(schema, _)| match schema.get("items") {
                    Some(Value::Array(schemas)) => schemas.get(at),
                    other => other,
                });
                let below: Vec<Part<'_>> = each.map(|schema| (schema, false)).collect();
                self.fits(&below, item)
            }),
            _ => true,
        }
    }
}

fn product<'a>(left: &[Vec<Part<'a>>], right: &[Vec<Part<'a>>]) -> Vec<Vec<Part<'a>>> {
    let pairs = left
        .iter()
        .flat_map(|left| right.iter().map(move |right| (left, right)));
    let joined = pairs.map(|(left, right)| left.iter().chain(right).copied().collect());
    joined.take(MOST).collect()
}

/// The properties of an option that have one possible value, which is no list and no object.
fn discriminators(schema: &Value) -> impl Iterator<Item = &String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let single = |schema: &Value| match (schema.get("const"), schema.get("enum")) {
        (Some(only), _) => !only.is_object() && !only.is_array(),
        (None, Some(Value::Array(values))) => match values.as_slice() {
            [only] => !only.is_object() && !only.is_array(),
            _ => false,
        },
        _ => false,
    };
    let all = properties.into_iter().flatten();
    all.filter(move |(_, schema)| single(schema))
        .map(|(name, _)| name)
}
