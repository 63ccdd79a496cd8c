//! What a breaking-change entry lacks: the message, the deadline, the window that it leaves, and what happens then.
//!
//! Knows entries and the policy's windows; which connectors are asked for what is said by the rules.

use jiff::civil::Date;

use super::Context;
use super::breaking::{
    ACTIONS, connector_type, entry_before, has_action, has_message, is_annotation, is_released,
    proposed_deadline, touched_entries,
};
use super::consequence::consequence;
use super::mending::or_rename;
use crate::change::{Connector, ConnectorDiff};
use crate::changeset::{Side, has_form_of_day};
use crate::finding::{Finding, Piece, Prose, Suggestion, code, prose};
use crate::metadata::{BreakingChange, Field, Metadata};
use crate::text::{Edit, NEAR, nearest};
use crate::yaml::{Block, insert_entry, quote};

/// Which part of an entry is missing, or does not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The message.
    Message,
    /// The deadline: not there, or no day.
    Deadline,
    /// The time until the deadline.
    Window,
    /// What happens at the deadline.
    Action,
}

/// The entries whose deadline head sets or moves, with the day; what cannot be read as one is told elsewhere.
pub(super) fn moved_deadlines<'a>(
    diff: &ConnectorDiff,
    head: &'a Metadata,
) -> Vec<(&'a BreakingChange, Date)> {
    let moved = |entry: &&BreakingChange| {
        !is_annotation(diff, entry)
            && entry_before(diff, entry).is_none_or(|before| !same_deadline(before, entry))
    };
    let entries = touched_entries(diff, head).into_iter().map(|(entry, _)| entry);
    let dated = |entry: &'a BreakingChange| Some((entry, entry.upgrade_deadline.as_ref()?.date()?));
    entries.filter(moved).filter_map(dated).collect()
}

/// What an entry lacks and did not lack before, each as a finding of its own with the text that mends it.
pub(super) fn missing_parts(
    context: &Context,
    diff: &ConnectorDiff,
    head: &Connector,
    entry: &BreakingChange,
) -> Vec<(Part, Finding)> {
    let before = entry_before(diff, entry);
    let Some(metadata) = head.metadata() else {
        return Vec::new();
    };
    let key = &entry.version.text;
    // A field that is absent may stand there under a name that is nearly its own.
    let unless_misnamed = |field: Option<&Field>, name: &str, finding: Finding| match field {
        None => or_rename(finding, head, &inside(entry), name),
        Some(_) => finding,
    };
    let mut findings = Vec::new();
    if !has_message(entry) && before.is_none_or(has_message) {
        let field = entry.message.as_ref();
        let finding = Finding::at(
            head.location(field.map_or(entry.version.span, |field| field.span)),
            format!("{key}/message"),
            prose![
                "The breaking change ",
                code(key),
                " has no message that users can act on."
            ],
        )
        .impact(prose![
            "The message of a breaking change is mailed to everybody who is affected; without one they learn only a date."
        ])
        .remedy(prose![
            "Say what changes, who is affected and what they have to do, and link the migration guide."
        ]);
        findings.push((Part::Message, unless_misnamed(field, "message", finding)));
    }
    if before.is_none_or(|before| !same_deadline(before, entry)) {
        let old = before.filter(|_| was_released(diff, entry));
        let announced = old
            .and_then(|old| old.upgrade_deadline.as_ref())
            .and_then(Field::date);
        let found = deadline(context, head, metadata, entry, announced).map(|(part, finding)| {
            let finding = finding.impact(consequence(context, diff, entry));
            (
                part,
                unless_misnamed(entry.upgrade_deadline.as_ref(), "upgradeDeadline", finding),
            )
        });
        // An entry for what was released before holds nobody back, and so leaves nobody too little time.
        let is_record = old.is_some() || is_past(diff, entry);
        findings.extend(found.filter(|(part, _)| *part != Part::Window || !is_record));
    }
    if !has_action(entry) && before.is_none_or(has_action) {
        let finding = action(head, metadata, entry).impact(consequence(context, diff, entry));
        findings.push((
            Part::Action,
            unless_misnamed(entry.deadline_action.as_ref(), "deadlineAction", finding),
        ));
    }
    findings
}

/// The path of an entry's fields.
fn inside(entry: &BreakingChange) -> [&str; 4] {
    ["data", "releases", "breakingChanges", &entry.version.text]
}

/// Whether base released what an entry speaks of: its window began then, and a day that comes sooner than announced is
/// told by a rule of its own.
fn was_released(diff: &ConnectorDiff, entry: &BreakingChange) -> bool {
    diff.metadata(Side::Base)
        .is_some_and(|base| is_released(base, entry) != Some(false))
}

