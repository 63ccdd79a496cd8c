//! Mutations: folding away, resolving, editing and deleting.

use serde_json::Value;

use super::super::permission::{Access, Scope};
use super::execute::Arguments;
use super::node::{Node, Out};
use super::query::by_id;
use super::{Context, Problem};

/// The reasons for folding a comment away (`ReportedContentClassifiers`).
const CLASSIFIERS: [&str; 6] = ["SPAM", "ABUSE", "OFF_TOPIC", "OUTDATED", "DUPLICATE", "RESOLVED"];

const TALK: [(Scope, Access); 2] = [
    (Scope::PullRequests, Access::Write),
    (Scope::Issues, Access::Write),
];

pub(super) fn mutation(
    context: &mut Context<'_>,
    field: &str,
    arguments: &Arguments,
) -> Result<Out, Problem> {
    let input = arguments.get("input").cloned().unwrap_or_default();
    let target = |field: &str| -> Result<Node, Problem> {
        let id = input[field].as_str().unwrap_or_default();
        let message = || {
            Problem::Error(
                "NOT_FOUND",
                format!("Could not resolve to a node with the global id of '{id}'."),
            )
        };
        by_id(&context.state, id).ok_or_else(message)
    };
    let known = [
        "minimizeComment",
        "unminimizeComment",
        "resolveReviewThread",
        "unresolveReviewThread",
        "updateIssueComment",
        "updatePullRequestReviewComment",
        "deleteIssueComment",
        "deletePullRequestReviewComment",
    ];
    if !known.contains(&field) {
        return Err(Problem::Unknown);
    }
    context.require(if field.ends_with("Thread") {
        &TALK[..1]
    } else {
        &TALK
    })?;
    let payload = match field {
        "minimizeComment" => {
            let node = target("subjectId")?;
            let word = input["classifier"].as_str().unwrap_or_default();
            if !CLASSIFIERS.contains(&word) {
                return Err(Problem::Error("INVALID", format!("{word} is no classifier")));
            }
            minimize(context, &node, Some(word.to_lowercase().replace('_', "-")))?;
            vec![("minimizedComment", Out::Node(node))]
        }
        "unminimizeComment" => {
            let node = target("subjectId")?;
            minimize(context, &node, None)?;
            vec![("unminimizedComment", Out::Node(node))]
        }
        "resolveReviewThread" | "unresolveReviewThread" => {
            let node = target("threadId")?;
            context.require(&[(Scope::Contents, Access::Write)])?;
            let Node::Thread(id) = node else {
                return Err(Problem::Unknown);
            };
            let thread = context.state.inlines.get_mut(&id).ok_or(Problem::Unknown)?;
            thread.resolved = field == "resolveReviewThread";
            vec![("thread", Out::Node(node))]
        }
        "updateIssueComment" => {
            let node = target("id")?;
            edit(context, &node, &input["body"])?;
            vec![("issueComment", Out::Node(node))]
        }
        "updatePullRequestReviewComment" => {
            let node = target("pullRequestReviewCommentId")?;
            edit(context, &node, &input["body"])?;
            vec![("pullRequestReviewComment", Out::Node(node))]
        }
        _ => {
            let node = target("id")?;
            match node {
                Node::Remark(id) => {
                    context.state.remarks.remove(&id);
                }
                Node::Inline(id) => {
                    context.state.remove_inline(id);
                }
                _ => return Err(Problem::Unknown),
            }
            Vec::new()
        }
    };
    let told = input["clientMutationId"].clone();
    let payload = [payload, vec![("clientMutationId", Out::Value(told))]].concat();
    Ok(Out::Node(Node::Fields("Payload", payload)))
}

fn minimize(context: &mut Context<'_>, node: &Node, reason: Option<String>) -> Result<(), Problem> {
    let state = &mut context.state;
    let place = match node {
        Node::Remark(id) => state.remarks.get_mut(id).map(|remark| &mut remark.minimized),
        Node::Review(id) => state.reviews.get_mut(id).map(|review| &mut review.minimized),
        Node::Inline(id) => state.inlines.get_mut(id).map(|inline| &mut inline.minimized),
        _ => None,
    };
    *place.ok_or(Problem::Unknown)? = reason;
    Ok(())
}

fn edit(context: &mut Context<'_>, node: &Node, body: &Value) -> Result<(), Problem> {
    let body = body.as_str().filter(|body| !body.trim().is_empty());
    let body = body.ok_or_else(|| Problem::Error("UNPROCESSABLE", "Body can't be blank".to_owned()))?;
    if body.chars().count() > super::super::anchor::LONGEST_BODY {
        let why = "Body is too long (maximum is 65536 characters)".to_owned();
        return Err(Problem::Error("UNPROCESSABLE", why));
    }
    let now = context.state.tick();
    let state = &mut context.state;
    let place = match node {
        Node::Remark(id) => state
            .remarks
            .get_mut(id)
            .map(|remark| (&mut remark.body, &mut remark.updated)),
        Node::Inline(id) => state
            .inlines
            .get_mut(id)
            .map(|inline| (&mut inline.body, &mut inline.updated)),
        _ => None,
    };
    let (stored, updated) = place.ok_or(Problem::Unknown)?;
    body.clone_into(stored);
    *updated = now;
    Ok(())
}
