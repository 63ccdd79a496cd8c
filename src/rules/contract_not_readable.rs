use super::contract::promises_stability;
use super::{Context, Findings, Rule};
use crate::change::contract::Compatibility;
use crate::change::ConnectorDiff;
use crate::changeset::Side;
use crate::contract::Reason;
use crate::finding::{Finding, Location, code, prose};

/// The most reasons that the note names.
const MOST_REASONS: usize = 3;

rule! {
    /// Whether a change breaks users cannot be told from its files.
    ///
    /// ## What it does
    /// Speaks for certified, generally available and beta connectors when a file that bears the contract changed and the
    /// contract cannot be read from data: code builds the streams or the specification, a schema is made while the connector
    /// runs. It names the files. It never stands on a line of the diff.
    ///
    /// ## Why
    /// No code of a change is run, and none is guessed at. Silence would read as "nothing breaks".
    ///
    /// ## Example
    /// 2024-04-15, `source-slack`, `f7fe882` (`#35477`): a migration to a manifest whose streams are partly built by
    /// code.
    ///
    /// ## How to mend it
    /// Nothing; a person looks whether the change breaks existing connections. `tierguard compat` compares two outputs of
    /// the connector's own `spec` and `discover`.
    ///
    /// ## Options
    /// None.
    "contract-not-readable", since "0.1.0",
    pub struct ContractNotReadable {}
}

impl Rule for ContractNotReadable {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let (Some(contract), Some(_)) = (&diff.contract, diff.both()) else { return };
        if contract.diff.compatibility != Compatibility::CannotTell || !promises_stability(diff) {
            return;
        }
        // What the change puts there and cannot be read is told by itself, at its place.
        let faults = contract.head.faults_since(&contract.base);
        let told = |reason: &&Reason| !faults.iter().any(|fault| fault.same(reason));
        let reasons: Vec<&Reason> = contract.diff.reasons.iter().filter(told).collect();
        if reasons.is_empty() {
            return;
        }
        let mut message = prose!["Whether this change breaks users cannot be told from its files"];
        for (index, reason) in reasons.iter().take(MOST_REASONS).enumerate() {
            message = message.join(prose![if index == 0 { ": " } else { "; " }, reason.kind.words()]);
            if !reason.subject.is_empty() {
                message = message.join(prose![" (", code(&reason.subject), ")"]);
            }
        }
        if reasons.len() > MOST_REASONS {
            message = message.join(prose![" and ", reasons.len() - MOST_REASONS, " more reasons"]);
        }
        let file = contract.changed.first().cloned().unwrap_or_else(|| diff.directory().clone());
        findings.push(
            Finding::at(Location::file(file, Side::Head), "contract", message.join(prose!["."]))
                .remedy(prose!["A person has to look; ", code("tierguard compat"), " compares two outputs of ", code("spec"), " or ", code("discover"), "."]),
        );
    }
}
