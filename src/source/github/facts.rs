//! What GitHub says of a pull request beside its files.
//!
//! Knows the shape of the answer and what in it can be used; asks nothing.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::changeset::{Fact, PullRequest, PullRequestFacts, PullRequestState};
use crate::ids::ObjectId;
use crate::text::escape_controls;

/// The fragment `Facts`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireFacts {
    pub(super) number: u64,
    title: String,
    state: WireState,
    is_draft: bool,
    locked: bool,
    is_cross_repository: bool,
    changed_files: u64,
    head_ref_oid: String,
    base_ref_oid: String,
    base_ref_name: String,
    author: Option<WireLogin>,
    head_repository: Option<WireRepository>,
    labels: Option<WireList<WireLabel>>,
    latest_opinionated_reviews: Option<WireList<WireReview>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum WireState {
    Open,
    Closed,
    Merged,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireLogin {
    pub(super) login: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRepository {
    name_with_owner: String,
}

/// A list that may go on after its first page.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireList<T> {
    pub(super) page_info: WirePageInfo,
    pub(super) nodes: Vec<Option<T>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WirePageInfo {
    pub(super) has_next_page: bool,
    #[serde(default)]
    pub(super) end_cursor: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireLabel {
    name: String,
}

#[derive(Debug, Deserialize)]
struct WireReview {
    state: String,
    author: Option<WireReviewer>,
    commit: Option<WireOid>,
}

/// Who reviewed; a program can have a person's login here, so that its kind is told as well.
#[derive(Debug, Deserialize)]
struct WireReviewer {
    #[serde(rename = "__typename")]
    kind: String,
    login: String,
}

/// A branch and its tip.
#[derive(Debug, Deserialize)]
pub(super) struct WireBranch {
    pub(super) name: String,
    pub(super) target: Option<WireOid>,
}

/// An object's name.
#[derive(Debug, Deserialize)]
pub(super) struct WireOid {
    pub(super) oid: String,
}

/// Reads an object's id; a text of any other form must reach neither an address nor a path.
pub(super) fn object_id(text: &str, what: &str) -> anyhow::Result<ObjectId> {
    match ObjectId::new(text).filter(|id| !id.is_null()) {
        Some(id) => Ok(id),
        None => {
            let shown: String = text.chars().take(80).collect();
            bail!(
                "GitHub gives `{}` for {what}, which is no object id",
                escape_controls(&shown)
            )
        }
    }
}

/// The name and the tip of the default branch.
pub(super) fn default_branch(branch: Option<WireBranch>) -> anyhow::Result<(String, ObjectId)> {
    let branch = branch.context("the repository has no default branch")?;
    let tip = branch.target.context("the default branch has no commit")?;
    Ok((branch.name, object_id(&tip.oid, "the tip of the default branch")?))
}

impl WireFacts {
    /// The pull request; `tip` is that of its target branch, where the branch still exists.
    pub(super) fn read(self, tip: Option<&ObjectId>) -> anyhow::Result<PullRequest> {
        let head = object_id(&self.head_ref_oid, "the head")?;
        let recorded = object_id(&self.base_ref_oid, "the base")?;
        // What was merged is an ancestor of the branch's tip: a comparison with that would be empty.
        let target = match (self.state, tip) {
            (WireState::Open | WireState::Closed, Some(tip)) => tip.clone(),
            (WireState::Merged, _) | (_, None) => recorded,
        };
        let labels = known(self.labels, |labels| {
            labels.into_iter().map(|label| label.name).collect()
        });
        let approvals = known(self.latest_opinionated_reviews, |reviews| {
            let approves = |review: WireReview| {
                let at_head = review.commit.is_some_and(|commit| commit.oid == head.as_str());
                let person = review.author.filter(|author| author.kind == "User");
                (review.state == "APPROVED" && at_head)
                    .then(|| person.map(|author| author.login))
                    .flatten()
            };
            let logins: BTreeSet<String> = reviews.into_iter().filter_map(approves).collect();
            logins.into_iter().collect()
        });
        let author = self.author.map(|author| author.login);
        Ok(PullRequest {
            number: self.number,
            state: match self.state {
                WireState::Open => PullRequestState::Open,
                WireState::Closed => PullRequestState::Closed,
                WireState::Merged => PullRequestState::Merged,
            },
            is_draft: self.is_draft,
            is_locked: self.locked,
            is_cross_repository: self.is_cross_repository,
            head_repository: self.head_repository.map(|repository| repository.name_with_owner),
            author: author.clone(),
            head: head.clone(),
            target,
            target_branch: self.base_ref_name,
            changed_files: self.changed_files,
            facts: PullRequestFacts {
                number: Some(self.number),
                title: Fact::Known(self.title),
                labels,
                author,
                approvals,
                head: Some(head),
                writers: None,
                waivers: None,
            },
        })
    }
}

/// A list as a fact: one that goes on after the first page is not known.
fn known<T>(list: Option<WireList<T>>, read: impl FnOnce(Vec<T>) -> Vec<String>) -> Fact<Vec<String>> {
    match list {
        Some(list) if !list.page_info.has_next_page => {
            Fact::Known(read(list.nodes.into_iter().flatten().collect()))
        }
        Some(_) | None => Fact::NotKnownHere,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn id(digit: &str) -> String {
        digit.repeat(40)
    }

    fn wire() -> Value {
        json!({
            "number": 7, "title": "feat!: x", "state": "OPEN", "isDraft": false, "locked": false,
            "isCrossRepository": true, "changedFiles": 3, "headRefOid": id("1"), "baseRefOid": id("2"),
            "baseRefName": "-x", "author": null, "headRepository": null,
            "labels": {"pageInfo": {"hasNextPage": false}, "nodes": [{"name": "breaking-change"}]},
            "latestOpinionatedReviews": {"pageInfo": {"hasNextPage": false}, "nodes": [
                {"state": "APPROVED", "author": {"__typename": "User", "login": "zoe"}, "commit": {"oid": id("1")}},
                {"state": "APPROVED", "author": {"__typename": "User", "login": "ann"}, "commit": {"oid": id("1")}},
                {"state": "APPROVED", "author": {"__typename": "User", "login": "old"}, "commit": {"oid": id("3")}},
                {"state": "APPROVED", "author": {"__typename": "User", "login": "lost"}, "commit": null},
                {"state": "APPROVED", "author": null, "commit": {"oid": id("1")}},
                {"state": "APPROVED", "author": {"__typename": "Bot", "login": "bot"}, "commit": {"oid": id("1")}},
                {"state": "CHANGES_REQUESTED", "author": {"__typename": "User", "login": "no"}, "commit": {"oid": id("1")}},
            ]},
        })
    }

    fn read(wire: Value, tip: Option<&str>) -> anyhow::Result<PullRequest> {
        let tip = tip.map(|digit| ObjectId::new(&id(digit)).unwrap());
        serde_json::from_value::<WireFacts>(wire)?.read(tip.as_ref())
    }

    #[test]
    fn only_approvals_of_the_present_head_count() {
        let read = read(wire(), Some("4")).unwrap();
        assert_eq!(
            read.facts.approvals,
            Fact::Known(vec!["ann".to_owned(), "zoe".to_owned()])
        );
        assert_eq!(read.facts.labels, Fact::Known(vec!["breaking-change".to_owned()]));
        assert_eq!((read.author, read.head_repository), (None, None));
    }

    #[test]
    fn a_list_that_goes_on_is_not_known() {
        let mut wire = wire();
        wire["labels"]["pageInfo"]["hasNextPage"] = json!(true);
        wire["latestOpinionatedReviews"]["pageInfo"]["hasNextPage"] = json!(true);
        let facts = read(wire, None).unwrap().facts;
        assert_eq!(
            (facts.labels, facts.approvals),
            (Fact::NotKnownHere, Fact::NotKnownHere)
        );
    }

    #[test]
    fn what_was_merged_is_compared_with_what_it_was_merged_into() {
        let target = |state: &str, tip| {
            let mut wire = wire();
            wire["state"] = json!(state);
            read(wire, tip).unwrap().target.as_str()[..1].to_owned()
        };
        assert_eq!(target("OPEN", Some("4")), "4");
        assert_eq!(target("CLOSED", Some("4")), "4");
        assert_eq!(target("CLOSED", None), "2");
        assert_eq!(target("MERGED", Some("4")), "2");
    }

    #[test]
    fn an_id_of_another_form_is_an_error() {
        let long = id("1")[1..].to_owned();
        for text in ["../../x", long.as_str(), &"A".repeat(40), &"0".repeat(40), ""] {
            let mut wire = wire();
            wire["headRefOid"] = json!(text);
            assert!(read(wire, None).is_err(), "{text}");
        }
    }

    #[test]
    fn a_missing_field_is_an_error() {
        for field in ["title", "headRefOid", "isDraft", "state", "changedFiles"] {
            let mut wire = wire();
            wire.as_object_mut().unwrap().remove(field);
            assert!(read(wire, None).is_err(), "{field}");
        }
    }
}
