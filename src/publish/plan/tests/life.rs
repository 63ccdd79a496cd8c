//! The ordinary life of a finding.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{Model, commit};
use super::{fingerprint, headlines, lines, nothing, run, saying, showing};
use crate::changeset::Side;
use crate::publish::marker::Lines;
use crate::render::markdown::Markdown;

#[test]
fn a_first_run_posts_comments_and_then_the_summary() {
    let expected = ["post a review with 2 comments", "post the summary"];
    assert_eq!(headlines(&Model::new(), &saying(&[(1, 4), (2, 9)])), expected);
}

#[test]
fn a_second_run_writes_nothing() {
    let mut model = showing(&[(1, 4), (2, 9)]);
    let before = model.clone();
    run(&mut model, &saying(&[(1, 4), (2, 9)]));
    assert_eq!(model, before);
}

#[test]
fn nothing_to_say_is_said_in_silence() {
    assert_eq!(headlines(&Model::new(), &nothing()), Vec::<String>::new());
}

#[test]
fn an_earlier_summary_turns_to_all_clear_and_stays_one() {
    let mut model = showing(&[(1, 4)]);
    let expected = [
        "say that the finding at source-shop/metadata.yaml, line 4 is fixed",
        "edit the summary",
        "hide the comment at source-shop/metadata.yaml, line 4 as resolved",
    ];
    assert_eq!(headlines(&model, &nothing()), expected);
    run(&mut model, &nothing());
    assert!(model.comments[0].body.ends_with("\nAll clear."));
    assert!(model.threads[0].first.body.ends_with("\nFixed in `aaaaaaa`."));
}

#[test]
fn a_finding_that_comes_back_is_told_anew() {
    let mut model = showing(&[(1, 4)]);
    run(&mut model, &nothing());
    run(&mut model, &saying(&[(1, 4)]));
    assert_eq!(model.threads.len(), 2);
    assert_eq!(model.threads[1].first.hidden, None);
}

#[test]
fn a_finding_that_moved_is_told_at_its_new_place_and_hidden_at_the_old_one() {
    let mut model = showing(&[(1, 4)]);
    model.pull_request.head = commit('b');
    let mut desired = saying(&[(1, 6)]);
    desired.head = commit('b');
    run(&mut model, &desired);
    assert_eq!(model.threads[0].first.hidden.as_deref(), Some("outdated"));
    assert_eq!(model.threads[1].lines, Some(lines(6)));
}

#[test]
fn a_comment_that_git_moved_along_stays() {
    let mut model = showing(&[(1, 4)]);
    model.pull_request.head = commit('b');
    model.threads[0].lines = Some(lines(6));
    let mut desired = saying(&[(1, 6)]);
    desired.head = commit('b');
    assert_eq!(headlines(&model, &desired), ["edit the summary"]);
}

#[test]
fn a_comment_that_github_shows_elsewhere_is_not_posted_again_on_the_same_head() {
    let mut model = showing(&[(1, 4)]);
    model.threads[0].lines = Some(Lines {
        side: Side::Base,
        first: 3,
        last: 4,
    });
    assert_eq!(headlines(&model, &saying(&[(1, 4)])), Vec::<String>::new());
}

#[test]
fn a_comment_that_was_answered_is_edited_and_not_hidden() {
    let mut model = showing(&[(1, 4)]);
    model.threads[0].has_replies = true;
    run(&mut model, &nothing());
    let comment = &model.threads[0].first;
    assert!(comment.body.ends_with("Fixed in `aaaaaaa`.") && comment.hidden.is_none());
}

#[test]
fn a_finding_without_a_line_keeps_its_comment_and_loses_the_one_click() {
    let mut model = showing(&[(1, 4)]);
    model.threads[0].lines = None;
    model.pull_request.head = commit('b');
    let mut desired = saying(&[(1, 4)]);
    desired.head = commit('b');
    desired.said.comments.clear();
    desired.said.without_anchor = BTreeMap::from([(fingerprint(1), Markdown::own("elsewhere"))]);
    let expected = [
        "edit the comment at source-shop/metadata.yaml, lines that are gone",
        "edit the summary",
    ];
    assert_eq!(headlines(&model, &desired), expected);
    run(&mut model, &desired);
    assert!(model.threads[0].first.body.ends_with("\nelsewhere"));
}

#[test]
fn a_finding_beyond_the_shown_ones_keeps_the_comment_it_has() {
    let model = showing(&[(1, 4), (2, 9)]);
    let mut desired = saying(&[(1, 4), (2, 9)]);
    desired.said.comments.pop();
    assert_eq!(headlines(&model, &desired), Vec::<String>::new());
}

#[test]
fn other_words_edit_the_comment_in_place() {
    let mut model = showing(&[(1, 4)]);
    let mut desired = saying(&[(1, 4)]);
    desired.said.comments[0].body = Markdown::own("other words");
    let expected = ["edit the comment at source-shop/metadata.yaml, line 4"];
    assert_eq!(headlines(&model, &desired), expected);
    run(&mut model, &desired);
}

#[test]
fn two_things_to_say_at_one_place_are_both_said() {
    let mut desired = saying(&[(1, 4), (1, 4)]);
    desired.said.comments[1].body = Markdown::own("another");
    let mut model = Model::new();
    run(&mut model, &desired);
    assert_eq!(model.threads.len(), 2);
}

#[test]
fn nothing_is_fixed_that_could_not_be_judged() {
    let model = showing(&[(1, 4)]);
    let mut desired = nothing();
    desired.is_whole = false;
    desired.said.summary = Some(Markdown::own("This could not be judged."));
    assert_eq!(headlines(&model, &desired), ["edit the summary"]);
}

#[test]
fn what_was_refused_is_not_tried_again() {
    let mut desired = saying(&[(1, 4), (2, 9)]);
    desired.refused = BTreeSet::from([fingerprint(1)]);
    let mut model = Model::new();
    run(&mut model, &desired);
    assert_eq!(model.threads.len(), 1);
    assert_eq!(model.observe().refused_at(&commit('a')), desired.refused);
}
