//! A node as its reader meets it: with its references followed.
//!
//! A map that holds `$ref` shows its own entries before those of the map that the reference names, as the CDK merges them;
//! in a manifest any text that starts with `#/` is a reference.

use std::sync::Arc;

use serde_json::{Map, Number, Value};

use super::scope::{LONGEST_CHAIN, Scope};
use super::{Place, Reason, ReasonKind, Word};
use crate::yaml::{Kind, Node, Value as Scalar};

/// How deep a value may nest, references written out.
const DEEPEST: usize = 64;
/// Up to how many bytes a text is its own token.
const SHORT: usize = 256;

/// A node with its references followed.
#[derive(Debug, Clone)]
pub struct View<'a> {
    scope: &'a Scope<'a>,
    file: usize,
    node: &'a Node,
    /// The maps that the references of a map name, in the order in which they are followed.
    further: Vec<(usize, &'a Node)>,
    broken: Option<Box<Reason>>,
}

impl<'a> View<'a> {
    pub(super) fn new(scope: &'a Scope<'a>, file: usize, node: &'a Node) -> Self {
        let mut view = Self {
            scope,
            file,
            node,
            further: Vec::new(),
            broken: None,
        };
        if scope.may_show() {
            view.follow();
        } else {
            view.broken = Some(Box::new(view.too_large()));
        }
        view
    }

    fn follow(&mut self) {
        let mut seen: Vec<*const Node> = Vec::new();
        let (mut file, mut node) = (self.file, self.node);
        while let Some(reference) = self.scope.reference(node) {
            let place = Some(Place {
                file,
                span: node.span,
            });
            if seen.contains(&std::ptr::from_ref(node)) || seen.len() >= LONGEST_CHAIN {
                self.broken = Some(Box::new(Reason::new(ReasonKind::Cycle, reference, place)));
                return;
            }
            seen.push(std::ptr::from_ref(node));
            match self.scope.target(file, reference) {
                Ok(target) => {
                    if node.entries().is_some() && target.1.entries().is_some() {
                        self.further.push(target);
                    } else {
                        // A reference to what is no map replaces whatever stands beside it.
                        self.replace(target, node);
                    }
                    (file, node) = target;
                }
                Err(kind) => {
                    self.broken = Some(Box::new(Reason::new(kind, reference, place)));
                    return;
                }
            }
        }
    }

    /// Puts the target of a reference in the place of the node that holds it.
    fn replace(&mut self, target: (usize, &'a Node), holder: &Node) {
        if target.1.entries().is_none() {
            self.further.clear();
        } else if let Some(last) = self.further.last_mut()
            && std::ptr::eq(last.1, holder)
        {
            *last = target;
            return;
        }
        (self.file, self.node) = target;
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        Place {
            file: self.file,
            span: self.node.span,
        }
    }

    /// Why its references lead to nothing that can be read.
    pub fn broken(&self) -> Option<&Reason> {
        self.broken.as_deref()
    }

    /// That it is too deep or too large; with its text as the data behind that.
    pub(super) fn too_large(&self) -> Reason {
        self.because(ReasonKind::TooLarge, "")
    }

    /// A reason that stands here, with the text that stands here as the data behind it.
    pub(super) fn because(&self, kind: ReasonKind, subject: &str) -> Reason {
        let text = self.node.span.of(self.scope.files[self.file].document.text());
        Reason::new(kind, subject, Some(self.place())).of(token(text.as_bytes()))
    }

    fn layers(&self) -> impl Iterator<Item = (usize, &'a Node)> {
        std::iter::once((self.file, self.node)).chain(self.further.iter().copied())
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<View<'a>> {
        self.layers()
            .find_map(|(file, node)| Some(self.scope.view(file, node.get(key)?)))
    }

    /// The entries of a map, those of references after its own; `None` for anything else.
    pub fn entries(&self) -> Option<Vec<(Word, View<'a>)>> {
        let mut entries = Vec::with_capacity(self.node.entries()?.len());
        for (layer, (file, node)) in self.layers().enumerate() {
            for entry in node.counting_entries() {
                let Some(scalar) = entry.key.scalar() else {
                    continue;
                };
                let name = &*scalar.text;
                let hidden = layer > 0
                    && self
                        .layers()
                        .take(layer)
                        .any(|(_, before)| before.get(name).is_some());
                if name == "$ref" || hidden {
                    continue;
                }
                let word = Word {
                    text: Arc::clone(&scalar.text),
                    place: Place {
                        file,
                        span: entry.key.span,
                    },
                };
                entries.push((word, self.scope.view(file, &entry.value)));
            }
        }
        Some(entries)
    }

    /// The items of a list; `None` for anything else.
    pub fn items(&self) -> Option<Vec<View<'a>>> {
        let items = self.node.items()?.iter();
        Some(items.map(|item| self.scope.view(self.file, item)).collect())
    }

    /// A scalar's content as it is written; `None` for lists, maps and nulls.
    pub fn text(&self) -> Option<&'a str> {
        self.node.text().filter(|_| !self.node.is_null())
    }

    /// A text with its place.
    pub(super) fn word(&self) -> Option<Word> {
        let scalar = self.node.scalar()?;
        (scalar.value != Scalar::Null).then(|| Word {
            text: Arc::clone(&scalar.text),
            place: self.place(),
        })
    }

    /// The boolean, where it is one.
    pub fn as_bool(&self) -> Option<bool> {
        self.node.as_bool()
    }

    /// Whether it is a list or a map without content.
    pub(super) fn is_empty(&self) -> bool {
        self.layers().all(|(_, node)| match &node.kind {
            Kind::Scalar(_) => false,
            Kind::Sequence(items) => items.is_empty(),
            Kind::Mapping(entries) => entries.iter().all(|entry| entry.key.text() == Some("$ref")),
        })
    }

    /// Whether nothing stands here.
    pub fn is_null(&self) -> bool {
        self.node.is_null()
    }

    /// The value as JSON, references written out; a date is the text that stands there.
    ///
    /// An error says why not: a reference leads to nothing, or the value is too deep or too large.
    pub fn to_json(&self) -> Result<Value, Reason> {
        self.json(0)
    }

    fn json(&self, depth: usize) -> Result<Value, Reason> {
        if let Some(reason) = self.broken() {
            return Err(reason.clone());
        }
        if depth > DEEPEST {
            return Err(self.too_large());
        }
        match &self.node.kind {
            Kind::Scalar(scalar) => Ok(match &scalar.value {
                Scalar::Null => Value::Null,
                Scalar::Bool(value) => Value::Bool(*value),
                Scalar::Int(value) => Value::from(*value),
                Scalar::Float(value) => Number::from_f64(*value)
                    .map_or_else(|| Value::String(scalar.text.to_string()), Value::Number),
                _ => Value::String(scalar.text.to_string()),
            }),
            Kind::Sequence(_) => {
                let items = self.items().unwrap_or_default();
                items.iter().map(|item| item.json(depth + 1)).collect()
            }
            Kind::Mapping(_) => {
                let entries = self.entries().unwrap_or_default();
                let entries: Result<Map<_, _>, Reason> = entries
                    .into_iter()
                    .map(|(key, value)| Ok((key.text.to_string(), value.json(depth + 1)?)))
                    .collect();
                entries.map(Value::Object)
            }
        }
    }
}

/// A text that is equal exactly where the bytes are: themselves while they are few, or their digest.
pub(super) fn token(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    match std::str::from_utf8(bytes) {
        Ok(text) if text.len() <= SHORT => text.to_owned(),
        _ => Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    }
}
