//! From files to a policy: read, laid on one another, checked as a whole. All faults are told at once.
//!
//! The built-in file names everything that can be set; what it does not name is unknown.

use super::entries::in_registry_order;
use super::error::{PolicyError, quoted, unknown};
use super::read::read;
use super::tree::{Content, Tree};
use super::{BUILT_IN, Home, Policy, extends, layers, settings, waivers};
use crate::finding::Level;
use crate::report::PolicyProvenance;
use crate::roots::ConnectorRoots;
use crate::rules::RuleDefinition;

/// The version of the format that this program reads.
pub(super) const VERSION: u32 = 1;

/// The keys that are no part of the settings.
pub(super) const OWN_KEYS: [&str; 6] = ["version", "rules-of", "fail-on", "connectors", "waivers", "rules"];

/// The keys of a rule's entry.
pub(super) const ENTRY_KEYS: [&str; 4] = ["level", "scope", "options", "reason"];

/// The words for levels.
pub(super) const LEVELS: [Level; 4] = [Level::Error, Level::Warning, Level::Note, Level::Off];

/// The most faults that are told of one policy.
const MOST_FAULTS: usize = 100;

/// What the last override of a chain may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// Nothing: what it extends would be left out in silence.
    ExtendsNothing,
    /// Another file, which nobody has read yet: the faults of these files are wanted alone.
    MayExtend,
}

/// Reads a complete policy and lays overrides over it, the first of them last.
pub(super) fn load(
    definitions: &'static [RuleDefinition],
    complete: (&str, &[u8]),
    over: &[(&str, &[u8])],
    last: Last,
) -> Result<Policy, Vec<PolicyError>> {
    let files = over.len();
    let mut errors = Vec::new();
    let below = read(complete.0, complete.1, &mut errors);
    let overs: Vec<Tree> = over
        .iter()
        .filter_map(|(file, bytes)| read(file, bytes, &mut errors))
        .collect();
    let (Some(below), true) = (below, overs.len() == over.len()) else {
        return Err(sorted(errors));
    };
    let source = over.first().map_or(BUILT_IN, |(file, _)| *file);
    let mut tree = below.clone();
    for (index, over) in overs.into_iter().enumerate().rev() {
        if !matches!(
            over.content,
            Content::Map(_) | Content::Scalar(serde_json::Value::Null)
        ) {
            errors.push(PolicyError::new(&over.origin, not_a_map(&over)));
            continue;
        }
        let asked = extends::of_tree(&over, &mut errors);
        let is_last = index + 1 == files;
        if let Some(asked) = asked.filter(|_| is_last && last == Last::ExtendsNothing) {
            let message = format!(
                "this extends {}, which was not read",
                quoted(&asked.file.to_string())
            );
            errors.push(PolicyError::new(&asked.origin, message));
        }
        tree = layers::laid(&tree, extends::without(over));
    }
    let mut loader = Loader {
        below: &below,
        errors,
    };
    let policy = loader.policy(definitions, tree, source);
    match policy {
        Some(policy) if loader.errors.is_empty() => Ok(policy),
        _ => Err(sorted(loader.errors)),
    }
}

fn not_a_map(tree: &Tree) -> String {
    format!("a policy is a map, not {}", tree.noun())
}

fn sorted(mut errors: Vec<PolicyError>) -> Vec<PolicyError> {
    errors.sort_by(|left, right| (&left.origin, &left.message).cmp(&(&right.origin, &right.message)));
    errors.dedup();
    if let Some(last) = errors.get(MOST_FAULTS) {
        let rest = errors.len() - MOST_FAULTS;
        let rest = PolicyError::new(&last.origin, format!("{rest} more faults from here on"));
        errors.truncate(MOST_FAULTS);
        errors.push(rest);
    }
    errors
}

/// Reads a policy as a whole and collects its faults.
pub(super) struct Loader<'a> {
    pub(super) below: &'a Tree,
    pub(super) errors: Vec<PolicyError>,
}

