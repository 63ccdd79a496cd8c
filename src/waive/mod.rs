//! Which findings are waived, by whom, and why a waiver does not count.
//!
//! A waiver names one rule and one connector, has a reason and a last day, and stands in the policy or in a comment under
//! the pull request. It takes a finding out of the verdict and never out of the report; what could not be read or decided
//! is no finding, so that no waiver turns it into a pass. Knows facts; reads nothing.

mod comment;

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;

use crate::change::ConnectorDiff;
use crate::changeset::{ChangeSet, PullRequestFacts, Revision, Role, WAIVE};
use crate::finding::{Finding, Level, Piece, Prose, Waived, Waiver, WaiverPlace, code, prose};
use crate::ids::{ObjectId, RepoPath};
use crate::policy::Policy;
use crate::report::{ConnectorReport, Waivers};
use crate::rules::Waivable;

/// How many days a line to copy proposes, where the policy allows as many.
const PROPOSED_DAYS: u16 = 14;

/// The digits of a commit that a line to copy names.
const DIGITS: usize = 12;

/// A waiver that counts.
struct Accepted {
    rule: String,
    connector: String,
    /// The pull request that it was written under; one of the policy counts everywhere.
    pull_request: Option<u64>,
    waiver: Waiver,
    is_used: bool,
}

/// Takes the waived findings out of the connectors, and says what became of each waiver.
pub(crate) fn apply(
    set: &ChangeSet,
    diffs: &[ConnectorDiff],
    policy: &Policy,
    connectors: &mut [ConnectorReport],
) -> Waivers {
    let mut outcome = Waivers::default();
    let mut accepted = of_policy(policy, set.today, connectors, &mut outcome.remarks);
    for facts in set.parts.iter().map(|part| &part.facts) {
        for comment in facts.waivers.iter().flatten() {
            match comment::judge(comment, facts, policy, set.today) {
                Ok(waiver) => accepted.push(waiver),
                Err(why) => outcome.remarks.push(comment::refused(comment, why)),
            }
        }
    }
    let mut twins: BTreeMap<String, usize> = BTreeMap::new();
    for connector in connectors.iter() {
        *twins.entry(connector.name.clone()).or_default() += 1;
    }
    for (connector, diff) in connectors.iter_mut().zip(diffs) {
        let sides = [&diff.base, &diff.head].into_iter().flatten();
        let directories: Vec<&RepoPath> = sides.map(|side| &side.directory).collect();
        let facts = set.facts_of(&directories);
        let (name, directory) = (connector.name.clone(), connector.directory.clone());
        // Of several connectors of one name each has to be named by its folder.
        let word = Some(name.as_str()).filter(|name| twins.get(*name).is_none_or(|count| *count == 1));
        for finding in std::mem::take(&mut connector.findings) {
            match cover(
                &finding,
                word.unwrap_or_default(),
                &directory,
                &facts,
                &mut accepted,
            ) {
                Some(waiver) => outcome.waived.push(Waived {
                    connector: name.clone(),
                    directory: directory.clone(),
                    finding,
                    waiver,
                }),
                None => connector.findings.push(finding),
            }
        }
    }
    let unused = accepted.iter().filter(|waiver| !waiver.is_used);
    let unused = unused.filter(|waiver| {
        waiver.pull_request.is_some()
            || connectors
                .iter()
                .any(|connector| names(&waiver.connector, &connector.name, &connector.directory))
    });
    outcome.remarks.extend(unused.map(|waiver| {
        about(&waiver.rule, &waiver.connector, &waiver.waiver)
            .join(prose![" is not needed: this change has no such finding."])
    }));
    outcome.offers = offers(set, policy, connectors, &twins);
    outcome.may = who(&policy.settings.waivable);
    outcome
}

/// Whether a finding decides the verdict, so that somebody may ask in a comment to waive it.
///
/// One that nobody may waive counts as well: whoever asks is told so.
pub fn is_open(connectors: &[ConnectorReport], policy: &Policy) -> bool {
    connectors
        .iter()
        .any(|connector| deciding(connector, policy).next().is_some())
}

fn deciding<'a>(connector: &'a ConnectorReport, policy: &'a Policy) -> impl Iterator<Item = &'a Finding> {
    let fail_on = policy.fail_on;
    let decides =
        move |finding: &&Finding| finding.introduced && finding.level >= fail_on && fail_on != Level::Off;
    connector.findings.iter().filter(decides)
}

/// The findings that decide the verdict and may be waived.
fn blocking<'a>(connector: &'a ConnectorReport, policy: &'a Policy) -> impl Iterator<Item = &'a Finding> {
    deciding(connector, policy).filter(|finding| is_waivable(policy, finding.rule))
}

fn is_waivable(policy: &Policy, rule: &str) -> bool {
    !policy.settings.waivable.never.iter().any(|never| never == rule)
}

