//! The life of a finding on its line: told, kept, moved, fixed, and back again.

use super::connectors::{
    certified, files, live_comments, major, minor, names, path, requests, review, summaries, world,
    writes_nothing_more,
};
use super::fake::World;

const BOT: &str = "github-actions[bot]";

/// The bot's comments on lines: body, line at head, why it is hidden.
fn comments(world: &World) -> Vec<(String, u64, Option<String>)> {
    let state = world.state();
    let ours = state.inlines.values().filter(|inline| inline.author == BOT);
    ours.map(|inline| {
        (
            inline.body.clone(),
            inline.original.line,
            inline.minimized.clone(),
        )
    })
    .collect()
}

/// Each connector of which something is said, on a line or in the summary's own words.
fn is_told(world: &World, connector: &str) -> bool {
    let there =
        world.state().inlines.values().any(|inline| {
            inline.author == BOT && inline.minimized.is_none() && inline.path == path(connector)
        });
    there || summaries(world).iter().any(|summary| summary.contains(connector))
}

#[test]
fn a_fixed_finding_says_so_with_the_commit_and_is_hidden() {
    let world = world(&["source-a", "source-b"], major);
    review(&world, &[]);
    let fix = world.push(1, &files(&["source-a"], minor));
    let output = review(&world, &[]);
    assert_eq!(output.code, 1);
    let fixed: Vec<_> = comments(&world)
        .into_iter()
        .filter(|(.., hidden)| hidden.is_some())
        .collect();
    assert_eq!(fixed.len(), 1, "{}", world.shown(1));
    assert!(
        fixed[0].0.contains(&format!("Fixed in `{}`", &fix[..7])),
        "{}",
        fixed[0].0
    );
    assert_eq!(fixed[0].2.as_deref(), Some("resolved"));
    assert_eq!(live_comments(&world), 1);
    assert!(
        summaries(&world)[0].contains("1 fixed"),
        "{}",
        summaries(&world)[0]
    );
    writes_nothing_more(&world, &[]);
    world.finish();
}

#[test]
fn a_fixed_finding_that_somebody_answered_stays_in_sight() {
    let world = world(&["source-a"], major);
    review(&world, &[]);
    let id = *world.state().inlines.keys().next().unwrap();
    world.reply_as("ada", id, "Working on it");
    world.push(1, &files(&["source-a"], minor));
    review(&world, &[]);
    let (body, _, hidden) = comments(&world).remove(0);
    assert!(body.contains("Fixed in"), "{body}");
    assert_eq!(hidden, None);
    writes_nothing_more(&world, &[]);
    world.finish();
}

#[test]
fn a_finding_that_comes_back_is_told_anew() {
    let world = world(&["source-a"], major);
    review(&world, &[]);
    world.push(1, &files(&["source-a"], minor));
    review(&world, &[]);
    assert_eq!(live_comments(&world), 0);
    world.push(1, &files(&["source-a"], major));
    assert_eq!(review(&world, &[]).code, 1);
    assert_eq!((comments(&world).len(), live_comments(&world)), (2, 1));
    assert_eq!(summaries(&world).len(), 1);
    writes_nothing_more(&world, &[]);
    world.finish();
}

#[test]
fn the_last_fix_turns_the_summary_to_all_clear() {
    let world = world(&["source-a"], major);
    review(&world, &[]);
    world.push(1, &files(&["source-a"], minor));
    assert_eq!(review(&world, &[]).code, 0);
    assert_eq!(live_comments(&world), 0);
    let all = summaries(&world);
    assert_eq!(all.len(), 1);
    assert!(!all[0].contains('❌'), "{}", all[0]);
    writes_nothing_more(&world, &[]);
    world.finish();
}

#[test]
fn nothing_to_say_is_not_said() {
    let world = world(&["source-a"], minor);
    assert_eq!(review(&world, &[]).code, 0);
    assert!(world.writes().is_empty(), "{:?}", requests(&world));
    world.finish();
}

#[test]
fn a_finding_whose_line_moves_with_the_file_keeps_its_comment() {
    let world = world(&["source-a"], major);
    review(&world, &[]);
    let id = *world.state().inlines.keys().next().unwrap();
    world.push(
        1,
        &files(&["source-a"], |name| format!("# A word\n{}", major(name))),
    );
    review(&world, &[]);
    assert_eq!(live_comments(&world), 1, "{}", world.shown(1));
    assert!(world.state().inlines.contains_key(&id));
    writes_nothing_more(&world, &[]);
    world.finish();
}

#[test]
fn a_finding_whose_line_is_gone_has_a_new_place() {
    let world = world(&["source-a"], major);
    review(&world, &[]);
    let tag = "  dockerImageTag: 2.0.0\n";
    let moved = major("source-a")
        .replace(tag, "")
        .replace("  license: ELv2\n", &format!("  license: ELv2\n{tag}"));
    world.push(1, &files(&["source-a"], |_| moved.clone()));
    review(&world, &[]);
    assert_eq!(
        (live_comments(&world), summaries(&world).len()),
        (1, 1),
        "{}",
        world.shown(1)
    );
    let hidden = comments(&world).into_iter().filter_map(|(.., hidden)| hidden);
    assert!(hidden.eq(["outdated"]));
    writes_nothing_more(&world, &[]);
    world.finish();
}

