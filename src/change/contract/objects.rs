//! Objects: which properties may and have to be there.

use serde_json::Value;

use super::kind::ContractChangeKind as Kind;
use super::schemas::{is_any, value_of};
use super::site::{Site, Step, free_name, with};
use super::specification::{Comparison, Said};
use super::valid::valid;
use super::{Effect, Witness};
use crate::contract::{Additional, Property, Reason, ReasonKind, Schema};

impl Comparison<'_> {
    /// The properties, whatever options there are beside them.
    pub(super) fn object(&mut self, site: &Site<'_>) {
        let (base, head) = (site.base, site.head);
        for property in &base.properties {
            let name = &*property.name.text;
            let after = head.property(name).map(|property| &property.schema);
            let after = after.or(match &head.additional {
                Additional::Schema(schema) => Some(schema),
                _ => None,
            });
            match after {
                Some(after) => self.contain(&site.below(&property.schema, after, Step::Property(name), "")),
                // The doubt is noted already; what both sides hide alike hides no removal.
                None if head.hides("properties") && !hides_alike(base, head) => {}
                None => self.removed(site, property),
            }
        }
        for property in &head.properties {
            let name = &*property.name.text;
            if base.property(name).is_some() {
                continue;
            }
            let any = Schema::default();
            let before = match &base.additional {
                Additional::Schema(schema) => Some(&**schema),
                // Every configuration holds it, and whatever it likes.
                Additional::Open if base.requires(name) => Some(&any),
                _ => None,
            };
            if let Some(before) = before {
                self.contain(&site.below(before, &property.schema, Step::Property(name), ""));
            }
            if !head.requires(name) {
                let path = site.below(base, &property.schema, Step::Property(name), "").path;
                let said = Said::new(None, None, base.place, property.name.place);
                self.push(Kind::ConfigPropertyAdded, path, Effect::Compatible, said);
            }
        }
        self.required(site);
        self.closed(site);
    }

    fn required(&mut self, site: &Site<'_>) {
        let (base, head) = (site.base, site.head);
        for word in head.required.iter().filter(|word| !base.requires(&word.text)) {
            let name = &*word.text;
            let property = base.property(name);
            let mut proposals = self.maker.samples(base);
            let lacking: Vec<Value> = proposals.iter().map(|value| without(value, name)).collect();
            proposals.splice(0..0, lacking);
            proposals.retain(|value| value.as_object().is_some_and(|object| !object.contains_key(name)));
            let witness = site.witness(proposals, &self.maker);
            let from = property.map(|_| "optional".to_owned());
            let place = property.map_or(base.place, |property| property.name.place);
            let said = Said::new(from, "required".to_owned(), place, word.place);
            let path = site.below(base, head, Step::Property(name), "").path;
            self.judge(
                Kind::ConfigPropertyRequired,
                &path,
                witness,
                ReasonKind::Keyword,
                said,
            );
        }
    }

    /// Further properties that base lets pass and head does not.
    fn closed(&mut self, site: &Site<'_>) {
        let (base, head) = (site.base, site.head);
        let extra = match (&base.additional, &head.additional) {
            (Additional::Schema(before), Additional::Schema(after)) => {
                self.contain(&site.below(before, after, Step::Further, ""));
                return;
            }
            (Additional::Closed(_), _) | (_, Additional::Open) => return,
            (Additional::Open, Additional::Schema(after)) if is_any(after) => return,
            (Additional::Schema(before), Additional::Closed(_)) => self.maker.samples(before),
            (Additional::Open, _) => {
                let any = Schema::default();
                let mut any = self.maker.samples(&any);
                any.extend([Value::Null, Value::from(1), Value::from(0.5), Value::from("x")]);
                any
            }
        };
        let name = free_name(base, head);
        let objects = self.maker.samples(base);
        let objects = objects.iter().filter_map(Value::as_object);
        let proposals = objects
            .flat_map(|object| extra.iter().map(|value| with(object, &name, value.clone())))
            .collect();
        let witness = site.witness(proposals, &self.maker);
        let place = match &head.additional {
            Additional::Closed(place) => *place,
            Additional::Schema(schema) => schema.place,
            Additional::Open => head.place,
        };
        let said = Said::new("further properties".to_owned(), None, base.place, place);
        self.judge(Kind::ConfigClosed, &site.path, witness, ReasonKind::Keyword, said);
    }

    /// A property that head no longer declares.
    fn removed(&mut self, site: &Site<'_>, property: &Property) {
        let name = &*property.name.text;
        let never = Schema {
            never: true,
            ..Schema::default()
        };
        let below = site.below(&property.schema, &never, Step::Property(name), "");
        let said = Said::new(name.to_owned(), None, property.name.place, site.head.place);
        let samples = self.maker.samples(&property.schema);
        let patterns = value_of(&site.head.others, "patternProperties").is_some();
        let (root, configurations) = below.carried(samples, &self.maker);
        let closed = matches!(site.head.additional, Additional::Closed(_));
        let refused = configurations
            .iter()
            .find(|value| closed && valid(root.head, value) == Some(false));
        let effect = match (refused, configurations.first()) {
            (Some(value), _) => Effect::Breaking(Witness::Configuration(value.clone())),
            (None, Some(value)) if !patterns && !closed => Effect::Breaking(Witness::UnreadProperty {
                configuration: value.clone(),
                property: below.path.clone(),
            }),
            _ => Effect::CannotTell(Reason::new(ReasonKind::Keyword, below.path.clone(), said.head)),
        };
        self.push(Kind::ConfigPropertyRemoved, below.path, effect, said);
    }
}

fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    if let Some(object) = value.as_object_mut() {
        object.shift_remove(name);
    }
    value
}

/// Whether the same stands in the way of both for the same data.
fn hides_alike(base: &Schema, head: &Schema) -> bool {
    let (before, after) = (base.unknown.as_ref(), head.unknown.as_ref());
    before
        .zip(after)
        .is_some_and(|(before, after)| before.same(after))
}
