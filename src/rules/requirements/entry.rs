//! The entry of a break and the version that it goes with: whether they are there, and fit each other.

use semver::Version;

use super::super::breaking::{
    first_entry, fits_policy, is_plain_version, is_released, is_stray, stray_entry,
};
use super::super::contract::{denied_break, has_undeclared_break, undeclared_version};
use super::super::major_version_without_entry::lacks_entry;
use super::super::wanted_version::{wanted_key, wanted_version};
use super::{Subject, met, missing};
use crate::change::{Bump, ChangeKind, bump};
use crate::changeset::Side;
use crate::finding::{Location, Prose, RequirementState, code, prose};
use crate::metadata::{BreakingChange, Field, Metadata};
/// Whether what breaks has an entry that counts; `None` where nothing breaks.
pub(super) fn break_declared(subject: &Subject) -> Option<RequirementState> {
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
    if is_stray(diff, entry) || !is_plain_version(entry) {
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
pub(super) fn version_fits(subject: &Subject) -> Option<RequirementState> {
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
        Some(wanted) if entry.is_some_and(|entry| *entry.version.text == *wanted) => {
            prose!["Release the break as ", code(wanted), "."]
        }
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
pub(super) fn declared<'a>(subject: &'a Subject) -> Option<&'a BreakingChange> {
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

pub(super) fn place(subject: &Subject, field: &Field) -> Location {
    subject.head.location(field.span)
}
