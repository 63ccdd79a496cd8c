//! Edits that several rules propose: a field put back as it was, an entry moved to where it belongs.

use crate::change::Connector;
use crate::finding::{Finding, code, prose};
use crate::metadata::{Complaint, Metadata};
use crate::text::{Edit, Span};
use crate::yaml::{Block, Document, Entry, Kind, Node, Value, insert_entry};

/// Writes an entry of a map at base back to the end of the same map at head, as it stood.
///
/// `None` where the two files are indented differently or the place is no plain map.
pub(super) fn put_back(base: &Metadata, head: &Metadata, parent: &[&str], key: &str) -> Option<Edit> {
    let before = base.document();
    let entry = before.root().at(parent)?.entry(key)?;
    let text = before.text();
    let written = text.get(entry.key.span.start..entry_end(text, entry))?;
    let mut edit = insert_entry(head.document(), parent, key, &Block::Bool(true))?.edit;
    let placeholder = format!("{key}: true");
    let column = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let line = text.get(..entry.key.span.start)?.rsplit('\n').next()?;
    let new_line = edit
        .replacement
        .lines()
        .find(|line| line.ends_with(&placeholder))?;
    if !line.bytes().all(|byte| byte == b' ') || line.len() != column(new_line) {
        return None;
    }
    edit.replacement = edit.replacement.replace(&placeholder, written);
    Some(edit)
}

/// Asks for another name where the field that a finding misses stands in its map under a name that is nearly its own: no
/// second one is proposed beside it.
pub(super) fn or_rename(finding: Finding, connector: &Connector, parent: &[&str], key: &str) -> Finding {
    let Some(metadata) = connector.metadata() else {
        return finding;
    };
    let below = match parent {
        [] => String::new(),
        _ => parent.join(".") + ".",
    };
    let misnamed = metadata.misfits().iter().find_map(|misfit| {
        let written = misfit.path.strip_prefix(&below)?;
        let is_meant = matches!(misfit.complaint, Complaint::Unknown(Some(known)) if known == key)
            && !written.contains('.');
        is_meant.then_some((written, misfit.span))
    });
    let Some((written, span)) = misnamed else {
        return finding;
    };
    let line = connector.location(span).position.line;
    let words = prose![
        "Rename ",
        code(written),
        " on line ",
        line,
        " to ",
        code(key),
        "."
    ];
    Finding {
        suggestion: None,
        ..finding.remedy(words)
    }
}

/// The entry whose key stands at a place, with the map that it stands in.
pub(super) fn entry_at(node: &Node, key: Span) -> Option<(&Node, &Entry)> {
    let below = |entry: &'_ Entry| entry.value.span.start <= key.start && key.end <= entry.value.span.end;
    for entry in node.entries().unwrap_or_default() {
        if entry.key.span == key {
            return Some((node, entry));
        }
        if below(entry)
            && let Some(found) = entry_at(&entry.value, key)
        {
            return Some(found);
        }
    }
    node.items()
        .unwrap_or_default()
        .iter()
        .find_map(|item| entry_at(item, key))
}

/// Takes an entry away with its lines; `None` where other things stand on them, or a comment that would be lost.
pub(super) fn take_away(document: &Document, entry: &Entry) -> Option<Edit> {
    let text = document.text();
    let start = text
        .get(..entry.key.span.start)?
        .rfind('\n')
        .map_or(0, |at| at + 1);
    let end = entry_end(text, entry);
    let after = text.get(end..)?.find('\n').map_or(text.len(), |at| end + at + 1);
    let lines = text.get(start..after)?;
    let indent = text.get(start..entry.key.span.start)?;
    let alone = indent.bytes().all(|byte| byte == b' ') && text.get(end..after)?.trim().is_empty();
    let edit = Edit {
        span: Span::new(start, after),
        replacement: String::new(),
    };
    (alone && !lines.contains('#')).then_some(edit)
}

/// Moves an entry of head below another map, where the key is not taken there yet.
pub(super) fn move_below(head: &Connector, entry: &Entry, parent: &[&str]) -> Option<Vec<Edit>> {
    let document = head.metadata()?.document();
    let key = entry.key.text()?;
    let inserted = insert_entry(document, parent, key, &block(&entry.value)?)?.edit;
    Some(vec![take_away(document, entry)?, inserted])
}

/// Where the text of an entry ends, without the blank lines after it.
fn entry_end(text: &str, entry: &Entry) -> usize {
    let end = entry.value.written().end.max(entry.key.span.end);
    let written = text.get(..end).unwrap_or_default();
    written.trim_end_matches(['\n', '\r', ' ', '\t']).len()
}

/// A small tree to be written again; `None` for numbers, which would become text.
fn block(node: &Node) -> Option<Block> {
    Some(match &node.kind {
        Kind::Scalar(scalar) => match scalar.value {
            Value::Bool(value) => Block::Bool(value),
            Value::String | Value::Date(_) => Block::Text(scalar.text.to_string()),
            _ => return None,
        },
        Kind::Sequence(items) => Block::List(items.iter().map(block).collect::<Option<_>>()?),
        Kind::Mapping(entries) => {
            let entry = |entry: &Entry| Some((entry.key.text()?.to_owned(), block(&entry.value)?));
            Block::Map(entries.iter().map(entry).collect::<Option<_>>()?)
        }
    })
}
