use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::finding::{Finding, code, prose};
use crate::metadata::{Metadata, REGISTRIES};

rule! {
    /// An archived connector was changed without being un-archived.
    ///
    /// ## What it does
    /// Speaks when a connector is archived on both sides and its version moves: a release that nobody receives. Where a
    /// registry publishes it all the same, it says so; where one does so from this change on,
    /// `registry-visibility-changed` asks for an end of that.
    ///
    /// ## Why
    /// Archived connectors get no updates and are gone from the catalog
    /// (<https://docs.airbyte.com/integrations/connector-support-levels>). Work on one is lost on users.
    ///
    /// ## Example
    /// 2024-10-29, `destination-meilisearch`, `53dfd68` (`#47889`): a robot raised the version from 1.0.4 to 1.0.5,
    /// and did so for months.
    ///
    /// ## How to mend it
    /// To take it up again, open a discussion, bring it to the latest CDK, pass the acceptance tests and change its level.
    ///
    /// ## Options
    /// None.
    "archived-connector-changed", since "0.1.0",
    pub struct ArchivedConnectorChanged {}
}

impl Rule for ArchivedConnectorChanged {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((_, before, head, after)) = diff.both() else { return };
        if !before.is_archived() || !after.is_archived() {
            return;
        }
        // A version that is taken away releases nothing.
        let Some((version, to)) = diff.change("version").and_then(|change| Some((change, change.to.as_deref()?))) else { return };
        let published = |side: &Metadata| REGISTRIES.map(|name| side.effective(name).enabled);
        let (earlier, later) = (published(before), published(after));
        let appears = earlier.iter().zip(later).any(|(earlier, later)| later && !earlier);
        if appears && context.speaks("registry-visibility-changed", diff) {
            return;
        }
        let step = match version.from.as_deref() {
            Some(from) => prose![code(from), " → ", code(to)],
            None => prose![code(to)],
        };
        let finding =
            Finding::at(
                head.field_location(after.version.as_ref()),
                "data.dockerImageTag",
                prose!["This releases a new version of an archived connector: "].join(step).join(prose!["."]),
            )
            .because(
                after.support_level.as_ref().map(|field| head.location(field.span)),
                prose!["archived here"],
            );
        findings.push(match later.contains(&true) {
            false => finding
                .impact(prose!["Archived connectors are out of the catalog and get no updates: users do not receive a new version."])
                .remedy(prose![
                    "To take the connector up again, open a GitHub Discussion and un-archive it once it passes the acceptance \
                     tests; else leave it as it is."
                ]),
            true => finding
                .impact(prose![
                    "A registry publishes this connector: its users receive the new version, and are told that nobody maintains it."
                ])
                .remedy(prose![
                    "Write ", code("enabled: false"), " for both registries. To take the connector up again, open a GitHub \
                     Discussion and un-archive it once it passes the acceptance tests."
                ]),
        });
    }
}
