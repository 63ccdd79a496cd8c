//! Edits of a file that touch what they change and nothing else.
//!
//! Every edit is read again before it is given: where the edited text is not the old tree with that one change,
//! there is no edit.

use super::quote::{double_quoted, quote, single_quoted};
use super::render::{self, Block, Layout};
use super::verify::{Change, proof};
use super::{AmbiguityKind, Document, Kind, Node, Style};
use crate::text::{Edit, Span};

/// The most lists and maps in one another that are written.
const DEEPEST: usize = 32;

/// An edit, and the file after it as it was read to prove that nothing else changes.
#[derive(Debug, Clone)]
pub struct Proven {
    /// The edit.
    pub edit: Edit,
    /// The file after the edit.
    pub edited: Document,
}

/// Replaces a scalar by a text, in the quotes that it has; a plain one is quoted when needed.
///
/// `None` for lists, maps, block scalars, aliases, and wherever the result would not be read as meant.
pub fn replace_scalar(document: &Document, node: &Node, new: &str) -> Option<Proven> {
    let scalar = node.scalar()?;
    if node.alias.is_some() || !is_editable(document) {
        return None;
    }
    let mut replacement = match scalar.style {
        Style::Plain => quote(new),
        Style::SingleQuoted => single_quoted(new).unwrap_or_else(|| double_quoted(new)),
        Style::DoubleQuoted => double_quoted(new),
        Style::Literal | Style::Folded => return None,
    };
    if node.span.is_empty() {
        replacement.insert(0, ' ');
    }
    let edit = Edit {
        span: node.span,
        replacement,
    };
    let change = Change::Replaced { span: node.span, new };
    proof(document, edit, &change)
}

/// Inserts an entry as the last one of the map at a path; maps that are missing on the path are made.
///
/// It takes over indentation and line endings of the file. `None` where the key exists, where the target is written
/// in flow style, empty, or no map, and wherever the result would not be read as meant.
pub fn insert_entry(document: &Document, parent_path: &[&str], key: &str, value: &Block) -> Option<Proven> {
    if !is_editable(document) || depth(value) + parent_path.len() > DEEPEST {
        return None;
    }
    let mut target = document.root();
    let mut missing = parent_path;
    while let [next, rest @ ..] = missing {
        let Some(inner) = target.get(next) else { break };
        target = inner;
        missing = rest;
    }
    let mut path: Vec<&str> = missing.to_vec();
    path.push(key);
    let (first, inner) = path.split_first()?;
    let mut block = value.clone();
    for key in inner.iter().rev() {
        block = Block::Map(vec![((*key).to_owned(), block)]);
    }
    let entries = target.entries()?;
    if target.flow || entries.iter().any(|entry| entry.key.text() == Some(first)) {
        return None;
    }
    let text = document.text();
    let column = column_of(text, entries.first()?.key.span.start)?;
    let lines = render::entry(first, &block, column, layout(document));
    let change = Change::Inserted {
        span: target.span,
        key: first,
        value: &block,
    };
    // Before blank lines that follow the last entry, or behind them where they belong to its text.
    let last = text.get(..target.span.end)?;
    let places = [last.trim_end_matches(['\n', '\r', ' ', '\t']).len(), last.len()];
    places
        .into_iter()
        .find_map(|end| proof(document, insertion(text, end, &lines), &change))
}

/// Whether places in the file mean to everyone what they mean here: no odd line breaks, no value at two places.
fn is_editable(document: &Document) -> bool {
    !document.ambiguities().iter().any(|found| {
        matches!(
            found.kind,
            AmbiguityKind::LineBreak
                | AmbiguityKind::ByteOrderMark
                | AmbiguityKind::Anchor
                | AmbiguityKind::Alias
                | AmbiguityKind::Merge
                | AmbiguityKind::Tag
                | AmbiguityKind::Directive
        )
    })
}

fn depth(block: &Block) -> usize {
    match block {
        Block::Text(_) | Block::Bool(_) | Block::Int(_) => 0,
        Block::Map(entries) => 1 + entries.iter().map(|(_, value)| depth(value)).max().unwrap_or(0),
        Block::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
    }
}

