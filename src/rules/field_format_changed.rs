use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A field that destinations store has another format, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when `format` or `airbyte_type` of an existing field is added, removed or changed. An integer that becomes a big
    /// integer is fine.
    ///
    /// ## Why
    /// Destinations choose the column's type by it: a date that becomes a text, or a time that gains a zone, is another column.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2023-06-26, `source-recharge`, `cb03ebc` (`#27503`): `scheduled_at` of `charges` is no `date-time` any more.
    ///
    /// ## How to mend it
    /// Keep the format and add a new field beside it, or declare the break with the stream in its scope.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "field-format-changed", since "0.1.0",
    pub struct FieldFormatChanged {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for FieldFormatChanged {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::FieldFormatChanged, self.level_without_promise, findings);
    }
}
