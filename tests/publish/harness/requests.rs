//! Pages, permissions, faults, hooks, and requests that nobody foresaw.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::super::fake::{Fault, Files, Limit, Permissions, Role};
use super::client::{get, graphql, send, send_with, try_send};
use super::world;

#[test]
fn a_list_comes_in_pages_with_links() {
    let world = world();
    for number in 0..65 {
        world.comment_as("maria", 1, &format!("{number}"));
    }
    let first = get(&world, "issues/1/comments");
    assert_eq!(first.json().as_array().unwrap().len(), 30);
    let link = first.header("link").unwrap();
    let next = format!(
        "<{}/repos/octo/connectors/issues/1/comments?page=2>; rel=\"next\"",
        world.api_url()
    );
    assert!(link.contains(&next), "{link}");
    let last = get(&world, "issues/1/comments?per_page=30&page=3");
    assert_eq!(last.json().as_array().unwrap().len(), 5);
    assert!(!last.header("link").unwrap().contains("rel=\"next\""));
    assert_eq!(
        get(&world, "issues/1/comments?per_page=500")
            .json()
            .as_array()
            .unwrap()
            .len(),
        65
    );
}

#[test]
fn a_token_may_do_what_its_permissions_say() {
    let world = world();
    world.set_permissions(Permissions::read_only());
    let body = json!({"body": "x"});
    let refused = send(&world, "POST", "issues/1/comments", Some(&body));
    assert_eq!(
        (refused.status, refused.json()["message"].as_str()),
        (403, Some("Resource not accessible by integration"))
    );
    assert!(
        refused
            .header("x-accepted-github-permissions")
            .unwrap()
            .contains("pull_requests=write")
    );
    let status = json!({"state": "success", "context": "tierguard"});
    let head = world.head(1);
    assert_eq!(
        send(&world, "POST", &format!("statuses/{head}"), Some(&status)).status,
        403
    );
    assert_eq!(get(&world, "pulls/1").status, 200);
    assert_eq!(get(&world, "/user").status, 403);
    let owner = world.add_token("maria", Permissions::writing());
    assert_eq!(
        send_with(&world, &owner, "GET", "/user", None).unwrap().json()["login"],
        "maria"
    );
    assert_eq!(
        send_with(&world, "ghs_unknown", "GET", "pulls/1", None)
            .unwrap()
            .status,
        401
    );
    world.set_permissions(Permissions::parse("contents: read"));
    let query = "{ repository(owner: \"octo\", name: \"connectors\") { pullRequest(number: 1) { id } } }";
    assert_eq!(
        graphql(&world, query, &Value::Null)["errors"][0]["type"],
        "FORBIDDEN"
    );
}

#[test]
fn a_fault_says_whether_the_work_was_done() {
    let world = world();
    let body = json!({"body": "x"});
    let post = || try_send(&world, "POST", "issues/1/comments", Some(&body));
    let count = || world.state().remarks.len();
    world.fault("POST /issues/*/comments", 1, Fault::CloseBeforeHandling);
    world.fault("POST /issues/*/comments", 2, Fault::status(502));
    world.fault("POST /issues/*/comments", 3, Fault::CommitThenStatus(502));
    world.fault("POST /issues/*/comments", 4, Fault::CommitThenClose);
    world.fault(
        "POST /issues/*/comments",
        5,
        Fault::RateLimited(Limit::Secondary, Some("3".to_owned())),
    );
    world.fault("POST /issues/*/comments", 6, Fault::TruncatedBody);
    assert!(post().is_none());
    assert_eq!((post().unwrap().status, count()), (502, 0));
    assert_eq!((post().unwrap().status, count()), (502, 1));
    assert!(post().is_none());
    let limited = post().unwrap();
    assert_eq!(
        (limited.status, limited.header("retry-after"), count()),
        (429, Some("3"), 2)
    );
    let cut = post().unwrap();
    assert!(cut.text.len() < cut.header("content-length").unwrap().parse().unwrap());
    assert_eq!(count(), 3);
    assert_eq!(post().unwrap().status, 201);
    let committed: Vec<bool> = world.writes().iter().map(|entry| entry.committed).collect();
    assert_eq!(committed, [false, false, true, true, false, true, true]);
}

