//! Groups of the merge queue: judged as the tree that they make, by the facts of each of their pull requests.

use serde_json::{Value, json};

use super::bot::Output;
use super::fake::{Files, World};
use super::scenes::{FILE, GOOD, at, expect, expect_unevaluated, files, quick, report, rules, status};

const ENTRY: &str = "  releases:\n    breakingChanges:\n      2.0.0:\n        message: Streams were renamed; refresh the schema of every connection.\n        upgradeDeadline: \"2027-06-01\"\n";

fn judged(world: &World) -> Output {
    quick(world)
        .event("merge_group", &world.merge_group_event())
        .run()
}

/// What the publisher asks of a new connector beside what others say.
const REST: &str = "  connectorSubtype: api\n  documentationUrl: https://docs.airbyte.com/integrations/sources/x\n  githubIssueLabel: source-x\n  license: ELv2\n  name: X\n  tags: [\"language:python\"]\nmetadataSpecVersion: \"1.0\"\n";

/// The state of a requirement in a report.
fn requirement(output: &Output, id: &str) -> Option<String> {
    fn find(value: &Value, id: &str) -> Option<String> {
        match value {
            Value::Array(items) => items.iter().find_map(|item| find(item, id)),
            Value::Object(map) if map.get("id").and_then(Value::as_str) == Some(id) => {
                Some(map["state"].to_string())
            }
            Value::Object(map) => map.values().find_map(|value| find(value, id)),
            _ => None,
        }
    }
    find(&report(output), id)
}

fn connector(name: &str, definition: &str) -> Files {
    let text = GOOD
        .replace("0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1", definition)
        .replace("airbyte/source-x", &format!("airbyte/{name}"))
        .replace("certified", "community")
        .replace("generally_available", "beta")
        + REST;
    Files::new().file(
        format!("airbyte-integrations/connectors/{name}/metadata.yaml"),
        text,
    )
}

#[test]
fn two_that_pass_alone_can_fail_together() {
    let id = "9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d";
    let world = World::with_pull(&files(GOOD), &connector("source-y", id));
    let second = world.open(&connector("source-z", id));
    for number in [1, second] {
        expect(
            &quick(&world)
                .input("dry-run", "true")
                .on_pull_request(number)
                .run(),
            0,
            "pass",
        );
    }
    world.enqueue(&[1, second]);
    let output = judged(&world);
    expect(&output, 1, "fail");
    assert!(
        rules(&output).contains(&"duplicate-identity".to_owned()),
        "{:?}",
        rules(&output)
    );
    assert!(world.writes().is_empty());
    world.finish();
}

#[test]
fn a_group_that_bumps_one_connector_twice_is_judged_as_a_whole() {
    let world = World::with_pull(&files(GOOD), &files(&at("1.5.0")));
    let second = world.open(&files(&(at("1.5.0") + "  githubIssueLabel: source-x\n")));
    world.enqueue(&[1, second]);
    let output = judged(&world);
    expect(&output, 0, "pass");
    assert!(
        world.writes().is_empty(),
        "nothing is said in a pull request of the group"
    );
    let report = report(&output);
    let head = world.state().queues["main"][1].head.clone();
    assert!(report.to_string().contains(&head), "{report:#}");
    world.finish();
}

#[test]
fn labels_and_titles_are_those_of_the_member_that_touches_the_connector() {
    let world = World::with_pull(&files(GOOD), &files(&(at("2.0.0") + ENTRY)));
    world.label_as("ada", 1, "breaking-change");
    world.change_pull(1, |pull| "feat!: rename the streams".clone_into(&mut pull.title));
    let second = world.open(&Files::new().file("docs/notes.md", "notes\n"));
    world.enqueue(&[1, second]);
    let output = judged(&world);
    for id in ["breaking-change-label", "title-marks-break"] {
        let state = requirement(&output, id);
        assert!(
            state.as_ref().is_some_and(|state| state.contains("met")),
            "{id}: {state:?}"
        );
    }
    world.finish();
}

