//! Who may approve, and who may command and waive: whether that can be read.

use super::{Check, Facts, Feature, Review, Seen, cut, quote};
use crate::run::doctor::facts::{TeamAsked, TokenFacts, TopicTeam};

pub(super) fn diagnose(facts: &Facts, reviews: &[Review<'_>], checks: &mut Vec<Check>) {
    for team in &facts.teams {
        for mut check in [Some(seen(team, &facts.token)), blind(team, reviews)]
            .into_iter()
            .flatten()
        {
            // Those who are listed count where the team cannot be read.
            check.is_needed &= !team.has_users;
            checks.push(check);
        }
    }
    let topics = facts.topic_teams.iter();
    checks.extend(topics.map(|team| asked(team, &facts.token).optional()));
    checks.push(permissions(facts));
}

/// What this token sees of a team that is asked for reviews.
fn asked(team: &TopicTeam, token: &TokenFacts) -> Check {
    let name = quote(&team.name);
    let asks = format!("{} has {name} asked for reviews", quote(&team.line));
    match &team.seen {
        Seen::Known(true) => Check::works(Feature::Requests, format!("{asks}, which this token may see.")),
        Seen::Known(false) => Check::missing(
            Feature::Requests,
            format!("{asks}, and there is no such team, or none that this token may see: nobody is asked."),
            "Correct the name, or list people under `reviewers`.",
        ),
        Seen::Refused(why) => Check::missing(
            Feature::Requests,
            format!("{asks}, which this token may not see: {}.", cut(why)),
            format!("{}, or list people under `reviewers`.", grant(token)),
        ),
        Seen::Unread(why) => Check::unread(Feature::Requests, &format!("The team {name}"), why),
    }
}

/// What this token sees of a team.
fn seen(team: &TeamAsked, token: &TokenFacts) -> Check {
    let name = quote(&team.name);
    let asks = format!("{} asks for approvals of {name}", quote(&team.line));
    match &team.seen {
        Seen::Known(true) => Check::works(
            Feature::Approvals,
            format!("{asks}, whose members this token may read."),
        ),
        Seen::Known(false) => Check::missing(
            Feature::Approvals,
            format!(
                "{asks}, and there is no such team, or none that this token may see: nobody approves for it."
            ),
            format!("Correct the name, or list the people beside it.\n{}", line(team)),
        ),
        Seen::Refused(why) => Check::missing(
            Feature::Approvals,
            format!("{asks}, whose members this token may not read: {}.", cut(why)),
            format!(
                "{}, or list the people beside the team.\n{}",
                grant(token),
                line(team)
            ),
        ),
        Seen::Unread(why) => Check::unread(Feature::Approvals, &format!("The team {name}"), why),
    }
}

/// A job that reviews with its own token, which never sees a team.
fn blind(team: &TeamAsked, reviews: &[Review<'_>]) -> Option<Check> {
    let review = reviews.iter().find(|review| !review.step.has_own_token())?;
    let says = format!(
        "{} reviews with the workflow's own token, which sees no team: an approval of {} stays undecided, which is no pass.",
        review.name(),
        quote(&team.name)
    );
    let remedy = format!(
        "List the people beside the team (`{}`), or bring the token of an app that has the organisation's permission \
         `members: read`.\nwith:\n  token: ${{{{ steps.app.outputs.token }}}}",
        line(team)
    );
    Some(Check::missing(Feature::Approvals, says, remedy))
}

/// The line of the policy that names people beside a team.
fn line(team: &TeamAsked) -> String {
    format!("{{ team: {}, users: [LOGIN] }}", team.name)
}

fn grant(token: &TokenFacts) -> &'static str {
    match token.scopes {
        Some(_) => "Give the token the scope `read:org`",
        None => "Use a token that has the organisation's permission `members: read`",
    }
}

/// What somebody may do decides whose commands and waivers count.
fn permissions(facts: &Facts) -> Check {
    let what = "What somebody may do here, which decides whose commands and waivers count,";
    let remedy = match facts.token.scopes {
        Some(_) => "Give the token the scope `repo` (for a public repository `public_repo` is enough).",
        None => "Give the token the repository permission `metadata: read` for this repository.",
    };
    match &facts.permissions {
        Seen::Known(()) => Check::works(Feature::Commands, format!("{what} can be read.")),
        Seen::Refused(why) => Check::missing(
            Feature::Commands,
            format!(
                "{what} cannot be read: {}. No command and no waiver counts.",
                cut(why)
            ),
            remedy,
        ),
        Seen::Unread(why) => Check::unread(Feature::Commands, what.trim_end_matches(','), why),
    }
    .optional()
}
