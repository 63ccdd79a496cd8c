//! What every rule may look at beside its connector.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{RequirementId, Scope};
use crate::change::ConnectorDiff;
use crate::changeset::{ChangeSet, Role};
use crate::ids::RepoPath;
use crate::roots::ConnectorRoots;
use crate::text::Position;

/// How many days a proposed deadline lies beyond the first that would do.
const PROPOSED_BEYOND: i64 = 3;

/// Where a repository keeps its own policy, read at the tip of the target branch.
pub const POLICY_PATH: &str = ".github/tierguard.yml";

/// The parts of the policy that belong to no single rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settings {
    /// Labels by what they mark: `breaking-change`, `support-level`, `release-stage`.
    pub labels: BTreeMap<String, String>,
    /// Logins of people who confirm, by topic: `breaking-change`, `support-level`, `release-stage`.
    pub reviewers: BTreeMap<String, Vec<String>>,
    /// Teams (`organisation/team`) that confirm, by the same topics.
    pub teams: BTreeMap<String, Vec<String>>,
    /// What the review does beside its comments.
    pub publish: Publishing,
    /// How long users get before a breaking change reaches them.
    pub deadlines: Deadlines,
    /// Requirements whose evidence this repository does not hold: a person confirms them.
    pub confirmed_by_hand: Vec<RequirementId>,
    /// What may be waived, and by whom.
    pub waivable: Waivable,
}

/// What may be waived in a comment, by whom and for how long; which rules nobody may waive, not even in the policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Waivable {
    /// Rules that nobody may waive.
    pub never: Vec<String>,
    /// The least permission in the repository that it takes: `write`, `maintain` or `admin`.
    pub by: Role,
    /// Logins of the only people who may; empty leaves it to the permission alone.
    pub users: Vec<String>,
    /// The most days that a waiver may reach ahead.
    pub days: u16,
}

/// What a review may do on the pull request beside its comments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Publishing {
    /// Topics whose label is added where the change is such a one, and taken away again by whoever added it.
    pub add_labels: Vec<Topic>,
    /// Whether those are asked for a review whose confirmation a requirement waits for.
    pub request_reviews: bool,
}

/// What labels mark, and what people confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// A breaking change is declared.
    BreakingChange,
    /// The support level is another.
    SupportLevel,
    /// The release stage is another.
    ReleaseStage,
}

impl Topic {
    /// The word that policies use.
    pub fn word(self) -> &'static str {
        match self {
            Self::BreakingChange => "breaking-change",
            Self::SupportLevel => "support-level",
            Self::ReleaseStage => "release-stage",
        }
    }
}

/// How far away the deadline of a new breaking-change entry has to be, counted from the day of the merge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Deadlines {
    /// Sources: strictly more than this many days.
    pub source_days: u16,
    /// Destinations: strictly more than this many calendar months.
    pub destination_months: u8,
}

impl Deadlines {
    /// The first day that satisfies the window of a connector type.
    pub fn earliest(self, today: Date, connector_type: Option<&str>) -> Date {
        let window: Span = match connector_type {
            Some("destination") => i32::from(self.destination_months).months(),
            _ => i32::from(self.source_days).days(),
        };
        today.saturating_add(window).saturating_add(1.day())
    }

    /// A day to propose: some days beyond the first that satisfies the window, so that it still does when somebody takes
    /// the proposal later in the week, and no weekend, when nobody is there to help users.
    ///
    /// It is counted from an earlier day where that one still gives a day that satisfies the window.
    pub fn proposed(self, today: Date, counted_from: Option<Date>, connector_type: Option<&str>) -> Date {
        let from = |day: Date| {
            let proposed = self
                .earliest(day, connector_type)
                .saturating_add(PROPOSED_BEYOND.days());
            let days_to_monday = match proposed.weekday() {
                Weekday::Saturday => 2,
                Weekday::Sunday => 1,
                _ => 0,
            };
            proposed.saturating_add(days_to_monday.days())
        };
        counted_from
            .map(|day| from(day.min(today)))
            .filter(|proposed| *proposed >= self.earliest(today, connector_type))
            .unwrap_or_else(|| from(today))
    }

