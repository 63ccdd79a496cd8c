//! Pull requests and what hangs on them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::git::FileDiff;
use super::super::state::{EventKind, HeadRepository, Pull, Review, Role};
use super::commits::time;
use super::execute::Arguments;
use super::node::{Node, Out};
use super::query::{branch, text};
use super::{Context, Problem};

pub(super) fn pull(
    context: &mut Context<'_>,
    number: u64,
    field: &str,
    arguments: &Arguments,
) -> Result<Out, Problem> {
    let pull = context
        .state
        .pulls
        .get(&number)
        .cloned()
        .ok_or(Problem::Unknown)?;
    if let Some(out) = plain(context, &pull, field) {
        return Ok(out);
    }
    if let Some(out) = places(context, &pull, field) {
        return Ok(out);
    }
    Ok(match field {
        "labels" => {
            let labels = pull.labels.iter().cloned().map(Node::Label).collect();
            Out::Connection("LabelConnection", labels)
        }
        "comments" => {
            let remarks = context
                .state
                .remarks
                .values()
                .filter(|remark| remark.number == number);
            Out::Connection(
                "IssueCommentConnection",
                remarks.map(|remark| Node::Remark(remark.id)).collect(),
            )
        }
        "reviews" => {
            let states = arguments.get("states").and_then(Value::as_array).cloned();
            let author = text(arguments, "author");
            let reviews = context.state.reviews.values().filter(|review| {
                review.number == number
                    && states
                        .as_ref()
                        .is_none_or(|states| states.contains(&json!(review.state)))
                    && author.is_none_or(|author| author == review.author)
            });
            Out::Connection(
                "PullRequestReviewConnection",
                reviews.map(|review| Node::Review(review.id)).collect(),
            )
        }
        "latestReviews" => latest(context, number, |_| true),
        "latestOpinionatedReviews" => {
            let writers_only = arguments.get("writersOnly") == Some(&json!(true));
            latest(context, number, |review| {
                let author = context.state.people.get(&review.author);
                let writes = author.is_some_and(|person| person.role >= Role::Write);
                review.state != "COMMENTED" && (writes || !writers_only)
            })
        }
        "reviewThreads" => {
            let roots = context
                .state
                .inlines
                .values()
                .filter(|inline| inline.number == number && inline.reply_to.is_none());
            Out::Connection(
                "PullRequestReviewThreadConnection",
                roots.map(|inline| Node::Thread(inline.id)).collect(),
            )
        }
        "reviewRequests" => requests(&pull),
        "timelineItems" => timeline(context, number, arguments)?,
        "commits" => commits(context, &pull),
        "files" => changed(context, &pull),
        _ => return Err(Problem::Unknown),
    })
}

fn requests(pull: &Pull) -> Out {
    let people = pull
        .requested
        .iter()
        .map(|login| (format!("RR_{login}"), Node::Person(login.clone())));
    let teams = pull
        .requested_teams
        .iter()
        .map(|slug| (format!("RR_team_{slug}"), Node::Team(slug.clone())));
    let request = |(id, reviewer): (String, Node)| {
        let fields = vec![
            ("id", Out::from(id)),
            ("asCodeOwner", Out::from(false)),
            ("requestedReviewer", Out::Node(reviewer)),
        ];
        Node::Fields("ReviewRequest", fields)
    };
    Out::Connection(
        "ReviewRequestConnection",
        people.chain(teams).map(request).collect(),
    )
}

fn commits(context: &Context<'_>, pull: &Pull) -> Out {
    let number = pull.number;
    let commits = context
        .site
        .git
        .compare(&context.state.base_tip(pull), &pull.head);
    let commits = commits.map(|compared| compared.ahead).unwrap_or_default();
    let commit = |id: String| {
        let fields = vec![
            ("id", Out::from(format!("PRC_{id}"))),
            (
                "url",
                Out::from(format!(
                    "https://github.com/{}/pull/{number}/commits/{id}",
                    context.site.repository()
                )),
            ),
            ("commit", Out::Node(Node::Commit(id))),
        ];
        Node::Fields("PullRequestCommit", fields)
    };
    Out::Connection(
        "PullRequestCommitConnection",
        commits.into_iter().map(commit).collect(),
    )
}

fn changed(context: &Context<'_>, pull: &Pull) -> Out {
    let file = |file: &FileDiff| {
        let kind = match file.status {
            "added" => "ADDED",
            "removed" => "DELETED",
            "renamed" => "RENAMED",
            "changed" => "CHANGED",
            _ => "MODIFIED",
        };
        let fields = vec![
            ("path", Out::from(file.path.as_str())),
            ("additions", Out::from(file.additions)),
            ("deletions", Out::from(file.deletions)),
            ("changeType", Out::from(kind)),
        ];
        Node::Fields("PullRequestChangedFile", fields)
    };
    let most = context.state.knobs.most_files.unwrap_or(3_000);
    let files = files(context, pull);
    Out::Connection(
        "PullRequestChangedFileConnection",
        files.iter().take(most).map(file).collect(),
    )
}

fn files(context: &Context<'_>, pull: &Pull) -> Arc<Vec<FileDiff>> {
    let compared = context
        .site
        .git
        .compare(&context.state.base_tip(pull), &pull.head);
    compared.map(|compared| compared.files).unwrap_or_default()
}

