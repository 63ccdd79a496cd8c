//! `tierguard doctor`: what is missing for each feature on GitHub, and how to add it.
//!
//! look (requests that read) → facts → diagnosis → text and exit code. Only `gather`, `api` and `tree` touch the world.

mod api;
mod diagnose;
mod facts;
mod gather;
mod text;
mod tree;
mod workflow;

use std::time::Duration;

use super::connection::{connection, repository};
use crate::cli::{Doctor, Environment};
use crate::github::Client;

/// Nothing is written; half of it is the first wait before a read is repeated.
const PACE: Duration = Duration::from_secs(1);

/// Looks at the repository as the token sees it; the exit code.
pub(super) fn run(typed: &Doctor, environment: &Environment) -> anyhow::Result<u8> {
    let repository = repository(&typed.github, environment)?;
    let client = Client::new(connection(&typed.github, environment, PACE)?)?;
    let facts = gather::gather(&client, &repository)?;
    tracing::debug!("{} reads", client.counts().reads);
    let checks = diagnose::diagnose(&facts);
    super::print(&text::text(&facts, &checks))?;
    Ok(diagnose::exit_code(&checks))
}
