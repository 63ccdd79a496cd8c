//! Whether a value is valid, where the keywords that are known here decide it.
//!
//! The judge of every witness: three-valued, so that a keyword whose effect is not known never makes one.

use serde_json::{Number, Value};

use super::pattern;
use crate::contract::{Additional, Items, Keyword, Schema, Types};

/// Keywords of JSON Schema that decide validity and are not known here; whatever else is unknown says nothing, as the
/// standard has it.
const DECIDING: [&str; 21] = [
    "not",
    "if",
    "then",
    "else",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "propertyNames",
    "contains",
    "minContains",
    "maxContains",
    "additionalItems",
    "prefixItems",
    "unevaluatedItems",
    "unevaluatedProperties",
    "$recursiveRef",
    "$dynamicRef",
    "extends",
    "disallow",
    "enum",
];

/// Whether a keyword that is not known here decides validity.
pub(super) fn decides(keyword: &Keyword) -> bool {
    DECIDING.contains(&&*keyword.name)
}

/// Whether a value is valid; `None` where that cannot be told. `format` is not judged.
pub fn valid(schema: &Schema, value: &Value) -> Option<bool> {
    if schema.never || !of_type(schema, value) || !listed(schema, value) {
        return Some(false);
    }
    let parts: [fn(&Schema, &Value) -> Option<bool>; 6] =
        [within_bounds, object, array, one_of, any_of, all_of];
    let doubtful = schema.unknown.is_some() || schema.others.iter().any(decides);
    all(std::iter::once((!doubtful).then_some(true)).chain(parts.iter().map(|part| part(schema, value))))
}

/// Three-valued "and": one `false` decides.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut whole = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            None => whole = None,
            Some(true) => {}
        }
    }
    whole
}

fn of_type(schema: &Schema, value: &Value) -> bool {
    schema
        .types
        .is_none_or(|types| types.contains(Types::of_value(value)))
}

fn listed(schema: &Schema, value: &Value) -> bool {
    let values = schema.values.as_ref();
    values.is_none_or(|(values, _)| values.iter().any(|listed| equal(listed, value)))
}

/// Whether two values are the same to JSON Schema: 1 and 1.0 are.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, value)| right.get(key).is_some_and(|other| equal(value, other)))
        }
        _ => left == right,
    }
}

fn within_bounds(schema: &Schema, value: &Value) -> Option<bool> {
    all(schema.bounds.iter().map(|bound| within(bound, value)))
}

fn within(bound: &Keyword, value: &Value) -> Option<bool> {
    match (&*bound.name, value) {
        (
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf",
            Value::Number(number),
        ) => numeric(&bound.name, &bound.value, number),
        ("minLength" | "maxLength", Value::String(text)) => sized(bound, text.chars().count()),
        ("minItems" | "maxItems", Value::Array(items)) => sized(bound, items.len()),
        ("minProperties" | "maxProperties", Value::Object(entries)) => sized(bound, entries.len()),
        ("pattern", Value::String(text)) => pattern::matches(bound.value.as_str()?, text),
        ("uniqueItems", Value::Array(items)) => {
            let unique = || {
                let mut pairs = items
                    .iter()
                    .enumerate()
                    .flat_map(|(at, item)| items[..at].iter().map(move |before| (before, item)));
                !pairs.any(|(left, right)| equal(left, right))
            };
            Some(!bound.value.as_bool()? || unique())
        }
        _ => Some(true),
    }
}

fn numeric(name: &str, bound: &Value, number: &Number) -> Option<bool> {
    let (bound, number) = (bound.as_f64()?, number.as_f64()?);
    Some(match name {
        "minimum" => number >= bound,
        "maximum" => number <= bound,
        "exclusiveMinimum" => number > bound,
        "exclusiveMaximum" => number < bound,
        _ => {
            let times = number / bound;
            let rest = (times - times.round()).abs();
            // Between the two a validator's arithmetic decides.
            if rest != 0.0 && rest < 1e-6 {
                return None;
            }
            rest == 0.0
        }
    })
}

fn sized(bound: &Keyword, size: usize) -> Option<bool> {
    let limit = bound.value.as_f64()?;
    #[expect(clippy::cast_precision_loss, reason = "no text here has 2^52 characters")]
    let size = size as f64;
    Some(if bound.name.starts_with("min") {
        size >= limit
    } else {
        size <= limit
    })
}

fn object(schema: &Schema, value: &Value) -> Option<bool> {
    let Value::Object(entries) = value else {
        return Some(true);
    };
    if schema
        .required
        .iter()
        .any(|word| !entries.contains_key(&*word.text))
    {
        return Some(false);
    }
    all(entries.iter().map(|(name, value)| match schema.property(name) {
        Some(property) => valid(&property.schema, value),
        None => match &schema.additional {
            Additional::Open => Some(true),
            Additional::Closed(_) => {
                // With `patternProperties` the name may be declared after all.
                let patterns = schema
                    .others
                    .iter()
                    .any(|keyword| &*keyword.name == "patternProperties");
                if patterns { None } else { Some(false) }
            }
            Additional::Schema(schema) => valid(schema, value),
        },
    }))
}

fn array(schema: &Schema, value: &Value) -> Option<bool> {
    let (Value::Array(values), Some(items)) = (value, &schema.items) else {
        return Some(true);
    };
    match items {
        Items::Each(each) => all(values.iter().map(|value| valid(each, value))),
        Items::ByPosition(schemas) => all(values
            .iter()
            .zip(schemas)
            .map(|(value, schema)| valid(schema, value))),
    }
}

fn one_of(schema: &Schema, value: &Value) -> Option<bool> {
    if schema.one_of.is_empty() {
        return Some(true);
    }
    let (mut fit, mut open) = (0, 0);
    for option in &schema.one_of {
        match valid(option, value) {
            Some(true) => fit += 1,
            None => open += 1,
            Some(false) => {}
        }
    }
    match (fit, open) {
        (2.., _) | (0, 0) => Some(false),
        (1, 0) => Some(true),
        _ => None,
    }
}

fn any_of(schema: &Schema, value: &Value) -> Option<bool> {
    if schema.any_of.is_empty() {
        return Some(true);
    }
    let mut open = false;
    for option in &schema.any_of {
        match valid(option, value) {
            Some(true) => return Some(true),
            None => open = true,
            Some(false) => {}
        }
    }
    (!open).then_some(false)
}

fn all_of(schema: &Schema, value: &Value) -> Option<bool> {
    all(schema.all_of.iter().map(|part| valid(part, value)))
}
