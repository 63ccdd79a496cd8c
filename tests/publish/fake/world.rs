//! A world of its own for one test: a repository, a token, and the check at its end.

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::git::{Files, Git};
use super::permission::{Caller, Permissions};
use super::server::server;
use super::site::Site;
use super::state::HeadRepository;

/// A site that belongs to one test; its end fails the test when a request was unexpected.
pub(crate) struct World {
    site: Arc<Site>,
    token: String,
    finished: bool,
}

impl Deref for World {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

impl World {
    /// The repository `octo/connectors` whose branch `main` holds these files.
    pub(crate) fn new(base: &Files) -> Self {
        let world = Self::named("octo", "connectors", Git::new(None));
        let commit = world.git.commit_files(None, base, "Start");
        world.state().move_branch("main", &commit);
        world
    }

    /// The repository with one pull request, number 1, on top of `main`.
    pub(crate) fn with_pull(base: &Files, head: &Files) -> Self {
        let world = Self::new(base);
        world.open(head);
        world
    }

    /// A repository that sees the objects of another, with one pull request from `head` to `main` at `base`.
    pub(crate) fn over(repository: &Path, base: &str, head: &str) -> Self {
        let world = Self::named("octo", "connectors", Git::new(Some(repository)));
        let commit = |revision: &str| {
            world
                .git
                .commit_named(revision)
                .unwrap_or_else(|| panic!("{revision} is no commit"))
        };
        let (base, head) = (commit(base), commit(head));
        let title = world.git.commit(&head).unwrap().message;
        world.state().move_branch("main", &base);
        let number = world.open_at(&head, "change", HeadRepository::Own);
        let title = title.lines().next().unwrap_or_default().to_owned();
        world.change_pull(number, |pull| pull.title = title);
        world
    }

    /// An empty repository of this name.
    pub(crate) fn named(owner: &str, name: &str, git: Git) -> Self {
        static WORLDS: AtomicU64 = AtomicU64::new(0);
        let number = WORLDS.fetch_add(1, Ordering::Relaxed);
        // As long and as odd as a real one, so that a search for it finds nothing else.
        let token = format!(
            "ghs_CANARY{:08x}x{number:06x}q7Zt5Kd9Rb2Wm4Vn8Lp3",
            std::process::id()
        );
        let world = Self {
            site: Arc::new(Site::new(owner, name, git)),
            token: token.clone(),
            finished: false,
        };
        let caller = Caller {
            login: "github-actions[bot]".to_owned(),
            permissions: Permissions::writing(),
            integration: true,
        };
        world.admit_token(&token, caller);
        world
    }

    /// The token of the workflow.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// A further token, of a workflow, an app or a person.
    pub(crate) fn add_token(&self, login: &str, permissions: Permissions) -> String {
        let token = format!("{}{}", self.token, self.tokens().len());
        let caller = Caller {
            login: login.to_owned(),
            permissions,
            integration: login.ends_with("[bot]"),
        };
        self.admit_token(&token, caller);
        token
    }

    /// Lets a token of the caller's choice in.
    pub(crate) fn admit_token(&self, token: &str, caller: Caller) {
        self.site.admit(token, caller);
        server().register(token, &self.site);
    }

    /// Shows this world at `GET /_state` and `GET /_shown`.
    pub(crate) fn show(&self) {
        server().show(&self.site);
    }

    /// Ends the world and fails when a request was unexpected.
    pub(crate) fn finish(mut self) {
        self.settle();
    }

    fn settle(&mut self) {
        if self.finished {
            return;
        }
        self.finished = true;
        self.site.end();
        server().unregister(&self.site);
        let unexpected = self.site.take_unexpected();
        assert!(
            unexpected.is_empty() || std::thread::panicking(),
            "unexpected requests:\n{}",
            unexpected.join("\n")
        );
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.settle();
    }
}
