//! Whether a file has the fields and the shapes that the registry accepts: `policy/metadata.schema.json`.
//!
//! The schema is data; what walks over it knows the few keywords that it uses and keeps the place of every misfit. The
//! publisher reads more loosely than JSON Schema, and so does this: a number counts as the text that it was written as,
//! a plain date as a date, and a null as an absent field.

mod format;
mod path;
mod walk;

use std::sync::LazyLock;

use crate::text::Span;
use crate::yaml::{Document, Limits};

use format::Format;
pub use path::{DeadEnd, dead_end};

/// The JSON Schema of `metadata.yaml`, as it is published.
pub const METADATA_SCHEMA: &str = include_str!("../../../policy/metadata.schema.json");

static SCHEMA: LazyLock<Document> = LazyLock::new(|| {
    Document::parse_json(METADATA_SCHEMA.as_bytes(), &Limits::MANIFEST).expect("a test reads the schema")
});

/// A value that the registry does not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The path of the field, such as `data.releases.breakingChanges.2.0.0`; its keys are foreign text.
    pub path: String,
    /// Where: the value, or the key where that is what does not fit.
    pub span: Span,
    /// What is wrong with it.
    pub complaint: Complaint,
}

impl Misfit {
    /// Whether breaking changes, or one of them, stand where the platform does not look for them.
    pub fn is_misplaced_break(&self) -> bool {
        match self.complaint {
            Complaint::Misplaced("data.releases") => self.path.rsplit('.').next() == Some("breakingChanges"),
            Complaint::Misplaced(place) => place == "data.releases.breakingChanges",
            _ => false,
        }
    }
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Complaint {
    /// A field is not there.
    Missing(&'static str),
    /// A field is there and has no value, which counts as absent.
    Unset(&'static str),
    /// No such field is known; the known one that is meant by it.
    Unknown(Option<&'static str>),
    /// The field was accepted once: since when it is not, and what took its place.
    Retired(&'static str),
    /// The field is written by somebody else, and by nobody's hand: by whom.
    Generated(&'static str),
    /// The field belongs elsewhere: where.
    Misplaced(&'static str),
    /// A key is not of the form that this map asks for: the form in words.
    Key(&'static str),
    /// It is of another kind: what belongs there, what stands there.
    Kind(&'static str, &'static str),
    /// It is none of the values that are accepted.
    NotListed(Vec<&'static str>),
    /// It is text, but not of the form: the form in words.
    Form(&'static str),
    /// The list or the map is empty.
    Empty,
}

/// What the registry does not accept in a file, in the order of the file; a thousand misfits at most.
pub(super) fn misfits(document: &Document) -> Vec<Misfit> {
    let mut found = walk::Walk::new(SCHEMA.root()).misfits(document.root());
    found.sort_by(|left, right| (left.span, &left.path).cmp(&(right.span, &right.path)));
    found
}

#[cfg(test)]
mod tests;
