//! Of which connectors and changes something is said: the scope of a rule, and the `when` of a wish.
//!
//! A scope can only be left by a change that no side of the comparison holds inside: a demotion, a rename or a new word
//! at head frees nothing that base was held to.

mod words;

use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::change::{Change, Connector, ConnectorDiff, governing_stability};
use crate::ids::RepoPath;
use crate::metadata::{Field, Metadata};

pub use words::{KEYS, Key, Values};

/// The most patterns that one scope may name.
pub const MOST_PATTERNS: usize = 256;

/// The prefix of the tag that names a connector's language.
const LANGUAGE_TAG: &str = "language:";

/// The connectors and changes that are spoken of; without a key, all of them.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    support_levels: Option<Vec<String>>,
    release_stages: Option<Vec<String>>,
    stabilities: Option<Vec<String>>,
    connector_types: Option<Vec<String>>,
    languages: Option<Vec<String>>,
    changes: Option<Vec<String>>,
    connectors: Option<GlobSet>,
}

impl Scope {
    /// Whether every key that is given fits.
    ///
    /// A side that cannot be read is passed over; where none can be read, only the folder is asked.
    pub fn matches(&self, diff: &ConnectorDiff) -> bool {
        let sides = || [&diff.base, &diff.head, &diff.target].into_iter().flatten();
        let readable = sides().any(|side| side.metadata().is_some());
        let any = |words: &Option<Vec<String>>, fits: &dyn Fn(&Connector, &Metadata, &[String]) -> bool| {
            let Some(words) = words.as_ref().filter(|_| readable) else {
                return true;
            };
            sides()
                .filter_map(|side| Some((side, side.metadata()?)))
                .any(|(side, metadata)| fits(side, metadata, words))
        };
        any(&self.support_levels, &|_, metadata, words| {
            is_written(metadata.support_level.as_ref(), "community", words)
        }) && any(&self.release_stages, &|_, metadata, words| {
            is_written(metadata.release_stage.as_ref(), "absent", words)
        }) && any(&self.connector_types, &|side, metadata, words| {
            is_written(metadata.connector_type.as_ref(), &named_type(side), words)
        }) && any(&self.languages, &|_, metadata, words| {
            languages(metadata).any(|language| words.iter().any(|word| word == language))
        }) && self
            .stabilities
            .as_ref()
            .filter(|_| readable)
            .is_none_or(|words| is_one_of(governing_stability(diff).word(), words))
            && self.changed(diff)
            && self.connectors.as_ref().is_none_or(|patterns| {
                sides().any(|side| {
                    patterns.is_match_candidate(&Candidate::from_bytes(glob_path(&side.directory)))
                })
            })
    }

    /// Whether every key that is given fits a connector by itself; what changes is not asked.
    pub fn matches_state(&self, connector: &Connector) -> bool {
        let alone = ConnectorDiff {
            base: None,
            head: Some(connector.clone()),
            target: None,
            changes: Vec::new(),
            files: Vec::new(),
            contract: None,
        };
        let scope = Self {
            changes: None,
            ..self.clone()
        };
        scope.matches(&alone)
    }

    /// Whether it asks for a kind of change.
    pub fn names_changes(&self) -> bool {
        self.changes.is_some()
    }

    /// Whether a change is of a kind that it asks for; without one, each is.
    pub fn names(&self, change: &Change) -> bool {
        self.changes
            .as_ref()
            .is_none_or(|words| is_one_of(change.kind.word(), words))
    }

    /// What changed is not known where a side cannot be read, and then nothing is freed.
    fn changed(&self, diff: &ConnectorDiff) -> bool {
        let is_unreadable =
            |side: &Option<Connector>| side.as_ref().is_some_and(|side| side.metadata().is_none());
        self.changes.is_none()
            || is_unreadable(&diff.base)
            || is_unreadable(&diff.head)
            || diff.changes.iter().any(|change| self.names(change))
    }

    /// Sets the values of a key, which are of it; patterns are given by [`Scope::restrict_to`].
    pub fn set(&mut self, key: &Key, values: Vec<String>) {
        let field = match key.name {
            "support-level" => &mut self.support_levels,
            "release-stage" => &mut self.release_stages,
            "stability" => &mut self.stabilities,
            "connector-type" => &mut self.connector_types,
            "language" => &mut self.languages,
            _ => &mut self.changes,
        };
        *field = Some(values);
    }

    /// Restricts it to the folders that patterns match; the error says which pattern is none, and why.
    pub fn restrict_to<P: AsRef<str>>(&mut self, patterns: &[P]) -> Result<(), (usize, String)> {
        let mut set = GlobSetBuilder::new();
        for (index, pattern) in patterns.iter().map(AsRef::as_ref).enumerate() {
            if index >= MOST_PATTERNS {
                return Err((index, format!("there are more than {MOST_PATTERNS}")));
            }
            let pattern = GlobBuilder::new(pattern.strip_suffix('/').unwrap_or(pattern))
                .literal_separator(true)
                .backslash_escape(true)
                .build();
            set.add(pattern.map_err(|error| (index, error.kind().to_string()))?);
        }
        let set = set.build().map_err(|error| (0, error.kind().to_string()))?;
        self.connectors = Some(set);
        Ok(())
    }
}

fn is_one_of(word: &str, words: &[String]) -> bool {
    words.iter().any(|known| known == word)
}

fn is_written(field: Option<&Field>, absent: &str, words: &[String]) -> bool {
    is_one_of(field.map_or(absent, |field| &field.text), words)
}

/// The languages that the tags name.
fn languages(metadata: &Metadata) -> impl Iterator<Item = &str> {
    let tags = metadata.tags.iter().flat_map(|tags| &tags.items);
    tags.filter_map(|tag| tag.text.strip_prefix(LANGUAGE_TAG))
}

/// The type by which a folder is named, where the metadata does not say.
fn named_type(side: &Connector) -> String {
    side.name().split('-').next().unwrap_or_default().to_owned()
}

/// The root is no path that a pattern could match; `.` stands for it.
fn glob_path(directory: &RepoPath) -> &[u8] {
    if directory.is_root() {
        b"."
    } else {
        directory.as_bytes()
    }
}
