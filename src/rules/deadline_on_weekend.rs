use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::breaking::connector_type;
use super::deadline_before_older_entry::is_before_older;
use super::parts::moved_deadlines;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::finding::{Finding, Suggestion, code, prose};
use crate::text::Edit;
use crate::yaml::quote;

rule! {
    /// A deadline falls on a weekend.
    ///
    /// ## What it does
    /// Speaks on a deadline that the change sets or moves to a Saturday or Sunday. One that leaves users too little time, or
    /// comes before an older entry's, is told by other rules, which propose another day anyway.
    ///
    /// ## Why
    /// On that day connections are paused or upgraded, and few people are there to notice or to help. No public rule asks
    /// for a working day, and 18 of 151 deadlines between 2023 and 2025 fell on a weekend: hence a note.
    ///
    /// ## Example
    /// 2024-03-06, `source-facebook-marketing`, `298d3ce` (`#35746`): the deadline of 2.0.0 was 2024-03-17, a Sunday.
    ///
    /// ## How to mend it
    /// Take the Monday after it.
    ///
    /// ## Options
    /// None.
    "deadline-on-weekend", since "0.1.0",
    pub struct DeadlineOnWeekend {}
}

impl Rule for DeadlineOnWeekend {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((_, _, head, after)) = diff.both() else { return };
        let earliest = context.settings.deadlines.earliest(context.today(), connector_type(after));
        for (entry, date) in moved_deadlines(diff, after) {
            let (Some(field), Some((day, monday))) = (&entry.upgrade_deadline, weekend(date)) else { continue };
            if date < earliest || is_before_older(context, after, entry) {
                continue;
            }
            let edit = Edit { span: field.span, replacement: quote(&monday.to_string()) };
            findings.push(
                Finding::at(
                    head.location(field.span),
                    format!("{}/upgradeDeadline/weekend", entry.version.text),
                    prose!["The deadline of ", code(&entry.version.text), " falls on a ", day, ": ", date, "."],
                )
                .impact(prose!["Whoever has not upgraded by ", date, " meets the deadline on a day on which few people can help."])
                .remedy(prose!["Move it to Monday, ", monday, "."])
                .suggest(Suggestion::new(
                    prose!["move the deadline to ", monday],
                    head.file(),
                    after.document().text(),
                    &[edit],
                )),
            );
        }
    }
}

/// The day's name and the Monday after, for a day of the weekend.
fn weekend(date: Date) -> Option<(&'static str, Date)> {
    match date.weekday() {
        Weekday::Saturday => Some(("Saturday", date.saturating_add(2.days()))),
        Weekday::Sunday => Some(("Sunday", date.saturating_add(1.day()))),
        _ => None,
    }
}
