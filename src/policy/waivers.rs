//! Waivers that stand in the policy, and which rules may be waived.
//!
//! Knows their form; whether a day has passed is for whoever knows the day.

use jiff::civil::Date;

use super::error::{PolicyError, quoted, unknown};
use super::tree::{Content, Origin, Tree};
use crate::changeset::{day_of, has_form_of_day, is_reason};
use crate::rules::RuleDefinition;

/// The keys of a waiver, all of which have to be there: a waiver that nobody answers for is none.
const KEYS: [&str; 5] = ["rule", "connector", "until", "because", "by"];

/// The most waivers of one policy.
const MOST: usize = 500;

/// A waiver of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyWaiver {
    /// The rule's id.
    pub rule: &'static str,
    /// The connector: the name of its folder, or the folder's whole path.
    pub connector: String,
    /// The last day on which it counts.
    pub until: Date,
    /// Why.
    pub because: String,
    /// Who answers for it.
    pub by: String,
    /// Where it stands.
    pub origin: Origin,
}

/// Adds what another policy lets nobody waive to what this one does: an override adds to it and takes nothing away.
pub(super) fn keep_floor(tree: &mut Tree, floor: &Tree) {
    let items_of = |tree: &Tree| match tree.get("waivable").and_then(|waivable| waivable.get("never")) {
        Some(Tree {
            content: Content::List(items),
            ..
        }) => items.clone(),
        _ => Vec::new(),
    };
    let floor = items_of(floor);
    let inner = tree
        .get_mut("waivable")
        .and_then(|waivable| waivable.get_mut("never"));
    if let Some(Tree {
        content: Content::List(items),
        ..
    }) = inner
    {
        for item in floor {
            if !items.iter().any(|known| known.text() == item.text()) {
                items.push(item);
            }
        }
    }
}

/// The waivers of a layer and of those below it, without those below whose rule the layer lets nobody waive: that is its
/// word, and no fault of theirs. `None` where one of them has no list.
pub(super) fn together(below: &Tree, over: &Tree) -> Option<Vec<Tree>> {
    let list = |tree: &Tree| match &tree.content {
        Content::List(items) => Some(items.clone()),
        _ => None,
    };
    let mut waivers = over.get("waivers").map_or(Some(Vec::new()), list)?;
    let never = over
        .get("waivable")
        .and_then(|waivable| list(waivable.get("never")?));
    let never = never.unwrap_or_default();
    for waiver in below.get("waivers").and_then(list)? {
        let rule = waiver.get("rule").and_then(Tree::text);
        let is_refused = rule.is_some_and(|rule| never.iter().any(|item| item.text() == Some(rule)));
        if !is_refused && !waivers.contains(&waiver) {
            waivers.push(waiver);
        }
    }
    Some(waivers)
}

/// Reads `waivers` and checks the rules that `waivable` names; what does not belong there becomes a fault.
pub(super) fn read(
    tree: &Tree,
    definitions: &'static [RuleDefinition],
    errors: &mut Vec<PolicyError>,
) -> Vec<PolicyWaiver> {
    let ids: Vec<&str> = definitions.iter().map(|definition| definition.id).collect();
    let never = tree.get("waivable").and_then(|waivable| waivable.get("never"));
    let never: Vec<&Tree> = match never.map(|never| &never.content) {
        Some(Content::List(items)) => items.iter().collect(),
        _ => Vec::new(),
    };
    for item in &never {
        if let Some(name) = item.text().filter(|name| !ids.contains(name)) {
            errors.push(PolicyError::new(&item.origin, unknown("rule", name, &ids)));
        }
    }
    let Some(list) = tree.get("waivers") else {
        return Vec::new();
    };
    let Content::List(items) = &list.content else {
        errors.push(PolicyError::new(
            &list.origin,
            format!("`waivers` is a list, not {}", list.noun()),
        ));
        return Vec::new();
    };
    if items.len() > MOST {
        errors.push(PolicyError::new(
            &list.origin,
            format!("a policy has at most {MOST} waivers"),
        ));
        return Vec::new();
    }
    let is_never = |rule: &str| never.iter().any(|item| item.text() == Some(rule));
    let waivers = items
        .iter()
        .filter_map(|item| waiver(item, definitions, &is_never, errors));
    waivers.collect()
}

fn waiver(
    item: &Tree,
    definitions: &'static [RuleDefinition],
    is_never: &dyn Fn(&str) -> bool,
    errors: &mut Vec<PolicyError>,
) -> Option<PolicyWaiver> {
    let known = errors.len();
    if !matches!(item.content, Content::Map(_)) {
        errors.push(PolicyError::new(
            &item.origin,
            format!("a waiver is a map, not {}", item.noun()),
        ));
        return None;
    }
    for entry in item.entries().iter().filter(|entry| !KEYS.contains(&&*entry.key)) {
        errors.push(PolicyError::new(
            &entry.origin,
            unknown("key of a waiver", &entry.key, &KEYS),
        ));
    }
    let mut text = |key: &'static str| {
        let Some(value) = item.get(key) else {
            errors.push(PolicyError::new(
                &item.origin,
                format!("the waiver has no `{key}`"),
            ));
            return None;
        };
        let text = value.text();
        if text.is_none() {
            let message = format!("`{key}` of a waiver is text, not {}", value.noun());
            errors.push(PolicyError::new(&value.origin, message));
        }
        Some((value, text?))
    };
    let [rule, connector, until, because, by] = KEYS.map(&mut text);
    let mut fault = |at: &Tree, message: String| errors.push(PolicyError::new(&at.origin, message));
    let rule = rule.and_then(|(at, name)| {
        let definition = definitions.iter().find(|definition| definition.id == name);
        if definition.is_none() {
            let ids: Vec<&str> = definitions.iter().map(|definition| definition.id).collect();
            fault(at, unknown("rule", name, &ids));
        } else if is_never(name) {
            fault(
                at,
                format!("`{name}` may not be waived: `waivable.never` names it"),
            );
        }
        definition
    });
    let until = until.and_then(|(at, day)| {
        let read = day_of(day);
        if read.is_none() {
            let is_not = match has_form_of_day(day) {
                true => "is not a day of the calendar",
                false => "is no day of the form `YYYY-MM-DD`",
            };
            fault(at, format!("{} {is_not}", quoted(day)));
        }
        read
    });
    if let Some((at, _)) = connector.filter(|(_, name)| name.trim().is_empty()) {
        fault(at, "`connector` names the connector's folder".to_owned());
    }
    if let Some((at, _)) = by.filter(|(_, name)| name.trim().is_empty()) {
        fault(at, "`by` names who answers for it".to_owned());
    }
    if let Some((at, _)) = because.filter(|(_, reason)| !is_reason(reason)) {
        fault(at, "`because` is a sentence that says why".to_owned());
    }
    if errors.len() > known {
        return None;
    }
    Some(PolicyWaiver {
        rule: rule?.id,
        connector: connector?.1.to_owned(),
        until: until?,
        because: because?.1.to_owned(),
        by: by?.1.trim().to_owned(),
        origin: item.origin.clone(),
    })
}
