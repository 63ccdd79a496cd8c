//! Labels, reviewers, teams and whatever else of the policy belongs to no single rule.
//!
//! The built-in policy names every key; the type of [`Settings`] says what stands there.

use super::error::{PolicyError, quoted};
use super::load::OWN_KEYS;
use super::tree::{Content, Entry, Tree};
use super::typed::typed;
use crate::rules::Settings;

/// Reads the settings; what does not belong there becomes a fault, unless the built-in policy has no such key.
pub(super) fn read(tree: &Tree, built_in: &Tree, errors: &mut Vec<PolicyError>) -> Option<Settings> {
    for (key, is_team) in [("teams", true), ("reviewers", false)] {
        let topics = tree.get(key).map(Tree::entries).unwrap_or_default();
        let lists = topics.iter().filter_map(|topic| match &topic.value.content {
            Content::List(items) => Some(items),
            _ => None,
        });
        for item in lists.flatten() {
            if let Some(name) = item.text().filter(|name| !is_account(name, is_team)) {
                let form = if is_team {
                    "team of the form `organisation/team`"
                } else {
                    "login"
                };
                errors.push(PolicyError::new(
                    &item.origin,
                    format!("{} is no {form}", quoted(name)),
                ));
            }
        }
    }
    let below = settings_of(built_in);
    let part = pruned(&settings_of(tree), &below);
    typed(&part, Some(&below), serde_json::from_value::<Settings>, errors)
}

/// The part of a policy that [`Settings`] reads.
pub(super) fn settings_of(tree: &Tree) -> Tree {
    let entries = tree
        .entries()
        .iter()
        .filter(|entry| !OWN_KEYS.contains(&entry.key.as_str()));
    Tree {
        origin: tree.origin.clone(),
        content: Content::Map(entries.cloned().collect()),
    }
}

/// The tree without the keys that another does not have: they are faults already.
fn pruned(tree: &Tree, below: &Tree) -> Tree {
    let Content::Map(entries) = &tree.content else {
        return tree.clone();
    };
    let known = entries.iter().filter_map(|entry| {
        let value = pruned(&entry.value, below.get(&entry.key)?);
        Some(Entry {
            value,
            ..entry.clone()
        })
    });
    Tree {
        origin: tree.origin.clone(),
        content: Content::Map(known.collect()),
    }
}

/// Whether GitHub would take a name as that of a person, or of a team after its organisation.
fn is_account(name: &str, is_team: bool) -> bool {
    let is_name = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.'))
    };
    let name = name.strip_prefix('@').unwrap_or(name);
    match name.split_once('/') {
        Some((organisation, team)) => is_team && is_name(organisation) && is_name(team),
        None => !is_team && is_name(name),
    }
}
