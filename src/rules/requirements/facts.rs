//! What the pull requests of a change say, as requirements look at it.
//!
//! A group of the merge queue has several: each that touches the connector has to satisfy. Knows facts and settings; knows
//! no file.

use super::{Subject, met, to_confirm};
use crate::change::ConnectorDiff;
use crate::changeset::{Fact, PullRequestFacts};
use crate::finding::{Prose, RequirementState, prose};
use crate::rules::Context;

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

/// Whether somebody whom the policy names for a topic approves each pull request at its present head.
///
/// A team's approval is not known here: its members are not listed in the policy.
pub(super) fn approval(subject: &Subject, topic: &str) -> RequirementState {
    let settings = subject.context.settings;
    let named = settings.reviewers.get(topic).map_or(&[][..], Vec::as_slice);
    let is_named = |login: &String| {
        let same = |name: &String| name.trim_start_matches('@').eq_ignore_ascii_case(login);
        named.iter().any(same)
    };
    let approved = of_each(subject, |facts| {
        approvers(facts).map(|logins| logins.into_iter().any(is_named))
    });
    if approved != Some(true) {
        return to_confirm(settings.people(topic));
    }
    let mut who: Vec<&String> = Vec::new();
    for facts in facts_of(subject.context, subject.diff) {
        let logins = approvers(facts).unwrap_or_default();
        who.extend(logins.into_iter().find(|login| is_named(login)));
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

/// The facts of every pull request that touches the connector, where it was or where it is.
pub(super) fn facts_of<'a>(context: &Context<'a>, diff: &ConnectorDiff) -> Vec<&'a PullRequestFacts> {
    let sides = [&diff.base, &diff.head].into_iter().flatten();
    let directories: Vec<_> = sides.map(|connector| &connector.directory).collect();
    context.set.facts_of(&directories)
}
