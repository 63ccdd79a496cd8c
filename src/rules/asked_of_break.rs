//! What a break asks for, whether an entry declares it or not.
//!
//! Knows the ids that a policy names and what the repository shows of them; the words of the findings on an entry's own
//! fields stand in `breaking.rs`.

use super::breaking::consequence;
use super::contract::has_undeclared_break;
use super::transition::still_open;
use super::{Context, Findings, RequirementId};
use crate::change::{Connector, ConnectorDiff};
use crate::finding::{Finding, Prose, Requirement, code, prose};
use crate::metadata::BreakingChange;

/// The requirements of a change that declares a break, or holds one that nothing declares.
pub(super) struct Asked(Vec<(RequirementId, Requirement)>);

impl Asked {
    /// Checks what a policy names; nothing where nothing breaks.
    pub(super) fn of(ids: &[RequirementId], declares: bool, context: &Context, diff: &ConnectorDiff) -> Self {
        if !declares && !has_undeclared_break(diff) {
            return Self(Vec::new());
        }
        let checked = ids.iter().filter_map(|id| Some((*id, id.check(context, diff)?)));
        Self(checked.collect())
    }

    /// What is missing and told by no finding of its own, in words; `None` where there is nothing of the kind.
    pub(super) fn still_open(&self) -> Option<Prose> {
        let untold: Vec<&Requirement> = self
            .0
            .iter()
            .filter(|(id, _)| !id.has_finding())
            .map(|(_, requirement)| requirement)
            .collect();
        still_open(&untold)
    }

    /// Puts them into the list.
    pub(super) fn list(self, findings: &mut Findings) {
        for (_, requirement) in self.0 {
            findings.require(requirement);
        }
    }
}

/// A break whose users are not prepared for it yet.
pub(super) fn unready(head: &Connector, entry: &BreakingChange, to_do: Prose) -> Finding {
    let key = &entry.version;
    Finding::at(
        head.location(key.span),
        format!("{}/declared", key.text),
        prose![
            "The breaking change ",
            code(&key.text),
            " is declared, and its users are not prepared yet."
        ],
    )
    .impact(consequence(entry))
    .remedy(to_do)
}
