use super::ambiguous_metadata::quoted;
use super::{Context, Findings, Rule};
use crate::change::{Connector, ConnectorDiff, Reading};
use crate::finding::{Finding, Level, Prose, code, prose};
use crate::text::Span;

rule! {
    /// The metadata cannot be read, so the change cannot be judged.
    ///
    /// ## What it does
    /// Reports what the publisher's YAML reader refuses, what exceeds a limit, and a field of another shape than the
    /// schema's, with its place. The verdict is then "could not evaluate", whatever the level of this rule is. A base
    /// that cannot be read is a note: the repair must not be blocked.
    ///
    /// ## Why
    /// A file that cannot be read cannot be published, and whatever it hides cannot be reviewed.
    ///
    /// ## Example
    /// Made up, as no change up to April 2025 shows it: `dockerImageTag: "1.4.3`, where the closing quote is missing.
    ///
    /// ## How to mend it
    /// Correct the named place.
    ///
    /// ## Options
    /// `base-level`: how loud an unreadable base is.
    "unreadable-metadata", since "0.1.0",
    pub struct UnreadableMetadata {
        /// How loud it is when only base is unreadable.
        base_level: Level,
    }
}

impl Rule for UnreadableMetadata {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        if let Some(head) = &diff.head {
            for (span, reason) in faults(head) {
                let subject = reason.to_string();
                findings.push(
                    Finding::at(place(head, span), subject, reason)
                        .impact(prose!["The publisher cannot read the metadata either, and nothing in them can be judged."]),
                );
            }
        }
        let repaired = diff.head.as_ref().is_none_or(|head| faults(head).is_empty());
        if let (Some(base), true) = (&diff.base, repaired) {
            for (span, reason) in faults(base) {
                findings.push(
                    Finding::at(place(base, span), "base", prose!["Before this change: "].join(reason))
                        .level(self.base_level)
                        .impact(prose!["The change is judged by its new state alone, since the metadata before it cannot be read."]),
                );
            }
        }
    }
}

/// What keeps a connector's metadata from being judged: each with its place.
pub(crate) fn faults(connector: &Connector) -> Vec<(Option<Span>, Prose)> {
    match &*connector.reading {
        Reading::Read(metadata) => metadata
            .misshapen
            .iter()
            .map(|misshapen| {
                let reason = prose![
                    code(misshapen.path), " holds ", misshapen.found, ", where ", misshapen.expected, " belongs."
                ];
                (Some(misshapen.span), reason)
            })
            .collect(),
        Reading::Unreadable(unreadable) => {
            vec![(unreadable.span, prose!["The file cannot be read: "].join(quoted(&unreadable.message)).join(prose!["."]))]
        }
        Reading::NotRegular(noun) => vec![(None, prose![code(connector.file()), " is ", *noun, ", which is not read."])],
    }
}

/// The place of a fault, also in a file that has no tree.
pub(crate) fn place(connector: &Connector, span: Option<Span>) -> crate::finding::Location {
    let mut location = connector.location(span.unwrap_or_default());
    if let Reading::Unreadable(unreadable) = &*connector.reading {
        if let Some(position) = unreadable.position {
            location.position = position;
            location.last_line = position.line;
        }
        location.span = span.unwrap_or_default();
    }
    location
}
