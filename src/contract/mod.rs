//! What a connector promises to its syncs, on one side: its connection specification and its streams.
//!
//! Read from data alone: specification files, schema files and declarative manifests. Knows no diff and no rule; what
//! cannot be read from data is [`Known::CannotTell`] with its reason, never a guess.

mod bearing;
mod canonical;
mod doubts;
mod files;
mod key;
mod manifest;
mod read;
mod reason;
mod schema;
mod schema_file;
mod scope;
mod specification;
mod stream;
mod types;
mod view;

use std::sync::Arc;

use crate::ids::RepoPath;
use crate::text::Span;
use crate::yaml::Document;

pub use bearing::{Bearing, bearing};
pub use files::{Input, Parse, is_json, parse};
pub use read::{Read, read};
pub use reason::{Reason, ReasonKind};
pub use schema::{Additional, Items, Keyword, Property, Schema};
pub use scope::{References, Scope};
pub(crate) use specification::listed_modes;
pub use stream::{FieldPath, Partitioning, Stream, Transformation};
pub use types::Types;
pub use view::View;

/// A span in one of the files that a contract was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    /// The file, as an index into [`Contract::files`].
    pub file: usize,
    /// The bytes.
    pub span: Span,
}

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The text.
    pub text: Arc<str>,
    /// Where.
    pub place: Place,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where.
    pub place: Place,
}

/// A part of a contract: read, not there, or not to be read from data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known<T> {
    /// The connector has no such part.
    Absent,
    /// What the data say.
    Known(T),
    /// Why the data do not say it.
    CannotTell(Reason),
}

impl<T> Known<T> {
    /// What the data say, if they do.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }
}

/// A file that a contract was read from.
#[derive(Debug)]
pub struct SourceFile {
    /// Its path.
    pub path: RepoPath,
    /// Its text, lines and tree.
    pub document: Arc<Document>,
}

/// What an existing configuration has to satisfy.
#[derive(Debug, Clone)]
pub struct Specification {
    /// `connectionSpecification` (a manifest writes `connection_specification`).
    pub schema: Schema,
    /// Where it stands.
    pub place: Place,
    /// What brings an older configuration into its present form, such as `config_migrations`.
    pub migrations: Vec<Migration>,
    /// `supported_destination_sync_modes`, of a destination: how it can be written to.
    pub destination_modes: Vec<Word>,
}

/// What brings an older configuration into its present form.
#[derive(Debug, Clone)]
pub struct Migration {
    /// Where it stands; in no file of the contract where its text cannot be read.
    pub place: Place,
    /// The file or class whose code decides what it does; `None` where data say it.
    pub code: Option<Arc<str>>,
}

/// What a connector promises to its syncs.
#[derive(Debug)]
pub struct Contract {
    /// The files that it was read from; every [`Place`] counts in one of them.
    pub files: Vec<SourceFile>,
    /// The connection specification.
    pub specification: Known<Specification>,
    /// The streams whose names are known, in the order of their names.
    pub streams: Vec<Stream>,
    /// Why there may be further streams that the data do not name.
    pub more_streams: Option<Reason>,
}
