//! What stands at a path: links, submodules, doubled and impossible entries, strange names.

use tierguard::changeset::{Need, Side};
use tierguard::ids::RepoPath;
use tierguard::source::Source;

use super::repository::{Repository, connectors, found, list, path, rows};

const COMMIT: &str = "1234567890123456789012345678901234567890";

/// The head of a connector `c/source-x` whose base holds one regular `metadata.yaml`.
fn against(repository: &Repository, head_tree: &str) -> (String, String) {
    let blob = repository.blob("base\n");
    let base_tree = repository.connector(b"source-x", &[("100644", b"metadata.yaml", &blob)]);
    let base = repository.commit_tree(&base_tree, &[]);
    let head = repository.commit_tree(head_tree, &[&base]);
    (base, head)
}

#[test]
fn what_is_no_regular_file_is_named_and_never_read() {
    let repository = Repository::new();
    let blob = repository.blob("../source-z/metadata.yaml");
    let inner = repository.tree(&[("100644", b"f", &blob)]);
    let linked = repository.tree(&[("120000", b"source-x", &blob)]);
    let outer = repository.blob("elsewhere");
    let cases = [
        (
            "a link",
            repository.connector(b"source-x", &[("120000", b"metadata.yaml", &blob)]),
            "not regular: Symlink",
        ),
        (
            "a linked folder",
            repository.tree(&[("40000", b"c", &linked)]),
            "not regular: Symlink",
        ),
        (
            "a link above",
            repository.tree(&[("120000", b"c", &outer)]),
            "not regular: Symlink",
        ),
        (
            "a submodule",
            repository.connector(b"source-x", &[("160000", b"metadata.yaml", COMMIT)]),
            "not regular: Submodule",
        ),
        (
            "a folder",
            repository.connector(b"source-x", &[("40000", b"metadata.yaml", &inner)]),
            "not regular: Directory",
        ),
        (
            "a file above",
            repository.tree(&[("100644", b"c", &blob)]),
            "absent",
        ),
        ("nothing", repository.tree(&[]), "absent"),
        (
            "an executable",
            repository.connector(b"source-x", &[("100755", b"metadata.yaml", &blob)]),
            "../source-z/metadata.yaml",
        ),
    ];
    for (case, tree, expected) in cases {
        let (base, head) = against(&repository, &tree);
        let mut source = repository.open(&base, &head);
        let mut set = list(&mut source);
        assert!(
            !set.files.is_empty() && set.gaps.is_empty(),
            "{case}: {:?}",
            set.gaps
        );
        let metadata = path("c/source-x/metadata.yaml");
        assert_eq!(
            found(&mut source, &mut set, Side::Head, &metadata),
            expected,
            "{case}"
        );
        assert_eq!(
            found(&mut source, &mut set, Side::Base, &metadata),
            "base\n",
            "{case}"
        );
    }
}

#[test]
fn the_kind_of_both_sides_is_listed() {
    let repository = Repository::new();
    let blob = repository.blob("../source-z/metadata.yaml");
    let link = repository.connector(b"source-x", &[("120000", b"metadata.yaml", &blob)]);
    let (base, head) = against(&repository, &link);
    assert_eq!(
        rows(&list(&mut repository.open(&base, &head))),
        ["M c/source-x/metadata.yaml -> Symlink"]
    );
    let submodule = repository.connector(b"source-x", &[("160000", b"metadata.yaml", COMMIT)]);
    let (base, head) = against(&repository, &submodule);
    repository.git(&["config", "diff.ignoreSubmodules", "all"]);
    assert_eq!(
        rows(&list(&mut repository.open(&base, &head))),
        ["M c/source-x/metadata.yaml -> Submodule"]
    );
}

#[test]
fn a_doubled_entry_is_a_gap_and_neither_of_the_two() {
    let repository = Repository::new();
    let (one, two) = (repository.blob("one\n"), repository.blob("two\n"));
    let file = [
        ("100644", &b"metadata.yaml"[..], one.as_str()),
        ("100644", b"metadata.yaml", &two),
    ];
    let connector_one = repository.tree(&file[..1]);
    let connector_two = repository.tree(&file[1..]);
    let doubled = [
        ("40000", &b"source-x"[..], connector_one.as_str()),
        ("40000", b"source-x", &connector_two),
    ];
    let connectors = repository.tree(&doubled);
    for tree in [
        repository.connector(b"source-x", &file),
        repository.tree(&[("40000", b"c", &connectors)]),
    ] {
        let (base, head) = against(&repository, &tree);
        let mut source = repository.open(&base, &head);
        let mut set = list(&mut source);
        let answer = found(
            &mut source,
            &mut set,
            Side::Head,
            &path("c/source-x/metadata.yaml"),
        );
        assert!(
            answer.starts_with("gap:") && answer.contains("2 entries of the same name"),
            "{answer}"
        );
        assert!(
            source
                .read(Side::Head, &path("c/source-x/metadata.yaml"))
                .is_err()
        );
    }
}

#[test]
fn an_entry_that_leaves_the_repository_is_a_gap() {
    for name in [&b".."[..], b".git", b".", b"git~1", b".GIT"] {
        let repository = Repository::new();
        let blob = repository.blob("x\n");
        let inner = repository.tree(&[("100644", b"f", &blob)]);
        let tree = repository.connector(
            b"source-x",
            &[("40000", name, &inner), ("100644", b"metadata.yaml", &blob)],
        );
        let (base, head) = against(&repository, &tree);
        let set = list(&mut repository.open(&base, &head));
        assert_eq!(set.gaps.len(), 1, "{name:?}");
        assert_eq!(rows(&set), ["M c/source-x/metadata.yaml"]);
    }
}

