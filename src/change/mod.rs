//! Base × head → typed changes of each connector.
//!
//! [`connectors`] joins the two sides, also when a folder moved; [`changes`] compares two files. Values compare as the
//! publisher reads them, so that reformatting is no change. Knows no policy and no rule.

mod bump;
mod compare;
mod connector;
pub mod contract;
mod entries;
mod join;
mod readings;
mod stability;

use std::sync::Arc;

use crate::changeset::{ChangedFile, Side};
use crate::finding::Location;
use crate::ids::RepoPath;
use crate::metadata::Metadata;
use crate::text::Span;

pub use bump::{Bump, bump, same_precedence};
pub use compare::changes;
pub use connector::{Connector, Reading};
pub use join::{connectors, metadata_path};
pub(crate) use join::{touched, without_guide};
pub use readings::Readings;
pub use stability::governing_stability;

/// A field below an entry that an edit touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedField {
    /// The field's path inside the entry, such as `upgradeDeadline`.
    pub field: String,
    /// The content before; `None` where it was absent.
    pub from: Option<String>,
    /// The content after; `None` where it is absent.
    pub to: Option<String>,
}

/// What kind of promise a change touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeKind {
    /// The connector is new.
    ConnectorAdded,
    /// The connector is gone.
    ConnectorRemoved,
    /// The connector's folder moved.
    ConnectorRenamed,
    /// `supportLevel`.
    SupportLevel,
    /// `releaseStage`.
    ReleaseStage,
    /// `dockerImageTag`.
    Version {
        /// How far it moved.
        bump: Bump,
        /// Whether head is a prerelease.
        prerelease: bool,
    },
    /// A breaking-change entry is new.
    BreakingChangeDeclared {
        /// Its key.
        version: String,
    },
    /// A breaking-change entry says something else than before.
    BreakingChangeEdited {
        /// Its key.
        version: String,
        /// The fields that differ.
        fields: Vec<EditedField>,
    },
    /// A breaking-change entry is gone.
    BreakingChangeRemoved {
        /// Its key.
        version: String,
    },
    /// The written `enabled` of a registry.
    RegistryEnabled {
        /// `cloud` or `oss`.
        registry: &'static str,
    },
    /// Another override of a registry.
    RegistryOverride {
        /// `cloud` or `oss`.
        registry: &'static str,
        /// The field's path inside the override.
        field: String,
    },
    /// `definitionId`, `dockerRepository` or `connectorType`.
    Identity {
        /// Which of them.
        field: &'static str,
    },
    /// Any other field.
    Field {
        /// Its path.
        field: String,
    },
}

impl ChangeKind {
    /// Every word of [`ChangeKind::word`].
    pub const WORDS: [&str; 13] = [
        "connector-added",
        "connector-removed",
        "connector-renamed",
        "support-level",
        "release-stage",
        "version",
        "breaking-change-declared",
        "breaking-change-edited",
        "breaking-change-removed",
        "registry-enabled",
        "registry-override",
        "identity",
        "field",
    ];

    /// The word that reports use.
    pub fn word(&self) -> &'static str {
        match self {
            Self::ConnectorAdded => "connector-added",
            Self::ConnectorRemoved => "connector-removed",
            Self::ConnectorRenamed => "connector-renamed",
            Self::SupportLevel => "support-level",
            Self::ReleaseStage => "release-stage",
            Self::Version { .. } => "version",
            Self::BreakingChangeDeclared { .. } => "breaking-change-declared",
            Self::BreakingChangeEdited { .. } => "breaking-change-edited",
            Self::BreakingChangeRemoved { .. } => "breaking-change-removed",
            Self::RegistryEnabled { .. } => "registry-enabled",
            Self::RegistryOverride { .. } => "registry-override",
            Self::Identity { .. } => "identity",
            Self::Field { .. } => "field",
        }
    }
}

/// One change of one connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it touches.
    pub kind: ChangeKind,
    /// The path of the field in the file; empty for the connector as a whole.
    pub path: String,
    /// The content before; `None` where it was absent.
    pub from: Option<String>,
    /// The content after; `None` where it is absent.
    pub to: Option<String>,
    /// Where it stood.
    pub base: Option<Span>,
    /// Where it stands.
    pub head: Option<Span>,
}

