//! The diagnosis for people.
//!
//! Every line passes through the escape of the log: names of branches, checks and files are foreign.

use super::diagnose::{Check, State};
use super::facts::Facts;
use crate::run::log::line;

/// Writes the checks by feature, and the answer last.
pub(super) fn text(facts: &Facts, checks: &[Check]) -> String {
    let mut lines = vec![format!("{}, branch {}", facts.repository, facts.branch)];
    let mut feature = None;
    for check in checks {
        if feature != Some(check.feature) {
            feature = Some(check.feature);
            lines.push(String::new());
            lines.push(check.feature.title().to_owned());
        }
        let sign = match check.state {
            State::Works => '✓',
            State::Missing => '✗',
            State::CannotTell => '?',
        };
        let optional = match (check.state, check.is_needed) {
            (State::Missing, false) => "optional: ",
            _ => "",
        };
        lines.push(format!("  {sign} {optional}{}", check.says));
        for (index, remedy) in check.remedy.iter().flat_map(|remedy| remedy.lines()).enumerate() {
            lines.push(match index {
                0 => format!("    → {remedy}"),
                _ => format!("        {remedy}"),
            });
        }
    }
    lines.push(String::new());
    lines.push(answer(checks));
    lines.iter().map(|text| format!("{}\n", line(text))).collect()
}

fn answer(checks: &[Check]) -> String {
    let count = |state: State, is_needed: bool| {
        let counted = |check: &&Check| check.state == state && check.is_needed == is_needed;
        checks.iter().filter(counted).count()
    };
    let missing = match (count(State::Missing, true), count(State::CannotTell, true)) {
        (0, 0) => "Nothing that a review needs is missing".to_owned(),
        (0, unread) => format!("{} that a review needs could not be told", things(unread)),
        (missing, 0) => format!("{} that a review needs {} missing", things(missing), are(missing)),
        (missing, unread) => format!(
            "{} that a review needs {} missing, and {} could not be told",
            things(missing),
            are(missing),
            things(unread)
        ),
    };
    let mut more = Vec::new();
    match count(State::Missing, false) {
        0 => {}
        optional => more.push(format!(
            "{} that {} optional {} not set up",
            things(optional),
            are(optional),
            are(optional)
        )),
    }
    match count(State::CannotTell, false) {
        0 => {}
        unknown => more.push(format!("{unknown} cannot be told by reading")),
    }
    match more.as_slice() {
        [] => format!("{missing}."),
        more => format!("{missing}; {}.", more.join(", ")),
    }
}

fn things(count: usize) -> String {
    match count {
        1 => "1 thing".to_owned(),
        count => format!("{count} things"),
    }
}

fn are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}
