//! Which policy judges: the one that the pull request cannot touch, and none other when that one cannot be read.

use super::fake::{Fault, Files, HeadRepository, World};
use super::scenes::{
    FILE, GOOD, POLICY, at, expect, expect_unevaluated, failing, files, quick, report, rules,
};

/// A policy under which nothing fails, so that any other one shows.
const OFF: &str = "version: 1\nfail-on: off\n";
/// A policy under which everything that is found fails.
const STRICT: &str = "version: 1\nfail-on: note\n";

/// A pull request that the built-in policy fails, in a repository with a policy.
fn with_policy(policy: &str) -> World {
    World::with_pull(&files(GOOD).file(POLICY, policy), &files(&at("2.0.0")))
}

#[test]
fn the_policy_of_the_target_judges() {
    let world = with_policy(OFF);
    expect(&quick(&world).on_pull_request(1).run(), 0, "pass");
    world.finish();
}

#[test]
fn without_a_policy_the_built_in_one_judges() {
    let world = failing();
    expect(&quick(&world).on_pull_request(1).run(), 1, "fail");
    world.finish();
}

#[test]
fn the_policy_of_the_head_is_ignored_and_told() {
    let world = World::with_pull(&files(GOOD), &files(&at("2.0.0")).file(POLICY, OFF));
    let output = quick(&world).on_pull_request(1).run();
    expect(&output, 1, "fail");
    assert!(
        rules(&output).contains(&"policy-changed".to_owned()),
        "{:?}",
        rules(&output)
    );
    world.finish();
}

#[test]
fn a_policy_that_the_head_deletes_is_in_force() {
    let base = files(GOOD).file(POLICY, STRICT);
    let change = Files::new()
        .file(FILE, GOOD.replace("generally_available", "beta"))
        .remove(POLICY);
    let world = World::with_pull(&base, &change);
    let output = quick(&world).on_pull_request(1).run();
    expect(&output, 1, "fail");
    assert!(rules(&output).contains(&"release-stage-changed".to_owned()));
    assert!(rules(&output).contains(&"policy-changed".to_owned()));
    world.finish();
}

#[test]
fn the_tip_of_the_target_counts_and_not_the_merge_base() {
    let world = with_policy(OFF);
    world.commit_on(
        "main",
        &Files::new().file(POLICY, "version: 1\n"),
        "Be strict again",
    );
    expect(&quick(&world).on_pull_request(1).run(), 1, "fail");
    world.finish();
}

#[test]
fn a_policy_that_cannot_be_used_is_no_verdict() {
    let large = format!("version: 1\nfail-on: off\n# {}\n", "x".repeat(5 << 20));
    let broken = [
        Files::new().file(POLICY, "fail-on: [\n"),
        Files::new().file(POLICY, "version: 1\nfail-on: never\n"),
        Files::new().file(POLICY, "version: 1\nrules: {no-such-rule: {level: error}}\n"),
        Files::new().file(POLICY, "version: 1\nfail-on: off\nfail-on: error\n"),
        Files::new().file(POLICY, "extends: octo/evil@main\nversion: 1\n"),
        Files::new().file(POLICY, b"version: 1\nfail-on: \xff\xfe\n"),
        Files::new().file(POLICY, large),
        Files::new().link(POLICY, "../other.yml").file("other.yml", OFF),
        Files::new().submodule(POLICY, "0123456789abcdef0123456789abcdef01234567"),
        Files::new().file(".github/tierguard.yml/x", OFF),
        Files::new()
            .link(".github", "elsewhere")
            .file("elsewhere/tierguard.yml", OFF),
    ];
    for policy in broken {
        println!("{:.200}", format!("{policy:?}"));
        let world = World::new(&files(GOOD));
        world.commit_on("main", &policy, "A policy");
        world.open(&files(&at("1.4.3")));
        let output = quick(&world).on_pull_request(1).args(&["--status"]).run();
        expect_unevaluated(&output);
        let told = format!("{}{}", output.stdout, output.stderr);
        assert!(told.contains("policy"), "{told}");
        assert!(
            world
                .state()
                .statuses
                .iter()
                .all(|status| status.state != "success")
        );
        world.finish();
    }
}

/// A policy that extends the file `shared.yml` at a commit.
fn extends(repository: &str, commit: &str) -> Files {
    let text = format!("extends: {{ repository: {repository}, path: shared.yml, sha: '{commit}' }}\n");
    Files::new().file(POLICY, text)
}

/// A repository whose policy extends a file of its own history.
fn extending(base: &str) -> World {
    let world = World::new(&files(GOOD));
    let commit = world.commit_on("main", &Files::new().file("shared.yml", base), "A policy for all");
    world.commit_on("main", &extends("octo/connectors", &commit), "A policy");
    world.open(&files(&at("2.0.0")));
    world
}

