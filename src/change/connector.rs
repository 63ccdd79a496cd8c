//! A connector on one side of a change: its folder, and its `metadata.yaml` as far as it could be read.

use std::sync::Arc;

use super::metadata_path;
use crate::changeset::Side;
use crate::finding::Location;
use crate::ids::RepoPath;
use crate::metadata::{Field, Metadata};
use crate::text::Span;
use crate::yaml::Unreadable;

/// A connector on one side.
#[derive(Debug, Clone)]
pub struct Connector {
    /// Its folder on that side.
    pub directory: RepoPath,
    /// The side.
    pub side: Side,
    /// What its `metadata.yaml` says.
    pub reading: Arc<Reading>,
}

/// A `metadata.yaml`, as far as it could be read.
#[derive(Debug, Clone)]
pub enum Reading {
    /// Its meaning.
    Read(Box<Metadata>),
    /// Nothing can be said of it.
    Unreadable(Unreadable),
    /// The path holds a link, a submodule or a folder.
    NotRegular(&'static str),
}

impl Connector {
    /// The path of its `metadata.yaml`.
    pub fn file(&self) -> RepoPath {
        metadata_path(&self.directory)
    }

    /// What the file says, where it can be read.
    pub fn metadata(&self) -> Option<&Metadata> {
        match &*self.reading {
            Reading::Read(metadata) => Some(metadata),
            _ => None,
        }
    }

    /// The location of a span in its `metadata.yaml`.
    pub fn location(&self, span: Span) -> Location {
        match self.metadata() {
            Some(metadata) => {
                let document = metadata.document();
                Location::new(
                    self.file(),
                    self.side,
                    document.text().clone(),
                    document.lines(),
                    span,
                )
            }
            None => Location::file(self.file(), self.side),
        }
    }

    /// The location of a field, or of the key `data` where the field is absent.
    pub fn field_location(&self, field: Option<&Field>) -> Location {
        let span = match (field, self.metadata()) {
            (Some(field), _) => field.span,
            (None, Some(metadata)) => metadata.data_key,
            (None, None) => Span::at(0),
        };
        self.location(span)
    }

    /// The name of its folder; for a repository that is itself the connector the last part of its image's name.
    pub fn name(&self) -> String {
        if !self.directory.is_root() {
            return self.directory.shown_name();
        }
        let repository = self
            .metadata()
            .and_then(|metadata| metadata.docker_repository.as_ref());
        repository
            .and_then(|field| field.text.rsplit('/').next())
            .unwrap_or(".")
            .to_owned()
    }
}
