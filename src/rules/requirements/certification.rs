//! What a certification asks for.

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
use crate::metadata::{BreakingChange, Field, REGISTRIES};
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
                prose!["a square ", code("icon.svg"), " is in the folder"],
                icon(subject, path),
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
                .find(|path| !goes_along(path));
            let state = match other {
                None => met(prose!["nothing does"], None),
                Some(path) => missing(prose![
                    "Move ",
                    code(path),
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

/// Whether a file may change together with the level: what certification itself asks for.
fn goes_along(path: &RepoPath) -> bool {
    let name = path.file_name();
    name == b"metadata.yaml" || name == b"icon.svg" || name.ends_with(b".md") || name == b"pyproject.toml"
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

/// Whether the icon is there and square, as far as its first element says; what it does not say is for a person to see.
fn icon(subject: &Subject, path: RepoPath) -> RequirementState {
    let shape = match subject.context.set.fetched(Side::Head, &path) {
        Some(Fetched::File(bytes)) => shape(&String::from_utf8_lossy(bytes)),
        _ => Shape::Unknown,
    };
    match (file_state(subject, path, "Add a square icon of its own."), shape) {
        (RequirementState::Met { .. }, Shape::Oblong) => {
            missing(prose!["Make ", code("icon.svg"), " as wide as it is high."])
        }
        (RequirementState::Met { .. }, Shape::Unknown) => to_confirm(Vec::new()),
        (state, _) => state,
    }
}

/// How an image's width and height compare.
#[derive(Debug, PartialEq, Eq)]
enum Shape {
    Square,
    Oblong,
    Unknown,
}

/// The shape of an image by its `viewBox`, or else by its width and height.
fn shape(svg: &str) -> Shape {
    let Some(start) = svg.find("<svg") else {
        return Shape::Unknown;
    };
    let element = svg[start..].split('>').next().unwrap_or_default();
    let attribute = |name: &str| {
        let rest = element.split_once(&format!(" {name}="))?.1;
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        rest[1..].split(quote).next()
    };
    let number = |text: &str| text.trim().trim_end_matches("px").parse::<f64>().ok();
    let box_size = attribute("viewBox").and_then(|box_| {
        let parts: Vec<&str> = box_.split([' ', ',']).filter(|part| !part.is_empty()).collect();
        Some((number(parts.get(2)?)?, number(parts.get(3)?)?))
    });
    let sides = || Some((number(attribute("width")?)?, number(attribute("height")?)?));
    match box_size.or_else(sides) {
        Some((width, height)) if (width - height).abs() < 0.5 => Shape::Square,
        Some(_) => Shape::Oblong,
        None => Shape::Unknown,
    }
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
    use super::{Shape, shape};

    #[test]
    fn an_image_is_square_where_its_view_box_or_its_sides_are() {
        for (svg, expected) in [
            (
                "<svg viewBox=\"0 0 24 24\" width=\"1\" height=\"2\">",
                Shape::Square,
            ),
            (
                "<?xml version=\"1.0\"?><svg\n width='64px' height='64px'/>",
                Shape::Square,
            ),
            ("<svg width='64px' height='64px'/>", Shape::Square),
            ("<svg viewBox='0,0,250,100'>", Shape::Oblong),
            ("<svg width=\"100%\" height=\"100%\">", Shape::Unknown),
            ("<svg viewBox=\"0 0 24\">", Shape::Unknown),
            ("<svg width=\"", Shape::Unknown),
            ("no image", Shape::Unknown),
        ] {
            assert_eq!(shape(svg), expected, "{svg}");
        }
    }
}
