//! The verdict as GitHub's checks and statuses have it: what is rendered, with a name of ours.
//!
//! Knows names and ids; what they show is made by [`crate::render::check`].

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::marker::Instance;
use crate::ids::ObjectId;
use crate::render::check::{self, CheckAnnotation, CommitStatus};

/// The most annotations of one request.
pub const MOST_PER_REQUEST: usize = 50;

/// A commit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its context, by which GitHub tells statuses apart.
    pub context: String,
    /// GitHub's word: `success`, `failure` or `error`.
    pub state: &'static str,
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
    /// GitHub's word: `success` or `failure`.
    pub conclusion: &'static str,
    /// One line of counts.
    pub title: String,
    /// The answer and the counts.
    pub summary: String,
    /// The whole summary, as far as it fits.
    pub text: String,
    /// The introduced findings, the worst first.
    pub annotations: Vec<Annotation>,
}

/// An annotation as GitHub's API takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Annotation {
    path: String,
    start_line: usize,
    end_line: usize,
    annotation_level: &'static str,
    message: String,
    title: String,
}

impl Status {
    /// Names a status.
    pub fn new(shown: CommitStatus, instance: &Instance) -> Self {
        Self {
            context: instance.check_name(),
            state: shown.state,
            description: shown.description,
        }
    }
}

impl CheckRun {
    /// Names a check run.
    pub fn new(shown: check::CheckRun, head: &ObjectId, instance: &Instance) -> Self {
        let mut run = Self {
            name: instance.check_name(),
            head: head.clone(),
            external_id: String::new(),
            conclusion: shown.conclusion.word(),
            title: shown.title,
            summary: shown.summary.to_string(),
            text: shown.text.to_string(),
            annotations: shown.annotations.into_iter().map(Annotation::from).collect(),
        };
        run.external_id = format!("{}{}", external_prefix(instance), run.digest());
        run
    }

    fn digest(&self) -> String {
        let content = serde_json::json!([
            self.conclusion,
            self.title,
            self.summary,
            self.text,
            self.annotations
        ]);
        let digest = Sha256::digest(content.to_string());
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl From<CheckAnnotation> for Annotation {
    fn from(shown: CheckAnnotation) -> Self {
        Self {
            path: shown.path,
            start_line: shown.start_line,
            end_line: shown.end_line,
            annotation_level: shown.level.word(),
            message: shown.message,
            title: shown.title,
        }
    }
}

/// How the external ids of an instance's check runs start.
pub(super) fn external_prefix(instance: &Instance) -> String {
    format!("tierguard:{instance}:")
}
