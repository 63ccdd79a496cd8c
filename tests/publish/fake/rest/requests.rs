//! Requested reviewers, labels and the timeline.

use serde_json::{Value, json};

use super::super::http::Response;
use super::super::permission::{Access, Scope};
use super::super::state::{EventKind, PersonKind, Pull, State};
use super::{Call, Reply, error, invalid, missing, pull, shape, unknown, unprocessable};

/// GitHub asks at most this many for a review.
const MOST_REVIEWERS: usize = 15;
/// The longest name of a label, in characters.
const LONGEST_LABEL: usize = 50;
/// The most labels of one issue.
const MOST_LABELS: usize = 100;

pub(super) fn reviewers(call: &Call<'_>, method: &str, number: &str) -> Reply {
    let access = if method == "GET" {
        Access::Read
    } else {
        Access::Write
    };
    call.require(&[(Scope::PullRequests, access)])?;
    let mut state = call.state();
    let pull = pull(&state, number)?;
    let names = |field: &str| -> Vec<String> {
        let list = call.body[field].as_array().cloned().unwrap_or_default();
        list.iter()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect()
    };
    match method {
        "GET" => {
            let people: Vec<Value> = pull
                .requested
                .iter()
                .map(|login| shape::person(&state.person(login)))
                .collect();
            let teams: Vec<Value> = pull
                .requested_teams
                .iter()
                .map(|slug| shape::team(call.site, slug))
                .collect();
            Ok(Response::json(200, &json!({"users": people, "teams": teams})))
        }
        "POST" => {
            let (people, teams) = (names("reviewers"), names("team_reviewers"));
            refuse(call, &state, &pull, &people, &teams)?;
            for login in people {
                let new = state
                    .pulls
                    .get_mut(&pull.number)
                    .unwrap()
                    .requested
                    .insert(login.clone());
                if new {
                    state.record(pull.number, &call.caller.login, EventKind::ReviewRequested(login));
                }
            }
            for slug in teams {
                let new = state
                    .pulls
                    .get_mut(&pull.number)
                    .unwrap()
                    .requested_teams
                    .insert(slug.clone());
                if new {
                    state.record(pull.number, &call.caller.login, EventKind::TeamRequested(slug));
                }
            }
            let pull = state.pulls[&pull.number].clone();
            Ok(Response::json(
                201,
                &shape::pull_simple(call.site, &mut state, &pull),
            ))
        }
        "DELETE" => {
            let stored = state.pulls.get_mut(&pull.number).unwrap();
            for login in names("reviewers") {
                stored.requested.remove(&login);
            }
            for slug in names("team_reviewers") {
                stored.requested_teams.remove(&slug);
            }
            let pull = stored.clone();
            Ok(Response::json(
                200,
                &shape::pull_simple(call.site, &mut state, &pull),
            ))
        }
        _ => unknown(call),
    }
}

/// One name that does not do refuses them all.
fn refuse(
    call: &Call<'_>,
    state: &State,
    pull: &Pull,
    people: &[String],
    teams: &[String],
) -> Result<(), Response> {
    if people.contains(&pull.author) {
        return Err(error(
            422,
            "Review cannot be requested from pull request author.",
            None,
        ));
    }
    let collaborator = |login: &String| {
        let person = state.people.get(login);
        person.is_some_and(|person| {
            person.kind == PersonKind::User && person.role > super::super::state::Role::None
        })
    };
    if !people.iter().all(collaborator) {
        let why = "Reviews may only be requested from collaborators. One or more of the users or teams you specified is \
                   not a collaborator of the repository.";
        return Err(error(422, why, None));
    }
    if !teams.is_empty() && !state.knobs.teams_readable {
        call.require(&[(Scope::Members, Access::Read)])?;
    }
    if !teams.iter().all(|slug| state.teams.contains_key(slug)) {
        return Err(error(
            422,
            "Could not resolve to a node with the global id of ''",
            None,
        ));
    }
    if pull.requested.len() + people.len() + pull.requested_teams.len() + teams.len() > MOST_REVIEWERS {
        return Err(error(422, "Too many reviewers", None));
    }
    Ok(())
}

