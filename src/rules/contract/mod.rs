//! What the rules on contract changes share: which changes break and are not declared, and one finding for each stream.
//!
//! Knows the contract's changes and the entries of the metadata; the words for a kind stand in `words.rs`, the entry that
//! declares a break in `declaration.rs`.

mod declaration;
mod impact;
mod words;

use std::sync::Arc;

use super::breaking::{applies_between, fits_policy, not_breaking};
use super::{Context, Findings};
use crate::change::contract::{ContractChange, ContractChangeKind, ContractOf, Effect};
use crate::change::{ChangeKind, ConnectorDiff, governing_stability};
use crate::changeset::Side;
use crate::finding::{Finding, Level, Location, Suggestion, code, prose};
use crate::metadata::BreakingChange;
use crate::metadata::Metadata;
use crate::promises::Stability;

/// The most streams of a connector that get a finding of their own for one kind of break; beyond, one tells all of them.
const MOST_STREAMS: usize = 4;

/// The most places that a finding names beside its own.
const MOST_PLACES: usize = 8;

/// The entries that hold connections back from the version that head releases: those above base's version and not above
/// head's, as the platform reads them; an annotation holds nobody back.
pub(crate) fn entries_of_release(diff: &ConnectorDiff) -> Vec<&BreakingChange> {
    let Some(after) = diff.metadata(Side::Head) else {
        return Vec::new();
    };
    let from = diff
        .metadata(Side::Base)
        .and_then(crate::metadata::Metadata::semver);
    let Some(to) = after.semver() else {
        return Vec::new();
    };
    let holds = |entry: &&BreakingChange| !not_breaking(entry) && applies_between(entry, from.as_ref(), &to);
    after.releases.breaking_changes.iter().filter(holds).collect()
}

/// The entry of the release that says of itself that it does not break, and for which the version would do: it is the one to
/// change where something breaks.
pub(super) fn denied_break(diff: &ConnectorDiff) -> Option<&BreakingChange> {
    let (before, after) = (diff.metadata(Side::Base)?.semver()?, diff.metadata(Side::Head)?);
    let to = after.semver()?;
    if !fits_policy(Some(&before), Some(&to)) {
        return None;
    }
    let mut entries = after.releases.breaking_changes.iter().rev();
    entries.find(|entry| not_breaking(entry) && applies_between(entry, Some(&before), &to))
}

/// The breaking changes of a contract, those that a migration covers left out.
pub(super) fn breaks(contract: &ContractOf) -> impl Iterator<Item = &ContractChange> {
    contract
        .diff
        .changes
        .iter()
        .filter(|change| matches!(change.effect, Effect::Breaking(_)))
}

/// Whether users were promised that the connector does not break.
pub(super) fn promises_stability(diff: &ConnectorDiff) -> bool {
    matches!(governing_stability(diff), Stability::Stable | Stability::Beta)
}

/// The subject of findings on one stream, or on the specification.
fn subject(change: &ContractChange) -> String {
    match &change.stream {
        Some(stream) => format!("stream/{stream}"),
        None => "specification".to_owned(),
    }
}

/// Says of each undeclared break of a kind what it does to users, and how to declare it; a break that a migration covers
/// is a note.
///
/// `level_without_promise` is the level for connectors that promised no stability.
pub(super) fn undeclared(
    context: &Context,
    diff: &ConnectorDiff,
    kind: ContractChangeKind,
    level_without_promise: Level,
    findings: &mut Findings,
) {
    let (Some(contract), Some(_)) = (&diff.contract, diff.both()) else {
        return;
    };
    if is_archived(diff) {
        return;
    }
    let of_kind = |change: &&ContractChange| change.kind == kind;
    for covered in contract
        .diff
        .changes
        .iter()
        .filter(of_kind)
        .filter(|change| change.neutralised_by.is_some())
    {
        findings.push(covered_by_migration(contract, covered));
    }
    if !entries_of_release(diff).is_empty() {
        return;
    }
    let found: Vec<&ContractChange> = breaks(contract).filter(of_kind).collect();
    if found.is_empty() {
        return;
    }
    let promised = promises_stability(diff);
    let denial = denied_break(diff).and_then(|entry| entry.is_breaking.as_ref());
    let denied_at = diff.head.as_ref().zip(denial);
    let suggestion = match denied_at {
        Some((head, field)) => declaration::admission(head, field),
        None => declaration::suggestion(context, diff, contract),
    };
    // Of all together, so that a summary tells it once.
    let impact = impact::impact(diff, kind, &found, promised);
    for group in groups(&found) {
        let mut finding = finding(diff, contract, kind, &group)
            .because(
                denied_at.map(|(head, field)| head.location(field.span)),
                prose!["this line says that nothing breaks"],
            )
            .impact(impact.clone())
            .remedy(words::remedy(diff, kind))
            .suggest(suggestion.clone());
        if !promised {
            finding = finding.level(level_without_promise);
        }
        findings.push(finding);
    }
}

/// Says of a break that the metadata alone show what [`undeclared`] says of those of the contract.
pub(super) fn undeclared_in_metadata(
    diff: &ConnectorDiff,
    kind: ContractChangeKind,
    finding: Finding,
    level_without_promise: Level,
    findings: &mut Findings,
) {
    if is_archived(diff) || !entries_of_release(diff).is_empty() {
        return;
    }
    let promised = promises_stability(diff);
    let finding = finding
        .impact(impact::impact(diff, kind, &[], promised))
        .remedy(words::remedy(diff, kind));
    findings.push(match promised {
        true => finding,
        false => finding.level(level_without_promise),
    });
}

