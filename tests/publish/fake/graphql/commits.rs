//! Refs, commits, trees and blobs.

use jiff::Timestamp;
use serde_json::Value;

use super::super::git::{Commit, Signature};
use super::super::permission::{Access, Scope};
use super::super::state::Status;
use super::execute::Arguments;
use super::node::{Node, Out};
use super::query::{rule, text};
use super::{Context, Problem};

/// The most bytes of a blob's text.
const LONGEST_TEXT: usize = 512 * 1024;

pub(super) fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn object(context: &Context<'_>, id: &str, path: &str) -> Out {
    let facts = context.site.git.facts(id);
    Out::maybe(facts.and_then(|facts| match facts.kind.as_str() {
        "commit" => Some(Node::Commit(facts.id)),
        "tree" => Some(Node::Tree(facts.id, path.to_owned())),
        "blob" => Some(Node::Blob(facts.id)),
        _ => None,
    }))
}

pub(super) fn by_oid(context: &Context<'_>, id: &str) -> Result<Out, Problem> {
    if id.len() != 40 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let message = format!("Could not coerce value \"{id}\" to GitObjectID");
        return Err(Problem::Error("INVALID", message));
    }
    Ok(object(context, id, ""))
}

/// `REVISION`, `REVISION:path`, `REVISION^{tree}`.
pub(super) fn by_expression(context: &Context<'_>, expression: &str) -> Out {
    let (revision, path) = match expression.split_once(':') {
        Some((revision, path)) => (revision, Some(path)),
        None => (expression, None),
    };
    let (revision, whole) = match revision.strip_suffix("^{tree}") {
        Some(revision) => (revision, true),
        None => (revision, false),
    };
    let revision = if revision == "HEAD" {
        &context.state.default_branch
    } else {
        revision
    };
    let Some(id) = context.state.commit_of(revision) else {
        return Out::Null;
    };
    let git = &context.site.git;
    let tree = git.commit(&id).map_or_else(|| id.clone(), |commit| commit.tree);
    match path {
        None if whole => object(context, &tree, ""),
        None => object(context, &id, ""),
        Some("") => object(context, &tree, ""),
        Some(path) => match git.entry_at(&tree, path.as_bytes()) {
            Some(entry) => object(context, &entry.id, &format!("{}/", path.trim_matches('/'))),
            None => Out::Null,
        },
    }
}

pub(super) fn resolve(
    context: &mut Context<'_>,
    node: &Node,
    field: &str,
    arguments: &Arguments,
) -> Result<Out, Problem> {
    match node {
        Node::Ref(name) => reference(context, name, field),
        Node::Commit(id) => {
            context.require(&[(Scope::Contents, Access::Read)])?;
            let commit = context.site.git.commit(id);
            let missing = || Problem::Error("NOT_FOUND", format!("there is no commit {id}"));
            let commit = commit.ok_or_else(missing)?;
            commit_field(context, &commit, field, arguments)
        }
        Node::Tree(id, path) => tree(context, id, path, field),
        Node::Blob(id) => blob(context, id, field),
        Node::Entry(entry, path) => {
            let mode = u32::from_str_radix(&entry.mode, 8).unwrap_or_default();
            let name = String::from_utf8_lossy(&entry.name);
            let whole = format!("{path}{name}");
            Ok(match field {
                "name" => Out::from(name.as_ref()),
                "nameRaw" => Out::from(plain_base64(&entry.name)),
                "path" => Out::from(whole),
                "pathRaw" => Out::from(plain_base64(&[path.as_bytes(), &entry.name].concat())),
                "mode" => Out::from(mode),
                "oid" => Out::from(entry.id.as_str()),
                "type" => Out::from(entry.kind()),
                "size" => {
                    let size = context.site.git.facts(&entry.id).map_or(0, |facts| facts.size);
                    Out::from(if entry.kind() == "blob" { size } else { 0 })
                }
                "object" => object(context, &entry.id, &format!("{whole}/")),
                _ => return Err(Problem::Unknown),
            })
        }
        Node::Signature(signature) => actor(context, signature, field),
        _ => Err(Problem::Unknown),
    }
}

