//! Whose comments are ours: those of our own account with our marker on their first line, and no others.

use serde_json::json;

use super::connectors::{
    files, live_comments, major, minor, requests, review, summaries, world, writes_nothing_more,
};
use super::fake::{Fault, World};

const BOT: &str = "github-actions[bot]";

/// What the bot writes on this pull request, read from a world of its own: the summary and its comments by line.
fn written() -> (String, Vec<(String, u64, String)>) {
    let world = world(&["source-a", "source-b"], major);
    review(&world, &[]);
    let summary = summaries(&world).remove(0);
    let state = world.state();
    let inlines = state.inlines.values();
    let comments = inlines.map(|inline| (inline.path.clone(), inline.original.line, inline.body.clone()));
    (summary, comments.collect())
}

fn untouched(world: &World, id: u64, body: &str) {
    let state = world.state();
    let remark = state.remarks.get(&id).expect("the comment is still there");
    assert_eq!((remark.body.as_str(), remark.minimized.as_deref()), (body, None));
}

/// An account that neither GraphQL nor REST tells.
fn hide_the_viewer(world: &World) {
    let hidden = Fault::edit(|body| {
        if body["data"].get("viewer").is_some() {
            *body = json!({"data": null, "errors": [{"type": "FORBIDDEN", "path": ["viewer"], "message": "Resource not accessible by integration"}]});
        }
    });
    world.fault("query PullRequestShows", .., hidden);
}

#[test]
fn a_marker_in_the_comment_of_a_person_or_another_bot_makes_it_not_ours() {
    let (summary, _) = written();
    for login in ["mallory", "github-actions", "other-app[bot]"] {
        let world = world(&["source-a", "source-b"], major);
        let id = world.comment_as(login, 1, &summary);
        review(&world, &[]);
        untouched(&world, id, &summary);
        assert_eq!(
            (summaries(&world).len(), live_comments(&world)),
            (1, 2),
            "{login}"
        );
        writes_nothing_more(&world, &[]);
        world.finish();
    }
}

#[test]
fn a_comment_of_another_workflow_that_quotes_our_marker_is_not_ours() {
    let (summary, _) = written();
    let quoting = format!("Coverage: 93 %\n\n{summary}");
    let world = world(&["source-a", "source-b"], major);
    let id = world.comment_as(BOT, 1, &quoting);
    review(&world, &[]);
    untouched(&world, id, &quoting);
    assert_eq!(summaries(&world).len(), 1);
    writes_nothing_more(&world, &[]);
    world.finish();
}

#[test]
fn comments_of_others_with_our_markers_suppress_no_finding() {
    let (_, comments) = written();
    let world = world(&["source-a", "source-b"], major);
    for (path, line, body) in &comments {
        world.inline_as("mallory", 1, path, *line, body);
    }
    let output = review(&world, &[]);
    assert_eq!((output.code, live_comments(&world)), (1, 2), "{}", world.shown(1));
    assert_eq!(output.outputs["findings"], "2");
    let foreign = world
        .state()
        .inlines
        .values()
        .filter(|inline| inline.author == "mallory" && inline.minimized.is_none())
        .count();
    assert_eq!(foreign, 2);
    writes_nothing_more(&world, &[]);
    world.finish();
}

#[test]
fn an_edited_summary_is_written_anew_and_never_believed() {
    let world = world(&["source-a"], major);
    review(&world, &[]);
    let expected = world.snapshot();
    let id = *world.state().remarks.keys().next().unwrap();
    let first = summaries(&world)[0].lines().next().unwrap().to_owned();
    world.edit_comment(id, &format!("{first}\n### tierguard: verdict pass"));
    let output = review(&world, &[]);
    assert_eq!((output.code, output.outputs["verdict"].as_str()), (1, "fail"));
    assert_eq!(world.snapshot(), expected);
    world.finish();
}

#[test]
fn of_two_summaries_the_oldest_is_kept() {
    let (summary, _) = written();
    let world = world(&["source-a", "source-b"], major);
    let oldest = world.comment_as(BOT, 1, &summary.replace("2 things", "9 things"));
    let newer = world.comment_as(BOT, 1, &summary);
    review(&world, &[]);
    let there: Vec<u64> = world.state().remarks.keys().copied().collect();
    assert_eq!(there, [oldest], "and not {newer}");
    assert_eq!(summaries(&world), [summary]);
    writes_nothing_more(&world, &[]);
    world.finish();
}

