//! Every commit of a history against its parent.
//!
//! One thread reads git, the others judge; lines come out in the order of the commits.

use std::collections::BTreeMap;
use std::io::{BufWriter, IsTerminal, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::change::{ConnectorDiff, Readings};
use crate::changeset::Gap;
use crate::cli::{Replay, ReplayFormat};
use crate::evaluate::{Options, evaluate};
use crate::finding::Level;
use crate::needs::identity_of;
use crate::policy::Policy;
use crate::render;
use crate::source::Connectors;
use crate::source::git::{GitSource, History, HistoryStep};
use crate::verdict::Verdict;

/// How many commits wait for a judge at most; bounds the memory, whatever the history's length.
const QUEUE: usize = 64;

pub(super) fn run(arguments: &Replay) -> anyhow::Result<u8> {
    let git = super::git(&arguments.repo);
    let policy = match &arguments.policy {
        Some(file) => super::policy_of_file(file)?,
        None => {
            let end = arguments
                .range
                .rsplit("..")
                .next()
                .filter(|end| !end.is_empty())
                .unwrap_or("HEAD");
            super::policy_of_target(&mut GitSource::open(&git, Some(end), Some(end))?)?
        }
    };
    let connectors = Connectors {
        roots: policy.roots.clone(),
        identity: identity_of,
    };
    // The rules look at metadata and at single unchanged files: no other changed file's content is wanted.
    let history = History::open(&git, &arguments.range, &connectors, |_| false)?;
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

#[derive(Debug)]
struct Tally {
    verdict: Verdict,
    rules: Vec<(&'static str, Level)>,
    commit: String,
    subject: String,
    microseconds: u128,
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
        let rules = report
            .all_findings()
            .map(|finding| (finding.rule, finding.level))
            .collect();
        let tally = Tally {
            verdict: report.verdict,
            rules,
            commit: step.commit.short().to_owned(),
            subject: step.subject,
            microseconds: elapsed.as_micros(),
        };
        if done.send((index, Judged { line, tally })).is_err() {
            return;
        }
    }
}

/// Reads what the change needs; what cannot be read is a gap of this commit and of no other.
fn complete(step: &mut HistoryStep, policy: &Policy, readings: &Readings) -> Vec<ConnectorDiff> {
    let HistoryStep { set, view, .. } = step;
    let read = super::complete(set, policy, readings, |set, needs| view.fetch_into(set, needs));
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

/// What the whole history came to.
#[derive(Debug, Default)]
struct Totals {
    commits: usize,
    verdicts: BTreeMap<&'static str, usize>,
    levels: BTreeMap<Level, usize>,
    rules: BTreeMap<&'static str, BTreeMap<Level, usize>>,
    slowest: Vec<(u128, String, String)>,
}

impl Totals {
    fn add(&mut self, tally: Tally) {
        self.commits += 1;
        *self.verdicts.entry(tally.verdict.word()).or_default() += 1;
        for (rule, level) in tally.rules {
            *self.levels.entry(level).or_default() += 1;
            *self.rules.entry(rule).or_default().entry(level).or_default() += 1;
        }
        self.slowest
            .push((tally.microseconds, tally.commit, tally.subject));
        self.slowest.sort_by_key(|slow| std::cmp::Reverse(slow.0));
        self.slowest.truncate(5);
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(formatter, "{:<44}{:>8}", "commits", self.commits)?;
        for verdict in [Verdict::Pass, Verdict::Fail, Verdict::CouldNotEvaluate] {
            let count = self.verdicts.get(verdict.word()).copied().unwrap_or_default();
            writeln!(
                formatter,
                "{:<44}{count:>8}",
                format!("verdict {}", verdict.word())
            )?;
        }
        writeln!(
            formatter,
            "\n{:<44}{:>8}{:>8}{:>8}",
            "rule", "error", "warning", "note"
        )?;
        for (rule, levels) in &self.rules {
            let count = |level| levels.get(&level).copied().unwrap_or_default();
            let (errors, warnings, notes) = (count(Level::Error), count(Level::Warning), count(Level::Note));
            writeln!(formatter, "{rule:<44}{errors:>8}{warnings:>8}{notes:>8}")?;
        }
        let count = |level| self.levels.get(&level).copied().unwrap_or_default();
        let (errors, warnings, notes) = (count(Level::Error), count(Level::Warning), count(Level::Note));
        writeln!(
            formatter,
            "{:<44}{errors:>8}{warnings:>8}{notes:>8}\n\nslowest",
            "all rules"
        )?;
        for (microseconds, commit, subject) in &self.slowest {
            let subject: String = crate::text::escape_controls(subject).chars().take(70).collect();
            writeln!(
                formatter,
                "{:>5}.{} ms  {commit}  {subject}",
                microseconds / 1000,
                microseconds % 1000 / 100
            )?;
        }
        Ok(())
    }
}
