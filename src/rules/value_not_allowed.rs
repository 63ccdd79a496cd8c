use std::collections::BTreeSet;

use super::wishes::{Fields, Found, Pattern, Reason, Word, of_change, of_state, or_ask, pointed, shown, spoken};
use super::{Context, Findings, Rule, Scope};
use crate::change::{Connector, ConnectorDiff};
use crate::finding::{Finding, Level, Prose, code, prose};
use crate::yaml::Node;

/// The most allowed values that a sentence names.
const MOST_NAMED: usize = 8;

rule! {
    /// A field has a value that the policy does not allow.
    ///
    /// ## What it does
    /// Compares the fields that a wish names with the values that it allows, or with its pattern, in every connector that
    /// the wish speaks of, as it stands at head. Of a list, each item is compared; a map is never allowed. What base
    /// had already is not told again, unless the wish names kinds of changes: then it is asked with each of them. A
    /// field that is absent has no value: `required-field-missing` asks for it. What `registryOverrides` puts in the place of
    /// a field for one registry is compared as well.
    ///
    /// ## Why
    /// The wish says it: whatever reads the field knows these values and no others.
    ///
    /// ## Example
    /// 2023-06-27, `source-google-ads` and three more, `dd8b018` (`#27738`): a wish that allows `MIT` and `ELv2` would
    /// have spoken of the license `Elv2`.
    ///
    /// ## How to mend it
    /// Choose a value that is allowed.
    ///
    /// ## Options
    /// `wishes`: a list, empty by default. Each has `fields` (paths such as `data.license`; `*` stands for one name),
    /// `allowed` (a list of values) or `pattern` (a regular expression that the whole value has to match), and `because`;
    /// `when` (the keys of a scope, and `change`: kinds of changes that come along) and `level` may be left out. The
    /// first wish that speaks of a value decides, so that an exception stands before what it is taken from; wishes that
    /// name kinds of changes are asked by themselves.
    "value-not-allowed", since "0.1.0",
    pub struct ValueNotAllowed {
        /// Which values may stand where.
        wishes: Vec<AllowedValues>,
    }
}

/// Fields and the values that they may have.
#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct WrittenValues {
    /// Paths such as `data.license`; `*` stands for one name.
    fields: Fields,
    /// The values that may stand there.
    #[serde(default)]
    allowed: Vec<Word>,
    /// A regular expression that the whole value matches; beside `allowed`, either suffices.
    pattern: Option<Pattern>,
    /// Of which connectors and changes it speaks; without it, of all.
    #[serde(default)]
    when: Scope,
    /// How loud it is, instead of the rule's level.
    level: Option<Level>,
    /// Why, in a sentence for the author.
    because: Reason,
}

/// The same, with at least one value that is allowed.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(try_from = "WrittenValues")]
pub(super) struct AllowedValues(WrittenValues);

super::wishes::written_as!(AllowedValues, WrittenValues);

impl TryFrom<WrittenValues> for AllowedValues {
    type Error = &'static str;

    fn try_from(written: WrittenValues) -> Result<Self, &'static str> {
        match written.allowed.is_empty() && written.pattern.is_none() {
            true => Err("missing field `allowed`"),
            false => Ok(Self(written)),
        }
    }
}

impl Rule for ValueNotAllowed {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        self.check(|wish| of_change(&wish.when, diff), findings);
    }

    fn check_state(&self, _: &Context, connector: &Connector, findings: &mut Findings) {
        self.check(|wish| of_state(&wish.when, connector).then_some(connector), findings);
    }
}

impl ValueNotAllowed {
    fn check<'a>(&self, connector: impl Fn(&WrittenValues) -> Option<&'a Connector>, findings: &mut Findings) {
        let mut decided: BTreeSet<String> = BTreeSet::new();
        for (index, AllowedValues(wish)) in self.wishes.iter().enumerate() {
            let Some(connector) = connector(wish) else { continue };
            let Some(metadata) = connector.metadata() else { continue };
            for found in wish.fields.iter().flat_map(|field| field.find(metadata.document().root())) {
                for value in values(&found) {
                    let fits = value.value.scalar().is_some() && wish.allows(value.value);
                    let subject = format!("{}={}", value.path, value.value.text().unwrap_or_default());
                    let is_first = decided.insert(subject.clone());
                    if fits || !is_first {
                        continue;
                    }
                    let message = prose![code(&value.path), " may not be ", shown(value.value), " here."];
                    let finding = Finding::at(connector.location(pointed(&value)), subject, message)
                        .remedy(or_ask(wish.asks()));
                    findings.push(spoken(finding, index, &wish.because, wish.level));
                }
            }
        }
    }
}

impl WrittenValues {
    fn allows(&self, node: &Node) -> bool {
        self.allowed.iter().any(|word| word.is(node)) || self.pattern.as_ref().is_some_and(|pattern| pattern.fits(node))
    }

    /// What to choose from.
    fn asks(&self) -> Prose {
        let mut asks = prose!["Choose"];
        for (index, word) in self.allowed.iter().take(MOST_NAMED).enumerate() {
            let before = match index {
                0 => " ",
                _ if index + 1 == self.allowed.len() && self.pattern.is_none() => " or ",
                _ => ", ",
            };
            asks = asks.join(prose![before, code(word.text())]);
        }
        if self.allowed.len() > MOST_NAMED {
            asks = asks.join(prose![" or another of the ", self.allowed.len(), " allowed values"]);
        }
        match &self.pattern {
            Some(pattern) if self.allowed.is_empty() => asks.join(prose![" a value that matches ", code(pattern.text())]),
            Some(pattern) => asks.join(prose![", or a value that matches ", code(pattern.text())]),
            None => asks,
        }
    }
}

/// The value of a field, or each item of its list.
fn values<'a>(found: &Found<'a>) -> Vec<Found<'a>> {
    let one = |value: &'a Node, key: &'a Node| Found { path: found.path.clone(), names: found.names.clone(), key, value };
    match found.value.items() {
        Some(items) => items.iter().map(|item| one(item, item)).collect(),
        None => vec![one(found.value, found.key)],
    }
}
