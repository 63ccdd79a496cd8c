//! What a report shows of a connector beside its findings: where it stands, what users gain and lose, what its syncs meet.

use crate::change::{Connector, ConnectorDiff};
use crate::metadata::Field;
use crate::report::{PromiseChange, ReportedContract, ReportedContractChange, Standing};
use crate::rules::{entries_of_release, new_entries, promised};

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
    let moves = diff.changes.iter().filter_map(|change| {
        Some(PromiseChange {
            of: change.kind.word(),
            difference: promised(diff, change)?,
        })
    });
    moves.filter(|change| !change.difference.is_empty()).collect()
}
