//! How many requests a change takes.

use tierguard::changeset::Side;
use tierguard::rules::policy_path;
use tierguard::source::github::{GitHubSource, PolicyRef};

use super::{client, fleet, folder, judge, metadata, metadata_file, path, repository};
use crate::fake::{Files, World};

fn names(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("source-{number:03}"))
}

/// The reads of a review up to its report, policy and patches included.
fn reads(world: &World) -> (usize, usize) {
    let client = client(world);
    let mut source = GitHubSource::open(&client, &repository(), 1).unwrap();
    source.policy_at(&PolicyRef::Target, &policy_path()).unwrap();
    let (set, _) = judge(&mut source, None).unwrap();
    assert!(set.gaps.is_empty(), "{:?}", set.gaps);
    let patches = source.patches(&set).unwrap();
    assert_eq!(world.reads().len(), client.counts().reads);
    (client.counts().reads, patches.len())
}

fn sweep(count: usize) -> World {
    let base = fleet(names(count), "1.0.0").file(".github/tierguard.yml", "version: 1\n");
    World::with_pull(&base, &fleet(names(count), "1.0.1"))
}

#[test]
fn one_connector_takes_five_reads() {
    let world = sweep(3);
    world.push(1, &Files::new());
    let (reads, patches) = reads(&world);
    assert!(reads <= 4, "{reads} before the pull request is observed");
    assert_eq!(patches, 3);
    world.finish();
}

#[test]
fn a_hundred_connectors_take_at_most_eight_reads() {
    let world = sweep(100);
    let (reads, patches) = reads(&world);
    // One more observes the pull request.
    assert!(reads <= 7, "{reads}");
    assert_eq!(patches, 100);
    world.finish();
}

#[test]
fn a_hundred_connectors_whose_target_went_on_take_at_most_one_more_for_its_blobs() {
    let world = sweep(100);
    world.commit_on("main", &fleet(names(50), "1.0.2"), "Meanwhile");
    let (reads, _) = reads(&world);
    assert!(reads <= 8, "{reads}");
    world.finish();
}

#[test]
fn a_sweep_over_384_connectors_takes_few_reads_and_has_all_patches() {
    let world = sweep(384);
    let (reads, patches) = reads(&world);
    assert!(reads <= 16, "{reads}");
    assert_eq!(patches, 384);
    world.finish();
}

#[test]
fn the_others_are_read_only_where_an_identity_is_new() {
    let base = fleet(names(250), "1.0.0");
    let edited = World::with_pull(&base, &fleet(names(1), "1.0.1"));
    let (few, _) = reads(&edited);
    assert!(few <= 4, "{few}");
    edited.finish();
    let added = World::with_pull(
        &base,
        &Files::new().file(metadata_file("source-x"), metadata("source-x", "0.1.0")),
    );
    let (more, _) = reads(&added);
    assert!(more > few && more <= 9, "{more}");
    added.finish();
}

#[test]
fn a_file_that_nobody_needs_is_not_read() {
    let base = fleet(names(2), "1.0.0");
    let head = Files::new().file(format!("{}/big.bin", folder("source-000")), vec![0_u8; 5 << 20]);
    let world = World::with_pull(&base, &head);
    let client = client(&world);
    let mut source = GitHubSource::open(&client, &repository(), 1).unwrap();
    let (set, _) = judge(&mut source, None).unwrap();
    let big = path(&format!("{}/big.bin", folder("source-000")));
    assert_eq!(set.fetched(Side::Head, &big), None);
    assert!(
        world
            .reads()
            .iter()
            .all(|entry| !entry.path.contains("/git/blobs"))
    );
    world.finish();
}
