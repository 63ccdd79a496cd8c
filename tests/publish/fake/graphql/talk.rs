//! Comments, reviews and threads.

use jiff::Timestamp;

use super::super::anchor;
use super::super::permission::{Access, Scope};
use super::super::state::Inline;
use super::commits::time;
use super::execute::Arguments;
use super::node::{Node, Out};
use super::{Context, Problem};

/// What every kind of comment has.
struct Said<'a> {
    prefix: &'static str,
    id: u64,
    number: u64,
    author: &'a str,
    body: &'a str,
    created: Timestamp,
    updated: Timestamp,
    minimized: Option<&'a str>,
    fragment: &'static str,
}

pub(super) fn resolve(
    context: &mut Context<'_>,
    node: &Node,
    field: &str,
    _arguments: &Arguments,
) -> Result<Out, Problem> {
    match node {
        Node::Remark(id) => {
            let remark = context.state.remarks.get(id).cloned().ok_or(Problem::Unknown)?;
            let said = Said {
                prefix: "IC",
                id: remark.id,
                number: remark.number,
                author: &remark.author,
                body: &remark.body,
                created: remark.created,
                updated: remark.updated,
                minimized: remark.minimized.as_deref(),
                fragment: "issuecomment-",
            };
            common(context, &said, field)
        }
        Node::Review(id) => review(context, *id, field),
        Node::Inline(id) => inline(context, *id, field),
        Node::Thread(id) => thread(context, *id, field),
        _ => Err(Problem::Unknown),
    }
}

fn common(context: &mut Context<'_>, said: &Said<'_>, field: &str) -> Result<Out, Problem> {
    let own = context.caller.login == said.author;
    Ok(match field {
        "id" => Out::from(format!("{}_{}", said.prefix, said.id)),
        // The field is one of 32 bits, and the ids of github.com have outgrown it.
        "databaseId" => i32::try_from(said.id).map_or(Out::Null, Out::from),
        "fullDatabaseId" => Out::from(said.id.to_string()),
        "body" => Out::from(said.body),
        "author" => Out::Node(Node::Person(said.author.to_owned())),
        "authorAssociation" => Out::from(context.state.person(said.author).association()),
        "createdAt" | "publishedAt" => Out::from(time(said.created)),
        "updatedAt" => Out::from(time(said.updated)),
        "lastEditedAt" => (said.updated != said.created)
            .then(|| time(said.updated))
            .map_or(Out::Null, Out::from),
        "includesCreatedEdit" => Out::from(said.updated != said.created),
        "isMinimized" => Out::from(said.minimized.is_some()),
        "minimizedReason" => said.minimized.map_or(Out::Null, Out::from),
        "viewerDidAuthor" | "viewerCanUpdate" | "viewerCanDelete" => Out::from(own),
        "viewerCanMinimize" => Out::from(
            context
                .caller
                .permissions
                .allow(&[(Scope::PullRequests, Access::Write)]),
        ),
        "url" => Out::from(format!(
            "https://github.com/{}/pull/{}#{}{}",
            context.site.repository(),
            said.number,
            said.fragment,
            said.id
        )),
        "pullRequest" | "issue" => Out::Node(Node::Pull(said.number)),
        "repository" => Out::Node(Node::Repository),
        _ => return Err(Problem::Unknown),
    })
}

fn review(context: &mut Context<'_>, id: u64, field: &str) -> Result<Out, Problem> {
    let review = context.state.reviews.get(&id).cloned().ok_or(Problem::Unknown)?;
    Ok(match field {
        "state" => Out::from(review.state),
        "submittedAt" => Out::from(time(review.submitted)),
        "commit" => Out::Node(Node::Commit(review.commit)),
        "comments" => {
            let inlines = context
                .state
                .inlines
                .values()
                .filter(|inline| inline.review == id);
            Out::Connection(
                "PullRequestReviewCommentConnection",
                inlines.map(|inline| Node::Inline(inline.id)).collect(),
            )
        }
        _ => {
            let said = Said {
                prefix: "PRR",
                id,
                number: review.number,
                author: &review.author,
                body: &review.body,
                created: review.submitted,
                updated: review.updated,
                minimized: review.minimized.as_deref(),
                fragment: "pullrequestreview-",
            };
            return common(context, &said, field);
        }
    })
}

