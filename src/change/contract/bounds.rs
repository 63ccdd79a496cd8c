//! Keywords that bound a value, each by itself: which of them are tighter at head, and values that show it.

use serde_json::Value;

use super::instance::{Maker, number, numbers, texts};
use super::schemas::value_of;
use super::valid::equal;
use crate::contract::{Keyword, Schema, Types};

/// The bounds of head that may refuse what base allows.
pub(super) fn tightened<'a>(base: &Schema, head: &'a Schema, types: Types) -> Vec<&'a Keyword> {
    head.bounds
        .iter()
        .filter(|bound| !types.shared(bounded(&bound.name)).is_empty())
        .filter(|bound| !implied(base, bound, types))
        .collect()
}

/// The types that a bound speaks of.
fn bounded(name: &str) -> Types {
    match name {
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => Types::NUMBER,
        "minLength" | "maxLength" | "pattern" => Types::STRING,
        "minItems" | "maxItems" | "uniqueItems" => Types::ARRAY,
        "minProperties" | "maxProperties" => Types::OBJECT,
        _ => Types::NONE,
    }
}

/// Whether base already sees to it that a bound holds.
fn implied(base: &Schema, bound: &Keyword, types: Types) -> bool {
    let before = |name: &str| value_of(&base.bounds, name);
    if before(&bound.name).is_some_and(|value| equal(value, &bound.value)) {
        return true;
    }
    let number = |name: &str| before(name).and_then(Value::as_f64);
    let Some(limit) = bound.value.as_f64() else {
        // Not unique is no demand.
        return bound.value == Value::Bool(false) && &*bound.name == "uniqueItems";
    };
    match &*bound.name {
        "minimum" => [number("minimum"), number("exclusiveMinimum")]
            .iter()
            .flatten()
            .any(|before| *before >= limit),
        "maximum" => [number("maximum"), number("exclusiveMaximum")]
            .iter()
            .flatten()
            .any(|before| *before <= limit),
        "exclusiveMinimum" => {
            number("exclusiveMinimum").is_some_and(|before| before >= limit)
                || number("minimum").is_some_and(|before| before > limit)
        }
        "exclusiveMaximum" => {
            number("exclusiveMaximum").is_some_and(|before| before <= limit)
                || number("maximum").is_some_and(|before| before < limit)
        }
        "multipleOf" => {
            let whole = |number: f64| number.fract() == 0.0 && number.abs() < 1e9;
            let of_integers = types.shared(Types::FRACTION).is_empty() && (limit - 1.0).abs() < f64::EPSILON;
            of_integers
                || number("multipleOf").is_some_and(|before| {
                    whole(before) && whole(limit) && limit != 0.0 && (before % limit) == 0.0
                })
        }
        "minLength" | "minItems" | "minProperties" => {
            limit <= 0.0 || number(&bound.name).is_some_and(|before| before >= limit)
        }
        "maxLength" | "maxItems" | "maxProperties" => {
            number(&bound.name).is_some_and(|before| before <= limit)
        }
        _ => false,
    }
}

/// Values that a bound may refuse.
pub(super) fn proposals(base: &Schema, bound: &Keyword, maker: &Maker<'_>) -> Vec<Value> {
    let mut proposals = Vec::new();
    match bounded(&bound.name) {
        Types::NUMBER => {
            let around = Schema {
                bounds: base.bounds.iter().chain([bound]).cloned().collect(),
                ..Schema::default()
            };
            proposals.extend(numbers(&around));
            let limit = bound.value.as_f64().unwrap_or_default();
            // Between the old bound and the new one, also where both are close.
            for before in base.bounds.iter().filter_map(|keyword| keyword.value.as_f64()) {
                let between = [0.5, 0.1, 0.9].map(|part| before + (limit - before) * part);
                proposals.extend(between.into_iter().filter_map(number));
            }
        }
        Types::STRING => {
            proposals.extend(texts(base));
            let size = |value: &Value| value.as_u64().and_then(|size| usize::try_from(size).ok());
            if let Some(size) = size(&bound.value).filter(|size| *size < 100_000) {
                let near = [size.saturating_sub(1), size + 1];
                let made: Vec<Value> = near
                    .iter()
                    .flat_map(|size| stretched(&proposals, *size))
                    .collect();
                proposals.extend(made);
            }
        }
        Types::ARRAY => {
            let wide = Schema {
                bounds: base
                    .bounds
                    .iter()
                    .cloned()
                    .chain(sizes(bound, "minItems", "maxItems"))
                    .collect(),
                ..base.clone()
            };
            proposals.extend(maker.lists(base, &[], 0));
            proposals.extend(maker.lists(&wide, &[], 0));
            if let Some(item) = proposals
                .iter()
                .find_map(|list| list.as_array()?.first().cloned())
            {
                proposals.push(Value::Array(vec![item.clone(), item]));
            }
        }
        _ => {
            for wanted in sizes(bound, "minProperties", "maxProperties")
                .into_iter()
                .chain([Keyword {
                    value: Value::from(base.properties.len()),
                    ..bound.clone()
                }])
            {
                let mut larger = base.clone();
                larger.bounds.retain(|keyword| &*keyword.name != "minProperties");
                larger.bounds.push(Keyword {
                    name: "minProperties".into(),
                    ..wanted
                });
                proposals.extend(maker.samples(&larger));
            }
            proposals.extend(maker.samples(base));
        }
    }
    proposals
}

/// A bound that makes lists or objects just longer or just shorter than another asks for.
fn sizes(bound: &Keyword, least: &str, most: &str) -> Vec<Keyword> {
    let Some(limit) = bound.value.as_u64() else {
        return Vec::new();
    };
    let keyword = |name: &str, size: u64| Keyword {
        name: name.into(),
        value: Value::from(size),
        place: bound.place,
    };
    if *bound.name == *most {
        vec![keyword(least, limit + 1)]
    } else {
        vec![keyword(most, limit.saturating_sub(1))]
    }
}

/// Texts brought to a length by repeating them.
fn stretched(texts: &[Value], size: usize) -> Vec<Value> {
    let plain = [Value::from("a")];
    let texts = texts
        .iter()
        .chain(&plain)
        .filter_map(Value::as_str)
        .filter(|text| !text.is_empty());
    texts
        .take(8)
        .map(|text| Value::from(text.chars().cycle().take(size).collect::<String>()))
        .collect()
}
