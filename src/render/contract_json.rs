//! One change of a contract in the report for programs.

use super::compat::witness;
use super::json_shape::JsonContractChange;
use crate::change::contract::{ContractChange, Effect};

/// A change without a place.
pub(super) fn change(change: &ContractChange) -> JsonContractChange<'_> {
    JsonContractChange {
        kind: change.kind.word(),
        stream: change.stream.as_deref(),
        path: &change.path,
        from: change.from.as_deref(),
        to: change.to.as_deref(),
        breaking: change.breaks(),
        witness: change.witness().map(witness),
        why: match &change.effect {
            Effect::CannotTell(reason) => Some(reason.to_string()),
            _ => None,
        },
        migrated: change.neutralised_by.is_some(),
        location: None,
    }
}
