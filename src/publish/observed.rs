//! What a pull request shows, sorted into ours and what is not to be touched.
//!
//! Ours is a body with our marker on its first line *and* our account as its author. Knows what was read; reads nothing.

use std::collections::BTreeSet;

use super::account::{Author, Viewer};
use super::history::History;
use super::marker::{FindingMarker, Instance, Lines, Marker, SummaryMarker};
use crate::finding::Fingerprint;
use crate::ids::{ObjectId, RepoPath};

/// A comment as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Its number, which rises with time.
    pub id: u64,
    /// Its global id.
    pub node: String,
    /// Who wrote it.
    pub author: Author,
    /// Its Markdown.
    pub body: String,
    /// Why it is hidden, in GitHub's words and small letters; `None` where it is not.
    pub hidden: Option<String>,
}

/// A thread on lines as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The comment that opened it.
    pub first: Posted,
    /// The file, where its path is one.
    pub file: Option<RepoPath>,
    /// The lines as they are today; `None` where the comment is outdated.
    pub lines: Option<Lines>,
    /// Whether somebody answered.
    pub has_replies: bool,
}

/// Our summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its number.
    pub id: u64,
    /// Its page.
    pub url: String,
    /// Its Markdown.
    pub body: String,
    /// What it remembers.
    pub marker: SummaryMarker,
}

/// One of our comments on lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The comment.
    pub posted: Posted,
    /// What it remembers.
    pub marker: FindingMarker,
    /// The file, where its path is one.
    pub file: Option<RepoPath>,
    /// The lines as they are today; `None` where the comment is outdated.
    pub lines: Option<Lines>,
    /// Whether somebody answered.
    pub has_replies: bool,
}

/// A commit status of our context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenStatus {
    /// `success`, `failure`, `error`, `pending` or `expected`.
    pub state: String,
    /// The line beside it.
    pub description: String,
}

impl SeenStatus {
    /// Whether it keeps a merge waiting with an answer, and not only until there is one.
    pub fn is_refusal(&self) -> bool {
        matches!(self.state.as_str(), "failure" | "error")
    }
}

/// A check run of our name at head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenCheckRun {
    /// Its number, which rises with time.
    pub id: u64,
    /// What the creator calls it.
    pub external_id: String,
    /// The app that made it.
    pub app: String,
    /// How many annotations it holds.
    pub annotations: usize,
}

/// The pull request itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// The commit that is proposed.
    pub head: ObjectId,
    /// Neither closed nor merged.
    pub is_open: bool,
    /// Whether its conversation is locked.
    pub is_locked: bool,
    /// Whether it is a draft.
    pub is_draft: bool,
    /// Who opened it, by login; `None` for an account that is gone.
    pub author: Option<String>,
    /// Its labels.
    pub labels: BTreeSet<String>,
    /// Logins of those who have reviewed it.
    pub reviewed_by: BTreeSet<String>,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// Whose comments count as ours.
    pub instance: Instance,
    /// The pull request itself.
    pub pull_request: PullRequest,
    /// The account behind the token; without it nothing is known to be ours.
    pub viewer: Option<Viewer>,
    /// Whether all comments were read; there can be more than one run may read.
    pub is_whole: bool,
    /// Our summaries, the oldest first; more than one after a race.
    pub summaries: Vec<Summary>,
    /// Our comments on lines, the oldest first.
    pub comments: Vec<Comment>,
    /// Whether a body that is not known to be ours has the marker of our summary.
    pub strange_summary: bool,
    /// Findings that bodies not known to be ours have the marker of.
    pub strange_findings: BTreeSet<Fingerprint>,
    /// The history; `None` where it was not needed, or is too long to read.
    pub history: Option<History>,
    /// Labels that the repository has not.
    pub unknown_labels: BTreeSet<String>,
    /// The commit status; `None` where there is none, or it was not read.
    pub status: Option<SeenStatus>,
    /// The other open pull requests with this head, whose answer the same status is; read only where a status would
    /// turn to a pass, and `None` where there are too many to tell.
    pub same_head: Option<BTreeSet<u64>>,
    /// Check runs of our name at head, by whomever.
    pub check_runs: Vec<SeenCheckRun>,
}

impl Observed {
    /// Starts with the pull request, before any comment.
    pub fn new(instance: Instance, pull_request: PullRequest, viewer: Option<Viewer>) -> Self {
        Self {
            instance,
            pull_request,
            viewer,
            is_whole: true,
            summaries: Vec::new(),
            comments: Vec::new(),
            strange_summary: false,
            strange_findings: BTreeSet::new(),
            history: None,
            unknown_labels: BTreeSet::new(),
            status: None,
            same_head: Some(BTreeSet::new()),
            check_runs: Vec::new(),
        }
    }

    /// Sorts a comment of the conversation.
    pub fn take_comment(&mut self, posted: Posted, url: String) {
        let Some(Marker::Summary(marker)) = self.marker(&posted) else {
            return;
        };
        if !self.is_ours(posted.author) {
            self.strange_summary = true;
        } else if self.summaries.iter().all(|known| known.id != posted.id) {
            self.summaries.push(Summary {
                id: posted.id,
                url,
                body: posted.body,
                marker,
            });
            self.summaries.sort_by_key(|summary| summary.id);
        }
    }

