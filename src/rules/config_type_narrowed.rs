use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A setting accepts fewer types than before, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when a type, or null, is no longer valid for a property of the connection specification. Types are sets: a wider set,
    /// and `integer` that becomes `number`, break nothing.
    ///
    /// ## Why
    /// A saved value of the lost type makes the configuration invalid, and the connection fails at its next sync.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2023-05-16, `source-freshcaller`, `c7a309b` (`#26065`): `start_date` takes text alone, where any type was
    /// taken before.
    ///
    /// ## How to mend it
    /// Keep accepting the old type, add a config migration, or declare the break.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "config-type-narrowed", since "0.1.0",
    pub struct ConfigTypeNarrowed {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for ConfigTypeNarrowed {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::ConfigTypeNarrowed, self.level_without_promise, findings);
    }
}
