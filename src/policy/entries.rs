//! The entries of the rules: every rule has one, with a level, a scope, options and a reason.

use super::error::{PolicyError, unknown};
use super::load::{ENTRY_KEYS, Loader};
use super::tree::{Content, Entry, Tree};
use super::typed::typed;
use super::{ConfiguredRule, scope};
use crate::finding::Level;
use crate::rules::{ROW_LISTS, RuleDefinition, WISHES};

impl Loader<'_> {
    pub(super) fn rules(
        &mut self,
        definitions: &'static [RuleDefinition],
        tree: &Tree,
    ) -> Option<Vec<ConfiguredRule>> {
        let Content::Map(entries) = &tree.content else {
            self.fault(tree, format!("`rules` is a map, not {}", tree.noun()));
            return None;
        };
        let ids: Vec<&str> = definitions.iter().map(|definition| definition.id).collect();
        for entry in entries.iter().filter(|entry| !ids.contains(&entry.key.as_str())) {
            self.errors
                .push(PolicyError::new(&entry.origin, unknown("rule", &entry.key, &ids)));
        }
        let mut rules = Vec::new();
        for definition in definitions {
            match entries.iter().find(|entry| entry.key == definition.id) {
                Some(entry) => rules.extend(self.rule(definition, entry)),
                None => self.fault(tree, format!("the rule `{}` has no entry", definition.id)),
            }
        }
        Some(rules)
    }

    fn rule(&mut self, definition: &'static RuleDefinition, entry: &Entry) -> Option<ConfiguredRule> {
        let tree = &entry.value;
        if !matches!(tree.content, Content::Map(_)) {
            self.fault(
                tree,
                format!("the entry of a rule is a map with `level`, not {}", tree.noun()),
            );
            return None;
        }
        for field in tree
            .entries()
            .iter()
            .filter(|field| !ENTRY_KEYS.contains(&field.key.as_str()))
        {
            let message = match part_of(self.below, definition.id, "options") {
                Some(options) if options.get(&field.key).is_some() => {
                    format!("`{}` belongs under `options`", field.key)
                }
                _ => unknown("key of a rule's entry", &field.key, &ENTRY_KEYS),
            };
            self.errors.push(PolicyError::new(&field.origin, message));
        }
        let [level, scope, options, reason] = ENTRY_KEYS.map(|key| {
            let value = tree.get(key);
            if value.is_none() {
                let message = format!("the entry of `{}` has no `{key}`", definition.id);
                self.errors.push(PolicyError::new(&entry.origin, message));
            }
            value
        });
        let reason = reason.and_then(|reason| self.reason(reason));
        let scope = scope.map(|scope| scope::read(scope, &mut self.errors));
        let rule = options.and_then(|options| {
            let below = part_of(self.below, definition.id, "options");
            typed(options, below, definition.build, &mut self.errors)
        });
        let list = ROW_LISTS.iter().find_map(|key| Some((*key, options?.get(key)?)));
        let rows = match list.map(|(_, list)| &list.content) {
            Some(Content::List(items)) => items.iter().map(|item| item.origin.clone()).collect(),
            _ => Vec::new(),
        };
        let tree = level?;
        let origin = tree.origin.clone();
        let level = self.level("level", tree)?;
        if let Some((key, _)) = list.filter(|(key, _)| *key != WISHES) {
            self.level_beside_rows(definition.id, tree, key);
        }
        Some(ConfiguredRule {
            definition,
            level,
            scope: scope?,
            reason: reason?,
            rule: rule?,
            origin,
            rows,
        })
    }

    /// Refuses a level where each row has its own: it would be read and change nothing.
    fn level_beside_rows(&mut self, id: &str, level: &Tree, rows: &str) {
        let built_in = part_of(self.below, id, "level").and_then(Tree::text);
        if level.text() != built_in && level.text() != Some(Level::Off.word()) {
            let message = format!(
                "each row of `{rows}` has its own level, so this one may only be `off`; add a row under `options`"
            );
            self.fault(level, message);
        }
    }

    fn reason(&mut self, tree: &Tree) -> Option<String> {
        let reason = tree.text().map(str::trim).filter(|reason| !reason.is_empty());
        if reason.is_none() {
            self.fault(tree, "`reason` is a sentence that says why");
        }
        reason.map(str::to_owned)
    }
}

/// A part of a rule's entry in a complete policy.
fn part_of<'t>(policy: &'t Tree, id: &str, key: &str) -> Option<&'t Tree> {
    policy.get("rules")?.get(id)?.get(key)
}

/// Puts the entries of the rules in the order in which they judge.
pub(super) fn in_registry_order(definitions: &[RuleDefinition], tree: &mut Tree) {
    let Content::Map(entries) = &mut tree.content else {
        return;
    };
    let Some(rules) = entries.iter_mut().find(|entry| entry.key == "rules") else {
        return;
    };
    if let Content::Map(entries) = &mut rules.value.content {
        entries.sort_by_key(|entry| {
            definitions
                .iter()
                .position(|definition| definition.id == entry.key)
        });
    }
}
