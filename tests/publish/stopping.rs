//! A run that is told to stop: soon, and without a word that it did not mean.

use std::time::{Duration, Instant};

use super::bot::Bot;
use super::fake::{Fault, World};
use super::scenes::{expect_unevaluated, failing, quick, status};

/// Waits until the world was asked something that fits.
fn wait_for(world: &World, fits: impl Fn(&str) -> bool) {
    let began = Instant::now();
    while !world.requests().iter().any(|entry| fits(&entry.name())) {
        assert!(began.elapsed() < Duration::from_mins(1), "nothing was asked");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn stopped(bot: &Bot<'_>, world: &World, at: impl Fn(&str) -> bool) {
    let running = bot.start();
    wait_for(world, at);
    let told = Instant::now();
    running.terminate();
    let output = running.wait();
    assert!(told.elapsed() < Duration::from_secs(5), "{:?}", told.elapsed());
    expect_unevaluated(&output);
}

#[test]
fn while_a_read_hangs() {
    let world = failing();
    world.fault("query PullRequest", .., Fault::Hang);
    stopped(&quick(&world).on_pull_request(1), &world, |name| {
        name == "query PullRequest"
    });
    assert!(world.writes().is_empty());
    world.finish();
}

#[test]
fn while_a_write_hangs() {
    let world = failing();
    world.fault("write", .., Fault::CommitThenHang);
    let bot = quick(&world).on_pull_request(1).args(&["--status"]);
    stopped(&bot, &world, |name| name.starts_with("POST"));
    assert_eq!(world.writes().len(), 1);
    // What lets nothing pass comes first.
    assert_eq!(status(&world, &world.head(1)).as_deref(), Some("failure"));
    world.finish();
}

#[test]
fn between_two_writes() {
    let world = failing();
    let bot = Bot::new(&world).on_pull_request(1).args(&["--pace", "20000"]);
    let first = |name: &str| name.starts_with("POST /repos/octo/connectors/pulls");
    // The first write waits for nothing; the second one for a minute.
    stopped(&bot, &world, first);
    world.mend();
    let writes = world.writes().len();
    assert_eq!(writes, 1);
    let output = quick(&world).on_pull_request(1).run();
    assert_eq!(output.code, 1, "{}", output.stderr);
    let shown = world.shown(1);
    quick(&world).on_pull_request(1).run();
    assert_eq!(world.shown(1), shown);
    world.finish();
}

#[test]
fn while_it_waits_for_the_limit_of_requests() {
    let world = failing();
    let limit = Fault::RateLimited(super::fake::Limit::Secondary, Some("60".to_owned()));
    world.fault("query PullRequest", .., limit);
    stopped(&quick(&world).on_pull_request(1), &world, |name| {
        name == "query PullRequest"
    });
    world.finish();
}
