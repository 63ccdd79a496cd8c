//! The hunks of a patch, and where a line goes from one content to another.

use super::Git;

/// One hunk; line numbers start at 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hunk {
    header: String,
    /// The lines of the hunk with their numbers at base and head, where they have one.
    lines: Vec<(Option<u64>, Option<u64>, String)>,
}

impl Hunk {
    /// Whether a comment can stand on a line of one side.
    pub(crate) fn holds(&self, left: bool, line: u64) -> bool {
        self.lines
            .iter()
            .any(|(base, head, _)| (if left { base } else { head }) == &Some(line))
    }

    /// The hunk up to a line of one side, as GitHub shows it above a comment.
    pub(crate) fn up_to(&self, left: bool, line: u64) -> String {
        let mut text = self.header.clone();
        for (base, head, shown) in &self.lines {
            text.push('\n');
            text.push_str(shown);
            if (if left { base } else { head }) == &Some(line) {
                break;
            }
        }
        text
    }

    /// The place of a line below the hunk's header.
    pub(crate) fn position(&self, left: bool, line: u64) -> Option<usize> {
        let found = self
            .lines
            .iter()
            .position(|(base, head, _)| (if left { base } else { head }) == &Some(line));
        found.map(|place| place + 1)
    }
}

/// Reads the hunks of a patch.
pub(crate) fn hunks(patch: &str) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    let (mut base, mut head) = (0, 0);
    for line in patch.split('\n') {
        if let Some((from_base, _, from_head, _)) = header(line) {
            (base, head) = (from_base, from_head);
            hunks.push(Hunk {
                header: line.to_owned(),
                lines: Vec::new(),
            });
            continue;
        }
        let Some(hunk) = hunks.last_mut() else { continue };
        let numbers = match line.as_bytes().first() {
            Some(b'+') => (None, Some(head)),
            Some(b'-') => (Some(base), None),
            Some(b'\\') => (None, None),
            _ => (Some(base), Some(head)),
        };
        base += u64::from(numbers.0.is_some());
        head += u64::from(numbers.1.is_some());
        hunk.lines.push((numbers.0, numbers.1, line.to_owned()));
    }
    hunks
}

/// `@@ -a,b +c,d @@`: first lines and counts of both sides.
fn header(line: &str) -> Option<(u64, u64, u64, u64)> {
    let rest = line.strip_prefix("@@ -")?;
    let (ranges, _) = rest.split_once(" @@")?;
    let (base, head) = ranges.split_once(" +")?;
    let range = |text: &str| -> Option<(u64, u64)> {
        match text.split_once(',') {
            Some((first, count)) => Some((first.parse().ok()?, count.parse().ok()?)),
            None => Some((text.parse().ok()?, 1)),
        }
    };
    let ((base, base_count), (head, head_count)) = (range(base)?, range(head)?);
    Some((base, base_count, head, head_count))
}

/// Where a line of one blob stands in another; `None` where it is gone or differs.
pub(crate) fn moved_line(git: &Git, from: &str, to: &str, line: u64) -> Option<u64> {
    if from == to {
        return Some(line);
    }
    let patch = git.run(
        &["diff", "--no-ext-diff", "--no-color", "--text", "-U0", from, to],
        b"",
    );
    let patch = String::from_utf8_lossy(&patch);
    let mut moved = i64::try_from(line).ok()?;
    for (first, count, head_first, head_count) in patch.lines().filter_map(header) {
        // An insertion names the line before it.
        let before = if count == 0 {
            first < line
        } else {
            first + count <= line
        };
        if count > 0 && (first..first + count).contains(&line) {
            return None;
        }
        if before {
            moved += i64::try_from(head_count).ok()? - i64::try_from(count).ok()?;
        }
        let _ = head_first;
    }
    u64::try_from(moved).ok()
}
