//! What people and bots say: comments, reviews, comments on lines.

use jiff::Timestamp;

use super::State;

/// A comment below a pull request or an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remark {
    pub(crate) id: u64,
    pub(crate) number: u64,
    pub(crate) author: String,
    pub(crate) body: String,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    /// The reason for which it is folded away, in lower case.
    pub(crate) minimized: Option<String>,
}

/// A submitted review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Review {
    pub(crate) id: u64,
    pub(crate) number: u64,
    pub(crate) author: String,
    pub(crate) body: String,
    /// `COMMENTED`, `APPROVED`, `CHANGES_REQUESTED`, `DISMISSED`.
    pub(crate) state: String,
    pub(crate) commit: String,
    pub(crate) submitted: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) minimized: Option<String>,
}

/// Where a comment stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) left: bool,
    pub(crate) line: u64,
    pub(crate) start: Option<u64>,
}

/// A comment on lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inline {
    pub(crate) id: u64,
    pub(crate) number: u64,
    pub(crate) review: u64,
    pub(crate) author: String,
    pub(crate) body: String,
    pub(crate) path: String,
    /// The commit that it was written for, and the merge base of then.
    pub(crate) commit: String,
    pub(crate) base: String,
    pub(crate) original: Place,
    pub(crate) hunk: String,
    pub(crate) position: usize,
    /// The first comment of its thread, for a reply.
    pub(crate) reply_to: Option<u64>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) minimized: Option<String>,
    /// Of the thread; counts on its first comment only.
    pub(crate) resolved: bool,
}

impl State {
    /// Adds a comment; its id.
    pub(crate) fn add_remark(&mut self, number: u64, author: &str, body: &str) -> u64 {
        let (id, now) = (self.id(), self.tick());
        self.person(author);
        let remark = Remark {
            id,
            number,
            author: author.to_owned(),
            body: body.to_owned(),
            created: now,
            updated: now,
            minimized: None,
        };
        self.remarks.insert(id, remark);
        id
    }

    /// Adds a review without comments; its id.
    pub(crate) fn add_review(
        &mut self,
        number: u64,
        author: &str,
        state: &str,
        body: &str,
        commit: &str,
    ) -> u64 {
        let (id, now) = (self.id(), self.tick());
        self.person(author);
        let review = Review {
            id,
            number,
            author: author.to_owned(),
            body: body.to_owned(),
            state: state.to_owned(),
            commit: commit.to_owned(),
            submitted: now,
            updated: now,
            minimized: None,
        };
        self.reviews.insert(id, review);
        // Who has answered is not asked any more.
        if let Some(pull) = self.pulls.get_mut(&number) {
            pull.requested.remove(author);
        }
        id
    }

    /// Adds a reply below the first comment of a thread; its id.
    pub(crate) fn add_reply(&mut self, to: u64, author: &str, body: &str) -> Option<u64> {
        let root = self.inlines.get(&to)?;
        let root = root.reply_to.unwrap_or(root.id);
        let mut reply = self.inlines.get(&root)?.clone();
        let commit = reply.commit.clone();
        reply.review = self.add_review(reply.number, author, "COMMENTED", "", &commit);
        reply.id = self.id();
        author.clone_into(&mut reply.author);
        body.clone_into(&mut reply.body);
        reply.reply_to = Some(root);
        reply.minimized = None;
        reply.created = self.tick();
        reply.updated = reply.created;
        let id = reply.id;
        self.inlines.insert(id, reply);
        Some(id)
    }

    /// Takes a comment on lines away; the thread goes on with the next one.
    pub(crate) fn remove_inline(&mut self, id: u64) -> bool {
        let Some(gone) = self.inlines.remove(&id) else {
            return false;
        };
        let heir = self
            .inlines
            .values()
            .find(|other| other.reply_to == Some(id))
            .map(|other| other.id);
        for other in self
            .inlines
            .values_mut()
            .filter(|other| other.reply_to == Some(id))
        {
            other.reply_to = heir.filter(|heir| *heir != other.id);
        }
        // A review without words and comments is not shown any more.
        let empty = !self.inlines.values().any(|other| other.review == gone.review);
        if empty
            && self
                .reviews
                .get(&gone.review)
                .is_some_and(|review| review.body.is_empty())
        {
            self.reviews.remove(&gone.review);
        }
        true
    }
}
