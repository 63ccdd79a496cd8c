//! All open pull requests of a repository, for a run that the clock starts.
//!
//! Knows their numbers alone.

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::Api;
use super::facts::WireList;
use crate::github::{Client, Query, RepositoryName};

/// The most open pull requests that one run goes through.
const MOST_OPEN: usize = 1_000;

#[derive(Debug, Deserialize)]
struct Answer {
    repository: Option<WireRepository>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRepository {
    pull_requests: WireList<WireNumber>,
}

#[derive(Debug, Deserialize)]
struct WireNumber {
    number: u64,
}

/// The numbers of all open pull requests, the oldest first; more than 1,000 are an error.
pub fn open_pull_requests(client: &Client, repository: &RepositoryName) -> anyhow::Result<Vec<u64>> {
    let api = Api::new(client, repository);
    let query = Query {
        name: "OpenPullRequests",
        text: include_str!("open_pull_requests.graphql"),
    };
    let mut numbers: Vec<u64> = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let mut variables = api.variables();
        variables.insert("after".to_owned(), json!(after));
        let answer: Answer = client
            .query(query, &Value::Object(variables))
            .with_context(|| format!("listing the open pull requests of {repository}"))?;
        let page = answer
            .repository
            .context("GitHub shows no such repository")?
            .pull_requests;
        let before = numbers.len();
        for number in page.nodes.into_iter().flatten().map(|node| node.number) {
            // A list that shifts between two pages names one twice.
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        if !page.page_info.has_next_page {
            return Ok(numbers);
        }
        if numbers.len() >= MOST_OPEN {
            bail!(
                "{repository} has more than {MOST_OPEN} open pull requests; name those that are to be reviewed instead"
            );
        }
        let next = page.page_info.end_cursor;
        if numbers.len() == before || next.is_none() || next == after {
            bail!("GitHub's list of open pull requests of {repository} does not go on where it says");
        }
        after = next;
    }
}
