//! `oneOf` and `anyOf`: which option of head stands for which of base.
//!
//! Paired by the value of their discriminators, then by structure, then by position; never by title. With `oneOf` a value
//! must fit one option alone, so each further option has to refuse what its neighbours hold.

use serde_json::Value;

use super::kind::ContractChangeKind as Kind;
use super::schemas::{conjoined, discriminator, options, own_types, reached_types, same};
use super::site::{Site, Step, lifted};
use super::specification::{Comparison, Said, is_clean};
use super::valid::{equal, valid};
use super::{Effect, Findings, Witness};
use crate::contract::{Additional, Reason, ReasonKind, Schema, Types};

pub(super) fn compare(comparison: &mut Comparison<'_>, site: &Site<'_>) {
    let (base, head) = (site.base, site.head);
    let twice = |schema: &Schema| !schema.one_of.is_empty() && !schema.any_of.is_empty();
    if twice(base) || twice(head) {
        comparison.object(site);
        doubt(comparison, site);
        return;
    }
    match (options(base).is_empty(), options(head).is_empty()) {
        (true, _) => into_options(comparison, site),
        (_, true) => out_of_options(comparison, site),
        _ => paired(comparison, site),
    }
}

fn doubt(comparison: &mut Comparison<'_>, site: &Site<'_>) {
    let reason = Reason::new(ReasonKind::Options, site.path.clone(), Some(site.head.place));
    comparison.findings.doubt(reason);
}

fn said(site: &Site<'_>, from: &str, to: &str) -> Said {
    Said {
        from: (!from.is_empty()).then(|| from.to_owned()),
        to: (!to.is_empty()).then(|| to.to_owned()),
        base: Some(site.base.place),
        head: Some(site.head.place),
    }
}

/// A schema without its options.
fn bare(schema: &Schema) -> Schema {
    Schema {
        one_of: Vec::new(),
        any_of: Vec::new(),
        ..schema.clone()
    }
}

/// One shape at base, options at head: for each type of base an option has to take all of it.
fn into_options(comparison: &mut Comparison<'_>, site: &Site<'_>) {
    let (base, head) = (site.base, site.head);
    let parent = bare(head);
    let whole: Vec<Option<Schema>> = options(head)
        .iter()
        .map(|option| conjoined(&parent, option))
        .collect();
    let kinds = [
        Types::NULL,
        Types::BOOLEAN,
        Types::NUMBER,
        Types::STRING,
        Types::ARRAY,
        Types::OBJECT,
    ];
    let mut failed = Vec::new();
    let mut taken = true;
    let mut overlaps = false;
    for types in kinds {
        let part = Schema {
            types: Some(reached_types(base).shared(types)),
            ..base.clone()
        };
        if reached_types(&part).is_empty() {
            continue;
        }
        let mut partner = None;
        for (at, option) in whole.iter().enumerate() {
            let Some(option) = option else { continue };
            let mut below = site.below(&part, option, Step::Option, &label(option, at));
            below.is_option = site.is_option;
            let found = comparison.trial(&below);
            if is_clean(&found) {
                partner = Some(at);
                break;
            }
            failed.push(found);
        }
        taken &= partner.is_some();
        if let Some(partner) = partner
            && !head.one_of.is_empty()
        {
            let others = options(head).iter().enumerate().filter(|(at, _)| *at != partner);
            overlaps |= others
                .into_iter()
                .any(|(_, option)| !disjoint(&part, option, None));
        }
    }
    if taken && !overlaps {
        let said = said(site, "one shape", "options");
        comparison.push(Kind::ConfigWidened, site.path.clone(), Effect::Compatible, said);
        return;
    }
    shape_changed(comparison, site, &failed, "one shape", "options");
}

/// Options at base, one shape at head: it has to take every option.
fn out_of_options(comparison: &mut Comparison<'_>, site: &Site<'_>) {
    let (base, head) = (site.base, site.head);
    let parent = bare(base);
    let mut failed = Vec::new();
    let mut all = true;
    for (at, option) in options(base).iter().enumerate() {
        let Some(option) = conjoined(&parent, option) else {
            all = false;
            continue;
        };
        let found = comparison.trial(&site.below(&option, head, Step::Option, &label(&option, at)));
        if !is_clean(&found) {
            failed.push(found);
        }
    }
    if all && failed.is_empty() {
        let said = said(site, "options", "one shape");
        comparison.push(Kind::ConfigWidened, site.path.clone(), Effect::Compatible, said);
        return;
    }
    shape_changed(comparison, site, &failed, "options", "one shape");
}

fn shape_changed(
    comparison: &mut Comparison<'_>,
    site: &Site<'_>,
    failed: &[Findings],
    from: &str,
    to: &str,
) {
    let proposals = comparison.maker.samples(site.base);
    let witness = site
        .witness(proposals, &comparison.maker)
        .map(Witness::Configuration);
    let of_trials = |wanted: fn(&Witness) -> bool| {
        let changes = failed.iter().flat_map(|findings| &findings.changes);
        changes
            .filter_map(|change| change.witness())
            .find(|witness| wanted(witness))
            .cloned()
    };
    // What one option refuses another may take: only a configuration that the whole of head refuses counts.
    let witness = witness
        .or_else(|| of_trials(|witness| matches!(witness, Witness::Configuration(_))))
        .or_else(|| {
            let single = options(site.head).is_empty();
            single
                .then(|| of_trials(|witness| !matches!(witness, Witness::Configuration(_))))
                .flatten()
        });
    let effect = match witness {
        Some(witness) => Effect::Breaking(witness),
        None => Effect::CannotTell(Reason::new(
            ReasonKind::Options,
            site.path.clone(),
            Some(site.head.place),
        )),
    };
    comparison.push(
        Kind::ConfigShapeChanged,
        site.path.clone(),
        effect,
        said(site, from, to),
    );
}

