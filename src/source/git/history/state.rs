//! The connectors' metadata as it stands at each commit of a history.
//!
//! Each version of a file is held once and shared by all commits at which it stands; knows no git.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::changeset::{Fetched, Identity};
use crate::ids::RepoPath;

/// The number of changes after which a snapshot is written out in full.
///
/// A snapshot is a full map and a chain of changes; longer chains make reading one slower, shorter ones writing.
const LONGEST_CHAIN: usize = 64;

/// One version of a connector's metadata.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) content: Result<Fetched, String>,
    identity: OnceLock<Arc<Identity>>,
}

impl Live {
    pub(super) fn new(content: Result<Fetched, String>) -> Self {
        Self {
            content,
            identity: OnceLock::new(),
        }
    }

    /// The identity, read when it is first asked for; `None` for what is no regular file.
    pub(super) fn identity(&self, read: fn(&[u8]) -> Identity) -> Option<Arc<Identity>> {
        let Ok(Fetched::File(bytes)) = &self.content else {
            return None;
        };
        Some(self.identity.get_or_init(|| Arc::new(read(bytes))).clone())
    }
}

type Versions = BTreeMap<RepoPath, Arc<Live>>;

/// The metadata of all connectors at one commit, by directory.
#[derive(Debug, Clone, Default)]
pub(super) struct Snapshot {
    written: Arc<Versions>,
    chain: Option<Arc<Link>>,
}

/// A change since the written-out map.
#[derive(Debug)]
struct Link {
    directory: RepoPath,
    live: Option<Arc<Live>>,
    earlier: Option<Arc<Link>>,
}

impl Snapshot {
    fn links(&self) -> impl Iterator<Item = &Link> {
        std::iter::successors(self.chain.as_deref(), |link| link.earlier.as_deref())
    }

    /// The metadata of one connector.
    pub(super) fn get(&self, directory: &RepoPath) -> Option<&Arc<Live>> {
        match self.links().find(|link| link.directory == *directory) {
            Some(link) => link.live.as_ref(),
            None => self.written.get(directory),
        }
    }

    /// The metadata of all connectors.
    pub(super) fn all(&self) -> Versions {
        let mut latest: BTreeMap<&RepoPath, Option<&Arc<Live>>> = BTreeMap::new();
        for link in self.links() {
            latest.entry(&link.directory).or_insert(link.live.as_ref());
        }
        let mut all = (*self.written).clone();
        for (directory, live) in latest {
            match live {
                Some(live) => all.insert(directory.clone(), live.clone()),
                None => all.remove(directory),
            };
        }
        all
    }
}

/// The state at the end of what was read.
#[derive(Debug, Default)]
pub(super) struct State {
    current: Versions,
    snapshot: Snapshot,
    chained: usize,
}

impl State {
    pub(super) fn get(&self, directory: &RepoPath) -> Option<&Arc<Live>> {
        self.current.get(directory)
    }

    /// Puts the metadata of one connector in its next state; `None` where it is gone.
    pub(super) fn set(&mut self, directory: RepoPath, live: Option<Arc<Live>>) {
        match &live {
            Some(live) => self.current.insert(directory.clone(), live.clone()),
            None => self.current.remove(&directory),
        };
        self.chained += 1;
        self.snapshot.chain = Some(Arc::new(Link {
            directory,
            live,
            earlier: self.snapshot.chain.take(),
        }));
        if self.chained > LONGEST_CHAIN {
            self.chained = 0;
            self.snapshot = Snapshot {
                written: Arc::new(self.current.clone()),
                chain: None,
            };
        }
    }

    /// The state as it is now, to be kept while it goes on.
    pub(super) fn snapshot(&self) -> Snapshot {
        self.snapshot.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(number: usize) -> RepoPath {
        RepoPath::new(format!("c/{number}").as_bytes()).unwrap()
    }

    #[test]
    fn a_snapshot_stays_while_the_state_goes_on() {
        let mut state = State::default();
        let mut kept = Vec::new();
        for step in 0..500 {
            let live = (step % 5 != 4).then(|| Arc::new(Live::new(Err(step.to_string()))));
            state.set(path(step % 7), live);
            kept.push((state.snapshot(), state.current.clone()));
        }
        for (snapshot, expected) in kept {
            let words = |all: &Versions| -> Vec<_> {
                all.iter()
                    .map(|(path, live)| (path.clone(), live.content.clone()))
                    .collect()
            };
            assert_eq!(words(&snapshot.all()), words(&expected));
            for number in 0..7 {
                let content = |live: Option<&Arc<Live>>| live.map(|live| live.content.clone());
                assert_eq!(
                    content(snapshot.get(&path(number))),
                    content(expected.get(&path(number)))
                );
            }
        }
    }
}
