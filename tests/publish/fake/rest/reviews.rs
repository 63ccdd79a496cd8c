//! Reviews and comments on lines.

use serde_json::{Value, json};

use super::super::anchor::{self, LONGEST_BODY, Wanted};
use super::super::http::Response;
use super::super::permission::{Access, Scope};
use super::super::state::{Inline, Place, Pull, Review, State};
use super::remarks::{checked_body, locked};
use super::{Call, Reply, id, missing, pull, talk_shape, unknown, unprocessable};

/// The most comments of one review that the fake takes; GitHub documents none, and failures were seen from 20 on.
const MOST_COMMENTS: usize = 60;

fn access(call: &Call<'_>, method: &str) -> Result<(), Response> {
    let access = if method == "GET" {
        Access::Read
    } else {
        Access::Write
    };
    call.require(&[(Scope::PullRequests, access)])
}

pub(super) fn reviews(call: &Call<'_>, method: &str, number: &str, rest: &[&str]) -> Reply {
    access(call, method)?;
    let mut state = call.state();
    let pull = pull(&state, number)?;
    match (method, rest) {
        ("GET", []) => {
            let chosen: Vec<Review> = state
                .reviews
                .values()
                .filter(|review| review.number == pull.number)
                .cloned()
                .collect();
            let values: Vec<Value> = chosen
                .iter()
                .map(|review| talk_shape::review(call.site, &mut state, review))
                .collect();
            Ok(call.page(&values))
        }
        ("POST", []) => create(call, &mut state, &pull),
        (_, [review, rest @ ..]) => {
            let id = id(review)?;
            let review = state
                .reviews
                .get(&id)
                .filter(|review| review.number == pull.number);
            let review = review.cloned().ok_or_else(missing)?;
            one_review(call, &mut state, method, rest, review)
        }
        _ => unknown(call),
    }
}

fn one_review(call: &Call<'_>, state: &mut State, method: &str, rest: &[&str], mut review: Review) -> Reply {
    match (method, rest) {
        ("GET", []) => {}
        ("PUT", []) => {
            let Some(body) = call.text("body").filter(|body| !body.trim().is_empty()) else {
                return Err(unprocessable("Body can't be blank"));
            };
            if body.chars().count() > LONGEST_BODY {
                return Err(unprocessable("Body is too long (maximum is 65536 characters)"));
            }
            body.clone_into(&mut review.body);
            review.updated = state.tick();
            state.reviews.insert(review.id, review.clone());
        }
        ("GET", ["comments"]) => {
            let chosen: Vec<Inline> = state
                .inlines
                .values()
                .filter(|inline| inline.review == review.id)
                .cloned()
                .collect();
            let values: Vec<Value> = chosen
                .iter()
                .map(|inline| talk_shape::inline(call.site, state, inline))
                .collect();
            return Ok(call.page(&values));
        }
        ("PUT", ["dismissals"]) => {
            if review.state == "COMMENTED" {
                return Err(unprocessable("Can not dismiss a commented pull request review"));
            }
            "DISMISSED".clone_into(&mut review.state);
            state.reviews.insert(review.id, review.clone());
        }
        ("DELETE", []) => {
            return Err(unprocessable("Can not delete a non-pending pull request review"));
        }
        _ => return unknown(call),
    }
    Ok(Response::json(
        200,
        &talk_shape::review(call.site, state, &review),
    ))
}

fn create(call: &Call<'_>, state: &mut State, pull: &Pull) -> Reply {
    if pull.locked {
        return Err(locked());
    }
    let reviewed = match call.text("event") {
        Some("COMMENT") => "COMMENTED",
        Some("APPROVE") => "APPROVED",
        Some("REQUEST_CHANGES") => "CHANGES_REQUESTED",
        Some(_) => {
            return Err(unprocessable(
                "Variable $event of type PullRequestReviewEvent was provided invalid value",
            ));
        }
        None => {
            call.site
                .unexpected("a review without an event stays pending".to_owned());
            return Err(unprocessable("a pending review"));
        }
    };
    let body = call.text("body").unwrap_or_default();
    let comments = call.body["comments"].as_array().cloned().unwrap_or_default();
    if body.trim().is_empty() && comments.is_empty() && reviewed != "APPROVED" {
        return Err(unprocessable("Review cannot be blank"));
    }
    if body.chars().count() > LONGEST_BODY {
        return Err(unprocessable("Body is too long (maximum is 65536 characters)"));
    }
    if comments.len() > MOST_COMMENTS {
        return Err(unprocessable("was submitted too quickly"));
    }
    let commit = call.text("commit_id").unwrap_or(&pull.head).to_owned();
    let git = &call.site.git;
    let base = git
        .merge_base(&state.base_tip(pull), &pull.head)
        .ok_or_else(missing)?;
    let known = git.commit(&commit).is_some() && git.merge_base(&base, &commit).as_deref() == Some(&base);
    if !known || (commit != pull.head && !git.commits_between(&base, &pull.head).contains(&commit)) {
        return Err(unprocessable("The commit_id is not part of the pull request"));
    }
    // All or nothing, and the offender is not named.
    let wanted: Vec<Wanted> = comments.iter().map(wanted).collect::<Result<_, _>>()?;
    let files = git.diff(&base, &commit);
    for wanted in &wanted {
        if state.knobs.refused_lines.contains(&wanted.path) {
            return Err(unprocessable("Line could not be resolved"));
        }
        anchor::check(&files, wanted).map_err(unprocessable)?;
    }
    let review = state.add_review(pull.number, &call.caller.login, reviewed, body, &commit);
    for wanted in wanted {
        let added = anchor::add(
            git,
            state,
            pull.number,
            review,
            &call.caller.login,
            (&base, &commit),
            wanted,
        );
        added.expect("checked before");
    }
    let review = state.reviews[&review].clone();
    Ok(Response::json(
        200,
        &talk_shape::review(call.site, state, &review),
    ))
}

