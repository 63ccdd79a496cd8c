//! What started the run: the runner's event file.
//!
//! Pure: the event's name and the file's bytes in, what is to be reviewed out. The file says which pull request is
//! meant and nothing else is taken from it: heads and titles are read from the API.

use serde::Deserialize;

use super::{Command, RepositoryName};
use crate::ids::ObjectId;
use crate::text::escape_controls;

/// The most bytes of an event file; GitHub sends none of more than 25 MB, and a pull request's has some 100 KB.
pub const LARGEST_EVENT: u64 = 25 << 20;

/// The most pull requests that one run by hand may name.
const MOST_NUMBERS: usize = 50;

/// What a run is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A pull request was opened, pushed to or edited; the job's exit code is its check.
    PullRequest {
        /// Its number.
        number: u64,
        /// Whether the token cannot write: the head lies in a fork, or a bot without a writing token acts.
        is_read_only: bool,
    },
    /// A group of the merge queue is about to be merged; the job's exit code is its check.
    MergeGroup(MergeGroup),
    /// Somebody started the workflow by hand.
    ByHand {
        /// The pull requests that were named.
        numbers: Vec<u64>,
    },
    /// Somebody wrote a command under a pull request.
    Comment(Comment),
    /// Somebody reviewed a pull request.
    Review {
        /// Its number.
        number: u64,
        /// Whether the token cannot write.
        is_read_only: bool,
    },
    /// The clock started the workflow: every open pull request.
    Schedule,
    /// Nothing is to be done; the words say why.
    Nothing(&'static str),
}

/// A group of the merge queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeGroup {
    /// The combined state.
    pub head: ObjectId,
    /// The state that it would be merged into.
    pub base: ObjectId,
    /// The target branch, such as `refs/heads/main`.
    pub base_ref: String,
    /// The queue's branch: `refs/heads/gh-readonly-queue/<base>/pr-<number>-<sha>`.
    pub head_ref: String,
}

/// A comment that holds a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The pull request.
    pub number: u64,
    /// The comment's id.
    pub id: u64,
    /// Who wrote it.
    pub author: String,
    /// The id of who wrote it.
    pub author_id: u64,
    /// What is asked for.
    pub command: Command,
}

/// Why an event cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// The program does nothing for events of this name.
    #[error(
        "the event `{0}` is not supported; tierguard runs on pull_request, pull_request_target, merge_group, \
         workflow_dispatch, issue_comment, pull_request_review and schedule"
    )]
    Unsupported(String),
    /// The file does not say what it should.
    #[error("the event file is not one of `{event}`: {why}")]
    Broken {
        /// The event's name.
        event: String,
        /// What is wrong.
        why: String,
    },
}

impl Event {
    /// Reads an event; `repository` is the one that the workflow runs in.
    pub fn read(name: &str, repository: &RepositoryName, file: &[u8]) -> Result<Self, Unusable> {
        let broken = |why: String| Unusable::Broken {
            event: name.to_owned(),
            why,
        };
        if !matches!(
            name,
            "pull_request"
                | "pull_request_target"
                | "merge_group"
                | "workflow_dispatch"
                | "issue_comment"
                | "pull_request_review"
                | "schedule"
        ) {
            return Err(Unusable::Unsupported(escape_controls(name)));
        }
        let payload: Payload = serde_json::from_slice(file).map_err(|error| broken(error.to_string()))?;
        let absent = |what: &str| broken(format!("it has no `{what}`"));
        match name {
            "pull_request" | "pull_request_target" | "pull_request_review" => {
                let pull = payload.pull_request.ok_or_else(|| absent("pull_request"))?;
                // A workflow of the target branch has a writing token for forks too.
                let is_foreign = name != "pull_request_target" && !pull.is_of(repository);
                let is_dependabot = payload
                    .sender
                    .is_some_and(|sender| sender.login == "dependabot[bot]");
                let is_read_only = is_foreign || (is_dependabot && name != "pull_request_target");
                let number = positive(pull.number).ok_or_else(|| absent("pull_request.number"))?;
                Ok(match name {
                    "pull_request_review" => Self::Review { number, is_read_only },
                    _ => Self::PullRequest { number, is_read_only },
                })
            }
            "merge_group" => {
                let group = payload.merge_group.ok_or_else(|| absent("merge_group"))?;
                if payload.action.as_deref() == Some("destroyed") {
                    return Ok(Self::Nothing("the merge group is gone"));
                }
                let id = |text: &str, what: &str| {
                    ObjectId::new(text).ok_or_else(|| broken(format!("`merge_group.{what}` is no object id")))
                };
                Ok(Self::MergeGroup(MergeGroup {
                    head: id(&group.head_sha, "head_sha")?,
                    base: id(&group.base_sha, "base_sha")?,
                    base_ref: group.base_ref,
                    head_ref: group.head_ref,
                }))
            }
            "workflow_dispatch" => {
                let inputs = payload.inputs.unwrap_or_default();
                let numbers = inputs
                    .pull_request
                    .map(|words| numbers(&words.text()))
                    .transpose();
                let numbers = numbers.map_err(broken)?.unwrap_or_default();
                Ok(Self::ByHand { numbers })
            }
            "issue_comment" => comment(payload).map_err(absent),
            _ => Ok(Self::Schedule),
        }
    }

