//! What a run is told by its action's inputs and its arguments, and the files and outputs that it leaves.

use super::bot::Bot;
use super::fake::World;
use super::scenes::{GOOD, at, comments, expect, expect_unevaluated, failing, files, passing, quick, report};

#[test]
fn an_input_that_means_nothing_ends_the_run_before_the_first_request() {
    let world = failing();
    for (input, value) in [
        ("pull-request", "abc"),
        ("pull-request", "0"),
        ("pull-request", "-1"),
        ("pull-request", "99999999999"),
        ("policy", "/etc/passwd"),
        ("policy", "../tierguard.yml"),
        ("policy", "a//b"),
        ("policy-ref", "main"),
        ("policy-ref", "0123456789abcdef0123456789abcdef0123456"),
        ("policy-ref", "../../x"),
        ("fail-on", "fatal"),
        ("fail-on", "Error"),
        ("instance", "Bad Name"),
        ("instance", "a -->"),
        ("check-run", "yes"),
        ("status", "1"),
        ("dry-run", "TRUE"),
        ("report", "../report.json"),
        ("report", "/tmp/report.json"),
        ("sarif", "a/../../b.sarif"),
        ("sarif", "/tmp/b.sarif"),
    ] {
        let output = quick(&world).on_pull_request(1).input(input, value).run();
        expect_unevaluated(&output);
        assert!(
            output.stderr.contains(input),
            "{input}={value} is not named: {}",
            output.stderr
        );
    }
    assert!(world.requests().is_empty(), "{:#?}", world.requests());
    world.finish();
}

