//! The walk over a file along the schema.

use super::{Complaint, Format, Misfit};
use crate::metadata::field::noun;
use crate::text::{NEAR, Span, nearest};
use crate::yaml::{Entry, Kind, Node, Scalar, Value};

/// The most misfits of one file that are kept; the file is not accepted with the first of them.
const MOST: usize = 1_000;
/// The most characters of a key that a path shows.
const LONGEST_KEY: usize = 200;
/// What the one pattern of the schema asks of a key.
const VERSION: &str = "a version such as 2.0.0";

/// What stands for every version among the names that belong elsewhere.
const ANY_VERSION: &str = "<version>";

/// A walk under way.
pub(super) struct Walk {
    schema: &'static Node,
    found: Vec<Misfit>,
}

impl Walk {
    pub(super) fn new(schema: &'static Node) -> Self {
        Self {
            schema,
            found: Vec::new(),
        }
    }

    pub(super) fn misfits(mut self, root: &Node) -> Vec<Misfit> {
        self.value(self.schema, root, "", root.span);
        self.found
    }

    fn push(&mut self, path: &str, span: Span, complaint: Complaint) {
        if self.found.len() >= MOST {
            return;
        }
        self.found.push(Misfit {
            path: path.to_owned(),
            span,
            complaint,
        });
    }

    /// Judges a value; `anchor` is the place of what the whole lacks: its key.
    ///
    /// The recursion ends with the file, which nests no deeper than its limits.
    fn value(&mut self, schema: &'static Node, node: &Node, path: &str, anchor: Span) {
        let schema = self.resolved(schema);
        if let Some(expected) = schema.get("type").and_then(Node::as_str)
            && let Some(belongs) = misplaced(expected, is_date(schema), node)
        {
            self.push(path, place(node, anchor), Complaint::Kind(belongs, noun(node)));
            return;
        }
        if let Some(listed) = schema.get("enum").and_then(Node::items)
            && !listed.iter().any(|value| value.same_value(node))
        {
            let words = listed.iter().filter_map(Node::text).collect();
            self.push(path, place(node, anchor), Complaint::NotListed(words));
            return;
        }
        if let Some(format) = schema.get("format").and_then(Node::as_str).and_then(Format::of)
            && !format.fits(node)
        {
            self.push(path, place(node, anchor), Complaint::Form(format.words()));
        }
        match &node.kind {
            Kind::Scalar(_) => {}
            Kind::Sequence(items) => self.items(schema, items, path, anchor),
            Kind::Mapping(_) => self.map(schema, node, path, anchor),
        }
    }

