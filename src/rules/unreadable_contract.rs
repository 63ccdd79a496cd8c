use std::collections::BTreeMap;

use super::{Context, Findings, Rule};
use crate::change::contract::ContractOf;
use crate::change::ConnectorDiff;
use crate::changeset::Side;
use crate::contract::{Reason, ReasonKind};
use crate::finding::{Finding, Location, Prose, code, prose};

/// The most faults of one connector that are told each by itself.
const MOST: usize = 8;

rule! {
    /// A specification, a schema or a manifest cannot be read, so what the change breaks cannot be judged.
    ///
    /// ## What it does
    /// Reports what a change puts into the files that bear the contract and that cannot be read there: broken JSON or YAML,
    /// a keyword of another shape than JSON Schema's (`properties` as a list), a `$ref` that leads to nothing, out of the
    /// connector or back to itself, a file or a nesting beyond the limits. Each has its place, and the rest of the files is
    /// judged all the same. The verdict is then "could not evaluate", whatever the level of this rule is. What was so
    /// before is not reported.
    ///
    /// ## Why
    /// A connector cannot start with a specification that it cannot read, and whatever such a file hides cannot be reviewed.
    ///
    /// ## Example
    /// 2023-06-19, `source-stripe`, `c08de53` (`#27362`): something else than a schema stands where a schema belongs.
    ///
    /// ## How to mend it
    /// Correct the named place. Copy what a remote `$ref` leads to into the connector: no address of a change is fetched.
    ///
    /// ## Options
    /// None.
    "unreadable-contract", since "0.1.0",
    pub struct UnreadableContract {}
}

impl Rule for UnreadableContract {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        for fault in contract_faults(diff) {
            findings.push(
                Finding::at(fault.location, fault.subject, fault.message)
                    .impact(prose!["Whether this change breaks existing connections cannot be judged."])
                    .remedy(fault.remedy),
            );
        }
    }
}

/// What keeps a part of the contract at head from being judged.
pub(crate) struct ContractFault {
    /// Where.
    pub(crate) location: Location,
    /// What it is.
    pub(crate) message: Prose,
    subject: String,
    remedy: Prose,
}

/// What a change puts into the files of a contract that cannot be read there; beyond [`MOST`] one more tells the number.
pub(crate) fn contract_faults(diff: &ConnectorDiff) -> Vec<ContractFault> {
    let Some(contract) = &diff.contract else {
        return Vec::new();
    };
    let mut reasons = contract.head.faults_since(&contract.base);
    // With data behind it the file was asked for; without, nobody needed it, as it did not change.
    let is_missing = |reason: &&Reason| reason.kind == ReasonKind::NotRead && !reason.data.is_empty();
    reasons.extend(contract.diff.reasons.iter().filter(is_missing));
    let fallback = || Location::file(contract.changed.first().cloned().unwrap_or_else(|| diff.directory().clone()), Side::Head);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut faults: Vec<ContractFault> = reasons
        .iter()
        .take(MOST)
        .map(|reason| ContractFault {
            location: reason.place.map_or_else(fallback, |place| contract.location(Side::Head, place)),
            message: message(reason),
            subject: subject(contract, reason, &mut seen),
            remedy: remedy(reason.kind),
        })
        .collect();
    if reasons.len() > MOST {
        faults.push(ContractFault {
            location: fallback(),
            message: prose![reasons.len() - MOST, " more parts of the contract cannot be read."],
            subject: "more".to_owned(),
            remedy: prose!["Correct those that are named; the next run names the rest."],
        });
    }
    faults
}

/// Tells the faults of a connector apart, also as their lines move: by file, kind, words, and their number among equals.
fn subject(contract: &ContractOf, reason: &Reason, seen: &mut BTreeMap<String, usize>) -> String {
    let file = reason.place.and_then(|place| contract.head.files.get(place.file));
    let file = file.map_or_else(String::new, |file| file.path.to_string());
    let words = format!("{file} {:?} {}", reason.kind, reason.subject);
    let count = seen.entry(words.clone()).or_default();
    *count += 1;
    format!("{words} {count}")
}

fn message(reason: &Reason) -> Prose {
    let subject = code(&reason.subject);
    match reason.kind {
        ReasonKind::Unreadable => prose!["The file cannot be read: ", subject, "."],
        ReasonKind::NotRead => prose![subject, " bears the contract and was not read."],
        ReasonKind::Twice => prose!["Two streams have the name ", subject, "."],
        ReasonKind::TooLarge if reason.subject.is_empty() => {
            prose!["The value is too deep or, with its references written out, too large to be judged."]
        }
        ReasonKind::TooLarge => prose![subject, " is larger than what is read of one file."],
        ReasonKind::Cycle => prose!["The reference ", subject, " leads back to itself."],
        ReasonKind::Nowhere => prose!["The reference ", subject, " leads to nothing."],
        ReasonKind::Remote => prose!["The reference ", subject, " leads out of the connector; no address of a change is fetched."],
        _ if reason.subject.is_empty() => prose!["Something else than a schema stands where a schema belongs."],
        _ => prose![subject, " does not hold what belongs there."],
    }
}

fn remedy(kind: ReasonKind) -> Prose {
    match kind {
        ReasonKind::Remote => prose!["Copy what it leads to into the connector."],
        ReasonKind::Cycle | ReasonKind::Nowhere => prose!["Correct the reference, or write out what it stands for."],
        ReasonKind::NotRead => prose!["Run again; where it stays unread, split the change, or let a person compare the two sides."],
        ReasonKind::Twice => prose!["Give one of them another name, or remove it."],
        ReasonKind::TooLarge => prose!["Make it smaller, or let a person compare the two sides."],
        _ => prose!["Correct it; until then the connector cannot be read either."],
    }
}