#[test]
fn an_argument_that_means_nothing_is_wrong_usage() {
    let world = failing();
    for arguments in [
        &["--fail-on", "fatal"][..],
        &["--today", "yesterday"],
        &["--pull-request", "x"],
        &["--repository", "octo"],
        &["--repository", "octo/../x"],
        &["--no-such-option"],
    ] {
        let output = Bot::new(&world).on_pull_request(1).args(arguments).run();
        assert_eq!(output.code, 2, "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
    assert!(world.requests().is_empty());
    world.finish();
}

#[test]
fn empty_inputs_are_not_set() {
    let world = failing();
    let names = [
        "pull-request",
        "policy",
        "policy-ref",
        "fail-on",
        "instance",
        "check-run",
        "status",
        "dry-run",
        "sarif",
        "report",
    ];
    let bot = names.iter().fold(quick(&world), |bot, name| bot.input(name, ""));
    let output = bot.on_pull_request(1).run();
    expect(&output, 1, "fail");
    assert_eq!(output.outputs["report"], "tierguard-report.json");
    assert!(output.files.contains_key("tierguard-report.json"));
    world.finish();
}

#[test]
fn what_is_typed_wins_over_an_input() {
    let world = failing();
    let output = quick(&world).on_pull_request(1).input("fail-on", "off").run();
    expect(&output, 0, "pass");
    let output = quick(&world)
        .on_pull_request(1)
        .input("fail-on", "off")
        .input("report", "input.json")
        .args(&["--fail-on", "error", "--report", "typed.json"])
        .run();
    expect(&output, 1, "fail");
    assert!(output.files.contains_key("typed.json") && !output.files.contains_key("input.json"));
    world.finish();
}

#[test]
fn a_dry_run_shows_the_plan_and_writes_nothing() {
    let world = failing();
    for bot in [
        quick(&world).args(&["--dry-run"]),
        quick(&world).input("dry-run", "true"),
    ] {
        let output = bot.args(&["--status", "--check-run"]).on_pull_request(1).run();
        expect(&output, 1, "fail");
        assert!(
            output.stdout.contains("changes would be made"),
            "{}",
            output.stdout
        );
    }
    assert!(world.writes().is_empty());
    quick(&world).on_pull_request(1).run();
    let output = quick(&world).input("dry-run", "true").on_pull_request(1).run();
    assert!(output.stdout.contains("Nothing to change"), "{}", output.stdout);
    world.finish();
}

#[test]
fn files_are_written_where_they_are_named() {
    let world = failing();
    let output = quick(&world)
        .on_pull_request(1)
        .input("report", "reports/tierguard.json")
        .input("sarif", "reports/tierguard.sarif")
        .run();
    expect(&output, 1, "fail");
    assert_eq!(output.outputs["report"], "reports/tierguard.json");
    let files: Vec<&String> = output.files.keys().collect();
    assert_eq!(files, ["reports/tierguard.json", "reports/tierguard.sarif"]);
    let sarif: serde_json::Value = serde_json::from_str(&output.files["reports/tierguard.sarif"]).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    world.finish();
}

#[test]
fn a_link_in_the_workspace_is_not_followed() {
    let outside = tempfile::tempdir().unwrap();
    let victim = outside.path().join("victim");
    std::fs::write(&victim, "kept").unwrap();
    let world = passing();
    let output = quick(&world)
        .on_pull_request(1)
        .workspace_link("tierguard-report.json", &victim)
        .run();
    expect(&output, 0, "pass");
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "kept");
    let output = quick(&world)
        .on_pull_request(1)
        .workspace_link("out", outside.path())
        .input("report", "out/report.json")
        .run();
    expect_unevaluated(&output);
    assert!(!outside.path().join("report.json").exists());
    world.finish();
}

#[test]
fn the_outputs_count_what_was_found() {
    let world = failing();
    let output = quick(&world).on_pull_request(1).run();
    assert_eq!(output.outputs["findings"], "1");
    assert_eq!(output.outputs["errors"], "1");
    assert_eq!(output.outputs["warnings"], "0");
    assert_eq!(output.outputs["connectors"], r#"["source-x"]"#);
    let url = &output.outputs["summary-url"];
    assert!(
        url.starts_with("https://github.com/octo/connectors/pull/1#issuecomment-"),
        "{url}"
    );
    world.finish();
}

#[test]
fn a_folder_whose_name_is_no_id_is_no_output() {
    let folder = "airbyte-integrations/connectors/a`id`\"; rm/metadata.yaml";
    let world = World::with_pull(
        &files(GOOD).file(folder, GOOD),
        &files(GOOD).file(folder, at("2.0.0")),
    );
    world.direct();
    let output = quick(&world).on_pull_request(1).run();
    assert_ne!(output.code, 0, "{}", output.stdout);
    assert_eq!(output.outputs["connectors"], r#"["invalid-1"]"#);
    world.finish();
}

#[test]
fn the_same_command_works_on_a_laptop() {
    let world = failing();
    let output = Bot::new(&world).local(1).args(&["--pace", "10"]).run();
    assert_eq!(output.code, 1, "{}{}", output.stdout, output.stderr);
    assert!(
        output.stdout.contains("major-version-without-entry"),
        "{}",
        output.stdout
    );
    assert!(output.commands.is_empty(), "a terminal gets no commands");
    assert!(output.files.is_empty() && output.outputs.is_empty());
    assert!(comments(&world, 1) > 0);
    let token = world.token().to_owned();
    let output = Bot::new(&world)
        .local(1)
        .without_env("GITHUB_TOKEN")
        .env("GH_TOKEN", token)
        .args(&["--dry-run", "--report", "here.json"])
        .run();
    assert_eq!(output.code, 1);
    assert!(output.stdout.contains("Nothing to change"), "{}", output.stdout);
    assert!(output.files.contains_key("here.json"));
    world.finish();
}

#[test]
fn inputs_of_an_action_count_in_a_workflow_alone() {
    let world = failing();
    let output = Bot::new(&world)
        .local(1)
        .input("fail-on", "off")
        .input("dry-run", "true")
        .env("GITHUB_EVENT_NAME", "push")
        .args(&["--pace", "10"])
        .run();
    assert_eq!(output.code, 1, "{}{}", output.stdout, output.stderr);
    assert!(comments(&world, 1) > 0);
    world.finish();
}

#[test]
fn a_report_says_on_which_day_it_judges() {
    let world = passing();
    let output = quick(&world)
        .on_pull_request(1)
        .args(&["--today", "2026-01-31"])
        .run();
    assert!(report(&output).to_string().contains("2026-01-31"));
    world.finish();
}

#[test]
fn several_reports_are_one_file() {
    let world = passing();
    let second = world.open(&files(&at("2.0.0")));
    let named = format!("1 {second}");
    let output = quick(&world)
        .event(
            "workflow_dispatch",
            &world.dispatch_event(&serde_json::json!({"pull-request": named})),
        )
        .run();
    expect(&output, 1, "fail");
    let text = report(&output).to_string();
    assert!(text.contains(&world.head(1)) && text.contains(&world.head(second)));
    world.finish();
}
