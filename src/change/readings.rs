//! What was read already: in a history, the head of one commit is the base of the next.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Reading;

/// How many readings are kept at most: twice the connectors of the largest known repository.
const KEPT: usize = 1_280;

/// Readings by the very bytes that they were made of, shared between threads.
///
/// Only a shared allocation is recognised, never an equal one: looking up costs nothing, and the outcome is the same
/// with and without it.
#[derive(Debug, Default)]
pub struct Readings(Mutex<HashMap<usize, Kept>>);

/// A reading, with the bytes that keep its key from being given to others.
#[derive(Debug)]
struct Kept {
    _bytes: Arc<[u8]>,
    reading: Arc<Reading>,
}

impl Readings {
    /// The reading of these bytes, made at most once as long as it is kept.
    pub(super) fn of(&self, bytes: &Arc<[u8]>, read: impl FnOnce(&[u8]) -> Reading) -> Arc<Reading> {
        let key = Arc::as_ptr(bytes).cast::<u8>().addr();
        if let Some(kept) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(&kept.reading);
        }
        let reading = Arc::new(read(bytes));
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(
            key,
            Kept {
                _bytes: Arc::clone(bytes),
                reading: Arc::clone(&reading),
            },
        );
        reading
    }
}
