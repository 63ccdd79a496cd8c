//! Rows of a transition table, as policies write them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::requirements::approvals;
use super::{Approval, Context, Findings, RequirementId};
use crate::change::{Change, ConnectorDiff};
use crate::changeset::Side;
use crate::finding::{Finding, Level, Prose, Requirement, RequirementState, prose};

/// The most missing requirements that a finding explains one by one; the list of requirements explains them all.
const FEW: usize = 3;

/// A value of `supportLevel` or `releaseStage`, or a word for several of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransitionValue {
    /// Whatever it is.
    Any,
    /// The field is not written.
    Absent,
    /// A word that is none of the known values.
    Other,
    /// `certified`.
    Certified,
    /// `community`.
    Community,
    /// `custom`.
    Custom,
    /// `archived`.
    Archived,
    /// `alpha`.
    Alpha,
    /// `beta`.
    Beta,
    /// `generally_available`.
    GenerallyAvailable,
    /// `deprecated`: a word of the retired page, never a valid value.
    Deprecated,
}

/// The field that moves: a word of the other one is no value of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TransitionField {
    /// `supportLevel`.
    SupportLevel,
    /// `releaseStage`.
    ReleaseStage,
}

impl TransitionValue {
    fn of(field: TransitionField, word: &str) -> Self {
        match (field, word) {
            (TransitionField::SupportLevel, "certified") => Self::Certified,
            (TransitionField::SupportLevel, "community") => Self::Community,
            (TransitionField::SupportLevel, "archived") => Self::Archived,
            (_, "custom") => Self::Custom,
            (TransitionField::ReleaseStage, "alpha") => Self::Alpha,
            (TransitionField::ReleaseStage, "beta") => Self::Beta,
            (TransitionField::ReleaseStage, "generally_available") => Self::GenerallyAvailable,
            (TransitionField::ReleaseStage, "deprecated") => Self::Deprecated,
            _ => Self::Other,
        }
    }

    /// Whether a written word is this value.
    pub(super) fn is(self, field: TransitionField, word: &str) -> bool {
        self.matches(field, Some(word), None)
    }

    fn matches(self, field: TransitionField, word: Option<&str>, absent_counts_as: Option<Self>) -> bool {
        match (self, word) {
            (Self::Any, _) | (Self::Absent, None) => true,
            (_, None) => Some(self) == absent_counts_as,
            (_, Some(word)) => self == Self::of(field, word),
        }
    }
}

/// One row: from which value to which, how loud, and what it asks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Transition {
    /// The values before that the row speaks of.
    pub from: Vec<TransitionValue>,
    /// The values after.
    pub to: Vec<TransitionValue>,
    /// The support levels after the change that the row speaks of; all of them where it names none, and an absent one
    /// counts as community.
    #[serde(default)]
    pub support_level_after: Vec<TransitionValue>,
    /// How loud it is; with requirements, as long as the repository shows one of them missing.
    pub level: Level,
    /// How loud it is once none is missing; the same as `level` where it is not given.
    pub level_when_met: Option<Level>,
    /// What the transition asks for.
    #[serde(default)]
    pub requires: Vec<RequirementId>,
    /// Whose approvals the transition needs, all of them.
    #[serde(default)]
    pub approvals: Vec<Approval>,
}

/// What a transition came to.
pub(super) struct Judgement {
    /// The level by the table; `None` where no row speaks of it.
    pub level: Option<Level>,
    /// The row that gave it, from 0.
    pub row: Option<usize>,
    /// Its requirements.
    pub requirements: Vec<Requirement>,
}

/// Finds the first row that speaks of a move and checks what it asks for.
pub(super) fn judge(
    transitions: &[Transition],
    field: TransitionField,
    words: (Option<&str>, Option<&str>),
    absent_counts_as: Option<TransitionValue>,
    context: &Context,
    diff: &ConnectorDiff,
) -> Judgement {
    let (from, to) = words;
    let row = transitions.iter().enumerate().find(|(_, row)| {
        row.from
            .iter()
            .any(|value| value.matches(field, from, absent_counts_as))
            && row
                .to
                .iter()
                .any(|value| value.matches(field, to, absent_counts_as))
            && (row.support_level_after.is_empty()
                || row
                    .support_level_after
                    .iter()
                    .any(|value| value.is(TransitionField::SupportLevel, published_level(diff))))
    });
    let Some((index, row)) = row else {
        return Judgement {
            level: None,
            row: None,
            requirements: Vec::new(),
        };
    };
    let required = row.requires.iter().filter_map(|id| id.check(context, diff));
    let requirements: Vec<Requirement> = required.chain(approvals(&row.approvals, context, diff)).collect();
    let missing = requirements.iter().any(Requirement::is_missing);
    let level = if missing {
        row.level
    } else {
        row.level_when_met.unwrap_or(row.level)
    };
    Judgement {
        level: Some(level),
        row: Some(index),
        requirements,
    }
}

