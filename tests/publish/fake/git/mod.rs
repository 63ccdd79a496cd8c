//! The objects of a repository, made and read by the git program.
//!
//! Knows objects, commits and diffs; branches and everything else that GitHub adds stand in the state.

mod diff;
mod files;
mod hunks;
mod objects;

pub(crate) use diff::{Comparison, FileDiff};
pub(crate) use files::Files;
pub(crate) use hunks::{Hunk, hunks, moved_line};
pub(crate) use objects::{Commit, Object, Signature, TreeEntry};

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

/// The differences found so far, by base and head.
type Comparisons = HashMap<(String, String), Arc<Vec<FileDiff>>>;

/// A bare repository in a folder of its own; gone with the value.
pub(crate) struct Git {
    _folder: TempDir,
    path: PathBuf,
    batch: Mutex<Option<objects::Batch>>,
    comparisons: Mutex<Comparisons>,
    made: AtomicU64,
}

impl Git {
    /// An empty repository, or one that sees the objects of another.
    pub(crate) fn new(other: Option<&Path>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("objects.git");
        let git = Self {
            _folder: folder,
            path,
            batch: Mutex::default(),
            comparisons: Mutex::default(),
            made: AtomicU64::new(0),
        };
        std::fs::create_dir(&git.path).unwrap();
        git.text(&["init", "--quiet", "--bare", "--initial-branch=nothing"]);
        if let Some(other) = other {
            let other = other.canonicalize().unwrap();
            let objects = [other.join("objects"), other.join(".git/objects")];
            let objects = objects.iter().find(|path| path.is_dir()).unwrap();
            let info = git.path.join("objects/info");
            std::fs::create_dir_all(&info).unwrap();
            std::fs::write(info.join("alternates"), format!("{}\n", objects.display())).unwrap();
        }
        git
    }

    /// Where the repository is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Runs git and expects it to end well.
    pub(crate) fn run(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let (ended_well, output, errors) = self.attempt(arguments, input);
        assert!(ended_well, "git {arguments:?}: {errors}");
        output
    }

    /// Runs git; whether it ended well, its output, its errors.
    pub(crate) fn attempt(&self, arguments: &[&str], input: &[u8]) -> (bool, Vec<u8>, String) {
        let mut child = command(&self.path).args(arguments).spawn().unwrap();
        let mut standard_input = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || standard_input.write_all(input));
            child.wait_with_output().unwrap()
        });
        (
            output.status.success(),
            output.stdout,
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }

    /// Git's answer as a line of text.
    pub(crate) fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments, b"");
        String::from_utf8_lossy(&output).trim_end().to_owned()
    }

    /// The id of the commit that a revision names in this or the other repository.
    pub(crate) fn commit_named(&self, revision: &str) -> Option<String> {
        let named = format!("{revision}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", &named];
        let (found, output, _) = self.attempt(&arguments, b"");
        found.then(|| String::from_utf8(output).unwrap().trim_end().to_owned())
    }

    /// The merge base of two commits.
    pub(crate) fn merge_base(&self, one: &str, other: &str) -> Option<String> {
        if one == other {
            return Some(one.to_owned());
        }
        let (found, output, _) = self.attempt(&["merge-base", one, other], b"");
        let first = String::from_utf8(output).unwrap();
        found.then(|| first.lines().next().unwrap_or_default().to_owned())
    }

    /// The commits that `to` has and `from` has not, oldest first.
    pub(crate) fn commits_between(&self, from: &str, to: &str) -> Vec<String> {
        let range = format!("{from}..{to}");
        let output = self.text(&["rev-list", "--reverse", "--topo-order", &range]);
        output.lines().map(str::to_owned).collect()
    }

    /// The commit that merges `other` into `one`.
    pub(crate) fn merge(&self, one: &str, other: &str, message: &str) -> String {
        let tree = self.text(&["merge-tree", "--write-tree", one, other]);
        self.commit_tree(&tree, &[one, other], message)
    }

    fn next(&self) -> u64 {
        self.made.fetch_add(1, Ordering::Relaxed)
    }
}

#[expect(clippy::disallowed_methods, reason = "fixtures are made with git itself")]
fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .args(["-c", "core.quotePath=false", "-c", "gc.auto=0"])
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_LITERAL_PATHSPECS", "1")
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}
