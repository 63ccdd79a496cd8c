//! Many connectors at once: few requests, one review, one summary.

use super::connectors::{
    certified, files, live_comments, major, minor, names, path, requests, review, summaries, world,
    writes_nothing_more,
};
use super::fake::World;

fn sweep(count: usize, head: fn(&str) -> String) -> World {
    let names = names(count);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    world(&names, head)
}

/// The reads before the first write.
fn reads_before_writing(world: &World) -> usize {
    let all = world.requests();
    all.iter()
        .take_while(|entry| entry.kind == super::fake::Kind::Read)
        .count()
}

#[test]
fn a_hundred_connectors_take_eight_reads() {
    let world = sweep(100, major);
    assert_eq!(review(&world, &[]).code, 1);
    let reads = reads_before_writing(&world);
    assert!(reads <= 8, "{reads}: {:?}", requests(&world));
    world.finish();
}

#[test]
fn a_sweep_over_384_connectors_takes_25_requests_in_all() {
    for head in [minor, major] {
        let world = sweep(384, head);
        review(&world, &["--status"]);
        assert!(
            world.requests().len() <= 25,
            "{}: {:?}",
            world.requests().len(),
            requests(&world)
        );
        world.finish();
    }
}

#[test]
fn six_hundred_findings_make_one_review_and_one_summary() {
    let world = sweep(600, major);
    let output = review(&world, &[]);
    assert_eq!((output.code, output.outputs["findings"].as_str()), (1, "600"));
    assert!(world.requests().len() <= 400, "{}", world.requests().len());
    assert_eq!(
        requests(&world)
            .iter()
            .filter(|name| name.ends_with("/reviews"))
            .count(),
        1
    );
    assert_eq!((live_comments(&world), summaries(&world).len()), (25, 1));
    assert!(summaries(&world)[0].len() <= 65_000);
    writes_nothing_more(&world, &[]);
    world.finish();
}

#[test]
fn other_connectors_are_read_only_where_an_identity_is_added() {
    let base = files(&["source-a", "source-b", "source-c"], certified);
    let same = World::with_pull(&base, &files(&["source-a"], minor));
    review(&same, &[]);
    let copied = certified("source-a");
    let twin = World::with_pull(&base, &files(&[], certified).file(path("source-d"), &copied));
    let output = review(&twin, &[]);
    assert!(twin.reads().len() > same.reads().len());
    assert!(output.stdout.contains("duplicate-identity"), "{}", output.stdout);
    let blobs = |world: &World| {
        let state = requests(world);
        state.iter().filter(|name| *name == "query Blobs").count()
    };
    assert!(blobs(&same) <= 1, "{:?}", requests(&same));
    same.finish();
    twin.finish();
}