#[test]
fn answers_can_be_spoilt_in_every_way() {
    let world = world();
    let spoilt = |fault: Fault| {
        world.mend();
        world.fault("GET /pulls/1", .., fault);
        get(&world, "pulls/1")
    };
    assert!(spoilt(Fault::Html).text.starts_with("<!DOCTYPE"));
    assert_eq!(spoilt(Fault::EmptyBody).text, "");
    assert!(serde_json::from_str::<Value>(&spoilt(Fault::MalformedJson).text).is_err());
    assert!(spoilt(Fault::WrongTypes).json()["number"].is_string());
    assert_eq!(spoilt(Fault::HugeBody(1 << 20)).status, 200);
    assert_eq!(
        spoilt(Fault::Redirect(307, "http://evil.example/".to_owned())).header("location"),
        Some("http://evil.example/")
    );
    assert_eq!(
        spoilt(Fault::EvilLinkHeader("<x>".to_owned())).header("link"),
        Some("<x>")
    );
    assert_eq!(
        spoilt(Fault::edit(|body| body["head"]["sha"] = json!("../x"))).json()["head"]["sha"],
        "../x"
    );
    assert_eq!(
        spoilt(Fault::RateLimited(Limit::Primary { reset: 600 }, None)).header("x-ratelimit-remaining"),
        Some("0")
    );
    let started = Instant::now();
    let slow = spoilt(Fault::SlowBytes(Duration::from_micros(1)));
    assert!(slow.json()["number"] == 1 && started.elapsed() < Duration::from_mins(1));
}

#[test]
fn hooks_see_requests_and_writes_in_their_order() {
    let world = world();
    world.on_request("query Facts", 1, |site| {
        site.push(1, &Files::new().file("new", "x"));
    });
    let before = world.head(1);
    let query = "query Facts { repository(owner: \"octo\", name: \"connectors\") { pullRequest(number: 1) { headRefOid } } }";
    let answer = graphql(&world, query, &Value::Null);
    assert_ne!(
        answer["data"]["repository"]["pullRequest"]["headRefOid"],
        json!(before)
    );
    let body = json!({"body": "x"});
    world.direct();
    world.after_mutation(0, |_| {});
    assert!(try_send(&world, "POST", "issues/1/comments", Some(&body)).is_none());
    world.after_mutation(1, |site| site.repository_label("seen"));
    assert_eq!(send(&world, "POST", "issues/1/comments", Some(&body)).status, 201);
    assert!(world.state().labels.contains_key("seen"));
}

#[test]
fn an_unexpected_request_fails_the_test_by_name() {
    let world = world();
    world.direct();
    assert_eq!(get(&world, "zen").status, 404);
    let answer = graphql(&world, "{ viewer { login shoeSize } }", &Value::Null);
    assert!(
        answer["data"].is_null()
            && answer["errors"][0]["message"]
                .as_str()
                .unwrap()
                .contains("User.shoeSize")
    );
    let unexpected = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.finish())).unwrap_err();
    let message = unexpected.downcast_ref::<String>().unwrap();
    assert!(
        message.contains("GET /repos/octo/connectors/zen") && message.contains("shoeSize"),
        "{message}"
    );
}

#[test]
fn a_bot_is_named_as_graphql_and_rest_name_it() {
    let world = world();
    world.role("maria", Role::Write);
    let posted = send(&world, "POST", "issues/1/comments", Some(&json!({"body": "x"}))).json();
    assert_eq!(posted["user"]["login"], "github-actions[bot]");
    let query =
        "{ viewer { login } repository(owner: \"octo\", name: \"connectors\") { pullRequest(number: 1) {
        comments(last: 1) { nodes { viewerDidAuthor isMinimized databaseId fullDatabaseId id
        author { __typename login ... on Bot { databaseId } } } } } } }";
    let answer = graphql(&world, query, &Value::Null);
    assert_eq!(answer["data"]["viewer"]["login"], "github-actions[bot]");
    let comment = &answer["data"]["repository"]["pullRequest"]["comments"]["nodes"][0];
    assert_eq!(
        comment["author"],
        json!({"__typename": "Bot", "login": "github-actions", "databaseId": 41_898_282})
    );
    assert_eq!(comment["fullDatabaseId"], posted["id"].to_string());
    assert_eq!(comment["id"], posted["node_id"]);
    let mutation =
        "mutation Hide($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: OUTDATED}) {
        minimizedComment { isMinimized minimizedReason } } }";
    let answer = graphql(&world, mutation, &json!({"id": posted["node_id"]}));
    let hidden = json!({"isMinimized": true, "minimizedReason": "outdated"});
    assert_eq!(answer["data"]["minimizeComment"]["minimizedComment"], hidden);
}
