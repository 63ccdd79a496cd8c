use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A setting accepts fewer values than before, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when an `enum` loses a value or is new, a `const` changes, or a bound (`pattern`, `minimum`, `maxLength`, `minItems` …)
    /// is new or tighter. The comment shows a configuration that was valid.
    ///
    /// ## Why
    /// A saved value that is refused now makes the connection fail at its next sync.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2023-08-19, `source-facebook-marketing`, `8cc76c4` (`#29610`): `max_batch_size` is 50 at most, and a saved 100
    /// is refused.
    ///
    /// ## How to mend it
    /// Keep accepting the old values, add a config migration, or declare the break.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "config-values-narrowed", since "0.1.0",
    pub struct ConfigValuesNarrowed {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for ConfigValuesNarrowed {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::ConfigValuesNarrowed, self.level_without_promise, findings);
    }
}
