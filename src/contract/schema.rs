//! A JSON Schema, as far as it decides which values are valid.
//!
//! Property names and schema keywords are different positions here: a property named `type` is a property. Annotations
//! (`title` apart, which labels) are left out, so that schemas that differ in them alone are equal in effect.

use std::sync::Arc;

use serde_json::Value;

use super::types::Types;
use super::{Place, Reason, ReasonKind, View, Word};

/// How deep a schema may nest; the deepest known has 20.
const DEEPEST: usize = 64;

/// Keywords that say nothing about validity.
const ANNOTATIONS: [&str; 29] = [
    "$schema",
    "$id",
    "id",
    "$comment",
    "$defs",
    "definitions",
    "title",
    "description",
    "examples",
    "example",
    "order",
    "group",
    "groups",
    "airbyte_secret",
    "airbyte_hidden",
    "always_show",
    "multiline",
    "pattern_descriptor",
    "display_type",
    "readOnly",
    "writeOnly",
    "deprecated",
    "name",
    "placeholder",
    "docs",
    "icon",
    "label",
    "airbyte_hidden_default",
    "display_order",
];

/// Keywords that bound a value, each by itself.
const BOUNDS: [&str; 14] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "contentEncoding",
];

/// A keyword that is compared by its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Keyword {
    /// Its name.
    pub name: Arc<str>,
    /// Its value.
    pub value: Value,
    /// Where its value stands.
    pub place: Place,
}

/// A property of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Its name, at its key.
    pub name: Word,
    /// What it may hold.
    pub schema: Schema,
}

/// What the properties that are not named may hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Additional {
    /// Anything, or the keyword is absent.
    #[default]
    Open,
    /// There may be none.
    Closed(Place),
    /// What a schema allows.
    Schema(Box<Schema>),
}

/// What the items of a list may hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Items {
    /// All the same.
    Each(Box<Schema>),
    /// One schema for each position.
    ByPosition(Vec<Schema>),
}

/// A JSON Schema.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schema {
    /// Where it stands.
    pub place: Place,
    /// The `type` keyword; `None` where it is absent.
    pub types: Option<Types>,
    /// Where the `type` keyword's value stands.
    pub types_place: Option<Place>,
    /// `properties`, in the order of the file.
    pub properties: Vec<Property>,
    /// `required`.
    pub required: Vec<Word>,
    /// `additionalProperties`.
    pub additional: Additional,
    /// `items`.
    pub items: Option<Items>,
    /// `enum`, or `const` as its only value.
    pub values: Option<(Vec<Value>, Place)>,
    /// Whether [`Schema::values`] comes from `const`.
    pub is_const: bool,
    /// `format`.
    pub format: Option<Word>,
    /// `airbyte_type`.
    pub airbyte_type: Option<Word>,
    /// Keywords that bound a value, each by itself.
    pub bounds: Vec<Keyword>,
    /// `oneOf`.
    pub one_of: Vec<Schema>,
    /// `anyOf`.
    pub any_of: Vec<Schema>,
    /// `allOf`.
    pub all_of: Vec<Schema>,
    /// `default`.
    pub default: Option<Keyword>,
    /// `title`, to label.
    pub title: Option<Arc<str>>,
    /// Keywords that may decide validity in a way that is not known here.
    pub others: Vec<Keyword>,
    /// Whether nothing is valid: the schema `false`.
    pub never: bool,
    /// Why it cannot be told what is valid.
    pub unknown: Option<Reason>,
}

impl Schema {
    /// Reads a schema; what cannot be read becomes [`Schema::unknown`] where it stands, and the rest is kept.
    pub fn read(view: &View<'_>) -> Schema {
        read(view, 0)
    }

    /// A property's schema.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties
            .iter()
            .find(|property| *property.name.text == *name)
    }

    /// Whether a property has to be there.
    pub fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|word| *word.text == *name)
    }

    fn broken(place: Place, reason: Reason) -> Schema {
        Schema {
            place,
            unknown: Some(reason),
            ..Schema::default()
        }
    }

    /// Keeps a keyword by its value, in one of the lists.
    fn keep(&mut self, key: &Word, value: &View<'_>, list: fn(&mut Schema) -> &mut Vec<Keyword>) {
        match other(key, value) {
            Ok(keyword) => list(self).push(keyword),
            Err(reason) => self.doubt(reason),
        }
    }

    fn doubt(&mut self, reason: Reason) {
        self.unknown.get_or_insert(reason);
    }
}

fn read(view: &View<'_>, depth: usize) -> Schema {
    let place = view.place();
    if let Some(reason) = view.broken() {
        return Schema::broken(place, reason.clone());
    }
    if depth > DEEPEST {
        return Schema::broken(place, view.too_large());
    }
    if let Some(allowed) = view.as_bool() {
        return Schema {
            place,
            never: !allowed,
            ..Schema::default()
        };
    }
    let Some(entries) = view.entries() else {
        return Schema::broken(place, view.because(ReasonKind::Misshapen, ""));
    };
    let mut schema = Schema {
        place,
        ..Schema::default()
    };
    for (key, value) in entries {
        keyword(&mut schema, &key, &value, depth);
    }
    schema
}