/// Whether something breaks and no entry of this release declares it; what hangs on one stream or on the whole.
pub(super) fn has_undeclared_break(diff: &ConnectorDiff) -> bool {
    if diff.both().is_none() || is_archived(diff) || !entries_of_release(diff).is_empty() {
        return false;
    }
    let in_contract = diff
        .contract
        .as_ref()
        .is_some_and(|contract| breaks(contract).next().is_some());
    in_contract || super::destination_mode_removed::lost_normalization(diff).is_some()
}

/// The text that declares what a contract breaks, where nothing does yet.
pub(super) fn declaration_of_break(context: &Context, diff: &ConnectorDiff) -> Option<Suggestion> {
    let contract = diff.contract.as_ref().filter(|_| has_undeclared_break(diff))?;
    breaks(contract).next()?;
    declaration::suggestion(context, diff, contract)
}

/// The version that an undeclared break has to be released as; `None` where base's version is none to count from.
pub(super) fn undeclared_version(diff: &ConnectorDiff) -> Option<String> {
    declaration::next_version(diff.metadata(Side::Base)?, diff.metadata(Side::Head)?)
}

/// Nobody receives a new version of an archived connector; that it is archived is told by itself.
pub(super) fn is_archived(diff: &ConnectorDiff) -> bool {
    diff.metadata(Side::Head).is_some_and(Metadata::is_archived)
}

/// The changes of each stream together; all together where there are many streams.
fn groups<'a>(changes: &[&'a ContractChange]) -> Vec<Vec<&'a ContractChange>> {
    let mut groups: Vec<Vec<&ContractChange>> = Vec::new();
    for change in changes {
        match groups.iter_mut().find(|group| group[0].stream == change.stream) {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    if groups.len() > MOST_STREAMS {
        return vec![groups.concat()];
    }
    groups
}

fn finding(
    diff: &ConnectorDiff,
    contract: &ContractOf,
    kind: ContractChangeKind,
    group: &[&ContractChange],
) -> Finding {
    let first = group[0];
    let several = group.iter().any(|change| change.stream != first.stream);
    let subject = match several {
        true => "streams".to_owned(),
        false => subject(first),
    };
    let mut finding = Finding::at(place(diff, contract, first), subject, words::message(kind, group));
    for change in group.iter().skip(1).take(MOST_PLACES) {
        finding = finding.because(Some(place(diff, contract, change)), words::short(change));
    }
    // Where something stands on both sides, its old line is told as well.
    if let ([only], Some(_)) = (group, first.head) {
        let before = only.base.map(|base| contract.location(Side::Base, base));
        finding = finding.because(before, prose!["as it was before"]);
    }
    finding
}

/// Where a change shows: at head where something stands there, else at base.
pub(super) fn place(diff: &ConnectorDiff, contract: &ContractOf, change: &ContractChange) -> Location {
    contract
        .location_of(change)
        .unwrap_or_else(|| Location::file(diff.directory().clone(), Side::Head))
}

fn covered_by_migration(contract: &ContractOf, change: &ContractChange) -> Finding {
    let place = change.neutralised_by.unwrap_or_default();
    let location = contract
        .location_of(change)
        .unwrap_or_else(|| contract.location(Side::Head, place));
    let stream = subject(change);
    let brings = match change.stream {
        None => "existing configurations",
        Some(_) => "existing states",
    };
    Finding::at(location, format!("{stream}/{}/migrated", change.path), words::message(change.kind, &[change]))
        .because(Some(contract.location(Side::Head, place)), prose!["the migration"])
        .impact(prose!["A migration brings ", brings, " along, so that nothing breaks for those that it covers; whether it covers all is for a person to confirm."])
        .level(Level::Note)
}

/// The names of the streams that break, in order, each once; `None` where the specification breaks as well, which every
/// connection meets.
pub(super) fn broken_streams(contract: &ContractOf) -> Option<Vec<Arc<str>>> {
    let mut names: Vec<Arc<str>> = Vec::new();
    for change in breaks(contract) {
        let name = change.stream.clone()?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Some(names)
}

/// The stream's name, or the specification, in the middle of a sentence.
pub(super) fn subject_of(change: &ContractChange) -> crate::finding::Prose {
    match &change.stream {
        Some(stream) => prose!["stream ", code(stream)],
        None => prose!["the specification"],
    }
}

/// The entries that this change brings for the version that head releases.
pub(crate) fn new_entries(diff: &ConnectorDiff) -> Vec<&BreakingChange> {
    let declared = |entry: &&BreakingChange| {
        diff.changes.iter().any(|change| {
            matches!(&change.kind, ChangeKind::BreakingChangeDeclared { version } if **version == *entry.version.text)
        })
    };
    entries_of_release(diff).into_iter().filter(declared).collect()
}

/// Says of each default of the specification that changes what it means to those who left it alone.
pub(super) fn defaults(diff: &ConnectorDiff, level_without_promise: Level, findings: &mut Findings) {
    let (Some(contract), Some(_)) = (&diff.contract, diff.both()) else {
        return;
    };
    let kind = ContractChangeKind::ConfigDefaultChanged;
    let found: Vec<&ContractChange> = contract
        .diff
        .changes
        .iter()
        .filter(|change| change.kind == kind && change.from.is_some() && change.to.is_some())
        .collect();
    let promised = promises_stability(diff);
    for group in groups(&found) {
        let finding = finding(diff, contract, kind, &group)
            .impact(impact::impact(diff, kind, &found, false))
            .remedy(prose![
                "Keep the default for existing connections, or name the change in the changelog."
            ]);
        findings.push(match promised {
            true => finding,
            false => finding.level(level_without_promise),
        });
    }
}
