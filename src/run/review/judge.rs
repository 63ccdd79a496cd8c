//! One pull request, or one group of the merge queue: read, judged, shown.
//!
//! The verdict is fixed before the first write. What keeps it from being reached is a verdict too: could not evaluate.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use jiff::civil::Date;

use super::Mode;
use super::failure::{Failure, InvalidPolicy};
use super::options::Options;
use super::proposed;
use super::publishing::{self, Shown};
use crate::changeset::{Fact, Fetched, FilePatch, PullRequest, PullRequestFacts, PullRequestState};
use crate::comparison::Proposed;
use crate::evaluate::{self, evaluate};
use crate::finding::{Prose, Unasked};
use crate::github::event::MergeGroup;
use crate::github::{Client, RepositoryName};
use crate::ids::ObjectId;
use crate::policy::{self, Extends, Home, Policy};
use crate::render::links::Links;
use crate::report::Report;
use crate::rules::POLICY_PATH;
use crate::run::{Reading, read, today_in_utc};
use crate::source::github::{GitHubSource, NotCompared, pinned_file};
use crate::verdict::Verdict;
use crate::waive;

/// What is reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    /// An open or closed pull request.
    PullRequest(u64),
    /// A group of the merge queue: judged, and nothing is said in its pull requests.
    Group(MergeGroup),
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Judged {
    /// The pull request; `None` for a group.
    pub(super) number: Option<u64>,
    pub(super) verdict: Verdict,
    /// The report, where the change could be read at all.
    pub(super) report: Option<Report>,
    /// What the policy that it proposes would have said so far.
    pub(super) proposed: Option<Proposed>,
    /// Why there is no report.
    pub(super) failure: Option<Failure>,
    /// What a person should know about the publishing.
    pub(super) notices: Vec<Prose>,
    /// That the status is not what it should be, where it alone tells the pull request of this run.
    pub(super) untold: Option<Prose>,
    /// Where the summary is to be seen.
    pub(super) summary_url: Option<String>,
    /// What a dry run would have written.
    pub(super) plan: Option<String>,
    /// Where to look at it.
    pub(super) links: Option<Links>,
}

impl Judged {
    /// A subject that could not be judged, and why.
    pub(super) fn failed(subject: &Subject, error: &anyhow::Error) -> Self {
        Self {
            number: match subject {
                Subject::PullRequest(number) => Some(*number),
                Subject::Group(_) => None,
            },
            verdict: Verdict::CouldNotEvaluate,
            report: None,
            proposed: None,
            failure: Some(Failure::of("This could not be judged: ", error)),
            notices: Vec::new(),
            untold: None,
            summary_url: None,
            plan: None,
            links: None,
        }
    }

    /// The verdict as the job tells it: one that should stand in a status, and does not, is worth as much as none.
    pub(super) fn told_verdict(&self) -> Verdict {
        match self.untold {
            Some(_) => Verdict::CouldNotEvaluate,
            None => self.verdict,
        }
    }

    fn of(number: Option<u64>, case: Case, shown: Shown) -> Self {
        Self {
            number,
            verdict: case.report.verdict,
            report: Some(case.report),
            proposed: case.proposed,
            failure: None,
            notices: shown.notices,
            untold: shown.untold,
            summary_url: shown.summary_url,
            plan: shown.plan,
            links: shown.links,
        }
    }
}

/// A change that was judged, with what publishing needs besides.
pub(super) struct Case {
    pub(super) reading: Reading,
    pub(super) policy: Policy,
    /// The commit that the policy was read at; `None` where the built-in one judges alone.
    pub(super) policy_commit: Option<ObjectId>,
    pub(super) patches: Vec<FilePatch>,
    pub(super) report: Report,
    pub(super) today: Date,
    /// What the policy that the change proposes would have said so far; none of it is part of the report.
    pub(super) proposed: Option<Proposed>,
}

/// Judges and shows; a failure becomes "could not evaluate" with its reason. The only error is the word to stop.
pub(super) fn judge(
    client: &Client,
    options: &Options,
    subject: &Subject,
    mode: Mode,
) -> anyhow::Result<Judged> {
    let number = match subject {
        Subject::PullRequest(number) => Some(*number),
        Subject::Group(_) => None,
    };
    let failed = |error: &anyhow::Error| Judged::failed(subject, error);
    let opened = match subject {
        Subject::PullRequest(number) => GitHubSource::open(client, &options.repository, *number),
        Subject::Group(group) => GitHubSource::open_group(client, &options.repository, group),
    };
    let mut source = match opened {
        Ok(source) => source,
        Err(error) => {
            let judged = failed(&error);
            let known = error.downcast_ref::<NotCompared>().map(|known| &*known.0);
            return unjudged(client, options, subject, mode, known, judged);
        }
    };
    let pull_request = source.pull_request().cloned();
    let case = case(client, &mut source, options);
    tracing::debug!("{} reads so far", client.counts().reads);
    match case {
        Ok(mut case) => {
            let is_told = |pull_request: &PullRequest| {
                pull_request.state == PullRequestState::Open && !mode.is_read_only
            };
            if pull_request.as_ref().is_some_and(is_told) {
                case.proposed = proposed::compare(client, options, &mut source, &case);
            }
            let shown = match (subject, &pull_request) {
                (Subject::Group(group), _) => {
                    publishing::show_on_commit(client, options, &group.head, &case.report)?
                }
                (_, Some(pull_request)) => publishing::show(client, options, mode, pull_request, &case)?,
                (_, None) => Shown::default(),
            };
            Ok(Judged::of(number, case, shown))
        }
        Err(error) => {
            let judged = failed(&error);
            unjudged(client, options, subject, mode, pull_request.as_ref(), judged)
        }
    }
}