fn keyword(schema: &mut Schema, key: &Word, value: &View<'_>, depth: usize) {
    let misshapen = |key: &Word| Reason {
        place: Some(key.place),
        ..value.because(ReasonKind::Misshapen, &key.text)
    };
    if let Some(reason) = value.broken() {
        if !ANNOTATIONS.contains(&&*key.text) {
            schema.doubt(reason.clone());
        }
        return;
    }
    let subschemas = |value: &View<'_>| -> Option<Vec<Schema>> {
        Some(value.items()?.iter().map(|item| read(item, depth + 1)).collect())
    };
    match &*key.text {
        "type" => match types(value) {
            Some(types) => {
                schema.types = Some(types);
                schema.types_place = Some(value.place());
            }
            None => schema.doubt(misshapen(key)),
        },
        "properties" => match value.entries() {
            Some(entries) => {
                schema.properties = entries
                    .into_iter()
                    .map(|(name, value)| Property {
                        name,
                        schema: read(&value, depth + 1),
                    })
                    .collect();
            }
            None => schema.doubt(misshapen(key)),
        },
        "required" => match words(value) {
            Some(words) => schema.required = words,
            // Draft 3 wrote a boolean here, which says nothing to the readers of today.
            None if value.as_bool().is_some() => {}
            None => schema.doubt(misshapen(key)),
        },
        "additionalProperties" => match value.as_bool() {
            Some(true) => {}
            Some(false) => schema.additional = Additional::Closed(key.place),
            None => schema.additional = Additional::Schema(Box::new(read(value, depth + 1))),
        },
        "items" => match value.items() {
            Some(items) => {
                schema.items = Some(Items::ByPosition(
                    items.iter().map(|item| read(item, depth + 1)).collect(),
                ));
            }
            None => schema.items = Some(Items::Each(Box::new(read(value, depth + 1)))),
        },
        "enum" => match value.items() {
            Some(items) if schema.values.is_none() => match items.iter().map(View::to_json).collect() {
                Ok(values) => schema.values = Some((values, value.place())),
                Err(reason) => schema.doubt(reason),
            },
            Some(_) => schema.keep(key, value, |schema| &mut schema.others),
            None => schema.doubt(misshapen(key)),
        },
        "const" => {
            if let Some((values, place)) = schema.values.take() {
                // Both have to hold; the list is kept to be compared as it is.
                schema.others.push(Keyword {
                    name: Arc::from("enum"),
                    value: Value::Array(values),
                    place,
                });
            }
            match value.to_json() {
                Ok(only) => schema.values = Some((vec![only], value.place())),
                Err(reason) => schema.doubt(reason),
            }
            schema.is_const = true;
        }
        "format" => schema.format = word(value),
        "airbyte_type" => schema.airbyte_type = word(value),
        "oneOf" => match subschemas(value) {
            Some(list) => schema.one_of = list,
            None => schema.doubt(misshapen(key)),
        },
        "anyOf" => match subschemas(value) {
            Some(list) => schema.any_of = list,
            None => schema.doubt(misshapen(key)),
        },
        "allOf" => match subschemas(value) {
            Some(list) => schema.all_of = list,
            None => schema.doubt(misshapen(key)),
        },
        "default" => match other(key, value) {
            Ok(keyword) => schema.default = Some(keyword),
            Err(reason) => schema.doubt(reason),
        },
        "title" => schema.title = value.text().map(Arc::from),
        name if BOUNDS.contains(&name) => schema.keep(key, value, |schema| &mut schema.bounds),
        name if ANNOTATIONS.contains(&name) => {}
        name if name.starts_with("x-") || name.starts_with("airbyte_") => {}
        _ => schema.keep(key, value, |schema| &mut schema.others),
    }
}

fn other(key: &Word, value: &View<'_>) -> Result<Keyword, Reason> {
    Ok(Keyword {
        name: Arc::clone(&key.text),
        value: value.to_json()?,
        place: value.place(),
    })
}

fn word(value: &View<'_>) -> Option<Word> {
    Some(Word {
        text: Arc::from(value.text()?),
        place: value.place(),
    })
}

fn words(value: &View<'_>) -> Option<Vec<Word>> {
    value.items()?.iter().map(word).collect()
}

fn types(value: &View<'_>) -> Option<Types> {
    if let Some(word) = value.text() {
        return Types::of_word(word);
    }
    let mut types = Types::NONE;
    for item in value.items()? {
        types = types.with(Types::of_word(item.text()?)?);
    }
    Some(types)
}
