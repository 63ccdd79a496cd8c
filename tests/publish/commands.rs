//! Commands under a pull request: who is heard, and what is answered.

use serde_json::Value;

use super::bot::Output;
use super::fake::{Fault, Role, World};
use super::scenes::{expect, failing, quick, status};

const RECHECK: &str = "/tierguard recheck";

/// Somebody comments under pull request 1, and the workflow runs.
fn said(world: &World, login: &str, words: &str) -> Output {
    let comment = world.comment_as(login, 1, words);
    run(world, &world.comment_event(comment, "created"))
}

fn run(world: &World, payload: &Value) -> Output {
    quick(world)
        .args(&["--status"])
        .event("issue_comment", payload)
        .run()
}

#[track_caller]
fn expect_silence(world: &World, output: &Output) {
    assert_eq!(output.code, 0, "{}\n{}", output.stdout, output.stderr);
    assert!(world.writes().is_empty(), "{:#?}", world.writes());
}

#[test]
fn whoever_may_write_has_the_pull_request_judged_again() {
    for role in [Role::Write, Role::Maintain, Role::Admin] {
        let world = failing();
        world.role("maria", role);
        let output = said(&world, "maria", "/tierguard recheck\nthank you");
        expect(&output, 0, "fail");
        assert_eq!(status(&world, &world.head(1)).as_deref(), Some("failure"));
        world.finish();
    }
}

#[test]
fn whoever_may_not_write_is_not_heard() {
    for role in [Role::None, Role::Read, Role::Triage] {
        let world = failing();
        world.role("eve", role);
        expect_silence(&world, &said(&world, "eve", RECHECK));
        expect_silence(
            &world,
            &said(&world, "eve", "/tierguard explain identity-changed"),
        );
        world.finish();
    }
}

#[test]
fn a_permission_that_cannot_be_read_is_a_no() {
    let faults = [
        Fault::status(404),
        Fault::status(500),
        Fault::status(403),
        Fault::Html,
        Fault::EmptyBody,
        Fault::MalformedJson,
        Fault::WrongTypes,
        Fault::CloseBeforeHandling,
        Fault::Redirect(302, "http://127.0.0.1:9/x".to_owned()),
    ];
    for fault in faults {
        let world = failing();
        world.role("maria", Role::Write);
        world.fault("GET /collaborators/*/permission", .., fault);
        expect_silence(&world, &said(&world, "maria", RECHECK));
        expect_silence(
            &world,
            &said(&world, "maria", "/tierguard explain identity-changed"),
        );
        world.finish();
    }
}

#[test]
fn a_bot_gives_no_commands() {
    let world = failing();
    for login in ["github-actions[bot]", "helper[bot]"] {
        world.role(login, Role::Write);
        expect_silence(&world, &said(&world, login, RECHECK));
        expect_silence(
            &world,
            &said(&world, login, "/tierguard explain identity-changed"),
        );
    }
    world.finish();
}

#[test]
fn talk_about_a_command_is_none() {
    let world = failing();
    world.role("maria", Role::Admin);
    for words in [
        "> /tierguard recheck",
        "`/tierguard recheck`",
        "```\n/tierguard recheck\n```",
        "<!-- /tierguard recheck -->",
        "please\n/tierguard recheck",
        " /tierguard recheck",
        "/tierguard",
        "/tierguard allow everything",
        "/tierguard recheck \u{1b}[31m**now**",
        "/tierguard explain [x](http://evil)",
        "/tierguard approve\n::error::x",
        "",
    ] {
        let output = said(&world, "maria", words);
        expect_silence(&world, &output);
        assert!(world.requests().is_empty(), "{words:?} was looked into");
        assert!(!output.stdout.contains("evil") && !output.stderr.contains("evil"));
    }
    world.finish();
}

#[test]
fn only_a_new_comment_on_a_pull_request_counts() {
    let world = failing();
    world.role("maria", Role::Admin);
    let comment = world.comment_as("maria", 1, RECHECK);
    for action in ["edited", "deleted"] {
        expect_silence(&world, &run(&world, &world.comment_event(comment, action)));
    }
    let mut on_issue = world.comment_event(comment, "created");
    on_issue["issue"].as_object_mut().unwrap().remove("pull_request");
    expect_silence(&world, &run(&world, &on_issue));
    assert!(world.requests().is_empty());
    world.finish();
}

#[test]
fn a_page_is_shown_once_for_each_comment_that_asks() {
    let world = failing();
    world.role("maria", Role::Write);
    let comment = world.comment_as("maria", 1, "/tierguard explain identity-changed");
    let event = world.comment_event(comment, "created");
    assert_eq!(run(&world, &event).code, 0);
    let writes = world.writes();
    assert_eq!(writes.len(), 1, "{writes:#?}");
    let answer = writes[0].body["body"].as_str().unwrap();
    assert!(answer.contains("identity-changed"), "{answer}");
    assert_eq!(run(&world, &event).code, 0);
    assert_eq!(world.writes().len(), 1);
    world.finish();
}

#[test]
fn a_rule_that_is_not_there_is_not_repeated() {
    let world = failing();
    world.role("maria", Role::Write);
    assert_eq!(said(&world, "maria", "/tierguard explain buy-our-coins").code, 0);
    let writes = world.writes();
    assert_eq!(writes.len(), 1);
    assert!(
        !writes[0].body.to_string().contains("coins"),
        "{:#?}",
        writes[0].body
    );
    world.finish();
}

#[test]
fn five_answers_an_hour_are_enough() {
    let world = failing();
    world.role("maria", Role::Write);
    for _ in 0..8 {
        assert_eq!(
            said(&world, "maria", "/tierguard explain identity-changed").code,
            0
        );
    }
    assert_eq!(world.writes().len(), 5);
    let later = world.state().now() + jiff::SignedDuration::from_hours(2);
    world.state().set_clock(later);
    said(&world, "maria", "/tierguard explain identity-changed");
    assert_eq!(world.writes().len(), 6);
    world.finish();
}

#[test]
fn answers_of_others_count_for_nothing() {
    let world = failing();
    world.role("maria", Role::Write);
    let comment = world.comment_as("maria", 1, "/tierguard explain identity-changed");
    for _ in 0..6 {
        let marker = format!("<!-- tierguard:reply instance=default to={comment} -->\nx");
        world.comment_as("eve", 1, &marker);
    }
    run(&world, &world.comment_event(comment, "created"));
    assert_eq!(world.writes().len(), 1);
    world.finish();
}

#[test]
fn what_cannot_be_judged_again_fails_the_job() {
    let world = failing();
    world.role("maria", Role::Write);
    world.fault("query PullRequest", .., Fault::status(404));
    assert_eq!(said(&world, "maria", RECHECK).code, 2);
    world.finish();
}

#[test]
fn a_dry_run_answers_nothing() {
    let world = failing();
    world.role("maria", Role::Write);
    let comment = world.comment_as("maria", 1, "/tierguard explain identity-changed");
    let output = quick(&world)
        .input("dry-run", "true")
        .event("issue_comment", &world.comment_event(comment, "created"))
        .run();
    expect_silence(&world, &output);
    world.finish();
}
