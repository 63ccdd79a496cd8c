use super::breaking::{applies_between, mend_entry, proposed_entry, stray_entry};
use super::consequence::{NOT_PUBLISHED, everybody_moves};
use super::contract::{declaration_of_break, has_undeclared_break};
use super::wanted_version::wanted_version;
use super::{Context, Findings, Rule};
use crate::change::{Bump, ChangeKind, ConnectorDiff, bump};
use crate::changeset::Side;
use crate::finding::{Finding, Suggestion, code, prose};
use crate::metadata::Metadata;
use crate::text::Edit;

rule! {
    /// A major version is released, and no breaking-change entry says what breaks.
    ///
    /// ## What it does
    /// Speaks when head moves to a higher first number, or a new connector starts at `N.0.0`, without an entry under
    /// `releases.breakingChanges` for it.
    ///
    /// ## Why
    /// A version without an entry moves every connection at once, whatever its number is: nobody is told, nobody can stay
    /// (<https://docs.airbyte.com/platform/connector-development/connector-breaking-changes>). The publisher checks only
    /// versions of the form `N.0.0`.
    ///
    /// ## Example
    /// 2023-05-15, `source-s3`, `351cf5e` (`#25127`): 3.0.0 follows 2.2.0, and no entry says what breaks.
    ///
    /// ## How to mend it
    /// Declare the break with the proposed entry, or choose a minor version if nothing breaks. A new connector starts at 0.1.0.
    ///
    /// ## Options
    /// `exempt`: `definitionId`s that need no entry, read from base.
    "major-version-without-entry", since "0.1.0",
    pub struct MajorVersionWithoutEntry {
        /// `definitionId`s that need no entry; an id that head brings along exempts nothing.
        exempt: Vec<String>,
    }
}

/// The version that a new connector starts at, below which nothing has to be declared.
const FIRST_VERSION: &str = "0.1.0";

impl Rule for MajorVersionWithoutEntry {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        if !lacks_entry(diff) {
            return;
        }
        let Some(head) = &diff.head else { return };
        let Some(after) = head.metadata() else { return };
        let Some(field) = &after.version else { return };
        let before = diff.metadata(Side::Base);
        let added = is_added(diff);
        let exempt = before.and_then(|base| base.definition_id.as_ref());
        if exempt.is_some_and(|id| self.exempt.iter().any(|exempt| **exempt == *id.text)) {
            return;
        }
        let written = before.and_then(|base| base.version.as_ref());
        let message = match written {
            None => prose!["The first version is ", code(&field.text), ", and no breaking-change entry goes with it."],
            Some(from) => prose![
                "The major version ", code(&field.text), " follows ", code(&from.text), ", and no breaking-change entry says what breaks."
            ],
        };
        let mut finding = Finding::at(head.location(field.span), "data.dockerImageTag", message)
            .because(
                after.releases.breaking_changes_key.map(|span| head.location(span)),
                prose!["the entry belongs here"],
            );
        finding = if added {
            let edit = Edit { span: field.span, replacement: FIRST_VERSION.to_owned() };
            let title = prose!["start at ", code(FIRST_VERSION)];
            finding
                .remedy(prose![
                    "Start at ", code(FIRST_VERSION), ": from ", code("1.0.0"), " on the publisher asks for an entry even where \
                     nothing was released before."
                ])
                .suggest(Suggestion::new(title, head.file(), after.document().text(), &[edit]))
        } else if let Some(mend) = mend_entry(diff) {
            finding
                .impact(match stray_entry(diff) {
                    Some(_) => prose![NOT_PUBLISHED],
                    None => prose![
                        "Every connection moves to the new version at once and nobody is told: the entry that is written does not count."
                    ],
                })
                .remedy(prose!["An entry is there: "].join(mend).join(prose!["."]))
        } else {
            finding
                // What the files show to break is said better than by a message that is still to be written.
                .suggest(
                    declaration_of_break(context, diff)
                        .or_else(|| proposed_entry(context, head, &field.text))
                        // What is to be released first needs none.
                        .filter(|_| wanted_version(diff).is_none()),
                )
                .impact(everybody_moves(&field.text).join(prose![
                    ": nobody is told, and nobody can stay. With an entry, affected connections stay on the version before until a \
                     deadline."
                ]))
                .remedy(match (wanted_version(diff), has_undeclared_break(diff)) {
                    (Some(wanted), _) => prose!["Release ", code(wanted), " first; then declare the break."],
                    (None, true) => prose!["Declare the break."],
                    (None, false) => prose!["Declare the break, or choose a minor version if nothing breaks."],
                })
        };
        findings.push(finding);
    }
}

/// Whether head's version announces a break, and no entry goes with it.
pub(super) fn lacks_entry(diff: &ConnectorDiff) -> bool {
    let Some(after) = diff.metadata(Side::Head) else { return false };
    let (Some(field), Some(version)) = (&after.version, after.semver()) else { return false };
    let from = diff.metadata(Side::Base).and_then(Metadata::semver);
    let round = version.minor == 0 && version.patch == 0;
    let starts_high = is_added(diff) && round && version.major > 0;
    let raised = match bump(from.as_ref(), Some(&version)) {
        Bump::Major => true,
        // After what is no version the publisher asks for the entry of every N.0.0.
        Bump::Unknown => round && version.major > 0,
        _ => false,
    };
    let announces = version.pre.is_empty() && (starts_high || (raised && diff.change("version").is_some()));
    announces
        && !after.releases.breaking_changes.iter().any(|entry| {
            // The publisher looks for the very key of an N.0.0; for other numbers any entry on the way serves.
            entry.version.text == field.text || (!round && applies_between(entry, from.as_ref(), &version))
        })
}

fn is_added(diff: &ConnectorDiff) -> bool {
    diff.changes.iter().any(|change| change.kind == ChangeKind::ConnectorAdded)
}
