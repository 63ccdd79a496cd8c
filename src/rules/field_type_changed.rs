use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A field that destinations store has another type, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when the types of a field change, null apart: narrowed, widened or exchanged, also inside objects and lists. `integer`
    /// that becomes `number`, and a field that becomes nullable, are fine.
    ///
    /// ## Why
    /// A typed destination has a column of the old type: the sync fails or loses values, and what reads the table breaks. Widening
    /// is fine for a configuration and breaks a table.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2023-06-27, `source-prestashop`, `f9a24e4` (`#27716`): the field `quantity` of `combinations` is an integer,
    /// and was text.
    ///
    /// ## How to mend it
    /// Keep the field and add a new one beside it, or declare the break with the stream in its scope.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "field-type-changed", since "0.1.0",
    pub struct FieldTypeChanged {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for FieldTypeChanged {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::FieldTypeChanged, self.level_without_promise, findings);
    }
}
