//! Whether every configuration that is valid at base stays valid, and is read, at head.

use serde_json::Value;

use super::instance::{Maker, numbers, texts};
use super::kind::ContractChangeKind as Kind;
use super::options;
use super::schemas::{Budget, folded, is_any, modelled, own_types, reached_types, same, value_of};
use super::site::{Site, Step, free_name, with};
use super::valid::{decides, valid};
use super::{ContractChange, Effect, Findings, Witness, both, text_at};
use super::{bounds, formats};
use crate::contract::{
    Additional, Contract, Items, Keyword, Migration, Place, Property, Reason, ReasonKind, Schema, Types, Word,
};

/// Steps that one comparison may take: the largest known specification takes 3,000.
const STEPS: usize = 400_000;

pub(super) fn compare(base: &Contract, head: &Contract, findings: &mut Findings) {
    let Some((before, after)) = both(&base.specification, &head.specification, findings) else {
        return;
    };
    let (Some(before), Some(after)) = (before, after) else {
        if before.is_some() {
            findings.doubt(Reason::new(
                ReasonKind::Nowhere,
                "the connection specification",
                None,
            ));
        }
        return;
    };
    if same(&before.schema, &after.schema) {
        return;
    }
    let written: Vec<&str> = before
        .migrations
        .iter()
        .map(|migration| text_at(base, migration.place))
        .collect();
    let migrations = after
        .migrations
        .iter()
        .map(|migration| (migration, text_at(head, migration.place)))
        .filter(|(_, text)| text.is_empty() || !written.contains(text))
        .collect();
    let budget = Budget::new(STEPS);
    let (old, new) = (modelled(&folded(&before.schema), false), folded(&after.schema));
    let mut comparison = Comparison {
        findings: Findings::default(),
        maker: Maker {
            budget: &budget,
            written: &before.schema,
        },
        migrations,
    };
    comparison.contain(&Site::root(&old, &new));
    findings.changes.extend(comparison.findings.changes);
    findings.reasons.extend(comparison.findings.reasons);
    if budget.is_spent() {
        findings.doubt(Reason::new(
            ReasonKind::TooLarge,
            "the connection specification",
            Some(after.place),
        ));
    }
}

/// A comparison under way.
pub(super) struct Comparison<'a> {
    pub(super) findings: Findings,
    pub(super) maker: Maker<'a>,
    /// Migrations that only head has, with their texts.
    migrations: Vec<(&'a Migration, &'a str)>,
}

/// What a change says besides its effect.
#[derive(Default)]
pub(super) struct Said {
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) base: Option<Place>,
    pub(super) head: Option<Place>,
}

impl Said {
    fn new(from: impl Into<Option<String>>, to: impl Into<Option<String>>, base: Place, head: Place) -> Self {
        Self {
            from: from.into(),
            to: to.into(),
            base: Some(base),
            head: Some(head),
        }
    }
}

