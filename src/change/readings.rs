//! What was read already: in a history, the head of one commit is the base of the next.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use super::Reading;
use crate::contract::{is_json, parse};
use crate::ids::RepoPath;
use crate::yaml::{Document, Unreadable};

/// How many readings are kept at most: twice the connectors of the largest known repository.
const KEPT: usize = 1_280;

/// Its tree is kept as a connector's reading, not here.
const METADATA: &[u8] = b"metadata.yaml";

/// The bytes of the files whose trees are kept; a tree takes some ten to twenty times its file.
const KEPT_BYTES: usize = 8 << 20;

/// Readings by the very bytes that they were made of, shared between threads.
///
/// The outcome is the same with and without it. Of metadata only a shared allocation is recognised, never an equal one, so
/// that looking up costs nothing; files that bear a contract are large and are recognised by their content.
#[derive(Debug, Default)]
pub struct Readings {
    metadata: Mutex<HashMap<usize, Kept>>,
    documents: Mutex<Documents>,
}

/// A reading, with the bytes that keep its key from being given to others.
#[derive(Debug)]
struct Kept {
    bytes: Arc<[u8]>,
    reading: Arc<Reading>,
}

/// The latest trees of files that bear a contract.
#[derive(Debug, Default)]
struct Documents {
    kept: VecDeque<Tree>,
    bytes: usize,
}

#[derive(Debug)]
struct Tree {
    hash: u64,
    is_json: bool,
    bytes: Arc<[u8]>,
    document: Result<Arc<Document>, Unreadable>,
}

impl Readings {
    /// The reading of these bytes, made at most once as long as it is kept.
    pub(super) fn of(&self, bytes: &Arc<[u8]>, read: impl FnOnce(&[u8]) -> Reading) -> Arc<Reading> {
        let key = Arc::as_ptr(bytes).cast::<u8>().addr();
        let lock = || self.metadata.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = lock().get(&key) {
            return Arc::clone(&kept.reading);
        }
        let reading = Arc::new(read(bytes));
        let mut kept = lock();
        if kept.len() >= KEPT {
            // What nobody else holds any more is not asked for again: the history went on.
            kept.retain(|_, kept| Arc::strong_count(&kept.bytes) > 1);
            if kept.len() > KEPT / 4 * 3 {
                kept.clear();
            }
        }
        kept.insert(
            key,
            Kept {
                bytes: Arc::clone(bytes),
                reading: Arc::clone(&reading),
            },
        );
        reading
    }

    /// Whether a file is one that [`Readings::read_ahead`] may read: a manifest, a specification or a schema by its name.
    pub fn reads_ahead(path: &RepoPath) -> bool {
        let name = path.file_name();
        name != METADATA
            && [&b".json"[..], b".yaml", b".yml"]
                .iter()
                .any(|ending| name.ends_with(ending))
    }

    /// Reads a file that bears a contract, for whoever asks for it next.
    pub fn read_ahead(&self, path: &RepoPath, bytes: &Arc<[u8]>) {
        let _ = self.document(path, bytes);
    }

    /// The tree of a file that bears a contract, as long as it is kept.
    pub(super) fn document(&self, path: &RepoPath, bytes: &Arc<[u8]>) -> Result<Arc<Document>, Unreadable> {
        // Equal bytes are two trees where one name says JSON and the other YAML.
        let is_json = is_json(path);
        let mut hasher = DefaultHasher::new();
        hasher.write(bytes);
        let hash = hasher.finish();
        let lock = || self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = lock()
            .kept
            .iter()
            .find(|tree| tree.hash == hash && tree.is_json == is_json && tree.bytes == *bytes)
        {
            return tree.document.clone();
        }
        let document = parse(path, bytes).map(Arc::new);
        let mut documents = lock();
        documents.bytes += bytes.len();
        documents.kept.push_back(Tree {
            hash,
            is_json,
            bytes: Arc::clone(bytes),
            document: document.clone(),
        });
        while documents.bytes > KEPT_BYTES
            && let Some(oldest) = documents.kept.pop_front()
        {
            documents.bytes -= oldest.bytes.len();
        }
        document
    }
}
