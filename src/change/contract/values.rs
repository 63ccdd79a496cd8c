//! Which values are allowed: their types, a list of them, the items of a list.

use serde_json::Value;

use super::instance::{numbers, texts};
use super::kind::ContractChangeKind as Kind;
use super::schemas::{own_types, reached_types};
use super::site::{Site, Step};
use super::specification::{Comparison, Said, type_words};
use super::valid::valid;
use crate::contract::{Items, Reason, ReasonKind, Schema, Types};

impl Comparison<'_> {
    /// Base allows a few values: each has to be allowed at head.
    pub(super) fn enumerated(&mut self, site: &Site<'_>, values: &[Value]) {
        let (base, head) = (site.base, site.head);
        let mut refused = Vec::new();
        for value in values.iter().filter(|value| valid(base, value) != Some(false)) {
            match valid(head, value) {
                Some(true) => {}
                Some(false) => refused.push(value.clone()),
                None if base.unknown.is_some() && head.unknown.is_some() => {}
                None => self.findings.doubt(Reason::new(
                    ReasonKind::Keyword,
                    site.path.clone(),
                    Some(head.place),
                )),
            }
        }
        if refused.is_empty() {
            return;
        }
        let listed = |schema: &Schema| match &schema.values {
            Some((values, place)) => (list(values), *place),
            None => (
                type_words(reached_types(schema)),
                schema.types_place.unwrap_or(schema.place),
            ),
        };
        let ((from, base_place), (to, head_place)) = (listed(base), listed(head));
        let of_type = refused
            .iter()
            .all(|value| !reached_types(head).contains(Types::of_value(value)));
        let kind = match of_type {
            true => shape_or_type(reached_types(base), reached_types(head)),
            false => Kind::ConfigValuesNarrowed,
        };
        let witness = site.witness(refused, &self.maker);
        let said = Said::new(from, to, base_place, head_place);
        self.judge(kind, &site.path, witness, ReasonKind::Keyword, said);
    }

    /// Head allows a few values, base more than can be listed.
    pub(super) fn listed(&mut self, site: &Site<'_>) {
        let (base, head) = (site.base, site.head);
        let Some((values, place)) = &head.values else {
            return;
        };
        let mut proposals = self.maker.samples(base);
        proposals.extend(texts(base));
        proposals.extend(numbers(base));
        let witness = site.witness(proposals, &self.maker);
        let kind = match reached_types(base).shared(reached_types(head)).is_empty() {
            true => shape_or_type(reached_types(base), reached_types(head)),
            false => Kind::ConfigValuesNarrowed,
        };
        let from = base.types.map(type_words);
        let said = Said::new(from, list(values), base.types_place.unwrap_or(base.place), *place);
        self.judge(kind, &site.path, witness, ReasonKind::Keyword, said);
    }

    /// The types that both allow; those that only base allows are found to be lost.
    pub(super) fn types(&mut self, site: &Site<'_>) -> Types {
        let (base, head) = (site.base, site.head);
        let (before, after) = (reached_types(base), own_types(head));
        let lost = before.without(after);
        if !lost.is_empty() {
            let witness = site.witness(self.maker.of_type(base, lost), &self.maker);
            let said = Said::new(
                type_words(before),
                type_words(reached_types(head)),
                base.types_place.unwrap_or(base.place),
                head.types_place.unwrap_or(head.place),
            );
            let kind = shape_or_type(before, after);
            self.judge(kind, &site.path, witness, ReasonKind::Keyword, said);
        }
        before.shared(after)
    }

    pub(super) fn items(&mut self, site: &Site<'_>) {
        let any = Schema::default();
        let mut pairs: Vec<(&Schema, &Schema)> = Vec::new();
        match (&site.base.items, &site.head.items) {
            (_, None) => {}
            (None, Some(Items::Each(after))) => pairs.push((&any, after)),
            (Some(Items::Each(before)), Some(Items::Each(after))) => pairs.push((before, after)),
            (Some(Items::ByPosition(before)), Some(Items::Each(after))) => {
                pairs.extend(before.iter().chain([&any]).map(|before| (before, &**after)));
            }
            (before, Some(Items::ByPosition(after))) => {
                for (at, after) in after.iter().enumerate() {
                    let before = match before {
                        None => &any,
                        Some(Items::Each(before)) => before,
                        Some(Items::ByPosition(before)) => before.get(at).unwrap_or(&any),
                    };
                    pairs.push((before, after));
                }
            }
        }
        for (before, after) in pairs {
            self.contain(&site.below(before, after, Step::Item, ""));
        }
    }
}

/// All values, where they are few.
pub(super) fn finite(schema: &Schema) -> Option<Vec<Value>> {
    if let Some((values, _)) = &schema.values {
        return Some(values.clone());
    }
    let types = reached_types(schema);
    Types::NULL.with(Types::BOOLEAN).contains(types).then(|| {
        [Value::Null, Value::Bool(true), Value::Bool(false)]
            .into_iter()
            .filter(|value| types.contains(Types::of_value(value)))
            .collect()
    })
}

fn shape_or_type(before: Types, after: Types) -> Kind {
    let scalars = Types::BOOLEAN.with(Types::NUMBER).with(Types::STRING);
    let composed = Types::OBJECT.with(Types::ARRAY);
    let nothing = |types: Types, of: Types| types.shared(of).is_empty();
    let turned = |one: Types, other: Types| {
        nothing(one, composed)
            && nothing(other, scalars)
            && !nothing(one, scalars)
            && !nothing(other, composed)
    };
    if turned(before, after) || turned(after, before) {
        Kind::ConfigShapeChanged
    } else {
        Kind::ConfigTypeNarrowed
    }
}

fn list(values: &[Value]) -> String {
    Value::Array(values.to_vec()).to_string()
}
