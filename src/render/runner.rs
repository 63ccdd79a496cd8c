//! What the runner of a workflow would take for a command.
//!
//! The runner reads both output streams line by line: a line whose first visible characters are `::name` is a command,
//! and so is `##[name]` anywhere in a line. Knows that grammar; knows no report.

use std::borrow::Cow;

/// Breaks whatever the runner would read as a command, in text that is for people on standard output.
pub fn inert(text: &str) -> Cow<'_, str> {
    let commands = text
        .split(['\n', '\r'])
        .any(|line| line.contains("##[") || line.trim_start().starts_with("::"));
    if !commands {
        return Cow::Borrowed(text);
    }
    let mut broken = String::with_capacity(text.len() + 8);
    for line in text.split_inclusive(['\n', '\r']) {
        let start = line.len() - line.trim_start().len();
        broken.push_str(&line[..start]);
        if line[start..].starts_with("::") {
            broken.push('\\');
        }
        broken.push_str(&break_legacy(&line[start..]));
    }
    Cow::Owned(broken)
}

/// The value after the second `::`.
pub(super) fn message(text: &str) -> String {
    break_legacy(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property.
pub(super) fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

pub(super) fn break_legacy(text: &str) -> String {
    text.replace("##[", "##\\[")
}

/// The runner's reading of a stream, written after its public source's behaviour: the oracle of the outputs' tests.
#[cfg(test)]
pub(super) mod oracle {
    /// A command that the runner would carry out.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(in crate::render) struct Command {
        pub(in crate::render) name: String,
        pub(in crate::render) properties: Vec<(String, String)>,
        pub(in crate::render) message: String,
    }

    /// Every command in a stream.
    pub(in crate::render) fn commands(stream: &str) -> Vec<Command> {
        stream.split(['\n', '\r']).filter_map(command).collect()
    }

    fn command(line: &str) -> Option<Command> {
        current(line).or_else(|| legacy(line))
    }

    fn current(line: &str) -> Option<Command> {
        let rest = line.trim_start().strip_prefix("::")?;
        let (head, message) = rest.split_once("::")?;
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let properties = properties
            .split(',')
            .filter_map(|pair| pair.trim().split_once('='))
            .map(|(key, value)| (key.to_owned(), unescape(value, &[("%3A", ":"), ("%2C", ",")])))
            .collect();
        let message = unescape(message, &[]);
        (!name.is_empty()).then(|| Command {
            name: name.to_owned(),
            properties,
            message,
        })
    }

    fn legacy(line: &str) -> Option<Command> {
        let (_, rest) = line.split_once("##[")?;
        let (head, message) = rest.split_once(']')?;
        let name = head.split(' ').next().unwrap_or_default().to_owned();
        Some(Command {
            name,
            properties: Vec::new(),
            message: message.to_owned(),
        })
    }

    fn unescape(text: &str, more: &[(&str, &str)]) -> String {
        let mut text = text.replace("%0D", "\r").replace("%0A", "\n");
        for (escape, character) in more {
            text = text.replace(escape, character);
        }
        text.replace("%25", "%")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::hostile::NASTY;
    use super::*;

    #[test]
    fn the_oracle_finds_commands() {
        let stream = "a\n \u{a0}::error file=a%2Cb,line=1::m%0Ax\rb ##[warning]x\n::y\n";
        let found = oracle::commands(stream);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(
            found[0].properties,
            [("file", "a,b"), ("line", "1")].map(|(k, v)| (k.into(), v.into()))
        );
        assert_eq!(found[0].message, "m\nx");
    }

    #[test]
    fn text_for_people_holds_no_command() {
        for nasty in NASTY {
            let shown = inert(nasty);
            assert_eq!(oracle::commands(&shown), [], "{nasty:?}");
        }
        assert!(matches!(
            inert("an ordinary line\nand one more"),
            Cow::Borrowed(_)
        ));
    }

    proptest! {
        #[test]
        fn no_text_becomes_a_command(text in "([:#\\[\\]\\n\\r \u{a0}\u{2003}%]|error|debug|\\PC){0,40}") {
            prop_assert_eq!(oracle::commands(&inert(&text)), []);
        }

        #[test]
        fn what_is_escaped_is_read_back(text in "[%:,0-9A-F\\n\\ra-z]{0,40}") {
            let line = format!("::error title={}::{}", property(&text), message(&text));
            let found = oracle::commands(&line);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(&found[0].message, &text);
            prop_assert_eq!(&found[0].properties[0].1, &text);
        }
    }
}
