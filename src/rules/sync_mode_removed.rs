use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A stream can no longer be synced in a way that connections use, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when a stream loses a sync mode, such as `incremental`.
    ///
    /// ## Why
    /// Connections that sync in that mode fail, or read everything each time.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2024-10-08, `source-brevo`, `e35a760` (`#46587`): the stream `companies` can no longer be synced
    /// incrementally.
    ///
    /// ## How to mend it
    /// Keep the mode, or declare the break with the stream in its scope.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "sync-mode-removed", since "0.1.0",
    pub struct SyncModeRemoved {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for SyncModeRemoved {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::SyncModeRemoved, self.level_without_promise, findings);
    }
}
