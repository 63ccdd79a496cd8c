//! The shape of the JSON report.
//!
//! Empty collections are written as `[]` and absent values as `null`; only keys that belong to one kind of change or to
//! one state of a requirement come and go. Knows names and types; knows no report.

use schemars::JsonSchema;
use serde::Serialize;

use super::reviewed_json::JsonProposed;
use crate::finding::{Level, Who};
use crate::verdict::Verdict;

/// What a run found.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonReport<'a> {
    /// The version of this shape.
    pub(super) schema_version: u32,
    pub(super) verdict: Verdict,
    /// The merge base: a commit, or a folder's name.
    pub(super) base: &'a str,
    /// The proposed state: a commit, `working-tree`, or a folder's name.
    pub(super) head: &'a str,
    /// The tip of the target branch.
    pub(super) target: &'a str,
    /// The day of the judgement, in UTC.
    pub(super) today: String,
    pub(super) policy: JsonPolicy<'a>,
    /// What could not be read or decided; not empty means that the verdict is `could-not-evaluate`.
    pub(super) problems: Vec<JsonProblem<'a>>,
    /// Findings that belong to no connector.
    pub(super) findings: Vec<JsonFinding<'a>>,
    pub(super) connectors: Vec<JsonConnector<'a>>,
    /// Findings that somebody takes the responsibility for; they stand here alone and decide nothing.
    pub(super) waived: Vec<JsonWaived<'a>>,
    /// Waivers that do not count or are not needed, and why.
    pub(super) waiver_remarks: Vec<String>,
    /// What the policy that a pull request proposes would have said of earlier changes; there only where a review compared
    /// it. No part of the verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) proposed_policy: Option<JsonProposed<'a>>,
}

/// A finding with the waiver that covers it.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonWaived<'a> {
    pub(super) connector: &'a str,
    pub(super) finding: JsonFinding<'a>,
    /// Who, where that is known.
    pub(super) by: Option<&'a str>,
    /// The day on which it was written, where that is known.
    pub(super) on: Option<String>,
    /// The last day on which it counts.
    pub(super) until: String,
    pub(super) because: &'a str,
    /// The line of the policy, as `file:line`; null for a comment.
    pub(super) policy: Option<&'a str>,
    /// The number of the comment; null for the policy.
    pub(super) comment: Option<u64>,
}

/// A policy of another repository.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonExtended<'a> {
    pub(super) repository: &'a str,
    pub(super) path: String,
    pub(super) commit: &'a str,
}

/// The policy that judged.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonPolicy<'a> {
    pub(super) source: &'a str,
    /// The files that the source extends, the nearest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) extends: Vec<JsonExtended<'a>>,
    pub(super) rules_of: &'a str,
    pub(super) fail_on: Level,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct JsonProblem<'a> {
    pub(super) message: String,
    pub(super) location: Option<JsonLocation<'a>>,
}

/// A place: lines and columns start at 1, columns count characters.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonLocation<'a> {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
    /// `base` or `head`.
    pub(super) side: &'a str,
}

/// One connector that the change touches.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonConnector<'a> {
    /// Its folder in the repository; `.` for a repository that is the connector.
    pub(super) directory: String,
    pub(super) name: &'a str,
    /// What it said before; null where it did not exist.
    pub(super) base: Option<JsonStanding<'a>>,
    /// What it says now; null where it is gone.
    pub(super) head: Option<JsonStanding<'a>>,
    pub(super) changes: Vec<JsonChange<'a>>,
    pub(super) requirements: Vec<JsonRequirement<'a>>,
    pub(super) findings: Vec<JsonFinding<'a>>,
    /// What users gain and lose, where level or stage changed.
    pub(super) promises: Vec<JsonPromise<'a>>,
    /// `breaking`, `compatible` or `cannot-tell`: what the change means for existing syncs.
    pub(super) compatibility: &'a str,
    /// Whether a breaking-change entry holds connections back from the version that head releases.
    pub(super) declared: bool,
    /// What differs in the specification and the streams.
    pub(super) contract_changes: Vec<JsonContractChange<'a>>,
    /// Why it cannot be told, where it cannot.
    pub(super) cannot_tell: Vec<String>,
}

