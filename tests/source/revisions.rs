//! Which commits are compared, and what is said where they cannot be found.

use tierguard::changeset::{Revision, Side};
use tierguard::source::Source;
use tierguard::source::git::GitSource;

use super::repository::{Repository, TODAY, found, list, path, reader, rows, run_git};

const METADATA: &str = "c/source-a/metadata.yaml";

/// Base moved on after the branch was made: merge base 1.0.0, tip of base 1.2.0, head 1.1.0.
fn diverged() -> (Repository, String) {
    let repository = Repository::new();
    repository.write(METADATA, "1.0.0\n");
    let fork = repository.commit("fork");
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    repository.write(METADATA, "1.1.0\n");
    repository.commit("topic");
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write(METADATA, "1.2.0\n");
    repository.write("elsewhere", "x");
    repository.commit("main goes on");
    (repository, fork)
}

#[test]
fn changes_are_those_since_the_merge_base_and_the_tip_is_read_too() {
    let (repository, fork) = diverged();
    let mut source = repository.open("main", "topic");
    let mut set = list(&mut source);
    assert_eq!(rows(&set), ["M c/source-a/metadata.yaml"]);
    assert!(matches!(&set.revisions.base, Revision::Commit(id) if id.as_str() == fork));
    for (side, expected) in [
        (Side::Base, "1.0.0\n"),
        (Side::Head, "1.1.0\n"),
        (Side::Target, "1.2.0\n"),
    ] {
        assert_eq!(found(&mut source, &mut set, side, &path(METADATA)), expected);
    }
    assert!(source.change_set(TODAY).is_err());
}

#[test]
fn the_policy_can_be_read_at_the_target_before_the_change_is_listed() {
    let (repository, _) = diverged();
    let mut source = repository.open("main", "topic");
    assert_eq!(
        super::repository::shown(&source.read(Side::Target, &path("elsewhere")).unwrap()),
        "x"
    );
    assert_eq!(
        super::repository::shown(&source.read(Side::Base, &path("elsewhere")).unwrap()),
        "absent"
    );
    let mut unlisted = repository.open_working_tree("main");
    assert_eq!(
        super::repository::shown(&unlisted.read(Side::Target, &path("elsewhere")).unwrap()),
        "x"
    );
}

#[test]
fn strange_names_of_branches_are_names_and_nothing_else() {
    let (repository, _) = diverged();
    let tip = repository.git(&["rev-parse", "main"]);
    let forty = "ab".repeat(20);
    for name in ["-x", "--output=pwn", "%2e%2e", &forty, "main"] {
        let full = format!("refs/heads/{name}");
        repository.git(&["update-ref", &full, &tip]);
        let source = repository.open(&full, "topic");
        assert!(
            matches!(&source.revisions().target, Revision::Commit(id) if id.as_str() == tip),
            "{name}"
        );
    }
    for name in ["-x", "--output=pwn", "%2e%2e"] {
        assert!(
            matches!(&repository.open(name, "topic").revisions().target, Revision::Commit(id) if id.as_str() == tip)
        );
    }
    for name in [
        "--output=other",
        "a/../b",
        "main..topic",
        ":(exclude)*",
        ":/",
        "main:c",
        "",
        "a\nmain",
        "HEAD\0",
    ] {
        let error = repository.error(Some(name), Some("topic"));
        assert!(
            !error.contains('\n') && error.contains("revision"),
            "{name}: {error}"
        );
    }
    assert!(!repository.path.join("pwn").exists() && !repository.path.join("other").exists());
}

#[test]
fn a_revision_that_is_not_there_is_one_clear_line() {
    let (repository, _) = diverged();
    assert_eq!(
        repository.error(Some("mian"), Some("topic")),
        "base revision `mian` does not exist in this repository"
    );
    assert_eq!(
        repository.error(Some("main"), Some("deadbeef")),
        "head revision `deadbeef` does not exist in this repository"
    );
    let empty = Repository::new();
    assert!(
        empty
            .error(None, None)
            .contains("head revision `HEAD` does not exist")
    );
    let nowhere = GitSource::open(&reader(&repository.folder.path().join("none")), None, None).unwrap_err();
    assert!(
        format!("{nowhere:#}").contains("cannot be read as a git repository"),
        "{nowhere:#}"
    );
    let plain = GitSource::open(&reader(repository.folder.path()), Some("main"), Some("topic")).unwrap_err();
    assert!(format!("{plain:#}").contains("not a git repository"), "{plain:#}");
}