/// Whether base is past what an entry speaks of.
fn is_past(diff: &ConnectorDiff, entry: &BreakingChange) -> bool {
    diff.metadata(Side::Base)
        .is_some_and(|base| is_released(base, entry) == Some(true))
}

fn action(head: &Connector, metadata: &Metadata, entry: &BreakingChange) -> Finding {
    let key = &entry.version.text;
    let written = entry.deadline_action.as_ref();
    // Nobody's upgrade becomes a pause for a letter.
    let meant = written.and_then(|field| nearest(&field.text, ACTIONS, NEAR));
    let action = meant.unwrap_or("disable");
    let (document, title) = (
        metadata.document(),
        prose!["say ", code(format!("deadlineAction: {action}"))],
    );
    let suggestion = match written {
        Some(field) => {
            let edit = Edit {
                span: field.span,
                replacement: action.to_owned(),
            };
            Suggestion::new(title, head.file(), document.text(), &[edit])
        }
        None => {
            let path = inside(entry);
            let proven = insert_entry(document, &path, "deadlineAction", &Block::Text(action.to_owned()));
            proven.and_then(|proven| Suggestion::proven(title, head.file(), document.text(), proven))
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
    .remedy(prose![
        "Write ",
        code("deadlineAction: disable"),
        " (connections are paused) or ",
        code("deadlineAction: auto_upgrade"),
        "."
    ])
    .suggest(suggestion)
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
    announced: Option<Date>,
) -> Option<(Part, Finding)> {
    let key = &entry.version.text;
    let subject = format!("{key}/upgradeDeadline");
    let window = context.settings.deadlines;
    let earliest = window.earliest(context.today(), connector_type(metadata));
    // An announced day stays what it was; of a new one the day that is meant, where it leaves users the window.
    let meant = || {
        let field = entry.upgrade_deadline.as_ref()?;
        field.meant_day().filter(|day| *day >= earliest)
    };
    let proposed = announced
        .or_else(meant)
        .unwrap_or_else(|| proposed_deadline(context, metadata));
    let title = prose!["set the deadline to ", proposed];
    let text = metadata.document().text();
    let Some(field) = &entry.upgrade_deadline else {
        let path = inside(entry);
        let proven = insert_entry(
            metadata.document(),
            &path,
            "upgradeDeadline",
            &Block::Text(proposed.to_string()),
        );
        return Some((
            Part::Deadline,
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
            .remedy(match announced {
                Some(announced) => prose!["Put the announced day back: ", announced, "."],
                None => prose![
                    "Give users a day until which they can stay on the version before: ",
                    earliest,
                    " or later. ",
                    proposed,
                    " is no weekend, and still leaves them enough if the merge takes some days."
                ],
            })
            .suggest(proven.and_then(|proven| Suggestion::proven(title, head.file(), text, proven))),
        ));
    };
    let edit = Edit {
        span: field.span,
        replacement: quote(&proposed.to_string()),
    };
    let suggestion = Suggestion::new(title, head.file(), text, &[edit]);
    let (part, message) = fault_of_day(context, metadata, field)?;
    let finding = Finding::at(head.location(field.span), subject, message).suggest(suggestion);
    Some((
        part,
        match (part, announced) {
            (Part::Window, Some(announced)) => {
                finding.remedy(prose!["Put the announced day back: ", announced, "."])
            }
            (Part::Window, None) => finding.remedy(prose![
                "Set it to ",
                proposed,
                ": that is no weekend, and still leaves users enough if the merge takes some days. A sooner day is only for a \
                 service that is broken already, and takes a waiver that says so."
            ]),
            _ => finding,
        },
    ))
}

/// What is wrong with a deadline that is written: no day, or too soon a one.
fn fault_of_day(context: &Context, metadata: &Metadata, field: &Field) -> Option<(Part, Prose)> {
    let window = context.settings.deadlines;
    let earliest = window.earliest(context.today(), connector_type(metadata));
    Some(match field.date() {
        None if has_form_of_day(&field.text) => {
            let words = prose![
                "The deadline ",
                code(&field.text),
                " is not a day of the calendar."
            ];
            (Part::Deadline, words)
        }
        None => {
            let words: Prose = prose![
                "The deadline ",
                code(&field.text),
                " is not a day of the form ",
                code("YYYY-MM-DD"),
                "."
            ];
            (Part::Deadline, words)
        }
        Some(date) if date < earliest => {
            let left = match (date - context.today()).get_days() {
                i32::MIN..0 => "is already past".to_owned(),
                0 => "is today".to_owned(),
                1 => "leaves one day".to_owned(),
                days => format!("leaves {days} days"),
            };
            let words = prose![
                "The deadline ",
                date,
                " ",
                Piece::trusted(left),
                "; ",
                Piece::trusted(window.words(connector_type(metadata))),
                ": ",
                earliest,
                " or later."
            ];
            (Part::Window, words)
        }
        Some(_) => return None,
    })
}
