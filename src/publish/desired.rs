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
use crate::render::markdown::Markdown;
use crate::render::review::{InlineComment, ReviewDraft};
use crate::report::Report;
use crate::rules::{Settings, Topic};
use crate::verdict::Verdict;

/// The most people and teams that are asked for a review, as many as GitHub takes.
const MOST_REVIEWERS: usize = 15;

/// What is said, where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// The summary; `None` where nothing is to be said.
    pub summary: Option<Markdown>,
    /// What an earlier summary turns to then.
    pub all_clear: Markdown,
    /// Comments on lines, the worst first.
    pub comments: Vec<InlineComment>,
    /// What the comments say whose finding is still there and has no line in the diff any more.
    pub without_anchor: BTreeMap<Fingerprint, Markdown>,
    /// Every introduced finding, the worst first.
    pub fingerprints: Vec<Fingerprint>,
}

impl From<ReviewDraft> for Said {
    fn from(draft: ReviewDraft) -> Self {
        Self {
            summary: draft.summary,
            all_clear: draft.all_clear,
            comments: draft.comments,
            without_anchor: draft.without_anchor,
            fingerprints: draft.fingerprints,
        }
    }
}

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
    /// Whether a check run is published.
    pub check_run: bool,
    /// Whether a commit status is published.
    pub status: bool,
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
    pub said: Said,
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
    pub fn new(said: Said, report: &Report, settings: &Settings, wishes: Wishes) -> Self {
        let mut notices = Vec::new();
        let reviewers = match settings.publish.request_reviews {
            true => reviewers(report, &wishes.owner, &mut notices),
            false => Vec::new(),
        };
        let summary = said.summary.as_ref().unwrap_or(&said.all_clear);
        let check_run = wishes
            .check_run
            .then(|| CheckRun::of(report, &wishes.head, summary, &wishes.instance));
        Self {
            labels: labels(report, settings),
            reviewers,
            check_run,
            status: wishes.status.then(|| Status::of(report, &wishes.instance)),
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
