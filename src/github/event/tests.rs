//! Events as GitHub sends them, cut to what is read.

use serde_json::{Value, json};

use super::*;

fn read(name: &str, payload: &Value) -> Result<Event, Unusable> {
    Event::read(name, &"o/r".parse().unwrap(), payload.to_string().as_bytes())
}

fn pull(full_name: &str) -> Value {
    json!({ "action": "opened", "pull_request": { "number": 7, "head": { "repo": { "full_name": full_name } } } })
}

fn comment_event(body: &str) -> Value {
    json!({
        "action": "created",
        "issue": { "number": 7, "pull_request": {} },
        "comment": { "id": 9, "body": body, "user": { "login": "ada", "id": 3 } }
    })
}

#[test]
fn a_fork_is_read_only_unless_the_workflow_is_the_targets_own() {
    let of = |name, payload: &Value| read(name, payload).unwrap();
    let expected = |is_read_only| Event::PullRequest {
        number: 7,
        is_read_only,
    };
    assert_eq!(of("pull_request", &pull("O/R")), expected(false));
    assert_eq!(of("pull_request", &pull("ada/r")), expected(true));
    assert_eq!(of("pull_request_target", &pull("ada/r")), expected(false));
    let deleted = json!({ "pull_request": { "number": 7, "head": { "repo": null } } });
    assert_eq!(of("pull_request", &deleted), expected(true));
    let mut dependabot = pull("o/r");
    dependabot["sender"] = json!({ "login": "dependabot[bot]", "id": 1 });
    assert_eq!(of("pull_request", &dependabot), expected(true));
}

#[test]
fn a_merge_group_is_named_by_its_commits() {
    let id = "0123456789abcdef0123456789abcdef01234567";
    let group = json!({ "action": "checks_requested", "merge_group": {
        "head_sha": id, "base_sha": id, "base_ref": "refs/heads/main",
        "head_ref": "refs/heads/gh-readonly-queue/main/pr-7-abc"
    } });
    assert!(read("merge_group", &group).unwrap().is_enforcing());
    let mut bad = group.clone();
    bad["merge_group"]["head_sha"] = json!("../../x");
    assert!(matches!(read("merge_group", &bad), Err(Unusable::Broken { .. })));
    let mut gone = group;
    gone["action"] = json!("destroyed");
    assert!(matches!(read("merge_group", &gone), Ok(Event::Nothing(_))));
}

#[test]
fn a_run_by_hand_names_one_pull_request_or_several() {
    let by_hand = |value: Value| {
        read(
            "workflow_dispatch",
            &json!({ "inputs": { "pull-request": value } }),
        )
    };
    assert_eq!(
        by_hand(json!("#12, 14 12")).unwrap(),
        Event::ByHand {
            numbers: vec![12, 14]
        }
    );
    assert_eq!(by_hand(json!(3)).unwrap(), Event::ByHand { numbers: vec![3] });
    assert_eq!(
        read("workflow_dispatch", &json!({ "inputs": null })).unwrap(),
        Event::ByHand { numbers: vec![] }
    );
    for bad in ["x", "-1", "0", "1;2", "99999999999999999999"] {
        assert!(by_hand(json!(bad)).is_err(), "{bad}");
    }
}

#[test]
fn only_a_new_command_under_a_pull_request_starts_anything() {
    let asked = read("issue_comment", &comment_event("/tierguard recheck")).unwrap();
    assert!(matches!(
        asked,
        Event::Comment(Comment {
            number: 7,
            id: 9,
            author_id: 3,
            ..
        })
    ));
    let mut on_issue = comment_event("/tierguard recheck");
    on_issue["issue"] = json!({ "number": 7 });
    let mut edited = comment_event("/tierguard recheck");
    edited["action"] = json!("edited");
    for payload in [
        on_issue,
        edited,
        comment_event("fine by me"),
        comment_event("> /tierguard recheck"),
    ] {
        assert!(
            matches!(read("issue_comment", &payload), Ok(Event::Nothing(_))),
            "{payload}"
        );
    }
}

#[test]
fn what_is_not_supported_or_broken_is_no_event() {
    for name in ["push", "workflow_run", "", "::error::x"] {
        let error = read(name, &json!({})).unwrap_err();
        assert!(matches!(error, Unusable::Unsupported(_)), "{name}");
    }
    let repository = "o/r".parse().unwrap();
    for file in [&b""[..], b"not json", b"[]", b"{}", b"{\"pull_request\": 3}"] {
        assert!(Event::read("pull_request", &repository, file).is_err());
    }
    assert_eq!(read("schedule", &json!({})).unwrap(), Event::Schedule);
}
