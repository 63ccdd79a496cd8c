//! A report on a pull request, from the first comment to the last.

use std::collections::BTreeSet;

use tierguard::ids::ObjectId;
use tierguard::publish::plan::Standing;

use super::super::fake::Files;
use super::{
    PATH, assert_quiet, committed, everything, fingerprint, furnished, publish, saying, text, world,
};

#[test]
fn everything_is_published_in_order_and_only_once() {
    let world = furnished();
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert_eq!(
        committed(&world),
        [
            "POST /repos/octo/connectors/statuses/HEAD",
            "POST /repos/octo/connectors/pulls/1/reviews",
            "POST /repos/octo/connectors/issues/1/comments",
            "POST /repos/octo/connectors/issues/1/labels",
            "POST /repos/octo/connectors/pulls/1/requested_reviewers",
            "POST /repos/octo/connectors/pulls/1/requested_reviewers",
        ]
    );
    assert_eq!(outcome.notices, Vec::<String>::new());
    assert!(outcome.is_settled && outcome.done == 6);
    assert!(outcome.summary_url.unwrap().contains("/pull/1#issuecomment-"));
    assert_quiet(&world, |refused, _| everything(&world, refused));
    world.finish();
}

#[test]
fn nothing_to_say_takes_one_look_and_no_write() {
    let world = world();
    let outcome = publish(&world, |refused, _| saying(&world, &[], refused));
    assert!(outcome.is_settled);
    assert_eq!((world.reads().len(), world.writes().len()), (1, 0));
    world.finish();
}

#[test]
fn a_finding_lives_and_is_fixed() {
    let world = world();
    publish(&world, |refused, _| saying(&world, &[20, 22], refused));
    world.push(1, &Files::new().file(PATH, text("after all")));
    let outcome = publish(&world, |refused, observed| {
        let head = ObjectId::new(&world.head(1)).unwrap();
        assert_eq!(
            observed.before(&head),
            Some(&BTreeSet::from([fingerprint(20), fingerprint(22)]))
        );
        saying(&world, &[22], refused)
    });
    assert!(outcome.is_settled, "{outcome:?}");
    let snapshot = world.snapshot();
    assert!(snapshot.contains("Fixed in") && snapshot.contains("\"minimized\": \"resolved\""));
    assert_quiet(&world, |refused, _| saying(&world, &[22], refused));
    publish(&world, |refused, _| saying(&world, &[], refused));
    assert!(world.snapshot().contains("All clear."));
    assert_quiet(&world, |refused, _| saying(&world, &[], refused));
    world.finish();
}

#[test]
fn a_pull_request_that_moves_on_before_the_look_is_left_to_its_own_run() {
    let world = world();
    let judged = saying(&world, &[20], &BTreeSet::new());
    world.push(1, &Files::new().file(PATH, text("again")));
    let outcome = publish(&world, |_, _| judged.clone());
    assert!(matches!(outcome.standing, Some(Standing::Superseded { .. })));
    assert_eq!(world.writes().len(), 0);
    world.finish();
}

#[test]
fn a_closed_pull_request_is_not_written_to() {
    let world = furnished();
    world.close(1);
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert_eq!(outcome.standing, Some(Standing::Closed));
    assert_eq!(world.writes().len(), 0);
    world.finish();
}

#[test]
fn a_conversation_that_is_locked_meanwhile_leaves_the_status() {
    let world = furnished();
    world.on_request("POST /pulls/*/reviews", 1, |site| {
        site.change_pull(1, |pull| pull.locked = true);
    });
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert!(outcome.notices[0].contains("locked"), "{outcome:?}");
    assert!(committed(&world).iter().any(|name| name.contains("/statuses/")));
    world.finish();
}