#[test]
fn what_the_policy_extends_is_read_at_its_commit_and_named() {
    let world = extending(OFF);
    world.commit_on("main", &Files::new().file("shared.yml", STRICT), "Be strict");
    let output = quick(&world).on_pull_request(1).run();
    expect(&output, 0, "pass");
    let policy = &report(&output)["policy"];
    assert_eq!(policy["source"], POLICY);
    assert_eq!(policy["extends"][0]["path"], "shared.yml");
    assert_eq!(policy["extends"][0]["commit"].as_str().unwrap().len(), 40);
    assert!(
        output.step_summary.contains("which extends"),
        "{}",
        output.step_summary
    );
    world.finish();
}

#[test]
fn what_cannot_be_extended_is_no_verdict() {
    let foreign = World::new(&files(GOOD));
    foreign.commit_on("main", &extends("acme/policies", &"0".repeat(40)), "A policy");
    foreign.open(&files(&at("2.0.0")));
    let broken = extending("fail-on: never\n");
    // The commits of forks can be read through the repository: whoever opens a pull request has some.
    let elsewhere = World::new(&files(GOOD));
    let change = files(&at("2.0.0")).file("shared.yml", OFF);
    let number = elsewhere.open_from_fork("mallory", &change);
    let head = elsewhere.head(number);
    elsewhere.commit_on("main", &extends("octo/connectors", &head), "A policy");
    for (world, said) in [
        (foreign, "does not belong to"),
        (broken, "is no level"),
        (elsewhere, "does not hold the commit"),
    ] {
        let output = quick(&world).on_pull_request(1).run();
        expect_unevaluated(&output);
        let told = format!("{}{}", output.stdout, output.stderr);
        assert!(told.contains(said), "{told}");
        world.finish();
    }
}

#[test]
fn an_empty_policy_changes_nothing() {
    let world = with_policy("");
    expect(&quick(&world).on_pull_request(1).run(), 1, "fail");
    world.finish();
}

#[test]
fn any_fault_on_the_way_to_the_policy_is_no_verdict() {
    let faults = [
        Fault::status(404),
        Fault::status(403),
        Fault::status(500),
        Fault::Html,
        Fault::EmptyBody,
        Fault::MalformedJson,
        Fault::WrongTypes,
        Fault::CloseBeforeHandling,
        Fault::TruncatedBody,
    ];
    for fault in faults {
        // The file is named by its tree, and neither way to its content works.
        let world = with_policy(OFF);
        world.fault(
            "query Trees",
            ..,
            Fault::edit(|answer| {
                if let Some(repository) = answer["data"]["repository"].as_object_mut() {
                    repository.insert("f0".to_owned(), serde_json::Value::Null);
                }
            }),
        );
        world.fault("query Blobs", .., fault.clone());
        world.fault("GET /git/blobs/*", .., fault.clone());
        expect_unevaluated(&quick(&world).on_pull_request(1).run());
        world.finish();
        // Not even the trees can be read.
        let world = with_policy(OFF);
        world.fault("query Trees", .., fault.clone());
        world.fault("GET /git/trees/*", .., fault.clone());
        world.fault("GET /commits/*", .., fault);
        expect_unevaluated(&quick(&world).on_pull_request(1).run());
        world.finish();
    }
}

#[test]
fn a_tree_that_hides_the_policy_is_seen_through() {
    let world = with_policy(OFF);
    world.fault(
        "query Trees",
        ..,
        Fault::edit(|answer| {
            hide(answer, "LmdpdGh1Yg==");
            hide(answer, "dGllcmd1YXJkLnltbA==");
            if let Some(repository) = answer["data"]["repository"].as_object_mut() {
                repository.insert("f0".to_owned(), serde_json::Value::Null);
            }
        }),
    );
    expect(&quick(&world).on_pull_request(1).run(), 0, "pass");
    world.fault(
        "GET /git/trees/*",
        ..,
        Fault::edit(|answer| {
            answer["tree"]
                .as_array_mut()
                .unwrap()
                .retain(|entry| entry["path"] != ".github");
        }),
    );
    expect_unevaluated(&quick(&world).on_pull_request(1).run());
    world.finish();
}

/// Takes the entries of a name, in base64, out of every tree.
fn hide(value: &mut serde_json::Value, name: &str) {
    match value {
        serde_json::Value::Array(items) => {
            items.retain(|item| item["nameRaw"] != name);
            for item in items.iter_mut() {
                hide(item, name);
            }
        }
        serde_json::Value::Object(map) => map.values_mut().for_each(|value| hide(value, name)),
        _ => {}
    }
}

