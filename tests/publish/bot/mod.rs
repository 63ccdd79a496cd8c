//! The program as a workflow runs it: a clean environment, an event, files of the runner.
//!
//! After each run the invariants are checked that hold whatever the pull request and the server do.

#![allow(dead_code, reason = "one harness for all tests of the review")]
#![allow(unused_imports, reason = "one harness for all tests of the review")]

mod invariants;
mod markdown;
mod outputs;
mod process;
mod secrets;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::fake::World;

pub(crate) use markdown::faults as markdown_faults;
pub(crate) use outputs::{Command, commands, parse_outputs};
pub(crate) use process::Running;

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Output {
    /// The exit code; the negative number of the signal that ended it.
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// What the runner reads from `GITHUB_OUTPUT`.
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) step_summary: String,
    /// The commands that the runner reads from both streams.
    pub(crate) commands: Vec<Command>,
    /// The files in the workspace afterwards, without those that were there before.
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) took: Duration,
}

/// One run to be.
pub(crate) struct Bot<'w> {
    world: &'w World,
    sandbox: TempDir,
    token: String,
    /// `None` for a variable that is taken away.
    environment: BTreeMap<String, Option<String>>,
    arguments: Vec<String>,
    links: Vec<String>,
    kill_after: Option<usize>,
    patience: Duration,
    checked: bool,
    started: AtomicBool,
}

impl<'w> Bot<'w> {
    /// `tierguard review` in a workflow of the world's repository.
    pub(crate) fn new(world: &'w World) -> Self {
        let sandbox = tempfile::tempdir().unwrap();
        let bot = Self {
            world,
            token: world.token().to_owned(),
            environment: BTreeMap::new(),
            arguments: vec!["review".to_owned()],
            links: Vec::new(),
            kill_after: None,
            patience: Duration::from_mins(2),
            checked: true,
            started: AtomicBool::new(false),
            sandbox,
        };
        for folder in ["home", "workspace", "temp", "bin"] {
            std::fs::create_dir(bot.path(folder)).unwrap();
        }
        for file in ["output", "summary", "env", "path"] {
            std::fs::write(bot.path(file), "").unwrap();
        }
        bot.poison_git();
        let path = |name: &str| bot.path(name).to_str().unwrap().to_owned();
        let pairs = [
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("CI", "true".to_owned()),
            ("GITHUB_REPOSITORY", world.repository()),
            ("GITHUB_SERVER_URL", "https://github.com".to_owned()),
            ("GITHUB_RUN_ID", "9000000001".to_owned()),
            ("GITHUB_RUN_ATTEMPT", "1".to_owned()),
            ("GITHUB_OUTPUT", path("output")),
            ("GITHUB_STEP_SUMMARY", path("summary")),
            ("GITHUB_ENV", path("env")),
            ("GITHUB_PATH", path("path")),
            ("GITHUB_WORKSPACE", path("workspace")),
            ("RUNNER_TEMP", path("temp")),
            ("HOME", path("home")),
            ("PATH", path("bin")),
            ("INPUT_TOKEN", bot.token.clone()),
        ];
        pairs
            .into_iter()
            .fold(bot, |bot, (name, value)| bot.env(name, value))
    }

    /// On a laptop instead: no runner, the repository and pull request named, the token in `GITHUB_TOKEN`.
    pub(crate) fn local(mut self, number: u64) -> Self {
        let kept = [
            "GITHUB_API_URL",
            "GITHUB_GRAPHQL_URL",
            "GITHUB_SERVER_URL",
            "HOME",
            "PATH",
        ];
        self.environment.retain(|name, _| kept.contains(&name.as_str()));
        let token = self.token.clone();
        let repository = self.world.repository();
        let number = number.to_string();
        self.env("GITHUB_TOKEN", token)
            .args(&["--repository", &repository, "--pull-request", &number])
    }

