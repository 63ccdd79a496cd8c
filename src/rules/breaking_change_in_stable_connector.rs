use super::asked_of_break::{Asked, unready};
use super::breaking::{before_and_after, fits_policy, is_annotation, is_released, is_stray, not_breaking, touched_entries};
use super::consequence::consequence;
use super::major_version_without_entry::lacks_entry;
use super::parts::missing_parts;
use super::wanted_version::wanted_version;
use super::{Approval, Context, Findings, RequirementId, Rule};
use crate::change::{Bump, Connector, ConnectorDiff, bump};
use crate::finding::{Finding, Level, Prose, code, prose};
use crate::metadata::{BreakingChange, Metadata};

rule! {
    /// A connector that promised stability declares a breaking change.
    ///
    /// ## What it does
    /// Looks at each breaking-change entry that the change adds or edits in a certified or generally available connector:
    /// message, deadline and `deadlineAction` have to be there, the deadline of a new or moved one leaves users the window,
    /// and the version announces a break. What an old entry lacked before is not told, and an entry for a version that was
    /// released before holds nobody back: it is asked for no window, and the rule on versions tells it. Everything else that the policy asks for
    /// is listed, and told as long as it is missing: the migration guide, the label, the mark in the title. A break that no
    /// entry declares asks for the same list; the entry of a new connector's first version asks
    /// for what belongs to it and for its guide.
    ///
    /// ## Why
    /// Users of these connectors were promised few breaking changes and time to adapt
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## Example
    /// 2024-05-28, `source-pinterest`, `ed07618` (`#37698`): users got 6 days until the deadline.
    ///
    /// ## How to mend it
    /// Take the suggestions; write a message that says what changes, who is affected and what they have to do. A sooner
    /// deadline, also today's or one that is past, is only for a service that is broken already: then waive the finding
    /// with that as the reason.
    ///
    /// ## Options
    /// `level-when-complete`: how loud the break is once nothing is missing. `requires`: what the list names.
    /// `approvals`: whose approvals of the present head it needs; until they are there it is not complete.
    "breaking-change-in-stable-connector", since "0.1.0",
    pub struct BreakingChangeInStableConnector {
        /// How loud the break is once nothing is missing.
        level_when_complete: Level,
        /// What a breaking change asks for.
        requires: Vec<RequirementId>,
        /// Whose approvals it needs, all of them.
        approvals: Vec<Approval>,
    }
}

impl Rule for BreakingChangeInStableConnector {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((before, head, after)) = before_and_after(diff) else { return };
        let entries: Vec<_> =
            touched_entries(diff, after).into_iter().filter(|(entry, _)| !is_annotation(diff, entry)).collect();
        let is_ahead = |entry: &BreakingChange| before.is_none_or(|before| is_released(before, entry) != Some(true));
        let declares = entries.iter().any(|(entry, declared)| *declared && is_ahead(entry));
        // A version that is to be replaced announces nothing.
        let announces = before.is_some() && lacks_entry(diff) && wanted_version(diff).is_none();
        let announces = announces && context.speaks("major-version-without-entry", diff);
        let asked = Asked::of((&self.requires, &self.approvals), declares || announces, context, diff);
        // What belongs to no single field is told once, with the first of the new entries.
        let mut open = asked.still_open();
        for (entry, declared) in entries {
            let missing = missing_parts(context, diff, head, entry);
            match (open.take_if(|_| declared && is_ahead(entry)), before) {
                (Some(to_do), _) => findings.push(unready(context, diff, head, entry, to_do)),
                (None, Some(before)) if declared && is_ahead(entry) && missing.is_empty() && !is_stray(diff, entry) => {
                    let impact = consequence(context, diff, entry);
                    findings.push(self.declared(before, head, after, entry).impact(impact));
                }
                // What has a wrong key is told there. What lacks nothing, starts with the connector, or is the record of an older version, breaks nobody.
                (None, _) => {}
            }
            findings.findings.extend(missing.into_iter().map(|(_, finding)| finding));
        }
        asked.list(findings);
    }
}

impl BreakingChangeInStableConnector {
    /// A break whose entry lacks nothing: quiet, unless the version hides it.
    fn declared(&self, before: &Metadata, head: &Connector, after: &Metadata, entry: &BreakingChange) -> Finding {
        let (from, to, key) = (before.semver(), after.semver(), &entry.version);
        // How loud a break in a patch version is says a rule of its own.
        let is_patch = !not_breaking(entry) && bump(from.as_ref(), to.as_ref()) == Bump::Patch;
        let released = after.version.as_ref().is_some_and(|version| version.text == key.text);
        let finding = |message: Prose| Finding::at(head.location(key.span), format!("{}/declared", key.text), message);
        if released && (is_patch || fits_policy(from.as_ref(), to.as_ref())) {
            return finding(prose!["A breaking change is declared: ", code(&key.text), "."]).level(self.level_when_complete);
        }
        // What is wrong with the version is told by a rule of its own.
        finding(prose!["A stable connector declares a breaking change: ", code(&key.text), "."])
            .remedy(prose!["The summary lists what a break needs here; not all of it is there yet."])
    }
}
