//! What the rules on breaking changes share: the entries that a change brings, and what each has to say.

use jiff::civil::Date;
use semver::Version;

use super::Context;
use crate::change::{Bump, ChangeKind, Connector, ConnectorDiff, bump};
use crate::changeset::Side;
use crate::finding::{Finding, Piece, Prose, Suggestion, code, prose};
use crate::metadata::{BreakingChange, Field, Metadata};
use crate::text::Edit;
use crate::yaml::{Block, insert_entry, quote};

/// The message that a proposed entry starts with; it counts as no message until somebody writes one.
pub(super) const MESSAGE_TO_WRITE: &str = "TODO: say what changes, who is affected and what they have to do.";

/// The entries that head adds or edits, with what was edited; for a new connector there are none.
pub(super) fn touched_entries<'a>(
    diff: &ConnectorDiff,
    head: &'a Metadata,
) -> Vec<(&'a BreakingChange, bool)> {
    let mut entries = Vec::new();
    for change in &diff.changes {
        let (version, declared) = match &change.kind {
            ChangeKind::BreakingChangeDeclared { version } => (version, true),
            ChangeKind::BreakingChangeEdited { version, .. } => (version, false),
            _ => continue,
        };
        entries.extend(head.releases.entry(version).map(|entry| (entry, declared)));
    }
    entries
}

/// What base said in the place of an entry; an annotation that did not break is no such entry.
pub(super) fn entry_before<'a>(
    diff: &'a ConnectorDiff,
    entry: &BreakingChange,
) -> Option<&'a BreakingChange> {
    diff.metadata(Side::Base)?
        .releases
        .entry(&entry.version.text)
        .filter(|before| !not_breaking(before))
}

pub(super) fn not_breaking(entry: &BreakingChange) -> bool {
    entry.is_breaking.as_ref().and_then(Field::bool) == Some(false)
}

/// Whether an entry annotates a version without breaking it; what relaxes a rule counts only if base said so already.
pub(super) fn is_annotation(diff: &ConnectorDiff, entry: &BreakingChange) -> bool {
    let before = diff
        .metadata(Side::Base)
        .and_then(|base| base.releases.entry(&entry.version.text));
    before.is_some_and(not_breaking) && not_breaking(entry)
}

/// Whether the version that head releases goes with a new entry: major, or minor while base is below 1.0.0.
pub(super) fn fits_policy(base: Option<&Version>, head: Option<&Version>) -> bool {
    match bump(base, head) {
        Bump::Major => true,
        Bump::Minor => base.is_some_and(|base| base.major == 0),
        _ => false,
    }
}

/// The first version after a released one that a break may be released as; `None` where numbers end.
pub(super) fn next_breaking_version(released: &Version) -> Option<Version> {
    Some(match released.major {
        0 => Version::new(0, released.minor.checked_add(1)?, 0),
        major => Version::new(major.checked_add(1)?, 0, 0),
    })
}

/// Whether an entry applies to whoever goes from one version to another, as the platform reads its key.
pub(super) fn applies_between(entry: &BreakingChange, from: Option<&Version>, to: &Version) -> bool {
    entry.version.version().is_some_and(|key| {
        from.is_none_or(|from| key.cmp_precedence(from).is_gt()) && key.cmp_precedence(to).is_le()
    })
}

/// Whether an entry speaks of a version that base had released already: it tells, and holds nobody back.
pub(super) fn is_retroactive(entry: &BreakingChange, from: Option<&Version>) -> bool {
    let key = entry.version.version();
    key.zip(from)
        .is_some_and(|(key, from)| key.cmp_precedence(from).is_le())
}

/// Whether anybody could act on a message.
pub(super) fn has_message(entry: &BreakingChange) -> bool {
    entry.message.as_ref().is_some_and(|message| {
        let text = message.text.trim();
        !text.is_empty() && !text.to_ascii_uppercase().starts_with("TODO")
    })
}

/// Whether an entry says what happens at its deadline, in a word that the platform knows.
pub(super) fn has_action(entry: &BreakingChange) -> bool {
    entry
        .deadline_action
        .as_ref()
        .is_some_and(|action| matches!(&*action.text, "disable" | "auto_upgrade"))
}