#[test]
fn the_default_branch_can_be_asked_for_instead() {
    let world = with_policy(OFF);
    let release = world.tip("main").unwrap();
    world.state().move_branch("release", &release);
    world.commit_on("main", &Files::new().file(POLICY, "version: 1\n"), "Be strict");
    world.change_pull(1, |pull| "release".clone_into(&mut pull.base_branch));
    expect(&quick(&world).on_pull_request(1).run(), 0, "pass");
    let output = quick(&world)
        .on_pull_request(1)
        .input("policy-ref", "default-branch")
        .run();
    expect(&output, 1, "fail");
    world.finish();
}

#[test]
fn a_commit_of_the_repository_can_be_asked_for_and_that_of_a_fork_cannot() {
    let world = with_policy(OFF);
    let lax = world.tip("main").unwrap();
    world.commit_on("main", &Files::new().file(POLICY, "version: 1\n"), "Be strict");
    expect(&quick(&world).on_pull_request(1).run(), 1, "fail");
    expect(
        &quick(&world).on_pull_request(1).input("policy-ref", &lax).run(),
        0,
        "pass",
    );
    let number = world.open_from_fork("eve", &files(&at("2.0.0")).file(POLICY, OFF));
    let theirs = world.head(number);
    let output = quick(&world)
        .on_pull_request(number)
        .input("policy-ref", &theirs)
        .run();
    expect_unevaluated(&output);
    let output = quick(&world)
        .on_pull_request(number)
        .input("policy-ref", "0123456789abcdef0123456789abcdef01234567")
        .run();
    expect_unevaluated(&output);
    world.finish();
}

#[test]
fn another_path_is_read_where_it_is_named() {
    let world = World::with_pull(&files(GOOD).file("ops/guard.yml", OFF), &files(&at("2.0.0")));
    let output = quick(&world)
        .on_pull_request(1)
        .input("policy", "ops/guard.yml")
        .run();
    expect(&output, 0, "pass");
    world.finish();
}

#[test]
fn nothing_in_the_workspace_or_at_home_is_read() {
    let world = failing();
    let home = tempfile::tempdir().unwrap();
    std::fs::write(
        home.path().join(".gitconfig"),
        "[core]\n\tfsmonitor = touch pwned\n",
    )
    .unwrap();
    std::fs::write(
        home.path().join(".netrc"),
        "machine 127.0.0.1 login x password y\n",
    )
    .unwrap();
    let output = quick(&world)
        .workspace_file(POLICY, OFF)
        .workspace_file("tierguard.yml", OFF)
        .workspace_file(".env", "INPUT_FAIL-ON=off\nGITHUB_TOKEN=stolen\n")
        .workspace_file(".git/config", "[core]\n\tfsmonitor = touch pwned\n")
        .workspace_file(FILE, GOOD)
        .env("HOME", home.path().to_str().unwrap())
        .on_pull_request(1)
        .run();
    expect(&output, 1, "fail");
    assert!(!report(&output).to_string().contains("\"fail-on\":\"off\""));
    world.finish();
}

#[test]
fn another_target_means_another_judgement() {
    let world = with_policy("version: 1\n");
    expect(&quick(&world).on_pull_request(1).run(), 1, "fail");
    // On the other branch the major version has been there for long.
    let tip = world.tip("main").unwrap();
    let next = world.git.commit_files(Some(&tip), &files(&at("2.0.0")), "Two");
    world.state().move_branch("next", &next);
    let head = world
        .git
        .commit_files(Some(&next), &files(&at("2.0.1")), "Two and a bit");
    world.push_commit(1, &head);
    let before = quick(&world).on_pull_request(1).run();
    expect(&before, 1, "fail");
    world.change_pull(1, |pull| "next".clone_into(&mut pull.base_branch));
    let mut payload = world.pull_request_event(1, "edited");
    payload["changes"] = serde_json::json!({"base": {"ref": {"from": "main"}, "sha": {"from": tip}}});
    let output = quick(&world).event("pull_request", &payload).run();
    expect(&output, 0, "pass");
    assert!(report(&output).to_string().contains(&next));
    world.finish();
}

#[test]
fn a_head_in_a_fork_brings_no_policy_either() {
    let world = World::new(&files(GOOD));
    let commit = world.git.commit_files(
        world.tip("main").as_deref(),
        &files(&at("2.0.0")).file(POLICY, OFF),
        "Mine",
    );
    let number = world.open_at(&commit, "main", HeadRepository::Fork("eve".to_owned()));
    let payload = world.pull_request_event(number, "opened");
    let output = quick(&world).event("pull_request_target", &payload).run();
    expect(&output, 1, "fail");
    world.finish();
}
