use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A setting has another shape, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when a property that held a plain value becomes an object or a choice of objects, or the other way round.
    ///
    /// ## Why
    /// Saved configurations hold the old shape and are invalid in the new one: every connection that set it fails.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2023-11-23, `source-pinterest`, `9b8e752` (`#32747`): `credentials` has one shape, where a choice of options
    /// stood.
    ///
    /// ## How to mend it
    /// Accept both shapes, add a config migration, or declare the break.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "config-shape-changed", since "0.1.0",
    pub struct ConfigShapeChanged {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for ConfigShapeChanged {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::ConfigShapeChanged, self.level_without_promise, findings);
    }
}
