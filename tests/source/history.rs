//! A whole history, commit by commit.

use jiff::civil::date;
use tierguard::changeset::{Need, Side};
use tierguard::source::git::{History, HistoryStep};

use super::repository::{Repository, connectors, path, reader, rows, shown};

fn steps(repository: &Repository, range: &str) -> Vec<HistoryStep> {
    let history = History::open(&repository.reader(), range, &connectors(), |path| {
        path.file_name() == b"spec.json"
    });
    history.unwrap().map(Result::unwrap).collect()
}

fn read(step: &HistoryStep, side: Side, name: &str) -> String {
    step.set
        .fetched(side, &path(name))
        .map_or_else(|| "not asked".to_owned(), shown)
}

fn repository() -> Repository {
    let repository = Repository::new();
    repository.write("c/source-a/metadata.yaml", "a one\n");
    repository.write("c/source-b/metadata.yaml", "b one\n");
    repository.commit("root");
    repository.git(&["tag", "root"]);
    repository.write("c/source-a/manifest.yaml", "only\n");
    repository.write("c/source-a/spec.json", "{}");
    repository.commit("manifest");
    repository.write("c/source-a/metadata.yaml", "a two\n");
    repository.write("elsewhere", "x");
    repository.commit("");
    repository.git(&["mv", "c/source-a", "c/source-z"]);
    repository.commit("move");
    repository.git(&["rm", "-r", "--quiet", "c/source-b"]);
    repository.commit("remove");
    repository
}

impl Repository {
    fn commit_unmerged_side(&self) {
        self.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
        self.write("c/source-s/metadata.yaml", "s one\n");
        self.commit("on the side");
        self.git(&["checkout", "--quiet", "main"]);
        self.git(&["merge", "--quiet", "--no-ff", "-m", "merged", "side"]);
    }
}

#[test]
fn each_commit_is_a_change_against_its_parent_oldest_first() {
    let repository = repository();
    let steps = steps(&repository, "HEAD");
    let subjects: Vec<&str> = steps.iter().map(|step| step.subject.as_str()).collect();
    assert_eq!(subjects, ["manifest", "", "move", "remove"]);
    let metadata = "c/source-a/metadata.yaml";
    // A commit that leaves the metadata alone still carries it on both sides.
    assert_eq!(
        rows(&steps[0].set),
        ["A c/source-a/manifest.yaml", "A c/source-a/spec.json"]
    );
    assert_eq!(read(&steps[0], Side::Base, metadata), "a one\n");
    assert_eq!(read(&steps[0], Side::Head, metadata), "a one\n");
    assert_eq!(read(&steps[0], Side::Head, "c/source-a/spec.json"), "{}");
    assert_eq!(
        read(&steps[0], Side::Head, "c/source-a/manifest.yaml"),
        "not asked"
    );
    for (side, expected) in [
        (Side::Base, "a one\n"),
        (Side::Target, "a one\n"),
        (Side::Head, "a two\n"),
    ] {
        assert_eq!(read(&steps[1], side, metadata), expected);
    }
    assert_eq!(read(&steps[2], Side::Head, metadata), "absent");
    assert_eq!(read(&steps[2], Side::Base, metadata), "a two\n");
    assert_eq!(read(&steps[2], Side::Base, "c/source-z/metadata.yaml"), "absent");
    assert_eq!(read(&steps[2], Side::Head, "c/source-z/metadata.yaml"), "a two\n");
    assert_eq!(read(&steps[3], Side::Head, "c/source-b/metadata.yaml"), "absent");
    // The committers' clock stood at half past eleven on the sixth, five hours behind UTC.
    assert!(
        steps
            .iter()
            .all(|step| step.date == date(2025, 4, 7) && step.set.today == step.date)
    );
    assert!(steps.iter().all(|step| step.set.gaps.is_empty()));
}

#[test]
fn a_range_starts_from_the_state_before_it() {
    let repository = repository();
    for range in ["root..HEAD", "root..", "root..main", "main"] {
        assert_eq!(steps(&repository, range).len(), 4, "{range}");
    }
    let last = steps(&repository, "HEAD~1..HEAD");
    assert_eq!(last.len(), 1);
    assert_eq!(read(&last[0], Side::Base, "c/source-b/metadata.yaml"), "b one\n");
    assert_eq!(steps(&repository, "HEAD..HEAD").len(), 0);
}

#[test]
fn what_else_is_needed_is_read_as_it_stood_at_the_commit() {
    let repository = repository();
    for step in &mut steps(&repository, "HEAD") {
        let needs = [
            Need::Identities,
            Need::File(Side::Head, path("elsewhere")),
            Need::File(Side::Base, path("c/source-b/metadata.yaml")),
        ];
        step.view.fetch_into(&mut step.set, &needs).unwrap();
        let identities = step.set.identities.take().unwrap();
        let all: Vec<String> = identities
            .iter()
            .map(|(directory, identity)| {
                format!("{directory}={}", identity.definition_id.as_deref().unwrap())
            })
            .collect();
        let (expected, elsewhere) = match step.subject.as_str() {
            "manifest" => (vec!["c/source-a=a one", "c/source-b=b one"], "absent"),
            "" => (vec!["c/source-a=a two", "c/source-b=b one"], "x"),
            "move" => (vec!["c/source-b=b one", "c/source-z=a two"], "x"),
            _ => (vec!["c/source-z=a two"], "x"),
        };
        assert_eq!(all, expected);
        assert_eq!(read(step, Side::Head, "elsewhere"), elsewhere);
        assert_eq!(read(step, Side::Base, "c/source-b/metadata.yaml"), "b one\n");
    }
}

