//! Whether a path of keys can lead to a field, as far as the schema tells.
//!
//! A name that it does not know may be a field of a fork, and is only doubted where it is a known one with a slip or two.

use super::SCHEMA;
use crate::yaml::{Entry, Node};

/// The kinds of values that have no keys.
const KEYLESS: [&str; 5] = ["array", "string", "boolean", "integer", "number"];

/// Names with fewer letters are mistaken for another one more easily.
const SHORT: usize = 6;
/// The longest name that is compared.
const LONGEST: usize = 60;

/// Why a path leads to no field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeadEnd {
    /// No map stands there, but a list or a scalar, whose parts have no names.
    NoMap(String),
    /// A name is nearly a known one: the path with that one instead.
    Misspelt(String),
}

/// Follows a path of names, in which `*` stands for any one; `None` where it leads to a field, or might.
pub fn dead_end(names: &[String]) -> Option<DeadEnd> {
    let mut schemas: Vec<&'static Node> = vec![SCHEMA.root()];
    for (at, name) in names.iter().enumerate() {
        if schemas.iter().all(|schema| is_keyless(schema)) {
            return Some(DeadEnd::NoMap(names[..at].join(".")));
        }
        if schemas.iter().any(|schema| takes_more(schema, name)) {
            return None;
        }
        let mut below: Vec<&'static Node> = Vec::new();
        for child in schemas.iter().flat_map(|schema| children(schema, name)) {
            if !below.iter().any(|known| std::ptr::eq(*known, child)) {
                below.push(child);
            }
        }
        if below.is_empty() {
            let known = schemas.iter().flat_map(|schema| entries(schema, "properties"));
            let mut known = known.filter_map(|entry| entry.key.as_str());
            let meant = schemas
                .iter()
                .find_map(|schema| schema.at(&["x-meant", name])?.as_str());
            let near = meant.or_else(|| known.find(|known| is_slip(name, known)))?;
            let right = names.iter().enumerate();
            let right = right.map(|(other, name)| if other == at { near } else { name.as_str() });
            return Some(DeadEnd::Misspelt(right.collect::<Vec<_>>().join(".")));
        }
        schemas = below;
    }
    None
}

/// Whether a name is a known one with a letter or two mistaken; one is refused, so it has to be nearer than one to offer.
fn is_slip(name: &str, known: &str) -> bool {
    let plain = |name: &str| -> String {
        let letters = name.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let most = if known.len() < SHORT { 1 } else { 2 };
    name.len() <= LONGEST && strsim::damerau_levenshtein(&plain(name), &plain(known)) <= most
}

fn is_keyless(schema: &Node) -> bool {
    let kind = schema.get("type").and_then(Node::as_str);
    kind.map_or(schema.get("enum").is_some(), |kind| KEYLESS.contains(&kind))
}

/// Whether a map takes names that the schema does not list, or took this one once.
fn takes_more(schema: &Node, name: &str) -> bool {
    let is_map = !is_keyless(schema);
    let is_open = schema.get("additionalProperties").and_then(Node::as_bool) != Some(false);
    let is_noted = ["x-retired", "x-generated"]
        .iter()
        .any(|keyword| schema.at(&[keyword, name]).is_some());
    is_map && (is_open || is_noted)
}

fn entries(schema: &'static Node, keyword: &str) -> &'static [Entry] {
    schema.get(keyword).and_then(Node::entries).unwrap_or_default()
}

/// The schemas of what a name stands for; a pattern takes the names that are no properties.
fn children(schema: &'static Node, name: &str) -> Vec<&'static Node> {
    let fits = |entry: &&Entry| name == "*" || entry.key.as_str() == Some(name);
    let known = entries(schema, "properties").iter().filter(fits);
    let known = known.chain(entries(schema, "patternProperties"));
    known.map(|entry| resolved(&entry.value)).collect()
}

fn resolved(schema: &'static Node) -> &'static Node {
    let pointer = schema.get("$ref").and_then(Node::as_str);
    let name = pointer.and_then(|pointer| pointer.strip_prefix("#/definitions/"));
    name.and_then(|name| SCHEMA.root().at(&["definitions", name]))
        .unwrap_or(schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dead_end_of(path: &str) -> Option<DeadEnd> {
        let names: Vec<String> = path.split('.').map(str::to_owned).collect();
        dead_end(&names)
    }

    #[test]
    fn a_path_to_a_field_and_one_that_a_fork_may_have_are_taken() {
        for path in [
            "metadataSpecVersion",
            "data.license",
            "data.*",
            "data.registryOverrides.*.enabled",
            "data.registryOverrides.cloud.allowedHosts.hosts",
            "data.releases.breakingChanges.*.message",
            "data.ab_internal.sl",
            "data.tags",
            "data.registries.cloud.enabled",
            "data.ourOwnField.inside",
            "data.namespace",
            "data.team",
            "data.*.*.*.*",
        ] {
            assert_eq!(dead_end_of(path), None, "{path}");
        }
    }

    #[test]
    fn a_path_that_can_lead_nowhere_is_named() {
        let misspelt = |path: &str| Some(DeadEnd::Misspelt(path.to_owned()));
        assert_eq!(dead_end_of("data.lisence"), misspelt("data.license"));
        assert_eq!(
            dead_end_of("data.registryOverrides.*.enabeld"),
            misspelt("data.registryOverrides.*.enabled")
        );
        let no_map = |path: &str| Some(DeadEnd::NoMap(path.to_owned()));
        assert_eq!(
            dead_end_of("data.connectorTestSuitesOptions.*.suite"),
            no_map("data.connectorTestSuitesOptions")
        );
        assert_eq!(dead_end_of("data.license.name"), no_map("data.license"));
    }
}