/// One change of the specification or of a stream.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonContractChange<'a> {
    /// What changed; for what breaks the id of its rule.
    pub(super) kind: &'a str,
    /// The stream; null for the specification.
    pub(super) stream: Option<&'a str>,
    /// The field or setting, `[]` for the items of a list.
    pub(super) path: &'a str,
    pub(super) from: Option<&'a str>,
    pub(super) to: Option<&'a str>,
    /// Null where it cannot be told.
    pub(super) breaking: Option<bool>,
    /// What shows that it breaks.
    pub(super) witness: Option<serde_json::Value>,
    /// Why it cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    /// Whether a migration at head covers it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) migrated: bool,
    /// Where; absent where it was compared without files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location: Option<JsonLocation<'a>>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct JsonStanding<'a> {
    pub(super) version: Option<&'a str>,
    pub(super) support_level: Option<&'a str>,
    pub(super) release_stage: Option<&'a str>,
}

/// One typed change; `from` and `to` are contents without quotes, null where absent.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonChange<'a> {
    pub(super) kind: &'a str,
    pub(super) from: Option<&'a str>,
    pub(super) to: Option<&'a str>,
    pub(super) path: &'a str,
    pub(super) location: Option<JsonLocation<'a>>,
    /// The key of a breaking-change entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<&'a str>,
    /// `cloud` or `oss`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) registry: Option<&'a str>,
    /// The field, for the kinds that cover several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<&'a str>,
    /// How far a version moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bump: Option<&'a str>,
    /// Present and true where the new version is a prerelease.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) prerelease: bool,
    /// What an edit of an entry touched.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) fields: Vec<JsonField<'a>>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct JsonField<'a> {
    pub(super) field: &'a str,
    pub(super) from: Option<&'a str>,
    pub(super) to: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct JsonRequirement<'a> {
    pub(super) id: &'a str,
    pub(super) asks: String,
    /// `author`, `reviewer` or `release-manager`.
    pub(super) of: Who,
    /// The public page that it comes from.
    pub(super) source: &'a str,
    /// `met`, `missing`, `undecided` (which counts as missing) or `to-confirm`.
    pub(super) state: &'a str,
    /// How loud the rule is that asks for it.
    pub(super) level: Level,
    /// Whether only a later change has to bring it, such as the one that certifies a new connector.
    pub(super) later: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evidence: Option<String>,
    /// What is not there, where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lacks: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remedy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) people: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location: Option<JsonLocation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suggestion: Option<JsonSuggestion<'a>>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct JsonFinding<'a> {
    pub(super) rule: &'a str,
    pub(super) level: Level,
    /// Whether head introduced or worsened it; the rest decides nothing.
    pub(super) introduced: bool,
    pub(super) message: String,
    pub(super) impact: Option<String>,
    pub(super) remedy: Option<String>,
    pub(super) location: JsonLocation<'a>,
    pub(super) because: Vec<JsonProblem<'a>>,
    pub(super) suggestion: Option<JsonSuggestion<'a>>,
    /// What stays equal over rebases, reformatting and rewording.
    pub(super) fingerprint: &'a str,
    /// The line of the policy that judged it.
    pub(super) judged_by: &'a str,
}

/// Whole lines at head and what should stand there instead.
#[derive(Serialize, JsonSchema)]
pub(super) struct JsonSuggestion<'a> {
    pub(super) title: String,
    pub(super) file: String,
    pub(super) first_line: usize,
    pub(super) last_line: usize,
    pub(super) replacement: &'a str,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct JsonPromise<'a> {
    /// `support-level` or `release-stage`.
    pub(super) of: &'a str,
    pub(super) rows: Vec<JsonPromiseRow<'a>>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct JsonPromiseRow<'a> {
    pub(super) topic: &'a str,
    pub(super) before: &'a str,
    pub(super) after: &'a str,
}
