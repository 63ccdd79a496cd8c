//! The payloads of the events that start a workflow, as the runner writes them to `GITHUB_EVENT_PATH`.

use serde_json::{Value, json};

use super::rest::{pull_payload, repository_payload};
use super::site::Site;

impl Site {
    /// `pull_request` and `pull_request_target`, with an action such as `opened` or `synchronize`.
    pub(crate) fn pull_request_event(&self, number: u64, action: &str) -> Value {
        let author = self.state().pulls[&number].author.clone();
        let mut event = self.event(&author);
        event["action"] = json!(action);
        event["number"] = json!(number);
        event["pull_request"] = pull_payload(self, number);
        event
    }

    /// `pull_request_review`.
    pub(crate) fn review_event(&self, number: u64, login: &str, state: &str) -> Value {
        let mut event = self.event(login);
        event["action"] = json!("submitted");
        event["pull_request"] = pull_payload(self, number);
        event["review"] = json!({"state": state.to_lowercase(), "user": event["sender"], "body": ""});
        event
    }

    /// `issue_comment` on a pull request; the comment has to be there.
    pub(crate) fn comment_event(&self, comment: u64, action: &str) -> Value {
        let remark = self.state().remarks[&comment].clone();
        let mut event = self.event(&remark.author);
        let association = self.state().person(&remark.author).association();
        event["action"] = json!(action);
        let url = format!(
            "https://api.github.com/repos/{}/pulls/{}",
            self.repository(),
            remark.number
        );
        event["issue"] = json!({
            "number": remark.number, "state": "open",
            "pull_request": {"url": url, "html_url": format!("https://github.com/{}/pull/{}", self.repository(), remark.number)},
        });
        event["comment"] = json!({
            "id": remark.id, "node_id": format!("IC_{}", remark.id), "body": remark.body, "user": event["sender"],
            "author_association": association, "created_at": remark.created.to_string(), "updated_at": remark.updated.to_string(),
        });
        event
    }

    /// `merge_group` for the last entry of the queue of `main`.
    pub(crate) fn merge_group_event(&self) -> Value {
        let (first, last) = {
            let state = self.state();
            let queue = &state.queues["main"];
            (queue[0].clone(), queue[queue.len() - 1].clone())
        };
        let mut event = self.event("github-merge-queue[bot]");
        event["action"] = json!("checks_requested");
        event["merge_group"] = json!({
            "head_sha": last.head,
            "head_ref": format!("refs/heads/gh-readonly-queue/main/pr-{}-{}", last.pull, last.base),
            "base_sha": first.base, "base_ref": "refs/heads/main",
            "head_commit": {"id": last.head, "message": format!("Merge #{}", last.pull)},
        });
        event
    }

    /// `workflow_dispatch` with its inputs.
    pub(crate) fn dispatch_event(&self, inputs: &Value) -> Value {
        let mut event = self.event("maria");
        event["inputs"] = inputs.clone();
        event["ref"] = json!("refs/heads/main");
        event["workflow"] = json!(".github/workflows/tierguard.yml");
        event
    }

    /// `schedule`.
    pub(crate) fn schedule_event(&self) -> Value {
        let mut event = self.event("maria");
        event["schedule"] = json!("0 5 * * *");
        event
    }

    /// What every payload has.
    pub(crate) fn event(&self, sender: &str) -> Value {
        let person = self.state().person(sender);
        json!({
            "repository": repository_payload(self),
            "sender": {"login": person.login, "id": person.id, "type": if sender.ends_with("[bot]") { "Bot" } else { "User" }},
        })
    }
}
