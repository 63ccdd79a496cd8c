//! The plan against a pull request in memory: spoofs, races, crashes, and the ordinary life of a finding.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::model::{Model, OWN, STRANGER, by, commit};
use super::*;
use crate::changeset::Side;
use crate::finding::Fingerprint;
use crate::ids::RepoPath;
use crate::publish::check::{CheckRun, Status};
use crate::publish::desired::Said;
use crate::publish::marker::{Instance, Lines};
use crate::publish::observed::{Event, SeenCheckRun};
use crate::render::markdown::Markdown;
use crate::render::review::{Anchor, InlineComment};

fn fingerprint(number: usize) -> Fingerprint {
    Fingerprint::new("rule", "connector", &number.to_string())
}

fn file() -> RepoPath {
    RepoPath::new(b"source-shop/metadata.yaml").unwrap()
}

fn lines(line: usize) -> Lines {
    Lines {
        side: Side::Head,
        first: line,
        last: line,
    }
}

/// Nothing to say on head `a`.
fn nothing() -> Desired {
    Desired {
        instance: Instance::default(),
        head: commit('a'),
        day: "2026-11-22".parse().unwrap(),
        is_whole: true,
        refused: BTreeSet::new(),
        said: Said {
            all_clear: Markdown::own("All clear."),
            ..Said::default()
        },
        labels: BTreeMap::new(),
        reviewers: Vec::new(),
        check_run: None,
        status: None,
        notices: Vec::new(),
    }
}

/// Findings with their lines.
fn saying(findings: &[(usize, usize)]) -> Desired {
    let mut desired = nothing();
    desired.said.summary = Some(Markdown::text(&format!("{} findings", findings.len())));
    for (number, line) in findings {
        desired.said.fingerprints.push(fingerprint(*number));
        desired.said.comments.push(InlineComment {
            anchor: Anchor {
                file: file(),
                side: Side::Head,
                first_line: *line,
                last_line: *line,
            },
            body: Markdown::text(&format!("finding {number}")),
            fingerprint: fingerprint(*number),
        });
    }
    desired
}

/// The headlines of a plan.
fn headlines(model: &Model, desired: &Desired) -> Vec<String> {
    let plan = plan(&model.observe(), desired);
    let operations = plan.operations.iter().map(ToString::to_string);
    operations
        .map(|operation| operation.lines().next().unwrap_or_default().to_owned())
        .collect()
}

/// Carries out plans until one is empty: the second one is, unless a twin was deleted before.
fn run(model: &mut Model, desired: &Desired) {
    let operations = plan(&model.observe(), desired).operations;
    for operation in &operations {
        model.apply(operation);
    }
    let is_twin = |operation: &Operation| matches!(operation, Operation::DeleteComment { .. });
    if operations.iter().any(is_twin) {
        for operation in plan(&model.observe(), desired).operations {
            assert!(matches!(operation, Operation::Hide { .. }), "{operation}");
            model.apply(&operation);
        }
    }
    assert_eq!(headlines(model, desired), Vec::<String>::new());
}

/// A pull request that shows some findings.
fn showing(findings: &[(usize, usize)]) -> Model {
    let mut model = Model::new();
    run(&mut model, &saying(findings));
    model
}

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
    assert!(model.threads[0].0.first.body.ends_with("\nFixed in `aaaaaaa`."));
}

