//! Repositories made for a test with the git program, and a source opened on them.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use jiff::civil::{Date, date};
use tempfile::TempDir;
use tierguard::changeset::{ChangeSet, Fetched, Identity, Need, Side};
use tierguard::ids::RepoPath;
use tierguard::roots::ConnectorRoots;
use tierguard::source::git::{Git, GitSource};
use tierguard::source::{Connectors, Source};

/// The day of every test.
pub(crate) const TODAY: Date = date(2025, 4, 7);

/// A repository in a folder of its own; gone with the test.
pub(crate) struct Repository {
    pub(crate) folder: TempDir,
    pub(crate) path: PathBuf,
}

/// One entry of a tree that a test makes by hand: mode, name, object id.
pub(crate) type TreeEntry<'a> = (&'a str, &'a [u8], &'a str);

impl Repository {
    /// An empty repository with the branch `main`.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("repository");
        std::fs::create_dir(&path).unwrap();
        let repository = Self { folder, path };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    /// Runs git and expects it to end well; its output without the last line break.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_with(arguments, b"")
    }

    pub(crate) fn git_with(&self, arguments: &[&str], input: &[u8]) -> String {
        let output = run_git(&self.path, arguments, input);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let whole = self.path.join(path);
        std::fs::create_dir_all(whole.parent().unwrap()).unwrap();
        std::fs::write(whole, content).unwrap();
    }

    /// Commits all of the working tree; the commit's id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&[
            "commit",
            "--quiet",
            "--allow-empty",
            "--allow-empty-message",
            "--message",
            message,
        ]);
        self.git(&["rev-parse", "HEAD"])
    }

    pub(crate) fn blob(&self, content: &str) -> String {
        self.git_with(&["hash-object", "-w", "--stdin"], content.as_bytes())
    }

    /// Makes a tree of any entries, in their order; git itself checks nothing.
    pub(crate) fn tree(&self, entries: &[TreeEntry<'_>]) -> String {
        let mut bytes = Vec::new();
        for (mode, name, id) in entries {
            bytes.extend_from_slice(mode.as_bytes());
            bytes.push(b' ');
            bytes.extend_from_slice(name);
            bytes.push(0);
            bytes.extend(
                (0..id.len())
                    .step_by(2)
                    .map(|at| u8::from_str_radix(&id[at..at + 2], 16).unwrap()),
            );
        }
        self.git_with(
            &["hash-object", "-t", "tree", "-w", "--stdin", "--literally"],
            &bytes,
        )
    }

    /// The tree of a repository with one connector, `c/<name>`, of these entries.
    pub(crate) fn connector(&self, name: &[u8], entries: &[TreeEntry<'_>]) -> String {
        let connector = self.tree(entries);
        let connectors = self.tree(&[("40000", name, &connector)]);
        self.tree(&[("40000", b"c", &connectors)])
    }

    pub(crate) fn commit_tree(&self, tree: &str, parents: &[&str]) -> String {
        let mut arguments = vec!["commit-tree", tree, "-m", "made by hand"];
        for parent in parents {
            arguments.extend(["-p", parent]);
        }
        self.git(&arguments)
    }

    pub(crate) fn reader(&self) -> Git {
        reader(&self.path)
    }

    pub(crate) fn open(&self, base: &str, head: &str) -> GitSource {
        GitSource::open(&self.reader(), Some(base), Some(head)).unwrap()
    }

    pub(crate) fn open_working_tree(&self, base: &str) -> GitSource {
        GitSource::open(&self.reader(), Some(base), None).unwrap()
    }

    pub(crate) fn error(&self, base: Option<&str>, head: Option<&str>) -> String {
        format!("{:#}", GitSource::open(&self.reader(), base, head).unwrap_err())
    }
}

#[expect(clippy::disallowed_methods, reason = "fixtures are made with git itself")]
pub(crate) fn run_git(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new("git")
        .args(["-c", "user.name=someone", "-c", "user.email=someone@example.org"])
        .args(["-c", "protocol.file.allow=always", "-c", "commit.gpgSign=false"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_COMMITTER_DATE", "2025-04-06T23:30:00-05:00")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

pub(crate) fn reader(path: &Path) -> Git {
    Git::new(path, environment(path))
}

/// The environment of the test, with a home that holds no configuration.
pub(crate) fn environment(home: &Path) -> Vec<(OsString, OsString)> {
    let path = std::env::vars_os().find(|(name, _)| name == "PATH").unwrap();
    vec![path, ("HOME".into(), home.join("nowhere").into())]
}

/// Connectors in `c/*`, known by the first line of their metadata.
pub(crate) fn connectors() -> Connectors {
    Connectors {
        roots: ConnectorRoots::new(&["c/*"]).unwrap(),
        identity: |bytes| Identity {
            definition_id: String::from_utf8_lossy(bytes).lines().next().map(str::to_owned),
            docker_repository: None,
        },
    }
}

pub(crate) fn path(text: &str) -> RepoPath {
    RepoPath::new(text.as_bytes()).unwrap()
}

pub(crate) fn list(source: &mut impl Source) -> ChangeSet {
    source.change_set(TODAY).unwrap()
}

/// Reads one file and says what was found, as `absent`, `not regular: Symlink`, its text, or `gap: …`.
pub(crate) fn found(source: &mut impl Source, set: &mut ChangeSet, side: Side, path: &RepoPath) -> String {
    let gaps = set.gaps.len();
    source
        .fetch_into(set, &[Need::File(side, path.clone())], &connectors())
        .unwrap();
    match set.fetched(side, path) {
        Some(fetched) => shown(fetched),
        None => format!(
            "gap: {}",
            set.gaps[gaps..]
                .iter()
                .map(|gap| gap.why.clone())
                .collect::<String>()
        ),
    }
}

pub(crate) fn shown(fetched: &Fetched) -> String {
    match fetched {
        Fetched::Absent => "absent".to_owned(),
        Fetched::File(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Fetched::NotRegular(kind) => format!("not regular: {kind:?}"),
        Fetched::TooLarge { bytes } => format!("too large: {bytes}"),
    }
}

/// The changed files in one line each: `A path`, `D path`, `M path`, `R from -> to`, with kinds that are not regular.
pub(crate) fn rows(set: &ChangeSet) -> Vec<String> {
    use tierguard::changeset::{ChangedFile, Entry, FileKind};
    let entry = |entry: &Entry| match entry.kind {
        FileKind::Regular => entry.path.to_string(),
        kind => format!("{} ({kind:?})", entry.path),
    };
    let row = |file: &ChangedFile| match file {
        ChangedFile::Added(head) => format!("A {}", entry(head)),
        ChangedFile::Deleted(base) => format!("D {}", entry(base)),
        ChangedFile::Modified { base, head } if base.kind == head.kind => format!("M {}", entry(head)),
        ChangedFile::Modified { base, head } => format!("M {} -> {:?}", entry(base), head.kind),
        ChangedFile::Renamed { base, head } => format!("R {} -> {}", entry(base), entry(head)),
    };
    set.files.iter().map(row).collect()
}
