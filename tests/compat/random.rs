//! Random specifications and edits of them: what is called compatible never makes a configuration invalid.

#[path = "random/configurations.rs"]
mod configurations;
#[path = "random/edits.rs"]
mod edits;
#[path = "random/model.rs"]
mod model;
#[path = "random/schemas.rs"]
mod schemas;
#[path = "random/tape.rs"]
mod tape;

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};
use serde_json::Value;
use tierguard::change::contract::Compatibility;

use self::configurations::Maker;
use self::model::Model;
use self::tape::Tape;
use super::{Message, compared, found, specification, validator, wrong_witnesses};

/// How many pairs are judged where nobody says how many.
const CASES: u32 = 1_000;
/// How many configurations are tried for a pair.
const TRIED: usize = 60;
/// How many valid configurations make a judgement a checked one.
const ENOUGH: usize = 3;

/// What a run has seen.
#[derive(Debug, Default)]
struct Totals {
    pairs: usize,
    compatible: usize,
    breaking: usize,
    cannot_tell: usize,
    /// Pairs that differ, are called compatible and were checked with enough configurations.
    checked: usize,
    configurations: usize,
    witnesses: usize,
    /// Pairs that break by a configuration which the test has found by itself.
    broken: usize,
}

/// Choices for a base, for its edits, and a seed for configurations.
fn pairs() -> impl Strategy<Value = (Vec<u32>, Vec<u32>, u64)> {
    (
        prop::collection::vec(any::<u32>(), 0..320),
        prop::collection::vec(any::<u32>(), 0..80),
        any::<u64>(),
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one setting of a test that may run for long"
)]
fn cases() -> u32 {
    let told = std::env::var("PROPTEST_CASES").ok();
    told.map_or(CASES, |cases| cases.parse().expect("PROPTEST_CASES is a number"))
}

#[test]
fn a_compatible_specification_keeps_every_configuration_valid() {
    let totals = RefCell::new(Totals::default());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    });
    let result = runner.run(&pairs(), |(base, edits, seed)| {
        let base = schemas::specification(&mut Tape::of(&base));
        let mut tape = Tape::of(&edits);
        let head = match tape.chance(6) {
            true => schemas::specification(&mut tape),
            false => edits::edited(&mut tape, &base),
        };
        judge(&base, &head, seed, &mut totals.borrow_mut())
            .map_err(|words| TestCaseError::fail(format!("{words}\nbase: {base}\nhead: {head}")))
    });
    let totals = totals.into_inner();
    if let Err(error) = result {
        // The choices that lead there say nothing to a reader.
        match error {
            TestError::Fail(reason, _) => panic!("{reason}"),
            error @ TestError::Abort(_) => panic!("{error}"),
        }
    }
    println!("{totals:?}");
    // A handful of pairs says nothing about shares.
    if totals.pairs < 500 {
        return;
    }
    let of_all = |count: usize, percent: usize| count * 100 >= totals.pairs * percent;
    assert!(
        of_all(totals.checked, 15),
        "too few are compatible and checked: {totals:?}"
    );
    assert!(of_all(totals.broken, 15), "too few are seen to break: {totals:?}");
    assert!(
        of_all(totals.pairs - totals.cannot_tell, 70),
        "too few are decided: {totals:?}"
    );
}

/// What is wrong with the judgement of a pair.
fn judge(base: &Value, head: &Value, seed: u64, totals: &mut Totals) -> Result<(), String> {
    let texts = [base, head].map(specification);
    let diff = compared(Message::Specification, &texts[0], &texts[1]);
    let mut tape = Tape::endless(seed);
    totals.pairs += 1;
    for other in [base.clone(), edits::reordered(&mut tape, base)] {
        let again = compared(Message::Specification, &texts[0], &specification(&other));
        if again.compatibility != Compatibility::Compatible || !again.changes.is_empty() {
            return Err(format!(
                "base differs from itself as {other}: {:?}",
                found(&again)
            ));
        }
    }
    let wrong = wrong_witnesses(base, head, &diff);
    if !wrong.is_empty() {
        return Err(format!("not a witness: {wrong:?}"));
    }
    totals.witnesses += diff
        .changes
        .iter()
        .filter(|change| change.witness().is_some())
        .count();
    let (at_base, at_head) = (validator(base), validator(head));
    let named = configurations::named([base, head]);
    let mut model = Model::default();
    let mut maker = Maker {
        tape: &mut tape,
        named: &named,
    };
    let (mut checked, mut refused) = (0, None);
    for attempt in 0..TRIED {
        let mut value = maker.value(base, 0);
        for _ in 0..attempt % 3 {
            maker.mutate(&mut value);
        }
        if at_base.is_valid(&value) && model.holds(base, &value) {
            checked += 1;
            if !at_head.is_valid(&value) {
                refused = Some(value);
                break;
            }
        }
    }
    totals.configurations += checked;
    match diff.compatibility {
        Compatibility::Compatible => totals.compatible += 1,
        Compatibility::Breaking => totals.breaking += 1,
        Compatibility::CannotTell => totals.cannot_tell += 1,
    }
    let compatible = diff.compatibility == Compatibility::Compatible;
    match refused {
        Some(value) if compatible => {
            return Err(format!(
                "called compatible, and head refuses {value}: {:?}",
                found(&diff)
            ));
        }
        Some(_) => totals.broken += 1,
        None => {}
    }
    if compatible && base != head && checked >= ENOUGH {
        totals.checked += 1;
    }
    Ok(())
}
