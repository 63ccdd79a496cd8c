use jiff::civil::Date;

use super::wanted_version::wanted_version;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::changeset::{Fetched, Side};
use crate::finding::{Finding, Location, Prose, Related, code, prose};
use crate::ids::RepoPath;
use crate::needs::documentation_page;
use crate::text::{Lines, shown};

/// The most columns of a table for which a row is written out.
const MOST_COLUMNS: usize = 8;

rule! {
    /// A new version has no row in the changelog of the documentation page.
    ///
    /// ## What it does
    /// When the version changes, looks in the page that `documentationUrl` shows for the new version as a whole word, below
    /// a heading "Changelog"; what stands in a comment or in code is no row. It speaks only where the page had such a heading
    /// before: who keeps no changelog is not asked. Where another finding asks for another version, it says so.
    ///
    /// ## Why
    /// The changelog is where users find out what a version brings, and the publisher's checks refuse a version without a
    /// row. Those look for the version as a part of a line, so that `1.0.1` passes by a row of `1.0.10`; this rule does not.
    ///
    /// ## Example
    /// Made up, as no change up to April 2025 shows it: `dockerImageTag` goes from 1.4.2 to 1.4.3, and the newest row
    /// of the page is `| 1.4.2 | 2024-05-02 | … |`.
    ///
    /// ## How to mend it
    /// Add the row to the page, in the same pull request.
    ///
    /// ## Options
    /// None.
    "changelog-row-missing", since "0.1.0",
    pub struct ChangelogRowMissing {}
}

/// A page, as far as it was read.
enum Page {
    Absent,
    Unread,
    Text(String),
}

/// What the page of a connector that keeps a changelog has of a new version.
pub(super) enum Row {
    /// It has the row.
    Written(Location),
    /// It has none.
    Missing {
        /// What is not there, in a sentence.
        message: Prose,
        /// What to write.
        remedy: Prose,
        /// The place that belongs to it: the changelog, or the address that leads elsewhere.
        because: Option<Related>,
    },
    /// The page cannot be read; the sentence says which.
    Unread(Prose),
}

impl Row {
    /// The row of a version that head releases, or ought to; `None` where the version stays, or base's page had no
    /// changelog.
    pub(super) fn of(context: &Context, diff: &ConnectorDiff, version: &str) -> Option<Self> {
        let (_, before, head, after) = diff.both()?;
        diff.change("version")?;
        let old = documentation_page(before)?;
        let kept = match read(context, Side::Base, &old) {
            Page::Absent => false,
            // Whether it has a changelog is not known; head's page tells.
            Page::Unread => true,
            Page::Text(text) => changelog(&shown(&text)).is_some(),
        };
        let Some(path) = documentation_page(after) else {
            return kept.then(|| Self::Missing {
                message: prose![
                    code("documentationUrl"), " no longer leads to the page with the changelog: ", code(&old), "."
                ],
                remedy: prose!["Keep the address of that page, with a row for ", code(version), " in it."],
                because: after.documentation_url.as_ref().map(|url| Related {
                    location: head.location(url.span),
                    message: prose!["this address leads to no page of the repository"],
                }),
            });
        };
        kept.then(|| match read(context, Side::Head, &path) {
            Page::Text(text) => Self::in_page(&path, &text, version, context.today()),
            Page::Absent => Self::Missing {
                message: prose!["The page with the changelog is not there: ", code(&path), "."],
                remedy: prose!["Keep the page, with a row for ", code(version), "."],
                because: None,
            },
            Page::Unread => Self::Unread(prose!["The page with the changelog cannot be read: ", code(&path), "."]),
        })
    }

    fn in_page(path: &RepoPath, text: &str, version: &str, today: Date) -> Self {
        let place = |line: usize| {
            let text: std::sync::Arc<str> = text.into();
            let lines = Lines::new(&text);
            let span = lines.span(&text, line).unwrap_or_default();
            Location::new(path.clone(), Side::Head, text, &lines, span)
        };
        let visible = &*shown(text);
        let heading = changelog(visible);
        let below = heading.into_iter().flat_map(|line| visible.lines().enumerate().skip(line));
        if let Some((index, _)) = below.into_iter().find(|(_, row)| holds(row, version)) {
            return Self::Written(place(index + 1));
        }
        let remedy = match heading.and_then(|line| row(visible, line, version, today)) {
            Some(row) => prose!["Add the row, with the pull request and what changes: ", code(row)],
            None => prose!["Add a line with ", code(version), " and what changes below the heading of the changelog."],
        };
        Self::Missing {
            message: prose!["The changelog in ", code(path), " has no row for ", code(version), "."],
            remedy,
            because: heading.map(|line| Related {
                location: place(line),
                message: prose!["the changelog"],
            }),
        }
    }
}

