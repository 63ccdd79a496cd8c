//! A group of the merge queue: several pull requests, judged as the one tree that they make together.
//!
//! Knows which pull requests a group is made of and which of them touches what. Where that cannot be told for sure,
//! the facts are not known and the change has a gap.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::Api;
use super::compare::{self, Commit};
use super::facts::{WireBranch, WireFacts, WireList, WireOid, default_branch, object_id};
use super::{Commits, GitHubSource};
use crate::changeset::{ChangeSet, Gap, Part, PullRequest};
use crate::github::event::MergeGroup;
use crate::github::{Client, Query, RepositoryName};
use crate::ids::{ObjectId, RepoPath};

#[derive(Debug, Deserialize)]
struct Answer {
    repository: Option<WireRepository>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRepository {
    default_branch_ref: Option<WireBranch>,
    pull_request: Option<WireMember>,
    #[serde(default)]
    merge_queue: Option<WireQueue>,
}

#[derive(Debug, Deserialize)]
struct WireQueue {
    entries: Option<WireList<WireEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireEntry {
    head_commit: Option<WireOid>,
    pull_request: Option<WireMember>,
}

#[derive(Debug, Deserialize)]
struct WireMember {
    #[serde(flatten)]
    facts: WireFacts,
    commits: WireCommits,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCommits {
    total_count: u64,
    nodes: Vec<Option<WireCommit>>,
}

#[derive(Debug, Deserialize)]
struct WireCommit {
    commit: WireOid,
}

/// A pull request that may be part of a group.
#[derive(Debug)]
struct Candidate {
    pull_request: PullRequest,
    /// Where the queue has it end; `None` for the one that is known by the queue's branch alone.
    end: Option<ObjectId>,
    /// How many commits it has.
    count: u64,
    /// Its last commits, at most 100.
    commits: BTreeSet<ObjectId>,
}

impl<'c> GitHubSource<'c> {
    /// Reads a group of the merge queue and finds its pull requests.
    pub fn open_group(
        client: &'c Client,
        repository: &RepositoryName,
        group: &MergeGroup,
    ) -> anyhow::Result<Self> {
        let api = Api::new(client, repository);
        let own = own_number(&group.head_ref)
            .with_context(|| "the queue's branch does not end in `pr-<number>-<sha>`".to_owned())?;
        let answer = ask(&api, own, branch(&group.base_ref))?;
        let (default_branch, default_tip) = default_branch(answer.default_branch_ref)?;
        let candidates = candidates(answer.pull_request, answer.merge_queue, &group.base)?;
        let (comparison, commits) = compare::compare_with_commits(&api, &group.base, &group.head)?;
        let members = commits.and_then(|commits| {
            let chain = chain(&commits, &group.base, &group.head)?;
            members(&chain, &candidates, own).or_else(|| alone(&commits, &group.head, &candidates, own))
        });
        let ends = Commits {
            base: comparison.merge_base,
            head: group.head.clone(),
            target: group.base.clone(),
            target_tip: group.base.clone(),
            default_tip,
        };
        let mut source = Self::new(api, ends, default_branch, comparison.rows);
        source.is_group = true;
        match members {
            Some(members) => source.take_members(candidates, &members)?,
            None => {
                source.parts = vec![Part::default()];
                source.gaps.push(Gap {
                    path: None,
                    why: "the pull requests of the merge group cannot be told for sure, and with them their titles, \
                          labels and approvals"
                        .to_owned(),
                });
            }
        }
        Ok(source)
    }

    fn take_members(&mut self, candidates: Vec<Candidate>, members: &[usize]) -> anyhow::Result<()> {
        let is_alone = members.len() == 1;
        for (index, candidate) in candidates.into_iter().enumerate() {
            if !members.contains(&index) {
                continue;
            }
            let paths = match is_alone {
                true => None,
                false => self.touched(&candidate.pull_request)?,
            };
            self.parts.push(Part {
                facts: candidate.pull_request.facts.clone(),
                paths,
            });
            self.pull_requests.push(candidate.pull_request);
        }
        Ok(())
    }

