//! Repositories and pull requests that several subjects start from.

use serde_json::Value;

use super::bot::{Bot, Output};
use super::fake::{Files, World};

/// Where the connector of most tests is.
pub(super) const FILE: &str = "airbyte-integrations/connectors/source-x/metadata.yaml";
/// Where a repository keeps its policy.
pub(super) const POLICY: &str = ".github/tierguard.yml";
/// A certified connector in which nothing is wrong.
pub(super) const GOOD: &str = "data:\n  definitionId: 0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1\n  connectorType: source\n  dockerImageTag: 1.4.2\n  dockerRepository: airbyte/source-x\n  releaseStage: generally_available\n  supportLevel: certified\n";

/// The connector at a version.
pub(super) fn at(version: &str) -> String {
    GOOD.replace("1.4.2", version)
}

/// The connector alone.
pub(super) fn files(text: &str) -> Files {
    Files::new().file(FILE, text)
}

/// A pull request that passes: a patch release.
pub(super) fn passing() -> World {
    World::with_pull(&files(GOOD), &files(&at("1.4.3")))
}

/// A pull request that fails: a major version without an entry.
pub(super) fn failing() -> World {
    World::with_pull(&files(GOOD), &files(&at("2.0.0")))
}

/// A run whose writes do not wait for each other.
pub(super) fn quick(world: &World) -> Bot<'_> {
    Bot::new(world).args(&["--pace", "10"])
}

/// Holds the exit code and the verdict that the outputs tell; all of the run is shown where they do not fit.
#[track_caller]
pub(super) fn expect(output: &Output, code: i32, verdict: &str) {
    assert!(
        output.code == code && output.outputs.get("verdict").is_some_and(|told| told == verdict),
        "exit {} and verdict {:?} instead of {code} and {verdict}\n--- stdout\n{}\n--- stderr\n{}",
        output.code,
        output.outputs.get("verdict"),
        output.stdout,
        output.stderr
    );
}

/// Holds that nothing could be evaluated, and that every reader is told so.
#[track_caller]
pub(super) fn expect_unevaluated(output: &Output) {
    expect(output, 2, "could-not-evaluate");
    assert!(
        output.commands.iter().any(|command| command.name == "error"),
        "no annotation says so: {}",
        output.stdout
    );
    assert!(!output.step_summary.is_empty(), "the job's summary is empty");
}

/// The report that a run wrote.
#[track_caller]
pub(super) fn report(output: &Output) -> Value {
    serde_json::from_str(&output.files["tierguard-report.json"]).unwrap()
}

/// The rules of the findings that a run reported.
#[track_caller]
pub(super) fn rules(output: &Output) -> Vec<String> {
    let report = report(output);
    let mut rules = Vec::new();
    collect(&report, &mut rules);
    rules.sort();
    rules.dedup();
    rules
}

fn collect(value: &Value, rules: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, rules)),
        Value::Object(map) => {
            if let (Some(rule), true) = (map.get("rule").and_then(Value::as_str), map.contains_key("level")) {
                rules.push(rule.to_owned());
            }
            map.values().for_each(|value| collect(value, rules));
        }
        _ => {}
    }
}

/// The state of the newest status `tierguard` on a commit.
pub(super) fn status(world: &World, commit: &str) -> Option<String> {
    let state = world.state();
    let newest = state
        .statuses
        .iter()
        .rev()
        .find(|status| status.commit == commit && status.context == "tierguard");
    newest.map(|status| status.state.clone())
}

/// How many comments of all kinds a pull request has.
pub(super) fn comments(world: &World, number: u64) -> usize {
    let state = world.state();
    let remarks = state.remarks.values().filter(|remark| remark.number == number);
    let reviews = state.reviews.values().filter(|review| review.number == number);
    remarks.count() + reviews.count()
}
