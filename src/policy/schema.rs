//! The JSON Schema of a policy file, for editors.
//!
//! Nothing is required, because an override is sparse; what the built-in policy does not name is not allowed.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::extends::Written;
use super::load::{ENTRY_KEYS, LEVELS, VERSION};
use super::read::read;
use super::settings::settings_of;
use super::tree::Tree;
use super::{BUILT_IN, BUILT_IN_TEXT};
use crate::finding::Level;
use crate::rules::{ROW_LISTS, RULES, RuleDefinition, Scope, Settings, WISHES};

/// The JSON Schema (draft 2020-12) of a policy file, complete or sparse.
pub fn schema() -> Value {
    let built_in = read(BUILT_IN, BUILT_IN_TEXT.as_bytes(), &mut Vec::new());
    schema_of(RULES, &built_in.expect("a test loads the built-in policy"))
}

/// The JSON Schema of the files that fit a complete policy.
pub(super) fn schema_of(definitions: &[RuleDefinition], complete: &Tree) -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator();
    let mut properties = own_properties(&mut generator, complete);
    properties.extend(settings(&mut generator, complete));
    let rules: Map<String, Value> = definitions
        .iter()
        .map(|definition| {
            let level = complete
                .get("rules")
                .and_then(|rules| rules.get(definition.id)?.get("level"));
            (definition.id.to_owned(), entry(definition, level, &mut generator))
        })
        .collect();
    properties.insert("rules".to_owned(), section("Every rule, by its id.", &rules));

    let mut schema = section(
        "Which rules speak, of which connectors, how loudly and why.",
        &properties,
    );
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("A policy of tierguard");
    let definitions = generator.take_definitions(true);
    if !definitions.is_empty() {
        schema["$defs"] = Value::Object(definitions);
    }
    schema
}

fn own_properties(generator: &mut SchemaGenerator, complete: &Tree) -> Map<String, Value> {
    let rules_of = complete.get("rules-of").map(Tree::to_json).unwrap_or_default();
    let extends = Written::json_schema(generator).to_value();
    let words = |about: &str| json!({ "description": about, "type": "string", "minLength": 1 });
    let properties = json!({
        "waivers": {
            "description": "Findings that the repository takes the responsibility for: one rule and one connector each.",
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["rule", "connector", "until", "because", "by"],
                "properties": {
                    "rule": words("The rule's id."),
                    "connector": words("The connector: its folder's name, or the folder's whole path."),
                    "until": {
                        "description": "The last day on which it counts.",
                        "type": "string",
                        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
                    },
                    "because": words("Why."),
                    "by": words("Who answers for it."),
                },
            },
        },
        "extends": extends,
        "version": { "description": "The version of the format.", "const": VERSION },
        "rules-of": { "description": "The month of the public rules that the policy was written for.", "const": rules_of },
        "fail-on": level("From which level on findings fail the run; `off` lets every finding pass."),
        "connectors": {
            "description": "Folders that hold one connector each: patterns in which `*` stands for one name and `**` for \
                            any number of folders. `.` is a repository that is one connector.",
            "type": "array",
            "minItems": 1,
            "items": { "type": "string", "minLength": 1 },
        },
    });
    match properties {
        Value::Object(properties) => properties,
        _ => Map::new(),
    }
}

fn level(about: &str) -> Value {
    json!({ "description": about, "enum": LEVELS.map(Level::word) })
}

/// A map with these keys and no others; without a value it says nothing.
fn section(about: &str, properties: &Map<String, Value>) -> Value {
    json!({
        "description": about,
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": properties,
    })
}

fn settings(generator: &mut SchemaGenerator, complete: &Tree) -> Map<String, Value> {
    let mut schema = Settings::json_schema(generator).to_value();
    sparse(&mut schema);
    let mut properties = match schema.get_mut("properties").map(Value::take) {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    };
    for entry in settings_of(complete).entries() {
        if let Some(property) = properties.get_mut(&entry.key) {
            name_keys(property, &entry.value);
        }
    }
    properties
}

/// Allows the keys of the complete policy alone, where a type would take any.
fn name_keys(schema: &mut Value, complete: &Tree) {
    let Some(each) = schema
        .get("additionalProperties")
        .filter(|each| each.is_object())
        .cloned()
    else {
        return;
    };
    let keys = complete
        .entries()
        .iter()
        .map(|entry| (entry.key.clone(), each.clone()));
    schema["properties"] = Value::Object(keys.collect());
    schema["additionalProperties"] = json!(false);
}

fn entry(definition: &RuleDefinition, built_in: Option<&Tree>, generator: &mut SchemaGenerator) -> Value {
    let mut options = (definition.schema)(generator).to_value();
    sparse(&mut options);
    if let Some(options) = options.as_object_mut() {
        options.insert(
            "description".to_owned(),
            json!("The rule's own numbers and tables."),
        );
    }
    let [level_key, scope, options_key, reason] = ENTRY_KEYS;
    let mut properties = Map::new();
    let mut level = level("How loudly the rule speaks; `off` silences it.");
    let has_levels = |key: &&str| *key != WISHES && options.pointer(&format!("/properties/{key}")).is_some();
    if let Some(built_in) = built_in.filter(|_| ROW_LISTS.iter().any(has_levels)) {
        level = json!({
            "description": "`off` silences the rule; each row of its options has its own level.",
            "enum": [built_in.to_json(), Level::Off.word()],
        });
    }
    properties.insert(level_key.to_owned(), level);
    properties.insert(scope.to_owned(), Scope::schema());
    properties.insert(options_key.to_owned(), options);
    properties.insert(
        reason.to_owned(),
        json!({ "description": "Why, in one sentence.", "type": "string", "minLength": 1 }),
    );
    section(definition.headline(), &properties)
}

/// Lets every field of a map be left out, and the map be empty: a sparse file adds to what lies below it.
///
/// What stands in lists stays as it is, because each item is complete.
fn sparse(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    schema.remove("required");
    if schema.get("type").is_some_and(|kind| kind == "object") {
        schema.insert("type".to_owned(), json!(["object", "null"]));
    }
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.values_mut().for_each(sparse);
    }
}
