//! Writes what the YAML reader makes of many files: one JSON object a line.
//!
//! stdin holds files as `git cat-file --batch` prints them: a line `<name> blob <bytes>`, the bytes, a line break.
//! Each gives `{"id", "value", "scalars", "ambiguities", "inserted"}` or `{"id", "error"}`. A scalar is
//! `[start, end, style, text, reread]` in the order of the file, aliases and merged entries left out; `reread` says
//! whether its bytes alone are read as the same scalar (null for a block, which needs its surroundings).

#[path = "../tests/yaml/typed.rs"]
mod typed;

use std::io::{self, BufRead, Read, Write};

use serde_json::{Value as Json, json};
use tierguard::text::{Span, apply};
use tierguard::yaml::{Block, Document, Kind, Limits, Node, Scalar, Style, insert_entry};

fn main() -> io::Result<()> {
    let mut input = io::BufReader::new(io::stdin().lock());
    let mut output = io::BufWriter::new(io::stdout().lock());
    let mut header = String::new();
    loop {
        header.clear();
        if input.read_line(&mut header)? == 0 {
            return output.flush();
        }
        let mut words = header.split_whitespace();
        let id = words.next().unwrap_or_default();
        let length = words.nth(1).and_then(|length| length.parse().ok());
        let Some(length) = length else {
            return Err(io::Error::other(format!("not a header: {header:?}")));
        };
        let mut bytes = vec![0; length];
        input.read_exact(&mut bytes)?;
        input.read_exact(&mut [0])?;
        serde_json::to_writer(&mut output, &dump(id, &bytes))?;
        output.write_all(b"\n")?;
    }
}

fn dump(id: &str, bytes: &[u8]) -> Json {
    match Document::parse(bytes, &Limits::MANIFEST) {
        Err(error) => json!({ "id": id, "error": error.to_string() }),
        Ok(document) => {
            let mut scalars = Vec::new();
            collect(document.root(), document.text(), None, &mut scalars);
            let ambiguities: Vec<&str> = document
                .ambiguities()
                .iter()
                .map(|found| found.kind.name())
                .collect();
            json!({
                "id": id,
                "value": typed::to_json(document.root()),
                "scalars": scalars,
                "ambiguities": ambiguities,
                "inserted": inserted(&document),
            })
        }
    }
}

/// The file with an entry that is hard to write, where the reader finds a place for it.
fn inserted(document: &Document) -> Option<String> {
    let entry = Block::Map(vec![
        (
            "message".to_owned(),
            Block::Text("Drops `a: b` # and \"c\"\n".to_owned()),
        ),
        ("upgradeDeadline".to_owned(), Block::Text("2025-01-02".to_owned())),
    ]);
    let proven = insert_entry(
        document,
        &["data", "releases", "breakingChanges"],
        "99.0.0",
        &entry,
    )?;
    apply(document.text(), &[proven.edit])
}

/// Collects the scalars that stand inside of their parent.
fn collect(node: &Node, text: &str, parent: Option<Span>, scalars: &mut Vec<Json>) {
    let is_inside =
        parent.is_none_or(|parent| parent.start <= node.span.start && node.span.end <= parent.end);
    if node.alias.is_some() || !is_inside {
        return;
    }
    match &node.kind {
        Kind::Scalar(scalar) => {
            let style = match scalar.style {
                Style::Plain => "",
                Style::SingleQuoted => "'",
                Style::DoubleQuoted => "\"",
                Style::Literal => "|",
                Style::Folded => ">",
            };
            scalars.push(json!([
                node.span.start,
                node.span.end,
                style,
                &*scalar.text,
                rereads(node, scalar, text)
            ]));
        }
        Kind::Sequence(items) => {
            for item in items.iter() {
                collect(item, text, Some(node.span), scalars);
            }
        }
        Kind::Mapping(entries) => {
            for entry in entries.iter() {
                let is_own = entry.key.alias.is_some()
                    || node.span.start <= entry.key.span.start && entry.key.span.end <= node.span.end;
                if is_own {
                    collect(&entry.key, text, Some(node.span), scalars);
                    collect(&entry.value, text, Some(node.span), scalars);
                }
            }
        }
    }
}

/// Whether the bytes of a scalar alone give the same scalar; `None` for a block, which needs its surroundings.
fn rereads(node: &Node, scalar: &Scalar, text: &str) -> Option<bool> {
    let lexeme = node.span.of(text);
    if scalar.style == Style::Plain && lexeme == &*scalar.text {
        return Some(true);
    }
    if matches!(scalar.style, Style::Literal | Style::Folded) {
        return None;
    }
    let flow = format!("[{lexeme}\n]");
    let alone = if node.flow { &flow } else { lexeme };
    let Ok(document) = Document::parse(alone.as_bytes(), &Limits::MANIFEST) else {
        return Some(false);
    };
    let read = if node.flow {
        document.root().items().and_then(<[Node]>::first)
    } else {
        Some(document.root())
    };
    let read = read.and_then(Node::scalar);
    Some(read.is_some_and(|read| read.text == scalar.text && read.style == scalar.style))
}
