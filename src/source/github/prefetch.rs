//! Which folders will be wanted, guessed from the paths that a comparison names.
//!
//! A wrong guess costs a line of a query and decides nothing. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::changeset::Side;
use crate::ids::RepoPath;

/// The folders above paths, on the sides where they will be looked at, the shallow ones first.
///
/// At the target, the innermost folders mostly are those of base: they come last.
pub(super) fn folders<'p>(
    paths: impl IntoIterator<Item = &'p RepoPath>,
    reads_target: bool,
    most: usize,
) -> Vec<(Side, RepoPath)> {
    let mut above: BTreeSet<RepoPath> = BTreeSet::new();
    for path in paths {
        let mut folder = path.parent();
        while let Some(here) = folder.filter(|folder| !folder.is_root()) {
            folder = here.parent();
            if !above.insert(here) {
                break;
            }
        }
    }
    let depth = |folder: &RepoPath| folder.as_bytes().split(|byte| *byte == b'/').count();
    let mut levels: BTreeMap<usize, Vec<RepoPath>> = BTreeMap::new();
    let outer: BTreeSet<RepoPath> = above.iter().filter_map(RepoPath::parent).collect();
    for folder in &above {
        levels.entry(depth(folder)).or_default().push(folder.clone());
    }
    let mut wanted: Vec<(Side, RepoPath)> = Vec::new();
    let mut last = Vec::new();
    for folder in levels.into_values().flatten() {
        wanted.push((Side::Head, folder.clone()));
        wanted.push((Side::Base, folder.clone()));
        match (reads_target, outer.contains(&folder)) {
            (true, true) => wanted.push((Side::Target, folder)),
            (true, false) => last.push((Side::Target, folder)),
            (false, _) => {}
        }
    }
    wanted.extend(last);
    wanted.truncate(most);
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(paths: &[&str], reads_target: bool, most: usize) -> Vec<String> {
        let paths: Vec<RepoPath> = paths
            .iter()
            .map(|path| RepoPath::new(path.as_bytes()).unwrap())
            .collect();
        let letter = |side| match side {
            Side::Base => 'b',
            Side::Head => 'h',
            Side::Target => 't',
        };
        folders(&paths, reads_target, most)
            .into_iter()
            .map(|(side, folder)| format!("{} {folder}", letter(side)))
            .collect()
    }

    #[test]
    fn each_folder_stands_once_for_each_side_and_the_shallow_ones_come_first() {
        assert_eq!(
            guess(&["c/x/m", "c/x/n", "c/y/m", "top"], false, 99),
            ["h c", "b c", "h c/x", "b c/x", "h c/y", "b c/y"]
        );
    }

    #[test]
    fn innermost_folders_of_the_target_come_last() {
        assert_eq!(
            guess(&["c/x/m", "d/m"], true, 99),
            [
                "h c", "b c", "t c", "h d", "b d", "h c/x", "b c/x", "t d", "t c/x"
            ]
        );
    }

    #[test]
    fn there_are_no_more_than_fit() {
        assert_eq!(guess(&["a/b/c/d"], true, 4), ["h a", "b a", "t a", "h a/b"]);
        let deep = "a/".repeat(2_000) + "x";
        assert_eq!(guess(&[&deep], true, 200).len(), 200);
    }
}
