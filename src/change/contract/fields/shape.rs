//! A field in the form in which a destination stores it: parts and options of its schema written into one.

use crate::change::contract::schemas::same;
use crate::contract::{Additional, Items, Place, Property, Reason, Schema, Types, Word};

/// How deep options are written into the field that holds them.
const DEEPEST: usize = 16;

/// A field in the form in which it is stored.
#[derive(Debug, Clone)]
pub(super) struct Shape<'a> {
    pub(super) types: Types,
    pub(super) place: Place,
    pub(super) properties: Vec<&'a Property>,
    pub(super) items: Option<&'a Items>,
    pub(super) values: Option<&'a Schema>,
    pub(super) format: Option<&'a Word>,
    pub(super) airbyte_type: Option<&'a Word>,
    pub(super) unknown: Option<&'a Reason>,
    /// Options that differ in more than their types.
    pub(super) options: Vec<&'a Schema>,
}

/// The form in which a schema's values are stored.
pub(super) fn shape(schema: &Schema) -> Shape<'_> {
    shape_at(schema, 0)
}

fn shape_at(schema: &Schema, depth: usize) -> Shape<'_> {
    let mut whole = Shape {
        types: stored_types(schema),
        place: schema.types_place.unwrap_or(schema.place),
        properties: schema.properties.iter().collect(),
        items: schema.items.as_ref(),
        values: match &schema.additional {
            Additional::Schema(values) => Some(values),
            _ => None,
        },
        format: schema.format.as_ref(),
        airbyte_type: schema.airbyte_type.as_ref(),
        unknown: schema.unknown.as_ref(),
        options: Vec::new(),
    };
    if depth > DEEPEST {
        return whole;
    }
    for part in &schema.all_of {
        let part = shape_at(part, depth + 1);
        whole.types = whole.types.shared(part.types);
        whole.merge(part);
    }
    for list in [&schema.one_of, &schema.any_of] {
        if !list.is_empty() {
            whole.choose(list, depth);
        }
    }
    normalise(&mut whole);
    whole
}

impl<'a> Shape<'a> {
    /// Takes what another shape says of the same value.
    fn merge(&mut self, other: Shape<'a>) {
        for property in other.properties {
            if !self
                .properties
                .iter()
                .any(|own| own.name.text == property.name.text)
            {
                self.properties.push(property);
            }
        }
        self.items = self.items.or(other.items);
        self.values = self.values.or(other.values);
        self.format = self.format.or(other.format);
        self.airbyte_type = self.airbyte_type.or(other.airbyte_type);
        self.unknown = self.unknown.or(other.unknown);
        self.options.extend(other.options);
    }

    /// Writes options into the field: their types together, and what one of them alone says besides.
    fn choose(&mut self, list: &'a [Schema], depth: usize) {
        let shapes: Vec<Shape<'a>> = list.iter().map(|option| shape_at(option, depth + 1)).collect();
        let types = shapes
            .iter()
            .fold(Types::NONE, |types, shape| types.with(shape.types));
        self.types = self.types.shared(types);
        let not_null: Vec<&Shape<'a>> = shapes.iter().filter(|shape| shape.types != Types::NULL).collect();
        let is_plain = |shape: &&Shape<'_>| {
            shape.properties.is_empty()
                && shape.items.is_none()
                && shape.values.is_none()
                && shape.format.is_none()
                && shape.airbyte_type.is_none()
                && shape.unknown.is_none()
                && shape.options.is_empty()
        };
        if not_null.iter().all(is_plain) {
            return;
        }
        match not_null.as_slice() {
            [one] => self.merge((*one).clone()),
            _ => {
                let alike = list.windows(2).all(|pair| same(&pair[0], &pair[1]));
                if alike {
                    self.merge(not_null[0].clone());
                } else {
                    self.options.extend(
                        list.iter()
                            .filter(|option| shape_at(option, DEEPEST).types != Types::NULL),
                    );
                }
            }
        }
    }
}

/// The types that are stored: without a `type` what the other keywords imply.
fn stored_types(schema: &Schema) -> Types {
    if let Some(types) = schema.types {
        return types;
    }
    if !schema.properties.is_empty() {
        Types::OBJECT
    } else if schema.items.is_some() {
        Types::ARRAY
    } else {
        Types::ANY
    }
}

/// A number that is declared to be an integer is one.
fn normalise(shape: &mut Shape<'_>) {
    let integer = |word: &Word| matches!(&*word.text, "integer" | "big_integer");
    if shape.airbyte_type.is_some_and(integer)
        && shape.types.contains(Types::NUMBER)
        && shape.types != Types::ANY
    {
        shape.types = shape.types.without(Types::FRACTION);
    }
}
