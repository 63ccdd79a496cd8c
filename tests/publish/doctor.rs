//! `tierguard doctor` end to end: what it says of a repository, and that it changes nothing.

use super::bot::{Bot, Output};
use super::fake::{Fault, Files, Permissions, Role, World};

pub(super) const WORKFLOW: &str = ".github/workflows/tierguard.yml";
const METADATA: &str = "airbyte-integrations/connectors/source-a/metadata.yaml";

/// A workflow that has all of it, for a private or a public repository.
pub(super) const WHOLE: &str = r"name: tierguard
on:
  pull_request_target:
    types: [opened, synchronize, reopened, edited, ready_for_review, labeled, unlabeled]
permissions: {}
concurrency:
  group: tierguard-${{ github.event.pull_request.number }}
  cancel-in-progress: true
jobs:
  review:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      pull-requests: write
    steps:
      - uses: tierguard/tierguard@1234567890abcdef1234567890abcdef12345678 # v1.0.0
";

pub(super) fn files() -> Files {
    Files::new().file(METADATA, "data: {}\n")
}

/// The repository with a workflow and one pull request of somebody else.
pub(super) fn world(workflow: &str) -> World {
    let base = files().file(WORKFLOW, workflow);
    World::with_pull(&base, &Files::new().file("README.md", "x\n"))
}

fn doctor(world: &World) -> Bot<'_> {
    Bot::new(world).subcommand("doctor")
}

/// Runs on a server that was asked for nothing but to read.
pub(super) fn run(world: &World) -> Output {
    let output = doctor(world).run();
    assert!(world.writes().is_empty(), "{:?}", world.writes());
    assert!(output.commands.is_empty(), "{}", output.stdout);
    assert!(output.files.is_empty(), "{:?}", output.files);
    output
}

#[test]
fn a_repository_with_everything_lacks_nothing() {
    let world = world(WHOLE);
    world.require("main", &["review"]);
    let output = run(&world);
    insta::assert_snapshot!(output.stdout);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    assert!(world.reads().len() <= 20, "{} reads", world.reads().len());
}

#[test]
fn a_repository_without_a_workflow_is_told_how_to_begin() {
    let world = World::new(&files());
    let output = run(&world);
    assert_eq!(output.code, 1);
    assert!(
        output
            .stdout
            .contains("✗ No workflow of `main` uses tierguard: no pull request is reviewed by itself."),
        "{}",
        output.stdout
    );
    assert!(output.stdout.contains("→ Copy `examples/pull-requests.yml`"));
}

#[test]
fn a_policy_with_a_fault_is_shown_with_its_place() {
    let base = files()
        .file(WORKFLOW, WHOLE)
        .file(".github/tierguard.yml", "version: 1\nfail-on: loud\n");
    let world = World::new(&base);
    world.require("main", &["review"]);
    let output = run(&world);
    assert_eq!(output.code, 1);
    assert!(
        output
            .stdout
            .contains("✗ .github/tierguard.yml:2:10: `loud` is no level"),
        "{}",
        output.stdout
    );
    assert!(output.stdout.contains("? Where connectors are cannot be told"));
}

#[test]
fn a_policy_says_where_connectors_are() {
    let policy = "version: 1\nconnectors: [\"more/*\"]\n";
    let base = files()
        .file(WORKFLOW, WHOLE)
        .file(".github/tierguard.yml", policy);
    let world = World::new(&base);
    let output = run(&world);
    assert_eq!(output.code, 1);
    assert!(
        output.stdout.contains("✗ No folder of `main` fits `more/*`"),
        "{}",
        output.stdout
    );
}

#[test]
fn a_waiver_of_a_misspelt_connector_is_named_and_one_of_a_connector_is_not() {
    let waiver = |name: &str| {
        format!(
            "  - {{ rule: field-removed, connector: {name}, until: 2099-01-01, because: nobody syncs it, by: zoe }}\n"
        )
    };
    let policy = format!("waivers:\n{}{}", waiver("source-a"), waiver("source-b"));
    let base = files()
        .file(WORKFLOW, WHOLE)
        .file(METADATA, "data: {}\n")
        .file(".github/tierguard.yml", policy);
    let output = run(&World::new(&base));
    assert_eq!(output.code, 1, "{}", output.stdout);
    let told = "✗ The waiver in `.github/tierguard.yml:3` names `source-b`, which is no connector";
    assert!(output.stdout.contains(told), "{}", output.stdout);
    assert_eq!(
        output.stdout.matches("✗ The waiver in").count(),
        1,
        "{}",
        output.stdout
    );
}