#[test]
fn what_others_wrote_with_our_marker_is_left_alone_and_hides_nothing() {
    let own = showing(&[(1, 4)]);
    let mut model = Model::new();
    model.comment(STRANGER, &own.comments[0].body);
    model.thread(STRANGER, &own.threads[0].0.first.body, &file(), Some(lines(4)));
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
fn a_finding_that_comes_back_is_told_anew() {
    let mut model = showing(&[(1, 4)]);
    run(&mut model, &nothing());
    run(&mut model, &saying(&[(1, 4)]));
    assert_eq!(model.threads.len(), 2);
    assert_eq!(model.threads[1].0.first.hidden, None);
}

#[test]
fn a_finding_that_moved_is_told_at_its_new_place_and_hidden_at_the_old_one() {
    let mut model = showing(&[(1, 4)]);
    model.pull_request.head = commit('b');
    let mut desired = saying(&[(1, 6)]);
    desired.head = commit('b');
    run(&mut model, &desired);
    assert_eq!(model.threads[0].0.first.hidden.as_deref(), Some("outdated"));
    assert_eq!(model.threads[1].0.lines, Some(lines(6)));
}

#[test]
fn a_comment_that_git_moved_along_stays() {
    let mut model = showing(&[(1, 4)]);
    model.pull_request.head = commit('b');
    model.threads[0].0.lines = Some(lines(6));
    let mut desired = saying(&[(1, 6)]);
    desired.head = commit('b');
    assert_eq!(headlines(&model, &desired), ["edit the summary"]);
}

#[test]
fn a_comment_that_github_shows_elsewhere_is_not_posted_again_on_the_same_head() {
    let mut model = showing(&[(1, 4)]);
    model.threads[0].0.lines = Some(Lines {
        side: Side::Base,
        first: 3,
        last: 4,
    });
    assert_eq!(headlines(&model, &saying(&[(1, 4)])), Vec::<String>::new());
}

#[test]
fn a_comment_that_was_answered_is_edited_and_not_hidden() {
    let mut model = showing(&[(1, 4)]);
    model.threads[0].0.has_replies = true;
    run(&mut model, &nothing());
    let comment = &model.threads[0].0.first;
    assert!(comment.body.ends_with("Fixed in `aaaaaaa`.") && comment.hidden.is_none());
}

#[test]
fn a_finding_without_a_line_keeps_its_comment_and_loses_the_one_click() {
    let mut model = showing(&[(1, 4)]);
    model.threads[0].0.lines = None;
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
    assert!(model.threads[0].0.first.body.ends_with("\nelsewhere"));
}

#[test]
fn a_finding_beyond_the_shown_ones_keeps_the_comment_it_has() {
    let model = showing(&[(1, 4), (2, 9)]);
    let mut desired = saying(&[(1, 4), (2, 9)]);
    desired.said.comments.pop();
    assert_eq!(headlines(&model, &desired), Vec::<String>::new());
}

#[test]
fn what_a_person_hid_is_not_told_again() {
    let mut model = showing(&[(1, 4)]);
    model.threads[0].0.first.hidden = Some("off-topic".to_owned());
    assert_eq!(headlines(&model, &saying(&[(1, 4)])), Vec::<String>::new());
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
fn a_twin_is_deleted_and_the_answered_one_stays() {
    for answered in [0, 1] {
        let mut model = showing(&[(1, 4)]);
        let body = model.threads[0].0.first.body.clone();
        model.thread(OWN, &body, &file(), Some(lines(4)));
        model.threads[answered].0.has_replies = true;
        let kept = model.threads[answered].0.first.id;
        run(&mut model, &saying(&[(1, 4)]));
        assert_eq!(model.threads.len(), 1);
        assert_eq!(model.threads[0].0.first.id, kept);
    }
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
fn what_was_refused_is_not_tried_again() {
    let mut desired = saying(&[(1, 4), (2, 9)]);
    desired.refused = BTreeSet::from([fingerprint(1)]);
    let mut model = Model::new();
    run(&mut model, &desired);
    assert_eq!(model.threads.len(), 1);
    assert_eq!(model.observe().refused_at(&commit('a')), desired.refused);
}

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

fn status(success: bool) -> Status {
    Status {
        context: "tierguard".to_owned(),
        success,
        description: "counts".to_owned(),
    }
}

#[test]
fn a_status_is_set_where_it_says_something_else_and_comes_last() {
    let mut desired = saying(&[(1, 4)]);
    desired.status = Some(status(false));
    let mut model = Model::new();
    assert_eq!(
        headlines(&model, &desired).last().map(String::as_str),
        Some("set the status `tierguard` to failure: counts")
    );
    run(&mut model, &desired);
    desired.status = Some(status(true));
    assert_eq!(headlines(&model, &desired).len(), 1);
    run(&mut model, &desired);
}

fn check_run(summary: &str) -> Desired {
    let mut report = crate::render::sample::broken_and_promoted();
    report.connectors[0].findings = vec![report.connectors[0].findings[0].clone(); 120];
    let summary = Markdown::text(summary);
    let mut desired = nothing();
    desired.check_run = Some(CheckRun::of(&report, &commit('a'), &summary, &desired.instance));
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
    let all = model.check_runs[0].annotations;
    assert!(all > 100);
    model.check_runs[0].annotations = 50;
    run(&mut model, &check_run("one"));
    assert_eq!(
        (model.check_runs.len(), model.check_runs[0].annotations),
        (1, all)
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

#[test]
fn a_dry_run_reads_in_the_order_of_the_changes() {
    let mut desired = saying(&[(1, 4)]);
    desired.labels = BTreeMap::from([("breaking-change".to_owned(), true)]);
    desired.reviewers = vec![Reviewer::Person("hubot".to_owned())];
    desired.check_run = check_run("one").check_run;
    desired.status = Some(status(false));
    desired.notices.push("one thing is left out".to_owned());
    insta::assert_snapshot!(plan(&Model::new().observe(), &desired));
    insta::assert_snapshot!(plan(&Model::new().observe(), &nothing()));
}

/// What a run has to say: the head, and of each finding where it stands.
#[derive(Debug, Clone)]
struct Situation {
    head: char,
    findings: Vec<Whereabouts>,
    words: bool,
    label: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Whereabouts {
    Gone,
    At(usize),
    WithoutLine,
    Unshown,
}

fn situation() -> impl Strategy<Value = Situation> {
    let whereabouts = prop_oneof![
        Just(Whereabouts::Gone),
        (1..4_usize).prop_map(Whereabouts::At),
        Just(Whereabouts::WithoutLine),
        Just(Whereabouts::Unshown),
    ];
    let head = prop_oneof![Just('a'), Just('b'), Just('c')];
    let findings = proptest::collection::vec(whereabouts, 4);
    (head, findings, any::<bool>(), any::<bool>()).prop_map(|(head, findings, words, label)| Situation {
        head,
        findings,
        words,
        label,
    })
}

impl Situation {
    fn desired(&self) -> Desired {
        let words = if self.words { "some words" } else { "other words" };
        let mut desired = nothing();
        desired.head = commit(self.head);
        desired.labels = BTreeMap::from([("label".to_owned(), self.label)]);
        for (number, whereabouts) in self.findings.iter().enumerate() {
            if *whereabouts != Whereabouts::Gone {
                desired.said.fingerprints.push(fingerprint(number));
            }
            match whereabouts {
                Whereabouts::At(line) => {
                    let mut one = saying(&[(number, *line)]).said.comments.remove(0);
                    one.body = Markdown::own(words);
                    desired.said.comments.push(one);
                }
                Whereabouts::WithoutLine => {
                    let text = Markdown::own(words);
                    desired.said.without_anchor.insert(fingerprint(number), text);
                }
                Whereabouts::Gone | Whereabouts::Unshown => {}
            }
        }
        if !desired.said.fingerprints.is_empty() {
            desired.said.summary = Some(Markdown::own(words));
        }
        desired
    }
}

/// What people and GitHub do between two runs; numbers pick a comment.
#[derive(Debug, Clone)]
enum Between {
    Reply(usize),
    HideComment(usize),
    Outdate(usize),
    Shift(usize),
    DeleteSummary,
    Garble,
    Spoof,
    TakeLabel,
}

fn between() -> impl Strategy<Value = Between> {
    prop_oneof![
        (0..8_usize).prop_map(Between::Reply),
        (0..8_usize).prop_map(Between::HideComment),
        (0..8_usize).prop_map(Between::Outdate),
        (0..8_usize).prop_map(Between::Shift),
        Just(Between::DeleteSummary),
        Just(Between::Garble),
        Just(Between::Spoof),
        Just(Between::TakeLabel),
    ]
}

fn happen(model: &mut Model, between: &Between) {
    let count = model.threads.len().max(1);
    match between {
        Between::Reply(pick) => {
            if let Some((thread, _)) = model.threads.get_mut(pick % count) {
                thread.has_replies = true;
            }
        }
        Between::HideComment(pick) => {
            if let Some((thread, _)) = model.threads.get_mut(pick % count) {
                thread.first.hidden = Some("off-topic".to_owned());
            }
        }
        Between::Outdate(pick) => {
            if let Some((thread, _)) = model.threads.get_mut(pick % count) {
                thread.lines = None;
            }
        }
        Between::Shift(pick) => {
            if let Some((thread, _)) = model.threads.get_mut(pick % count) {
                thread.lines = thread.lines.map(|shown| lines(shown.last % 3 + 1));
            }
        }
        Between::DeleteSummary => model.comments.clear(),
        Between::Garble => {
            if let Some(summary) = model.comments.first_mut() {
                summary.body = summary.body.replace("now=", "now=x");
            }
        }
        Between::Spoof => {
            let bodies: Vec<String> = model.comments.iter().map(|posted| posted.body.clone()).collect();
            for body in bodies {
                model.comment(STRANGER, &body);
            }
        }
        Between::TakeLabel => {
            if model.pull_request.labels.remove("label") {
                model
                    .events
                    .push(Event::Unlabeled("label".to_owned(), by(STRANGER)));
            }
        }
    }
}

/// A pull request with a past.
fn past(steps: &[(Situation, Vec<Between>, usize)]) -> Model {
    let mut model = Model::new();
    for (situation, betweens, cut) in steps {
        model.pull_request.head = commit(situation.head);
        let operations = plan(&model.observe(), &situation.desired()).operations;
        for operation in operations.iter().take(*cut) {
            model.apply(operation);
        }
        for between in betweens {
            happen(&mut model, between);
        }
    }
    model
}

fn steps() -> impl Strategy<Value = Vec<(Situation, Vec<Between>, usize)>> {
    let step = (
        situation(),
        proptest::collection::vec(between(), 0..3),
        0..12_usize,
    );
    proptest::collection::vec(step, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_run_cut_off_anywhere_is_mended_by_the_next_one(
        steps in steps(), situation in situation(), cut in 0..12_usize,
    ) {
        let mut whole = past(&steps);
        whole.pull_request.head = commit(situation.head);
        let mut model = whole.clone();
        let desired = situation.desired();
        run(&mut whole, &desired);
        for operation in plan(&model.observe(), &desired).operations.iter().take(cut) {
            model.apply(operation);
        }
        run(&mut model, &desired);
        prop_assert_eq!(model.sight(), whole.sight());
    }

    #[test]
    fn two_runs_at_once_end_with_one_summary_and_no_twins(
        steps in steps(), situation in situation(), order in proptest::collection::vec(any::<bool>(), 24),
    ) {
        let mut alone = past(&steps);
        alone.pull_request.head = commit(situation.head);
        let mut model = alone.clone();
        let desired = situation.desired();
        run(&mut alone, &desired);
        let planned = plan(&model.observe(), &desired).operations;
        let (mut one, mut other) = (planned.iter(), planned.iter());
        let mut gone: BTreeSet<String> = BTreeSet::new();
        for first in order {
            let operation = if first { one.next() } else { other.next() };
            let Some(operation) = operation else { continue };
            // What the other has deleted already answers 404, and the run reads again.
            let deletes = matches!(operation, Operation::DeleteSummary { .. } | Operation::DeleteComment { .. });
            if deletes && !gone.insert(format!("{operation:?}")) {
                continue;
            }
            model.apply(operation);
        }
        run(&mut model, &desired);
        prop_assert_eq!(model.sight(), alone.sight());
    }
}