    /// The event that starts the workflow.
    pub(crate) fn event(self, name: &str, payload: &Value) -> Self {
        let path = self.path("event.json");
        std::fs::write(&path, serde_json::to_vec(payload).unwrap()).unwrap();
        self.env("GITHUB_EVENT_NAME", name)
            .env("GITHUB_EVENT_PATH", path.to_str().unwrap())
    }

    /// The event `pull_request` with the action `synchronize`.
    pub(crate) fn on_pull_request(self, number: u64) -> Self {
        let payload = self.world.pull_request_event(number, "synchronize");
        self.event("pull_request", &payload)
    }

    /// Further arguments.
    pub(crate) fn args(mut self, arguments: &[&str]) -> Self {
        self.arguments
            .extend(arguments.iter().map(|&argument| argument.to_owned()));
        self
    }

    /// Another subcommand in place of `review`.
    pub(crate) fn subcommand(mut self, name: &str) -> Self {
        name.clone_into(&mut self.arguments[0]);
        self
    }

    /// An input of the action, as the runner hands it on.
    pub(crate) fn input(self, name: &str, value: &str) -> Self {
        self.env(&format!("INPUT_{}", name.to_uppercase().replace(' ', "_")), value)
    }

    /// A variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.insert(name.to_owned(), Some(value.into()));
        self
    }

    /// On GitHub Enterprise Server: both interfaces below `/api`.
    pub(crate) fn enterprise(self) -> Self {
        let address = self.world.api_url();
        self.env("GITHUB_API_URL", format!("{address}/api/v3"))
            .env("GITHUB_GRAPHQL_URL", format!("{address}/api/graphql"))
    }

    /// Takes a variable of the environment away.
    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.environment.insert(name.to_owned(), None);
        self
    }

    /// Another token of the same world.
    pub(crate) fn token(mut self, token: &str) -> Self {
        token.clone_into(&mut self.token);
        self.input("token", token)
    }

    /// A file in the workspace before the run.
    pub(crate) fn workspace_file(self, path: &str, content: &str) -> Self {
        let whole = self.path("workspace").join(path);
        std::fs::create_dir_all(whole.parent().unwrap()).unwrap();
        std::fs::write(whole, content).unwrap();
        self
    }

    /// A link in the workspace before the run.
    pub(crate) fn workspace_link(self, path: &str, target: &Path) -> Self {
        std::os::unix::fs::symlink(target, self.path("workspace").join(path)).unwrap();
        self
    }

    /// Allows links that begin so, beside those to the repository and to the documentation.
    pub(crate) fn allow_links(mut self, beginning: &str) -> Self {
        self.links.push(beginning.to_owned());
        self
    }

    /// Ends the process by force after the k-th carried out write, before its answer; zero: before the first.
    pub(crate) fn kill_after(mut self, writes: usize) -> Self {
        self.kill_after = Some(writes);
        self
    }

    /// How long the run may take before it is ended by force and the test fails; two minutes otherwise.
    pub(crate) fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Leaves the invariants out, for a test of the harness itself.
    pub(crate) fn unchecked(mut self) -> Self {
        self.checked = false;
        self
    }

    /// Runs to the end.
    pub(crate) fn run(&self) -> Output {
        self.start().wait()
    }

    /// Starts and does not wait, for two runs at once and for signals.
    pub(crate) fn start(&self) -> Running<'_, 'w> {
        assert!(
            !self.started.swap(true, Ordering::Relaxed),
            "a run has its own files: make another `Bot`"
        );
        Running::start(self)
    }

    /// A variable as the process sees it.
    fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name)?.as_deref()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.sandbox.path().join(name)
    }

    /// The `git` that a run finds leaves a trace: reviewing through the API must not need one.
    fn poison_git(&self) {
        use std::os::unix::fs::PermissionsExt;
        let program = self.path("bin/git");
        let trace = self.path("git-was-run");
        std::fs::write(
            &program,
            format!("#!/bin/sh\n: > '{}'\nexit 1\n", trace.display()),
        )
        .unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// Every file below a folder, by its path from there.
fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap().flatten() {
            let path = entry.path();
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            files.insert(name, std::fs::read(&path).unwrap_or_default());
        }
    }
    files
}
