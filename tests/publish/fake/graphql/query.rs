//! Where a query begins: the viewer, repositories, nodes by id.

use serde_json::{Value, json};

use super::super::permission::{Access, Scope};
use super::super::state::{Pull, State};
use super::execute::Arguments;
use super::node::{Node, Out};
use super::{Context, Problem, commits};

pub(super) fn text<'a>(arguments: &'a Arguments, name: &str) -> Option<&'a str> {
    arguments.get(name).and_then(Value::as_str)
}

fn not_found(what: &str) -> Problem {
    Problem::Error("NOT_FOUND", format!("Could not resolve to {what}."))
}

pub(super) fn query(context: &mut Context<'_>, field: &str, arguments: &Arguments) -> Result<Out, Problem> {
    Ok(match field {
        "viewer" => Out::Node(Node::Viewer),
        "repository" => {
            let owner = text(arguments, "owner").unwrap_or_default();
            let name = text(arguments, "name").unwrap_or_default();
            let site = context.site;
            if !owner.eq_ignore_ascii_case(&site.owner) || !name.eq_ignore_ascii_case(&site.name) {
                return Err(not_found(&format!("a Repository with the name '{owner}/{name}'")));
            }
            context.require(&[(Scope::Metadata, Access::Read)])?;
            Out::Node(Node::Repository)
        }
        "rateLimit" => {
            let spent = context.state.spent;
            let reset = context.state.now() + jiff::SignedDuration::from_hours(1);
            let fields = vec![
                ("limit", Out::from(1_000)),
                ("cost", Out::from(1)),
                ("used", Out::from(spent)),
                ("remaining", Out::from(1_000_u64.saturating_sub(spent))),
                ("nodeCount", Out::from(1)),
                ("resetAt", Out::from(commits::time(reset))),
            ];
            Out::Node(Node::Fields("RateLimit", fields))
        }
        "node" => {
            let id = text(arguments, "id").unwrap_or_default();
            let message = || not_found(&format!("a node with the global id of '{id}'"));
            Out::Node(by_id(&context.state, id).ok_or_else(message)?)
        }
        "nodes" => {
            let ids = arguments
                .get("ids")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            if ids.len() > 100 {
                let message = "You may not provide more than 100 node ids".to_owned();
                return Err(Problem::Error("ARGUMENT_LIMIT", message));
            }
            let node = |id: &Value| Out::maybe(id.as_str().and_then(|id| by_id(&context.state, id)));
            Out::List(ids.iter().map(node).collect())
        }
        "user" => {
            let login = text(arguments, "login").unwrap_or_default();
            if !context.state.people.contains_key(login) {
                return Err(not_found(&format!("a User with the login of '{login}'")));
            }
            Out::Node(Node::Person(login.to_owned()))
        }
        _ => return Err(Problem::Unknown),
    })
}

/// The thing of a global id: its kind and its number.
pub(super) fn by_id(state: &State, id: &str) -> Option<Node> {
    let (kind, number) = id.split_once('_')?;
    let parsed: Option<u64> = number.parse().ok();
    match kind {
        "IC" => parsed
            .filter(|id| state.remarks.contains_key(id))
            .map(Node::Remark),
        "PRR" => parsed
            .filter(|id| state.reviews.contains_key(id))
            .map(Node::Review),
        "PRRC" => parsed
            .filter(|id| state.inlines.contains_key(id))
            .map(Node::Inline),
        "PRRT" => parsed
            .filter(|id| state.inlines.contains_key(id))
            .map(Node::Thread),
        "PR" => {
            let found = state.pulls.values().find(|pull| Some(pull.id) == parsed);
            found.map(|pull| Node::Pull(pull.number))
        }
        "C" => Some(Node::Commit(number.to_owned())),
        "R" => Some(Node::Repository),
        "U" | "BOT" => {
            let found = state.people.values().find(|person| Some(person.id) == parsed);
            found.map(|person| Node::Person(person.login.clone()))
        }
        _ => None,
    }
}

