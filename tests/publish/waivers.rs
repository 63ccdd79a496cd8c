//! Waivers in comments: who may take the responsibility for a finding, and who may not.

use serde_json::Value;

use super::bot::Output;
use super::fake::{Fault, Files, Role, World};
use super::scenes::{expect, failing, quick, report};

pub(super) const RULE: &str = "major-version-without-entry";

/// The line that waives the finding of [`failing`] for the present head.
pub(super) fn line(world: &World) -> String {
    let head = world.head(1);
    format!(
        "/tierguard waive {RULE} source-x at {} until {} because nobody uses *it* yet",
        &head[..12],
        day(world, 10)
    )
}

/// A day from today on, as the server has it.
pub(super) fn day(world: &World, ahead: i64) -> String {
    let day = jiff::tz::TimeZone::UTC.to_datetime(world.state().now()).date();
    day.saturating_add(jiff::Span::new().days(ahead)).to_string()
}

/// The pull request of [`failing`], with somebody who may write and has no part in it.
pub(super) fn world() -> World {
    let world = failing();
    world.role("maria", Role::Write);
    world
}

pub(super) fn run(world: &World) -> Output {
    quick(world).on_pull_request(1).run()
}

pub(super) fn remarks(output: &Output) -> Vec<String> {
    let report = report(output);
    let remarks = report["waiver_remarks"].as_array().unwrap().iter();
    remarks
        .map(|remark| remark.as_str().unwrap().to_owned())
        .collect()
}

/// Holds that the finding still decides, and that the only remark says why.
#[track_caller]
pub(super) fn expect_refused(world: World, output: &Output, why: &str) {
    expect(output, 1, "fail");
    let remarks = remarks(output);
    assert!(
        remarks.len() == 1 && remarks[0].contains(why),
        "{remarks:#?} instead of {why:?}\n{}",
        output.stderr
    );
    assert_eq!(report(output)["waived"], Value::Array(Vec::new()));
    assert!(
        world.shown(1).contains("Waivers that change nothing here"),
        "{}",
        world.shown(1)
    );
    world.finish();
}

#[test]
fn somebody_with_write_permission_waives() {
    for role in [Role::Write, Role::Maintain, Role::Admin] {
        let world = world();
        world.role("maria", role);
        let comment = world.comment_as("maria", 1, &(line(&world) + "\nSee the discussion."));
        let output = run(&world);
        expect(&output, 0, "pass");
        let report = report(&output);
        let waived = &report["waived"][0];
        assert_eq!(waived["finding"]["rule"], RULE);
        assert_eq!(waived["connector"], "source-x");
        assert_eq!(
            (&waived["by"], &waived["comment"]),
            (&"maria".into(), &comment.into())
        );
        assert_eq!(waived["because"], "nobody uses *it* yet");
        assert_eq!(waived["until"], day(&world, 10));
        assert_eq!(report["connectors"][0]["findings"], Value::Array(Vec::new()));
        let shown = world.shown(1);
        for words in [
            "Waived: 1 finding",
            "`maria`",
            "`nobody uses *it* yet`",
            "issuecomment-",
        ] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        let writes = world.writes().len();
        expect(&run(&world), 0, "pass");
        assert_eq!(world.writes().len(), writes, "the second run writes");
        world.finish();
    }
}

#[test]
fn the_line_of_the_summary_waives_once_a_reason_stands_in_it() {
    let world = world();
    expect(&run(&world), 1, "fail");
    let shown = world.shown(1);
    let start = shown.find("/tierguard waive").expect("the summary offers a line");
    let offered = shown[start..]
        .lines()
        .next()
        .unwrap()
        .trim_end_matches('`')
        .to_owned();
    world.comment_as("maria", 1, &offered);
    let output = run(&world);
    expect(&output, 1, "fail");
    assert!(
        remarks(&output)[0].contains("it gives no reason"),
        "{:?}",
        remarks(&output)
    );
    world.comment_as("maria", 1, &offered.replace('…', "it was agreed"));
    expect(&run(&world), 0, "pass");
    world.finish();
}

#[test]
fn a_waiver_is_heard_at_once() {
    let world = world();
    let comment = world.comment_as("maria", 1, &line(&world));
    let payload = world.comment_event(comment, "created");
    let output = quick(&world)
        .args(&["--status"])
        .event("issue_comment", &payload)
        .run();
    expect(&output, 0, "pass");
    assert_eq!(
        super::scenes::status(&world, &world.head(1)).as_deref(),
        Some("success")
    );
    world.finish();
}

#[test]
fn whoever_may_not_write_starts_nothing() {
    let world = world();
    world.role("eve", Role::Triage);
    let comment = world.comment_as("eve", 1, &line(&world));
    let payload = world.comment_event(comment, "created");
    let output = quick(&world).event("issue_comment", &payload).run();
    assert_eq!(output.code, 0);
    assert!(world.writes().is_empty());
    world.finish();
}

#[test]
fn a_comment_whose_author_may_not_write_waives_nothing() {
    for role in [Role::None, Role::Read, Role::Triage] {
        let world = world();
        world.role("maria", role);
        world.comment_as("maria", 1, &line(&world));
        let output = run(&world);
        expect_refused(world, &output, "takes the permission `write`");
    }
}

