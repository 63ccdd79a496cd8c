//! Two metadata files → their changes, in the order in which people read them.

use semver::Version;

use super::entries::entry_changes;
use super::{Change, ChangeKind, bump};
use crate::metadata::{Field, Metadata, REGISTRIES, overrides};
use crate::text::Span;
use crate::yaml::{Entry, Kind, Node, Style};

/// Compares two readable files; equal files have no changes.
///
/// What base holds in another shape than its field's is not compared: nobody knows what it said, and its repair must
/// not count as a change of it.
pub fn changes(base: &Metadata, head: &Metadata) -> Vec<Change> {
    let mut changes = Vec::new();
    if base.is_misshapen("data") || head.is_misshapen("data") {
        return changes;
    }
    scalar(
        &mut changes,
        ChangeKind::SupportLevel,
        "data.supportLevel",
        base.support_level.as_ref(),
        head.support_level.as_ref(),
    );
    scalar(
        &mut changes,
        ChangeKind::ReleaseStage,
        "data.releaseStage",
        base.release_stage.as_ref(),
        head.release_stage.as_ref(),
    );
    let version = ChangeKind::Version {
        bump: bump(base.semver().as_ref(), head.semver().as_ref()),
        prerelease: head
            .semver()
            .is_some_and(|version: Version| !version.pre.is_empty()),
    };
    scalar(
        &mut changes,
        version,
        "data.dockerImageTag",
        base.version.as_ref(),
        head.version.as_ref(),
    );
    entry_changes(&mut changes, base, head);
    registry_changes(&mut changes, base, head);
    for (field, base, head) in [
        ("definitionId", &base.definition_id, &head.definition_id),
        (
            "dockerRepository",
            &base.docker_repository,
            &head.docker_repository,
        ),
        ("connectorType", &base.connector_type, &head.connector_type),
    ] {
        scalar(
            &mut changes,
            ChangeKind::Identity { field },
            &format!("data.{field}"),
            base.as_ref(),
            head.as_ref(),
        );
    }
    renamed_overrides(&mut changes, base, head);
    let walk = Walk {
        owner: &Owner::Rest,
        skip: &is_typed,
    };
    walk.maps("", base.document().root(), head.document().root(), &mut changes);
    changes.retain(|change| {
        let whole_entry = matches!(
            change.kind,
            ChangeKind::BreakingChangeDeclared { .. } | ChangeKind::Field { .. }
        );
        whole_entry || !base.is_misshapen(&change.path)
    });
    changes
}

/// Maps whose changes have a kind of their own.
fn is_typed(path: &str) -> bool {
    path == "data.releases.breakingChanges"
        || ["data.registryOverrides.", "data.registries."]
            .iter()
            .any(|overrides| {
                path.strip_prefix(overrides)
                    .is_some_and(|name| REGISTRIES.contains(&name))
            })
}

/// The move from `registries`, the older name, to `registryOverrides`: their contents compare as one.
fn renamed_overrides(changes: &mut Vec<Change>, base: &Metadata, head: &Metadata) {
    let key = |metadata: &Metadata| Some(overrides(metadata.data()?)?.key.clone());
    let (Some(before), Some(after)) = (key(base), key(head)) else {
        return;
    };
    if before.text() != after.text() {
        let path = format!("data.{}", after.text().unwrap_or_default());
        changes.push(Change {
            kind: ChangeKind::Field { field: path.clone() },
            path,
            from: content(&before),
            to: content(&after),
            base: Some(before.span),
            head: Some(after.span),
        });
    }
}

const TYPED_SCALARS: [&str; 6] = [
    "data.supportLevel",
    "data.releaseStage",
    "data.dockerImageTag",
    "data.definitionId",
    "data.dockerRepository",
    "data.connectorType",
];

fn scalar(
    changes: &mut Vec<Change>,
    kind: ChangeKind,
    path: &str,
    base: Option<&Field>,
    head: Option<&Field>,
) {
    let same = match (base, head) {
        (None, None) => true,
        (Some(base), Some(head)) => same_field(base, head),
        _ => false,
    };
    if !same {
        changes.push(Change {
            kind,
            path: path.to_owned(),
            from: base.map(|field| field.text.to_string()),
            to: head.map(|field| field.text.to_string()),
            base: base.map(|field| field.span),
            head: head.map(|field| field.span),
        });
    }
}

fn same_field(base: &Field, head: &Field) -> bool {
    match (base.date(), head.date()) {
        (Some(base), Some(head)) => base == head,
        _ if base.value == head.value => base.value != crate::yaml::Value::String || base.text == head.text,
        _ => false,
    }
}

fn registry_changes(changes: &mut Vec<Change>, base: &Metadata, head: &Metadata) {
    for name in REGISTRIES {
        let (before, after) = (base.registry(name), head.registry(name));
        scalar(
            changes,
            ChangeKind::RegistryEnabled { registry: name },
            &format!("data.registryOverrides.{name}.enabled"),
            before.and_then(|registry| registry.enabled.as_ref()),
            after.and_then(|registry| registry.enabled.as_ref()),
        );
        let empty = Node {
            span: Span::at(0),
            kind: Kind::Mapping([].into()),
            alias: None,
            flow: false,
        };
        let owner = Owner::Registry(name);
        let walk = Walk {
            owner: &owner,
            skip: &|_| false,
        };
        walk.maps(
            &format!("data.registryOverrides.{name}"),
            before.map_or(&empty, |registry| &registry.node),
            after.map_or(&empty, |registry| &registry.node),
            changes,
        );
    }
}

