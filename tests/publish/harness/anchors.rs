//! Where comments can stand, and where they go.

use serde_json::{Value, json};

use super::super::fake::{Files, World};
use super::client::{Answer, get, graphql, send};
use super::{PATH, lines, world};

fn review(comments: &Value) -> Value {
    json!({"event": "COMMENT", "body": "", "comments": comments})
}

fn post_review(world: &World, comments: &Value) -> Answer {
    send(world, "POST", "pulls/1/reviews", Some(&review(comments)))
}

#[test]
fn a_comment_stands_on_any_line_of_a_hunk_and_on_no_other() {
    let world = world();
    let comment = |line: u64, side: &str| json!([{"path": PATH, "line": line, "side": side, "body": "x"}]);
    for (line, side) in [
        (7, "RIGHT"),
        (13, "RIGHT"),
        (31, "RIGHT"),
        (10, "LEFT"),
        (7, "LEFT"),
        (30, "LEFT"),
    ] {
        assert_eq!(
            post_review(&world, &comment(line, side)).status,
            200,
            "{line} {side}"
        );
    }
    for (line, side) in [
        (6, "RIGHT"),
        (14, "RIGHT"),
        (20, "RIGHT"),
        (32, "RIGHT"),
        (31, "LEFT"),
        (6, "LEFT"),
        (0, "RIGHT"),
    ] {
        let refused = post_review(&world, &comment(line, side));
        assert_eq!(refused.status, 422, "{line} {side}");
        assert!(refused.json()["errors"][0].is_string());
    }
}

#[test]
fn one_bad_anchor_refuses_the_whole_review_and_is_not_named() {
    let world = world();
    let comment = |more: Value| {
        let mut comment = json!({"path": PATH, "side": "RIGHT", "line": 12, "body": "x"});
        comment
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        comment
    };
    for bad in [
        json!({"line": 20}),
        json!({"path": "elsewhere"}),
        json!({"start_line": 12}),
        json!({"start_line": 14}),
        json!({"start_line": 7, "line": 29}),
        json!({"start_line": 10, "start_side": "LEFT"}),
        json!({"body": ""}),
        json!({"body": "x".repeat(65_537)}),
    ] {
        let comments = json!([comment(json!({})), comment(bad.clone())]);
        let refused = post_review(&world, &comments);
        assert_eq!(refused.status, 422, "{bad}");
        assert!(!refused.text.contains("\"line\"") && !refused.text.contains("elsewhere"));
    }
    assert_eq!(get(&world, "pulls/1/comments").json(), json!([]));
    assert_eq!(post_review(&world, &json!([])).status, 422);
    let good = post_review(
        &world,
        &json!([comment(json!({"start_line": 10, "start_side": "RIGHT"}))]),
    );
    assert_eq!(good.status, 200);
}

#[test]
fn a_comment_follows_its_line_until_the_line_is_gone() {
    let world = world();
    let id = world.inline_as("maria", 1, PATH, 10, "here");
    let place = || {
        let query = "query($n: Int!) { repository(owner: \"octo\", name: \"connectors\") { pullRequest(number: $n) {
            reviewThreads(first: 10) { nodes { isOutdated line comments(first: 1) { nodes { line outdated originalLine } } } } } } }";
        let answer = graphql(&world, query, &json!({"n": 1}));
        let thread = &answer["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"][0];
        let rest = get(&world, &format!("pulls/comments/{id}")).json();
        assert_eq!(rest["line"], thread["line"], "{rest}");
        assert_eq!(rest["original_line"], 10);
        (thread["line"].clone(), thread["isOutdated"].clone())
    };
    assert_eq!(place(), (json!(10), json!(false)));
    let text = lines(30).replace("line 10\n", "line ten\n");
    world.push(1, &Files::new().file(PATH, format!("a\nb\n{text}")));
    assert_eq!(place(), (json!(12), json!(false)));
    world.push(
        1,
        &Files::new().file(PATH, text.replace("line ten\n", "line 10\n") + "z\n"),
    );
    assert_eq!(place(), (Value::Null, json!(true)));
}
