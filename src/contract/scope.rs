//! The files in which references lead somewhere, and where a reference leads.

use std::cell::Cell;

use super::view::View;
use super::{ReasonKind, SourceFile};
use crate::yaml::{Kind, Node};

/// How many references in a row are followed.
pub(super) const LONGEST_CHAIN: usize = 64;
/// How many nodes one contract may show, references written out; the largest known one shows less than 20,000.
const MOST_NODES: usize = 250_000;
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
    pub(super) files: &'a [SourceFile],
    references: References,
    /// Where the pointers of a file count from before they count from its root.
    base: Option<(usize, &'a Node)>,
    shown: Cell<usize>,
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
        View::new(self, file, node)
    }

    /// Counts one more node that is shown; whether there may be as many.
    pub(super) fn may_show(&self) -> bool {
        self.shown.set(self.shown.get() + 1);
        self.shown.get() <= MOST_NODES
    }

    pub(super) fn reference(&self, node: &'a Node) -> Option<&'a str> {
        match &node.kind {
            Kind::Scalar(_) if self.references == References::Manifest => {
                node.as_str().filter(|text| text.starts_with("#/"))
            }
            Kind::Mapping(_) => node.get("$ref").and_then(Node::as_str),
            _ => None,
        }
    }

    pub(super) fn target(&self, file: usize, reference: &str) -> Result<(usize, &'a Node), ReasonKind> {
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
