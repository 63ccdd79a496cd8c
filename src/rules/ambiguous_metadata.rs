use semver::Version;

use super::{Context, Findings, Rule};
use crate::change::Connector;
use crate::finding::{Finding, Piece, Prose, Suggestion, code, prose};
use crate::metadata::{Field, Metadata};
use crate::text::{Edit, Span};
use crate::yaml::{AmbiguityKind, Document, Node, Value, quote};

rule! {
    /// Readers of the file disagree on what it says.
    ///
    /// ## What it does
    /// Reports YAML that the publisher reads (YAML 1.1, PyYAML) in another way than people or other tools do: duplicate
    /// keys, `dockerImageTag: 1.10`, `no` and `off`, anchors, merges, tags, line breaks that editors do not show, keys
    /// with look-alike letters, and text fields that hold a number, a date or a boolean. The evaluation goes on with the
    /// publisher's reading.
    ///
    /// ## Why
    /// What a reviewer sees and what is published must be the same. `1.10` without quotes is published as `1.1`.
    ///
    /// ## Example
    /// 2023-08-15, `source-drift`, `0dfea6b` (`#29450`): `supportLevel` is set twice.
    ///
    /// ## How to mend it
    /// Quote the value, keep one of the two keys, or write the value out where an anchor stands for it.
    ///
    /// ## Options
    /// None.
    "ambiguous-metadata", since "0.1.0",
    pub struct AmbiguousMetadata {}
}

impl Rule for AmbiguousMetadata {
    fn check_state(&self, _: &Context, connector: &Connector, findings: &mut Findings) {
        let Some(metadata) = connector.metadata() else { return };
        let document = metadata.document();
        for ambiguity in document.ambiguities() {
            let written = ambiguity.span.of(document.text());
            let short = short_version(metadata, ambiguity.span).filter(|_| ambiguity.kind != AmbiguityKind::DuplicateKey);
            if let Some((field, version)) = short {
                let subject = subject(document.root(), ambiguity.span, written);
                findings.push(no_version(connector, document, field, &version, subject));
                continue;
            }
            let (message, title, edit) = match plain_value(document.root(), ambiguity.span) {
                // Where no text belongs, quotes would change what is published.
                Some(plain) => {
                    let message = prose![code(written), " is read as ", code(&plain), ", and by some readers as text."];
                    let edit = Edit { span: ambiguity.span, replacement: plain.clone() };
                    (message, prose!["write ", code(plain)], Some(edit))
                }
                None => {
                    let message = quoted(&capitalized(&ambiguity.message)).join(prose!["."]);
                    (message, prose!["quote it"], ambiguity.suggestion.clone())
                }
            };
            let suggestion = edit.and_then(|edit| Suggestion::new(title, connector.file(), document.text(), &[edit]));
            let finding =
                Finding::at(connector.location(ambiguity.span), subject(document.root(), ambiguity.span, written), message)
                    .because(ambiguity.first.map(|span| connector.location(span)), prose!["the other place"])
                    .suggest(suggestion);
            findings.push(match ambiguity.kind {
                AmbiguityKind::DuplicateKey => finding
                    .impact(prose!["Where ", code(written), " stands twice, whoever reads the first one believes what is not published."])
                    .remedy(prose!["Keep the line that is meant and delete the other."]),
                AmbiguityKind::Anchor | AmbiguityKind::Alias | AmbiguityKind::Merge => finding
                    .impact(prose!["A value that stands at another place changes unseen, for users too, when somebody changes it there."])
                    .remedy(prose!["Write the value out at each place."]),
                _ => finding,
            });
        }
        for mistyped in &metadata.mistyped {
            let known = document.ambiguities().iter().any(|ambiguity| ambiguity.span == mistyped.field.span);
            if known {
                continue;
            }
            if let Some((field, version)) = short_version(metadata, mistyped.field.span) {
                findings.push(no_version(connector, document, field, &version, mistyped.path.to_owned()));
                continue;
            }
            let edit = Edit { span: mistyped.field.span, replacement: format!("\"{}\"", mistyped.field.text) };
            let suggestion = match mistyped.field.value {
                Value::Null => None,
                _ => Suggestion::new(prose!["quote it"], connector.file(), document.text(), &[edit]),
            };
            findings.push(
                Finding::at(
                    connector.location(mistyped.field.key),
                    mistyped.path,
                    prose![code(mistyped.path), " is read as ", mistyped.found(), ", where text belongs."],
                )
                .suggest(suggestion),
            );
        }
        look_alike_keys(connector, document.root(), findings);
    }
}