/// The column (from 0) of a byte that only spaces and dashes precede in its line.
fn column_of(text: &str, byte: usize) -> Option<usize> {
    let before = text.get(..byte)?;
    let before = before.strip_prefix('\u{feff}').unwrap_or(before);
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.bytes()
        .all(|byte| matches!(byte, b' ' | b'-'))
        .then_some(line.len())
}

/// The insertion of whole lines after the line that holds the byte before `end`.
fn insertion(text: &str, end: usize, lines: &[String]) -> Edit {
    let rest = &text[end..];
    let (at, ended) = match rest.find('\n') {
        _ if text[..end].ends_with('\n') => (end, true),
        Some(length) => (end + length + 1, true),
        None => (text.len(), false),
    };
    let first_line = text.split_inclusive('\n').next().unwrap_or_default();
    let nearest = text[..at].rfind('\n').map_or(first_line, |last| &text[..=last]);
    let ending = if nearest.ends_with("\r\n") { "\r\n" } else { "\n" };
    let mut replacement = lines.join(ending);
    if ended {
        replacement.push_str(ending);
    } else {
        replacement.insert_str(0, ending);
    }
    Edit {
        span: Span::at(at),
        replacement,
    }
}

/// The indentation that the file's first nested map and first list show.
fn layout(document: &Document) -> Layout {
    let mut found = Found::default();
    look(document.root(), document.text(), &mut found);
    Layout {
        step: found.step.unwrap_or(2),
        dash: found.dash.or(found.step).unwrap_or(2),
    }
}

#[derive(Default)]
struct Found {
    step: Option<usize>,
    dash: Option<usize>,
}

