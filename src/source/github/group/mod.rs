//! A group of the merge queue: several pull requests, judged as the one tree that they make together.
//!
//! Knows which pull requests a group is made of and which of them touches what. Where that cannot be told for sure,
//! the facts are not known and the change has a gap.

mod members;

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use self::members::{Candidate, alone, branch, chain, members, own_number};
use super::api::Api;
use super::compare;
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
        text: include_str!("../merge_group.graphql"),
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
