//! Every commit of a history against its parent.
//!
//! One thread reads git, the others judge; lines come out in the order of the commits.

mod totals;

use std::collections::BTreeMap;
use std::io::{BufWriter, IsTerminal, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use self::totals::{Tally, Totals};
use crate::change::contract::bears_contract;
use crate::change::{ConnectorDiff, Readings};
use crate::changeset::Gap;
use crate::cli::{Replay, ReplayFormat};
use crate::evaluate::{Options, evaluate};
use crate::needs::{gather, identity_of};
use crate::policy::Policy;
use crate::render;
use crate::rules::policy_path;
use crate::source::Connectors;
use crate::source::git::{GitSource, History, HistoryStep};

/// How many commits wait for a judge at most; bounds the memory, whatever the history's length.
const QUEUE: usize = 64;

pub(super) fn run(arguments: &Replay) -> anyhow::Result<u8> {
    let git = super::git(&arguments.repo);
    let clones = arguments.extends.folder();
    let policy = match &arguments.policy {
        Some(file) => super::policy_of_file(file, clones)?,
        None => {
            let end = arguments
                .range
                .rsplit("..")
                .next()
                .filter(|end| !end.is_empty())
                .unwrap_or("HEAD");
            super::policy_of_target(&mut GitSource::open(&git, Some(end), Some(end))?, clones)?
        }
    };
    let connectors = Connectors {
        roots: policy.roots.clone(),
        identity: identity_of,
    };
    let roots = policy.roots.clone();
    let history = History::open(&git, &arguments.range, &connectors, move |path| {
        // Beside the metadata, the rules look at the changed files that bear a contract.
        let directory = roots.directory_of(path);
        directory.is_some_and(|directory| bears_contract(&directory, path))
    })?;
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

fn progress() -> ProgressBar {
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

fn judge_all(history: History, policy: &Policy, lines: bool, bar: &ProgressBar) -> anyhow::Result<Totals> {
    let judges = std::thread::available_parallelism()
        .map_or(2, NonZero::get)
        .clamp(1, 16);
    let (work, queue) = sync_channel::<(usize, HistoryStep)>(QUEUE);
    let (done, results) = sync_channel::<(usize, Judged)>(QUEUE);
    let queue = Arc::new(Mutex::new(queue));
    let readings = &Readings::default();
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || read_all(history, &work));
        for _ in 0..judges {
            let (queue, done) = (Arc::clone(&queue), done.clone());
            scope.spawn(move || judge_some(&queue, &done, policy, readings, lines));
        }
        drop(done);
        // The receiver belongs to the judges alone: when they are gone, the reader must not wait for a place.
        drop(queue);
        let totals = collect(&results, bar)?;
        reader
            .join()
            .map_err(|_| anyhow::anyhow!("the reader of the history stopped"))??;
        Ok(totals)
    })
}

fn read_all(history: History, work: &SyncSender<(usize, HistoryStep)>) -> anyhow::Result<()> {
    for (index, step) in history.enumerate() {
        if work.send((index, step?)).is_err() {
            break;
        }
    }
    Ok(())
}

fn judge_some(
    queue: &Mutex<Receiver<(usize, HistoryStep)>>,
    done: &SyncSender<(usize, Judged)>,
    policy: &Policy,
    readings: &Readings,
    lines: bool,
) {
    loop {
        let next = queue.lock().map(|queue| queue.recv());
        let Ok(Ok((index, mut step))) = next else { return };
        let started = Instant::now();
        let diffs = complete(&mut step, policy, readings);
        let report = evaluate(&step.set, &diffs, policy, Options::default());
        let elapsed = started.elapsed();
        let line = match lines {
            true => render::json::line(&report, step.commit.as_str(), &step.subject, elapsed),
            false => String::new(),
        };
        let tally = Tally::of(&report, step.commit.short(), step.subject, elapsed);
        if done.send((index, Judged { line, tally })).is_err() {
            return;
        }
    }
}

/// Reads what the change needs; what cannot be read is a gap of this commit and of no other.
fn complete(step: &mut HistoryStep, policy: &Policy, readings: &Readings) -> Vec<ConnectorDiff> {
    let HistoryStep { set, view, .. } = step;
    let read = gather(set, &policy.roots, &policy_path(), readings, |set, needs| {
        view.fetch_into(set, needs)
    });
    read.unwrap_or_else(|error| {
        set.gaps.push(Gap {
            path: None,
            why: format!("{error:#}"),
        });
        Vec::new()
    })
}

/// Puts the results back into the order of the commits, writes their lines and adds them up.
fn collect(results: &Receiver<(usize, Judged)>, bar: &ProgressBar) -> anyhow::Result<Totals> {
    let mut output = BufWriter::new(std::io::stdout().lock());
    let mut waiting: BTreeMap<usize, Judged> = BTreeMap::new();
    let mut totals = Totals::default();
    let mut next = 0;
    for (index, judged) in results {
        waiting.insert(index, judged);
        while let Some(judged) = waiting.remove(&next) {
            if !judged.line.is_empty() {
                writeln!(output, "{}", judged.line).context("writing the output")?;
            }
            totals.add(judged.tally);
            next += 1;
        }
        bar.inc(1);
    }
    output.flush().context("writing the output")?;
    Ok(totals)
}
