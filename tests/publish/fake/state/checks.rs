//! Check runs and commit statuses.

use jiff::Timestamp;

/// One check run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckRun {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) head: String,
    pub(crate) external_id: Option<String>,
    pub(crate) details_url: Option<String>,
    /// `queued`, `in_progress`, `completed`.
    pub(crate) status: String,
    pub(crate) conclusion: Option<String>,
    pub(crate) started: Timestamp,
    pub(crate) completed: Option<Timestamp>,
    pub(crate) output: Output,
    /// The id and slug of the app that made it.
    pub(crate) app: (u64, String),
}

/// What a check run says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Output {
    pub(crate) title: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) annotations: Vec<Annotation>,
}

/// One annotation, as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Annotation {
    pub(crate) path: String,
    pub(crate) start_line: u64,
    pub(crate) end_line: u64,
    pub(crate) start_column: Option<u64>,
    pub(crate) end_column: Option<u64>,
    pub(crate) level: String,
    pub(crate) title: Option<String>,
    pub(crate) message: String,
    pub(crate) raw_details: Option<String>,
}

/// One commit status; the newest of a context counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) id: u64,
    pub(crate) commit: String,
    pub(crate) context: String,
    /// `pending`, `success`, `failure`, `error`.
    pub(crate) state: String,
    pub(crate) description: Option<String>,
    pub(crate) target_url: Option<String>,
    pub(crate) creator: String,
    pub(crate) at: Timestamp,
}
