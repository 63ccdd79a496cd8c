//! Every path of REST once: what Prism holds against GitHub's own description.

use serde_json::json;

use super::super::fake::{Files, HeadRepository, Permissions};
use super::client::{get, send};
use super::graphql::rich;
use super::{PATH, world};

#[test]
fn every_path_that_reads_is_answered() {
    let world = rich();
    let head = world.head(1);
    let commit = world.git.commit(&head).unwrap();
    let blob = world.git.entry_at(&commit.tree, PATH.as_bytes()).unwrap().id;
    let (review, inline, remark, check) = {
        let state = world.state();
        let last = state.reviews.keys().next_back().unwrap();
        (
            *last,
            *state.inlines.keys().next().unwrap(),
            *state.remarks.keys().next().unwrap(),
            state.checks[0].id,
        )
    };
    for path in [
        "",
        "pulls",
        "pulls?state=all&base=main&per_page=1",
        "pulls/1",
        "pulls/1/files",
        "pulls/1/commits",
        "pulls/1/reviews",
        "pulls/1/comments",
        "pulls/1/requested_reviewers",
        "issues/1/comments",
        "issues/1/labels",
        "issues/1/events",
        "issues/1/timeline",
        "labels",
        "labels/one",
        "contents/c",
        "contents/c/source-a/metadata.yaml?ref=main",
        "git/ref/heads/main",
        "commits/main",
        "commits/main/statuses",
        "collaborators/maria/permission",
        "rules/branches/main",
        "branches/main",
        "compare/main...change-1",
        "/rate_limit",
        "/orgs/octo/teams/reviewers",
        "/orgs/octo/teams/reviewers/memberships/maria",
    ] {
        let answer = get(&world, path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
    for path in [
        format!("git/trees/{}?recursive=1", commit.tree),
        format!("git/trees/{}", commit.tree),
        format!("git/blobs/{blob}"),
        format!("commits/{head}"),
        format!("commits/{head}/check-runs"),
        format!("commits/{head}/statuses"),
        format!("pulls/1/reviews/{review}"),
        format!("pulls/1/reviews/{review}/comments"),
        format!("pulls/comments/{inline}"),
        format!("issues/comments/{remark}"),
        format!("check-runs/{check}"),
        format!("check-runs/{check}/annotations"),
    ] {
        let answer = get(&world, &path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
    let person = world.add_token("maria", Permissions::writing());
    let answer = super::client::send_with(&world, &person, "GET", "/user", None).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[test]
fn every_path_that_writes_is_carried_out() {
    let world = rich();
    world.set_permissions(Permissions::parse(
        "checks: write, contents: read, issues: write, pull-requests: write, statuses: write",
    ));
    let (review, inline, remark, check) = {
        let state = world.state();
        let first = state.reviews.keys().next().unwrap();
        (
            *first,
            *state.inlines.keys().next().unwrap(),
            *state.remarks.keys().next().unwrap(),
            state.checks[0].id,
        )
    };
    let comment = json!({"path": PATH, "line": 12, "side": "RIGHT", "start_line": 10, "start_side": "RIGHT", "body": "x"});
    let single = json!({"path": PATH, "line": 12, "side": "RIGHT", "body": "x", "commit_id": world.head(1)});
    let body = json!({"body": "x"});
    for (method, path, sent, status) in [
        ("POST", "issues/1/comments".to_owned(), Some(body.clone()), 201),
        (
            "PATCH",
            format!("issues/comments/{remark}"),
            Some(body.clone()),
            200,
        ),
        ("DELETE", format!("issues/comments/{remark}"), None, 204),
        (
            "POST",
            "pulls/1/reviews".to_owned(),
            Some(json!({"event": "COMMENT", "body": "x", "comments": [comment]})),
            200,
        ),
        (
            "PUT",
            format!("pulls/1/reviews/{review}"),
            Some(body.clone()),
            200,
        ),
        ("POST", "pulls/1/comments".to_owned(), Some(single), 201),
        (
            "POST",
            format!("pulls/1/comments/{inline}/replies"),
            Some(body.clone()),
            201,
        ),
        ("PATCH", format!("pulls/comments/{inline}"), Some(body), 200),
        ("DELETE", format!("pulls/comments/{inline}"), None, 204),
        (
            "POST",
            "pulls/1/requested_reviewers".to_owned(),
            Some(json!({"reviewers": ["maria"], "team_reviewers": ["reviewers"]})),
            201,
        ),
        (
            "DELETE",
            "pulls/1/requested_reviewers".to_owned(),
            Some(json!({"reviewers": ["maria"]})),
            200,
        ),
        (
            "POST",
            "issues/1/labels".to_owned(),
            Some(json!({"labels": ["three"]})),
            200,
        ),
        ("DELETE", "issues/1/labels/three".to_owned(), None, 200),
        (
            "PATCH",
            format!("check-runs/{check}"),
            Some(json!({"conclusion": "failure"})),
            200,
        ),
    ] {
        let answer = send(&world, method, &path, sent.as_ref());
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
    }
}

#[test]
fn forks_gone_forks_and_outdated_comments_have_githubs_shape() {
    let world = world();
    let number = world.open_from_fork("stranger", &Files::new().file(PATH, "a\n"));
    world.inline_as("maria", number, PATH, 1, "x");
    world.push(number, &Files::new().file(PATH, "b\n"));
    assert_eq!(
        get(&world, &format!("pulls/{number}")).json()["head"]["repo"]["full_name"],
        "stranger/connectors"
    );
    world.change_pull(number, |pull| {
        pull.head_repository = HeadRepository::Deleted("stranger".to_owned());
    });
    assert!(get(&world, &format!("pulls/{number}")).json()["head"]["repo"].is_null());
    assert!(get(&world, &format!("pulls/{number}/comments")).json()[0]["line"].is_null());
    let range = format!("compare/main...{}", world.head(number));
    assert_eq!(get(&world, &range).json()["files"][0]["filename"], PATH);
}

#[test]
fn kinds_of_entries_and_odd_names_come_as_they_are() {
    let world = world();
    let gone = "0123456789012345678901234567890123456789";
    let files = Files::new()
        .link("c/link", "../elsewhere")
        .submodule("c/module", gone)
        .program("c/run", "#!")
        .file("c/a \"b\"\n|`.yaml", "x")
        .file("c/big", "x\n".repeat(600_000))
        .file("c/binary", b"\0\x01")
        .rename("c/source-a", "c/source-z");
    let number = world.open(&files);
    let rows = get(&world, &format!("pulls/{number}/files?per_page=100")).json();
    let row = |name: &str| {
        rows.as_array()
            .unwrap()
            .iter()
            .find(|row| row["filename"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(row("c/source-z/metadata.yaml")["status"], "renamed");
    assert_eq!(row("c/source-z/metadata.yaml")["previous_filename"], PATH);
    assert!(row("c/source-z/metadata.yaml")["patch"].is_null() && row("c/binary")["patch"].is_null());
    assert!(row("c/big")["patch"].is_null());
    assert_eq!(row("c/module")["sha"], gone);
    assert_eq!(
        row("c/a \"b\"\n|`.yaml")["patch"],
        "@@ -0,0 +1 @@\n+x\n\\ No newline at end of file"
    );
    let contents = |path: &str| get(&world, &format!("contents/{path}?ref=change-{number}")).json();
    assert_eq!(contents("c/link")["type"], "symlink");
    assert_eq!(contents("c/module")["type"], "submodule");
    assert_eq!(
        (&contents("c/big")["encoding"], &contents("c/big")["content"]),
        (&json!("none"), &json!(""))
    );
    world.state().knobs.most_files = Some(2);
    assert_eq!(
        get(&world, &format!("pulls/{number}/files"))
            .json()
            .as_array()
            .unwrap()
            .len(),
        2
    );
}
