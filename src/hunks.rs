//! Which lines of a change can take a comment.
//!
//! Knows two texts or GitHub's patch of them; knows no finding and no forge.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use crate::changeset::Side;

/// The unchanged lines around a change that belong to its hunk, as git counts them.
const CONTEXT: usize = 3;

/// The most lines that are compared one by one; the differing middle of a longer pair is one hunk.
///
/// The time of the comparison grows with the square of this number in the worst case.
const MOST_COMPARED: usize = 8_000;

/// The hunks of one changed file; line numbers start at 1 on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hunks(Vec<Hunk>);

/// A run of lines on both sides, and which of them differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Hunk {
    base: SideLines,
    head: SideLines,
}

/// The lines of a hunk on one side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct SideLines {
    all: Range<usize>,
    changed: Vec<Range<usize>>,
}

impl SideLines {
    fn starting_at(line: usize) -> Self {
        Self {
            all: line..line,
            changed: Vec::new(),
        }
    }

    fn take(&mut self, lines: usize, changed: bool) {
        let taken = self.all.end..self.all.end.saturating_add(lines);
        self.all.end = taken.end;
        if !changed || taken.is_empty() {
            return;
        }
        match self.changed.last_mut() {
            Some(last) if last.end == taken.start => last.end = taken.end,
            _ => self.changed.push(taken),
        }
    }
}

impl Hunks {
    /// Compares two texts; the empty text stands for a file that is not there.
    pub fn between(base: &str, head: &str) -> Self {
        let base: Vec<&str> = base.split_inclusive('\n').collect();
        let head: Vec<&str> = head.split_inclusive('\n').collect();
        let before = base
            .iter()
            .zip(&head)
            .take_while(|(one, other)| one == other)
            .count();
        let pairs = base[before..].iter().rev().zip(head[before..].iter().rev());
        let after = pairs.take_while(|(one, other)| one == other).count();
        let (base_middle, head_middle) = (base.len() - before - after, head.len() - before - after);
        let operations = if base_middle == 0 && head_middle == 0 {
            Vec::new()
        } else if base_middle + head_middle > MOST_COMPARED {
            around_one_block(before, base_middle, head_middle, after)
        } else {
            capture_diff_slices(Algorithm::Myers, &base, &head)
        };
        Self(
            group_diff_ops(operations, CONTEXT)
                .iter()
                .filter_map(|group| hunk(group))
                .collect(),
        )
    }

    /// Reads the hunks of a unified patch, as GitHub's list of files carries it.
    ///
    /// What cannot be read ends the hunk: its lines then take no comment.
    pub fn of_patch(patch: &str) -> Self {
        let mut hunks: Vec<Hunk> = Vec::new();
        let mut left = (0_usize, 0_usize);
        for line in patch.split('\n') {
            if left == (0, 0) {
                if let Some((base, head)) = hunk_header(line) {
                    hunks.push(Hunk {
                        base: SideLines::starting_at(base.start),
                        head: SideLines::starting_at(head.start),
                    });
                    left = (base.len(), head.len());
                }
                continue;
            }
            let Some(hunk) = hunks.last_mut() else { continue };
            match (line.as_bytes().first(), left) {
                (Some(b' '), (1.., 1..)) => {
                    hunk.base.take(1, false);
                    hunk.head.take(1, false);
                    left = (left.0 - 1, left.1 - 1);
                }
                (Some(b'-'), (1.., _)) => {
                    hunk.base.take(1, true);
                    left.0 -= 1;
                }
                (Some(b'+'), (_, 1..)) => {
                    hunk.head.take(1, true);
                    left.1 -= 1;
                }
                (Some(b'\\'), _) => {}
                _ => left = (0, 0),
            }
        }
        Self(hunks)
    }

    /// Whether a line can take a comment.
    pub fn contains(&self, side: Side, line: usize) -> bool {
        self.same_hunk(side, line, line)
    }

    /// Whether a run of lines (both ends included) lies in one hunk, so that one comment can span it.
    pub fn same_hunk(&self, side: Side, first: usize, last: usize) -> bool {
        first <= last
            && self
                .sides(side)
                .any(|lines| lines.all.contains(&first) && lines.all.contains(&last))
    }

    /// Whether a line was added (at head) or removed (at base).
    pub fn is_changed(&self, side: Side, line: usize) -> bool {
        self.sides(side)
            .any(|lines| lines.changed.iter().any(|range| range.contains(&line)))
    }

    fn sides(&self, side: Side) -> impl Iterator<Item = &SideLines> {
        self.0.iter().filter_map(move |hunk| match side {
            Side::Base => Some(&hunk.base),
            Side::Head => Some(&hunk.head),
            // A pull request shows the merge base and the head; nothing can be said on the target's lines.
            Side::Target => None,
        })
    }
}

fn around_one_block(before: usize, base: usize, head: usize, after: usize) -> Vec<DiffOp> {
    vec![
        DiffOp::Equal {
            old_index: 0,
            new_index: 0,
            len: before,
        },
        DiffOp::Replace {
            old_index: before,
            old_len: base,
            new_index: before,
            new_len: head,
        },
        DiffOp::Equal {
            old_index: before + base,
            new_index: before + head,
            len: after,
        },
    ]
}