    /// Whether the job that this event starts is a check of the change itself, so that its exit code enforces.
    pub fn is_enforcing(&self) -> bool {
        matches!(self, Self::PullRequest { .. } | Self::MergeGroup(_))
    }
}

fn comment(payload: Payload) -> Result<Event, &'static str> {
    let issue = payload.issue.ok_or("issue")?;
    let comment = payload.comment.ok_or("comment")?;
    if issue.pull_request.is_none() {
        return Ok(Event::Nothing(
            "the comment is on an issue and not on a pull request",
        ));
    }
    if comment.user.kind == "Bot" {
        return Ok(Event::Nothing("the comment is a program's, which may be ours"));
    }
    let command = match payload.action.as_deref() {
        Some("created") => Command::read(&comment.body),
        // A waiver that is changed or taken away counts no more: what passed by it is judged again.
        Some("edited" | "deleted") => {
            let before = payload.changes.and_then(|changes| Some(changes.body?.from));
            let bodies = [Some(comment.body.as_str()), before.as_deref()];
            let mut commands = bodies.into_iter().flatten().filter_map(Command::read);
            match commands.find(|command| *command == Command::Waive) {
                Some(waive) => Some(waive),
                None => return Ok(Event::Nothing("the comment is not new")),
            }
        }
        _ => return Ok(Event::Nothing("the comment is not new")),
    };
    let Some(command) = command else {
        return Ok(Event::Nothing("the comment holds no command for tierguard"));
    };
    Ok(Event::Comment(Comment {
        number: positive(issue.number).ok_or("issue.number")?,
        id: comment.id,
        author: comment.user.login,
        author_id: comment.user.id,
        command,
    }))
}

/// Numbers of pull requests as people write them: `12`, `#12 14`, `12, 14`.
pub fn numbers(words: &str) -> Result<Vec<u64>, String> {
    let mut found = Vec::new();
    for word in words
        .split([',', ' ', '\n', '\t', '\r'])
        .filter(|word| !word.is_empty())
    {
        let number = word
            .strip_prefix('#')
            .unwrap_or(word)
            .parse()
            .ok()
            .and_then(positive);
        let number =
            number.ok_or_else(|| format!("`{}` is no number of a pull request", escape_controls(word)))?;
        if !found.contains(&number) {
            found.push(number);
        }
    }
    match found.len() {
        0..=MOST_NUMBERS => Ok(found),
        many => Err(format!(
            "{many} pull requests are named; one run takes at most {MOST_NUMBERS}"
        )),
    }
}

fn positive(number: u64) -> Option<u64> {
    (number > 0 && i32::try_from(number).is_ok()).then_some(number)
}

#[derive(Deserialize)]
struct Payload {
    action: Option<String>,
    pull_request: Option<PullRequest>,
    merge_group: Option<Group>,
    inputs: Option<Inputs>,
    issue: Option<Issue>,
    comment: Option<Written>,
    changes: Option<Changes>,
    sender: Option<Account>,
}

#[derive(Deserialize)]
struct PullRequest {
    number: u64,
    head: End,
}

impl PullRequest {
    fn is_of(&self, repository: &RepositoryName) -> bool {
        let head = self.head.repo.as_ref();
        head.is_some_and(|head| head.full_name.eq_ignore_ascii_case(&repository.to_string()))
    }
}

#[derive(Deserialize)]
struct End {
    repo: Option<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    full_name: String,
}

#[derive(Deserialize)]
struct Group {
    head_sha: String,
    base_sha: String,
    base_ref: String,
    head_ref: String,
}

#[derive(Deserialize, Default)]
struct Inputs {
    #[serde(rename = "pull-request")]
    pull_request: Option<Words>,
}

/// An input of the type `number` arrives as one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    Text(String),
    Number(u64),
}

impl Words {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }
}

#[derive(Deserialize)]
struct Issue {
    number: u64,
    pull_request: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Written {
    id: u64,
    #[serde(default)]
    body: String,
    user: Account,
}

/// What an edit changed.
#[derive(Deserialize)]
struct Changes {
    body: Option<Before>,
}

#[derive(Deserialize)]
struct Before {
    from: String,
}

#[derive(Deserialize)]
struct Account {
    login: String,
    #[serde(default)]
    id: u64,
    /// `User`, `Bot`, `Organization`.
    #[serde(default, rename = "type")]
    kind: String,
}

#[cfg(test)]
mod tests;
