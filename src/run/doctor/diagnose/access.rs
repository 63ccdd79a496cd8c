//! What the token at hand may read, and what GitHub says about its writing.

use super::{Check, Facts, Feature, Seen, cut, listed, quote};
use crate::run::doctor::facts::TokenFacts;

pub(super) fn diagnose(facts: &Facts, checks: &mut Vec<Check>) {
    checks.push(owner(&facts.token));
    if facts.is_archived {
        let says = format!(
            "{} is archived: nothing can be written there.",
            quote(&facts.repository)
        );
        checks.push(Check::missing(
            Feature::Reading,
            says,
            "Unarchive it in its settings.",
        ));
    }
    checks.push(contents(facts));
    let what = "Pull requests";
    checks.push(reading(&facts.pull_requests, what, "pull-requests", &facts.token));
    for (seen, what, scope) in [
        (&facts.checks, "Check runs", "checks"),
        (&facts.statuses, "Commit statuses", "statuses"),
    ] {
        // Without a commit there is nothing to look at, which is said already.
        if facts.contents.known() == Some(&true) {
            checks.push(reading(seen, what, scope, &facts.token).optional());
        }
    }
    checks.push(writing(facts));
}

fn owner(token: &TokenFacts) -> Check {
    let login = match &token.login {
        Seen::Known(login) => login,
        Seen::Refused(why) => {
            let says = format!(
                "GitHub does not say whose the token is, and a review finds its own comments by that: {}.",
                cut(why)
            );
            return Check::missing(
                Feature::Reading,
                says,
                "Use the token of a workflow, an app or a person.",
            );
        }
        Seen::Unread(why) => return Check::unread(Feature::Reading, "Whose the token is", why),
    };
    let mut says = format!("The token is accepted; it is that of {}", quote(login));
    match &token.scopes {
        Some(scopes) if scopes.is_empty() => says.push_str(", a classic one without any scope"),
        Some(scopes) => says.push_str(&format!(", a classic one with the scopes {}", listed(scopes))),
        None => {}
    }
    if let Some(role) = &token.role {
        says.push_str(&format!(", whose role here is {}", quote(&role.to_lowercase())));
    }
    says.push('.');
    Check::works(Feature::Reading, says)
}

fn contents(facts: &Facts) -> Check {
    match &facts.contents {
        Seen::Known(false) => Check::missing(
            Feature::Reading,
            format!("The default branch {} has no commit yet.", quote(&facts.branch)),
            "Push a first commit; the rest can be told then.",
        ),
        seen => {
            let what = format!("The files of {}", quote(&facts.branch));
            reading(seen, &what, "contents", &facts.token)
        }
    }
}

fn reading<T>(seen: &Seen<T>, what: &str, scope: &str, token: &TokenFacts) -> Check {
    match seen {
        Seen::Known(_) => Check::works(Feature::Reading, format!("{what} can be read.")),
        Seen::Refused(why) => Check::missing(
            Feature::Reading,
            format!("{what} cannot be read: {}.", cut(why)),
            permission(scope, "read", token),
        ),
        Seen::Unread(why) => Check::unread(Feature::Reading, what, why),
    }
}

/// How a permission is given to a token of this kind.
fn permission(scope: &str, access: &str, token: &TokenFacts) -> String {
    if token.scopes.is_some() {
        return "Give the token the scope `repo` (for a public repository `public_repo` is enough)."
            .to_owned();
    }
    if token.is_of_app() {
        return format!(
            "In a workflow, add this line to the job; an app is given the same permission in its settings.\n\
             permissions:\n  {scope}: {access}"
        );
    }
    format!("Give the token the repository permission `{scope}: {access}` for this repository.")
}

/// GitHub says whether a pull request may be edited; about checks and statuses it says nothing.
fn writing(facts: &Facts) -> Check {
    let token = &facts.token;
    let by_hand = "It matters where this token reviews: a workflow has a token of its own.";
    let open = match &facts.pull_requests {
        Seen::Known(open) => open,
        Seen::Refused(_) | Seen::Unread(_) => &None,
    };
    let scopes: &[&str] = match facts.is_private {
        true => &["repo"],
        false => &["repo", "public_repo"],
    };
    match (token.has_scope(scopes), open) {
        (Some(false), _) => Check::missing(
            Feature::Comments,
            "This token has no scope for comments.",
            permission("pull-requests", "write", token),
        ),
        (_, Some(open)) if open.can_write => Check::works(
            Feature::Comments,
            format!(
                "This token may write to pull requests; GitHub says so of number {}.",
                open.number
            ),
        ),
        (Some(true), _) => Check::works(
            Feature::Comments,
            format!("This token may comment, by its scopes. {by_hand}"),
        ),
        (None, Some(open)) => Check::missing(
            Feature::Comments,
            format!(
                "GitHub says that this token may not edit pull request {}. {by_hand}",
                open.number
            ),
            permission("pull-requests", "write", token),
        ),
        (None, None) => Check::cannot_tell(
            Feature::Comments,
            format!("Whether this token may comment cannot be told without an open pull request. {by_hand}"),
            "Look at the token's permissions; a review also says in a notice which one it lacked.",
        ),
    }
    .optional()
}
