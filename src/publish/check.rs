//! The verdict as GitHub's checks and statuses have it: named, and marked as ours.
//!
//! Knows what is shown and where; knows no report.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::marker::Instance;
use crate::ids::ObjectId;
use crate::render::footer::without_target;
use crate::render::markdown::Markdown;

/// GitHub's word for a pass, of a check run as of a status.
pub const SUCCESS: &str = "success";

/// The most annotations of one request.
pub const MOST_PER_REQUEST: usize = 50;

/// A commit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its context, by which GitHub tells statuses apart.
    pub context: String,
    /// GitHub's word: `success`, `failure` or `error`.
    pub state: &'static str,
    /// One line of our own words and counts, at most 140 characters.
    pub description: String,
}

impl Status {
    /// Whether it lets a merge pass.
    pub fn is_pass(&self) -> bool {
        self.state == SUCCESS
    }
}

/// What a check run says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Whether the verdict is a pass; all else is a failure, never "neutral", which would let a merge pass.
    pub success: bool,
    /// One line of our own words and counts.
    pub title: String,
    /// The answer in short.
    pub summary: Markdown,
    /// All of it, as far as it fits.
    pub text: Markdown,
    /// Findings on lines of files, in or out of the diff, the worst first.
    pub annotations: Vec<Annotation>,
}

/// A finding on lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Annotation {
    /// The file, as git names it.
    pub path: String,
    /// The first line at head, from 1.
    pub start_line: usize,
    /// The last line.
    pub end_line: usize,
    /// GitHub's word: `failure`, `warning` or `notice`.
    #[serde(rename = "annotation_level")]
    pub level: &'static str,
    /// What it says, as plain text.
    pub message: String,
    /// The rule's id.
    pub title: String,
}

/// A completed check run of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRun {
    /// Its name.
    pub name: String,
    /// The commit that it stands at.
    pub head: ObjectId,
    /// Names the instance and the content, so that the same is not posted twice.
    pub external_id: String,
    /// What it says.
    pub content: Content,
}

impl CheckRun {
    /// Names a content.
    pub fn new(instance: &Instance, head: ObjectId, content: Content) -> Self {
        Self {
            name: instance.check_name(),
            head,
            external_id: format!("{}{}", external_prefix(instance), content.digest()),
            content,
        }
    }
}

impl Content {
    /// GitHub's word for the verdict.
    pub fn conclusion(&self) -> &'static str {
        if self.success { SUCCESS } else { "failure" }
    }

    fn digest(&self) -> String {
        let content = serde_json::json!([
            self.success,
            self.title,
            without_target(self.summary.as_str()),
            without_target(self.text.as_str()),
            self.annotations
        ]);
        let digest = Sha256::digest(content.to_string());
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// How the external ids of an instance's check runs start.
pub(super) fn external_prefix(instance: &Instance) -> String {
    format!("tierguard:{instance}:")
}
