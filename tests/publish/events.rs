//! What each event of a workflow leads to: what is read, what is written, what the job's exit code says.

use serde_json::json;

use super::fake::{Files, Permissions, World};
use super::scenes::{
    GOOD, at, comments, expect, expect_unevaluated, failing, files, passing, quick, rules, status,
};

#[test]
fn the_job_of_a_pull_request_is_its_check() {
    for (world, code, verdict) in [(passing(), 0, "pass"), (failing(), 1, "fail")] {
        let output = quick(&world).on_pull_request(1).run();
        expect(&output, code, verdict);
        assert_eq!(comments(&world, 1) > 0, code == 1, "{}", world.shown(1));
        world.finish();
    }
}

#[test]
fn a_fork_gets_everything_that_needs_no_write_and_one_notice() {
    let world = World::new(&files(GOOD));
    world.set_permissions(Permissions::read_only());
    let number = world.open_from_fork("eve", &files(&at("2.0.0")));
    let output = quick(&world)
        .args(&["--status", "--check-run"])
        .on_pull_request(number)
        .run();
    expect(&output, 1, "fail");
    assert!(world.writes().is_empty(), "{:#?}", world.writes());
    let notices: Vec<_> = output
        .commands
        .iter()
        .filter(|command| command.name == "notice")
        .collect();
    assert_eq!(notices.len(), 1, "{notices:#?}");
    assert!(notices[0].message.contains("pull-requests: write"));
    assert!(notices[0].message.contains("pull_request_target"));
    assert!(output.commands.iter().any(|command| command.name == "error"));
    assert!(
        output.step_summary.contains("major-version-without-entry"),
        "{}",
        output.step_summary
    );
    assert_eq!(output.outputs["errors"], "1");
    assert_eq!(output.outputs["connectors"], r#"["source-x"]"#);
    assert_eq!(rules(&output), ["major-version-without-entry"]);
    world.finish();
}

#[test]
fn a_fork_that_passes_passes_without_a_write() {
    let world = World::new(&files(GOOD));
    world.set_permissions(Permissions::read_only());
    let number = world.open_from_fork("eve", &files(&at("1.4.3")));
    let output = quick(&world).on_pull_request(number).run();
    expect(&output, 0, "pass");
    assert!(world.writes().is_empty());
    world.finish();
}

#[test]
fn a_bot_with_a_reading_token_is_treated_as_a_fork() {
    let world = failing();
    world.set_permissions(Permissions::read_only());
    world.change_pull(1, |pull| "dependabot[bot]".clone_into(&mut pull.author));
    let output = quick(&world).on_pull_request(1).run();
    expect(&output, 1, "fail");
    assert!(world.writes().is_empty());
    let notices = output.commands.iter().filter(|command| command.name == "notice");
    assert_eq!(notices.count(), 1);
    world.finish();
}

#[test]
fn a_fork_is_reviewed_through_the_target_branch_without_a_checkout() {
    let world = World::new(&files(GOOD));
    let number = world.open_from_fork("eve", &files(&at("2.0.0")));
    let payload = world.pull_request_event(number, "synchronize");
    let output = quick(&world).event("pull_request_target", &payload).run();
    expect(&output, 1, "fail");
    assert!(comments(&world, number) > 0);
    let written: Vec<&String> = output.files.keys().collect();
    assert_eq!(written, ["tierguard-report.json"]);
    world.finish();
}

#[test]
fn a_deleted_fork_is_reviewed_all_the_same() {
    let world = World::new(&files(GOOD));
    let number = world.open_from_fork("eve", &files(&at("2.0.0")));
    world.change_pull(number, |pull| {
        pull.head_repository = super::fake::HeadRepository::Deleted("eve".to_owned());
    });
    let payload = world.pull_request_event(number, "edited");
    let output = quick(&world).event("pull_request_target", &payload).run();
    expect(&output, 1, "fail");
    world.finish();
}

#[test]
fn a_run_by_hand_reviews_the_one_that_is_named() {
    let world = failing();
    let payload = world.dispatch_event(&json!({"pull-request": "1"}));
    let output = quick(&world)
        .args(&["--status"])
        .event("workflow_dispatch", &payload)
        .run();
    expect(&output, 1, "fail");
    assert!(comments(&world, 1) > 0);
    assert_eq!(status(&world, &world.head(1)).as_deref(), Some("failure"));
    world.finish();
}

#[test]
fn a_run_by_hand_ends_with_the_worst_verdict() {
    let world = passing();
    let second = world.open(&files(&at("2.0.0")));
    let payload = world.dispatch_event(&json!({"pull-request": format!("1, #{second}")}));
    let output = quick(&world).event("workflow_dispatch", &payload).run();
    expect(&output, 1, "fail");
    assert_eq!(comments(&world, 1), 0);
    assert!(comments(&world, second) > 0);
    let third = world.open(&files(&at("2.0.0")));
    let output = quick(&world)
        .event("workflow_dispatch", &world.dispatch_event(&json!({})))
        .input("pull-request", &format!("1 404 {third}"))
        .run();
    expect_unevaluated(&output);
    assert!(
        comments(&world, third) > 0,
        "one that is missing keeps no other back"
    );
    world.finish();
}

#[test]
fn a_closed_pull_request_is_judged_and_not_written_to() {
    let world = failing();
    world.close(1);
    let payload = world.dispatch_event(&json!({"pull-request": 1}));
    let output = quick(&world)
        .args(&["--status", "--check-run"])
        .event("workflow_dispatch", &payload)
        .run();
    expect(&output, 1, "fail");
    assert!(world.writes().is_empty(), "{:#?}", world.writes());
    assert!(output.stdout.contains("closed"), "{}", output.stdout);
    world.finish();
}

#[test]
fn a_run_by_hand_without_a_number_says_what_to_name() {
    let world = failing();
    for inputs in [json!({}), json!({"pull-request": ""}), json!(null)] {
        let payload = world.dispatch_event(&inputs);
        let output = quick(&world).event("workflow_dispatch", &payload).run();
        expect_unevaluated(&output);
        assert!(output.stderr.contains("pull-request"), "{}", output.stderr);
    }
    assert!(world.requests().is_empty());
    world.finish();
}

#[test]
fn a_review_is_answered_by_the_status_and_not_by_the_job() {
    let world = failing();
    world.review_as("maria", 1, "APPROVED", "");
    let payload = world.review_event(1, "maria", "APPROVED");
    let output = quick(&world)
        .args(&["--status"])
        .event("pull_request_review", &payload)
        .run();
    expect(&output, 0, "fail");
    assert_eq!(status(&world, &world.head(1)).as_deref(), Some("failure"));
    world.finish();
}

#[test]
fn a_review_of_a_fork_writes_nothing() {
    let world = World::new(&files(GOOD));
    world.set_permissions(Permissions::read_only());
    let number = world.open_from_fork("eve", &files(&at("2.0.0")));
    let payload = world.review_event(number, "maria", "APPROVED");
    let output = quick(&world)
        .args(&["--status"])
        .event("pull_request_review", &payload)
        .run();
    expect(&output, 0, "fail");
    assert!(world.writes().is_empty());
    world.finish();
}

#[test]
fn the_clock_reviews_every_open_pull_request() {
    let world = failing();
    let good = world.open(&files(&at("1.4.3")));
    let closed = world.open(&files(&at("3.0.0")));
    world.close(closed);
    let output = quick(&world)
        .args(&["--status"])
        .event("schedule", &world.schedule_event())
        .run();
    expect(&output, 0, "fail");
    assert_eq!(status(&world, &world.head(1)).as_deref(), Some("failure"));
    assert_eq!(status(&world, &world.head(good)).as_deref(), Some("success"));
    assert_eq!(status(&world, &world.head(closed)), None);
    world.finish();
}

#[test]
fn what_cannot_be_judged_fails_every_kind_of_run() {
    let world = failing();
    world.fault("query Trees", .., super::fake::Fault::status(404));
    world.fault("GET /commits/*", .., super::fake::Fault::status(404));
    let output = quick(&world)
        .args(&["--status"])
        .event("schedule", &world.schedule_event())
        .run();
    expect_unevaluated(&output);
    assert_eq!(status(&world, &world.head(1)).as_deref(), Some("error"));
    world.finish();
}

#[test]
fn an_earlier_success_does_not_outlive_a_change_that_cannot_be_compared() {
    let world = passing();
    quick(&world).args(&["--status"]).on_pull_request(1).run();
    assert_eq!(status(&world, &world.head(1)).as_deref(), Some("success"));
    world.fault("GET /compare/*", .., super::fake::Fault::status(404));
    let output = quick(&world).args(&["--status"]).on_pull_request(1).run();
    expect_unevaluated(&output);
    assert_ne!(status(&world, &world.head(1)).as_deref(), Some("success"));
    world.finish();
}

#[test]
fn other_events_are_refused_by_name() {
    let world = failing();
    for name in [
        "push",
        "workflow_run",
        "release",
        "pull_request\n::error::x",
        "PULL_REQUEST",
    ] {
        let payload = world.pull_request_event(1, "opened");
        let output = quick(&world).event(name, &payload).run();
        expect_unevaluated(&output);
        assert!(output.stderr.contains("is not supported"), "{}", output.stderr);
    }
    assert!(world.requests().is_empty(), "no pull request is guessed");
    world.finish();
}

#[test]
fn an_event_file_that_says_nothing_ends_the_run() {
    let world = failing();
    let event = || quick(&world).env("GITHUB_EVENT_NAME", "pull_request");
    let pull = world.pull_request_event(1, "opened");
    let mut large = pull.clone();
    large["pad"] = json!("x".repeat(26 << 20));
    let edited = |path: &str, value: serde_json::Value| {
        let mut payload = pull.clone();
        *payload.pointer_mut(path).unwrap() = value;
        quick(&world).event("pull_request", &payload)
    };
    let broken = [
        event(),
        event().env("GITHUB_EVENT_PATH", "absent.json"),
        event().env("GITHUB_EVENT_PATH", "."),
        event()
            .workspace_file("e.json", "not JSON")
            .env("GITHUB_EVENT_PATH", "e.json"),
        event()
            .workspace_file("e.json", "")
            .env("GITHUB_EVENT_PATH", "e.json"),
        quick(&world).event("pull_request", &large),
        quick(&world).event("pull_request", &json!({})),
        quick(&world).event("pull_request", &json!([])),
        quick(&world).event("merge_group", &pull),
        edited("/pull_request/number", json!(0)),
        edited("/pull_request/number", json!(-1)),
        edited("/pull_request/number", json!("1")),
        edited("/pull_request/number", json!(1_u64 << 40)),
        edited("/pull_request", json!(null)),
    ];
    for bot in broken {
        expect_unevaluated(&bot.run());
    }
    assert!(world.requests().is_empty());
    world.finish();
}

#[test]
fn a_draft_is_reviewed_and_nobody_is_asked() {
    let world = failing();
    world.change_pull(1, |pull| pull.draft = true);
    let output = quick(&world).on_pull_request(1).run();
    expect(&output, 1, "fail");
    assert!(comments(&world, 1) > 0);
    let asked = world
        .writes()
        .into_iter()
        .any(|entry| entry.path.ends_with("requested_reviewers"));
    assert!(!asked);
    world.finish();
}

#[test]
fn a_change_without_a_connector_passes_and_says_nothing() {
    let world = World::with_pull(&files(GOOD), &Files::new().file("README.md", "words\n"));
    let output = quick(&world).on_pull_request(1).run();
    expect(&output, 0, "pass");
    assert!(world.writes().is_empty());
    assert_eq!(output.outputs["connectors"], "[]");
    world.finish();
}