/// `source` or `destination`, as head says.
pub(super) fn connector_type(metadata: &Metadata) -> Option<&str> {
    metadata.connector_type.as_ref().map(|field| &*field.text)
}

/// The deadline to write into a suggestion.
pub(super) fn proposed_deadline(context: &Context, metadata: &Metadata) -> Date {
    context
        .settings
        .deadlines
        .proposed(context.today(), context.proposed_from, connector_type(metadata))
}

/// What a proposed entry says: everything that the policy wants explicit.
pub(super) fn proposed_fields(
    context: &Context,
    metadata: &Metadata,
    message: String,
) -> Vec<(String, Block)> {
    let deadline = proposed_deadline(context, metadata).to_string();
    let fields = [
        ("message", message),
        ("upgradeDeadline", deadline),
        ("deadlineAction", "disable".to_owned()),
    ];
    fields
        .map(|(key, text)| (key.to_owned(), Block::Text(text)))
        .into()
}

/// An entry for a version, with everything that the policy wants explicit.
pub(super) fn proposed_entry(context: &Context, head: &Connector, version: &str) -> Option<Suggestion> {
    let metadata = head.metadata()?;
    let entry = Block::Map(proposed_fields(context, metadata, MESSAGE_TO_WRITE.to_owned()));
    let edit = insert_entry(
        metadata.document(),
        &["data", "releases", "breakingChanges"],
        version,
        &entry,
    )?;
    let title = prose!["declare the breaking change ", code(version)];
    Suggestion::new(title, head.file(), metadata.document().text(), &[edit])
}

/// The most streams that a sentence names.
const MOST_STREAMS: usize = 5;

/// What a declared break does to users if it is merged as it is.
pub(super) fn consequence(entry: &BreakingChange) -> Prose {
    let scopes = entry
        .scoped_impact
        .iter()
        .flat_map(|impact| &impact.impacted_scopes);
    let streams: Vec<&str> = scopes.map(|scope| &*scope.text).collect();
    let mut sentence = prose!["Connections"];
    for (index, stream) in streams.iter().take(MOST_STREAMS).enumerate() {
        let before = if index == 0 { " that sync " } else { ", " };
        sentence = sentence.join(prose![before, code(stream)]);
    }
    if streams.len() > MOST_STREAMS {
        sentence = sentence.join(prose![" or ", streams.len() - MOST_STREAMS, " more streams"]);
    }
    let deadline = entry.upgrade_deadline.as_ref();
    sentence = sentence.join(prose![" stay on the version before until "]);
    sentence = sentence.join(match (deadline, deadline.and_then(Field::date)) {
        (_, Some(date)) => prose![date],
        (Some(_), None) => prose!["a deadline that cannot be read"],
        (None, None) => prose!["a deadline that is not given"],
    });
    let action = entry.deadline_action.as_ref().map(|field| &*field.text);
    sentence.join(match action {
        Some("auto_upgrade") => prose![" and are then upgraded."],
        Some(_) => prose![" and are then paused."],
        None => prose![
            " and are then paused (",
            code("deadlineAction"),
            " is not set, which means pause)."
        ],
    })
}

/// What an entry lacks and did not lack before, each as a finding of its own with the text that mends it.
pub(super) fn missing_parts(
    context: &Context,
    head: &Connector,
    entry: &BreakingChange,
    before: Option<&BreakingChange>,
) -> Vec<Finding> {
    let Some(metadata) = head.metadata() else {
        return Vec::new();
    };
    let key = &entry.version.text;
    let mut findings = Vec::new();
    if !has_message(entry) && before.is_none_or(has_message) {
        let field = entry.message.as_ref();
        findings.push(
            Finding::at(
                head.location(field.map_or(entry.version.span, |field| field.span)),
                format!("{key}/message"),
                prose![
                    "The breaking change ",
                    code(key),
                    " has no message that users can act on."
                ],
            )
            .impact(prose![
                "The message is mailed to everybody who is affected; without one they learn only a date."
            ])
            .remedy(prose![
                "Say what changes, who is affected and what they have to do, and link the migration guide."
            ]),
        );
    }
    if before.is_none_or(|before| !same_deadline(before, entry)) {
        findings.extend(deadline(context, head, metadata, entry));
    }
    if !has_action(entry) && before.is_none_or(has_action) {
        findings.push(action(head, metadata, entry));
    }
    findings
}