/// The support level after the change, as it is published.
fn published_level(diff: &ConnectorDiff) -> &str {
    let written = diff
        .metadata(Side::Head)
        .and_then(|after| after.support_level.as_ref());
    written.map_or("community", |field| &*field.text)
}

/// Adds what is still missing to a finding, and its requirements to the list.
pub(super) fn conclude(judgement: Judgement, finding: Finding, findings: &mut Findings) {
    let mut finding = finding;
    finding.row = judgement.row;
    if let Some(level) = judgement.level {
        finding = finding.level(level);
    }
    if let Some(open) = still_open(&judgement.requirements) {
        let remedy = finding.remedy.take().unwrap_or_default();
        finding.remedy = Some(remedy.then(open));
    }
    for requirement in judgement.requirements {
        findings.require(requirement);
    }
    findings.push(finding);
}

/// What the repository shows to be missing: a few things by how they are done, many by their names.
pub(super) fn still_open(requirements: &[Requirement]) -> Option<Prose> {
    let missing: Vec<(&Prose, &Prose)> = requirements
        .iter()
        .filter_map(|requirement| match &requirement.state {
            RequirementState::Missing { lacks, remedy, .. } => Some((lacks, remedy)),
            RequirementState::Undecided { remedy, .. } => Some((&requirement.asks, remedy)),
            _ => None,
        })
        .collect();
    if missing.is_empty() {
        return None;
    }
    if missing.len() <= FEW {
        // One file may be what several of them lack.
        let mut remedies: Vec<&Prose> = Vec::new();
        for (_, remedy) in missing {
            if !remedies.contains(&remedy) {
                remedies.push(remedy);
            }
        }
        let to_do = remedies
            .into_iter()
            .fold(Prose::default(), |sentence, remedy| sentence.then(remedy.clone()));
        return Some(prose!["Still to do: "].join(to_do));
    }
    let mut pieces = vec!["Still to mend: ".into()];
    let mut named: Vec<&Prose> = missing.iter().map(|(lacks, _)| *lacks).collect();
    // Who has to give each of several approvals, the table says.
    named.dedup();
    for (index, lacks) in named.into_iter().enumerate() {
        if index > 0 {
            pieces.push("; ".into());
        }
        pieces.extend(lacks.pieces().iter().cloned());
    }
    pieces.push(". The summary's table says how to mend each.".into());
    Some(Prose::new(pieces))
}

/// The words before and after of a change.
pub(super) fn words(change: &Change) -> (Option<&str>, Option<&str>) {
    (change.from.as_deref(), change.to.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVEL: TransitionField = TransitionField::SupportLevel;

    #[test]
    fn an_absent_value_matches_its_own_word_and_what_it_counts_as() {
        let community = Some(TransitionValue::Community);
        assert!(TransitionValue::Absent.matches(LEVEL, None, community));
        assert!(TransitionValue::Community.matches(LEVEL, None, community));
        assert!(!TransitionValue::Certified.matches(LEVEL, None, community));
        assert!(!TransitionValue::Alpha.matches(TransitionField::ReleaseStage, None, None));
        assert!(TransitionValue::Other.matches(LEVEL, Some("gold"), community));
        assert!(!TransitionValue::Other.matches(TransitionField::ReleaseStage, Some("beta"), None));
        assert!(TransitionValue::Any.matches(LEVEL, None, None));
    }

    #[test]
    fn a_word_of_the_other_field_is_no_value() {
        assert!(TransitionValue::Other.matches(LEVEL, Some("alpha"), None));
        assert!(TransitionValue::Other.matches(TransitionField::ReleaseStage, Some("archived"), None));
    }
}
