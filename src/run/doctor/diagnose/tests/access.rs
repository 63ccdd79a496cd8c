//! The token at hand, by what GitHub answers.

use super::*;

#[test]
fn reading_is_told_by_what_github_answers() {
    let title = "Reading the repository";
    let with = |seen| move |facts: &mut Facts| facts.contents = seen;
    changed(
        with(refused()),
        1,
        title,
        "✗ The files of `main` cannot be read: GitHub answered 403.",
    );
    changed(
        with(unread()),
        2,
        title,
        "? The files of `main` could not be looked at: GitHub answered 502.",
    );
    changed(
        with(Seen::Known(false)),
        1,
        title,
        "✗ The default branch `main` has no commit yet.",
    );
    let with = |seen| move |facts: &mut Facts| facts.pull_requests = seen;
    changed(
        with(refused()),
        1,
        title,
        "✗ Pull requests cannot be read: GitHub answered 403.",
    );
    changed(with(refused()), 1, title, "pull-requests: read");
    changed(with(unread()), 2, title, "? Pull requests could not be looked at");
    changed(
        |facts| facts.statuses = refused(),
        0,
        title,
        "✗ optional: Commit statuses cannot be read",
    );
    changed(
        |facts| facts.checks = refused(),
        0,
        title,
        "✗ optional: Check runs cannot be read",
    );
    changed(|facts| facts.is_archived = true, 1, title, "✗ `o/r` is archived");
    let with = |seen| move |facts: &mut Facts| facts.token.login = seen;
    changed(
        with(refused()),
        1,
        title,
        "✗ GitHub does not say whose the token is",
    );
    changed(
        with(unread()),
        2,
        title,
        "? Whose the token is could not be looked at",
    );
}

#[test]
fn a_token_is_told_by_its_kind() {
    let title = "Reading the repository";
    let classic = |scopes: &[&str]| {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        move |facts: &mut Facts| {
            facts.token.login = Seen::Known("maria".to_owned());
            facts.token.role = Some("WRITE".to_owned());
            facts.token.scopes = Some(scopes);
        }
    };
    changed(
        classic(&["repo", "gist"]),
        0,
        title,
        "✓ The token is accepted; it is that of `maria`, a classic one with the scopes `repo` and `gist`, whose role here is `write`.",
    );
    changed(
        classic(&[]),
        0,
        title,
        "✓ The token is accepted; it is that of `maria`, a classic one without any scope",
    );
    let comments = "Comments and suggestions";
    changed(
        classic(&["gist"]),
        0,
        comments,
        "✗ optional: This token has no scope for comments.",
    );
    let quiet = |scope, is_private| {
        let classic = classic(&[scope]);
        move |facts: &mut Facts| {
            classic(facts);
            facts.is_private = is_private;
            facts.pull_requests = Seen::Known(None);
        }
    };
    changed(
        quiet("public_repo", false),
        0,
        comments,
        "✓ This token may comment, by its scopes.",
    );
    changed(
        quiet("public_repo", true),
        0,
        comments,
        "✗ optional: This token has no scope for comments.",
    );
    let cannot = Seen::Known(Some(OpenPullRequest {
        number: 7,
        can_write: false,
    }));
    changed(
        move |facts| facts.pull_requests = cannot,
        0,
        comments,
        "✗ optional: GitHub says that this token may not edit pull request 7.",
    );
    changed(
        |facts| facts.pull_requests = Seen::Known(None),
        0,
        comments,
        "? Whether this token may comment cannot be told without an open pull request.",
    );
}