impl Comparison<'_> {
    /// What would be found for a pair, without keeping it.
    pub(super) fn trial(&self, site: &Site<'_>) -> Findings {
        let mut trial = Comparison {
            findings: Findings::default(),
            maker: self.maker,
            migrations: Vec::new(),
        };
        trial.contain(site);
        trial.findings
    }

    pub(super) fn push(&mut self, kind: Kind, path: String, effect: Effect, said: Said) {
        let covered = match effect {
            Effect::Breaking(_) => self.migration_of(&path),
            _ => None,
        };
        self.findings.changes.push(ContractChange {
            kind,
            stream: None,
            path,
            from: said.from,
            to: said.to,
            effect: match (covered, self.unsure(&effect)) {
                (Some(_), _) => Effect::Compatible,
                (None, Some(reason)) => Effect::CannotTell(reason),
                (None, None) => effect,
            },
            neutralised_by: covered,
            base: said.base,
            head: said.head,
        });
    }

    /// A migration that names the property, or one above it.
    fn migration_of(&self, path: &str) -> Option<Place> {
        let names = |text: &str| {
            path.split(['.', '[', ']'])
                .filter(|name| !name.is_empty())
                .any(|name| holds_word(text, name))
        };
        let found = self.migrations.iter().find(|(_, text)| names(text));
        found.map(|(migration, _)| migration.place)
    }

    /// That code which migrates configurations changes with a break: what it covers, it alone decides.
    fn unsure(&self, effect: &Effect) -> Option<Reason> {
        let code = self.migrations.iter().find_map(|(migration, _)| {
            let place = Some(migration.place);
            Some(Reason::new(
                ReasonKind::Migration,
                &**migration.code.as_ref()?,
                place,
            ))
        });
        code.filter(|_| matches!(effect, Effect::Breaking(_)))
    }

    /// States a break with its witness, or that none was found.
    pub(super) fn judge(
        &mut self,
        kind: Kind,
        path: &str,
        witness: Option<Value>,
        doubt: ReasonKind,
        said: Said,
    ) {
        let effect = match witness {
            Some(value) => Effect::Breaking(Witness::Configuration(value)),
            None => Effect::CannotTell(Reason::new(doubt, path, said.head)),
        };
        self.push(kind, path.to_owned(), effect, said);
    }

    /// Finds what is valid at base and not at head.
    pub(super) fn contain(&mut self, site: &Site<'_>) {
        if same(site.base, site.head) {
            return;
        }
        if !self.maker.budget.step() {
            self.findings.doubt(Reason::new(ReasonKind::TooLarge, "", None));
            return;
        }
        let before = (self.findings.changes.len(), self.findings.reasons.len());
        self.contain_each(site);
        let nothing = before == (self.findings.changes.len(), self.findings.reasons.len());
        // The discriminators that the model sets are no change.
        if nothing && !same(site.base, &modelled(site.head, site.is_option)) {
            let said = Said::new(None, None, site.base.place, site.head.place);
            self.push(Kind::ConfigWidened, site.path.clone(), Effect::Compatible, said);
        }
    }

    fn contain_each(&mut self, site: &Site<'_>) {
        let (base, head) = (site.base, site.head);
        self.doubts(site);
        if base.never {
            return;
        }
        self.annotations(site);
        if head.never {
            let witness = site.witness(self.maker.samples(base), &self.maker);
            let said = Said::new(None, "false".to_owned(), base.place, head.place);
            self.judge(
                Kind::ConfigTypeNarrowed,
                &site.path,
                witness,
                ReasonKind::Keyword,
                said,
            );
            return;
        }
        if let Some(values) = finite(base) {
            self.enumerated(site, &values);
            return;
        }
        if head.values.is_some() {
            self.listed(site);
            return;
        }
        let types = self.types(site);
        for bound in bounds::tightened(base, head, types) {
            let proposals = bounds::proposals(base, bound, &self.maker);
            let witness = site.witness(proposals, &self.maker);
            let from = base.bounds.iter().find(|before| before.name == bound.name);
            let said = Said::new(
                from.map(words_of),
                words_of(bound),
                from.map_or(base.place, |keyword| keyword.place),
                bound.place,
            );
            self.judge(
                Kind::ConfigValuesNarrowed,
                &site.path,
                witness,
                ReasonKind::Keyword,
                said,
            );
        }
        if types.contains(Types::ARRAY) {
            self.items(site);
        }
        if !base.one_of.is_empty()
            || !base.any_of.is_empty()
            || !head.one_of.is_empty()
            || !head.any_of.is_empty()
        {
            options::compare(self, site);
        } else if types.contains(Types::OBJECT) {
            self.object(site);
        }
    }

    /// What is not known on one side, or not in the same way.
    fn doubts(&mut self, site: &Site<'_>) {
        let (base, head) = (site.base, site.head);
        match (&base.unknown, &head.unknown) {
            (None, None) => {}
            (Some(before), Some(after)) if before.same(after) => {}
            (_, Some(reason)) | (Some(reason), None) => self.findings.doubt(reason.clone()),
        }
        // A condition is one keyword in three: the parts alone say nothing.
        let condition = |name: &str| matches!(name, "if" | "then" | "else");
        let conditions = |schema: &Schema| -> Vec<(String, Value)> {
            let parts = schema.others.iter().filter(|keyword| condition(&keyword.name));
            parts
                .map(|part| (part.name.to_string(), part.value.clone()))
                .collect()
        };
        let changed = !conditions(head).is_empty() && conditions(base) != conditions(head);
        for keyword in head.others.iter().filter(|keyword| decides(keyword)) {
            let kept = value_of(&base.others, &keyword.name) == Some(&keyword.value);
            if (condition(&keyword.name) && changed) || !kept {
                let reason = Reason::new(ReasonKind::Keyword, keyword.name.to_string(), Some(keyword.place));
                self.findings.doubt(reason);
            }
        }
        // These lean on a keyword beside them.
        for name in ["patternProperties", "unevaluatedProperties"] {
            let there = |schema: &Schema| value_of(&schema.others, name).is_some();
            if there(base) && !there(head) && !matches!(head.additional, Additional::Open) {
                self.findings
                    .doubt(Reason::new(ReasonKind::Keyword, name, Some(head.place)));
            }
        }
        for part in &head.all_of {
            if !base.all_of.iter().any(|before| same(before, part)) {
                self.findings
                    .doubt(Reason::new(ReasonKind::Keyword, "allOf", Some(part.place)));
            }
        }
    }

    fn annotations(&mut self, site: &Site<'_>) {
        let (base, head) = (site.base, site.head);
        let pairs = [
            ("format", &base.format, &head.format),
            ("airbyte_type", &base.airbyte_type, &head.airbyte_type),
        ];
        for (name, before, after) in pairs {
            let text = |word: &Option<Word>| word.as_ref().map(|word| word.text.to_string());
            if text(before) != text(after) {
                // Where a pattern says how a value is written, on both sides, the format only repeats it; what the
                // pattern no longer allows is told by itself.
                let repeats = name == "format" && formats::repeats_pattern(base, head);
                let witness = Witness::Keyword {
                    name,
                    from: text(before),
                    to: text(after),
                };
                let place = |word: &Option<Word>, schema: &Schema| {
                    word.as_ref().map_or(schema.place, |word| word.place)
                };
                let said = Said::new(text(before), text(after), place(before, base), place(after, head));
                self.push(
                    Kind::ConfigFormatChanged,
                    site.path.clone(),
                    if repeats {
                        Effect::Compatible
                    } else {
                        Effect::Breaking(witness)
                    },
                    said,
                );
            }
        }
        let value = |keyword: &Option<Keyword>| keyword.as_ref().map(|keyword| keyword.value.to_string());
        if value(&base.default) != value(&head.default) {
            let place = |schema: &Schema| {
                schema
                    .default
                    .as_ref()
                    .map_or(schema.place, |keyword| keyword.place)
            };
            let said = Said::new(
                value(&base.default),
                value(&head.default),
                place(base),
                place(head),
            );
            self.push(
                Kind::ConfigDefaultChanged,
                site.path.clone(),
                Effect::Compatible,
                said,
            );
        }
    }

    /// Base allows a few values: each has to be allowed at head.
    fn enumerated(&mut self, site: &Site<'_>, values: &[Value]) {
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
    fn listed(&mut self, site: &Site<'_>) {
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
    fn types(&mut self, site: &Site<'_>) -> Types {
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

    fn items(&mut self, site: &Site<'_>) {
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
                None if head.hides("properties") => {}
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

/// All values, where they are few.
fn finite(schema: &Schema) -> Option<Vec<Value>> {
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

/// Whether a text holds a name as a whole word.
fn holds_word(text: &str, name: &str) -> bool {
    let part = |character: char| character.is_alphanumeric() || character == '_' || character == '-';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(part);
        let after = text[at + name.len()..].chars().next().is_some_and(part);
        !before && !after
    })
}

pub(super) fn type_words(types: Types) -> String {
    match types.words().as_slice() {
        _ if types == Types::ANY => "any".to_owned(),
        words => words.join(", "),
    }
}

fn words_of(keyword: &Keyword) -> String {
    format!("{} {}", keyword.name, keyword.value)
}

fn list(values: &[Value]) -> String {
    Value::Array(values.to_vec()).to_string()
}

/// Whether a list of findings says that all is contained.
pub(super) fn is_clean(findings: &Findings) -> bool {
    findings.reasons.is_empty()
        && findings
            .changes
            .iter()
            .all(|change| matches!(change.effect, Effect::Compatible))
}