pub(super) fn labels(call: &Call<'_>, method: &str, number: &str, rest: &[&str]) -> Reply {
    let access = if method == "GET" {
        Access::Read
    } else {
        Access::Write
    };
    call.require(&[(Scope::Issues, access), (Scope::PullRequests, access)])?;
    let mut state = call.state();
    let pull = pull(&state, number)?;
    match (method, rest) {
        ("GET", []) => {
            let values = values(call, &state, &pull);
            return Ok(call.page(&values));
        }
        ("POST" | "PUT", []) => {
            let sent = call.body.get("labels").unwrap_or(&call.body).as_array().cloned();
            let name_of = |label: &Value| label["name"].as_str().or(label.as_str()).map(str::to_owned);
            let names: Vec<String> = sent.unwrap_or_default().iter().filter_map(name_of).collect();
            if names.is_empty() && method == "POST" {
                return Err(invalid("Label", "labels", "labels wasn't supplied"));
            }
            for name in &names {
                let known = state.labels.contains_key(name);
                if name.trim().is_empty() || name.chars().count() > LONGEST_LABEL || name.contains(',') {
                    return Err(invalid(
                        "Label",
                        "name",
                        "name is too long (maximum is 50 characters)",
                    ));
                }
                // A label that the repository does not have is made, which takes more.
                if !known {
                    call.require(&[(Scope::Issues, Access::Write)])?;
                }
            }
            if pull.labels.len() + names.len() > MOST_LABELS {
                return Err(unprocessable("too many labels"));
            }
            if method == "PUT" {
                for label in pull.labels.iter().filter(|label| !names.contains(label)) {
                    state.remove_label(pull.number, label, &call.caller.login);
                }
            }
            for name in &names {
                state.add_label(pull.number, name, &call.caller.login);
            }
        }
        ("DELETE", [name]) => {
            if !state.remove_label(pull.number, name, &call.caller.login) {
                return Err(error(404, "Label does not exist", None));
            }
        }
        _ => return unknown(call),
    }
    let pull = state.pulls[&pull.number].clone();
    Ok(Response::json(200, &json!(values(call, &state, &pull))))
}

fn values(call: &Call<'_>, state: &State, pull: &Pull) -> Vec<Value> {
    let label = |name: &String| shape::label(call.site, name, &state.labels[name]);
    pull.labels.iter().map(label).collect()
}

pub(super) fn repository_labels(call: &Call<'_>, method: &str, rest: &[&str]) -> Reply {
    let access = if method == "GET" {
        Access::Read
    } else {
        Access::Write
    };
    match method {
        "GET" => call.require(&[(Scope::Issues, access), (Scope::PullRequests, access)])?,
        _ => call.require(&[(Scope::Issues, access)])?,
    }
    let mut state = call.state();
    match (method, rest) {
        ("GET", []) => {
            let values: Vec<Value> = state
                .labels
                .iter()
                .map(|(name, label)| shape::label(call.site, name, label))
                .collect();
            Ok(call.page(&values))
        }
        ("GET", [name]) => {
            let label = state.labels.get(*name).ok_or_else(missing)?;
            Ok(Response::json(200, &shape::label(call.site, name, label)))
        }
        ("POST", []) => {
            let name = call.text("name").unwrap_or_default();
            if name.is_empty() || name.chars().count() > LONGEST_LABEL || state.labels.contains_key(name) {
                return Err(invalid("Label", "name", "already_exists"));
            }
            state.repository_label(name);
            let label = &state.labels[name];
            Ok(Response::json(201, &shape::label(call.site, name, label)))
        }
        _ => unknown(call),
    }
}

pub(super) fn timeline(call: &Call<'_>, number: &str) -> Reply {
    call.require(&[(Scope::Issues, Access::Read), (Scope::PullRequests, Access::Read)])?;
    let mut state = call.state();
    let pull = pull(&state, number)?;
    let events: Vec<_> = state
        .events
        .iter()
        .filter(|event| event.pull == pull.number)
        .cloned()
        .collect();
    let mut values = Vec::new();
    for event in events {
        let actor = state.person(&event.actor);
        let mut value = json!({
            "id": event.id, "node_id": shape::node_id("E", event.id),
            "url": format!("{}/issues/events/{}", shape::repository_url(call.site), event.id),
            "actor": shape::person(&actor), "commit_id": null, "commit_url": null, "created_at": shape::time(event.at),
            "performed_via_github_app": null,
        });
        let more = match &event.kind {
            EventKind::Labeled(label) => {
                json!({"event": "labeled", "label": {"name": label, "color": "ededed"}})
            }
            EventKind::Unlabeled(label) => {
                json!({"event": "unlabeled", "label": {"name": label, "color": "ededed"}})
            }
            EventKind::ReviewRequested(login) => {
                let reviewer = state.person(login);
                json!({"event": "review_requested", "review_requester": shape::person(&actor), "requested_reviewer": shape::person(&reviewer)})
            }
            EventKind::TeamRequested(slug) => {
                json!({"event": "review_requested", "review_requester": shape::person(&actor), "requested_team": shape::team(call.site, slug)})
            }
        };
        shape::extend(&mut value, more);
        values.push(value);
    }
    Ok(call.page(&values))
}