    fn resolved(&self, schema: &'static Node) -> &'static Node {
        let name = schema.get("$ref").and_then(Node::as_str);
        let name = name.and_then(|pointer| pointer.strip_prefix("#/definitions/"));
        name.and_then(|name| self.schema.at(&["definitions", name]))
            .unwrap_or(schema)
    }

    fn items(&mut self, schema: &'static Node, items: &[Node], path: &str, anchor: Span) {
        if items.is_empty() && asks(schema, "minItems") {
            self.push(path, anchor, Complaint::Empty);
        }
        let Some(each) = schema.get("items") else { return };
        for (at, item) in items.iter().enumerate() {
            self.value(each, item, &format!("{path}[{at}]"), item.span);
        }
    }

    fn map(&mut self, schema: &'static Node, node: &Node, path: &str, anchor: Span) {
        let entries: Vec<&Entry> = node.counting_entries().collect();
        if entries.is_empty() && asks(schema, "minProperties") {
            self.push(path, anchor, Complaint::Empty);
        }
        let required = schema.get("required").and_then(Node::items).unwrap_or_default();
        for name in required.iter().filter_map(Node::as_str) {
            match node.entry(name) {
                None => self.push(&joined(path, name), anchor, Complaint::Missing(name)),
                Some(entry) if entry.value.is_null() => {
                    self.push(&joined(path, name), entry.key.span, Complaint::Unset(name));
                }
                Some(_) => {}
            }
        }
        for entry in entries {
            self.entry(schema, entry, path);
        }
    }

    fn fits(&self, schema: &'static Node, entry: &Entry) -> bool {
        let mut walk = Self::new(self.schema);
        walk.value(schema, &entry.value, "", entry.key.span);
        walk.found.is_empty()
    }

    fn entry(&mut self, schema: &'static Node, entry: &Entry, path: &str) {
        let name = entry.key.text().unwrap_or_default();
        let path = joined(path, name);
        let is_text = entry.key.as_str().is_some();
        let known = schema.at(&["properties", name]).filter(|_| is_text);
        let by_pattern = schema
            .get("patternProperties")
            .and_then(Node::entries)
            .and_then(<[Entry]>::first)
            .map(|pattern| &pattern.value);
        let below = known.or(by_pattern.filter(|_| is_text && is_version(name)));
        match below {
            // The publisher takes a null for a field that is not there.
            Some(_) if entry.value.is_null() => {}
            Some(below) => self.value(below, &entry.value, &path, entry.key.span),
            None if schema.get("additionalProperties").and_then(Node::as_bool) != Some(false) => {}
            None => {
                let note = |keyword: &str, name: &str| schema.at(&[keyword, name]).and_then(Node::as_str);
                let kind_of_name = if is_version(name) { ANY_VERSION } else { name };
                let complaint = if let Some(since) = note("x-retired", name) {
                    Complaint::Retired(since)
                } else if let Some(writer) = note("x-generated", name) {
                    Complaint::Generated(writer)
                } else if let Some(place) = note("x-belongs", kind_of_name) {
                    Complaint::Misplaced(place)
                } else if by_pattern.is_some() {
                    Complaint::Key(VERSION)
                } else {
                    let known = schema
                        .get("properties")
                        .and_then(Node::entries)
                        .unwrap_or_default();
                    let names = known.iter().filter_map(|entry| entry.key.as_str());
                    let meant = || note("x-meant", name).or_else(|| nearest(name, names, NEAR));
                    // A name that takes no such value was not meant.
                    let fits = |near: &&str| {
                        schema
                            .at(&["properties", near])
                            .is_some_and(|below| self.fits(below, entry))
                    };
                    Complaint::Unknown(meant().filter(fits))
                };
                self.push(&path, entry.key.span, complaint);
            }
        }
    }
}

/// What belongs there, where a value is of another kind.
fn misplaced(expected: &str, is_date: bool, node: &Node) -> Option<&'static str> {
    let scalar = node.scalar();
    let (fits, belongs) = match expected {
        "object" => (node.entries().is_some(), "a map"),
        "array" => (node.items().is_some(), "a list"),
        "boolean" => (node.as_bool().is_some(), "true or false"),
        "integer" => (scalar.is_some_and(is_integer), "a whole number"),
        _ => (scalar.is_some_and(|scalar| is_text(scalar, is_date)), "text"),
    };
    (!fits).then_some(belongs)
}

fn is_date(schema: &Node) -> bool {
    schema.get("format").and_then(Node::as_str) == Some("date")
}

/// The publisher turns a number back into the text that it was written as, and takes a plain date where a date is due.
fn is_text(scalar: &Scalar, takes_dates: bool) -> bool {
    match scalar.value {
        Value::String | Value::Int(_) | Value::BigInt(_) | Value::Float(_) => true,
        Value::Date(_) => takes_dates,
        _ => false,
    }
}

fn is_integer(scalar: &Scalar) -> bool {
    match scalar.value {
        Value::Int(_) | Value::BigInt(_) => true,
        Value::Float(number) => number.fract() == 0.0,
        _ => false,
    }
}

/// The value, or its key where nothing is written.
fn place(node: &Node, anchor: Span) -> Span {
    if node.span.is_empty() { anchor } else { node.span }
}

/// Whether a least size above nothing is asked for.
fn asks(schema: &Node, keyword: &str) -> bool {
    schema.get(keyword).is_some()
}

/// Three numbers, as the pattern of the schema says it.
fn is_version(key: &str) -> bool {
    let parts: Vec<&str> = key.split('.').collect();
    parts.len() == 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn joined(path: &str, name: &str) -> String {
    let cut = name
        .char_indices()
        .nth(LONGEST_KEY)
        .map_or(name.len(), |(at, _)| at);
    let name = &name[..cut];
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}
