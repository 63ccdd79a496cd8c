//! Two runs at once: whatever order their requests come in, the pull request ends with one of each.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::connectors::{bot, files, major, minor, review, world, writes_nothing_more};
use super::fake::{Nth, Site, World};

const CONNECTORS: [&str; 3] = ["source-a", "source-b", "source-c"];
const OPTIONS: [&str; 2] = ["--check-run", "--status"];

/// Starts two runs and expects what one would have left.
fn ends_like_one(make: impl Fn() -> World, disturb: impl Fn(&World)) {
    let alone = make();
    review(&alone, &OPTIONS);
    let expected = alone.snapshot();
    alone.finish();
    let world = make();
    disturb(&world);
    let (one, other) = (bot(&world, &OPTIONS), bot(&world, &OPTIONS));
    let (one, other) = (one.start(), other.start());
    let (one, other) = (one.wait(), other.wait());
    assert_eq!(one.code, other.code);
    world.unhook();
    assert_eq!(without_twin_checks(&world), expected, "{}", world.shown(1));
    writes_nothing_more(&world, &OPTIONS);
    world.finish();
}

/// A check run cannot be taken back, so that a second one of the same content may stay: the latest counts.
fn without_twin_checks(world: &World) -> String {
    let mut snapshot: serde_json::Value = serde_json::from_str(&world.snapshot()).unwrap();
    if let Some(checks) = snapshot["checks"].as_array_mut() {
        checks.dedup();
    }
    serde_json::to_string_pretty(&snapshot).unwrap()
}

/// Holds these requests back until so many have come, or for a second.
fn meet(world: &World, on: &str, nth: impl Into<Nth>, count: usize) {
    let come = AtomicUsize::new(0);
    world.on_request(on, nth, move |_: &Site| {
        come.fetch_add(1, Ordering::SeqCst);
        let began = Instant::now();
        while come.load(Ordering::SeqCst) < count && began.elapsed() < Duration::from_secs(1) {
            std::thread::sleep(Duration::from_millis(2));
        }
    });
}

/// Holds a request back.
fn late(world: &World, on: &str, nth: usize, milliseconds: u64) {
    world.on_request(on, nth, move |_: &Site| {
        std::thread::sleep(Duration::from_millis(milliseconds));
    });
}

fn first_review() -> World {
    world(&CONNECTORS, major)
}

fn after_a_fix() -> World {
    let world = world(&CONNECTORS, major);
    review(&world, &OPTIONS);
    world.push(1, &files(&CONNECTORS[..2], minor));
    world
}

#[test]
fn two_runs_that_look_before_either_writes_leave_one_of_each() {
    ends_like_one(first_review, |world| {
        meet(world, "query PullRequestShows", 1..=2, 2);
    });
}

#[test]
fn two_runs_that_write_at_the_same_moment_leave_one_of_each() {
    ends_like_one(first_review, |world| {
        meet(world, "query PullRequestShows", 1..=2, 2);
        meet(world, "POST /pulls/*/reviews", 1..=2, 2);
        meet(world, "POST /issues/*/comments", 1..=2, 2);
    });
}

#[test]
fn a_run_that_looks_between_the_writes_of_another_leaves_one_of_each() {
    for late_ms in [50, 150, 400] {
        ends_like_one(first_review, |world| {
            late(world, "POST /issues/*/comments", 1, late_ms);
            late(world, "query PullRequestShows", 2, late_ms / 2);
        });
    }
}

#[test]
fn a_run_that_falls_far_behind_leaves_one_of_each() {
    for late_ms in [200, 700] {
        ends_like_one(first_review, |world| {
            meet(world, "query PullRequestShows", 1..=2, 2);
            late(world, "POST /pulls/*/reviews", 2, late_ms);
        });
    }
}

#[test]
fn two_runs_after_a_fix_mark_it_once() {
    ends_like_one(after_a_fix, |world| {
        meet(world, "query PullRequestShows", 1..=2, 2);
    });
    ends_like_one(after_a_fix, |world| {
        late(world, "PATCH /pulls/comments/*", 2, 120);
        late(world, "PATCH /issues/comments/*", 1, 200);
    });
}
