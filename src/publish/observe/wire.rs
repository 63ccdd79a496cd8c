//! The answers of GitHub, as far as they are used; what may be absent is an `Option`.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

#[derive(Debug, Deserialize)]
pub(super) struct Shows {
    pub(super) viewer: Option<Account>,
    #[serde(flatten)]
    pub(super) holder: Holder<PullRequest>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Holder<T> {
    repository: Option<Repository<T>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Repository<T> {
    pull_request: Option<T>,
}

impl<T> Holder<T> {
    pub(super) fn pull_request(self) -> Option<T> {
        self.repository?.pull_request
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PullRequest {
    pub(super) state: String,
    pub(super) locked: bool,
    pub(super) is_draft: bool,
    pub(super) head_ref_oid: String,
    pub(super) author: Option<Account>,
    pub(super) labels: Option<Page<Label>>,
    pub(super) comments: Page<Comment>,
    pub(super) review_threads: Page<Thread>,
    pub(super) latest_reviews: Option<Page<Review>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct MoreComments {
    pub(super) comments: Page<Comment>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MoreThreads {
    pub(super) review_threads: Page<Thread>,
}

/// A page of a list; GitHub may leave out a node that the token may not see.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T> {
    #[serde(default)]
    pub(super) page_info: PageInfo,
    #[serde(default = "Vec::new")]
    pub(super) nodes: Vec<Option<T>>,
}

impl<T> Page<T> {
    pub(super) fn into_nodes(self) -> impl Iterator<Item = T> {
        self.nodes.into_iter().flatten()
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PageInfo {
    pub(super) has_next_page: bool,
    pub(super) has_previous_page: bool,
    pub(super) start_cursor: Option<String>,
    pub(super) end_cursor: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account {
    pub(super) login: String,
    // GraphQL and REST call it differently.
    #[serde(alias = "id")]
    pub(super) database_id: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Label {
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Comment {
    pub(super) id: String,
    #[serde(deserialize_with = "number")]
    pub(super) full_database_id: u64,
    #[serde(default)]
    pub(super) viewer_did_author: bool,
    pub(super) author: Option<Account>,
    pub(super) body: String,
    #[serde(default)]
    pub(super) url: String,
    #[serde(default)]
    pub(super) is_minimized: bool,
    pub(super) minimized_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Thread {
    pub(super) id: String,
    pub(super) is_outdated: bool,
    pub(super) path: String,
    pub(super) diff_side: String,
    pub(super) start_line: Option<usize>,
    pub(super) line: Option<usize>,
    pub(super) comments: Opening,
}

/// The first comment of a thread, and how many there are.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Opening {
    pub(super) total_count: usize,
    pub(super) nodes: Vec<Option<Comment>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Review {
    pub(super) author: Option<Account>,
}

#[derive(Debug, Deserialize)]
pub(super) struct StatusHolder {
    pub(super) repository: Option<StatusRepository>,
}

#[derive(Debug, Deserialize)]
pub(super) struct StatusRepository {
    pub(super) object: Option<StatusCommit>,
}

#[derive(Debug, Deserialize)]
pub(super) struct StatusCommit {
    pub(super) status: Option<StatusOfCommit>,
}

#[derive(Debug, Deserialize)]
pub(super) struct StatusOfCommit {
    pub(super) contexts: Vec<StatusContext>,
}

#[derive(Debug, Deserialize)]
pub(super) struct StatusContext {
    pub(super) context: String,
    pub(super) state: String,
    pub(super) description: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct OpenHeads {
    pub(super) repository: Option<OpenRepository>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpenRepository {
    pub(super) pull_requests: Page<OpenHead>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpenHead {
    pub(super) number: u64,
    pub(super) head_ref_oid: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct CheckRuns {
    pub(super) check_runs: Vec<CheckRun>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CheckRun {
    pub(super) id: u64,
    pub(super) external_id: Option<String>,
    pub(super) app: Option<App>,
    pub(super) output: Option<Output>,
}

#[derive(Debug, Deserialize)]
pub(super) struct App {
    pub(super) slug: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Output {
    #[serde(default)]
    pub(super) annotations_count: usize,
}

/// An event of the history: REST has one shape for all kinds.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    #[serde(rename = "event")]
    pub(super) kind: String,
    pub(super) actor: Option<Account>,
    pub(super) label: Option<Label>,
    pub(super) requested_reviewer: Option<Account>,
    pub(super) requested_team: Option<Team>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Team {
    pub(super) slug: String,
}

/// GraphQL writes numbers beyond 32 bits as text.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Number {
        Number(u64),
        Text(String),
    }
    match Number::deserialize(deserializer)? {
        Number::Number(number) => Ok(number),
        Number::Text(text) => text.parse().map_err(D::Error::custom),
    }
}
