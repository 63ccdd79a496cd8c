use super::asked_of_break::{Asked, unready};
use super::breaking::{before_and_after, is_annotation, is_released, touched_entries};
use super::parts::{Part, missing_parts};
use super::{Approval, Context, Findings, RequirementId, Rule};
use crate::change::ConnectorDiff;
use crate::finding::Level;
use crate::metadata::BreakingChange;

rule! {
    /// A new breaking-change entry lacks what every connector has to give its users.
    ///
    /// ## What it does
    /// Looks at each entry that the change adds or edits and that base has not released, in a connector that promised no
    /// stability: message, deadline and `deadlineAction` have to be there, and the deadline leaves users the window. What an
    /// entry lacked before is not told. Stable connectors have a stricter rule of their own. Of a new connector the entry of
    /// its first version is looked at, and its migration guide.
    ///
    /// ## Why
    /// A community connector may break with little notice, not without a word: the publisher's checks ask every connector
    /// for a readable deadline more than 7 days away and for an action, and the platform mails the message whoever wrote it.
    ///
    /// ## Example
    /// 2024-04-11, `destination-oracle`, `19e7746` (`#36048`): the entry for 1.0.0 left 20 days, where destinations get
    /// more than a month, and had no `deadlineAction`.
    ///
    /// ## How to mend it
    /// Take the suggestions; write a message that says what changes, who is affected and what they have to do. A sooner
    /// deadline, also today's or one that is past, is only for a service that is broken already: then waive the finding
    /// with that as the reason.
    ///
    /// ## Options
    /// `long-enough-for-checks-level`: how loud a destination's deadline is that the publisher's checks accept and the
    /// policy's months do not. `requires`: what the list names. `approvals`: whose approvals of the present head it needs;
    /// until they are there the break is told as one that users are not prepared for.
    "entry-incomplete", since "0.1.0",
    pub struct EntryIncomplete {
        /// How loud a destination's deadline is that is longer than the window of sources and shorter than its own.
        long_enough_for_checks_level: Level,
        /// What a breaking change asks for.
        requires: Vec<RequirementId>,
        /// Whose approvals it needs, all of them.
        approvals: Vec<Approval>,
    }
}

impl Rule for EntryIncomplete {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((before, head, after)) = before_and_after(diff) else { return };
        let is_ahead = |entry: &BreakingChange| before.is_none_or(|before| is_released(before, entry) == Some(false));
        let checked = context.settings.deadlines.earliest(context.today(), None);
        let entries: Vec<_> = touched_entries(diff, after)
            .into_iter()
            .filter(|(entry, _)| !is_annotation(diff, entry) && is_ahead(entry))
            .collect();
        let declares = entries.iter().any(|(_, declared)| *declared);
        let asked = Asked::of((&self.requires, &self.approvals), declares, context, diff);
        // What belongs to no single field is told once, with the first of the new entries.
        let mut open = asked.still_open();
        for (entry, declared) in entries {
            if let Some(to_do) = open.take_if(|_| declared) {
                findings.push(unready(context, diff, head, entry, to_do));
            }
            let passes_checks = entry.upgrade_deadline.as_ref().and_then(crate::metadata::Field::date) >= Some(checked);
            for (part, finding) in missing_parts(context, diff, head, entry) {
                findings.push(match part {
                    Part::Window if passes_checks => finding.level(self.long_enough_for_checks_level),
                    _ => finding,
                });
            }
        }
        asked.list(findings);
    }
}
