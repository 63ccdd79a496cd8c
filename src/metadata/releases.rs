//! Breaking-change entries and rollout settings.

use super::{Field, Shapes};
use crate::text::Span;
use crate::yaml::{Entry, Node};

/// `data.releases`.
#[derive(Debug, Clone, Default)]
pub struct Releases {
    /// The bytes of the key, where it is written.
    pub key: Option<Span>,
    /// The bytes of the key `breakingChanges`, where it is written.
    pub breaking_changes_key: Option<Span>,
    /// The entries, one for each version, in the order of the file.
    pub breaking_changes: Vec<BreakingChange>,
    /// `rolloutConfiguration.enableProgressiveRollout`.
    pub progressive_rollout: Option<Field>,
    /// `migrationDocumentationUrl`.
    pub migration_documentation_url: Option<Field>,
}

/// One entry of `data.releases.breakingChanges`.
#[derive(Debug, Clone)]
pub struct BreakingChange {
    /// The key: the version that breaks.
    pub version: Field,
    /// `message`: what users are told.
    pub message: Option<Field>,
    /// `upgradeDeadline`.
    pub upgrade_deadline: Option<Field>,
    /// `deadlineAction`: `auto_upgrade` or `disable`.
    pub deadline_action: Option<Field>,
    /// `migrationDocumentationUrl`.
    pub migration_documentation_url: Option<Field>,
    /// `isBreaking`: `false` annotates a version without breaking it.
    pub is_breaking: Option<Field>,
    /// `safeToDowngrade`.
    pub safe_to_downgrade: Option<Field>,
    /// `scopedImpact`.
    pub scoped_impact: Vec<ScopedImpact>,
    /// The whole map, for what has no field here.
    pub node: Node,
}

/// One item of an entry's `scopedImpact`.
#[derive(Debug, Clone)]
pub struct ScopedImpact {
    /// `scopeType`; only `stream` has a meaning.
    pub scope_type: Option<Field>,
    /// `impactedScopes`: the names of the streams concerned.
    pub impacted_scopes: Vec<Field>,
}

impl Releases {
    /// The entry of a version, compared as the publisher does: character by character.
    pub fn entry(&self, version: &str) -> Option<&BreakingChange> {
        self.breaking_changes
            .iter()
            .find(|entry| &*entry.version.text == version)
    }
}

pub(super) fn read(data: &Node, shapes: &mut Shapes) -> Releases {
    let Some(releases) = shapes.map("data.releases", data.entry("releases")) else {
        return Releases::default();
    };
    let field = |key: &str| releases.value.entry(key).and_then(Field::of);
    let written = shapes.map(
        "data.releases.breakingChanges",
        releases.value.entry("breakingChanges"),
    );
    let mut breaking_changes = Vec::new();
    for entry in written
        .iter()
        .flat_map(|written| written.value.counting_entries())
    {
        breaking_changes.extend(read_entry(entry, shapes));
    }
    let rollout = shapes.map(
        "data.releases.rolloutConfiguration",
        releases.value.entry("rolloutConfiguration"),
    );
    Releases {
        key: Some(releases.key.span),
        breaking_changes_key: written.map(|written| written.key.span),
        breaking_changes,
        progressive_rollout: rollout
            .and_then(|map| map.value.entry("enableProgressiveRollout"))
            .and_then(Field::of),
        migration_documentation_url: field("migrationDocumentationUrl"),
    }
}

fn read_entry(entry: &Entry, shapes: &mut Shapes) -> Option<BreakingChange> {
    let Some(version) = Field::of_node(&entry.key, entry.key.span) else {
        shapes.misshapen("data.releases.breakingChanges", "a version as key", &entry.key);
        return None;
    };
    if entry.value.entries().is_none() {
        shapes.misshapen(
            "data.releases.breakingChanges",
            "a map with `message` and `upgradeDeadline`",
            &entry.value,
        );
        return None;
    }
    let field = |key: &str| entry.value.entry(key).and_then(Field::of);
    let impacts = entry
        .value
        .get("scopedImpact")
        .and_then(Node::items)
        .unwrap_or_default();
    Some(BreakingChange {
        version,
        message: field("message"),
        upgrade_deadline: field("upgradeDeadline"),
        deadline_action: field("deadlineAction"),
        migration_documentation_url: field("migrationDocumentationUrl"),
        is_breaking: field("isBreaking"),
        safe_to_downgrade: field("safeToDowngrade"),
        scoped_impact: impacts
            .iter()
            .map(|impact| ScopedImpact {
                scope_type: impact.entry("scopeType").and_then(Field::of),
                impacted_scopes: impact
                    .get("impactedScopes")
                    .and_then(Node::items)
                    .unwrap_or_default()
                    .iter()
                    .filter_map(|scope| Field::of_node(scope, scope.span))
                    .collect(),
            })
            .collect(),
        node: entry.value.clone(),
    })
}