impl Loader<'_> {
    pub(super) fn fault(&mut self, tree: &Tree, message: impl Into<String>) {
        self.errors.push(PolicyError::new(&tree.origin, message));
    }

    fn policy(
        &mut self,
        definitions: &'static [RuleDefinition],
        mut tree: Tree,
        source: &str,
    ) -> Option<Policy> {
        if !matches!(tree.content, Content::Map(_)) {
            let message = not_a_map(&tree);
            self.fault(&tree, message);
            return None;
        }
        let below = self.below;
        self.known_keys("key of a policy", &tree, below);
        self.version(&tree);
        let rules_of = self.rules_of(&tree);
        let fail_on = self
            .required(&tree, "fail-on")
            .and_then(|level| self.level("fail-on", level));
        let roots = self
            .required(&tree, "connectors")
            .and_then(|patterns| self.roots(patterns));
        let settings = settings::read(&tree, self.below, &mut self.errors);
        let waivers = waivers::read(&tree, definitions, &mut self.errors);
        let rules = self
            .required(&tree, "rules")
            .and_then(|rules| self.rules(definitions, rules));
        in_registry_order(definitions, &mut tree);
        let (rules_of, fail_on) = (rules_of?, fail_on?);
        Some(Policy {
            version: VERSION,
            fail_on,
            roots: roots?,
            settings: settings?,
            rules: rules?,
            waivers,
            provenance: PolicyProvenance {
                rules_of,
                source: source.to_owned(),
                named: None,
                extends: Vec::new(),
                fail_on,
            },
            home: Home::default(),
            extended: Vec::new(),
            tree,
        })
    }

    /// The value of a key that the built-in policy must have, and so every policy has.
    fn required<'t>(&mut self, tree: &'t Tree, key: &str) -> Option<&'t Tree> {
        let value = tree.get(key);
        if value.is_none() {
            self.fault(tree, format!("`{key}` is missing"));
        }
        value
    }

    /// Refuses keys that the built-in policy does not have, at any depth outside of the rules.
    fn known_keys(&mut self, kind: &str, tree: &Tree, below: &Tree) {
        let mut known: Vec<&str> = below.entries().iter().map(|entry| entry.key.as_str()).collect();
        if std::ptr::eq(below, self.below) {
            known.push(extends::KEY);
        }
        for entry in tree.entries() {
            match below.get(&entry.key) {
                None => self
                    .errors
                    .push(PolicyError::new(&entry.origin, unknown(kind, &entry.key, &known))),
                Some(_) if entry.key == "rules" => {}
                Some(below) => self.known_keys(&format!("key of `{}`", entry.key), &entry.value, below),
            }
        }
    }

    fn version(&mut self, tree: &Tree) {
        if let Some(version) = self.required(tree, "version")
            && version.to_json() != VERSION
        {
            self.fault(
                version,
                format!("this program reads policies of version {VERSION} only"),
            );
        }
    }

    /// An override may name the rules that it was written for; others would judge by what its author never saw.
    fn rules_of(&mut self, tree: &Tree) -> Option<String> {
        let written = self.required(tree, "rules-of")?;
        let built_in = self.below.get("rules-of").and_then(Tree::text);
        match written.text() {
            Some(month) if Some(month) == built_in => Some(month.to_owned()),
            Some(month) => {
                let known = built_in.unwrap_or_default();
                self.fault(
                    written,
                    format!(
                        "this program has the rules of `{known}`, not of {}",
                        quoted(month)
                    ),
                );
                None
            }
            None => {
                self.fault(
                    written,
                    format!("`rules-of` is a month in quotes, not {}", written.noun()),
                );
                None
            }
        }
    }

    pub(super) fn level(&mut self, key: &str, tree: &Tree) -> Option<Level> {
        let words = LEVELS.map(Level::word);
        let level = tree
            .text()
            .and_then(|text| LEVELS.into_iter().find(|level| level.word() == text));
        if level.is_none() {
            let message = match tree.text() {
                Some(word) => unknown("level", word, &words),
                None => format!("`{key}` is a level, not {}", tree.noun()),
            };
            self.fault(tree, message);
        }
        level
    }

    fn roots(&mut self, tree: &Tree) -> Option<ConnectorRoots> {
        let Content::List(items) = &tree.content else {
            self.fault(tree, format!("`connectors` is a list, not {}", tree.noun()));
            return None;
        };
        if items.is_empty() {
            self.fault(
                tree,
                "an empty `connectors` holds no connector, so nothing could be judged",
            );
            return None;
        }
        let known = self.errors.len();
        let mut patterns = Vec::new();
        for item in items {
            match item.text() {
                Some(pattern) => match ConnectorRoots::new(&[pattern]) {
                    Ok(_) => patterns.push(pattern),
                    Err(error) => {
                        self.fault(
                            item,
                            format!("{} is no pattern of folders: {}", quoted(pattern), error.why),
                        );
                    }
                },
                None => self.fault(item, format!("`connectors` lists patterns, not {}", item.noun())),
            }
        }
        if self.errors.len() > known {
            return None;
        }
        let roots = ConnectorRoots::new(&patterns);
        roots.map_err(|error| self.fault(tree, error.why)).ok()
    }
}
