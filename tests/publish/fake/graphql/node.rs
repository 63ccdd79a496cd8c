//! What a field can be: values, things of the state, lists and pages of them.

use serde_json::Value;

use super::super::git::{Signature, TreeEntry};

/// One object of the graph.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Query,
    Mutation,
    Repository,
    /// A fork of this owner.
    Fork(String),
    Ref(String),
    Commit(String),
    /// A tree and the path where it stands, with a slash at its end.
    Tree(String, String),
    Blob(String),
    Entry(TreeEntry, String),
    Signature(Signature),
    Pull(u64),
    Remark(u64),
    Review(u64),
    Inline(u64),
    /// The thread of its first comment.
    Thread(u64),
    Person(String),
    /// Whoever asks; here the login keeps its `[bot]`.
    Viewer,
    Team(String),
    Label(String),
    Event(u64),
    StatusContext(u64),
    CheckRun(u64),
    /// A few fields, known at once.
    Fields(&'static str, Vec<(&'static str, Out)>),
    Page(Box<Page>),
}

/// A part of a connection.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) name: &'static str,
    pub(super) nodes: Vec<Node>,
    /// The place of the first node in the whole.
    pub(super) first: usize,
    pub(super) total: usize,
}

/// The value of a field.
#[derive(Debug, Clone)]
pub(super) enum Out {
    Null,
    Value(Value),
    Node(Node),
    List(Vec<Out>),
    /// Of this type, before it is cut to a page.
    Connection(&'static str, Vec<Node>),
}

impl Out {
    pub(super) fn maybe(node: Option<Node>) -> Self {
        node.map_or(Self::Null, Self::Node)
    }
}

impl<T: Into<Value>> From<T> for Out {
    fn from(value: T) -> Self {
        Self::Value(value.into())
    }
}

impl Node {
    /// The type's name, where the state is not needed for it.
    pub(super) fn plain_type(&self) -> &'static str {
        match self {
            Self::Query => "Query",
            Self::Mutation => "Mutation",
            Self::Repository | Self::Fork(_) => "Repository",
            Self::Ref(_) => "Ref",
            Self::Commit(_) => "Commit",
            Self::Tree(..) => "Tree",
            Self::Blob(_) => "Blob",
            Self::Entry(..) => "TreeEntry",
            Self::Signature(_) => "GitActor",
            Self::Pull(_) => "PullRequest",
            Self::Remark(_) => "IssueComment",
            Self::Review(_) => "PullRequestReview",
            Self::Inline(_) => "PullRequestReviewComment",
            Self::Thread(_) => "PullRequestReviewThread",
            Self::Person(login) if login.ends_with("[bot]") => "Bot",
            Self::Person(_) | Self::Viewer => "User",
            Self::Team(_) => "Team",
            Self::Label(_) => "Label",
            Self::Event(_) => "an event",
            Self::StatusContext(_) => "StatusContext",
            Self::CheckRun(_) => "CheckRun",
            Self::Fields(name, _) => name,
            Self::Page(page) => page.name,
        }
    }
}

/// Whether an object of a type is asked for by a fragment on another.
pub(super) fn is_a(name: &str, condition: &str) -> bool {
    let members: &[&str] = match condition {
        "Node" => {
            return !name.ends_with("Connection") && !name.ends_with("Edge") && !name.ends_with("Payload");
        }
        "GitObject" => &["Commit", "Tree", "Blob"],
        "Actor" => &["User", "Bot"],
        "Comment" => &[
            "IssueComment",
            "PullRequestReviewComment",
            "PullRequestReview",
            "PullRequest",
        ],
        "Minimizable" => &["IssueComment", "PullRequestReviewComment", "PullRequestReview"],
        "RequestedReviewer" => &["User", "Bot", "Team"],
        "StatusCheckRollupContext" => &["CheckRun", "StatusContext"],
        "PullRequestTimelineItems" => &["LabeledEvent", "UnlabeledEvent", "ReviewRequestedEvent"],
        "RepositoryOwner" => &["User", "Organization"],
        _ => return name == condition,
    };
    members.contains(&name)
}