/// A version or the key of an entry that stands at a place and is a number, with the version that is meant.
fn short_version(metadata: &Metadata, span: Span) -> Option<(&Field, Version)> {
    let keys = metadata.releases.breaking_changes.iter().map(|entry| &entry.version);
    let field = metadata.version.iter().chain(keys).find(|field| field.span == span)?;
    let is_number = matches!(field.value, Value::Int(_) | Value::BigInt(_) | Value::Float(_));
    Some((field, field.meant_version().filter(|_| is_number)?))
}

/// Quotes would make text of it, and no version.
fn no_version(connector: &Connector, document: &Document, field: &Field, version: &Version, subject: String) -> Finding {
    let edit = Edit { span: field.span, replacement: quote(&version.to_string()) };
    Finding::at(
        connector.location(field.span),
        subject,
        prose![code(&field.text), " is read as a number, where a version such as ", code(version), " belongs."],
    )
    .impact(prose![
        "The publisher takes versions of three numbers: it refuses ", code(&field.text), ", quoted or not, and users do not get \
         the release."
    ])
    .suggest(Suggestion::new(prose!["write ", code(version)], connector.file(), document.text(), &[edit]))
}

/// What an ambiguity is about: the path of its place and the words there. The words alone stand in many places.
fn subject(root: &Node, span: Span, written: &str) -> String {
    let mut path = String::new();
    let mut node = root;
    while let Some((name, inner)) = step(node, span) {
        path.push_str(&name);
        path.push('/');
        node = inner;
    }
    path + written
}

/// The entry or item around a place, one level down.
fn step(node: &Node, span: Span) -> Option<(String, &Node)> {
    let holds = |outer: Span| outer.start <= span.start && span.end <= outer.end && outer != node.span;
    let entry = node.entries().unwrap_or_default().iter().find(|entry| holds(entry.key.span) || holds(entry.value.span));
    if let Some(entry) = entry {
        return Some((entry.key.text().unwrap_or("?").to_owned(), &entry.value));
    }
    let item = node.items().unwrap_or_default().iter().enumerate().find(|(_, item)| holds(item.span));
    item.map(|(index, item)| (index.to_string(), item))
}

/// Fields in which no text belongs, by their last name.
const NOT_TEXT: [&str; 19] = [
    "autoPromoteStages", "autoStart", "enabled", "enableProgressiveRollout", "expectFailure", "isBreaking", "isEnterprise",
    "maxSecondsBetweenMessages", "public", "ql", "requireVersionIncrementsInPullRequests", "requiresLogin",
    "safeToDowngrade", "sl", "suggestedStreamsOnly", "supportsDataActivation", "supportsDbt", "supportsFileTransfer",
    "supportsRefreshes",
];

/// The plainest form of a boolean or number that stands where one belongs.
fn plain_value(root: &Node, span: Span) -> Option<String> {
    let mut node = root;
    let mut name = String::new();
    while let Some((next, inner)) = step(node, span) {
        (name, node) = (next, inner);
    }
    let value = node.scalar().filter(|_| node.span == span && NOT_TEXT.contains(&&*name))?;
    match value.value {
        Value::Bool(value) => Some(value.to_string()),
        Value::Int(value) => Some(value.to_string()),
        _ => None,
    }
}

fn capitalized(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// A message of the reader, in which what the file says stands between back-ticks.
pub(super) fn quoted(message: &str) -> Prose {
    let pieces = message.split('`').enumerate().map(|(index, part)| match index % 2 {
        0 => Piece::trusted(part),
        _ => code(part),
    });
    Prose::new(pieces.collect())
}

/// Keys that hold characters outside of ASCII: no field has one, so such a key is ignored by the publisher.
fn look_alike_keys(connector: &Connector, node: &Node, findings: &mut Findings) {
    for entry in node.counting_entries() {
        let key = entry.key.text().unwrap_or_default();
        if let Some(letter) = key.chars().find(|letter| !letter.is_ascii()) {
            let point = format!("U+{:04X}", u32::from(letter));
            findings.push(
                Finding::at(
                    connector.location(entry.key.span),
                    key,
                    prose!["The key ", code(key), " holds the character ", code(point), " and is no known field."],
                )
                .remedy(prose!["Write the key in plain ASCII letters."]),
            );
        }
        look_alike_keys(connector, &entry.value, findings);
    }
}
