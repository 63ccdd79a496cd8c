//! A pull request in memory: what GitHub makes of each operation, for the tests of the plan.

use std::collections::BTreeSet;

use super::{Hidden, Operation};
use crate::ids::{ObjectId, RepoPath};
use crate::publish::account::{Author, Viewer};
use crate::publish::check::MOST_PER_REQUEST;
use crate::publish::history::{Event, History};
use crate::publish::marker::{Instance, Lines};
use crate::publish::observed::{Observed, Posted, PullRequest, SeenCheckRun, SeenStatus, Thread};

/// Our account's number.
pub(super) const OWN: u64 = 41_898_282;
/// Somebody else's.
pub(super) const STRANGER: u64 = 7;

pub(super) fn by(id: u64) -> Author {
    Author {
        id: Some(id),
        is_viewer: id == OWN,
    }
}

pub(super) fn commit(digit: char) -> ObjectId {
    ObjectId::new(&digit.to_string().repeat(40)).unwrap()
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Model {
    pub(super) pull_request: PullRequest,
    pub(super) viewer: Option<Viewer>,
    pub(super) comments: Vec<Posted>,
    pub(super) threads: Vec<Thread>,
    pub(super) events: Vec<Event>,
    pub(super) unknown_labels: BTreeSet<String>,
    pub(super) status: Option<SeenStatus>,
    pub(super) check_runs: Vec<SeenCheckRun>,
    pub(super) next: u64,
}

impl Model {
    pub(super) fn new() -> Self {
        Self {
            pull_request: PullRequest {
                head: commit('a'),
                is_open: true,
                is_locked: false,
                is_draft: false,
                author: Some("octocat".to_owned()),
                labels: BTreeSet::new(),
                reviewed_by: BTreeSet::new(),
            },
            viewer: Some(Viewer {
                login: "github-actions[bot]".to_owned(),
                id: Some(OWN),
            }),
            comments: Vec::new(),
            threads: Vec::new(),
            events: Vec::new(),
            unknown_labels: BTreeSet::new(),
            status: None,
            check_runs: Vec::new(),
            next: 1,
        }
    }

    pub(super) fn posted(&mut self, author: u64, body: &str) -> Posted {
        self.next += 1;
        Posted {
            id: self.next,
            node: format!("N{}", self.next),
            author: by(author),
            body: body.to_owned(),
            hidden: None,
        }
    }

    pub(super) fn comment(&mut self, author: u64, body: &str) -> u64 {
        let posted = self.posted(author, body);
        let id = posted.id;
        self.comments.push(posted);
        id
    }

    pub(super) fn thread(&mut self, author: u64, body: &str, file: &RepoPath, lines: Option<Lines>) -> u64 {
        let first = self.posted(author, body);
        let id = first.id;
        let thread = Thread {
            first,
            file: Some(file.clone()),
            lines,
            has_replies: false,
        };
        self.threads.push(thread);
        id
    }

    pub(super) fn observe(&self) -> Observed {
        let mut observed = Observed::new(
            Instance::default(),
            self.pull_request.clone(),
            self.viewer.clone(),
        );
        for comment in &self.comments {
            observed.take_comment(comment.clone(), format!("https://github.com/#{}", comment.id));
        }
        for thread in &self.threads {
            observed.take_thread(thread.clone());
        }
        let mut history = History::default();
        for event in &self.events {
            history.take(event.clone(), self.viewer.as_ref());
        }
        observed.history = Some(history);
        observed.unknown_labels.clone_from(&self.unknown_labels);
        observed.status.clone_from(&self.status);
        observed.check_runs.clone_from(&self.check_runs);
        observed
    }

    fn edit(&mut self, id: u64, body: &str) {
        let threads = self.threads.iter_mut().map(|thread| &mut thread.first);
        let found = self
            .comments
            .iter_mut()
            .chain(threads)
            .find(|posted| posted.id == id);
        let found = found.expect("what is edited is there");
        assert_eq!(found.author, by(OWN), "only our own is edited");
        body.clone_into(&mut found.body);
    }

    fn delete(&mut self, id: u64) {
        let is_own = |posted: &Posted| posted.id == id && posted.author == by(OWN);
        let before = self.comments.len() + self.threads.len();
        self.comments.retain(|posted| !is_own(posted));
        self.threads.retain(|thread| !is_own(&thread.first));
        assert_eq!(
            self.comments.len() + self.threads.len() + 1,
            before,
            "one of ours is deleted"
        );
    }

    pub(super) fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::PostReview { comments, .. } => {
                assert!(comments.len() <= 25);
                for comment in comments {
                    let lines = Lines {
                        side: comment.anchor.side,
                        first: comment.anchor.first_line,
                        last: comment.anchor.last_line,
                    };
                    self.thread(OWN, comment.body.as_str(), &comment.anchor.file, Some(lines));
                }
            }
            Operation::EditComment { id, body, .. }
            | Operation::MarkFixed { id, body, .. }
            | Operation::EditSummary { id, body } => self.edit(*id, body.as_str()),
            Operation::PostSummary { body } => {
                self.comment(OWN, body.as_str());
            }
            Operation::DeleteSummary { id } | Operation::DeleteComment { id, .. } => self.delete(*id),
            Operation::Hide { node, why, .. } => {
                let mut threads = self.threads.iter_mut().map(|thread| &mut thread.first);
                let found = threads.find(|posted| posted.node == *node);
                let found = found.expect("what is hidden is there");
                assert_eq!(found.author, by(OWN), "only our own is hidden");
                let reason = match why {
                    Hidden::Resolved => "resolved",
                    Hidden::Outdated => "outdated",
                };
                found.hidden = Some(reason.to_owned());
            }
            Operation::AddLabel(label) => {
                self.pull_request.labels.insert(label.clone());
                self.events.push(Event::Labeled(label.clone(), by(OWN)));
            }
            Operation::RemoveLabel(label) => {
                self.pull_request.labels.remove(label);
                self.events.push(Event::Unlabeled(label.clone(), by(OWN)));
            }
            Operation::RequestReview(reviewer) => self.events.push(Event::Requested(reviewer.clone())),
            Operation::PostCheckRun(run) => {
                self.next += 1;
                self.check_runs.push(SeenCheckRun {
                    id: self.next,
                    external_id: run.external_id.clone(),
                    app: "github-actions".to_owned(),
                    annotations: run.content.annotations.len(),
                });
            }
            Operation::ContinueCheckRun { id, from, run } => {
                let known = self.check_runs.iter_mut().find(|known| known.id == *id);
                let known = known.expect("what is continued is there");
                assert_eq!(known.annotations, *from);
                assert_eq!(from % MOST_PER_REQUEST, 0);
                known.annotations = run.content.annotations.len();
            }
            Operation::PostStatus { status, .. } => {
                self.status = Some(SeenStatus {
                    state: status.state.to_owned(),
                    description: status.description.clone(),
                });
            }
        }
    }

    /// What people see of ours, without numbers: our comments of the conversation, and those on lines that show.
    pub(super) fn sight(&self) -> (Vec<String>, BTreeSet<String>, BTreeSet<String>) {
        let own = self.comments.iter().filter(|posted| posted.author == by(OWN));
        let comments = own.map(|posted| posted.body.clone()).collect();
        let threads = self
            .threads
            .iter()
            .filter(|thread| thread.first.author == by(OWN) && thread.first.hidden.is_none());
        let threads = threads.map(|thread| format!("{:?} {}", thread.lines, thread.first.body));
        (comments, threads.collect(), self.pull_request.labels.clone())
    }
}
