//! What the pull requests of a change say, as requirements look at it.
//!
//! A group of the merge queue has several: each that touches the connector has to satisfy. Knows facts and settings; knows
//! no file.

use std::collections::BTreeSet;

use super::{Subject, met, to_confirm};
use crate::change::ConnectorDiff;
use crate::changeset::{Fact, PullRequestFacts, Team};
use crate::finding::{Prose, RequirementState, Unasked, prose};
use crate::rules::Context;

/// Said where an approval depends on who wrote the commits and nobody asked.
pub(super) const UNASKED: &str = "It was not asked who wrote the commits of the pull request.";

/// Whether something holds for every pull request that touches the connector.
///
/// One of which it is known not to hold decides; `None` where one is not known.
pub(super) fn of_each(subject: &Subject, holds: impl Fn(&PullRequestFacts) -> Option<bool>) -> Option<bool> {
    let answers: Vec<_> = facts_of(subject.context, subject.diff)
        .into_iter()
        .map(holds)
        .collect();
    match answers.as_slice() {
        [] => None,
        _ if answers.contains(&Some(false)) => Some(false),
        _ if answers.contains(&None) => None,
        _ => Some(true),
    }
}

/// Whether something holds of a fact; `None` where it is not known.
pub(super) fn holds<T>(fact: &Fact<T>, holds: impl Fn(&T) -> bool) -> Option<bool> {
    match fact {
        Fact::Known(known) => Some(holds(known)),
        Fact::NotKnownHere => None,
    }
}

/// Whether somebody whom the policy names for a topic, or who belongs to a team that it names, approves each pull request at
/// its head and wrote nothing of it.
///
/// Who wrote the commits and who belongs to a team is asked for where somebody approves; where it cannot be read, a person
/// has to look.
pub(super) fn approval(subject: &Subject, topic: &str) -> RequirementState {
    let settings = subject.context.settings;
    let nobody = || to_confirm(settings.people(topic));
    let people = settings.reviewers.get(topic).map_or(&[][..], Vec::as_slice);
    let teams = settings.teams.get(topic).map_or(&[][..], Vec::as_slice);
    let bare = |name: &'_ String| name.trim_start_matches('@').to_owned();
    let known = &subject.context.set.teams;
    let is_named = |login: &str| {
        let belongs = |team: &String| matches!(known.get(&bare(team)), Some(Team::Members(members)) if is_among(login, members));
        people.iter().any(|name| bare(name).eq_ignore_ascii_case(login)) || teams.iter().any(belongs)
    };
    let mut who: Vec<&String> = Vec::new();
    let mut unasked: Vec<Unasked> = Vec::new();
    for facts in facts_of(subject.context, subject.diff) {
        let mut approving = approvers(facts).unwrap_or_default();
        match wrote(facts) {
            Some(Ok(writers)) => approving.retain(|login| !is_among(login, writers)),
            Some(Err(_)) => approving.clear(),
            None => {}
        }
        let named = approving.iter().find(|login| is_named(login));
        let unread: Vec<String> = teams
            .iter()
            .map(bare)
            .filter(|team| !known.contains_key(team))
            .collect();
        match named {
            _ if approving.is_empty() => return nobody(),
            None if unread.is_empty() => return nobody(),
            None => unasked.extend(unread.into_iter().map(Unasked::Team)),
            Some(login) => who.push(login),
        }
        if wrote(facts).is_none() {
            unasked.push(Unasked::Writers);
        }
    }
    if !unasked.is_empty() {
        return RequirementState::Undecided {
            remedy: prose![
                "It was not asked who wrote the commits of the pull request and who belongs to the team."
            ],
            unasked,
        };
    }
    if who.is_empty() {
        return nobody();
    }
    who.dedup();
    met(
        prose!["approved by "].join(Prose::listed(&who, " and ", who.len())),
        None,
    )
}

/// Who approves the present head, each once; the author of a pull request has no say in it.
pub(super) fn approvers(facts: &PullRequestFacts) -> Option<Vec<&String>> {
    let Fact::Known(logins) = &facts.approvals else {
        return None;
    };
    let is_author = |login: &String| {
        let author = facts.author.as_ref();
        author.is_some_and(|author| author.eq_ignore_ascii_case(login))
    };
    let mut others: Vec<&String> = Vec::new();
    for login in logins.iter().filter(|login| !is_author(login)) {
        if !others.iter().any(|known| known.eq_ignore_ascii_case(login)) {
            others.push(login);
        }
    }
    Some(others)
}

/// Who wrote or committed a commit of the head; `None` until somebody asked, the error says why it is not known.
pub(super) fn wrote(facts: &PullRequestFacts) -> Option<&Result<BTreeSet<String>, String>> {
    facts.writers.as_ref().map(|writers| &writers.wrote)
}

/// Whether a login is one of several; GitHub does not tell them apart by case.
pub(super) fn is_among(login: &str, logins: &BTreeSet<String>) -> bool {
    logins.iter().any(|other| other.eq_ignore_ascii_case(login))
}

/// The facts of every pull request that touches the connector, where it was or where it is.
pub(super) fn facts_of<'a>(context: &Context<'a>, diff: &ConnectorDiff) -> Vec<&'a PullRequestFacts> {
    let sides = [&diff.base, &diff.head].into_iter().flatten();
    let directories: Vec<_> = sides.map(|connector| &connector.directory).collect();
    context.set.facts_of(&directories)
}
