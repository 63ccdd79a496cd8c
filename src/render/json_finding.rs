//! Findings and requirements, and the places and texts that they name, for programs.

use super::json_shape::{
    JsonFinding, JsonLocation, JsonProblem, JsonRequirement, JsonSuggestion, JsonWaived,
};
use crate::changeset::Side;
use crate::finding::{
    Finding, Location, Problem, Requirement, RequirementState, Suggestion, Waived, WaiverPlace,
};

pub(super) fn waived(told: &Waived) -> JsonWaived<'_> {
    let waiver = &told.waiver;
    let (policy, comment) = match &waiver.place {
        WaiverPlace::Policy(line) => (Some(line.as_str()), None),
        WaiverPlace::Comment(id) => (None, Some(*id)),
    };
    JsonWaived {
        connector: &told.connector,
        finding: finding(&told.finding),
        by: waiver.by.as_deref(),
        on: waiver.on.map(|day| day.to_string()),
        until: waiver.until.to_string(),
        because: &waiver.because,
        policy,
        comment,
    }
}

pub(super) fn problem(problem: &Problem) -> JsonProblem<'_> {
    JsonProblem {
        message: problem.message.to_string(),
        location: problem.location.as_ref().map(location),
    }
}

pub(super) fn location(location: &Location) -> JsonLocation<'_> {
    JsonLocation {
        file: location.file.to_string(),
        line: location.position.line,
        column: location.position.column,
        side: match location.side {
            Side::Base => "base",
            Side::Head => "head",
            Side::Target => "target",
        },
    }
}

pub(super) fn requirement(requirement: &Requirement) -> JsonRequirement<'_> {
    let mut json = JsonRequirement {
        id: requirement.id,
        asks: requirement.asks.to_string(),
        of: requirement.of,
        source: requirement.source,
        state: "",
        level: requirement.level,
        later: requirement.later,
        evidence: None,
        lacks: None,
        remedy: None,
        people: None,
        location: None,
        suggestion: None,
    };
    match &requirement.state {
        RequirementState::Met {
            evidence,
            location: place,
        } => {
            json.state = "met";
            json.evidence = Some(evidence.to_string());
            json.location = place.as_ref().map(location);
        }
        RequirementState::Missing {
            lacks,
            remedy,
            suggestion: text,
        } => {
            json.state = "missing";
            json.lacks = Some(lacks.to_string());
            json.remedy = Some(remedy.to_string());
            json.suggestion = text.as_ref().map(suggestion);
        }
        RequirementState::Undecided { remedy, .. } => {
            json.state = "undecided";
            json.remedy = Some(remedy.to_string());
        }
        RequirementState::ToConfirm { people } => {
            json.state = "to-confirm";
            json.people = Some(people);
        }
    }
    json
}

pub(super) fn finding(finding: &Finding) -> JsonFinding<'_> {
    JsonFinding {
        rule: finding.rule,
        level: finding.level,
        introduced: finding.introduced,
        message: finding.message.to_string(),
        impact: finding.impact.as_ref().map(ToString::to_string),
        remedy: finding.remedy.as_ref().map(ToString::to_string),
        location: location(&finding.location),
        because: finding
            .because
            .iter()
            .map(|related| JsonProblem {
                message: related.message.to_string(),
                location: Some(location(&related.location)),
            })
            .collect(),
        suggestion: finding.suggestion.as_ref().map(suggestion),
        fingerprint: finding.fingerprint.as_str(),
        judged_by: &finding.judged_by,
    }
}

fn suggestion(suggestion: &Suggestion) -> JsonSuggestion<'_> {
    JsonSuggestion {
        title: suggestion.title.to_string(),
        file: suggestion.file.to_string(),
        first_line: suggestion.first_line,
        last_line: suggestion.last_line,
        replacement: &suggestion.replacement,
    }
}
