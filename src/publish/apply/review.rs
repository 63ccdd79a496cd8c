//! A review of several comments: GitHub takes all of them or none, and does not say which one it minds.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::write::{Step, Writer};
use crate::changeset::Side;
use crate::github::{Error, Loudness};
use crate::ids::ObjectId;
use crate::publish::plan::{NewComment, Operation};

/// The most requests for one review; eleven find one bad comment among 25.
const MOST_TRIES: usize = 12;

impl Writer<'_> {
    /// Posts a review; where GitHub refuses it, halves of it, until the refused comments are known.
    ///
    /// The summary then has to tell those, so that another look follows.
    pub(super) fn post_review(
        &mut self,
        operation: &Operation,
        head: &ObjectId,
        comments: &[NewComment],
    ) -> Result<Step, Error> {
        let (known, strange): (Vec<&NewComment>, Vec<&NewComment>) =
            comments.iter().partition(|comment| path(comment).is_some());
        let mut open = vec![known];
        let mut refused = strange;
        let mut tries = 0;
        while let Some(part) = open.pop() {
            if part.is_empty() {
                continue;
            }
            if tries == MOST_TRIES {
                refused.extend(part);
                continue;
            }
            tries += 1;
            match self.post_part(head, &part) {
                Ok(_) => self.done += 1,
                Err(error) if error.is_invalid() && !error.to_string().contains("submitted too quickly") => {
                    tracing::debug!("{error}");
                    match part.split_at(part.len() / 2) {
                        ([], _) => refused.extend(part),
                        // The first half is the worse one and comes next.
                        (first, second) => open.extend([second.to_vec(), first.to_vec()]),
                    }
                }
                Err(error) => {
                    self.refuse(&refused);
                    return self.failed(operation, error);
                }
            }
        }
        self.refuse(&refused);
        match refused.len() {
            0 => Ok(Step::Next),
            count => Ok(Step::Look {
                why: format!("GitHub refused {count} comments on their lines"),
                wait: Some(Duration::ZERO),
            }),
        }
    }

    fn refuse(&mut self, comments: &[&NewComment]) {
        let fingerprints = comments.iter().map(|comment| comment.fingerprint.clone());
        self.refused_findings.extend(fingerprints);
    }

    fn post_part(&self, head: &ObjectId, comments: &[&NewComment]) -> Result<Value, Error> {
        let route = self.pull().word("reviews");
        let comments: Vec<Value> = comments.iter().map(|comment| comment_json(comment)).collect();
        let review = json!({
            "commit_id": head.as_str(),
            "event": "COMMENT",
            "comments": comments,
        });
        self.send(&Method::POST, &route, &review, Loudness::Notifies)
    }
}

fn path(comment: &NewComment) -> Option<&str> {
    std::str::from_utf8(comment.anchor.file.as_bytes()).ok()
}

fn comment_json(comment: &NewComment) -> Value {
    let anchor = &comment.anchor;
    let side = match anchor.side {
        Side::Head => "RIGHT",
        Side::Base | Side::Target => "LEFT",
    };
    let mut json = json!({
        "path": path(comment).unwrap_or_default(),
        "body": comment.body.as_str(),
        "line": anchor.last_line,
        "side": side,
    });
    // GitHub wants the start to come strictly before the end.
    if anchor.first_line < anchor.last_line {
        json["start_line"] = json!(anchor.first_line);
        json["start_side"] = json!(side);
    }
    json
}
