use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A transformation changes the values of a key or cursor, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when a transformation that sets or removes exactly a field of the primary key, or the cursor, is new, changed or gone.
    ///
    /// ## Why
    /// The records that are stored carry the old values: nothing matches them any more, and duplicates appear.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2023-10-25, `source-paypal-transaction`, `3732031` (`#31759`): `transaction_id`, the key of `transactions`,
    /// becomes text; in March 2025 a migration turned it back.
    ///
    /// ## How to mend it
    /// Leave the key and the cursor as they come, or declare the break with the stream in its scope.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "key-value-changed", since "0.1.0",
    pub struct KeyValueChanged {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for KeyValueChanged {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::KeyValueChanged, self.level_without_promise, findings);
    }
}
