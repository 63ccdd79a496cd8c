//! Reads what a pull request shows.
//!
//! One query for what most pull requests need; further pages, the history, the status and check runs only where they
//! make a difference. What cannot be read is never taken for absent, but for what the plan can do without.

mod beside;
mod wire;

use std::collections::BTreeSet;

use anyhow::anyhow;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::changeset::Side;
use crate::github::{Client, Error, Query, RepositoryName, Route};
use crate::ids::{ObjectId, RepoPath};
use crate::publish::account::{Author, Viewer};
use crate::publish::marker::{Instance, Lines};
use crate::publish::observed::{Observed, Posted, PullRequest, Thread};

pub use beside::{complete, status_of};

const SHOWS: Query = Query {
    name: "PullRequestShows",
    text: include_str!("pull_request.graphql"),
};
const MORE_COMMENTS: Query = Query {
    name: "MoreComments",
    text: include_str!("more_comments.graphql"),
};
const MORE_THREADS: Query = Query {
    name: "MoreThreads",
    text: include_str!("more_threads.graphql"),
};
/// The most requests of one look, so that a flood of comments does not use up the hour's thousand.
const MOST_REQUESTS: usize = 60;
/// The most comments of a page, as GitHub has it.
const PAGE: usize = 100;
/// The page where 100 of the longest comments are too much for one answer.
const SMALL_PAGE: usize = 20;
/// A pull request, and whose comments on it are ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The repository that it belongs to.
    pub repository: RepositoryName,
    /// Its number.
    pub number: u64,
    /// The name that keeps two set-ups apart.
    pub instance: Instance,
}

/// Reads what most pull requests need: itself and all comments.
pub fn observe(client: &Client, target: &Target) -> anyhow::Result<Observed> {
    let mut look = Look {
        client,
        target,
        page: PAGE,
        left: MOST_REQUESTS,
    };
    let (shows, viewer) = look.shows()?;
    look.sorted(shows, viewer)
}

/// One look at a pull request.
struct Look<'a> {
    client: &'a Client,
    target: &'a Target,
    page: usize,
    left: usize,
}

