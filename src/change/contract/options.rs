//! `oneOf` and `anyOf`: which option of head stands for which of base.
//!
//! Paired by the value of their discriminators, then by structure, then by position; never by title. With `oneOf` a value
//! must fit one option alone, so each further option has to refuse what its neighbours hold.

use super::Effect;
use super::kind::ContractChangeKind as Kind;
use super::pairing::{declares, disjoint, label, partners};
use super::schemas::{conjoined, options, own_types, same};
use super::shape::{into_options, out_of_options};
use super::site::{Site, Step, lifted};
use super::specification::{Comparison, Said};
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

pub(super) fn said(site: &Site<'_>, from: &str, to: &str) -> Said {
    Said {
        from: (!from.is_empty()).then(|| from.to_owned()),
        to: (!to.is_empty()).then(|| to.to_owned()),
        base: Some(site.base.place),
        head: Some(site.head.place),
    }
}

/// A schema without its options.
pub(super) fn bare(schema: &Schema) -> Schema {
    Schema {
        one_of: Vec::new(),
        any_of: Vec::new(),
        ..schema.clone()
    }
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

/// Whether base, or one of its options, declares further properties by a schema.
fn takes_further(schema: &Schema) -> bool {
    matches!(schema.additional, Additional::Schema(_)) || options(schema).iter().any(takes_further)
}

/// The names of the properties that a schema or one of its options declares.
fn names(schema: &Schema) -> Vec<&str> {
    let own = schema.properties.iter().map(|property| &*property.name.text);
    own.chain(options(schema).iter().flat_map(names)).collect()
}
