//! How a manifest reaches its service: encrypted, and with OAuth as the first choice where it offers that.
//!
//! Goes by the fields that hold addresses; one that the configuration fills in is for a person to see.

use super::manifest::NAMED;
use super::{Subject, beforehand, met, missing, to_confirm};
use crate::finding::{Prose, RequirementState, code, prose};
use crate::yaml::{Document, Entry, Node};

/// The fields of a manifest that hold an address.
const ADDRESSES: [&str; 5] = [
    "url_base",
    "url",
    "token_refresh_endpoint",
    "access_token_url",
    "consent_url",
];
/// The most references that are followed to one address.
const MOST_HOPS: usize = 5;

/// Whether every address of the manifest is one of https.
pub(super) fn encrypted(subject: &Subject, manifest: &Document) -> RequirementState {
    let mut addresses = Addresses::default();
    addresses.look(manifest.root(), manifest.root());
    addresses.open.sort_unstable();
    addresses.open.dedup();
    match (
        addresses.open.is_empty(),
        addresses.encrypted,
        addresses.is_partial,
    ) {
        (false, _, _) => missing(
            Prose::listed(&addresses.open, " and ", NAMED).join(match addresses.open.len() {
                1 => prose![" is reached without encryption"],
                _ => prose![" are reached without encryption"],
            }),
            beforehand(subject, prose!["Reach the service by ", code("https")]).then(prose![
                "Else whoever is on the way reads credentials and records."
            ]),
        ),
        (true, true, false) => met(prose!["it does"], None),
        _ => to_confirm(Vec::new()),
    }
}

/// The addresses of a manifest.
#[derive(Default)]
struct Addresses<'a> {
    /// Those without encryption.
    open: Vec<&'a str>,
    /// Whether any is encrypted.
    encrypted: bool,
    /// Whether there are some of which the manifest does not say how they begin.
    is_partial: bool,
}

impl<'a> Addresses<'a> {
    /// Looks below a node; the recursion ends with the file, which nests no deeper than its limits.
    fn look(&mut self, root: &'a Node, node: &'a Node) {
        for item in node.items().unwrap_or_default() {
            self.look(root, item);
        }
        for entry in node.entries().unwrap_or_default() {
            let is_address = entry.key.text().is_some_and(|key| ADDRESSES.contains(&key));
            match address(root, &entry.value).filter(|_| is_address) {
                Some(text) => self.add(text),
                // What bears such a name and holds more is a part of a schema.
                None => self.look(root, &entry.value),
            }
        }
    }

    fn add(&mut self, text: &'a str) {
        let lower = text.trim_start().to_ascii_lowercase();
        if lower.starts_with("http://") {
            self.open.push(text);
        } else if lower.starts_with("https://") {
            self.encrypted = true;
        } else {
            self.is_partial = true;
        }
    }
}

/// The text of an address, where it stands or where it refers to.
fn address<'a>(root: &'a Node, node: &'a Node) -> Option<&'a str> {
    let mut node = node;
    for _ in 0..MOST_HOPS {
        let pointer = node.get("$ref").unwrap_or(node).as_str()?;
        let Some(path) = pointer.strip_prefix("#/") else {
            return (node.as_str() == Some(pointer)).then_some(pointer);
        };
        node = root.at(&path.split('/').collect::<Vec<_>>())?;
    }
    None
}

/// Whether OAuth is the first of the options that hold it; `None` where the specification offers no choice with it.
pub(super) fn oauth_first(subject: &Subject, manifest: &Document) -> Option<RequirementState> {
    let mut first = None;
    options(
        manifest.root().at(&["spec", "connection_specification"])?,
        &mut first,
    );
    Some(match first? {
        true => met(prose!["it is"], None),
        false => missing(
            prose!["OAuth is offered, and another way to log in comes first"],
            beforehand(
                subject,
                prose!["Put the option with OAuth at the head of its ", code("oneOf")],
            )
            .then(prose!["Most users take the first."]),
        ),
    })
}

/// Notes of each list of options with OAuth whether it comes first there; once it does not, that stays.
fn options(node: &Node, first: &mut Option<bool>) {
    for item in node.items().unwrap_or_default() {
        options(item, first);
    }
    for entry in node.entries().unwrap_or_default() {
        if let Some(at) = oauth_option(entry) {
            *first = Some(at == 0 && *first != Some(false));
        }
        options(&entry.value, first);
    }
}

fn oauth_option(entry: &Entry) -> Option<usize> {
    let choices = (entry.key.text() == Some("oneOf")).then(|| entry.value.items())??;
    choices.iter().position(is_oauth)
}

/// Whether an option is that of OAuth, by its title or by the value that marks it.
fn is_oauth(option: &Node) -> bool {
    let says = |node: Option<&Node>| {
        node.and_then(Node::as_str)
            .is_some_and(|text| text.to_ascii_lowercase().contains("oauth"))
    };
    let marks = option
        .get("properties")
        .and_then(Node::entries)
        .unwrap_or_default();
    says(option.get("title")) || marks.iter().any(|mark| says(mark.value.get("const")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Limits;

    fn document(text: &str) -> Document {
        Document::parse(text.as_bytes(), &Limits::MANIFEST).unwrap()
    }

    #[test]
    fn addresses_are_found_where_they_stand_or_refer_to() {
        let found = |text: &str| {
            let document = document(text);
            let mut addresses = Addresses::default();
            addresses.look(document.root(), document.root());
            (
                addresses
                    .open
                    .iter()
                    .map(|open| (*open).to_owned())
                    .collect::<Vec<_>>(),
                addresses.encrypted,
                addresses.is_partial,
            )
        };
        let open = |address: &str| (vec![address.to_owned()], false, false);
        assert_eq!(
            found("a: [{ url_base: \"HTTP://a.example\" }]"),
            open("HTTP://a.example")
        );
        assert_eq!(
            found("url_base: \"#/definitions/base\"\ndefinitions: { base: \"http://a.example\" }"),
            open("http://a.example")
        );
        assert_eq!(
            found("url: { $ref: \"#/definitions/base\" }\ndefinitions: { base: \"https://a.example\" }"),
            (vec![], true, false)
        );
        assert_eq!(found("url_base: \"{{ config['host'] }}\""), (vec![], false, true));
        assert_eq!(
            found("schema: { properties: { url: { type: string } } }"),
            (vec![], false, false)
        );
        // What refers to itself ends.
        assert_eq!(found("url: \"#/url\""), (vec![], false, false));
    }

    #[test]
    fn oauth_comes_first_or_not() {
        let found = |options_text: &str| {
            let mut first = None;
            options(
                document(&format!(
                    "properties: {{ credentials: {{ oneOf: {options_text} }} }}"
                ))
                .root(),
                &mut first,
            );
            first
        };
        let (oauth, key) = ("{ title: \"Log in (OAuth2.0)\" }", "{ title: API key }");
        let marked = "{ properties: { auth_type: { const: oauth2.0 } } }";
        assert_eq!(found(&format!("[{oauth}, {key}]")), Some(true));
        assert_eq!(found(&format!("[{marked}, {key}]")), Some(true));
        assert_eq!(found(&format!("[{key}, {oauth}]")), Some(false));
        assert_eq!(found(&format!("[{key}]")), None);
    }
}