fn hunk(group: &[DiffOp]) -> Option<Hunk> {
    let first = group.first()?;
    let mut hunk = Hunk {
        base: SideLines::starting_at(first.old_range().start + 1),
        head: SideLines::starting_at(first.new_range().start + 1),
    };
    for operation in group {
        let changed = !matches!(operation, DiffOp::Equal { .. });
        hunk.base.take(operation.old_range().len(), changed);
        hunk.head.take(operation.new_range().len(), changed);
    }
    Some(hunk)
}

/// The lines of both sides in `@@ -a,b +c,d @@`.
fn hunk_header(line: &str) -> Option<(Range<usize>, Range<usize>)> {
    let (ranges, _) = line.strip_prefix("@@ -")?.split_once(" @@")?;
    let (base, head) = ranges.split_once(" +")?;
    let range = |text: &str| {
        let (start, length) = text.split_once(',').unwrap_or((text, "1"));
        let start: usize = start.parse().ok()?;
        Some(start..start.checked_add(length.parse().ok()?)?)
    };
    Some((range(base)?, range(head)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n";

    fn lines(hunks: &Hunks, side: Side, most: usize) -> Vec<usize> {
        (0..=most).filter(|line| hunks.contains(side, *line)).collect()
    }

    #[test]
    fn three_lines_around_a_change_can_take_a_comment() {
        let hunks = Hunks::between(BASE, &BASE.replace("\n10\n", "\nten\nand a half\n"));
        assert_eq!(lines(&hunks, Side::Base, 30), [7, 8, 9, 10, 11, 12, 13]);
        assert_eq!(lines(&hunks, Side::Head, 30), [7, 8, 9, 10, 11, 12, 13, 14]);
        assert!(hunks.is_changed(Side::Head, 11) && !hunks.is_changed(Side::Head, 12));
        assert!(hunks.is_changed(Side::Base, 10) && !hunks.is_changed(Side::Base, 11));
        assert!(lines(&hunks, Side::Target, 30).is_empty());
    }

    #[test]
    fn a_comment_spans_one_hunk_and_not_two() {
        let hunks = Hunks::between(BASE, &BASE.replace("\n2\n", "\ntwo\n").replace("\n19\n", "\nx\n"));
        assert!(hunks.same_hunk(Side::Head, 1, 5));
        assert!(!hunks.same_hunk(Side::Head, 5, 16));
        assert!(!hunks.same_hunk(Side::Head, 1, 19));
        assert!(!hunks.same_hunk(Side::Head, 5, 1));
    }

    #[test]
    fn all_lines_of_an_added_or_deleted_file_can_take_a_comment() {
        let added = Hunks::between("", "a\nb");
        assert_eq!(lines(&added, Side::Head, 9), [1, 2]);
        assert!(lines(&added, Side::Base, 9).is_empty());
        let deleted = Hunks::between("a\nb\n", "");
        assert_eq!(lines(&deleted, Side::Base, 9), [1, 2]);
        assert!(lines(&deleted, Side::Head, 9).is_empty());
    }

    #[test]
    fn the_same_text_has_no_hunk() {
        assert_eq!(Hunks::between(BASE, BASE), Hunks::default());
        assert_eq!(Hunks::between("", ""), Hunks::default());
    }

    #[test]
    fn only_a_line_feed_ends_a_line() {
        let hunks = Hunks::between("a\rb\u{2028}c\nd\n", "a\rb\u{2028}c\ne\n");
        assert!(hunks.is_changed(Side::Head, 2) && !hunks.is_changed(Side::Head, 3));
    }

    #[test]
    fn a_pair_that_differs_everywhere_is_one_hunk() {
        let (base, head) = ("a\n".repeat(9_000), "b\n".repeat(9_000));
        let hunks = Hunks::between(&format!("{BASE}{base}"), &format!("{BASE}{head}"));
        assert!(hunks.same_hunk(Side::Head, 18, 9_020));
        assert!(!hunks.contains(Side::Head, 17));
    }

    #[test]
    fn a_patch_of_github_gives_the_same_lines() {
        let patch =
            "@@ -1,3 +1,4 @@ data:\n a\n-b\n+c\n+d\n e\n\\ No newline at end of file\n@@ -20 +21,0 @@\n-x";
        let hunks = Hunks::of_patch(patch);
        assert_eq!(lines(&hunks, Side::Base, 30), [1, 2, 3, 20]);
        assert_eq!(lines(&hunks, Side::Head, 30), [1, 2, 3, 4]);
        assert!(hunks.is_changed(Side::Head, 3) && !hunks.is_changed(Side::Head, 4));
    }

    #[test]
    fn a_line_that_looks_like_a_header_stays_a_line() {
        let hunks = Hunks::of_patch("@@ -1,2 +1,2 @@\n-@@ -9,9 +9,9 @@\n+x\n y");
        assert_eq!(lines(&hunks, Side::Base, 30), [1, 2]);
    }

    #[test]
    fn a_broken_patch_promises_nothing() {
        for patch in [
            "",
            "@@",
            "@@ -1 +x @@\n+a",
            "@@ -99999999999999999999 +1 @@\n+a",
            "text",
        ] {
            assert_eq!(Hunks::of_patch(patch), Hunks::default(), "{patch}");
        }
        let cut = Hunks::of_patch("@@ -0,0 +1,18446744073709551614 @@\n+a\n?\n+b");
        assert_eq!(lines(&cut, Side::Head, 9), [1]);
    }
}
