//! Two outputs of a connector against each other: cases that are data, with a validator as the judge of witnesses.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail as tests do")]

#[path = "compat/random.rs"]
mod random;

use serde::Deserialize;
use serde_json::{Value, json};
use tierguard::change::contract::{Compatibility, ContractDiff, Witness, compare};
use tierguard::run::compat::{Message, contract};

/// Two schemas and what is found.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(rename = "case")]
    name: String,
    base: Value,
    head: Value,
    finds: Vec<String>,
    #[serde(default)]
    reasons: Vec<String>,
    /// Whether changes that break nobody may be found beside those that are listed.
    #[serde(default)]
    tolerated: bool,
}

fn cases(name: &str) -> Vec<Case> {
    let file = format!("{}/tests/compat/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    serde_yaml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn specification(schema: &Value) -> String {
    json!({ "connectionSpecification": schema }).to_string()
}

fn catalog(side: &Value) -> String {
    if side.get("streams").is_some() {
        return side.to_string();
    }
    let mut stream = json!({ "name": "s", "json_schema": {}, "supported_sync_modes": ["full_refresh"] });
    stream
        .as_object_mut()
        .unwrap()
        .extend(side.as_object().unwrap().clone());
    json!({ "streams": [stream] }).to_string()
}

fn compared(message: Message, base: &str, head: &str) -> ContractDiff {
    compare(
        &contract(message, base).unwrap(),
        &contract(message, head).unwrap(),
    )
}

/// Every change in one line, and the reasons that belong to no change.
fn found(diff: &ContractDiff) -> (Vec<String>, Vec<String>) {
    let mut of_changes = Vec::new();
    let lines = diff.changes.iter().map(|change| {
        let effect = match change.breaks() {
            Some(true) => "breaks",
            Some(false) => "fine",
            None => "unsure",
        };
        if let tierguard::change::contract::Effect::CannotTell(reason) = &change.effect {
            of_changes.push(reason.clone());
        }
        format!("{effect} {} {}", change.kind.word(), change.path)
    });
    let lines = lines.collect();
    let rest = diff.reasons.iter().filter(|reason| !of_changes.contains(reason));
    (lines, rest.map(ToString::to_string).collect())
}

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft7)
        .should_validate_formats(false)
        .build(schema)
        .unwrap()
}

/// What is wrong with the witnesses by an independent validator.
fn wrong_witnesses(base: &Value, head: &Value, diff: &ContractDiff) -> Vec<String> {
    let mut wrong = Vec::new();
    let (base, head) = (validator(base), validator(head));
    for change in &diff.changes {
        let (value, broken) = match change.witness() {
            Some(Witness::Configuration(value)) => (value, true),
            Some(Witness::UnreadProperty { configuration, .. }) => (configuration, false),
            _ => continue,
        };
        if !base.is_valid(value) || (broken && head.is_valid(value)) {
            wrong.push(format!("{} {}: {value}", change.kind.word(), change.path));
        }
    }
    wrong
}

fn judge(name: &str, message: Message, text: fn(&Value) -> String) {
    let mut wrong = String::new();
    for case in cases(name) {
        let diff = compared(message, &text(&case.base), &text(&case.head));
        let (mut lines, reasons) = found(&diff);
        if case.tolerated {
            lines.retain(|line| !line.starts_with("fine "));
        }
        let mut expected: Vec<String> = case
            .finds
            .iter()
            .map(|line| line.strip_suffix("\"\"").unwrap_or(line).to_owned())
            .collect();
        lines.sort();
        expected.sort();
        if lines != expected || reasons != case.reasons {
            wrong += &format!("{}: {lines:#?} {reasons:?}\n", case.name);
        }
        if message == Message::Specification {
            for line in wrong_witnesses(&case.base, &case.head, &diff) {
                wrong += &format!("{}: not a witness: {line}\n", case.name);
            }
        }
        let again = compared(message, &text(&case.head), &text(&case.head));
        if again.compatibility != Compatibility::Compatible || !again.changes.is_empty() {
            wrong += &format!("{}: head differs from itself\n", case.name);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn specifications_are_judged_by_what_configurations_hold() {
    judge("specifications", Message::Specification, specification);
}

#[test]
fn options_are_paired_by_discriminator_then_structure_then_position() {
    judge("options", Message::Specification, specification);
}

#[test]
fn streams_are_judged_by_what_destinations_store() {
    judge("catalogs", Message::Catalog, catalog);
}
