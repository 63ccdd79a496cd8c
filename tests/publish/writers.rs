//! Whoever wrote a commit neither approves nor waives it; who wrote it, and where that is not known.

use super::approvals::{TEAM, approval, demotion, requests_for_teams, run};
use super::fake::{Fault, Files, Role, World};
use super::scenes::{GOOD, POLICY, at, expect, files, report};
use super::waivers;

/// A commit on top of the head, made by others.
fn push_by(world: &World, author: &str, committer: &str) {
    world.push_commit(1, &world.git.by(&world.head(1), author, committer));
}

fn requests_for_writers(world: &World) -> usize {
    let requests = world.requests();
    requests
        .iter()
        .filter(|entry| entry.operation.as_deref() == Some("Writers"))
        .count()
}

#[test]
fn whoever_wrote_or_committed_a_commit_does_not_approve_it() {
    for (author, committer) in [("zoe", "ada"), ("ada", "zoe"), ("zoe", "noreply@github.com")] {
        let world = demotion(TEAM);
        push_by(&world, author, committer);
        world.review_as("zoe", 1, "APPROVED", "");
        let output = run(&world);
        expect(&output, 1, "fail");
        let (state, said) = approval(&output);
        assert_eq!(state, "missing", "{author}, {committer}");
        assert!(said.contains("does not count: `zoe`."), "{said}");
        assert_eq!(requests_for_teams(&world), 0);
        world.role("max", Role::Write);
        world.review_as("max", 1, "APPROVED", "");
        let output = run(&world);
        expect(&output, 0, "pass");
        assert_eq!(approval(&output).1, "approved by `max`");
        world.finish();
    }
}

#[test]
fn whose_suggestion_was_taken_approves_all_the_same() {
    let world = demotion(TEAM);
    let message = "Better words\n\nCo-authored-by: Zoe <zoe@users.noreply.example.org>\nCo-authored-by: Who <who@nowhere>";
    let files = Files::new().file("unrelated", "x");
    let commit = world.git.commit_files(Some(&world.head(1)), &files, message);
    world.push_commit(1, &commit);
    world.review_as("zoe", 1, "APPROVED", "");
    expect(&run(&world), 0, "pass");
    world.finish();
}

#[test]
fn what_was_edited_or_brought_up_to_date_on_the_page_is_its_authors() {
    let world = demotion(TEAM);
    push_by(&world, "otto", "noreply@github.com");
    world.role("otto", Role::Write);
    world.review_as("zoe", 1, "APPROVED", "");
    let output = run(&world);
    expect(&output, 0, "pass");
    assert_eq!(approval(&output).1, "approved by `zoe`");
    world.finish();
}

#[test]
fn commits_of_nobody_known_leave_it_undecided() {
    for (author, committer) in [
        ("nobody@nowhere.example", "ada"),
        ("ada", "nobody@nowhere.example"),
        ("nobody@nowhere.example", "noreply@github.com"),
    ] {
        let world = demotion("{ users: [zoe] }");
        push_by(&world, author, committer);
        world.review_as("zoe", 1, "APPROVED", "");
        let output = run(&world);
        expect(&output, 1, "fail");
        let (state, said) = approval(&output);
        assert_eq!(state, "undecided", "{author}, {committer}");
        assert!(
            said.contains("`zoe`") && said.contains("belongs to no account"),
            "{said}"
        );
        let writes = world.writes().len();
        run(&world);
        assert_eq!(world.writes().len(), writes);
        world.finish();
    }
}

#[test]
fn more_commits_than_github_lists_leave_it_undecided() {
    let world = demotion("{ users: [zoe] }");
    let tree = world.git.commit(&world.head(1)).unwrap().tree;
    let mut head = world.head(1);
    for number in 0..250 {
        head = world.git.commit_tree(&tree, &[&head], &format!("{number}"));
    }
    world.push_commit(1, &head);
    world.review_as("zoe", 1, "APPROVED", "");
    let output = run(&world);
    expect(&output, 1, "fail");
    let (state, said) = approval(&output);
    assert_eq!(state, "undecided");
    assert!(said.contains("more than 250 commits"), "{said}");
    world.finish();
}

