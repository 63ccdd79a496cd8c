//! Trees, blobs, refs, commits and comparisons.

use serde_json::{Value, json};

use super::super::http::Response;
use super::super::permission::{Access, Scope};
use super::super::state::{HeadRepository, State};
use super::contents::base64;
use super::{Call, Reply, error, missing, shape};

/// The most files and commits of one comparison.
const MOST_FILES: usize = 300;
const MOST_COMMITS: usize = 250;
/// The largest blob that REST gives.
const LONGEST_BLOB: u64 = 100 * 1024 * 1024;

fn readable(call: &Call<'_>) -> Result<(), Response> {
    call.require(&[(Scope::Contents, Access::Read)])
}

pub(super) fn tree(call: &Call<'_>, name: &str) -> Reply {
    readable(call)?;
    let git = &call.site.git;
    let state = call.state();
    let id = match state.commit_of(name) {
        Some(id) => git.commit(&id).map_or(id, |commit| commit.tree),
        None => return Err(missing()),
    };
    let recursive = call.request.parameter("recursive").is_some();
    let mut values = Vec::new();
    list_tree(call, &id, "", recursive, &mut values).ok_or_else(missing)?;
    let truncated = recursive && state.knobs.truncated_trees;
    if truncated {
        values.truncate(values.len() / 2);
    }
    let url = format!("{}/git/trees/{id}", shape::repository_url(call.site));
    Ok(Response::json(
        200,
        &json!({"sha": id, "url": url, "tree": values, "truncated": truncated}),
    ))
}

fn list_tree(
    call: &Call<'_>,
    id: &str,
    before: &str,
    recursive: bool,
    values: &mut Vec<Value>,
) -> Option<()> {
    for entry in call.site.git.entries(id)? {
        let kind = entry.kind();
        let name = String::from_utf8_lossy(&entry.name);
        let path = format!("{before}{name}");
        let mut value = json!({
            "path": path, "mode": format!("{:0>6}", entry.mode), "type": kind, "sha": entry.id,
        });
        let plural = if kind == "tree" { "trees" } else { "blobs" };
        if kind != "commit" {
            value["url"] = json!(format!(
                "{}/git/{plural}/{}",
                shape::repository_url(call.site),
                entry.id
            ));
        }
        if kind == "blob" {
            value["size"] = json!(call.site.git.facts(&entry.id).map_or(0, |facts| facts.size));
        }
        values.push(value);
        if recursive && kind == "tree" {
            list_tree(call, &entry.id, &format!("{path}/"), true, values)?;
        }
    }
    Some(())
}

pub(super) fn blob(call: &Call<'_>, id: &str) -> Reply {
    readable(call)?;
    let whole = id.len() == 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !whole {
        return Err(error(
            422,
            "The sha parameter must be exactly 40 characters and contain only [0-9a-f].",
            None,
        ));
    }
    let object = call
        .site
        .git
        .object(id)
        .filter(|object| object.kind == "blob")
        .ok_or_else(missing)?;
    if object.size > LONGEST_BLOB {
        return Err(error(403, "This blob is too large to fetch.", None));
    }
    let url = format!("{}/git/blobs/{id}", shape::repository_url(call.site));
    Ok(Response::json(
        200,
        &json!({
            "sha": id, "node_id": shape::node_id("B", id), "size": object.size, "url": url,
            "content": base64(&object.content), "encoding": "base64",
        }),
    ))
}

pub(super) fn reference(call: &Call<'_>, name: &str) -> Reply {
    readable(call)?;
    let id = name
        .strip_prefix("heads/")
        .or_else(|| name.strip_prefix("pull/").map(|_| name))
        .and_then(|short| call.state().commit_of(short))
        .ok_or_else(missing)?;
    let url = format!(
        "{}/git/refs/{}",
        shape::repository_url(call.site),
        shape::encoded(name)
    );
    let commit = format!("{}/git/commits/{id}", shape::repository_url(call.site));
    Ok(Response::json(
        200,
        &json!({
            "ref": format!("refs/{name}"), "node_id": shape::node_id("REF", name), "url": url,
            "object": {"type": "commit", "sha": id, "url": commit},
        }),
    ))
}

