use std::collections::BTreeSet;

use strsim::jaro_winkler;

use super::breaking::connector_type;
use super::contract::new_entries;
use super::{Context, Findings, Rule};
use crate::change::contract::ContractOf;
use crate::change::{ChangeKind, Connector, ConnectorDiff};
use crate::changeset::Side;
use crate::finding::{Finding, Level, Location, Prose, Suggestion, code, prose};
use crate::metadata::{BreakingChange, Field, Metadata};
use crate::text::Edit;
use crate::yaml::quote;

/// How alike a name has to be, from 0 to 1, to be proposed.
const ALIKE: f64 = 0.85;
/// The most names that the note on what cannot be looked up lists.
const MOST_NAMES: usize = 5;

rule! {
    /// A declared break names a stream that the connector does not have.
    ///
    /// ## What it does
    /// Looks up each name of a new entry's `scopedImpact` among the streams before and after the change, and each name that
    /// the scope of an older entry gains. Names are compared as the platform does: exactly, with case. Where the streams
    /// cannot all be read, as code builds some, a note names those that were not found; a destination has none of its own.
    ///
    /// ## Why
    /// A name that no connection syncs holds nobody back: the break reaches those whom the entry was meant to protect.
    ///
    /// ## Example
    /// Made up, as no change up to April 2025 shows it: `impactedScopes: [Orders]`, where the stream is called
    /// `orders`.
    ///
    /// ## How to mend it
    /// Write the stream's name as its users see it, which is how the connector's own `discover` writes it.
    ///
    /// ## Options
    /// `edited-level`: how loud a name is that an entry gains which was there before: the stream of an older release may be
    /// gone for long.
    "scope-names-unknown-stream", since "0.1.0",
    pub struct ScopeNamesUnknownStream {
        /// How loud a name is that an older entry gains.
        edited_level: Level,
    }
}

impl Rule for ScopeNamesUnknownStream {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let (Some(contract), Some(head)) = (&diff.contract, &diff.head) else { return };
        let Some(metadata) = head.metadata() else { return };
        for (entry, is_new) in entries(diff, metadata) {
            let unknown = unknown_scopes(diff, contract, entry);
            if let (Some(first), Some(why)) = (unknown.first(), untold(contract, head)) {
                findings.push(cannot_be_looked_up(head.location(first.span), entry, &unknown, why));
                continue;
            }
            for scope in unknown {
                let nearest = meant_stream(contract, &scope.text);
                let suggestion = nearest.and_then(|name| {
                    let edit = Edit { span: scope.span, replacement: quote(name) };
                    Suggestion::new(prose!["name the stream ", code(name)], head.file(), metadata.document().text(), &[edit])
                });
                let finding = Finding::at(
                    head.location(scope.span),
                    format!("{}/scopedImpact/{}", entry.version.text, scope.text),
                    prose!["The entry ", code(&entry.version.text), " names the stream ", code(&scope.text), ", which the connector does not have."],
                )
                .impact(prose!["The platform compares names exactly: for ", code(&scope.text), " nobody is held back."])
                .remedy(match nearest {
                    Some(name) => prose!["Did you mean ", code(name), "?"],
                    None => prose!["Write the name of a stream of this connector, or leave it out."],
                })
                .suggest(suggestion);
                findings.push(if is_new { finding } else { finding.level(self.edited_level) });
            }
        }
    }
}

/// The entries whose scope is looked up, and whether they are new.
fn entries<'a>(diff: &'a ConnectorDiff, head: &'a Metadata) -> Vec<(&'a BreakingChange, bool)> {
    let new = new_entries(diff).into_iter().map(|entry| (entry, true));
    let edited = diff.changes.iter().filter_map(|change| match &change.kind {
        ChangeKind::BreakingChangeEdited { version, .. } => Some((head.releases.entry(version)?, false)),
        _ => None,
    });
    new.chain(edited).collect()
}

/// The names in an entry's scope that no stream is known to have and that base's entry did not name.
fn unknown_scopes<'a>(diff: &ConnectorDiff, contract: &ContractOf, entry: &'a BreakingChange) -> Vec<&'a Field> {
    let known: BTreeSet<&str> = streams(contract).collect();
    let before = diff.metadata(Side::Base).and_then(|metadata| metadata.releases.entry(&entry.version.text));
    let before: BTreeSet<&str> = before.into_iter().flat_map(scopes).map(|scope| &*scope.text).collect();
    scopes(entry).filter(|scope| !known.contains(&*scope.text) && !before.contains(&*scope.text)).collect()
}

fn scopes(entry: &BreakingChange) -> impl Iterator<Item = &Field> {
    entry.scoped_impact.iter().flat_map(|impact| &impact.impacted_scopes)
}

/// Why the connector may have streams that are not known.
fn untold(contract: &ContractOf, head: &Connector) -> Option<&'static str> {
    if head.metadata().and_then(connector_type) == Some("destination") {
        return Some("a destination has the streams of whatever writes to it");
    }
    let more = contract.head.more_streams.as_ref().or(contract.base.more_streams.as_ref());
    more.map(|reason| reason.kind.words())
}

fn cannot_be_looked_up(location: Location, entry: &BreakingChange, unknown: &[&Field], why: &'static str) -> Finding {
    let key = &entry.version.text;
    let names = |last| Prose::listed(unknown.iter().map(|scope| &scope.text), last, MOST_NAMES);
    let (which, has) = match unknown.len() {
        1 => (" names the stream ", ", and whether the connector has it cannot be told: "),
        _ => (" names the streams ", ", and whether the connector has them cannot be told: "),
    };
    Finding::at(
        location,
        format!("{key}/scopedImpact"),
        prose!["The entry ", code(key), which].join(names(" and ")).join(prose![has, why, "."]),
    )
    .impact(prose!["The platform compares names exactly: if no stream is called "].join(names(" or ")).join(prose![", nobody is held back for it."]))
    .remedy(prose!["Compare each name with what ", code("discover"), " prints; upper and lower case count."])
    .level(Level::Note)
}

/// The streams before and after the change, as far as they are known.
fn streams(contract: &ContractOf) -> impl Iterator<Item = &str> {
    let streams = contract.base.streams.iter().chain(&contract.head.streams);
    streams.map(|stream| &*stream.name.text)
}

/// The streams before and after the change; `None` where some cannot be read.
fn known_streams(contract: &ContractOf) -> Option<Vec<&str>> {
    if contract.base.more_streams.is_some() || contract.head.more_streams.is_some() {
        return None;
    }
    Some(streams(contract).collect())
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
