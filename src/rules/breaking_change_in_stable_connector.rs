use super::breaking::{consequence, entry_before, fits_policy, is_annotation, missing_parts, touched_entries};
use super::requirements::approvals;
use super::{Approval, Context, Findings, RequirementId, Rule};
use crate::change::{Connector, ConnectorDiff};
use crate::finding::{Finding, Level, Prose, Requirement, code, prose};
use crate::metadata::{BreakingChange, Metadata};

rule! {
    /// A connector that promised stability declares a breaking change.
    ///
    /// ## What it does
    /// Looks at each breaking-change entry that the change adds or edits in a certified or generally available connector:
    /// message, deadline and `deadlineAction` have to be there, the deadline of a new or moved one leaves users the window,
    /// and the version announces a break. What an old entry lacked before is not told. It lists everything else that the policy asks for.
    ///
    /// ## Why
    /// Users of these connectors were promised few breaking changes and time to adapt
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>).
    ///
    /// ## How to mend it
    /// Take the suggestions; write a message that says what changes, who is affected and what they have to do.
    ///
    /// ## Options
    /// `level-when-complete`: how loud the break is once the entry lacks nothing. `requires`: what the list names.
    /// `approvals`: whose approvals of the present head it needs; until they are there the break stays as loud as the rule.
    "breaking-change-in-stable-connector", since "0.1.0",
    pub struct BreakingChangeInStableConnector {
        /// How loud the break is once the entry lacks nothing.
        level_when_complete: Level,
        /// What a breaking change asks for.
        requires: Vec<RequirementId>,
        /// Whose approvals it needs, all of them.
        approvals: Vec<Approval>,
    }
}

impl Rule for BreakingChangeInStableConnector {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((_, before, head, after)) = diff.both() else { return };
        let approvals = approvals(&self.approvals, context, diff);
        let approved = !approvals.iter().any(Requirement::is_missing);
        let mut any = false;
        for (entry, declared) in touched_entries(diff, after) {
            if is_annotation(diff, entry) {
                continue;
            }
            any |= declared;
            let missing = missing_parts(context, head, entry, entry_before(diff, entry));
            if missing.is_empty() && declared {
                findings.push(self.declared(before, head, after, entry, approved));
            }
            findings.findings.extend(missing);
        }
        if any {
            for requirement in self.requires.iter().filter_map(|id| id.check(context, diff)) {
                findings.require(requirement);
            }
            for approval in approvals {
                findings.require(approval);
            }
        }
    }
}

impl BreakingChangeInStableConnector {
    /// A break whose entry lacks nothing: quiet, unless the version hides it.
    fn declared(
        &self,
        before: &Metadata,
        head: &Connector,
        after: &Metadata,
        entry: &BreakingChange,
        approved: bool,
    ) -> Finding {
        let (from, to, key) = (before.semver(), after.semver(), &entry.version);
        let retroactive = match (key.version(), &from) {
            (Some(key), Some(from)) => key.cmp_precedence(from).is_le(),
            _ => false,
        };
        let released = after.version.as_ref().is_some_and(|version| version.text == key.text);
        let finding = |message: Prose| {
            Finding::at(head.location(key.span), format!("{}/declared", key.text), message).impact(consequence(entry))
        };
        let complete = retroactive || (released && fits_policy(from.as_ref(), to.as_ref()));
        if complete && !approved {
            return finding(prose!["A breaking change is declared and not yet approved: ", code(&key.text), "."])
                .remedy(prose!["The summary lists whose approval it waits for."]);
        }
        if complete {
            return finding(prose!["A breaking change is declared: ", code(&key.text), "."]).level(self.level_when_complete);
        }
        // What is wrong with the version is told by a rule of its own.
        finding(prose!["A stable connector declares a breaking change: ", code(&key.text), "."])
            .remedy(prose!["The summary lists what a break needs here; not all of it is there yet."])
    }
}
