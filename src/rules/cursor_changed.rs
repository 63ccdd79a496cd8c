use super::contract::undeclared;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::finding::Level;

rule! {
    /// A stream syncs along another cursor, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when the cursor field of a stream changes or is gone, or when it is no longer the source that defines it. A cursor where there was none is for a person to judge.
    ///
    /// ## Why
    /// The saved state holds a value of the old cursor: records are lost, or all are read again. The platform pauses connections
    /// whose cursor field disappears.
    /// A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// Made up, as no change up to April 2025 shows it: the stream `orders` has `cursor_field: created_at` before and
    /// `cursor_field: updated_at` after, and the version goes from 1.4.2 to 1.4.3.
    ///
    /// ## How to mend it
    /// Keep the cursor, add a state migration, or declare the break with the stream in its scope.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "cursor-changed", since "0.1.0",
    pub struct CursorChanged {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for CursorChanged {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        undeclared(context, diff, ContractChangeKind::CursorChanged, self.level_without_promise, findings);
    }
}
