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
/// How many nodes one contract may show, references written out: four times the largest known manifest.
const MOST_NODES: usize = 2_000_000;

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
    shown: Cell<usize>,
}

/// A node with its references followed.
#[derive(Debug, Clone)]
pub struct View<'a> {
    scope: &'a Scope<'a>,
    /// For a map its own node first, then those that its references name; for anything else one.
    layers: Vec<(usize, &'a Node)>,
    broken: Option<Reason>,
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
            shown: Cell::new(0),
        }
    }

    /// A file's root.
    pub fn root(&'a self, file: usize) -> View<'a> {
        self.view(file, self.files[file].document.root())
    }

    /// A node of a file.
    pub fn view(&'a self, file: usize, node: &'a Node) -> View<'a> {
        let mut view = View {
            scope: self,
            layers: vec![(file, node)],
            broken: None,
        };
        self.shown.set(self.shown.get() + 1);
        if self.shown.get() > MOST_NODES {
            view.broken = Some(Reason::new(ReasonKind::TooLarge, "", Some(view.place())));
            return view;
        }
        view.follow();
        view
    }

    fn reference(&self, node: &'a Node) -> Option<&'a str> {
        if self.references == References::Manifest
            && let Some(text) = node.as_str()
            && text.starts_with("#/")
        {
            return Some(text);
        }
        node.get("$ref").and_then(Node::as_str)
    }

    fn target(&self, file: usize, reference: &str) -> Result<(usize, &'a Node), ReasonKind> {
        let (path, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        if path.contains("://") || path.starts_with("//") {
            return Err(ReasonKind::Remote);
        }
        let file = match path {
            "" => file,
            path => self.other(file, path).ok_or(ReasonKind::Nowhere)?,
        };
        pointed(self.files[file].document.root(), pointer)
            .map(|node| (file, node))
            .ok_or(ReasonKind::Nowhere)
    }

    /// Another file that a schema file names: beside it, or in the folder `shared`.
    fn other(&self, from: usize, path: &str) -> Option<usize> {
        let folder = self.files[from].path.parent()?;
        ["", "shared/"].iter().find_map(|between| {
            let wanted = folder.join(format!("{between}{path}").as_bytes()).ok()?;
            self.files.iter().position(|file| file.path == wanted)
        })
    }
}

/// The node at a JSON pointer; a key may itself hold slashes.
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
        let ends = rest.match_indices('/').map(|(at, _)| at).chain([rest.len()]);
        let (next, end) = ends.take(LONGEST_CHAIN).find_map(|end| {
            let key = rest[..end].replace("~1", "/").replace("~0", "~");
            node.get(&key).map(|next| (next, end))
        })?;
        node = next;
        rest = rest[end..].strip_prefix('/').unwrap_or_default();
    }
    Some(node)
}

impl<'a> View<'a> {
    fn follow(&mut self) {
        let mut seen: Vec<*const Node> = Vec::new();
        while let Some(&(file, node)) = self.layers.last() {
            let Some(reference) = self.scope.reference(node) else {
                return;
            };
            let place = Some(Place {
                file,
                span: node.span,
            });
            if seen.contains(&std::ptr::from_ref(node)) || seen.len() >= LONGEST_CHAIN {
                self.broken = Some(Reason::new(ReasonKind::Cycle, reference, place));
                return;
            }
            seen.push(std::ptr::from_ref(node));
            match self.scope.target(file, reference) {
                // A reference to what is no map replaces whatever stands beside it.
                Ok(target) if node.entries().is_none() || target.1.entries().is_none() => {
                    self.layers.pop();
                    if target.1.entries().is_none() {
                        self.layers.clear();
                    }
                    self.layers.push(target);
                }
                Ok(target) => self.layers.push(target),
                Err(kind) => {
                    self.broken = Some(Reason::new(kind, reference, place));
                    return;
                }
            }
        }
    }

    fn node(&self) -> &'a Node {
        self.layers[0].1
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        let (file, node) = self.layers[0];
        Place {
            file,
            span: node.span,
        }
    }

    /// Why its references lead to nothing that can be read.
    pub fn broken(&self) -> Option<&Reason> {
        self.broken.as_ref()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<View<'a>> {
        self.layers
            .iter()
            .find_map(|(file, node)| Some(self.scope.view(*file, node.get(key)?)))
    }

    /// The entries of a map, those of references after its own; `None` for anything else.
    pub fn entries(&self) -> Option<Vec<(Word, View<'a>)>> {
        self.node().entries()?;
        let mut entries: Vec<(Word, View<'a>)> = Vec::new();
        for (layer, (file, node)) in self.layers.iter().enumerate() {
            for entry in node.counting_entries() {
                let Some(name) = entry.key.text() else { continue };
                let hidden = layer > 0
                    && self.layers[..layer]
                        .iter()
                        .any(|(_, before)| before.get(name).is_some());
                if name == "$ref" || hidden {
                    continue;
                }
                let place = Place {
                    file: *file,
                    span: entry.key.span,
                };
                let word = Word {
                    text: Arc::from(name),
                    place,
                };
                entries.push((word, self.scope.view(*file, &entry.value)));
            }
        }
        Some(entries)
    }

    /// The items of a list; `None` for anything else.
    pub fn items(&self) -> Option<Vec<View<'a>>> {
        let (file, node) = self.layers[0];
        Some(
            node.items()?
                .iter()
                .map(|item| self.scope.view(file, item))
                .collect(),
        )
    }

    /// A scalar's content as it is written; `None` for lists, maps and nulls.
    pub fn text(&self) -> Option<&'a str> {
        self.node().text().filter(|_| !self.node().is_null())
    }

    /// The boolean, where it is one.
    pub fn as_bool(&self) -> Option<bool> {
        self.node().as_bool()
    }

    /// Whether nothing stands here.
    pub fn is_null(&self) -> bool {
        self.node().is_null()
    }

    /// The value as JSON, references written out; a date is the text that stands there.
    pub fn to_json(&self) -> Value {
        match &self.node().kind {
            Kind::Scalar(scalar) => match &scalar.value {
                Scalar::Null => Value::Null,
                Scalar::Bool(value) => Value::Bool(*value),
                Scalar::Int(value) => {
                    i64::try_from(*value).map_or_else(|_| Value::String(value.to_string()), Value::from)
                }
                Scalar::Float(value) => Number::from_f64(*value)
                    .map_or_else(|| Value::String(scalar.text.to_string()), Value::Number),
                _ => Value::String(scalar.text.to_string()),
            },
            Kind::Sequence(_) => self
                .items()
                .unwrap_or_default()
                .iter()
                .map(View::to_json)
                .collect(),
            Kind::Mapping(_) => {
                let entries = self.entries().unwrap_or_default();
                Value::Object(
                    entries
                        .into_iter()
                        .map(|(key, value)| (key.text.to_string(), value.to_json()))
                        .collect::<Map<_, _>>(),
                )
            }
        }
    }
}
