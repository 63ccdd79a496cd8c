//! Contracts as data: every `tests/contract/*.yaml` is a list of cases, each with the files of one side and the contract
//! that is read from them. A new case needs no code.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail as tests do")]

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use tierguard::changeset::{Fetched, FileKind, Side};
use tierguard::contract::{self, Additional, Contract, Input, Items, Known, Read, Schema, Stream};
use tierguard::ids::RepoPath;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The connector's folder; `source-shop` where it does not matter.
    #[serde(default = "shop")]
    connector: String,
    /// The files that this side has.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Files that this side has and that are over the limit.
    #[serde(default)]
    too_large: Vec<String>,
    /// Links.
    #[serde(default)]
    links: Vec<String>,
    /// Which of them change; all where it is absent.
    changed: Option<Vec<String>>,
    /// Files that only the other side has.
    #[serde(default)]
    gone: Vec<String>,
    /// What nobody has read; everything else that is not among the files is absent.
    #[serde(default)]
    unread: Vec<String>,
    #[serde(default)]
    want_all_schemas: bool,
    #[serde(default)]
    want_streams: bool,
    contract: String,
}

fn shop() -> String {
    "source-shop".to_owned()
}

fn read(case: &Case) -> Read {
    let path = |text: &str| RepoPath::new(text.as_bytes()).unwrap();
    let directory = path(&format!("connectors/{}", case.connector));
    let inside = |name: &String| directory.join(name.as_bytes()).unwrap();
    let mut fetched: BTreeMap<RepoPath, Fetched> = BTreeMap::new();
    for (name, text) in &case.files {
        fetched.insert(inside(name), Fetched::File(Arc::from(text.as_bytes())));
    }
    for name in &case.too_large {
        fetched.insert(inside(name), Fetched::TooLarge { bytes: 20_000_000 });
    }
    for name in &case.links {
        fetched.insert(inside(name), Fetched::NotRegular(FileKind::Symlink));
    }
    let changed: Vec<RepoPath> = match &case.changed {
        Some(names) => names.iter().map(inside).collect(),
        None => fetched.keys().cloned().collect(),
    };
    let gone: Vec<RepoPath> = case.gone.iter().map(inside).collect();
    let unread: Vec<RepoPath> = case.unread.iter().map(inside).collect();
    contract::read(&Input {
        directory: &directory,
        side: Side::Head,
        changed: &changed,
        gone: &gone,
        fetched: &|path| match fetched.get(path) {
            Some(found) => Some(found.clone()),
            None if unread.contains(path) || gone.contains(path) => None,
            None => Some(Fetched::Absent),
        },
        parse: &|path, bytes| contract::parse(path, bytes).map(Arc::new),
        want_all_schemas: case.want_all_schemas,
        want_streams: case.want_streams,
    })
}