/// A connector before and after, and what changed.
#[derive(Debug, Clone)]
pub struct ConnectorDiff {
    /// At the merge base.
    pub base: Option<Connector>,
    /// As proposed.
    pub head: Option<Connector>,
    /// At the tip of the target branch, where that is another commit than the merge base.
    pub target: Option<Connector>,
    /// The typed changes; empty where a side cannot be read.
    pub changes: Vec<Change>,
    /// The changed files that belong to it.
    pub files: Vec<ChangedFile>,
    /// Its contract before and after, where both sides have one and a file that bears it changed or an entry names streams.
    pub contract: Option<Arc<contract::ContractOf>>,
}

impl ConnectorDiff {
    /// Its folder: at head, or at base where it is gone.
    pub fn directory(&self) -> &RepoPath {
        let side = self.head.as_ref().or(self.base.as_ref());
        &side.expect("a diff has at least one side").directory
    }

    /// Its name: at head, or at base where it is gone.
    pub fn name(&self) -> String {
        let side = self.head.as_ref().or(self.base.as_ref());
        side.expect("a diff has at least one side").name()
    }

    /// The readable metadata of a side.
    pub fn metadata(&self, side: Side) -> Option<&Metadata> {
        self.side(side)?.metadata()
    }

    /// The connector on a side.
    pub fn side(&self, side: Side) -> Option<&Connector> {
        match side {
            Side::Base => self.base.as_ref(),
            Side::Head => self.head.as_ref(),
            Side::Target => self.target.as_ref(),
        }
    }

    /// Both sides, where both can be read.
    pub fn both(&self) -> Option<(&Connector, &Metadata, &Connector, &Metadata)> {
        let (base, head) = (self.base.as_ref()?, self.head.as_ref()?);
        Some((base, base.metadata()?, head, head.metadata()?))
    }

    /// What names it across moves: its `definitionId`, else its folder.
    pub fn identity(&self) -> String {
        let id = |side| {
            self.metadata(side)
                .and_then(|metadata| metadata.definition_id.as_ref())
        };
        match id(Side::Base).or_else(|| id(Side::Head)) {
            Some(field) => field.text.to_string(),
            None => self.directory().to_string(),
        }
    }

    /// The change of a kind that has at most one.
    pub fn change(&self, kind: &str) -> Option<&Change> {
        self.changes.iter().find(|change| change.kind.word() == kind)
    }

    /// The location of a change: at head, or at base for what was removed.
    pub fn location(&self, change: &Change) -> Option<Location> {
        match (change.head, &self.head, change.base, &self.base) {
            (Some(span), Some(head), _, _) => Some(head.location(span)),
            (_, _, Some(span), Some(base)) => Some(base.location(span)),
            (_, Some(head), _, _) => Some(head.location(Span::at(0))),
            (_, None, _, Some(base)) => Some(base.location(Span::at(0))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_kinds() {
        let (registry, field, version) = ("oss", "name".to_owned(), "1.0.0".to_owned());
        let kinds = [
            ChangeKind::ConnectorAdded,
            ChangeKind::ConnectorRemoved,
            ChangeKind::ConnectorRenamed,
            ChangeKind::SupportLevel,
            ChangeKind::ReleaseStage,
            ChangeKind::Version {
                bump: Bump::Patch,
                prerelease: false,
            },
            ChangeKind::BreakingChangeDeclared {
                version: version.clone(),
            },
            ChangeKind::BreakingChangeEdited {
                version: version.clone(),
                fields: Vec::new(),
            },
            ChangeKind::BreakingChangeRemoved { version },
            ChangeKind::RegistryEnabled { registry },
            ChangeKind::RegistryOverride {
                registry,
                field: field.clone(),
            },
            ChangeKind::Identity {
                field: "definitionId",
            },
            ChangeKind::Field { field },
        ];
        assert_eq!(kinds.map(|kind| kind.word()), ChangeKind::WORDS);
    }
}
