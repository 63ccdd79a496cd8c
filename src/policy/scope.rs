//! Which connectors a rule speaks of.
//!
//! A scope can only be left by a change that no side of the comparison holds inside: a demotion, a rename or a new word
//! at head frees nothing that base was held to.

use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};
use serde_json::{Value, json};

use super::error::{PolicyError, quoted, unknown};
use super::tree::{Content, Tree};
use crate::change::{Connector, ConnectorDiff, governing_stability};
use crate::ids::RepoPath;
use crate::metadata::Metadata;

/// The most patterns that one scope may name.
const MOST_PATTERNS: usize = 256;

/// The keys whose values are words, what they mean, and the words.
const WORDS: [(&str, &str, &[&str]); 4] = [
    (
        "support-level",
        "Support levels; one of them on any side suffices. An absent level counts as `community`.",
        &["certified", "community", "custom", "archived"],
    ),
    (
        "release-stage",
        "Release stages; one of them on any side suffices. `absent` stands for a stage that is not written.",
        &[
            "alpha",
            "beta",
            "generally_available",
            "custom",
            "deprecated",
            "absent",
        ],
    ),
    (
        "stability",
        "What governs the change: the stricter of level and stage, of all sides.",
        &["stable", "beta", "experimental", "withdrawn"],
    ),
    (
        "connector-type",
        "Connector types; one of them on any side suffices.",
        &["source", "destination"],
    ),
];

/// The key whose values are patterns, and what it means.
const PATTERNS: (&str, &str) = (
    "connectors",
    "Patterns of connector folders from the root of the repository, on any side; `*` stands for one name, `**` for any number of folders.",
);

/// The connectors that a rule speaks of; without a key, all of them.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    support_levels: Option<Vec<String>>,
    release_stages: Option<Vec<String>>,
    stabilities: Option<Vec<String>>,
    connector_types: Option<Vec<String>>,
    connectors: Option<GlobSet>,
}

impl Scope {
    /// Whether every key that is given fits.
    ///
    /// A side that cannot be read is passed over; where none can be read, only the folder is asked.
    pub fn matches(&self, diff: &ConnectorDiff) -> bool {
        let sides = || [&diff.base, &diff.head, &diff.target].into_iter().flatten();
        let readable = sides().any(|side| side.metadata().is_some());
        let any = |words: &Option<Vec<String>>, word: &dyn Fn(&Connector, &Metadata) -> String| {
            let Some(words) = words.as_ref().filter(|_| readable) else {
                return true;
            };
            sides()
                .filter_map(|side| Some((side, side.metadata()?)))
                .any(|(side, metadata)| {
                    let word = word(side, metadata);
                    words.contains(&word)
                })
        };
        any(&self.support_levels, &|_, metadata| {
            written(metadata.support_level.as_ref(), "community")
        }) && any(&self.release_stages, &|_, metadata| {
            written(metadata.release_stage.as_ref(), "absent")
        }) && any(
            &self.connector_types,
            &|side, metadata| match &metadata.connector_type {
                Some(field) => field.text.to_string(),
                None => named_type(side),
            },
        ) && self
            .stabilities
            .as_ref()
            .filter(|_| readable)
            .is_none_or(|words| {
                let governing = governing_stability(diff).word();
                words.iter().any(|word| word == governing)
            })
            && self.connectors.as_ref().is_none_or(|patterns| {
                sides().any(|side| {
                    patterns.is_match_candidate(&Candidate::from_bytes(glob_path(&side.directory)))
                })
            })
    }

    /// Reads a scope; what does not belong there becomes a fault.
    pub(super) fn read(tree: &Tree, errors: &mut Vec<PolicyError>) -> Self {
        let mut scope = Self::default();
        let Content::Map(entries) = &tree.content else {
            errors.push(PolicyError::new(
                &tree.origin,
                format!("a scope is a map, not {}", tree.noun()),
            ));
            return scope;
        };
        for entry in entries {
            let (key, value) = (entry.key.as_str(), &entry.value);
            if key == PATTERNS.0 {
                scope.connectors = patterns(value, errors);
                continue;
            }
            let Some((_, _, known)) = WORDS.iter().find(|(name, _, _)| *name == key) else {
                errors.push(PolicyError::new(
                    &entry.origin,
                    unknown("key of a scope", key, &keys()),
                ));
                continue;
            };
            let words = words(key, value, known, errors);
            match key {
                "support-level" => scope.support_levels = words,
                "release-stage" => scope.release_stages = words,
                "stability" => scope.stabilities = words,
                _ => scope.connector_types = words,
            }
        }
        scope
    }

    /// The JSON Schema of a scope.
    pub(super) fn schema() -> Value {
        let list = |about: &str, items: Value| json!({ "description": about, "type": "array", "minItems": 1, "items": items });
        let mut properties = serde_json::Map::new();
        for (key, about, words) in WORDS {
            properties.insert(key.to_owned(), list(about, json!({ "enum": words })));
        }
        properties.insert(
            PATTERNS.0.to_owned(),
            list(PATTERNS.1, json!({ "type": "string", "minLength": 1 })),
        );
        json!({
            "description": "The connectors that the rule speaks of; every key that is given has to fit.",
            "type": ["object", "null"],
            "additionalProperties": false,
            "properties": properties,
        })
    }
}

fn keys() -> Vec<&'static str> {
    WORDS.iter().map(|(key, _, _)| *key).chain([PATTERNS.0]).collect()
}

