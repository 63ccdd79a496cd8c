//! GraphQL as far as the fake knows it.

use serde_json::{Value, json};

use super::super::fake::{Permissions, Role, World};
use super::client::{graphql, send};
use super::{PATH, world};

const KNOWN: &str = include_str!("../known.graphql");
const MUTATIONS: &str = include_str!("../known_mutations.graphql");

/// A pull request with something of everything.
pub(super) fn rich() -> World {
    let world = world();
    world.role("maria", Role::Write);
    world.team("reviewers", &["maria"]);
    world.state().knobs.teams_readable = true;
    world.label_as("maria", 1, "one");
    world.label_as("maria", 1, "two");
    world.unlabel_as("maria", 1, "two");
    world.request_as("maria", 1, "otto");
    world.comment_as("maria", 1, "hello");
    world.review_as("maria", 1, "APPROVED", "fine");
    let first = world.inline_as("maria", 1, PATH, 10, "why?");
    world.reply_as("ada", first, "because");
    world.require("main", &["tierguard"]);
    world.enqueue(&[1]);
    let head = world.head(1);
    let status = json!({"state": "success", "context": "tierguard", "description": "fine", "target_url": "https://github.com/octo/connectors"});
    assert_eq!(
        send(&world, "POST", &format!("statuses/{head}"), Some(&status)).status,
        201
    );
    let annotation =
        json!({"path": PATH, "start_line": 1, "end_line": 1, "annotation_level": "warning", "message": "m"});
    let check = json!({
        "name": "tierguard", "head_sha": head, "status": "completed", "conclusion": "success",
        "output": {"title": "t", "summary": "s", "annotations": [annotation]},
    });
    assert_eq!(send(&world, "POST", "check-runs", Some(&check)).status, 201);
    world
}

#[test]
fn every_known_field_is_answered() {
    let world = rich();
    let tree = world.git.commit(&world.head(1)).unwrap().tree;
    let ids: Vec<String> = world
        .state()
        .remarks
        .keys()
        .map(|id| format!("IC_{id}"))
        .collect();
    let variables = json!({"owner": "octo", "name": "connectors", "number": 1, "oid": tree, "ids": ids});
    let answer = graphql(&world, KNOWN, &variables);
    assert_eq!(answer["errors"], Value::Null, "{answer:#}");
    let repository = &answer["data"]["repository"];
    assert_eq!(repository["tree"]["entries"][0]["mode"], 0o40_000);
    assert_eq!(repository["blob"]["byteSize"], super::lines(30).len());
    let pull = &repository["pullRequest"];
    assert_eq!(
        pull["reviewThreads"]["nodes"][0]["comments"]["nodes"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(pull["timelineItems"]["nodes"].as_array().unwrap().len(), 4);
    let commit = &pull["commits"]["nodes"][0]["commit"];
    assert_eq!(commit["status"]["state"], "SUCCESS");
    assert_eq!(commit["author"]["user"]["login"], "ada");
    assert_eq!(repository["mergeQueue"]["entries"]["nodes"][0]["position"], 1);
}

#[test]
fn every_known_mutation_is_carried_out() {
    let world = rich();
    world.set_permissions(Permissions::parse("contents: write, pull-requests: write"));
    let other = world.inline_as("maria", 1, PATH, 11, "and?");
    let (comment, inline) = {
        let state = world.state();
        (
            *state.remarks.keys().next().unwrap(),
            *state.inlines.keys().next().unwrap(),
        )
    };
    let variables = json!({
        "comment": format!("IC_{comment}"), "inline": format!("PRRC_{inline}"), "thread": format!("PRRT_{inline}"),
        "other": format!("PRRC_{other}"),
    });
    let answer = graphql(&world, MUTATIONS, &variables);
    assert_eq!(answer["errors"], Value::Null, "{answer:#}");
    assert_eq!(
        answer["data"]["resolveReviewThread"]["thread"]["isResolved"],
        true
    );
    let state = world.state();
    assert!(state.remarks.is_empty() && !state.inlines.contains_key(&other));
    assert_eq!(state.inlines[&inline].body, "new");
}

#[test]
fn a_connection_wants_a_bound_and_gives_cursors() {
    let world = world();
    for number in 0..5 {
        world.comment_as("maria", 1, &format!("{number}"));
    }
    let ask = |arguments: &str| {
        let query = format!(
            "{{ repository(owner: \"octo\", name: \"connectors\") {{ pullRequest(number: 1) {{
             comments{arguments} {{ totalCount nodes {{ body }} pageInfo {{ hasNextPage endCursor }} }} }} }} }}"
        );
        graphql(&world, &query, &Value::Null)
    };
    assert_eq!(ask("")["errors"][0]["type"], "MISSING_PAGINATION_BOUNDARIES");
    assert_eq!(ask("(first: 101)")["errors"][0]["type"], "EXCESSIVE_PAGINATION");
    let first = ask("(first: 2)")["data"]["repository"]["pullRequest"]["comments"].clone();
    assert_eq!(
        (&first["totalCount"], &first["pageInfo"]["hasNextPage"]),
        (&json!(5), &json!(true))
    );
    let cursor = first["pageInfo"]["endCursor"].as_str().unwrap();
    let second =
        ask(&format!("(first: 9, after: \"{cursor}\")"))["data"]["repository"]["pullRequest"]["comments"]
            .clone();
    assert_eq!(second["nodes"][0]["body"], "2");
    assert_eq!(second["pageInfo"]["hasNextPage"], false);
}
