//! The waivers that people wrote under a pull request, with what decides whether they count.
//!
//! Comments are read only where a finding decides. Comments that cannot be read at all are an error, as everything is that
//! a verdict depends on; who may do what lets no waiver count where it could not be read.

use std::collections::BTreeMap;

use anyhow::Context;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::GitHubSource;
use super::permission::role;
use crate::changeset::{Role, WaiverComment, WaiverRequest};
use crate::github::{Error, Query};

const COMMENTS: Query = Query {
    name: "Waivers",
    text: include_str!("waivers.graphql"),
};

/// The most pages of comments, a hundred each: a waiver is bound to the present head, so that an old one is void.
const MOST_PAGES: usize = 3;
/// The most waivers under one pull request that are looked at, the newest first.
const MOST_WAIVERS: usize = 50;
/// The most waivers of one account that are looked at, so that nobody pushes those of others out.
const MOST_OF_ONE: usize = 10;
/// The most people whose permission is asked for.
const MOST_PEOPLE: usize = 20;

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

impl GitHubSource<'_> {
    /// Reads the comments under a pull request that ask for a waiver, the newest first.
    pub fn waivers(&self, number: u64) -> anyhow::Result<Vec<WaiverComment>> {
        self.with_roles(self.asked_waivers(number)?)
    }

    /// The comments that ask for a waiver, the newest first.
    fn asked_waivers(&self, number: u64) -> anyhow::Result<Vec<Comment>> {
        let mut found: Vec<Comment> = Vec::new();
        let mut of_one: BTreeMap<Option<String>, usize> = BTreeMap::new();
        let mut before: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let comments: Option<WithComments> =
                self.ask_page(COMMENTS, number, "before", before.as_ref())
                    .context("reading the comments, among which may be waivers")?;
            let WithComments { comments } = comments.context("GitHub shows no such pull request")?;
            let newest_first = comments.nodes.into_iter().rev().flatten();
            let asking = newest_first.filter(|comment| WaiverRequest::read(&comment.body).is_some());
            found.extend(asking.filter(|comment| {
                let login = comment.author.as_ref().map(|author| author.login.clone());
                let written = of_one.entry(login).or_default();
                *written += 1;
                *written <= MOST_OF_ONE
            }));
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
}
