//! What a workflow file says, as far as a review depends on it.
//!
//! Pure: bytes of the default branch in, triggers and jobs out. Knows GitHub's words for workflows; does not know what
//! a review needs.

mod grants;
mod step;

use std::collections::BTreeMap;

use serde_yaml::{Mapping, Value};

pub(super) use grants::{Access, Grants};
pub(super) use step::{Reference, Step};

/// The most jobs of a file, and the most steps of a job, that are looked at; GitHub has lower limits of its own.
const MOST: usize = 500;

/// Where workflows that the same repository calls are named from.
const LOCAL: &str = "./";

/// A workflow of the default branch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Workflow {
    /// Its path in the repository.
    pub(super) path: String,
    /// What starts it, the events of workflows that call it included.
    pub(super) triggers: Vec<Trigger>,
    /// Its jobs, in the order of the file.
    pub(super) jobs: Vec<Job>,
}

/// One event of `on`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Trigger {
    /// Its name.
    pub(super) event: String,
    /// The activity types; `None` means GitHub's default.
    pub(super) types: Option<Vec<String>>,
    /// Whether only some paths start it.
    pub(super) has_paths: bool,
    /// The target branches that start it; `None` means all.
    pub(super) branches: Option<Vec<String>>,
    /// The target branches that do not.
    pub(super) branches_ignored: Vec<String>,
    /// The names of the inputs of a run by hand.
    pub(super) inputs: Vec<String>,
}

/// One job.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Job {
    /// Its key in the file.
    pub(super) id: String,
    /// The name of its check; `None` where an expression or a matrix makes it.
    pub(super) check: Option<String>,
    /// What its token may do.
    pub(super) grants: Grants,
    /// The group that its runs share, the workflow's where it has none of its own.
    pub(super) concurrency: Option<String>,
    /// When it or the reviewing step is left out: a skipped job counts as passed.
    pub(super) condition: Option<String>,
    /// Whether its failure counts for nothing.
    pub(super) ignores_failure: bool,
    /// The steps that run tierguard.
    pub(super) reviews: Vec<Step>,
    /// Whether a step puts the head of a pull request on the disk.
    pub(super) checks_out_head: bool,
    /// Whether a step hands a file to code scanning.
    pub(super) uploads_sarif: bool,
    /// The workflow that it consists of, as written.
    pub(super) calls: Option<String>,
}

impl Workflow {
    /// Reads a file; `is_own` says that `./` is tierguard itself. The error is a sentence without a full stop.
    pub(super) fn read(path: &str, bytes: &[u8], is_own: bool) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
        let root: Value = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        let root = root.as_mapping().ok_or("it is no map")?;
        let grants = root.get("permissions").map(Grants::read);
        let concurrency = root.get("concurrency").and_then(group);
        let jobs = root.get("jobs").and_then(Value::as_mapping);
        let jobs = jobs.into_iter().flatten().take(MOST).filter_map(|(id, job)| {
            let mut job = Job::read(text_of(id)?, job.as_mapping()?, is_own);
            if job.grants == Grants::Unnamed {
                job.grants = grants.clone().unwrap_or_default();
            }
            job.concurrency = job.concurrency.or_else(|| concurrency.clone());
            Some(job)
        });
        Ok(Self {
            path: path.to_owned(),
            triggers: root.get("on").map(triggers).unwrap_or_default(),
            jobs: jobs.collect(),
        })
    }

    /// The trigger of an event.
    pub(super) fn trigger(&self, event: &str) -> Option<&Trigger> {
        self.triggers.iter().find(|trigger| trigger.event == event)
    }
}

/// Gives workflows that others of the same repository call the events of their callers.
pub(super) fn join_calls(workflows: &mut [Workflow]) {
    let mut called: BTreeMap<String, Vec<Trigger>> = BTreeMap::new();
    for workflow in workflows.iter() {
        for call in workflow.jobs.iter().filter_map(|job| job.calls.as_deref()) {
            if let Some(path) = call.strip_prefix(LOCAL) {
                let triggers = called.entry(path.to_owned()).or_default();
                triggers.extend(workflow.triggers.iter().cloned());
            }
        }
    }
    for workflow in workflows {
        if let Some(triggers) = called.remove(&workflow.path)
            && workflow.trigger("workflow_call").is_some()
        {
            workflow.triggers.extend(triggers);
        }
    }
}