/// The waivers of the policy whose last day has not passed; the others are told where their connector is touched.
fn of_policy(
    policy: &Policy,
    today: Date,
    connectors: &[ConnectorReport],
    remarks: &mut Vec<Prose>,
) -> Vec<Accepted> {
    let mut accepted = Vec::new();
    for written in &policy.waivers {
        let waiver = Waiver {
            by: Some(written.by.clone()),
            on: None,
            until: written.until,
            because: written.because.clone(),
            place: WaiverPlace::Policy(written.origin.to_string()),
        };
        if written.until >= today {
            accepted.push(Accepted {
                rule: written.rule.to_owned(),
                connector: written.connector.clone(),
                pull_request: None,
                waiver,
                is_used: false,
            });
        } else if connectors
            .iter()
            .any(|connector| names(&written.connector, &connector.name, &connector.directory))
        {
            let about = about(written.rule, &written.connector, &waiver);
            remarks.push(about.join(prose![" has expired: its last day was ", written.until, "."]));
        }
    }
    accepted
}

/// The waiver that covers a finding: one of the policy, or one under each pull request that touches the connector.
fn cover(
    finding: &Finding,
    name: &str,
    directory: &RepoPath,
    facts: &[&PullRequestFacts],
    accepted: &mut [Accepted],
) -> Option<Waiver> {
    let fits = |waiver: &Accepted| {
        waiver.rule == finding.rule && names(&waiver.connector, name, directory) && finding.introduced
    };
    if let Some(found) = accepted
        .iter_mut()
        .find(|waiver| waiver.pull_request.is_none() && fits(waiver))
    {
        found.is_used = true;
        return Some(found.waiver.clone());
    }
    let mut found = Vec::new();
    for one in facts {
        let number = one.number?;
        found.push(
            accepted
                .iter()
                .position(|waiver| waiver.pull_request == Some(number) && fits(waiver))?,
        );
    }
    for index in &found {
        accepted[*index].is_used = true;
    }
    found.first().map(|index| accepted[*index].waiver.clone())
}

/// Whether a word names a connector: by its folder's name, or by the whole path.
pub(crate) fn names(word: &str, name: &str, directory: &RepoPath) -> bool {
    (word == name && !name.is_empty()) || word == directory.to_string()
}

fn short(digits: &str) -> &str {
    digits.get(..DIGITS).unwrap_or(digits)
}

/// How a remark names a waiver.
fn about(rule: &str, connector: &str, waiver: &Waiver) -> Prose {
    let what = prose!["The waiver of ", code(rule), " for ", code(connector)];
    match (&waiver.place, &waiver.by) {
        (WaiverPlace::Policy(line), _) => what.join(prose![" in ", code(line)]),
        (WaiverPlace::Comment(_), Some(by)) => what.join(prose![" by ", code(by)]),
        (WaiverPlace::Comment(_), None) => what,
    }
}

/// Who may waive, as the start of a sentence.
fn who(waivable: &Waivable) -> Prose {
    let permission = format!("{} permission", waivable.by.max(Role::Write).word());
    let mut sentence = match waivable.users.as_slice() {
        [] => return prose!["Somebody with ", Piece::trusted(permission)],
        [_] => prose![],
        _ => prose!["One of "],
    };
    for (index, name) in waivable.users.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        sentence = sentence.join(prose![separator, code(name.trim_start_matches('@'))]);
    }
    sentence.join(prose![" (with ", Piece::trusted(permission), ")"])
}

/// The lines by which the blocking findings of one pull request could be waived.
fn offers(
    set: &ChangeSet,
    policy: &Policy,
    connectors: &[ConnectorReport],
    twins: &BTreeMap<String, usize>,
) -> Vec<Prose> {
    let [part] = set.parts.as_slice() else {
        return Vec::new();
    };
    let (Some(_), Revision::Commit(head)) = (part.facts.number, &set.revisions.head) else {
        return Vec::new();
    };
    // What a merge queue is about to merge has a commit of its own, and nobody comments on that.
    if part.facts.head.as_ref() != Some(head) {
        return Vec::new();
    }
    let days = policy.settings.waivable.days.min(PROPOSED_DAYS);
    let until = set.today.saturating_add(i32::from(days).days());
    let mut lines: Vec<Prose> = Vec::new();
    for connector in connectors {
        let word = match twins.get(&connector.name) {
            None | Some(1) => connector.name.clone(),
            Some(_) => connector.directory.to_string(),
        };
        // What cannot be written as one word cannot be named in a comment.
        if word.contains(char::is_whitespace) || word.is_empty() {
            continue;
        }
        let rules: BTreeSet<&str> = blocking(connector, policy).map(|finding| finding.rule).collect();
        lines.extend(rules.into_iter().map(|rule| offer(rule, &word, head, until)));
    }
    lines
}

fn offer(rule: &str, connector: &str, head: &ObjectId, until: Date) -> Prose {
    let line = format!(
        "{WAIVE} {rule} {connector} at {} until {until} because …",
        short(head.as_str())
    );
    prose![Piece::Code(crate::text::escape_controls(&line))]
}