#[test]
fn two_unrelated_histories_are_refused() {
    let (repository, _) = diverged();
    let tree = repository.git(&["rev-parse", "main^{tree}"]);
    let other = repository.commit_tree(&tree, &[]);
    assert!(
        repository
            .error(Some("main"), Some(&other))
            .contains("no common ancestor")
    );
}

#[test]
fn without_a_base_the_default_branch_is_taken_and_named() {
    let (repository, _) = diverged();
    repository.git(&["checkout", "--quiet", "topic"]);
    let open = || GitSource::open(&repository.reader(), None, Some("topic"));
    assert_eq!(open().unwrap().base_name(), "main");
    repository.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    assert_eq!(open().unwrap().base_name(), "origin/main");
    repository.git(&[
        "symbolic-ref",
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/main",
    ]);
    assert_eq!(open().unwrap().base_name(), "origin/HEAD");
    for name in [
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/main",
        "refs/heads/main",
    ] {
        repository.git(&["update-ref", "--no-deref", "-d", name]);
    }
    assert!(format!("{:#}", open().unwrap_err()).contains("name the base with `--base`"));
    repository.git(&["config", "init.defaultBranch", "topic"]);
    assert_eq!(open().unwrap().base_name(), "topic");
}

#[test]
fn a_bare_repository_is_read_and_has_no_working_tree() {
    let (repository, _) = diverged();
    let bare = repository.folder.path().join("bare.git");
    repository.git(&["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
    let mut source = GitSource::open(&reader(&bare), Some("main"), Some("topic")).unwrap();
    let mut set = list(&mut source);
    assert_eq!(
        found(&mut source, &mut set, Side::Head, &path(METADATA)),
        "1.1.0\n"
    );
    let error = GitSource::open(&reader(&bare), Some("main"), None).unwrap_err();
    assert!(error.to_string().contains("bare repository"), "{error}");
}

#[test]
fn a_shallow_clone_says_how_to_fetch_what_is_missing() {
    let (repository, _) = diverged();
    let shallow = repository.folder.path().join("shallow");
    let from = format!("file://{}", repository.path.display());
    repository.git(&[
        "clone",
        "--quiet",
        "--depth=1",
        "--branch=topic",
        &from,
        shallow.to_str().unwrap(),
    ]);
    let missing = GitSource::open(&reader(&shallow), Some("main"), Some("topic"))
        .unwrap_err()
        .to_string();
    assert!(
        missing.contains("git fetch origin main") && missing.contains("--unshallow"),
        "{missing}"
    );
    let fetched = run_git(
        &shallow,
        &["fetch", "--quiet", "--depth=1", "origin", "main:main"],
        b"",
    );
    assert!(fetched.status.success());
    let unjoined = GitSource::open(&reader(&shallow), Some("main"), Some("topic"))
        .unwrap_err()
        .to_string();
    assert!(
        unjoined.contains("no common ancestor") && unjoined.contains("--unshallow"),
        "{unjoined}"
    );
}

#[test]
fn a_partial_clone_fetches_nothing_and_says_what_is_missing() {
    let (repository, _) = diverged();
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = repository.folder.path().join("partial.git");
    let from = format!("file://{}", repository.path.display());
    repository.git(&[
        "clone",
        "--quiet",
        "--bare",
        "--filter=blob:none",
        &from,
        partial.to_str().unwrap(),
    ]);
    let mut source = GitSource::open(&reader(&partial), Some("main"), Some("topic")).unwrap();
    let mut set = list(&mut source);
    let answer = found(&mut source, &mut set, Side::Head, &path(METADATA));
    assert!(
        answer.starts_with("gap:") && answer.contains("--refetch"),
        "{answer}"
    );
}

#[test]
fn replaced_objects_are_read_as_they_were() {
    let (repository, _) = diverged();
    let blob = repository.git(&["rev-parse", &format!("topic:{METADATA}")]);
    let other = repository.blob("9.9.9\n");
    repository.git(&["replace", &blob, &other]);
    let mut source = repository.open("main", "topic");
    let mut set = list(&mut source);
    assert_eq!(
        found(&mut source, &mut set, Side::Head, &path(METADATA)),
        "1.1.0\n"
    );
}