fn plain_base64(bytes: &[u8]) -> String {
    super::super::rest::base64(bytes).replace('\n', "")
}

fn reference(context: &Context<'_>, name: &str, field: &str) -> Result<Out, Problem> {
    let target = context.state.branches.get(name).cloned().unwrap_or_default();
    let protected = context.state.required.contains_key(name);
    Ok(match field {
        "id" => Out::from(format!("REF_{name}")),
        "name" => Out::from(name),
        "prefix" => Out::from("refs/heads/"),
        "target" => Out::Node(Node::Commit(target)),
        "branchProtectionRule" | "refUpdateRule" => Out::maybe(protected.then(|| rule(&context.state, name))),
        _ => return Err(Problem::Unknown),
    })
}

fn commit_field(
    context: &mut Context<'_>,
    commit: &Commit,
    field: &str,
    arguments: &Arguments,
) -> Result<Out, Problem> {
    let seconds = |signature: &Signature| Timestamp::from_second(signature.seconds).unwrap();
    let signature = |signature: &Signature| Node::Signature(signature.clone());
    Ok(match field {
        "id" => Out::from(format!("C_{}", commit.id)),
        "oid" => Out::from(commit.id.as_str()),
        "abbreviatedOid" => Out::from(&commit.id[..7]),
        "message" => Out::from(commit.message.as_str()),
        "messageHeadline" => Out::from(commit.message.lines().next().unwrap_or_default()),
        "url" => Out::from(format!(
            "https://github.com/{}/commit/{}",
            context.site.repository(),
            commit.id
        )),
        "committedDate" => Out::from(time(seconds(&commit.committer))),
        "authoredDate" => Out::from(time(seconds(&commit.author))),
        "tree" => object(context, &commit.tree, ""),
        "parents" => {
            let parents = commit.parents.iter().cloned().map(Node::Commit).collect();
            Out::Connection("CommitConnection", parents)
        }
        // Of one path, the history is more than is remembered here.
        "history" if arguments.get("path").is_none() => {
            let known = context.site.git.ask_once(&["rev-list", &commit.id]);
            let commits = String::from_utf8_lossy(&known.1);
            let commits = commits.lines().map(|id| Node::Commit(id.to_owned()));
            Out::Connection("CommitHistoryConnection", commits.collect())
        }
        // GitHub's own address, which belongs to no account.
        "committedViaWeb" => Out::from(commit.committer.email == "noreply@github.com"),
        "author" => Out::Node(signature(&commit.author)),
        "committer" => Out::Node(signature(&commit.committer)),
        "authors" => Out::Connection("GitActorConnection", authors(commit)),
        "file" => {
            let path = text(arguments, "path").unwrap_or_default();
            let entry = context.site.git.entry_at(&commit.tree, path.as_bytes());
            let parent = path
                .rsplit_once('/')
                .map_or(String::new(), |(parent, _)| format!("{parent}/"));
            Out::maybe(entry.map(|entry| Node::Entry(entry, parent)))
        }
        "status" => status(context, &commit.id)?,
        "statusCheckRollup" => rollup(context, &commit.id)?,
        _ => return Err(Problem::Unknown),
    })
}

/// The author and everybody that a trailer names.
fn authors(commit: &Commit) -> Vec<Node> {
    let mut authors = vec![commit.author.clone()];
    for line in commit.message.lines() {
        let lower = line.to_ascii_lowercase();
        let Some(rest) = lower.strip_prefix("co-authored-by:").map(|_| line[15..].trim()) else {
            continue;
        };
        let (name, email) = rest.split_once(" <").unwrap_or((rest, ""));
        authors.push(Signature {
            name: name.to_owned(),
            email: email.trim_end_matches('>').to_owned(),
            seconds: commit.author.seconds,
        });
    }
    authors.into_iter().map(Node::Signature).collect()
}

