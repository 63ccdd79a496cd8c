//! Approvals that a policy asks for by name: of a team, of people, of so many of them.
//!
//! They are read from the reviews of the present head; whoever opened the pull request or wrote a commit of it does not
//! count. What the source should know and could not read is undecided, which is not a pass; where there is no pull request
//! a person has to look.

use schemars::JsonSchema;
use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer};

use super::facts::{UNASKED, approvers, facts_of, is_among, wrote};
use super::{met, missing, to_confirm};
use crate::change::ConnectorDiff;
use crate::changeset::{PullRequestFacts, Team};
use crate::finding::{Level, Prose, Requirement, RequirementState, Unasked, Who, code, prose};
use crate::rules::Context;

/// GitHub's page on reviews and what an approval is.
const REVIEWS: &str = "https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/about-pull-request-reviews";

/// The most approvals that one entry may ask for.
const MOST: u8 = 20;

/// So many approvals of a team, or of people who are named.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The team whose members may approve, as `organisation/team`.
    #[serde(default)]
    team: Option<String>,
    /// The logins of people who may approve; beside a team, those who count where its members cannot be read.
    #[serde(default)]
    users: Vec<String>,
    /// How many of them have to, each counted once.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 20))]
    count: u8,
}

/// At least one approval: a wish without one would silently ask for nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Vec<Approval>")]
pub(in crate::rules) struct Approvals(Vec<Approval>);

crate::rules::wishes::written_as!(Approvals, Vec<Approval>);

impl TryFrom<Vec<Approval>> for Approvals {
    type Error = &'static str;

    fn try_from(approvals: Vec<Approval>) -> Result<Self, &'static str> {
        if approvals.is_empty() {
            return Err("invalid value: an empty list, expected at least one approval");
        }
        Ok(Self(approvals))
    }
}

impl Approvals {
    /// How far each has come.
    pub(in crate::rules) fn of(&self, context: &Context, diff: &ConnectorDiff) -> Vec<Requirement> {
        approvals(&self.0, context, diff)
    }
}

fn one() -> u8 {
    1
}

impl<'de> Deserialize<'de> for Approval {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            team: Option<String>,
            #[serde(default)]
            users: Vec<String>,
            #[serde(default = "one")]
            count: u8,
        }
        let Written { team, users, count } = Written::deserialize(deserializer)?;
        if team.is_none() && users.is_empty() {
            return Err(D::Error::missing_field("team` or `users"));
        }
        let bare = |name: String| name.strip_prefix('@').map(str::to_owned).unwrap_or(name);
        let team = team.map(bare);
        if let Some(name) = team.as_deref().filter(|name| !is_team(name)) {
            return Err(D::Error::invalid_value(
                Unexpected::Str(name),
                &"`organisation/team`",
            ));
        }
        let users: Vec<String> = users.into_iter().map(bare).collect();
        if let Some(name) = users.iter().find(|name| !is_login(name)) {
            return Err(D::Error::invalid_value(Unexpected::Str(name), &"a login"));
        }
        let found = Unexpected::Unsigned(count.into());
        if !(1..=MOST).contains(&count) {
            return Err(D::Error::invalid_value(found, &"a whole number from 1 to 20"));
        }
        if team.is_none() && usize::from(count) > users.len() {
            return Err(D::Error::invalid_value(
                found,
                &"at most as many as `users` names",
            ));
        }
        Ok(Self { team, users, count })
    }
}

fn is_login(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=100).contains(&name.len()) && name.bytes().all(is_plain)
}

fn is_team(name: &str) -> bool {
    name.split_once('/')
        .is_some_and(|(organisation, team)| is_login(organisation) && is_login(team))
}

/// How far each approval has come that a policy asks for.
pub(in crate::rules) fn approvals(
    wanted: &[Approval],
    context: &Context,
    diff: &ConnectorDiff,
) -> Vec<Requirement> {
    wanted
        .iter()
        .map(|approval| Requirement {
            id: "approval",
            asks: approval.asks(),
            of: Who::Reviewer,
            source: REVIEWS,
            state: approval.state(context, diff),
            level: Level::Off,
            later: false,
        })
        .collect()
}

impl Approval {
    fn people(&self) -> Vec<String> {
        let names = self.team.iter().chain(&self.users);
        names.map(|name| format!("@{name}")).collect()
    }

    fn asks(&self) -> Prose {
        let start = match self.count {
            1 => prose!["approval by "],
            count => prose![usize::from(count), " approvals by "],
        };
        start.join(listed(&self.people(), " or "))
    }

    /// Each pull request that touches the connector has to be approved; the one that stands worst decides.
    fn state(&self, context: &Context, diff: &ConnectorDiff) -> RequirementState {
        let each = facts_of(context, diff)
            .into_iter()
            .map(|facts| self.of_one(context, facts));
        let mut states: Vec<RequirementState> = each.collect();
        states.sort_by_key(|state| match state {
            RequirementState::Missing { .. } => 0,
            RequirementState::Undecided { .. } => 1,
            RequirementState::ToConfirm { .. } => 2,
            RequirementState::Met { .. } => 3,
        });
        let first = states.into_iter().next();
        first.unwrap_or_else(|| to_confirm(self.people()))
    }

