//! The fake and the harness themselves: each behaviour that the tests of the review lean on.

mod anchors;
mod graphql;
mod oracles;
mod paths;
mod requests;

use super::client;
use super::fake::{Files, World};

const PATH: &str = "c/source-a/metadata.yaml";

fn lines(count: u32) -> String {
    (1..=count).map(|number| format!("line {number}\n")).collect()
}

/// Thirty lines, of which the head changes the 10th and adds one at the end.
fn world() -> World {
    let head = lines(30).replace("line 10\n", "line ten\n") + "line 31\n";
    World::with_pull(
        &Files::new().file(PATH, lines(30)),
        &Files::new().file(PATH, head),
    )
}