    /// What the window asks for, in words.
    pub fn words(self, connector_type: Option<&str>) -> String {
        match connector_type {
            Some("destination") if self.destination_months == 1 => {
                "destinations need more than one calendar month".to_owned()
            }
            Some("destination") => format!(
                "destinations need more than {} calendar months",
                self.destination_months
            ),
            _ => format!("sources need more than {} days", self.source_days),
        }
    }
}

impl Settings {
    /// Who confirms a topic: teams first, then people, each with an `@`.
    pub fn people(&self, topic: &str) -> Vec<String> {
        let named = [&self.teams, &self.reviewers]
            .into_iter()
            .filter_map(|people| people.get(topic))
            .flatten();
        named
            .map(|name| format!("@{}", name.trim_start_matches('@')))
            .collect()
    }
}

/// What is wrong with a policy file that the change proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFault {
    /// Where.
    pub position: Position,
    /// What, in one sentence that may quote the file.
    pub message: String,
}

/// The change as a whole.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The files, facts and the day.
    pub set: &'a ChangeSet,
    /// Where connectors live.
    pub roots: &'a ConnectorRoots,
    /// Labels, reviewers, teams, windows.
    pub settings: &'a Settings,
    /// Where the repository keeps its own policy.
    pub policy_path: &'a RepoPath,
    /// What is wrong with the policy file at head, where the change touches it.
    pub policy_faults: &'a [PolicyFault],
    /// The rules that are on, each with the connectors of which it speaks.
    pub active: &'a [(&'static str, &'a Scope)],
    /// The day from which proposed deadlines are counted while they still hold; the day of the judgement where it is `None`.
    pub proposed_from: Option<Date>,
}

impl Context<'_> {
    /// The day of the judgement.
    pub fn today(&self) -> Date {
        self.set.today
    }

    /// Whether a rule is on and speaks of a connector: nothing is left to one that says nothing.
    pub(super) fn speaks(&self, rule: &str, diff: &ConnectorDiff) -> bool {
        let mut active = self.active.iter().filter(|(id, _)| *id == rule);
        active.any(|(_, scope)| scope.matches(diff))
    }
}

/// The path of the repository's own policy.
pub fn policy_path() -> RepoPath {
    RepoPath::new(POLICY_PATH.as_bytes()).expect("the constant is a plain relative path")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_strict_and_counts_months_by_the_calendar() {
        let deadlines = Deadlines {
            source_days: 7,
            destination_months: 1,
        };
        let today: Date = "2026-11-22".parse().unwrap();
        assert_eq!(
            deadlines.earliest(today, Some("source")).to_string(),
            "2026-11-30"
        );
        assert_eq!(
            deadlines.earliest(today, Some("destination")).to_string(),
            "2026-12-23"
        );
        let january: Date = "2027-01-31".parse().unwrap();
        assert_eq!(
            deadlines.earliest(january, Some("destination")).to_string(),
            "2027-03-01"
        );
    }

    #[test]
    fn a_proposal_holds_for_days_and_falls_on_no_weekend() {
        let deadlines = Deadlines {
            source_days: 7,
            destination_months: 1,
        };
        for offset in 0..400_i64 {
            let today = Date::constant(2026, 1, 1).saturating_add(offset.days());
            let proposed = deadlines.proposed(today, None, Some("source"));
            let later = today.saturating_add(2.days());
            assert!(proposed >= deadlines.earliest(later, Some("source")), "{today}");
            assert!(!matches!(proposed.weekday(), Weekday::Saturday | Weekday::Sunday));
            assert_eq!(deadlines.proposed(later, Some(today), Some("source")), proposed);
        }
    }

    #[test]
    fn a_proposal_that_no_longer_holds_is_made_anew() {
        let deadlines = Deadlines {
            source_days: 7,
            destination_months: 1,
        };
        let day = |text: &str| text.parse::<Date>().unwrap();
        let first = day("2026-11-23");
        let on = |today| {
            deadlines
                .proposed(day(today), Some(first), Some("source"))
                .to_string()
        };
        assert_eq!(on("2026-11-23"), "2026-12-04");
        assert_eq!(on("2026-11-26"), "2026-12-04");
        assert_eq!(on("2026-11-27"), "2026-12-08");
        // A day that is still to come is none to count from.
        assert_eq!(on("2026-11-20"), "2026-12-01");
    }
}