fn paired(comparison: &mut Comparison<'_>, site: &Site<'_>) {
    let (base, head) = (site.base, site.head);
    // Beside options nobody says which of them a further property belongs to.
    if takes_further(base) && names(head).iter().any(|name| !declares(base, name)) {
        doubt(comparison, site);
    }
    let crosses = crosses(base, head);
    let prepared = |schema: &Schema| -> Option<Vec<Schema>> {
        let parent = bare(schema);
        let each = options(schema).iter();
        match crosses {
            true => each.map(|option| conjoined(&parent, option)).collect(),
            false => Some(each.cloned().collect()),
        }
    };
    let (Some(before), Some(after)) = (prepared(base), prepared(head)) else {
        doubt(comparison, site);
        return;
    };
    if !crosses && own_types(base).contains(Types::OBJECT) {
        comparison.object(site);
    }
    let partners = partners(comparison, site, &before, &after);
    for (at, option) in before.iter().enumerate() {
        let name = label(option, at);
        let Some(partner) = partners[at] else {
            removed(comparison, site, option, &name);
            continue;
        };
        comparison.contain(&site.below(option, &after[partner], Step::Option, &name));
        if head.one_of.is_empty() {
            continue;
        }
        for (_, refuses) in after.iter().enumerate().filter(|(other, _)| *other != partner) {
            let refused_before = !base.one_of.is_empty()
                && before
                    .iter()
                    .enumerate()
                    .any(|(index, before)| index != at && same(before, refuses));
            if !refused_before && !disjoint(option, refuses, Some(base)) {
                overlap(comparison, site, option, refuses, &name);
            }
        }
    }
    for (at, option) in after.iter().enumerate() {
        if !partners.contains(&Some(at)) {
            let path = format!("{}[{}]", site.path, label(option, at));
            let said = Said {
                to: Some(label(option, at)),
                head: Some(option.place),
                base: Some(base.place),
                from: None,
            };
            comparison.push(Kind::ConfigWidened, path, Effect::Compatible, said);
        }
    }
}

/// Whether a property stands beside the options on one side and in an option on the other.
fn crosses(base: &Schema, head: &Schema) -> bool {
    let inside = |schema: &Schema, name: &str| options(schema).iter().any(|option| declares(option, name));
    let crossing = |one: &Schema, other: &Schema| {
        let names = one.properties.iter().map(|property| &property.name.text);
        names
            .chain(one.required.iter().map(|word| &word.text))
            .any(|name| inside(other, name))
    };
    crossing(base, head) || crossing(head, base)
}

fn removed(comparison: &mut Comparison<'_>, site: &Site<'_>, option: &Schema, name: &str) {
    let values = comparison.maker.samples(option);
    let whole = lifted(site, &Step::Option, values, &comparison.maker);
    let witness = site.witness(whole, &comparison.maker);
    let path = format!("{}[{name}]", site.path);
    let said = Said {
        from: Some(name.to_owned()),
        to: None,
        base: Some(option.place),
        head: Some(site.head.place),
    };
    comparison.judge(
        Kind::ConfigOptionRemoved,
        &path,
        witness,
        ReasonKind::Options,
        said,
    );
}

/// What fits one option may now fit another too.
fn overlap(comparison: &mut Comparison<'_>, site: &Site<'_>, option: &Schema, other: &Schema, name: &str) {
    let both = conjoined(option, other);
    let mut values = both.map_or_else(Vec::new, |both| comparison.maker.samples(&both));
    values.extend(comparison.maker.samples(option));
    let whole = lifted(site, &Step::Option, values, &comparison.maker);
    let witness = site.witness(whole, &comparison.maker);
    let path = format!("{}[{name}]", site.path);
    let said = said(site, "fits one option", "fits two");
    comparison.judge(
        Kind::ConfigShapeChanged,
        &path,
        witness,
        ReasonKind::Options,
        said,
    );
}

/// For each option of base the one of head that stands for it.
fn partners(
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
fn disjoint(base: &Schema, head: &Schema, parent: Option<&Schema>) -> bool {
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
fn declares(schema: &Schema, name: &str) -> bool {
    schema.property(name).is_some()
        || schema.requires(name)
        || [&schema.one_of, &schema.any_of, &schema.all_of]
            .iter()
            .any(|parts| parts.iter().any(|part| declares(part, name)))
}

/// Whether base, or one of its options, declares further properties by a schema.
fn takes_further(schema: &Schema) -> bool {
    matches!(schema.additional, Additional::Schema(_)) || options(schema).iter().any(takes_further)
}

/// The names of the properties that a schema or one of its options declares.
fn names(schema: &Schema) -> Vec<&str> {
    let own = schema.properties.iter().map(|property| &*property.name.text);
    own.chain(options(schema).iter().flat_map(names)).collect()
}

/// What an option is called: its discriminator, its title or its number.
fn label(option: &Schema, at: usize) -> String {
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
