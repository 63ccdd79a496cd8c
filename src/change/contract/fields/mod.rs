//! Whether what a destination stores for a stream stays valid: the fields of its records.
//!
//! Only what decides a table counts: names, types, nullability, `format`, `airbyte_type`. Values, bounds, `required`,
//! defaults and texts do not.

mod shape;

use std::sync::Arc;

use shape::{Shape, shape};

use super::kind::ContractChangeKind as Kind;
use super::schemas::{is_any, same};
use super::specification::type_words;
use super::{Effect, Findings, Witness, promised};
use crate::contract::{Items, Place, Property, Reason, ReasonKind, Schema, Types, Word};

/// Compares the fields of one stream.
pub(super) struct Fields<'a> {
    pub(super) stream: &'a Arc<str>,
    pub(super) findings: &'a mut Findings,
}

impl Fields<'_> {
    pub(super) fn records(&mut self, base: &Schema, head: &Schema) {
        if same(base, head) {
            return;
        }
        let (before, after) = (shape(base), shape(head));
        self.findings.doubts(before.unknown, after.unknown);
        if base.hides("properties") != head.hides("properties") {
            return;
        }
        if before.options.is_empty() && after.options.is_empty() {
            self.properties(&before, &after, "");
        } else {
            self.options(&before, &after, "");
        }
    }

    fn push(&mut self, kind: Kind, path: &str, said: [Option<String>; 2], places: [Place; 2]) {
        let effect = match kind.can_break() {
            true => promised(&said),
            false => Effect::Compatible,
        };
        self.push_as(kind, path, said, places, effect);
    }

    fn push_as(
        &mut self,
        kind: Kind,
        path: &str,
        said: [Option<String>; 2],
        places: [Place; 2],
        effect: Effect,
    ) {
        let places = places.map(Some);
        self.findings
            .of_stream(self.stream, kind, path, said, places, effect);
    }

    fn field(&mut self, base: &Schema, head: &Schema, path: &str) {
        if same(base, head) {
            return;
        }
        let (before, after) = (shape(base), shape(head));
        self.findings.doubts(before.unknown, after.unknown);
        if before.unknown.is_some() != after.unknown.is_some() {
            return;
        }
        if !before.options.is_empty() || !after.options.is_empty() {
            self.options(&before, &after, path);
            return;
        }
        if self.types(&before, &after, path) {
            self.formats(&before, &after, path);
        }
        if before.types.shared(after.types).contains(Types::OBJECT) && before.types != Types::ANY {
            self.properties(&before, &after, path);
        }
        if before.types.shared(after.types).contains(Types::ARRAY) && before.types != Types::ANY {
            self.items(&before, &after, path);
        }
    }

    /// Whether the types are still the same, `null` apart.
    fn types(&mut self, base: &Shape<'_>, head: &Shape<'_>, path: &str) -> bool {
        let said = [Some(type_words(base.types)), Some(type_words(head.types))];
        let places = [base.place, head.place];
        let (before, after) = (base.types.without(Types::NULL), head.types.without(Types::NULL));
        let widens = before.contains(Types::INTEGER) && before.with(Types::FRACTION) == after;
        if before != after && !widens {
            self.push(Kind::FieldTypeChanged, path, said, places);
            return false;
        }
        if base.types.contains(Types::NULL) && !head.types.contains(Types::NULL) {
            self.push(Kind::FieldNotNullable, path, said, places);
        } else if base.types != head.types {
            self.push(Kind::FieldWidened, path, said, places);
        }
        before == after
    }

    fn formats(&mut self, base: &Shape<'_>, head: &Shape<'_>, path: &str) {
        let integers = |shape: &Shape<'_>| shape.types.without(Types::NULL) == Types::INTEGER;
        for (name, before, after) in [
            ("format", base.format, head.format),
            ("airbyte_type", base.airbyte_type, head.airbyte_type),
        ] {
            let text = |word: Option<&Word>| word.map(|word| word.text.to_string());
            if text(before) == text(after) {
                continue;
            }
            let places = [
                before.map_or(base.place, |word| word.place),
                after.map_or(head.place, |word| word.place),
            ];
            let said = [text(before), text(after)];
            if name == "airbyte_type" && integers(base) && integers(head) {
                let large = |word: Option<&Word>| word.is_some_and(|word| &*word.text == "big_integer");
                if large(after) && !large(before) {
                    self.push(Kind::FieldWidened, path, said, places);
                    continue;
                }
                if large(before) == large(after) {
                    continue;
                }
            }
            let effect = Effect::Breaking(Witness::Keyword {
                name,
                from: said[0].clone(),
                to: said[1].clone(),
            });
            self.push_as(Kind::FieldFormatChanged, path, said, places, effect);
        }
    }

    fn properties(&mut self, base: &Shape<'_>, head: &Shape<'_>, path: &str) {
        let below = |name: &str| match path {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        for (at, property) in base.properties.iter().enumerate() {
            let name = &property.name.text;
            match found(&head.properties, at, name) {
                Some(after) => self.field(&property.schema, &after.schema, &below(name)),
                None => {
                    let said = [Some(type_words(shape(&property.schema).types)), None];
                    let places = [property.name.place, head.place];
                    self.push(Kind::FieldRemoved, &below(name), said, places);
                }
            }
        }
        for (at, property) in head.properties.iter().enumerate() {
            let name = &property.name.text;
            if found(&base.properties, at, name).is_none() {
                let said = [None, Some(type_words(shape(&property.schema).types))];
                let places = [base.place, property.name.place];
                self.push(Kind::FieldAdded, &below(name), said, places);
            }
        }
        if let (Some(before), Some(after)) = (base.values, head.values) {
            self.field(before, after, &below("*"));
        }
    }

    fn items(&mut self, base: &Shape<'_>, head: &Shape<'_>, path: &str) {
        let path = format!("{path}[]");
        match (base.items, head.items) {
            (Some(Items::Each(before)), Some(Items::Each(after))) => self.field(before, after, &path),
            (Some(Items::ByPosition(before)), Some(Items::ByPosition(after)))
                if before.len() == after.len() =>
            {
                for (before, after) in before.iter().zip(after) {
                    self.field(before, after, &path);
                }
            }
            (None, None) => {}
            // What was never said of the items is no promise.
            (None, Some(_)) => self.push(Kind::FieldWidened, &path, [None, None], [base.place, head.place]),
            (Some(Items::Each(before)), None) if is_any(before) => {}
            (Some(Items::Each(before)), None) => {
                let said = [Some(type_words(shape(before).types)), Some("any".to_owned())];
                self.push(Kind::FieldTypeChanged, &path, said, [before.place, head.place]);
            }
            _ => {
                let reason = Reason::new(ReasonKind::Options, path, Some(head.place));
                self.findings.doubt(reason);
            }
        }
    }

    /// Options on one side at least.
    fn options(&mut self, base: &Shape<'_>, head: &Shape<'_>, path: &str) {
        let holds = |one: &[&Schema], other: &[&Schema]| {
            one.iter()
                .all(|option| other.iter().any(|partner| same(option, partner)))
        };
        if holds(&base.options, &head.options)
            && holds(&head.options, &base.options)
            && base.types == head.types
        {
            return;
        }
        if base.options.len() == head.options.len() {
            for (at, (before, after)) in base.options.iter().zip(&head.options).enumerate() {
                self.field(before, after, &format!("{path}[{at}]"));
            }
            if base.types.contains(Types::NULL) && !head.types.contains(Types::NULL) {
                let said = [Some(type_words(base.types)), Some(type_words(head.types))];
                self.push(Kind::FieldNotNullable, path, said, [base.place, head.place]);
            }
            return;
        }
        let (before, after) = (base.types.without(Types::NULL), head.types.without(Types::NULL));
        if before != after {
            let said = [Some(type_words(base.types)), Some(type_words(head.types))];
            self.push(Kind::FieldTypeChanged, path, said, [base.place, head.place]);
            return;
        }
        let reason = Reason::new(ReasonKind::Options, path, Some(head.place));
        self.findings.doubt(reason);
    }
}

fn found<'a>(properties: &[&'a Property], at: usize, name: &Arc<str>) -> Option<&'a Property> {
    // Mostly at the same position.
    let there = properties.get(at).filter(|property| property.name.text == *name);
    there
        .or_else(|| properties.iter().find(|property| property.name.text == *name))
        .copied()
}
