use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A stream is identified by another primary key, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when the primary key of a stream is added, removed or changed. `id`, `[id]` and `[[id]]` are one key.
    ///
    /// ## Why
    /// Deduplicated tables match by the old key: records pile up or overwrite each other. The platform pauses connections whose
    /// key differs from the source's.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2025-01-29, `source-pennylane`, `64d0122` (`#52596`): the stream `plan_items` is identified by `v2_id`, and
    /// was by `number`.
    ///
    /// ## How to mend it
    /// Keep the key, or declare the break with the stream in its scope.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "primary-key-changed", since "0.1.0",
    pub struct PrimaryKeyChanged {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for PrimaryKeyChanged {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::PrimaryKeyChanged, self.level_without_promise, findings);
    }
}
