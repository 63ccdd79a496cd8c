//! What a `metadata.yaml` says: version, level, stage, registries, releases, identity.
//!
//! Every field keeps its place and its text. What is missing is `None`, what is unknown is left to the tree, and what
//! has another shape than its field is a [`Misshapen`], never an error. Knows one file; knows no diff and no policy.

mod field;
mod package;
mod registries;
mod releases;
mod schema;

use std::sync::{Arc, OnceLock};

use crate::text::Span;
use crate::yaml::{Document, Entry, Kind, Node};

pub use field::{Field, Misshapen, Mistyped, TextList};
use field::{Shapes, text_list};
pub use package::{PackageVersion, package_version};
pub(crate) use registries::overrides;
pub use registries::{Effective, Registry};
pub use releases::{BreakingChange, Releases, ScopedImpact};
pub use schema::{Complaint, DeadEnd, METADATA_SCHEMA, Misfit, dead_end};

/// The registries that a connector can be published to.
pub const REGISTRIES: [&str; 2] = ["cloud", "oss"];

/// A readable metadata file.
#[derive(Debug, Clone)]
pub struct Metadata {
    document: Document,
    /// What the registry does not accept; looked for once, since it is asked for on both sides of every change.
    misfits: OnceLock<Arc<[Misfit]>>,
    /// The bytes of the key `data`.
    pub data_key: Span,
    /// `data.dockerImageTag`: the version.
    pub version: Option<Field>,
    /// `data.supportLevel`.
    pub support_level: Option<Field>,
    /// `data.releaseStage`.
    pub release_stage: Option<Field>,
    /// `data.definitionId`.
    pub definition_id: Option<Field>,
    /// `data.dockerRepository`.
    pub docker_repository: Option<Field>,
    /// `data.connectorType`.
    pub connector_type: Option<Field>,
    /// `data.name`.
    pub name: Option<Field>,
    /// `data.documentationUrl`.
    pub documentation_url: Option<Field>,
    /// `data.ab_internal.sl`: the internal support level.
    pub internal_support: Option<Field>,
    /// `data.ab_internal.ql`: the internal quality level.
    pub internal_quality: Option<Field>,
    /// `data.maxSecondsBetweenMessages`.
    pub max_seconds_between_messages: Option<Field>,
    /// `data.allowedHosts.hosts`.
    pub allowed_hosts: Option<TextList>,
    /// `data.suggestedStreams.streams`.
    pub suggested_streams: Option<TextList>,
    /// `data.connectorBuildOptions.baseImage`.
    pub base_image: Option<Field>,
    /// `data.tags`.
    pub tags: Option<TextList>,
    /// `data.connectorTestSuitesOptions[].suite`.
    pub test_suites: Vec<Field>,
    /// `data.registryOverrides` (before August 2024: `data.registries`), in the order of [`REGISTRIES`].
    pub registries: Vec<Registry>,
    /// `data.releases`.
    pub releases: Releases,
    /// What has another shape than its field.
    pub misshapen: Vec<Misshapen>,
    /// What the publisher does not read as the text that it should be.
    pub mistyped: Vec<Mistyped>,
}

impl Metadata {
    /// Reads the meaning of a document; what cannot be decided stands in [`Metadata::misshapen`].
    pub fn read(document: Document) -> Self {
        let mut shapes = Shapes::default();
        let root = document.root().clone();
        let entry = root.entry("data");
        let data = match entry.map(|entry| &entry.value) {
            Some(node) if node.entries().is_some() => node.clone(),
            Some(node) => {
                shapes.misshapen("data", "a map", node);
                empty_map(node.span)
            }
            None => {
                shapes.misshapen("metadata.yaml", "a map with the key data", &root);
                empty_map(Span::at(0))
            }
        };
        let data_key = entry.map_or(Span::at(0), |entry| entry.key.span);
        Self {
            data_key,
            version: shapes.text("data.dockerImageTag", &data, "dockerImageTag"),
            support_level: shapes.text("data.supportLevel", &data, "supportLevel"),
            release_stage: shapes.text("data.releaseStage", &data, "releaseStage"),
            definition_id: shapes.text("data.definitionId", &data, "definitionId"),
            docker_repository: shapes.text("data.dockerRepository", &data, "dockerRepository"),
            connector_type: shapes.text("data.connectorType", &data, "connectorType"),
            name: data.entry("name").and_then(Field::of),
            documentation_url: data.entry("documentationUrl").and_then(Field::of),
            internal_support: inner(&data, "ab_internal", "sl").and_then(Field::of),
            internal_quality: inner(&data, "ab_internal", "ql").and_then(Field::of),
            max_seconds_between_messages: data.entry("maxSecondsBetweenMessages").and_then(Field::of),
            allowed_hosts: inner(&data, "allowedHosts", "hosts").and_then(text_list),
            suggested_streams: inner(&data, "suggestedStreams", "streams").and_then(text_list),
            base_image: inner(&data, "connectorBuildOptions", "baseImage").and_then(Field::of),
            tags: data.entry("tags").and_then(text_list),
            test_suites: test_suites(&data),
            registries: registries::read(&data, &mut shapes),
            releases: releases::read(&data, &mut shapes),
            misshapen: shapes.misshapen,
            mistyped: shapes.mistyped,
            document,
            misfits: OnceLock::new(),
        }
    }

    /// What the registry does not accept in it, in the order of the file; a thousand misfits at most.
    pub fn misfits(&self) -> &[Misfit] {
        self.misfits
            .get_or_init(|| schema::misfits(&self.document).into())
    }

    /// The tree and the text.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The map under `data`, where there is one.
    pub fn data(&self) -> Option<&Node> {
        self.document.root().get("data")
    }

    /// Whether the connector is archived: nobody receives a new version of it.
    pub fn is_archived(&self) -> bool {
        self.support_level
            .as_ref()
            .is_some_and(|level| &*level.text == "archived")
    }

    /// Whether a value of the file, or one that it lies in, has another shape than its field.
    pub fn is_misshapen(&self, path: &str) -> bool {
        let around = |outer: &str| {
            path.strip_prefix(outer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.misshapen
            .iter()
            .any(|misshapen| misshapen.path == "metadata.yaml" || around(misshapen.path))
    }

    /// The semantic version, where `dockerImageTag` is one.
    pub fn semver(&self) -> Option<semver::Version> {
        self.version.as_ref()?.version()
    }

    /// The registry of a name, where the file speaks of it.
    pub fn registry(&self, name: &str) -> Option<&Registry> {
        self.registries.iter().find(|registry| registry.name == name)
    }

    /// What counts for a registry: its override, or else the connector's own value.
    pub fn effective(&self, name: &str) -> Effective<'_> {
        registries::effective(self, name)
    }
}

fn empty_map(span: Span) -> Node {
    Node {
        span,
        kind: Kind::Mapping(Arc::from([])),
        alias: None,
        flow: false,
    }
}

fn inner<'a>(data: &'a Node, outer: &str, key: &str) -> Option<&'a Entry> {
    data.get(outer)?.entry(key)
}

fn test_suites(data: &Node) -> Vec<Field> {
    let suites = data
        .get("connectorTestSuitesOptions")
        .and_then(Node::items)
        .unwrap_or_default();
    suites
        .iter()
        .filter_map(|options| options.entry("suite").and_then(Field::of))
        .collect()
}
