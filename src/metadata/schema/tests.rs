use serde_json::{Value, json};

use super::*;
use crate::yaml::Node;

/// What the walk knows; a keyword beyond these would be passed over in silence.
const KEYWORDS: [&str; 19] = [
    "$schema",
    "$ref",
    "title",
    "description",
    "definitions",
    "type",
    "enum",
    "format",
    "items",
    "minItems",
    "minProperties",
    "required",
    "properties",
    "patternProperties",
    "additionalProperties",
    "x-retired",
    "x-belongs",
    "x-generated",
    "x-meant",
];

fn schema() -> Value {
    serde_json::from_str(METADATA_SCHEMA).unwrap()
}

fn found(text: &str) -> Vec<String> {
    let document = Document::parse(text.as_bytes(), &Limits::METADATA).unwrap();
    misfits(&document)
        .iter()
        .map(|misfit| {
            format!(
                "{} {:?} {:?}",
                misfit.path,
                misfit.span.of(text),
                misfit.complaint
            )
        })
        .collect()
}

/// Every schema of the schema, with its path.
fn schemas<'a>(node: &'a Node, path: &str, found: &mut Vec<(String, &'a Node)>) {
    found.push((path.to_owned(), node));
    for holder in ["properties", "definitions", "patternProperties"] {
        for entry in node.get(holder).and_then(Node::entries).unwrap_or_default() {
            schemas(
                &entry.value,
                &format!("{path}/{holder}/{}", entry.key.text().unwrap()),
                found,
            );
        }
    }
    if let Some(items) = node.get("items") {
        schemas(items, &format!("{path}/items"), found);
    }
}

#[test]
fn the_schema_uses_only_what_the_walk_knows() {
    let mut all = Vec::new();
    schemas(SCHEMA.root(), "", &mut all);
    assert!(all.len() > 100, "{}", all.len());
    for (path, schema) in all {
        for entry in schema.entries().unwrap() {
            let keyword = entry.key.text().unwrap();
            assert!(KEYWORDS.contains(&keyword), "{path}: {keyword}");
        }
        if let Some(format) = schema.get("format") {
            assert!(Format::of(format.text().unwrap()).is_some(), "{path}");
        }
        if let Some(target) = schema.get("$ref") {
            let name = target.text().unwrap().strip_prefix("#/definitions/").unwrap();
            assert!(
                SCHEMA.root().at(&["definitions", name]).is_some(),
                "{path}: {name}"
            );
        }
        for size in ["minItems", "minProperties"] {
            assert!(
                schema.get(size).is_none_or(|size| size.text() == Some("1")),
                "{path}"
            );
        }
        for pattern in schema
            .get("patternProperties")
            .and_then(Node::entries)
            .unwrap_or_default()
        {
            assert_eq!(
                pattern.key.text(),
                Some(r"^\d+\.\d+\.\d+$"),
                "{path}: the walk knows one pattern"
            );
        }
    }
}

/// A file that holds every field of the schema.
fn whole(schema: &Value, of: &Value) -> Value {
    if let Some(target) = of.get("$ref").and_then(Value::as_str) {
        return whole(schema, schema.pointer(&target[1..]).unwrap());
    }
    if let Some(values) = of.get("enum") {
        return values[0].clone();
    }
    match of["type"].as_str() {
        Some("object") => {
            let named = of["properties"].as_object().into_iter().flatten();
            let patterns = of["patternProperties"].as_object().into_iter().flatten();
            named
                .map(|(name, below)| (name.clone(), whole(schema, below)))
                .chain(patterns.map(|(_, below)| ("2.0.0".to_owned(), whole(schema, below))))
                .collect()
        }
        Some("array") => json!([whole(schema, &of["items"])]),
        Some("boolean") => json!(true),
        Some("integer") => json!(3600),
        _ => match of["format"].as_str() {
            Some("uuid") => json!("1fa90628-2b9e-11ed-a261-0242ac120002"),
            Some("uri") => json!("https://docs.example.org/a"),
            Some("date") => json!("2026-01-31"),
            _ => json!("text"),
        },
    }
}

