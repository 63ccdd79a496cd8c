//! What a pull request should show.
//!
//! Made from the report and what the draft says of it; knows nothing of what the pull request shows already.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::check::{CheckRun, Content, Status};
use super::history::Reviewer;
use super::marker::Instance;
use crate::change::ChangeKind;
use crate::finding::{Fingerprint, RequirementState};
use crate::ids::ObjectId;
use crate::policy::Policy;
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
    /// The check run, where one is wanted.
    pub check_run: Option<Content>,
    /// State and description of the commit status, where one is wanted.
    pub status: Option<(&'static str, String)>,
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
            .map(|content| CheckRun::new(&wishes.instance, wishes.head.clone(), content));
        let status = wishes.status.map(|(state, description)| Status {
            context: wishes.instance.check_name(),
            state,
            description,
        });
        Self {
            labels: labels(report, settings),
            reviewers,
            check_run,
            status,
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
        RequirementState::Met { .. }
        | RequirementState::Missing { .. }
        | RequirementState::Undecided { .. } => &[],
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
    // Of whom the built-in policy alone speaks, nobody here has thought: that is no news.
    let built_in = match strangers.is_empty() {
        true => BTreeSet::new(),
        false => built_in_teams(),
    };
    strangers.retain(|name| !built_in.contains(name.trim_start_matches('@')));
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

fn built_in_teams() -> BTreeSet<String> {
    let teams = Policy::built_in().settings.teams;
    teams.into_values().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Change;
    use crate::changeset::{Revision, Revisions};
    use crate::finding::{Level, Requirement, Who, prose};
    use crate::ids::RepoPath;
    use crate::report::{ConnectorReport, PolicyProvenance, ReportedChange};

    fn report(kinds: &[ChangeKind], people: &[&str]) -> Report {
        let changes = kinds.iter().map(|kind| ReportedChange {
            change: Change {
                kind: kind.clone(),
                path: "data".to_owned(),
                from: None,
                to: None,
                base: None,
                head: None,
            },
            location: None,
        });
        let requirement = |state| Requirement {
            id: "breaking-change-approved",
            asks: prose!["somebody approves"],
            of: Who::Reviewer,
            source: "",
            state,
            level: Level::Error,
            later: false,
        };
        let people = people.iter().map(|name| (*name).to_owned()).collect();
        Report {
            waivers: crate::report::Waivers::default(),
            verdict: Verdict::Fail,
            revisions: Revisions {
                base: Revision::WorkingTree,
                head: Revision::WorkingTree,
                target: Revision::WorkingTree,
            },
            today: "2026-11-22".parse().unwrap(),
            policy: PolicyProvenance {
                rules_of: "2026-11".to_owned(),
                source: "built-in".to_owned(),
                named: None,
                extends: Vec::new(),
                fail_on: Level::Error,
            },
            problems: Vec::new(),
            findings: Vec::new(),
            connectors: vec![ConnectorReport {
                directory: RepoPath::root(),
                name: "source-shop".to_owned(),
                base: None,
                head: None,
                changes: changes.collect(),
                requirements: vec![requirement(RequirementState::ToConfirm { people })],
                findings: Vec::new(),
                promises: Vec::new(),
                contract: crate::report::ReportedContract::unchanged(false, false),
            }],
        }
    }

    fn desired(report: &Report, settings: &Settings) -> Desired {
        let wishes = Wishes {
            instance: Instance::default(),
            head: ObjectId::new(&"a".repeat(40)).unwrap(),
            owner: "AirbyteHQ".to_owned(),
            day: report.today,
            refused: BTreeSet::new(),
            check_run: None,
            status: None,
            verdict_only: false,
        };
        Desired::new(ReviewDraft::default(), report, settings, wishes)
    }

    fn settings() -> Settings {
        let mut settings = Settings::default();
        settings.publish.request_reviews = true;
        settings
    }

    #[test]
    fn labels_are_those_of_the_topics_that_the_policy_adds() {
        let mut settings = settings();
        settings.labels = [
            ("breaking-change", "breaks"),
            ("support-level", "level"),
            ("release-stage", " "),
        ]
        .map(|(topic, label)| (topic.to_owned(), label.to_owned()))
        .into();
        let changed = report(&[ChangeKind::SupportLevel], &[]);
        assert_eq!(desired(&changed, &settings).labels, BTreeMap::new());
        settings.publish.add_labels = vec![Topic::BreakingChange, Topic::SupportLevel, Topic::ReleaseStage];
        let expected = BTreeMap::from([("breaks".to_owned(), false), ("level".to_owned(), true)]);
        assert_eq!(desired(&changed, &settings).labels, expected);
        let label = "breaks".to_owned();
        settings.labels.insert("support-level".to_owned(), label.clone());
        assert_eq!(
            desired(&changed, &settings).labels,
            BTreeMap::from([(label, true)])
        );
    }

    #[test]
    fn those_are_asked_whom_a_requirement_waits_for() {
        let waiting = report(&[], &["@airbytehq/owners", "@Hubot", "@hubot", "@other/team"]);
        let asked = desired(&waiting, &settings());
        assert_eq!(
            asked.reviewers,
            [
                Reviewer::Team("owners".to_owned()),
                Reviewer::Person("hubot".to_owned())
            ]
        );
        assert!(asked.notices[0].ends_with("for a review: @other/team"));
        assert_eq!(desired(&waiting, &Settings::default()).reviewers, []);
    }

    #[test]
    fn no_more_are_asked_than_github_takes_and_the_rest_is_told() {
        let names: Vec<String> = (0..40).map(|number| format!("@person-{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let asked = desired(&report(&[], &names), &settings());
        assert_eq!(asked.reviewers.len(), MOST_REVIEWERS);
        assert!(
            asked.notices[0].ends_with("25 are not asked"),
            "{:?}",
            asked.notices
        );
    }
}