#[test]
fn forty_findings_make_one_review_of_twenty_five_and_a_summary_of_the_rest() {
    let names = names(40);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let world = world(&names, major);
    let output = review(&world, &[]);
    assert_eq!(output.outputs["findings"], "40");
    let posted = requests(&world);
    assert_eq!(posted.iter().filter(|name| name.ends_with("/reviews")).count(), 1);
    assert_eq!((live_comments(&world), summaries(&world).len()), (25, 1));
    for name in names {
        assert!(is_told(&world, name), "{name}\n{}", world.shown(1));
    }
    writes_nothing_more(&world, &[]);
    world.finish();
}

#[test]
fn a_refused_line_loses_no_finding_and_doubles_none() {
    let names = names(20);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for culprit in [0, 7, 19] {
        let world = world(&names, major);
        refuse_line(&world, names[culprit]);
        let output = review(&world, &[]);
        assert_eq!((output.code, output.outputs["findings"].as_str()), (1, "20"));
        assert_eq!(
            (live_comments(&world), summaries(&world).len()),
            (19, 1),
            "{culprit}: {:?}",
            requests(&world)
        );
        let mut paths: Vec<String> = world
            .state()
            .inlines
            .values()
            .map(|inline| inline.path.clone())
            .collect();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), 19);
        assert!(is_told(&world, names[culprit]), "{}", world.shown(1));
        writes_nothing_more(&world, &[]);
        world.finish();
    }
}

/// GitHub minds one file and does not say which: its review is refused as a whole.
fn refuse_line(world: &World, connector: &str) {
    world.direct();
    world.state().knobs.refused_lines.insert(path(connector));
}

#[test]
fn without_a_patch_a_finding_is_in_the_summary_and_in_an_annotation() {
    for knob in ["no patch", "no changes"] {
        let world = world(&["source-a", "source-b"], major);
        match knob {
            "no patch" => world.state().knobs.no_patch.insert(path("source-a")),
            _ => world.state().knobs.no_changes.insert(path("source-a")),
        };
        let output = review(&world, &["--check-run"]);
        assert_eq!((output.code, live_comments(&world)), (1, 1), "{knob}");
        assert!(summaries(&world)[0].contains("source-a"), "{knob}");
        let annotated = |name: &str| output.stdout.contains(&format!("::error file={}", path(name)));
        assert!(
            annotated("source-a") && annotated("source-b"),
            "{}",
            output.stdout
        );
        assert_eq!(world.state().checks[0].output.annotations.len(), 2);
        writes_nothing_more(&world, &["--check-run"]);
        world.finish();
    }
}

#[test]
fn the_summary_says_what_changed_since_the_last_run() {
    let world = world(&["source-a", "source-b"], major);
    review(&world, &[]);
    assert!(
        !summaries(&world)[0].contains("Since the last"),
        "{}",
        summaries(&world)[0]
    );
    let text = certified("source-b").replace("1.4.2", "1.4.1");
    world.push(1, &files(&["source-a"], minor).file(path("source-b"), text));
    review(&world, &[]);
    let summary = summaries(&world).remove(0);
    assert!(summary.contains("fixed") && summary.contains("new"), "{summary}");
    writes_nothing_more(&world, &[]);
    world.finish();
}

#[test]
fn a_posted_suggestion_is_kept_while_it_holds_and_replaced_when_it_does_not() {
    let world = world(&["source-a"], major);
    review(&world, &["--today", "2026-11-22"]);
    let (first, ..) = comments(&world).remove(0);
    assert!(first.contains("upgradeDeadline"), "{first}");
    world.forget_requests();
    // The proposed deadline leaves time enough on the next day too; the summary alone names another day.
    review(&world, &["--today", "2026-11-23"]);
    assert_eq!(comments(&world).remove(0).0, first);
    let edits = requests(&world)
        .iter()
        .filter(|name| name.starts_with("PATCH"))
        .count();
    assert_eq!((edits, world.writes().len()), (1, 1), "{:?}", requests(&world));
    writes_nothing_more(&world, &["--today", "2026-11-23"]);
    let long_after = review(&world, &["--today", "2027-03-01"]);
    assert_eq!(long_after.code, 1);
    let (second, ..) = comments(&world).remove(0);
    assert_eq!(
        (comments(&world).len(), live_comments(&world)),
        (1, 1),
        "{}",
        world.shown(1)
    );
    assert!(second != first && second.contains("2027-03-"), "{second}");
    world.finish();
}

#[test]
fn ten_pushes_of_the_same_content_add_nothing() {
    let world = world(&["source-a", "source-b"], major);
    review(&world, &["--check-run", "--status"]);
    let (count, live) = (comments(&world).len(), live_comments(&world));
    world.forget_requests();
    for _ in 0..10 {
        review(&world, &["--check-run", "--status"]);
    }
    assert!(world.writes().is_empty(), "{:?}", requests(&world));
    assert_eq!((comments(&world).len(), live_comments(&world)), (count, live));
    // A new commit with the same files: the summary names it, and that is all.
    for _ in 0..3 {
        world.push(1, &files(&["source-a", "source-b"], major));
        review(&world, &[]);
    }
    assert_eq!((comments(&world).len(), summaries(&world).len()), (count, 1));
    world.finish();
}

#[test]
fn a_comment_that_a_person_took_away_is_told_again_once() {
    let world = world(&["source-a"], major);
    review(&world, &[]);
    let id = *world.state().inlines.keys().next().unwrap();
    world.delete_comment(id);
    review(&world, &[]);
    assert_eq!(live_comments(&world), 1);
    writes_nothing_more(&world, &[]);
    world.finish();
}
