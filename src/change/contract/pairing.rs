//! Which option of head stands for which of base: by discriminators, then by structure, then by position.

use serde_json::Value;

use super::schemas::{discriminator, own_types, reached_types, same};
use super::site::{Site, Step};
use super::specification::{Comparison, is_clean};
use super::valid::{equal, valid};
use crate::contract::{Additional, Schema, Types};

/// For each option of base the one of head that stands for it.
pub(super) fn partners(
    comparison: &Comparison<'_>,
    site: &Site<'_>,
    before: &[Schema],
    after: &[Schema],
) -> Vec<Option<usize>> {
    let mut partners: Vec<Option<usize>> = vec![None; before.len()];
    let free = |partners: &[Option<usize>], at: usize| !partners.contains(&Some(at));
    // By discriminator; among several with the same value an equal one, then the first that is free.
    for (at, option) in before.iter().enumerate() {
        let fits: Vec<usize> = (0..after.len())
            .filter(|other| relation(option, &after[*other]) == Some(true))
            .collect();
        let equal = fits.iter().find(|other| same(option, &after[**other]));
        let first = fits.iter().find(|other| free(&partners, **other));
        partners[at] = equal.or(first).copied();
    }
    let open = |option: &Schema, other: &Schema| relation(option, other) != Some(false);
    for (at, option) in before.iter().enumerate() {
        if partners[at].is_none() {
            let mut fits = (0..after.len()).filter(|other| open(option, &after[*other]));
            let here = after
                .get(at)
                .filter(|other| open(option, other) && same(option, other));
            partners[at] = match here {
                Some(_) if free(&partners, at) => Some(at),
                _ => fits.find(|other| free(&partners, *other) && same(option, &after[*other])),
            };
        }
    }
    for (at, option) in before.iter().enumerate() {
        if partners[at].is_none() {
            let mut fits = (0..after.len()).filter(|other| open(option, &after[*other]));
            partners[at] = fits.find(|other| {
                let below = site.below(option, &after[*other], Step::Option, "");
                is_clean(&comparison.trial(&below))
            });
        }
    }
    for (at, option) in before.iter().enumerate() {
        if partners[at].is_none() {
            let there = after
                .get(at)
                .filter(|other| open(option, other) && free(&partners, at));
            partners[at] = there.map(|_| at);
        }
    }
    partners
}

/// Whether the discriminators of two options agree; `None` where they share none.
fn relation(left: &Schema, right: &Schema) -> Option<bool> {
    if let (Some(left), Some(right)) = (discriminator(left), discriminator(right)) {
        return Some(equal(left, right));
    }
    let mut agree = None;
    for property in &left.properties {
        let Some(value) = discriminator(&property.schema) else {
            continue;
        };
        let there = right.property(&property.name.text);
        if let Some(other) = there.and_then(|property| discriminator(&property.schema)) {
            if !equal(value, other) {
                return Some(false);
            }
            agree = Some(true);
        }
    }
    agree
}

/// Whether no configuration of one schema fits the other. The parent holds properties that stand beside the options.
pub(super) fn disjoint(base: &Schema, head: &Schema, parent: Option<&Schema>) -> bool {
    let refuses_all =
        |values: &[Value], schema: &Schema| values.iter().all(|value| valid(schema, value) == Some(false));
    let shared = reached_types(base).shared(reached_types(head));
    let shared = parent.map_or(shared, |parent| shared.shared(own_types(parent)));
    if shared.is_empty() {
        return true;
    }
    if base
        .values
        .as_ref()
        .is_some_and(|(values, _)| refuses_all(values, head))
        || head
            .values
            .as_ref()
            .is_some_and(|(values, _)| refuses_all(values, base))
    {
        return true;
    }
    if shared != Types::OBJECT {
        return false;
    }
    let differs = base
        .properties
        .iter()
        .filter(|property| base.requires(&property.name.text))
        .any(|property| match head.property(&property.name.text) {
            Some(other) => disjoint(&property.schema, &other.schema, None),
            None => matches!(head.additional, Additional::Closed(_)) && head.others.is_empty(),
        });
    let declared = |name: &str| {
        declares(base, name)
            || parent.is_some_and(|parent| parent.property(name).is_some() || parent.requires(name))
            || matches!(base.additional, Additional::Schema(_))
    };
    differs || head.required.iter().any(|word| !declared(&word.text))
}

/// Whether a configuration may hold a property by this schema.
pub(super) fn declares(schema: &Schema, name: &str) -> bool {
    schema.property(name).is_some()
        || schema.requires(name)
        || [&schema.one_of, &schema.any_of, &schema.all_of]
            .iter()
            .any(|parts| parts.iter().any(|part| declares(part, name)))
}

/// What an option is called: its discriminator, its title or its number.
pub(super) fn label(option: &Schema, at: usize) -> String {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let named = option
        .properties
        .iter()
        .find_map(|property| discriminator(&property.schema));
    named
        .or_else(|| discriminator(option))
        .map(plain)
        .or_else(|| option.title.as_ref().map(ToString::to_string))
        .unwrap_or_else(|| at.to_string())
}
