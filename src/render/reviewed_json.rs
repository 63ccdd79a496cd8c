//! What a review writes for programs: the report of a pull request with what its proposed policy would have said so far.
//!
//! The report itself is that of `check`; knows how pull requests are listed and how a comparison is written.

use schemars::JsonSchema;
use serde::Serialize;

use super::json_shape::JsonReport;
use super::{json, json_text};
use crate::comparison::{Comparison, Difference, Differing, Proposed};
use crate::finding::Level;
use crate::report::Report;
use crate::verdict::Verdict;

/// A pull request of one run.
#[derive(Debug, Clone, Copy)]
pub struct Reviewed<'a> {
    /// Its number; `None` for a group of the merge queue.
    pub number: Option<u64>,
    /// Its report, where it could be judged.
    pub report: Option<&'a Report>,
    /// What the policy that it proposes would have said, where it proposes one.
    pub proposed: Option<&'a Proposed>,
    /// Why it has no report.
    pub failure: Option<&'a str>,
}

/// One pull request's report as it is; several as a list, each with its number or the reason why it has no report.
pub fn render(all: &[Reviewed]) -> String {
    if let [only] = all
        && let Some(report) = shape(only)
    {
        return json_text::pretty(&report);
    }
    let all: Vec<JsonReviewed> = all
        .iter()
        .map(|reviewed| JsonReviewed {
            pull_request: reviewed.number,
            report: shape(reviewed),
            failure: reviewed.failure,
        })
        .collect();
    json_text::pretty(&all)
}

fn shape<'a>(reviewed: &Reviewed<'a>) -> Option<JsonReport<'a>> {
    Some(JsonReport {
        proposed_policy: reviewed.proposed.map(proposed),
        ..json::shape(reviewed.report?)
    })
}

#[derive(Serialize)]
struct JsonReviewed<'a> {
    pull_request: Option<u64>,
    report: Option<JsonReport<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'a str>,
}

/// What a proposed policy would have said of the last changes of connectors before the pull request's own.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonProposed<'a> {
    /// Why nothing could be compared; null where it was.
    not_made: Option<String>,
    /// How many changes both policies judged.
    changes: usize,
    /// How many of them the present policy would have blocked.
    blocked_by_present: usize,
    /// How many of them the proposed policy would have blocked.
    blocked_by_proposed: usize,
    /// How many more were left out, since not all that the rules look at could be read.
    unread: usize,
    /// Whether the look back ended at the most requests that one review sends.
    has_stopped: bool,
    /// The changes of which the policies say something different, the newest first.
    differences: Vec<JsonDifference<'a>>,
}

/// A change of which two policies say something different.
#[derive(Serialize, JsonSchema)]
struct JsonDifference<'a> {
    commit: &'a str,
    /// The committer's day in UTC, which is the day of the judgement.
    date: String,
    /// The first line of the commit's message.
    subject: &'a str,
    /// The verdict of the present policy.
    present: Verdict,
    /// The verdict of the proposed policy.
    proposed: Verdict,
    findings: Vec<JsonDiffering<'a>>,
}

/// A finding that one of the policies makes alone, or at another level.
#[derive(Serialize, JsonSchema)]
struct JsonDiffering<'a> {
    rule: &'a str,
    /// Empty for a finding that belongs to no connector.
    connector: &'a str,
    /// Its level by the present policy; null where that one does not find it.
    present: Option<Level>,
    /// Its level by the proposed policy; null where that one does not find it.
    proposed: Option<Level>,
    message: String,
}

fn proposed(proposed: &Proposed) -> JsonProposed<'_> {
    let nothing = Comparison::default();
    let (not_made, comparison, unread, has_stopped) = match proposed {
        Proposed::NotMade(why) => (Some(why.to_string()), None, 0, false),
        Proposed::Compared {
            comparison,
            unread,
            has_stopped,
        } => (None, Some(comparison), *unread, *has_stopped),
    };
    let [blocked_by_present, blocked_by_proposed] = comparison.unwrap_or(&nothing).blocked;
    let differences = comparison
        .into_iter()
        .flat_map(|comparison| &comparison.differences);
    JsonProposed {
        not_made,
        changes: comparison.unwrap_or(&nothing).commits,
        blocked_by_present,
        blocked_by_proposed,
        unread,
        has_stopped,
        differences: differences.map(difference).collect(),
    }
}

fn difference(difference: &Difference) -> JsonDifference<'_> {
    let [present, proposed] = difference.verdicts;
    JsonDifference {
        commit: difference.commit.id.as_str(),
        date: difference.commit.date.to_string(),
        subject: &difference.commit.subject,
        present,
        proposed,
        findings: difference.findings.iter().map(differing).collect(),
    }
}

fn differing(found: &Differing) -> JsonDiffering<'_> {
    JsonDiffering {
        rule: found.rule,
        connector: &found.connector,
        present: found.before,
        proposed: found.after,
        message: found.message.to_string(),
    }
}
