//! What differs between two contracts, for people and for programs.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::change::contract::{Compatibility, ContractChange, ContractDiff, Effect, Witness};
use crate::text::escape_controls;

/// One JSON object.
pub fn json(diff: &ContractDiff) -> String {
    let changes: Vec<Value> = diff.changes.iter().map(change).collect();
    let reasons: Vec<String> = diff.reasons.iter().map(ToString::to_string).collect();
    let whole = json!({
        "compatibility": diff.compatibility.word(),
        "changes": changes,
        "reasons": reasons,
    });
    format!("{whole:#}\n")
}

fn change(change: &ContractChange) -> Value {
    json!({
        "kind": change.kind.word(),
        "stream": change.stream.as_deref(),
        "path": change.path,
        "from": change.from,
        "to": change.to,
        "breaking": change.breaks(),
        "witness": change.witness().map(witness),
        "why": why(change),
    })
}

/// A witness as JSON: a configuration, a keyword, or what a stream promised.
pub fn witness(witness: &Witness) -> Value {
    match witness {
        Witness::Configuration(configuration) => json!({ "configuration": configuration }),
        Witness::UnreadProperty {
            configuration,
            property,
        } => json!({ "configuration": configuration, "unread": property }),
        Witness::Keyword { name, from, to } => json!({ "keyword": name, "from": from, "to": to }),
        Witness::Stream { from, to } => json!({ "from": from, "to": to }),
    }
}

/// Why it breaks or cannot be told, in a sentence without a full stop; nothing for what breaks nobody.
fn why(change: &ContractChange) -> Option<String> {
    match &change.effect {
        Effect::Compatible => None,
        Effect::CannotTell(reason) => Some(reason.to_string()),
        Effect::Breaking(witness) => Some(match witness {
            Witness::Configuration(_) => "the configuration is valid at base and invalid at head".to_owned(),
            Witness::UnreadProperty { property, .. } => {
                format!("the configuration sets `{property}`, which head no longer reads")
            }
            Witness::Keyword { name, .. } => format!("`{name}` says how stored values are to be understood"),
            Witness::Stream { .. }
                if change.stream.is_some() && change.path.is_empty() && change.to.is_none() =>
            {
                "syncs rely on it, and it is gone".to_owned()
            }
            Witness::Stream { .. } => "what a destination has stored no longer fits".to_owned(),
        }),
    }
}

/// Lines for people: the answer, then one line for each change and what shows it.
pub fn terminal(diff: &ContractDiff, coloured: bool) -> String {
    let paint = |colour: &str, text: &str| match coloured {
        true => format!("\u{1b}[{colour}m{text}\u{1b}[0m"),
        false => text.to_owned(),
    };
    let colour = match diff.compatibility {
        Compatibility::Breaking => "1;31",
        Compatibility::CannotTell => "1;33",
        Compatibility::Compatible => "1;32",
    };
    let mut text = format!("{}\n", paint(colour, diff.compatibility.word()));
    for change in &diff.changes {
        let (colour, word) = match change.breaks() {
            Some(true) => ("31", "breaks"),
            None => ("33", "unsure"),
            Some(false) => ("32", "fine  "),
        };
        let _ = write!(text, "{}  {}", paint(colour, word), change.kind.word());
        let place: Vec<&str> = change
            .stream
            .as_deref()
            .into_iter()
            .chain([&*change.path])
            .collect();
        let place = place.join(" ");
        if !place.trim().is_empty() {
            let _ = write!(text, "  {}", escape_controls(place.trim()));
        }
        if change.from.is_some() || change.to.is_some() {
            let side = |side: &Option<String>| side.as_deref().map_or_else(|| "nothing".to_owned(), plain);
            let _ = write!(text, ": {} → {}", side(&change.from), side(&change.to));
        }
        text.push('\n');
        if let Some(
            Witness::Configuration(value)
            | Witness::UnreadProperty {
                configuration: value, ..
            },
        ) = change.witness()
        {
            let _ = writeln!(text, "        with {}", plain(&value.to_string()));
        }
        if let Some(why) = why(change) {
            let _ = writeln!(text, "        {}", plain(&why));
        }
    }
    for reason in &diff.reasons {
        let _ = writeln!(text, "cannot tell: {}", plain(&reason.to_string()));
    }
    text
}

/// A foreign text in one line, cut where it is too long to be read.
fn plain(text: &str) -> String {
    const LONGEST: usize = 300;
    let mut cut: String = text.chars().take(LONGEST).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    escape_controls(&cut)
}