fn listed(read: &Read) -> String {
    let contract = &read.contract;
    let mut lines = Vec::new();
    match &contract.specification {
        Known::Known(specification) => {
            let migrations = match specification.migrations.len() {
                0 => String::new(),
                count => format!(" migrations={count}"),
            };
            lines.push(format!("specification{migrations}"));
            fields("", &specification.schema, &mut lines, 0);
        }
        Known::Absent => lines.push("specification absent".to_owned()),
        Known::CannotTell(reason) => lines.push(format!("specification? {reason}")),
    }
    for stream in &contract.streams {
        lines.push(heading(stream));
        match &stream.schema {
            Known::Known(schema) => fields("", schema, &mut lines, 0),
            Known::Absent => lines.push("  no schema".to_owned()),
            Known::CannotTell(reason) => lines.push(format!("  ? {reason}")),
        }
    }
    if let Some(reason) = &contract.more_streams {
        lines.push(format!("more? {reason}"));
    }
    for path in &read.wants {
        let text = path.to_string();
        lines.push(format!("wants {}", text.splitn(3, '/').nth(2).unwrap()));
    }
    check_places(contract);
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn paths(paths: &[Vec<Arc<str>>]) -> String {
    let texts: Vec<String> = paths.iter().map(|path| path.join(".")).collect();
    texts.join(",")
}

fn shown<T>(known: &Known<T>, show: impl Fn(&T) -> String) -> Option<String> {
    match known {
        Known::Absent => None,
        Known::Known(value) => Some(show(value)),
        Known::CannotTell(reason) => Some(format!("?({})", reason as &dyn Display)),
    }
}

fn heading(stream: &Stream) -> String {
    let mut text = format!("stream {}", stream.name.text);
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            text.push_str(&format!(" {name}={value}"));
        }
    };
    add("key", shown(&stream.primary_key, |key| paths(&key.value)));
    add("cursor", shown(&stream.cursor, |cursor| cursor.value.join(".")));
    add(
        "modes",
        shown(&stream.sync_modes, |modes| {
            modes
                .value
                .iter()
                .map(|mode| &**mode)
                .collect::<Vec<_>>()
                .join(",")
        }),
    );
    add(
        "format",
        shown(&stream.cursor_format, |word| word.text.to_string()),
    );
    add(
        "parts",
        shown(&stream.partitioning, |parts| parts.value.shape.join(" × ")),
    );
    for transformation in &stream.transformations {
        let fields = transformation.fields.as_ref();
        add(
            "touches",
            Some(fields.map_or("?".to_owned(), |fields| paths(fields))),
        );
    }
    add("code", stream.code.as_ref().map(|reason| format!("?({reason})")));
    add(
        "migrations",
        (!stream.state_migrations.is_empty()).then(|| stream.state_migrations.len().to_string()),
    );
    text
}

fn fields(path: &str, schema: &Schema, lines: &mut Vec<String>, depth: usize) {
    if depth > 6 {
        return;
    }
    if let Some(reason) = &schema.unknown {
        lines.push(format!("  {path}? {reason}"));
    }
    for property in &schema.properties {
        let path = match path {
            "" => property.name.text.to_string(),
            path => format!("{path}.{}", property.name.text),
        };
        let types = property
            .schema
            .types
            .map_or("any".to_owned(), |types| types.words().join("|"));
        let required = if schema.requires(&property.name.text) {
            " required"
        } else {
            ""
        };
        lines.push(format!("  {path}: {types}{required}"));
        fields(&path, &property.schema, lines, depth + 1);
    }
    if let Some(Items::Each(items)) = &schema.items {
        fields(&format!("{path}[]"), items, lines, depth + 1);
    }
    if let Additional::Schema(schema) = &schema.additional {
        fields(&format!("{path}.*"), schema, lines, depth + 1);
    }
    for (index, option) in schema.one_of.iter().enumerate() {
        fields(&format!("{path}<{index}>"), option, lines, depth + 1);
    }
}

/// Every place lies in its file.
fn check_places(contract: &Contract) {
    let reasons = contract.more_streams.iter().filter_map(|reason| reason.place);
    let names = contract.streams.iter().map(|stream| stream.name.place);
    for place in reasons.chain(names) {
        if place == contract::Place::default() {
            continue;
        }
        let text = contract.files[place.file].document.text();
        assert!(text.get(place.span.start..place.span.end).is_some());
    }
}

#[test]
fn every_case_gives_the_contract_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let (mut count, mut wrong) = (0, Vec::new());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let cases: Vec<Case> = serde_yaml::from_str(&text).expect("a file of cases can be read");
        for case in cases {
            count += 1;
            let found = listed(&read(&case));
            if found.trim_end() != case.contract.trim_end() {
                wrong.push(format!("--- {}: {}\n{found}", file.display(), case.name));
            }
        }
    }
    assert!(count >= 30, "the cases are there");
    assert!(
        wrong.is_empty(),
        "these contracts are read otherwise:\n{}",
        wrong.concat()
    );
}

