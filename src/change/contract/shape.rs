//! One shape on one side, options on the other.

use super::kind::ContractChangeKind as Kind;
use super::options::{bare, said};
use super::pairing::{disjoint, label};
use super::schemas::{conjoined, options, reached_types};
use super::site::{Site, Step};
use super::specification::{Comparison, is_clean};
use super::{Effect, Findings, Witness};
use crate::contract::{Reason, ReasonKind, Schema, Types};

/// One shape at base, options at head: for each type of base an option has to take all of it.
pub(super) fn into_options(comparison: &mut Comparison<'_>, site: &Site<'_>) {
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
pub(super) fn out_of_options(comparison: &mut Comparison<'_>, site: &Site<'_>) {
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
