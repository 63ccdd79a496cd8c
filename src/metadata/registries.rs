//! What differs per registry, and what counts for each.

use super::{Field, Metadata, REGISTRIES, Shapes, TextList, text_list};
use crate::text::Span;
use crate::yaml::{Entry, Node};

/// What the file writes for one registry.
#[derive(Debug, Clone)]
pub struct Registry {
    /// `cloud` or `oss`.
    pub name: &'static str,
    /// The bytes of the key.
    pub key: Span,
    /// `enabled`, as written.
    pub enabled: Option<Field>,
    /// `public`, as written: `false` shows it to granted workspaces alone.
    pub public: Option<Field>,
    /// `dockerImageTag`: another version for this registry.
    pub version: Option<Field>,
    /// `dockerRepository`: another image for this registry.
    pub docker_repository: Option<Field>,
    /// `allowedHosts.hosts`.
    pub allowed_hosts: Option<TextList>,
    /// The whole map, for what has no field here.
    pub node: Node,
}

/// What counts for a registry.
#[derive(Debug, Clone, Copy)]
pub struct Effective<'a> {
    /// Whether the connector is published there: only a written `false` disables, as today's registry generator reads it.
    pub enabled: bool,
    /// Whether everybody sees it there: only a written `false` hides.
    pub public: bool,
    /// The version.
    pub version: Option<&'a Field>,
    /// The image.
    pub docker_repository: Option<&'a Field>,
    /// The hosts that a sync may reach; `None` means all.
    pub allowed_hosts: Option<&'a TextList>,
}

/// The entry of the overrides: `registryOverrides`, or `registries` as it was called before August 2024.
pub(crate) fn overrides(data: &Node) -> Option<&Entry> {
    data.entry("registryOverrides")
        .or_else(|| data.entry("registries"))
}

pub(super) fn read(data: &Node, shapes: &mut Shapes) -> Vec<Registry> {
    let Some(overrides) = shapes.map("data.registryOverrides", overrides(data)) else {
        return Vec::new();
    };
    let mut registries = Vec::new();
    for name in REGISTRIES {
        let Some(entry) = shapes.map("data.registryOverrides", overrides.value.entry(name)) else {
            continue;
        };
        let node = entry.value.clone();
        let field = |key: &str| node.entry(key).and_then(Field::of);
        registries.push(Registry {
            name,
            key: entry.key.span,
            enabled: field("enabled"),
            public: field("public"),
            version: field("dockerImageTag"),
            docker_repository: field("dockerRepository"),
            allowed_hosts: node
                .get("allowedHosts")
                .and_then(|hosts| hosts.entry("hosts"))
                .and_then(text_list),
            node,
        });
    }
    registries
}

pub(super) fn effective<'a>(metadata: &'a Metadata, name: &str) -> Effective<'a> {
    let registry = metadata.registry(name);
    let written = |field: fn(&Registry) -> Option<&Field>| registry.and_then(field);
    Effective {
        enabled: written(|registry| registry.enabled.as_ref()).and_then(Field::bool) != Some(false),
        public: written(|registry| registry.public.as_ref()).and_then(Field::bool) != Some(false),
        version: written(|registry| registry.version.as_ref()).or(metadata.version.as_ref()),
        docker_repository: written(|registry| registry.docker_repository.as_ref())
            .or(metadata.docker_repository.as_ref()),
        allowed_hosts: registry
            .and_then(|registry| registry.allowed_hosts.as_ref())
            .or(metadata.allowed_hosts.as_ref()),
    }
}