fn side(inline: &Inline) -> &'static str {
    if inline.original.left { "LEFT" } else { "RIGHT" }
}

/// Fields that a comment on lines and its thread both have.
fn standing(context: &Context<'_>, inline: &Inline, field: &str) -> Option<Out> {
    let now = || anchor::place(&context.site.git, &context.state, inline);
    let number = |number: Option<u64>| number.map_or(Out::Null, Out::from);
    Some(match field {
        "path" => Out::from(inline.path.as_str()),
        "line" => number(now().map(|place| place.line)),
        "startLine" => number(now().and_then(|place| place.start)),
        "originalLine" => Out::from(inline.original.line),
        "originalStartLine" => number(inline.original.start),
        "subjectType" => Out::from("LINE"),
        "outdated" | "isOutdated" => Out::from(now().is_none()),
        _ => return None,
    })
}

fn inline(context: &mut Context<'_>, id: u64, field: &str) -> Result<Out, Problem> {
    let inline = context.state.inlines.get(&id).cloned().ok_or(Problem::Unknown)?;
    if field != "isOutdated"
        && let Some(out) = standing(context, &inline, field)
    {
        return Ok(out);
    }
    Ok(match field {
        "diffHunk" => Out::from(inline.hunk),
        "position" => match anchor::place(&context.site.git, &context.state, &inline) {
            Some(_) => Out::from(inline.position),
            None => Out::Null,
        },
        "originalPosition" => Out::from(inline.position),
        "state" => Out::from("SUBMITTED"),
        "replyTo" => Out::maybe(inline.reply_to.map(Node::Inline)),
        "pullRequestReview" => Out::maybe(
            context
                .state
                .reviews
                .contains_key(&inline.review)
                .then_some(Node::Review(inline.review)),
        ),
        "originalCommit" => Out::Node(Node::Commit(inline.commit)),
        "commit" => Out::Node(Node::Commit(context.state.pulls[&inline.number].head.clone())),
        _ => {
            let said = Said {
                prefix: "PRRC",
                id,
                number: inline.number,
                author: &inline.author,
                body: &inline.body,
                created: inline.created,
                updated: inline.updated,
                minimized: inline.minimized.as_deref(),
                fragment: "discussion_r",
            };
            return common(context, &said, field);
        }
    })
}

fn thread(context: &mut Context<'_>, id: u64, field: &str) -> Result<Out, Problem> {
    let root = context.state.inlines.get(&id).cloned().ok_or(Problem::Unknown)?;
    if field != "outdated"
        && let Some(out) = standing(context, &root, field)
    {
        return Ok(out);
    }
    let permissions = &context.caller.permissions;
    Ok(match field {
        "id" => Out::from(format!("PRRT_{id}")),
        "isResolved" | "isCollapsed" => Out::from(root.resolved),
        "diffSide" => Out::from(side(&root)),
        "startDiffSide" => root.original.start.map_or(Out::Null, |_| Out::from(side(&root))),
        // Seen with a workflow's token: it takes the right to write contents too.
        "viewerCanResolve" => Out::from(
            permissions.contents == Access::Write
                && permissions.pull_requests == Access::Write
                && !root.resolved,
        ),
        "viewerCanUnresolve" => Out::from(
            permissions.contents == Access::Write
                && permissions.pull_requests == Access::Write
                && root.resolved,
        ),
        "viewerCanReply" => Out::from(permissions.pull_requests == Access::Write),
        "comments" => {
            let inlines = context.state.inlines.values();
            let inlines = inlines.filter(|inline| inline.id == id || inline.reply_to == Some(id));
            Out::Connection(
                "PullRequestReviewCommentConnection",
                inlines.map(|inline| Node::Inline(inline.id)).collect(),
            )
        }
        "pullRequest" => Out::Node(Node::Pull(root.number)),
        "repository" => Out::Node(Node::Repository),
        _ => return Err(Problem::Unknown),
    })
}
