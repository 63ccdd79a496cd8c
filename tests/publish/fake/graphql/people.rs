//! Accounts, teams, labels, events, statuses and check runs.

use super::super::state::{EventKind, Person, PersonKind};
use super::commits::time;
use super::node::{Node, Out};
use super::{Context, Problem};

pub(super) fn event_type(context: &Context<'_>, id: u64) -> &'static str {
    match context
        .state
        .events
        .iter()
        .find(|event| event.id == id)
        .map(|event| &event.kind)
    {
        Some(EventKind::Labeled(_)) => "LabeledEvent",
        Some(EventKind::Unlabeled(_)) => "UnlabeledEvent",
        _ => "ReviewRequestedEvent",
    }
}

pub(super) fn resolve(context: &mut Context<'_>, node: &Node, field: &str) -> Result<Out, Problem> {
    match node {
        Node::Viewer => {
            let person = context.state.person(&context.caller.login);
            match field {
                "login" => Ok(Out::from(person.login)),
                other => account(&person, other),
            }
        }
        Node::Person(login) => {
            let person = context.state.person(login);
            account(&person, field)
        }
        Node::Team(slug) => Ok(match field {
            "id" => Out::from(format!("T_{slug}")),
            "databaseId" => Out::from(77),
            "slug" | "name" => Out::from(slug.as_str()),
            "combinedSlug" => Out::from(format!("{}/{slug}", context.site.owner)),
            "url" => Out::from(format!(
                "https://github.com/orgs/{}/teams/{slug}",
                context.site.owner
            )),
            _ => return Err(Problem::Unknown),
        }),
        Node::Label(name) => {
            let label = context.state.labels.get(name).cloned().ok_or(Problem::Unknown)?;
            Ok(match field {
                "id" => Out::from(format!("LA_{}", label.id)),
                "name" => Out::from(name.as_str()),
                "color" => Out::from(label.color),
                "description" => label.description.map_or(Out::Null, Out::from),
                "url" => Out::from(format!(
                    "https://github.com/{}/labels/{name}",
                    context.site.repository()
                )),
                _ => return Err(Problem::Unknown),
            })
        }
        Node::Event(id) => event(context, *id, field),
        Node::StatusContext(id) => status(context, *id, field),
        Node::CheckRun(id) => check_run(context, *id, field),
        _ => Err(Problem::Unknown),
    }
}

fn account(person: &Person, field: &str) -> Result<Out, Problem> {
    let bot = person.kind == PersonKind::Bot;
    let short = person.short_login();
    let page = if bot {
        format!("apps/{short}")
    } else {
        short.to_owned()
    };
    Ok(match field {
        "id" => Out::from(format!("{}_{}", if bot { "BOT" } else { "U" }, person.id)),
        "databaseId" => Out::from(person.id),
        "login" => Out::from(short),
        "name" if !bot => Out::Null,
        "url" => Out::from(format!("https://github.com/{page}")),
        "avatarUrl" => Out::from(format!("https://avatars.githubusercontent.com/u/{}", person.id)),
        _ => return Err(Problem::Unknown),
    })
}

fn event(context: &Context<'_>, id: u64, field: &str) -> Result<Out, Problem> {
    let event = context.state.events.iter().find(|event| event.id == id);
    let event = event.ok_or(Problem::Unknown)?;
    let label = |name: &String| Out::Node(Node::Label(name.clone()));
    Ok(match (field, &event.kind) {
        ("id", _) => Out::from(format!("E_{id}")),
        ("createdAt", _) => Out::from(time(event.at)),
        ("actor", _) => Out::Node(Node::Person(event.actor.clone())),
        ("label", EventKind::Labeled(name) | EventKind::Unlabeled(name)) => label(name),
        ("requestedReviewer", EventKind::ReviewRequested(login)) => Out::Node(Node::Person(login.clone())),
        ("requestedReviewer", EventKind::TeamRequested(slug)) => Out::Node(Node::Team(slug.clone())),
        _ => return Err(Problem::Unknown),
    })
}

fn status(context: &Context<'_>, id: u64, field: &str) -> Result<Out, Problem> {
    let status = context.state.statuses.iter().find(|status| status.id == id);
    let status = status.ok_or(Problem::Unknown)?;
    Ok(match field {
        "id" => Out::from(format!("SC_{id}")),
        "context" => Out::from(status.context.as_str()),
        "state" => Out::from(status.state.to_uppercase()),
        "description" => status.description.clone().map_or(Out::Null, Out::from),
        "targetUrl" => status.target_url.clone().map_or(Out::Null, Out::from),
        "creator" => Out::Node(Node::Person(status.creator.clone())),
        "createdAt" => Out::from(time(status.at)),
        _ => return Err(Problem::Unknown),
    })
}

fn check_run(context: &Context<'_>, id: u64, field: &str) -> Result<Out, Problem> {
    let run = context.state.checks.iter().find(|run| run.id == id);
    let run = run.ok_or(Problem::Unknown)?;
    let text = |text: &Option<String>| text.clone().map_or(Out::Null, Out::from);
    Ok(match field {
        "id" => Out::from(format!("CR_{id}")),
        "databaseId" => Out::Null,
        "name" => Out::from(run.name.as_str()),
        "status" => Out::from(run.status.to_uppercase()),
        "conclusion" => run
            .conclusion
            .as_ref()
            .map_or(Out::Null, |word| Out::from(word.to_uppercase())),
        "externalId" => text(&run.external_id),
        "detailsUrl" => text(&run.details_url),
        "title" => text(&run.output.title),
        "summary" => text(&run.output.summary),
        "text" => text(&run.output.text),
        _ => return Err(Problem::Unknown),
    })
}
