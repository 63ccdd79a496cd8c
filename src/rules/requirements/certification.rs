//! What a certification asks for.

use std::collections::BTreeSet;

use super::super::contract::has_undeclared_break;
use super::breaking_change::announced_versions;
use super::names::{is_named, is_release};
use super::{
    BEST_PRACTICES, Check, RequirementId, SUPPORT_LEVELS, Subject, mendable, met, missing, named_registries,
    set_enabled, to_confirm,
};
use crate::change::{Change, ChangeKind, ConnectorDiff};
use crate::changeset::{ChangedFile, Fetched, Side};
use crate::finding::{Location, Prose, RequirementState, Suggestion, Who, code, prose};
use crate::ids::RepoPath;
use crate::metadata::{BreakingChange, Field, Metadata, REGISTRIES};
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
            let streams = metadata.suggested_streams.as_ref().map(|streams| {
                let names: BTreeSet<&str> = streams.items.iter().map(|name| &*name.text).collect();
                (names.len(), streams.key)
            });
            let state = match streams {
                Some((count, key)) if (3..=10).contains(&count) => {
                    met(prose![count, " are"], Some(subject.head.location(key)))
                }
                other => missing(
                    match other {
                        Some((1, _)) => prose!["1 stream is suggested"],
                        Some((count, _)) => prose![count, " streams are suggested"],
                        None => prose!["no streams are suggested"],
                    },
                    prose![
                        "List the 3 to 10 streams that most users want under ",
                        code("suggestedStreams.streams"),
                        "."
                    ],
                ),
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
        RequirementId::NoBreakingChangeAlong => {
            let declared = subject.diff.changes.iter().find_map(|change| match &change.kind {
                ChangeKind::BreakingChangeDeclared { version } => Some(version),
                _ => None,
            });
            let state = match declared {
                Some(version) => missing(
                    prose!["the breaking change ", code(version), " comes along"],
                    prose![
                        "Release ",
                        code(version),
                        " first, and certify in a pull request of its own."
                    ],
                ),
                None if has_undeclared_break(subject.diff) => missing(
                    prose!["a breaking change comes along, and nothing declares it"],
                    prose!["Release what breaks first, declared, and certify in a pull request of its own."],
                ),
                None => met(prose!["none does"], None),
            };
            author(prose!["no breaking change comes along"], state)
        }
        RequirementId::NoBreakPending => {
            let today = subject.context.today();
            let is_new = |entry: &&BreakingChange| {
                announced_versions(subject).contains(&entry.version.text.to_string())
            };
            let ahead = |entry: &'_ BreakingChange| {
                let date = entry.upgrade_deadline.as_ref().and_then(Field::date)?;
                (date > today).then_some(date)
            };
            let entries = &metadata.releases.breaking_changes;
            let mut known = entries.iter().filter(|entry| !is_new(entry));
            let pending = known.find_map(|entry| Some((entry, ahead(entry)?)));
            let state = match pending {
                None => met(prose!["none is"], None),
                Some((entry, date)) => missing(
                    prose!["users are still moving to ", code(&entry.version.text)],
                    prose![
                        "Certify after the deadline of ",
                        code(&entry.version.text),
                        ", which is ",
                        date,
                        "."
                    ],
                ),
            };
            author(prose!["users have moved past every declared break"], state)
        }
        RequirementId::NothingElseAlong => {
            let other = subject
                .diff
                .files
                .iter()
                .map(ChangedFile::path)
                .find(|path| !goes_along(path))
                .map(code);
            let field = || {
                let mut changes = subject.diff.changes.iter();
                let other = changes
                    .find(|change| !field_goes_along(&change.kind) && !is_rewritten(subject.diff, change))?;
                Some(code(&other.path))
            };
            let state = match other.or_else(field) {
                None => met(prose!["nothing does"], None),
                Some(other) => missing(
                    prose![other, " changes too"],
                    prose![
                        "Move what else changes to a pull request before this one: certification comes last."
                    ],
                ),
            };
            author(prose!["nothing but the new level comes along"], state)
        }
        RequirementId::CertificationApproved => Some(Check {
            asks: prose![
                "the certification is approved, after a try of the setup, of OAuth on Cloud and of the monitors"
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

fn builds_on_image(metadata: &Metadata) -> bool {
    language(metadata).is_some_and(|tag| matches!(&*tag.text, "language:manifest-only" | "language:python"))
}

/// Whether a file may change together with the level: what certification itself asks for.
fn goes_along(path: &RepoPath) -> bool {
    let name = path.file_name();
    name == b"metadata.yaml" || name == b"icon.svg" || name.ends_with(b".md") || name == b"pyproject.toml"
}

/// Fields, with all below them, that certification itself asks for, or that describe and change no sync.
const FIELDS_ALONG: [&str; 14] = [
    // As `ab_internal` was written until August 2023.
    "data._ab_internal",
    "data.ab_internal",
    "data.allowedHosts",
    "data.connectorBuildOptions",
    "data.connectorTestSuitesOptions",
    "data.documentationUrl",
    "data.erdUrl",
    "data.externalDocumentationUrls",
    "data.githubIssueLabel",
    "data.icon",
    "data.maxSecondsBetweenMessages",
    "data.releaseDate",
    "data.suggestedStreams",
    "data.tags",
];

/// Whether a field may change together with the level; entries are for the requirement on breaking changes to judge.
fn field_goes_along(kind: &ChangeKind) -> bool {
    match kind {
        ChangeKind::Identity { .. } | ChangeKind::RegistryOverride { .. } => false,
        ChangeKind::Field { field } => FIELDS_ALONG.iter().any(|along| {
            field
                .strip_prefix(along)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }),
        _ => true,
    }
}

/// Whether a field is written otherwise and read as before.
fn is_rewritten(diff: &ConnectorDiff, change: &Change) -> bool {
    let path: Vec<&str> = change.path.split('.').collect();
    let value = |side| diff.metadata(side)?.document().root().at(&path);
    value(Side::Base)
        .zip(value(Side::Head))
        .is_some_and(|(base, head)| base.same_value(head))
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
