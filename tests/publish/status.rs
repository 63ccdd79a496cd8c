//! The commit status, where it alone tells a pull request of a run: set first or last, or the job says that it is not.

use std::collections::BTreeSet;

use super::bot::{Bot, Output};
use super::connectors::{POLICY, certified, demoted, files, major, minor};
use super::fake::{Fault, Files, HeadRepository, Limit, Permissions, World};
use super::scenes::{expect, quick, status};

/// A demotion, which the built-in policy lets pass with a warning, and whose status says so.
fn passed() -> World {
    let world = World::with_pull(&files(&["source-a"], certified), &files(&["source-a"], demoted));
    let output = quick(&world).args(&["--status"]).on_pull_request(1).run();
    expect(&output, 0, "pass");
    assert_eq!(now(&world, 1).as_deref(), Some("success"));
    world
}

/// From now on warnings stop a merge: the verdict on the same head is another.
fn tighten(world: &World) {
    let policy = files(&["source-a"], certified).file(POLICY, "fail-on: warning\n");
    world.commit_on("main", &policy, "Be strict");
}

fn now(world: &World, number: u64) -> Option<String> {
    status(world, &world.head(number))
}

fn by_the_clock(world: &World, arguments: &[&str]) -> Output {
    Bot::new(world)
        .args(&["--status"])
        .args(arguments)
        .event("schedule", &world.schedule_event())
        .run()
}

/// The job says that the status is not right, and fails.
fn expect_untold(output: &Output) {
    expect(output, 2, "could-not-evaluate");
    let errors = output.commands.iter().filter(|command| command.name == "error");
    let errors: Vec<&str> = errors.map(|command| command.message.as_str()).collect();
    assert!(
        errors
            .iter()
            .any(|error| error.contains("does not say this verdict")),
        "{errors:?}"
    );
    assert!(
        output.step_summary.contains("does not say this verdict"),
        "{}",
        output.step_summary
    );
}

#[test]
fn a_pass_that_is_over_is_taken_back_before_anything_is_said() {
    let world = passed();
    tighten(&world);
    // The time is up before the summary could be edited.
    let output = by_the_clock(&world, &["--pace", "60000", "--patience", "30"]);
    expect(&output, 0, "fail");
    assert_eq!(now(&world, 1).as_deref(), Some("failure"));
    assert!(
        output
            .step_summary
            .contains("the time that a run may take for one pull request is up"),
        "{}",
        output.step_summary
    );
    world.finish();
}

#[test]
fn a_status_that_cannot_be_set_fails_a_run_that_nothing_else_tells_of() {
    for fault in [Fault::status(403), Fault::status(422), Fault::status(502)] {
        let world = passed();
        tighten(&world);
        world.fault("POST /statuses/*", .., fault.clone());
        expect_untold(&by_the_clock(&world, &["--pace", "10"]));
        assert_eq!(now(&world, 1).as_deref(), Some("success"));
        world.mend();
        expect(&by_the_clock(&world, &["--pace", "10"]), 0, "fail");
        assert_eq!(now(&world, 1).as_deref(), Some("failure"));
        world.finish();
    }
}

#[test]
fn the_job_of_a_pull_request_tells_its_verdict_itself() {
    let world = passed();
    tighten(&world);
    world.fault("POST /statuses/*", .., Fault::status(403));
    let output = quick(&world).args(&["--status"]).on_pull_request(1).run();
    expect(&output, 1, "fail");
    world.finish();
}

#[test]
fn a_review_that_can_only_read_tells_that_a_pass_is_over() {
    let world = World::new(&files(&["source-a"], certified));
    let number = world.open_from_fork("eve", &files(&["source-a"], demoted));
    let payload = world.pull_request_event(number, "opened");
    quick(&world)
        .args(&["--status"])
        .event("pull_request_target", &payload)
        .run();
    assert_eq!(now(&world, number).as_deref(), Some("success"));
    world.set_permissions(Permissions::read_only());
    let review = |world: &World| {
        let payload = world.review_event(number, "maria", "DISMISSED");
        let bot = quick(world).args(&["--status"]);
        bot.event("pull_request_review", &payload).run()
    };
    expect(&review(&world), 0, "pass");
    tighten(&world);
    expect_untold(&review(&world));
    world.finish();
}

