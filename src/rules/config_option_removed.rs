use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// An option that existing connections may have chosen is gone, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when a branch of a `oneOf` or `anyOf` has no counterpart at head. Branches are paired by their discriminator (a
    /// property with a `const`), then by structure, then by position; never by their title alone.
    ///
    /// ## Why
    /// A connection that chose the option has a configuration that matches none of the others and fails at its next sync.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2023-10-28, `source-pinterest`, `98cb521` (`#31876`): the option `access_token` of `credentials` is gone.
    ///
    /// ## How to mend it
    /// Keep the option, add a config migration, or declare the break.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "config-option-removed", since "0.1.0",
    pub struct ConfigOptionRemoved {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for ConfigOptionRemoved {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::ConfigOptionRemoved, self.level_without_promise, findings);
    }
}
