//! Whether somebody owns a folder, as the repository's CODEOWNERS says.
//!
//! Knows the syntax of that file (<https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>):
//! the last pattern that matches decides, and one without owners takes ownership away.

use globset::{GlobBuilder, GlobSetBuilder};

use super::{Subject, met, missing, to_confirm};
use crate::changeset::{Fetched, Side};
use crate::finding::{Location, RequirementState, code, prose};
use crate::ids::RepoPath;
use crate::needs::owner_files;
use crate::text::{Lines, Span};

/// The most lines of a file that is read: ten times as many as a repository of a thousand connectors needs.
const MOST_LINES: usize = 10_000;
/// The most bytes of a pattern that is looked at; a path of GitHub has 4,096 at most.
const LONGEST_PATTERN: usize = 1_000;

/// Whether the connector's folder has an owner.
pub(super) fn state(subject: &Subject) -> RequirementState {
    let folder = &subject.head.directory;
    for path in owner_files() {
        let bytes = match subject.context.set.fetched(Side::Head, &path) {
            Some(Fetched::Absent) => continue,
            Some(Fetched::File(bytes)) => bytes,
            None => return undecided(&path, "was not read"),
            Some(Fetched::TooLarge { .. }) => return undecided(&path, "is too large to be read"),
            Some(Fetched::NotRegular(_)) => {
                return missing(
                    prose![code(&path), " could not be read"],
                    prose!["Put a plain text file there."],
                );
            }
        };
        let Ok(text) = std::str::from_utf8(bytes) else {
            return missing(
                prose![code(&path), " is not UTF-8 text"],
                prose!["Save it as UTF-8."],
            );
        };
        if text.lines().nth(MOST_LINES).is_some() {
            return undecided(&path, "has more than 10,000 lines");
        }
        return match owning_line(text, &format!("{folder}/metadata.yaml")) {
            Some((line, owners)) => met(prose![code(owners)], Some(place(&path, text, line))),
            None => missing(
                prose![code(&path), " names no owner of the folder"],
                prose![
                    "Add a line for ",
                    code(format!("/{folder}/")),
                    " with its owners to ",
                    code(&path),
                    "."
                ],
            ),
        };
    }
    // A repository without the file says elsewhere who owns what.
    to_confirm(subject.context.settings.people("support-level"))
}

fn undecided(path: &RepoPath, why: &'static str) -> RequirementState {
    RequirementState::Undecided {
        remedy: prose![
            code(path),
            " ",
            why,
            ", so that it is not known who owns the folder."
        ],
        unasked: Vec::new(),
    }
}

fn place(path: &RepoPath, text: &str, line: usize) -> Location {
    let lines = Lines::new(text);
    let span = lines.span(text, line + 1).unwrap_or(Span::at(0));
    Location::new(path.clone(), Side::Head, text.into(), &lines, span)
}

/// The line, from 0, that decides who owns a path, and its owners; `None` where nobody does.
fn owning_line<'a>(text: &'a str, path: &str) -> Option<(usize, &'a str)> {
    let lines: Vec<&str> = text.lines().take(MOST_LINES).collect();
    // The last line that matches decides, so that those above it need no look.
    let mut rules = lines.iter().enumerate().rev().filter_map(|(number, line)| {
        let (pattern, owners) = rule_of(line)?;
        Some((number, pattern, owners))
    });
    let (number, _, owners) = rules.find(|(_, pattern, _)| owns(pattern, path))?;
    (!owners.is_empty()).then_some((number, owners))
}

/// A line's pattern and owners; `None` for one that GitHub skips.
fn rule_of(line: &str) -> Option<(&str, &str)> {
    let comment = line.find(" #").or_else(|| line.find("\t#"));
    let line = &line[..comment.unwrap_or(line.len())];
    let line = line.trim();
    let (pattern, owners) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let is_skipped = pattern.is_empty()
        || pattern.len() > LONGEST_PATTERN
        || pattern.starts_with(['#', '!'])
        || pattern.contains('[')
        || !owners.split_whitespace().all(|owner| owner.contains('@'));
    (!is_skipped).then(|| (pattern, owners.trim()))
}

