//! The waivers that people wrote under a pull request, with what decides whether they count.
//!
//! Comments are read only where one could help. Comments that cannot be read at all are an error, as everything is that
//! a verdict depends on; who may do what, and who wrote the commits, lets no waiver count where it could not be read.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};

use super::GitHubSource;
use super::facts::{WireLogin, WirePageInfo};
use super::permission::role;
use crate::changeset::{Asked, Role, WaiverComment, WaiverRequest};
use crate::github::{Error, Query};
use crate::ids::ObjectId;

const COMMENTS: Query = Query {
    name: "Waivers",
    text: include_str!("waivers.graphql"),
};
const WRITERS: Query = Query {
    name: "Writers",
    text: include_str!("writers.graphql"),
};

/// The most pages of comments, a hundred each: a waiver is bound to the present head, so that an old one is void.
const MOST_PAGES: usize = 3;
/// The most waivers under one pull request that are looked at, the newest first.
const MOST_WAIVERS: usize = 50;
/// The most people whose permission is asked for.
const MOST_PEOPLE: usize = 20;
/// The most commits whose writers are known: GitHub lists no more of a pull request.
const MOST_COMMITS: u64 = 250;

#[derive(Deserialize)]
struct Answer<T> {
    repository: Option<WireRepository<T>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRepository<T> {
    pull_request: Option<T>,
}

#[derive(Deserialize)]
struct WithComments {
    comments: Comments,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Comments {
    page_info: Before,
    nodes: Vec<Option<Comment>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Before {
    has_previous_page: bool,
    start_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Comment {
    full_database_id: String,
    author: Option<Account>,
    body: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    last_edited_at: Option<Timestamp>,
    includes_created_edit: bool,
    is_minimized: bool,
}

#[derive(Deserialize)]
struct Account {
    #[serde(rename = "__typename")]
    kind: String,
    login: String,
}

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
struct Commit {
    oid: String,
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
    /// Reads the waivers under a pull request and who wrote the commits of its head.
    pub fn waivers(&self, number: u64, head: &ObjectId) -> anyhow::Result<Asked> {
        let comments = self.with_roles(self.asked_waivers(number)?)?;
        let writers = match comments.is_empty() {
            true => Err("nobody asked".to_owned()),
            false => self.writers(number, head)?,
        };
        Ok(Asked { comments, writers })
    }

    /// The comments that ask for a waiver, the newest first.
    fn asked_waivers(&self, number: u64) -> anyhow::Result<Vec<Comment>> {
        let mut found: Vec<Comment> = Vec::new();
        let mut before: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let page: Answer<WithComments> = self
                .ask_page(COMMENTS, number, "before", before.as_ref())
                .context("reading the comments, among which may be waivers")?;
            let comments = page.repository.and_then(|repository| repository.pull_request);
            let WithComments { comments } = comments.context("GitHub shows no such pull request")?;
            let newest_first = comments.nodes.into_iter().rev().flatten();
            found.extend(newest_first.filter(|comment| WaiverRequest::read(&comment.body).is_some()));
            let next = comments.page_info.start_cursor;
            if !comments.page_info.has_previous_page || next.is_none() || next == before {
                break;
            }
            before = next;
        }
        found.truncate(MOST_WAIVERS);
        Ok(found)
    }

    fn with_roles(&self, found: Vec<Comment>) -> anyhow::Result<Vec<WaiverComment>> {
        let mut roles: BTreeMap<String, Result<Role, String>> = BTreeMap::new();
        let mut read = Vec::new();
        for comment in found {
            let (Some(request), Ok(id)) = (
                WaiverRequest::read(&comment.body),
                comment.full_database_id.parse(),
            ) else {
                continue;
            };
            let person = comment.author.filter(|author| author.kind == "User");
            let author = person.map(|author| author.login);
            let role = match &author {
                None => Ok(Role::Reader),
                Some(login) => self.role_of(login, &mut roles)?,
            };
            let is_edited = comment.includes_created_edit
                || comment.last_edited_at.is_some()
                || comment.updated_at != comment.created_at;
            read.push(WaiverComment {
                id,
                author,
                role,
                written: TimeZone::UTC.to_datetime(comment.created_at).date(),
                is_edited,
                is_hidden: comment.is_minimized,
                request,
            });
        }
        Ok(read)
    }

    fn role_of(
        &self,
        login: &str,
        known: &mut BTreeMap<String, Result<Role, String>>,
    ) -> anyhow::Result<Result<Role, String>> {
        if let Some(role) = known.get(login) {
            return Ok(role.clone());
        }
        if known.len() >= MOST_PEOPLE {
            return Ok(Err(format!("one run asks for at most {MOST_PEOPLE} people")));
        }
        let api = &self.trees.api;
        let read = match role(api.client, &api.repository, login) {
            Err(error @ Error::Stopped { .. }) => return Err(error.into()),
            // Whom the repository does not know may do nothing there.
            Err(error) if error.is_missing() => Ok(Role::Reader),
            read => read.map_err(|error| error.to_string()),
        };
        known.insert(login.to_owned(), read.clone());
        Ok(read)
    }

    /// The logins of all who wrote or committed a commit of the pull request; co-authors are among them.
    fn writers(&self, number: u64, head: &ObjectId) -> anyhow::Result<Result<BTreeSet<String>, String>> {
        let mut logins = BTreeSet::new();
        let mut commits = BTreeSet::new();
        let mut after: Option<String> = None;
        loop {
            let page: Result<Answer<WithCommits>, Error> =
                self.ask_page(WRITERS, number, "after", after.as_ref());
            let found = unless_stopped(page)?.and_then(|page| page.repository?.pull_request);
            let Some(WithCommits { commits: page }) = found else {
                return Ok(Err("the commits could not be read".to_owned()));
            };
            if page.total_count > MOST_COMMITS {
                return Ok(Err(format!("there are more than {MOST_COMMITS} commits")));
            }
            for node in page.nodes {
                let Some(Node { commit }) = node else {
                    return Ok(Err("a commit could not be read".to_owned()));
                };
                match people(&commit) {
                    Some(people) => logins.extend(people),
                    None => {
                        let short = commit.oid.get(..12).unwrap_or_default();
                        return Ok(Err(format!("commit {short} belongs to no account")));
                    }
                }
                commits.insert(commit.oid);
            }
            let next = page.page_info.end_cursor;
            if !page.page_info.has_next_page || commits.len() as u64 >= page.total_count {
                let is_whole = commits.len() as u64 == page.total_count && commits.contains(head.as_str());
                return Ok(match is_whole {
                    true => Ok(logins),
                    false => Err("the list of commits does not end with the head".to_owned()),
                });
            }
            if next.is_none() || next == after {
                return Ok(Err("the list of commits does not go on".to_owned()));
            }
            after = next;
        }
    }

    fn ask_page<T: serde::de::DeserializeOwned>(
        &self,
        query: Query,
        number: u64,
        cursor: &str,
        place: Option<&String>,
    ) -> Result<T, Error> {
        let mut variables = self.trees.api.variables();
        variables.insert("number".to_owned(), json!(number));
        variables.insert(cursor.to_owned(), json!(place));
        self.trees.api.client.query(query, &Value::Object(variables))
    }
}

/// Every author and the committer; `None` where one of them is no account that GitHub knows.
fn people(commit: &Commit) -> Option<Vec<String>> {
    if commit.authors.nodes.is_empty() || commit.authors.nodes.len() != commit.authors.total_count {
        return None;
    }
    let actors = commit.authors.nodes.iter().map(Option::as_ref);
    let all = actors.chain([commit.committer.as_ref()]);
    all.map(|actor| Some(actor?.user.as_ref()?.login.clone()))
        .collect()
}

/// The answer; `None` where there is none, an error where the run was told to stop.
fn unless_stopped<T>(answer: Result<T, Error>) -> anyhow::Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error @ Error::Stopped { .. }) => Err(error.into()),
        Err(error) => {
            tracing::warn!(
                "it is not known who wrote the commits, so that no comment waives anything: {error}"
            );
            Ok(None)
        }
    }
}
