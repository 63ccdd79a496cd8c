use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::finding::{Finding, code, prose};
use crate::needs::migration_guide;

rule! {
    /// Users know the connector under another name or find its documentation at another address.
    ///
    /// ## What it does
    /// Tells a new `name` or `documentationUrl` of an existing connector, with what hangs on it: the title of the migration
    /// guide, and the address of the guide where none is written.
    ///
    /// ## Why
    /// Airbyte's checks look for the title `# <name> Migration Guide`, and breaking-change entries link to
    /// `<documentationUrl>-migrations`: those break without a line of theirs being touched.
    ///
    /// ## Example
    /// 2024-09-25, `source-gcs`, `d10617e` (`#45897`): `GCS` became `Google Cloud Storage (GCS)`.
    ///
    /// ## How to mend it
    /// Change the guide along, and leave something at the old address.
    ///
    /// ## Options
    /// None.
    "name-or-page-changed", since "0.1.0",
    pub struct NameOrPageChanged {}
}

impl Rule for NameOrPageChanged {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((_, _, head, after)) = diff.both() else { return };
        let has_entries = !after.releases.breaking_changes.is_empty();
        for change in &diff.changes {
            let (Some(from), Some(to)) = (&change.from, &change.to) else { continue };
            let Some(location) = diff.location(change).filter(|_| from != to) else { continue };
            let path = &*change.path;
            if path == "data.name" {
                let message = prose!["Users find this connector under another name from this release on: ", code(from), " → ", code(to), "."];
                let finding = Finding::at(location, path, message);
                findings.push(match migration_guide(&head.directory, after).filter(|_| has_entries) {
                    Some(guide) => finding.remedy(prose![
                        "Let the migration guide be called ", code(format!("# {to} Migration Guide")), " as well (", code(guide),
                        "): Airbyte's checks look for that title."
                    ]),
                    None => finding,
                });
            } else if path == "data.documentationUrl" {
                let message = prose!["The documentation that users are sent to is another page: ", code(from), " → ", code(to), "."];
                let finding = Finding::at(location, path, message);
                let derived = has_entries && after.releases.migration_documentation_url.is_none();
                findings.push(match derived {
                    true => finding.impact(prose![
                        "Links of breaking changes move along with the documentation page, to ", code(format!("{}-migrations", to.trim_end_matches('/'))), "."
                    ])
                    .remedy(prose!["Move the migration guide there, and leave a redirect at the old address."]),
                    false => finding.remedy(prose!["Leave a redirect at the old address: published versions still point there."]),
                });
            }
        }
    }
}
