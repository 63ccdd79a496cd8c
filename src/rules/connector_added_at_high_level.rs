use super::requirements::approvals;
use super::{Approval, Context, Findings, RequirementId, Rule};
use crate::change::{ChangeKind, ConnectorDiff};
use crate::finding::{Finding, Requirement, code, prose};

rule! {
    /// A new connector starts as certified or generally available.
    ///
    /// ## What it does
    /// Speaks when a connector that base does not have is `certified` or `generally_available` at once, and lists what
    /// the pull request that certifies it later will need.
    ///
    /// ## Why
    /// Certification is the last step of its own: users take the level as a sign that the connector has been used,
    /// tested and reviewed. A connector that nobody has run yet cannot show that.
    ///
    /// ## Example
    /// 2023-04-13, `destination-s3`, `26f6431` (`#24964`): the first file of the connector says generally available.
    ///
    /// ## How to mend it
    /// Start as `community` and `alpha`, and certify in a pull request of its own.
    ///
    /// ## Options
    /// `requires`: what the list names. `approvals`: whose approvals of the present head it names as well.
    "connector-added-at-high-level", since "0.1.0",
    pub struct ConnectorAddedAtHighLevel {
        /// What a certification asks for.
        requires: Vec<RequirementId>,
        /// Whose approvals it needs, all of them.
        approvals: Vec<Approval>,
    }
}

impl Rule for ConnectorAddedAtHighLevel {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        if !diff.changes.iter().any(|change| change.kind == ChangeKind::ConnectorAdded) {
            return;
        }
        let Some(head) = &diff.head else { return };
        let Some(metadata) = head.metadata() else { return };
        let certified = metadata.support_level.as_ref().filter(|field| &*field.text == "certified");
        let available = metadata.release_stage.as_ref().filter(|field| &*field.text == "generally_available");
        let Some(field) = certified.or(available) else { return };
        // A connector that starts lower, as it is to, needs none of it now.
        let required = self.requires.iter().filter_map(|id| id.check(context, diff));
        let required = required.map(|requirement| Requirement { later: true, ..requirement });
        let requirements: Vec<Requirement> = required.chain(approvals(&self.approvals, context, diff)).collect();
        let missing = requirements.iter().filter(|requirement| requirement.later && requirement.is_missing()).count();
        for requirement in requirements {
            findings.require(requirement);
        }
        let remedy = prose![
            "Start as ", code("supportLevel: community"), " and ", code("releaseStage: alpha"),
            ", and certify in a pull request of its own."
        ];
        findings.push(
            Finding::at(
                head.location(field.span),
                "connector",
                prose!["A new connector starts as ", code(&field.text), "."],
            )
            .impact(prose![
                "Users take a ", code(&field.text), " connector for one that is tested, supported and stable; the new one has had no \
                 users yet."
            ])
            .remedy(match missing {
                0 => remedy,
                1 => remedy.then(prose!["Of what that one will need, one thing is not there yet."]),
                _ => remedy.then(prose!["Of what that one will need, ", missing, " things are not there yet."]),
            }),
        );
    }
}