impl Rule for ChangelogRowMissing {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((head, version)) = diff.head.as_ref().and_then(|head| Some((head, head.metadata()?.version.as_ref()?))) else {
            return;
        };
        let finding = |message: Prose| {
            Finding::at(head.location(version.span), "changelog", message).impact(prose![
                "Users look into the changelog for what a version brings, and the publisher's checks refuse a version without \
                 a row there."
            ])
        };
        let row = |version: &str| Row::of(context, diff, version);
        let row = match row(&version.text) {
            Some(Row::Missing { message, remedy, because }) => {
                let remedy = beside(remedy, wanted_version(diff), row);
                Some(Row::Missing { message, remedy, because })
            }
            found => found,
        };
        match row {
            Some(Row::Missing { message, remedy, because }) => {
                let mut finding = finding(message).remedy(remedy);
                finding.because.extend(because);
                findings.push(finding);
            }
            Some(Row::Unread(message)) => findings.push(finding(message)),
            Some(Row::Written(_)) | None => {}
        }
    }
}

/// What to write where another version is to be released instead, and may have its row already.
fn beside(remedy: Prose, wanted: Option<String>, row: impl Fn(&str) -> Option<Row>) -> Prose {
    let Some(wanted) = wanted else { return remedy };
    match row(&wanted) {
        Some(Row::Missing { remedy, .. }) => prose!["If it is released as ", code(&wanted), ", as another finding asks: "].join(remedy),
        _ => prose!["It has one for ", code(&wanted), ", as which another finding asks to release it. If the version stays: "].join(remedy),
    }
}

/// What a side has at a path; a page that does not change was read at head only.
fn read(context: &Context, side: Side, path: &RepoPath) -> Page {
    let set = context.set;
    let fetched = set.fetched(side, path).or_else(|| {
        let changed = set.changed(Side::Base, path).is_some() || set.changed(Side::Head, path).is_some();
        (!changed).then(|| set.fetched(Side::Head, path)).flatten()
    });
    match fetched {
        Some(Fetched::File(bytes)) => Page::Text(String::from_utf8_lossy(bytes).into_owned()),
        Some(Fetched::Absent) => Page::Absent,
        Some(Fetched::NotRegular(_) | Fetched::TooLarge { .. }) | None => Page::Unread,
    }
}

/// The line of the changelog's heading, from 1.
fn changelog(text: &str) -> Option<usize> {
    let found = text.lines().position(|line| line.to_ascii_lowercase().contains("# changelog"));
    found.map(|index| index + 1)
}

/// Whether a line names a version as a whole word; a `v` before it belongs to it.
fn holds(line: &str, version: &str) -> bool {
    line.match_indices(version).any(|(at, _)| {
        let before = line[..at].strip_suffix(['v', 'V']).unwrap_or(&line[..at]);
        let mut after = line[at + version.len()..].chars();
        let begins = !before.ends_with(|last: char| last.is_alphanumeric() || last == '.');
        let ends = match after.next() {
            // What joins is only part of the version where something follows: `1.0.1.` ends a sentence.
            Some('.' | '-' | '+') => !after.next().is_some_and(char::is_alphanumeric),
            Some(next) => !next.is_alphanumeric(),
            None => true,
        };
        begins && ends
    })
}

/// The row to write, in the columns of the table below a line; `None` where there is no table.
fn row(text: &str, heading: usize, version: &str, today: Date) -> Option<String> {
    let is_ruler = |line: &str| line.trim_start().starts_with('|') && line.contains("--") && !line.contains(char::is_alphanumeric);
    let below: Vec<&str> = text.lines().skip(heading).take_while(|line| !line.starts_with('#')).collect();
    let ruler = below.iter().position(|line| is_ruler(line))?;
    let header = below.get(ruler.checked_sub(1)?)?.trim().strip_prefix('|')?;
    let columns: Vec<&str> = header.strip_suffix('|').unwrap_or(header).split('|').collect();
    if columns.len() > MOST_COLUMNS {
        return None;
    }
    let cell = |column: &&str| {
        let name = column.trim().to_ascii_lowercase();
        match name.as_str() {
            name if name.contains("version") => version.to_owned(),
            name if name.contains("date") => today.to_string(),
            _ => "…".to_owned(),
        }
    };
    Some(format!("| {} |", columns.iter().map(cell).collect::<Vec<_>>().join(" | ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_whole_word() {
        for line in ["| 1.0.1 | x |", "1.0.1", "- v1.0.1: x", "in 1.0.1.", "**1.0.1**", "1.0.10, then 1.0.1"] {
            assert!(holds(line, "1.0.1"), "{line}");
        }
        for line in ["| 1.0.10 |", "11.0.1", "0.1.0.1", "1.0.1-rc.1", "1.0.1.2", "1.0.1+b", "dev1.0.1", ""] {
            assert!(!holds(line, "1.0.1"), "{line}");
        }
    }

    #[test]
    fn a_row_has_the_columns_of_its_table() {
        let today = jiff::civil::date(2026, 11, 22);
        let page = "# Shop\n| Version | x |\n|--|--|\n## Changelog\n\n| Version | Date | Pull Request | Subject |\n| :-- | :-- | :-- | :-- |\n| 1.0.0 | 2026-01-01 | x | y |\n";
        assert_eq!(row(page, 4, "1.0.1", today).as_deref(), Some("| 1.0.1 | 2026-11-22 | … | … |"));
        assert_eq!(row("## Changelog\n\n- 1.0.0: x\n", 1, "1.0.1", today), None);
        assert_eq!(row("## Changelog\n# Next\n| Version |\n|--|\n", 1, "1.0.1", today), None);
    }
}
