use super::{Context, Findings, Rule};
use crate::change::{ChangeKind, ConnectorDiff};
use crate::finding::{Finding, code, prose};
use crate::metadata::Field;

rule! {
    /// Two connectors share a `definitionId` or a `dockerRepository`.
    ///
    /// ## What it does
    /// Compares a new connector, or one whose identity changed, with every other connector at head; upper and lower case
    /// are the same, as they are in a UUID.
    ///
    /// ## Why
    /// Where two entries of a registry have one id, one of them silently wins, and the users of the other receive a
    /// connector that is not theirs. It mostly comes from a copied folder.
    ///
    /// ## Example
    /// 2023-04-13, `destination-clickhouse-strict-encrypt`, `26f6431` (`#24964`): it bears the `definitionId` of
    /// `destination-clickhouse`.
    ///
    /// ## How to mend it
    /// Give the new connector an id of its own (any fresh UUID) and the image name of its folder.
    ///
    /// ## Options
    /// None.
    "duplicate-identity", since "0.1.0",
    pub struct DuplicateIdentity {}
}

impl Rule for DuplicateIdentity {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let fresh = diff
            .changes
            .iter()
            .any(|change| matches!(change.kind, ChangeKind::ConnectorAdded | ChangeKind::Identity { .. }));
        let (true, Some(head), Some(identities)) = (fresh, &diff.head, &context.set.identities) else { return };
        let Some(metadata) = head.metadata() else { return };
        let mut compare = |name: &'static str, field: &Option<Field>, of: fn(&crate::changeset::Identity) -> &Option<String>| {
            let Some(field) = field else { return };
            let twin = identities
                .iter()
                .find(|(directory, identity)| **directory != head.directory && of(identity).as_ref().is_some_and(|other| other.eq_ignore_ascii_case(&field.text)));
            if let Some((directory, _)) = twin {
                findings.push(
                    Finding::at(
                        head.location(field.span),
                        format!("data.{name}"),
                        prose!["The ", code(name), " ", code(&field.text), " is also that of ", code(directory), "."],
                    )
                    .impact(prose![
                        "Of two connectors with the same ", code(name), " one silently wins in the registry; users of the other \
                         receive a connector that is not theirs."
                    ])
                    .remedy(match name {
                        "definitionId" => prose!["Give the new connector an id of its own: any fresh UUID."],
                        _ => prose!["Name the image after the connector's folder."],
                    }),
                );
            }
        };
        compare("definitionId", &metadata.definition_id, |identity| &identity.definition_id);
        compare("dockerRepository", &metadata.docker_repository, |identity| &identity.docker_repository);
    }
}
