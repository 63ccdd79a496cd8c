//! What GitHub refuses: it is told, and loses nothing else.

use tierguard::publish::history::Reviewer;

use super::super::fake::{Fault, Permissions};
use super::{assert_quiet, committed, everything, furnished, publish, publish_as, saying, world};

#[test]
fn a_comment_that_github_refuses_is_told_in_the_summary() {
    for bad in [vec![3], vec![3, 38], (4..=16).collect()] {
        let world = world();
        let lines: Vec<usize> = (17..=28)
            .chain(bad.iter().copied().filter(|line| !(17..=28).contains(line)))
            .collect();
        let outcome = publish(&world, |refused, _| saying(&world, &lines, refused));
        assert!(outcome.is_settled, "{outcome:?}");
        let snapshot = world.snapshot();
        for line in &lines {
            let (inline, full) = (
                snapshot.contains(&format!("finding on line {line}\"")),
                snapshot.contains(&format!("in full: line {line}")),
            );
            assert!(inline != full, "line {line}: {inline} {full}");
        }
        assert!(world.writes().len() <= 14, "{}", world.writes().len());
        assert_quiet(&world, |refused, _| saying(&world, &lines, refused));
        world.finish();
    }
}

#[test]
fn a_token_that_only_reads_is_told_once() {
    let world = furnished();
    world.set_permissions(Permissions::read_only());
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert_eq!(committed(&world), Vec::<String>::new());
    assert_eq!(outcome.notices.len(), 1, "{outcome:?}");
    assert!(outcome.notices[0].contains("`pull-requests: write` and `statuses: write`"));
    assert_eq!(world.writes().len(), 2);
    world.finish();
}

#[test]
fn a_token_without_statuses_does_the_rest() {
    let world = furnished();
    world.set_permissions(Permissions::parse("contents: read, pull-requests: write"));
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert_eq!(committed(&world).len(), 5);
    assert!(
        outcome.notices[0].contains("left out are the status"),
        "{outcome:?}"
    );
    world.finish();
}

#[test]
fn a_team_that_the_token_does_not_see_loses_nobody_else() {
    let world = furnished();
    world.state().knobs.teams_readable = false;
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert!(world.state().pulls[&1].requested.contains("grace"));
    assert_eq!(outcome.notices.len(), 1, "{outcome:?}");
    world.finish();
}

#[test]
fn a_person_who_is_no_collaborator_loses_nobody_else() {
    let world = furnished();
    let outcome = publish(&world, |refused, _| {
        let mut desired = everything(&world, refused);
        desired.reviewers.insert(0, Reviewer::Person("nobody".to_owned()));
        desired
    });
    assert!(world.state().pulls[&1].requested.contains("grace"));
    assert!(outcome.notices[0].contains("collaborator"), "{outcome:?}");
    world.finish();
}

#[test]
fn a_label_that_the_repository_has_not_is_not_made() {
    let world = furnished();
    world.state().labels.clear();
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert!(world.state().labels.is_empty());
    assert!(outcome.notices[0].contains("`breaking-change`"), "{outcome:?}");
    world.finish();
}

#[test]
fn an_account_that_graphql_does_not_tell_is_asked_of_rest() {
    let world = world();
    let token = world.add_token("ada", Permissions::writing());
    let hide = || {
        Fault::edit(|answer| {
            if answer["data"]["viewer"].is_object() {
                *answer = serde_json::json!({
                    "data": { "viewer": null, "repository": null },
                    "errors": [{ "type": "FORBIDDEN", "path": ["viewer"], "message": "Resource not accessible by integration" }],
                });
            }
        })
    };
    world.fault("query PullRequestShows", .., hide());
    publish_as(&world, &token, |refused, _| saying(&world, &[20], refused));
    assert_eq!(committed(&world).len(), 2);
    world.forget_requests();
    publish_as(&world, &token, |refused, _| saying(&world, &[20, 22], refused));
    assert!(committed(&world).iter().any(|name| name.starts_with("PATCH")));
    // A workflow's token gets no answer there either: then nothing is edited, and nothing is there twice.
    world.forget_requests();
    let outcome = publish(&world, |refused, _| saying(&world, &[20], refused));
    assert_eq!(committed(&world), Vec::<String>::new());
    assert!(outcome.notices[0].contains("whose the token is"), "{outcome:?}");
    world.finish();
}
