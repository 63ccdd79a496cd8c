//! The `git` program: how it is started, and what it may see and do.
//!
//! The only place that starts a process. What the repository, its configuration or the change says reaches git as an
//! object id or on standard input, never as an argument.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};

use super::operation::Operation;
use crate::text::escape_controls;

/// The variables that git may see; all others, tokens among them, stay here.
const PASSED_ON: [&str; 13] = [
    "PATH",
    "HOME",
    "XDG_CONFIG_HOME",
    "USERPROFILE",
    "HOMEDRIVE",
    "HOMEPATH",
    "SYSTEMROOT",
    "TMPDIR",
    "TEMP",
    "TMP",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
];

/// What git must not do here, whatever the repository's configuration says.
const SURROUNDINGS: [(&str, &str); 8] = [
    ("LC_ALL", "C"),
    ("GIT_LITERAL_PATHSPECS", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_ATTR_NOSYSTEM", "1"),
    ("GIT_ALLOW_PROTOCOL", "none"),
];

/// Arguments before every command: nothing that a configuration names is run.
const GUARDS: [&str; 19] = [
    "--no-pager",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.attributesFile=/dev/null",
    "-c",
    "core.quotePath=false",
    "-c",
    "core.preloadIndex=true",
    "-c",
    "diff.external=",
    "-c",
    "submodule.recurse=false",
    "-c",
    "log.showSignature=false",
    "-c",
    "log.showRoot=true",
];

/// A repository and the environment in which git reads it.
#[derive(Debug, Clone)]
pub struct Git {
    repository: PathBuf,
    environment: Vec<(OsString, OsString)>,
    filters: Vec<String>,
}

impl Git {
    /// Names a repository: its working tree, a folder in it, or a bare repository.
    ///
    /// Of the environment only the variables that git needs to run are passed on.
    pub fn new(repository: &Path, environment: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let needed = |name: &OsString| PASSED_ON.iter().any(|passed| name.eq_ignore_ascii_case(passed));
        Self {
            repository: repository.to_owned(),
            environment: environment.into_iter().filter(|(name, _)| needed(name)).collect(),
            filters: Vec::new(),
        }
    }

    /// The same repository with these filters (as the configuration names them) made to do nothing.
    pub(super) fn without_filters(&self, filters: Vec<String>) -> Self {
        Self {
            filters,
            ..self.clone()
        }
    }

    /// The same git, started in another folder.
    pub(super) fn at(&self, repository: &Path) -> Self {
        Self {
            repository: repository.to_owned(),
            ..self.clone()
        }
    }

    pub(super) fn repository(&self) -> &Path {
        &self.repository
    }

    /// Starts a command; its output is read by the caller.
    pub(super) fn start(&self, operation: &Operation<'_>) -> anyhow::Result<Running> {
        #[expect(clippy::disallowed_methods, reason = "the one place that starts git")]
        let mut command = Command::new("git");
        command
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.envs(SURROUNDINGS).env("GIT_GRAFT_FILE", null_device());
        for (index, (key, value)) in self.overrides().enumerate() {
            command.env(format!("GIT_CONFIG_KEY_{index}"), key);
            command.env(format!("GIT_CONFIG_VALUE_{index}"), value);
        }
        command.env("GIT_CONFIG_COUNT", self.overrides().count().to_string());
        command
            .arg("-C")
            .arg(&self.repository)
            .args(GUARDS)
            .args(operation.arguments());
        let takes_input = *operation == Operation::Objects;
        command.stdin(if takes_input {
            Stdio::piped()
        } else {
            Stdio::null()
        });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().context("starting the `git` program")?;
        Ok(Running { child })
    }

    /// Runs a command to its end.
    pub(super) fn run(&self, operation: &Operation<'_>) -> anyhow::Result<Finished> {
        self.start(operation)?.finish()
    }

    /// Every way in which a filter could be run, emptied; a name with a `=` would not fit on the command line.
    fn overrides(&self) -> impl Iterator<Item = (String, &'static str)> {
        let ways = [
            ("clean", ""),
            ("process", ""),
            ("smudge", ""),
            ("required", "false"),
        ];
        self.filters
            .iter()
            .flat_map(move |name| ways.map(|(way, value)| (format!("filter.{name}.{way}"), value)))
    }
}

fn null_device() -> &'static str {
    if cfg!(windows) { "NUL" } else { "/dev/null" }
}

/// A started command; ended when it is dropped.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) child: Child,
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) code: Option<i32>,
    pub(super) output: Vec<u8>,
    pub(super) complaint: String,
}

impl Running {
    /// Reads all output and waits for the end.
    pub(super) fn finish(mut self) -> anyhow::Result<Finished> {
        let mut output = Vec::new();
        let stderr = self.child.stderr.take();
        // Git says little; more than a pipe holds is read beside the output, so that neither waits for the other.
        let reader = std::thread::spawn(move || complaint(stderr));
        if let Some(mut stdout) = self.child.stdout.take() {
            stdout.read_to_end(&mut output).context("reading from git")?;
        }
        let status = self.child.wait().context("waiting for git")?;
        Ok(Finished {
            code: status.code(),
            output,
            complaint: reader.join().unwrap_or_default(),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A finished child refuses both, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Finished {
    /// The output of a command that must end well.
    pub(super) fn expect_success(self, what: &str) -> anyhow::Result<Vec<u8>> {
        if self.code == Some(0) {
            return Ok(self.output);
        }
        bail!("{what}: {}{}", self.complaint, hint(&self.complaint))
    }

    /// The output as one line of text.
    pub(super) fn line(&self) -> String {
        String::from_utf8_lossy(&self.output).trim_end().to_owned()
    }
}

/// What a person can do about a complaint.
fn hint(complaint: &str) -> &'static str {
    let partial = [
        "lazy fetching disabled",
        "unable to read",
        "promisor",
        "bad object",
        "could not fetch",
    ];
    if partial.iter().any(|words| complaint.contains(words)) {
        "; objects are missing, as in a partial clone: fetch them with `git fetch --refetch --no-filter`"
    } else {
        ""
    }
}

/// The first line that says what is wrong, made safe to print.
pub(super) fn complaint(stderr: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    let Some(mut stderr) = stderr else {
        return String::new();
    };
    let _ = stderr.by_ref().take(64 << 10).read_to_end(&mut bytes);
    // The rest is not kept, but git must be able to write it.
    let _ = std::io::copy(&mut stderr, &mut std::io::sink());
    let text = String::from_utf8_lossy(&bytes);
    let named = |line: &&str| line.starts_with("fatal:") || line.starts_with("error:");
    let line = text
        .lines()
        .find(named)
        .or_else(|| text.lines().next())
        .unwrap_or("git gave no reason");
    escape_controls(line.trim_start_matches("fatal: ").trim_start_matches("error: "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_reaches_git() {
        let variables = [
            "PATH",
            "GITHUB_TOKEN",
            "GH_TOKEN",
            "GIT_DIR",
            "GIT_CONFIG_PARAMETERS",
            "LD_PRELOAD",
            "home",
        ];
        let pairs = variables.map(|name| (OsString::from(name), OsString::from("canary")));
        let names: Vec<_> = Git::new(Path::new("."), pairs)
            .environment
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["PATH", "home"]);
    }

    #[test]
    fn the_reason_is_one_safe_line() {
        let stderr = &b"warning: x\nfatal: bad \x1b[31m object\nmore\n"[..];
        assert_eq!(complaint(Some(stderr)), "bad \\u{1b}[31m object");
        assert_eq!(complaint(Some(&b""[..])), "git gave no reason");
    }
}
