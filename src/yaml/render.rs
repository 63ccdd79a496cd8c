//! Small trees that are written into a file.

use super::quote::quote;
use super::{Kind, Node, Value};

/// What is inserted: an ordered tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Text; the reader gets exactly this string.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Entries in their order; keys are text.
    Map(Vec<(String, Block)>),
    /// Items in their order.
    List(Vec<Block>),
}

/// The most nodes of a tree that is written anew; aliases can make a small file a large tree.
const MOST_NODES: usize = 1000;

impl Block {
    /// Writes a tree anew, with plain dates as text; `None` where it holds what is none of the above, such as a number,
    /// or too much.
    pub fn of(node: &Node) -> Option<Self> {
        Self::within(node, &mut MOST_NODES.clone())
    }

    fn within(node: &Node, left: &mut usize) -> Option<Self> {
        *left = left.checked_sub(1)?;
        Some(match &node.kind {
            Kind::Scalar(scalar) => match &scalar.value {
                Value::String | Value::Date(_) => Self::Text(scalar.text.to_string()),
                Value::Bool(value) => Self::Bool(*value),
                _ => return None,
            },
            Kind::Sequence(items) => {
                let items = items.iter().map(|item| Self::within(item, left));
                Self::List(items.collect::<Option<_>>()?)
            }
            Kind::Mapping(_) => {
                let entries = node.counting_entries();
                let written = entries
                    .map(|entry| Some((entry.key.as_str()?.to_owned(), Self::within(&entry.value, left)?)));
                Self::Map(written.collect::<Option<_>>()?)
            }
        })
    }
}

/// How a file is indented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// Columns from a map to the map inside of it.
    pub(super) step: usize,
    /// Columns from a key to the `-` of its list.
    pub(super) dash: usize,
}

/// Writes one entry as lines without line breaks, each with its indentation.
pub(super) fn entry(key: &str, value: &Block, column: usize, layout: Layout) -> Vec<String> {
    let mut lines = Vec::new();
    write_entry(key, value, column, layout, &mut lines);
    lines
}

fn write_entry(key: &str, value: &Block, column: usize, layout: Layout, lines: &mut Vec<String>) {
    let head = format!("{}{}:", " ".repeat(column), quote(key));
    if let Some(scalar) = inline(value) {
        lines.push(format!("{head} {scalar}"));
    } else {
        lines.push(head);
        write_nested(value, column, layout, lines);
    }
}

/// Writes a list or a map below its key.
fn write_nested(value: &Block, column: usize, layout: Layout, lines: &mut Vec<String>) {
    match value {
        Block::Map(entries) => {
            for (key, value) in entries {
                write_entry(key, value, column + layout.step, layout, lines);
            }
        }
        Block::List(items) => {
            for item in items {
                write_item(item, column + layout.dash, layout, lines);
            }
        }
        Block::Text(_) | Block::Bool(_) | Block::Int(_) => {}
    }
}

fn write_item(item: &Block, column: usize, layout: Layout, lines: &mut Vec<String>) {
    let dash = format!("{}- ", " ".repeat(column));
    if let Some(scalar) = inline(item) {
        lines.push(format!("{dash}{scalar}"));
        return;
    }
    let first = lines.len();
    match item {
        Block::Map(entries) => {
            for (key, value) in entries {
                write_entry(key, value, column + 2, layout, lines);
            }
        }
        Block::List(items) => {
            for item in items {
                write_item(item, column + 2, layout, lines);
            }
        }
        Block::Text(_) | Block::Bool(_) | Block::Int(_) => {}
    }
    // The first line of the item stands behind the dash.
    if let Some(line) = lines.get_mut(first) {
        line.replace_range(..dash.len(), &dash);
    }
}

/// What fits behind a key.
fn inline(value: &Block) -> Option<String> {
    match value {
        Block::Text(text) => Some(quote(text)),
        Block::Bool(value) => Some(value.to_string()),
        Block::Int(number) => Some(number.to_string()),
        Block::Map(entries) if entries.is_empty() => Some("{}".to_owned()),
        Block::List(items) if items.is_empty() => Some("[]".to_owned()),
        Block::Map(_) | Block::List(_) => None,
    }
}

/// Whether a node holds exactly a tree, in its order.
pub(super) fn holds(node: &Node, block: &Block) -> bool {
    match block {
        Block::Text(text) => node.as_str() == Some(text),
        Block::Bool(value) => node.scalar().map(|scalar| &scalar.value) == Some(&Value::Bool(*value)),
        Block::Int(number) => node.scalar().map(|scalar| &scalar.value) == Some(&Value::Int(*number)),
        Block::Map(entries) => node.entries().is_some_and(|found| {
            found.len() == entries.len()
                && found.iter().zip(entries).all(|(found, (key, value))| {
                    !found.shadowed && found.key.as_str() == Some(key) && holds(&found.value, value)
                })
        }),
        Block::List(items) => node.items().is_some_and(|found| {
            found.len() == items.len() && found.iter().zip(items).all(|(found, item)| holds(found, item))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Document, Limits};

    fn written(text: &str) -> Option<Block> {
        Block::of(
            Document::parse(text.as_bytes(), &Limits::METADATA)
                .unwrap()
                .root(),
        )
    }

    #[test]
    fn a_tree_of_text_is_written_anew_and_a_plain_date_becomes_text() {
        let list = Block::List(vec![Block::Text("x".to_owned()), Block::Bool(true)]);
        let day = Block::Text("2027-03-01".to_owned());
        assert_eq!(
            written(
                "a: [x, true]
b: 2027-03-01
"
            ),
            Some(Block::Map(vec![("a".to_owned(), list), ("b".to_owned(), day)]))
        );
    }

    #[test]
    fn what_is_no_text_or_too_much_is_not_written_anew() {
        assert_eq!(
            written(
                "a: 1
"
            ),
            None
        );
        assert_eq!(
            written(
                "a: [x, ~]
"
            ),
            None
        );
        assert_eq!(
            written(
                "2: x
"
            ),
            None
        );
        assert_eq!(
            written(
                &"- x
"
                .repeat(MOST_NODES)
            ),
            None
        );
    }
}
