//! Renames, copies, deletions, and connectors that leave the watched folders.

use std::fmt::Write;

use tierguard::changeset::Side;

use super::repository::{Repository, found, list, path, rows};

fn metadata(seed: usize) -> String {
    (0..20).fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "key{line}: value {}", seed * 1_000 + line);
        text
    })
}

#[test]
fn a_moved_and_edited_file_keeps_both_paths() {
    let repository = Repository::new();
    repository.write("c/source-a/metadata.yaml", metadata(1));
    let base = repository.commit("base");
    repository.git(&["mv", "c/source-a", "c/source-z"]);
    repository.write("c/source-z/metadata.yaml", metadata(1) + "more: 1\n");
    let head = repository.commit("head");
    // What the user configured about renames changes nothing.
    for value in ["false", "true", "copies"] {
        repository.git(&["config", "diff.renames", value]);
        repository.git(&["config", "diff.renameLimit", "1"]);
        let set = list(&mut repository.open(&base, &head));
        assert_eq!(
            rows(&set),
            ["R c/source-a/metadata.yaml -> c/source-z/metadata.yaml"],
            "{value}"
        );
    }
}

#[test]
fn a_rewritten_copied_or_deleted_file_is_what_git_calls_it() {
    let repository = Repository::new();
    repository.write("c/source-a/metadata.yaml", metadata(1));
    repository.write("c/source-b/metadata.yaml", metadata(2));
    repository.write("c/source-c/metadata.yaml", metadata(3));
    let base = repository.commit("base");
    repository.git(&["rm", "-r", "--quiet", "c/source-a", "c/source-c"]);
    repository.write("c/source-z/metadata.yaml", "all: new\n");
    repository.write("c/source-y/metadata.yaml", metadata(2));
    let head = repository.commit("head");
    assert_eq!(
        rows(&list(&mut repository.open(&base, &head))),
        [
            "D c/source-a/metadata.yaml",
            "D c/source-c/metadata.yaml",
            "A c/source-y/metadata.yaml",
            "A c/source-z/metadata.yaml"
        ]
    );
}

#[test]
fn two_swapped_folders_are_read_each_at_its_own_path() {
    let repository = Repository::new();
    repository.write("c/source-a/metadata.yaml", metadata(1));
    repository.write("c/source-b/metadata.yaml", metadata(2));
    let base = repository.commit("base");
    repository.write("c/source-a/metadata.yaml", metadata(2));
    repository.write("c/source-b/metadata.yaml", metadata(1));
    let head = repository.commit("head");
    let mut source = repository.open(&base, &head);
    let mut set = list(&mut source);
    assert_eq!(
        rows(&set),
        ["M c/source-a/metadata.yaml", "M c/source-b/metadata.yaml"]
    );
    assert_eq!(
        found(
            &mut source,
            &mut set,
            Side::Base,
            &path("c/source-a/metadata.yaml")
        ),
        metadata(1)
    );
    assert_eq!(
        found(
            &mut source,
            &mut set,
            Side::Head,
            &path("c/source-a/metadata.yaml")
        ),
        metadata(2)
    );
}

#[test]
fn a_folder_that_leaves_the_watched_ones_is_seen_on_both_ends() {
    let repository = Repository::new();
    repository.write("c/source-a/metadata.yaml", metadata(1));
    let base = repository.commit("base");
    std::fs::create_dir(repository.path.join("attic")).unwrap();
    repository.git(&["mv", "c/source-a", "attic/source-a"]);
    let head = repository.commit("head");
    let mut source = repository.open(&base, &head);
    let mut set = list(&mut source);
    assert_eq!(
        rows(&set),
        ["R c/source-a/metadata.yaml -> attic/source-a/metadata.yaml"]
    );
    assert_eq!(
        found(
            &mut source,
            &mut set,
            Side::Head,
            &path("c/source-a/metadata.yaml")
        ),
        "absent"
    );
}

#[test]
fn fifteen_hundred_moved_folders_are_all_renames() {
    let repository = Repository::new();
    for number in 0..1_500 {
        repository.write(&format!("c/source-{number}/metadata.yaml"), metadata(number + 7));
    }
    let base = repository.commit("base");
    std::fs::rename(repository.path.join("c"), repository.path.join("d")).unwrap();
    for number in 0..1_500 {
        repository.write(
            &format!("d/source-{number}/metadata.yaml"),
            metadata(number + 7) + "more: 1\n",
        );
    }
    let head = repository.commit("head");
    let set = list(&mut repository.open(&base, &head));
    assert_eq!(set.files.len(), 1_500);
    assert!(rows(&set).iter().all(|row| row.starts_with("R c/")));
}
