//! Which commits are compared, whatever the event's file, the names of branches and the answers say.

use serde_json::json;

use super::fake::{Fault, World};
use super::scenes::{
    FILE, GOOD, at, comments, expect, expect_unevaluated, failing, files, passing, quick, report, rules,
    status,
};

#[test]
fn a_version_below_that_of_the_target_goes_down() {
    let world = World::with_pull(&files(&at("1.0.0")), &files(&at("1.1.0")));
    world.commit_on("main", &files(&at("1.2.0")), "Meanwhile");
    let output = quick(&world).on_pull_request(1).run();
    expect(&output, 1, "fail");
    assert!(rules(&output).contains(&"version-decremented".to_owned()));
    world.finish();
}

#[test]
fn the_head_is_the_one_that_the_server_names() {
    let world = failing();
    let payload = world.pull_request_event(1, "synchronize");
    let old = world.head(1);
    let new = world.push(1, &files(&at("1.4.3")));
    let output = quick(&world)
        .args(&["--status"])
        .event("pull_request", &payload)
        .run();
    expect(&output, 0, "pass");
    let text = report(&output).to_string();
    assert!(text.contains(&new) && !text.contains(&old));
    assert_eq!(status(&world, &new).as_deref(), Some("success"));
    assert_eq!(status(&world, &old), None);
    world.finish();
}

#[test]
fn a_head_that_moves_between_facts_and_comparison_is_judged_as_it_was() {
    let world = failing();
    let old = world.head(1);
    world.on_request("GET /compare/*", 1, |site| {
        site.push(1, &files(&at("1.4.3")));
    });
    let output = quick(&world)
        .args(&["--status", "--check-run"])
        .on_pull_request(1)
        .run();
    expect(&output, 1, "fail");
    assert!(report(&output).to_string().contains(&old));
    assert_eq!(comments(&world, 1), 0, "its own run speaks for the new head");
    assert_eq!(status(&world, &world.head(1)), None);
    assert!(output.stdout.contains("moved"), "{}", output.stdout);
    world.finish();
}

#[test]
fn nothing_is_claimed_for_a_head_that_came_while_publishing() {
    let world = passing();
    let old = world.head(1);
    world.on_request("query PullRequestShows", 1, |site| {
        site.push(1, &files(&at("2.0.0")));
    });
    let output = quick(&world)
        .args(&["--status", "--check-run"])
        .on_pull_request(1)
        .run();
    assert!(report(&output).to_string().contains(&old));
    let new = world.head(1);
    assert_eq!(status(&world, &new), None);
    assert!(world.state().checks.iter().all(|check| check.head != new));
    world.finish();
}

#[test]
fn a_pull_request_that_is_closed_meanwhile_gets_no_comment() {
    let world = failing();
    world.on_request("query PullRequestShows", 1, |site| site.close(1));
    let output = quick(&world).on_pull_request(1).run();
    expect(&output, 1, "fail");
    assert_eq!(comments(&world, 1), 0);
    world.finish();
}

#[test]
fn names_of_branches_are_never_revisions_or_options() {
    for name in [
        "-x",
        "--upload-pack=touch pwned",
        "a/../b",
        "0123456789abcdef0123456789abcdef01234567",
        "refs/heads/main",
        "%2e%2e",
        "a b#c?d",
        "caf\u{e9}\u{202e}",
        "HEAD",
    ] {
        let world = failing();
        world.direct();
        let tip = world.tip("main").unwrap();
        world.state().move_branch(name, &tip);
        world.change_pull(1, |pull| name.clone_into(&mut pull.base_branch));
        let output = quick(&world).on_pull_request(1).run();
        expect(&output, 1, "fail");
        let named = world
            .requests()
            .into_iter()
            .any(|entry| entry.path.contains(name) && name.len() > 4);
        assert!(
            !named || name == "0123456789abcdef0123456789abcdef01234567",
            "{name}"
        );
        world.finish();
    }
}

#[test]
fn ids_that_are_none_are_used_nowhere() {
    type Make = fn(&World) -> String;
    let upper = |world: &World| world.head(1).to_uppercase();
    let cases: [(&str, Make); 6] = [
        ("path", |_| "../../x".to_owned()),
        ("short", |world| world.head(1)[..39].to_owned()),
        ("upper", upper),
        ("null", |_| "0".repeat(40)),
        ("empty", |_| String::new()),
        ("branch", |_| "main".to_owned()),
    ];
    for (what, make) in cases {
        for field in ["headRefOid", "baseRefOid"] {
            let world = passing();
            let id = make(&world);
            let wrong = id.clone();
            world.fault(
                "query PullRequest",
                ..,
                Fault::edit(move |answer| answer["data"]["repository"]["pullRequest"][field] = json!(wrong)),
            );
            let output = quick(&world).on_pull_request(1).run();
            expect_unevaluated(&output);
            let used = world
                .requests()
                .iter()
                .any(|entry| !id.is_empty() && entry.path.contains(&id));
            assert!(!used, "{what} {field}");
            world.finish();
        }
        let world = passing();
        let id = make(&world);
        world.fault(
            "GET /compare/*",
            ..,
            Fault::edit(move |answer| answer["merge_base_commit"]["sha"] = json!(id)),
        );
        expect_unevaluated(&quick(&world).on_pull_request(1).run());
        world.finish();
    }
}

#[test]
fn the_answer_about_another_pull_request_is_not_taken() {
    let world = passing();
    world.open(&files(&at("2.0.0")));
    world.fault(
        "query PullRequest",
        ..,
        Fault::edit(|answer| answer["data"]["repository"]["pullRequest"]["number"] = json!(2)),
    );
    let output = quick(&world).on_pull_request(1).run();
    expect_unevaluated(&output);
    world.finish();
}

#[test]
fn a_pull_request_that_is_not_there_is_no_verdict() {
    let world = passing();
    let payload = world.dispatch_event(&json!({"pull-request": 404}));
    let output = quick(&world).event("workflow_dispatch", &payload).run();
    expect_unevaluated(&output);
    world.finish();
}

#[test]
fn the_same_change_is_told_in_the_same_words() {
    let shown: Vec<(String, String)> = ["UTC", "Pacific/Kiritimati"]
        .into_iter()
        .map(|zone| {
            let world = World::with_pull(&files(GOOD), &files(&at("2.0.0")));
            let output = quick(&world)
                .env("TZ", zone)
                .env("LANG", "de_DE.UTF-8")
                .on_pull_request(1)
                .run();
            let told = (world.shown(1), output.files["tierguard-report.json"].clone());
            assert!(told.1.contains(FILE));
            world.finish();
            told
        })
        .collect();
    assert_eq!(shown[0], shown[1]);
}