/// Fields that are values.
fn plain(context: &mut Context<'_>, pull: &Pull, field: &str) -> Option<Out> {
    Some(match field {
        "id" => Out::from(format!("PR_{}", pull.id)),
        "databaseId" | "reviewDecision" => Out::Null,
        "fullDatabaseId" => Out::from(pull.id.to_string()),
        "number" => Out::from(pull.number),
        "title" => Out::from(pull.title.as_str()),
        "body" => Out::from(pull.body.clone().unwrap_or_default()),
        "url" | "permalink" => Out::from(format!(
            "https://github.com/{}/pull/{}",
            context.site.repository(),
            pull.number
        )),
        "state" => Out::from(match (pull.merged, pull.open) {
            (true, _) => "MERGED",
            (_, true) => "OPEN",
            _ => "CLOSED",
        }),
        "isDraft" => Out::from(pull.draft),
        "merged" => Out::from(pull.merged),
        "closed" => Out::from(!pull.open),
        "locked" => Out::from(pull.locked),
        "mergeable" => Out::from("MERGEABLE"),
        "createdAt" => Out::from(time(pull.created)),
        "updatedAt" => Out::from(time(pull.updated)),
        "changedFiles" => Out::from(files(context, pull).len()),
        "additions" => Out::from(
            files(context, pull)
                .iter()
                .map(|file| file.additions)
                .sum::<usize>(),
        ),
        "deletions" => Out::from(
            files(context, pull)
                .iter()
                .map(|file| file.deletions)
                .sum::<usize>(),
        ),
        "viewerDidAuthor" => Out::from(context.caller.login == pull.author),
        "viewerCanUpdate" => {
            let access = context.caller.permissions.pull_requests;
            Out::from(access == super::super::permission::Access::Write)
        }
        "maintainerCanModify" => Out::from(false),
        "authorAssociation" => Out::from(context.state.person(&pull.author).association()),
        "author" => Out::Node(Node::Person(pull.author.clone())),
        _ => return None,
    })
}

/// Fields about both ends of the pull request.
fn places(context: &mut Context<'_>, pull: &Pull, field: &str) -> Option<Out> {
    let queue = context.state.queues.get(&pull.base_branch);
    let queued = queue.is_some_and(|queue| queue.iter().any(|entry| entry.pull == pull.number));
    Some(match field {
        "headRefOid" => Out::from(pull.head.as_str()),
        "headRefName" => Out::from(pull.head_branch.as_str()),
        "baseRefOid" => Out::from(context.state.base_tip(pull)),
        "baseRefName" => Out::from(pull.base_branch.as_str()),
        "isCrossRepository" => Out::from(pull.head_repository != HeadRepository::Own),
        "headRepository" => match &pull.head_repository {
            HeadRepository::Own => Out::Node(Node::Repository),
            HeadRepository::Fork(owner) => Out::Node(Node::Fork(owner.clone())),
            HeadRepository::Deleted(_) => Out::Null,
        },
        "headRepositoryOwner" => match &pull.head_repository {
            HeadRepository::Own => Out::Node(Node::Person(context.site.owner.clone())),
            HeadRepository::Fork(owner) => Out::Node(Node::Person(owner.clone())),
            HeadRepository::Deleted(_) => Out::Null,
        },
        "headRef" => match &pull.head_repository {
            HeadRepository::Own => branch(&context.state, &pull.head_branch),
            _ => Out::Null,
        },
        "baseRef" => branch(&context.state, &pull.base_branch),
        "baseRepository" | "repository" => Out::Node(Node::Repository),
        "isInMergeQueue" => Out::from(queued),
        _ => return None,
    })
}

/// The last review of each person.
fn latest(context: &Context<'_>, number: u64, counts: impl Fn(&Review) -> bool) -> Out {
    let mut newest: Vec<&Review> = Vec::new();
    for review in context.state.reviews.values() {
        if review.number == number && counts(review) {
            newest.retain(|other| other.author != review.author);
            newest.push(review);
        }
    }
    Out::Connection(
        "PullRequestReviewConnection",
        newest.iter().map(|review| Node::Review(review.id)).collect(),
    )
}

fn timeline(context: &Context<'_>, number: u64, arguments: &Arguments) -> Result<Out, Problem> {
    let types = arguments.get("itemTypes").and_then(Value::as_array);
    let known = ["LABELED_EVENT", "UNLABELED_EVENT", "REVIEW_REQUESTED_EVENT"];
    let all = |types: &Vec<Value>| {
        types
            .iter()
            .all(|name| name.as_str().is_some_and(|name| known.contains(&name)))
    };
    // Without types the timeline holds more than is remembered here.
    if !types.is_some_and(all) {
        return Err(Problem::Unknown);
    }
    let wanted = |kind: &EventKind| {
        let name = match kind {
            EventKind::Labeled(_) => "LABELED_EVENT",
            EventKind::Unlabeled(_) => "UNLABELED_EVENT",
            _ => "REVIEW_REQUESTED_EVENT",
        };
        types.is_some_and(|types| types.contains(&json!(name)))
    };
    let events = context
        .state
        .events
        .iter()
        .filter(|event| event.pull == number && wanted(&event.kind))
        .map(|event| Node::Event(event.id))
        .collect();
    Ok(Out::Connection("PullRequestTimelineItemsConnection", events))
}
