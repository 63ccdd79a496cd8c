use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A field can no longer be null, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when `null` is gone from the types of a field and nothing else is.
    ///
    /// ## Why
    /// The promise about the column changed: models and tables that were built on it have another schema.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2025-01-16, `source-close-com`, `e058bbb` (`#50431`): after a migration 25 streams no longer allow null in
    /// their fields.
    ///
    /// ## How to mend it
    /// Keep `null` among the types, or declare the break with the stream in its scope.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "field-not-nullable", since "0.1.0",
    pub struct FieldNotNullable {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for FieldNotNullable {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::FieldNotNullable, self.level_without_promise, findings);
    }
}
