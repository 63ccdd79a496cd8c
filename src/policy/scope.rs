//! The scope of a rule, read with its places.

use super::error::{PolicyError, quoted, unknown};
use super::tree::{Content, Tree};
use crate::rules::scope::{KEYS, Key, MOST_PATTERNS, Scope, Values};

/// Reads a scope; what does not belong there becomes a fault.
pub(super) fn read(tree: &Tree, errors: &mut Vec<PolicyError>) -> Scope {
    let mut scope = Scope::default();
    let Content::Map(entries) = &tree.content else {
        errors.push(PolicyError::new(
            &tree.origin,
            format!("a scope is a map, not {}", tree.noun()),
        ));
        return scope;
    };
    for entry in entries {
        let Some(key) = KEYS.iter().find(|key| key.name == entry.key) else {
            errors.push(PolicyError::new(
                &entry.origin,
                unknown("key of a scope", &entry.key, &KEYS.map(|key| key.name)),
            ));
            continue;
        };
        match key.values {
            Values::Of(known) => {
                if let Some(words) = words(key, &entry.value, Some(known), errors) {
                    scope.set(key, words);
                }
            }
            Values::Words => {
                if let Some(words) = words(key, &entry.value, None, errors) {
                    scope.set(key, words);
                }
            }
            Values::Patterns => patterns(&mut scope, key, &entry.value, errors),
        }
    }
    scope
}

/// The items of a list that is not empty: an empty one would silently match nothing.
fn items<'a>(key: &Key, tree: &'a Tree, errors: &mut Vec<PolicyError>) -> Option<&'a [Tree]> {
    let name = key.name;
    match &tree.content {
        Content::List(items) if items.is_empty() => {
            let message =
                format!("an empty `{name}` fits no connector; leave the key out or set `level: off`");
            errors.push(PolicyError::new(&tree.origin, message));
            None
        }
        Content::List(items) => Some(items),
        _ => {
            errors.push(PolicyError::new(
                &tree.origin,
                format!("`{name}` is a list, not {}", tree.noun()),
            ));
            None
        }
    }
}

fn words(
    key: &Key,
    tree: &Tree,
    known: Option<&[&str]>,
    errors: &mut Vec<PolicyError>,
) -> Option<Vec<String>> {
    let name = key.name;
    let mut words = Vec::new();
    for item in items(key, tree, errors)? {
        match (item.text().filter(|word| !word.is_empty()), known) {
            (Some(word), Some(known)) if !known.contains(&word) => errors.push(PolicyError::new(
                &item.origin,
                unknown(&format!("`{name}`"), word, known),
            )),
            (Some(word), _) => words.push(word.to_owned()),
            (None, _) => errors.push(PolicyError::new(
                &item.origin,
                format!("`{name}` lists words, not {}", item.noun()),
            )),
        }
    }
    Some(words)
}

fn patterns(scope: &mut Scope, key: &Key, tree: &Tree, errors: &mut Vec<PolicyError>) {
    let Some(items) = items(key, tree, errors) else {
        return;
    };
    if items.len() > MOST_PATTERNS {
        errors.push(PolicyError::new(
            &tree.origin,
            format!("`{}` lists more than {MOST_PATTERNS} patterns", key.name),
        ));
        return;
    }
    let mut patterns = Vec::new();
    for item in items {
        let Some(text) = item.text().filter(|text| !text.is_empty()) else {
            errors.push(PolicyError::new(
                &item.origin,
                format!("`{}` lists patterns, not {}", key.name, item.noun()),
            ));
            continue;
        };
        match Scope::default().restrict_to(&[text]) {
            Ok(()) => patterns.push(text),
            Err((_, why)) => errors.push(PolicyError::new(
                &item.origin,
                format!("{} is no pattern of folders: {why}", quoted(text)),
            )),
        }
    }
    if let Err((_, why)) = scope.restrict_to(&patterns) {
        errors.push(PolicyError::new(
            &tree.origin,
            format!("the patterns are too large: {why}"),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Change, ChangeKind, Connector, ConnectorDiff, Reading};
    use crate::changeset::Side;
    use crate::ids::RepoPath;
    use crate::metadata::Metadata;
    use crate::yaml::{Document, Limits};

    fn scope(text: &str) -> Scope {
        let mut errors = Vec::new();
        let tree = crate::policy::read::read("p", text.as_bytes(), &mut errors).unwrap();
        let scope = read(&tree, &mut errors);
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
        let change = Change {
            kind: ChangeKind::SupportLevel,
            path: "data.supportLevel".to_owned(),
            from: None,
            to: None,
            base: None,
            head: None,
        };
        ConnectorDiff {
            base: base.map(|data| side(Side::Base, "c/source-old", data)),
            head: Some(side(Side::Head, "c/source-new", head)),
            target: None,
            changes: vec![change],
            files: Vec::new(),
            contract: None,
        }
    }

    #[test]
    fn one_side_suffices_and_every_key_has_to_fit() {
        let demoted = diff(
            Some("supportLevel: certified, releaseStage: generally_available, connectorType: source"),
            "supportLevel: community, tags: ['cdk:low-code', 'language:python']",
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
            ("{language: [python]}", true),
            ("{language: [java]}", false),
            ("{change: [version]}", false),
            ("{change: [version, support-level]}", true),
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
        assert!(scope("{language: [java], change: [version]}").matches(&blind));
        assert!(!scope("{connectors: [d/*]}").matches(&blind));
        let repaired = diff(Some("]"), "supportLevel: community");
        assert!(!scope("{support-level: [archived]}").matches(&repaired));
    }
}
