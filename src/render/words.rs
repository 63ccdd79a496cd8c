//! Wording that several outputs share: connectors, changes, places, days and numbers in words.
//!
//! Makes [`Prose`], so that values from a change stay apart from our words until a sink escapes them.

use jiff::civil::Date;

use super::standing::{bump_words, release_stage, support_level, version};
use crate::change::{Bump, Change, ChangeKind};
use crate::changeset::{Revision, Revisions, Side};
use crate::finding::{Finding, Level, Location, Piece, Prose, code, prose};
use crate::ids::RepoPath;
use crate::report::Report;

/// Writes a number with its noun: `1 note`, `12 notes`.
pub(super) fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Writes a day as people say it: `22 November 2026`.
pub(super) fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// A change in words: `support level: certified → community`.
pub(super) fn change(change: &Change) -> Prose {
    let values = || {
        let value = |value: &Option<String>| match value {
            Some(value) => code(value),
            None => "absent".into(),
        };
        prose![value(&change.from), " → ", value(&change.to)]
    };
    match &change.kind {
        ChangeKind::ConnectorAdded => prose!["new connector"],
        ChangeKind::ConnectorRemoved => prose!["connector removed"],
        ChangeKind::ConnectorRenamed => prose!["moved: "].join(values()),
        ChangeKind::SupportLevel => prose![
            "support level: ",
            support_level(change.from.as_deref()),
            " → ",
            support_level(change.to.as_deref())
        ],
        ChangeKind::ReleaseStage => prose![
            "release stage: ",
            release_stage(change.from.as_deref()),
            " → ",
            release_stage(change.to.as_deref())
        ],
        ChangeKind::Version { bump, prerelease } => prose![
            "version: ",
            version(change.from.as_deref()),
            " → ",
            version(change.to.as_deref()),
            Piece::trusted(format!(" ({})", bump_words(*bump, *prerelease)))
        ],
        ChangeKind::BreakingChangeDeclared { version } => {
            prose!["breaking change declared for ", code(version)]
        }
        ChangeKind::BreakingChangeEdited { version, fields } => {
            let mut pieces = vec!["breaking change of ".into(), code(version), " edited: ".into()];
            for (place, field) in fields.iter().enumerate() {
                pieces.extend((place > 0).then(|| Piece::from(", ")));
                pieces.push(code(&field.field));
            }
            Prose::new(pieces)
        }
        ChangeKind::BreakingChangeRemoved { version } => {
            prose!["breaking change of ", code(version), " no longer declared"]
        }
        ChangeKind::RegistryEnabled { registry } => {
            prose!["enabled in the registry ", code(registry), ": "].join(values())
        }
        ChangeKind::RegistryOverride { registry, field } => {
            prose![code(field), " overridden for ", code(registry), ": "].join(values())
        }
        ChangeKind::Identity { field } => prose![code(field), ": "].join(values()),
        ChangeKind::Field { field } => prose![code(field), ": "].join(values()),
    }
}

/// Whether [`standing`] shows a change already.
pub(super) fn is_standing(change: &Change) -> bool {
    use ChangeKind::{ConnectorAdded, ConnectorRemoved, ReleaseStage, SupportLevel, Version};
    matches!(
        change.kind,
        ConnectorAdded | ConnectorRemoved | ReleaseStage | SupportLevel | Version { .. }
    )
}

/// What a sweep's changes have in common: the change without the values that differ from connector to connector.
pub(super) fn kind(reported: &Change) -> Prose {
    match &reported.kind {
        ChangeKind::Version { bump, prerelease } => prose![
            code("dockerImageTag"),
            Piece::trusted(match bump {
                Bump::Downgrade => " downgrade".to_owned(),
                bump => format!(" {} bump", bump_words(*bump, *prerelease)),
            })
        ],
        ChangeKind::ConnectorRenamed => prose!["moved"],
        ChangeKind::BreakingChangeDeclared { .. } => prose!["breaking change declared"],
        ChangeKind::BreakingChangeRemoved { .. } => prose!["breaking change no longer declared"],
        _ => change(reported),
    }
}

