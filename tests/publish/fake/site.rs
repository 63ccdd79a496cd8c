//! One repository on the fake GitHub, as the server and the hooks see it.
//!
//! Joins objects, state, log, faults and hooks; the endpoints stand in `rest` and `graphql`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::fault::{Fault, Nth};
use super::git::Git;
use super::http::Response;
use super::ledger::{Entry, Kind, Matcher};
use super::permission::{Caller, Permissions};
use super::server::{server, variable};
use super::state::State;

/// The requests of an hour that a workflow's token has.
const HOURLY: u64 = 1_000;

type Hook = Arc<dyn Fn(&Site) + Send + Sync>;

/// One repository with all that belongs to it.
pub(crate) struct Site {
    pub(crate) owner: String,
    pub(crate) name: String,
    pub(crate) git: Git,
    state: Mutex<State>,
    log: Mutex<Log>,
    rules: Mutex<Rules>,
    callers: Mutex<BTreeMap<String, Caller>>,
    direct: AtomicBool,
    ended: AtomicBool,
}

#[derive(Default)]
struct Log {
    entries: Vec<Entry>,
    unexpected: Vec<String>,
}

#[derive(Default)]
struct Rules {
    faults: Vec<(Matcher, Nth, Fault, usize)>,
    hooks: Vec<(Matcher, Nth, Hook, usize)>,
    after: Vec<(usize, Hook)>,
    mutations: usize,
}

