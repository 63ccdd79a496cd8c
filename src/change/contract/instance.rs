//! Values that are valid by a schema, the smallest first.
//!
//! What is made here is only proposed: nothing counts that [`valid`] has not found valid.

use serde_json::{Map, Number, Value};

use super::pattern;
use super::schemas::{Budget, options, reached_types, value_of};
use super::valid::{equal, valid};
use crate::contract::{Additional, Items, Schema, Types};

/// How many values are proposed for one schema.
const MOST: usize = 12;
/// How deep values nest.
const DEEPEST: usize = 24;
/// The longest list and text that is made.
const LONGEST: usize = 1_000;

/// Makes values; the budget bounds the work.
#[derive(Clone, Copy)]
pub(super) struct Maker<'a> {
    pub(super) budget: &'a Budget,
    /// The specification as base writes it, which has the last word on what is valid there.
    pub(super) written: &'a Schema,
}

impl Maker<'_> {
    /// Some values that are valid.
    pub(super) fn samples(&self, schema: &Schema) -> Vec<Value> {
        self.made(schema, 0)
    }

    /// Some valid values of one type.
    pub(super) fn of_type(&self, schema: &Schema, types: Types) -> Vec<Value> {
        let narrowed = Schema {
            types: Some(schema.types.unwrap_or(Types::ANY).shared(types)),
            ..schema.clone()
        };
        self.made(&narrowed, 0)
    }

    fn made(&self, schema: &Schema, depth: usize) -> Vec<Value> {
        if depth > DEEPEST || !self.budget.step() {
            return Vec::new();
        }
        let mut proposals = Vec::new();
        if let Some((values, _)) = &schema.values {
            proposals.extend(values.iter().cloned());
        } else if options(schema).is_empty() {
            self.by_type(schema, depth, &mut proposals);
        } else {
            let bare = Schema {
                one_of: Vec::new(),
                any_of: Vec::new(),
                ..schema.clone()
            };
            let own = self.object(&bare, depth).unwrap_or_default();
            for option in options(schema).iter().take(16) {
                for value in self.made(option, depth + 1).into_iter().take(3) {
                    proposals.push(joined(&own, value));
                }
            }
        }
        let mut kept: Vec<Value> = Vec::new();
        for value in proposals {
            if kept.len() == MOST {
                break;
            }
            if !kept.iter().any(|other| equal(other, &value)) && valid(schema, &value) == Some(true) {
                kept.push(value);
            }
        }
        kept
    }

    fn by_type(&self, schema: &Schema, depth: usize, proposals: &mut Vec<Value>) {
        let types = reached_types(schema);
        let has = |wanted: Types| !types.shared(wanted).is_empty();
        if has(Types::OBJECT)
            && let Some(object) = self.object(schema, depth)
        {
            proposals.push(Value::Object(object.clone()));
            proposals.push(Value::Object(self.enlarged(schema, object, depth)));
        }
        if has(Types::STRING) {
            proposals.extend(
                texts(schema)
                    .into_iter()
                    .filter(|text| valid(schema, text) == Some(true))
                    .take(5),
            );
        }
        if has(Types::NUMBER) {
            let fits = |number: &Value| valid(schema, number) == Some(true);
            proposals.extend(numbers(schema).into_iter().filter(fits).take(4));
        }
        if has(Types::BOOLEAN) {
            proposals.extend([Value::Bool(true), Value::Bool(false)]);
        }
        if has(Types::ARRAY) {
            proposals.extend(self.lists(schema, &[], depth));
        }
        if has(Types::NULL) {
            proposals.push(Value::Null);
        }
    }

    /// The smallest object: what is required.
    fn object(&self, schema: &Schema, depth: usize) -> Option<Map<String, Value>> {
        let mut object = Map::new();
        for property in &schema.properties {
            if schema.requires(&property.name.text) {
                let value = self.made(&property.schema, depth + 1).into_iter().next()?;
                object.insert(property.name.text.to_string(), value);
            }
        }
        for word in &schema.required {
            if !object.contains_key(&*word.text) {
                object.insert(word.text.to_string(), self.further(schema, depth)?);
            }
        }
        Some(object)
    }

    /// The value of a property that is not declared.
    fn further(&self, schema: &Schema, depth: usize) -> Option<Value> {
        match &schema.additional {
            Additional::Open => Some(Value::from("x")),
            Additional::Closed(_) => None,
            Additional::Schema(schema) => self.made(schema, depth + 1).into_iter().next(),
        }
    }

    /// An object with optional properties, up to the least number that is asked for; one where none is.
    fn enlarged(&self, schema: &Schema, mut object: Map<String, Value>, depth: usize) -> Map<String, Value> {
        let least = value_of(&schema.bounds, "minProperties").and_then(Value::as_u64);
        let least = least.map_or(object.len() + 1, |least| {
            usize::try_from(least).unwrap_or(LONGEST)
        });
        for property in &schema.properties {
            if object.len() >= least {
                return object;
            }
            if !object.contains_key(&*property.name.text)
                && let Some(value) = self.made(&property.schema, depth + 1).into_iter().next()
            {
                object.insert(property.name.text.to_string(), value);
            }
        }
        object
    }

    /// Lists: empty, with one item, and as long as has to be; those with given items first.
    pub(super) fn lists(&self, schema: &Schema, given: &[Value], depth: usize) -> Vec<Value> {
        let size = |name: &str| {
            let bound = value_of(&schema.bounds, name).and_then(Value::as_u64);
            bound
                .and_then(|bound| usize::try_from(bound).ok())
                .filter(|bound| *bound <= LONGEST)
        };
        let mut sizes = vec![size("minItems").unwrap_or(0), 0, 1, 2];
        sizes.extend(size("maxItems"));
        let items = match &schema.items {
            None => vec![Value::from("a"), Value::from("b"), Value::from("c")],
            Some(Items::Each(each)) => self.made(each, depth + 1),
            Some(Items::ByPosition(schemas)) => {
                let first = |schema| self.made(schema, depth + 1).into_iter().next();
                let whole: Option<Vec<Value>> = schemas.iter().map(first).collect();
                return whole
                    .map(Value::Array)
                    .into_iter()
                    .chain([Value::Array(Vec::new())])
                    .collect();
            }
        };
        let mut lists = Vec::new();
        for size in sizes {
            if given.len() > size {
                continue;
            }
            let fill = items
                .iter()
                .filter(|item| !given.iter().any(|other| equal(other, item)));
            let mut list: Vec<Value> = given.iter().chain(fill).take(size).cloned().collect();
            // Distinct items are short: repeat, which is fine unless the items have to be unique.
            while list.len() < size {
                let Some(item) = items.first().or(given.first()) else {
                    break;
                };
                list.push(item.clone());
            }
            if list.len() == size {
                lists.push(Value::Array(list));
            }
        }
        lists
    }
}