fn pointers(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Object(entries) => {
            for (name, below) in entries {
                pointers(below, &format!("{path}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (at, below) in items.iter().enumerate() {
                pointers(below, &format!("{path}/{at}"), found);
            }
        }
        _ => {}
    }
}

/// Every value of a whole file replaced by each of several, every field left out, a field put into every map: the walk
/// and a validator of JSON Schema say the same, wherever the publisher is as strict as that.
#[test]
fn the_walk_agrees_with_a_validator_of_json_schema() {
    let schema = schema();
    let judge = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft7)
        .should_validate_formats(true)
        // Later drafts know it; its form is simple enough to be said a second time.
        .with_format("uuid", |text: &str| {
            text.len() == 36 && text.matches('-').count() == 4
        })
        .build(&schema)
        .unwrap();
    let agrees = |value: &Value, what: &str| {
        let expected = judge.is_valid(value);
        let said = found(&value.to_string());
        assert_eq!(said.is_empty(), expected, "{what}: {said:?}");
        expected
    };
    let good = whole(&schema, &schema);
    assert!(agrees(&good, "the whole"));
    let mut paths = Vec::new();
    pointers(&good, "", &mut paths);
    let others = [
        json!("text"),
        json!(true),
        json!([]),
        json!({}),
        json!([true]),
        json!({"a": 1}),
        json!(["a"]),
    ];
    let (mut valid, mut invalid) = (0, 0);
    for path in paths.iter().filter(|path| !path.is_empty()) {
        let mut count = |is_valid: bool| if is_valid { valid += 1 } else { invalid += 1 };
        for other in &others {
            let mut edited = good.clone();
            *edited.pointer_mut(path).unwrap() = other.clone();
            count(agrees(&edited, &format!("{path} := {other}")));
        }
        let (above, name) = path.rsplit_once('/').unwrap();
        let mut edited = good.clone();
        if let Some(Value::Object(entries)) = edited.pointer_mut(above) {
            entries.remove(name);
            count(agrees(&edited, &format!("without {path}")));
        }
        let mut edited = good.clone();
        if let Some(Value::Object(entries)) = edited.pointer_mut(path) {
            entries.insert("never_heard_of".to_owned(), json!("x"));
            count(agrees(&edited, &format!("more in {path}")));
        }
    }
    assert!(valid > 50 && invalid > 300, "{valid} {invalid}");
}

#[test]
fn the_publisher_is_looser_than_json_schema_in_three_places() {
    let with = |line: &str| {
        let mut good = whole(&schema(), &schema());
        good["data"]["releases"] = Value::Null;
        good["data"].as_object_mut().unwrap().remove("releases");
        let mut text = serde_yaml::to_string(&good).unwrap();
        text.push_str(line);
        found(&text)
    };
    assert_eq!(with(""), [""; 0]);
    assert_eq!(
        with("  protocolVersion: 0.2\n").len(),
        0,
        "a number is the text that it was written as"
    );
    let entry =
        "  releases:\n    breakingChanges:\n      1.0.0:\n        message: m\n        upgradeDeadline: ";
    assert_eq!(
        with(&format!("{entry}2026-01-31\n")).len(),
        0,
        "a plain date is a date"
    );
    assert_eq!(with(&format!("{entry}2026-01-31T00:00:00\n")).len(), 1);
    assert_eq!(with(&format!("{entry}soon\n")).len(), 1);
    assert_eq!(with("  erdUrl: null\n").len(), 0, "a null is an absent field");
    assert_eq!(with("  name: ~\n"), ["data.name \"name\" Unset(\"name\")"]);
    assert_eq!(with("  name: 2026-01-31\n").len(), 1);
}

#[test]
fn misfits_stand_where_the_author_looks() {
    let text = "metadataSpecVersion: 1.0\ndata:\n  nmae: Shop\n  breakingChanges: {}\n  registries: {}\n  releases:\n    3.0.0: {}\n    breakingChanges:\n      soon: {}\n      1.0.0: {message: m, upgradeDeadline: 2026-01-31, scopedImpact: []}\n";
    let said = found(text);
    for expected in [
        "data.nmae \"nmae\" Unknown(Some(\"name\"))",
        "data.registries \"registries\" Retired(\"August 2024; `registryOverrides` took its place\")",
        "data.releases.breakingChanges.soon \"soon\" Key(\"a version such as 2.0.0\")",
        "data.releases.breakingChanges.1.0.0.scopedImpact \"scopedImpact\" Empty",
        "data.breakingChanges \"breakingChanges\" Misplaced(\"data.releases\")",
        "data.releases.3.0.0 \"3.0.0\" Misplaced(\"data.releases.breakingChanges\")",
        "data.license \"data\" Missing(\"license\")",
    ] {
        assert!(
            said.iter().any(|line| line == expected),
            "{expected} in {said:#?}"
        );
    }
}

#[test]
fn a_name_is_near_only_where_it_takes_such_a_value() {
    let unknown = |field: &str| {
        let all = found(&format!("data:\n  {field}\n"));
        all.into_iter().find(|line| line.contains("Unknown")).unwrap()
    };
    assert!(unknown("supportLevle: certified").ends_with("Unknown(Some(\"supportLevel\"))"));
    assert!(unknown("supportUrl: https://example.com").ends_with("Unknown(None)"));
}
