//! The entry that declares the breaks of a contract, with the version that goes with it.

use std::collections::BTreeSet;

use super::super::Context;
use super::super::breaking::{fits_policy, mend_entry, next_breaking_version, proposed_fields};
use super::{breaks, broken_streams};
use crate::change::contract::{ContractChange, ContractChangeKind as Kind, ContractOf};
use crate::change::{Connector, ConnectorDiff};
use crate::changeset::Side;
use crate::finding::{Suggestion, code, prose};
use crate::metadata::{Field, Metadata};
use crate::text::Edit;
use crate::yaml::{Block, insert_entry, quote};

/// The most breaks that a proposed message names.
const MOST_NAMED: usize = 3;
/// The most characters of a name from the change in a proposed message.
const LONGEST_NAME: usize = 60;

/// The version that a break of this change is released as: head's where that fits, else the next that does.
pub(super) fn next_version(before: &Metadata, after: &Metadata) -> Option<String> {
    let (from, to) = (before.semver()?, after.semver());
    if fits_policy(Some(&from), to.as_ref()) && to.as_ref().is_some_and(|to| to.pre.is_empty()) {
        return to.map(|version| version.to_string());
    }
    next_breaking_version(&from).map(|version| version.to_string())
}

/// The entry and the version bump as one text; `None` where the file has no place for them.
pub(super) fn suggestion(
    context: &Context,
    diff: &ConnectorDiff,
    contract: &ContractOf,
) -> Option<Suggestion> {
    let (before, after) = (diff.metadata(Side::Base)?, diff.metadata(Side::Head)?);
    let head = diff.head.as_ref()?;
    let version = next_version(before, after)?;
    if after.releases.entry(&version).is_some() || mend_entry(diff).is_some() {
        return None;
    }
    let mut fields = proposed_fields(context, after, message(contract));
    if let Some(streams) = broken_streams(contract).filter(|streams| !streams.is_empty()) {
        let scopes = streams
            .iter()
            .map(|stream| Block::Text(stream.to_string()))
            .collect();
        let impact = Block::Map(vec![
            ("scopeType".to_owned(), Block::Text("stream".to_owned())),
            ("impactedScopes".to_owned(), Block::List(scopes)),
        ]);
        fields.push(("scopedImpact".to_owned(), Block::List(vec![impact])));
    }
    let path = ["data", "releases", "breakingChanges"];
    let mut edits = vec![insert_entry(after.document(), &path, &version, &Block::Map(fields))?.edit];
    let released = after.version.as_ref()?;
    if *released.text != *version {
        edits.push(Edit {
            span: released.span,
            replacement: quote(&version),
        });
    }
    let title = prose!["declare the break as ", code(&version)];
    Suggestion::new(title, head.file(), after.document().text(), &edits)
}

/// The entry that says that nothing breaks, saying that something does.
pub(super) fn admission(head: &Connector, denial: &Field) -> Option<Suggestion> {
    let edit = Edit {
        span: denial.span,
        replacement: "true".to_owned(),
    };
    let title = prose!["write ", code("isBreaking: true")];
    Suggestion::new(title, head.file(), head.metadata()?.document().text(), &[edit])
}

/// What users are told: what breaks, and what to do.
fn message(contract: &ContractOf) -> String {
    let changes: Vec<&ContractChange> = breaks(contract).collect();
    // Two changes of one field are one thing to its users.
    let mut seen = BTreeSet::new();
    let mut told: Vec<String> = changes
        .iter()
        .map(|change| sentence(change))
        .filter(|sentence| seen.insert(sentence.clone()))
        .collect();
    let more = told.len().saturating_sub(MOST_NAMED);
    told.truncate(MOST_NAMED);
    if more > 0 {
        told.push(format!("{more} more changes break as well."));
    }
    let config = changes.iter().any(|change| change.stream.is_none());
    let streams = changes.iter().any(|change| change.stream.is_some());
    if config {
        told.push("Check the connection's settings after the upgrade.".to_owned());
    }
    if streams {
        told.push("Refresh the source schema and clear the affected streams after the upgrade.".to_owned());
    }
    told.join(" ")
}

fn sentence(change: &ContractChange) -> String {
    let short = |text: &str| -> String {
        let cut: String = text.chars().take(LONGEST_NAME).collect();
        crate::text::escape_controls(&cut)
    };
    let path = short(&change.path);
    let stream = change.stream.as_deref().map(short).unwrap_or_default();
    match change.kind {
        Kind::ConfigPropertyRemoved => format!("The setting {path} is gone."),
        Kind::ConfigPropertyRequired => format!("The setting {path} is required."),
        Kind::ConfigOptionRemoved => format!("An option of the setting {path} is gone."),
        Kind::DestinationModeRemoved => {
            format!("The destination is no longer written to in the mode {path}.")
        }
        Kind::StreamRemoved => format!("The stream {stream} is gone."),
        Kind::FieldRemoved => format!("The stream {stream} no longer has the field {path}."),
        Kind::FieldTypeChanged | Kind::FieldNotNullable | Kind::FieldFormatChanged => {
            format!("The field {path} of the stream {stream} has another type.")
        }
        Kind::PrimaryKeyChanged => format!("The stream {stream} has another primary key."),
        Kind::CursorChanged => format!("The stream {stream} has another cursor."),
        Kind::SyncModeRemoved => format!("The stream {stream} loses a way to sync."),
        Kind::NamespaceChanged => format!("The stream {stream} moves to another namespace."),
        Kind::StateChanged => format!("The stream {stream} keeps its state in another form."),
        _ if change.stream.is_none() => format!("The setting {path} accepts less than before."),
        _ => format!("The stream {stream} changes at {path}."),
    }
}
