//! GitHub's JSON of people, repositories, pull requests, commits and files.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::super::anchor;
use super::super::git::{Commit, FileDiff, Signature};
use super::super::site::Site;
use super::super::state::{HeadRepository, Inline, Label, Person, PersonKind, Place, Pull, State};

/// Where the addresses of things begin, whatever the server's own address is.
pub(super) const API: &str = "https://api.github.com";
pub(super) const WEB: &str = "https://github.com";

/// Percent-encodes what stands in a path or a query; slashes stay.
pub(super) fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
    let mut encoded = String::new();
    for byte in text.bytes() {
        if plain(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

pub(super) fn time(time: Timestamp) -> Value {
    json!(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

fn seconds(seconds: i64) -> Value {
    time(Timestamp::from_second(seconds).unwrap())
}

pub(super) fn person(person: &Person) -> Value {
    let login = &person.login;
    let url = format!("{API}/users/{}", encoded(login));
    let bot = person.kind == PersonKind::Bot;
    let page = if bot {
        format!("{WEB}/apps/{}", person.short_login())
    } else {
        format!("{WEB}/{login}")
    };
    let mut value = json!({
        "login": login,
        "id": person.id,
        "node_id": node_id(if bot { "BOT" } else { "U" }, person.id),
        "avatar_url": format!("https://avatars.githubusercontent.com/u/{}?v=4", person.id),
        "gravatar_id": "",
        "url": url,
        "html_url": page,
        "type": if bot { "Bot" } else { "User" },
        "site_admin": false,
    });
    for (field, rest) in [
        ("followers_url", "/followers"),
        ("following_url", "/following{/other_user}"),
        ("gists_url", "/gists{/gist_id}"),
        ("starred_url", "/starred{/owner}{/repo}"),
        ("subscriptions_url", "/subscriptions"),
        ("organizations_url", "/orgs"),
        ("repos_url", "/repos"),
        ("events_url", "/events{/privacy}"),
        ("received_events_url", "/received_events"),
    ] {
        value[field] = json!(format!("{url}{rest}"));
    }
    value
}

/// The id of a thing in GraphQL: its kind and its number.
pub(in super::super) fn node_id(kind: &str, id: impl std::fmt::Display) -> String {
    format!("{kind}_{id}")
}

/// The fields of a repository that are addresses below its own.
const BELOW: &str = "archive:/{archive_format}{/ref} assignees:/assignees{/user} blobs:/git/blobs{/sha} \
    branches:/branches{/branch} collaborators:/collaborators{/collaborator} comments:/comments{/number} \
    commits:/commits{/sha} compare:/compare/{base}...{head} contents:/contents/{+path} contributors:/contributors \
    deployments:/deployments downloads:/downloads events:/events forks:/forks git_commits:/git/commits{/sha} \
    git_refs:/git/refs{/sha} git_tags:/git/tags{/sha} hooks:/hooks issue_comment:/issues/comments{/number} \
    issue_events:/issues/events{/number} issues:/issues{/number} keys:/keys{/key_id} labels:/labels{/name} \
    languages:/languages merges:/merges milestones:/milestones{/number} \
    notifications:/notifications{?since,all,participating} pulls:/pulls{/number} releases:/releases{/id} \
    stargazers:/stargazers statuses:/statuses/{sha} subscribers:/subscribers subscription:/subscription tags:/tags \
    teams:/teams trees:/git/trees{/sha}";

/// The address of the repository in REST.
pub(super) fn repository_url(site: &Site) -> String {
    format!("{API}/repos/{}", site.repository())
}

pub(super) fn repository(site: &Site, state: &mut State, owner: &str, fork: bool) -> Value {
    let full = format!("{owner}/{}", site.name);
    let url = format!("{API}/repos/{full}");
    let page = format!("{WEB}/{full}");
    let owner = state.person(owner);
    let id = if fork { 7_000_000 + owner.id } else { 600_001 };
    let mut value = json!({
        "id": id, "node_id": node_id("R", id), "name": site.name, "full_name": full, "private": state.private,
        "owner": person(&owner), "html_url": page, "description": null, "fork": fork, "url": url,
        "clone_url": format!("{page}.git"), "git_url": format!("git://github.com/{full}.git"),
        "ssh_url": format!("git@github.com:{full}.git"), "svn_url": page, "mirror_url": null, "homepage": null,
        "default_branch": state.default_branch,
    });
    let counts = json!({
        "forks": 0, "forks_count": 0, "open_issues": 1,
        "open_issues_count": 1, "watchers": 0, "watchers_count": 0, "stargazers_count": 0, "size": 1,
        "has_issues": true, "has_projects": true, "has_wiki": true, "has_pages": false, "has_downloads": true,
        "has_discussions": false, "language": null, "archived": false, "disabled": false, "license": null,
        "visibility": if state.private { "private" } else { "public" }, "topics": [],
        "pushed_at": "2026-11-22T10:00:00Z", "created_at": "2023-01-01T00:00:00Z",
        "updated_at": "2026-11-22T10:00:00Z", "allow_forking": true, "is_template": false,
        "web_commit_signoff_required": false,
    });
    extend(&mut value, counts);
    for pair in BELOW.split_whitespace() {
        let (field, rest) = pair.split_once(':').unwrap();
        value[format!("{field}_url")] = json!(format!("{url}{rest}"));
    }
    value
}

pub(super) fn label(site: &Site, name: &str, label: &Label) -> Value {
    json!({
        "id": label.id, "node_id": node_id("LA", label.id), "name": name, "color": label.color,
        "url": format!("{}/labels/{}", repository_url(site), encoded(name)),
        "description": label.description, "default": false,
    })
}

pub(super) fn team(site: &Site, slug: &str) -> Value {
    let url = format!("{API}/organizations/1/team/{slug}");
    json!({
        "id": 77, "node_id": node_id("T", slug), "name": slug, "slug": slug, "description": null,
        "privacy": "closed", "notification_setting": "notifications_enabled", "permission": "pull", "url": url,
        "html_url": format!("{WEB}/orgs/{}/teams/{slug}", site.owner), "members_url": format!("{url}/members{{/member}}"),
        "repositories_url": format!("{url}/repos"), "type": "organization", "parent": null,
    })
}

/// A pull request as lists show it.
pub(super) fn pull_simple(site: &Site, state: &mut State, pull: &Pull) -> Value {
    let url = format!("{}/pulls/{}", repository_url(site), pull.number);
    let issue = format!("{}/issues/{}", repository_url(site), pull.number);
    let page = format!("{WEB}/{}/pull/{}", site.repository(), pull.number);
    let author = state.person(&pull.author);
    let labels: Vec<Value> = pull
        .labels
        .iter()
        .map(|name| label(site, name, &state.labels[name]))
        .collect();
    let reviewers: Vec<Person> = pull.requested.iter().map(|login| state.person(login)).collect();
    let teams: Vec<Value> = pull.requested_teams.iter().map(|slug| team(site, slug)).collect();
    let closed = if pull.open {
        Value::Null
    } else {
        time(pull.updated)
    };
    let statuses = format!("{}/statuses/{}", repository_url(site), pull.head);
    let comment = format!("{}/pulls/comments{{/number}}", repository_url(site));
    let links = json!({
        "self": {"href": url}, "html": {"href": page}, "issue": {"href": issue},
        "comments": {"href": format!("{issue}/comments")},
        "review_comments": {"href": format!("{url}/comments")}, "review_comment": {"href": comment},
        "commits": {"href": format!("{url}/commits")}, "statuses": {"href": statuses},
    });
    let mut value = json!({
        "url": url, "id": pull.id, "node_id": node_id("PR", pull.id), "html_url": page,
        "diff_url": format!("{page}.diff"), "patch_url": format!("{page}.patch"), "issue_url": issue,
        "commits_url": format!("{url}/commits"), "review_comments_url": format!("{url}/comments"),
        "review_comment_url": comment, "comments_url": format!("{issue}/comments"), "statuses_url": statuses,
        "number": pull.number, "state": if pull.open { "open" } else { "closed" }, "locked": pull.locked,
        "title": pull.title, "user": person(&author), "body": pull.body, "labels": labels, "milestone": null,
        "active_lock_reason": null, "created_at": time(pull.created), "updated_at": time(pull.updated),
        "closed_at": closed, "merged_at": if pull.merged { time(pull.updated) } else { Value::Null },
        "merge_commit_sha": null, "assignee": null, "assignees": [],
        "requested_reviewers": reviewers.iter().map(person).collect::<Vec<_>>(), "requested_teams": teams,
        "head": head(site, state, pull), "base": base(site, state, pull),
        "author_association": author.association(), "auto_merge": null, "draft": pull.draft,
    });
    value["_links"] = links;
    value
}

fn head(site: &Site, state: &mut State, pull: &Pull) -> Value {
    let (owner, repository) = match &pull.head_repository {
        HeadRepository::Own => (site.owner.clone(), repository(site, state, &site.owner, false)),
        HeadRepository::Fork(owner) => (owner.clone(), repository(site, state, owner, true)),
        HeadRepository::Deleted(owner) => (owner.clone(), Value::Null),
    };
    let user = state.person(&owner);
    json!({
        "label": format!("{owner}:{}", pull.head_branch), "ref": pull.head_branch, "sha": pull.head,
        "user": person(&user), "repo": repository,
    })
}

fn base(site: &Site, state: &mut State, pull: &Pull) -> Value {
    let user = state.person(&site.owner);
    json!({
        "label": format!("{}:{}", site.owner, pull.base_branch), "ref": pull.base_branch,
        "sha": state.base_tip(pull), "user": person(&user), "repo": repository(site, state, &site.owner, false),
    })
}

/// A pull request by itself, with its counts.
pub(super) fn pull_full(site: &Site, state: &mut State, pull: &Pull) -> Value {
    let mut value = pull_simple(site, state, pull);
    let compared = site.git.compare(&state.base_tip(pull), &pull.head);
    let files = compared
        .as_ref()
        .map(|compared| compared.files.clone())
        .unwrap_or_default();
    let commits = compared.as_ref().map_or(0, |compared| compared.ahead.len());
    let remarks = state
        .remarks
        .values()
        .filter(|remark| remark.number == pull.number)
        .count();
    let inlines = state
        .inlines
        .values()
        .filter(|inline| inline.number == pull.number)
        .count();
    let more = json!({
        "merged": pull.merged, "mergeable": true, "rebaseable": true, "mergeable_state": "clean",
        "merged_by": null, "comments": remarks, "review_comments": inlines, "maintainer_can_modify": false,
        "commits": commits, "changed_files": files.len(),
        "additions": files.iter().map(|file| file.additions).sum::<usize>(),
        "deletions": files.iter().map(|file| file.deletions).sum::<usize>(),
    });
    extend(&mut value, more);
    value
}

pub(super) fn extend(value: &mut Value, more: Value) {
    let more: Map<String, Value> = serde_json::from_value(more).unwrap();
    value.as_object_mut().unwrap().extend(more);
}

/// One row of a list of changed files.
pub(super) fn file(site: &Site, state: &State, head: &str, file: &FileDiff) -> Value {
    let below = encoded(&file.path);
    let page = format!("{WEB}/{}", site.repository());
    let silent = state.knobs.no_changes.contains(&file.path);
    let count = |number: usize| if silent { 0 } else { number };
    let mut value = json!({
        "sha": file.listed_id(), "filename": file.path, "status": file.status,
        "additions": count(file.additions), "deletions": count(file.deletions),
        "changes": count(file.additions + file.deletions),
        "blob_url": format!("{page}/blob/{head}/{below}"), "raw_url": format!("{page}/raw/{head}/{below}"),
        "contents_url": format!("{}/contents/{below}?ref={head}", repository_url(site)),
    });
    if let Some(from) = &file.from {
        value["previous_filename"] = json!(from);
    }
    let patch = file
        .patch
        .as_ref()
        .filter(|_| !silent && !state.knobs.no_patch.contains(&file.path));
    if let Some(patch) = patch {
        value["patch"] = json!(patch);
    }
    value
}

pub(super) fn commit(site: &Site, commit: &Commit) -> Value {
    let url = |id: &str| format!("{}/commits/{id}", repository_url(site));
    let page = |id: &str| format!("{WEB}/{}/commit/{id}", site.repository());
    let git = |kind: &str, id: &str| format!("{}/git/{kind}/{id}", repository_url(site));
    let who = |who: &Signature| json!({"name": who.name, "email": who.email, "date": seconds(who.seconds)});
    let parents: Vec<Value> = commit
        .parents
        .iter()
        .map(|id| json!({"sha": id, "url": url(id), "html_url": page(id)}))
        .collect();
    json!({
        "sha": commit.id, "node_id": node_id("C", &commit.id), "url": url(&commit.id), "html_url": page(&commit.id),
        "comments_url": format!("{}/comments", url(&commit.id)),
        "commit": {
            "url": git("commits", &commit.id), "author": who(&commit.author), "committer": who(&commit.committer),
            "message": commit.message, "comment_count": 0,
            "tree": {"sha": commit.tree, "url": git("trees", &commit.tree)},
            "verification": {"verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null},
        },
        "author": null, "committer": null, "parents": parents,
    })
}

/// The fields of a comment on a line that say where it stands, now and first.
pub(super) fn standing(site: &Site, state: &State, inline: &Inline) -> Value {
    let now = anchor::place(&site.git, state, inline);
    let word = |left: bool| if left { "LEFT" } else { "RIGHT" };
    let start_side = |place: &Place| place.start.map(|_| word(place.left));
    json!({
        "line": now.as_ref().map(|place| place.line),
        "start_line": now.as_ref().and_then(|place| place.start),
        "original_line": inline.original.line, "original_start_line": inline.original.start,
        "side": word(inline.original.left), "start_side": start_side(&inline.original),
        "position": now.is_some().then_some(inline.position), "original_position": inline.position,
        "diff_hunk": inline.hunk, "path": inline.path, "subject_type": "line",
    })
}
