//! Reads what stands beside the comments, where the plan depends on it: history, labels, status, check runs.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{PAGE, Target, account_of, wire};
use crate::github::{Client, Error, Query, RepositoryName, Route};
use crate::ids::ObjectId;
use crate::publish::account::Viewer;
use crate::publish::check::Status;
use crate::publish::desired::Desired;
use crate::publish::history::{Event, History, Reviewer};
use crate::publish::observed::{Observed, SeenCheckRun, SeenStatus};
use crate::publish::plan::open_requests;

const COMMIT_STATUS: Query = Query {
    name: "CommitStatus",
    text: include_str!("commit_status.graphql"),
};

const OPEN_HEADS: Query = Query {
    name: "OpenHeads",
    text: include_str!("open_heads.graphql"),
};

/// The most pages of open pull requests, of a hundred each.
const MOST_OPEN_PAGES: usize = 10;
/// The most pages of the history.
const MOST_EVENT_PAGES: usize = 10;

/// Reads what else this plan depends on.
pub fn complete(
    client: &Client,
    target: &Target,
    observed: &mut Observed,
    desired: &Desired,
) -> Result<(), Error> {
    if observed.pull_request.head != desired.head || !observed.pull_request.is_open {
        return Ok(());
    }
    let repository = || Route::of(&target.repository);
    let pull_request = &observed.pull_request;
    let missing: Vec<&String> = desired
        .labels
        .iter()
        .filter(|(label, wanted)| **wanted && !pull_request.has_label(label))
        .map(|(label, _)| label)
        .collect();
    let needless = desired
        .labels
        .iter()
        .any(|(label, wanted)| !wanted && pull_request.has_label(label));
    if !missing.is_empty() || needless || !open_requests(observed, desired).is_empty() {
        observed.history = history(client, target, observed.viewer.as_ref())?;
    }
    for label in missing {
        match client.get::<Value>(&repository().word("labels").part(label)) {
            Ok(_) => {}
            // A label whose absence cannot be told from a lack of permission would be created.
            Err(error) if error.is_missing() || error.is_forbidden() => {
                observed.unknown_labels.insert(label.clone());
            }
            Err(error) => return Err(error),
        }
    }
    if let Some(status) = &desired.status {
        observed.status = known(status_of(
            client,
            &target.repository,
            &desired.head,
            &status.context,
        ))?
        .flatten();
    }
    let would_turn = observed.status.as_ref().is_some_and(SeenStatus::is_refusal);
    if would_turn && desired.status.as_ref().is_some_and(Status::is_pass) {
        observed.same_head = known(same_head(client, target, &desired.head))?.flatten();
    }
    if let Some(run) = &desired.check_run {
        let route = repository()
            .word("commits")
            .part(&desired.head)
            .word("check-runs")
            .with("check_name", &run.name)
            .with("per_page", PAGE);
        observed.check_runs = known(client.get::<wire::CheckRuns>(&route))?
            .map(|seen| seen.check_runs.into_iter().map(check_run).collect())
            .unwrap_or_default();
    }
    Ok(())
}

/// What the token may not read it may not write either: the write will say so.
fn known<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_forbidden() || error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The history of labels and requests; `None` where it is longer than one look reads.
///
/// REST has it: GraphQL refuses the whole query to a token that may not see a team that was asked.
fn history(client: &Client, target: &Target, viewer: Option<&Viewer>) -> Result<Option<History>, Error> {
    let mut history = History::default();
    for page in 1..=MOST_EVENT_PAGES {
        let route = Route::of(&target.repository)
            .word("issues")
            .part(target.number)
            .word("events")
            .with("per_page", PAGE)
            .with("page", page);
        let Some(events) = known(client.get::<Vec<wire::Event>>(&route))? else {
            return Ok(None);
        };
        let is_last = events.len() < PAGE;
        for event in events {
            let author = account_of(event.actor.as_ref(), false);
            let reviewer = event
                .requested_reviewer
                .map(|account| Reviewer::Person(account.login.to_lowercase()))
                .or_else(|| {
                    event
                        .requested_team
                        .map(|team| Reviewer::Team(team.slug.to_lowercase()))
                });
            let event = match (event.kind.as_str(), event.label, reviewer) {
                ("labeled", Some(label), _) => Event::Labeled(label.name, author),
                ("unlabeled", Some(label), _) => Event::Unlabeled(label.name, author),
                ("review_requested", _, Some(reviewer)) => Event::Requested(reviewer),
                _ => continue,
            };
            history.take(event, viewer);
        }
        if is_last {
            return Ok(Some(history));
        }
    }
    Ok(None)
}

/// The other open pull requests with this head; `None` where there are more open ones than one look reads.
fn same_head(client: &Client, target: &Target, head: &ObjectId) -> Result<Option<BTreeSet<u64>>, Error> {
    let mut others = BTreeSet::new();
    let mut after = Value::Null;
    for _ in 0..MOST_OPEN_PAGES {
        let variables = json!({
            "owner": target.repository.owner,
            "name": target.repository.name,
            "after": after,
        });
        let answer: wire::OpenHeads = client.query(OPEN_HEADS, &variables)?;
        let Some(repository) = answer.repository else {
            return Ok(None);
        };
        let page = repository.pull_requests;
        let (has_more, next) = (page.page_info.has_next_page, page.page_info.end_cursor.clone());
        let same = page
            .into_nodes()
            .filter(|open| open.head_ref_oid == head.as_str());
        others.extend(
            same.map(|open| open.number)
                .filter(|number| *number != target.number),
        );
        match next {
            _ if !has_more => return Ok(Some(others)),
            Some(next) => after = Value::String(next),
            None => return Ok(None),
        }
    }
    Ok(None)
}

/// Reads what the status of a context says of a commit; `None` where there is none.
pub fn status_of(
    client: &Client,
    repository: &RepositoryName,
    head: &ObjectId,
    context: &str,
) -> Result<Option<SeenStatus>, Error> {
    let variables = json!({
        "owner": repository.owner,
        "name": repository.name,
        "head": head.as_str(),
    });
    let answer: wire::StatusHolder = client.query(COMMIT_STATUS, &variables)?;
    let contexts = || Some(answer.repository?.object?.status?.contexts);
    let found = contexts()
        .unwrap_or_default()
        .into_iter()
        // GitHub compares contexts in small letters.
        .find(|seen| seen.context.eq_ignore_ascii_case(context));
    Ok(found.map(|seen| SeenStatus {
        state: seen.state.to_lowercase(),
        description: seen.description.unwrap_or_default(),
    }))
}

fn check_run(run: wire::CheckRun) -> SeenCheckRun {
    SeenCheckRun {
        id: run.id,
        external_id: run.external_id.unwrap_or_default(),
        app: run.app.and_then(|app| app.slug).unwrap_or_default(),
        annotations: run.output.map_or(0, |output| output.annotations_count),
    }
}