fn action(head: &Connector, metadata: &Metadata, entry: &BreakingChange) -> Finding {
    let key = &entry.version.text;
    let written = entry.deadline_action.as_ref();
    let edit = match written {
        Some(field) => Some(Edit {
            span: field.span,
            replacement: "disable".to_owned(),
        }),
        None => {
            let path = ["data", "releases", "breakingChanges", &**key];
            insert_entry(
                metadata.document(),
                &path,
                "deadlineAction",
                &Block::Text("disable".to_owned()),
            )
        }
    };
    let message = match written {
        Some(field) => prose![
            code(&field.text),
            " is not a ",
            code("deadlineAction"),
            " that the platform knows."
        ],
        None => prose![
            "The breaking change ",
            code(key),
            " does not say what happens at its deadline."
        ],
    };
    Finding::at(
        head.location(written.map_or(entry.version.span, |field| field.span)),
        format!("{key}/deadlineAction"),
        message,
    )
    .impact(consequence(entry))
    .remedy(prose![
        "Write ",
        code("disable"),
        " (pause) or ",
        code("auto_upgrade"),
        "."
    ])
    .suggest(edit.and_then(|edit| {
        let title = prose!["say ", code("deadlineAction: disable")];
        Suggestion::new(title, head.file(), metadata.document().text(), &[edit])
    }))
}

fn same_deadline(before: &BreakingChange, after: &BreakingChange) -> bool {
    match (&before.upgrade_deadline, &after.upgrade_deadline) {
        (Some(before), Some(after)) => match (before.date(), after.date()) {
            (Some(before), Some(after)) => before == after,
            _ => before.text == after.text,
        },
        (None, None) => true,
        _ => false,
    }
}

fn deadline(
    context: &Context,
    head: &Connector,
    metadata: &Metadata,
    entry: &BreakingChange,
) -> Option<Finding> {
    let key = &entry.version.text;
    let subject = format!("{key}/upgradeDeadline");
    let window = context.settings.deadlines;
    let earliest = window.earliest(context.today(), connector_type(metadata));
    let proposed = proposed_deadline(context, metadata);
    let title = prose!["set the deadline to ", proposed];
    let text = metadata.document().text();
    let Some(field) = &entry.upgrade_deadline else {
        let path = ["data", "releases", "breakingChanges", &**key];
        let edit = insert_entry(
            metadata.document(),
            &path,
            "upgradeDeadline",
            &Block::Text(proposed.to_string()),
        );
        return Some(
            Finding::at(
                head.location(entry.version.span),
                subject,
                prose![
                    "The breaking change ",
                    code(key),
                    " has no ",
                    code("upgradeDeadline"),
                    "."
                ],
            )
            .remedy(prose![
                "Give users a day until which they can stay on the version before: ",
                earliest,
                " or later."
            ])
            .impact(consequence(entry))
            .suggest(edit.and_then(|edit| Suggestion::new(title, head.file(), text, &[edit]))),
        );
    };
    let edit = Edit {
        span: field.span,
        replacement: quote(&proposed.to_string()),
    };
    let suggestion = Suggestion::new(title, head.file(), text, &[edit]);
    let message = match field.date() {
        None => prose![
            "The deadline ",
            code(&field.text),
            " is not a day of the form ",
            code("YYYY-MM-DD"),
            "."
        ],
        Some(date) if date < earliest => {
            let left = match (date - context.today()).get_days() {
                i32::MIN..0 => "is already past".to_owned(),
                0 => "is today".to_owned(),
                1 => "leaves one day".to_owned(),
                days => format!("leaves {days} days"),
            };
            prose![
                "The deadline ",
                date,
                " ",
                Piece::trusted(left),
                "; ",
                Piece::trusted(window.words(connector_type(metadata))),
                ": ",
                earliest,
                " or later."
            ]
        }
        Some(_) => return None,
    };
    Some(
        Finding::at(head.location(field.span), subject, message)
            .impact(consequence(entry))
            .suggest(suggestion),
    )
}
