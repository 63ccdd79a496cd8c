//! The page of a rule: what its source says, its options as a table, and how the built-in policy sets it.
//!
//! The pages in `docs/rules/` are this text, and so is what `tierguard explain` prints.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::links::percent_encoded;
use crate::policy::{ConfiguredRule, Policy};

/// Where the pages of this version are.
const PAGES: &str = concat!(
    env!("CARGO_PKG_REPOSITORY"),
    "/blob/v",
    env!("CARGO_PKG_VERSION"),
    "/docs/rules/"
);

/// The deepest options that the table names; the deepest known ones have 3.
const DEEPEST: usize = 6;

/// The address of a rule's page, at the release that judged.
pub fn address(rule: &str) -> String {
    format!("{PAGES}{}.md", percent_encoded(rule.as_bytes()))
}

/// The page of a rule, in Markdown.
pub fn page(policy: &Policy, rule: &ConfiguredRule) -> String {
    let definition = rule.definition;
    let text: String = definition
        .page
        .lines()
        .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
        .collect();
    let mut page = format!("# {}\n\n{text}", definition.id);
    let mut rows = Vec::new();
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator();
    options("", (definition.schema)(&mut generator).as_value(), 0, &mut rows);
    if !rows.is_empty() {
        page.push_str("\n| option | takes | meaning |\n|---|---|---|\n");
        page.extend(rows);
    }
    page.push_str("\n## By default\n\n```yaml\n");
    page.push_str(&policy.entry(definition.id));
    page.push_str(&format!("```\n\nSince {}.\n", definition.since));
    page
}

/// The table of rules: id, level and what it finds; ids lead to the pages beside a document.
pub fn table(policy: &Policy) -> String {
    let rows = policy.rules.iter().map(|rule| {
        let (id, level) = (rule.definition.id, rule.level.word());
        format!(
            "| [`{id}`](docs/rules/{id}.md) | {level} | {} |\n",
            rule.definition.headline()
        )
    });
    format!(
        "| rule | level | finds |\n|---|---|---|\n{}",
        rows.collect::<String>()
    )
}

/// A row for each field of a map, and for those inside of it.
fn options(around: &str, schema: &Value, depth: usize, rows: &mut Vec<String>) {
    let Some(Value::Object(properties)) = schema.get("properties").filter(|_| depth < DEEPEST) else {
        return;
    };
    for (name, option) in properties {
        let path = format!("{around}{name}");
        let about = option
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let about = about.replace('\n', " ").replace('|', "\\|");
        rows.push(format!("| `{path}` | {} | {about} |\n", takes(option)));
        match option.get("items") {
            Some(items) => options(&format!("{path}[]."), items, depth + 1, rows),
            None => options(&format!("{path}."), option, depth + 1, rows),
        }
    }
}

/// What a schema takes, as a noun phrase.
fn takes(schema: &Value) -> String {
    let known = words(schema);
    if !known.is_empty() {
        let words: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
        return words.join(", ");
    }
    if let Some(Value::Array(choices)) = schema.get("anyOf") {
        let choices: Vec<String> = choices
            .iter()
            .map(takes)
            .filter(|choice| choice != "nothing")
            .collect();
        return choices.join(" or ");
    }
    match kind(schema) {
        "array" => match schema.get("items") {
            Some(items) if !words(items).is_empty() => format!("some of {}", takes(items)),
            Some(items) if kind(items) == "object" => "a list of maps".to_owned(),
            Some(items) => format!("a list, each {}", takes(items)),
            None => "a list".to_owned(),
        },
        "object" => "a map".to_owned(),
        "integer" => "a whole number".to_owned(),
        "boolean" => "`true`, `false`".to_owned(),
        "null" => "nothing".to_owned(),
        _ => "text".to_owned(),
    }
}

/// The type, without the null that lets an option be left out.
fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            kinds.find(|kind| *kind != "null").unwrap_or_default()
        }
        _ => "",
    }
}

/// The words of an enumeration.
fn words(schema: &Value) -> Vec<&str> {
    if let Some(Value::Array(words)) = schema.get("enum") {
        return words.iter().filter_map(Value::as_str).collect();
    }
    let choices = ["oneOf", "anyOf"]
        .into_iter()
        .find_map(|key| schema.get(key)?.as_array());
    let Some(choices) = choices else {
        return schema.get("const").and_then(Value::as_str).into_iter().collect();
    };
    let is_null = |choice: &&Value| kind(choice) == "null";
    if choices
        .iter()
        .filter(|choice| !is_null(choice))
        .any(|choice| words(choice).is_empty())
    {
        return Vec::new();
    }
    choices.iter().flat_map(words).collect()
}
