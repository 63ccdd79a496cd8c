//! What a break asks for, whether an entry declares it or not.
//!
//! Knows the ids that a policy names and what the repository shows of them; the words of the findings on an entry's own
//! fields stand in `breaking.rs`.

use super::consequence::consequence;
use super::contract::has_undeclared_break;
use super::requirements::approvals;
use super::transition::still_open;
use super::{Approval, Context, Findings, RequirementId};
use crate::change::{Connector, ConnectorDiff};
use crate::finding::{Finding, Prose, Requirement, code, prose};
use crate::metadata::BreakingChange;

/// The requirements of a change that declares or announces a break, or holds one that nothing declares.
pub(super) struct Asked {
    /// Those that a finding of their own tells, at the place where they would stand.
    told: Vec<Requirement>,
    others: Vec<Requirement>,
}

impl Asked {
    /// Checks what a policy names; nothing where nothing breaks.
    pub(super) fn of(
        (ids, wanted): (&[RequirementId], &[Approval]),
        declares: bool,
        context: &Context,
        diff: &ConnectorDiff,
    ) -> Self {
        let (mut told, mut others) = (Vec::new(), Vec::new());
        // What is new breaks nobody: the entry has to be whole for the publisher, and nobody has to be asked.
        let is_new = diff.base.is_none();
        if declares || has_undeclared_break(diff) {
            let ids = ids.iter().filter(|id| !is_new || id.is_of_entry());
            for (id, requirement) in ids.filter_map(|id| Some((id, id.check(context, diff)?))) {
                let list = if id.has_finding() { &mut told } else { &mut others };
                list.push(requirement);
            }
            others.extend(approvals(wanted, context, diff).into_iter().filter(|_| !is_new));
        }
        Self { told, others }
    }

    /// What is missing and told by no finding of its own, in words; `None` where there is nothing of the kind.
    pub(super) fn still_open(&self) -> Option<Prose> {
        still_open(&self.others)
    }

    /// Puts them into the list.
    pub(super) fn list(self, findings: &mut Findings) {
        for requirement in self.told.into_iter().chain(self.others) {
            findings.require(requirement);
        }
    }
}

/// A break whose users are not prepared for it yet, or the entry of a new connector that is not whole.
pub(super) fn unready(
    context: &Context,
    diff: &ConnectorDiff,
    head: &Connector,
    entry: &BreakingChange,
    to_do: Prose,
) -> Finding {
    let key = &entry.version;
    let finding = |message| Finding::at(head.location(key.span), format!("{}/declared", key.text), message);
    if diff.base.is_none() {
        return finding(prose![
            "The new connector declares the breaking change ",
            code(&key.text),
            ", and not all that belongs to it is there."
        ])
        .impact(prose![
            "Every entry asks for its migration guide, also where nothing was released before."
        ])
        .remedy(to_do.join(prose![
            " A connector that starts at ",
            code("0.1.0"),
            " needs no entry."
        ]));
    }
    finding(prose![
        "The breaking change ",
        code(&key.text),
        " is declared, and its users are not prepared yet."
    ])
    .impact(consequence(context, diff, entry))
    .remedy(to_do)
}
