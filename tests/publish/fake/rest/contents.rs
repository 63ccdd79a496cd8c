//! The contents of a path: files, folders, links, submodules.

use serde_json::{Value, json};

use super::super::git::TreeEntry;
use super::super::http::Response;
use super::super::permission::{Access, Scope};
use super::{Call, Reply, error, missing, shape};

/// Above this size a file's content is left out, and above the next nothing is given ("Get repository content").
const LONGEST_CONTENT: u64 = 1024 * 1024;
const LONGEST_RAW: u64 = 100 * 1024 * 1024;
/// The most entries of a folder.
const MOST_ENTRIES: usize = 1_000;

pub(super) fn contents(call: &Call<'_>, path: &str) -> Reply {
    call.require(&[(Scope::Contents, Access::Read)])?;
    let git = &call.site.git;
    let state = call.state();
    let name = call
        .request
        .parameter("ref")
        .unwrap_or(&state.default_branch)
        .to_owned();
    let no_commit = || error(404, &format!("No commit found for the ref {name}"), None);
    let commit = state
        .commit_of(&name)
        .and_then(|id| git.commit(&id))
        .ok_or_else(no_commit)?;
    let raw = call
        .request
        .header("accept")
        .is_some_and(|accept| accept.contains("raw"));
    let root = TreeEntry {
        mode: "40000".to_owned(),
        name: Vec::new(),
        id: commit.tree.clone(),
    };
    let path = path.trim_matches('/');
    let entry = if path.is_empty() {
        Some(root)
    } else {
        git.entry_at(&commit.tree, path.as_bytes())
    };
    let entry = entry.ok_or_else(missing)?;
    if entry.kind() == "tree" {
        let below = if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        let entries = git.entries(&entry.id).ok_or_else(missing)?;
        let values: Vec<Value> = entries
            .iter()
            .take(MOST_ENTRIES)
            .map(|entry| {
                let path = format!("{below}{}", String::from_utf8_lossy(&entry.name));
                facts(call, &name, &path, entry)
            })
            .collect();
        return Ok(Response::json(200, &json!(values)));
    }
    let mut value = facts(call, &name, path, &entry);
    if entry.kind() == "commit" {
        value["type"] = json!("submodule");
        value["submodule_git_url"] = json!("https://github.com/octo/other.git");
        return Ok(Response::json(200, &value));
    }
    let object = git.object(&entry.id).ok_or_else(missing)?;
    if raw {
        if object.size > LONGEST_RAW {
            return Err(error(403, "This file is too large.", None));
        }
        let mut answer =
            Response::empty(200).with("content-type", "application/vnd.github.raw; charset=utf-8");
        answer.body = object.content;
        return Ok(answer);
    }
    if entry.mode == "120000" {
        value["target"] = json!(String::from_utf8_lossy(&object.content));
    } else if object.size > LONGEST_CONTENT {
        shape::extend(&mut value, json!({"content": "", "encoding": "none"}));
    } else {
        let content = base64(&object.content);
        shape::extend(&mut value, json!({"content": content, "encoding": "base64"}));
    }
    Ok(Response::json(200, &value))
}

fn facts(call: &Call<'_>, reference: &str, path: &str, entry: &TreeEntry) -> Value {
    let encoded = shape::encoded(path);
    let url = format!(
        "{}/contents/{encoded}?ref={}",
        shape::repository_url(call.site),
        shape::encoded(reference)
    );
    let plural = if entry.kind() == "tree" { "trees" } else { "blobs" };
    let git = format!("{}/git/{plural}/{}", shape::repository_url(call.site), entry.id);
    let page = format!(
        "{}/{}/blob/{}/{encoded}",
        shape::WEB,
        call.site.repository(),
        shape::encoded(reference)
    );
    let kind = match entry.mode.as_str() {
        "40000" => "dir",
        "120000" => "symlink",
        // In a folder's list a submodule says it is a file, for older clients.
        _ => "file",
    };
    let size = if kind == "dir" {
        0
    } else {
        call.site.git.facts(&entry.id).map_or(0, |facts| facts.size)
    };
    let download = if kind == "dir" { Value::Null } else { json!(page) };
    json!({
        "type": kind, "size": size, "name": path.rsplit('/').next(), "path": path, "sha": entry.id, "url": url,
        "git_url": git, "html_url": page, "download_url": download,
        "_links": {"self": url, "git": git, "html": page},
    })
}

/// Base64 with a line break after every 60 characters and at the end, as GitHub sends it.
pub(in super::super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len() / 3 * 4 + bytes.len() / 40 + 8);
    let mut line = 0;
    for chunk in bytes.chunks(3) {
        let mut three = [0_u8; 3];
        three[..chunk.len()].copy_from_slice(chunk);
        let number = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
        for place in 0..4 {
            let digit = (number >> (18 - 6 * place)) & 63;
            let padding = place > chunk.len();
            text.push(if padding {
                '='
            } else {
                char::from(DIGITS[digit as usize])
            });
        }
        line += 4;
        if line == 60 {
            text.push('\n');
            line = 0;
        }
    }
    if line > 0 {
        text.push('\n');
    }
    text
}