    fn of_one(&self, context: &Context, facts: &PullRequestFacts) -> RequirementState {
        let Some(approvers) = approvers(facts) else {
            return match facts.number {
                None => to_confirm(self.people()),
                Some(_) => undecided(
                    prose![
                        "Its reviews could not be read as a whole, so that it is not known who approves the present head."
                    ],
                    Vec::new(),
                ),
            };
        };
        let needed = usize::from(self.count);
        let is_listed = |login: &&String| self.users.iter().any(|name| name.eq_ignore_ascii_case(login));
        let mut approvers = approvers;
        approvers.retain(|login| self.team.is_some() || is_listed(login));
        // Where even all of them would not do, nobody has to know who wrote the commits.
        let would_do = approvers.len() >= needed;
        let mut writers: Vec<&String> = Vec::new();
        match wrote(facts) {
            Some(Ok(wrote)) => {
                (writers, approvers) = approvers.into_iter().partition(|login| is_among(login, wrote));
            }
            Some(Err(why)) if would_do => return undecided(unknown_writers(&approvers, why), Vec::new()),
            None if would_do => return undecided(prose![UNASKED], vec![Unasked::Writers]),
            Some(Err(_)) | None => {}
        }
        let (mut counted, others): (Vec<&String>, Vec<&String>) = approvers.into_iter().partition(is_listed);
        // Where even all of the others would not do, nobody has to know who belongs to the team.
        if let Some(team) = self
            .team
            .as_ref()
            .filter(|_| counted.len() < needed && counted.len() + others.len() >= needed)
        {
            match context.set.teams.get(team) {
                Some(Team::Members(members)) => {
                    counted.extend(others.into_iter().filter(|login| is_among(login, members)));
                }
                Some(Team::Absent) => {
                    return undecided(
                        prose![
                            "There is no team ",
                            code(team),
                            ", or none that the token of this run may see. Correct its \
                             name in the policy, or list the people as ",
                            code("users"),
                            "."
                        ],
                        Vec::new(),
                    );
                }
                Some(Team::Unread(why)) => return undecided(unread(team, &others, Some(why)), Vec::new()),
                None => {
                    return undecided(unread(team, &others, None), vec![Unasked::Team(team.clone())]);
                }
            }
        }
        counted.sort();
        let more = needed.saturating_sub(counted.len());
        if more == 0 {
            return met(prose!["approved by "].join(listed(&counted, " and ")), None);
        }
        let people = listed(&self.people(), if more == 1 { " or " } else { " and " });
        let lacks = match (counted.is_empty(), needed) {
            (true, 1) => prose!["an approval is missing"],
            (true, _) => prose![needed, " approvals are missing"],
            (false, _) => prose!["approved only by "].join(listed(&counted, " and ")),
        };
        let (start, end) = match (counted.is_empty(), more) {
            (true, 1) => (prose!["A review by "], " has to approve the present head."),
            (false, 1) => (
                prose!["A further review by "],
                " has to approve the present head.",
            ),
            (true, _) => (
                prose!["Reviews by ", more, " of "],
                " have to approve the present head.",
            ),
            (false, _) => (
                prose!["Reviews by ", more, " more of "],
                " have to approve the present head.",
            ),
        };
        let remedy = start.join(people).join(prose![end]);
        missing(
            lacks,
            match writers.is_empty() {
                true => remedy,
                false => remedy
                    .join(prose![" Who wrote a commit of the pull request does not count: "])
                    .join(listed(&writers, " and "))
                    .join(prose!["."]),
            },
        )
    }
}

fn undecided(remedy: Prose, unasked: Vec<Unasked>) -> RequirementState {
    RequirementState::Undecided { remedy, unasked }
}

fn unknown_writers(approvers: &[&String], why: &str) -> Prose {
    prose!["Whether "].join(listed(approvers, " or ")).join(prose![
        " wrote a commit of the pull request is not known (",
        code(why),
        "), and whoever did cannot approve it. It takes 250 commits at most, each with an author and a committer that \
         have an account."
    ])
}

fn unread(team: &str, approvers: &[&String], why: Option<&String>) -> Prose {
    let sentence = prose!["Whether "]
        .join(listed(approvers, " or "))
        .join(prose![" belongs to ", code(team), " could not be read"])
        .join(why.map_or_else(Prose::default, |why| prose![" (", code(why), ")"]));
    sentence.join(prose![
        ". List the people as ",
        code("users"),
        " in the policy, or give the run a token that may read the \
         organisation's teams."
    ])
}

/// All of them: who is left out of such a list would not know of it.
fn listed<T: std::fmt::Display>(names: &[T], last: &'static str) -> Prose {
    Prose::listed(names, last, names.len())
}