fn only(path: &str, text: &str) -> Read {
    read(&Case {
        name: String::new(),
        connector: shop(),
        files: BTreeMap::from([(path.to_owned(), text.to_owned())]),
        too_large: Vec::new(),
        links: Vec::new(),
        changed: None,
        gone: Vec::new(),
        unread: Vec::new(),
        want_all_schemas: false,
        want_streams: false,
        contract: String::new(),
    })
}

#[test]
fn deep_nesting_is_told_and_ends() {
    for depth in [100, 10_000] {
        let (open, close) = (r#"{"properties":{"a":"#.repeat(depth), "}}".repeat(depth));
        let found = listed(&only(
            "spec.json",
            &format!(r#"{{"connectionSpecification":{open}{{}}{close}}}"#),
        ));
        assert!(
            found.starts_with("specification? the file cannot be read: spec.json"),
            "{found}"
        );
    }
    let (open, close) = (r#"{"items":"#.repeat(100), "}".repeat(100));
    let deep = only(
        "spec.json",
        &format!(r#"{{"connectionSpecification":{open}{{}}{close}}}"#),
    );
    let mut schema = &deep.contract.specification.known().unwrap().schema;
    while let Some(Items::Each(inner)) = &schema.items {
        schema = inner;
    }
    assert_eq!(
        schema.unknown.as_ref().unwrap().to_string(),
        "it is too deep or too large"
    );
    let flow = format!("streams: {}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(listed(&only("manifest.yaml", &flow)).contains("more? the file cannot be read"));
}

#[test]
fn references_that_multiply_end() {
    let mut text =
        "streams:\n- name: a\n  schema_loader: {type: InlineSchemaLoader, schema: {$ref: '#/s0'}}\n"
            .to_owned();
    for level in 0..40 {
        let next = (level + 1) % 40;
        text.push_str(&format!(
            "s{level}: {{properties: {{a: {{$ref: '#/s{next}'}}, b: {{$ref: '#/s{next}'}}}}, enum: ['#/s{next}']}}\n"
        ));
    }
    let read = only("manifest.yaml", &text);
    assert_eq!(read.contract.streams.len(), 1);
}

/// A schema with its places left out.
fn without_places(schema: &Schema) -> String {
    let mut text = format!("{schema:?}");
    while let Some(start) = text.find("Place {") {
        let end = start + text[start..].find("} }").unwrap() + 3;
        text.replace_range(start..end, "-");
    }
    text
}

#[test]
fn a_specification_is_the_same_in_a_file_and_in_a_manifest() {
    let json = r#"{"connectionSpecification": {"type": "object", "required": ["a"], "properties": {
        "a": {"type": ["string", "null"], "enum": ["x", 1, 0.5, null, true], "default": "x", "order": 1},
        "b": {"oneOf": [{"properties": {"k": {"const": "on", "minimum": 1e3}}}]}}}}"#;
    let yaml = r#"
connectionSpecification:
  type: object
  properties:
    b: &b {oneOf: [{properties: {k: {minimum: 1000.0, const: "on"}}}]}
    a: {default: x, enum: [x, 1, 0.5, null, true], type: [string, "null"]}
  required: [a]
"#;
    let manifest = r##"
streams: []
definitions: {k: {const: "on", minimum: 1000.0}}
spec:
  connection_specification:
    type: object
    required: [a]
    properties:
      a: {type: [string, "null"], enum: [x, 1, 0.5, null, true], default: x}
      b: {oneOf: [{properties: {k: {$ref: "#/definitions/k"}}}]}
"##;
    let schema = |path: &str, text: &str| {
        let mut schema = only(path, text)
            .contract
            .specification
            .known()
            .unwrap()
            .schema
            .clone();
        schema
            .properties
            .sort_by(|left, right| left.name.text.cmp(&right.name.text));
        without_places(&schema)
    };
    let expected = schema("spec.json", json);
    assert_eq!(schema("source_shop/spec.yaml", yaml), expected);
    assert_eq!(schema("manifest.yaml", manifest), expected);
}
