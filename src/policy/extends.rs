//! Policies that lie in another repository of the same owner, laid between the built-in policy and a repository's own.
//!
//! Knows what a file asks for, and which chains are refused; reads nothing, and knows no server.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::error::{PolicyError, quoted};
use super::load::{self, Last};
use super::read::read;
use super::tree::{Content, Origin, Tree};
use super::typed::typed;
use super::{COMPLETE, Policy};
use crate::ids::{ObjectId, RepoPath};
use crate::report::ExtendedPolicy;
use crate::rules::{RULES, policy_path};

/// The key.
pub(super) const KEY: &str = "extends";

/// The most files that a policy extends, each through the one before.
pub const MOST_EXTENDED: usize = 3;

/// Another policy that a file asks for: a file at a commit that nobody can move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extends {
    /// The file and its commit.
    pub file: ExtendedPolicy,
    /// Where it is asked for.
    pub origin: Origin,
}

/// Whose policy is read, as far as the reader knows.
#[derive(Debug, Clone)]
pub struct Home {
    /// The repository, as `owner/name`; its owner is the only one whose policies may be extended.
    pub repository: Option<String>,
    /// Where the repository keeps its own policy.
    pub path: RepoPath,
}

impl Default for Home {
    fn default() -> Self {
        Self {
            repository: None,
            path: policy_path(),
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    /// The repository, as `owner/name`: of the same owner as the repository that is reviewed.
    repository: Name,
    /// The file's path from the root of that repository.
    path: Place,
    /// The commit: all of its 40 digits.
    sha: Commit,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Name(String);

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Place(RepoPath);

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Commit(ObjectId);

macro_rules! text {
    ($($name:ty),*) => {
        $(impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                String::schema_name()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                String::json_schema(generator)
            }
        })*
    };
}
text!(Name, Place, Commit);

fn refused(text: &str, expected: &str) -> String {
    format!("invalid value: string {text:?}, expected {expected}")
}

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_part = |part: &str| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            !part.is_empty() && part.len() <= 100 && !matches!(part, "." | "..") && part.bytes().all(plain)
        };
        match text.split_once('/') {
            Some((owner, name)) if is_part(owner) && is_part(name) => Ok(Self(text)),
            _ => Err(refused(&text, "a repository of the form owner/name")),
        }
    }
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match RepoPath::new(text.as_bytes()) {
            Ok(path) if !path.is_root() => Ok(Self(path)),
            _ => Err(refused(&text, "a path from the root of the repository")),
        }
    }
}

impl TryFrom<String> for Commit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // A branch, a tag and a short id can come to mean something else tomorrow.
        match ObjectId::new(&text).filter(|_| text.len() == 40) {
            Some(commit) => Ok(Self(commit)),
            None => Err(refused(&text, "the 40 digits of a commit")),
        }
    }
}

/// What a file extends; `None` where it extends nothing, or where that is a fault.
pub(super) fn of_tree(tree: &Tree, errors: &mut Vec<PolicyError>) -> Option<Extends> {
    let Content::Map(entries) = &tree.content else {
        return None;
    };
    let entry = entries.iter().find(|entry| entry.key == KEY)?;
    let written = typed(&entry.value, None, serde_json::from_value::<Written>, errors)?;
    Some(Extends {
        file: ExtendedPolicy {
            repository: written.repository.0,
            path: written.path.0,
            commit: written.sha.0,
        },
        origin: entry
            .value
            .get("repository")
            .map_or(&entry.origin, |name| &name.origin)
            .clone(),
    })
}

/// The tree without what it extends.
pub(super) fn without(mut tree: Tree) -> Tree {
    if let Content::Map(entries) = &mut tree.content {
        entries.retain(|entry| entry.key != KEY);
    }
    tree
}

/// Reads a policy and those that it extends, one through the other, and lays them over the built-in one.
///
/// `fetch` reads the file that is asked for; its error is the outer one. The inner one is every fault of the files.
pub fn load<E>(
    own: (&str, &[u8]),
    home: &Home,
    mut fetch: impl FnMut(&Extends) -> Result<Vec<u8>, E>,
) -> Result<Result<Policy, Vec<PolicyError>>, E> {
    let mut files: Vec<(String, Vec<u8>)> = vec![(own.0.to_owned(), own.1.to_vec())];
    let mut extended: Vec<ExtendedPolicy> = Vec::new();
    let mut owner = home.repository.as_deref().map(|name| owner_of(name).to_owned());
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    known.extend(
        home.repository
            .iter()
            .map(|name| (name.to_lowercase(), own.0.to_owned())),
    );
    while let Some((label, bytes)) = files.last() {
        let mut errors = Vec::new();
        let asked = read(label, bytes, &mut errors).and_then(|tree| of_tree(&tree, &mut errors));
        // A file that cannot be read is told by the loading.
        let Some(asked) = asked else { break };
        let name = asked.file.repository.to_lowercase();
        let its_owner = owner_of(&name).to_owned();
        let owner = owner.get_or_insert_with(|| its_owner.clone());
        let fault = if !owner.eq_ignore_ascii_case(&its_owner) {
            Some(format!(
                "{} does not belong to `{owner}`; a policy extends those of its own owner alone",
                quoted(&asked.file.repository)
            ))
        } else if !known.insert((name, asked.file.path.to_string())) {
            let path = asked.file.path.to_string();
            Some(format!(
                "{} of {} is part of this chain already, which would never end",
                quoted(&path),
                quoted(&asked.file.repository)
            ))
        } else if extended.len() >= MOST_EXTENDED {
            Some(format!(
                "a policy extends {MOST_EXTENDED} others at most, one through the other"
            ))
        } else {
            None
        };
        if let Some(fault) = fault {
            return Ok(Err(vec![PolicyError::new(&asked.origin, fault)]));
        }
        let bytes = fetch(&asked)?;
        files.push((asked.file.to_string(), bytes));
        extended.push(asked.file);
    }
    let read = files;
    let files: Vec<(&str, &[u8])> = read
        .iter()
        .map(|(label, bytes)| (label.as_str(), bytes.as_slice()))
        .collect();
    Ok(Policy::of_chain(&files).map(|mut policy| {
        policy.home = home.clone();
        let texts = read.into_iter().skip(1).map(|(_, bytes)| bytes);
        policy.extended = extended.iter().cloned().zip(texts).collect();
        policy.provenance.extends = extended;
        policy
    }))
}

/// What is wrong with a file in the place of a policy's own, as far as it can be told without a file that the policy did
/// not read.
pub(super) fn faults(bytes: &[u8], present: &Policy) -> Vec<PolicyError> {
    let label = present.home.path.to_string();
    let own = (label.as_str(), bytes);
    let mut errors = load::load(RULES, COMPLETE, &[own], Last::MayExtend)
        .err()
        .unwrap_or_default();
    let known = |asked: &Extends| {
        let mut files = present.extended.iter();
        let (_, bytes) = files.find(|(file, _)| *file == asked.file).ok_or(())?;
        Ok::<_, ()>(bytes.clone())
    };
    // The owner, the chain, and what the layers say together.
    if let Ok(Err(chain)) = load(own, &present.home, known) {
        errors.extend(
            chain
                .into_iter()
                .filter(|error| !errors.contains(error))
                .collect::<Vec<_>>(),
        );
    }
    errors
}

fn owner_of(repository: &str) -> &str {
    repository.split('/').next().unwrap_or_default()
}
