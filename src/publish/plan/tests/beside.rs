//! Labels, requests, check runs and statuses.

use std::collections::BTreeMap;

use super::super::model::{Model, STRANGER, by, commit};
use super::super::plan;
use super::{Desired, headlines, nothing, run, saying};
use crate::publish::check::{Annotation, CheckRun, Content, Status};
use crate::publish::history::{Event, Reviewer};
use crate::publish::observed::SeenCheckRun;
use crate::render::markdown::Markdown;

fn labelled(wanted: bool) -> Desired {
    let mut desired = nothing();
    desired.labels = BTreeMap::from([("breaking-change".to_owned(), wanted)]);
    desired
}

#[test]
fn a_label_is_added_once_and_taken_away_where_we_added_it() {
    let mut model = Model::new();
    assert_eq!(
        headlines(&model, &labelled(true)),
        ["add the label `breaking-change`"]
    );
    run(&mut model, &labelled(true));
    assert_eq!(
        headlines(&model, &labelled(false)),
        ["take away the label `breaking-change`"]
    );
    run(&mut model, &labelled(false));
    run(&mut model, &labelled(true));
}

#[test]
fn a_label_of_others_stays_and_one_that_was_taken_away_stays_away() {
    let mut model = Model::new();
    model.pull_request.labels.insert("Breaking-Change".to_owned());
    model
        .events
        .push(Event::Labeled("Breaking-Change".to_owned(), by(STRANGER)));
    assert_eq!(headlines(&model, &labelled(false)), Vec::<String>::new());
    assert_eq!(headlines(&model, &labelled(true)), Vec::<String>::new());

    let mut model = Model::new();
    run(&mut model, &labelled(true));
    model.pull_request.labels.clear();
    model
        .events
        .push(Event::Unlabeled("breaking-change".to_owned(), by(STRANGER)));
    assert_eq!(headlines(&model, &labelled(true)), Vec::<String>::new());
}

#[test]
fn a_label_that_the_repository_has_not_is_reported_and_not_created() {
    let mut model = Model::new();
    model.unknown_labels.insert("breaking-change".to_owned());
    let plan = plan(&model.observe(), &labelled(true));
    assert!(plan.operations.is_empty());
    assert!(plan.notices[0].contains("it is not created"));
}

fn asking() -> Desired {
    let mut desired = nothing();
    desired.reviewers = vec![
        Reviewer::Team("owners".to_owned()),
        Reviewer::Person("octocat".to_owned()),
        Reviewer::Person("hubot".to_owned()),
    ];
    desired
}

#[test]
fn each_is_asked_once_and_never_the_author() {
    let mut model = Model::new();
    let expected = ["ask the team owners for a review", "ask hubot for a review"];
    assert_eq!(headlines(&model, &asking()), expected);
    run(&mut model, &asking());
}

#[test]
fn whoever_has_reviewed_is_not_asked_and_nobody_on_a_draft() {
    let mut model = Model::new();
    model.pull_request.reviewed_by.insert("Hubot".to_owned());
    assert_eq!(headlines(&model, &asking()), ["ask the team owners for a review"]);
    model.pull_request.is_draft = true;
    assert_eq!(headlines(&model, &asking()), Vec::<String>::new());
}

#[test]
fn nobody_is_asked_while_the_history_is_unknown() {
    let mut observed = Model::new().observe();
    observed.history = None;
    let plan = plan(&observed, &asking());
    assert!(plan.operations.is_empty() && plan.notices.len() == 1);
}

pub(super) fn status(success: bool) -> Status {
    Status {
        context: "tierguard".to_owned(),
        state: if success { "success" } else { "failure" },
        description: "counts".to_owned(),
    }
}

#[test]
fn a_status_is_set_where_it_says_something_else_and_lets_nothing_pass_before_all_is_said() {
    let mut desired = saying(&[(1, 4)]);
    let mut model = Model::new();
    desired.status = Some(status(true));
    assert_eq!(
        headlines(&model, &desired).last().map(String::as_str),
        Some("set the status `tierguard` to success: counts")
    );
    desired.status = Some(status(false));
    assert_eq!(
        headlines(&model, &desired).first().map(String::as_str),
        Some("set the status `tierguard` to failure: counts")
    );
    run(&mut model, &desired);
    desired.status = Some(status(true));
    assert_eq!(headlines(&model, &desired).len(), 1);
    run(&mut model, &desired);
}

pub(super) fn check_run(summary: &str) -> Desired {
    let annotation = Annotation {
        path: "source-shop/metadata.yaml".to_owned(),
        start_line: 1,
        end_line: 1,
        level: "failure",
        message: "words".to_owned(),
        title: "rule".to_owned(),
    };
    let content = Content {
        success: false,
        title: "counts".to_owned(),
        summary: Markdown::text(summary),
        text: Markdown::default(),
        annotations: vec![annotation; 120],
    };
    let mut desired = nothing();
    desired.check_run = Some(CheckRun::new(&desired.instance, commit('a'), content));
    desired
}

#[test]
fn a_check_run_is_posted_once_and_another_content_takes_another() {
    let mut model = Model::new();
    run(&mut model, &check_run("one"));
    run(&mut model, &check_run("one"));
    assert_eq!(model.check_runs.len(), 1);
    run(&mut model, &check_run("two"));
    assert_eq!(model.check_runs.len(), 2);
}

#[test]
fn a_check_run_that_was_cut_off_is_continued() {
    let mut model = Model::new();
    run(&mut model, &check_run("one"));
    model.check_runs[0].annotations = 50;
    run(&mut model, &check_run("one"));
    assert_eq!(
        (model.check_runs.len(), model.check_runs[0].annotations),
        (1, 120)
    );
}

#[test]
fn a_check_run_of_another_app_or_name_is_not_ours() {
    let mut model = Model::new();
    run(&mut model, &check_run("one"));
    let own = model.check_runs[0].clone();
    let strange = [
        SeenCheckRun {
            id: 90,
            app: "other-app".to_owned(),
            annotations: 0,
            ..own.clone()
        },
        SeenCheckRun {
            id: 91,
            external_id: "other:1".to_owned(),
            ..own
        },
    ];
    let mut model = Model::new();
    model.check_runs.extend(strange.clone());
    run(&mut model, &check_run("one"));
    assert_eq!(
        (&model.check_runs[..2], model.check_runs.len()),
        (&strange[..], 3)
    );
}
