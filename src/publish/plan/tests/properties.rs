//! Whatever happened before: a run that is cut off is mended, and two at once leave no twins.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::model::{Model, STRANGER, by, commit};
use super::super::{Operation, plan};
use super::{Desired, fingerprint, lines, nothing, run, saying};
use crate::publish::history::Event;
use crate::render::markdown::Markdown;

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
            if let Some(thread) = model.threads.get_mut(pick % count) {
                thread.has_replies = true;
            }
        }
        Between::HideComment(pick) => {
            if let Some(thread) = model.threads.get_mut(pick % count) {
                thread.first.hidden = Some("off-topic".to_owned());
            }
        }
        Between::Outdate(pick) => {
            if let Some(thread) = model.threads.get_mut(pick % count) {
                thread.lines = None;
            }
        }
        Between::Shift(pick) => {
            if let Some(thread) = model.threads.get_mut(pick % count) {
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
