//! Two folders beside each other.

use std::path::Path;

use tierguard::changeset::{Need, Revision, Side};
use tierguard::source::Source;
use tierguard::source::directory::DirectorySource;

use super::repository::{connectors, found, list, path, rows};

fn write(root: &Path, path: &str, content: &str) {
    let whole = root.join(path);
    std::fs::create_dir_all(whole.parent().unwrap()).unwrap();
    std::fs::write(whole, content).unwrap();
}

fn folders() -> (tempfile::TempDir, DirectorySource) {
    let folder = tempfile::tempdir().unwrap();
    let (base, head) = (folder.path().join("base"), folder.path().join("head"));
    for root in [&base, &head] {
        write(root, "c/source-same/metadata.yaml", "same\n");
        write(root, ".git/config", "x");
    }
    write(&base, "c/source-a/metadata.yaml", "one\n");
    write(&head, "c/source-a/metadata.yaml", "two\n");
    write(&base, "c/source-b/metadata.yaml", "b\n");
    write(&head, "c/source-n/metadata.yaml", "n\n");
    write(&head, ".git/more", "x");
    let source = DirectorySource::open(&base, &head).unwrap();
    (folder, source)
}

#[test]
fn files_are_compared_by_their_bytes() {
    let (_folder, mut source) = folders();
    let mut set = list(&mut source);
    assert!(matches!(&set.revisions.base, Revision::Folder(name) if name.ends_with("base")));
    assert_eq!(
        rows(&set),
        [
            "M c/source-a/metadata.yaml",
            "D c/source-b/metadata.yaml",
            "A c/source-n/metadata.yaml"
        ]
    );
    for (side, expected) in [
        (Side::Base, "one\n"),
        (Side::Head, "two\n"),
        (Side::Target, "one\n"),
    ] {
        assert_eq!(
            found(&mut source, &mut set, side, &path("c/source-a/metadata.yaml")),
            expected
        );
    }
    source
        .fetch_into(&mut set, &[Need::Identities], &connectors())
        .unwrap();
    assert_eq!(set.identities.unwrap().len(), 3);
}

#[cfg(unix)]
#[test]
fn links_and_strange_files_are_seen_and_not_followed() {
    use std::os::unix::fs::symlink;
    let (folder, mut source) = folders();
    let head = folder.path().join("head");
    std::fs::remove_dir_all(head.join("c/source-same")).unwrap();
    symlink("source-a", head.join("c/source-same")).unwrap();
    symlink(".", head.join("c/loop")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(head.join("c/source-a/socket")).unwrap();
    let mut set = list(&mut source);
    assert!(rows(&set).contains(&"A c/source-same (Symlink)".to_owned()));
    assert!(rows(&set).contains(&"A c/loop (Symlink)".to_owned()));
    assert_eq!(set.gaps.len(), 1);
    let metadata = path("c/source-same/metadata.yaml");
    assert_eq!(
        found(&mut source, &mut set, Side::Head, &metadata),
        "not regular: Symlink"
    );
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = DirectorySource::open(folder.path(), &folder.path().join("none")).unwrap_err();
    assert!(
        error.to_string().starts_with("head folder `") && error.to_string().ends_with("none` does not exist")
    );
}