/// A place in words: ``line 12 of `metadata.yaml` at base``; a file of the folder is named as seen from there.
pub(super) fn place(location: &Location, folder: &RepoPath) -> Prose {
    let file = seen_from(&location.file, folder);
    let side = match location.side {
        Side::Base => " at base",
        Side::Head => "",
        Side::Target => " on the target branch",
    };
    match location.has_line() {
        true => prose!["line ", location.position.line, " of ", code(file), side],
        false => prose![code(file), side],
    }
}

/// A connector's name: as words where it is an ordinary one, else as code.
pub(super) fn name(name: &str) -> Piece {
    let ordinary = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    match name.len() <= 80 && name.bytes().all(ordinary) {
        true => Piece::trusted(name),
        false => code(name),
    }
}

/// A file's path, without the folder where it lies in it.
pub(super) fn seen_from(file: &RepoPath, folder: &RepoPath) -> String {
    let path = file.to_string();
    let inside = file.is_within(folder) && !folder.is_root();
    match path.strip_prefix(&format!("{folder}/")) {
        Some(name) if inside => name.to_owned(),
        _ => path,
    }
}

/// The word of a side.
pub(super) fn side(side: Side) -> &'static str {
    match side {
        Side::Base => "base",
        Side::Head => "head",
        Side::Target => "target",
    }
}

/// A revision as people name it.
pub(super) fn revision(revision: &Revision) -> Prose {
    match revision {
        Revision::Commit(id) => prose![code(id.short())],
        Revision::WorkingTree => prose!["working tree"],
        Revision::Folder(name) => prose![code(name)],
    }
}

/// The command that makes the same report.
pub(super) fn command(report: &Report) -> String {
    let Revisions { base, head, target } = &report.revisions;
    let mut command = "tierguard check".to_owned();
    // The tip of the target branch gives the same merge base, and the policy is read there.
    let base = if matches!(target, Revision::Commit(_)) {
        target
    } else {
        base
    };
    for (commit, folder, revision) in [("base", "base-dir", base), ("head", "head-dir", head)] {
        match revision {
            // Twelve digits are unique in every repository of this kind, seven are not.
            Revision::Commit(id) => command.push_str(&format!(" --{commit} {}", &id.as_str()[..12])),
            Revision::WorkingTree => {}
            Revision::Folder(name) => command.push_str(&format!(" --{folder} {}", quoted(name))),
        }
    }
    if let Some(file) = &report.policy.named {
        command.push_str(&format!(" --policy {}", quoted(file)));
    }
    command.push_str(&format!(" --today {}", report.today));
    command
}

fn quoted(argument: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"./_-".contains(&byte);
    match !argument.is_empty() && argument.bytes().all(plain) {
        true => argument.to_owned(),
        false => format!("'{}'", argument.replace('\'', r"'\''")),
    }
}

/// Whether a finding alone makes the run fail.
pub(super) fn is_blocking(report: &Report, finding: &Finding) -> bool {
    finding.introduced && finding.level != Level::Off && finding.level >= report.policy.fail_on
}

/// Every introduced finding, the worst first, in the order of the report within a level.
pub(super) fn worst_first(report: &Report) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = report
        .all_findings()
        .filter(|finding| finding.introduced && finding.level != Level::Off)
        .collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn days_and_numbers_read_as_people_say_them() {
        assert_eq!(day(Date::constant(2026, 11, 2)), "2 November 2026");
        assert_eq!(plural(1, "note", "notes"), "1 note");
        assert_eq!(plural(0, "note", "notes"), "0 notes");
    }

    #[test]
    fn the_command_quotes_what_a_shell_would_read() {
        let mut report = sample::quiet();
        report.revisions.base = Revision::Folder("a b'$(c)".to_owned());
        report.revisions.head = Revision::Folder("head".to_owned());
        report.revisions.target = report.revisions.base.clone();
        assert_eq!(
            command(&report),
            r"tierguard check --base-dir 'a b'\''$(c)' --head-dir head --today 2026-11-22"
        );
        report.policy.named = Some("a policy.yml".to_owned());
        assert!(command(&report).ends_with(" --head-dir head --policy 'a policy.yml' --today 2026-11-22"));
    }
}
