use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A field that destinations store is gone, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when a field of a stream's schema is gone at head, at any depth: removed, or renamed.
    ///
    /// ## Why
    /// Its column stops filling. Nothing fails, so that nobody notices until a report is wrong.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2025-02-26, `source-intercom`, `1d484e1` (`#53187`): the stream `conversations` loses `ai_agent` and
    /// `ai_agent_participated`.
    ///
    /// ## How to mend it
    /// Keep the field, or declare the break with the stream in its scope.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "field-removed", since "0.1.0",
    pub struct FieldRemoved {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for FieldRemoved {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::FieldRemoved, self.level_without_promise, findings);
    }
}
