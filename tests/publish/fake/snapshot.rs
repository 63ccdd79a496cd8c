//! The state as data: comparable without ids and times, or whole for scripts.

use serde_json::{Value, json};

use super::anchor;
use super::site::Site;
use super::state::{Inline, State};

impl Site {
    /// Everything that a person would see, with ids and times left out, as text that compares well.
    ///
    /// Lists are in the order of their content: the way there does not count.
    pub(crate) fn snapshot(&self) -> String {
        let state = self.state();
        let pulls: Vec<Value> = state
            .pulls
            .keys()
            .map(|number| self.pull_facts(&state, *number, false))
            .collect();
        let mut checks: Vec<Value> = state
            .checks
            .iter()
            .map(|run| {
                json!({
                    "name": run.name, "head": run.head, "status": run.status, "conclusion": run.conclusion,
                    "title": run.output.title, "summary": without_ids(&state, run.output.summary.as_deref().unwrap_or_default()),
                    "text": without_ids(&state, run.output.text.as_deref().unwrap_or_default()),
                    "annotations": run.output.annotations.iter().map(|annotation| format!("{annotation:?}")).collect::<Vec<_>>(),
                })
            })
            .collect();
        sort(&mut checks);
        let all = json!({"pulls": pulls, "checks": checks, "statuses": Self::statuses(&state)});
        serde_json::to_string_pretty(&all).unwrap()
    }

    /// The state and the requests with everything in them, for scripts.
    pub(crate) fn dump(&self) -> Value {
        let state = self.state();
        let pulls: Vec<Value> = state
            .pulls
            .keys()
            .map(|number| self.pull_facts(&state, *number, true))
            .collect();
        let checks: Vec<Value> = state
            .checks
            .iter()
            .map(|run| {
                json!({
                    "id": run.id, "name": run.name, "head": run.head, "status": run.status,
                    "conclusion": run.conclusion, "title": run.output.title, "summary": run.output.summary,
                    "annotations": run.output.annotations.len(),
                })
            })
            .collect();
        let statuses = Self::statuses(&state);
        drop(state);
        let requests: Vec<Value> = self
            .requests()
            .iter()
            .map(|entry| json!({"name": entry.name(), "status": entry.status, "committed": entry.committed}))
            .collect();
        let unexpected = self.unexpected_so_far();
        json!({"pulls": pulls, "checks": checks, "statuses": statuses, "requests": requests, "unexpected": unexpected})
    }

    fn statuses(state: &State) -> Value {
        let mut statuses: Vec<Value> = Vec::new();
        for status in state.statuses.iter().rev() {
            let same = |other: &Value| {
                other["commit"] == status.commit.as_str() && other["context"] == status.context.as_str()
            };
            if !statuses.iter().any(same) {
                statuses.push(json!({
                    "commit": status.commit, "context": status.context, "state": status.state,
                    "description": status.description, "target_url": status.target_url.as_deref().map(|url| without_ids(state, url)),
                    "creator": status.creator,
                }));
            }
        }
        sort(&mut statuses);
        json!(statuses)
    }

    fn pull_facts(&self, state: &State, number: u64, whole: bool) -> Value {
        let pull = &state.pulls[&number];
        let body = |body: &str| {
            if whole {
                body.to_owned()
            } else {
                without_ids(state, body)
            }
        };
        let with_id = |mut value: Value, id: u64| {
            if whole {
                value["id"] = json!(id);
            }
            value
        };
        let mut comments: Vec<Value> = Vec::new();
        for remark in state.remarks.values().filter(|remark| remark.number == number) {
            let value =
                json!({"author": remark.author, "body": body(&remark.body), "minimized": remark.minimized});
            comments.push(with_id(value, remark.id));
        }
        let mut reviews: Vec<Value> = Vec::new();
        for review in state.reviews.values().filter(|review| review.number == number) {
            // What has no words is only the frame of its comments.
            if whole || !review.body.is_empty() || review.state != "COMMENTED" {
                let value = json!({
                    "author": review.author, "state": review.state, "body": body(&review.body),
                    "commit": review.commit, "minimized": review.minimized,
                });
                reviews.push(with_id(value, review.id));
            }
        }
        let mut inlines: Vec<Value> = Vec::new();
        for inline in state.inlines.values().filter(|inline| inline.number == number) {
            let now = anchor::place(&self.git, state, inline);
            let value = json!({
                "author": inline.author, "body": body(&inline.body), "path": inline.path,
                "side": if inline.original.left { "LEFT" } else { "RIGHT" },
                "line": now.as_ref().map(|place| place.line), "start_line": now.as_ref().and_then(|place| place.start),
                "minimized": inline.minimized, "resolved": inline.resolved, "reply": inline.reply_to.is_some(),
            });
            inlines.push(with_id(value, inline.id));
        }
        if !whole {
            sort(&mut comments);
            sort(&mut reviews);
            sort(&mut inlines);
        }
        json!({
            "number": number, "title": pull.title, "open": pull.open, "merged": pull.merged, "draft": pull.draft,
            "head": pull.head, "labels": pull.labels, "requested": pull.requested, "requested_teams": pull.requested_teams,
            "comments": comments, "reviews": reviews, "inline": inlines,
        })
    }
}

/// A text in which the ids of comments and check runs say what they mean.
fn without_ids(state: &State, text: &str) -> String {
    replace_ids(text, |id| {
        if let Some(remark) = state.remarks.get(&id) {
            return Some(format!("<comment of {}>", remark.author));
        }
        if let Some(inline) = state.inlines.get(&id) {
            return Some(where_it_stands(inline));
        }
        if let Some(run) = state.checks.iter().find(|run| run.id == id) {
            return Some(format!("<check {}>", run.name));
        }
        let review = state.reviews.get(&id);
        review.map(|review| format!("<review of {}>", review.author))
    })
}

fn where_it_stands(inline: &Inline) -> String {
    let side = if inline.original.left { "L" } else { "R" };
    format!("<comment on {}:{side}{}>", inline.path, inline.original.line)
}

/// Replaces every run of ten digits and more that is an id.
pub(super) fn replace_ids(text: &str, name: impl Fn(u64) -> Option<String>) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
        replaced.push_str(&rest[..start]);
        let digits = &rest[start..];
        let end = digits
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(digits.len());
        let id = digits[..end].parse().ok().filter(|_| end >= 10);
        match id.and_then(&name) {
            Some(name) => replaced.push_str(&name),
            None => replaced.push_str(&digits[..end]),
        }
        rest = &digits[end..];
    }
    replaced.push_str(rest);
    replaced
}

fn sort(values: &mut [Value]) {
    values.sort_by_key(ToString::to_string);
}
