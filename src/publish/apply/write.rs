//! One operation, one request: and what its refusal means.

use std::collections::BTreeSet;
use std::time::Duration;

use http::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::refusals::{Kind, Refusals};
use crate::finding::Fingerprint;
use crate::github::{Client, Error, Loudness, Query, Route};
use crate::publish::check::{Annotation, CheckRun, Content, MOST_PER_REQUEST};
use crate::publish::history::Reviewer;
use crate::publish::observe::Target;
use crate::publish::plan::{Hidden, Operation};

const MINIMIZE: Query = Query {
    name: "MinimizeComment",
    text: include_str!("minimize_comment.graphql"),
};

/// The wait after "was submitted too quickly", which names no time.
const TOO_QUICK: Duration = Duration::from_mins(1);

/// The most times that one operation is tried which gets no answer; after that the others have their turn.
const MOST_TRIES: usize = 3;

/// How a step ended, where the run goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// With the next operation: this one is done, or left out.
    Next,
    /// With another look: whether this one happened is not known, or the pull request is another than planned for.
    Look {
        /// Why.
        why: String,
        /// How long to wait before; `None` is the usual pause.
        wait: Option<Duration>,
    },
    /// With nothing more.
    End(String),
}

/// Writes, and remembers over all rounds what GitHub refused.
pub(super) struct Writer<'a> {
    pub(super) client: &'a Client,
    pub(super) target: &'a Target,
    pub(super) refusals: Refusals,
    /// Findings whose lines GitHub refused.
    pub(super) refused_findings: BTreeSet<Fingerprint>,
    /// Operations that are not tried again.
    pub(super) given_up: Vec<Operation>,
    /// Operations that got no answer, once for each time.
    unanswered: Vec<Operation>,
    pub(super) notices: Vec<String>,
    pub(super) summary_url: Option<String>,
    pub(super) done: usize,
    /// Whether GitHub took a status.
    pub(super) is_status_set: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(client: &'a Client, target: &'a Target) -> Self {
        Self {
            client,
            target,
            refusals: Refusals::default(),
            refused_findings: BTreeSet::new(),
            given_up: Vec::new(),
            unanswered: Vec::new(),
            notices: Vec::new(),
            summary_url: None,
            done: 0,
            is_status_set: false,
        }
    }

    /// Whether an operation is worth a try.
    pub(super) fn would_try(&self, operation: &Operation) -> bool {
        !self.refusals.covers(operation)
            && !self.given_up.contains(operation)
            && !self.hides_what_is_unmarked(operation)
    }

    /// Hidden before it says that its finding is fixed, a comment would look to the next run as if a person had hidden it.
    fn hides_what_is_unmarked(&self, operation: &Operation) -> bool {
        let Operation::Hide {
            place: hidden,
            why: Hidden::Resolved,
            ..
        } = operation
        else {
            return false;
        };
        let unmarked =
            |known: &Operation| matches!(known, Operation::MarkFixed { place, .. } if place == hidden);
        self.given_up.iter().any(unmarked)
    }

    /// Tells once.
    pub(super) fn notice(&mut self, notice: String) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// Carries out one operation; the error is the word to stop.
    pub(super) fn carry_out(&mut self, operation: &Operation) -> Result<Step, Error> {
        let outcome = match operation {
            Operation::PostReview { head, comments, .. } => {
                return self.post_review(operation, head, comments);
            }
            Operation::PostCheckRun(run) => self.post_check_run(run),
            Operation::ContinueCheckRun { id, from, run } => self.annotate(*id, *from, run),
            Operation::Hide { node, why, .. } => {
                let variables = json!({ "subject": node, "classifier": why.classifier() });
                self.client.mutate::<Value>(MINIMIZE, &variables).map(drop)
            }
            Operation::PostSummary { body } => {
                let route = self.issue().word("comments");
                let body = json!({ "body": body.as_str() });
                let posted = self.send(&Method::POST, &route, &body, Loudness::Notifies);
                posted.map(|posted| {
                    self.summary_url = posted["html_url"].as_str().map(str::to_owned);
                })
            }
            _ => self.simple(operation),
        };
        match outcome {
            Ok(()) => {
                self.done += 1;
                Ok(Step::Next)
            }
            Err(error) => self.failed(operation, error),
        }
    }

    /// The operations that are one request whose answer does not matter.
    fn simple(&self, operation: &Operation) -> Result<(), Error> {
        let repository = || Route::of(&self.target.repository);
        let (method, route, body, loudness) = match operation {
            Operation::EditComment { id, body, .. } | Operation::MarkFixed { id, body, .. } => (
                &Method::PATCH,
                repository().word("pulls").word("comments").part(id),
                json!({ "body": body.as_str() }),
                Loudness::Quiet,
            ),
            Operation::EditSummary { id, body } => (
                &Method::PATCH,
                repository().word("issues").word("comments").part(id),
                json!({ "body": body.as_str() }),
                Loudness::Quiet,
            ),
            Operation::DeleteSummary { id } => (
                &Method::DELETE,
                repository().word("issues").word("comments").part(id),
                Value::Null,
                Loudness::Quiet,
            ),
            Operation::DeleteComment { id, .. } => (
                &Method::DELETE,
                repository().word("pulls").word("comments").part(id),
                Value::Null,
                Loudness::Quiet,
            ),
            Operation::AddLabel(label) => (
                &Method::POST,
                self.issue().word("labels"),
                json!({ "labels": [label] }),
                Loudness::Quiet,
            ),
            Operation::RemoveLabel(label) => (
                &Method::DELETE,
                self.issue().word("labels").part(label),
                Value::Null,
                Loudness::Quiet,
            ),
            Operation::RequestReview(reviewer) => (
                &Method::POST,
                self.pull().word("requested_reviewers"),
                match reviewer {
                    Reviewer::Person(login) => json!({ "reviewers": [login] }),
                    Reviewer::Team(slug) => json!({ "team_reviewers": [slug] }),
                },
                Loudness::Notifies,
            ),
            Operation::PostStatus { head, status } => (
                &Method::POST,
                repository().word("statuses").part(head),
                json!({
                    "state": status.state,
                    "context": status.context,
                    "description": status.description,
                }),
                Loudness::Quiet,
            ),
            Operation::PostReview { .. }
            | Operation::PostSummary { .. }
            | Operation::Hide { .. }
            | Operation::PostCheckRun(_)
            | Operation::ContinueCheckRun { .. } => return Ok(()),
        };
        self.send(method, &route, &body, loudness).map(drop)
    }

    fn post_check_run(&self, run: &CheckRun) -> Result<(), Error> {
        let route = Route::of(&self.target.repository).word("check-runs");
        let first = run.content.annotations.len().min(MOST_PER_REQUEST);
        let first = &run.content.annotations[..first];
        let body = json!({
            "name": run.name,
            "head_sha": run.head.as_str(),
            "external_id": run.external_id,
            "status": "completed",
            "conclusion": run.content.conclusion(),
            "output": output(&run.content, first),
        });
        let posted = self.send(&Method::POST, &route, &body, Loudness::Quiet)?;
        match posted["id"].as_u64() {
            Some(id) => self.annotate(id, first.len(), run),
            None => Err(Error::Malformed {
                what: format!("POST {route}"),
                why: "it has no number".to_owned(),
            }),
        }
    }

    /// Adds the annotations from a place on; GitHub appends them.
    fn annotate(&self, id: u64, from: usize, run: &CheckRun) -> Result<(), Error> {
        let route = Route::of(&self.target.repository).word("check-runs").part(id);
        let rest = run.content.annotations.get(from..).unwrap_or_default();
        for batch in rest.chunks(MOST_PER_REQUEST) {
            let body = json!({ "output": output(&run.content, batch) });
            self.send(&Method::PATCH, &route, &body, Loudness::Quiet)?;
        }
        Ok(())
    }

    pub(super) fn send(
        &self,
        method: &Method,
        route: &Route,
        body: &impl Serialize,
        loudness: Loudness,
    ) -> Result<Value, Error> {
        self.client.write(method, route, body, loudness)
    }

    pub(super) fn pull(&self) -> Route {
        Route::of(&self.target.repository)
            .word("pulls")
            .part(self.target.number)
    }

    /// A pull request is an issue as well.
    fn issue(&self) -> Route {
        Route::of(&self.target.repository)
            .word("issues")
            .part(self.target.number)
    }

    /// What a failed write means for the run.
    pub(super) fn failed(&mut self, operation: &Operation, error: Error) -> Result<Step, Error> {
        let changes_what_is_there = matches!(
            operation,
            Operation::EditComment { .. }
                | Operation::MarkFixed { .. }
                | Operation::EditSummary { .. }
                | Operation::DeleteSummary { .. }
                | Operation::DeleteComment { .. }
                | Operation::RemoveLabel(_)
                | Operation::Hide { .. }
                | Operation::ContinueCheckRun { .. }
        );
        let why = error.to_string();
        let look = |wait| {
            Ok(Step::Look {
                why: why.clone(),
                wait,
            })
        };
        match &error {
            Error::Stopped { .. } => return Err(error),
            Error::Late { .. } | Error::Spent { .. } => return Ok(Step::End(why)),
            Error::RateLimited { wait, .. } => return look(Some(*wait)),
            Error::NoAnswer { .. } | Error::Malformed { .. } => {
                self.unanswered.push(operation.clone());
                let tries = self.unanswered.iter().filter(|known| *known == operation);
                if tries.count() < MOST_TRIES {
                    return look(None);
                }
                self.notice(format!("GitHub gave no answer: {why}"));
                self.given_up.push(operation.clone());
            }
            Error::Refused { message, .. } if message.contains("submitted too quickly") => {
                return look(Some(TOO_QUICK));
            }
            Error::Refused { message, .. } if error.is_forbidden() && message.contains("locked") => {
                self.notice("the conversation is locked, so that nothing is said in it".to_owned());
                self.given_up.push(operation.clone());
            }
            // GitHub answers 422, or 403, to a workflow's own token, which sees no team.
            Error::Refused { .. } if matches!(operation, Operation::RequestReview(Reviewer::Team(_))) => {
                self.notice(format!(
                    "a team could not be asked for a review, which takes an app's token that may read teams: {why}"
                ));
                self.given_up.push(operation.clone());
            }
            Error::Refused { .. } if error.is_missing() && changes_what_is_there => {
                // Somebody took it away since we looked.
                self.given_up.push(operation.clone());
                return look(Some(Duration::ZERO));
            }
            Error::Refused { .. } if error.is_forbidden() || error.is_missing() => {
                tracing::debug!("{why}");
                self.refusals.add(Kind::of(operation));
            }
            Error::Refused { .. } => {
                self.notice(format!("GitHub refused something: {why}"));
                self.given_up.push(operation.clone());
            }
        }
        Ok(Step::Next)
    }
}

/// What a check run shows; GitHub wants title and summary again with each batch.
fn output(content: &Content, annotations: &[Annotation]) -> Value {
    json!({
        "title": content.title,
        "summary": content.summary.as_str(),
        "text": content.text.as_str(),
        "annotations": annotations,
    })
}