/// A value with the properties of an object around it.
pub(super) fn joined(own: &Map<String, Value>, value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let mut whole = own.clone();
            whole.extend(entries);
            Value::Object(whole)
        }
        value => value,
    }
}

/// Texts that may be valid: what the schema itself names, then what its pattern and its lengths ask for.
pub(super) fn texts(schema: &Schema) -> Vec<Value> {
    let mut texts: Vec<String> = Vec::new();
    if let Some(default) = schema.default.as_ref().and_then(|keyword| keyword.value.as_str()) {
        texts.push(default.to_owned());
    }
    if let Some(pattern) = value_of(&schema.bounds, "pattern").and_then(Value::as_str) {
        texts.extend(pattern::examples(pattern));
    }
    for name in ["minLength", "maxLength"] {
        let size = value_of(&schema.bounds, name).and_then(Value::as_u64);
        if let Some(size) = size
            .and_then(|size| usize::try_from(size).ok())
            .filter(|size| *size <= LONGEST)
        {
            texts.push("a".repeat(size));
            texts.push("b".repeat(size));
        }
    }
    let plain = [
        "a",
        "",
        "b",
        "c",
        "A",
        "0",
        "1",
        " ",
        "!",
        "a b",
        "https://example.com",
        "2020-01-01",
        "2020-01-01T00:00:00Z",
        "user@example.com",
    ];
    texts.extend(plain.map(str::to_owned));
    texts.into_iter().map(Value::String).collect()
}

/// Numbers that may be valid: small ones, then those around the bounds.
pub(super) fn numbers(schema: &Schema) -> Vec<Value> {
    let mut numbers = vec![0.0, 1.0, 2.0, 0.5, -1.0, 10.0, -0.5, 3.0, 7.0, 100.0];
    let bounds = [
        "minimum",
        "exclusiveMinimum",
        "maximum",
        "exclusiveMaximum",
        "multipleOf",
    ];
    let bounds: Vec<f64> = bounds
        .iter()
        .filter_map(|name| value_of(&schema.bounds, name)?.as_f64())
        .collect();
    for bound in &bounds {
        numbers.extend([
            *bound,
            bound + 1.0,
            bound - 1.0,
            bound + 0.5,
            bound - 0.5,
            bound * 2.0,
            bound * 3.0,
        ]);
        numbers.extend([bound.floor(), bound.ceil()]);
    }
    for (at, left) in bounds.iter().enumerate() {
        numbers.extend(bounds[..at].iter().map(|right| f64::midpoint(*left, *right)));
    }
    if let Some(default) = schema.default.as_ref().and_then(|keyword| keyword.value.as_f64()) {
        numbers.insert(0, default);
    }
    numbers.into_iter().filter_map(number).collect()
}

/// A number as JSON writes it: without a fraction where it has none.
pub(super) fn number(number: f64) -> Option<Value> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "only where the number is small and whole"
    )]
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return Some(Value::from(number as i64));
    }
    Number::from_f64(number).map(Value::Number)
}