pub(super) fn commit(call: &Call<'_>, name: &str) -> Reply {
    readable(call)?;
    let git = &call.site.git;
    let state = call.state();
    let id = state
        .commit_of(name)
        .ok_or_else(|| error(422, &format!("No commit found for SHA: {name}"), None))?;
    let commit = git
        .commit(&id)
        .ok_or_else(|| error(422, &format!("No commit found for SHA: {name}"), None))?;
    let mut value = shape::commit(call.site, &commit);
    if let Some(parent) = commit.parents.first() {
        let files = git.diff(parent, &id);
        let values: Vec<Value> = files
            .iter()
            .map(|file| shape::file(call.site, &state, &id, file))
            .collect();
        let sum = |count: fn(&super::super::git::FileDiff) -> usize| files.iter().map(count).sum::<usize>();
        let (additions, deletions) = (sum(|file| file.additions), sum(|file| file.deletions));
        value["stats"] =
            json!({"additions": additions, "deletions": deletions, "total": additions + deletions});
        let (page, answer) = call.cut(&values);
        value["files"] = json!(page);
        return Ok(answer(Response::json(200, &value)));
    }
    Ok(Response::json(200, &value))
}

/// A side of a comparison: a branch, an id, or `owner:branch` of a fork.
fn side(call: &Call<'_>, state: &State, name: &str) -> Option<String> {
    let Some((owner, branch)) = name.split_once(':') else {
        return state.commit_of(name);
    };
    if owner == call.site.owner {
        return state.commit_of(branch);
    }
    let fork = HeadRepository::Fork(owner.to_owned());
    let found = state
        .pulls
        .values()
        .find(|pull| pull.head_branch == branch && pull.head_repository == fork);
    found.map(|pull| pull.head.clone())
}

pub(super) fn compare(call: &Call<'_>, range: &str) -> Reply {
    readable(call)?;
    let git = &call.site.git;
    let state = call.state();
    let (base, head) = range.split_once("...").ok_or_else(missing)?;
    let both = side(call, &state, base).zip(side(call, &state, head));
    let (base, head) = both
        .filter(|(base, head)| git.commit(base).is_some() && git.commit(head).is_some())
        .ok_or_else(missing)?;
    let compared = git
        .compare(&base, &head)
        .ok_or_else(|| error(404, "No common ancestor between them.", None))?;
    let status = match (compared.ahead.len(), compared.behind) {
        (0, 0) => "identical",
        (_, 0) => "ahead",
        (0, _) => "behind",
        _ => "diverged",
    };
    let commit = |id: &str| shape::commit(call.site, &git.commit(id).unwrap());
    let commits: Vec<Value> = compared.ahead.iter().map(|id| commit(id)).collect();
    let paged = call.request.parameter("page").is_some() || call.request.parameter("per_page").is_some();
    let (shown, answer) = call.cut(&commits);
    // Without a page the first 250 are meant; with one, files are on the first only.
    let shown = if paged {
        shown
    } else {
        &commits[..commits.len().min(MOST_COMMITS)]
    };
    let most = state.knobs.most_files.unwrap_or(MOST_FILES).min(MOST_FILES);
    let most = if call.count("page", 1) > 1 { 0 } else { most };
    let files: Vec<Value> = compared
        .files
        .iter()
        .take(most)
        .map(|file| shape::file(call.site, &state, &head, file))
        .collect();
    let url = format!("{}/compare/{base}...{head}", shape::repository_url(call.site));
    let page = format!(
        "{}/{}/compare/{base}...{head}",
        shape::WEB,
        call.site.repository()
    );
    let value = json!({
        "url": url, "html_url": page, "permalink_url": page, "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"), "base_commit": commit(&base),
        "merge_base_commit": commit(&compared.merge_base), "status": status, "ahead_by": compared.ahead.len(),
        "behind_by": compared.behind, "total_commits": compared.ahead.len(), "commits": shown, "files": files,
    });
    let response = Response::json(200, &value);
    Ok(if paged { answer(response) } else { response })
}