/// Whether a pattern takes in a file: it, or a folder above it.
fn owns(pattern: &str, path: &str) -> bool {
    let anchored = pattern.trim_end_matches('/').contains('/');
    let name = pattern.trim_start_matches('/').trim_end_matches('/');
    if !name.contains(['*', '?', '\\']) {
        return owns_plain(name, anchored, pattern.ends_with('/'), path);
    }
    // Alternatives in braces are none of this syntax.
    let name = name.replace('{', "[{]").replace('}', "[}]");
    let start = if anchored { "" } else { "**/" };
    // `docs/*` means the files of the folder, and not what lies deeper.
    let only_here = anchored && name.ends_with("/*");
    let itself = (!pattern.ends_with('/')).then(|| format!("{start}{name}"));
    let below = (!only_here).then(|| format!("{start}{name}/**"));
    let mut globs = GlobSetBuilder::new();
    for text in itself.into_iter().chain(below) {
        let Ok(glob) = GlobBuilder::new(&text).literal_separator(true).build() else {
            return false;
        };
        globs.add(glob);
    }
    globs.build().is_ok_and(|globs| globs.is_match(path))
}

/// The same for a pattern without wildcards, which most are.
fn owns_plain(name: &str, anchored: bool, only_folders: bool, path: &str) -> bool {
    let takes_in = |path: &str| match path.strip_prefix(name) {
        Some("") => !only_folders,
        Some(rest) => rest.starts_with('/'),
        None => false,
    };
    if name.is_empty() {
        return false;
    }
    let starts = path.match_indices('/').map(|(at, _)| at + 1);
    takes_in(path) || (!anchored && starts.filter_map(|at| path.get(at..)).any(takes_in))
}

#[cfg(test)]
mod tests {
    use super::{owning_line, owns};

    #[test]
    fn a_pattern_takes_in_what_lies_below_it() {
        let path = "a/connectors/source-shop/metadata.yaml";
        for (pattern, expected) in [
            ("*", true),
            ("/a/connectors/source-shop/", true),
            ("/a/connectors/source-shop", true),
            ("a/connectors/source-*", true),
            ("source-shop/", true),
            ("metadata.yaml", true),
            ("a/connectors/*", false),
            ("a/connectors/**", true),
            ("/source-shop/", false),
            ("source-sho", false),
            ("*.yaml", true),
            ("[", false),
            ("metadata.yaml/", false),
            ("connectors", true),
            ("connectors/source-shop", false),
            ("shop", false),
            ("/", false),
        ] {
            assert_eq!(owns(pattern, path), expected, "{pattern}");
        }
    }

    #[test]
    fn the_last_line_that_matches_decides() {
        let text = "# all\n* @all\n/a/ @team # why\n/b/ @other\n";
        assert_eq!(owning_line(text, "a/x"), Some((2, "@team")));
        assert_eq!(owning_line(text, "c/x"), Some((1, "@all")));
        assert_eq!(owning_line("* @all\n/a/\n", "a/x"), None);
        assert_eq!(owning_line("", "a/x"), None);
        let text = "/a/ @team\n!/a/ @other\n/[a]/ @other\n/a/ nobody\n/a/ @x nobody\n/{a,b}/ @other\n";
        assert_eq!(owning_line(text, "a/x"), Some((0, "@team")));
        assert_eq!(
            owning_line("/a/ team@shop.example", "a/x"),
            Some((0, "team@shop.example"))
        );
    }

    #[test]
    fn a_pattern_of_any_length_ends_in_an_answer() {
        let text = format!("/a/ @team\n{} @other\n", "?*".repeat(50_000));
        assert_eq!(owning_line(&text, "a/x"), Some((0, "@team")));
    }
}
