//! What archiving, un-archiving, demoting and removing ask for.

use super::{Check, RequirementId, SUPPORT_LEVELS, Subject, met, missing, set_enabled, to_confirm};
use crate::change::{Bump, ChangeKind};
use crate::finding::{Prose, Who, code, prose};
use crate::metadata::REGISTRIES;

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
                false => missing(set_enabled(&enabled, false)),
            };
            asked(prose!["neither registry publishes it"], Who::Author, state)
        }
        RequirementId::VersionRaised => {
            let bump = subject.diff.changes.iter().find_map(|change| match change.kind {
                ChangeKind::Version { bump, .. } => Some(bump),
                _ => None,
            });
            let version = subject.metadata.version.as_ref();
            let state = match bump {
                Some(Bump::Patch | Bump::Minor | Bump::Major) => met(
                    prose!["it does"],
                    version.map(|field| subject.head.location(field.span)),
                ),
                _ => missing(prose![
                    "Raise ",
                    code("dockerImageTag"),
                    ": without a new version nothing is published."
                ]),
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
        RequirementId::LatestCdk => asked(
            prose!["the connector uses the latest CDK"],
            Who::Author,
            to_confirm(people),
        ),
        RequirementId::AcceptanceTestsPass => asked(
            prose!["the connector passes the acceptance tests"],
            Who::Reviewer,
            to_confirm(people),
        ),
        RequirementId::UsersTold => asked(
            prose!["users were told what they lose, and when"],
            Who::ReleaseManager,
            to_confirm(people),
        ),
        _ => None,
    }
}
