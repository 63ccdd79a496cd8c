//! What Airbyte's check of a migration guide wants to see in it: title, a heading for each version, their order.
//!
//! Knows the guide's text at head; what cannot be read is missing, never met.

use semver::Version;

use super::entry::announced_versions;
use super::{BREAKING_CHANGES, Check, RequirementId, Subject, met, missing};
use crate::changeset::{Fetched, Side};
use crate::finding::{Location, Prose, RequirementState, Who, code, prose};
use crate::ids::RepoPath;
use crate::needs::migration_guide;
use crate::text::{Lines, Span, shown};

/// The words before the version in a section's heading.
const UPGRADING: &str = "Upgrading to ";
/// The most lines of a guide that are read; the longest of them has some hundred.
const MOST_LINES: usize = 20_000;

pub(super) fn check(id: RequirementId, subject: &Subject) -> Option<Check> {
    let read = Reading::of(subject)?;
    let (asks, state) = match (id, &read) {
        (RequirementId::MigrationGuideSection, _) => {
            let versions = announced_versions(subject);
            let asks = prose!["the migration guide has a section "].join(headings(versions.iter()));
            (asks, section(&read, &versions, subject)?)
        }
        (RequirementId::MigrationGuideTitled, Reading::Read(guide)) => {
            let title = title(subject)?;
            let asks = prose!["the migration guide is titled ", code(&title)];
            (asks, titled(guide, &title))
        }
        (RequirementId::MigrationGuideOrdered, Reading::Read(guide)) => (
            prose!["the migration guide has its newest version first"],
            ordered(guide),
        ),
        // Without a guide to look at there is one thing to do, and the section names it.
        _ => return None,
    };
    Some(Check {
        asks,
        of: Who::Author,
        source: BREAKING_CHANGES,
        state,
    })
}

/// The guide of a connector, as far as it could be read.
enum Reading {
    Absent(RepoPath),
    Unreadable(RepoPath, &'static str),
    Read(Guide),
}

/// A guide's text with the headings that count.
struct Guide {
    path: RepoPath,
    text: std::sync::Arc<str>,
    /// The same lines without what readers do not see.
    shown: String,
    /// The versions of the sections, with the numbers of their lines, from 0.
    sections: Vec<(usize, String)>,
}

impl Reading {
    fn of(subject: &Subject) -> Option<Self> {
        let path = migration_guide(&subject.head.directory, subject.metadata)?;
        let bytes = match subject.context.set.fetched(Side::Head, &path) {
            Some(Fetched::File(bytes)) => bytes,
            Some(Fetched::Absent) => return Some(Self::Absent(path)),
            Some(Fetched::NotRegular(_)) => return Some(Self::Unreadable(path, "is no regular file")),
            Some(Fetched::TooLarge { .. }) => return Some(Self::Unreadable(path, "is too large to be read")),
            None => return Some(Self::Unreadable(path, "was not read")),
        };
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Some(Self::Unreadable(path, "is not UTF-8 text"));
        };
        let shown = shown(text);
        let sections = shown.lines().take(MOST_LINES).enumerate();
        let sections = sections
            .filter_map(|(line, text)| Some((line, section_of(text)?.to_owned())))
            .collect();
        Some(Self::Read(Guide {
            path,
            sections,
            shown,
            text: text.into(),
        }))
    }
}

impl Guide {
    fn at(&self, line: usize) -> Location {
        let lines = Lines::new(&self.text);
        let span = lines.span(&self.text, line + 1).unwrap_or(Span::at(0));
        Location::new(self.path.clone(), Side::Head, self.text.clone(), &lines, span)
    }
}

/// The version that a heading opens a section for: of the second level and in these words, as Airbyte's check wants it.
fn section_of(line: &str) -> Option<&str> {
    let heading = line.strip_prefix("## ")?.trim_start_matches(' ');
    heading.strip_prefix(UPGRADING).map(str::trim)
}

/// The first line that Airbyte's check asks for.
fn title(subject: &Subject) -> Option<String> {
    let name = subject.metadata.name.as_ref()?;
    Some(format!("# {} Migration Guide", name.text.trim()))
}

