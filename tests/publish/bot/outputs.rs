//! What the runner reads: commands in the streams, values in its files.
//!
//! Written after the behaviour of the runner's public source, independent of the code that is tested.

use std::collections::BTreeMap;

/// A command that the runner would carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) name: String,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) message: String,
    /// Whether it was `##[name]`, which the runner reads anywhere in a line.
    pub(crate) legacy: bool,
}

/// Every command of a stream.
pub(crate) fn commands(stream: &str) -> Vec<Command> {
    let mut found = Vec::new();
    for line in stream.split(['\n', '\r']) {
        found.extend(current(line));
        found.extend(legacy(line));
    }
    found
}

fn current(line: &str) -> Option<Command> {
    let rest = line.trim_start().strip_prefix("::")?;
    let (head, message) = rest.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let mut read = BTreeMap::new();
    for pair in properties.split(',').filter(|pair| !pair.trim().is_empty()) {
        let (key, value) = pair.trim().split_once('=')?;
        read.insert(key.to_owned(), unescaped(value, &[("%3A", ":"), ("%2C", ",")]));
    }
    (!name.is_empty()).then(|| Command {
        name: name.to_owned(),
        properties: read,
        message: unescaped(message, &[]),
        legacy: false,
    })
}

fn legacy(line: &str) -> Option<Command> {
    let (_, rest) = line.split_once("##[")?;
    let (head, message) = rest.split_once(']')?;
    Some(Command {
        name: head.split(' ').next().unwrap_or_default().to_owned(),
        properties: BTreeMap::new(),
        message: message.to_owned(),
        legacy: true,
    })
}

fn unescaped(text: &str, more: &[(&str, &str)]) -> String {
    let mut text = text.replace("%0D", "\r").replace("%0A", "\n");
    for (escape, character) in more {
        text = text.replace(escape, character);
    }
    text.replace("%25", "%")
}

/// Reads `name=value` and `name<<DELIMITER … DELIMITER`, as the runner reads its files; panics where it would refuse.
pub(crate) fn parse_outputs(text: &str) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let equals = line.find('=');
        let heredoc = line.find("<<");
        let (name, value) = match (equals, heredoc) {
            (Some(equals), heredoc) if heredoc.is_none_or(|heredoc| equals < heredoc) => {
                (&line[..equals], line[equals + 1..].to_owned())
            }
            (_, Some(heredoc)) => {
                let delimiter = &line[heredoc + 2..];
                assert!(!delimiter.is_empty(), "an empty delimiter: {line}");
                let mut value = Vec::new();
                loop {
                    let next = lines
                        .next()
                        .unwrap_or_else(|| panic!("{delimiter} does not come"));
                    if next == delimiter {
                        break;
                    }
                    value.push(next);
                }
                (&line[..heredoc], value.join("\n"))
            }
            _ => panic!("the runner refuses {line:?}"),
        };
        assert!(!name.is_empty(), "an output without a name: {line}");
        let before = values.insert(name.to_owned(), value);
        assert!(before.is_none(), "{name} is written twice");
    }
    values
}
