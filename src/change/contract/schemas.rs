//! Schemas as sets of values: equal in effect, both at once, which types they reach.

use std::cell::Cell;

use serde_json::Value;

use super::valid::{decides, equal};
use crate::contract::{Additional, Items, Keyword, Schema, Types, Word};

/// Whether two schemas are equal in all that counts; places, titles and the order of names do not.
pub(super) fn same(left: &Schema, right: &Schema) -> bool {
    let texts = |left: &Option<Word>, right: &Option<Word>| {
        left.as_ref().map(|word| &word.text) == right.as_ref().map(|word| &word.text)
    };
    left.types == right.types
        && left.never == right.never
        && texts(&left.format, &right.format)
        && texts(&left.airbyte_type, &right.airbyte_type)
        && left.required.len() == right.required.len()
        && left.required.iter().all(|word| right.requires(&word.text))
        && same_values(left, right)
        && same_keywords(&left.bounds, &right.bounds)
        && same_keywords(&left.others, &right.others)
        && left.default.as_ref().map(|keyword| &keyword.value)
            == right.default.as_ref().map(|keyword| &keyword.value)
        && match (&left.unknown, &right.unknown) {
            (None, None) => true,
            (Some(left), Some(right)) => left.same(right),
            _ => false,
        }
        && same_additional(&left.additional, &right.additional)
        && same_items(left.items.as_ref(), right.items.as_ref())
        && same_list(&left.one_of, &right.one_of)
        && same_list(&left.any_of, &right.any_of)
        && same_list(&left.all_of, &right.all_of)
        && same_properties(left, right)
}

fn same_values(left: &Schema, right: &Schema) -> bool {
    match (&left.values, &right.values) {
        (None, None) => true,
        (Some((left, _)), Some((right, _))) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|value| right.iter().any(|other| equal(value, other)))
        }
        _ => false,
    }
}

fn same_keywords(left: &[Keyword], right: &[Keyword]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .all(|keyword| value_of(right, &keyword.name).is_some_and(|other| other == &keyword.value))
}

/// A keyword's value.
pub(super) fn value_of<'a>(keywords: &'a [Keyword], name: &str) -> Option<&'a Value> {
    let keyword = keywords.iter().find(|keyword| *keyword.name == *name);
    keyword.map(|keyword| &keyword.value)
}

fn same_additional(left: &Additional, right: &Additional) -> bool {
    match (left, right) {
        (Additional::Open, Additional::Open) | (Additional::Closed(_), Additional::Closed(_)) => true,
        (Additional::Schema(left), Additional::Schema(right)) => same(left, right),
        _ => false,
    }
}

fn same_items(left: Option<&Items>, right: Option<&Items>) -> bool {
    match (left, right) {
        (None, None) => true,
        (Some(Items::Each(left)), Some(Items::Each(right))) => same(left, right),
        (Some(Items::ByPosition(left)), Some(Items::ByPosition(right))) => same_list(left, right),
        _ => false,
    }
}

fn same_list(left: &[Schema], right: &[Schema]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
}

fn same_properties(left: &Schema, right: &Schema) -> bool {
    left.properties.len() == right.properties.len()
        && left.properties.iter().enumerate().all(|(at, property)| {
            // Mostly at the same position.
            let there = right
                .properties
                .get(at)
                .filter(|other| other.name.text == property.name.text);
            there
                .or_else(|| right.property(&property.name.text))
                .is_some_and(|other| same(&property.schema, &other.schema))
        })
}

/// The options of a schema, of `oneOf` or else of `anyOf`.
pub(super) fn options(schema: &Schema) -> &[Schema] {
    if schema.one_of.is_empty() {
        &schema.any_of
    } else {
        &schema.one_of
    }
}

/// Whether anything is valid, as far as can be seen.
pub(super) fn is_any(schema: &Schema) -> bool {
    same(schema, &Schema::default())
}

/// The types that a schema itself allows, its options left out.
pub(super) fn own_types(schema: &Schema) -> Types {
    if schema.never {
        return Types::NONE;
    }
    let mut types = schema.types.unwrap_or(Types::ANY);
    if let Some((values, _)) = &schema.values {
        let listed = values
            .iter()
            .fold(Types::NONE, |types, value| types.with(Types::of_value(value)));
        types = types.shared(listed);
    }
    for part in &schema.all_of {
        types = types.shared(reached_types(part));
    }
    types
}

/// The types that valid values have at most.
pub(super) fn reached_types(schema: &Schema) -> Types {
    let mut types = own_types(schema);
    for options in [&schema.one_of, &schema.any_of] {
        if !options.is_empty() {
            let reached = options
                .iter()
                .fold(Types::NONE, |types, option| types.with(reached_types(option)));
            types = types.shared(reached);
        }
    }
    types
}

/// The one value that a property can have.
pub(super) fn discriminator(schema: &Schema) -> Option<&Value> {
    let (values, _) = schema.values.as_ref()?;
    let [value] = values.as_slice() else { return None };
    (!value.is_object() && !value.is_array()).then_some(value)
}

/// A schema of base by the model of a configuration: in an option the discriminators have to be there.
pub(super) fn modelled(schema: &Schema, is_option: bool) -> Schema {
    let options = |list: &[Schema]| list.iter().map(|option| modelled(option, true)).collect();
    let plain = |schema: &Schema| modelled(schema, false);
    let mut whole = Schema {
        one_of: options(&schema.one_of),
        any_of: options(&schema.any_of),
        ..below(schema, plain)
    };
    if is_option {
        let set = schema.properties.iter().filter(|property| {
            discriminator(&property.schema).is_some() && !schema.requires(&property.name.text)
        });
        whole.required.extend(set.map(|property| property.name.clone()));
    }
    whole
}

