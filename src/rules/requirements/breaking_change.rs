//! What a declared breaking change asks for.

use semver::Version;

use super::super::breaking::{
    connector_type, first_entry, fits_policy, has_action, has_message, is_plain_version, is_released,
    stray_entry,
};
use super::super::changelog_row_missing::Row;
use super::super::contract::{denied_break, has_undeclared_break, undeclared_version};
use super::super::major_version_without_entry::lacks_entry;
use super::super::message_hard_to_act_on::{placeholder, tells_what_to_do};
use super::super::wanted_version::{wanted_key, wanted_version};
use super::facts::{approval, holds, of_each};
use super::{BREAKING_CHANGES, Check, RequirementId, Subject, met, missing, to_confirm};
use crate::change::{Bump, ChangeKind, bump};
use crate::changeset::Side;
use crate::finding::{Location, Prose, RequirementState, Who, code, prose};
use crate::metadata::{BreakingChange, Field, Metadata};

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

/// Whether what breaks has an entry that counts; `None` where nothing breaks.
fn break_declared(subject: &Subject) -> Option<RequirementState> {
    let diff = subject.diff;
    if has_undeclared_break(diff) {
        if let Some(entry) = denied_break(diff) {
            return Some(missing(
                prose![
                    "the entry ",
                    code(&entry.version.text),
                    " says that nothing breaks"
                ],
                prose![
                    "Take the breaking part back, or write ",
                    code("isBreaking: true"),
                    " there."
                ],
            ));
        }
        return Some(missing(
            prose!["what breaks is not declared"],
            prose!["Take the breaking part back, or declare it under "]
                .join(entry_to_write(subject))
                .join(prose!["."]),
        ));
    }
    let Some(entry) = declared(subject) else {
        return lacks_entry(diff).then(|| {
            missing(
                prose!["the version announces a break, and no entry says what breaks"],
                prose!["Declare it under "]
                    .join(entry_to_write(subject))
                    .join(prose![", or choose a minor version if nothing breaks."]),
            )
        });
    };
    let key = &entry.version.text;
    let is_stray = stray_entry(diff).is_some_and(|stray| stray.version.span == entry.version.span);
    if is_stray || !is_plain_version(entry) {
        return Some(missing(
            prose!["the entry ", code(key), " does not count"],
            prose!["Rename its key to the version that is released."],
        ));
    }
    Some(met(prose![code(key)], Some(place(subject, &entry.version))))
}

/// The path of the entry that an undeclared break takes.
fn entry_to_write(subject: &Subject) -> Prose {
    match announced_versions(subject).first() {
        Some(version) => prose![code(format!("releases.breakingChanges[\"{version}\"]"))],
        None => prose![code("releases.breakingChanges")],
    }
}

/// Whether head's version is one for a break, and the entry's; `None` where the policy's own level for patches judges it.
fn version_fits(subject: &Subject) -> Option<RequirementState> {
    let diff = subject.diff;
    let version = subject.metadata.version.as_ref()?;
    let before = diff.metadata(Side::Base).and_then(Metadata::semver);
    let after = subject.metadata.semver();
    let entry = declared(subject);
    // A key that is to be renamed follows the version.
    let is_stray = stray_entry(diff).is_some();
    let of_entry = entry
        .filter(|_| !is_stray)
        .is_none_or(|entry| entry.version.text == version.text);
    let fits = fits_policy(before.as_ref(), after.as_ref());
    if fits && of_entry {
        return Some(met(
            prose![code(&version.text)],
            Some(subject.head.location(version.span)),
        ));
    }
    if of_entry && entry.is_some() && bump(before.as_ref(), after.as_ref()) == Bump::Patch {
        return None;
    }
    let lacks = match entry {
        Some(entry) if fits => prose![
            "the version is ",
            code(&version.text),
            ", and the entry says ",
            code(&entry.version.text)
        ],
        _ => prose![code(&version.text), " is no version for a breaking change"],
    };
    let undeclared = || {
        announced_versions(subject)
            .into_iter()
            .next()
            .filter(|_| entry.is_none())
    };
    let remedy = match wanted_version(diff).or_else(undeclared) {
        Some(wanted) => prose!["Release the break as ", code(wanted), ", and name its entry so."],
        None => prose![
            "Release the break as a major version (a minor one below 1.0.0) that equals the entry's key."
        ],
    };
    Some(missing(lacks, remedy))
}

/// The versions whose users have to do something: those of new entries, once what is wrong with them is mended, or the
/// one that an undeclared break takes.
pub(super) fn announced_versions(subject: &Subject) -> Vec<String> {
    let diff = subject.diff;
    if has_undeclared_break(diff) || (declared(subject).is_none() && lacks_entry(diff)) {
        return undeclared_version(diff).into_iter().collect();
    }
    // What is no version is told at its key, and no section goes by that name.
    let is_version = |key: &String| {
        Version::parse(key).is_ok_and(|version| version.pre.is_empty() && version.build.is_empty())
    };
    new_entries(subject)
        .map(|entry| wanted_key(diff, entry))
        .filter(is_version)
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
pub(super) fn new_entries<'a>(subject: &'a Subject) -> impl Iterator<Item = &'a BreakingChange> {
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
