use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A setting of existing connections is no longer read, and nothing declares it.
    ///
    /// ## What it does
    /// Compares the connection specification before and after. Speaks when a property that base has is gone at head: removed,
    /// or renamed, which is the same to a configuration that holds the old name. A `config_migrations` rule that head adds covers it.
    ///
    /// ## Why
    /// A saved configuration still holds the property and the connector ignores it in silence: nothing fails, and the sync does
    /// something else than its user chose.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2023-09-22, `source-google-analytics-data-api`, `ecb19a2` (`#30460`): `custom_reports` made way for another
    /// property, and saved configurations still set it.
    ///
    /// ## How to mend it
    /// Keep the property, add a config migration, or declare the break.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "config-property-removed", since "0.1.0",
    pub struct ConfigPropertyRemoved {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for ConfigPropertyRemoved {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::ConfigPropertyRemoved, self.level_without_promise, findings);
    }
}
