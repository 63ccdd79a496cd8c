//! A pull request, found by its number.
//!
//! Knows what is asked first and what follows from it: the commits that the change stands between.

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::Api;
use super::compare;
use super::facts::{WireBranch, WireFacts, WireOid, default_branch, object_id};
use super::{Commits, GitHubSource};
use crate::changeset::{Part, PullRequest, Viewer};
use crate::github::{Client, Error, Query, RepositoryName};

#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    viewer: Option<WireViewer>,
    repository: Option<WireRepository>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireViewer {
    login: String,
    database_id: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRepository {
    default_branch_ref: Option<WireBranch>,
    pull_request: Option<WirePullRequest>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePullRequest {
    #[serde(flatten)]
    facts: WireFacts,
    base_ref: Option<WireTip>,
}

#[derive(Debug, Deserialize)]
struct WireTip {
    target: Option<WireOid>,
}

/// A pull request was read and its change was not: what was said about its head earlier holds no more.
#[derive(Debug, thiserror::Error)]
#[error("its head cannot be compared with the target branch")]
pub struct NotCompared(pub Box<PullRequest>);

impl<'c> GitHubSource<'c> {
    /// Reads what a pull request is and compares its head with the tip of its target branch: two requests.
    pub fn open(client: &'c Client, repository: &RepositoryName, number: u64) -> anyhow::Result<Self> {
        let api = Api::new(client, repository);
        let answer = ask(&api, number)?;
        let repository = answer.repository.context("GitHub shows no such repository")?;
        let (default_branch, default_tip) = default_branch(repository.default_branch_ref)?;
        let found = repository.pull_request;
        let found = found.with_context(|| format!("there is no pull request {number}"))?;
        if found.facts.number != number {
            bail!(
                "GitHub gives pull request {} for number {number}",
                found.facts.number
            );
        }
        let tip = match found.base_ref.and_then(|branch| branch.target) {
            Some(tip) => Some(object_id(&tip.oid, "the tip of the target branch")?),
            None => None,
        };
        let pull_request = found.facts.read(tip.as_ref())?;
        let comparison = compare::compare(&api, &pull_request.target, &pull_request.head, 1)
            .map_err(|error| error.context(NotCompared(Box::new(pull_request.clone()))))?;
        let commits = Commits {
            base: comparison.merge_base,
            head: pull_request.head.clone(),
            target: pull_request.target.clone(),
            target_tip: tip.unwrap_or_else(|| pull_request.target.clone()),
            default_tip,
        };
        let parts = vec![Part {
            facts: pull_request.facts.clone(),
            paths: None,
        }];
        let mut source = Self::new(api, commits, default_branch, comparison.rows);
        source.viewer = answer.viewer.and_then(|viewer| {
            Some(Viewer {
                login: viewer.login,
                id: viewer.database_id?,
            })
        });
        source.pull_requests = vec![pull_request];
        source.parts = parts;
        Ok(source)
    }
}

/// Asks for the facts; where GitHub does not tell whose the token is, once more without that.
fn ask(api: &Api, number: u64) -> anyhow::Result<Answer> {
    let query = Query {
        name: "PullRequest",
        text: include_str!("pull_request.graphql"),
    };
    let mut variables = api.variables();
    variables.insert("number".to_owned(), json!(number));
    variables.insert("viewer".to_owned(), json!(true));
    let first = api.client.query(query, &Value::Object(variables.clone()));
    let answer = match first {
        Err(error) if error.is_forbidden() || matches!(error, Error::NoAnswer { .. }) => {
            variables.insert("viewer".to_owned(), json!(false));
            api.client.query(query, &Value::Object(variables))
        }
        other => other,
    };
    answer.with_context(|| format!("reading pull request {number} of {}", api.repository))
}
