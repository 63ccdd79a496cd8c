use std::collections::{BTreeMap, BTreeSet};

use super::wishes::{FieldPath, Fields, Found, Reason, or_ask, pointed, shown, spoken};
use super::{Context, Findings, Rule, Scope};
use crate::change::{Connector, ConnectorDiff};
use crate::finding::{Finding, Level, Suggestion, code, prose};
use crate::metadata::Metadata;
use crate::text::Edit;
use crate::yaml::{Block, Node, insert_entry};

rule! {
    /// A field changed that the policy keeps as it is.
    ///
    /// ## What it does
    /// Compares the fields that a wish names, on both sides of an existing connector. A field that is taken away counts,
    /// and so does one that is set where it was absent; quotes and the order of keys do not. Which connectors a wish speaks
    /// of is asked on every side: a demotion in the same change frees nothing.
    ///
    /// ## Why
    /// The wish says it: whoever writes "this must not change" knows what hangs on it. A license, for example, is what
    /// users agreed to when they set their connection up.
    ///
    /// ## How to mend it
    /// Keep the value. Where the change is meant, the policy changes first, in a pull request of its own.
    ///
    /// ## Options
    /// `wishes`: a list, empty by default. Each has `fields` (paths such as `data.license`; `*` stands for one name) and
    /// `because`; `when` (the keys of a scope, and `change`: kinds of changes that come along) and `level` may be left out.
    /// The first wish that speaks of a field decides.
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
            for field in wish.fields.iter() {
                let old: BTreeMap<String, Found> = by_path(field, before);
                let new: BTreeMap<String, Found> = by_path(field, after);
                let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
                for path in paths {
                    let finding = match (old.get(path), new.get(path)) {
                        (Some(old), Some(new)) => changed(base, head, old, new),
                        (Some(old), None) => Some(taken_away(base, head, old)),
                        (None, Some(new)) => Some(set(head, new)),
                        (None, None) => None,
                    };
                    let Some(finding) = finding.filter(|_| said.insert(path.clone())) else { continue };
                    findings.push(spoken(finding, index, &wish.because, wish.level));
                }
            }
        }
    }
}

fn by_path<'a>(field: &FieldPath, metadata: &'a Metadata) -> BTreeMap<String, Found<'a>> {
    let found = field.find(metadata.document().root());
    found.into_iter().map(|found| (found.path.clone(), found)).collect()
}

fn changed(base: &Connector, head: &Connector, old: &Found, new: &Found) -> Option<Finding> {
    if old.value.same_value(new.value) {
        return None;
    }
    let message = prose![code(&new.path), " may not change here: ", shown(old.value), " → ", shown(new.value), "."];
    let finding = match (old.value.text(), new.value.text()) {
        (None, None) => {
            let (before, after) = first_difference(old.value, new.value).unwrap_or((Some(old.key), Some(new.key)));
            let message = prose![code(&new.path), " may not change here."];
            match (before, after) {
                (_, Some(after)) => Finding::at(head.location(after.span), &*new.path, message),
                (Some(before), None) => Finding::at(base.location(before.span), &*new.path, message),
                (None, None) => return None,
            }
        }
        _ => Finding::at(head.location(pointed(new)), &*new.path, message),
    };
    Some(finding.remedy(or_ask(prose!["Keep the value"])).suggest(restored(base, head, old, new)))
}

/// The keys of the first entry that differs, on each side where there is one.
fn first_difference<'a>(old: &'a Node, new: &'a Node) -> Option<(Option<&'a Node>, Option<&'a Node>)> {
    old.entries().and(new.entries())?;
    let twin = |map: &'a Node, key: &Node| map.counting_entries().find(|entry| entry.key.same_value(key));
    for after in new.counting_entries() {
        match twin(old, &after.key) {
            None => return Some((None, Some(&after.key))),
            Some(before) if !before.value.same_value(&after.value) => {
                let inner = first_difference(&before.value, &after.value);
                return Some(inner.unwrap_or((Some(&before.key), Some(&after.key))));
            }
            Some(_) => {}
        }
    }
    let gone = old.counting_entries().find(|entry| twin(new, &entry.key).is_none())?;
    Some((Some(&gone.key), None))
}

fn taken_away(base: &Connector, head: &Connector, old: &Found) -> Finding {
    Finding::at(base.location(pointed(old)), &*old.path, prose![code(&old.path), " may not be taken away here: ", shown(old.value), "."])
        .remedy(or_ask(prose!["Put it back"]))
        .suggest(put_back(head, old))
}

fn set(head: &Connector, new: &Found) -> Finding {
    Finding::at(head.location(pointed(new)), &*new.path, prose![code(&new.path), " may not be set here, where it was absent: ", shown(new.value), "."])
        .remedy(or_ask(prose!["Leave it out"]))
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
    let edit = insert_entry(document, around, name, &block)?;
    Suggestion::new(prose!["put ", code(&old.path), " back"], head.file(), document.text(), &[edit])
}
