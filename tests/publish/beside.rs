//! Beside the comments: labels, requests for review, the check run and the status.

use super::connectors::{
    ASKING, POLICY, certified, demoted, files, major, minor, names, published, requests, review, summaries,
    world, writes_nothing_more,
};
use super::fake::{Fault, Role, World};

/// A demotion under a policy; the people it names may review.
fn asking(policy: &str) -> World {
    let base = files(&["source-a"], certified).file(POLICY, policy);
    let world = World::with_pull(&base, &files(&["source-a"], demoted));
    for login in ["maria", "bert", "carla"] {
        world.role(login, Role::Write);
    }
    world
}

fn labels(world: &World) -> Vec<String> {
    world.state().pulls[&1].labels.iter().cloned().collect()
}

fn asked(world: &World) -> Vec<String> {
    world.state().pulls[&1].requested.iter().cloned().collect()
}

fn count(world: &World, end: &str) -> usize {
    requests(world)
        .iter()
        .filter(|name| name.starts_with("POST") && name.ends_with(end))
        .count()
}

#[test]
fn only_a_label_that_we_added_is_taken_away() {
    for ours in [true, false] {
        let world = asking(ASKING);
        world.repository_label("support-level");
        world.label_as("maria", 1, "help wanted");
        if !ours {
            world.label_as("maria", 1, "support-level");
        }
        review(&world, &[]);
        assert_eq!(labels(&world), ["help wanted", "support-level"]);
        world.push(1, &files(&["source-a"], minor));
        review(&world, &[]);
        let left: &[&str] = if ours {
            &["help wanted"]
        } else {
            &["help wanted", "support-level"]
        };
        assert_eq!(labels(&world), left, "ours: {ours}");
        writes_nothing_more(&world, &[]);
        world.finish();
    }
}

#[test]
fn a_label_that_a_person_took_away_stays_away() {
    let world = asking(ASKING);
    world.repository_label("support-level");
    review(&world, &[]);
    world.unlabel_as("maria", 1, "support-level");
    review(&world, &[]);
    assert!(labels(&world).is_empty());
    world.finish();
}

#[test]
fn a_label_that_the_repository_has_not_is_told_and_not_made() {
    let world = asking(ASKING);
    let output = review(&world, &[]);
    assert!(labels(&world).is_empty());
    assert!(!world.state().labels.contains_key("support-level"));
    assert!(
        output.step_summary.contains("is not created"),
        "{}",
        output.step_summary
    );
    assert_eq!(count(&world, "/labels"), 0);
    world.finish();
}

#[test]
fn reviewers_are_asked_one_by_one_and_once() {
    let world = asking(ASKING);
    review(&world, &[]);
    assert_eq!(asked(&world), ["bert", "carla", "maria"]);
    assert_eq!(count(&world, "/requested_reviewers"), 3);
    // Whoever has answered, or was taken off the list, is not asked again.
    world.review_as("maria", 1, "APPROVED", "Fine");
    world.change_pull(1, |pull| pull.requested.clear());
    world.push(
        1,
        &files(&["source-a"], |name| demoted(name).replace("ELv2", "MIT")),
    );
    review(&world, &[]);
    assert!(asked(&world).is_empty(), "{:?}", asked(&world));
    world.finish();
}

#[test]
fn a_reviewer_who_cannot_be_asked_does_not_cost_the_others() {
    for nth in 1..=3 {
        let world = asking(ASKING);
        world.fault("POST /pulls/*/requested_reviewers", nth, Fault::status(422));
        let output = review(&world, &[]);
        assert_eq!(
            (output.code, asked(&world).len()),
            (0, 2),
            "{nth}: {:?}",
            requests(&world)
        );
        world.finish();
    }
}

#[test]
fn nobody_is_asked_on_a_draft_until_it_is_ready() {
    let world = asking(ASKING);
    world.change_pull(1, |pull| pull.draft = true);
    review(&world, &[]);
    assert!(asked(&world).is_empty());
    assert_eq!(summaries(&world).len(), 1, "a draft is reviewed");
    world.change_pull(1, |pull| pull.draft = false);
    review(&world, &[]);
    assert_eq!(asked(&world).len(), 3);
    world.finish();
}

