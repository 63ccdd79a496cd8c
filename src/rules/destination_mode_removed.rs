use super::contract::{undeclared, undeclared_in_metadata};
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChangeKind;
use crate::changeset::Side;
use crate::finding::{Finding, Level, code, prose};
use crate::metadata::Metadata;
use crate::text::Span;

rule! {
    /// A destination can no longer be written to in a way that connections use, and nothing declares it.
    ///
    /// ## What it does
    /// Speaks when the specification of a destination loses one of its `supported_destination_sync_modes`, such as
    /// `append_dedup`, or its metadata lose `normalizationConfig`.
    ///
    /// ## Why
    /// Connections that write in that mode fail, or leave tables of another form behind, and tables that normalization made
    /// are no longer filled. A change without an entry reaches every connection at once
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2024-11-04, `destination-mssql`, `71604c7` (`#48134`): the mode `append_dedup` is gone.
    ///
    /// ## How to mend it
    /// Keep the mode, or declare the break.
    ///
    /// ## Options
    /// `level-without-promise`: how loud it is in a connector that promised no stability (community, custom, alpha).
    "destination-mode-removed", since "0.1.0",
    pub struct DestinationModeRemoved {
        /// How loud it is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for DestinationModeRemoved {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        normalization(diff, self.level_without_promise, findings);
        undeclared(context, diff, ContractChangeKind::DestinationModeRemoved, self.level_without_promise, findings);
    }
}

fn normalization(diff: &ConnectorDiff, level_without_promise: Level, findings: &mut Findings) {
    let (Some(base), Some(span)) = (&diff.base, lost_normalization(diff)) else { return };
    let message = prose!["The destination is no longer normalized: ", code("normalizationConfig"), " is gone."];
    let finding = Finding::at(base.location(span), "normalization", message);
    let kind = ContractChangeKind::DestinationModeRemoved;
    undeclared_in_metadata(diff, kind, finding, level_without_promise, findings);
}

/// Where base says which normalization runs after a sync, and head says nothing: then none does.
pub(super) fn lost_normalization(diff: &ConnectorDiff) -> Option<Span> {
    let written = |metadata: &Metadata| {
        let entry = metadata.data()?.entry("normalizationConfig")?;
        (!entry.value.is_null()).then_some(entry.key.span)
    };
    let (before, after) = (diff.metadata(Side::Base)?, diff.metadata(Side::Head)?);
    written(before).filter(|_| written(after).is_none())
}