#[test]
fn what_goes_wrong_with_the_commits_is_no_approval() {
    for fault in [
        Fault::status(502),
        Fault::Html,
        Fault::MalformedJson,
        Fault::WrongTypes,
    ] {
        let world = demotion("{ users: [zoe] }");
        world.review_as("zoe", 1, "APPROVED", "");
        world.fault("query Writers", .., fault);
        let output = run(&world);
        expect(&output, 1, "fail");
        assert_eq!(approval(&output).0, "undecided");
        world.finish();
    }
}

#[test]
fn a_reviewer_whom_the_policy_names_confirms_nothing_that_they_wrote() {
    let entry = "  releases:\n    breakingChanges:\n      2.0.0:\n        message: All streams have new keys; refresh them.\n        \
                 upgradeDeadline: \"2027-03-01\"\n        deadlineAction: disable\n";
    let policy = "reviewers: { breaking-change: [zoe] }\n";
    let world = World::with_pull(&files(GOOD).file(POLICY, policy), &files(&(at("2.0.0") + entry)));
    world.role("zoe", Role::Write);
    let state = || {
        let report = report(&run(&world));
        let all = report["connectors"][0]["requirements"]
            .as_array()
            .unwrap()
            .clone();
        let found = all.iter().find(|one| one["id"] == "breaking-change-approved");
        found.unwrap()["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(), "to-confirm");
    assert_eq!(requests_for_writers(&world), 0);
    world.review_as("zoe", 1, "APPROVED", "");
    assert_eq!(state(), "met");
    push_by(&world, "zoe", "ada");
    world.review_as("zoe", 1, "APPROVED", "");
    assert_eq!(state(), "to-confirm");
    assert_eq!(requests_for_writers(&world), 2);
    world.finish();
}

#[test]
fn the_writers_are_asked_for_once_and_only_where_it_matters() {
    let nobody = demotion(TEAM);
    run(&nobody);
    assert_eq!(requests_for_writers(&nobody), 0, "nobody approves");
    nobody.finish();

    let other = demotion("{ users: [zoe] }");
    other.role("otto", Role::Write);
    other.review_as("otto", 1, "APPROVED", "");
    run(&other);
    assert_eq!(requests_for_writers(&other), 0, "who approves is not listed");
    other.finish();

    let both = demotion("{ users: [zoe], count: 1 }, { users: [max] }");
    both.role("maria", Role::Admin);
    both.review_as("zoe", 1, "APPROVED", "");
    let line = format!(
        "/tierguard waive support-level-changed source-x at {} until {} because it was agreed",
        &both.head(1)[..12],
        waivers::day(&both, 10)
    );
    both.comment_as("maria", 1, &line);
    expect(&run(&both), 0, "pass");
    assert_eq!(
        requests_for_writers(&both),
        1,
        "an approval and a waiver need them"
    );
    both.finish();
}

#[test]
fn who_edits_on_the_page_or_brings_a_branch_up_to_date_is_the_author_alone() {
    let by_github = |world: &World, author: &str| {
        world.push_commit(1, &world.git.by(&world.head(1), author, "noreply@github.com"));
    };
    let apart = waivers::world();
    by_github(&apart, "ada");
    apart.comment_as("maria", 1, &waivers::line(&apart));
    expect(&waivers::run(&apart), 0, "pass");
    apart.finish();

    let own = waivers::world();
    by_github(&own, "maria");
    own.comment_as("maria", 1, &waivers::line(&own));
    let output = waivers::run(&own);
    waivers::expect_refused(own, &output, "its author wrote a commit");

    let unknown = waivers::world();
    by_github(&unknown, "nobody@nowhere.example");
    unknown.comment_as("maria", 1, &waivers::line(&unknown));
    let output = waivers::run(&unknown);
    waivers::expect_refused(unknown, &output, "belongs to no account");
}