fn look(node: &Node, text: &str, found: &mut Found) {
    if found.step.is_some() && found.dash.is_some() {
        return;
    }
    for item in node.items().unwrap_or_default() {
        look(item, text, found);
    }
    for entry in node.entries().unwrap_or_default() {
        if !entry.value.flow
            && let (Some(outer), Some(inner)) = (
                column_of(text, entry.key.span.start),
                column_of(text, entry.value.span.start),
            )
        {
            let distance = inner.checked_sub(outer);
            match entry.value.kind {
                Kind::Mapping(_) => found.step = found.step.or(distance),
                Kind::Sequence(_) => found.dash = found.dash.or(distance),
                Kind::Scalar(_) => {}
            }
        }
        look(&entry.value, text, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::apply;
    use crate::yaml::Limits;

    fn read(text: &str) -> Document {
        Document::parse(text.as_bytes(), &Limits::METADATA).unwrap()
    }

    fn inserted(text: &str, path: &[&str], key: &str, value: &Block) -> Option<String> {
        let edit = insert_entry(&read(text), path, key, value)?.edit;
        assert!(edit.span.is_empty());
        apply(text, &[edit])
    }

    fn replaced(text: &str, path: &[&str], new: &str) -> Option<String> {
        let document = read(text);
        let edit = replace_scalar(&document, document.root().at(path)?, new)?.edit;
        apply(text, &[edit])
    }

    fn entry() -> Block {
        Block::Map(vec![
            (
                "message".to_owned(),
                Block::Text("Drops: \"x\" # really".to_owned()),
            ),
            ("upgradeDeadline".to_owned(), Block::Text("2025-01-02".to_owned())),
            (
                "on".to_owned(),
                Block::List(vec![Block::Bool(true), Block::Map(vec![])]),
            ),
        ])
    }

    #[test]
    fn missing_parents_are_made() {
        let text = "data:\n    a: 1 # one\n\n    # two\n\nb: 2\n";
        let expected = "data:\n    a: 1 # one\n    releases:\n        breakingChanges:\n            2.0.0:\n                message: \"Drops: \\\"x\\\" # really\"\n                upgradeDeadline: \"2025-01-02\"\n                \"on\":\n                    - true\n                    - {}\n\n    # two\n\nb: 2\n";
        let edited = inserted(text, &["data", "releases", "breakingChanges"], "2.0.0", &entry());
        assert_eq!(edited.as_deref(), Some(expected));
    }

    #[test]
    fn line_endings_and_a_missing_last_one_are_kept() {
        let value = Block::Text("x".to_owned());
        assert_eq!(
            inserted("a:\r\n  b: 1\r\nc: 2\r\n", &["a"], "d", &value).as_deref(),
            Some("a:\r\n  b: 1\r\n  d: x\r\nc: 2\r\n")
        );
        assert_eq!(
            inserted("a:\n  b: 1", &["a"], "d", &value).as_deref(),
            Some("a:\n  b: 1\n  d: x")
        );
        assert_eq!(
            inserted("\u{feff}a: 1\r\nb: 2", &[], "d", &value).as_deref(),
            Some("\u{feff}a: 1\r\nb: 2\r\nd: x")
        );
    }

    #[test]
    fn lists_stand_as_the_file_has_them() {
        let value = Block::List(vec![Block::Map(vec![
            ("x".to_owned(), Block::Bool(false)),
            ("w".to_owned(), Block::List(vec![Block::Text("z".to_owned())])),
        ])]);
        assert_eq!(
            inserted("a:\n- b\n- c\n", &[], "d", &value).as_deref(),
            Some("a:\n- b\n- c\nd:\n- x: false\n  w:\n  - z\n")
        );
        assert_eq!(
            inserted("a:\n  - b: 1\n", &[], "d", &value).as_deref(),
            Some("a:\n  - b: 1\nd:\n  - x: false\n    w:\n      - z\n")
        );
    }

    #[test]
    fn an_entry_after_a_block_scalar_leaves_its_text() {
        let value = Block::Text("x".to_owned());
        assert_eq!(
            inserted("a:\n  b: |\n    t\n\nc: 1\n", &["a"], "d", &value).as_deref(),
            Some("a:\n  b: |\n    t\n  d: x\n\nc: 1\n")
        );
        assert_eq!(
            inserted("a:\n  b: |+\n    t\n\nc: 1\n", &["a"], "d", &value).as_deref(),
            Some("a:\n  b: |+\n    t\n\n  d: x\nc: 1\n")
        );
        // A final line break would become part of the text.
        assert_eq!(inserted("a:\n  b: |\n    t", &["a"], "d", &value), None);
    }

    #[test]
    fn doubtful_targets_are_refused() {
        let value = Block::Text("x".to_owned());
        for text in [
            "a: {b: 1}\n",
            "a:\nb: 1\n",
            "a: 1\n",
            "a: [b]\n",
            "a:\n  d: 1\n",
            "a: &x\n  b: 1\nc: *x\n",
            "a:\n  b: 1\rc: 2\n",
            "a:\n  b: \"x\u{2028}\"\n",
            "",
        ] {
            assert_eq!(inserted(text, &["a"], "d", &value), None, "{text:?}");
        }
    }

    #[test]
    fn a_scalar_keeps_its_quotes() {
        assert_eq!(
            replaced("a: 1.0.0 # c\n", &["a"], "2.0.0").as_deref(),
            Some("a: 2.0.0 # c\n")
        );
        assert_eq!(
            replaced("a: \"1.0.0\"\n", &["a"], "2.0.0").as_deref(),
            Some("a: \"2.0.0\"\n")
        );
        assert_eq!(
            replaced("a: '1'\n", &["a"], "it's").as_deref(),
            Some("a: 'it''s'\n")
        );
        assert_eq!(
            replaced("a: '1'\n", &["a"], "x\ny").as_deref(),
            Some("a: \"x\\ny\"\n")
        );
        assert_eq!(
            replaced("a: 1.0.0\n", &["a"], "2.0").as_deref(),
            Some("a: \"2.0\"\n")
        );
        assert_eq!(
            replaced("a: {b: c}\n", &["a", "b"], "d, e").as_deref(),
            Some("a: {b: \"d, e\"}\n")
        );
        assert_eq!(
            replaced("a: # c\nb: 1\n", &["a"], "x").as_deref(),
            Some("a: x # c\nb: 1\n")
        );
        assert_eq!(replaced("a: |\n  t\n", &["a"], "x"), None);
        assert_eq!(replaced("a: [1]\n", &["a"], "x"), None);
    }
}
