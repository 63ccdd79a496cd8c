//! Where connectors live: the policy's patterns of directories, compiled.
//!
//! Knows patterns and paths; knows neither the policy's file nor what a connector holds.

use std::collections::BTreeSet;

use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::ids::RepoPath;

/// The most patterns that one policy may name.
const MOST_PATTERNS: usize = 256;

/// Patterns of connector directories, matched against the bytes of a directory's whole path.
///
/// `*` and `?` never match a `/`; `**` matches any number of directories; `.` says that the repository itself is
/// one connector.
#[derive(Debug, Clone)]
pub struct ConnectorRoots {
    patterns: Vec<String>,
    directories: GlobSet,
    above: GlobSet,
    repository: bool,
}

/// A pattern that no directory can be matched with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is not a pattern of directories: {why}")]
pub struct UnusablePattern {
    /// The pattern as it was written.
    pub pattern: String,
    /// What is wrong with it.
    pub why: String,
}

impl ConnectorRoots {
    /// Compiles the patterns; the first unusable one is the error.
    pub fn new<P: AsRef<str>>(patterns: &[P]) -> Result<Self, UnusablePattern> {
        let mut directories = GlobSetBuilder::new();
        let mut above = GlobSetBuilder::new();
        let mut repository = false;
        for (index, pattern) in patterns.iter().map(AsRef::as_ref).enumerate() {
            let refused = |why: String| UnusablePattern {
                pattern: pattern.to_owned(),
                why,
            };
            if index >= MOST_PATTERNS {
                return Err(refused(format!("there are more than {MOST_PATTERNS} patterns")));
            }
            if pattern == "." {
                repository = true;
                continue;
            }
            let written = pattern.strip_suffix('/').unwrap_or(pattern);
            let strange = |segment: &str| matches!(segment, "" | "." | "..");
            if written.split('/').any(strange) {
                return Err(refused("it has an empty, `.` or `..` segment".to_owned()));
            }
            directories.add(compile(written).map_err(|error| refused(error.kind().to_string()))?);
            for prefix in prefixes(written) {
                above.add(compile(&prefix).map_err(|error| refused(error.kind().to_string()))?);
            }
        }
        let built = |set: GlobSetBuilder| {
            set.build().map_err(|error| UnusablePattern {
                pattern: error.glob().unwrap_or("connectors").to_owned(),
                why: error.kind().to_string(),
            })
        };
        Ok(Self {
            patterns: patterns
                .iter()
                .map(|pattern| pattern.as_ref().to_owned())
                .collect(),
            directories: built(directories)?,
            above: built(above)?,
            repository,
        })
    }

    /// The patterns as they were written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// The directories that either takes for connectors.
    pub fn with(&self, other: &Self) -> Result<Self, UnusablePattern> {
        let new = other
            .patterns
            .iter()
            .filter(|pattern| !self.patterns.contains(pattern));
        let all: Vec<&String> = self.patterns.iter().chain(new).collect();
        Self::new(&all)
    }

    /// The folders below which every connector lies, as far as the patterns name them; `None` where that may be
    /// anywhere.
    pub fn folders(&self) -> Option<BTreeSet<RepoPath>> {
        let named = |pattern: &String| {
            let is_plain = |segment: &&str| !segment.contains(['*', '?', '[', ']', '{', '}', '\\', '!']);
            let folder: Vec<&str> = pattern.split('/').take_while(is_plain).collect();
            let folder = folder.join("/");
            let folder = RepoPath::new(folder.trim_end_matches('/').as_bytes()).ok()?;
            (!self.repository && !folder.is_root()).then_some(folder)
        };
        self.patterns.iter().map(named).collect()
    }

    /// The connector directory that a path lies in: its outermost ancestor that matches a pattern.
    ///
    /// A path is no ancestor of itself: `connectors/README.md` lies in no connector.
    pub fn directory_of(&self, path: &RepoPath) -> Option<RepoPath> {
        if path.is_root() {
            return None;
        }
        if self.repository {
            return Some(RepoPath::root());
        }
        let bytes = path.as_bytes();
        let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        for (slash, _) in slashes {
            if self
                .directories
                .is_match_candidate(&Candidate::from_bytes(&bytes[..slash]))
            {
                return RepoPath::new(&bytes[..slash]).ok();
            }
        }
        None
    }

    /// Whether a directory at this path is a connector's own: it matches and none of its ancestors does.
    ///
    /// A symlink or a submodule at such a path stands where a connector should be.
    pub fn contains(&self, directory: &RepoPath) -> bool {
        if self.repository {
            return directory.is_root();
        }
        self.directories
            .is_match_candidate(&Candidate::from_bytes(directory.as_bytes()))
            && self.directory_of(directory).is_none()
    }

