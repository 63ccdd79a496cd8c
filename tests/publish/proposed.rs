//! What a proposed policy would have said so far: a fold in the summary, and no part of the verdict.

use std::time::{Duration, Instant};

use super::bot::Output;
use super::fake::{Fault, Files, Limit, World};
use super::scenes::{FILE, GOOD, POLICY, at, expect, files, quick, report};

const TITLE: &str = "What the proposed policy would have said";
/// Under this one nothing is blocked.
const LAX: &str = "version: 1\nfail-on: off\n";
/// Under this one an error is.
const STRICT: &str = "version: 1\nfail-on: error\n";

/// A lax repository in which a connector was released twice, the second time in a way that the built-in rules refuse.
fn released() -> World {
    let world = World::new(&files(GOOD).file(POLICY, LAX));
    world.commit_on("main", &files(&at("1.4.3")), "Release a patch");
    world.commit_on("main", &Files::new().file("README.md", "x\n"), "Tell about it");
    world.commit_on("main", &files(&at("2.0.0")), "Break it, @maria <!-- #12");
    world
}

/// A pull request to the lax repository that proposes a policy.
fn proposing(policy: &str) -> World {
    let world = released();
    assert_eq!(world.open(&Files::new().file(POLICY, policy)), 1);
    world
}

fn reviewed(world: &World) -> Output {
    quick(world).on_pull_request(1).run()
}

/// What stands in the fold of the summary, where there is one.
fn fold(world: &World) -> Option<String> {
    let state = world.state();
    let mut bodies = state.remarks.values().map(|remark| &remark.body);
    bodies.find_map(|body| {
        let (_, rest) = body.split_once(&format!("<summary>{TITLE}</summary>"))?;
        Some(rest.split_once("</details>")?.0.to_owned())
    })
}

fn asked_for_the_history(world: &World) -> bool {
    world.reads().iter().any(|entry| entry.name() == "query Recent")
}

#[test]
fn the_fold_counts_what_each_policy_would_have_blocked_and_lists_what_differs() {
    let world = proposing(STRICT);
    let tip = world.tip("main").unwrap();
    expect(&reviewed(&world), 0, "pass");
    let fold = fold(&world).expect("a fold");
    assert!(
        fold.contains("It would have blocked 1 of the last 2 changes of connectors (the present one 0)."),
        "{fold}"
    );
    let line = format!("- [`{}`](", &tip[..7]);
    assert!(fold.contains(&line), "{fold}");
    assert!(
        fold.contains("`Break it, @maria <!-- #12` · passed → blocked"),
        "{fold}"
    );
    assert!(
        !fold.contains("Release a patch") && !fold.contains("Tell about it"),
        "{fold}"
    );
    assert!(
        fold.contains("`tierguard backtest --policy .github/tierguard.yml`"),
        "{fold}"
    );
    world.finish();
}

#[test]
fn findings_that_go_and_that_change_their_level_are_named_with_their_connector() {
    for (level, told) in [
        ("off", "❌ gone: source-x: "),
        ("warning", "⚠️ error → warning: source-x: "),
    ] {
        let world = proposing(&format!(
            "{LAX}rules: {{major-version-without-entry: {{level: {level}}}}}\n"
        ));
        expect(&reviewed(&world), 0, "pass");
        let fold = fold(&world).expect("a fold");
        assert!(
            fold.contains("blocked 0 of the last 2 changes of connectors (the present one 0)."),
            "{fold}"
        );
        assert!(
            fold.contains(told) && fold.contains("(`major-version-without-entry`)"),
            "{fold}"
        );
        assert_eq!(fold.matches("\n- ").count(), 1, "{fold}");
        world.finish();
    }
}

#[test]
fn a_second_run_writes_nothing_and_another_day_changes_nothing() {
    let world = proposing(STRICT);
    reviewed(&world);
    let (shown, told) = (world.snapshot(), fold(&world));
    assert!(told.is_some());
    world.forget_requests();
    reviewed(&world);
    assert!(asked_for_the_history(&world));
    assert_eq!(world.snapshot(), shown);
    assert!(world.writes().is_empty());
    for day in ["2026-11-30", "2031-01-01"] {
        quick(&world).args(&["--today", day]).on_pull_request(1).run();
        assert_eq!(fold(&world), told, "{day}");
    }
    world.finish();
}

#[test]
fn a_push_to_the_target_branch_changes_nothing_of_it() {
    let world = proposing(STRICT);
    let review = || {
        quick(&world)
            .args(&["--check-run", "--status"])
            .on_pull_request(1)
            .run()
    };
    review();
    let (shown, told) = (world.snapshot(), fold(&world));
    assert!(told.is_some());
    world.commit_on("main", &files(&at("3.0.0")), "Break it again");
    world.forget_requests();
    review();
    assert!(asked_for_the_history(&world));
    assert_eq!(fold(&world), told);
    assert_eq!(world.snapshot(), shown);
    assert!(world.writes().is_empty(), "{:?}", world.writes());
    world.finish();
}

