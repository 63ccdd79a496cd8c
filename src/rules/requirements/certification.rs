//! What a certification asks for.

use super::{
    BEST_PRACTICES, Check, RequirementId, SUPPORT_LEVELS, Subject, mendable, met, missing, set_enabled,
    to_confirm,
};
use crate::change::ChangeKind;
use crate::changeset::{Fetched, Side};
use crate::finding::{Location, Prose, RequirementState, Suggestion, Who, code, prose};
use crate::metadata::{Field, REGISTRIES};
use crate::needs::documentation_page;
use crate::text::Edit;
use crate::yaml::Value;

#[expect(clippy::too_many_lines, reason = "a table: one arm for each requirement")]
pub(super) fn check(id: RequirementId, subject: &Subject) -> Option<Check> {
    let metadata = subject.metadata;
    let source = metadata
        .connector_type
        .as_ref()
        .is_some_and(|field| &*field.text == "source");
    let place = |field: &Field| Some(subject.head.location(field.span));
    let author = |asks: Prose, state| {
        Some(Check {
            asks,
            of: Who::Author,
            source: BEST_PRACTICES,
            state,
        })
    };
    match id {
        RequirementId::StageGenerallyAvailable => {
            let state = match &metadata.release_stage {
                Some(stage) if &*stage.text == "generally_available" => met(prose!["it is"], place(stage)),
                Some(stage) => mendable(
                    prose!["Set ", code("releaseStage: generally_available"), "."],
                    replace(subject, stage, "generally_available"),
                ),
                None => missing(prose!["Add ", code("releaseStage: generally_available"), "."]),
            };
            author(
                prose![code("releaseStage"), " is ", code("generally_available")],
                state,
            )
        }
        RequirementId::InternalLevelsRaised => {
            let state = match (
                number(metadata.internal_quality.as_ref()),
                number(metadata.internal_support.as_ref()),
            ) {
                (Some(quality), Some(support)) if quality >= 300 && support >= 200 => met(
                    prose!["they are"],
                    metadata.internal_quality.as_ref().and_then(place),
                ),
                _ => missing(prose![
                    "Set ",
                    code("ab_internal.ql: 300"),
                    " and ",
                    code("ab_internal.sl: 200"),
                    "."
                ]),
            };
            author(
                prose![
                    "the internal levels are at least ",
                    code("ql: 300"),
                    " and ",
                    code("sl: 200")
                ],
                state,
            )
        }
        RequirementId::AllowedHostsNamed => {
            let wildcard = |field: &Field| matches!(&*field.text, "*" | "**");
            let state = match &metadata.allowed_hosts {
                Some(hosts) if hosts.items.iter().any(wildcard) => {
                    missing(prose!["Name the hosts instead of ", code("*"), "."])
                }
                Some(hosts) => met(prose!["they are"], Some(subject.head.location(hosts.key))),
                None => missing(prose![
                    "List the hosts that a sync reaches under ",
                    code("allowedHosts.hosts"),
                    "."
                ]),
            };
            author(prose!["the hosts that a sync may reach are named"], state)
        }
        RequirementId::HeartbeatSet if source => {
            let state = match &metadata.max_seconds_between_messages {
                Some(field) => met(prose!["it is"], place(field)),
                None => missing(prose![
                    "Set ",
                    code("maxSecondsBetweenMessages"),
                    " to the longest silence that a healthy sync has, in seconds."
                ]),
            };
            author(prose![code("maxSecondsBetweenMessages"), " is set"], state)
        }
        RequirementId::StreamsSuggested if source => {
            let state = match &metadata.suggested_streams {
                Some(streams) if (3..=10).contains(&streams.items.len()) => met(
                    prose![streams.items.len(), " are"],
                    Some(subject.head.location(streams.key)),
                ),
                _ => missing(prose![
                    "List the 3 to 10 streams that most users want under ",
                    code("suggestedStreams.streams"),
                    "."
                ]),
            };
            author(prose!["3 to 10 streams are suggested"], state)
        }
        RequirementId::EnabledInBothRegistries => {
            let disabled: Vec<&str> = REGISTRIES
                .into_iter()
                .filter(|name| !metadata.effective(name).enabled)
                .collect();
            let state = match disabled.is_empty() {
                true => met(prose!["both do"], None),
                false => missing(set_enabled(&disabled, true)),
            };
            author(prose!["both registries publish it"], state)
        }
        RequirementId::BaseImageReleased => {
            let image = metadata.base_image.as_ref()?;
            let development = [".dev", ".post", "-dev"]
                .iter()
                .any(|mark| image.text.contains(mark));
            let state = match development {
                false => met(prose!["it is"], place(image)),
                true => missing(prose![
                    "Pin a released base image instead of a development build."
                ]),
            };
            author(prose!["the base image is a release"], state)
        }
        RequirementId::ManifestOnly if source => {
            let tag = metadata
                .tags
                .iter()
                .flat_map(|tags| &tags.items)
                .find(|tag| tag.text.starts_with("language:"));
            let state = match tag {
                Some(tag) if &*tag.text == "language:manifest-only" => met(prose!["it is"], place(tag)),
                _ => missing(prose![
                    "New certifications of sources are for manifest-only connectors."
                ]),
            };
            author(prose!["the source is manifest-only"], state)
        }
        RequirementId::IconPresent => {
            let path = subject.head.directory.join(b"icon.svg").ok()?;
            author(
                prose![code("icon.svg"), " is in the folder"],
                file_state(subject, path, "Add a square icon of its own."),
            )
        }
        RequirementId::DocumentationPresent => {
            let path = documentation_page(metadata)?;
            author(
                prose!["the documentation page exists"],
                file_state(subject, path, "Write the page."),
            )
        }
        RequirementId::NoBreakingChangeAlong => {
            let declared = subject.diff.changes.iter().find_map(|change| match &change.kind {
                ChangeKind::BreakingChangeDeclared { version } => Some(version),
                _ => None,
            });
            let state = match declared {
                None => met(prose!["none is declared"], None),
                Some(version) => missing(prose![
                    "Release ",
                    code(version),
                    " first, and certify in a pull request of its own."
                ]),
            };
            author(prose!["no breaking change comes along"], state)
        }
        RequirementId::CertificationApproved => Some(Check {
            asks: prose!["the certification is approved, with the checks that no file shows"],
            of: Who::Reviewer,
            source: SUPPORT_LEVELS,
            state: super::facts::approval(subject, "support-level"),
        }),
        _ => None,
    }
}

fn number(field: Option<&Field>) -> Option<i64> {
    match field?.value {
        Value::Int(number) => Some(number),
        _ => None,
    }
}

fn replace(subject: &Subject, field: &Field, with: &str) -> Option<Suggestion> {
    let edit = Edit {
        span: field.span,
        replacement: with.to_owned(),
    };
    Suggestion::new(
        prose!["write ", code(with)],
        subject.head.file(),
        subject.metadata.document().text(),
        &[edit],
    )
}

/// Whether a file that does not belong to the metadata is there; unread means that a person has to look.
pub(super) fn file_state(
    subject: &Subject,
    path: crate::ids::RepoPath,
    remedy: &'static str,
) -> RequirementState {
    match subject.context.set.fetched(Side::Head, &path) {
        Some(Fetched::File(_)) => met(prose![code(&path)], Some(Location::file(path, Side::Head))),
        Some(Fetched::Absent) => missing(prose![code(path), " does not exist. ", remedy]),
        Some(Fetched::NotRegular(_) | Fetched::TooLarge { .. }) | None => to_confirm(Vec::new()),
    }
}
