//! Commands under a pull request: who may give them, and the answers to those that ask for one.
//!
//! A command that is not allowed or not known is passed over in silence: an answer would let anybody make us talk.

use anyhow::Context;
use http::Method;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use serde_json::{Value, json};

use super::options::Options;
use crate::changeset::Role;
use crate::github::event::Comment;
use crate::github::{Client, Loudness, Query, Route};
use crate::render::markdown::Markdown;
use crate::rules;
use crate::source::github::role;

const REPLIES: Query = Query {
    name: "Replies",
    text: include_str!("replies.graphql"),
};

/// The most answers under one pull request in an hour; more would be somebody's game.
const MOST_PER_HOUR: usize = 5;

/// Whether somebody may give commands: write permission, as the API says it now; what cannot be read is a no.
pub(super) fn may_command(client: &Client, options: &Options, comment: &Comment) -> bool {
    match role(client, &options.repository, &comment.author) {
        Ok(role) if role >= Role::Write => true,
        Ok(_) => {
            tracing::warn!("who gave the command may not write to the repository, so it is not followed");
            false
        }
        Err(error) => {
            tracing::warn!(
                "the permission of who gave the command could not be read, so it is not followed: {error}"
            );
            false
        }
    }
}

/// Shows a rule's page under the pull request: once for each comment that asks for it.
pub(super) fn explain(
    client: &Client,
    options: &Options,
    comment: &Comment,
    rule: &str,
) -> anyhow::Result<()> {
    let read: Conversation = client
        .query(
            REPLIES,
            &json!({
                "owner": options.repository.owner,
                "name": options.repository.name,
                "number": comment.number,
            }),
        )
        .context("reading the earlier answers")?;
    let conversation = read.repository.and_then(|repository| repository.pull_request);
    let conversation = conversation.context("there is no such pull request, or the token may not see it")?;
    let marker = format!(
        "<!-- tierguard:reply instance={} to={} -->",
        options.instance, comment.id
    );
    let own: Vec<&Said> = conversation
        .comments
        .nodes
        .iter()
        .filter(|said| said.viewer_did_author && said.body.starts_with("<!-- tierguard:reply "))
        .collect();
    if own
        .iter()
        .any(|said| said.body.lines().next() == Some(marker.as_str()))
    {
        return Ok(());
    }
    let hour_ago = client
        .server_time()
        .map(|now| now.saturating_sub(1.hour()))
        .transpose();
    let hour_ago = hour_ago?.context("GitHub's clock is not known")?;
    let recent = own.iter().filter(|said| said.created_at > hour_ago).count();
    if recent >= MOST_PER_HOUR {
        tracing::warn!("{recent} commands were answered within the last hour; this one is not");
        return Ok(());
    }
    if options.dry_run {
        return Ok(());
    }
    let route = Route::of(&options.repository)
        .word("issues")
        .part(comment.number)
        .word("comments");
    let body = json!({ "body": format!("{marker}\n{}", page(rule)) });
    client
        .write::<Value>(&Method::POST, &route, &body, Loudness::Notifies)
        .context("answering")?;
    Ok(())
}

/// A rule's page as Markdown of our own; its words come from the program.
fn page(rule: &str) -> String {
    match rules::definition(rule) {
        Some(definition) => crate::run::page(definition),
        None => {
            Markdown::text("There is no rule of this name; `tierguard rules` lists them all.").to_string()
        }
    }
}

#[derive(Deserialize)]
struct Conversation {
    repository: Option<Repository>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Repository {
    pull_request: Option<PullRequest>,
}

#[derive(Deserialize)]
struct PullRequest {
    comments: Comments,
}

#[derive(Deserialize)]
struct Comments {
    nodes: Vec<Said>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    body: String,
    created_at: Timestamp,
    viewer_did_author: bool,
}