#[test]
fn each_pull_request_of_a_sweep_has_time_of_its_own() {
    let world = World::new(&files(&["source-a", "source-b", "source-c"], certified));
    let numbers: Vec<u64> = ["source-a", "source-b", "source-c"]
        .iter()
        .map(|name| world.open(&files(&[name], major)))
        .collect();
    // A status, a review and a summary take seven times the pace, and three of each twenty-one times.
    expect(
        &by_the_clock(&world, &["--pace", "400", "--patience", "6"]),
        0,
        "fail",
    );
    let told: BTreeSet<Option<String>> = numbers.iter().map(|number| now(&world, *number)).collect();
    assert_eq!(told, BTreeSet::from([Some("failure".to_owned())]));
    let state = world.state();
    let summaries = state
        .remarks
        .values()
        .filter(|remark| remark.body.contains("tierguard:summary"));
    assert_eq!(summaries.count(), 3);
    drop(state);
    world.finish();
}

#[test]
fn a_limit_that_lasts_leaves_the_rest_of_a_sweep_unasked_and_says_so() {
    let world = World::new(&Files::new());
    for _ in 0..3 {
        world.open(&files(&["source-a"], minor));
    }
    let limit = Fault::RateLimited(Limit::Primary { reset: 600 }, None);
    world.fault("query PullRequest", .., limit);
    let output = by_the_clock(&world, &["--pace", "10"]);
    expect(&output, 2, "could-not-evaluate");
    let asked = world
        .reads()
        .into_iter()
        .filter(|entry| entry.name() == "query PullRequest");
    assert_eq!(asked.count(), 1);
    assert_eq!(
        output.step_summary.matches("limits the rate of requests").count(),
        3,
        "{}",
        output.step_summary
    );
    world.finish();
}

/// A pull request that does not pass, and whose status says so.
fn refused() -> World {
    let world = World::with_pull(&files(&["source-a"], certified), &files(&["source-a"], major));
    expect(&pushed(&world, 1), 1, "fail");
    assert_eq!(now(&world, 1).as_deref(), Some("failure"));
    world
}

fn pushed(world: &World, number: u64) -> Output {
    let payload = world.pull_request_event(number, "synchronize");
    let bot = quick(world).args(&["--status"]);
    bot.event("pull_request_target", &payload).run()
}

/// A second pull request with the head of the first one, into a branch whose policy lets all pass; its number.
fn twin(world: &World, owner: &str) -> u64 {
    let policy = files(&["source-a"], certified).file(POLICY, "fail-on: off\n");
    world.commit_on("calm", &policy, "Be calm");
    let fork = HeadRepository::Fork(owner.to_owned());
    let number = world.open_at(&world.head(1), "patch-1", fork);
    world.change_pull(number, |pull| "calm".clone_into(&mut pull.base_branch));
    number
}

#[test]
fn a_refusal_is_not_lifted_by_another_pull_request_with_the_same_head() {
    let world = refused();
    let second = twin(&world, "eve");
    let output = pushed(&world, second);
    expect(&output, 0, "pass");
    assert_eq!(now(&world, 1).as_deref(), Some("failure"));
    assert!(
        output
            .step_summary
            .contains("another open pull request with the same head (number 1)"),
        "{}",
        output.step_summary
    );
    expect_untold(&by_the_clock(&world, &["--pace", "10"]));
    assert_eq!(now(&world, 1).as_deref(), Some("failure"));
    // Once the head is of one alone, its verdict counts.
    world.close(1);
    expect(&pushed(&world, second), 0, "pass");
    assert_eq!(now(&world, second).as_deref(), Some("success"));
    world.finish();
}

#[test]
fn a_refusal_that_comes_while_another_pull_request_is_told_stays() {
    let world = refused();
    let second = twin(&world, "eve");
    let refusal = std::mem::take(&mut world.state().statuses);
    world.on_request("POST /pulls/*/reviews", 1, move |site| {
        site.state().statuses.extend(refusal.iter().cloned());
    });
    expect(&pushed(&world, second), 0, "pass");
    assert_eq!(now(&world, 1).as_deref(), Some("failure"));
    world.finish();
}

#[test]
fn who_else_has_the_head_is_asked_only_where_a_refusal_would_turn_to_a_pass() {
    let world = passed();
    let asked = |world: &World| {
        let reads = world.reads().into_iter();
        reads.filter(|entry| entry.name() == "query OpenHeads").count()
    };
    tighten(&world);
    by_the_clock(&world, &["--pace", "10"]);
    assert_eq!(asked(&world), 0);
    world.commit_on(
        "main",
        &files(&["source-a"], certified).file(POLICY, "{}\n"),
        "Be kind",
    );
    expect(&by_the_clock(&world, &["--pace", "10"]), 0, "pass");
    // Before the summary is edited, and once more before the status is set.
    assert_eq!((asked(&world), now(&world, 1).as_deref()), (2, Some("success")));
    world.finish();
}
