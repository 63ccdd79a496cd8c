//! Laws of the YAML reader and its edits, on random and damaged texts.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail as tests do")]

use proptest::prelude::*;
use tierguard::text::{apply, escape_controls};
use tierguard::yaml::{
    Block, Document, Kind, Limits, Node, Proven, Style, insert_entry, quote, replace_scalar,
};

const FILES: [&str; 4] = [
    "data:\n  name: X\n  dockerImageTag: 1.2.3\n  releases:\n    breakingChanges:\n      1.0.0:\n        message: \"A: b # c\"\n        upgradeDeadline: 2025-01-02\n  tags:\n    - a\n    - 'b'\nmetadataSpecVersion: \"1.0\"\n",
    "a: {b: [1, 'x', \"y\\n\"], c: {d: e f, ? g : h}, i: }\r\nj: [k: l, [m], {n: o}]\r\n",
    "base: &b {x: 1, y: [2, 3]}\nuse:\n  <<: *b\n  y: |\n    text\n\n     more\n  z: >-\n    folded\n    on",
    "- - ä\n  - \"é\\\n    x\"\n  - plain\n    goes on\n- ? key\n  : value\n- !!str 12\n",
];

const PIECES: [&str; 30] = [
    "\t", " ", "\n", "\r\n", "\r", ":", ": ", "- ", " #", "'", "\"", "[", "]", "{", "}", ",", "? ", "|\n",
    ">-\n", "&a ", "*a", "! ", "<<: ", "---\n", "...\n", "%", "\u{2028}", "\u{feff}", "\\", "010",
];

/// A file with some damage.
fn damaged() -> impl Strategy<Value = String> {
    let hits = prop::collection::vec((any::<prop::sample::Index>(), 0..PIECES.len(), 0..6_usize), 0..4);
    (0..FILES.len(), hits).prop_map(|(file, hits)| {
        let mut text: Vec<char> = FILES[file].chars().collect();
        for (at, piece, removed) in hits {
            let at = at.index(text.len() + 1);
            let end = (at + removed).min(text.len());
            text.splice(at..end, PIECES[piece].chars());
        }
        text.into_iter().collect()
    })
}

/// Every node that stands in the text itself.
fn own_nodes<'a>(node: &'a Node, found: &mut Vec<&'a Node>) {
    if node.alias.is_some() {
        return;
    }
    found.push(node);
    match &node.kind {
        Kind::Scalar(_) => {}
        Kind::Sequence(items) => items.iter().for_each(|item| own_nodes(item, found)),
        Kind::Mapping(entries) => {
            for entry in entries.iter() {
                own_nodes(&entry.key, found);
                own_nodes(&entry.value, found);
            }
        }
    }
}

