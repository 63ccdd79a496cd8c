//! Who had a hand in the commits of a pull request.
//!
//! Asked for only where an approval or a waiver depends on it: nobody approves or waives what they wrote. Whoever GitHub
//! cannot name makes the whole answer unknown. Names of a commit are what whoever made it says; GitHub verifies none.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::GitHubSource;
use super::facts::{WireLogin, WirePageInfo};
use crate::changeset::Writers;
use crate::github::{Error, Query};
use crate::ids::ObjectId;

const WRITERS: Query = Query {
    name: "Writers",
    text: include_str!("writers.graphql"),
};

/// The most commits whose writers are known: GitHub lists no more of a pull request.
const MOST_COMMITS: u64 = 250;
/// The most pages, a hundred commits each, in case that GitHub gives fewer.
const MOST_PAGES: usize = 10;

#[derive(Deserialize)]
struct WithCommits {
    commits: Commits,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Commits {
    total_count: u64,
    page_info: WirePageInfo,
    nodes: Vec<Option<Node>>,
}

#[derive(Deserialize)]
struct Node {
    commit: Commit,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Commit {
    oid: String,
    committed_via_web: bool,
    author: Option<Actor>,
    authors: Authors,
    committer: Option<Actor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Authors {
    total_count: usize,
    nodes: Vec<Option<Actor>>,
}

#[derive(Deserialize)]
struct Actor {
    user: Option<WireLogin>,
}

impl GitHubSource<'_> {
    /// Reads who had a hand in the commits of a pull request, up to its head.
    ///
    /// An error is one that ends the run; what could not be read says so itself.
    pub fn writers(&self, number: u64, head: &ObjectId) -> anyhow::Result<Writers> {
        let mut writers = Writers {
            wrote: Ok(BTreeSet::new()),
            took_part: Ok(BTreeSet::new()),
        };
        let mut commits = BTreeSet::new();
        let mut after: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let page = self.ask_page(WRITERS, number, "after", after.as_ref());
            let Some(WithCommits { commits: page }) = unless_stopped(page)? else {
                return Ok(Writers::unknown("the commits could not be read"));
            };
            if page.total_count > MOST_COMMITS {
                return Ok(Writers::unknown(&format!(
                    "there are more than {MOST_COMMITS} commits"
                )));
            }
            for node in page.nodes {
                let Some(Node { commit }) = node else {
                    return Ok(Writers::unknown("a commit could not be read"));
                };
                let short = commit.oid.get(..12).unwrap_or_default();
                let nobody = format!("commit {short} belongs to no account");
                keep(&mut writers.wrote, commit.makers(), &nobody);
                keep(&mut writers.took_part, commit.makers(), &nobody);
                keep(&mut writers.took_part, commit.co_authors(), &nobody);
                commits.insert(commit.oid);
            }
            let next = page.page_info.end_cursor;
            if !page.page_info.has_next_page || commits.len() as u64 >= page.total_count {
                let is_whole = commits.len() as u64 == page.total_count && commits.contains(head.as_str());
                return Ok(match is_whole {
                    true => writers,
                    false => Writers::unknown("the list of commits does not end with the head"),
                });
            }
            if next.is_none() || next == after {
                break;
            }
            after = next;
        }
        Ok(Writers::unknown("the list of commits does not go on"))
    }
}

impl Commit {
    /// The author and the committer; `None` where one of them is no account that GitHub knows.
    ///
    /// GitHub itself commits what is edited or brought up to date on its pages, under an address that is no person's:
    /// whoever did it is the author then.
    fn makers(&self) -> Option<Vec<String>> {
        let author = self.author.as_ref()?.login()?;
        match self.committer.as_ref().and_then(Actor::login) {
            Some(committer) => Some(vec![author, committer]),
            None => self.committed_via_web.then(|| vec![author]),
        }
    }

    /// Every author, those of the message among them; `None` where one of them is no account that GitHub knows.
    fn co_authors(&self) -> Option<Vec<String>> {
        let nodes = &self.authors.nodes;
        if nodes.is_empty() || nodes.len() != self.authors.total_count {
            return None;
        }
        nodes.iter().map(|actor| actor.as_ref()?.login()).collect()
    }
}

impl Actor {
    fn login(&self) -> Option<String> {
        self.user.as_ref().map(|user| user.login.clone())
    }
}

/// Adds people to those who are known; somebody unknown makes all of them unknown.
fn keep(logins: &mut Result<BTreeSet<String>, String>, people: Option<Vec<String>>, nobody: &str) {
    match (logins.as_mut(), people) {
        (Ok(known), Some(people)) => known.extend(people),
        (Ok(_), None) => *logins = Err(nobody.to_owned()),
        (Err(_), _) => {}
    }
}

/// The answer; `None` where there is none, an error where the run was told to stop.
fn unless_stopped<T>(answer: Result<Option<T>, Error>) -> anyhow::Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(answer),
        Err(error @ Error::Stopped { .. }) => Err(error.into()),
        Err(error) => {
            tracing::warn!(
                "it is not known who wrote the commits, so that no review approves and no comment waives: {error}"
            );
            Ok(None)
        }
    }
}
