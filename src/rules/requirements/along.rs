//! What must not come along with a certification: a break, one that users are still moving past, anything else.

use super::super::contract::has_undeclared_break;
use super::entry::new_entries;
use super::{Subject, met, missing};
use crate::change::{Change, ChangeKind, ConnectorDiff};
use crate::changeset::{ChangedFile, Side};
use crate::finding::{RequirementState, code, prose};
use crate::ids::RepoPath;
use crate::metadata::{BreakingChange, Field};

/// Whether the change breaks nothing, declared or not.
pub(super) fn breaking(subject: &Subject) -> RequirementState {
    let declared = subject.diff.changes.iter().find_map(|change| match &change.kind {
        ChangeKind::BreakingChangeDeclared { version } => Some(version),
        _ => None,
    });
    match declared {
        Some(version) => missing(
            prose!["the breaking change ", code(version), " comes along"],
            prose![
                "Release ",
                code(version),
                " first, and certify in a pull request of its own."
            ],
        ),
        None if has_undeclared_break(subject.diff) => missing(
            prose!["a breaking change comes along, and nothing declares it"],
            prose!["Release what breaks first, declared, and certify in a pull request of its own."],
        ),
        None => met(prose!["none does"], None),
    }
}

/// Whether the deadline of every declared break has passed.
pub(super) fn pending(subject: &Subject) -> RequirementState {
    let today = subject.context.today();
    let is_new =
        |entry: &&BreakingChange| new_entries(subject).any(|new| new.version.span == entry.version.span);
    let ahead = |entry: &'_ BreakingChange| {
        let date = entry.upgrade_deadline.as_ref().and_then(Field::date)?;
        (date > today).then_some(date)
    };
    let entries = &subject.metadata.releases.breaking_changes;
    let mut known = entries.iter().filter(|entry| !is_new(entry));
    let pending = known.find_map(|entry| Some((entry, ahead(entry)?)));
    match pending {
        None => met(prose!["none is"], None),
        Some((entry, date)) => missing(
            prose!["users are still moving to ", code(&entry.version.text)],
            prose![
                "Certify after the deadline of ",
                code(&entry.version.text),
                ", which is ",
                date,
                "."
            ],
        ),
    }
}

/// Whether nothing but the level changes, and what a certification asks for.
pub(super) fn other(subject: &Subject) -> RequirementState {
    let other = subject
        .diff
        .files
        .iter()
        .map(ChangedFile::path)
        .find(|path| !goes_along(path))
        .map(code);
    let field = || {
        let mut changes = subject.diff.changes.iter();
        let other =
            changes.find(|change| !field_goes_along(&change.kind) && !is_rewritten(subject.diff, change))?;
        Some(code(&other.path))
    };
    match other.or_else(field) {
        None => met(prose!["nothing does"], None),
        Some(other) => missing(
            prose![other, " changes too"],
            prose!["Move what else changes to a pull request before this one: certification comes last."],
        ),
    }
}

/// Whether a file may change together with the level: what certification itself asks for.
fn goes_along(path: &RepoPath) -> bool {
    let name = path.file_name();
    name == b"metadata.yaml" || name == b"icon.svg" || name.ends_with(b".md") || name == b"pyproject.toml"
}

/// Fields, with all below them, that certification itself asks for, or that describe and change no sync.
const FIELDS_ALONG: [&str; 14] = [
    // As `ab_internal` was written until August 2023.
    "data._ab_internal",
    "data.ab_internal",
    "data.allowedHosts",
    "data.connectorBuildOptions",
    "data.connectorTestSuitesOptions",
    "data.documentationUrl",
    "data.erdUrl",
    "data.externalDocumentationUrls",
    "data.githubIssueLabel",
    "data.icon",
    "data.maxSecondsBetweenMessages",
    "data.releaseDate",
    "data.suggestedStreams",
    "data.tags",
];

/// Whether a field may change together with the level; entries are for the requirement on breaking changes to judge.
fn field_goes_along(kind: &ChangeKind) -> bool {
    match kind {
        ChangeKind::Identity { .. } | ChangeKind::RegistryOverride { .. } => false,
        ChangeKind::Field { field } => FIELDS_ALONG.iter().any(|along| {
            field
                .strip_prefix(along)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }),
        _ => true,
    }
}

/// Whether a field is written otherwise and read as before.
fn is_rewritten(diff: &ConnectorDiff, change: &Change) -> bool {
    let path: Vec<&str> = change.path.split('.').collect();
    let value = |side| diff.metadata(side)?.document().root().at(&path);
    value(Side::Base)
        .zip(value(Side::Head))
        .is_some_and(|(base, head)| base.same_value(head))
}
