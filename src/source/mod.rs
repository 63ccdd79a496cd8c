//! Where both sides of a change come from: a git repository, two folders, a whole history.
//!
//! The only module of the library that reads files or starts a process; knows neither YAML nor rules. What cannot be
//! read for a reason that lies in the data (a malformed tree, a missing object, an unreadable folder) becomes a
//! [`Gap`]; an `Err` means that the source as a whole cannot answer.

pub mod directory;
mod disk;
pub mod git;
pub mod github;
mod hash;
pub mod memory;
mod tree;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::changeset::{ChangeSet, Fetched, Gap, Identity, Need, Side};
use crate::ids::RepoPath;
use crate::roots::ConnectorRoots;

/// The most bytes of a file that a source reads; a larger one is [`Fetched::TooLarge`].
pub const LARGEST_FILE: u64 = 4 << 20;

/// The name of the file that makes a directory a connector.
pub const METADATA: &[u8] = b"metadata.yaml";

/// What a source has to be told about connectors: where they live, and how one is known.
#[derive(Debug, Clone)]
pub struct Connectors {
    /// The directories of the policy.
    pub roots: ConnectorRoots,
    /// Reads the identity out of a `metadata.yaml`, so that no source knows YAML.
    pub identity: fn(&[u8]) -> Identity,
}

/// Something that both sides of a change can be read from.
///
/// The caller asks for the change, then at most twice for what the change needs besides:
/// `set = change_set(today)`, then `fetch_into(&mut set, &needed(&set), …)` until nothing is needed.
pub trait Source {
    /// Lists what changed; reads no content.
    fn change_set(&mut self, today: Date) -> anyhow::Result<ChangeSet>;

    /// Reads what is named, all of it in one batch, into the change.
    ///
    /// A file that cannot be read becomes a gap and gets no entry in `contents`.
    fn fetch_into(
        &mut self,
        set: &mut ChangeSet,
        needs: &[Need],
        connectors: &Connectors,
    ) -> anyhow::Result<()>;

    /// Reads one file, before or after the change was listed; the policy's override is read this way.
    fn read(&mut self, side: Side, path: &RepoPath) -> anyhow::Result<Fetched>;
}

/// Puts what was found at a path into the change; the reason of a failure becomes a gap.
fn keep(set: &mut ChangeSet, side: Side, path: RepoPath, found: Result<Fetched, String>) {
    match found {
        Ok(fetched) => {
            set.contents.insert((side, path), fetched);
        }
        Err(why) => set.gaps.push(Gap {
            path: Some(path),
            why,
        }),
    }
}

/// Puts a connector's identity among the others, read from what was found at its metadata.
///
/// Metadata that is no regular file has no identity, but a connector stands there; metadata that cannot be read
/// could hide any identity and is a gap.
fn keep_identity(
    identities: &mut BTreeMap<RepoPath, Arc<Identity>>,
    gaps: &mut Vec<Gap>,
    connectors: &Connectors,
    metadata: RepoPath,
    directory: RepoPath,
    found: Result<Fetched, String>,
) {
    let identity = match found {
        Ok(Fetched::Absent) => return,
        Ok(Fetched::File(bytes)) => (connectors.identity)(&bytes),
        Ok(Fetched::NotRegular(_)) => Identity::default(),
        Ok(Fetched::TooLarge { bytes }) => {
            gaps.push(Gap {
                path: Some(metadata),
                why: format!("its {bytes} bytes are too many to read the connector's identity"),
            });
            return;
        }
        Err(why) => {
            gaps.push(Gap {
                path: Some(metadata),
                why,
            });
            return;
        }
    };
    identities.insert(directory, Arc::new(identity));
}
