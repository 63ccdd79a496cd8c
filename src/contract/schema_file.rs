//! Schemas that stand in files of their own, with the shared parts that they refer to.

use super::bearing::{Bearing, bearing, is_shared};
use super::canonical::written;
use super::files::{Files, Found};
use super::view::token;
use super::{Known, Reason, ReasonKind, References, Schema, Scope};
use crate::ids::RepoPath;
use crate::yaml::{Kind, Node};

/// How many files one schema may bring in.
const MOST_SHARED: usize = 64;
/// How many nodes are searched for references to other files.
const MOST_SEARCHED: usize = 500_000;

/// Reads the first of several files that there is.
///
/// A file that nobody has read is asked for where the change touches it, where all are wanted, or where a shared part
/// changes; otherwise it is as it was.
pub(super) fn read_first(files: &mut Files<'_>, candidates: &[RepoPath]) -> Known<Schema> {
    let wants_all = files.input().want_all_schemas || files.touches_shared();
    let mut unread = Vec::new();
    for path in candidates {
        match files.find(path) {
            Found::Absent => {}
            Found::Unread => unread.push(path),
            Found::Bad(reason) => return Known::CannotTell(reason),
            Found::Read(file) if unread.is_empty() => return Known::Known(schema(files, file)),
            Found::Read(_) => break,
        }
    }
    let Some(first) = unread.first() else {
        return Known::Absent;
    };
    let reason = files.reason(ReasonKind::NotRead, first);
    let is_wanted = wants_all || unread.iter().any(|path| files.is_changed(path));
    let is_asked = !is_wanted || unread.iter().all(|path| files.want(path));
    Known::CannotTell(match is_asked {
        true => reason,
        false => reason.of(files.side()),
    })
}

/// The schema that is a whole file.
fn schema(files: &mut Files<'_>, file: usize) -> Schema {
    bring_shared(files, file);
    let scope = Scope::new(&files.read, References::Schema);
    Schema::read(&scope.root(file))
}

/// Reads the files that a schema refers to, and those that these refer to; asks for those that nobody has read.
fn bring_shared(files: &mut Files<'_>, file: usize) {
    let mut open = vec![file];
    let mut seen = open.clone();
    while let Some(file) = open.pop() {
        let from = files.read[file].path.clone();
        for reference in references(files.read[file].document.root()) {
            for path in neighbours(&from, &reference) {
                match files.find(&path) {
                    Found::Read(found) => {
                        if !seen.contains(&found) && seen.len() < MOST_SHARED {
                            seen.push(found);
                            open.push(found);
                        }
                        break;
                    }
                    Found::Unread => {
                        files.want(&path);
                    }
                    Found::Absent | Found::Bad(_) => {}
                }
            }
        }
    }
}

/// The other files that a file's references name.
fn references(root: &Node) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open = vec![root];
    for _ in 0..MOST_SEARCHED {
        let Some(node) = open.pop() else { break };
        match &node.kind {
            Kind::Scalar(_) => {}
            Kind::Sequence(items) => open.extend(items.iter()),
            Kind::Mapping(entries) => {
                open.extend(entries.iter().map(|entry| &entry.value));
                let reference = node.get("$ref").and_then(Node::as_str).unwrap_or_default();
                let path = reference.split('#').next().unwrap_or_default();
                if !path.is_empty() && found.len() < MOST_SHARED && !found.iter().any(|known| known == path) {
                    found.push(path.to_owned());
                }
            }
        }
    }
    found.sort();
    found
}

/// Where a file may stand that a schema file names: in the folder `shared` beside it, or itself beside it.
pub(super) fn neighbours(from: &RepoPath, path: &str) -> Vec<RepoPath> {
    let Some(folder) = from.parent() else {
        return Vec::new();
    };
    let shared = (!is_shared(from)).then(|| format!("shared/{path}"));
    let names = shared.into_iter().chain([path.to_owned()]);
    names.filter_map(|name| below(&folder, &name)).collect()
}

/// A path from a folder that does not leave the folder `schemas` in which that lies.
fn below(folder: &RepoPath, path: &str) -> Option<RepoPath> {
    let mut segments: Vec<&[u8]> = folder.as_bytes().split(|byte| *byte == b'/').collect();
    let home = segments.iter().rposition(|segment| *segment == b"schemas")? + 1;
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." if segments.len() > home => {
                segments.pop();
            }
            ".." => return None,
            segment => segments.push(segment.as_bytes()),
        }
    }
    RepoPath::new(&segments.join(&b'/')).ok()
}

/// The text of the shared parts that change, which any stream may refer to.
pub(super) fn changed_shared(files: &mut Files<'_>) -> Option<Reason> {
    let shared: Vec<RepoPath> = (files.input().changed.iter().chain(files.input().gone))
        .filter(|path| bearing(files.input().directory, path) == Some(Bearing::Schema) && is_shared(path))
        .cloned()
        .collect();
    let first = files.reason(ReasonKind::Code, shared.first()?);
    let mut data = String::new();
    for path in &shared {
        data.push_str(&files.reason(ReasonKind::Code, path).subject);
        data.push(' ');
        data.push_str(&match files.find(path) {
            Found::Absent => "absent".to_owned(),
            Found::Unread => files.side(),
            Found::Bad(reason) => reason.data,
            Found::Read(file) => written(files.read[file].document.root()),
        });
        data.push('\n');
    }
    Some(first.of(token(data.as_bytes())))
}
