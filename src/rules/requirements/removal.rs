//! What archiving, un-archiving, demoting and removing ask for.

use super::{
    Check, RequirementId, SUPPORT_LEVELS, Subject, met, missing, named_registries, set_enabled, to_confirm,
};
use crate::change::{Bump, ChangeKind, same_precedence};
use crate::changeset::Side;
use crate::finding::{Prose, Who, code, prose};
use crate::metadata::{Field, Metadata, REGISTRIES};
use crate::yaml::Value;

/// The internal support level of community connectors (tools take an absent one as this).
const COMMUNITY_SUPPORT: i64 = 100;

#[expect(clippy::too_many_lines, reason = "a table: one arm for each requirement")]
pub(super) fn check(id: RequirementId, subject: &Subject) -> Option<Check> {
    let people = subject.context.settings.people("support-level");
    let asked = |asks: Prose, of: Who, state| {
        Some(Check {
            asks,
            of,
            source: SUPPORT_LEVELS,
            state,
        })
    };
    match id {
        RequirementId::DisabledInBothRegistries => {
            // Absent counts as published: only a written `false` disables.
            let enabled: Vec<&str> = REGISTRIES
                .into_iter()
                .filter(|name| subject.metadata.effective(name).enabled)
                .collect();
            let state = match enabled.is_empty() {
                true => met(prose!["neither does"], None),
                false => missing(
                    named_registries(&enabled).join(match enabled.len() {
                        1 => prose![" still publishes it"],
                        _ => prose![" still publish it"],
                    }),
                    set_enabled(&enabled, false),
                ),
            };
            asked(prose!["neither registry publishes it"], Who::Author, state)
        }
        RequirementId::VersionRaised => {
            let bump = subject.diff.changes.iter().find_map(|change| match change.kind {
                ChangeKind::Version { bump, .. } => Some(bump),
                _ => None,
            });
            let version = subject.metadata.version.as_ref();
            let before = subject.diff.metadata(Side::Base).and_then(Metadata::semver);
            let kept = same_precedence(before.as_ref(), subject.metadata.semver().as_ref());
            let state = match bump {
                Some(Bump::Patch | Bump::Minor | Bump::Major) if !kept => met(
                    prose!["it does"],
                    version.map(|field| subject.head.location(field.span)),
                ),
                _ => missing(
                    prose!["the version does not rise"],
                    prose![
                        "Raise ",
                        code("dockerImageTag"),
                        ": without a new version nothing is published."
                    ],
                ),
            };
            asked(
                prose!["the version rises, so that the change reaches the registry"],
                Who::Author,
                state,
            )
        }
        RequirementId::DiscussionOpened => asked(
            prose!["a GitHub Discussion on taking the connector up again is open"],
            Who::Author,
            to_confirm(people),
        ),
        RequirementId::LatestCdk => {
            let mut asks = prose!["the connector uses the latest CDK"];
            if let Some(image) = &subject.metadata.base_image {
                asks = asks.join(prose![" (it builds on ", code(&image.text), ")"]);
            }
            asked(asks, Who::Author, to_confirm(people))
        }
        RequirementId::AcceptanceTestsPass => {
            let declared = subject
                .metadata
                .test_suites
                .iter()
                .any(|suite| &*suite.text == "acceptanceTests");
            let state = match declared {
                true => to_confirm(people),
                false => missing(
                    prose!["the connector has no acceptance tests"],
                    prose![
                        "List the suite ",
                        code("acceptanceTests"),
                        " under ",
                        code("connectorTestSuitesOptions"),
                        ", and show that it passes."
                    ],
                ),
            };
            asked(
                prose!["the connector passes the acceptance tests"],
                if declared { Who::Reviewer } else { Who::Author },
                state,
            )
        }
        RequirementId::UsersTold => asked(
            prose![
                "users were told what they lose and when, in the community's Slack and on the connector's page"
            ],
            Who::ReleaseManager,
            to_confirm(people),
        ),
        RequirementId::InternalSupportLowered => {
            let support = subject.metadata.internal_support.as_ref();
            let is_low =
                |field: &&Field| matches!(field.value, Value::Int(level) if level <= COMMUNITY_SUPPORT);
            let state = match support.filter(|field| !is_low(field)) {
                None => met(
                    prose!["it is"],
                    support.map(|field| subject.head.location(field.span)),
                ),
                Some(level) => missing(
                    prose!["the internal support level is still ", code(&level.text)],
                    prose!["Set ", code("ab_internal.sl: 100"), "."],
                ),
            };
            asked(
                prose!["the internal support level is that of community connectors"],
                Who::Author,
                state,
            )
        }
        RequirementId::SupportLevelCertified => {
            let level = subject.metadata.support_level.as_ref();
            let state = match level.filter(|level| &*level.text == "certified") {
                Some(level) => met(prose!["it is"], Some(subject.head.location(level.span))),
                None => missing(
                    match level {
                        Some(level) => prose![code("supportLevel"), " is ", code(&level.text)],
                        None => prose![code("supportLevel"), " is not written, which counts as community"],
                    },
                    prose![
                        "Keep the stage until the connector is certified: general availability and certification go together."
                    ],
                ),
            };
            asked(
                prose![code("supportLevel"), " is ", code("certified")],
                Who::Author,
                state,
            )
        }
        _ => None,
    }
}
