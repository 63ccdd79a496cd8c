//! A history, judged by several threads and handed on in the order of its commits.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use anyhow::anyhow;
use indicatif::ProgressBar;

use crate::change::{ConnectorDiff, Readings};
use crate::changeset::Gap;
use crate::needs::gather;
use crate::roots::ConnectorRoots;
use crate::rules::policy_path;
use crate::source::git::{History, HistoryStep};

/// How many commits wait for a judge at most; bounds the memory, whatever the history's length.
const QUEUE: usize = 64;

/// Judges every commit and hands on what came of it, in the order of the commits.
pub(in crate::run) fn for_each<T: Send>(
    history: History,
    bar: &ProgressBar,
    judge: impl Fn(HistoryStep, &Readings) -> T + Sync,
    take: impl FnMut(T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let judges = std::thread::available_parallelism()
        .map_or(2, NonZero::get)
        .clamp(1, 16);
    let (work, queue) = sync_channel::<(usize, HistoryStep)>(QUEUE);
    let (done, results) = sync_channel::<(usize, T)>(QUEUE);
    let queue = Arc::new(Mutex::new(queue));
    let readings = &Readings::default();
    let judge = &judge;
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || read_all(history, &work));
        for _ in 0..judges {
            let (queue, done) = (Arc::clone(&queue), done.clone());
            scope.spawn(move || judge_some(&queue, &done, |step| judge(step, readings)));
        }
        drop(done);
        // The receiver belongs to the judges alone: when they are gone, the reader must not wait for a place.
        drop(queue);
        in_order(results, bar, take)?;
        reader
            .join()
            .map_err(|_| anyhow!("the reader of the history stopped"))??;
        Ok(())
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

fn judge_some<T>(
    queue: &Mutex<Receiver<(usize, HistoryStep)>>,
    done: &SyncSender<(usize, T)>,
    judge: impl Fn(HistoryStep) -> T,
) {
    loop {
        let next = queue.lock().map(|queue| queue.recv());
        let Ok(Ok((index, step))) = next else { return };
        if done.send((index, judge(step))).is_err() {
            return;
        }
    }
}

/// Puts the results back into the order of the commits; without a taker the judges stop.
fn in_order<T>(
    results: Receiver<(usize, T)>,
    bar: &ProgressBar,
    mut take: impl FnMut(T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut waiting: BTreeMap<usize, T> = BTreeMap::new();
    let mut next = 0;
    for (index, judged) in results {
        waiting.insert(index, judged);
        while let Some(judged) = waiting.remove(&next) {
            take(judged)?;
            next += 1;
        }
        bar.inc(1);
    }
    Ok(())
}

/// Reads what the change needs; what cannot be read is a gap of this commit and of no other.
pub(in crate::run) fn complete(
    step: &mut HistoryStep,
    roots: &ConnectorRoots,
    readings: &Readings,
) -> Vec<ConnectorDiff> {
    let HistoryStep { set, view, .. } = step;
    let read = gather(set, roots, &policy_path(), readings, |set, needs| {
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
