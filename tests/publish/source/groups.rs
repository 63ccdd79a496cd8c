//! Groups of the merge queue.

use tierguard::changeset::{ChangeSet, Fact};
use tierguard::github::event::MergeGroup;
use tierguard::ids::ObjectId;
use tierguard::source::github::GitHubSource;

use super::{client, fleet, folder, judge, metadata, metadata_file, path, repository};
use crate::fake::{Files, HeadRepository, World};

/// Two pull requests on top of each other's base, each with its own connector.
fn world() -> World {
    let names = ["source-a", "source-b", "source-c"];
    let world = World::new(&fleet(names.map(str::to_owned), "1.0.0"));
    for (number, name) in [(1, "source-a"), (2, "source-b")] {
        let files = Files::new().file(metadata_file(name), metadata(name, "2.0.0"));
        assert_eq!(world.open(&files), number);
        world.change_pull(number, |pull| pull.title = format!("feat: {name}"));
    }
    world
}

fn group(world: &World, head: &str, number: u64) -> MergeGroup {
    let base = world.tip("main").unwrap();
    MergeGroup {
        head: ObjectId::new(head).unwrap(),
        base: ObjectId::new(&base).unwrap(),
        base_ref: "refs/heads/main".to_owned(),
        head_ref: format!("refs/heads/gh-readonly-queue/main/pr-{number}-{base}"),
    }
}

fn read(world: &World, group: &MergeGroup) -> (ChangeSet, String, Vec<u64>) {
    let client = client(world);
    let mut source = GitHubSource::open_group(&client, &repository(), group).unwrap();
    let (set, report) = judge(&mut source, None).unwrap();
    assert!(source.pull_request().is_none());
    assert_eq!(source.patches(&set).unwrap(), [], "a group takes no comment");
    let numbers = source.pull_requests().iter().map(|pull| pull.number).collect();
    (set, report, numbers)
}

#[test]
fn a_group_of_two_is_one_tree_with_the_facts_of_each() {
    let world = world();
    let head = world.enqueue(&[1, 2]);
    let (set, _, numbers) = read(&world, &group(&world, &head, 2));
    assert_eq!(numbers, [1, 2]);
    assert_eq!(set.files.len(), 2);
    assert!(set.gaps.is_empty(), "{:?}", set.gaps);
    let titles = |name: &str| {
        let facts = set.facts_of(&[&path(&folder(name))]);
        facts
            .into_iter()
            .map(|facts| facts.title.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(titles("source-a"), [Fact::Known("feat: source-a".to_owned())]);
    assert_eq!(titles("source-b"), [Fact::Known("feat: source-b".to_owned())]);
    assert_eq!(titles("source-c").len(), 2, "nobody says that it is theirs");
    world.finish();
}

#[test]
fn the_first_of_a_queue_is_a_group_of_its_own() {
    let world = world();
    world.enqueue(&[1, 2]);
    let head = world.state().queues["main"][0].head.clone();
    let (set, _, numbers) = read(&world, &group(&world, &head, 1));
    assert_eq!((numbers, set.files.len(), set.gaps.len()), (vec![1], 1, 0));
    world.finish();
}

#[test]
fn a_group_without_a_queue_is_known_where_it_holds_one_pull_request() {
    let world = world();
    let head = world.enqueue(&[1]);
    world.state().queues.clear();
    let (set, _, numbers) = read(&world, &group(&world, &head, 1));
    assert_eq!((numbers, set.gaps.len()), (vec![1], 0));
    world.finish();
}

#[test]
fn a_member_that_left_the_queue_leaves_the_facts_unknown() {
    let world = world();
    let head = world.enqueue(&[1, 2]);
    world.state().queues.get_mut("main").unwrap().remove(0);
    let (set, report, numbers) = read(&world, &group(&world, &head, 2));
    assert!(numbers.is_empty());
    assert_eq!(set.parts[0].facts.title, Fact::NotKnownHere);
    assert!(report.contains("could-not-evaluate"));
    world.finish();
}

#[test]
fn a_member_that_moved_on_after_it_was_queued_leaves_the_facts_unknown() {
    let world = world();
    let head = world.enqueue(&[1, 2]);
    world.push(1, &Files::new().file("x", "y"));
    let (_, report, numbers) = read(&world, &group(&world, &head, 2));
    assert!(numbers.is_empty() && report.contains("could-not-evaluate"));
    world.finish();
}

#[test]
fn two_that_change_the_same_connector_are_judged_together() {
    let world = world();
    let edit = Files::new().file(format!("{}/README.md", folder("source-a")), "x\n");
    assert_eq!(world.open(&edit), 3);
    let head = world.enqueue(&[1, 3]);
    let (set, _, numbers) = read(&world, &group(&world, &head, 3));
    assert_eq!(numbers, [1, 3]);
    assert_eq!(set.facts_of(&[&path(&folder("source-a"))]).len(), 2);
    world.finish();
}

#[test]
fn a_members_list_that_is_cut_stands_for_every_path() {
    let world = world();
    let head = world.enqueue(&[1, 2]);
    world.state().knobs.most_files = Some(0);
    let (set, _, _) = read(&world, &group(&world, &head, 2));
    assert!(set.gaps.is_empty());
    assert_eq!(set.facts_of(&[&path(&folder("source-a"))]).len(), 2);
    world.finish();
}

#[test]
fn a_branch_that_names_no_pull_request_is_an_error() {
    let world = world();
    let head = world.enqueue(&[1]);
    let client = client(&world);
    let mut odd = group(&world, &head, 1);
    odd.head_ref = "refs/heads/elsewhere".to_owned();
    assert!(GitHubSource::open_group(&client, &repository(), &odd).is_err());
    let commit = world.head(1);
    world.open_at(&commit, "more", HeadRepository::Own);
    assert!(GitHubSource::open_group(&client, &repository(), &group(&world, &head, 77)).is_err());
    world.finish();
}
