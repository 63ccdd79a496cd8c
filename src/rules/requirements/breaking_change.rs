//! What a declared breaking change asks for.

use super::super::breaking::{connector_type, fits_policy, has_action, has_message};
use super::facts::{approval, holds, of_each};
use super::{BREAKING_CHANGES, Check, RequirementId, Subject, met, missing, to_confirm};
use crate::change::ChangeKind;
use crate::changeset::{Fetched, Side};
use crate::finding::{Location, Prose, RequirementState, Who, code, prose};
use crate::metadata::{BreakingChange, Field};
use crate::needs::migration_guide;
use crate::text::{Lines, Span};

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
        RequirementId::VersionFitsBreak => {
            let version = subject.metadata.version.as_ref()?;
            let entry = declared(subject)?;
            let equal = entry.version.text == version.text;
            let before = subject
                .diff
                .metadata(Side::Base)
                .and_then(crate::metadata::Metadata::semver);
            let fits = equal && fits_policy(before.as_ref(), subject.metadata.semver().as_ref());
            let state = match fits {
                true => met(
                    prose![code(&version.text)],
                    Some(subject.head.location(version.span)),
                ),
                false => missing(prose![
                    "Release the break as a major version (a minor one below 1.0.0) that equals the entry's key."
                ]),
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
                Some(message) if has_message(entry) => met(prose!["it does"], Some(place(subject, message))),
                _ => missing(prose![
                    "Say what changes, who is affected and what they have to do."
                ]),
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
            let state = match &entry.upgrade_deadline {
                Some(field) if field.date().is_some_and(|date| date >= earliest) => {
                    met(prose![code(&field.text)], Some(place(subject, field)))
                }
                _ => missing(prose![
                    "Set ",
                    code("upgradeDeadline"),
                    " to ",
                    earliest,
                    " or later."
                ]),
            };
            let words = crate::finding::Piece::trusted(settings.deadlines.words(kind));
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
                _ => missing(prose![
                    "Write ",
                    code("deadlineAction"),
                    ": ",
                    code("disable"),
                    " or ",
                    code("auto_upgrade"),
                    "."
                ]),
            };
            asked(
                prose!["the entry says what happens at the deadline"],
                Who::Author,
                state,
            )
        }
        RequirementId::MigrationGuideSection => {
            let version = &declared(subject)?.version.text;
            let asks = prose![
                "the migration guide has a section ",
                code(format!("Upgrading to {version}"))
            ];
            asked(asks, Who::Author, guide_state(subject, version)?)
        }
        RequirementId::BreakingChangeLabel => {
            let label = settings.labels.get("breaking-change")?;
            let state = match of_each(subject, |facts| {
                holds(&facts.labels, |labels| labels.contains(label))
            }) {
                Some(true) => met(prose!["it has"], None),
                Some(false) => missing(prose!["Add the label."]),
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
                Some(false) => missing(prose![
                    "Write the type with an exclamation mark, as in ",
                    code("feat!: …"),
                    "."
                ]),
                None => to_confirm(Vec::new()),
            };
            asked(
                prose!["the pull request's title marks the break with ", code("!")],
                Who::Author,
                state,
            )
        }
        RequirementId::BreakingChangeApproved => asked(
            prose!["the breaking change is approved"],
            Who::Reviewer,
            approval(subject, "breaking-change"),
        ),
        _ => None,
    }
}

/// The new entry that the requirements speak of: the one for the released version, or the first.
fn declared<'a>(subject: &'a Subject) -> Option<&'a BreakingChange> {
    let mut entries = subject
        .diff
        .changes
        .iter()
        .filter_map(|change| match &change.kind {
            ChangeKind::BreakingChangeDeclared { version } => subject.metadata.releases.entry(version),
            _ => None,
        });
    let first = entries.next();
    let released = subject.metadata.version.as_ref();
    first
        .into_iter()
        .chain(entries)
        .find(|entry| Some(&entry.version.text) == released.map(|field| &field.text))
        .or(first)
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

fn guide_state(subject: &Subject, version: &str) -> Option<RequirementState> {
    let path = migration_guide(&subject.head.directory, subject.metadata)?;
    let bytes = match subject.context.set.fetched(Side::Head, &path) {
        Some(Fetched::File(bytes)) => bytes,
        Some(Fetched::Absent) => {
            return Some(missing(prose![
                "Write ",
                code(path),
                ": what changes, why, who is affected, which steps."
            ]));
        }
        Some(Fetched::NotRegular(_) | Fetched::TooLarge { .. }) | None => {
            return Some(to_confirm(Vec::new()));
        }
    };
    let text = String::from_utf8_lossy(bytes);
    let heading = format!("Upgrading to {version}");
    let line = text.lines().position(|line| {
        line.strip_prefix("##").is_some_and(|title| {
            title
                .trim_start_matches('#')
                .trim()
                .eq_ignore_ascii_case(&heading)
        })
    });
    Some(match line {
        Some(index) => {
            let text: std::sync::Arc<str> = text.as_ref().into();
            let lines = Lines::new(&text);
            let span = lines.span(&text, index + 1).unwrap_or(Span::at(0));
            met(
                prose![code(&path)],
                Some(Location::new(path, Side::Head, text, &lines, span)),
            )
        }
        None => missing(prose![
            "Add the section to ",
            code(path),
            ": what changes, why, who is affected, which steps."
        ]),
    })
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
