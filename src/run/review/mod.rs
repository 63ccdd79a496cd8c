//! `tierguard review`: the bot that its users see.
//!
//! What is to be reviewed → each pull request by itself → what the runner takes and the exit code. A pull request that
//! could not be judged does not keep the others from being judged.

mod command;
mod failure;
mod judge;
mod options;
mod proposed;
mod publishing;
mod runner;
mod told;

use std::time::Duration;

use anyhow::{Context, anyhow, bail};

use self::judge::{Judged, Subject};
use self::options::Options;
use self::runner::Runner;
use crate::cli::{Colour, Environment, Review};
use crate::github::event::{Event, LARGEST_EVENT};
use crate::github::{Client, Command};
use crate::run::connection::connection;
use crate::run::wants_colour;
use crate::source::github::open_pull_requests;
use crate::verdict::Verdict;

/// What is to be reviewed, and what the run may do and decide there.
struct Task {
    subjects: Vec<Subject>,
    mode: Mode,
}

/// What the kind of run says about writing and about its exit code.
#[derive(Debug, Clone, Copy)]
struct Mode {
    /// The token cannot write: what needs to is left out, with one notice.
    is_read_only: bool,
    /// The exit code is the verdict; else the job belongs to the default branch, and only "could not evaluate" fails it, or a
    /// status that could not be set.
    is_enforcing: bool,
}

/// Reviews what the event or the user names; the exit code.
pub(super) fn run(typed: &Review, environment: &Environment, colour: Colour) -> anyhow::Result<u8> {
    let runner = Runner::of(environment);
    let outcome = reviewed(typed, environment, &runner, wants_colour(colour));
    if let Err(error) = &outcome
        && runner.is_there()
    {
        told::failed(&runner, error)?;
    }
    outcome.map_err(|error| anyhow!("{}", runner.censored(&format!("{error:#}"))))
}

fn reviewed(
    typed: &Review,
    environment: &Environment,
    runner: &Runner,
    coloured: bool,
) -> anyhow::Result<u8> {
    let options = Options::new(typed, environment)?;
    let mut connection = connection(&typed.github, environment, Duration::from_millis(typed.pace))?;
    if let Some(seconds) = typed.patience {
        connection.patience = Duration::from_secs(seconds);
    }
    runner.keep_out(&connection.token);
    runner.accept("report", options.report.as_deref())?;
    runner.accept("sarif", options.sarif.as_deref())?;
    let event = event(&options, environment)?;
    let client = Client::new(connection)?;
    let task = task(&client, &options, event)?;
    let Some(task) = task else { return Ok(0) };
    let mut all: Vec<Judged> = Vec::new();
    for subject in &task.subjects {
        all.push(match client.begin("not read") {
            Ok(()) => judge::judge(&client, &options, subject, task.mode)?,
            Err(limit) => Judged::failed(subject, &limit.into()),
        });
    }
    let counts = client.counts();
    tracing::debug!("{} reads and {} writes in all", counts.reads, counts.writes);
    told::tell(runner, &options, &all, coloured)?;
    let worst = all
        .iter()
        .map(Judged::told_verdict)
        .max()
        .unwrap_or(Verdict::Pass);
    Ok(match worst {
        Verdict::Fail if !task.mode.is_enforcing => 0,
        worst => worst.exit_code(),
    })
}

/// The event of the workflow; without one, or with numbers that were named, it is a run by hand.
fn event(options: &Options, environment: &Environment) -> anyhow::Result<Event> {
    let by_hand = Event::ByHand {
        numbers: options.numbers.clone(),
    };
    let name = environment
        .get("GITHUB_EVENT_NAME")
        .filter(|_| environment.is_runner());
    let Some(name) = name else { return Ok(by_hand) };
    let path = environment
        .get("GITHUB_EVENT_PATH")
        .context("the workflow names no event file (GITHUB_EVENT_PATH)")?;
    let size = std::fs::metadata(path).context("reading the event file")?.len();
    if size > LARGEST_EVENT {
        bail!("the event file has {size} bytes; at most {LARGEST_EVENT} are read");
    }
    let file = std::fs::read(path).context("reading the event file")?;
    let event = Event::read(name, &options.repository, &file)?;
    match event {
        Event::ByHand { numbers } if options.numbers.is_empty() => Ok(Event::ByHand { numbers }),
        Event::ByHand { .. } => Ok(by_hand),
        event => Ok(event),
    }
}

/// What an event asks for; `None` where nothing is to be done.
fn task(client: &Client, options: &Options, event: Event) -> anyhow::Result<Option<Task>> {
    let is_enforcing = event.is_enforcing();
    let task = |subjects: Vec<Subject>, is_read_only, is_enforcing| {
        let mode = Mode {
            is_read_only,
            is_enforcing,
        };
        Ok(Some(Task { subjects, mode }))
    };
    match event {
        Event::PullRequest { number, is_read_only } | Event::Review { number, is_read_only } => {
            task(vec![Subject::PullRequest(number)], is_read_only, is_enforcing)
        }
        Event::MergeGroup(group) => task(vec![Subject::Group(group)], true, true),
        Event::ByHand { numbers } if numbers.is_empty() => {
            bail!("which pull request? Name it by `--pull-request N` or the input `pull-request`")
        }
        // Somebody waits for this answer.
        Event::ByHand { numbers } => task(
            numbers.into_iter().map(Subject::PullRequest).collect(),
            false,
            true,
        ),
        Event::Comment(comment) => {
            if !command::may_command(client, options, &comment) {
                return Ok(None);
            }
            match &comment.command {
                Command::Recheck | Command::Waive => {
                    task(vec![Subject::PullRequest(comment.number)], false, false)
                }
                Command::Explain { rule } => {
                    command::explain(client, options, &comment, rule)?;
                    Ok(None)
                }
            }
        }
        Event::Schedule => {
            let open = open_pull_requests(client, &options.repository)?;
            task(open.into_iter().map(Subject::PullRequest).collect(), false, false)
        }
        Event::Nothing(why) => {
            tracing::info!("nothing to do: {why}");
            Ok(None)
        }
    }
}
