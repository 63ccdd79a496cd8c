use std::collections::BTreeSet;

use super::mending::or_rename;
use super::wishes::{Fields, Found, Reason, Touched, or_ask, shown, spoken, touched};
use super::{Context, Findings, Rule, Scope};
use crate::change::{Connector, ConnectorDiff};
use crate::finding::{Finding, Level, Suggestion, code, prose};
use crate::text::Edit;
use crate::yaml::{Block, insert_entry};

rule! {
    /// A field changed that the policy keeps as it is.
    ///
    /// ## What it does
    /// Compares the fields that a wish names, on both sides of an existing connector. A field that is taken away counts,
    /// and so does one that is set where it was absent; quotes and the order of keys do not. Which connectors a wish speaks
    /// of is asked on every side: a demotion in the same change frees nothing. What `registryOverrides` puts in the place of
    /// a field for one registry is compared as well.
    ///
    /// ## Why
    /// The wish says it: whoever writes "this must not change" knows what hangs on it. A license, for example, is what
    /// users agreed to when they set their connection up.
    ///
    /// ## Example
    /// 2023-06-27, `source-stripe`, `60949ec` (`#27734`): a wish on `data.license` would have spoken when `MIT` became
    /// `ELv2`.
    ///
    /// ## How to mend it
    /// Keep the value. Where the change is meant, the policy changes first, in a pull request of its own.
    ///
    /// ## Options
    /// `wishes`: a list, empty by default. Each has `fields` (paths such as `data.license`; `*` stands for one name) and
    /// `because`; `when` (the keys of a scope, and `change`: kinds of changes that come along) and `level` may be left out.
    /// The first wish that speaks of a field, or of a map around it, decides.
    "frozen-field-changed", since "0.1.0",
    pub struct FrozenFieldChanged {
        /// What may not change.
        wishes: Vec<FrozenFields>,
    }
}

/// Fields that stay as they are.
#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct FrozenFields {
    /// Paths such as `data.license`; `*` stands for one name.
    fields: Fields,
    /// Of which connectors and changes it speaks; without it, of all.
    #[serde(default)]
    when: Scope,
    /// How loud it is, instead of the rule's level.
    level: Option<Level>,
    /// Why, in a sentence for the author.
    because: Reason,
}

impl Rule for FrozenFieldChanged {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((base, before, head, after)) = diff.both() else { return };
        let mut said: BTreeSet<String> = BTreeSet::new();
        for (index, wish) in self.wishes.iter().enumerate().filter(|(_, wish)| wish.when.matches(diff)) {
            for field in wish.fields.iter().flat_map(|field| touched(field, Some(before), Some(after))) {
                // A wish about a map and one about a field in it have one change to tell.
                if !field.is_within(&said) {
                    said.insert(field.path().to_owned());
                    findings.push(spoken(kept(base, head, &field), index, &wish.because, wish.level));
                }
            }
        }
    }
}

fn kept(base: &Connector, head: &Connector, field: &Touched) -> Finding {
    let (verb, to_do, suggestion) = match (&field.old, &field.new) {
        (Some(old), Some(new)) => (" may not change here", "Keep the value", restored(base, head, old, new)),
        (Some(old), None) => (" may not be taken away here", "Put it back", put_back(head, old)),
        (None, _) => (" may not be set here, where it was absent", "Leave it out", None),
    };
    let message = match field.values() {
        Some(values) => prose![code(field.path()), verb, ": "].join(values).join(prose!["."]),
        None => prose![code(field.path()), verb, "."],
    };
    let finding =
        Finding::at(field.location(Some(base), head), field.path(), message).remedy(or_ask(prose![to_do])).suggest(suggestion);
    match (&field.old, &field.new) {
        (Some(old), None) => match old.names.split_last() {
            Some((name, around)) => or_rename(finding, head, around, name),
            None => finding,
        },
        _ => finding,
    }
}

/// The value as base writes it, in the place of the new one.
fn restored(base: &Connector, head: &Connector, old: &Found, new: &Found) -> Option<Suggestion> {
    old.value.scalar().and(new.value.scalar())?;
    let written = old.value.span.of(base.metadata()?.document().text());
    if written.is_empty() || written.contains(['\n', '\r']) || new.value.alias.is_some() || old.value.alias.is_some() {
        return None;
    }
    let edit = Edit { span: new.value.span, replacement: written.to_owned() };
    Suggestion::new(prose!["keep ", shown(old.value)], head.file(), head.metadata()?.document().text(), &[edit])
}

/// The entry at the end of its map.
fn put_back(head: &Connector, old: &Found) -> Option<Suggestion> {
    let document = head.metadata()?.document();
    let (name, around) = old.names.split_last()?;
    let block = match (old.value.as_str(), old.value.as_bool()) {
        (Some(text), _) => Block::Text(text.to_owned()),
        (_, Some(value)) => Block::Bool(value),
        _ => return None,
    };
    let proven = insert_entry(document, around, name, &block)?;
    Suggestion::proven(prose!["put ", code(&old.path), " back"], head.file(), document.text(), proven)
}
