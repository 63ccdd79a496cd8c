//! A policy as a tree of values, each with its place; maps laid on one another keep both origins.
//!
//! Knows no key of a policy and no file.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::text::Position;

/// Where a line of the policy stands; shown as `file:line`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The file, as its reader named it; `built-in` for the policy that comes with the program.
    pub file: Arc<str>,
    /// The place in the file.
    pub position: Position,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file, self.position.line)
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tree {
    pub(super) origin: Origin,
    pub(super) content: Content,
}

/// What a value holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Scalar(Value),
    List(Vec<Tree>),
    Map(Vec<Entry>),
}

/// A key, where it stands, and its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) origin: Origin,
    pub(super) value: Tree,
}

impl Tree {
    /// The entries of a map; none for anything else.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Tree> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Tree> {
        let Content::Map(entries) = &mut self.content else {
            return None;
        };
        let entry = entries.iter_mut().find(|entry| entry.key == key);
        entry.map(|entry| &mut entry.value)
    }

    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// What it holds, as a noun phrase.
    pub(super) fn noun(&self) -> &'static str {
        match &self.content {
            Content::Map(_) => "a map",
            Content::List(_) => "a list",
            Content::Scalar(Value::Null) => "an empty value",
            Content::Scalar(Value::Bool(_)) => "a boolean",
            Content::Scalar(Value::Number(_)) => "a number",
            Content::Scalar(_) => "text",
        }
    }

    /// The value without its places.
    pub(super) fn to_json(&self) -> Value {
        match &self.content {
            Content::Scalar(value) => value.clone(),
            Content::List(items) => items.iter().map(Self::to_json).collect(),
            Content::Map(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.to_json()))
                .collect(),
        }
    }

    /// Lays another tree over this one: maps meet key by key, everything else is replaced.
    ///
    /// A key without a value says nothing where this tree holds a map.
    pub(super) fn overlaid(self, over: Tree) -> Tree {
        match (self.content, over.content) {
            (Content::Map(mut entries), Content::Map(others)) => {
                let places: BTreeMap<String, usize> = entries
                    .iter()
                    .enumerate()
                    .map(|(place, entry)| (entry.key.clone(), place))
                    .collect();
                for other in others {
                    match places.get(&other.key) {
                        Some(&place) => {
                            let entry = &mut entries[place];
                            let below = std::mem::replace(&mut entry.value, other.value.hollow());
                            entry.value = below.overlaid(other.value);
                            if !matches!(entry.value.content, Content::Map(_)) {
                                entry.origin = other.origin;
                            }
                        }
                        None => entries.push(other),
                    }
                }
                Tree {
                    origin: self.origin,
                    content: Content::Map(entries),
                }
            }
            (content @ Content::Map(_), Content::Scalar(Value::Null)) => Tree {
                origin: self.origin,
                content,
            },
            (_, content) => Tree {
                origin: over.origin,
                content,
            },
        }
    }

    /// A null at the same place.
    fn hollow(&self) -> Tree {
        Tree {
            origin: self.origin.clone(),
            content: Content::Scalar(Value::Null),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::read::read;
    use super::*;

    fn tree(text: &str) -> Tree {
        let mut errors = Vec::new();
        let tree = read("file", text.as_bytes(), &mut errors).expect("the text can be read");
        assert_eq!(errors, []);
        tree
    }

    #[test]
    fn maps_meet_key_by_key_and_all_else_is_replaced() {
        let below = tree("a: {x: 1, y: [1, 2]}\nb: 1\nc: {k: v}\n");
        let over = tree("a:\n  y: [3]\n  z: 4\nb: {m: 1}\nc:\n");
        let both = below.overlaid(over);
        assert_eq!(
            both.to_json(),
            json!({"a": {"x": 1, "y": [3], "z": 4}, "b": {"m": 1}, "c": {"k": "v"}})
        );
        let line = |tree: Option<&Tree>| tree.map(|tree| tree.origin.position.line);
        let a = both.get("a").unwrap();
        assert_eq!(
            (line(Some(a)), line(a.get("y")), line(a.get("z"))),
            (Some(1), Some(2), Some(3))
        );
    }
}
