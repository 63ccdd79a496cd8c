//! Approvals that the policy asks for: who approves, who belongs to a team, and what is not known.

use super::bot::Output;
use super::fake::{Fault, Files, Role, World};
use super::scenes::{FILE, GOOD, POLICY, expect, quick, report};

/// A demotion that the team `legal` has to approve, or somebody who is listed.
pub(super) fn demotion(approvals: &str) -> World {
    let policy = format!(
        "rules:\n  support-level-changed:\n    options:\n      transitions:\n        - {{ from: [certified], to: [community], \
         level: error, level-when-met: note, approvals: [{approvals}] }}\n  stage-does-not-fit-level: {{ level: off }}\n"
    );
    let head = GOOD.replace("supportLevel: certified", "supportLevel: community");
    let world = World::with_pull(
        &Files::new().file(POLICY, policy).file(FILE, GOOD),
        &Files::new().file(FILE, head),
    );
    world.role("zoe", Role::Write);
    world.team("legal", &["zoe", "max"]);
    world.state().knobs.teams_readable = true;
    world
}

pub(super) const TEAM: &str = "{ team: octo/legal }";

pub(super) fn run(world: &World) -> Output {
    quick(world).on_pull_request(1).run()
}

/// The state of the only requirement, and what is said of it.
#[track_caller]
pub(super) fn approval(output: &Output) -> (String, String) {
    let report = report(output);
    let requirements = report["connectors"][0]["requirements"].as_array().unwrap();
    assert_eq!(requirements.len(), 1, "{requirements:#?}");
    let word = |key: &str| requirements[0][key].as_str().unwrap_or_default().to_owned();
    assert_eq!(word("id"), "approval");
    (word("state"), word("evidence") + &word("remedy"))
}

pub(super) fn requests_for_teams(world: &World) -> usize {
    let requests = world.requests();
    requests
        .iter()
        .filter(|entry| entry.path.contains("/teams/"))
        .count()
}

#[test]
fn nobody_approves_and_no_team_is_asked_for() {
    let world = demotion(TEAM);
    let output = run(&world);
    expect(&output, 1, "fail");
    let (state, said) = approval(&output);
    assert_eq!(
        (state.as_str(), said.as_str()),
        (
            "missing",
            "A review by `@octo/legal` has to approve the present head."
        )
    );
    assert_eq!(requests_for_teams(&world), 0);
    assert!(world.shown(1).contains("`@octo/legal`"), "{}", world.shown(1));
    world.finish();
}

#[test]
fn a_member_of_the_team_approves() {
    let world = demotion(TEAM);
    world.review_as("zoe", 1, "APPROVED", "");
    let output = run(&world);
    expect(&output, 0, "pass");
    assert_eq!(
        approval(&output),
        ("met".to_owned(), "approved by `zoe`".to_owned())
    );
    assert!(world.shown(1).contains("approved by `zoe`"), "{}", world.shown(1));
    assert_eq!(requests_for_teams(&world), 1);
    world.finish();
}

#[test]
fn reviews_that_do_not_count() {
    type Scene = fn(&World);
    let scenes: [(&str, Scene); 7] = [
        ("one who does not belong to the team", |world| {
            world.role("otto", Role::Admin);
            world.review_as("otto", 1, "APPROVED", "");
        }),
        ("a member without write access", |world| {
            world.role("max", Role::Triage);
            world.review_as("max", 1, "APPROVED", "");
        }),
        ("a dismissed review", |world| {
            world.review_as("zoe", 1, "APPROVED", "");
            world.review_as("zoe", 1, "DISMISSED", "");
        }),
        ("a later review that asks for changes", |world| {
            world.review_as("zoe", 1, "APPROVED", "");
            world.review_as("zoe", 1, "CHANGES_REQUESTED", "");
        }),
        ("a review of an earlier head", |world| {
            world.review_as("zoe", 1, "APPROVED", "");
            world.push(1, &Files::new().file("unrelated", "x"));
        }),
        ("the author's own", |world| {
            world.change_pull(1, |pull| "zoe".clone_into(&mut pull.author));
            world.review_as("zoe", 1, "APPROVED", "");
        }),
        ("a program's", |world| {
            world.role("zoe", Role::Read);
            world.role("zoe[bot]", Role::Write);
            world.review_as("zoe[bot]", 1, "APPROVED", "");
        }),
    ];
    for (what, scene) in scenes {
        let world = demotion(TEAM);
        scene(&world);
        let output = run(&world);
        assert_eq!(approval(&output).0, "missing", "{what}");
        expect(&output, 1, "fail");
        world.finish();
    }
}

