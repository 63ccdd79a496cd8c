//! YAML as the publisher reads it (YAML 1.1, `PyYAML`'s `safe_load`), with the place of every byte.
//!
//! Knows the grammar (through `libyaml-safer`, a port of the library that `PyYAML` itself follows), the types of
//! plain scalars, what different readers make of the same bytes, and how to change a file without touching the
//! rest of it. Knows no connector and no field.
//!
//! What `PyYAML` refuses is [`Unreadable`], and so is what a limit refuses; what `PyYAML` reads and others read
//! differently is an [`Ambiguity`] beside the tree.

mod ambiguity;
mod compose;
mod edit;
mod events;
mod json;
mod key;
mod node;
mod number;
mod quote;
mod render;
mod resolve;
mod source;
mod tabs;
mod tag;
mod timestamp;
mod unreadable;
mod verify;

use std::sync::Arc;

pub use ambiguity::{Ambiguity, AmbiguityKind};
pub use edit::{Proven, insert_entry, replace_scalar};
pub use events::parser_is_guarded;
pub use node::{Entry, Kind, Node, Scalar, Style, Value};
pub use quote::quote;
pub use render::Block;
pub use unreadable::Unreadable;

use crate::text::{Lines, Position, Span};

/// What a file may cost before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Lists and maps in one another, aliases followed.
    pub depth: usize,
    /// Parser events: about one for a scalar, two for a list or a map.
    pub events: usize,
    /// Nodes of the tree when every alias and merge is written out.
    pub nodes: usize,
    /// Lines that begin with `%`.
    pub directives: usize,
}

impl Limits {
    /// For `metadata.yaml` and other small files; the largest known one has 15 kB and depth 8.
    pub const METADATA: Limits = Limits {
        bytes: 256 * 1024,
        depth: 64,
        events: 20_000,
        nodes: 20_000,
        directives: 16,
    };

    /// For `manifest.yaml` and `spec.yaml`; the largest known one has 1.25 MB, 56,466 lines and depth 46.
    pub const MANIFEST: Limits = Limits {
        bytes: 4 * 1024 * 1024,
        depth: 128,
        events: 500_000,
        nodes: 500_000,
        directives: 16,
    };
}

/// A file that was read: its text, its tree and what readers may disagree about.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    text: Arc<str>,
    lines: Lines,
    root: Node,
    ambiguities: Vec<Ambiguity>,
    limits: Limits,
}

impl Document {
    /// Reads a file; spans are bytes of the file as it is, a byte order mark included.
    ///
    /// An empty file is a null.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
        let text = source::decode(bytes, limits)?;
        let source = source::Source::new(text, limits)?;
        let composed = compose::compose(&source, limits)?;
        Ok(Document {
            text: Arc::from(text),
            root: composed.root,
            ambiguities: composed.ambiguities,
            lines: source.lines,
            limits: *limits,
        })
    }

    /// Reads a JSON file; spans are bytes of the file as it is, a byte order mark included.
    pub fn parse_json(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
        json::parse(bytes, limits)
    }

    /// Takes a text as it is, with a null for its tree: for places in a file that is neither YAML nor JSON.
    pub fn of_text(text: &str, limits: &Limits) -> Document {
        Document {
            text: Arc::from(text),
            lines: Lines::new(text),
            root: Node::absent(Span::new(0, text.len())),
            ambiguities: Vec::new(),
            limits: *limits,
        }
    }

    /// The file's text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Where its lines start.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// The tree.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// What readers may disagree about, in the order of the file.
    pub fn ambiguities(&self) -> &[Ambiguity] {
        &self.ambiguities
    }

    /// The line and column of a byte; a byte order mark at the start takes no column.
    pub fn position(&self, byte: usize) -> Position {
        unreadable::position(&self.text, &self.lines, byte)
    }
}
