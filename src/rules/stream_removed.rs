use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A stream that connections sync is gone, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when a stream of base has no stream of the same name at head: removed, or renamed, which is the same to a connection.
    /// Moving a stream within the manifest, or between a file and the manifest, is no change.
    ///
    /// ## Why
    /// Every connection that syncs it loses it at its next schema refresh; its table stays as it is and grows old.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2023-06-29, `source-metabase`, `bb76f8e` (`#27777`): the stream `activity` is gone.
    ///
    /// ## How to mend it
    /// Keep the stream under its name, or declare the break with the stream in its scope.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "stream-removed", since "0.1.0",
    pub struct StreamRemoved {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for StreamRemoved {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::StreamRemoved, self.level_without_promise, findings);
    }
}
