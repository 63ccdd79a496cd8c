//! Whether a destination can still be written to in every way that it offered.

use super::kind::ContractChangeKind as Kind;
use super::{ContractChange, Effect, Findings, Witness};
use crate::contract::Contract;

/// Compares the modes that the specifications list; a specification that is not known is told by itself.
///
/// A mode is a promise: the connections that write in it are set up with its name.
pub(super) fn compare(base: &Contract, head: &Contract, findings: &mut Findings) {
    let (Some(before), Some(after)) = (base.specification.known(), head.specification.known()) else {
        return;
    };
    for mode in &before.destination_modes {
        if after.destination_modes.iter().any(|kept| kept.text == mode.text) {
            continue;
        }
        let said = mode.text.to_string();
        findings.changes.push(ContractChange {
            kind: Kind::DestinationModeRemoved,
            stream: None,
            path: said.clone(),
            from: Some(said.clone()),
            to: None,
            effect: Effect::Breaking(Witness::Stream { from: said, to: None }),
            neutralised_by: None,
            base: Some(mode.place),
            head: Some(after.place),
        });
    }
}
