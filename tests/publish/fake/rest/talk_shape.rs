//! GitHub's JSON of comments, reviews, check runs and statuses.

use serde_json::{Value, json};

use super::super::site::Site;
use super::super::state::{Annotation, CheckRun, Inline, Remark, Review, State, Status};
use super::shape::{API, WEB, encoded, extend, node_id, person, repository_url, standing, time};

pub(super) fn remark(site: &Site, state: &mut State, remark: &Remark) -> Value {
    let author = state.person(&remark.author);
    let issue = format!("{}/issues/{}", repository_url(site), remark.number);
    json!({
        "id": remark.id, "node_id": node_id("IC", remark.id),
        "url": format!("{}/issues/comments/{}", repository_url(site), remark.id),
        "html_url": format!("{WEB}/{}/pull/{}#issuecomment-{}", site.repository(), remark.number, remark.id),
        "issue_url": issue, "body": remark.body, "user": person(&author), "created_at": time(remark.created),
        "updated_at": time(remark.updated), "author_association": author.association(),
        "performed_via_github_app": null, "reactions": reactions(&format!("{}/issues/comments/{}", repository_url(site), remark.id)),
    })
}

fn reactions(url: &str) -> Value {
    json!({
        "url": format!("{url}/reactions"), "total_count": 0, "+1": 0, "-1": 0, "laugh": 0, "hooray": 0,
        "confused": 0, "heart": 0, "rocket": 0, "eyes": 0,
    })
}

pub(super) fn review(site: &Site, state: &mut State, review: &Review) -> Value {
    let author = state.person(&review.author);
    let pull = format!("{}/pulls/{}", repository_url(site), review.number);
    let page = format!(
        "{WEB}/{}/pull/{}#pullrequestreview-{}",
        site.repository(),
        review.number,
        review.id
    );
    json!({
        "id": review.id, "node_id": node_id("PRR", review.id), "user": person(&author), "body": review.body,
        "state": review.state, "html_url": page, "pull_request_url": pull, "commit_id": review.commit,
        "submitted_at": time(review.submitted), "author_association": author.association(),
        "_links": {"html": {"href": page}, "pull_request": {"href": pull}},
    })
}

pub(super) fn inline(site: &Site, state: &mut State, inline: &Inline) -> Value {
    let author = state.person(&inline.author);
    let url = format!("{}/pulls/comments/{}", repository_url(site), inline.id);
    let pull = format!("{}/pulls/{}", repository_url(site), inline.number);
    let page = format!(
        "{WEB}/{}/pull/{}#discussion_r{}",
        site.repository(),
        inline.number,
        inline.id
    );
    let head = state.pulls[&inline.number].head.clone();
    let mut value = json!({
        "url": url, "id": inline.id, "node_id": node_id("PRRC", inline.id), "pull_request_review_id": inline.review,
        "user": person(&author), "body": inline.body, "commit_id": head, "original_commit_id": inline.commit,
        "created_at": time(inline.created), "updated_at": time(inline.updated), "html_url": page,
        "pull_request_url": pull, "author_association": author.association(), "reactions": reactions(&url),
        "_links": {"self": {"href": url}, "html": {"href": page}, "pull_request": {"href": pull}},
    });
    extend(&mut value, standing(site, state, inline));
    if let Some(root) = inline.reply_to {
        value["in_reply_to_id"] = json!(root);
    }
    value
}

pub(super) fn check_run(site: &Site, state: &mut State, run: &CheckRun) -> Value {
    let url = format!("{}/check-runs/{}", repository_url(site), run.id);
    let owner = state.person("github");
    let (app, slug) = &run.app;
    json!({
        "id": run.id, "node_id": node_id("CR", run.id), "head_sha": run.head, "external_id": run.external_id,
        "url": url, "html_url": format!("{WEB}/{}/runs/{}", site.repository(), run.id), "details_url": run.details_url,
        "status": run.status, "conclusion": run.conclusion, "started_at": time(run.started),
        "completed_at": run.completed.map(time), "name": run.name, "check_suite": {"id": 5_000_000_001_u64},
        "output": {
            "title": run.output.title, "summary": run.output.summary, "text": run.output.text,
            "annotations_count": run.output.annotations.len(), "annotations_url": format!("{url}/annotations"),
        },
        "app": {
            "id": app, "slug": slug, "node_id": node_id("A", app), "owner": person(&owner), "name": slug,
            "description": null, "external_url": "https://github.com/apps", "html_url": format!("{WEB}/apps/{slug}"),
            "created_at": "2018-07-30T09:30:17Z", "updated_at": "2019-12-10T19:04:12Z",
            "permissions": {"checks": "write", "contents": "read", "metadata": "read"}, "events": [],
        },
        "pull_requests": [],
    })
}

pub(super) fn annotation(site: &Site, head: &str, annotation: &Annotation) -> Value {
    json!({
        "path": annotation.path, "blob_href": format!("{WEB}/{}/blob/{head}/{}", site.repository(), encoded(&annotation.path)),
        "start_line": annotation.start_line, "end_line": annotation.end_line,
        "start_column": annotation.start_column, "end_column": annotation.end_column,
        "annotation_level": annotation.level, "title": annotation.title, "message": annotation.message,
        "raw_details": annotation.raw_details,
    })
}

pub(super) fn status(site: &Site, state: &mut State, status: &Status) -> Value {
    let creator = state.person(&status.creator);
    json!({
        "url": format!("{API}/repos/{}/statuses/{}", site.repository(), status.commit),
        "avatar_url": format!("https://avatars.githubusercontent.com/u/{}", creator.id),
        "id": status.id, "node_id": node_id("SC", status.id), "state": status.state,
        "description": status.description, "target_url": status.target_url, "context": status.context,
        "created_at": time(status.at), "updated_at": time(status.at), "creator": person(&creator),
    })
}