#[test]
fn a_token_that_may_not_read_teams_decides_nothing_and_says_what_helps() {
    let world = demotion(TEAM);
    world.state().knobs.teams_readable = false;
    world.review_as("zoe", 1, "APPROVED", "");
    let output = run(&world);
    expect(&output, 1, "fail");
    let (state, said) = approval(&output);
    assert_eq!(state, "undecided");
    for words in ["`zoe`", "`octo/legal`", "`users`", "a token that may read"] {
        assert!(said.contains(words), "{said}");
    }
    assert!(world.shown(1).contains("❓"), "{}", world.shown(1));
    let writes = world.writes().len();
    run(&world);
    assert_eq!(world.writes().len(), writes);
    world.finish();
}

#[test]
fn people_who_are_listed_count_without_the_team() {
    let world = demotion("{ team: octo/legal, users: [zoe] }");
    world.state().knobs.teams_readable = false;
    world.review_as("zoe", 1, "APPROVED", "");
    expect(&run(&world), 0, "pass");
    assert_eq!(requests_for_teams(&world), 0);
    world.finish();
}

#[test]
fn a_team_that_does_not_exist_is_told() {
    let world = demotion("{ team: octo/leagl }");
    world.review_as("zoe", 1, "APPROVED", "");
    let output = run(&world);
    expect(&output, 1, "fail");
    let (state, said) = approval(&output);
    assert_eq!(state, "undecided");
    assert!(said.starts_with("There is no team `octo/leagl`"), "{said}");
    world.finish();
}

#[test]
fn what_goes_wrong_with_a_team_is_no_approval() {
    for fault in [
        Fault::status(500),
        Fault::Html,
        Fault::EmptyBody,
        Fault::MalformedJson,
        Fault::WrongTypes,
    ] {
        let world = demotion(TEAM);
        world.review_as("zoe", 1, "APPROVED", "");
        world.fault("GET /orgs/*/teams/*/memberships/*", .., fault);
        let output = run(&world);
        expect(&output, 1, "fail");
        assert_eq!(approval(&output).0, "undecided");
        world.finish();
    }
}

#[test]
fn two_are_more_than_one() {
    let world = demotion("{ team: octo/legal, count: 2 }");
    world.role("max", Role::Write);
    world.review_as("zoe", 1, "APPROVED", "");
    let output = run(&world);
    assert_eq!(approval(&output).0, "missing");
    assert_eq!(requests_for_teams(&world), 0);
    world.review_as("max", 1, "APPROVED", "");
    let output = run(&world);
    expect(&output, 0, "pass");
    assert_eq!(approval(&output).1, "approved by `max` and `zoe`");
    world.finish();
}

#[test]
fn a_wish_asks_for_an_approval_at_the_line_of_the_change_until_it_is_there() {
    let policy = "rules:\n  approval-required-when:\n    options:\n      wishes:\n        - { fields: [data.license], approvals: \
                  [{ team: octo/legal }], because: Users agreed to it. }\n  version-not-raised: { level: off }\n";
    let licensed = |name: &str| format!("{GOOD}  license: {name}\n");
    let world = World::with_pull(
        &Files::new().file(POLICY, policy).file(FILE, licensed("ELv2")),
        &Files::new().file(FILE, licensed("MIT")),
    );
    world.role("zoe", Role::Write);
    world.team("legal", &["zoe"]);
    world.state().knobs.teams_readable = true;
    let output = run(&world);
    expect(&output, 1, "fail");
    assert_eq!(approval(&output).0, "missing");
    let shown = world.shown(1);
    for words in [
        "`data.license` changes, which needs an approval",
        "Users agreed to it.",
        "A review by `@octo/legal` has to approve the present head.",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert_eq!(requests_for_teams(&world), 0);
    world.review_as("zoe", 1, "APPROVED", "");
    let output = run(&world);
    expect(&output, 0, "pass");
    assert_eq!(
        approval(&output),
        ("met".to_owned(), "approved by `zoe`".to_owned())
    );
    assert_eq!(requests_for_teams(&world), 1);
    world.finish();
}

#[test]
fn a_member_of_the_team_for_a_topic_confirms_it() {
    let policy = "teams: {support-level: [octo/legal]}\nrules:\n  support-level-changed:\n    options:\n      transitions:\n        \
                  - { from: [certified], to: [community], level: warning, requires: [certification-approved] }\n";
    let head = GOOD.replace("supportLevel: certified", "supportLevel: community");
    let world = World::with_pull(
        &Files::new().file(POLICY, policy).file(FILE, GOOD),
        &Files::new().file(FILE, head),
    );
    world.team("legal", &["zoe"]);
    world.state().knobs.teams_readable = true;
    let state = |world: &World| {
        let report = report(&run(world));
        report["connectors"][0]["requirements"][0]["state"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(state(&world), "to-confirm");
    assert_eq!(requests_for_teams(&world), 0);
    world.role("otto", Role::Write);
    world.review_as("otto", 1, "APPROVED", "");
    assert_eq!(state(&world), "to-confirm");
    world.role("zoe", Role::Write);
    world.review_as("zoe", 1, "APPROVED", "");
    assert_eq!(state(&world), "met");
    world.finish();
}
