//! Comments on lines: which are new, which say something else, which have served.

use std::collections::{BTreeMap, BTreeSet};

use super::operation::place;
use super::{Hidden, NewComment, Operation};
use crate::finding::Fingerprint;
use crate::publish::body::Body;
use crate::publish::desired::Desired;
use crate::publish::marker::{FindingMarker, Lines};
use crate::publish::observed::{Comment, Observed};
use crate::render::markdown::Markdown;
use crate::render::review::{Anchor, InlineComment};

/// The most comments of one review: failures are told of from 20 to 100 on.
const MOST_COMMENTS: usize = 25;

/// The changes, by when they are due.
#[derive(Default)]
pub(super) struct Changes {
    /// Comments for one review.
    pub(super) new: Vec<NewComment>,
    /// Other words on the same lines.
    pub(super) edits: Vec<Operation>,
    /// What is hidden or deleted once the new ones stand.
    pub(super) removals: Vec<Operation>,
}

/// Compares the comments that are there with those that should be.
pub(super) fn changes(observed: &Observed, desired: &Desired) -> Changes {
    let mut shown: BTreeMap<&Fingerprint, Vec<&Comment>> = BTreeMap::new();
    for comment in &observed.comments {
        shown
            .entry(&comment.marker.fingerprint)
            .or_default()
            .push(comment);
    }
    let places = wanted(desired);
    let mut changes = Changes::default();
    let mut settled: BTreeSet<u64> = BTreeSet::new();
    for (place, bodies) in &places {
        let there = shown.get(&place.fingerprint).map_or(&[][..], Vec::as_slice);
        let there: Vec<&Comment> = there
            .iter()
            .filter(|comment| place.is_of(comment))
            .copied()
            .collect();
        settled.extend(there.iter().map(|comment| comment.posted.id));
        changes.settle(place, bodies, &there, observed);
    }
    let lined: BTreeSet<&Fingerprint> = places.iter().map(|(place, _)| place.fingerprint).collect();
    let alive: BTreeSet<&Fingerprint> = desired
        .said
        .fingerprints
        .iter()
        .chain(desired.said.comments.iter().map(|comment| &comment.fingerprint))
        .chain(desired.said.without_anchor.keys())
        .collect();
    for (fingerprint, comments) in shown {
        changes.hide_fixed(&comments);
        let rest: Vec<&Comment> = comments
            .into_iter()
            .filter(|comment| is_live(comment) && !settled.contains(&comment.posted.id))
            .collect();
        if !alive.contains(fingerprint) {
            if desired.is_whole {
                changes.fixed(&rest, desired);
            }
        } else if lined.contains(fingerprint) {
            changes.outdated(&rest);
        } else if let Some(text) = desired.said.without_anchor.get(fingerprint) {
            changes.without_lines(&rest, text);
        }
    }
    changes.new.truncate(MOST_COMMENTS);
    changes
}

/// A place for one or more comments of a finding.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place<'a> {
    fingerprint: &'a Fingerprint,
    anchor: &'a Anchor,
    desired: &'a Desired,
}

/// The comments that should be there, by finding and place, in the order of the draft.
fn wanted(desired: &Desired) -> Vec<(Place<'_>, Vec<&Markdown>)> {
    let mut wanted: Vec<(Place, Vec<&Markdown>)> = Vec::new();
    for InlineComment {
        anchor,
        body,
        fingerprint,
    } in &desired.said.comments
    {
        if desired.refused.contains(fingerprint) {
            continue;
        }
        let place = Place {
            fingerprint,
            anchor,
            desired,
        };
        match wanted.iter_mut().find(|(known, _)| *known == place) {
            Some((_, bodies)) => bodies.push(body),
            None => wanted.push((place, vec![body])),
        }
    }
    wanted
}

impl Place<'_> {
    fn lines(&self) -> Lines {
        Lines {
            side: self.anchor.side,
            first: self.anchor.first_line,
            last: self.anchor.last_line,
        }
    }

    /// Whether a comment stands here, or was posted here on this very head, wherever GitHub shows it.
    fn is_of(&self, comment: &Comment) -> bool {
        let posted_here = comment.marker.lines == Some(self.lines())
            && comment.marker.head.as_ref() == Some(&self.desired.head);
        comment.marker.fixed.is_none()
            && comment.file.as_ref() == Some(&self.anchor.file)
            && (comment.lines == Some(self.lines()) || posted_here)
    }

    fn new_comment(&self, text: &Markdown) -> NewComment {
        let marker = FindingMarker {
            instance: self.desired.instance.clone(),
            fingerprint: self.fingerprint.clone(),
            lines: Some(self.lines()),
            head: Some(self.desired.head.clone()),
            fixed: None,
        };
        NewComment {
            anchor: self.anchor.clone(),
            body: Body::of_finding(&marker, text),
            fingerprint: self.fingerprint.clone(),
        }
    }
}

