//! Folders and files of the default branch, read through the API as far as they are wanted.
//!
//! Knows trees and blobs; does not know what stands in them.

use std::collections::BTreeMap;
use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::api::{Api, seen};
use super::facts::{Connectors, Seen};
use crate::github::Route;
use crate::ids::{ObjectId, RepoPath};
use crate::policy::Policy;

/// The most folders that are read in one run.
const MOST_FOLDERS: usize = 60;

/// What stands in a folder.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) id: ObjectId,
    pub(super) size: u64,
}

/// The kinds of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// A symbolic link or a submodule.
    Other,
}

/// The tree of one commit; without one, every look at it says why.
pub(super) struct Tree<'a> {
    api: &'a Api<'a>,
    root: Seen<ObjectId>,
    folders: BTreeMap<ObjectId, Seen<Rc<Vec<Entry>>>>,
}

#[derive(Deserialize)]
struct WireTree {
    tree: Vec<WireEntry>,
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct WireEntry {
    path: String,
    mode: String,
    sha: String,
    #[serde(default)]
    size: u64,
}

#[derive(Deserialize)]
struct WireBlob {
    content: String,
    encoding: String,
}

impl<'a> Tree<'a> {
    pub(super) fn new(api: &'a Api<'a>, root: Seen<ObjectId>) -> Self {
        Self {
            api,
            root,
            folders: BTreeMap::new(),
        }
    }

    /// What stands in a folder of this id.
    fn folder(&mut self, id: &ObjectId) -> Seen<Rc<Vec<Entry>>> {
        if let Some(folder) = self.folders.get(id) {
            return folder.clone();
        }
        if self.folders.len() >= MOST_FOLDERS {
            return Seen::Unread(format!("more than {MOST_FOLDERS} folders would have to be read"));
        }
        let route = self.route("trees", id);
        let folder = seen(self.api.client.get::<WireTree>(&route)).and_then(|wire| match wire.truncated {
            true => Seen::Unread(format!("GitHub cuts the list of the folder {id}")),
            false => Seen::Known(Rc::new(
                wire.tree.into_iter().filter_map(WireEntry::entry).collect(),
            )),
        });
        self.folders.insert(id.clone(), folder.clone());
        folder
    }

    /// What stands at a path; `None` for nothing.
    pub(super) fn at(&mut self, path: &RepoPath) -> Seen<Option<Entry>> {
        let name = |path: &RepoPath| String::from_utf8_lossy(path.file_name()).into_owned();
        let above = match path.parent() {
            Some(above) if !above.is_root() => match self.at(&above) {
                Seen::Known(Some(entry)) if entry.kind == Kind::Folder => Seen::Known(entry.id),
                other => return other.map(|_| None),
            },
            _ => self.root.clone(),
        };
        let name = name(path);
        above
            .and_then(|id| self.folder(&id))
            .map(|entries| entries.iter().find(|entry| entry.name == name).cloned())
    }

    /// What stands in the folder at a path; nothing where there is no folder.
    pub(super) fn list(&mut self, path: &RepoPath) -> Seen<Rc<Vec<Entry>>> {
        self.at(path).and_then(|entry| match entry {
            Some(entry) if entry.kind == Kind::Folder => self.folder(&entry.id),
            _ => Seen::Known(Rc::default()),
        })
    }

    /// The contents of files, side by side, in the order of the entries.
    pub(super) fn contents(&self, entries: &[&Entry]) -> Vec<Seen<Vec<u8>>> {
        let routes: Vec<Route> = entries
            .iter()
            .map(|entry| self.route("blobs", &entry.id))
            .collect();
        match self.api.client.get_all::<WireBlob>(&routes) {
            Ok(answers) => answers
                .into_iter()
                .map(|answer| seen(answer).and_then(WireBlob::bytes))
                .collect(),
            Err(error) => entries.iter().map(|_| Seen::Unread(error.to_string())).collect(),
        }
    }

    fn route(&self, kind: &'static str, id: &ObjectId) -> Route {
        self.api.route().word("git").word(kind).part(id)
    }

    /// Looks for folders that the policy takes for connectors.
    pub(super) fn connectors(&mut self, policy: &Policy) -> Seen<Connectors> {
        let roots = &policy.roots;
        let mut connectors = Connectors {
            patterns: roots.patterns().to_vec(),
            found: usize::from(roots.contains(&RepoPath::root())),
            is_all: true,
            idle_waivers: Vec::new(),
        };
        let mut folders: Vec<RepoPath> = Vec::new();
        let root = match self.root.clone() {
            Seen::Known(root) => root,
            other => return other.map(|_| connectors),
        };
        let mut open = vec![(RepoPath::root(), root)];
        let mut unread = None;
        while let Some((above, id)) = open.pop() {
            if !roots.may_lie_below(&above) {
                continue;
            }
            let entries = match self.folder(&id) {
                Seen::Known(entries) => entries,
                other => {
                    unread.get_or_insert(other);
                    continue;
                }
            };
            for entry in entries.iter().filter(|entry| entry.kind == Kind::Folder) {
                let Ok(path) = above.join(entry.name.as_bytes()) else {
                    continue;
                };
                match roots.contains(&path) {
                    true => {
                        connectors.found += 1;
                        folders.push(path);
                    }
                    false => open.push((path, entry.id.clone())),
                }
            }
        }
        match unread {
            Some(why) if connectors.found == 0 => why.map(|_| connectors),
            why => {
                connectors.is_all = why.is_none();
                // A repository that is one connector has the name that its clone has.
                if connectors.is_all && !roots.contains(&RepoPath::root()) {
                    connectors.idle_waivers = idle_waivers(policy, &folders);
                }
                Seen::Known(connectors)
            }
        }
    }
}

/// The waivers of a policy's own file that name none of the connectors; a shared one may speak of other repositories.
fn idle_waivers(policy: &Policy, folders: &[RepoPath]) -> Vec<(String, String)> {
    let own = policy.waivers.iter();
    let own = own.filter(|waiver| *waiver.origin.file == *policy.provenance.source);
    let idle = own.filter(|waiver| {
        let word = &waiver.connector;
        !folders.iter().any(|folder| {
            let name = String::from_utf8_lossy(folder.file_name());
            crate::waive::names(word, &name, folder)
        })
    });
    idle.map(|waiver| (waiver.origin.to_string(), waiver.connector.clone()))
        .collect()
}

impl WireEntry {
    fn entry(self) -> Option<Entry> {
        Some(Entry {
            kind: match self.mode.as_str() {
                "100644" | "100755" | "100664" => Kind::File,
                "040000" | "40000" => Kind::Folder,
                _ => Kind::Other,
            },
            id: ObjectId::new(&self.sha)?,
            name: self.path,
            size: self.size,
        })
    }
}

impl WireBlob {
    fn bytes(self) -> Seen<Vec<u8>> {
        let text: String = self.content.split_ascii_whitespace().collect();
        match (self.encoding.as_str(), STANDARD.decode(text)) {
            ("base64", Ok(bytes)) => Seen::Known(bytes),
            _ => Seen::Unread("the content of a file is not in base64".to_owned()),
        }
    }
}
