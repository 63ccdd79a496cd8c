//! Text and places in it: spans, lines, edits.
//!
//! Knows bytes, lines and columns; knows no YAML and no connector.

mod edit;
mod escape;
mod lines;
mod markdown;
mod near;

pub use edit::{Edit, apply};
pub use escape::escape_controls;
pub(crate) use escape::{is_hidden, is_plain};
pub use lines::{Lines, Position, Span};
pub use markdown::shown;
pub use near::{NEAR, nearest};
