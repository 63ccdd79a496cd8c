//! A change as it would be with another text of head's metadata, so that a suggestion can be judged before it is made.

use std::sync::Arc;

use crate::change::{self, Change, ChangeKind, Connector, ConnectorDiff, Reading};
use crate::changeset::Side;
use crate::metadata::Metadata;

/// The same comparison with another head.
pub(super) fn diff_with(diff: &ConnectorDiff, head: &Connector, metadata: Metadata) -> ConnectorDiff {
    let mut changes: Vec<Change> = diff
        .changes
        .iter()
        .filter(|change| whole(&change.kind))
        .cloned()
        .collect();
    if let Some(base) = diff.metadata(Side::Base) {
        changes.extend(change::changes(base, &metadata));
    }
    let head = Connector {
        reading: Arc::new(Reading::Read(Box::new(metadata))),
        ..head.clone()
    };
    ConnectorDiff {
        head: Some(head),
        changes,
        ..diff.clone()
    }
}

fn whole(kind: &ChangeKind) -> bool {
    matches!(
        kind,
        ChangeKind::ConnectorAdded | ChangeKind::ConnectorRemoved | ChangeKind::ConnectorRenamed
    )
}
