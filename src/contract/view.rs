//! A node as its reader meets it: with its references followed.
//!
//! A map that holds `$ref` shows its own entries before those of the map that the reference names, as the CDK merges them;
//! in a manifest any text that starts with `#/` is a reference.

use std::cell::Cell;
use std::sync::Arc;

use serde_json::{Map, Number, Value};

use super::{Place, Reason, ReasonKind, SourceFile, Word};
use crate::yaml::{Kind, Node, Value as Scalar};

/// How many references in a row are followed.
const LONGEST_CHAIN: usize = 64;
/// How deep a value may nest, references written out.
const DEEPEST: usize = 64;
/// How many nodes one contract may show, references written out; the largest known one shows less than 20,000.
const MOST_NODES: usize = 250_000;
/// Up to how many bytes a text is its own token.
const SHORT: usize = 256;

/// How references are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum References {
    /// A manifest: a `$ref` in a map, or a bare text `#/…` anywhere; both lead into the same file.
    Manifest,
    /// A schema file: a `$ref` in a map, into the same file or another one.
    Schema,
}

/// The files in which references lead somewhere.
pub struct Scope<'a> {
    files: &'a [SourceFile],
    references: References,
    /// Where the pointers of a file count from before they count from its root.
    base: Option<(usize, &'a Node)>,
    shown: Cell<usize>,
}

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

impl std::fmt::Debug for Scope<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Scope").finish_non_exhaustive()
    }
}

impl<'a> Scope<'a> {
    /// Starts to read files.
    pub fn new(files: &'a [SourceFile], references: References) -> Self {
        Self {
            files,
            references,
            base: None,
            shown: Cell::new(0),
        }
    }

    /// Lets pointers within a file count from one of its nodes, and from its root where they lead to nothing there.
    #[must_use]
    pub fn based(mut self, file: usize, node: &'a Node) -> Self {
        self.base = Some((file, node));
        self
    }

    /// A file's root.
    pub fn root(&'a self, file: usize) -> View<'a> {
        self.view(file, self.files[file].document.root())
    }

    /// A node of a file.
    pub fn view(&'a self, file: usize, node: &'a Node) -> View<'a> {
        let mut view = View {
            scope: self,
            file,
            node,
            further: Vec::new(),
            broken: None,
        };
        self.shown.set(self.shown.get() + 1);
        if self.shown.get() > MOST_NODES {
            view.broken = Some(Box::new(view.too_large()));
            return view;
        }
        view.follow();
        view
    }

    fn reference(&self, node: &'a Node) -> Option<&'a str> {
        match &node.kind {
            Kind::Scalar(_) if self.references == References::Manifest => {
                node.as_str().filter(|text| text.starts_with("#/"))
            }
            Kind::Mapping(_) => node.get("$ref").and_then(Node::as_str),
            _ => None,
        }
    }

    fn target(&self, file: usize, reference: &str) -> Result<(usize, &'a Node), ReasonKind> {
        let (path, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        if path.contains("://") || path.starts_with("//") {
            return Err(ReasonKind::Remote);
        }
        if path.is_empty()
            && let Some((based, base)) = self.base
            && based == file
            && let Some(node) = pointed(base, pointer)
        {
            return Ok((file, node));
        }
        let file = match path {
            "" => file,
            _ if self.references == References::Manifest => return Err(ReasonKind::Nowhere),
            path => self.other(file, path).ok_or(ReasonKind::Nowhere)?,
        };
        pointed(self.files[file].document.root(), pointer)
            .map(|node| (file, node))
            .ok_or(ReasonKind::Nowhere)
    }

    /// Another file that a schema file names.
    fn other(&self, from: usize, path: &str) -> Option<usize> {
        super::schema_file::neighbours(&self.files[from].path, path)
            .iter()
            .find_map(|wanted| self.files.iter().position(|file| file.path == *wanted))
    }
}

/// The node at a JSON pointer; a key may itself hold slashes: as the CDK does, the whole rest is tried as a key first.
fn pointed<'a>(root: &'a Node, pointer: &str) -> Option<&'a Node> {
    let mut node = root;
    let mut rest = pointer.strip_prefix('/').unwrap_or(pointer);
    while !rest.is_empty() {
        if let Some(items) = node.items() {
            let (index, after) = rest.split_once('/').unwrap_or((rest, ""));
            node = items.get(index.parse::<usize>().ok()?)?;
            rest = after;
            continue;
        }
        if let Some(found) = node.get(rest) {
            return Some(found);
        }
        let ends = rest.match_indices('/').map(|(at, _)| at).chain([rest.len()]);
        let (next, end) = ends.take(LONGEST_CHAIN).find_map(|end| {
            let key = &rest[..end];
            let next = node.get(key).or_else(|| {
                let plain = key
                    .contains('~')
                    .then(|| key.replace("~1", "/").replace("~0", "~"))?;
                node.get(&plain)
            });
            next.map(|next| (next, end))
        })?;
        node = next;
        rest = rest[end..].strip_prefix('/').unwrap_or_default();
    }
    Some(node)
}

impl<'a> View<'a> {
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
