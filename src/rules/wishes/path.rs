//! Paths of fields, such as `data.ab_internal.sl`, in which `*` stands for one name.

use serde::Deserialize;

use crate::metadata::{DeadEnd, dead_end};
use crate::yaml::{Entry, Node};

/// The most names in one path; the deepest known file has 8.
const LONGEST: usize = 16;

/// A path of keys from the root of a `metadata.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct FieldPath(Vec<String>);

/// At least one path: a wish without one would silently speak of nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Vec<FieldPath>")]
pub(crate) struct Fields(Vec<FieldPath>);

impl TryFrom<Vec<FieldPath>> for Fields {
    type Error = &'static str;

    fn try_from(paths: Vec<FieldPath>) -> Result<Self, &'static str> {
        if paths.is_empty() {
            return Err("invalid value: an empty list, expected at least one path");
        }
        Ok(Self(paths))
    }
}

impl Fields {
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, FieldPath> {
        self.0.iter()
    }
}

super::written_as!(FieldPath, String);
super::written_as!(Fields, Vec<FieldPath>);

impl TryFrom<String> for FieldPath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let names: Vec<String> = text.split('.').map(str::to_owned).collect();
        let is_rooted = text == "metadataSpecVersion" || text.starts_with("data.");
        if !is_rooted || names.len() > LONGEST || names.iter().any(String::is_empty) {
            return Err(format!(
                "invalid value: string {text:?}, expected a path such as data.license"
            ));
        }
        match dead_end(&names) {
            None => Ok(Self(names)),
            Some(DeadEnd::Misspelt(meant)) => Err(format!(
                "invalid value: string {text:?}, expected a known field; did you mean `{meant}`?"
            )),
            Some(DeadEnd::NoMap(end)) => Err(format!(
                "invalid value: string {text:?}, expected a path through maps alone, and `{end}` is none"
            )),
        }
    }
}

/// A field that a path leads to.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    /// Its path, as it is shown.
    pub(crate) path: String,
    /// Its keys.
    pub(crate) names: Vec<&'a str>,
    /// The key.
    pub(crate) key: &'a Node,
    /// The value, which is no null.
    pub(crate) value: &'a Node,
}

/// A field that a path asks for and a file does not hold.
#[derive(Debug)]
pub(crate) struct Missing<'a> {
    /// Its keys.
    pub(crate) names: Vec<&'a str>,
    /// The innermost key on the way that is there; `None` where none is.
    pub(crate) near: Option<&'a Node>,
}

impl Missing<'_> {
    /// Its path, as it is shown.
    pub(crate) fn path(&self) -> String {
        self.names.join(".")
    }
}

impl FieldPath {
    /// The fields that it leads to, and those that a registry's override puts in their place; what the publisher reads as
    /// nothing is none.
    pub(crate) fn find<'a>(&self, root: &'a Node) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        walk(&self.0, root, &mut Vec::new(), &mut found);
        if let Some((data, rest)) = self.0.split_first().filter(|(data, _)| *data == "data") {
            let overrides = [data.as_str(), "registryOverrides", "*"].map(str::to_owned);
            let overridden: Vec<String> = overrides.iter().chain(rest).cloned().collect();
            walk(&overridden, root, &mut Vec::new(), &mut found);
        }
        found
    }

    /// What is missing of it: a `*` asks for nothing by itself, and for the rest of the path below each name that is there.
    pub(crate) fn missing<'a>(&'a self, root: &'a Node) -> Vec<Missing<'a>> {
        let mut missing = Vec::new();
        lack(&self.0, root, None, &mut Vec::new(), &mut missing);
        missing
    }
}

fn fits(name: &str, entry: &Entry) -> bool {
    (name == "*" || entry.key.text() == Some(name)) && !entry.value.is_null()
}

fn walk<'a>(names: &[String], node: &'a Node, way: &mut Vec<&'a str>, found: &mut Vec<Found<'a>>) {
    let Some((name, rest)) = names.split_first() else {
        return;
    };
    for entry in node.counting_entries().filter(|entry| fits(name, entry)) {
        way.push(entry.key.text().unwrap_or("?"));
        if rest.is_empty() {
            found.push(Found {
                path: way.join("."),
                names: way.clone(),
                key: &entry.key,
                value: &entry.value,
            });
        } else {
            walk(rest, &entry.value, way, found);
        }
        way.pop();
    }
}

fn lack<'a>(
    names: &'a [String],
    node: &'a Node,
    near: Option<&'a Node>,
    way: &mut Vec<&'a str>,
    missing: &mut Vec<Missing<'a>>,
) {
    let Some((name, rest)) = names.split_first() else {
        return;
    };
    let mut is_there = name == "*";
    let is_blank = |entry: &&Entry| entry.value.text().is_some_and(|text| text.trim().is_empty());
    let entries = node.counting_entries().filter(|entry| fits(name, entry));
    for entry in entries.filter(|entry| !is_blank(entry)) {
        is_there = true;
        way.push(entry.key.text().unwrap_or("?"));
        lack(rest, &entry.value, Some(&entry.key), way, missing);
        way.pop();
    }
    if !is_there {
        missing.push(Missing {
            names: way
                .iter()
                .copied()
                .chain(names.iter().map(String::as_str))
                .collect(),
            near,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Document, Limits};

    fn path(text: &str) -> FieldPath {
        FieldPath::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_star_stands_for_one_name_and_asks_for_none() {
        let text = "data:\n  a: {x: {on: 1}, y: {off: 2}, z: ~}\n  b: ~\n";
        let document = Document::parse(text.as_bytes(), &Limits::METADATA).unwrap();
        let found = |text: &str| -> Vec<String> {
            path(text)
                .find(document.root())
                .into_iter()
                .map(|found| found.path)
                .collect()
        };
        assert_eq!(found("data.a.*.on"), ["data.a.x.on"]);
        assert_eq!(found("data.a.*"), ["data.a.x", "data.a.y"]);
        assert_eq!(found("data.b"), [""; 0]);
        let missing = |text: &str| -> Vec<String> {
            path(text)
                .missing(document.root())
                .iter()
                .map(Missing::path)
                .collect()
        };
        assert_eq!(missing("data.a.*.on"), ["data.a.y.on"]);
        assert_eq!(missing("data.b.c"), ["data.b.c"]);
        assert_eq!(missing("data.*"), [""; 0]);
    }

    #[test]
    fn a_field_is_found_in_each_registry_that_overrides_it() {
        let text = "data:\n  a: 1\n  registryOverrides: {cloud: {a: 2}, oss: {b: 3}}\n";
        let document = Document::parse(text.as_bytes(), &Limits::METADATA).unwrap();
        let found = path("data.a")
            .find(document.root())
            .into_iter()
            .map(|found| found.path);
        assert_eq!(
            found.collect::<Vec<_>>(),
            ["data.a", "data.registryOverrides.cloud.a"]
        );
    }

    #[test]
    fn what_could_lead_nowhere_is_no_path() {
        for text in ["license", "data", "data.", "data..a", "", "datum.a"] {
            assert!(FieldPath::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
