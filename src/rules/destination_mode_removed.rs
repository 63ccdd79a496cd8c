use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A destination can no longer be written to in a way that connections use, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when the specification of a destination loses one of its `supported_destination_sync_modes`, such as
    /// `append_dedup`.
    ///
    /// ## Why
    /// Connections that write in that mode fail, or leave tables of another form behind: normalization that goes away goes
    /// with its modes. A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## How to mend it
    /// Keep the mode, or declare the break.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "destination-mode-removed", since "0.1.0",
    pub struct DestinationModeRemoved {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for DestinationModeRemoved {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::DestinationModeRemoved, self.level_without_promise, findings);
    }
}
