//! Large files are parsed in threads as soon as they are there, so that the core, which knows no threads, finds them read.
//!
//! Changes nothing but the time: what is not read ahead is read when it is asked for.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::change::Readings;
use crate::changeset::{ChangeSet, Fetched, Need};
use crate::ids::RepoPath;

/// From how many bytes on a file is worth a thread: some milliseconds of work.
const LARGE: usize = 64 * 1024;
/// How many bytes are read ahead at once: half of what [`Readings`] keeps.
const MOST_BYTES: usize = 4 << 20;

/// Parses the large ones of the files that were just fetched.
pub(super) fn read_ahead(set: &ChangeSet, needs: &[Need], readings: &Readings) {
    let mut bytes_left = MOST_BYTES;
    let mut files: Vec<(&RepoPath, &Arc<[u8]>)> = Vec::new();
    for need in needs {
        if let Need::File(side, path) = need
            && let Some(Fetched::File(bytes)) = set.fetched(*side, path)
            && Readings::reads_ahead(path)
            && (LARGE..=bytes_left).contains(&bytes.len())
        {
            bytes_left -= bytes.len();
            files.push((path, bytes));
        }
    }
    if files.len() < 2 {
        return;
    }
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads.min(files.len()) {
            scope.spawn(|| {
                while let Some((path, bytes)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    readings.read_ahead(path, bytes);
                }
            });
        }
    });
}
