//! What a review was asked for: options, the action's inputs and the runner's variables, joined.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use jiff::civil::Date;

use crate::cli::{Environment, Review};
use crate::finding::Level;
use crate::github::{RepositoryName, event};
use crate::ids::{ObjectId, RepoPath};
use crate::publish::marker::Instance;
use crate::rules::POLICY_PATH;
use crate::run::connection::repository;
use crate::source::github::PolicyRef;

/// The file of the report, where the action names none.
const REPORT: &str = "tierguard-report.json";

/// Everything that was asked for.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) repository: RepositoryName,
    /// The pull requests that were named; empty where the event names them.
    pub(super) numbers: Vec<u64>,
    pub(super) policy: RepoPath,
    pub(super) policy_ref: PolicyRef,
    pub(super) fail_on: Option<Level>,
    pub(super) instance: Instance,
    pub(super) check_run: bool,
    pub(super) status: bool,
    pub(super) dry_run: bool,
    pub(super) report: Option<String>,
    pub(super) sarif: Option<String>,
    pub(super) today: Option<Date>,
    /// The wait before another look after a write without an answer.
    pub(super) pause: Duration,
}

impl Options {
    /// Joins what was typed with the action's inputs; what was typed wins.
    pub(super) fn new(typed: &Review, environment: &Environment) -> anyhow::Result<Self> {
        let input = |name: &str| environment.input(name).map(str::to_owned);
        let numbers = match typed.pull_request.as_slice() {
            [] => input("pull-request").unwrap_or_default(),
            words => words.join(" "),
        };
        let policy = typed.policy.clone().or_else(|| input("policy"));
        let policy = policy.as_deref().unwrap_or(POLICY_PATH);
        let level = |word: String| {
            crate::cli::level(&word)
                .map_err(anyhow::Error::msg)
                .context("the input `fail-on`")
        };
        let report = typed.report.clone().or_else(|| input("report"));
        Ok(Self {
            repository: repository(&typed.github, environment)?,
            numbers: event::numbers(&numbers).map_err(|why| anyhow!("the input `pull-request`: {why}"))?,
            policy: RepoPath::new(policy.as_bytes()).context("the path of the policy")?,
            policy_ref: policy_ref(
                typed
                    .policy_ref
                    .as_deref()
                    .or_else(|| environment.input("policy-ref")),
            )?,
            fail_on: match typed.fail_on {
                Some(level) => Some(level),
                None => input("fail-on").map(level).transpose()?,
            },
            instance: match typed.instance.clone().or_else(|| input("instance")) {
                Some(name) => Instance::new(&name)
                    .context("an instance has up to 40 lower-case letters, digits and hyphens")?,
                None => Instance::default(),
            },
            check_run: typed.check_run || flag(environment, "check-run")?,
            status: typed.status || flag(environment, "status")?,
            dry_run: typed.dry_run || flag(environment, "dry-run")?,
            report: report.or_else(|| environment.is_runner().then(|| REPORT.to_owned())),
            sarif: typed.sarif.clone().or_else(|| input("sarif")),
            today: typed.today,
            pause: Duration::from_millis(typed.pace).saturating_mul(2),
        })
    }
}

fn policy_ref(word: Option<&str>) -> anyhow::Result<PolicyRef> {
    match word {
        None | Some("target") => Ok(PolicyRef::Target),
        Some("default-branch") => Ok(PolicyRef::DefaultBranch),
        Some(id) => ObjectId::new(id)
            .map(PolicyRef::Commit)
            .context("`policy-ref` is `target`, `default-branch` or the 40 digits of a commit"),
    }
}

fn flag(environment: &Environment, name: &str) -> anyhow::Result<bool> {
    match environment.input(name) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => bail!("the input `{name}` is `true` or `false`"),
    }
}
