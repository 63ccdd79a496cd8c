//! What a report shows of a connector beside its findings: where it stands, what users gain and lose, what its syncs meet.

use crate::change::{ChangeKind, Connector, ConnectorDiff};
use crate::changeset::Side;
use crate::metadata::Field;
use crate::promises::{Promises, ReleaseStage, SupportLevel};
use crate::report::{PromiseChange, ReportedContract, ReportedContractChange, Standing};
use crate::rules::{entries_of_release, new_entries};

/// What the change means for existing syncs.
pub(super) fn contract(diff: &ConnectorDiff) -> ReportedContract {
    let declared = !entries_of_release(diff).is_empty();
    let newly_declared = !new_entries(diff).is_empty();
    let Some(contract) = &diff.contract else {
        return ReportedContract::unchanged(declared, newly_declared);
    };
    ReportedContract {
        compatibility: contract.diff.compatibility,
        declared,
        newly_declared,
        compared: true,
        changes: contract
            .diff
            .changes
            .iter()
            .map(|change| ReportedContractChange {
                change: change.clone(),
                location: contract.location_of(change),
            })
            .collect(),
        reasons: contract.diff.reasons.clone(),
    }
}

/// Its version, level and stage on one side.
pub(super) fn standing(connector: &Connector) -> Standing {
    let Some(metadata) = connector.metadata() else {
        return Standing::default();
    };
    let text = |field: &Option<Field>| field.as_ref().map(|field| field.text.to_string());
    Standing {
        version: text(&metadata.version),
        support_level: text(&metadata.support_level),
        release_stage: text(&metadata.release_stage),
    }
}

/// What users gain and lose by a move of level or stage.
pub(super) fn promises(diff: &ConnectorDiff) -> Vec<PromiseChange> {
    let promises = Promises::built_in();
    let moves = diff.changes.iter().filter_map(|change| {
        let (from, to) = (change.from.as_deref(), change.to.as_deref());
        // A word that is no level and no stage is refused, and promises nobody anything.
        let level = |word: Option<&str>| word.and_then(SupportLevel::from_word);
        let stage = |word: Option<&str>| word.and_then(ReleaseStage::from_word);
        let difference = match change.kind {
            ChangeKind::SupportLevel => {
                let is_read = |word: Option<&str>| word.is_none() || level(word).is_some();
                (is_read(from) && is_read(to)).then(|| promises.between_levels(level(from), level(to)))?
            }
            ChangeKind::ReleaseStage => {
                let head = diff
                    .metadata(Side::Head)
                    .and_then(|data| data.support_level.as_ref());
                let of = head.and_then(|field| SupportLevel::from_word(&field.text));
                (to.is_none() || stage(to).is_some())
                    .then(|| promises.between_stages(stage(from), stage(to), of))?
            }
            _ => return None,
        };
        Some(PromiseChange {
            of: change.kind.word(),
            difference,
        })
    });
    moves.filter(|change| !change.difference.is_empty()).collect()
}
