//! The publisher's checks beyond the schema, as far as one file decides them.
//!
//! Each names its source: the validators of Airbyte's metadata service, as they stood in 2026.

use semver::Version;

use super::Invalid;
use crate::finding::{Prose, code, prose};
use crate::metadata::{Field, Metadata};
use crate::text::Span;
use crate::yaml::Node;

/// The connector whose major versions follow the CDK's and need no entry: source-declarative-manifest.
const FOLLOWS_THE_CDK: &str = "64a2f99c-542f-4af8-9a6f-355f1217b436";
/// The languages whose connectors can be published to `PyPI`.
const PYPI_LANGUAGES: [&str; 2] = ["language:python", "language:low-code"];

/// What the checks find.
pub(super) fn failed(metadata: &Metadata) -> Vec<Invalid> {
    let mut found = unversioned(metadata);
    if let Some(field) = &metadata.version
        && let Some(version) = field.version()
    {
        major_version(metadata, field, &version, &mut found);
        found.extend(candidate_faults(metadata).into_iter().map(|fault| Invalid {
            span: field.span,
            message: fault.message(&field.text),
        }));
    }
    found
}

/// What the checks find that do not depend on which version it is: rules on versions tell the others in a review.
pub(crate) fn unversioned(metadata: &Metadata) -> Vec<Invalid> {
    let mut found = Vec::new();
    tags(metadata, &mut found);
    base_image(metadata, &mut found);
    pypi(metadata, &mut found);
    if let Some(field) = &metadata.version {
        let message = match field.version() {
            None => Some(prose![
                code("data.dockerImageTag"),
                " is no semantic version: write three numbers, such as ",
                code("1.4.3"),
                "."
            ]),
            // Build metadata is part of a version, and no image can be tagged with it.
            Some(version) if !version.build.is_empty() => Some(prose![
                code("data.dockerImageTag"),
                " holds ",
                code("+"),
                ", which the tag of an image cannot."
            ]),
            Some(_) => None,
        };
        found.extend(message.map(|message| Invalid {
            span: field.span,
            message,
        }));
    }
    found
}

/// `all_tags_are_keyvalue_pairs` and `at_least_one_language_tag`.
fn tags(metadata: &Metadata, found: &mut Vec<Invalid>) {
    let tags = metadata.tags.as_ref();
    let items = tags.map_or(&[][..], |tags| &tags.items);
    for tag in items.iter().filter(|tag| !tag.text.contains(':')) {
        found.push(Invalid {
            span: tag.span,
            message: prose![
                "The tag ",
                code(&tag.text),
                " is not of the form ",
                code("key:value"),
                "."
            ],
        });
    }
    if !items.iter().any(|tag| tag.text.starts_with("language:")) {
        found.push(Invalid {
            span: tags.map_or(metadata.data_key, |tags| tags.key),
            message: prose![
                code("data.tags"),
                " names no language, such as ",
                code("language:python"),
                "."
            ],
        });
    }
}

/// `major_version_bump_has_breaking_change_entry`: asked of every such version, new or not.
fn major_version(metadata: &Metadata, field: &Field, version: &Version, found: &mut Vec<Invalid>) {
    let is_major = version.minor == 0 && version.patch == 0 && version.pre.is_empty();
    let is_exempt = metadata
        .definition_id
        .as_ref()
        .is_some_and(|id| &*id.text == FOLLOWS_THE_CDK);
    let is_declared = metadata
        .releases
        .breaking_changes
        .iter()
        .any(|entry| entry.version.text == field.text);
    if is_major && !is_exempt && !is_declared {
        found.push(Invalid {
            span: field.span,
            message: prose![
                "The major version ",
                code(&field.text),
                " has no entry under ",
                code("releases.breakingChanges"),
                "."
            ],
        });
    }
}

/// `metadata_base_images_in_dockerhub`, its form alone: name, tag with `@sha256`, digest.
fn base_image(metadata: &Metadata, found: &mut Vec<Invalid>) {
    let Some(image) = &metadata.base_image else {
        return;
    };
    if image.text.split(':').count() != 3 {
        found.push(Invalid {
            span: image.span,
            message: prose![
                code("data.connectorBuildOptions.baseImage"),
                " is not of the form ",
                code("name:tag@sha256:digest"),
                "."
            ],
        });
    }
}

/// `pypi_only_for_python`.
fn pypi(metadata: &Metadata, found: &mut Vec<Invalid>) {
    let data = metadata.data();
    let enabled = data.and_then(|data| data.at(&["remoteRegistries", "pypi", "enabled"]));
    if enabled.and_then(Node::as_bool) != Some(true) {
        return;
    }
    let tags = metadata.tags.iter().flat_map(|tags| &tags.items);
    if !tags.into_iter().any(|tag| PYPI_LANGUAGES.contains(&&*tag.text)) {
        found.push(Invalid {
            span: enabled.map_or(Span::at(0), |node| node.span),
            message: prose![
                "Only connectors with the tag ",
                code(PYPI_LANGUAGES[0]),
                " or ",
                code(PYPI_LANGUAGES[1]),
                " are published to PyPI."
            ],
        });
    }
}

/// What keeps a release candidate from being published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CandidateFault {
    /// It is one of a major version.
    OfMajor,
    /// It is not rolled out step by step.
    WithoutRollout,
}

/// `version_and_progressive_rollout_configuration`: what is wrong with head's version, where it is a release candidate.
pub(crate) fn candidate_faults(metadata: &Metadata) -> Vec<CandidateFault> {
    let mut faults = Vec::new();
    let Some(version) = metadata.semver().filter(is_candidate) else {
        return faults;
    };
    if version.major > 0 && version.minor == 0 && version.patch == 0 {
        faults.push(CandidateFault::OfMajor);
    }
    let rollout = metadata.releases.progressive_rollout.as_ref();
    if rollout.and_then(Field::bool) != Some(true) {
        faults.push(CandidateFault::WithoutRollout);
    }
    faults
}

/// Whether a version is a release candidate, by the word that the publisher looks for.
pub(crate) fn is_candidate(version: &Version) -> bool {
    version.pre.starts_with("rc")
}

impl CandidateFault {
    /// What is wrong with a version, in one sentence.
    pub(crate) fn message(self, version: &str) -> Prose {
        match self {
            Self::OfMajor => prose![
                "A major version has no release candidates: ",
                code(version),
                " cannot be published."
            ],
            Self::WithoutRollout => prose![
                "The release candidate ",
                code(version),
                " needs ",
                code("releases.rolloutConfiguration.enableProgressiveRollout: true"),
                "."
            ],
        }
    }
}
