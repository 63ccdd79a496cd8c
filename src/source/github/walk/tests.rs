//! Two trees side by side, drawn in a few letters.

use super::*;

/// A mode, a name and the digit that the id consists of.
type Row<'t> = (u32, &'t str, char);
/// A tree by the digit that its id consists of.
type Drawn<'t> = (char, &'t [Row<'t>]);

/// Trees by their ids.
struct Store(BTreeMap<ObjectId, Result<Arc<Tree>, String>>);

impl TreeStore for Store {
    fn load(&mut self, _: BTreeSet<ObjectId>) -> anyhow::Result<()> {
        Ok(())
    }

    fn tree(&self, id: &ObjectId) -> Option<&Result<Arc<Tree>, String>> {
        self.0.get(id)
    }
}

fn id(digit: char) -> ObjectId {
    ObjectId::new(&digit.to_string().repeat(40)).unwrap()
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text.as_bytes()).unwrap()
}

fn store(trees: &[Drawn]) -> Store {
    let tree = |entries: &[Row]| {
        let entries = entries.iter().map(|(mode, name, digit)| TreeEntry {
            name: name.as_bytes().into(),
            mode: *mode,
            id: id(*digit),
        });
        Ok(Arc::new(Tree::new(entries.collect()).unwrap()))
    };
    Store(
        trees
            .iter()
            .map(|(digit, entries)| (id(*digit), tree(entries)))
            .collect(),
    )
}

const FILE: u32 = 0o100_644;
const PROGRAM: u32 = 0o100_755;
const LINK: u32 = 0o120_000;
const MODULE: u32 = 0o160_000;
const FOLDER: u32 = 0o040_000;

/// The differences between the trees `a` and `b`, as letters and paths.
fn rows(trees: &[Drawn], moves: &[(&str, &str)]) -> (Vec<String>, Vec<Gap>) {
    let mut difference = Difference::between(&mut store(trees), &id('a'), &id('b')).unwrap();
    let gaps = std::mem::take(&mut difference.gaps);
    let moves: Vec<_> = moves.iter().map(|(from, to)| (path(from), path(to))).collect();
    let mut rows: Vec<String> = difference
        .into_files(&moves)
        .into_iter()
        .map(|file| match file {
            ChangedFile::Added(entry) => format!("A {}", entry.path),
            ChangedFile::Deleted(entry) => format!("D {}", entry.path),
            ChangedFile::Modified { head, .. } => format!("M {}", head.path),
            ChangedFile::Renamed { base, head } => format!("R {} {}", base.path, head.path),
        })
        .collect();
    rows.sort();
    (rows, gaps)
}

#[test]
fn every_kind_of_difference_is_a_row() {
    let base: &[_] = &[
        (FILE, "edited", '1'),
        (FILE, "gone", '1'),
        (FILE, "mode", '1'),
        (FILE, "link", '1'),
        (MODULE, "module", '1'),
        (FOLDER, "same", '9'),
        (FOLDER, "folder", 'c'),
        (FILE, "becomes", '1'),
        (FOLDER, "flattens", 'c'),
    ];
    let head: &[_] = &[
        (FILE, "edited", '2'),
        (FILE, "new", '1'),
        (PROGRAM, "mode", '1'),
        (LINK, "link", '1'),
        (MODULE, "module", '2'),
        (FOLDER, "same", '9'),
        (FOLDER, "folder", 'd'),
        (FOLDER, "becomes", 'd'),
        (FILE, "flattens", '1'),
    ];
    let trees: &[Drawn] = &[
        ('a', base),
        ('b', head),
        ('c', &[(FILE, "x", '1')]),
        ('d', &[(FILE, "x", '2')]),
    ];
    let (rows, gaps) = rows(trees, &[]);
    assert_eq!(
        rows,
        [
            "A becomes/x",
            "A flattens",
            "A new",
            "D becomes",
            "D flattens/x",
            "D gone",
            "M edited",
            "M folder/x",
            "M link",
            "M mode",
            "M module",
        ]
    );
    assert!(gaps.is_empty());
}

#[test]
fn a_move_joins_a_file_that_is_gone_with_one_that_is_new_and_nothing_else() {
    let trees: &[Drawn] = &[
        ('a', &[(FILE, "kept", '1'), (FILE, "old", '1')]),
        (
            'b',
            &[(FILE, "kept", '2'), (FILE, "new", '1'), (FILE, "other", '1')],
        ),
    ];
    let joined = |moves: &[(&str, &str)]| rows(trees, moves).0;
    assert_eq!(joined(&[("old", "new")]), ["A other", "M kept", "R old new"]);
    assert_eq!(
        joined(&[("old", "new"), ("old", "other")]),
        ["A other", "M kept", "R old new"]
    );
    for wrong in [("kept", "new"), ("old", "kept"), ("never", "new")] {
        assert_eq!(joined(&[wrong]), ["A new", "A other", "D old", "M kept"]);
    }
}

#[test]
fn what_no_checkout_could_hold_is_a_gap() {
    for (entry, why) in [
        ((FILE, "..", '1'), ".."),
        ((FOLDER, ".git", '1'), ".git"),
        ((0o777, "odd", '1'), "mode"),
    ] {
        let (rows, gaps) = rows(&[('a', &[]), ('b', &[entry])], &[]);
        assert!(rows.is_empty(), "{why}");
        assert!(
            matches!(gaps.as_slice(), [gap] if gap.why.contains(why)),
            "{gaps:?}"
        );
    }
    let doubled: &[_] = &[(FILE, "metadata.yaml", '1'), (FILE, "metadata.yaml", '2')];
    let (found, gaps) = rows(&[('a', &[(FILE, "metadata.yaml", '1')]), ('b', doubled)], &[]);
    assert!(found.is_empty() && gaps[0].why == DOUBLED);
    assert_eq!(
        rows(&[('a', doubled), ('b', doubled)], &[]),
        (Vec::new(), Vec::new())
    );
}

#[test]
fn a_tree_that_cannot_be_read_is_a_gap_and_the_rest_is_walked() {
    let trees: &[Drawn] = &[
        ('a', &[(FOLDER, "lost", 'e'), (FILE, "x", '1')]),
        ('b', &[(FOLDER, "lost", 'f'), (FILE, "x", '2')]),
    ];
    let (rows, gaps) = rows(trees, &[]);
    assert_eq!(rows, ["M x"]);
    assert_eq!(gaps[0].path, Some(path("lost")));
}
