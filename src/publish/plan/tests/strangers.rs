//! What others wrote, hid, answered or did at the same time.

use std::collections::BTreeMap;

use super::super::model::{Model, OWN, STRANGER, commit};
use super::super::{Standing, plan};
use super::beside::status;
use super::{file, headlines, lines, run, saying, showing};

#[test]
fn what_others_wrote_with_our_marker_is_left_alone_and_hides_nothing() {
    let own = showing(&[(1, 4)]);
    let mut model = Model::new();
    model.comment(STRANGER, &own.comments[0].body);
    model.thread(STRANGER, &own.threads[0].first.body, &file(), Some(lines(4)));
    let strange = (model.comments.clone(), model.threads.clone());
    run(&mut model, &saying(&[(1, 4)]));
    assert_eq!(model.comments[0], strange.0[0]);
    assert_eq!(model.threads[0], strange.1[0]);
    assert_eq!((model.comments.len(), model.threads.len()), (2, 2));
}

#[test]
fn a_comment_of_another_workflow_is_left_alone() {
    let own = showing(&[(1, 4)]);
    let mut model = Model::new();
    model.comment(OWN, &format!("Coverage: 80 %\n{}", own.comments[0].body));
    let theirs = model.comments.clone();
    run(&mut model, &saying(&[(1, 4)]));
    assert_eq!((&model.comments[..1], model.comments.len()), (&theirs[..], 2));
}

#[test]
fn what_a_maintainer_wrote_into_our_summary_is_overwritten() {
    let mut model = showing(&[(1, 4)]);
    let before = model.comments.clone();
    let line = before[0].body.lines().next().unwrap().to_owned();
    model.comments[0].body = format!("{line}\nverdict: pass");
    assert_eq!(headlines(&model, &saying(&[(1, 4)])), ["edit the summary"]);
    run(&mut model, &saying(&[(1, 4)]));
    assert_eq!(model.comments, before);
}

#[test]
fn of_two_summaries_the_oldest_stays() {
    let mut model = showing(&[(1, 4)]);
    let first = model.comments[0].clone();
    model.comment(OWN, &first.body);
    assert!(headlines(&model, &saying(&[(1, 4)]))[0].starts_with("delete the second summary"));
    run(&mut model, &saying(&[(1, 4)]));
    assert_eq!(model.comments, [first]);
}

#[test]
fn without_an_account_nothing_is_edited_and_nothing_doubled() {
    let mut model = showing(&[(1, 4)]);
    model.viewer = None;
    let plan = plan(&model.observe(), &saying(&[(1, 5), (2, 9)]));
    let headlines: Vec<String> = plan.operations.iter().map(ToString::to_string).collect();
    assert_eq!(headlines.len(), 1, "{headlines:?}");
    assert!(headlines[0].starts_with("post a review with a comment"));
    assert!(plan.notices[0].contains("does not say whose the token is"));
}

#[test]
fn without_an_account_the_first_run_still_speaks() {
    let mut model = Model::new();
    model.viewer = None;
    let expected = ["post a review with a comment", "post the summary"];
    assert_eq!(headlines(&model, &saying(&[(1, 4)])), expected);
}

#[test]
fn a_pull_request_that_moved_on_or_is_closed_is_not_written_to() {
    let mut desired = saying(&[(1, 4)]);
    desired.labels = BTreeMap::from([("breaking".to_owned(), true)]);
    let mut model = Model::new();
    model.pull_request.head = commit('b');
    let superseded = plan(&model.observe(), &desired);
    assert_eq!(superseded.standing, Standing::Superseded { by: commit('b') });
    assert!(superseded.operations.is_empty() && superseded.to_string().contains("bbbbbbb"));
    let mut model = Model::new();
    model.pull_request.is_open = false;
    let closed = plan(&model.observe(), &desired);
    assert!(closed.standing == Standing::Closed && closed.operations.is_empty());
}

#[test]
fn a_locked_conversation_gets_the_status_alone() {
    let mut model = Model::new();
    model.pull_request.is_locked = true;
    let mut desired = saying(&[(1, 4)]);
    desired.status = Some(status(false));
    let plan = plan(&model.observe(), &desired);
    assert_eq!(plan.operations.len(), 1);
    assert!(plan.notices[0].contains("locked"));
}

#[test]
fn a_twin_is_deleted_and_the_answered_one_stays() {
    for answered in [0, 1] {
        let mut model = showing(&[(1, 4)]);
        let body = model.threads[0].first.body.clone();
        model.thread(OWN, &body, &file(), Some(lines(4)));
        model.threads[answered].has_replies = true;
        let kept = model.threads[answered].first.id;
        run(&mut model, &saying(&[(1, 4)]));
        assert_eq!(model.threads.len(), 1);
        assert_eq!(model.threads[0].first.id, kept);
    }
}

#[test]
fn what_a_person_hid_is_not_told_again() {
    let mut model = showing(&[(1, 4)]);
    model.threads[0].first.hidden = Some("off-topic".to_owned());
    assert_eq!(headlines(&model, &saying(&[(1, 4)])), Vec::<String>::new());
}
