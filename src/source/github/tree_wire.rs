//! How GitHub writes trees and commits, in a query and in the REST API.
//!
//! Knows the shapes of the answers; a tree is not yet checked against its id.

use base64::Engine;
use serde::Deserialize;

use crate::ids::ObjectId;
use crate::source::tree::TreeEntry;

/// An object of a tree query.
#[derive(Debug, Deserialize)]
pub(super) struct WireObject {
    pub(super) oid: String,
    #[serde(default)]
    pub(super) tree: Option<WireTree>,
    #[serde(default)]
    pub(super) entries: Option<Vec<WireEntry>>,
    #[serde(default)]
    pub(super) text: Option<String>,
    #[serde(default, rename = "isTruncated")]
    pub(super) is_truncated: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireTree {
    pub(super) oid: String,
    #[serde(default)]
    pub(super) entries: Option<Vec<WireEntry>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireEntry {
    pub(super) mode: u32,
    #[serde(rename = "nameRaw")]
    pub(super) name: String,
    pub(super) oid: String,
    pub(super) size: u64,
}

/// A tree as the REST API gives it.
#[derive(Debug, Deserialize)]
pub(super) struct RestTree {
    pub(super) sha: String,
    pub(super) truncated: bool,
    pub(super) tree: Vec<RestEntry>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RestEntry {
    pub(super) path: String,
    pub(super) mode: String,
    pub(super) sha: String,
    #[serde(default)]
    pub(super) size: Option<u64>,
}

/// A commit as the REST API gives it.
#[derive(Debug, Deserialize)]
pub(super) struct RestCommit {
    pub(super) sha: String,
    pub(super) commit: RestCommitInner,
}

#[derive(Debug, Deserialize)]
pub(super) struct RestCommitInner {
    pub(super) tree: RestTreeName,
}

#[derive(Debug, Deserialize)]
pub(super) struct RestTreeName {
    pub(super) sha: String,
}

/// An entry and its size, where it is a file and GitHub tells.
pub(super) type Sized = (TreeEntry, Option<u64>);

impl RestTree {
    /// The entries; `None` where one of them says what no tree can hold.
    pub(super) fn entries(self) -> Option<Vec<Sized>> {
        let entry = |entry: RestEntry| {
            let named = TreeEntry {
                name: entry.path.into_bytes().into(),
                mode: u32::from_str_radix(&entry.mode, 8).ok()?,
                id: ObjectId::new(&entry.sha)?,
            };
            Some((named, entry.size))
        };
        self.tree.into_iter().map(entry).collect()
    }
}

/// The entries of a tree query; `None` where one of them says what no tree can hold.
pub(super) fn entries(wire: Vec<WireEntry>) -> Option<Vec<Sized>> {
    let entry = |entry: WireEntry| {
        let raw: String = entry.name.split_ascii_whitespace().collect();
        let named = TreeEntry {
            name: base64::engine::general_purpose::STANDARD.decode(raw).ok()?.into(),
            mode: entry.mode,
            id: ObjectId::new(&entry.oid)?,
        };
        Some((named, Some(entry.size)))
    };
    wire.into_iter().map(entry).collect()
}
