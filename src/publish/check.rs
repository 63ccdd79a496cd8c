//! The verdict as GitHub's checks and statuses have it.
//!
//! Made from constant phrases, counts and [`Markdown`]; knows the report, and no server.

use sha2::{Digest, Sha256};

use super::marker::Instance;
use crate::changeset::Side;
use crate::finding::{Finding, Level};
use crate::ids::ObjectId;
use crate::render::markdown::Markdown;
use crate::report::Report;
use crate::verdict::Verdict;

/// The most annotations of one request.
pub const MOST_PER_REQUEST: usize = 50;
/// The most annotations of a check run: five requests. The summary tells the rest.
const MOST_ANNOTATIONS: usize = 250;

/// A commit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its context, by which GitHub tells statuses apart.
    pub context: String,
    /// Whether the verdict is a pass; all else is a failure.
    pub success: bool,
    /// One line of counts.
    pub description: String,
}

/// A completed check run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRun {
    /// Its name.
    pub name: String,
    /// The commit that it stands at.
    pub head: ObjectId,
    /// Names the instance and the content, so that the same is not posted twice.
    pub external_id: String,
    /// Whether the verdict is a pass; all else is a failure, never "neutral", which would let a merge pass.
    pub success: bool,
    /// One line of counts.
    pub title: String,
    /// What the summary comment says, or would say.
    pub summary: String,
    /// The introduced findings, the worst first.
    pub annotations: Vec<Annotation>,
}

/// A finding on a line of a file, in or out of the diff.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Annotation {
    path: String,
    start_line: usize,
    end_line: usize,
    #[serde(rename = "annotation_level")]
    level: &'static str,
    message: String,
    title: &'static str,
}

impl Status {
    /// The verdict of a report.
    pub fn of(report: &Report, instance: &Instance) -> Self {
        Self {
            context: instance.check_name(),
            success: report.verdict == Verdict::Pass,
            description: counts(report),
        }
    }

    /// The word that GitHub has for it.
    pub fn state(&self) -> &'static str {
        if self.success { "success" } else { "failure" }
    }
}

impl CheckRun {
    /// The verdict and the findings of a report, with the text that the summary has.
    pub fn of(report: &Report, head: &ObjectId, summary: &Markdown, instance: &Instance) -> Self {
        let mut findings: Vec<&Finding> = report.all_findings().filter(|found| found.introduced).collect();
        findings.sort_by_key(|found| std::cmp::Reverse(found.level));
        let annotations: Vec<Annotation> = findings
            .into_iter()
            .filter_map(Annotation::of)
            .take(MOST_ANNOTATIONS)
            .collect();
        let mut run = Self {
            name: instance.check_name(),
            head: head.clone(),
            external_id: String::new(),
            success: report.verdict == Verdict::Pass,
            title: counts(report),
            summary: summary.to_string(),
            annotations,
        };
        run.external_id = format!("{}{}", external_prefix(instance), run.digest());
        run
    }

    /// The word that GitHub has for the verdict.
    pub fn conclusion(&self) -> &'static str {
        if self.success { "success" } else { "failure" }
    }

    fn digest(&self) -> String {
        let content = serde_json::json!([self.success, self.title, self.summary, self.annotations]);
        let digest = Sha256::digest(content.to_string());
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// How the external ids of an instance's check runs start.
pub(super) fn external_prefix(instance: &Instance) -> String {
    format!("tierguard:{instance}:")
}

impl Annotation {
    /// `None` for a path that is no text, which GitHub could not take.
    fn of(found: &Finding) -> Option<Self> {
        let location = &found.location;
        // A line of base is none of the file at head: the file is named by its first line.
        let (first, last) = match location.side {
            Side::Head => (
                location.position.line,
                location.last_line.max(location.position.line),
            ),
            Side::Base | Side::Target => (1, 1),
        };
        let sentences = [Some(&found.message), found.impact.as_ref(), found.remedy.as_ref()];
        let sentences = sentences.into_iter().flatten().map(Markdown::prose);
        let message: Vec<String> = sentences.map(|sentence| sentence.to_string()).collect();
        Some(Self {
            path: std::str::from_utf8(location.file.as_bytes()).ok()?.to_owned(),
            start_line: first,
            end_line: last,
            level: match found.level {
                Level::Error => "failure",
                Level::Warning => "warning",
                Level::Note | Level::Off => "notice",
            },
            message: message.join("\n"),
            title: found.rule,
        })
    }
}

/// The verdict and its counts; nothing of the change stands in it.
fn counts(report: &Report) -> String {
    let mut parts = Vec::new();
    for (level, one, many) in [
        (Level::Error, "error", "errors"),
        (Level::Warning, "warning", "warnings"),
        (Level::Note, "note", "notes"),
    ] {
        match report.count(level) {
            0 => {}
            1 => parts.push(format!("1 {one}")),
            count => parts.push(format!("{count} {many}")),
        }
    }
    let counts = parts.join(", ");
    let verdict = match report.verdict {
        Verdict::Pass => "nothing stands in the way",
        Verdict::Fail => "not to be merged as it is",
        Verdict::CouldNotEvaluate => "this could not be judged",
    };
    match counts.is_empty() {
        true => verdict.to_owned(),
        false => format!("{verdict}: {counts}"),
    }
}
