use super::asked_of_break::Asked;
use super::breaking::{is_annotation, is_released, touched_entries};
use super::consequence::consequence;
use super::{Approval, Context, Findings, RequirementId, Rule};
use crate::change::ConnectorDiff;
use crate::finding::{Finding, code, prose};
use crate::metadata::BreakingChange;

rule! {
    /// A beta connector declares a breaking change.
    ///
    /// ## What it does
    /// Speaks on each new breaking-change entry of a connector in beta that no stricter promise governs, unless its version
    /// was released before: such an entry is a record, and the rule on versions tells it.
    ///
    /// ## Why
    /// A beta release does not include breaking changes (the page on product release stages, public until 2023-09-18):
    /// its users take it as stable, though not yet proven by many.
    ///
    /// ## Example
    /// 2023-07-19, `source-faker`, `16d8ee7` (`#28485`): a beta released 4.0.0 with a break.
    ///
    /// ## How to mend it
    /// Prefer a migration of configurations or states, which makes the change harmless; else keep the entry and give users
    /// the window of a stable connector.
    ///
    /// ## Options
    /// `requires`: what a breaking change asks for. `approvals`: whose approvals of the present head the list names as well.
    "breaking-change-in-beta", since "0.1.0",
    pub struct BreakingChangeInBeta {
        /// What a breaking change asks for.
        requires: Vec<RequirementId>,
        /// Whose approvals it needs, all of them.
        approvals: Vec<Approval>,
    }
}

impl Rule for BreakingChangeInBeta {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((_, before, head, after)) = diff.both() else { return };
        let is_ahead = |entry: &BreakingChange| is_released(before, entry) != Some(true);
        let declared: Vec<_> = touched_entries(diff, after)
            .into_iter()
            .filter(|(entry, declared)| *declared && is_ahead(entry) && !is_annotation(diff, entry))
            .collect();
        for (entry, _) in &declared {
            findings.push(
                Finding::at(
                    head.location(entry.version.span),
                    format!("{}/declared", entry.version.text),
                    prose!["A beta connector declares a breaking change: ", code(&entry.version.text), "."],
                )
                .impact(consequence(context, diff, entry))
                .remedy(prose![
                    "Users of a beta were told that it does not break. A migration of configurations or states can often \
                     avoid it."
                ]),
            );
        }
        Asked::of((&self.requires, &self.approvals), !declared.is_empty(), context, diff).list(findings);
    }
}