#[test]
fn the_report_holds_it_as_well() {
    let world = proposing(STRICT);
    let tip = world.tip("main").unwrap();
    let told = &report(&reviewed(&world))["proposed_policy"];
    for (key, count) in [
        ("changes", 2),
        ("blocked_by_present", 0),
        ("blocked_by_proposed", 1),
        ("unread", 0),
    ] {
        assert_eq!(told[key], count, "{key}: {told:#}");
    }
    assert!(told["not_made"].is_null(), "{told:#}");
    let difference = &told["differences"][0];
    assert_eq!(difference["commit"], tip.as_str());
    assert_eq!(
        (&difference["present"], &difference["proposed"]),
        (&"pass".into(), &"fail".into())
    );
    world.finish();

    let world = proposing(STRICT);
    world.fault("query Recent", .., Fault::status(403));
    let told = &report(&reviewed(&world))["proposed_policy"];
    assert!(
        told["not_made"]
            .as_str()
            .is_some_and(|why| why.contains("in this run")),
        "{told:#}"
    );
    world.finish();

    let other = released();
    other.open(&files(&at("2.0.1")));
    assert!(report(&reviewed(&other)).get("proposed_policy").is_none());
    other.finish();
}

#[test]
fn without_a_new_policy_that_is_valid_nothing_is_asked_for() {
    let elsewhere = released();
    elsewhere.open(&files(&at("2.0.1")));
    let invalid = proposing("version: 1\nfail-on: never\n");
    for world in [elsewhere, invalid] {
        reviewed(&world);
        assert_eq!(fold(&world), None);
        assert!(!asked_for_the_history(&world));
        world.finish();
    }
}

#[test]
fn a_policy_that_is_taken_away_is_compared_with_the_built_in_one() {
    let world = released();
    world.open(&Files::new().remove(POLICY));
    expect(&reviewed(&world), 0, "pass");
    let fold = fold(&world).expect("a fold");
    assert!(
        fold.contains("It would have blocked 1 of the last 2 changes"),
        "{fold}"
    );
    world.finish();
}

#[test]
fn what_is_refused_leaves_the_verdict_alone() {
    for (on, nth) in [("query Recent", 1), ("GET /compare/*", 2), ("query Trees", 2)] {
        for fault in [
            Fault::status(403),
            Fault::status(404),
            Fault::status(502),
            Fault::Html,
            Fault::WrongTypes,
            Fault::RateLimited(Limit::Secondary, Some("30".to_owned())),
        ] {
            let world = proposing(STRICT);
            world.fault(on, nth.., fault);
            world.fault("GET /commits/*", .., Fault::status(404));
            let began = Instant::now();
            let output = reviewed(&world);
            assert!(began.elapsed() < Duration::from_secs(20), "nobody waits for it");
            expect(&output, 0, "pass");
            let fold = fold(&world).expect("a fold");
            assert!(
                fold.contains("It could not be compared in this run"),
                "{on}: {fold}"
            );
            assert!(fold.contains("`tierguard backtest --policy .github/tierguard.yml`"));
            assert!(!report(&output).to_string().contains("problems\":[{"));
            world.mend();
            reviewed(&world);
            let fold = self::fold(&world).expect("a fold");
            assert!(fold.contains("1 of the last 2 changes"), "{fold}");
            world.finish();
        }
    }
}

#[test]
fn the_look_back_ends_after_twenty_commits() {
    let world = released();
    for patch in 1..=25 {
        world.commit_on("main", &files(&at(&format!("2.0.{patch}"))), "Again");
    }
    world.open(&Files::new().file(POLICY, STRICT));
    expect(&reviewed(&world), 0, "pass");
    let fold = fold(&world).expect("a fold");
    assert!(fold.contains("0 of the last 20 changes"), "{fold}");
    assert!(fold.contains("Both say the same of every one."), "{fold}");
    assert!(world.reads().len() < 100, "{}", world.reads().len());
    world.finish();
}

#[test]
fn the_look_back_ends_after_150_requests_and_says_so() {
    let world = released();
    for patch in 1..=25 {
        let text = at(&format!("2.0.{patch}"));
        let other = text.replace("source-x", "source-y").replace("0f1e", "1f1e");
        let other = files(&text).file(FILE.replace("source-x", "source-y"), other);
        world.commit_on("main", &other, "Again");
    }
    world.open(&Files::new().file(POLICY, STRICT));
    // Every file takes three questions in vain, and one more for itself.
    world.fault("query Blobs", .., Fault::status(502));
    expect(&reviewed(&world), 0, "pass");
    let fold = fold(&world).expect("a fold");
    assert!(fold.contains("The look back ended there"), "{fold}");
    let reads = world.reads();
    let first = reads
        .iter()
        .position(|entry| entry.name() == "query Recent")
        .unwrap();
    let own = reads[first..]
        .iter()
        .filter(|entry| !entry.name().contains("PullRequestShows"));
    assert!(own.count() <= 150);
    world.finish();
}

