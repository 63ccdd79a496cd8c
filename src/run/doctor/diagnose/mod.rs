//! From what was seen to what works, what is missing and how to add it.
//!
//! Pure. Knows what a review needs; sends nothing. Foreign text enters a sentence through [`quote`] alone.

mod access;
mod beside;
mod content;
mod grants;
mod people;
mod required;
mod running;

use super::facts::{Facts, Seen, Workflows};
use super::workflow::{Job, Step, Workflow};
use crate::text::escape_controls;

/// The most characters of a foreign text in a sentence.
const LONGEST_QUOTE: usize = 200;

/// What somebody may want to work, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Feature {
    Reading,
    Running,
    Comments,
    Forks,
    Required,
    Queue,
    Policy,
    Connectors,
    Safety,
    Status,
    CheckRun,
    CodeScanning,
    Commands,
    Approvals,
    Requests,
    Deadlines,
    ByHand,
}

impl Feature {
    /// Its headline.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Reading => "Reading the repository",
            Self::Running => "Running on every pull request",
            Self::Comments => "Comments and suggestions",
            Self::Forks => "Pull requests of forks",
            Self::Required => "Required before a merge",
            Self::Queue => "Merge queue",
            Self::Policy => "Policy",
            Self::Connectors => "Connectors",
            Self::Safety => "Safety",
            Self::Status => "Commit status",
            Self::CheckRun => "Check run",
            Self::CodeScanning => "Code scanning",
            Self::Commands => "Commands and waivers in comments",
            Self::Approvals => "Approvals",
            Self::Requests => "Requests for review",
            Self::Deadlines => "Deadlines that come nearer",
            Self::ByHand => "Runs by hand",
        }
    }
}

/// Whether something works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Works,
    Missing,
    /// Reading does not tell.
    CannotTell,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Check {
    pub(super) feature: Feature,
    pub(super) state: State,
    /// Whether a review is not all there without it; what nobody asked for is not needed.
    pub(super) is_needed: bool,
    /// A sentence.
    pub(super) says: String,
    /// How to add it, or how to find out: a sentence, and lines of a workflow below it.
    pub(super) remedy: Option<String>,
}

impl Check {
    fn new(feature: Feature, state: State, says: impl Into<String>, remedy: Option<String>) -> Self {
        Self {
            feature,
            state,
            is_needed: true,
            says: says.into(),
            remedy,
        }
    }

    fn works(feature: Feature, says: impl Into<String>) -> Self {
        Self::new(feature, State::Works, says, None)
    }

    fn missing(feature: Feature, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(feature, State::Missing, says, Some(remedy.into()))
    }

    /// What reading does not tell; nobody is kept from anything by it.
    fn cannot_tell(feature: Feature, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(feature, State::CannotTell, says, Some(remedy.into())).optional()
    }

    /// What could not be looked at: GitHub gave no usable answer this time.
    fn unread(feature: Feature, what: &str, why: &str) -> Self {
        let says = format!("{what} could not be looked at: {}.", cut(why));
        Self::new(
            feature,
            State::CannotTell,
            says,
            Some("Try again later.".to_owned()),
        )
    }

    /// Leaves the question open whether a review is all there.
    fn needed(mut self) -> Self {
        self.is_needed = true;
        self
    }

    fn optional(mut self) -> Self {
        self.is_needed = false;
        self
    }
}

/// Everything there is to say, by feature.
pub(super) fn diagnose(facts: &Facts) -> Vec<Check> {
    let reviews = reviews(facts);
    let mut checks = Vec::new();
    access::diagnose(facts, &mut checks);
    running::diagnose(facts, &reviews, &mut checks);
    grants::diagnose(facts, &reviews, &mut checks);
    required::diagnose(facts, &reviews, &mut checks);
    content::diagnose(facts, &mut checks);
    beside::diagnose(&reviews, &mut checks);
    people::diagnose(facts, &reviews, &mut checks);
    checks.sort_by_key(|check| check.feature);
    checks
}

/// 0 where all that a review needs is there, 1 where something is missing, 2 where that could not be told.
pub(super) fn exit_code(checks: &[Check]) -> u8 {
    let has = |state| checks.iter().any(|check| check.is_needed && check.state == state);
    match (has(State::CannotTell), has(State::Missing)) {
        (true, _) => 2,
        (false, true) => 1,
        (false, false) => 0,
    }
}

/// A step that runs tierguard, where it stands.
#[derive(Debug, Clone, Copy)]
struct Review<'f> {
    workflow: &'f Workflow,
    job: &'f Job,
    step: &'f Step,
}

impl Review<'_> {
    fn runs_on(&self, event: &str) -> bool {
        self.workflow.trigger(event).is_some()
    }

    fn runs_on_any(&self, events: &[&str]) -> bool {
        events.iter().any(|event| self.runs_on(event))
    }

    /// Whether its exit code is a check of the pull request.
    fn is_enforcing(&self) -> bool {
        self.runs_on_any(&PULL_REQUEST)
    }

    /// Whether it judges later than a push and can answer by a commit status alone.
    fn is_late(&self) -> bool {
        self.runs_on_any(&LATE)
    }

    /// "The job `review` of `.github/workflows/x.yml`".
    fn name(&self) -> String {
        format!(
            "The job {} of {}",
            quote(&self.job.id),
            quote(&self.workflow.path)
        )
    }

    /// The name of its status and its check run.
    fn status_name(&self) -> String {
        match self.step.input("instance") {
            None | Some("default") => "tierguard".to_owned(),
            Some(name) => format!("tierguard ({name})"),
        }
    }
}

/// The events whose runs are checks of the pull request.
const PULL_REQUEST: [&str; 2] = ["pull_request", "pull_request_target"];
/// The events whose runs belong to the default branch.
const LATE: [&str; 3] = ["issue_comment", "pull_request_review", "schedule"];

fn reviews(facts: &Facts) -> Vec<Review<'_>> {
    let workflows = facts.workflows.known().map_or(&[][..], |found| &found.read);
    let mut reviews = Vec::new();
    for workflow in workflows {
        for job in &workflow.jobs {
            let steps = job.reviews.iter();
            reviews.extend(steps.map(|step| Review { workflow, job, step }));
        }
    }
    reviews
}

/// Foreign text in a sentence: in back-ticks, escaped, cut.
fn quote(text: &str) -> String {
    format!("`{}`", cut(&text.replace('`', "'")))
}

fn cut(text: &str) -> String {
    let escaped = escape_controls(text.trim());
    let mut characters = escaped.chars();
    let mut shown: String = characters.by_ref().take(LONGEST_QUOTE).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Several names: `a`, `b` and `c`.
fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<String> = names.iter().map(|name| quote(name.as_ref())).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "nothing".to_owned(),
    }
}

#[cfg(test)]
mod tests;
