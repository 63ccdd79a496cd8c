//! The policy in force as YAML, each line with the place that it comes from.

use serde_json::Value;

use super::tree::{Content, Entry, Origin, Tree};
use crate::yaml::quote;

/// The widest line on which a list or a row of a list is kept together.
const WIDE: usize = 100;

/// The widest line to whose end the comments are moved; wider ones push their own aside.
const ALIGNED: usize = 76;

/// Writes a policy; each line ends with its origin.
pub(super) fn text(tree: &Tree) -> String {
    let mut writer = Writer { lines: Vec::new() };
    writer.map(tree, 0, "");
    let width = writer
        .lines
        .iter()
        .map(|(line, _)| width(line))
        .filter(|width| *width <= ALIGNED)
        .max();
    let width = width.unwrap_or_default();
    let commented = writer.lines.iter().map(|(line, origin)| {
        let room = " ".repeat(width.saturating_sub(self::width(line)) + 2);
        format!("{line}{room}# {origin}\n")
    });
    commented.collect()
}

/// Writes one entry, without origins.
pub(super) fn entry(entry: &Entry) -> String {
    let mut writer = Writer { lines: Vec::new() };
    writer.value(format!("{}:", quote(&entry.key)), &entry.origin, &entry.value, 2);
    writer
        .lines
        .iter()
        .flat_map(|(line, _)| [line.as_str(), "\n"])
        .collect()
}

fn width(line: &str) -> usize {
    line.chars().count()
}

struct Writer {
    lines: Vec<(String, Origin)>,
}

impl Writer {
    fn line(&mut self, text: String, origin: &Origin) {
        self.lines.push((text, origin.clone()));
    }

    /// Writes the entries of a map; `start` stands before the first of them instead of the indent.
    fn map(&mut self, tree: &Tree, indent: usize, start: &str) {
        for (index, entry) in tree.entries().iter().enumerate() {
            let before = if index == 0 && !start.is_empty() {
                start.to_owned()
            } else {
                " ".repeat(indent)
            };
            self.value(
                format!("{before}{}:", quote(&entry.key)),
                &entry.origin,
                &entry.value,
                indent + 2,
            );
        }
    }

    /// Writes a value after its key, on the same line where it has room.
    fn value(&mut self, key: String, origin: &Origin, value: &Tree, indent: usize) {
        match &value.content {
            Content::Map(entries) if !entries.is_empty() => {
                self.line(key, origin);
                self.map(value, indent, "");
            }
            Content::List(items) if !items.is_empty() && !fits(&key, value) => {
                self.line(key, origin);
                for item in items {
                    self.item(item, indent);
                }
            }
            Content::Map(_) => self.line(format!("{key} {}", flow(value)), origin),
            _ => self.line(format!("{key} {}", flow(value)), &value.origin),
        }
    }

    fn item(&mut self, item: &Tree, indent: usize) {
        let start = format!("{}- ", " ".repeat(indent));
        let row = flow(item);
        match &item.content {
            Content::Map(entries) if !entries.is_empty() && width(&start) + width(&row) > WIDE => {
                self.map(item, indent + 2, &start);
            }
            _ => self.line(format!("{start}{row}"), &item.origin),
        }
    }
}

/// Whether a list is short and holds nothing but scalars.
fn fits(key: &str, list: &Tree) -> bool {
    let Content::List(items) = &list.content else {
        return true;
    };
    items
        .iter()
        .all(|item| matches!(item.content, Content::Scalar(_)))
        && width(key) + 1 + width(&flow(list)) <= WIDE
}

fn flow(tree: &Tree) -> String {
    match &tree.content {
        Content::Scalar(Value::String(text)) => quote(text),
        Content::Scalar(value) => value.to_string(),
        Content::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Content::Map(entries) if entries.is_empty() => "{}".to_owned(),
        Content::Map(entries) => {
            let fields = entries
                .iter()
                .map(|entry| format!("{}: {}", quote(&entry.key), flow(&entry.value)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}