#[test]
fn what_a_token_may_not_read_is_named_with_the_line_that_grants_it() {
    let world = world(WHOLE);
    world.set_permissions(Permissions::parse("contents: read"));
    let output = run(&world);
    assert_eq!(output.code, 1);
    let refused = "✗ Pull requests cannot be read: DoctorPullRequests: GitHub answered 403 (Resource not accessible \
                   by integration).";
    assert!(output.stdout.contains(refused), "{}", output.stdout);
    let lines = "        permissions:\n          pull-requests: read\n";
    assert!(output.stdout.contains(lines), "{}", output.stdout);
    let world = self::world(WHOLE);
    world.set_permissions(Permissions::parse("pull-requests: read"));
    let output = run(&world);
    assert_eq!(output.code, 1);
    assert!(
        output.stdout.contains("✗ The files of `main` cannot be read"),
        "{}",
        output.stdout
    );
}

#[test]
fn what_a_token_may_write_is_told_by_what_github_answers() {
    let world = world(WHOLE);
    world.require("main", &["review"]);
    assert!(
        run(&world)
            .stdout
            .contains("✓ This token may write to pull requests; GitHub says so of number 1.")
    );
    world.forget_requests();
    world.set_permissions(Permissions::read_only());
    let output = run(&world);
    assert!(
        output
            .stdout
            .contains("✗ optional: GitHub says that this token may not edit pull request 1."),
        "{}",
        output.stdout
    );
    assert_eq!(output.code, 0, "the workflow has a token of its own");
}

#[test]
fn a_person_runs_it_on_a_laptop() {
    let world = world(WHOLE);
    world.role("maria", Role::Admin);
    let token = world.add_token("maria", Permissions::writing());
    let output = ["GITHUB_ACTIONS", "GITHUB_REPOSITORY", "INPUT_TOKEN"]
        .into_iter()
        .fold(doctor(&world).token(&token), Bot::without_env)
        .env("GH_TOKEN", &token)
        .args(&["--repository", "octo/connectors"])
        .run();
    assert_eq!(output.code, 1, "nothing is required");
    assert!(
        output
            .stdout
            .contains("it is that of `maria`, whose role here is `admin`."),
        "{}",
        output.stdout
    );
    assert!(output.stdout.contains("✗ `main` does not require the review"));
}

#[test]
fn a_token_that_is_not_accepted_ends_with_2_and_is_not_shown() {
    let world = world(WHOLE);
    let output = doctor(&world).token("ghs_unknown0123456789").run();
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert!(
        output.stderr.contains("does not accept the token"),
        "{}",
        output.stderr
    );
}

#[test]
fn a_repository_that_is_not_there_ends_with_2() {
    let world = world(WHOLE);
    let output = doctor(&world).args(&["--repository", "octo/other"]).run();
    assert_eq!(output.code, 2);
    assert!(
        output.stderr.contains("no repository octo/other"),
        "{}",
        output.stderr
    );
}

#[test]
fn an_answer_that_does_not_come_ends_with_2_and_the_rest_is_told() {
    let world = world(WHOLE);
    world.fault("GET /rules/branches/main", .., Fault::status(502));
    let output = run(&world);
    assert_eq!(output.code, 2);
    assert!(
        output
            .stdout
            .contains("? What `main` requires could not be looked at"),
        "{}",
        output.stdout
    );
    assert!(output.stdout.contains("✓ The files of `main` can be read."));
}

#[test]
fn a_merge_queue_and_its_event_are_seen() {
    let world = world(WHOLE);
    world.require("main", &["review"]);
    world.enqueue(&[1]);
    let output = run(&world);
    assert_eq!(output.code, 1);
    assert!(
        output
            .stdout
            .contains("✗ `main` has a merge queue, but no workflow"),
        "{}",
        output.stdout
    );
}

#[test]
fn nothing_foreign_reaches_the_runner_as_a_command() {
    let nasty = "x ##[error]y\u{1b}[31m\n::error::z";
    let workflow = WHOLE
        .replace("  review:", "  \"x ##[error]y\\e[31m\\n::error::z\":")
        .replace(
            "tierguard@1234567890abcdef1234567890abcdef12345678",
            "tierguard@##[error]v1",
        );
    let base = files()
        .file(WORKFLOW, &workflow)
        .file(format!(".github/workflows/{nasty}.yml"), "a: [")
        .file(".github/tierguard.yml", "\"::error::\\n##[error]\": 1\n");
    let world = World::new(&base);
    world.require("main", &[nasty, "::error::q"]);
    let output = run(&world);
    assert!(!output.stdout.contains('\u{1b}'), "{}", output.stdout);
    assert_eq!(output.code, 1);
}
