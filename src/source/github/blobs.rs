//! Contents of files, by their ids, each checked against its id.
//!
//! Knows how blobs are batched, checked and read again another way; knows no path.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use base64::Engine;
use serde::Deserialize;

use super::api::{Api, Batch, MOST_OBJECTS, unread};
use crate::ids::ObjectId;
use crate::source::{LARGEST_FILE, hash};

const QUERY: (&str, &str) = ("Blobs", include_str!("blobs.graphql"));

/// The most bytes of files that one query asks for.
const MOST_BYTES: u64 = 4 << 20;

/// The most bytes of files of a run; the metadata of all connectors of a large repository have 2 MB.
const MOST_BYTES_IN_ALL: u64 = 256 << 20;

/// The blobs that were read.
#[derive(Debug, Default)]
pub(super) struct Blobs {
    read: BTreeMap<ObjectId, Result<Arc<[u8]>, String>>,
    bytes: u64,
}

/// A blob as a query gives it.
#[derive(Debug, Deserialize)]
pub(super) struct WireBlob {
    pub(super) oid: String,
    /// Absent for what is no blob, and for a binary one.
    #[serde(default)]
    pub(super) text: Option<String>,
    #[serde(default, rename = "isTruncated")]
    pub(super) is_truncated: Option<bool>,
}

/// A blob as the REST API gives it.
#[derive(Debug, Deserialize)]
struct RestBlob {
    sha: String,
    encoding: String,
    content: String,
}

impl Blobs {
    /// A blob that was asked for: its bytes, or the reason why it cannot be read.
    pub(super) fn get(&self, id: &ObjectId) -> Option<&Result<Arc<[u8]>, String>> {
        self.read.get(id)
    }

    /// Keeps a blob that came along, where its content has its id.
    pub(super) fn keep(&mut self, blob: WireBlob) {
        let Some(id) = ObjectId::new(&blob.oid) else {
            return;
        };
        if let (Some(text), Some(false)) = (blob.text, blob.is_truncated)
            && hash::is_blob(&id, text.as_bytes())
        {
            self.read.insert(id, Ok(text.into_bytes().into()));
        }
    }

