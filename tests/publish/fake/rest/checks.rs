//! Check runs and commit statuses.

use serde_json::{Value, json};

use super::super::http::Response;
use super::super::permission::{Access, Scope};
use super::super::state::{Annotation, CheckRun, Output, State, Status};
use super::{Call, Reply, id, invalid, missing, talk_shape, unprocessable};

/// The most annotations of one request, and the longest summary and text ("REST API endpoints for check runs").
const MOST_ANNOTATIONS: usize = 50;
const LONGEST_TEXT: usize = 65_535;
/// The longest description of a status, in characters.
const LONGEST_DESCRIPTION: usize = 140;
/// The app of a workflow's token.
const ACTIONS: u64 = 15_368;

pub(super) fn create(call: &Call<'_>) -> Reply {
    call.require(&[(Scope::Checks, Access::Write)])?;
    let mut state = call.state();
    let name = call
        .text("name")
        .ok_or_else(|| unprocessable("name wasn't supplied"))?;
    let head = call
        .text("head_sha")
        .ok_or_else(|| unprocessable("head_sha wasn't supplied"))?;
    if call.site.git.commit(head).is_none() {
        return Err(unprocessable("No commit found for SHA"));
    }
    let slug = call.caller.login.trim_end_matches("[bot]").to_owned();
    let app = if slug == "github-actions" { ACTIONS } else { 99_001 };
    let mut run = CheckRun {
        id: state.id(),
        name: name.to_owned(),
        head: head.to_owned(),
        external_id: call.text("external_id").map(str::to_owned),
        details_url: call.text("details_url").map(str::to_owned),
        status: "queued".to_owned(),
        conclusion: None,
        started: state.tick(),
        completed: None,
        output: Output::default(),
        app: (app, slug),
    };
    change(call, &mut state, &mut run)?;
    state.checks.push(run.clone());
    Ok(Response::json(
        201,
        &talk_shape::check_run(call.site, &mut state, &run),
    ))
}

fn change(call: &Call<'_>, state: &mut State, run: &mut CheckRun) -> Result<(), Response> {
    if let Some(status) = call.text("status") {
        if !["queued", "in_progress", "completed"].contains(&status) {
            return Err(unprocessable("status is not a member of the enumeration"));
        }
        status.clone_into(&mut run.status);
    }
    if let Some(conclusion) = call.text("conclusion") {
        run.conclusion = Some(conclusion.to_owned());
        "completed".clone_into(&mut run.status);
        run.completed = Some(state.tick());
    } else if run.status == "completed" && run.conclusion.is_none() {
        return Err(unprocessable("conclusion wasn't supplied"));
    }
    let output = &call.body["output"];
    if output.is_null() {
        return Ok(());
    }
    let text = |field: &str| output[field].as_str().map(str::to_owned);
    let (Some(title), Some(summary)) = (text("title"), text("summary")) else {
        return Err(unprocessable("output needs a title and a summary"));
    };
    let long = |text: &str| text.chars().count() > LONGEST_TEXT;
    if long(&summary) || text("text").as_deref().is_some_and(long) {
        return Err(invalid(
            "CheckRun",
            "summary",
            "summary exceeds a maximum bytesize of 65535",
        ));
    }
    let sent = output["annotations"].as_array().cloned().unwrap_or_default();
    if sent.len() > MOST_ANNOTATIONS {
        return Err(invalid(
            "CheckRun",
            "annotations",
            "No more than 50 annotations can be sent at a time",
        ));
    }
    let annotations: Option<Vec<Annotation>> = sent.iter().map(annotation).collect();
    let annotations = annotations.ok_or_else(|| unprocessable("an annotation is not well-formed"))?;
    run.output.title = Some(title);
    run.output.summary = Some(summary);
    if let Some(text) = text("text") {
        run.output.text = Some(text);
    }
    // Each request adds to the ones before.
    run.output.annotations.extend(annotations);
    Ok(())
}

fn annotation(value: &Value) -> Option<Annotation> {
    let text = |field: &str| value[field].as_str().map(str::to_owned);
    let annotation = Annotation {
        path: text("path")?,
        start_line: value["start_line"].as_u64()?,
        end_line: value["end_line"].as_u64()?,
        start_column: value["start_column"].as_u64(),
        end_column: value["end_column"].as_u64(),
        level: text("annotation_level")?,
        title: text("title"),
        message: text("message")?,
        raw_details: text("raw_details"),
    };
    let columns = annotation.start_column.is_some() || annotation.end_column.is_some();
    let well_formed = ["notice", "warning", "failure"].contains(&annotation.level.as_str())
        && annotation.start_line >= 1
        && annotation.start_line <= annotation.end_line
        && (!columns || annotation.start_line == annotation.end_line)
        && annotation.message.len() <= 64 * 1024
        && !annotation.message.is_empty()
        && annotation
            .title
            .as_ref()
            .is_none_or(|title| title.chars().count() <= 255);
    well_formed.then_some(annotation)
}

