//! What a declared breaking change asks for.

use super::super::breaking::{connector_type, has_action, has_message};
use super::super::changelog_row_missing::Row;
use super::super::message_hard_to_act_on::{placeholder, tells_what_to_do};
use super::super::wanted_version::wanted_version;
use super::entry::{break_declared, declared, place, version_fits};
use super::facts::{approval, holds, of_each};
use super::{BREAKING_CHANGES, Check, RequirementId, Subject, met, missing, to_confirm};
use crate::finding::{Prose, RequirementState, Who, code, prose};
use crate::metadata::Field;

#[expect(clippy::too_many_lines, reason = "a table: one arm for each requirement")]
pub(super) fn check(id: RequirementId, subject: &Subject) -> Option<Check> {
    let asked = |asks: Prose, of: Who, state| {
        Some(Check {
            asks,
            of,
            source: BREAKING_CHANGES,
            state,
        })
    };
    let settings = subject.context.settings;
    match id {
        RequirementId::BreakDeclared => asked(
            prose!["what breaks is declared"],
            Who::Author,
            break_declared(subject)?,
        ),
        RequirementId::VersionFitsBreak => asked(
            prose!["the version goes with a breaking change"],
            Who::Author,
            version_fits(subject)?,
        ),
        RequirementId::MessageWritten => {
            let entry = declared(subject)?;
            let (of, state) = match &entry.message {
                Some(message) if has_message(entry) && placeholder(&message.text).is_none() => {
                    match tells_what_to_do(&message.text) {
                        true => (Who::Author, met(prose!["it does"], Some(place(subject, message)))),
                        // Words are a poor judge: a rule doubts the message, and a person decides.
                        false => (Who::Reviewer, to_confirm(Vec::new())),
                    }
                }
                _ => (
                    Who::Author,
                    missing(
                        prose!["the entry's message does not say what users have to do"],
                        prose!["Say what changes, who is affected and what they have to do."],
                    ),
                ),
            };
            asked(
                prose!["the entry's message says what users have to do"],
                of,
                state,
            )
        }
        RequirementId::DeadlineInWindow => {
            let entry = declared(subject)?;
            let kind = connector_type(subject.metadata);
            let earliest = settings.deadlines.earliest(subject.context.today(), kind);
            let words = crate::finding::Piece::trusted(settings.deadlines.words(kind));
            let state = match &entry.upgrade_deadline {
                Some(field) if field.date().is_some_and(|date| date >= earliest) => {
                    met(prose![code(&field.text)], Some(place(subject, field)))
                }
                field => missing(
                    match field.as_ref().and_then(Field::date) {
                        Some(date) => prose!["the deadline ", date, " is too soon (", words.clone(), ")"],
                        None => prose!["the entry has no deadline that is a day"],
                    },
                    prose![
                        "Set ",
                        code("upgradeDeadline"),
                        " to ",
                        earliest,
                        " or later; a sooner day is only for a service that is broken already, and takes a waiver that says so."
                    ],
                ),
            };
            asked(
                prose!["the deadline leaves users the window (", words, ")"],
                Who::Author,
                state,
            )
        }
        RequirementId::DeadlineActionExplicit => {
            let entry = declared(subject)?;
            let state = match &entry.deadline_action {
                Some(field) if has_action(entry) => {
                    met(prose![code(&field.text)], Some(place(subject, field)))
                }
                _ => missing(
                    prose!["the entry does not say what happens at the deadline"],
                    prose![
                        "Write ",
                        code("deadlineAction: disable"),
                        " (connections are paused) or ",
                        code("deadlineAction: auto_upgrade"),
                        "."
                    ],
                ),
            };
            asked(
                prose!["the entry says what happens at the deadline"],
                Who::Author,
                state,
            )
        }
        RequirementId::ChangelogRowWritten => {
            let written = subject.metadata.version.as_ref()?;
            let version = wanted_version(subject.diff).unwrap_or_else(|| written.text.to_string());
            let state = match Row::of(subject.context, subject.diff, &version)? {
                Row::Written(place) => met(prose!["it has"], Some(place)),
                Row::Missing { remedy, .. } => {
                    missing(prose!["the changelog has no row for ", code(&version)], remedy)
                }
                Row::Unread(remedy) => RequirementState::Undecided {
                    remedy,
                    unasked: Vec::new(),
                },
            };
            asked(
                prose!["the changelog has a row for ", code(&version)],
                Who::Author,
                state,
            )
        }
        RequirementId::BreakingChangeLabel => {
            let label = settings.labels.get("breaking-change")?;
            let state = match of_each(subject, |facts| {
                holds(&facts.labels, |labels| labels.contains(label))
            }) {
                Some(true) => met(prose!["it has"], None),
                Some(false) => missing(
                    prose!["the label for breaking changes is missing"],
                    prose!["Label the pull request ", code(label), "."],
                ),
                None => to_confirm(Vec::new()),
            };
            asked(
                prose!["the pull request has the label ", code(label)],
                Who::Author,
                state,
            )
        }
        RequirementId::TitleMarksBreak => {
            let state = match of_each(subject, |facts| holds(&facts.title, |title| marks_break(title))) {
                Some(true) => met(prose!["it does"], None),
                Some(false) => missing(
                    prose!["the pull request's title does not mark the break"],
                    prose![
                        "Put an exclamation mark before the colon of the title, as in ",
                        code("feat!: …"),
                        "."
                    ],
                ),
                None => to_confirm(Vec::new()),
            };
            asked(
                prose!["the pull request's title marks the break with ", code("!")],
                Who::Author,
                state,
            )
        }
        RequirementId::PlaybookFollowed => asked(
            prose!["the release playbook for breaking changes is followed"],
            Who::ReleaseManager,
            to_confirm(Vec::new()),
        ),
        RequirementId::BreakingChangeApproved => asked(
            prose!["the breaking change is approved"],
            Who::Reviewer,
            approval(subject, "breaking-change"),
        ),
        _ => None,
    }
}

/// `feat!: …` or `feat(scope)!: …`.
fn marks_break(title: &str) -> bool {
    title
        .split_once(':')
        .is_some_and(|(kind, _)| kind.trim_end().ends_with('!'))
}

#[cfg(test)]
mod tests {
    use super::marks_break;

    #[test]
    fn an_exclamation_mark_before_the_colon_marks_a_break() {
        for title in ["feat!: drop v1", "fix(source-shop)!: keys", "feat(x) !: y"] {
            assert!(marks_break(title), "{title}");
        }
        for title in ["feat: wow!", "Source Shop: new", "wow!"] {
            assert!(!marks_break(title), "{title}");
        }
    }
}
