//! What a declared break does to users: whom the platform holds back, until when, and what happens to them then.

use jiff::civil::Date;

use super::Context;
use super::breaking::{REFUSED, has_action, is_plain_version};
use crate::change::ConnectorDiff;
use crate::changeset::Side;
use crate::finding::{Prose, code, prose};
use crate::metadata::{BreakingChange, Field, Metadata};

/// The most streams that a sentence names.
const MOST_STREAMS: usize = 5;

/// What an entry for a version that nobody releases does.
pub(super) const NOT_PUBLISHED: &str =
    "An entry for a version that is not published fails the release after the merge, and users are not told.";

/// What a declared break does to users if it is merged as it is.
///
/// An entry without a day, with an action that nobody knows or for what is no version of three numbers is no entry yet: the
/// publisher does not take the file. One that is whole holds back those who go from base's version to head's past its own.
pub(super) fn consequence(context: &Context, diff: &ConnectorDiff, entry: &BreakingChange) -> Prose {
    let Some(date) = entry.upgrade_deadline.as_ref().and_then(Field::date) else {
        return prose![REFUSED];
    };
    let Some(key) = entry.version.version().filter(|_| is_plain_version(entry)) else {
        return prose![REFUSED];
    };
    if entry.deadline_action.is_some() && !has_action(entry) {
        return prose![REFUSED];
    }
    if diff.base.is_none() {
        return prose![
            "The connector is new, so its entry holds nobody back; the publisher's checks ask for a whole one all the same."
        ];
    }
    let version = |side| diff.metadata(side).and_then(Metadata::semver);
    if version(Side::Base).is_some_and(|from| key.cmp_precedence(&from).is_le()) {
        let before = diff.metadata(Side::Base);
        return match before.and_then(|base| base.releases.entry(&entry.version.text)) {
            Some(_) => left_behind(context, entry, date),
            None => not_held_back(entry),
        };
    }
    if version(Side::Head).is_some_and(|to| key.cmp_precedence(&to).is_gt()) {
        return prose![NOT_PUBLISHED];
    }
    held_back(context, entry, date)
}

/// What a version does that no entry speaks of; what follows says what that means.
pub(super) fn everybody_moves(version: &str) -> Prose {
    prose![
        "Every connection moves to ",
        code(version),
        " as soon as it is published"
    ]
}

/// What an entry does that comes after its version: those who are past it stay where they are.
pub(super) fn not_held_back(entry: &BreakingChange) -> Prose {
    prose![
        "Connections that have passed ",
        code(&entry.version.text),
        " already are not held back."
    ]
}

/// What an entry of base does once its version was released: it still binds those who have not moved.
fn left_behind(context: &Context, entry: &BreakingChange, date: Date) -> Prose {
    let key = code(&entry.version.text);
    match date < context.today() {
        true => prose![
            "The deadline of ",
            key,
            ", ",
            date,
            ", has passed: connections that are still below it are "
        ]
        .join(fate(entry))
        .join(prose!["."]),
        false => prose![
            "Connections that are still below ",
            key,
            " stay there until ",
            date,
            " and are then "
        ]
        .join(fate(entry))
        .join(prose!["."]),
    }
}

/// What an entry does with the release of its version.
fn held_back(context: &Context, entry: &BreakingChange, date: Date) -> Prose {
    let scopes = entry
        .scoped_impact
        .iter()
        .flat_map(|impact| &impact.impacted_scopes);
    let streams: Vec<&str> = scopes.map(|scope| &*scope.text).collect();
    let mut sentence = prose!["Connections"];
    if !streams.is_empty() {
        sentence = sentence
            .join(prose![" that sync "])
            .join(Prose::listed(streams, " or ", MOST_STREAMS));
    }
    let today = context.today();
    if date < today {
        // The platform warns only those whose deadline is still to come.
        return sentence
            .join(prose![
                " are held on the version before, which is unsupported at once, since ",
                date,
                " has passed: they are "
            ])
            .join(fate(entry))
            .join(prose![", and no warning is sent."]);
    }
    sentence = sentence.join(match date == today {
        true => prose![" stay on the version before for the rest of ", date],
        false => prose![" stay on the version before until ", date],
    });
    sentence = sentence.join(prose![" and are then "]).join(fate(entry));
    sentence.join(match date == today {
        true => prose!["; no warning is sent."],
        false => prose!["."],
    })
}

/// What happens on the day; the platform takes everything but an upgrade for a pause.
fn fate(entry: &BreakingChange) -> Prose {
    match entry.deadline_action.as_ref().map(|field| &*field.text) {
        Some("auto_upgrade") => prose!["upgraded"],
        Some(_) => prose!["paused"],
        None => prose![
            "paused (",
            code("deadlineAction"),
            " is not set, which means pause)"
        ],
    }
}
