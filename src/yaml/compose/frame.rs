//! A list or a map that is still open.

use super::{Ambiguity, Kind, Node, Part};
use crate::text::Span;
use crate::yaml::{Entry, key};

/// What a map takes next.
#[derive(Debug)]
pub(super) enum Slot {
    Key,
    Value(Node),
    /// The value of `<<`.
    Merge,
}

/// What an open collection holds so far.
#[derive(Debug)]
pub(super) enum Content {
    Sequence(Vec<Node>),
    Mapping {
        /// What `<<` brought, in the order in which `PyYAML` puts it before the map's own entries.
        merged: Vec<Entry>,
        own: Vec<Entry>,
        slot: Slot,
    },
}

impl Content {
    pub(super) fn mapping() -> Self {
        Self::Mapping {
            merged: Vec::new(),
            own: Vec::new(),
            slot: Slot::Key,
        }
    }
}

/// An open collection with its place and its cost.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) content: Content,
    pub(super) anchor: Option<String>,
    /// From the first byte to the end of what was added last.
    pub(super) span: Span,
    /// Whether a bracket ends it.
    pub(super) bracketed: bool,
    pub(super) flow: bool,
    pub(super) size: usize,
    pub(super) height: usize,
}

impl Frame {
    pub(super) fn expects_key(&self) -> bool {
        matches!(self.content, Content::Mapping { slot: Slot::Key, .. })
    }

    pub(super) fn set_slot(&mut self, next: Slot) {
        if let Content::Mapping { slot, .. } = &mut self.content {
            *slot = next;
        }
    }

    pub(super) fn extend(&mut self, written: Span) {
        self.span.end = self.span.end.max(written.end);
    }

    /// Adds a node, or says why it does not fit.
    pub(super) fn add(&mut self, part: Part, written: Span) -> Result<(), String> {
        self.extend(written);
        self.height = self.height.max(part.height);
        self.size = self.size.saturating_add(part.size);
        match &mut self.content {
            Content::Sequence(items) => items.push(part.node),
            Content::Mapping { merged, own, slot } => match std::mem::replace(slot, Slot::Key) {
                Slot::Key => {
                    if part.node.scalar().is_none() {
                        return Err("a list or a map cannot be a key".to_owned());
                    }
                    if self.flow && !self.bracketed && part.node.span.is_empty() {
                        // The parser loses the bracket that follows.
                        return Err("a `?` without a key is not supported inside of `[]`".to_owned());
                    }
                    *slot = Slot::Value(part.node);
                }
                Slot::Value(key) => own.push(Entry {
                    key,
                    value: part.node,
                    shadowed: false,
                }),
                Slot::Merge => merge(merged, &part.node)?,
            },
        }
        Ok(())
    }

    /// The finished node; duplicate keys are reported.
    pub(super) fn into_part(self, ambiguities: &mut Vec<Ambiguity>) -> Part {
        let kind = match self.content {
            Content::Sequence(items) => Kind::Sequence(items.into()),
            Content::Mapping { merged, mut own, .. } => {
                let mut twins = Vec::new();
                key::shadow(&mut own, |first, later| twins.push((first, later)));
                for (first, later) in twins {
                    let key = &own[later].key;
                    ambiguities.push(Ambiguity::duplicate(
                        key.text().unwrap_or_default(),
                        key.written(),
                        own[first].key.written(),
                    ));
                }
                if !merged.is_empty() {
                    own.splice(0..0, merged);
                    for entry in &mut own {
                        entry.shadowed = false;
                    }
                    key::shadow(&mut own, |_, _| {});
                }
                Kind::Mapping(own.into())
            }
        };
        Part {
            node: Node {
                span: self.span,
                kind,
                alias: None,
                flow: self.flow,
            },
            size: self.size,
            height: self.height + 1,
        }
    }
}

/// Appends what one `<<` brings: the entries of a map, or those of several maps, the first of them strongest.
fn merge(merged: &mut Vec<Entry>, value: &Node) -> Result<(), String> {
    if let Some(entries) = value.entries() {
        merged.extend_from_slice(entries);
        return Ok(());
    }
    let refusal = "`<<` takes a map or a list of maps";
    let items = value.items().ok_or(refusal)?;
    let maps: Option<Vec<&[Entry]>> = items.iter().map(Node::entries).collect();
    for entries in maps.ok_or(refusal)?.into_iter().rev() {
        merged.extend_from_slice(entries);
    }
    Ok(())
}
