//! One stream as its users meet it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Known, Located, Place, Reason, Schema, Word};

/// The names from the record's root to a field.
pub type FieldPath = Vec<Arc<str>>;

/// How a stream with a cursor splits its work: each part keeps a state of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partitioning {
    /// One text for each router, equal exactly where the shape of its state is: the kind of the router and the names that
    /// a state holds.
    pub shape: Vec<String>,
}

/// A stream.
#[derive(Debug, Clone)]
pub struct Stream {
    /// Its name.
    pub name: Word,
    /// The namespace that its source gives it.
    pub namespace: Option<Word>,
    /// The schema of its records.
    pub schema: Known<Schema>,
    /// The fields that identify a record, whatever their notation: `id`, `[id]` and `[[id]]` are one; sorted.
    pub primary_key: Known<Located<Vec<FieldPath>>>,
    /// The field that an incremental sync goes along.
    pub cursor: Known<Located<FieldPath>>,
    /// Whether the source decides the cursor, where that is said.
    pub source_defined_cursor: Option<Located<bool>>,
    /// `full_refresh`, `incremental`, where they can be read.
    pub sync_modes: Known<Located<BTreeSet<Arc<str>>>>,
    /// How the values of the cursor are written in a state.
    pub cursor_format: Known<Word>,
    /// Further ways in which it reads them.
    pub readable_formats: Vec<Arc<str>>,
    /// How its state is split; only for a stream with a cursor.
    pub partitioning: Known<Located<Partitioning>>,
    /// Transformations that add, remove or rename fields: one text for each, with the fields that it touches.
    pub transformations: Vec<Transformation>,
    /// That code which decides its records changes: custom components beside what the data say.
    pub code: Option<Reason>,
    /// Where it brings an older state into its present form.
    pub state_migrations: Vec<Place>,
}

/// A transformation of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transformation {
    /// Its kind and content, equal exactly where its effect is.
    pub text: String,
    /// The fields that it sets or removes; `None` where it may touch any.
    pub fields: Option<Vec<FieldPath>>,
    /// Where.
    pub place: Place,
}
