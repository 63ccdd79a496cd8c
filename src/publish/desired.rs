//! What a pull request should show.
//!
//! Made from the report and what the draft says of it; knows nothing of what the pull request shows already.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::check::{CheckRun, Status};
use super::marker::Instance;
use super::observed::Reviewer;
use crate::change::ChangeKind;
use crate::finding::{Fingerprint, RequirementState};
use crate::ids::ObjectId;
use crate::render::check;
use crate::render::review::ReviewDraft;
use crate::report::Report;
use crate::rules::{Settings, Topic};
use crate::verdict::Verdict;

/// The most people and teams that are asked for a review, as many as GitHub takes.
const MOST_REVIEWERS: usize = 15;

/// What is wanted beside the comments, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wishes {
    /// Whose comments are written.
    pub instance: Instance,
    /// The head that was judged.
    pub head: ObjectId,
    /// The owner of the repository, whose teams alone can be asked.
    pub owner: String,
    /// The earliest day whose proposals are shown.
    pub day: Date,
    /// What GitHub refused on its lines: the summary tells it in full, and it is not tried again.
    pub refused: BTreeSet<Fingerprint>,
    /// The check run, where one is published.
    pub check_run: Option<check::CheckRun>,
    /// The commit status, where one is published.
    pub status: Option<check::CommitStatus>,
    /// Whether the verdict alone is published and nothing is said: there is no report.
    pub verdict_only: bool,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desired {
    /// Whose comments are written.
    pub instance: Instance,
    /// The head that was judged.
    pub head: ObjectId,
    /// The earliest day whose proposals are shown.
    pub day: Date,
    /// Whether all was judged; what a report does not tell is fixed only then.
    pub is_whole: bool,
    /// What GitHub refused on its lines.
    pub refused: BTreeSet<Fingerprint>,
    /// What is said, where.
    pub said: ReviewDraft,
    /// Whether the verdict alone is published.
    pub verdict_only: bool,
    /// The labels that the policy lets us add, and whether the change is such a one.
    pub labels: BTreeMap<String, bool>,
    /// Whose review is asked for, in the order of the report.
    pub reviewers: Vec<Reviewer>,
    /// The check run, where one is wanted.
    pub check_run: Option<CheckRun>,
    /// The commit status, where one is wanted.
    pub status: Option<Status>,
    /// What could not be wished for, in sentences.
    pub notices: Vec<String>,
}

impl Desired {
    /// Adds to what is said whatever else the policy and the caller want shown.
    pub fn new(said: ReviewDraft, report: &Report, settings: &Settings, wishes: Wishes) -> Self {
        let mut notices = Vec::new();
        let reviewers = match settings.publish.request_reviews {
            true => reviewers(report, &wishes.owner, &mut notices),
            false => Vec::new(),
        };
        let check_run = wishes
            .check_run
            .map(|run| CheckRun::new(run, &wishes.head, &wishes.instance));
        Self {
            labels: labels(report, settings),
            reviewers,
            check_run,
            status: wishes.status.map(|status| Status::new(status, &wishes.instance)),
            verdict_only: wishes.verdict_only,
            notices,
            is_whole: report.verdict != Verdict::CouldNotEvaluate,
            instance: wishes.instance,
            head: wishes.head,
            day: wishes.day,
            refused: wishes.refused,
            said,
        }
    }
}

/// The labels of the topics that the policy names; two topics may share one.
fn labels(report: &Report, settings: &Settings) -> BTreeMap<String, bool> {
    let mut labels = BTreeMap::new();
    for topic in &settings.publish.add_labels {
        let label = settings.labels.get(topic.word()).map(|label| label.trim());
        if let Some(label) = label.filter(|label| !label.is_empty()) {
            *labels.entry(label.to_owned()).or_default() |= is_about(report, *topic);
        }
    }
    labels
}

fn is_about(report: &Report, topic: Topic) -> bool {
    let changes = report.connectors.iter().flat_map(|connector| &connector.changes);
    changes
        .map(|reported| &reported.change.kind)
        .any(|kind| match topic {
            Topic::BreakingChange => matches!(kind, ChangeKind::BreakingChangeDeclared { .. }),
            Topic::SupportLevel => matches!(kind, ChangeKind::SupportLevel),
            Topic::ReleaseStage => matches!(kind, ChangeKind::ReleaseStage),
        })
}

/// Those whose confirmation a requirement waits for.
fn reviewers(report: &Report, owner: &str, notices: &mut Vec<String>) -> Vec<Reviewer> {
    let requirements = report
        .connectors
        .iter()
        .flat_map(|connector| &connector.requirements);
    let names = requirements.flat_map(|requirement| match &requirement.state {
        RequirementState::ToConfirm { people } => people.as_slice(),
        RequirementState::Met { .. } | RequirementState::Missing { .. } => &[],
    });
    let mut asked: Vec<Reviewer> = Vec::new();
    let mut strangers: BTreeSet<&str> = BTreeSet::new();
    for name in names {
        match Reviewer::new(name, owner) {
            None => {
                strangers.insert(name);
            }
            Some(reviewer) if asked.contains(&reviewer) => {}
            Some(reviewer) => asked.push(reviewer),
        }
    }
    let left_out = asked.len().saturating_sub(MOST_REVIEWERS);
    asked.truncate(MOST_REVIEWERS);
    if !strangers.is_empty() {
        notices.push(format!(
            "the policy names teams of another owner than `{owner}`, who cannot be asked for a review: {}",
            strangers.into_iter().collect::<Vec<_>>().join(", ")
        ));
    }
    if left_out > 0 {
        notices.push(format!(
            "the policy names more people than GitHub lets ask for a review: {left_out} are not asked"
        ));
    }
    asked
}
