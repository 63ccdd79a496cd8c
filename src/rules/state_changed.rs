use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// The saved state of a stream is not understood any more, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks for incremental streams when the format of the cursor in the state, or the way in which the work is split (kind of
    /// router, `partition_field`), changes. A `state_migrations` rule that head adds covers it.
    ///
    /// ## Why
    /// Each part of the work keeps a state under names that head does not look for: records are lost or read again.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2025-01-16, `source-close-com`, `e058bbb` (`#50431`): the state of `leads` holds a time, and held a day.
    ///
    /// ## How to mend it
    /// Add a state migration, keep the form, or declare the break with the stream in its scope.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "state-changed", since "0.1.0",
    pub struct StateChanged {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for StateChanged {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::StateChanged, self.level_without_promise, findings);
    }
}