    /// Sorts a thread on lines.
    pub fn take_thread(&mut self, thread: Thread) {
        let Some(Marker::Finding(marker)) = self.marker(&thread.first) else {
            return;
        };
        if !self.is_ours(thread.first.author) {
            self.strange_findings.insert(marker.fingerprint);
        } else if self
            .comments
            .iter()
            .all(|known| known.posted.id != thread.first.id)
        {
            self.comments.push(Comment {
                posted: thread.first,
                marker,
                file: thread.file,
                lines: thread.lines,
                has_replies: thread.has_replies,
            });
            self.comments.sort_by_key(|comment| comment.posted.id);
        }
    }

    /// The marker of our instance on the first line.
    fn marker(&self, posted: &Posted) -> Option<Marker> {
        Marker::read(&posted.body).filter(|marker| *marker.instance() == self.instance)
    }

    fn is_ours(&self, author: Author) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| viewer.wrote(author))
    }

    /// The summary that is kept: the oldest of ours.
    pub fn summary(&self) -> Option<&Summary> {
        self.summaries.first()
    }

    /// What the last summary of another head told; `None` where nothing is known of one.
    pub fn before(&self, head: &ObjectId) -> Option<&BTreeSet<Fingerprint>> {
        self.summary()?.marker.before(head)
    }

    /// The earliest day whose proposals the summary still shows.
    pub fn day(&self) -> Option<jiff::civil::Date> {
        self.summary()?.marker.day
    }

    /// What GitHub refused on the lines of a head in an earlier run.
    pub fn refused_at(&self, head: &ObjectId) -> BTreeSet<Fingerprint> {
        self.summary()
            .map(|summary| summary.marker.refused_at(head))
            .unwrap_or_default()
    }

    /// The name of the account's app as check runs have it.
    pub(super) fn app(&self) -> Option<&str> {
        self.viewer.as_ref()?.login.strip_suffix("[bot]")
    }
}

impl PullRequest {
    /// Whether it has a label; GitHub compares names in small letters.
    pub fn has_label(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.labels.iter().any(|label| label.to_lowercase() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: u64 = 41_898_282;

    fn pull_request() -> PullRequest {
        PullRequest {
            head: ObjectId::new(&"a".repeat(40)).unwrap(),
            is_open: true,
            is_locked: false,
            is_draft: false,
            author: Some("octocat".to_owned()),
            labels: BTreeSet::new(),
            reviewed_by: BTreeSet::new(),
        }
    }

    fn observed(id: Option<u64>) -> Observed {
        let login = "github-actions[bot]".to_owned();
        Observed::new(Instance::default(), pull_request(), Some(Viewer { login, id }))
    }

    fn by(id: u64) -> Author {
        Author {
            id: Some(id),
            is_viewer: false,
        }
    }

    fn posted(id: u64, author: Author, body: &str) -> Posted {
        Posted {
            id,
            node: format!("IC_{id}"),
            author,
            body: body.to_owned(),
            hidden: None,
        }
    }

    const SUMMARY: &str = "<!-- tierguard:summary instance=default -->\nx";

    fn summaries(id: Option<u64>, comments: &[Posted]) -> (Vec<u64>, bool) {
        let mut observed = observed(id);
        for comment in comments {
            observed.take_comment(comment.clone(), String::new());
        }
        let ids = observed.summaries.iter().map(|summary| summary.id);
        (ids.collect(), observed.strange_summary)
    }

    #[test]
    fn a_marker_makes_nothing_ours() {
        let strange = posted(3, by(7), SUMMARY);
        assert_eq!(summaries(Some(OWN), &[strange]), (vec![], true));
    }

    #[test]
    fn our_account_makes_nothing_ours_without_the_marker_on_the_first_line() {
        let other = posted(3, by(OWN), &format!("Another workflow\n{SUMMARY}"));
        let other_instance = posted(4, by(OWN), &SUMMARY.replace("default", "nightly"));
        assert_eq!(summaries(Some(OWN), &[other, other_instance]), (vec![], false));
    }

    #[test]
    fn ours_are_sorted_by_age_and_counted_once() {
        let (one, two) = (posted(9, by(OWN), SUMMARY), posted(5, by(OWN), SUMMARY));
        assert_eq!(
            summaries(Some(OWN), &[one.clone(), two, one]),
            (vec![5, 9], false)
        );
    }

    #[test]
    fn without_a_number_github_says_who_wrote_it() {
        let own = Author {
            id: Some(OWN),
            is_viewer: true,
        };
        let comments = [posted(1, own, SUMMARY), posted(2, by(OWN), SUMMARY)];
        assert_eq!(summaries(None, &comments), (vec![1], true));
    }

    #[test]
    fn without_an_account_nothing_is_ours() {
        let mut observed = observed(None);
        observed.viewer = None;
        let own = Author {
            id: Some(OWN),
            is_viewer: true,
        };
        observed.take_comment(posted(1, own, SUMMARY), String::new());
        assert!(observed.summaries.is_empty() && observed.strange_summary);
    }
}
