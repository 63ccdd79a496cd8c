//! Breaking-change entries: declared, edited, removed.

use super::compare::{Owner, Walk};
use super::{Change, ChangeKind, EditedField};
use crate::metadata::{BreakingChange, Metadata};

const PATH: &str = "data.releases.breakingChanges";

pub(super) fn entry_changes(changes: &mut Vec<Change>, base: &Metadata, head: &Metadata) {
    for after in &head.releases.breaking_changes {
        match base.releases.entry(&after.version.text) {
            None if is_repaired(base, after) => {}
            None => changes.push(whole(after, true)),
            Some(before) => edited(changes, before, after),
        }
    }
    for before in &base.releases.breaking_changes {
        if head.releases.entry(&before.version.text).is_none() {
            changes.push(whole(before, false));
        }
    }
}

/// Whether an entry stands where base was misshapen, for a version that base had passed: it may be an old one.
fn is_repaired(base: &Metadata, entry: &BreakingChange) -> bool {
    let passed = match (entry.version.version(), base.semver()) {
        (Some(key), Some(version)) => key.cmp_precedence(&version).is_le(),
        _ => true,
    };
    base.is_misshapen(PATH) && passed
}

fn whole(entry: &BreakingChange, declared: bool) -> Change {
    let version = entry.version.text.to_string();
    let span = Some(entry.version.span);
    let path = format!("{PATH}.{version}");
    let (kind, base, head) = if declared {
        (ChangeKind::BreakingChangeDeclared { version }, None, span)
    } else {
        (ChangeKind::BreakingChangeRemoved { version }, span, None)
    };
    Change {
        kind,
        path,
        from: None,
        to: None,
        base,
        head,
    }
}

fn edited(changes: &mut Vec<Change>, before: &BreakingChange, after: &BreakingChange) {
    let version = after.version.text.to_string();
    let path = format!("{PATH}.{version}");
    let mut found = Vec::new();
    Walk {
        owner: &Owner::Entry,
        skip: &|_| false,
    }
    .maps(&path, &before.node, &after.node, &mut found);
    // What only changed its quotes says the same as before: it is reported as a field, not as an edit of the entry.
    let (requoted, different): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|change| matches!(change.kind, ChangeKind::Field { .. }));
    if !different.is_empty() {
        let base = different
            .iter()
            .find_map(|change| change.base)
            .unwrap_or(before.version.span);
        let head = different
            .iter()
            .find_map(|change| change.head)
            .unwrap_or(after.version.span);
        let inside = |path: &str| {
            path.get(PATH.len() + version.len() + 2..)
                .unwrap_or(path)
                .to_owned()
        };
        let fields = different
            .into_iter()
            .map(|change| EditedField {
                field: inside(&change.path),
                from: change.from,
                to: change.to,
            })
            .collect();
        changes.push(Change {
            kind: ChangeKind::BreakingChangeEdited { version, fields },
            path,
            from: None,
            to: None,
            base: Some(base),
            head: Some(head),
        });
    }
    changes.extend(requoted);
}
