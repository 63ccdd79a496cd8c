//! Every commit of a history against its parent.
//!
//! One thread reads git, the others judge; lines come out in the order of the commits.

pub(super) mod pipeline;
mod totals;

use std::io::{BufWriter, IsTerminal, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use self::totals::{Tally, Totals};
use crate::change::contract::bears_contract;
use crate::cli::{Replay, ReplayFormat};
use crate::evaluate::{Options, evaluate};
use crate::needs::{acceptance_tests, identity_of};
use crate::policy::Policy;
use crate::render;
use crate::roots::ConnectorRoots;
use crate::source::Connectors;
use crate::source::git::{Git, GitSource, History};

pub(super) fn run(arguments: &Replay) -> anyhow::Result<u8> {
    let git = super::git(&arguments.repo);
    let clones = arguments.extends.folder();
    let policy = match &arguments.policy {
        Some(file) => super::policy_of_file(file, clones)?,
        None => policy_at_end(&git, &arguments.range, clones)?,
    };
    let history = open(&git, &arguments.range, &policy.roots)?;
    let bar = progress();
    let lines = arguments.format == ReplayFormat::Jsonl;
    let totals = judge_all(history, &policy, lines, &bar)?;
    bar.finish_and_clear();
    let table = totals.to_string();
    if lines {
        std::io::stderr()
            .lock()
            .write_all(table.as_bytes())
            .context("writing the totals")?;
        Ok(0)
    } else {
        super::print(&table)
    }
}

/// The policy that is in force at the end of a range.
pub(super) fn policy_at_end(git: &Git, range: &str, clones: Option<&Path>) -> anyhow::Result<Policy> {
    let end = range
        .rsplit("..")
        .next()
        .filter(|end| !end.is_empty())
        .unwrap_or("HEAD");
    super::policy_of_target(&mut GitSource::open(git, Some(end), Some(end))?, clones)
}

/// Starts to read the commits of a range, with everything that the rules look at.
pub(super) fn open(git: &Git, range: &str, roots: &ConnectorRoots) -> anyhow::Result<History> {
    let connectors = Connectors {
        roots: roots.clone(),
        identity: identity_of,
    };
    let roots = roots.clone();
    History::open(git, range, &connectors, move |path| {
        // Beside the metadata, the rules look at the changed files that bear a contract, and at what is tested.
        let directory = roots.directory_of(path);
        directory.is_some_and(|directory| {
            bears_contract(&directory, path) || *path == acceptance_tests(&directory)
        })
    })
}

/// A counter of commits for people who wait.
pub(super) fn progress() -> ProgressBar {
    let bar = ProgressBar::no_length();
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar.set_style(
        ProgressStyle::with_template("{spinner} {pos} commits, {per_sec}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar
}

/// What one commit came to, without its texts.
struct Judged {
    line: String,
    tally: Tally,
}

/// Judges the commits, writes their lines and adds them up.
fn judge_all(history: History, policy: &Policy, lines: bool, bar: &ProgressBar) -> anyhow::Result<Totals> {
    let mut output = BufWriter::new(std::io::stdout().lock());
    let mut totals = Totals::default();
    pipeline::for_each(
        history,
        bar,
        |mut step, readings| {
            let started = Instant::now();
            let diffs = pipeline::complete(&mut step, &policy.roots, readings);
            let report = evaluate(&step.set, &diffs, policy, Options::default());
            let elapsed = started.elapsed();
            let line = match lines {
                true => render::json::line(&report, step.commit.as_str(), &step.subject, elapsed),
                false => String::new(),
            };
            let tally = Tally::of(&report, step.commit.short(), step.subject, elapsed);
            Judged { line, tally }
        },
        |judged| {
            if !judged.line.is_empty() {
                writeln!(output, "{}", judged.line).context("writing the output")?;
            }
            totals.add(judged.tally);
            Ok(())
        },
    )?;
    output.flush().context("writing the output")?;
    Ok(totals)
}
