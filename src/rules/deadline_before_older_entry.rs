use std::collections::BTreeSet;

use jiff::civil::Date;

use super::parts::moved_deadlines;
use super::{Context, Findings, Rule};
use crate::change::{Connector, ConnectorDiff};
use crate::finding::{Finding, Suggestion, code, prose};
use crate::metadata::{BreakingChange, Field, Metadata};
use crate::text::Edit;
use crate::yaml::quote;

rule! {
    /// A newer break has an earlier deadline than an older one.
    ///
    /// ## What it does
    /// Compares each deadline that the change sets or moves with those of the other entries: a lower version must not have a
    /// later deadline than a higher one. Days that are past no longer matter.
    ///
    /// ## Why
    /// Of all entries that a connection has not passed, the platform takes the one with the latest deadline to tell whether
    /// its version is still supported. With the days in the wrong order the newer break's deadline has no effect on whoever
    /// is behind both.
    ///
    /// ## Example
    /// Made up, as no change up to April 2025 shows it: `2.0.0` has the deadline 2026-12-31, and the new entry `3.0.0`
    /// has 2026-12-15.
    ///
    /// ## How to mend it
    /// Set the newer deadline to the older one's day or later.
    ///
    /// ## Options
    /// None.
    "deadline-before-older-entry", since "0.1.0",
    pub struct DeadlineBeforeOlderEntry {}
}

impl Rule for DeadlineBeforeOlderEntry {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((_, _, head, after)) = diff.both() else { return };
        let moved: BTreeSet<&str> =
            moved_deadlines(diff, after).into_iter().map(|(entry, _)| &*entry.version.text).collect();
        if moved.is_empty() {
            return;
        }
        // Of several older ones the latest deadline is the one that the platform takes.
        let mut latest: Option<(&BreakingChange, Date)> = None;
        for (newer, day) in dated(after) {
            let touched = |entry: &BreakingChange| moved.contains(&*entry.version.text);
            if let Some((older, later)) = latest.filter(|(_, later)| *later > day && *later >= context.today())
                && (touched(newer) || touched(older))
            {
                findings.findings.extend(judge(head, after, (newer, day), (older, later), touched(newer)));
            }
            if latest.is_none_or(|(_, later)| day > later) {
                latest = Some((newer, day));
            }
        }
    }
}

fn judge(
    head: &Connector,
    after: &Metadata,
    (newer, day): (&BreakingChange, Date),
    (older, later): (&BreakingChange, Date),
    newer_moved: bool,
) -> Option<Finding> {
    let (place, other) = if newer_moved { (newer, older) } else { (older, newer) };
    let (field, other) = (place.upgrade_deadline.as_ref()?, other.upgrade_deadline.as_ref()?);
    let edit = Edit { span: newer.upgrade_deadline.as_ref()?.span, replacement: quote(&later.to_string()) };
    // A day that somebody else set is not for this change to move.
    let suggestion = newer_moved
        .then(|| Suggestion::new(prose!["set the deadline to ", later], head.file(), after.document().text(), &[edit]))
        .flatten();
    let finding = Finding::at(
        head.location(field.span),
        format!("{}/upgradeDeadline/order", newer.version.text),
        prose![
            "The break ", code(&newer.version.text), " has an earlier deadline (", day, ") than the older break ",
            code(&older.version.text), " (", later, ")."
        ],
    )
    .because(Some(head.location(other.span)), prose!["the other deadline"])
    .impact(prose![
        "Of the breaks that lie before a connection the platform goes by the latest deadline: whoever is behind both is told ",
        later, ", and ", day, " has no effect."
    ])
    .remedy(prose!["Set the deadline of ", code(&newer.version.text), " to ", later, " or later."]);
    Some(finding.suggest(suggestion))
}

/// Whether an older entry has a later deadline, so that another day is asked for anyway.
pub(super) fn is_before_older(context: &Context, metadata: &Metadata, entry: &BreakingChange) -> bool {
    let days = dated(metadata);
    let at = days.iter().position(|(other, _)| other.version.text == entry.version.text);
    let Some((older, [(_, day), ..])) = at.and_then(|at| days.split_at_checked(at)) else { return false };
    older.iter().any(|(_, later)| later > day && *later >= context.today())
}

/// The entries with a version and a day, from the lowest version on.
fn dated(metadata: &Metadata) -> Vec<(&BreakingChange, Date)> {
    let entries = metadata.releases.breaking_changes.iter();
    let dated = |entry: &'_ BreakingChange| entry.version.version().zip(entry.upgrade_deadline.as_ref().and_then(Field::date));
    let mut found: Vec<_> = entries.filter_map(|entry| dated(entry).map(|(version, day)| (version, entry, day))).collect();
    found.sort_by(|left, right| left.0.cmp_precedence(&right.0));
    found.into_iter().map(|(_, entry, day)| (entry, day)).collect()
}