impl Job {
    fn read(id: String, job: &Mapping, is_own: bool) -> Self {
        let steps: Vec<&Mapping> = job
            .get("steps")
            .and_then(Value::as_sequence)
            .into_iter()
            .flatten()
            .take(MOST)
            .filter_map(Value::as_mapping)
            .collect();
        let reviewing: Vec<(&Mapping, Step)> = steps
            .iter()
            .filter_map(|step| Some((*step, Step::read(step, is_own)?)))
            .collect();
        let is_ignored = |map: &Mapping| {
            map.get("continue-on-error")
                .and_then(text_of)
                .is_some_and(|value| value != "false")
        };
        let conditions = std::iter::once(job).chain(reviewing.iter().map(|(step, _)| *step));
        let name = job.get("name").and_then(text_of);
        let is_multiplied = job
            .get("strategy")
            .and_then(Value::as_mapping)
            .is_some_and(|strategy| strategy.contains_key("matrix"));
        let calls = job.get("uses").and_then(text_of);
        let check = name.unwrap_or_else(|| id.clone());
        Self {
            check: (!is_multiplied && calls.is_none() && !is_expression(&check)).then_some(check),
            grants: job.get("permissions").map(Grants::read).unwrap_or_default(),
            concurrency: job.get("concurrency").and_then(group),
            condition: conditions
                .filter_map(|map| map.get("if").and_then(text_of))
                .find(|condition| !is_always(condition)),
            ignores_failure: is_ignored(job) || reviewing.iter().any(|(step, _)| is_ignored(step)),
            checks_out_head: steps.iter().any(|step| step::checks_out_head(step)),
            uploads_sarif: steps.iter().any(|step| step::uploads_sarif(step)),
            reviews: reviewing.into_iter().map(|(_, step)| step).collect(),
            calls,
            id,
        }
    }
}

/// Whether a value is put together when the workflow runs.
pub(super) fn is_expression(text: &str) -> bool {
    text.contains("${{")
}

fn is_always(condition: &str) -> bool {
    let bare = condition.trim().trim_start_matches("${{").trim_end_matches("}}");
    matches!(bare.trim(), "always()" | "true" | "!cancelled()")
}

/// The group of `concurrency`, which may be the text itself.
fn group(value: &Value) -> Option<String> {
    text_of(value).or_else(|| value.as_mapping()?.get("group").and_then(text_of))
}

/// `on`: a name, a list of names, or a map with filters.
fn triggers(on: &Value) -> Vec<Trigger> {
    if let Some(events) = on.as_mapping() {
        let trigger = |(event, filters): (&Value, &Value)| Some(Trigger::read(text_of(event)?, filters));
        return events.iter().take(MOST).filter_map(trigger).collect();
    }
    let plain = |event| Trigger {
        event,
        ..Trigger::default()
    };
    words(on).into_iter().map(plain).collect()
}

impl Trigger {
    fn read(event: String, filters: &Value) -> Self {
        let Some(filters) = filters.as_mapping() else {
            return Self {
                event,
                ..Self::default()
            };
        };
        let inputs = filters.get("inputs").and_then(Value::as_mapping);
        Self {
            event,
            types: filters.get("types").map(words),
            has_paths: filters.contains_key("paths") || filters.contains_key("paths-ignore"),
            branches: filters.get("branches").map(words),
            branches_ignored: filters.get("branches-ignore").map(words).unwrap_or_default(),
            inputs: inputs
                .into_iter()
                .flatten()
                .filter_map(|(name, _)| text_of(name))
                .collect(),
        }
    }

    /// Whether an activity type starts it; without a list the three of GitHub's default do.
    pub(super) fn has_type(&self, name: &str) -> bool {
        match &self.types {
            Some(types) => types.iter().any(|listed| listed == name),
            None => matches!(name, "opened" | "synchronize" | "reopened"),
        }
    }
}

/// One word or a list of words.
fn words(value: &Value) -> Vec<String> {
    match value.as_sequence() {
        Some(items) => items.iter().take(MOST).filter_map(text_of).collect(),
        None => text_of(value).into_iter().collect(),
    }
}

/// A scalar as text; an input may be written as a truth value or a number.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
