//! Pull requests: one, all, their files and commits.

use serde_json::Value;

use super::super::http::Response;
use super::super::permission::{Access, Scope};
use super::super::state::Pull;
use super::{Call, Reply, pull, shape};

/// The most files that GitHub lists of a pull request, and the most commits.
const MOST_FILES: usize = 3_000;
const MOST_COMMITS: usize = 250;

pub(super) fn list(call: &Call<'_>) -> Reply {
    call.require(&[(Scope::PullRequests, Access::Read)])?;
    let mut state = call.state();
    let wanted = call.request.parameter("state").unwrap_or("open").to_owned();
    let head = call.request.parameter("head").map(str::to_owned);
    let base = call.request.parameter("base").map(str::to_owned);
    let chosen: Vec<Pull> = state
        .pulls
        .values()
        .rev()
        .filter(|pull| wanted == "all" || pull.open == (wanted == "open"))
        .filter(|pull| base.as_ref().is_none_or(|base| *base == pull.base_branch))
        .filter(|pull| {
            head.as_ref()
                .is_none_or(|head| head.ends_with(&format!(":{}", pull.head_branch)))
        })
        .cloned()
        .collect();
    let values: Vec<Value> = chosen
        .iter()
        .map(|pull| shape::pull_simple(call.site, &mut state, pull))
        .collect();
    Ok(call.page(&values))
}

pub(super) fn one(call: &Call<'_>, number: &str) -> Reply {
    call.require(&[(Scope::PullRequests, Access::Read)])?;
    let mut state = call.state();
    let pull = pull(&state, number)?;
    Ok(Response::json(
        200,
        &shape::pull_full(call.site, &mut state, &pull),
    ))
}

pub(super) fn files(call: &Call<'_>, number: &str) -> Reply {
    call.require(&[(Scope::PullRequests, Access::Read)])?;
    let state = call.state();
    let pull = pull(&state, number)?;
    let git = &call.site.git;
    let compared = git
        .compare(&state.base_tip(&pull), &pull.head)
        .ok_or_else(super::missing)?;
    let most = state.knobs.most_files.unwrap_or(MOST_FILES).min(MOST_FILES);
    let values: Vec<Value> = compared
        .files
        .iter()
        .take(most)
        .map(|file| shape::file(call.site, &state, &pull.head, file))
        .collect();
    Ok(call.page(&values))
}

pub(super) fn commits(call: &Call<'_>, number: &str) -> Reply {
    call.require(&[(Scope::PullRequests, Access::Read)])?;
    let state = call.state();
    let pull = pull(&state, number)?;
    let git = &call.site.git;
    let compared = git
        .compare(&state.base_tip(&pull), &pull.head)
        .ok_or_else(super::missing)?;
    let values: Vec<Value> = compared
        .ahead
        .iter()
        .take(MOST_COMMITS)
        .filter_map(|id| git.commit(id))
        .map(|commit| shape::commit(call.site, &commit))
        .collect();
    Ok(call.page(&values))
}
