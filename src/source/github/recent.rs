//! The last commits before a pull request left its target branch, each as a change of its own.
//!
//! They stay the same for as long as the pull request does, however far its target branch moves. Knows first parents, and which commits cannot have touched some folders; judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};
use jiff::civil::Date;
use serde::Deserialize;

use super::GitHubSource;
use super::api::Batch;
use super::compare::compare;
use super::facts::{WireOid, object_id};
use crate::changeset::Part;
use crate::ids::{ObjectId, RepoPath};
use crate::text::escape_controls;

/// The most folders that the query names for each commit; with more of them every commit may touch one.
const MOST_FOLDERS: usize = 10;

/// A commit before the pull request's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentCommit {
    /// The commit.
    pub id: ObjectId,
    /// Its first parent.
    pub parent: ObjectId,
    /// The committer's day in UTC.
    pub date: Date,
    /// The first line of its message, without control characters.
    pub subject: String,
}

#[derive(Debug, Deserialize)]
struct Wire {
    history: WireHistory,
}

#[derive(Debug, Deserialize)]
struct WireHistory {
    nodes: Vec<Option<WireCommit>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCommit {
    oid: String,
    committed_date: jiff::Timestamp,
    message_headline: String,
    parents: WireParents,
    /// What stands at each folder, by its alias.
    #[serde(flatten)]
    folders: BTreeMap<String, Option<WireOid>>,
}

#[derive(Debug, Deserialize)]
struct WireParents {
    nodes: Vec<Option<WireOid>>,
}

impl WireCommit {
    fn parent(&self) -> Option<&str> {
        let first = self.parents.nodes.first()?.as_ref()?;
        Some(&first.oid)
    }

    fn at_folders(&self) -> Vec<Option<&str>> {
        let found = self.folders.values();
        found
            .map(|found| found.as_ref().map(|found| found.oid.as_str()))
            .collect()
    }

    /// Whether none of the folders moved since the parent; where nothing is known of them, they may have.
    fn leaves_alone(&self, parent: Option<&Self>) -> bool {
        let here = self.at_folders();
        here.iter().any(Option::is_some) && parent.is_some_and(|parent| parent.at_folders() == here)
    }
}

impl GitHubSource<'_> {
    /// The commits by first parents from the merge base back, among the newest 100 of its history, without those that
    /// leave every one of the folders alone: one request. The newest comes first.
    pub fn recent(&self, folders: Option<&BTreeSet<RepoPath>>) -> anyhow::Result<Vec<RecentCommit>> {
        let start = &self.commits.base;
        let names = folders.filter(|folders| folders.len() <= MOST_FOLDERS);
        let names = names
            .into_iter()
            .flatten()
            .map(|folder| std::str::from_utf8(folder.as_bytes()).ok().map(str::to_owned));
        let batch = Batch {
            objects: vec![start.clone()],
            folders: Vec::new(),
            // A folder whose name is no text cannot be asked for: then each commit may touch it.
            files: names.collect::<Option<_>>().unwrap_or_default(),
        };
        let pattern = include_str!("recent.graphql");
        let answers = self.trees.api.ask::<Wire>("Recent", pattern, &[batch])?;
        let answer = answers.into_iter().next().context("the history was not read")?;
        let mut answer = answer.context("reading the history before the pull request")?;
        let found = answer
            .take('o', 0)
            .context("GitHub shows no history before the pull request")?;
        chain(&found.history.nodes, start)
    }

    /// Turns to the change that a commit made; what was read so far is kept.
    pub fn turn_to(&mut self, commit: &RecentCommit) -> anyhow::Result<()> {
        let comparison = compare(&self.trees.api, &commit.parent, &commit.id, 1)?;
        if comparison.merge_base != commit.parent {
            bail!("{} is not the parent of {}", commit.parent, commit.id);
        }
        self.commits.base = commit.parent.clone();
        self.commits.target = commit.parent.clone();
        self.commits.head = commit.id.clone();
        self.rows = comparison.rows;
        self.listed.clear();
        self.objects.clear();
        self.gaps.clear();
        self.pull_requests.clear();
        self.parts = vec![Part::default()];
        Ok(())
    }
}

/// The commits from one back, as far as the history holds them.
fn chain(history: &[Option<WireCommit>], start: &ObjectId) -> anyhow::Result<Vec<RecentCommit>> {
    let known: BTreeMap<&str, &WireCommit> = history
        .iter()
        .flatten()
        .map(|commit| (commit.oid.as_str(), commit))
        .collect();
    let mut chain = Vec::new();
    let mut next = known.get(start.as_str());
    // A history that leads back to itself would never end.
    for _ in 0..known.len() {
        let Some((commit, parent)) = next.and_then(|commit| Some((commit, commit.parent()?))) else {
            break;
        };
        next = known.get(parent);
        if !commit.leaves_alone(next.copied()) {
            chain.push(RecentCommit {
                id: object_id(&commit.oid, "a commit")?,
                parent: object_id(parent, "a parent")?,
                date: jiff::tz::TimeZone::UTC.to_datetime(commit.committed_date).date(),
                subject: escape_controls(&commit.message_headline),
            });
        }
    }
    Ok(chain)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn id(digit: u8) -> String {
        char::from(digit).to_string().repeat(40)
    }

    fn commit(digit: u8, parents: &[u8], folder: &Value) -> Value {
        let parents: Vec<Value> = parents.iter().map(|parent| json!({"oid": id(*parent)})).collect();
        json!({
            "oid": id(digit), "committedDate": "2026-03-01T23:59:59Z", "messageHeadline": "a\u{1b}b",
            "parents": {"nodes": parents}, "f0": folder,
        })
    }

    fn chained(commits: &[Value]) -> Vec<char> {
        let history: Vec<Option<WireCommit>> = serde_json::from_value(json!(commits)).unwrap();
        let tip = ObjectId::new(&id(b'9')).unwrap();
        let chain = chain(&history, &tip).unwrap();
        chain
            .iter()
            .map(|commit| commit.id.as_str().chars().next().unwrap())
            .collect()
    }

    #[test]
    fn the_first_parents_count_and_a_merged_branch_does_not() {
        let at = |digit| json!({"oid": id(digit)});
        let history = [
            commit(b'9', b"78", &at(b'c')),
            commit(b'8', b"7", &at(b'b')),
            commit(b'7', b"6", &at(b'a')),
            commit(b'6', b"", &Value::Null),
        ];
        assert_eq!(chained(&history), ['9', '7']);
    }

    #[test]
    fn a_commit_that_leaves_the_folders_alone_is_left_out() {
        let at = |digit| json!({"oid": id(digit)});
        let history = [
            commit(b'9', b"8", &at(b'a')),
            commit(b'8', b"7", &at(b'a')),
            commit(b'7', b"6", &at(b'b')),
        ];
        assert_eq!(
            chained(&history),
            ['8', '7'],
            "the parent of the last is not known"
        );
    }

    #[test]
    fn where_nothing_is_known_of_a_folder_every_commit_may_touch_it() {
        let history = [commit(b'9', b"8", &Value::Null), commit(b'8', b"7", &Value::Null)];
        assert_eq!(chained(&history), ['9', '8']);
    }

    #[test]
    fn a_history_that_leads_back_to_itself_ends() {
        let at = |digit| json!({"oid": id(digit)});
        let history = [commit(b'9', b"8", &at(b'a')), commit(b'8', b"9", &at(b'b'))];
        assert_eq!(chained(&history), ['9', '8']);
    }
}
