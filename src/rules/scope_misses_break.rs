use super::contract::{breaks, broken_streams, new_entries, place};
use super::scope_names_unknown_stream::meant_stream;
use super::{Context, Findings, Rule};
use crate::change::contract::ContractOf;
use crate::change::{Connector, ConnectorDiff};
use crate::finding::{Finding, code, prose};
use crate::metadata::BreakingChange;

rule! {
    /// A break reaches connections that its declared scope leaves out.
    ///
    /// ## What it does
    /// Compares the `scopedImpact` of a new breaking-change entry with what breaks: a stream that breaks has to be in it, and
    /// where the connection specification breaks there must be no scope at all, since every connection has a configuration.
    /// An entry without a scope covers everything.
    ///
    /// ## Why
    /// The platform holds back only connections that sync a stream of the scope; all others get the break at once and
    /// without a word.
    ///
    /// ## Example
    /// 2024-03-06, `source-facebook-marketing`, `298d3ce` (`#35746`): the entry 2.0.0 covers some streams, and the
    /// specification breaks too, which reaches everybody.
    ///
    /// ## How to mend it
    /// Name every stream that breaks, or leave the scope out.
    ///
    /// ## Options
    /// None.
    "scope-misses-break", since "0.1.0",
    pub struct ScopeMissesBreak {}
}

impl Rule for ScopeMissesBreak {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let (Some(contract), Some(head)) = (&diff.contract, &diff.head) else { return };
        for entry in new_entries(diff) {
            findings.findings.extend(judge(diff, contract, head, entry));
        }
    }
}

fn judge(diff: &ConnectorDiff, contract: &ContractOf, head: &Connector, entry: &BreakingChange) -> Option<Finding> {
    let scopes: Vec<_> = entry.scoped_impact.iter().flat_map(|impact| &impact.impacted_scopes).collect();
    let first = scopes.first()?;
    let key = &entry.version.text;
    let finding = |message| Finding::at(head.location(first.span), format!("{key}/scopedImpact"), message);
    let Some(streams) = broken_streams(contract) else {
        let change = breaks(contract).find(|change| change.stream.is_none())?;
        return Some(
            finding(prose![
                "The entry ", code(key), " covers some streams only, and the specification breaks at ", code(&change.path), "."
            ])
            .because(Some(place(diff, contract, change)), prose!["this meets every connection"])
            .impact(prose!["Connections that sync no stream in the scope of ", code(key), " move at once, and their configuration breaks as well."])
            .remedy(prose!["Leave ", code("scopedImpact"), " out."]),
        );
    };
    // A name that was meant for the stream is told as the misspelt one that it is.
    let meant: Vec<&str> = scopes.iter().filter_map(|scope| meant_stream(contract, &scope.text)).collect();
    let is_named = |stream: &str| meant.contains(&stream) || scopes.iter().any(|scope| *scope.text == *stream);
    let missed: Vec<_> = streams.iter().filter(|stream| !is_named(stream)).collect();
    let (stream, others) = missed.split_first()?;
    let message = match others.len() {
        0 => prose!["The stream ", code(stream), " breaks, and the scope of the entry ", code(key), " leaves it out."],
        more => prose![
            "The stream ", code(stream), " and ", more, " more break, and the scope of the entry ", code(key), " leaves them out."
        ],
    };
    let change = breaks(contract).find(|change| change.stream.as_ref() == Some(*stream))?;
    Some(
        finding(message)
            .because(Some(place(diff, contract, change)), prose!["this breaks"])
            .impact(prose!["Connections that sync ", code(stream), " and no stream in the scope of ", code(key), " move at once, without a word."])
            .remedy(prose!["Add the stream's exact name to ", code("impactedScopes"), "."]),
    )
}
