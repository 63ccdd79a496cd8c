use strsim::jaro_winkler;

use super::contract::new_entries;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractOf;
use crate::finding::{Finding, Suggestion, code, prose};
use crate::text::Edit;
use crate::yaml::quote;

/// How alike a name has to be, from 0 to 1, to be proposed.
const ALIKE: f64 = 0.85;

rule! {
    /// A declared break names a stream that the connector does not have.
    ///
    /// ## What it does
    /// Looks up each name of a new entry's `scopedImpact` among the streams before and after the change, where all of them
    /// can be read. Names are compared as the platform does: exactly, with case.
    ///
    /// ## Why
    /// A name that no connection syncs holds nobody back: the break reaches those whom the entry was meant to protect.
    ///
    /// ## Example
    /// Made up, as no change up to April 2025 shows it: `impactedScopes: [Orders]`, where the stream is called
    /// `orders`.
    ///
    /// ## How to mend it
    /// Write the stream's name as its users see it.
    ///
    /// ## Options
    /// None.
    "scope-names-unknown-stream", since "0.1.0",
    pub struct ScopeNamesUnknownStream {}
}

impl Rule for ScopeNamesUnknownStream {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let (Some(contract), Some(head)) = (&diff.contract, &diff.head) else { return };
        let Some(metadata) = head.metadata() else { return };
        let Some(known) = known_streams(contract) else { return };
        for entry in new_entries(diff) {
            for scope in entry.scoped_impact.iter().flat_map(|impact| &impact.impacted_scopes) {
                if known.contains(&&*scope.text) {
                    continue;
                }
                let nearest = meant_stream(contract, &scope.text);
                let suggestion = nearest.and_then(|name| {
                    let edit = Edit { span: scope.span, replacement: quote(name) };
                    Suggestion::new(prose!["name the stream ", code(name)], head.file(), metadata.document().text(), &[edit])
                });
                findings.push(
                    Finding::at(
                        head.location(scope.span),
                        format!("{}/scopedImpact/{}", entry.version.text, scope.text),
                        prose!["The entry ", code(&entry.version.text), " names the stream ", code(&scope.text), ", which the connector does not have."],
                    )
                    .impact(prose!["The platform compares names exactly: for this one nobody is held back."])
                    .remedy(match nearest {
                        Some(name) => prose!["Did you mean ", code(name), "?"],
                        None => prose!["Write the name of a stream of this connector, or leave it out."],
                    })
                    .suggest(suggestion),
                );
            }
        }
    }
}

/// The streams before and after the change; `None` where some cannot be read.
fn known_streams(contract: &ContractOf) -> Option<Vec<&str>> {
    if contract.base.more_streams.is_some() || contract.head.more_streams.is_some() {
        return None;
    }
    let streams = contract.base.streams.iter().chain(&contract.head.streams);
    Some(streams.map(|stream| &*stream.name.text).collect())
}

/// The stream that a scope's name was meant for, where no stream has that name.
pub(super) fn meant_stream<'a>(contract: &'a ContractOf, scope: &str) -> Option<&'a str> {
    let known = known_streams(contract)?;
    if known.contains(&scope) {
        return None;
    }
    let alike = |name: &&str| jaro_winkler(&name.to_lowercase(), &scope.to_lowercase());
    known.into_iter().max_by(|left, right| alike(left).total_cmp(&alike(right))).filter(|name| alike(name) >= ALIKE)
}
