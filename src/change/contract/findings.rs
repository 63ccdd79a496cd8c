//! What a comparison has found so far: changes, and reasons why something cannot be told.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::{Compatibility, ContractChange, ContractChangeKind, ContractDiff, Effect};
use crate::contract::{Known, Place, Reason, ReasonKind};

/// What a comparison has found so far.
#[derive(Debug, Default, Clone)]
pub(super) struct Findings {
    pub(super) changes: Vec<ContractChange>,
    pub(super) reasons: Vec<Reason>,
}

impl Findings {
    pub(super) fn doubt(&mut self, reason: Reason) {
        self.reasons.push(reason);
    }

    /// Notes what cannot be told on one side, or not in the same way.
    pub(super) fn doubts(&mut self, base: Option<&Reason>, head: Option<&Reason>) {
        match (base, head) {
            (None, None) => {}
            (Some(before), Some(after)) if before.same(after) => {}
            (_, Some(reason)) => self.doubt(reason.clone()),
            (Some(reason), None) => self.doubt(before(reason)),
        }
    }

    /// Notes a change of a stream: what both sides say, and where.
    pub(super) fn of_stream(
        &mut self,
        stream: &Arc<str>,
        kind: ContractChangeKind,
        path: &str,
        [from, to]: [Option<String>; 2],
        [base, head]: [Option<Place>; 2],
        effect: Effect,
    ) {
        self.changes.push(ContractChange {
            kind,
            stream: Some(Arc::clone(stream)),
            path: path.to_owned(),
            from,
            to,
            effect,
            neutralised_by: None,
            base,
            head,
        });
    }

    pub(super) fn into_diff(mut self) -> ContractDiff {
        self.changes.sort_by(|left, right| {
            let key = |change: &ContractChange| (change.stream.clone(), change.path.clone(), change.kind);
            key(left).cmp(&key(right))
        });
        self.changes.dedup_by(|later, first| {
            later.kind == first.kind
                && later.stream == first.stream
                && later.path == first.path
                && later.from == first.from
                && later.to == first.to
        });
        let mut told = Told::default();
        for reason in self.reasons {
            told.add(reason.place, reason);
        }
        for change in &mut self.changes {
            if let Effect::CannotTell(reason) = &mut change.effect {
                let place = reason.place;
                reason.streams.extend(change.stream.clone());
                // What is gone has a place at base only.
                if place.is_none() {
                    reason.place = change.head.or(change.base);
                    reason.only_before = change.head.is_none();
                }
                told.add(place, reason.clone());
            }
        }
        let reasons = told.reasons;
        let breaks = self.changes.iter().any(|change| change.breaks() == Some(true));
        let compatibility = match (breaks, reasons.is_empty()) {
            (true, _) => Compatibility::Breaking,
            (false, true) => Compatibility::Compatible,
            (false, false) => Compatibility::CannotTell,
        };
        ContractDiff {
            compatibility,
            changes: self.changes,
            reasons,
        }
    }
}

/// Reasons, each once with all the streams that it is about.
#[derive(Default)]
struct Told {
    reasons: Vec<Reason>,
    known: BTreeMap<(ReasonKind, String, Option<Place>), usize>,
}

impl Told {
    /// Adds a reason, known by the place that it has of itself.
    fn add(&mut self, place: Option<Place>, reason: Reason) {
        match self.known.entry((reason.kind, reason.subject.clone(), place)) {
            Entry::Vacant(free) => {
                free.insert(self.reasons.len());
                self.reasons.push(reason);
            }
            Entry::Occupied(at) => {
                let first = &mut self.reasons[*at.get()];
                if first.place.is_none() {
                    (first.place, first.only_before) = (reason.place, reason.only_before);
                }
                // What is about the whole stays so.
                match first.streams.is_empty() || reason.streams.is_empty() {
                    true => first.streams.clear(),
                    false => first.streams.extend(reason.streams),
                }
            }
        }
    }
}

/// A reason that base alone has.
fn before(reason: &Reason) -> Reason {
    let mut reason = reason.clone();
    reason.only_before = true;
    reason
}

/// Both sides of a part, where both are known; a reason where they are not and may differ.
pub(super) fn both<'a, T>(
    base: &'a Known<T>,
    head: &'a Known<T>,
    findings: &mut Findings,
) -> Option<(Option<&'a T>, Option<&'a T>)> {
    match (base, head) {
        (Known::CannotTell(before), Known::CannotTell(after)) => {
            if !before.same(after) {
                findings.doubt(after.clone());
            }
            None
        }
        (Known::CannotTell(reason), _) => {
            findings.doubt(before(reason));
            None
        }
        (_, Known::CannotTell(reason)) => {
            findings.doubt(reason.clone());
            None
        }
        _ => Some((base.known(), head.known())),
    }
}
