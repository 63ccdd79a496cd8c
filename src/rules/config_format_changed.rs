use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A setting is written in another format, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when `format` or `airbyte_type` of an existing property is added, removed or changed, as Airbyte's acceptance tests do.
    ///
    /// ## Why
    /// A value that was saved in the old format is read in the new one, or refused. Often it is harmless; a policy can say so by
    /// setting this rule's level.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2023-05-22, `source-pinterest`, `bc5f580` (`#25984`): `start_date` has to be a date, where any text was taken
    /// before.
    ///
    /// ## How to mend it
    /// Keep the format and accept both in code, or declare the break.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "config-format-changed", since "0.1.0",
    pub struct ConfigFormatChanged {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for ConfigFormatChanged {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::ConfigFormatChanged, self.level_without_promise, findings);
    }
}