#[test]
fn a_label_of_another_member_marks_nothing() {
    let world = World::with_pull(&files(GOOD), &files(&(at("2.0.0") + ENTRY)));
    let second = world.open(&Files::new().file("docs/notes.md", "notes\n"));
    world.label_as("ada", second, "breaking-change");
    world.change_pull(second, |pull| "feat!: notes".clone_into(&mut pull.title));
    world.enqueue(&[1, second]);
    let output = judged(&world);
    expect(&output, 1, "fail");
    for id in ["breaking-change-label", "title-marks-break"] {
        let state = requirement(&output, id);
        assert!(
            state.as_ref().is_some_and(|state| state.contains("missing")),
            "{id}: {state:?}"
        );
    }
    world.finish();
}

#[test]
fn a_member_that_moved_on_since_makes_the_group_unknown() {
    let world = World::with_pull(&files(GOOD), &files(&at("1.5.0")));
    let second = world.open(&Files::new().file("docs/notes.md", "notes\n"));
    world.enqueue(&[1, second]);
    world.push(second, &Files::new().file("docs/notes.md", "other notes\n"));
    let output = judged(&world);
    expect(&output, 2, "could-not-evaluate");
    world.finish();
}

#[test]
fn a_group_of_one_fails_as_its_pull_request_does() {
    let world = World::with_pull(&files(GOOD), &files(&at("2.0.0")));
    world.enqueue(&[1]);
    let output = judged(&world);
    expect(&output, 1, "fail");
    assert!(world.writes().is_empty());
    world.finish();
}

#[test]
fn the_status_of_a_group_stands_on_its_own_head() {
    for (version, state) in [("1.4.3", "success"), ("2.0.0", "failure")] {
        let world = World::with_pull(&files(GOOD), &files(&at(version)));
        let head = world.enqueue(&[1]);
        quick(&world)
            .args(&["--status"])
            .event("merge_group", &world.merge_group_event())
            .run();
        assert_eq!(
            status(&world, &head).as_deref(),
            Some(state),
            "{:#?}",
            world.writes()
        );
        assert_eq!(world.writes().len(), 1, "{:#?}", world.writes());
        world.finish();
    }
}

#[test]
fn a_group_that_is_gone_is_nothing_to_do() {
    let world = World::with_pull(&files(GOOD), &files(&at("2.0.0")));
    world.enqueue(&[1]);
    let mut payload = world.merge_group_event();
    payload["action"] = json!("destroyed");
    let output = quick(&world).event("merge_group", &payload).run();
    assert_eq!(output.code, 0);
    assert!(world.requests().is_empty());
    world.finish();
}

#[test]
fn a_group_that_names_no_commit_or_no_pull_request_is_refused() {
    let world = World::with_pull(&files(GOOD), &files(&at("1.4.3")));
    world.enqueue(&[1]);
    for (field, value) in [
        ("head_sha", "../../x"),
        ("head_sha", "0123456789abcdef0123456789abcdef0123456"),
        ("base_sha", "main"),
        ("head_ref", "refs/heads/main"),
        ("head_ref", "refs/heads/gh-readonly-queue/main/pr-x-y"),
        ("head_ref", "refs/heads/gh-readonly-queue/main/pr-404-0"),
    ] {
        let mut payload = world.merge_group_event();
        payload["merge_group"][field] = json!(value);
        let output = quick(&world).event("merge_group", &payload).run();
        expect_unevaluated(&output);
    }
    world.finish();
}

#[test]
fn a_group_is_judged_by_the_policy_at_its_base() {
    let policy = Files::new()
        .file(FILE, GOOD)
        .file(super::scenes::POLICY, "version: 1\nfail-on: off\n");
    let world = World::with_pull(&policy, &files(&at("2.0.0")));
    world.enqueue(&[1]);
    expect(&judged(&world), 0, "pass");
    world.finish();
}