fn headings<'a>(versions: impl Iterator<Item = &'a String>) -> Prose {
    let headings: Vec<String> = versions.map(|version| format!("{UPGRADING}{version}")).collect();
    Prose::listed(&headings, " and ", headings.len())
}

fn section(read: &Reading, versions: &[String], subject: &Subject) -> Option<RequirementState> {
    versions.first()?;
    Some(match read {
        Reading::Absent(path) => {
            let start = title(subject).map_or_else(
                || prose![],
                |title| prose![" with the first line ", code(title), " and"],
            );
            missing(
                prose!["there is no migration guide"],
                prose!["Write ", code(path)].join(start).join(prose![
                    " a section for each version: what changes, why, who is affected, which steps."
                ]),
            )
        }
        Reading::Unreadable(path, why) => missing(
            prose![code(path), " ", *why, ", so nobody can tell what it holds"],
            prose!["Make the migration guide a plain Markdown file."],
        ),
        Reading::Read(guide) => {
            let line_of = |version: &String| {
                let known = |(_, section): &&(usize, String)| section == version;
                guide.sections.iter().find(known).map(|(line, _)| *line)
            };
            let lacking: Vec<&String> = versions
                .iter()
                .filter(|version| line_of(version).is_none())
                .collect();
            match lacking.is_empty() {
                true => met(
                    prose![code(&guide.path)],
                    versions.first().and_then(line_of).map(|line| guide.at(line)),
                ),
                false => missing(
                    prose!["the migration guide has no section "].join(headings(lacking.iter().copied())),
                    prose!["Add "].join(headings(lacking.into_iter())).join(prose![
                        " as a heading of the second level to ",
                        code(&guide.path),
                        ", with what changes, why, who is affected and which steps to take."
                    ]),
                ),
            }
        }
    })
}

fn titled(guide: &Guide, title: &str) -> RequirementState {
    let line = guide
        .shown
        .lines()
        .take(MOST_LINES)
        .position(|line| line.trim_end() == title);
    match line {
        Some(line) => met(prose!["it is"], Some(guide.at(line))),
        None => missing(
            prose!["the migration guide has another title"],
            prose![
                "Start ",
                code(&guide.path),
                " with the line ",
                code(title),
                "; the name is the one in ",
                code("metadata.yaml"),
                "."
            ],
        ),
    }
}

/// Airbyte's check sorts the headings as text: where that order is another one, no order of the versions satisfies both.
fn ordered(guide: &Guide) -> RequirementState {
    let versions: Vec<(usize, Version)> = (guide.sections.iter())
        .filter_map(|(line, version)| Some((*line, Version::parse(version).ok()?)))
        .collect();
    let wrong = versions.windows(2).find(|pair| pair[0].1 < pair[1].1);
    if let Some([(_, above), (_, below)]) = wrong {
        return missing(
            prose!["the migration guide does not have its newest version first"],
            prose![
                "In ",
                code(&guide.path),
                ", put the section ",
                code(format!("{UPGRADING}{below}")),
                " above ",
                code(format!("{UPGRADING}{above}")),
                "."
            ],
        );
    }
    let as_text = |pair: &&[(usize, Version)]| pair[0].1.to_string() < pair[1].1.to_string();
    let place = versions.first().map(|(line, _)| guide.at(*line));
    match versions.windows(2).find(as_text) {
        Some([(_, above), (_, below)]) => met(
            prose![
                "it has; Airbyte's own check sorts as text and wants ",
                code(below),
                " above ",
                code(above)
            ],
            place,
        ),
        _ => met(prose!["it has"], place),
    }
}

#[cfg(test)]
mod tests {
    use super::section_of;

    #[test]
    fn a_heading_of_the_second_level_opens_a_section() {
        for (line, version) in [
            ("## Upgrading to 3.0.0", Some("3.0.0")),
            ("##   Upgrading to 3.0.0  ", Some("3.0.0")),
            ("### Upgrading to 3.0.0", None),
            ("## upgrading to 3.0.0", None),
            ("##Upgrading to 3.0.0", None),
            ("# Upgrading to 3.0.0", None),
            ("## Upgrading 3.0.0", None),
            ("Upgrading to 3.0.0", None),
            ("## Ä", None),
        ] {
            assert_eq!(section_of(line), version, "{line}");
        }
    }
}
