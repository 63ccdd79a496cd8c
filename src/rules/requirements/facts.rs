//! What the pull requests of a change say, as requirements look at it.
//!
//! A group of the merge queue has several: each that touches the connector has to satisfy. Knows facts and settings; knows
//! no file.

use super::{Subject, met, to_confirm};
use crate::changeset::{Fact, PullRequestFacts};
use crate::finding::{RequirementState, code, prose};

/// Whether something holds for every pull request that touches the connector.
///
/// One of which it is known not to hold decides; `None` where one is not known.
pub(super) fn of_each(subject: &Subject, holds: impl Fn(&PullRequestFacts) -> Option<bool>) -> Option<bool> {
    let answers: Vec<_> = facts_of(subject).into_iter().map(holds).collect();
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
        holds(&facts.approvals, |logins| logins.iter().any(is_named))
    });
    if approved != Some(true) {
        return to_confirm(settings.people(topic));
    }
    let mut who: Vec<&String> = Vec::new();
    for facts in facts_of(subject) {
        if let Fact::Known(logins) = &facts.approvals {
            who.extend(logins.iter().find(|login| is_named(login)));
        }
    }
    who.dedup();
    let mut evidence = prose!["approved by "];
    for (index, login) in who.into_iter().enumerate() {
        let separator = if index == 0 { prose![] } else { prose![" and "] };
        evidence = evidence.join(separator).join(prose![code(login)]);
    }
    met(evidence, None)
}

/// The facts of every pull request that touches the connector, where it was or where it is.
fn facts_of<'a>(subject: &Subject<'a>) -> Vec<&'a PullRequestFacts> {
    let sides = [&subject.diff.base, &subject.diff.head].into_iter().flatten();
    let directories: Vec<_> = sides.map(|connector| &connector.directory).collect();
    subject.context.set.facts_of(&directories)
}
