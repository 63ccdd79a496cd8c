use super::contract::new_entries;
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::{Compatibility, ContractChangeKind};
use crate::finding::{Finding, code, prose};

rule! {
    /// A break is declared, and the files show none.
    ///
    /// ## What it does
    /// Speaks when a change brings a new breaking-change entry and changes files that bear the contract, all of which can be
    /// read as data, and none of it breaks. A field that widens, such as an integer that becomes a number, breaks nothing
    /// and is evidence all the same: a table may notice it.
    ///
    /// ## Why
    /// No fault: the meaning of a value can change without a trace in a schema. But a break that is none costs users a
    /// migration, so a reviewer should know that the files do not show it.
    ///
    /// ## Example
    /// 2024-04-11, `destination-oracle`, `19e7746` (`#36048`): 1.0.0 takes normalization away, which no specification
    /// shows.
    ///
    /// ## How to mend it
    /// Nothing, if the message says what changes; else leave the entry out.
    ///
    /// ## Options
    /// None.
    "entry-without-evidence", since "0.1.0",
    pub struct EntryWithoutEvidence {}
}

impl Rule for EntryWithoutEvidence {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let (Some(contract), Some(head)) = (&diff.contract, &diff.head) else { return };
        // Read for the names of its streams alone.
        if contract.changed.is_empty() {
            return;
        }
        // Streams that code builds may hold the evidence.
        let unseen = contract.base.more_streams.is_some() || contract.head.more_streams.is_some();
        let widens = contract.diff.changes.iter().any(|change| {
            change.kind == ContractChangeKind::FieldWidened && change.from.is_some() && change.to.is_some()
        });
        if unseen || widens || contract.diff.compatibility != Compatibility::Compatible {
            return;
        }
        for entry in new_entries(diff) {
            findings.push(
                Finding::at(
                    head.location(entry.version.span),
                    format!("{}/evidence", entry.version.text),
                    prose!["The break ", code(&entry.version.text), " is declared; specification and streams show none."],
                )
                .impact(prose!["What a declared break changes is for a person to confirm: the meaning of values can change without a trace in the files."]),
            );
        }
    }
}
