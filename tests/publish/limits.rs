//! Limits of the rate: a told wait is kept, one beyond the run's patience ends it at once and in words.

use std::time::{Duration, Instant};

use super::bot::Bot;
use super::connectors::{
    live_comments, major, minor, requests, review, summaries, world, writes_nothing_more,
};
use super::fake::{Fault, Limit};

fn limited(after: &str) -> Fault {
    Fault::RateLimited(Limit::Secondary, Some(after.to_owned()))
}

/// What a run takes at most that does not wait for anything told.
const AT_ONCE: Duration = Duration::from_secs(20);

#[test]
fn a_told_second_is_waited_for_and_nothing_is_lost() {
    for on in [
        "query PullRequest",
        "GET /compare/*",
        "POST /pulls/*/reviews",
        "POST /issues/*/comments",
    ] {
        let world = world(&["source-a"], major);
        world.fault(on, 1, limited("1"));
        let began = Instant::now();
        assert_eq!(review(&world, &[]).code, 1, "{on}");
        assert!(began.elapsed() >= Duration::from_secs(1), "{on}");
        assert_eq!((summaries(&world).len(), live_comments(&world)), (1, 1), "{on}");
        writes_nothing_more(&world, &[]);
        world.finish();
    }
}

#[test]
fn zero_seconds_are_no_immediate_repetition() {
    let world = world(&["source-a"], minor);
    world.fault("query PullRequest", 1, limited("0"));
    let began = Instant::now();
    assert_eq!(review(&world, &[]).code, 0);
    assert!(began.elapsed() >= Duration::from_secs(1));
    world.finish();
}

#[test]
fn a_read_that_would_take_days_is_no_verdict_and_takes_no_time() {
    let spent = Fault::RateLimited(Limit::Primary { reset: 600 }, None);
    for fault in [limited("999999"), spent] {
        for on in ["query PullRequest", "GET /compare/*"] {
            let world = world(&["source-a"], minor);
            world.fault(on, .., fault.clone());
            let output = review(&world, &[]);
            assert_eq!((output.code, world.writes().len()), (2, 0), "{on}");
            assert!(output.took < AT_ONCE, "{on}: {:?}", output.took);
            assert!(
                output.step_summary.contains("limit"),
                "{on}: {}",
                output.step_summary
            );
            world.finish();
        }
    }
}

#[test]
fn a_write_that_would_take_days_ends_publishing_with_a_notice_and_keeps_the_verdict() {
    let spent = Fault::RateLimited(Limit::Primary { reset: 600 }, None);
    for fault in [limited("999999"), spent] {
        for on in ["POST /pulls/*/reviews", "POST /issues/*/comments"] {
            let world = world(&["source-a"], major);
            world.fault(on, .., fault.clone());
            let output = review(&world, &[]);
            assert_eq!(
                (output.code, output.outputs["verdict"].as_str()),
                (1, "fail"),
                "{on}"
            );
            assert!(output.took < AT_ONCE, "{on}: {:?}", output.took);
            assert!(
                output.step_summary.contains("could not be published as a whole"),
                "{on}: {}",
                output.step_summary
            );
            let tries = world.writes().iter().filter(|entry| !entry.committed).count();
            assert_eq!(tries, 1, "{:?}", requests(&world));
            world.mend();
            review(&world, &[]);
            assert_eq!((summaries(&world).len(), live_comments(&world)), (1, 1), "{on}");
            world.finish();
        }
    }
}

#[test]
fn a_limit_without_a_time_ends_where_patience_does() {
    for fault in [
        Fault::RateLimited(Limit::Secondary, None),
        limited("-5"),
        limited("soon"),
    ] {
        let world = world(&["source-a"], major);
        world.fault("POST /pulls/*/reviews", .., fault.clone());
        let output = review(&world, &["--patience", "30"]);
        assert_eq!(output.code, 1);
        assert!(output.took < AT_ONCE, "{:?}", output.took);
        assert!(output.step_summary.contains("could not be published as a whole"));
        world.finish();
        let world = super::connectors::world(&["source-a"], minor);
        world.fault("query PullRequest", .., fault);
        let output = review(&world, &["--patience", "30"]);
        assert_eq!(output.code, 2);
        assert!(output.took < AT_ONCE, "{:?}", output.took);
        world.finish();
    }
}

#[test]
fn a_reset_in_the_past_has_happened() {
    let world = world(&["source-a"], minor);
    world.fault(
        "query PullRequest",
        1,
        Fault::RateLimited(Limit::Primary { reset: -86_400 }, None),
    );
    let output = review(&world, &[]);
    assert_eq!(output.code, 0);
    assert!(output.took < AT_ONCE, "{:?}", output.took);
    world.finish();
}

#[test]
fn writes_keep_their_distance() {
    let world = world(&["source-a", "source-b"], major);
    // A proxy has pauses of its own.
    world.direct();
    let options = ["--pace", "100", "--check-run", "--status"];
    Bot::new(&world).on_pull_request(1).args(&options).run();
    let pauses = world.pauses();
    assert!(pauses.len() >= 3, "{:?}", requests(&world));
    for pause in pauses {
        assert!(pause >= Duration::from_millis(95), "{pause:?}");
    }
    world.finish();
}