#[test]
fn a_name_with_a_slash_stands_for_no_other_path() {
    let repository = Repository::new();
    let blob = repository.blob("x\n");
    let connectors = repository.tree(&[("100644", b"source-x/metadata.yaml", &blob)]);
    let tree = repository.tree(&[("40000", b"c", &connectors)]);
    let (base, head) = against(&repository, &tree);
    let mut source = repository.open(&base, &head);
    let mut set = list(&mut source);
    let answer = found(
        &mut source,
        &mut set,
        Side::Head,
        &path("c/source-x/metadata.yaml"),
    );
    assert!(answer.contains("malformed"), "{answer}");
}

#[test]
fn names_are_bytes() {
    let repository = Repository::new();
    let blob = repository.blob("x\n");
    let deep = ["d"; 255].join("/");
    let mut tree = repository.tree(&[("100644", b"f", &blob)]);
    for _ in 0..255 {
        tree = repository.tree(&[("40000", b"d", &tree)]);
    }
    let names: [&[u8]; 5] = [b"\x1b[31m\n", b"\"`|\\", b":(exclude)*", b"s-\xff", b"s-\xfe"];
    for name in names {
        let entries = [("100644", &b"metadata.yaml"[..], blob.as_str())];
        let root = repository.connector(name, &entries);
        let (base, head) = against(&repository, &root);
        let mut source = repository.open(&base, &head);
        let mut set = list(&mut source);
        let metadata = RepoPath::new(&[b"c/", name, b"/metadata.yaml"].concat()).unwrap();
        assert!(set.changed(Side::Head, &metadata).is_some(), "{metadata}");
        assert_eq!(
            found(&mut source, &mut set, Side::Head, &metadata),
            "x\n",
            "{metadata}"
        );
        assert_eq!(
            found(&mut source, &mut set, Side::Head, &path("c/s-%ff/metadata.yaml")),
            "absent"
        );
    }
    let (base, head) = against(&repository, &tree);
    let mut source = repository.open(&base, &head);
    let mut set = list(&mut source);
    assert_eq!(
        found(&mut source, &mut set, Side::Head, &path(&format!("{deep}/f"))),
        "x\n"
    );
}

#[test]
fn a_path_over_the_limit_is_a_gap() {
    let repository = Repository::new();
    let blob = repository.blob("x\n");
    let long = [b'n'; 4_097];
    let root = repository.connector(&long, &[("100644", b"metadata.yaml", &blob)]);
    let (base, head) = against(&repository, &root);
    let set = list(&mut repository.open(&base, &head));
    assert_eq!(set.gaps.len(), 1);
}

#[test]
fn look_alike_names_are_listed_as_they_are() {
    let repository = Repository::new();
    let blob = repository.blob("x\n");
    let entries = [
        ("100644", &b"METADATA.yaml"[..], blob.as_str()),
        ("100644", b"metadata.yaml ", &blob),
        ("100644", b"metadata.yaml.", &blob),
        ("100644", b"metadata.yml", &blob),
    ];
    let (base, head) = against(&repository, &repository.connector(b"source-x", &entries));
    let mut source = repository.open(&base, &head);
    let mut set = list(&mut source);
    // The rename is git's reading of a deleted and an added file; both paths are there.
    assert_eq!(rows(&set).len(), 5);
    assert_eq!(
        found(
            &mut source,
            &mut set,
            Side::Head,
            &path("c/source-x/metadata.yaml")
        ),
        "absent"
    );
}

#[test]
fn a_nested_metadata_file_makes_no_connector() {
    let repository = Repository::new();
    repository.write("c/source-a/metadata.yaml", "a\n");
    repository.write("c/source-a/src/test/resources/metadata.yaml", "nested\n");
    repository.write("c/README.md", "x\n");
    let base = repository.commit("base");
    repository.write("c/source-B/metadata.yaml", "B\n");
    let head = repository.commit("head");
    let mut source = repository.open(&base, &head);
    let mut set = list(&mut source);
    source
        .fetch_into(&mut set, &[Need::Identities], &connectors())
        .unwrap();
    let identities = set.identities.unwrap();
    let names: Vec<String> = identities.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["c/source-B", "c/source-a"]);
    assert_eq!(
        identities[&path("c/source-a")].definition_id.as_deref(),
        Some("a")
    );
}

#[test]
fn a_file_over_the_limit_is_measured_and_not_read() {
    let repository = Repository::new();
    repository.write("c/source-a/metadata.yaml", vec![b'x'; (4 << 20) + 1]);
    repository.write("c/source-b/metadata.yaml", vec![b'x'; 4 << 20]);
    let base = repository.commit("base");
    let mut source = repository.open(&base, &base);
    let mut set = list(&mut source);
    assert_eq!(
        found(
            &mut source,
            &mut set,
            Side::Head,
            &path("c/source-a/metadata.yaml")
        ),
        "too large: 4194305"
    );
    assert_eq!(
        found(
            &mut source,
            &mut set,
            Side::Head,
            &path("c/source-b/metadata.yaml")
        )
        .len(),
        4 << 20
    );
    source
        .fetch_into(&mut set, &[Need::Identities], &connectors())
        .unwrap();
    assert_eq!((set.identities.unwrap().len(), set.gaps.len()), (1, 1));
}