#[test]
fn the_author_is_not_asked() {
    let world = asking(&ASKING.replace("maria", "ada"));
    review(&world, &[]);
    assert_eq!(asked(&world), ["bert", "carla"]);
    world.finish();
}

#[test]
fn forty_reviewers_are_capped_and_told() {
    let people: Vec<String> = (0..40).map(|number| format!("person-{number}")).collect();
    let world = asking(&ASKING.replace("maria, bert, carla", &people.join(", ")));
    for person in &people {
        world.role(person, Role::Write);
    }
    let output = review(&world, &[]);
    assert_eq!(asked(&world).len(), 15);
    assert!(
        output.step_summary.contains("25 are not asked"),
        "{}",
        output.step_summary
    );
    world.finish();
}

#[test]
fn a_check_run_takes_its_annotations_fifty_at_a_time_and_once() {
    let names = names(120);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let world = world(&names, major);
    review(&world, &["--check-run"]);
    let run = world.state().checks[0].clone();
    assert_eq!(
        (run.output.annotations.len(), run.conclusion.as_deref()),
        (120, Some("failure"))
    );
    let of_the_run = |method: &str| {
        requests(&world)
            .iter()
            .filter(|name| name.starts_with(method) && name.contains("/check-runs"))
            .count()
    };
    assert_eq!((of_the_run("POST"), of_the_run("PATCH")), (1, 2));
    writes_nothing_more(&world, &["--check-run"]);
    world.finish();
}

#[test]
fn a_check_run_that_was_cut_off_is_completed() {
    let names = names(120);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let world = world(&names, major);
    // A verdict that lets nothing pass comes first: the run with its first fifty.
    super::connectors::bot(&world, &["--check-run"])
        .kill_after(1)
        .run();
    world.unhook();
    let before = world.state().checks[0].output.annotations.len();
    assert_eq!(before, 50);
    review(&world, &["--check-run"]);
    let checks = world.state().checks.clone();
    assert_eq!((checks.len(), checks[0].output.annotations.len()), (1, 120));
    writes_nothing_more(&world, &["--check-run"]);
    world.finish();
}

#[test]
fn check_run_and_status_follow_the_verdict() {
    let options = ["--check-run", "--status"];
    let world = world(&["source-a"], major);
    review(&world, &options);
    assert_eq!(published(&world), (1, 1));
    assert_eq!(world.state().statuses[0].state, "failure");
    world.push(1, &files(&["source-a"], minor));
    review(&world, &options);
    assert_eq!(published(&world), (2, 2));
    assert_eq!(world.state().statuses[1].state, "success");
    assert_eq!(world.state().checks[1].conclusion.as_deref(), Some("success"));
    writes_nothing_more(&world, &options);
    world.finish();
}

#[test]
fn what_cannot_be_evaluated_takes_an_earlier_success_back() {
    let options = ["--check-run", "--status"];
    let world = world(&["source-a"], minor);
    review(&world, &options);
    assert_eq!(world.state().statuses[0].state, "success");
    world.fault("query Blobs", .., Fault::status(502));
    world.fault("GET /git/**", .., Fault::status(502));
    assert_eq!(review(&world, &options).code, 2);
    let (status, conclusion) = {
        let state = world.state();
        let status = state.statuses.last().map(|status| status.state.clone());
        (status, state.checks.last().and_then(|run| run.conclusion.clone()))
    };
    assert!(
        matches!(status.as_deref(), Some("error" | "failure")),
        "{status:?}"
    );
    assert_eq!(conclusion.as_deref(), Some("failure"));
    world.finish();
}

#[test]
fn a_policy_that_the_pull_request_brings_asks_nobody() {
    let world = World::with_pull(
        &files(&["source-a"], certified),
        &files(&["source-a"], demoted).file(POLICY, ASKING),
    );
    world.repository_label("support-level");
    review(&world, &[]);
    assert!(asked(&world).is_empty() && labels(&world).is_empty());
    world.finish();
}
