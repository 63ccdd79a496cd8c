use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A specification refuses further properties, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when `additionalProperties` becomes `false` where properties beyond the named ones were valid before.
    ///
    /// ## Why
    /// Configurations hold more than the form shows: what an older version wrote, what the API set. All of that is refused now.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// Made up, as no change up to April 2025 shows it: the specification's `additionalProperties: true` becomes
    /// `false`, and a saved configuration still holds `legacy_token`, which no property names.
    ///
    /// ## How to mend it
    /// Leave the object open, or declare the break.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "config-closed", since "0.1.0",
    pub struct ConfigClosed {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for ConfigClosed {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::ConfigClosed, self.level_without_promise, findings);
    }
}