fn found(state: &State, number: &str) -> Result<CheckRun, Response> {
    let id = id(number)?;
    let run = state.checks.iter().find(|run| run.id == id);
    run.cloned().ok_or_else(missing)
}

pub(super) fn one(call: &Call<'_>, number: &str) -> Reply {
    call.require(&[(Scope::Checks, Access::Read)])?;
    let mut state = call.state();
    let run = found(&state, number)?;
    Ok(Response::json(
        200,
        &talk_shape::check_run(call.site, &mut state, &run),
    ))
}

pub(super) fn update(call: &Call<'_>, number: &str) -> Reply {
    call.require(&[(Scope::Checks, Access::Write)])?;
    let mut state = call.state();
    let mut run = found(&state, number)?;
    if run.app.1 != call.caller.login.trim_end_matches("[bot]") {
        return Err(super::error(
            403,
            "Invalid app_id `15368` - check run can only be modified by the GitHub App that created it.",
            None,
        ));
    }
    if call.text("head_sha").is_some() {
        return Err(unprocessable("head_sha can not be changed"));
    }
    if let Some(name) = call.text("name") {
        name.clone_into(&mut run.name);
    }
    change(call, &mut state, &mut run)?;
    let stored = state.checks.iter_mut().find(|other| other.id == run.id).unwrap();
    *stored = run.clone();
    Ok(Response::json(
        200,
        &talk_shape::check_run(call.site, &mut state, &run),
    ))
}

pub(super) fn annotations(call: &Call<'_>, number: &str) -> Reply {
    call.require(&[(Scope::Checks, Access::Read)])?;
    let run = found(&call.state(), number)?;
    let values: Vec<Value> = run
        .output
        .annotations
        .iter()
        .map(|annotation| talk_shape::annotation(call.site, &run.head, annotation))
        .collect();
    Ok(call.page(&values))
}

pub(super) fn of_commit(call: &Call<'_>, name: &str) -> Reply {
    call.require(&[(Scope::Checks, Access::Read)])?;
    let mut state = call.state();
    let head = state.commit_of(name).ok_or_else(missing)?;
    let wanted = call.request.parameter("check_name");
    let app = call
        .request
        .parameter("app_id")
        .and_then(|text| text.parse::<u64>().ok());
    let chosen: Vec<CheckRun> = state
        .checks
        .iter()
        .rev()
        .filter(|run| run.head == head && wanted.is_none_or(|name| name == run.name))
        .filter(|run| app.is_none_or(|app| app == run.app.0))
        .cloned()
        .collect();
    let values: Vec<Value> = chosen
        .iter()
        .map(|run| talk_shape::check_run(call.site, &mut state, run))
        .collect();
    let (page, answer) = call.cut(&values);
    let body = json!({"total_count": values.len(), "check_runs": page});
    Ok(answer(Response::json(200, &body)))
}

pub(super) fn create_status(call: &Call<'_>, commit: &str) -> Reply {
    call.require(&[(Scope::Statuses, Access::Write)])?;
    let mut state = call.state();
    if call.site.git.commit(commit).is_none() {
        return Err(unprocessable("No commit found for SHA"));
    }
    let kind = call.text("state").unwrap_or_default();
    if !["error", "failure", "pending", "success"].contains(&kind) {
        return Err(invalid("Status", "state", "is not included in the list"));
    }
    let description = call.text("description").map(str::to_owned);
    if description
        .as_ref()
        .is_some_and(|text| text.chars().count() > LONGEST_DESCRIPTION)
    {
        return Err(invalid(
            "Status",
            "description",
            "description is too long (maximum is 140 characters)",
        ));
    }
    let status = Status {
        id: state.id(),
        commit: commit.to_owned(),
        context: call.text("context").unwrap_or("default").to_owned(),
        state: kind.to_owned(),
        description,
        target_url: call.text("target_url").map(str::to_owned),
        creator: call.caller.login.clone(),
        at: state.tick(),
    };
    state.statuses.push(status.clone());
    Ok(Response::json(
        201,
        &talk_shape::status(call.site, &mut state, &status),
    ))
}

pub(super) fn statuses(call: &Call<'_>, name: &str) -> Reply {
    call.require(&[(Scope::Statuses, Access::Read)])?;
    let mut state = call.state();
    let commit = state.commit_of(name).ok_or_else(missing)?;
    let chosen: Vec<Status> = state
        .statuses
        .iter()
        .rev()
        .filter(|status| status.commit == commit)
        .cloned()
        .collect();
    let values: Vec<Value> = chosen
        .iter()
        .map(|status| talk_shape::status(call.site, &mut state, status))
        .collect();
    Ok(call.page(&values))
}
