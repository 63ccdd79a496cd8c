use super::contract::defaults;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::finding::Level;

rule! {
    /// A setting that users left empty means something else.
    ///
    /// ## What it does
    /// Speaks when the `default` of an existing property changes. No configuration becomes invalid.
    ///
    /// ## Why
    /// Whoever left the field empty gets another behaviour with the next version and has changed nothing.
    ///
    /// ## Example
    /// 2023-05-25, `source-tiktok-marketing`, `f7996aa` (`#26565`): `attribution_window` is 3 days where it is left
    /// empty, and was 0.
    ///
    /// ## How to mend it
    /// Keep the default for existing connections, or name the change in the changelog.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "config-default-changed", since "0.1.0",
    pub struct ConfigDefaultChanged {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for ConfigDefaultChanged {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        defaults(diff, self.level_without_promise, findings);
    }
}
