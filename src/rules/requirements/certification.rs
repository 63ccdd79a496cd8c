//! What a certification asks for.

use std::collections::BTreeSet;

use semver::Version;

use super::super::contract::has_undeclared_break;
use super::breaking_change::announced_versions;
use super::{
    BEST_PRACTICES, Check, RequirementId, SUPPORT_LEVELS, Subject, mendable, met, missing, set_enabled,
    to_confirm,
};
use crate::change::ChangeKind;
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
                (_, Some(open)) => missing(prose!["Name the hosts instead of ", code(&open.text), "."]),
                (Some(hosts), None) => met(prose!["they are"], Some(subject.head.location(hosts.key))),
                (None, None) => missing(prose![
                    "List the hosts that a sync reaches under ",
                    code("allowedHosts.hosts"),
                    "."
                ]),
            };
            author(prose!["the hosts that a sync may reach are named"], state)
        }
        RequirementId::HeartbeatSet if source => {
            let state = match &metadata.max_seconds_between_messages {
                Some(field) if field.positive().is_some() => met(prose!["it is"], place(field)),
                _ => missing(prose![
                    "Set ",
                    code("maxSecondsBetweenMessages"),
                    " to the longest silence that a healthy sync has, in seconds."
                ]),
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
            let state = match &metadata.base_image {
                Some(image) if is_release(&image.text) => met(prose!["it is"], place(image)),
                Some(_) => missing(prose![
                    "Pin a released base image, with a tag such as ",
                    code("6.44.0"),
                    ": other tags are development builds, or move."
                ]),
                // Only these are built on such an image.
                None if source && builds_on_image(metadata) => missing(prose![
                    "Name the released base image that the connector is built on under ",
                    code("connectorBuildOptions.baseImage"),
                    "."
                ]),
                None => return None,
            };
            author(prose!["the base image is a release"], state)
        }
        RequirementId::ManifestOnly if source => {
            let tag = language(metadata);
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
        RequirementId::FolderOwned => {
            author(prose!["somebody owns the folder"], super::owners::state(subject))
        }
        RequirementId::NoBreakingChangeAlong => {
            let declared = subject.diff.changes.iter().find_map(|change| match &change.kind {
                ChangeKind::BreakingChangeDeclared { version } => Some(version),
                _ => None,
            });
            let state = match declared {
                Some(version) => missing(prose![
                    "Release ",
                    code(version),
                    " first, and certify in a pull request of its own."
                ]),
                None if has_undeclared_break(subject.diff) => missing(prose![
                    "Release what breaks first, declared, and certify in a pull request of its own."
                ]),
                None => met(prose!["none does"], None),
            };
            author(prose!["no breaking change comes along"], state)
        }
        RequirementId::NoBreakPending => {
            let today = subject.context.today();
            let is_new = |entry: &&BreakingChange| {
                announced_versions(subject).contains(&entry.version.text.to_string())
            };
            let is_ahead = |entry: &&BreakingChange| {
                entry
                    .upgrade_deadline
                    .as_ref()
                    .and_then(Field::date)
                    .is_some_and(|date| date > today)
            };
            let entries = &metadata.releases.breaking_changes;
            let pending = entries.iter().find(|entry| is_ahead(entry) && !is_new(entry));
            let state = match pending {
                None => met(prose!["none is"], None),
                Some(entry) => missing(prose![
                    "Certify after the deadline of ",
                    code(&entry.version.text),
                    ": until then users are still moving."
                ]),
            };
            author(prose!["no declared break is still to come"], state)
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
                let other =
                    changes.find(|change| change.from != change.to && !field_goes_along(&change.kind))?;
                Some(code(&other.path))
            };
            let state = match other.or_else(field) {
                None => met(prose!["nothing does"], None),
                Some(other) => missing(prose![
                    "Move ",
                    other,
                    " and what goes with it to a pull request of its own: certification is the last one."
                ]),
            };
            author(prose!["nothing but the new level comes along"], state)
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

/// The tag that says what a connector is written in.
pub(super) fn language(metadata: &Metadata) -> Option<&Field> {
    let mut tags = metadata.tags.iter().flat_map(|tags| &tags.items);
    tags.find(|tag| tag.text.starts_with("language:"))
}

fn builds_on_image(metadata: &Metadata) -> bool {
    language(metadata).is_some_and(|tag| matches!(&*tag.text, "language:manifest-only" | "language:python"))
}

/// Whether an image's tag is three numbers: what else there is, is a build on the way to one, or moves.
fn is_release(image: &str) -> bool {
    let name = image.split('@').next().unwrap_or_default();
    let tag = name.rsplit('/').next().and_then(|name| name.split_once(':'));
    let version = tag.and_then(|(_, tag)| Version::parse(tag).ok());
    version.is_some_and(|version| version.pre.is_empty() && version.build.is_empty())
}

/// Whether a host is one, or those below a domain of somebody's; `*.com` is neither.
fn is_named(host: &str) -> bool {
    let named = host
        .split('.')
        .filter(|label| !label.contains('*') && !label.is_empty());
    // What the user fills in stands for a whole host or domain.
    !host.contains('*') || host.contains("${") || named.count() >= 2
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
        Some(Fetched::Absent) => missing(prose![code(path), " does not exist. ", remedy]),
        Some(Fetched::NotRegular(_) | Fetched::TooLarge { .. }) | None => to_confirm(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_named, is_release};

    #[test]
    fn a_released_image_has_three_numbers_as_its_tag() {
        for image in [
            "docker.io/airbyte/base:6.44.0@sha256:5a1b",
            "base:1.2.3",
            "localhost:5000/base:1.2.3",
        ] {
            assert!(is_release(image), "{image}");
        }
        for image in [
            "base:6.0.0rc1",
            "base:6.0.0-rc.1",
            "base:6.0.0.dev1",
            "base@sha256:5a1b",
            "localhost:5000/base",
            "",
        ] {
            assert!(!is_release(image), "{image}");
        }
    }

    #[test]
    fn a_host_is_named_where_a_domain_is() {
        for host in [
            "api.shop.example",
            "localhost",
            "*.shop.example",
            "${host}",
            "*.${domain}",
        ] {
            assert!(is_named(host), "{host}");
        }
        for host in ["*", "*.*", "*.com.", "api.*"] {
            assert!(!is_named(host), "{host}");
        }
    }
}