#[test]
fn nobody_waives_what_they_wrote() {
    type Scene = fn(&World);
    let scenes: [(Scene, &str); 4] = [
        (
            |world| world.change_pull(1, |pull| "maria".clone_into(&mut pull.author)),
            "the author of the pull request cannot waive",
        ),
        (
            |world| world.push_commit(1, &world.git.by(&world.head(1), "maria", "ada")),
            "its author wrote a commit",
        ),
        (
            |world| world.push_commit(1, &world.git.by(&world.head(1), "ada", "maria")),
            "its author wrote a commit",
        ),
        (
            |world| {
                let message = "More\n\nCo-authored-by: Maria <maria@users.noreply.example.org>";
                let commit =
                    world
                        .git
                        .commit_files(Some(&world.head(1)), &Files::new().file("x", "x"), message);
                world.push_commit(1, &commit);
            },
            "its author wrote a commit",
        ),
    ];
    for (scene, why) in scenes {
        let world = world();
        scene(&world);
        world.comment_as("Maria", 1, "hello");
        world.comment_as("maria", 1, &line(&world));
        let output = run(&world);
        expect_refused(world, &output, why);
    }
}

#[test]
fn commits_of_nobody_known_let_nobody_waive() {
    for (author, committer) in [
        ("nobody@nowhere.example", "ada"),
        ("ada", "nobody@nowhere.example"),
    ] {
        let world = world();
        world.push_commit(1, &world.git.by(&world.head(1), author, committer));
        world.comment_as("maria", 1, &line(&world));
        let output = run(&world);
        expect_refused(world, &output, "belongs to no account");
    }
}

#[test]
fn more_commits_than_github_lists_let_nobody_waive() {
    let world = world();
    let tree = world.git.commit(&world.head(1)).unwrap().tree;
    let mut head = world.head(1);
    for number in 0..250 {
        head = world.git.commit_tree(&tree, &[&head], &format!("{number}"));
    }
    world.push_commit(1, &head);
    world.comment_as("maria", 1, &line(&world));
    let output = run(&world);
    expect_refused(world, &output, "more than 250 commits");
}

#[test]
fn the_commits_of_every_page_count() {
    let world = world();
    let tree = world.git.commit(&world.head(1)).unwrap().tree;
    let mut head = world.git.by(&world.head(1), "maria", "ada");
    for number in 0..120 {
        head = world.git.commit_tree(&tree, &[&head], &format!("{number}"));
    }
    world.push_commit(1, &head);
    world.role("otto", Role::Write);
    world.comment_as("otto", 1, &line(&world));
    expect(&run(&world), 0, "pass");
    world.state().remarks.clear();
    world.comment_as("maria", 1, &line(&world));
    let output = run(&world);
    expect(&output, 1, "fail");
    assert!(
        remarks(&output)[0].contains("its author wrote a commit"),
        "{:?}",
        remarks(&output)
    );
    world.finish();
}

#[test]
fn an_edited_or_hidden_comment_waives_nothing() {
    let edited = world();
    let comment = edited.comment_as("maria", 1, "hello");
    edited.edit_comment(comment, &line(&edited));
    let output = run(&edited);
    expect_refused(edited, &output, "it was edited");

    let hidden = world();
    let comment = hidden.comment_as("maria", 1, &line(&hidden));
    hidden.minimize(comment, Some("abuse"));
    let output = run(&hidden);
    expect_refused(hidden, &output, "it is hidden");
}

#[test]
fn a_push_makes_it_void() {
    let world = world();
    world.comment_as("maria", 1, &line(&world));
    expect(&run(&world), 0, "pass");
    world.push(1, &Files::new().file("unrelated", "x"));
    let output = run(&world);
    expect_refused(world, &output, "it was given for");
}

#[test]
fn a_program_waives_nothing() {
    let world = world();
    world.role("helper[bot]", Role::Admin);
    world.role("helper", Role::Admin);
    world.comment_as("helper[bot]", 1, &line(&world));
    let output = run(&world);
    expect_refused(world, &output, "a program");
}

#[test]
fn what_cannot_be_read_waives_nothing() {
    let faults = || {
        [
            Fault::status(404),
            Fault::status(500),
            Fault::status(403),
            Fault::Html,
            Fault::MalformedJson,
            Fault::WrongTypes,
        ]
    };
    for (request, code, verdict) in [
        ("GET /collaborators/*/permission", 1, "fail"),
        ("query Writers", 1, "fail"),
        ("query Waivers", 2, "could-not-evaluate"),
    ] {
        for fault in faults() {
            let world = world();
            world.comment_as("maria", 1, &line(&world));
            world.fault(request, .., fault);
            expect(&run(&world), code, verdict);
            world.finish();
        }
    }
}

#[test]
fn a_newer_waiver_is_found_among_many_comments() {
    let world = world();
    for number in 0..130 {
        world.comment_as("eve", 1, &format!("{number}"));
    }
    world.comment_as("maria", 1, &line(&world));
    for number in 0..130 {
        world.comment_as("eve", 1, &format!("{number}"));
    }
    expect(&run(&world), 0, "pass");
    world.finish();
}

#[test]
fn a_waiver_that_is_edited_or_deleted_is_judged_again() {
    let world = world();
    let comment = world.comment_as("maria", 1, &line(&world));
    let again = |payload: &Value| {
        quick(&world)
            .args(&["--status"])
            .event("issue_comment", payload)
            .run()
    };
    let status = || super::scenes::status(&world, &world.head(1)).unwrap();
    expect(&again(&world.comment_event(comment, "created")), 0, "pass");
    assert_eq!(status(), "success");

    let mut edited = world.comment_event(comment, "edited");
    edited["changes"] = serde_json::json!({"body": {"from": line(&world)}});
    edited["comment"]["body"] = "never mind".into();
    world.edit_comment(comment, "never mind");
    assert_eq!(again(&edited).code, 0, "the job belongs to the default branch");
    assert_eq!(status(), "failure");

    let other = world.comment_as("maria", 1, &line(&world));
    expect(&again(&world.comment_event(other, "created")), 0, "pass");
    let deleted = world.comment_event(other, "deleted");
    world.delete_comment(other);
    again(&deleted);
    assert_eq!(status(), "failure");
    world.finish();
}
