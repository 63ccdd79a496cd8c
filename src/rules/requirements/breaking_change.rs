//! What a declared breaking change asks for.

use super::super::breaking::{
    connector_type, first_entry, fits_policy, has_action, has_message, is_plain_version, is_released,
};
use super::super::changelog_row_missing::Row;
use super::super::contract::{denied_break, has_undeclared_break, undeclared_version};
use super::super::message_hard_to_act_on::placeholder;
use super::facts::{approval, holds, of_each};
use super::{BREAKING_CHANGES, Check, RequirementId, Subject, met, missing, to_confirm};
use crate::change::ChangeKind;
use crate::changeset::Side;
use crate::finding::{Location, Prose, RequirementState, Who, code, prose};
use crate::metadata::{BreakingChange, Field};

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
        RequirementId::BreakDeclared => {
            let undeclared = has_undeclared_break(subject.diff);
            let denied = denied_break(subject.diff).filter(|_| undeclared);
            let state = match (undeclared, denied.or_else(|| declared(subject))) {
                (true, Some(entry)) if denied.is_some() => missing(
                    prose![
                        "the entry ",
                        code(&entry.version.text),
                        " says that nothing breaks"
                    ],
                    prose!["Keep what breaks, or write ", code("isBreaking: true"), " there."],
                ),
                (true, _) => {
                    let version = announced_versions(subject);
                    let entry = match version.first() {
                        Some(version) => prose![code(format!("releases.breakingChanges[\"{version}\"]"))],
                        None => prose![code("releases.breakingChanges")],
                    };
                    missing(
                        prose!["what breaks is not declared"],
                        prose!["Keep what breaks, or declare it under "]
                            .join(entry)
                            .join(prose!["."]),
                    )
                }
                (false, Some(entry)) if !is_plain_version(entry) => missing(
                    prose![
                        "the entry ",
                        code(&entry.version.text),
                        " declares nothing: it is named by no version of three numbers"
                    ],
                    prose!["Name the entry by the version that breaks."],
                ),
                (false, Some(entry)) => met(
                    prose![code(&entry.version.text)],
                    Some(place(subject, &entry.version)),
                ),
                (false, None) => return None,
            };
            asked(prose!["what breaks is declared"], Who::Author, state)
        }
        RequirementId::VersionFitsBreak => {
            let version = subject.metadata.version.as_ref()?;
            let before = subject
                .diff
                .metadata(Side::Base)
                .and_then(crate::metadata::Metadata::semver);
            let fits = fits_policy(before.as_ref(), subject.metadata.semver().as_ref());
            let of_entry = declared(subject).is_none_or(|entry| entry.version.text == version.text);
            let lacks = match declared(subject) {
                Some(entry) if fits => {
                    prose![
                        "the version is ",
                        code(&version.text),
                        ", and the entry says ",
                        code(&entry.version.text)
                    ]
                }
                _ => prose![code(&version.text), " is no version for a breaking change"],
            };
            let state = match (fits && of_entry, announced_versions(subject).first()) {
                (true, _) => met(
                    prose![code(&version.text)],
                    Some(subject.head.location(version.span)),
                ),
                (false, Some(wanted)) if declared(subject).is_none() => {
                    missing(lacks, prose!["Release the break as ", code(wanted), "."])
                }
                (false, _) => missing(
                    lacks,
                    prose![
                        "Release the break as a major version (a minor one below 1.0.0) that equals the entry's key."
                    ],
                ),
            };
            asked(
                prose!["the version goes with a breaking change"],
                Who::Author,
                state,
            )
        }
        RequirementId::MessageWritten => {
            let entry = declared(subject)?;
            let state = match &entry.message {
                Some(message) if has_message(entry) && placeholder(&message.text).is_none() => {
                    met(prose!["it does"], Some(place(subject, message)))
                }
                _ => missing(
                    prose!["the entry's message does not say what users have to do"],
                    prose!["Say what changes, who is affected and what they have to do."],
                ),
            };
            asked(
                prose!["the entry's message says what users have to do"],
                Who::Author,
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
            let version = subject.metadata.version.as_ref()?;
            let state = match Row::of(subject.context, subject.diff)? {
                Row::Written(place) => met(prose!["it has"], Some(place)),
                Row::Missing { remedy, .. } => missing(
                    prose!["the changelog has no row for ", code(&version.text)],
                    remedy,
                ),
                Row::Unread(remedy) => RequirementState::Undecided {
                    remedy,
                    unasked: Vec::new(),
                },
            };
            asked(
                prose!["the changelog has a row for ", code(&version.text)],
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

/// The versions whose users have to do something: those of new entries, or the one that an undeclared break takes.
pub(super) fn announced_versions(subject: &Subject) -> Vec<String> {
    if has_undeclared_break(subject.diff) {
        return undeclared_version(subject.diff).into_iter().collect();
    }
    // What is no version is told at its key, and no section goes by that name.
    let is_version = |entry: &&BreakingChange| is_plain_version(entry);
    new_entries(subject)
        .filter(is_version)
        .map(|entry| entry.version.text.to_string())
        .collect()
}

/// The new entry that the requirements speak of: the one for the released version, or the first.
fn declared<'a>(subject: &'a Subject) -> Option<&'a BreakingChange> {
    let released = subject.metadata.version.as_ref();
    new_entries(subject)
        .find(|entry| Some(&entry.version.text) == released.map(|field| &field.text))
        .or_else(|| new_entries(subject).next())
}

/// The entries that the change brings for versions that base had not released; of a new connector the one for its
/// first version.
fn new_entries<'a>(subject: &'a Subject) -> impl Iterator<Item = &'a BreakingChange> {
    let before = subject.diff.metadata(Side::Base);
    let declared = subject
        .diff
        .changes
        .iter()
        .filter_map(|change| match &change.kind {
            ChangeKind::BreakingChangeDeclared { version } => subject.metadata.releases.entry(version),
            _ => None,
        });
    let declared = declared.chain(first_entry(subject.diff, subject.metadata));
    declared.filter(move |entry| before.is_none_or(|base| is_released(base, entry) != Some(true)))
}

fn place(subject: &Subject, field: &Field) -> Location {
    subject.head.location(field.span)
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
