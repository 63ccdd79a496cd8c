//! Waivers: in which form, how long, for which connector, by which policy; and what no waiver changes.

use serde_json::Value;

use super::fake::{Files, Role, World};
use super::scenes::{FILE, GOOD, POLICY, at, expect, files, quick, report, rules};
use super::waivers::{RULE, day, expect_refused, line, remarks, run, world};

#[test]
fn a_waiver_has_to_be_complete_and_true() {
    let refused: [(&str, &str, &str); 8] = [
        (" because nobody uses *it* yet", "", "it does not read"),
        ("because nobody uses *it* yet", "because …", "it gives no reason"),
        (" until ", " till ", "it does not read"),
        (RULE, "no-such-rule", "there is no rule of this name"),
        (RULE, "ambiguous-metadata", "lets nobody waive this rule"),
        (RULE, "field-removed", "this change has no such finding"),
        ("source-x", "source-y", "this change has no such finding"),
        ("source-x", "source", "this change has no such finding"),
    ];
    for (from, to, why) in refused {
        let world = world();
        world.comment_as("maria", 1, &line(&world).replace(from, to));
        let output = run(&world);
        expect_refused(world, &output, why);
    }
}

#[test]
fn its_last_day_lies_ahead_and_not_too_far() {
    for (ahead, why) in [(-1, "its last day has passed"), (91, "it may reach until")] {
        let world = world();
        let (given, other) = (day(&world, 10), day(&world, ahead));
        world.comment_as("maria", 1, &line(&world).replace(&given, &other));
        let output = run(&world);
        expect_refused(world, &output, why);
    }
    for ahead in [0, 90] {
        let world = world();
        let (given, other) = (day(&world, 10), day(&world, ahead));
        world.comment_as("maria", 1, &line(&world).replace(&given, &other));
        expect(&run(&world), 0, "pass");
        world.finish();
    }
}

#[test]
fn time_runs_out() {
    let world = world();
    world.comment_as("maria", 1, &line(&world));
    expect(&run(&world), 0, "pass");
    let later = world.state().now() + jiff::SignedDuration::from_hours(24 * 11);
    world.state().set_clock(later);
    let output = run(&world);
    expect_refused(world, &output, "its last day has passed");
}

#[test]
fn talk_about_a_waiver_is_none() {
    for start in ["> ", "please\n", " ", "`"] {
        let world = world();
        world.comment_as("maria", 1, &format!("{start}{}", line(&world)));
        let output = run(&world);
        expect(&output, 1, "fail");
        assert_eq!(remarks(&output), Vec::<String>::new());
        world.finish();
    }
}

#[test]
fn what_could_not_be_evaluated_stays_so() {
    let unreadable = "data:\n\tname: x\n";
    let world = World::with_pull(
        &files(GOOD).file(
            "airbyte-integrations/connectors/source-y/metadata.yaml",
            at("1.0.0").replace("-x", "-y"),
        ),
        &files(&at("2.0.0")).file(
            "airbyte-integrations/connectors/source-y/metadata.yaml",
            unreadable,
        ),
    );
    world.role("maria", Role::Admin);
    world.comment_as("maria", 1, &line(&world));
    world.comment_as(
        "maria",
        1,
        &line(&world)
            .replace("source-x", "source-y")
            .replace(RULE, "unreadable-metadata"),
    );
    let output = run(&world);
    expect(&output, 2, "could-not-evaluate");
    assert_eq!(report(&output)["waived"].as_array().unwrap().len(), 1);
    world.finish();
}

#[test]
fn what_could_not_be_read_is_waived_by_nobody_and_whoever_asks_is_told() {
    let spec = "airbyte-integrations/connectors/source-x/spec.json";
    for (rule, head) in [
        ("unreadable-metadata", files("data:\n\tname: x\n")),
        ("unreadable-contract", Files::new().file(spec, "{")),
    ] {
        let base = files(GOOD).file(spec, "{\"connectionSpecification\": {}}\n");
        let world = World::with_pull(&base, &head);
        world.role("maria", Role::Admin);
        world.comment_as("maria", 1, &line(&world).replace(RULE, rule));
        let output = run(&world);
        expect(&output, 2, "could-not-evaluate");
        assert_eq!(report(&output)["waived"], Value::Array(Vec::new()));
        let told = format!(
            "The waiver of `{rule}` for `source-x` by `maria` does not count: the policy lets nobody waive this rule; mend what \
             it says instead."
        );
        assert_eq!(remarks(&output), [told.as_str()]);
        assert!(world.shown(1).contains(&told), "{}", world.shown(1));
        assert!(!world.shown(1).contains("How to waive"), "{}", world.shown(1));
        world.finish();
    }
}

#[test]
fn a_policy_that_waives_what_could_not_be_read_judges_nothing() {
    for rule in [
        "unreadable-metadata",
        "unreadable-contract",
        "contract-not-readable",
    ] {
        let world = with_policy(&format!(
            "waivable: {{ never: [] }}\nwaivers:\n  - {{ rule: {rule}, connector: source-x, until: 2099-12-31, because: nobody reads it, by: zoe }}\n"
        ));
        let output = run(&world);
        assert_eq!(output.code, 2, "{}", output.stdout);
        for words in [format!("{POLICY}:3:13"), format!("'{rule}' may not be waived")] {
            assert!(output.stdout.contains(&words), "{words}: {}", output.stdout);
        }
        world.finish();
    }
}

