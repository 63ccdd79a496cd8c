//! `tierguard doctor` on who may approve, command and waive, and on a policy that extends another.

use super::doctor::{WHOLE, WORKFLOW, files, run, world};
use super::fake::{Fault, Files, World};

/// A repository whose policy asks for the approval of a team, with people beside it or none.
fn asking(team: &str, users: &str) -> World {
    let policy = format!(
        "version: 1\nrules:\n  connector-removed:\n    options:\n      approvals:\n        - {{ team: {team}, users: [{users}] }}\n"
    );
    let own = WHOLE.replace(
        "# v1.0.0\n",
        "# v1.0.0\n        with:\n          token: ${{ steps.app.outputs.token }}\n",
    );
    let base = files().file(WORKFLOW, own).file(".github/tierguard.yml", policy);
    let world = World::with_pull(&base, &Files::new().file("README.md", "x\n"));
    world.require("main", &["review"]);
    world.team("legal", &["zoe"]);
    world
}

#[test]
fn a_team_that_has_to_approve_is_looked_up() {
    let asks = "`.github/tierguard.yml:6` asks for approvals of";
    for (team, users, is_readable, code, says) in [
        (
            "octo/legal",
            "",
            true,
            0,
            "✓ {asks} `octo/legal`, whose members this token may read.",
        ),
        (
            "octo/leagl",
            "",
            true,
            1,
            "✗ {asks} `octo/leagl`, and there is no such team, or none that this token may see",
        ),
        (
            "octo/legal",
            "",
            false,
            1,
            "✗ {asks} `octo/legal`, whose members this token may not read: ",
        ),
        (
            "octo/legal",
            "zoe",
            false,
            0,
            "✗ optional: {asks} `octo/legal`, whose members this token may not read: ",
        ),
    ] {
        let world = asking(team, users);
        world.state().knobs.teams_readable = is_readable;
        let output = run(&world);
        let says = says.replace("{asks}", asks);
        assert!(output.stdout.contains(&says), "{says}\n{}", output.stdout);
        assert_eq!(output.code, code, "{}", output.stdout);
        let has_line = output
            .stdout
            .contains(&format!("{{ team: {team}, users: [LOGIN] }}"));
        assert_eq!(has_line, says.starts_with('✗'), "{}", output.stdout);
    }
}

#[test]
fn a_team_that_is_asked_for_reviews_is_looked_up_where_a_file_names_it() {
    let says = "`.github/tierguard.yml:3` has `octo/";
    for (team, is_readable, sentence) in [
        (
            "octo/legal",
            true,
            "✓ {says}legal` asked for reviews, which this token may see.",
        ),
        (
            "octo/leagl",
            true,
            "✗ optional: {says}leagl` asked for reviews, and there is no such team",
        ),
        (
            "octo/legal",
            false,
            "✗ optional: {says}legal` asked for reviews, which this token may not see: ",
        ),
    ] {
        let policy = format!("version: 1\nteams:\n  support-level: ['@{team}']\n");
        let base = files()
            .file(WORKFLOW, WHOLE)
            .file(".github/tierguard.yml", policy);
        let world = World::with_pull(&base, &Files::new().file("README.md", "x\n"));
        world.require("main", &["review"]);
        world.team("legal", &["zoe"]);
        world.state().knobs.teams_readable = is_readable;
        let output = run(&world);
        let sentence = sentence.replace("{says}", says);
        assert!(output.stdout.contains(&sentence), "{sentence}\n{}", output.stdout);
        assert_eq!(output.code, 0, "{}", output.stdout);
    }
    // Of the teams of the built-in policy nobody here has thought.
    let output = run(&world(WHOLE));
    assert!(!output.stdout.contains("asked for reviews"), "{}", output.stdout);
}

#[test]
fn what_people_may_do_is_asked_for() {
    let what = "What somebody may do here, which decides whose commands and waivers count,";
    let world = world(WHOLE);
    let output = run(&world);
    assert!(
        output.stdout.contains(&format!("✓ {what} can be read.")),
        "{}",
        output.stdout
    );
    world.fault("GET /collaborators/*/permission", .., Fault::status(403));
    let output = run(&world);
    assert!(
        output
            .stdout
            .contains(&format!("✗ optional: {what} cannot be read: ")),
        "{}",
        output.stdout
    );
}

#[test]
fn a_policy_is_read_with_what_it_extends() {
    let world = world(WHOLE);
    world.require("main", &["review"]);
    let shared = "version: 1\nconnectors: [\"airbyte-integrations/connectors/*\"]\n";
    let commit = world.commit_on(
        "main",
        &Files::new().file("shared.yml", shared),
        "A policy for all",
    );
    let policy = format!("extends: {{ repository: octo/connectors, path: shared.yml, sha: '{commit}' }}\n");
    world.commit_on(
        "main",
        &Files::new().file(".github/tierguard.yml", policy),
        "Share it",
    );
    let output = run(&world);
    assert!(
        output.stdout.contains("✓ `.github/tierguard.yml` is valid."),
        "{}",
        output.stdout
    );
    assert_eq!(output.code, 0, "{}", output.stdout);
    world.fault("GET /commits/HEAD", .., Fault::status(404));
    let output = run(&world);
    assert!(
        output
            .stdout
            .contains("✗ `.github/tierguard.yml` cannot be read: "),
        "{}",
        output.stdout
    );
    assert_eq!(output.code, 1, "{}", output.stdout);
}