/// A schema with each schema of its properties and items made anew; its options and parts stay.
fn below(schema: &Schema, made: impl Fn(&Schema) -> Schema) -> Schema {
    let mut whole = schema.clone();
    for property in &mut whole.properties {
        property.schema = made(&property.schema);
    }
    if let Additional::Schema(further) = &mut whole.additional {
        **further = made(further);
    }
    match &mut whole.items {
        Some(Items::Each(each)) => **each = made(each),
        Some(Items::ByPosition(schemas)) => {
            for one in schemas {
                *one = made(one);
            }
        }
        None => {}
    }
    whole
}

/// Writes `allOf` into the schema that holds it, wherever both can be said in one.
pub(super) fn folded(schema: &Schema) -> Schema {
    let mut whole = Schema {
        one_of: schema.one_of.iter().map(folded).collect(),
        any_of: schema.any_of.iter().map(folded).collect(),
        all_of: Vec::new(),
        ..below(schema, folded)
    };
    for part in schema.all_of.iter().map(folded) {
        match conjoined(&whole, &part) {
            Some(both) => whole = both,
            None => whole.all_of.push(part),
        }
    }
    whole
}

/// The schema of the values that are valid by both, where one schema can say it. Place, title and default are those of
/// the first that has them.
pub(super) fn conjoined(left: &Schema, right: &Schema) -> Option<Schema> {
    let doubts = left.unknown.is_some() && right.unknown.is_some();
    let conditions = left.others.iter().any(decides) && right.others.iter().any(decides);
    let closes = |one: &Schema, other: &Schema| {
        !matches!(one.additional, Additional::Open) && !other.properties.is_empty()
    };
    let words = agree(left.format.as_ref(), right.format.as_ref())
        && agree(left.airbyte_type.as_ref(), right.airbyte_type.as_ref());
    if !words || doubts || conditions || closes(left, right) || closes(right, left) {
        return None;
    }
    let additional = match (&left.additional, &right.additional) {
        (Additional::Open, other) | (other, Additional::Open) => other.clone(),
        (left, right) if same_additional(left, right) => left.clone(),
        _ => return None,
    };
    let items = match (&left.items, &right.items) {
        (None, other) | (other, None) => other.clone(),
        (left, right) if same_items(left.as_ref(), right.as_ref()) => left.clone(),
        _ => return None,
    };
    let values = match (&left.values, &right.values) {
        (None, other) | (other, None) => other.clone(),
        _ if same_values(left, right) => left.values.clone(),
        _ => return None,
    };
    let mut whole = Schema {
        types: match (left.types, right.types) {
            (Some(left), Some(right)) => Some(left.shared(right)),
            (left, right) => left.or(right),
        },
        types_place: left.types_place.or(right.types_place),
        additional,
        items,
        is_const: left.is_const || right.is_const,
        values,
        format: left.format.clone().or_else(|| right.format.clone()),
        airbyte_type: left.airbyte_type.clone().or_else(|| right.airbyte_type.clone()),
        bounds: keywords(&left.bounds, &right.bounds)?,
        others: keywords(&left.others, &right.others)?,
        one_of: one_list(&left.one_of, &right.one_of)?,
        any_of: one_list(&left.any_of, &right.any_of)?,
        all_of: left.all_of.iter().chain(&right.all_of).cloned().collect(),
        default: left.default.clone().or_else(|| right.default.clone()),
        title: left.title.clone().or_else(|| right.title.clone()),
        never: left.never || right.never,
        unknown: left.unknown.clone().or_else(|| right.unknown.clone()),
        ..left.clone()
    };
    for word in &right.required {
        if !whole.requires(&word.text) {
            whole.required.push(word.clone());
        }
    }
    for property in &right.properties {
        match whole
            .properties
            .iter_mut()
            .find(|other| other.name.text == property.name.text)
        {
            Some(other) => other.schema = conjoined(&other.schema, &property.schema)?,
            None => whole.properties.push(property.clone()),
        }
    }
    Some(whole)
}

/// Whether two words can both stand: one is absent, or they are equal.
fn agree(left: Option<&Word>, right: Option<&Word>) -> bool {
    left.zip(right)
        .is_none_or(|(left, right)| left.text == right.text)
}

fn keywords(left: &[Keyword], right: &[Keyword]) -> Option<Vec<Keyword>> {
    let mut all = left.to_vec();
    for keyword in right {
        match value_of(left, &keyword.name) {
            None => all.push(keyword.clone()),
            Some(value) if value == &keyword.value => {}
            Some(_) => return None,
        }
    }
    Some(all)
}

fn one_list(left: &[Schema], right: &[Schema]) -> Option<Vec<Schema>> {
    match (left, right) {
        ([], list) | (list, []) => Some(list.to_vec()),
        _ => None,
    }
}

/// A bound on the work of one comparison: options in options could ask for more than anybody can wait for.
#[derive(Debug)]
pub(super) struct Budget(Cell<usize>);

impl Budget {
    pub(super) fn new(steps: usize) -> Self {
        Self(Cell::new(steps))
    }

    /// Takes a step; `false` once nothing is left.
    pub(super) fn step(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}
