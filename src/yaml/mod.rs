//! YAML as the publisher reads it (YAML 1.1, PyYAML's `safe_load`), with the place of every byte.

mod node;

pub use node::{Entry, Kind, Node, Scalar, Style, Value};
