//! What differs between two commits, as git says: files, counts, patches.

use std::sync::Arc;

use super::Git;

/// The longest patch that GitHub sends, in bytes and in lines ("Repository limits" in its documentation).
const LONGEST_PATCH: usize = 500 * 1024;
const MOST_PATCH_LINES: usize = 20_000;

/// One changed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileDiff {
    /// The path at head, or at base where the file is gone.
    pub(crate) path: String,
    /// The earlier path of a renamed file.
    pub(crate) from: Option<String>,
    /// In GitHub's words: `added`, `removed`, `modified`, `renamed`, `changed`.
    pub(crate) status: &'static str,
    pub(crate) base_mode: String,
    pub(crate) base_id: String,
    pub(crate) head_id: String,
    pub(crate) additions: usize,
    pub(crate) deletions: usize,
    /// From the first `@@`; absent for binary files, pure renames and what is too large.
    pub(crate) patch: Option<String>,
}

impl FileDiff {
    /// The path at base.
    pub(crate) fn base_path(&self) -> &str {
        self.from.as_deref().unwrap_or(&self.path)
    }

    /// The id that GitHub lists: that at head, or at base where the file is gone.
    pub(crate) fn listed_id(&self) -> &str {
        if self.status == "removed" {
            &self.base_id
        } else {
            &self.head_id
        }
    }
}

/// Two commits and what lies between them.
#[derive(Debug, Clone)]
pub(crate) struct Comparison {
    pub(crate) merge_base: String,
    pub(crate) files: Arc<Vec<FileDiff>>,
    /// Commits of head that base has not, oldest first.
    pub(crate) ahead: Vec<String>,
    pub(crate) behind: usize,
}

impl Git {
    /// Compares head with the merge base of both, as `base...head` does.
    pub(crate) fn compare(&self, base: &str, head: &str) -> Option<Comparison> {
        let merge_base = self.merge_base(base, head)?;
        Some(Comparison {
            files: self.diff(&merge_base, head),
            ahead: self.commits_between(&merge_base, head),
            behind: self.commits_between(head, base).len(),
            merge_base,
        })
    }

    /// The files that differ, renamed ones as git finds them.
    pub(crate) fn diff(&self, base: &str, head: &str) -> Arc<Vec<FileDiff>> {
        let key = (base.to_owned(), head.to_owned());
        if let Some(known) = self.comparisons.lock().unwrap().get(&key) {
            return Arc::clone(known);
        }
        let files = Arc::new(self.read_diff(base, head));
        self.comparisons.lock().unwrap().insert(key, Arc::clone(&files));
        files
    }

    fn read_diff(&self, base: &str, head: &str) -> Vec<FileDiff> {
        let common = ["diff", "--no-ext-diff", "--no-textconv", "--no-color", "-M"];
        let listed = [
            &common[..],
            &["--raw", "--numstat", "--no-abbrev", "-z", base, head],
        ]
        .concat();
        let listed = self.run(&listed, b"");
        let mut files = read_list(&listed);
        let patched = [&common[..], &["--patch", "-U3", "--full-index", base, head]].concat();
        let patched = self.run(&patched, b"");
        let mut found = sections(&patched).into_iter();
        for file in &mut files {
            let patch = found.next().flatten();
            if file.status == "changed" {
                // A file that becomes a link is two sections: one leaves, one comes.
                found.next();
                continue;
            }
            file.patch = patch.filter(|patch| {
                patch.len() <= LONGEST_PATCH
                    && patch.bytes().filter(|&byte| byte == b'\n').count() < MOST_PATCH_LINES
            });
        }
        files
    }
}

fn read_list(bytes: &[u8]) -> Vec<FileDiff> {
    let mut parts = bytes.split(|&byte| byte == 0).peekable();
    let mut files = Vec::new();
    let text = |part: Option<&[u8]>| String::from_utf8_lossy(part.unwrap_or_default()).into_owned();
    while parts.peek().is_some_and(|part| part.starts_with(b":")) {
        let head = text(parts.next());
        let words: Vec<&str> = head.trim_start_matches(':').split(' ').collect();
        let first = text(parts.next());
        let renamed = words[4].starts_with(['R', 'C']);
        let second = renamed.then(|| text(parts.next()));
        let status = match &words[4][..1] {
            "A" => "added",
            "D" => "removed",
            "R" => "renamed",
            "T" => "changed",
            _ => "modified",
        };
        files.push(FileDiff {
            path: second.clone().unwrap_or_else(|| first.clone()),
            from: second.map(|_| first),
            status,
            base_mode: words[0].to_owned(),
            base_id: words[2].to_owned(),
            head_id: words[3].to_owned(),
            additions: 0,
            deletions: 0,
            patch: None,
        });
    }
    for file in &mut files {
        let counts = text(parts.next());
        let mut counts = counts.split('\t');
        file.additions = counts.next().and_then(|count| count.parse().ok()).unwrap_or(0);
        file.deletions = counts.next().and_then(|count| count.parse().ok()).unwrap_or(0);
        if file.from.is_some() {
            parts.next();
            parts.next();
        }
    }
    files
}

/// The patch of each `diff --git` section, from its first hunk.
fn sections(bytes: &[u8]) -> Vec<Option<String>> {
    let mut sections: Vec<Option<String>> = Vec::new();
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(b"diff --git ") {
            sections.push(None);
            continue;
        }
        let Some(section) = sections.last_mut() else {
            continue;
        };
        if section.is_some() || line.starts_with(b"@@ ") {
            section
                .get_or_insert_default()
                .push_str(&String::from_utf8_lossy(line));
        }
    }
    for section in sections.iter_mut().flatten() {
        if section.ends_with('\n') {
            section.pop();
        }
    }
    sections
}