    /// Reads blobs of known sizes in batches; what a query does not give whole is read one by one.
    pub(super) fn load(&mut self, api: &Api, mut wanted: Vec<(ObjectId, u64)>) -> anyhow::Result<()> {
        wanted.retain(|(id, _)| !self.read.contains_key(id));
        wanted.sort();
        wanted.dedup_by(|one, other| one.0 == other.0);
        for (beyond, _) in wanted.split_off(self.room(&wanted)) {
            let why = format!("more than {MOST_BYTES_IN_ALL} bytes of files would have to be read");
            self.read.insert(beyond, Err(why));
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let sizes: Vec<u64> = wanted.iter().map(|(_, size)| *size).collect();
        let ids: Vec<ObjectId> = wanted.into_iter().map(|(id, _)| id).collect();
        let batches: Vec<Batch> = runs(&sizes, MOST_OBJECTS, MOST_BYTES)
            .into_iter()
            .map(|run| Batch {
                objects: ids[run].to_vec(),
                ..Batch::default()
            })
            .collect();
        let answers = api.ask::<WireBlob>(QUERY.0, QUERY.1, &batches)?;
        for (batch, answer) in batches.iter().zip(answers) {
            let Ok(mut found) = answer else { continue };
            for (index, id) in batch.objects.iter().enumerate() {
                if let Some(blob) = found.take('o', index).filter(|blob| blob.oid == id.as_str()) {
                    self.keep(blob);
                }
            }
        }
        let rest: Vec<ObjectId> = ids.into_iter().filter(|id| !self.read.contains_key(id)).collect();
        self.load_alone(api, &rest)
    }

    /// How many of the blobs may still be read, and takes note of their bytes.
    fn room(&mut self, wanted: &[(ObjectId, u64)]) -> usize {
        for (index, (_, size)) in wanted.iter().enumerate() {
            let bytes = self.bytes.saturating_add(*size);
            if bytes > MOST_BYTES_IN_ALL {
                return index;
            }
            self.bytes = bytes;
        }
        wanted.len()
    }

    fn load_alone(&mut self, api: &Api, ids: &[ObjectId]) -> anyhow::Result<()> {
        let mut answers = api.each::<RestBlob>("blobs", ids)?.into_iter();
        for id in ids {
            let found = match answers.next() {
                Some(Ok(blob)) => content(id, &blob),
                Some(Err(error)) => Err(unread(id, Some(error))),
                None => Err(unread(id, None)),
            };
            self.read.insert(id.clone(), found);
        }
        Ok(())
    }
}

/// The bytes of a blob of the REST API.
fn content(id: &ObjectId, blob: &RestBlob) -> Result<Arc<[u8]>, String> {
    if blob.encoding != "base64" {
        return Err(format!(
            "GitHub gives object {id} in an encoding that is not base64"
        ));
    }
    let raw: String = blob.content.split_ascii_whitespace().collect();
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(raw)
        .map_err(|_| format!("GitHub gives object {id} in base64 that cannot be read"))?;
    if blob.sha == id.as_str() && hash::is_blob(id, &bytes) {
        Ok(bytes.into())
    } else {
        Err(format!("what GitHub gives for object {id} is not that object"))
    }
}

/// Splits sizes into runs of at most so many objects and bytes; one that is larger alone is a run of its own.
fn runs(sizes: &[u64], most_objects: usize, most_bytes: u64) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    let mut bytes = 0_u64;
    for (index, size) in sizes.iter().map(|size| (*size).min(LARGEST_FILE)).enumerate() {
        let is_full = index - start >= most_objects || bytes.saturating_add(size) > most_bytes;
        if index > start && is_full {
            runs.push(start..index);
            start = index;
            bytes = 0;
        }
        bytes = bytes.saturating_add(size);
    }
    if start < sizes.len() {
        runs.push(start..sizes.len());
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_ends_at_its_count_and_at_its_bytes() {
        assert_eq!(runs(&[1; 5], 2, 100), [0..2, 2..4, 4..5]);
        assert_eq!(runs(&[60, 30, 20, 100, 1], 9, 100), [0..2, 2..3, 3..4, 4..5]);
        assert_eq!(runs(&[200, 200], 9, 100), [0..1, 1..2]);
        assert!(runs(&[], 9, 100).is_empty());
        assert_eq!(runs(&[0; 200], MOST_OBJECTS, MOST_BYTES).len(), 1);
        assert_eq!(runs(&[0; 201], MOST_OBJECTS, MOST_BYTES).len(), 2);
    }

    const HELLO: &str = "ce013625030ba8dba906f756967f9e9ca394464a";

    fn rest(encoding: &str, content: &str) -> RestBlob {
        RestBlob {
            sha: HELLO.to_owned(),
            encoding: encoding.to_owned(),
            content: content.to_owned(),
        }
    }

    #[test]
    fn base64_with_line_breaks_is_read_and_nothing_else_is_taken_for_content() {
        let id = ObjectId::new(HELLO).unwrap();
        assert_eq!(
            content(&id, &rest("base64", "aGVs\nbG8K\n")).as_deref(),
            Ok(&b"hello\n"[..])
        );
        for (encoding, text) in [
            ("base64", "aGVsbG8"),
            ("base64", ""),
            ("base64", "aGVsbG8h"),
            ("base64", "!"),
            ("none", ""),
            ("utf-8", "hello\n"),
        ] {
            assert!(content(&id, &rest(encoding, text)).is_err(), "{encoding} {text}");
        }
    }

    #[test]
    fn a_run_reads_only_so_many_bytes() {
        let id = ObjectId::new(HELLO).unwrap();
        let mut blobs = Blobs::default();
        let large = vec![(id, LARGEST_FILE); 100];
        assert_eq!(blobs.room(&large), 64);
        assert_eq!(blobs.room(&large), 0);
    }

    #[test]
    fn text_that_has_not_its_id_or_is_cut_is_not_kept() {
        let id = ObjectId::new(HELLO).unwrap();
        let wire = |text: Option<&str>, is_truncated| WireBlob {
            oid: HELLO.to_owned(),
            text: text.map(str::to_owned),
            is_truncated,
        };
        let mut blobs = Blobs::default();
        for blob in [
            wire(None, Some(false)),
            wire(Some("hello"), Some(false)),
            wire(Some("hello\n"), Some(true)),
            wire(Some("hello\n"), None),
        ] {
            blobs.keep(blob);
            assert_eq!(blobs.get(&id), None);
        }
        blobs.keep(wire(Some("hello\n"), Some(false)));
        assert!(blobs.get(&id).is_some_and(Result::is_ok));
    }
}