fn read(text: &str) -> Option<Document> {
    Document::parse(text.as_bytes(), &Limits::METADATA).ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Document::parse(&bytes, &Limits::METADATA);
    }

    #[test]
    fn a_refusal_is_one_printable_sentence(text in prop_oneof![any::<String>(), damaged()]) {
        if let Err(error) = Document::parse(text.as_bytes(), &Limits::METADATA) {
            prop_assert_eq!(escape_controls(&error.message), error.message.clone());
            prop_assert!(error.span.is_none_or(|span| span.start <= text.len()));
        }
    }

    #[test]
    fn spans_cut_out_their_scalars(text in damaged()) {
        let Some(document) = read(&text) else { return Ok(()) };
        let mut nodes = Vec::new();
        own_nodes(document.root(), &mut nodes);
        for node in nodes {
            prop_assert!(text.get(node.span.start..node.span.end).is_some());
            let lexeme = node.span.of(&text);
            let Some(scalar) = node.scalar() else { continue };
            match scalar.style {
                Style::Plain => {
                    let words = |text: &str| text.split_whitespace().collect::<String>();
                    prop_assert_eq!(words(lexeme), words(&scalar.text));
                }
                Style::SingleQuoted => prop_assert!(lexeme.starts_with('\'') && lexeme.ends_with('\'')),
                Style::DoubleQuoted => prop_assert!(lexeme.starts_with('"') && lexeme.ends_with('"')),
                Style::Literal => prop_assert!(lexeme.starts_with('|')),
                Style::Folded => prop_assert!(lexeme.starts_with('>')),
            }
            if matches!(scalar.style, Style::SingleQuoted | Style::DoubleQuoted) {
                let alone = read(&format!("[{lexeme}]"));
                let alone = alone.as_ref().and_then(|alone| alone.root().items()?[0].as_str());
                prop_assert_eq!(alone, Some(&*scalar.text));
            }
        }
        for found in document.ambiguities() {
            prop_assert!(!found.span.of(&text).is_empty());
            prop_assert_eq!(escape_controls(&found.message), found.message.clone());
        }
    }

    #[test]
    fn quoted_text_is_read_as_that_text(text in prop_oneof!["[ -~]{0,40}", "\\PC{0,40}", any::<String>(), "[0-9.:_+eE-]{1,12}"]) {
        let quoted = quote(&text);
        prop_assert!(!quoted.contains(['\n', '\r']));
        for file in [format!("k: {quoted}\n"), format!("{quoted}: v\n"), format!("[{quoted}]"), format!("{{k: {quoted}, l: m}}")] {
            if quoted.chars().count() > 250 && file.starts_with(&quoted) {
                continue;
            }
            let document = read(&file);
            let root = document.as_ref().map(Document::root);
            let found = root.and_then(|root| match &root.kind {
                Kind::Mapping(entries) if file.starts_with(&quoted) => entries[0].key.as_str(),
                Kind::Mapping(entries) => entries[0].value.as_str(),
                Kind::Sequence(items) => items[0].as_str(),
                Kind::Scalar(_) => None,
            });
            prop_assert_eq!(found, Some(text.as_str()), "{}", file);
            prop_assert!(document.is_some_and(|document| document.ambiguities().is_empty()));
        }
    }

    #[test]
    fn an_insertion_adds_its_entry_and_touches_no_line(text in damaged(), value in "\\PC{0,20}") {
        let Some(document) = read(&text) else { return Ok(()) };
        let block = Block::Map(vec![("message".to_owned(), Block::Text(value.clone()))]);
        let path = ["data", "releases", "breakingChanges"];
        let Some(Proven { edit, .. }) = insert_entry(&document, &path, "2.0.0", &block) else { return Ok(()) };
        prop_assert!(edit.span.is_empty());
        let edited = apply(&text, &[edit]).expect("the edit fits its text");
        let again = read(&edited).expect("an edited file is read");
        let found = again.root().at(&["data", "releases", "breakingChanges", "2.0.0", "message"]);
        prop_assert_eq!(found.and_then(Node::as_str), Some(value.as_str()));
        let mut lines = edited.lines();
        prop_assert!(text.lines().all(|line| lines.any(|edited| edited == line)));
    }

    #[test]
    fn a_replacement_changes_one_scalar(text in damaged(), pick in any::<prop::sample::Index>(), new in "\\PC{0,20}") {
        let Some(document) = read(&text) else { return Ok(()) };
        let mut nodes = Vec::new();
        own_nodes(document.root(), &mut nodes);
        let node = nodes[pick.index(nodes.len())];
        let Some(Proven { edit, .. }) = replace_scalar(&document, node, &new) else { return Ok(()) };
        let edited = apply(&text, &[edit]).expect("the edit fits its text");
        let again = read(&edited).expect("an edited file is read");
        let mut after = Vec::new();
        own_nodes(again.root(), &mut after);
        prop_assert_eq!(after.len(), nodes.len());
        let differing = nodes.iter().zip(&after).filter(|(old, new)| old.text() != new.text()).count();
        prop_assert!(differing <= 1);
    }
}

#[test]
fn most_insertions_succeed_on_a_sound_file() {
    let document = read(FILES[0]).expect("a sound file");
    let block = Block::Map(vec![("message".to_owned(), Block::Text("x".to_owned()))]);
    assert!(
        insert_entry(
            &document,
            &["data", "releases", "breakingChanges"],
            "2.0.0",
            &block
        )
        .is_some()
    );
}