impl Look<'_> {
    /// Asks, as long as the look may still ask.
    fn ask<T: DeserializeOwned>(&mut self, query: Query, more: &[(&str, Value)]) -> Result<T, Error> {
        let mut variables = json!({
            "owner": self.target.repository.owner,
            "name": self.target.repository.name,
            "number": self.target.number,
            "page": self.page,
        });
        for (key, value) in more {
            variables[*key] = value.clone();
        }
        self.left = self.left.saturating_sub(1);
        self.client.query(query, &variables)
    }

    /// The first answer and the account; an account that GraphQL does not tell, REST may.
    fn shows(&mut self) -> Result<(wire::Shows, Option<Viewer>), Error> {
        let mut answer = self.ask::<wire::Shows>(SHOWS, &[("withViewer", json!(true))]);
        if let Err(Error::NoAnswer { .. }) = &answer {
            self.page = SMALL_PAGE;
            answer = self.ask(SHOWS, &[("withViewer", json!(true))]);
        }
        match answer {
            Ok(mut shows) => {
                let viewer = shows.viewer.take().map(viewer);
                Ok((shows, viewer))
            }
            Err(error) if error.is_forbidden() || matches!(error, Error::NoAnswer { .. }) => {
                let shows = self.ask(SHOWS, &[("withViewer", json!(false))])?;
                self.left = self.left.saturating_sub(1);
                let account = self.client.get::<wire::Account>(&Route::root().word("user"));
                match account {
                    Ok(account) => Ok((shows, Some(viewer(account)))),
                    Err(error @ Error::Stopped { .. }) => Err(error),
                    Err(_) => Ok((shows, None)),
                }
            }
            Err(error) => Err(error),
        }
    }

    fn sorted(&mut self, shows: wire::Shows, viewer: Option<Viewer>) -> anyhow::Result<Observed> {
        let unreadable = |what: &str| anyhow!("{}: the answer has no readable {what}", SHOWS.name);
        let seen = shows
            .holder
            .pull_request()
            .ok_or_else(|| unreadable("pull request"))?;
        let head = ObjectId::new(&seen.head_ref_oid).ok_or_else(|| unreadable("head"))?;
        let labels = seen.labels.map(wire::Page::into_nodes);
        let reviews = seen.latest_reviews.map(wire::Page::into_nodes);
        let pull_request = PullRequest {
            head,
            is_open: seen.state == "OPEN",
            is_locked: seen.locked,
            is_draft: seen.is_draft,
            author: seen.author.map(|account| account.login),
            labels: labels.into_iter().flatten().map(|label| label.name).collect(),
            reviewed_by: reviews
                .into_iter()
                .flatten()
                .filter_map(|review| Some(review.author?.login))
                .collect(),
        };
        let mut observed = Observed::new(self.target.instance.clone(), pull_request, viewer);
        let all_comments = self.pages(
            seen.comments,
            MORE_COMMENTS,
            |more: wire::MoreComments| more.comments,
            |comment| &comment.id,
            |comment| {
                let url = comment.url.clone();
                observed.take_comment(posted(comment), url);
            },
        )?;
        let all_threads = self.pages(
            seen.review_threads,
            MORE_THREADS,
            |more: wire::MoreThreads| more.review_threads,
            |thread| &thread.id,
            |thread| {
                if let Some(thread) = read_thread(thread) {
                    observed.take_thread(thread);
                }
            },
        )?;
        observed.is_whole = all_comments && all_threads;
        Ok(observed)
    }

    /// Takes the first page, then from the end backwards: what was posted again after a flood stands there.
    ///
    /// Ends where the pages meet, and where there are more than one look may read: false.
    fn pages<T, M: DeserializeOwned>(
        &mut self,
        first: wire::Page<T>,
        query: Query,
        page_of: fn(M) -> wire::Page<T>,
        id_of: fn(&T) -> &str,
        mut take: impl FnMut(T),
    ) -> anyhow::Result<bool> {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut has_more = first.page_info.has_next_page;
        let mut nodes: Vec<T> = first.into_nodes().collect();
        let mut before = Value::Null;
        loop {
            let mut has_met = nodes.is_empty();
            for node in nodes {
                has_met |= !seen.insert(id_of(&node).to_owned());
                take(node);
            }
            if !has_more || has_met {
                return Ok(true);
            }
            if self.left == 0 {
                return Ok(false);
            }
            let page: wire::Holder<M> = self.ask(query, &[("before", before)])?;
            let page = page
                .pull_request()
                .map(page_of)
                .ok_or_else(|| anyhow!("{}: the answer has no pull request", query.name))?;
            let cursor = page.page_info.start_cursor.clone();
            let cursor = cursor.filter(|_| page.page_info.has_previous_page);
            has_more = cursor.is_some();
            before = cursor.map_or(Value::Null, Value::String);
            nodes = page.into_nodes().collect();
        }
    }
}

fn viewer(account: wire::Account) -> Viewer {
    Viewer {
        login: account.login,
        id: account.database_id,
    }
}

fn account_of(account: Option<&wire::Account>, is_viewer: bool) -> Author {
    Author {
        id: account.and_then(|account| account.database_id),
        is_viewer,
    }
}

fn posted(comment: wire::Comment) -> Posted {
    let hidden = comment.is_minimized.then(|| {
        let reason = comment.minimized_reason.unwrap_or_default();
        reason.to_lowercase()
    });
    Posted {
        id: comment.full_database_id,
        node: comment.id,
        author: account_of(comment.author.as_ref(), comment.viewer_did_author),
        body: comment.body,
        hidden,
    }
}

fn read_thread(thread: wire::Thread) -> Option<Thread> {
    let side = match thread.diff_side.as_str() {
        "LEFT" => Side::Base,
        _ => Side::Head,
    };
    let lines = thread.line.filter(|_| !thread.is_outdated).map(|last| Lines {
        side,
        first: thread.start_line.unwrap_or(last),
        last,
    });
    Some(Thread {
        first: posted(thread.comments.nodes.into_iter().flatten().next()?),
        file: RepoPath::new(thread.path.as_bytes()).ok(),
        lines,
        has_replies: thread.comments.total_count > 1,
    })
}