/// The failing pull request with a policy at its target branch.
fn with_policy(policy: &str) -> World {
    let world = World::with_pull(&files(GOOD).file(POLICY, policy), &files(&at("2.0.0")));
    world.role("maria", Role::Write);
    world
}

#[test]
fn the_policy_says_by_whom() {
    let world = with_policy("waivable: { by: admin }\n");
    world.comment_as("maria", 1, &line(&world));
    let output = run(&world);
    expect_refused(world, &output, "takes the permission `admin`");

    let world = with_policy("waivable: { users: [otto] }\n");
    world.comment_as("maria", 1, &line(&world));
    let output = run(&world);
    expect_refused(world, &output, "the policy names others");

    let world = with_policy(&format!("waivable: {{ never: [{RULE}] }}\n"));
    world.comment_as("maria", 1, &line(&world));
    let output = run(&world);
    expect(&output, 1, "fail");
    assert!(!world.shown(1).contains("How to waive"));
    world.finish();
}

#[test]
fn the_policy_itself_waives() {
    let waiver = |until: &str| {
        format!(
            "waivers:\n  - {{ rule: {RULE}, connector: source-x, until: {until}, because: agreed in 12, by: maria }}\n"
        )
    };
    let world = with_policy(&waiver("2099-12-31"));
    let output = run(&world);
    expect(&output, 0, "pass");
    assert_eq!(report(&output)["waived"][0]["policy"], format!("{POLICY}:2"));
    world.finish();

    let world = with_policy(&waiver("2020-01-01"));
    let output = run(&world);
    expect_refused(world, &output, "has expired: its last day was 2020-01-01");
}

#[test]
fn a_waiver_in_the_proposed_policy_waives_nothing() {
    let policy = format!(
        "waivers:\n  - {{ rule: {RULE}, connector: source-x, until: 2099-12-31, because: let me pass, by: ada }}\n"
    );
    let world = World::with_pull(
        &Files::new().file(FILE, GOOD),
        &Files::new().file(FILE, at("2.0.0")).file(POLICY, policy),
    );
    let output = run(&world);
    expect(&output, 1, "fail");
    assert!(rules(&output).contains(&RULE.to_owned()));
    assert_eq!(report(&output)["waived"], Value::Array(Vec::new()));
    world.finish();
}

#[test]
fn nothing_of_a_comment_gets_out_unescaped() {
    let world = world();
    let nasty =
        "x ::error::y ##[error]z <!-- tierguard:summary --> @octo/team #1 [a](http://evil) `b` | c \u{202e}";
    world.comment_as("maria", 1, &line(&world).replace("nobody uses *it* yet", nasty));
    world.comment_as(
        "maria",
        1,
        &line(&world).replace("source-x", "<img/src=x>@octo|`"),
    );
    expect(&run(&world), 0, "pass");
    world.finish();
}

#[test]
fn a_merge_group_passes_by_the_waiver_of_its_pull_request() {
    let world = world();
    world.comment_as("maria", 1, &line(&world));
    world.enqueue(&[1]);
    let output = quick(&world)
        .event("merge_group", &world.merge_group_event())
        .run();
    expect(&output, 0, "pass");
    world.finish();
}

#[test]
fn a_merge_group_needs_the_waiver_of_every_pull_request_that_touches_the_connector() {
    let world = world();
    let second = world.open(&Files::new().file(FILE, GOOD.replace("supportLevel", "# more\n  supportLevel")));
    world.comment_as("maria", 1, &line(&world));
    world.enqueue(&[1, second]);
    let output = quick(&world)
        .event("merge_group", &world.merge_group_event())
        .run();
    expect(&output, 1, "fail");
    let other = line(&world).replace(&world.head(1)[..12], &world.head(second)[..12]);
    world.comment_as("maria", second, &other);
    let output = quick(&world)
        .event("merge_group", &world.merge_group_event())
        .run();
    expect(&output, 0, "pass");
    world.finish();
}

#[test]
fn of_two_connectors_of_one_name_each_is_named_by_its_folder() {
    let file = |root: &str| format!("{root}/source-x/metadata.yaml");
    let other = |text: &str| {
        text.replace("0f1e2d3c", "1f1e2d3c")
            .replace("airbyte/source-x", "airbyte/source-xx")
    };
    let world = World::with_pull(
        &Files::new()
            .file(
                POLICY,
                "connectors: [a/*, b/*]\nrules: { identity-changed: { level: off } }\n",
            )
            .file(file("a"), GOOD)
            .file(file("b"), other(GOOD)),
        &Files::new()
            .file(file("a"), at("2.0.0"))
            .file(file("b"), other(&at("2.0.0"))),
    );
    world.role("maria", Role::Write);
    world.comment_as("maria", 1, &line(&world));
    let output = run(&world);
    expect(&output, 1, "fail");
    assert_eq!(report(&output)["waived"], Value::Array(Vec::new()));
    for (root, code, verdict) in [("a", 1, "fail"), ("b", 0, "pass")] {
        world.comment_as(
            "maria",
            1,
            &line(&world).replace("source-x", &format!("{root}/source-x")),
        );
        expect(&run(&world), code, verdict);
    }
    world.finish();
}