/// Who owns the fields of a walk: the kind of their changes.
pub(super) enum Owner {
    /// A registry's override.
    Registry(&'static str),
    /// A breaking-change entry.
    Entry,
    /// Everything that has no kind of its own.
    Rest,
}

impl Owner {
    fn kind(&self, path: &str) -> ChangeKind {
        match self {
            Self::Registry(registry) => {
                let inside = path.splitn(4, '.').nth(3).unwrap_or(path);
                ChangeKind::RegistryOverride {
                    registry,
                    field: inside.to_owned(),
                }
            }
            Self::Entry => ChangeKind::BreakingChangeEdited {
                version: String::new(),
                fields: Vec::new(),
            },
            Self::Rest => ChangeKind::Field {
                field: path.to_owned(),
            },
        }
    }
}

/// Compares trees leaf by leaf; lists are leaves, since their items have no names.
pub(super) struct Walk<'a> {
    pub(super) owner: &'a Owner,
    pub(super) skip: &'a dyn Fn(&str) -> bool,
}

impl Walk<'_> {
    pub(super) fn maps(&self, path: &str, base: &Node, head: &Node, changes: &mut Vec<Change>) {
        for after in head.counting_entries() {
            let path = joined(path, after);
            if (self.skip)(&path) {
                continue;
            }
            match matching(base, after) {
                Some(before) => self.nodes(&path, &before.value, &after.value, changes),
                None => self.leaves(&path, &after.value, true, changes),
            }
        }
        for before in base.counting_entries() {
            let path = joined(path, before);
            if !(self.skip)(&path) && matching(head, before).is_none() {
                self.leaves(&path, &before.value, false, changes);
            }
        }
    }

    fn nodes(&self, path: &str, base: &Node, head: &Node, changes: &mut Vec<Change>) {
        if base.entries().is_some() && head.entries().is_some() {
            return self.maps(path, base, head, changes);
        }
        let same = base.same_value(head);
        if (same && !requoted(base, head)) || (!same && self.is_typed_scalar(path)) {
            return;
        }
        self.push(path, Some(base), Some(head), changes);
    }

    /// Every leaf below a node that only one side has.
    fn leaves(&self, path: &str, node: &Node, added: bool, changes: &mut Vec<Change>) {
        if (self.skip)(path) {
            return;
        }
        let mut entries = node.counting_entries().peekable();
        if entries.peek().is_some() {
            for entry in entries {
                self.leaves(&joined(path, entry), &entry.value, added, changes);
            }
        } else if !self.is_typed_scalar(path) || node.text().is_none() {
            let (base, head) = if added {
                (None, Some(node))
            } else {
                (Some(node), None)
            };
            self.push(path, base, head, changes);
        }
    }

    fn is_typed_scalar(&self, path: &str) -> bool {
        match self.owner {
            Owner::Registry(_) => path.splitn(4, '.').nth(3) == Some("enabled"),
            Owner::Entry => false,
            Owner::Rest => TYPED_SCALARS.contains(&path),
        }
    }

    fn push(&self, path: &str, base: Option<&Node>, head: Option<&Node>, changes: &mut Vec<Change>) {
        let kind = match (base, head) {
            // Only the quotes moved: that is about the text of the file, whoever owns the value.
            (Some(base), Some(head)) if base.same_value(head) => ChangeKind::Field {
                field: path.to_owned(),
            },
            _ => self.owner.kind(path),
        };
        changes.push(Change {
            kind,
            path: path.to_owned(),
            from: base.and_then(content),
            to: head.and_then(content),
            base: base.map(|node| node.span),
            head: head.map(|node| node.span),
        });
    }
}

fn joined(path: &str, entry: &Entry) -> String {
    let key = entry.key.text().unwrap_or("?");
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

fn matching<'a>(map: &'a Node, entry: &Entry) -> Option<&'a Entry> {
    map.counting_entries()
        .find(|twin| twin.key.same_value(&entry.key))
}

fn requoted(base: &Node, head: &Node) -> bool {
    let quoting = |node: &Node| node.scalar().map(|scalar| quoting(scalar.style));
    quoting(base)
        .zip(quoting(head))
        .is_some_and(|(base, head)| base.zip(head).is_some_and(|(base, head)| base != head))
}

/// The quotes of a style; block scalars have none to change.
fn quoting(style: Style) -> Option<char> {
    match style {
        Style::Plain => Some(' '),
        Style::SingleQuoted => Some('\''),
        Style::DoubleQuoted => Some('"'),
        Style::Literal | Style::Folded => None,
    }
}

/// A scalar's content; for a list or a map its JSON; `None` for a null.
pub(super) fn content(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Scalar(_) if node.is_null() => None,
        Kind::Scalar(scalar) => Some(scalar.text.to_string()),
        _ => Some(json(node).to_string()),
    }
}

fn json(node: &Node) -> serde_json::Value {
    match &node.kind {
        Kind::Scalar(scalar) if node.is_null() && scalar.text.is_empty() => serde_json::Value::Null,
        Kind::Scalar(scalar) => serde_json::Value::String(scalar.text.to_string()),
        Kind::Sequence(items) => items.iter().map(json).collect(),
        Kind::Mapping(_) => node
            .counting_entries()
            .map(|entry| (entry.key.text().unwrap_or("?").to_owned(), json(&entry.value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}
