//! Which of those who approve belong to a team.
//!
//! Only what decides is asked for: a few people and a few teams. A workflow's own token may not read teams, which is an
//! answer as well and no failure of the run.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::GitHubSource;
use crate::changeset::Team;
use crate::github::{Error, Route};

/// The most memberships that one run asks for.
const MOST_MEMBERSHIPS: usize = 100;

#[derive(Deserialize)]
struct Membership {
    state: String,
}

impl GitHubSource<'_> {
    /// Reads which of the logins belong to each team (`organisation/team`).
    ///
    /// An error is one that ends the run; a team that could not be read says so itself.
    pub fn teams(
        &self,
        teams: &BTreeSet<&String>,
        logins: &BTreeSet<&String>,
    ) -> anyhow::Result<BTreeMap<String, Team>> {
        let mut room = MOST_MEMBERSHIPS;
        let mut read = BTreeMap::new();
        for &team in teams {
            let found = match (team.split_once('/'), room.checked_sub(logins.len())) {
                (Some((organisation, slug)), Some(rest)) => {
                    room = rest;
                    let route = Route::root()
                        .word("orgs")
                        .part(organisation)
                        .word("teams")
                        .part(slug);
                    self.team(&route, logins)?
                }
                (None, _) => Team::Absent,
                (Some(_), None) => {
                    Team::Unread(format!("one run asks for at most {MOST_MEMBERSHIPS} memberships"))
                }
            };
            read.insert(team.clone(), found);
        }
        Ok(read)
    }

    fn team(&self, route: &Route, logins: &BTreeSet<&String>) -> anyhow::Result<Team> {
        let client = self.trees.api.client;
        let routes: Vec<Route> = logins
            .iter()
            .map(|login| route.clone().word("memberships").part(login))
            .collect();
        let answers: Vec<Result<Membership, Error>> = client.get_all(&routes)?;
        let mut members = BTreeSet::new();
        let mut is_named = false;
        for (&login, answer) in logins.iter().zip(answers) {
            match answer {
                Ok(membership) => {
                    is_named = true;
                    if membership.state == "active" {
                        members.insert(login.clone());
                    }
                }
                // Nobody of this name belongs to it, or there is no such team.
                Err(error) if error.is_missing() => {}
                Err(error @ Error::Stopped { .. }) => return Err(error.into()),
                Err(error) => return Ok(Team::Unread(error.to_string())),
            }
        }
        if is_named {
            return Ok(Team::Members(members));
        }
        match client.get::<Value>(route) {
            Ok(_) => Ok(Team::Members(members)),
            Err(error) if error.is_missing() => Ok(Team::Absent),
            Err(error @ Error::Stopped { .. }) => Err(error.into()),
            Err(error) => Ok(Team::Unread(error.to_string())),
        }
    }
}
