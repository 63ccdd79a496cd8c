//! What the pull requests of a change say, as requirements look at it.
//!
//! A group of the merge queue has several: each that touches the connector has to satisfy. Knows facts and settings; knows
//! no file.

use std::collections::BTreeSet;

use super::{Subject, met, to_confirm};
use crate::change::ConnectorDiff;
use crate::changeset::{Fact, PullRequestFacts};
use crate::finding::{RequirementState, Unasked, code, prose};
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

/// Whether somebody whom the policy names for a topic, and who wrote nothing of it, approves each pull request at its head.
///
/// A team's approval is not known here: its members are not listed in the policy. Where it is not known who wrote the
/// commits either, a person has to look.
pub(super) fn approval(subject: &Subject, topic: &str) -> RequirementState {
    let settings = subject.context.settings;
    let named = settings.reviewers.get(topic).map_or(&[][..], Vec::as_slice);
    let is_named = |login: &&String| {
        let same = |name: &String| name.trim_start_matches('@').eq_ignore_ascii_case(login);
        named.iter().any(same)
    };
    let mut who: Vec<&String> = Vec::new();
    let mut is_unasked = false;
    for facts in facts_of(subject.context, subject.diff) {
        let mut approving = approvers(facts).unwrap_or_default();
        approving.retain(is_named);
        match wrote(facts) {
            Some(Ok(writers)) => approving.retain(|login| !is_among(login, writers)),
            Some(Err(_)) => approving.clear(),
            None => is_unasked |= !approving.is_empty(),
        }
        match approving.first() {
            Some(login) => who.push(login),
            None => return to_confirm(settings.people(topic)),
        }
    }
    if who.is_empty() {
        return to_confirm(settings.people(topic));
    }
    if is_unasked {
        return RequirementState::Undecided {
            remedy: prose![UNASKED],
            unasked: vec![Unasked::Writers],
        };
    }
    who.dedup();
    let mut evidence = prose!["approved by "];
    for (index, login) in who.into_iter().enumerate() {
        let separator = if index == 0 { prose![] } else { prose![" and "] };
        evidence = evidence.join(separator).join(prose![code(login)]);
    }
    met(evidence, None)
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
