//! Whether the settings of a manifest's specification that hold secrets are marked as such.
//!
//! Goes by their names; a part that stands elsewhere is for a person to see.

use super::manifest::NAMED;
use super::{Subject, beforehand, met, missing, to_confirm};
use crate::finding::{Prose, RequirementState, code, prose};
use crate::yaml::{Document, Node};

/// How deep a specification is looked into; the deepest known has 20.
const DEEPEST: usize = 64;
/// How the names of settings end that hold secrets.
const SECRETS: [&str; 8] = [
    "password",
    "secret",
    "api_key",
    "apikey",
    "token",
    "credentials",
    "private_key",
    "secret_key",
];
/// The keywords that list schemas which a value has to fit, some or all of them.
const OPTIONS: [&str; 3] = ["oneOf", "anyOf", "allOf"];

pub(super) fn marked(subject: &Subject, manifest: &Document) -> RequirementState {
    let mut secrets = Secrets::default();
    let specification = manifest.root().at(&["spec", "connection_specification"]);
    if let Some(node) = specification {
        secrets.look(node, DEEPEST);
    }
    match (specification, secrets.open.is_empty(), secrets.is_partial) {
        (None, _, _) | (_, true, true) => to_confirm(Vec::new()),
        (_, true, false) => met(prose!["they are"], None),
        (_, false, _) => missing(
            prose!["settings that hold secrets are not marked as such"],
            beforehand(
                subject,
                prose!["Add ", code("airbyte_secret: true"), " to "].join(Prose::listed(
                    &secrets.open,
                    ", ",
                    NAMED,
                )),
            )
            .then(prose![
                "Without it the platform shows and stores the value in the open."
            ]),
        ),
    }
}

/// The settings of a specification whose names say that they hold a secret and that are not marked.
#[derive(Default)]
struct Secrets<'a> {
    open: Vec<&'a str>,
    /// Whether a part stands elsewhere or too deep, so that nobody saw it.
    is_partial: bool,
}

impl<'a> Secrets<'a> {
    fn look(&mut self, node: &'a Node, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            self.is_partial = true;
            return;
        };
        self.is_partial |= node.get("$ref").is_some();
        for entry in node.get("properties").and_then(Node::entries).unwrap_or_default() {
            let name = entry.key.text().unwrap_or_default();
            let lower = name.to_ascii_lowercase();
            let is_secret = SECRETS.iter().any(|end| lower.ends_with(end));
            if is_secret && is_text(&entry.value) && !is_marked(&entry.value) {
                self.open.push(name);
            }
            self.look(&entry.value, depth);
        }
        for option in options(node) {
            self.look(option, depth);
        }
        if let Some(items) = node.get("items") {
            self.look(items, depth);
        }
    }
}

fn options(node: &Node) -> impl Iterator<Item = &Node> {
    let lists = OPTIONS.iter().filter_map(|keyword| node.get(keyword)?.items());
    lists.flatten()
}

/// Whether a value of a schema, or of one of its options, may be text.
fn is_text(schema: &Node) -> bool {
    let says = |schema: &Node| {
        let kind = schema.get("type");
        let is_string = |node: &Node| node.text() == Some("string");
        kind.is_some_and(|kind| is_string(kind) || kind.items().unwrap_or_default().iter().any(is_string))
    };
    says(schema) || options(schema).any(says)
}

fn is_marked(schema: &Node) -> bool {
    let says = |schema: &Node| schema.get("airbyte_secret").and_then(Node::as_bool) == Some(true);
    says(schema) || options(schema).any(says)
}
