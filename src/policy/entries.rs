//! The entries of the rules: every rule has one, with a level, a scope, options and a reason.

use super::error::{PolicyError, unknown};
use super::load::{ENTRY_KEYS, Loader};
use super::tree::{Content, Entry, Tree};
use super::typed::typed;
use super::{ConfiguredRule, scope};
use crate::rules::{RuleDefinition, WISHES};

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
            let message = unknown("key of a rule's entry", &field.key, &ENTRY_KEYS);
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
            let below = self
                .below
                .get("rules")
                .and_then(|rules| rules.get(definition.id)?.get("options"));
            typed(options, below, definition.build, &mut self.errors)
        });
        let wishes = match options
            .and_then(|options| options.get(WISHES))
            .map(|wishes| &wishes.content)
        {
            Some(Content::List(items)) => items.iter().map(|item| item.origin.clone()).collect(),
            _ => Vec::new(),
        };
        let origin = level?.origin.clone();
        let level = self.level("level", level?)?;
        Some(ConfiguredRule {
            definition,
            level,
            scope: scope?,
            reason: reason?,
            rule: rule?,
            origin,
            wishes,
        })
    }

    fn reason(&mut self, tree: &Tree) -> Option<String> {
        let reason = tree.text().map(str::trim).filter(|reason| !reason.is_empty());
        if reason.is_none() {
            self.fault(tree, "`reason` is a sentence that says why");
        }
        reason.map(str::to_owned)
    }
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