/// Tells that a change could not be judged: an earlier answer on its head must not stand in for this one.
fn unjudged(
    client: &Client,
    options: &Options,
    subject: &Subject,
    mode: Mode,
    pull_request: Option<&PullRequest>,
    judged: Judged,
) -> anyhow::Result<Judged> {
    let told = judged.failure.as_ref().map(|failure| failure.told.clone());
    let why = told.unwrap_or_default();
    let notices = match (subject, pull_request) {
        (Subject::Group(group), _) => {
            let report = publishing::failure_report(options, &group.head, &group.base, &why);
            publishing::show_on_commit(client, options, &group.head, &report)?.notices
        }
        (_, Some(pull_request)) => publishing::show_failure(client, options, mode, pull_request, &why)?,
        (_, None) => Vec::new(),
    };
    Ok(Judged { notices, ..judged })
}

fn case(client: &Client, source: &mut GitHubSource, options: &Options) -> anyhow::Result<Case> {
    let (policy, policy_commit) = read_policy(client, source, options)?;
    let server = client
        .server_time()
        .map(|now| jiff::tz::TimeZone::UTC.to_datetime(now).date());
    let today = options.today.or(server).unwrap_or_else(today_in_utc);
    let mut reading = read(source, &policy, today)?;
    let judged = |reading: &Reading| {
        evaluate(
            &reading.set,
            &reading.diffs,
            &policy,
            evaluate::Options::default(),
        )
    };
    let mut report = judged(&reading);
    // Who wrote the commits, and who belongs to a team, is asked for only where an approval depends on it.
    if report.unasked().contains(&Unasked::Writers) {
        ask_for_writers(
            source,
            &mut reading,
            |facts| matches!(&facts.approvals, Fact::Known(approvals) if !approvals.is_empty()),
        )?;
        report = judged(&reading);
    }
    let unasked = report.unasked().into_iter();
    let teams: BTreeSet<&String> = unasked
        .filter_map(|unasked| match unasked {
            Unasked::Team(team) => Some(team),
            Unasked::Writers => None,
        })
        .collect();
    if !teams.is_empty() {
        reading.set.teams = source.teams(&teams, &reading.set.approvers())?;
        report = judged(&reading);
    }
    // Comments are read only where a finding decides: one that may not be waived is told to whoever asks.
    if waive::is_open(&report.connectors, &policy) {
        for facts in reading.set.parts.iter_mut().map(|part| &mut part.facts) {
            if let Some(number) = facts.number {
                facts.waivers = Some(source.waivers(number)?);
            }
        }
        ask_for_writers(source, &mut reading, |facts| {
            facts.waivers.iter().flatten().next().is_some()
        })?;
        report = judged(&reading);
    }
    // Without a finding nothing needs a line.
    let patches = match report.all_findings().next() {
        Some(_) => source.patches(&reading.set)?,
        None => Vec::new(),
    };
    Ok(Case {
        reading,
        policy,
        policy_commit,
        patches,
        report,
        today,
        proposed: None,
    })
}

/// Reads who wrote the commits of the pull requests where that matters, each once.
fn ask_for_writers(
    source: &GitHubSource,
    reading: &mut Reading,
    matters: impl Fn(&PullRequestFacts) -> bool,
) -> anyhow::Result<()> {
    for facts in reading.set.parts.iter_mut().map(|part| &mut part.facts) {
        if facts.writers.is_none()
            && matters(facts)
            && let (Some(number), Some(head)) = (facts.number, &facts.head)
        {
            facts.writers = Some(source.writers(number, head)?);
        }
    }
    Ok(())
}

/// The policy at the place that was asked for; absent means the built-in one, unreadable means no verdict.
fn read_policy(
    client: &Client,
    source: &mut GitHubSource,
    options: &Options,
) -> anyhow::Result<(Policy, Option<ObjectId>)> {
    let path = &options.policy;
    let (found, commit) = source
        .policy_at(&options.policy_ref, path)
        .with_context(|| format!("reading the policy `{path}`"))?;
    match found {
        Fetched::Absent => Ok((load_policy(client, options, None, |_| Ok(()))?, None)),
        Fetched::File(bytes) => {
            let policy = load_policy(client, options, Some(&bytes), |_| Ok(()))?;
            Ok((policy, Some(commit)))
        }
        Fetched::NotRegular(_) => bail!("the policy `{path}` is not a regular file"),
        Fetched::TooLarge { bytes } => bail!("the policy `{path}` has {bytes} bytes, which is too large"),
    }
}

/// The policy of a file, with what it extends as far as that may be read; without a file the built-in one.
pub(super) fn load_policy(
    client: &Client,
    options: &Options,
    text: Option<&[u8]>,
    mut may_read: impl FnMut(&Extends) -> anyhow::Result<()>,
) -> anyhow::Result<Policy> {
    let home = Home {
        repository: Some(options.repository.to_string()),
        path: options.policy.clone(),
    };
    let mut policy = match text {
        None => {
            let mut policy = Policy::built_in();
            policy.home = home;
            policy
        }
        Some(bytes) => {
            let loaded = policy::load((&options.policy.to_string(), bytes), &home, |asked| {
                may_read(asked)?;
                let name: RepositoryName = asked.file.repository.parse()?;
                pinned_file(client, &name, &asked.file.commit, &asked.file.path)
                    .with_context(|| format!("reading what {} extends", asked.origin))
            })?;
            loaded.map_err(InvalidPolicy)?
        }
    };
    let path = options.policy.to_string();
    policy.provenance.named = Some(path).filter(|path| text.is_some() && path != POLICY_PATH);
    if let Some(level) = options.fail_on {
        policy.fail_on = level;
        policy.provenance.fail_on = level;
    }
    Ok(policy)
}
