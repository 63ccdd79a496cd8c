//! The working tree as head.

use tierguard::changeset::{Need, Revision, Side};
use tierguard::source::Source;

use super::repository::{Repository, connectors, found, list, path, rows};

fn repository() -> Repository {
    let repository = Repository::new();
    for name in ["a", "b", "d", "e", "f"] {
        repository.write(&format!("c/source-{name}/metadata.yaml"), format!("{name}\n"));
    }
    repository.write(".gitignore", "ignored\n");
    repository.commit("base");
    repository
}

#[test]
fn committed_staged_edited_and_new_files_are_listed_and_ignored_ones_are_not() {
    let repository = repository();
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    repository.write("c/source-a/metadata.yaml", "committed\n");
    repository.commit("topic");
    repository.write("c/source-b/metadata.yaml", "staged\n");
    repository.git(&["add", "--all"]);
    repository.write("c/source-d/metadata.yaml", "edited\n");
    std::fs::remove_file(repository.path.join("c/source-e/metadata.yaml")).unwrap();
    repository.write("c/source-n/metadata.yaml", "new\n");
    repository.write("c/source-n/ignored", "x\n");
    let mut source = repository.open_working_tree("main");
    let mut set = list(&mut source);
    assert_eq!(set.revisions.head, Revision::WorkingTree);
    assert_eq!(
        rows(&set),
        [
            "M c/source-a/metadata.yaml",
            "M c/source-b/metadata.yaml",
            "M c/source-d/metadata.yaml",
            "D c/source-e/metadata.yaml",
            "A c/source-n/metadata.yaml"
        ]
    );
    for (name, expected) in [
        ("a", "committed\n"),
        ("b", "staged\n"),
        ("d", "edited\n"),
        ("e", "absent"),
        ("f", "f\n"),
        ("n", "new\n"),
    ] {
        let metadata = path(&format!("c/source-{name}/metadata.yaml"));
        assert_eq!(
            found(&mut source, &mut set, Side::Head, &metadata),
            expected,
            "{name}"
        );
    }
    source
        .fetch_into(&mut set, &[Need::Identities], &connectors())
        .unwrap();
    let names: Vec<String> = set
        .identities
        .unwrap()
        .into_keys()
        .map(|path| path.to_string())
        .collect();
    assert_eq!(
        names,
        [
            "c/source-a",
            "c/source-b",
            "c/source-d",
            "c/source-f",
            "c/source-n"
        ]
    );
}

#[test]
fn a_file_that_was_only_touched_is_no_change() {
    let repository = repository();
    let file = std::fs::File::options()
        .write(true)
        .open(repository.path.join("c/source-a/metadata.yaml"))
        .unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    assert!(list(&mut repository.open_working_tree("main")).files.is_empty());
}

#[test]
fn a_file_out_of_the_index_is_compared_where_it_lies() {
    let repository = repository();
    repository.git(&[
        "rm",
        "--quiet",
        "--cached",
        "c/source-a/metadata.yaml",
        "c/source-b/metadata.yaml",
    ]);
    repository.write("c/source-b/metadata.yaml", "edited\n");
    assert_eq!(
        rows(&list(&mut repository.open_working_tree("main"))),
        ["M c/source-b/metadata.yaml"]
    );
}

#[cfg(unix)]
#[test]
fn links_are_listed_and_never_followed() {
    use std::os::unix::fs::symlink;
    let repository = repository();
    std::fs::remove_dir_all(repository.path.join("c/source-a")).unwrap();
    symlink("source-b", repository.path.join("c/source-a")).unwrap();
    std::fs::remove_file(repository.path.join("c/source-d/metadata.yaml")).unwrap();
    symlink(
        "../source-b/metadata.yaml",
        repository.path.join("c/source-d/metadata.yaml"),
    )
    .unwrap();
    let mut source = repository.open_working_tree("main");
    let mut set = list(&mut source);
    assert_eq!(
        rows(&set),
        [
            "A c/source-a (Symlink)",
            "D c/source-a/metadata.yaml",
            "M c/source-d/metadata.yaml -> Symlink"
        ]
    );
    for name in ["a", "d"] {
        let metadata = path(&format!("c/source-{name}/metadata.yaml"));
        assert_eq!(
            found(&mut source, &mut set, Side::Head, &metadata),
            "not regular: Symlink"
        );
    }
}

#[test]
fn a_conflict_is_read_with_its_marks() {
    let repository = repository();
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    repository.write("c/source-a/metadata.yaml", "ours\n");
    repository.commit("ours");
    repository.git(&["checkout", "--quiet", "-b", "other", "main"]);
    repository.write("c/source-a/metadata.yaml", "theirs\n");
    repository.commit("theirs");
    super::repository::run_git(&repository.path, &["merge", "topic"], b"");
    let mut source = repository.open_working_tree("main");
    let mut set = list(&mut source);
    assert_eq!(rows(&set), ["M c/source-a/metadata.yaml"]);
    let content = found(
        &mut source,
        &mut set,
        Side::Head,
        &path("c/source-a/metadata.yaml"),
    );
    assert!(content.starts_with("<<<<<<<"), "{content}");
}

#[test]
fn files_left_out_of_a_sparse_checkout_are_not_deleted() {
    let repository = repository();
    repository.git(&["sparse-checkout", "set", "--no-cone", "/c/source-a/"]);
    assert!(!repository.path.join("c/source-b").exists());
    let mut source = repository.open_working_tree("main");
    let mut set = list(&mut source);
    assert!(set.files.is_empty());
    assert_eq!(
        found(
            &mut source,
            &mut set,
            Side::Head,
            &path("c/source-b/metadata.yaml")
        ),
        "b\n"
    );
}

#[test]
fn a_folder_of_the_repository_stands_for_all_of_it() {
    let repository = repository();
    repository.write("c/source-a/metadata.yaml", "edited\n");
    repository.write("c/source-n/metadata.yaml", "new\n");
    let git = super::repository::reader(&repository.path.join("c/source-b"));
    repository.git(&["config", "diff.relative", "true"]);
    let mut source = tierguard::source::git::GitSource::open(&git, Some("main"), None).unwrap();
    assert_eq!(
        rows(&list(&mut source)),
        ["M c/source-a/metadata.yaml", "A c/source-n/metadata.yaml"]
    );
}
