//! What a run finds changed under its hands: another head, a closed or a locked pull request, another base.

use super::connectors::{
    bot, certified, files, live_comments, major, minor, path, published, requests, review, summaries, world,
};
use super::fake::{Fault, Files};

const OPTIONS: [&str; 2] = ["--check-run", "--status"];

#[test]
fn a_head_that_moves_before_publishing_is_left_to_its_own_run() {
    let world = world(&["source-a"], major);
    world.on_request("query PullRequestShows", 1, |site| {
        site.push(1, &files(&["source-a"], minor));
    });
    let output = review(&world, &OPTIONS);
    assert_eq!(output.code, 1, "the verdict is that of the head that was read");
    assert!(world.writes().is_empty(), "{:?}", requests(&world));
    assert!(
        output.step_summary.contains("The head has moved"),
        "{}",
        output.step_summary
    );
    world.finish();
}

#[test]
fn a_good_head_that_moves_claims_nothing_for_the_next_one() {
    let world = world(&["source-a"], minor);
    world.on_request("query PullRequestShows", 1, |site| {
        site.push(1, &files(&["source-a"], major));
    });
    let output = review(&world, &OPTIONS);
    assert_eq!((output.code, world.writes().len()), (0, 0));
    assert_eq!(published(&world), (0, 0));
    world.finish();
}

#[test]
fn a_head_that_moves_between_two_writes_ends_with_its_own_run() {
    let world = world(&["source-a", "source-b"], major);
    world.after_mutation(1, |site| {
        site.push(1, &files(&["source-a"], minor));
    });
    assert_eq!(review(&world, &[]).code, 1);
    let output = review(&world, &[]);
    assert_eq!(output.code, 1);
    assert_eq!(
        (summaries(&world).len(), live_comments(&world)),
        (1, 1),
        "{}",
        world.shown(1)
    );
    world.finish();
}

#[test]
fn a_pull_request_that_closes_while_it_is_judged_is_left_alone() {
    for merges in [false, true] {
        let world = world(&["source-a"], major);
        world.on_request("query PullRequestShows", 1, move |site| {
            site.change_pull(1, |pull| {
                pull.open = false;
                pull.merged = merges;
            });
        });
        let output = review(&world, &OPTIONS);
        assert_eq!(
            (output.code, world.writes().len()),
            (1, 0),
            "{:?}",
            requests(&world)
        );
        world.finish();
    }
}

#[test]
fn a_locked_conversation_costs_comments_and_no_verdict() {
    let world = world(&["source-a"], major);
    world.change_pull(1, |pull| pull.locked = true);
    let output = review(&world, &OPTIONS);
    assert_eq!(output.code, 1);
    assert_eq!(output.outputs["verdict"], "fail");
    assert_eq!((summaries(&world).len(), live_comments(&world)), (0, 0));
    assert_eq!(published(&world), (1, 1));
    assert!(output.step_summary.contains("locked"), "{}", output.step_summary);
    world.finish();
}

#[test]
fn a_conversation_that_is_locked_between_look_and_write_costs_comments_alone() {
    let world = world(&["source-a"], major);
    world.direct();
    world.on_request("POST /pulls/*/reviews", 1, |site| {
        site.change_pull(1, |pull| pull.locked = true);
    });
    let output = review(&world, &OPTIONS);
    assert_eq!((output.code, summaries(&world).len()), (1, 0));
    assert_eq!(published(&world), (1, 1));
    assert!(output.step_summary.contains("locked"), "{}", output.step_summary);
    world.finish();
}

#[test]
fn a_base_that_moves_while_it_is_judged_is_named_as_it_was_read() {
    let world = world(&["source-a"], major);
    let before = world.tip("main").unwrap();
    world.on_request("query Blobs", 1, |site| {
        let moved = Files::new().file(path("source-z"), certified("source-z"));
        site.commit_on("main", &moved, "Meanwhile");
    });
    let output = review(&world, &[]);
    assert_eq!(output.code, 1);
    let report: serde_json::Value = serde_json::from_str(&output.files["tierguard-report.json"]).unwrap();
    assert_eq!(report["target"], before);
    assert!(world.requests().len() < 20, "{:?}", requests(&world));
    world.finish();
}

#[test]
fn a_token_that_may_not_comment_costs_no_verdict() {
    let world = world(&["source-a"], major);
    world.set_permissions(super::fake::Permissions::parse(
        "contents: read, pull-requests: read, checks: write, statuses: write",
    ));
    let output = review(&world, &OPTIONS);
    assert_eq!((output.code, live_comments(&world)), (1, 0));
    assert_eq!(published(&world), (1, 1));
    let notices = output
        .commands
        .iter()
        .filter(|command| format!("{command:?}").contains("pull-requests: write"));
    assert_eq!(notices.count(), 1, "{}", output.stdout);
    world.finish();
}

#[test]
fn access_that_is_lost_while_reading_is_no_pass() {
    for (on, status) in [
        ("query Trees", 401),
        ("query Blobs", 401),
        ("GET /compare/*", 404),
    ] {
        let world = world(&["source-a"], minor);
        world.fault(on, .., Fault::status(status));
        let output = review(&world, &[]);
        assert_eq!(output.code, 2, "{on} {status}: {}", output.stdout);
        assert_eq!(output.outputs["verdict"], "could-not-evaluate");
        let asked = world
            .reads()
            .iter()
            .filter(|entry| entry.status == Some(status))
            .count();
        assert_eq!(asked, 1, "{:?}", requests(&world));
        world.finish();
    }
}

#[test]
fn a_run_that_is_told_to_stop_writes_no_more() {
    let world = world(&["source-a"], major);
    world.on_request("POST /pulls/*/reviews", 1, |_| {
        std::thread::sleep(std::time::Duration::from_millis(700));
    });
    let bot = bot(&world, &OPTIONS);
    let running = bot.start();
    while world.writes().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    running.terminate();
    let output = running.wait();
    assert_eq!(output.code, 2, "{} {}", output.stdout, output.stderr);
    assert!(output.took < std::time::Duration::from_secs(20));
    assert_eq!(world.writes().len(), 1, "{:?}", requests(&world));
    world.finish();
}