fn written(field: Option<&crate::metadata::Field>, absent: &str) -> String {
    field.map_or_else(|| absent.to_owned(), |field| field.text.to_string())
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

/// The items of a list that is not empty: an empty one would silently match nothing.
fn items<'a>(key: &str, tree: &'a Tree, errors: &mut Vec<PolicyError>) -> Option<&'a [Tree]> {
    match &tree.content {
        Content::List(items) if items.is_empty() => {
            let message =
                format!("an empty `{key}` fits no connector; leave the key out or set `level: off`");
            errors.push(PolicyError::new(&tree.origin, message));
            None
        }
        Content::List(items) => Some(items),
        _ => {
            errors.push(PolicyError::new(
                &tree.origin,
                format!("`{key}` is a list, not {}", tree.noun()),
            ));
            None
        }
    }
}

fn words(key: &str, tree: &Tree, known: &[&str], errors: &mut Vec<PolicyError>) -> Option<Vec<String>> {
    let mut words = Vec::new();
    for item in items(key, tree, errors)? {
        match item.text() {
            Some(word) if known.contains(&word) => words.push(word.to_owned()),
            Some(word) => errors.push(PolicyError::new(
                &item.origin,
                unknown(&format!("`{key}`"), word, known),
            )),
            None => errors.push(PolicyError::new(
                &item.origin,
                format!("`{key}` lists words, not {}", item.noun()),
            )),
        }
    }
    Some(words)
}

fn patterns(tree: &Tree, errors: &mut Vec<PolicyError>) -> Option<GlobSet> {
    let (key, _) = PATTERNS;
    let items = items(key, tree, errors)?;
    if items.len() > MOST_PATTERNS {
        errors.push(PolicyError::new(
            &tree.origin,
            format!("`{key}` lists more than {MOST_PATTERNS} patterns"),
        ));
        return None;
    }
    let mut patterns = GlobSetBuilder::new();
    for item in items {
        let Some(text) = item.text().filter(|text| !text.is_empty()) else {
            errors.push(PolicyError::new(
                &item.origin,
                format!("`{key}` lists patterns, not {}", item.noun()),
            ));
            continue;
        };
        let text = text.strip_suffix('/').unwrap_or(text);
        match GlobBuilder::new(text)
            .literal_separator(true)
            .backslash_escape(true)
            .build()
        {
            Ok(pattern) => {
                patterns.add(pattern);
            }
            Err(error) => errors.push(PolicyError::new(
                &item.origin,
                format!("{} is no pattern of folders: {}", quoted(text), error.kind()),
            )),
        }
    }
    match patterns.build() {
        Ok(patterns) => Some(patterns),
        Err(error) => {
            errors.push(PolicyError::new(
                &tree.origin,
                format!("the patterns are too large: {}", error.kind()),
            ));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::read;
    use super::*;
    use crate::change::Reading;
    use crate::changeset::Side;
    use crate::yaml::{Document, Limits};

    fn scope(text: &str) -> Scope {
        let mut errors = Vec::new();
        let scope = Scope::read(&read("p", text.as_bytes(), &mut errors).unwrap(), &mut errors);
        assert_eq!(errors, []);
        scope
    }

    fn side(side: Side, directory: &str, data: &str) -> Connector {
        let reading = match Document::parse(format!("data: {{{data}}}\n").as_bytes(), &Limits::METADATA) {
            Ok(document) => std::sync::Arc::new(Reading::Read(Box::new(Metadata::read(document)))),
            Err(unreadable) => std::sync::Arc::new(Reading::Unreadable(unreadable)),
        };
        Connector {
            directory: RepoPath::new(directory.as_bytes()).unwrap(),
            side,
            reading,
        }
    }

    fn diff(base: Option<&str>, head: &str) -> ConnectorDiff {
        ConnectorDiff {
            base: base.map(|data| side(Side::Base, "c/source-old", data)),
            head: Some(side(Side::Head, "c/source-new", head)),
            target: None,
            changes: Vec::new(),
            files: Vec::new(),
            contract: None,
        }
    }

    #[test]
    fn one_side_suffices_and_every_key_has_to_fit() {
        let demoted = diff(
            Some("supportLevel: certified, releaseStage: generally_available, connectorType: source"),
            "supportLevel: community",
        );
        for (text, expected) in [
            ("{}", true),
            ("{support-level: [certified]}", true),
            ("{support-level: [archived, community]}", true),
            ("{support-level: [archived]}", false),
            ("{release-stage: [absent]}", true),
            ("{release-stage: [alpha, beta]}", false),
            ("{stability: [stable]}", true),
            ("{stability: [experimental]}", false),
            ("{connector-type: [source]}", true),
            ("{connector-type: [destination]}", false),
            (
                "{support-level: [certified], connector-type: [destination]}",
                false,
            ),
            ("{connectors: [c/*-old]}", true),
            ("{connectors: ['c/*-new/']}", true),
            ("{connectors: ['*']}", false),
            ("{connectors: ['**/source-old']}", true),
        ] {
            assert_eq!(scope(text).matches(&demoted), expected, "{text}");
        }
    }

    #[test]
    fn an_absent_level_counts_as_community() {
        let new = diff(None, "name: x");
        assert!(scope("{support-level: [community]}").matches(&new));
        assert!(!scope("{support-level: [certified]}").matches(&new));
        assert!(scope("{release-stage: [absent], connector-type: [source]}").matches(&new));
    }

    #[test]
    fn what_cannot_be_read_leaves_no_scope_unless_a_side_can() {
        let blind = diff(Some("]"), "]");
        assert!(scope("{support-level: [archived], stability: [stable]}").matches(&blind));
        assert!(!scope("{connectors: [d/*]}").matches(&blind));
        let repaired = diff(Some("]"), "supportLevel: community");
        assert!(!scope("{support-level: [archived]}").matches(&repaired));
    }
}