#[test]
fn a_merge_is_what_it_brings_to_the_first_parent() {
    let repository = repository();
    repository.commit_unmerged_side();
    // How the user likes to see merges changes nothing.
    repository.git(&["config", "log.diffMerges", "separate"]);
    let steps = steps(&repository, "HEAD");
    assert_eq!(steps.len(), 5);
    assert_eq!(rows(&steps[4].set), ["A c/source-s/metadata.yaml"]);
}

#[test]
fn a_connector_that_is_no_regular_file_is_seen() {
    let repository = Repository::new();
    let blob = repository.blob("x\n");
    let file = repository.connector(b"source-x", &[("100644", b"metadata.yaml", &blob)]);
    let link = repository.connector(b"source-x", &[("120000", b"metadata.yaml", &blob)]);
    let inner = repository.tree(&[("100644", b"f", &blob)]);
    let folder = repository.connector(b"source-x", &[("40000", b"metadata.yaml", &inner)]);
    let linked = repository.tree(&[("120000", b"source-x", &blob)]);
    let linked = repository.tree(&[("40000", b"c", &linked)]);
    let mut tip = repository.commit_tree(&file, &[]);
    for tree in [&link, &folder, &linked, &file] {
        tip = repository.commit_tree(tree, &[&tip]);
    }
    let steps = steps(&repository, &tip);
    let heads: Vec<String> = steps
        .iter()
        .map(|step| read(step, Side::Head, "c/source-x/metadata.yaml"))
        .collect();
    assert_eq!(
        heads,
        [
            "not regular: Symlink",
            "not regular: Directory",
            "not regular: Symlink",
            "x\n"
        ]
    );
    assert!(steps.windows(2).all(|pair| {
        let metadata = "c/source-x/metadata.yaml";
        read(&pair[0], Side::Head, metadata) == read(&pair[1], Side::Base, metadata)
    }));
}

#[test]
fn the_boundary_of_a_shallow_clone_is_the_state_before() {
    let repository = repository();
    let shallow = repository.folder.path().join("shallow.git");
    let from = format!("file://{}", repository.path.display());
    repository.git(&[
        "clone",
        "--quiet",
        "--bare",
        "--depth=3",
        &from,
        shallow.to_str().unwrap(),
    ]);
    let history = History::open(&reader(&shallow), "HEAD", &connectors(), |_| false).unwrap();
    let steps: Vec<HistoryStep> = history.map(Result::unwrap).collect();
    assert_eq!(steps.len(), 2);
    assert_eq!(read(&steps[0], Side::Base, "c/source-a/metadata.yaml"), "a two\n");
}

#[test]
fn a_range_that_is_none_is_one_clear_line() {
    let repository = repository();
    for range in [
        "nowhere",
        "A..B..C",
        "HEAD...root",
        "-x",
        "--output=pwn",
        "a\nb",
        "root..nowhere",
    ] {
        let error = History::open(&repository.reader(), range, &connectors(), |_| false).unwrap_err();
        assert!(!format!("{error:#}").contains('\n'), "{range}: {error:#}");
    }
    assert!(!repository.path.join("pwn").exists());
}

#[test]
fn a_history_that_is_left_early_ends() {
    let repository = Repository::new();
    let mut input = String::new();
    for number in 0..2_000 {
        use std::fmt::Write;
        let text = format!("version {number}\n");
        let _ = write!(
            input,
            "commit refs/heads/main\ncommitter a <a@b> {number} +0000\ndata 1\nx\nM 100644 inline c/source-{}/metadata.yaml\ndata {}\n{text}\n",
            number % 9,
            text.len()
        );
    }
    repository.git_with(&["fast-import", "--quiet"], input.as_bytes());
    let mut history = History::open(&repository.reader(), "main", &connectors(), |_| true).unwrap();
    assert!(history.next().unwrap().is_ok());
    drop(history);
    let all = History::open(&repository.reader(), "main", &connectors(), |_| true).unwrap();
    for (number, step) in (1..).zip(all) {
        let step = step.unwrap();
        let metadata = format!("c/source-{}/metadata.yaml", number % 9);
        assert_eq!(read(&step, Side::Head, &metadata), format!("version {number}\n"));
        let before = if number < 9 {
            "absent".to_owned()
        } else {
            format!("version {}\n", number - 9)
        };
        assert_eq!(read(&step, Side::Base, &metadata), before);
    }
}