pub(super) fn repository(
    context: &mut Context<'_>,
    node: &Node,
    field: &str,
    arguments: &Arguments,
) -> Result<Out, Problem> {
    let site = context.site;
    let (owner, fork) = match node {
        Node::Fork(owner) => (owner.clone(), true),
        _ => (site.owner.clone(), false),
    };
    let full = format!("{owner}/{}", site.name);
    let number = if fork {
        7_000_000 + context.state.person(&owner).id
    } else {
        600_001
    };
    Ok(match field {
        "id" => Out::from(format!("R_{number}")),
        "databaseId" => Out::from(number),
        "name" => Out::from(site.name.as_str()),
        "nameWithOwner" => Out::from(full),
        "owner" => Out::Node(Node::Person(owner)),
        "isFork" => Out::from(fork),
        // An app has permissions and no role.
        "viewerPermission" if context.caller.integration => Out::Null,
        "viewerPermission" => {
            let role = context.state.person(&context.caller.login).role;
            Out::from(role.name().to_uppercase())
        }
        "isPrivate" => Out::from(context.state.private),
        "isArchived" | "isDisabled" => Out::from(false),
        "visibility" => Out::from(if context.state.private {
            "PRIVATE"
        } else {
            "PUBLIC"
        }),
        "url" => Out::from(format!("https://github.com/{full}")),
        "defaultBranchRef" => branch(&context.state, &context.state.default_branch),
        "ref" => {
            let name = text(arguments, "qualifiedName").unwrap_or_default();
            let short = name.strip_prefix("refs/heads/").unwrap_or(name);
            branch(&context.state, short)
        }
        "object" => {
            context.require(&[(Scope::Contents, Access::Read)])?;
            match (text(arguments, "oid"), text(arguments, "expression")) {
                (Some(id), _) => commits::by_oid(context, id)?,
                (None, Some(expression)) => commits::by_expression(context, expression),
                (None, None) => return Err(Problem::Unknown),
            }
        }
        "pullRequest" => {
            context.require(&[(Scope::PullRequests, Access::Read)])?;
            let number = arguments
                .get("number")
                .and_then(Value::as_u64)
                .unwrap_or_default();
            if !context.state.pulls.contains_key(&number) {
                return Err(not_found(&format!("a PullRequest with the number of {number}")));
            }
            Out::Node(Node::Pull(number))
        }
        "pullRequests" => {
            context.require(&[(Scope::PullRequests, Access::Read)])?;
            Out::Connection("PullRequestConnection", pulls(&context.state, arguments))
        }
        "label" => {
            let name = text(arguments, "name").unwrap_or_default();
            Out::maybe(
                context
                    .state
                    .labels
                    .contains_key(name)
                    .then(|| Node::Label(name.to_owned())),
            )
        }
        "labels" => {
            let labels = context.state.labels.keys().cloned().map(Node::Label).collect();
            Out::Connection("LabelConnection", labels)
        }
        "mergeQueue" => {
            let name = text(arguments, "branch")
                .unwrap_or(&context.state.default_branch)
                .to_owned();
            merge_queue(context, &name)
        }
        "branchProtectionRules" => {
            let rules = context
                .state
                .required
                .keys()
                .map(|branch| rule(&context.state, branch))
                .collect();
            Out::Connection("BranchProtectionRuleConnection", rules)
        }
        _ => return Err(Problem::Unknown),
    })
}

fn pulls(state: &State, arguments: &Arguments) -> Vec<Node> {
    let word = |pull: &Pull| match (pull.merged, pull.open) {
        (true, _) => "MERGED",
        (_, true) => "OPEN",
        _ => "CLOSED",
    };
    let states = arguments.get("states").cloned();
    let wanted = |pull: &Pull| match &states {
        Some(Value::Array(states)) => states.contains(&json!(word(pull))),
        Some(one) => *one == json!(word(pull)),
        None => true,
    };
    let base = text(arguments, "baseRefName");
    let mut numbers: Vec<u64> = state
        .pulls
        .values()
        .filter(|pull| wanted(pull) && base.is_none_or(|base| base == pull.base_branch))
        .map(|pull| pull.number)
        .collect();
    let order = arguments
        .get("orderBy")
        .and_then(|order| order["direction"].as_str());
    if order == Some("DESC") {
        numbers.reverse();
    }
    numbers.into_iter().map(Node::Pull).collect()
}

pub(super) fn branch(state: &State, name: &str) -> Out {
    Out::maybe(
        state
            .branches
            .contains_key(name)
            .then(|| Node::Ref(name.to_owned())),
    )
}

pub(super) fn rule(state: &State, branch: &str) -> Node {
    let contexts = state.required.get(branch).cloned().unwrap_or_default();
    let check = |context: &String| {
        Out::Node(Node::Fields(
            "RequiredStatusCheckDescription",
            vec![("context", Out::from(context.as_str()))],
        ))
    };
    let fields = vec![
        ("id", Out::from(format!("BPR_{branch}"))),
        ("pattern", Out::from(branch)),
        ("requiresStatusChecks", Out::from(!contexts.is_empty())),
        (
            "requiredStatusChecks",
            Out::List(contexts.iter().map(check).collect()),
        ),
        (
            "requiredStatusCheckContexts",
            Out::List(contexts.into_iter().map(Out::from).collect()),
        ),
    ];
    Node::Fields("BranchProtectionRule", fields)
}

fn merge_queue(context: &Context<'_>, branch: &str) -> Out {
    let Some(entries) = context.state.queues.get(branch) else {
        return Out::Null;
    };
    let entry = |(place, entry): (usize, &super::super::state::QueueEntry)| {
        let fields = vec![
            ("id", Out::from(format!("MQE_{}", entry.id))),
            ("position", Out::from(place + 1)),
            ("state", Out::from("AWAITING_CHECKS")),
            ("headCommit", Out::Node(Node::Commit(entry.head.clone()))),
            ("baseCommit", Out::Node(Node::Commit(entry.base.clone()))),
            ("pullRequest", Out::Node(Node::Pull(entry.pull))),
            ("enqueuedAt", Out::from("2026-11-22T12:00:00Z")),
        ];
        Node::Fields("MergeQueueEntry", fields)
    };
    let entries = entries.iter().enumerate().map(entry).collect();
    let fields = vec![
        ("id", Out::from(format!("MQ_{branch}"))),
        (
            "url",
            Out::from(format!(
                "https://github.com/{}/queue/{branch}",
                context.site.repository()
            )),
        ),
        ("entries", Out::Connection("MergeQueueEntryConnection", entries)),
    ];
    Out::Node(Node::Fields("MergeQueue", fields))
}
