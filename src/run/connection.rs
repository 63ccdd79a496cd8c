//! Which repository is meant and how the API is reached: what was typed and the runner's variables, joined.

use std::time::Duration;

use anyhow::Context;

use crate::cli::{Environment, OnGitHub};
use crate::github::{Addresses, Connection, RepositoryName, Token};

/// How long a run may take, with all its waits: a job that hangs blocks a merge.
const PATIENCE: Duration = Duration::from_mins(5);

/// The repository that was named, or the one that the workflow runs in.
pub(in crate::run) fn repository(
    typed: &OnGitHub,
    environment: &Environment,
) -> anyhow::Result<RepositoryName> {
    let name = typed
        .repository
        .as_deref()
        .or_else(|| environment.get("GITHUB_REPOSITORY"));
    let name = name.context("which repository? Name it by `--repository OWNER/NAME`")?;
    Ok(name.parse()?)
}

/// How the API is reached: the runner's addresses, and the first token that is given.
pub(in crate::run) fn connection(
    typed: &OnGitHub,
    environment: &Environment,
    pace: Duration,
) -> anyhow::Result<Connection> {
    let given = typed.token.as_deref();
    let token = given
        .or_else(|| environment.input("token"))
        .or_else(|| environment.get("GITHUB_TOKEN"))
        .or_else(|| environment.get("GH_TOKEN"));
    let token =
        token.context("a token is needed: set GITHUB_TOKEN or GH_TOKEN, or the action's input `token`")?;
    Ok(Connection {
        addresses: Addresses::new(
            environment.get("GITHUB_API_URL"),
            environment.get("GITHUB_GRAPHQL_URL"),
            environment.get("GITHUB_SERVER_URL"),
        )?,
        token: Token::new(token)?,
        pace,
        patience: PATIENCE,
    })
}
