//! Why a change could not be judged, in words for people: each cause, and each fault of a policy, by itself.

use std::fmt;

use crate::finding::{Piece, Prose, code, prose};
use crate::policy::PolicyError;

/// The most causes, and the most faults, that are told.
const MOST_TOLD: usize = 12;

/// A policy that is not valid: no change can be judged by it, whatever the change is.
#[derive(Debug)]
pub(super) struct InvalidPolicy(pub(super) Vec<PolicyError>);

impl std::error::Error for InvalidPolicy {}

impl fmt::Display for InvalidPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        write!(formatter, "the policy is not valid: {}", faults.join("; "))
    }
}

/// Why there is no verdict.
#[derive(Debug)]
pub(super) struct Failure {
    /// All causes in one line.
    pub(super) why: String,
    /// The same as a sentence.
    pub(super) told: Prose,
}

impl Failure {
    /// Tells an error; `start` is the beginning of the sentence.
    pub(super) fn of(start: &'static str, error: &anyhow::Error) -> Self {
        Self {
            why: format!("{error:#}"),
            told: prose![start].join(match error.downcast_ref::<InvalidPolicy>() {
                Some(InvalidPolicy(faults)) => invalid(faults),
                // Together they would be cut before the one that tells.
                None => listed(error.chain().map(ToString::to_string), ": "),
            }),
        }
    }
}

/// The author of the change can do nothing about a policy that was there before.
fn invalid(faults: &[PolicyError]) -> Prose {
    prose!["the policy by which it is to be judged is not valid, which is no fault of the change: "]
        .join(listed(faults.iter().map(ToString::to_string), "; "))
}

/// Texts as code, each in full as far as a sentence shows one; what they quote themselves keeps other quotes.
fn listed(texts: impl Iterator<Item = String>, between: &'static str) -> Prose {
    let mut pieces: Vec<Piece> = Vec::new();
    for text in texts.take(MOST_TOLD) {
        if !pieces.is_empty() {
            pieces.push(between.into());
        }
        pieces.push(code(text.replace('`', "'")));
    }
    Prose::new(pieces)
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;
    use crate::policy::Policy;

    #[test]
    fn every_cause_stands_by_itself() {
        let error = anyhow!("it says: no").context("reading `x`");
        let failure = Failure::of("Not judged: ", &error);
        assert_eq!(
            failure.told.to_string(),
            "Not judged: `reading 'x'`: `it says: no`"
        );
        assert_eq!(failure.why, "reading `x`: it says: no");
    }

    #[test]
    fn every_fault_of_a_policy_stands_by_itself() {
        let text = "fail-on: of\nrules:\n  field-removd: { level: off }\n";
        let faults = Policy::load(Some(("p.yml", text.as_bytes()))).unwrap_err();
        let failure = Failure::of("Not judged: ", &InvalidPolicy(faults).into());
        assert_eq!(
            failure.told.to_string(),
            "Not judged: the policy by which it is to be judged is not valid, which is no fault of the change: \
             `p.yml:1:10: 'of' is no level; did you mean 'off'?`; \
             `p.yml:3:3: 'field-removd' is no rule; did you mean 'field-removed'?`"
        );
    }
}
