//! Answers that are lost, and runs at the same time: everything is there once.

use std::collections::BTreeSet;

use tierguard::publish::check::{Annotation, CheckRun, Content};
use tierguard::publish::desired::Desired;
use tierguard::render::markdown::Markdown;

use super::super::fake::{Fault, Limit, Permissions, World};
use super::{PATH, assert_quiet, committed, everything, furnished, publish, publish_as, saying, world};

fn checked(world: &World) -> Desired {
    let mut desired = saying(world, &[20], &BTreeSet::new());
    let annotations = (1..=120).map(|line| Annotation {
        path: PATH.to_owned(),
        start_line: line,
        end_line: line,
        level: "failure",
        message: "words".to_owned(),
        title: "rule".to_owned(),
    });
    let content = Content {
        success: false,
        title: "120 errors".to_owned(),
        summary: Markdown::own("No."),
        text: Markdown::default(),
        annotations: annotations.collect(),
    };
    desired.check_run = Some(CheckRun::new(&desired.instance, desired.head.clone(), content));
    desired
}

#[test]
fn a_write_whose_answer_is_lost_happens_once() {
    let undisturbed = furnished();
    publish(&undisturbed, |refused, _| everything(&undisturbed, refused));
    for on in [
        "POST /pulls/*/reviews",
        "POST /issues/*/comments",
        "POST /issues/*/labels",
        "POST /pulls/*/requested_reviewers",
        "POST /statuses/*",
    ] {
        for fault in [
            Fault::CommitThenStatus(502),
            Fault::CommitThenClose,
            Fault::TruncatedBody,
            Fault::MalformedJson,
            Fault::Html,
            Fault::EmptyBody,
            Fault::status(500),
            Fault::CloseBeforeHandling,
        ] {
            let world = furnished();
            world.fault(on, 1, fault.clone());
            let outcome = publish(&world, |refused, _| everything(&world, refused));
            let snapshot = world.snapshot();
            assert_eq!(
                snapshot.replace(&world.head(1), "HEAD"),
                undisturbed.snapshot().replace(&undisturbed.head(1), "HEAD"),
                "{on} {outcome:?}"
            );
            assert_eq!(outcome.notices, Vec::<String>::new(), "{on}");
            assert_quiet(&world, |refused, _| everything(&world, refused));
            world.finish();
        }
    }
}

#[test]
fn one_operation_without_an_answer_stops_no_other() {
    let world = furnished();
    world.fault("POST /issues/*/labels", .., Fault::status(500));
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert!(outcome.notices[0].contains("gave no answer"), "{outcome:?}");
    let committed = committed(&world);
    assert!(committed.first().unwrap().contains("/statuses/"));
    assert!(committed.last().unwrap().ends_with("/requested_reviewers"));
    world.finish();
}

#[test]
fn a_server_that_answers_no_write_ends_in_a_notice() {
    let world = furnished();
    world.fault("write", .., Fault::status(500));
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert!(!outcome.is_settled);
    assert!(
        outcome
            .notices
            .iter()
            .any(|notice| notice.contains("could not be published")),
        "{outcome:?}"
    );
    world.finish();
}

#[test]
fn a_server_that_answers_no_read_ends_in_a_notice() {
    let world = furnished();
    world.fault("query *", .., Fault::status(500));
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert!(
        outcome.plan.is_none() && outcome.notices.len() == 1,
        "{outcome:?}"
    );
    assert_eq!(world.writes().len(), 0);
    world.finish();
}

#[test]
fn a_check_run_is_there_once_with_all_annotations_whatever_is_lost() {
    for (on, count) in [("POST /check-runs", 1), ("PATCH /check-runs/*", 2)] {
        for nth in 1..=count {
            for fault in [
                Fault::CommitThenStatus(502),
                Fault::CommitThenClose,
                Fault::status(500),
            ] {
                let world = world();
                world.fault(on, nth, fault);
                let outcome = publish(&world, |_, _| checked(&world));
                assert!(outcome.is_settled, "{outcome:?}");
                let checks = world.state().checks.clone();
                assert_eq!(checks.len(), 1);
                assert_eq!(checks[0].output.annotations.len(), 120);
                assert_quiet(&world, |_, _| checked(&world));
                world.finish();
            }
        }
    }
}

#[test]
fn a_twin_of_another_run_is_taken_back() {
    let world = world();
    let other = world.add_token("github-actions[bot]", Permissions::writing());
    let desired = saying(&world, &[20, 22], &BTreeSet::new());
    std::thread::scope(|scope| {
        for token in [world.token(), other.as_str()] {
            scope.spawn(|| publish_as(&world, token, |_, _| desired.clone()));
        }
    });
    publish(&world, |_, _| desired.clone());
    assert_eq!(world.state().remarks.len(), 1);
    assert_eq!(world.state().inlines.len(), 2);
    assert_quiet(&world, |_, _| desired.clone());
    world.finish();
}

#[test]
fn a_write_that_comes_too_fast_waits_as_long_as_it_is_told() {
    let world = furnished();
    let limit = Fault::RateLimited(Limit::Secondary, Some("1".to_owned()));
    world.fault("POST /issues/*/comments", 1, limit);
    let started = std::time::Instant::now();
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert!(outcome.is_settled && outcome.notices.is_empty(), "{outcome:?}");
    assert!(started.elapsed().as_secs() >= 1);
    assert_eq!(world.state().remarks.len(), 1);
    world.finish();
}

#[test]
fn a_run_that_ends_after_any_write_is_mended_by_the_next_one() {
    let undisturbed = furnished();
    publish(&undisturbed, |refused, _| everything(&undisturbed, refused));
    let expected = undisturbed.snapshot().replace(&undisturbed.head(1), "HEAD");
    for writes in 0..=6 {
        let world = furnished();
        world.after_mutation(writes, |site| site.fault("any", .., Fault::CloseBeforeHandling));
        publish(&world, |refused, _| everything(&world, refused));
        assert_eq!(committed(&world).len(), writes);
        world.mend();
        publish(&world, |refused, _| everything(&world, refused));
        assert_eq!(
            world.snapshot().replace(&world.head(1), "HEAD"),
            expected,
            "after {writes}"
        );
        assert_quiet(&world, |refused, _| everything(&world, refused));
        world.finish();
    }
}
