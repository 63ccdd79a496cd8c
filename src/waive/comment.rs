//! Whether a waiver in a comment counts.
//!
//! Its author is a person who may write and who wrote nothing of the change; it is complete, unchanged and bound to the
//! present head. What is not known of any of it is a no. Knows one comment and its pull request.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Accepted, is_waivable, short};
use crate::changeset::{PullRequestFacts, Role, WaiverComment, WaiverRequest};
use crate::finding::{Prose, Waiver, WaiverPlace, code, prose};
use crate::policy::Policy;
use crate::rules::definition;

/// Whether a comment's waiver counts; the error says why not, after "the waiver of …".
pub(super) fn judge(
    comment: &WaiverComment,
    facts: &PullRequestFacts,
    policy: &Policy,
    today: Date,
) -> Result<Accepted, Prose> {
    let waivable = &policy.settings.waivable;
    let author = comment.author.as_ref();
    let author = author.ok_or_else(|| prose!["a program, or an account that is gone, wrote it"])?;
    let role = comment.role.as_ref();
    let role =
        *role.map_err(|why| prose!["it could not be read what its author may do (", code(why), ")"])?;
    if role < waivable.by.max(Role::Write) {
        let needed = waivable.by.max(Role::Write).word();
        return Err(prose![
            "that takes the permission ",
            code(needed),
            " in this repository"
        ]);
    }
    let is = |name: &String| name.trim_start_matches('@').eq_ignore_ascii_case(author);
    if !waivable.users.is_empty() && !waivable.users.iter().any(is) {
        return Err(prose!["the policy names others who may waive"]);
    }
    if comment.is_edited {
        return Err(prose!["it was edited; write it anew"]);
    }
    if comment.is_hidden {
        return Err(prose!["it is hidden"]);
    }
    let request = comment.request.as_ref().map_err(|why| prose![*why])?;
    if definition(&request.rule).is_none() {
        return Err(prose!["there is no rule of this name"]);
    }
    if !is_waivable(policy, &request.rule) {
        return Err(prose![
            "the policy lets nobody waive this rule; mend what it says instead"
        ]);
    }
    bound(request, facts)?;
    apart(author, facts)?;
    if request.until < today {
        return Err(prose!["its last day has passed"]);
    }
    let last = today.saturating_add(i32::from(waivable.days).days());
    if request.until > last {
        return Err(prose!["it may reach until ", last, " at most"]);
    }
    Ok(Accepted {
        rule: request.rule.clone(),
        connector: request.connector.clone(),
        pull_request: facts.number,
        waiver: Waiver {
            by: Some(author.clone()),
            on: Some(comment.written),
            until: request.until,
            because: request.because.clone(),
            place: WaiverPlace::Comment(comment.id),
        },
        is_used: false,
    })
}

/// A waiver is void as soon as the head moves.
fn bound(request: &WaiverRequest, facts: &PullRequestFacts) -> Result<(), Prose> {
    match &facts.head {
        Some(head) if request.is_for(head) => Ok(()),
        Some(head) => Err(prose![
            "it was given for ",
            code(short(&request.commit)),
            " and the head is ",
            code(short(head.as_str())),
            " now"
        ]),
        None => Err(prose!["the pull request's head is not known"]),
    }
}

/// Nobody waives what they wrote themselves.
fn apart(author: &str, facts: &PullRequestFacts) -> Result<(), Prose> {
    let is_same = |name: &String| name.eq_ignore_ascii_case(author);
    let opened = facts.author.as_ref();
    let opened = opened.ok_or_else(|| prose!["the author of the pull request is not known"])?;
    if is_same(opened) {
        return Err(prose!["the author of the pull request cannot waive"]);
    }
    match facts.writers.as_ref().map(|writers| &writers.took_part) {
        Some(Ok(people)) if people.iter().any(is_same) => {
            Err(prose!["its author wrote a commit of the pull request"])
        }
        Some(Ok(_)) => Ok(()),
        Some(Err(why)) => Err(prose!["it is not known who wrote the commits: ", code(why)]),
        None => Err(prose!["it is not known who wrote the commits"]),
    }
}

/// Says that a comment's waiver does not count, and why.
pub(super) fn refused(comment: &WaiverComment, why: Prose) -> Prose {
    let what = match &comment.request {
        Ok(request) => prose![
            "The waiver of ",
            code(&request.rule),
            " for ",
            code(&request.connector)
        ],
        Err(_) => prose!["A waiver"],
    };
    let by = comment
        .author
        .as_ref()
        .map_or_else(Prose::default, |by| prose![" by ", code(by)]);
    what.join(by)
        .join(prose![" does not count: "])
        .join(why)
        .join(prose!["."])
}