/// Neither hidden nor about something fixed.
fn is_live(comment: &Comment) -> bool {
    comment.posted.hidden.is_none() && comment.marker.fixed.is_none()
}

/// Whether a person hid it: we hide as "outdated" alone what is not fixed.
fn is_hidden_by_others(comment: &Comment) -> bool {
    comment
        .posted
        .hidden
        .as_deref()
        .is_some_and(|reason| reason != "outdated")
}

/// The comment's body with another text, or `None` where it says that already.
fn other_words(comment: &Comment, text: &Markdown) -> Option<Body> {
    let body = Body::of_finding(&comment.marker, text);
    (!body.says_what(&comment.posted.body)).then_some(body)
}

/// Those that somebody answered first, then by age: whoever compares comes to the same order.
fn by_weight<'a>(comments: &[&'a Comment]) -> Vec<&'a Comment> {
    let mut sorted = comments.to_vec();
    sorted.sort_by_key(|comment| (!comment.has_replies, comment.posted.id));
    sorted
}

impl Changes {
    /// Lets each body stand once at its place.
    fn settle(&mut self, place: &Place, bodies: &[&Markdown], there: &[&Comment], observed: &Observed) {
        let live: Vec<&Comment> = there.iter().filter(|comment| is_live(comment)).copied().collect();
        let mut left = by_weight(&live);
        let mut open: Vec<&Markdown> = Vec::new();
        for body in bodies {
            match left
                .iter()
                .position(|comment| other_words(comment, body).is_none())
            {
                Some(found) => {
                    left.remove(found);
                }
                None => open.push(body),
            }
        }
        let reused = open.len().min(left.len());
        for (text, comment) in open.drain(..reused).zip(left.drain(..reused)) {
            self.edit(comment, text);
        }
        for twin in left.iter().filter(|comment| !comment.has_replies) {
            self.removals.push(Operation::DeleteComment {
                id: twin.posted.id,
                place: super::operation::place(twin),
            });
        }
        // Whoever hid a comment does not want it again; whose marker it is we cannot tell without our own account.
        let hidden = there
            .iter()
            .filter(|comment| is_hidden_by_others(comment))
            .count();
        let may_be_ours = observed.viewer.is_none() && observed.strange_findings.contains(place.fingerprint);
        if !may_be_ours {
            self.new
                .extend(open.iter().skip(hidden).map(|text| place.new_comment(text)));
        }
    }

    fn edit(&mut self, comment: &Comment, text: &Markdown) {
        self.edits
            .extend(other_words(comment, text).map(|body| Operation::EditComment {
                id: comment.posted.id,
                place: place(comment),
                body,
            }));
    }

    /// Hides what an earlier run marked as fixed and could not hide any more.
    fn hide_fixed(&mut self, comments: &[&Comment]) {
        let shown = comments
            .iter()
            .filter(|comment| comment.marker.fixed.is_some() && comment.posted.hidden.is_none());
        for comment in shown {
            self.hide(comment, Hidden::Resolved);
        }
    }

    fn fixed(&mut self, comments: &[&Comment], desired: &Desired) {
        let text = Markdown::own("Fixed in ")
            .then(&Markdown::code(desired.head.short()))
            .then(&Markdown::own("."));
        for comment in comments {
            let marker = FindingMarker {
                fixed: Some(desired.head.clone()),
                ..comment.marker.clone()
            };
            self.edits.push(Operation::MarkFixed {
                id: comment.posted.id,
                place: place(comment),
                body: Body::of_finding(&marker, &text),
            });
            self.hide(comment, Hidden::Resolved);
        }
    }

    fn outdated(&mut self, comments: &[&Comment]) {
        for comment in comments {
            self.hide(comment, Hidden::Outdated);
        }
    }

    /// Keeps one comment of a finding that has no line in the diff any more.
    fn without_lines(&mut self, comments: &[&Comment], text: &Markdown) {
        let sorted = by_weight(comments);
        if let Some((kept, others)) = sorted.split_first() {
            self.edit(kept, text);
            self.outdated(others);
        }
    }

    /// A comment that somebody answered stays in sight: the answer belongs to it.
    fn hide(&mut self, comment: &Comment, why: Hidden) {
        if !comment.has_replies {
            self.removals.push(Operation::Hide {
                node: comment.posted.node.clone(),
                place: place(comment),
                why,
            });
        }
    }
}