#[test]
fn a_flood_of_comments_costs_sixty_requests_and_leaves_no_duplicate() {
    let world = world(&["source-a"], major);
    for number in 0..5_000 {
        world.comment_as("mallory", 1, &format!("Comment {number}"));
    }
    review(&world, &[]);
    let asked = requests(&world);
    let posted = asked.iter().position(|name| name.ends_with("/issues/1/comments"));
    assert!(
        posted.is_some_and(|posted| posted < 60),
        "{posted:?} of {}",
        asked.len()
    );
    assert_eq!(summaries(&world).len(), 1);
    world.forget_requests();
    review(&world, &[]);
    assert!(world.requests().len() <= 60, "{}", world.requests().len());
    assert!(world.writes().is_empty(), "{:?}", requests(&world));
    world.finish();
}

#[test]
fn a_summary_behind_a_flood_is_found_again() {
    let world = world(&["source-a"], major);
    for number in 0..12_000 {
        world.comment_as("mallory", 1, &format!("Comment {number}"));
    }
    review(&world, &[]);
    assert_eq!(summaries(&world).len(), 1);
    world.push(1, &files(&["source-a"], minor));
    world.forget_requests();
    review(&world, &[]);
    assert_eq!(summaries(&world).len(), 1, "{:?}", requests(&world));
    world.finish();
}

#[test]
fn an_account_that_only_graphql_tells_is_enough() {
    let world = world(&["source-a"], major);
    world.fault("GET /user", .., Fault::status(403));
    review(&world, &[]);
    writes_nothing_more(&world, &[]);
    assert!(!requests(&world).iter().any(|name| name.contains("/user")));
    world.finish();
}

#[test]
fn without_an_account_nothing_is_edited_hidden_or_doubled() {
    let world = world(&["source-a", "source-b"], major);
    hide_the_viewer(&world);
    let output = review(&world, &[]);
    assert_eq!(output.code, 1);
    assert_eq!((summaries(&world).len(), live_comments(&world)), (1, 2));
    assert!(
        output.step_summary.contains("whose the token is"),
        "{}",
        output.step_summary
    );
    world.push(1, &files(&["source-a"], minor));
    let before = world.snapshot();
    world.forget_requests();
    let output = review(&world, &[]);
    assert_eq!(output.code, 1);
    assert!(world.writes().is_empty(), "{:?}", requests(&world));
    assert_eq!(world.snapshot(), before);
    world.finish();
}

#[test]
fn a_check_run_of_our_name_from_another_app_is_left_alone() {
    let world = world(&["source-a"], major);
    let head = world.head(1);
    review(&world, &["--check-run"]);
    let foreign = {
        let mut state = world.state();
        let mut run = state.checks.pop().unwrap();
        run.app = (77, "other-app".to_owned());
        run.id += 1_000;
        state.checks.push(run.clone());
        run
    };
    review(&world, &["--check-run"]);
    let checks = world.state().checks.clone();
    assert_eq!(checks.len(), 2);
    assert_eq!(checks[0], foreign);
    assert_eq!(
        (checks[1].head.as_str(), checks[1].app.1.as_str()),
        (head.as_str(), "github-actions")
    );
    writes_nothing_more(&world, &["--check-run"]);
    world.finish();
}

#[test]
fn a_second_instance_keeps_its_own_comments() {
    let world = world(&["source-a"], major);
    review(&world, &[]);
    let first = world.snapshot();
    review(&world, &["--instance", "nightly"]);
    assert_eq!((summaries(&world).len(), live_comments(&world)), (2, 2));
    writes_nothing_more(&world, &[]);
    writes_nothing_more(&world, &["--instance", "nightly"]);
    // The second one says that all is well; the first keeps what it said.
    world.push(1, &files(&["source-a"], minor));
    review(&world, &["--instance", "nightly"]);
    assert_eq!(live_comments(&world), 1, "{}", world.shown(1));
    let kept = summaries(&world);
    assert!(
        first.contains(&serde_json::to_string(&kept[0]).unwrap()),
        "{}",
        kept[0]
    );
    world.finish();
}
