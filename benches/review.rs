//! How long a review on GitHub takes beyond what the server takes, from the start of the process to its last read.
//!
//! `cargo bench --bench review [-- --enforce]` prints a table; `--enforce` makes a figure above its limit an error. The
//! server is the fake of the tests, on this machine: its own time is measured and taken off.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::disallowed_methods, reason = "a benchmark starts the program")]
#![allow(clippy::unwrap_used, reason = "a benchmark may stop at what it cannot make")]

#[path = "../tests/publish/fake/mod.rs"]
mod fake;

use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use fake::{Files, World};

/// Connectors of the repository.
const CONNECTORS: usize = 600;
/// How often each figure is taken.
const RUNS: usize = 15;

/// What one run took.
struct Figures {
    /// From the start of the process to its last answered read, without the server's own time.
    own: Duration,
    reads: usize,
}

fn main() -> ExitCode {
    let enforces = std::env::args().any(|argument| argument == "--enforce");
    println!("{:<44} | {:>12} | {:>9} | reads", "figure", "median", "limit");
    let mut is_over = false;
    for (name, changed, limit) in [
        ("review, one connector changed", 1, 300.0),
        ("review, 100 connectors changed", 100, 600.0),
    ] {
        let world = world(changed);
        let mut figures: Vec<Figures> = (0..=RUNS).map(|_| review(&world)).collect();
        // The first run warms the caches.
        figures.remove(0);
        figures.sort_by_key(|figure| figure.own);
        let middle = &figures[RUNS / 2];
        let own = middle.own.as_secs_f64() * 1000.0;
        let over = own > limit;
        is_over |= over;
        println!(
            "{name:<44} | {:>12} | {:>9} | {}{}",
            format!("{own:.1} ms"),
            format!("{limit:.0} ms"),
            middle.reads,
            if over { "  OVER" } else { "" }
        );
        world.finish();
    }
    if enforces && is_over {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn review(world: &World) -> Figures {
    let before = world.requests().len();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tierguard"));
    command
        .args(["review", "--dry-run", "--pull-request", "1", "--repository"])
        .arg(world.repository())
        .env_clear()
        .env("GITHUB_TOKEN", world.token())
        .env("GITHUB_API_URL", world.api_url())
        .env("GITHUB_GRAPHQL_URL", world.graphql_url())
        .stdout(Stdio::null());
    let started = Instant::now();
    let status = command.status().unwrap();
    // A run that could not evaluate would be fast for the wrong reason.
    assert!(
        matches!(status.code(), Some(0 | 1)),
        "the review ended with {status}"
    );
    let requests = world.requests();
    let asked = &requests[before..];
    let last = asked.last().map(|entry| entry.at + entry.took).unwrap();
    let server: Duration = asked.iter().map(|entry| entry.took).sum();
    Figures {
        own: last.duration_since(started).saturating_sub(server),
        reads: asked.len(),
    }
}

fn world(changed: usize) -> World {
    let files = |head: bool| {
        (0..CONNECTORS).fold(Files::new(), |files, number| {
            let version = if head && number < changed {
                "1.4.3"
            } else {
                "1.4.2"
            };
            let path = format!("airbyte-integrations/connectors/source-bench-{number}/metadata.yaml");
            files.file(path, metadata(number, version))
        })
    };
    World::with_pull(&files(false), &files(true))
}

fn metadata(number: usize, version: &str) -> String {
    format!(
        "data:\n  connectorSubtype: api\n  connectorType: source\n  definitionId: 00000000-0000-4000-8000-{number:012}\n  \
         dockerImageTag: {version}\n  dockerRepository: airbyte/source-bench-{number}\n  documentationUrl: \
         https://docs.airbyte.com/integrations/sources/bench-{number}\n  license: ELv2\n  name: Bench {number}\n  \
         releaseStage: generally_available\n  supportLevel: certified\nmetadataSpecVersion: \"1.0\"\n"
    )
}