/// A comment as it was sent; `position` is not taken, since GitHub is to drop it.
fn wanted(comment: &Value) -> Result<Wanted, Response> {
    let text = |field: &str| comment[field].as_str().map(str::to_owned);
    let side = |field: &str| match comment[field].as_str() {
        None => Ok(None),
        Some("LEFT") => Ok(Some(true)),
        Some("RIGHT") => Ok(Some(false)),
        Some(_) => Err(unprocessable(
            "Variable $threads was provided invalid value for side",
        )),
    };
    let left = side("side")?.unwrap_or(false);
    let start = comment["start_line"].as_u64();
    if start.is_some() && side("start_side")?.is_some_and(|start| start != left) {
        return Err(unprocessable("Start side must be the side of the line"));
    }
    let allowed = ["path", "body", "line", "side", "start_line", "start_side"];
    if comment
        .as_object()
        .is_none_or(|fields| fields.keys().any(|field| !allowed.contains(&field.as_str())))
    {
        return Err(unprocessable("is not a permitted key"));
    }
    Ok(Wanted {
        path: text("path").ok_or_else(|| unprocessable("path wasn't supplied"))?,
        body: text("body").unwrap_or_default(),
        place: Place {
            left,
            line: comment["line"]
                .as_u64()
                .ok_or_else(|| unprocessable("Line could not be resolved"))?,
            start,
        },
    })
}

pub(super) fn comments(call: &Call<'_>, method: &str, number: &str, rest: &[&str]) -> Reply {
    access(call, method)?;
    let mut state = call.state();
    let pull = pull(&state, number)?;
    match (method, rest) {
        ("GET", []) => {
            let chosen: Vec<Inline> = state
                .inlines
                .values()
                .filter(|inline| inline.number == pull.number)
                .cloned()
                .collect();
            let values: Vec<Value> = chosen
                .iter()
                .map(|inline| talk_shape::inline(call.site, &mut state, inline))
                .collect();
            Ok(call.page(&values))
        }
        ("POST", [to, "replies"]) => {
            if pull.locked {
                return Err(locked());
            }
            let body = checked_body(call)?;
            let id = state
                .add_reply(id(to)?, &call.caller.login, &body)
                .ok_or_else(missing)?;
            let inline = state.inlines[&id].clone();
            Ok(Response::json(
                201,
                &talk_shape::inline(call.site, &mut state, &inline),
            ))
        }
        ("POST", []) => single(call, &mut state, &pull),
        _ => unknown(call),
    }
}

/// One comment that is a review of its own; its errors are objects.
fn single(call: &Call<'_>, state: &mut State, pull: &Pull) -> Reply {
    if pull.locked {
        return Err(locked());
    }
    let mut sent = call.body.clone();
    if let Some(fields) = sent.as_object_mut() {
        fields.remove("commit_id");
        if fields
            .remove("subject_type")
            .is_some_and(|kind| kind != json!("line"))
        {
            return unknown(call);
        }
    }
    let wanted = wanted(&sent)?;
    let git = &call.site.git;
    let base = git
        .merge_base(&state.base_tip(pull), &pull.head)
        .ok_or_else(missing)?;
    let refused = |_: &str| {
        super::invalid(
            "PullRequestReviewComment",
            "pull_request_review_thread.line",
            "could not be resolved",
        )
    };
    anchor::check(&git.diff(&base, &pull.head), &wanted).map_err(refused)?;
    let login = &call.caller.login;
    let review = state.add_review(pull.number, login, "COMMENTED", "", &pull.head);
    let id = anchor::add(
        git,
        state,
        pull.number,
        review,
        login,
        (&base, &pull.head),
        wanted,
    )
    .map_err(refused)?;
    let inline = state.inlines[&id].clone();
    Ok(Response::json(
        201,
        &talk_shape::inline(call.site, state, &inline),
    ))
}

pub(super) fn comment(call: &Call<'_>, method: &str, number: &str) -> Reply {
    access(call, method)?;
    let id = id(number)?;
    let mut state = call.state();
    let inline = state.inlines.get(&id).cloned().ok_or_else(missing)?;
    match method {
        "GET" => Ok(Response::json(
            200,
            &talk_shape::inline(call.site, &mut state, &inline),
        )),
        "PATCH" => {
            let body = checked_body(call)?;
            let now = state.tick();
            let stored = state.inlines.get_mut(&id).unwrap();
            stored.body = body;
            stored.updated = now;
            let inline = stored.clone();
            Ok(Response::json(
                200,
                &talk_shape::inline(call.site, &mut state, &inline),
            ))
        }
        "DELETE" => {
            state.remove_inline(id);
            Ok(Response::empty(204))
        }
        _ => unknown(call),
    }
}
