use super::requirements::approvals;
use super::transition::still_open;
use super::{Approval, Context, Findings, RequirementId, Rule};
use crate::change::{ChangeKind, ConnectorDiff};
use crate::changeset::ChangedFile;
use crate::finding::{Finding, Level, code, prose};

rule! {
    /// A connector was deleted, or moved out of the folders in which connectors live.
    ///
    /// ## What it does
    /// Speaks when a connector of base has no successor at head: neither in its folder nor under its `definitionId`.
    ///
    /// ## Why
    /// A deleted folder publishes nothing, not even its own end: the registry keeps the last version and users learn
    /// nothing. The practice has two steps: archive and publish first, delete later.
    ///
    /// ## Example
    /// 2024-02-01, `source-alloydb`, `b640051` (`#34642`): the folder was deleted without an archived version before.
    ///
    /// ## How to mend it
    /// Set `supportLevel: archived`, disable both registries, release that, and delete the folder afterwards.
    ///
    /// ## Options
    /// `level-when-archived`: how loud it is for a connector that was archived before. `requires`: what it asks for.
    /// `approvals`: whose approvals of the present head it needs, also for one that was archived before: until they are
    /// there it stays as loud as the rule.
    "connector-removed", since "0.1.0",
    pub struct ConnectorRemoved {
        /// How loud it is where base had archived the connector.
        level_when_archived: Level,
        /// What a removal asks for.
        requires: Vec<RequirementId>,
        /// Whose approvals it needs, all of them.
        approvals: Vec<Approval>,
    }
}

impl Rule for ConnectorRemoved {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        if !diff.changes.iter().any(|change| change.kind == ChangeKind::ConnectorRemoved) {
            return;
        }
        let Some(base) = &diff.base else { return };
        let level = base.metadata().and_then(|metadata| metadata.support_level.as_ref());
        let moved = diff.files.iter().find_map(|file| match file {
            ChangedFile::Renamed { base: before, head } if before.path == base.file() => Some(&head.path),
            _ => None,
        });
        let message = match moved {
            Some(path) if path.parent().is_some_and(|folder| folder == base.directory) => prose![
                "The connector ", code(diff.name()), " loses its ", code("metadata.yaml"), ", which moves to ", code(path), "."
            ],
            Some(path) => prose![
                "The connector ", code(diff.name()), " leaves the folders in which connectors live: its metadata moves to ",
                code(path), "."
            ],
            None => prose!["The connector ", code(diff.name()), " is deleted."],
        };
        let finding = Finding::at(base.field_location(level), "connector", message);
        let approvals = approvals(&self.approvals, context, diff);
        let open = still_open(&approvals);
        for approval in approvals {
            findings.require(approval);
        }
        if level.is_some_and(|field| &*field.text == "archived") {
            let told = finding.impact(prose!["The connector was archived before: users have been told."]);
            findings.push(match open {
                Some(open) => told.remedy(open),
                None => told.level(self.level_when_archived),
            });
            return;
        }
        for requirement in self.requires.iter().filter_map(|id| id.check(context, diff)) {
            findings.require(requirement);
        }
        let remedy = prose![
            "First release it with ", code("supportLevel: archived"), " and both registries disabled; delete the folder in \
             a later pull request."
        ];
        findings.push(
            finding
                .impact(prose![
                    "The deletion itself tells users nothing: the registry keeps the last version of the connector, and no further one is ever published."
                ])
                .remedy(remedy.then(open.unwrap_or_default())),
        );
    }
}