    /// The paths that a pull request touches; `None` where the list of them is not whole.
    fn touched(&self, pull_request: &PullRequest) -> anyhow::Result<Option<BTreeSet<RepoPath>>> {
        let changed = pull_request.changed_files;
        if !compare::is_listed_whole(changed) {
            return Ok(None);
        }
        let pages = compare::pages(changed, 0);
        let rows = compare::files(&self.trees.api, pull_request.number, pages)?;
        let names: BTreeSet<&str> = rows.iter().map(|row| row.filename.as_str()).collect();
        let is_whole = u64::try_from(names.len()).is_ok_and(|count| count == changed);
        // GitHub writes this character in place of bytes that are no UTF-8: the path is another.
        let is_true = !rows.iter().any(|row| {
            let previous = row.previous_filename.as_deref().unwrap_or_default();
            row.filename.contains('\u{fffd}') || previous.contains('\u{fffd}')
        });
        let paths = rows.iter().flat_map(|row| [row.path(), row.previous()]).flatten();
        Ok((is_whole && is_true).then(|| paths.collect()))
    }
}

/// Gaps for changed paths that no pull request of the change touches: one of them is not known.
pub(super) fn unexplained(set: &ChangeSet, parts: &[Part]) -> Vec<Gap> {
    let whole: Option<BTreeSet<&RepoPath>> = parts.iter().try_fold(BTreeSet::new(), |mut all, part| {
        all.extend(part.paths.as_ref()?);
        Some(all)
    });
    let Some(known) = whole else { return Vec::new() };
    let entries = set.files.iter().flat_map(|file| [file.base(), file.head()]);
    let paths: BTreeSet<&RepoPath> = entries.flatten().map(|entry| &entry.path).collect();
    paths
        .into_iter()
        .filter(|path| !known.contains(path))
        .map(|path| Gap {
            path: Some(path.clone()),
            why: "the merge group changes it and none of its pull requests does".to_owned(),
        })
        .collect()
}

fn ask(api: &Api, number: u64, branch: &str) -> anyhow::Result<WireRepository> {
    let query = Query {
        name: "MergeGroup",
        text: include_str!("merge_group.graphql"),
    };
    let mut variables = api.variables();
    variables.insert("number".to_owned(), json!(number));
    variables.insert("branch".to_owned(), json!(branch));
    variables.insert("queue".to_owned(), json!(true));
    let first: Result<Answer, _> = api.client.query(query, &Value::Object(variables.clone()));
    let answer = match first {
        // A token that may not see the queue can still see a pull request that is a group by itself.
        Err(error) if error.is_forbidden() => {
            variables.insert("queue".to_owned(), json!(false));
            api.client.query(query, &Value::Object(variables))
        }
        other => other,
    };
    let answer = answer.with_context(|| format!("reading the merge queue of {}", api.repository))?;
    answer.repository.context("GitHub shows no such repository")
}

/// The number in `…/pr-<number>-<sha>`.
fn own_number(head_ref: &str) -> Option<u64> {
    let last = head_ref.rsplit('/').next()?;
    let (number, _) = last.strip_prefix("pr-")?.split_once('-')?;
    number.parse().ok().filter(|number| *number > 0)
}

fn branch(base_ref: &str) -> &str {
    base_ref.strip_prefix("refs/heads/").unwrap_or(base_ref)
}

fn candidates(
    own: Option<WireMember>,
    queue: Option<WireQueue>,
    base: &ObjectId,
) -> anyhow::Result<Vec<Candidate>> {
    let entries = queue
        .and_then(|queue| queue.entries)
        .map_or_else(Vec::new, |list| list.nodes);
    let mut found = Vec::new();
    for entry in entries.into_iter().flatten() {
        if let (Some(end), Some(member)) = (entry.head_commit, entry.pull_request) {
            let end = object_id(&end.oid, "the end of a queued pull request")?;
            found.push(candidate(member, Some(end), base)?);
        }
    }
    match own {
        Some(own) => found.push(candidate(own, None, base)?),
        None => bail!("GitHub does not show the pull request that the queue's branch names"),
    }
    Ok(found)
}

fn candidate(member: WireMember, end: Option<ObjectId>, base: &ObjectId) -> anyhow::Result<Candidate> {
    let commits = member.commits.nodes.into_iter().flatten();
    Ok(Candidate {
        pull_request: member.facts.read(Some(base))?,
        end,
        count: member.commits.total_count,
        commits: commits
            .map(|node| object_id(&node.commit.oid, "a commit"))
            .collect::<anyhow::Result<_>>()?,
    })
}

/// The commits from the head of a group back to its base, by their first parents.
fn chain<'a>(commits: &'a [Commit], base: &ObjectId, head: &ObjectId) -> Option<Vec<&'a Commit>> {
    let by_id: BTreeMap<&ObjectId, &Commit> = commits.iter().map(|commit| (&commit.id, commit)).collect();
    let mut chain = Vec::new();
    let mut at = head;
    while at != base {
        let commit = by_id.get(at)?;
        chain.push(*commit);
        if chain.len() > commits.len() {
            return None;
        }
        at = commit.parents.first()?;
    }
    Some(chain)
}

/// The candidates that a chain consists of: each link of it has to belong to one of them.
///
/// A pull request is one commit of the chain (merged or squashed) or as many as it has (rebased); the queue names the
/// last of them.
fn members(chain: &[&Commit], candidates: &[Candidate], own: u64) -> Option<Vec<usize>> {
    let ending = |commit: &Commit| {
        candidates
            .iter()
            .position(|candidate| candidate.end.as_ref() == Some(&commit.id))
    };
    let mut members = Vec::new();
    let mut at = 0;
    while at < chain.len() {
        let index = ending(chain[at])?;
        let candidate = &candidates[index];
        let length = 1 + chain[at + 1..]
            .iter()
            .take_while(|commit| ending(commit).is_none())
            .count();
        let merged = chain[at].parents.get(1);
        let is_its_head = merged.is_none_or(|merged| *merged == candidate.pull_request.head);
        let is_its_length =
            length == 1 || u64::try_from(length).is_ok_and(|length| length == candidate.count);
        if !is_its_head || !is_its_length {
            return None;
        }
        members.push(index);
        at += length;
    }
    members.reverse();
    let has_own = members
        .iter()
        .any(|index| candidates[*index].pull_request.number == own);
    has_own.then_some(members)
}

/// The pull request that the queue's branch names, where the group holds nothing but its commits and the merge.
fn alone(commits: &[Commit], head: &ObjectId, candidates: &[Candidate], own: u64) -> Option<Vec<usize>> {
    let index = candidates
        .iter()
        .position(|candidate| candidate.end.is_none() && candidate.pull_request.number == own)?;
    let known = &candidates[index].commits;
    let is_known = |commit: &Commit| commit.id == *head || known.contains(&commit.id);
    (!commits.is_empty() && commits.iter().all(is_known)).then(|| vec![index])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn id(name: &str) -> ObjectId {
        let digits: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
        ObjectId::new(&format!("{digits:0>40}")).unwrap()
    }

    /// A commit and its parents, as words.
    fn commits(lines: &[&str]) -> Vec<Commit> {
        let commit = |line: &&str| {
            let mut names = line.split(' ').map(id);
            Commit {
                id: names.next().unwrap(),
                parents: names.collect(),
            }
        };
        lines.iter().map(commit).collect()
    }

    /// A pull request: its number, its commits (the last one is its head), where the queue has it end.
    fn member(number: u64, own: &[&str], end: Option<&str>) -> Candidate {
        let facts = json!({
            "number": number, "title": "x", "state": "OPEN", "isDraft": false, "locked": false,
            "isCrossRepository": false, "changedFiles": 1, "headRefOid": id(own.last().unwrap()),
            "baseRefOid": id("base"), "baseRefName": "main", "author": null, "headRepository": null,
            "labels": null, "latestOpinionatedReviews": null,
        });
        Candidate {
            pull_request: serde_json::from_value::<WireFacts>(facts)
                .unwrap()
                .read(None)
                .unwrap(),
            end: end.map(id),
            count: own.len() as u64,
            commits: own.iter().map(|name| id(name)).collect(),
        }
    }

    fn found(lines: &[&str], head: &str, candidates: &[Candidate], own: u64) -> Option<Vec<u64>> {
        let commits = commits(lines);
        let chain = chain(&commits, &id("base"), &id(head))?;
        let members =
            members(&chain, candidates, own).or_else(|| alone(&commits, &id(head), candidates, own))?;
        let number = |index: usize| candidates[index].pull_request.number;
        Some(members.into_iter().map(number).collect())
    }

    #[test]
    fn merged_squashed_and_rebased_members_are_found_in_their_order() {
        let merged = ["a1 base", "ma base a1", "b1 base", "b2 b1", "mb ma b2"];
        let queue = [
            member(2, &["b1", "b2"], Some("mb")),
            member(1, &["a1"], Some("ma")),
            member(9, &["z"], Some("mz")),
            member(2, &["b1", "b2"], None),
        ];
        assert_eq!(found(&merged, "mb", &queue, 2), Some(vec![1, 2]));
        assert_eq!(found(&["ma base", "mb ma"], "mb", &queue, 2), Some(vec![1, 2]));
        assert_eq!(
            found(&["ma base", "r1 ma", "mb r1"], "mb", &queue, 2),
            Some(vec![1, 2])
        );
    }

    #[test]
    fn a_link_of_the_chain_that_nobody_explains_leaves_the_members_unknown() {
        let queue = [member(2, &["b1"], Some("mb")), member(2, &["b1"], None)];
        assert_eq!(found(&["ma base", "mb ma"], "mb", &queue, 2), None);
        assert_eq!(found(&["mb base", "top mb"], "top", &queue, 2), None);
        let moved = [member(2, &["b1", "b3"], Some("mb"))];
        assert_eq!(
            found(&["b1 base", "mb base b1"], "mb", &moved, 2),
            None,
            "its head was another one"
        );
        assert_eq!(
            found(&["mb base"], "mb", &queue[..1], 3),
            None,
            "it names another one"
        );
        assert_eq!(found(&["mb lost"], "mb", &queue, 2), None, "it leads elsewhere");
    }

    #[test]
    fn one_that_the_queue_does_not_list_stands_for_a_group_of_its_own_commits_only() {
        let own = [member(2, &["b1", "b2"], None)];
        assert_eq!(
            found(&["b1 base", "b2 b1", "mb base b2"], "mb", &own, 2),
            Some(vec![2])
        );
        assert_eq!(found(&["mb base"], "mb", &own, 2), Some(vec![2]));
        assert_eq!(found(&["a1 base", "mb a1"], "mb", &own, 2), None);
        assert_eq!(found(&[], "base", &own, 2), None, "a group of nothing");
    }

    #[test]
    fn the_number_stands_at_the_end_of_the_queues_branch() {
        let number = |text: &str| own_number(text);
        assert_eq!(
            number("refs/heads/gh-readonly-queue/main/pr-104-79dc49f"),
            Some(104)
        );
        assert_eq!(number("gh-readonly-queue/pr-1-x/release/pr-7-0a"), Some(7));
        for text in [
            "",
            "refs/heads/main",
            "pr-",
            "pr-x-1",
            "pr-7",
            "pr-0-a",
            "pr--7-a",
            "a/pr-7-a/b",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
        assert_eq!(branch("refs/heads/release/1"), "release/1");
    }
}