/// Whoever signed a commit; the account is known by the part of the address before the `@`.
fn actor(context: &Context<'_>, signature: &Signature, field: &str) -> Result<Out, Problem> {
    let login = signature.email.split('@').next().unwrap_or_default();
    let login = login.rsplit('+').next().unwrap_or_default();
    let known = context.state.people.contains_key(login);
    Ok(match field {
        "name" => Out::from(signature.name.as_str()),
        "email" => Out::from(signature.email.as_str()),
        "date" => Out::from(time(Timestamp::from_second(signature.seconds).unwrap())),
        "user" => Out::maybe(known.then(|| Node::Person(login.to_owned()))),
        _ => return Err(Problem::Unknown),
    })
}

/// The newest status of each context.
pub(super) fn newest(context: &Context<'_>, commit: &str) -> Vec<Status> {
    let mut newest: Vec<Status> = Vec::new();
    for status in context
        .state
        .statuses
        .iter()
        .filter(|status| status.commit == commit)
    {
        newest.retain(|other| other.context != status.context);
        newest.push(status.clone());
    }
    newest
}

fn status(context: &Context<'_>, commit: &str) -> Result<Out, Problem> {
    context.require(&[(Scope::Statuses, Access::Read)])?;
    let contexts = newest(context, commit);
    if contexts.is_empty() {
        return Ok(Out::Null);
    }
    let nodes: Vec<Out> = contexts
        .iter()
        .map(|status| Out::Node(Node::StatusContext(status.id)))
        .collect();
    let fields = vec![
        ("id", Out::from(format!("S_{commit}"))),
        ("state", Out::from(overall(&contexts))),
        ("contexts", Out::List(nodes)),
    ];
    Ok(Out::Node(Node::Fields("Status", fields)))
}

fn overall(statuses: &[Status]) -> &'static str {
    let any = |word: &str| statuses.iter().any(|status| status.state == word);
    if any("failure") || any("error") {
        "FAILURE"
    } else if any("pending") {
        "PENDING"
    } else {
        "SUCCESS"
    }
}

fn rollup(context: &Context<'_>, commit: &str) -> Result<Out, Problem> {
    context.require(&[(Scope::Checks, Access::Read)])?;
    let statuses = newest(context, commit);
    let mut nodes: Vec<Node> = statuses
        .iter()
        .map(|status| Node::StatusContext(status.id))
        .collect();
    let runs = context.state.checks.iter().filter(|run| run.head == commit);
    nodes.extend(runs.map(|run| Node::CheckRun(run.id)));
    if nodes.is_empty() {
        return Ok(Out::Null);
    }
    let fields = vec![
        ("state", Out::from(overall(&statuses))),
        (
            "contexts",
            Out::Connection("StatusCheckRollupContextConnection", nodes),
        ),
    ];
    Ok(Out::Node(Node::Fields("StatusCheckRollup", fields)))
}

fn tree(context: &Context<'_>, id: &str, path: &str, field: &str) -> Result<Out, Problem> {
    Ok(match field {
        "id" => Out::from(format!("T_{id}")),
        "oid" => Out::from(id),
        "abbreviatedOid" => Out::from(&id[..7]),
        "entries" => match context.site.git.entries(id) {
            Some(entries) => {
                let entry = |entry| Out::Node(Node::Entry(entry, path.to_owned()));
                Out::List(entries.into_iter().map(entry).collect())
            }
            None => Out::Null,
        },
        _ => return Err(Problem::Unknown),
    })
}

fn blob(context: &Context<'_>, id: &str, field: &str) -> Result<Out, Problem> {
    let Some(object) = context.site.git.object(id) else {
        return Ok(Out::Null);
    };
    let longest = context.state.knobs.longest_blob.unwrap_or(LONGEST_TEXT);
    let binary = object.content.iter().take(8_000).any(|&byte| byte == 0);
    Ok(match field {
        "id" => Out::from(format!("B_{id}")),
        "oid" => Out::from(id),
        "abbreviatedOid" => Out::from(&id[..7]),
        "byteSize" => Out::from(object.size),
        "isBinary" => Out::from(binary),
        "isTruncated" => Out::from(object.content.len() > longest),
        "text" if binary => Out::Null,
        "text" => {
            let shown = &object.content[..object.content.len().min(longest)];
            Out::from(Value::String(String::from_utf8_lossy(shown).into_owned()))
        }
        _ => return Err(Problem::Unknown),
    })
}
