use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A setting that existing connections may lack is required, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when head requires a property of the connection specification that base did not require, at any depth; a required
    /// property inside a new optional object asks nobody for anything. The comment shows a configuration that was valid.
    ///
    /// ## Why
    /// Every connection that was set up without it fails at its next sync until somebody edits it.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2024-07-17, `source-metabase`, `0d38d65` (`#38347`): `username` is required; connections that log in otherwise
    /// lack it.
    ///
    /// ## How to mend it
    /// Make the property optional and give it a default in code, add a config migration, or declare the break.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "config-property-required", since "0.1.0",
    pub struct ConfigPropertyRequired {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for ConfigPropertyRequired {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::ConfigPropertyRequired, self.level_without_promise, findings);
    }
}
