//! Which pull requests a group of the merge queue is made of.
//!
//! Knows commits and their parents; asks nothing. A group that cannot be told for sure has no members here.

use std::collections::{BTreeMap, BTreeSet};

use crate::changeset::PullRequest;
use crate::ids::ObjectId;
use crate::source::github::compare::Commit;

/// A pull request that may be part of a group.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) pull_request: PullRequest,
    /// Where the queue has it end; `None` for the one that is known by the queue's branch alone.
    pub(super) end: Option<ObjectId>,
    /// How many commits it has.
    pub(super) count: u64,
    /// Its last commits, at most 100.
    pub(super) commits: BTreeSet<ObjectId>,
}

/// The number in `…/pr-<number>-<sha>`.
pub(super) fn own_number(head_ref: &str) -> Option<u64> {
    let last = head_ref.rsplit('/').next()?;
    let (number, _) = last.strip_prefix("pr-")?.split_once('-')?;
    number.parse().ok().filter(|number| *number > 0)
}

pub(super) fn branch(base_ref: &str) -> &str {
    base_ref.strip_prefix("refs/heads/").unwrap_or(base_ref)
}

/// The commits from the head of a group back to its base, by their first parents.
pub(super) fn chain<'a>(commits: &'a [Commit], base: &ObjectId, head: &ObjectId) -> Option<Vec<&'a Commit>> {
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
pub(super) fn members(chain: &[&Commit], candidates: &[Candidate], own: u64) -> Option<Vec<usize>> {
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
pub(super) fn alone(
    commits: &[Commit],
    head: &ObjectId,
    candidates: &[Candidate],
    own: u64,
) -> Option<Vec<usize>> {
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
    use crate::source::github::facts::WireFacts;

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