/// Locks, also after a panic elsewhere: the test that panicked says why.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Site {
    pub(super) fn new(owner: &str, name: &str, git: Git) -> Self {
        let start = "2026-11-22T12:00:00Z".parse().unwrap();
        Self {
            owner: owner.to_owned(),
            name: name.to_owned(),
            git,
            state: Mutex::new(State::new(start)),
            log: Mutex::default(),
            rules: Mutex::default(),
            callers: Mutex::default(),
            direct: AtomicBool::new(false),
            ended: AtomicBool::new(false),
        }
    }

    /// `owner/name`.
    pub(crate) fn repository(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The state, locked while it is held: no request is answered meanwhile.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Does without what stands in front of the server (Prism), for answers that GitHub does not document.
    pub(crate) fn direct(&self) {
        self.direct.store(true, Ordering::Relaxed);
    }

    /// Where the REST API is, for `GITHUB_API_URL`.
    pub(crate) fn api_url(&self) -> String {
        let before = variable("TIERGUARD_TEST_API").filter(|_| !self.direct.load(Ordering::Relaxed));
        before.unwrap_or_else(|| format!("http://127.0.0.1:{}", server().port))
    }

    /// Where GraphQL is, for `GITHUB_GRAPHQL_URL`.
    pub(crate) fn graphql_url(&self) -> String {
        format!("{}/graphql", self.api_url())
    }

    /// Lets the requests that match go wrong; the world is asked directly from then on.
    pub(crate) fn fault(&self, on: &str, nth: impl Into<Nth>, fault: Fault) {
        self.direct();
        lock(&self.rules)
            .faults
            .push((Matcher::new(on), nth.into(), fault, 0));
    }

    /// Takes back every fault.
    pub(crate) fn mend(&self) {
        lock(&self.rules).faults.clear();
    }

    /// Does something when a request that matches arrives, before it is carried out.
    pub(crate) fn on_request(
        &self,
        on: &str,
        nth: impl Into<Nth>,
        hook: impl Fn(&Site) + Send + Sync + 'static,
    ) {
        let hook: Hook = Arc::new(hook);
        lock(&self.rules)
            .hooks
            .push((Matcher::new(on), nth.into(), hook, 0));
    }

    /// Does something after the k-th carried out write from now on, before it is answered.
    ///
    /// Zero is the moment before the first write, which is then dropped with its connection.
    pub(crate) fn after_mutation(&self, k: usize, hook: impl Fn(&Site) + Send + Sync + 'static) {
        let mut rules = lock(&self.rules);
        let due = rules.mutations + k;
        rules.after.push((due, Arc::new(hook)));
    }

    /// Forgets every hook.
    pub(crate) fn unhook(&self) {
        let mut rules = lock(&self.rules);
        rules.hooks.clear();
        rules.after.clear();
    }

    pub(super) fn run_hooks(&self, entry: &Entry) {
        let mut due = Vec::new();
        for (matcher, nth, hook, count) in &mut lock(&self.rules).hooks {
            if matcher.holds(entry) {
                *count += 1;
                if nth.holds(*count) {
                    due.push(Arc::clone(hook));
                }
            }
        }
        for hook in due {
            hook(self);
        }
    }

    pub(super) fn take_fault(&self, entry: &Entry) -> Option<Fault> {
        let mut found = None;
        for (matcher, nth, fault, count) in &mut lock(&self.rules).faults {
            if matcher.holds(entry) {
                *count += 1;
                if found.is_none() && nth.holds(*count) {
                    found = Some(fault.clone());
                }
            }
        }
        found
    }

    pub(super) fn before_first_mutation(&self) -> bool {
        let due = {
            let mut rules = lock(&self.rules);
            let now = rules.mutations;
            let due = rules.after.iter().position(|(k, _)| *k == now);
            due.map(|place| rules.after.remove(place).1)
        };
        match due {
            Some(hook) => {
                hook(self);
                true
            }
            None => false,
        }
    }

    pub(super) fn commit(&self, number: usize) {
        lock(&self.log).entries[number].committed = true;
        let due = {
            let mut rules = lock(&self.rules);
            rules.mutations += 1;
            let now = rules.mutations;
            let due = rules.after.iter().position(|(k, _)| *k == now);
            due.map(|place| rules.after.remove(place).1)
        };
        if let Some(hook) = due {
            hook(self);
        }
    }

    pub(super) fn log(&self, entry: Entry) -> usize {
        let entries = &mut lock(&self.log).entries;
        entries.push(entry);
        entries.len() - 1
    }

    pub(super) fn answered(&self, number: usize, status: u16) {
        lock(&self.log).entries[number].status = Some(status);
    }

    /// Notes a request that nobody foresaw; the end of the world fails by it.
    pub(crate) fn unexpected(&self, what: String) {
        lock(&self.log).unexpected.push(what);
    }

    /// Takes the unexpected requests out, for a test that expects them.
    pub(crate) fn take_unexpected(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.log).unexpected)
    }

    pub(super) fn unexpected_so_far(&self) -> Vec<String> {
        lock(&self.log).unexpected.clone()
    }

    /// Every request so far.
    pub(crate) fn requests(&self) -> Vec<Entry> {
        lock(&self.log).entries.clone()
    }

    /// The requests that read.
    pub(crate) fn reads(&self) -> Vec<Entry> {
        let mut entries = self.requests();
        entries.retain(|entry| entry.kind == Kind::Read);
        entries
    }

    /// The requests that write, carried out or not.
    pub(crate) fn writes(&self) -> Vec<Entry> {
        let mut entries = self.requests();
        entries.retain(|entry| entry.kind == Kind::Write);
        entries
    }

    /// Starts the log anew, for the next run of a test.
    pub(crate) fn forget_requests(&self) {
        lock(&self.log).entries.clear();
    }

    /// The times between one write and the next.
    pub(crate) fn pauses(&self) -> Vec<std::time::Duration> {
        let times: Vec<Instant> = self.writes().iter().map(|entry| entry.at).collect();
        times.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    pub(super) fn caller(&self, token: &str) -> Option<Caller> {
        lock(&self.callers).get(token).cloned()
    }

    pub(super) fn admit(&self, token: &str, caller: Caller) {
        self.state().person(&caller.login);
        lock(&self.callers).insert(token.to_owned(), caller);
    }

    pub(super) fn change_callers(&self, change: impl Fn(&mut Caller)) {
        lock(&self.callers).values_mut().for_each(change);
    }

    pub(super) fn tokens(&self) -> Vec<String> {
        lock(&self.callers).keys().cloned().collect()
    }

    /// Changes what every token of the world may do, from the next request on.
    pub(crate) fn set_permissions(&self, permissions: Permissions) {
        self.change_callers(|caller| caller.permissions = permissions);
    }

    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    pub(super) fn add_headers(&self, entry: &Entry, answer: &mut Response) {
        let mut state = self.state();
        state.spent += 1;
        let now = state.now();
        let present = |answer: &Response, name: &str| answer.headers.iter().any(|(other, _)| other == name);
        let resource = if entry.operation.is_some() {
            "graphql"
        } else {
            "core"
        };
        let left = HOURLY.saturating_sub(state.spent);
        for (name, value) in [
            ("date", now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()),
            ("server", "github.com".to_owned()),
            ("x-github-request-id", format!("FA4E:{:04X}", state.spent)),
            ("x-github-media-type", "github.v3; format=json".to_owned()),
            ("x-ratelimit-limit", HOURLY.to_string()),
            ("x-ratelimit-remaining", left.to_string()),
            ("x-ratelimit-used", state.spent.to_string()),
            ("x-ratelimit-reset", (now.as_second() + 3_600).to_string()),
            ("x-ratelimit-resource", resource.to_owned()),
        ] {
            if !present(answer, name) {
                answer.headers.push((name.to_owned(), value));
            }
        }
    }
}
