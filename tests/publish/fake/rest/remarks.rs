//! Comments below pull requests and issues.

use serde_json::Value;

use super::super::anchor::LONGEST_BODY;
use super::super::http::Response;
use super::super::permission::{Access, Scope};
use super::super::state::Remark;
use super::{Call, Reply, error, id, invalid, missing, talk_shape, unknown};

const READ: [(Scope, Access); 2] = [(Scope::Issues, Access::Read), (Scope::PullRequests, Access::Read)];

pub(super) fn of_issue(call: &Call<'_>, method: &str, number: &str) -> Reply {
    let number = id(number)?;
    match method {
        "GET" => {
            call.require(&READ)?;
            let mut state = call.state();
            if !state.pulls.contains_key(&number) {
                return Err(missing());
            }
            let since = call.request.parameter("since").and_then(|text| text.parse().ok());
            let chosen: Vec<Remark> = state
                .remarks
                .values()
                .filter(|remark| remark.number == number)
                .filter(|remark| since.is_none_or(|since| remark.updated >= since))
                .cloned()
                .collect();
            let values: Vec<Value> = chosen
                .iter()
                .map(|remark| talk_shape::remark(call.site, &mut state, remark))
                .collect();
            Ok(call.page(&values))
        }
        "POST" => {
            call.require_talk()?;
            let body = checked_body(call)?;
            let mut state = call.state();
            let pull = state.pulls.get(&number).ok_or_else(missing)?;
            if pull.locked {
                return Err(locked());
            }
            let id = state.add_remark(number, &call.caller.login, &body);
            let remark = state.remarks[&id].clone();
            let value = talk_shape::remark(call.site, &mut state, &remark);
            Ok(Response::json(201, &value))
        }
        _ => unknown(call),
    }
}

pub(super) fn locked() -> Response {
    error(403, "Unable to create comment because issue is locked.", None)
}

/// The body of a comment, where GitHub would take it.
pub(super) fn checked_body(call: &Call<'_>) -> Result<String, Response> {
    let body = call
        .text("body")
        .ok_or_else(|| error(422, "Invalid request.\n\n\"body\" wasn't supplied.", None))?;
    if body.trim().is_empty() {
        return Err(invalid("IssueComment", "body", "body can't be blank"));
    }
    if body.chars().count() > LONGEST_BODY {
        let why = "body is too long (maximum is 65536 characters)";
        return Err(invalid("IssueComment", "body", why));
    }
    Ok(body.to_owned())
}

pub(super) fn one(call: &Call<'_>, method: &str, number: &str) -> Reply {
    let id = id(number)?;
    match method {
        "GET" => call.require(&READ)?,
        _ => call.require_talk()?,
    }
    let mut state = call.state();
    let remark = state.remarks.get(&id).cloned().ok_or_else(missing)?;
    // Whoever may write may change the comments of others too: nothing here protects them from a careless client.
    match method {
        "GET" => Ok(Response::json(
            200,
            &talk_shape::remark(call.site, &mut state, &remark),
        )),
        "PATCH" => {
            let body = checked_body(call)?;
            let now = state.tick();
            let stored = state.remarks.get_mut(&id).unwrap();
            stored.body = body;
            stored.updated = now;
            let remark = stored.clone();
            Ok(Response::json(
                200,
                &talk_shape::remark(call.site, &mut state, &remark),
            ))
        }
        "DELETE" => {
            state.remarks.remove(&id);
            Ok(Response::empty(204))
        }
        _ => unknown(call),
    }
}