    /// Whether a connector directory can lie somewhere below a directory; a "yes" may be wrong, a "no" never is.
    pub fn may_lie_below(&self, directory: &RepoPath) -> bool {
        !self.repository
            && (directory.is_root()
                || self
                    .above
                    .is_match_candidate(&Candidate::from_bytes(directory.as_bytes())))
    }
}

fn compile(pattern: &str) -> Result<globset::Glob, globset::Error> {
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
}

/// The patterns of the directories above those that a pattern matches.
fn prefixes(pattern: &str) -> Vec<String> {
    if pattern.contains(['{', '[', '\\']) {
        // A slash may stand inside of these; they are rare enough to look everywhere.
        return vec!["**".to_owned()];
    }
    let mut found = Vec::new();
    let mut prefix = String::new();
    for segment in pattern.split('/') {
        if segment == "**" {
            prefix.push_str("**");
            found.push(prefix);
            return found;
        }
        prefix.push_str(segment);
        found.push(prefix.clone());
        prefix.push('/');
    }
    found.pop();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).unwrap()
    }

    fn directory(roots: &ConnectorRoots, text: &str) -> Option<String> {
        roots
            .directory_of(&path(text))
            .map(|directory| directory.to_string())
    }

    #[test]
    fn a_file_belongs_to_the_outermost_directory_that_matches() {
        let roots = ConnectorRoots::new(&["c/*", "more/**/source-*"]).unwrap();
        for (file, expected) in [
            ("c/source-a/metadata.yaml", Some("c/source-a")),
            ("c/source-a/src/test/resources/metadata.yaml", Some("c/source-a")),
            ("c/README.md", None),
            ("d/source-a/metadata.yaml", None),
            ("more/x/y/source-b/source-c/f", Some("more/x/y/source-b")),
            ("README.md", None),
        ] {
            assert_eq!(directory(&roots, file).as_deref(), expected, "{file}");
        }
    }

    #[test]
    fn the_folders_of_connectors_are_known_as_far_as_patterns_name_them() {
        let folders = |patterns: &[&str]| {
            let folders = ConnectorRoots::new(patterns).unwrap().folders();
            folders.map(|folders| folders.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let named = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(folders(&["a/b/*", "a/b/x-*/y", "one/"]), named(&["a/b", "one"]));
        assert_eq!(folders(&["a/{b,c}/d"]), named(&["a"]));
        for anywhere in [&["."][..], &["a/*", "*/b"], &["**"], &[".", "a/*"]] {
            assert_eq!(folders(anywhere), None, "{anywhere:?}");
        }
    }

    #[test]
    fn two_sets_of_directories_together_hold_both() {
        let (one, other) = (["a/*", "b/*"], ["b/*", "c/*"]);
        let both = ConnectorRoots::new(&one)
            .unwrap()
            .with(&ConnectorRoots::new(&other).unwrap());
        assert_eq!(both.unwrap().patterns(), ["a/*", "b/*", "c/*"]);
    }

    #[test]
    fn a_repository_can_be_one_connector() {
        let roots = ConnectorRoots::new(&["."]).unwrap();
        assert_eq!(directory(&roots, "a/b").as_deref(), Some("."));
        assert!(roots.contains(&RepoPath::root()));
        assert!(!roots.contains(&path("a")));
    }

    #[test]
    fn a_directory_inside_a_connector_is_not_a_connector() {
        let roots = ConnectorRoots::new(&["c/**"]).unwrap();
        assert!(roots.contains(&path("c/a")));
        assert!(!roots.contains(&path("c/a/b")));
    }

    #[test]
    fn names_that_are_not_text_are_matched_as_bytes() {
        let roots = ConnectorRoots::new(&["c/*"]).unwrap();
        let found = roots.directory_of(&RepoPath::new(b"c/s-\xff/metadata.yaml").unwrap());
        assert_eq!(found, Some(RepoPath::new(b"c/s-\xff").unwrap()));
    }

    #[test]
    fn only_directories_that_lead_to_connectors_are_searched() {
        let roots = ConnectorRoots::new(&["a/b*/c"]).unwrap();
        for (directory, expected) in [
            ("a", true),
            ("a/bb", true),
            ("a/x", false),
            ("a/b/c", false),
            ("b", false),
        ] {
            assert_eq!(roots.may_lie_below(&path(directory)), expected, "{directory}");
        }
        assert!(
            ConnectorRoots::new(&["a/{b,c/d}"])
                .unwrap()
                .may_lie_below(&path("a/c"))
        );
        assert!(
            ConnectorRoots::new(&["a/**/x"])
                .unwrap()
                .may_lie_below(&path("a/q/r"))
        );
    }

    #[test]
    fn an_unusable_pattern_is_named() {
        for pattern in ["", "/a", "a//b", "../a", "a/[b"] {
            assert!(ConnectorRoots::new(&[pattern]).is_err(), "{pattern}");
        }
    }
}