#[test]
fn no_further_file_is_read_for_a_pull_request() {
    let world = released();
    let commit = world.commit_on(
        "main",
        &Files::new().file("shared.yml", STRICT),
        "A policy for all",
    );
    let policy = format!("extends: {{ repository: octo/connectors, path: shared.yml, sha: '{commit}' }}\n");
    world.open(&Files::new().file(POLICY, &policy));
    expect(&reviewed(&world), 0, "pass");
    let fold = fold(&world).expect("a fold");
    assert!(fold.contains("which the present policy does not"), "{fold}");
    assert!(!asked_for_the_history(&world));
    world.finish();
    // What the present policy extends is known to everybody already.
    let world = released();
    let commit = world.commit_on("main", &Files::new().file("shared.yml", LAX), "A policy for all");
    let policy = format!("extends: {{ repository: octo/connectors, path: shared.yml, sha: '{commit}' }}\n");
    world.commit_on("main", &Files::new().file(POLICY, &policy), "Share it");
    world.open(&Files::new().file(POLICY, policy + "fail-on: error\n"));
    expect(&reviewed(&world), 0, "pass");
    let fold = self::fold(&world).expect("a fold");
    assert!(fold.contains("1 of the last 2 changes"), "{fold}");
    world.finish();
}

#[test]
fn folders_that_only_the_proposed_policy_names_count_as_well() {
    let world = released();
    let moved = FILE.replace("airbyte-integrations/connectors", "more");
    world.commit_on(
        "main",
        &Files::new().file(&moved, GOOD.replace("0f1e", "1f1e")),
        "Elsewhere",
    );
    world.open(&Files::new().file(
        POLICY,
        "fail-on: error\nconnectors: [\"airbyte-integrations/connectors/*\", \"more/*\"]\n",
    ));
    expect(&reviewed(&world), 0, "pass");
    let fold = fold(&world).expect("a fold");
    assert!(fold.contains("of the last 3 changes"), "{fold}");
    assert!(fold.contains("`Elsewhere`"), "{fold}");
    world.finish();
}

#[test]
fn a_group_of_the_merge_queue_asks_for_no_history() {
    let world = proposing(STRICT);
    world.enqueue(&[1]);
    let output = quick(&world)
        .event("merge_group", &world.merge_group_event())
        .run();
    expect(&output, 0, "pass");
    assert!(!asked_for_the_history(&world) && world.writes().is_empty());
    world.finish();
}

/// What a review says of a pull request that proposes a policy at a path, in a repository that keeps its policy there.
fn proposed_at(path: &str, present: &Files, policy: &str) -> (World, Output) {
    let world = World::new(&files(GOOD));
    world.commit_on("main", present, "A policy");
    world.commit_on("main", &files(&at("1.4.3")), "Release a patch");
    world.open(&Files::new().file(path, policy));
    let output = quick(&world).on_pull_request(1).input("policy", path).run();
    (world, output)
}

#[test]
fn a_policy_that_is_kept_elsewhere_is_validated_and_compared_as_well() {
    let path = "ops/guard.yml";
    for present in [
        Files::new().file(path, STRICT),
        Files::new().file("README.md", "x\n"),
    ] {
        let (world, output) = proposed_at(path, &present, "fail-on: never\n");
        expect(&output, 1, "fail");
        assert_eq!(report(&output)["findings"][0]["rule"], "policy-changed");
        world.finish();
    }
    let (world, output) = proposed_at(path, &Files::new().file(path, STRICT), LAX);
    expect(&output, 0, "pass");
    let told = report(&output)["findings"][0]["message"].to_string();
    assert!(told.contains("`ops/guard.yml` is not in effect yet"), "{told}");
    let fold = fold(&world).expect("a fold");
    assert!(
        fold.contains("`tierguard backtest --policy ops/guard.yml`"),
        "{fold}"
    );
    world.finish();
}

#[test]
fn a_policy_that_every_later_review_would_refuse_is_an_error() {
    let sha = "0123456789abcdef0123456789abcdef01234567";
    let foreign = format!("extends: {{ repository: acme/policies, path: shared.yml, sha: {sha} }}\n");
    let (world, output) = proposed_at(POLICY, &Files::new().file(POLICY, STRICT), &foreign);
    expect(&output, 1, "fail");
    let told = report(&output)["findings"][0]["message"].to_string();
    assert!(told.contains("does not belong to 'octo'"), "{told}");
    assert_eq!(fold(&world), None);
    world.finish();
}
