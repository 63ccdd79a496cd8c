//! Every kind of change, read both ways.

use tierguard::changeset::{ChangedFile, Fetched, FileKind, Side};

use super::{assert_same, fleet, folder, metadata, metadata_file, path};
use crate::fake::{Files, HeadRepository, World};

const COMMIT: &str = "1111111111111111111111111111111111111111";

fn base() -> Files {
    let names = [
        "source-a",
        "source-b",
        "source-moves",
        "source-gone",
        "source-rewritten",
    ];
    fleet(names.map(str::to_owned), "1.0.0")
        .file("docs/integrations/sources/a.md", "# A\n")
        .file(format!("{}/icon.svg", folder("source-a")), "<svg/>")
        .file(format!("{}/run.sh", folder("source-a")), "true\n")
        .file(format!("{}/becomes-a-link", folder("source-b")), "text\n")
        .file(format!("{}/becomes-a-folder", folder("source-b")), "text\n")
        .link(format!("{}/link", folder("source-b")), "becomes-a-link")
        .submodule("vendor/module", COMMIT)
}

fn head() -> Files {
    Files::new()
        .file(metadata_file("source-a"), metadata("source-a", "2.0.0"))
        .program(format!("{}/run.sh", folder("source-a")), "true\n")
        .file(metadata_file("source-new"), metadata("source-new", "0.1.0"))
        .rename(folder("source-moves"), folder("source-moved"))
        .remove(folder("source-gone"))
        .remove(folder("source-rewritten"))
        .file(
            metadata_file("source-other"),
            "# Everything here is written anew,\n# and none of it is as it was.\ndata: {name: Other, definitionId: x}\n",
        )
        .remove(format!("{}/becomes-a-link", folder("source-b")))
        .link(format!("{}/becomes-a-link", folder("source-b")), "metadata.yaml")
        .remove(format!("{}/becomes-a-folder", folder("source-b")))
        .file(format!("{}/becomes-a-folder/x", folder("source-b")), "text\n")
        .link(metadata_file("source-linked"), "../source-a/metadata.yaml")
        .submodule(metadata_file("source-module"), COMMIT)
        .submodule("vendor/module", "2222222222222222222222222222222222222222")
        .file(format!("{}/metadata.yml", folder("source-b")), "look-alike\n")
        .file("airbyte-integrations/connectors/Source-A/metadata.yaml", metadata("Source-A", "1.0.0"))
        .file(b"airbyte-integrations/connectors/source-\xff\n/metadata.yaml", metadata("odd", "1.0.0"))
        .file("docs/integrations/sources/a.md", "# A\n\nMore.\n")
        .file(format!("{}/binary.bin", folder("source-a")), b"\0\x01\xff")
}

#[test]
fn every_kind_of_change_is_reported_as_from_a_clone() {
    let world = World::with_pull(&base(), &head());
    let set = assert_same(&world, 1, "every kind");
    let moved = |file: &ChangedFile| matches!(file, ChangedFile::Renamed { head, .. } if head.path == path(&metadata_file("source-moved")));
    assert!(set.files.iter().any(moved));
    assert!(set.files.len() > 15 && set.gaps.is_empty(), "{:?}", set.gaps);
    assert_eq!(
        set.fetched(Side::Head, &path(&metadata_file("source-linked"))),
        Some(&Fetched::NotRegular(FileKind::Symlink))
    );
    assert!(set.identities.is_some(), "a new connector asks for the others");
    world.finish();
}

#[test]
fn a_target_that_went_on_is_read_and_the_change_is_counted_from_the_merge_base() {
    let world = World::with_pull(&base(), &head());
    let ahead = Files::new()
        .file(metadata_file("source-a"), metadata("source-a", "3.0.0"))
        .file("docs/integrations/sources/b.md", "# B\n");
    world.commit_on("main", &ahead, "Meanwhile");
    let set = assert_same(&world, 1, "a target that went on");
    assert_ne!(set.revisions.base, set.revisions.target);
    let at_target = set
        .bytes(Side::Target, &path(&metadata_file("source-a")))
        .unwrap();
    assert!(String::from_utf8_lossy(at_target).contains("3.0.0"));
    world.finish();
}

#[test]
fn forks_are_read_through_the_repository_also_when_they_are_gone() {
    let world = World::new(&base());
    let number = world.open_from_fork("eve", &head());
    assert_same(&world, number, "a fork");
    world.change_pull(number, |pull| {
        pull.head_repository = HeadRepository::Deleted("eve".to_owned());
    });
    assert_same(&world, number, "a fork that is gone");
    assert!(world.reads().iter().all(|entry| !entry.path.contains("eve")));
    world.finish();
}

#[test]
fn a_branch_is_never_named_in_an_address() {
    for name in ["-x", "a/../b", "%2e%2e", "refs/heads/main", &"a".repeat(40)] {
        let world = World::with_pull(&base(), &head());
        let tip = world.tip("main").unwrap();
        world.state().move_branch(name, &tip);
        world.change_pull(1, |pull| name.clone_into(&mut pull.base_branch));
        assert_same(&world, 1, name);
        assert!(
            world.reads().iter().all(|entry| !entry.path.contains(name)),
            "{name}"
        );
        world.finish();
    }
}

#[test]
fn a_doubled_entry_is_a_gap() {
    let world = World::with_pull(&base(), &head());
    let git = &world.git;
    let (one, other) = (
        git.blob(metadata("source-a", "1.0.0").as_bytes()),
        git.blob(metadata("source-a", "9.0.0").as_bytes()),
    );
    let doubled = git.tree(&[
        ("100644", b"metadata.yaml", &one),
        ("100644", b"metadata.yaml", &other),
    ]);
    let connectors = git.tree(&[("40000", b"source-a", &doubled)]);
    let integrations = git.tree(&[("40000", b"connectors", &connectors)]);
    let root = git.tree(&[("40000", b"airbyte-integrations", &integrations)]);
    let commit = git.commit_tree(&root, &[&world.tip("main").unwrap()], "Twice");
    world.push_commit(1, &commit);
    let set = assert_twice(&world);
    assert!(set.contains("could-not-evaluate"), "{set}");
    world.finish();
}

fn assert_twice(world: &World) -> String {
    let (online, offline, from_github, _) = super::both(world, 1);
    let why = |set: &tierguard::changeset::ChangeSet| {
        set.gaps
            .iter()
            .any(|gap| gap.why.contains("entries of the same name"))
    };
    assert!(
        why(&online) && why(&offline),
        "{:?} {:?}",
        online.gaps,
        offline.gaps
    );
    from_github
}
