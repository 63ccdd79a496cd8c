//! What a certification asks for.

use super::names::{is_named, is_release};
use super::{
    BEST_PRACTICES, Check, RequirementId, SUPPORT_LEVELS, Subject, mendable, met, missing, named_registries,
    set_enabled, to_confirm,
};
use crate::changeset::{Fetched, Side};
use crate::finding::{Location, Prose, RequirementState, Suggestion, Who, code, prose};
use crate::ids::RepoPath;
use crate::metadata::{Field, Metadata, REGISTRIES};
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
                    prose![code("releaseStage"), " is ", code(&stage.text)],
                    prose!["Set ", code("releaseStage: generally_available"), "."],
                    replace(subject, stage, "generally_available"),
                ),
                None => missing(
                    prose![code("releaseStage"), " is not written"],
                    prose!["Add ", code("releaseStage: generally_available"), "."],
                ),
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
                _ => missing(
                    prose![
                        "the internal levels (how well the publisher tests and supports it) are below those of a certified connector"
                    ],
                    prose![
                        "Set ",
                        code("ab_internal.ql: 300"),
                        " and ",
                        code("ab_internal.sl: 200"),
                        "."
                    ],
                ),
            };
            author(
                prose![
                    "the internal levels (how well the publisher tests and supports it) are at least ",
                    code("ql: 300"),
                    " and ",
                    code("sl: 200")
                ],
                state,
            )
        }
        RequirementId::AllowedHostsNamed => {
            let hosts = metadata.allowed_hosts.as_ref();
            let hosts = hosts.filter(|hosts| hosts.items.iter().any(|host| !host.text.trim().is_empty()));
            let open = hosts.and_then(|hosts| hosts.items.iter().find(|host| !is_named(&host.text)));
            let state = match (hosts, open) {
                (_, Some(open)) => missing(
                    prose![code(&open.text), " leaves open which hosts a sync may reach"],
                    prose!["Name the hosts instead of ", code(&open.text), "."],
                ),
                (Some(hosts), None) => met(prose!["they are"], Some(subject.head.location(hosts.key))),
                (None, None) => missing(
                    prose!["nothing says which hosts a sync may reach"],
                    prose![
                        "List the hosts that a sync reaches under ",
                        code("allowedHosts.hosts"),
                        "."
                    ],
                ),
            };
            author(prose!["the hosts that a sync may reach are named"], state)
        }
        RequirementId::HeartbeatSet if source => {
            let state = match &metadata.max_seconds_between_messages {
                Some(field) if field.positive().is_some() => met(prose!["it is"], place(field)),
                _ => missing(
                    prose!["nothing says how long a healthy sync may be silent"],
                    prose![
                        "Set ",
                        code("maxSecondsBetweenMessages"),
                        " to the longest silence that a healthy sync has, in seconds."
                    ],
                ),
            };
            author(prose![code("maxSecondsBetweenMessages"), " is set"], state)
        }
        RequirementId::StreamsSuggested if source => {
            let asks = prose!["3 to 10 streams are suggested, or all where there are fewer"];
            author(asks, super::suggested::state(subject))
        }
        RequirementId::EnabledInBothRegistries => {
            let disabled: Vec<&str> = REGISTRIES
                .into_iter()
                .filter(|name| !metadata.effective(name).enabled)
                .collect();
            let state = match disabled.is_empty() {
                true => met(prose!["both do"], None),
                false => missing(
                    named_registries(&disabled).join(match disabled.len() {
                        1 => prose![" does not publish it"],
                        _ => prose![" do not publish it"],
                    }),
                    set_enabled(&disabled, true),
                ),
            };
            author(prose!["both registries publish it"], state)
        }
        RequirementId::BaseImageReleased => {
            let state = match &metadata.base_image {
                Some(image) if is_release(&image.text) => met(prose!["it is"], place(image)),
                Some(image) => missing(
                    prose!["the base image ", code(&image.text), " is no release"],
                    prose![
                        "Pin a released base image, with a tag such as ",
                        code("6.44.0"),
                        ": other tags are development builds, or move."
                    ],
                ),
                // Only these are built on such an image.
                None if source && builds_on_image(metadata) => missing(
                    prose!["no base image is named"],
                    prose![
                        "Name the released base image that the connector is built on under ",
                        code("connectorBuildOptions.baseImage"),
                        "."
                    ],
                ),
                None => return None,
            };
            author(prose!["the base image is a release"], state)
        }
        RequirementId::ManifestOnly if source => {
            let tag = language(metadata);
            let state = match tag {
                Some(tag) if &*tag.text == "language:manifest-only" => met(prose!["it is"], place(tag)),
                _ => missing(
                    prose!["the source is not manifest-only"],
                    prose![
                        "Move it to a manifest first: new certifications of sources are for manifest-only connectors."
                    ],
                ),
            };
            author(prose!["the source is manifest-only"], state)
        }
        RequirementId::IconPresent => {
            let path = subject.head.directory.join(b"icon.svg").ok()?;
            author(
                prose!["a square ", code("icon.svg"), " is in the folder"],
                super::icon::state(subject, path),
            )
        }
        RequirementId::DocumentationPresent => {
            let path = documentation_page(metadata)?;
            author(
                prose!["the documentation page exists"],
                file_state(subject, path, "Write the page."),
            )
        }
        RequirementId::FolderOwned => author(
            prose!["the folder has an owner (", code("CODEOWNERS"), ")"],
            super::owners::state(subject),
        ),
        RequirementId::NoBreakingChangeAlong => author(
            prose!["no breaking change comes along"],
            super::along::breaking(subject),
        ),
        RequirementId::NoBreakPending => author(
            prose!["users have moved past every declared break"],
            super::along::pending(subject),
        ),
        RequirementId::NothingElseAlong => author(
            prose!["nothing but the new level comes along"],
            super::along::other(subject),
        ),
        RequirementId::ChecklistConfirmed if source => Some(Check {
            asks: prose![
                "the rest of the checklist holds: dates are typed; the records of child streams carry their parent's id, also \
                 in their key; no suggested stream is much larger than the others; what the tests skip has mock tests; tests \
                 cover 90 % of ",
                code("components.py"),
                "; OAuth is offered where the service has it"
            ],
            of: Who::Reviewer,
            source: BEST_PRACTICES,
            state: to_confirm(subject.context.settings.people("support-level")),
        }),
        RequirementId::CertificationApproved => Some(Check {
            asks: prose![
                "the certification is approved, after somebody tried out the setup and checked OAuth on Cloud and the monitors"
            ],
            of: Who::Reviewer,
            source: SUPPORT_LEVELS,
            state: super::facts::approval(subject, "support-level"),
        }),
        _ => None,
    }
}

/// The tag that says what a connector is written in.
pub(super) fn language(metadata: &Metadata) -> Option<&Field> {
    let mut tags = metadata.tags.iter().flat_map(|tags| &tags.items);
    tags.find(|tag| tag.text.starts_with("language:"))
}

/// Whether a connector is nothing but its manifest.
pub(super) fn is_manifest_only(metadata: &Metadata) -> bool {
    language(metadata).is_some_and(|tag| &*tag.text == "language:manifest-only")
}

fn builds_on_image(metadata: &Metadata) -> bool {
    language(metadata).is_some_and(|tag| matches!(&*tag.text, "language:manifest-only" | "language:python"))
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
pub(super) fn file_state(subject: &Subject, path: RepoPath, remedy: &'static str) -> RequirementState {
    match subject.context.set.fetched(Side::Head, &path) {
        Some(Fetched::File(_)) => met(prose![code(&path)], Some(Location::file(path, Side::Head))),
        Some(Fetched::Absent) => missing(prose![code(path), " does not exist"], prose![remedy]),
        Some(Fetched::NotRegular(_) | Fetched::TooLarge { .. }) | None => to_confirm(Vec::new()),
    }
}
