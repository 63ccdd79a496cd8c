//! The requests of the doctor: each one reads.
//!
//! Knows endpoints and the shape of their answers; judges nothing.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};

use super::facts::{OpenPullRequest, Seen};
use crate::github::{Client, Error, Query, RepositoryName, Route};
use crate::ids::ObjectId;

/// The API of one repository.
pub(super) struct Api<'c> {
    pub(super) client: &'c Client,
    pub(super) repository: &'c RepositoryName,
}

/// The repository itself.
#[derive(Deserialize)]
pub(super) struct WireRepository {
    pub(super) default_branch: String,
    #[serde(default)]
    pub(super) private: bool,
    #[serde(default)]
    pub(super) archived: bool,
}

/// Who asks, and what they may do.
pub(super) struct Owner {
    pub(super) login: String,
    pub(super) role: Option<String>,
}

/// The commit and the root tree of the default branch.
pub(super) struct Tip {
    pub(super) commit: ObjectId,
    pub(super) tree: ObjectId,
}

/// A rule of a ruleset.
#[derive(Deserialize)]
struct WireRule {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: Value,
}

/// The rules that hold for a branch, as far as a review is concerned.
#[derive(Default)]
pub(super) struct Rules {
    /// The names of required checks and statuses.
    pub(super) required: Vec<String>,
    pub(super) has_queue: bool,
}

/// What an answer or its absence means; a refusal is an answer.
pub(super) fn seen<T>(answer: Result<T, Error>) -> Seen<T> {
    match answer {
        Ok(value) => Seen::Known(value),
        Err(error @ Error::Refused { .. }) => Seen::Refused(error.to_string()),
        Err(error) => Seen::Unread(error.to_string()),
    }
}

impl Api<'_> {
    fn get<T: DeserializeOwned>(&self, route: &Route) -> Seen<T> {
        seen(self.client.get(route))
    }

    fn ask(&self, name: &'static str, text: &'static str, more: Option<(&str, &str)>) -> Seen<Value> {
        let mut variables = json!({"owner": self.repository.owner, "name": self.repository.name});
        if let Some((key, value)) = more {
            variables[key] = json!(value);
        }
        seen(self.client.query(Query { name, text }, &variables))
    }

    pub(super) fn route(&self) -> Route {
        Route::of(self.repository)
    }

    pub(super) fn owner(&self) -> Seen<Owner> {
        let answer = self.ask("DoctorOwner", include_str!("owner.graphql"), None);
        answer.and_then(|data| match data["viewer"]["login"].as_str() {
            Some(login) => Seen::Known(Owner {
                login: login.to_owned(),
                role: data["repository"]["viewerPermission"].as_str().map(str::to_owned),
            }),
            None => Seen::Unread("DoctorOwner: the answer names nobody".to_owned()),
        })
    }

    /// `None` where the default branch has no commit.
    pub(super) fn tip(&self) -> Seen<Option<Tip>> {
        let answer = self.ask("DoctorTip", include_str!("tip.graphql"), None);
        answer.and_then(|data| {
            let target = &data["repository"]["defaultBranchRef"]["target"];
            if target.is_null() {
                return Seen::Known(None);
            }
            let id = |value: &Value| value.as_str().and_then(ObjectId::new);
            match (id(&target["oid"]), id(&target["tree"]["oid"])) {
                (Some(commit), Some(tree)) => Seen::Known(Some(Tip { commit, tree })),
                _ => Seen::Unread("DoctorTip: the answer names no commit".to_owned()),
            }
        })
    }

    /// An open pull request of somebody else: everybody may edit their own.
    pub(super) fn pull_requests(&self) -> Seen<Option<OpenPullRequest>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire {
            number: u64,
            viewer_can_update: bool,
            viewer_did_author: bool,
        }
        let answer = self.ask("DoctorPullRequests", include_str!("pull_requests.graphql"), None);
        answer.and_then(|mut data| {
            let nodes = data["repository"]["pullRequests"]["nodes"].take();
            let open: Vec<Wire> = match serde_json::from_value(nodes) {
                Ok(open) => open,
                Err(error) => return Seen::Unread(format!("DoctorPullRequests: {error}")),
            };
            let other = open.iter().find(|open| !open.viewer_did_author);
            Seen::Known(other.map(|open| OpenPullRequest {
                number: open.number,
                can_write: open.viewer_can_update,
            }))
        })
    }

    pub(super) fn has_queue(&self, branch: &str) -> Seen<bool> {
        let text = include_str!("merge_queue.graphql");
        let answer = self.ask("DoctorMergeQueue", text, Some(("branch", branch)));
        answer.map(|data| !data["repository"]["mergeQueue"].is_null())
    }

    /// Whether a list below a commit can be read.
    pub(super) fn can_list(&self, commit: &ObjectId, list: &'static str) -> Seen<()> {
        let route = self.route().word("commits").part(commit).word(list);
        self.get::<IgnoredAny>(&route.with("per_page", 1)).map(|_| ())
    }

    /// Whether there is a team that the token may see; whoever may see one may read its members.
    pub(super) fn has_team(&self, organisation: &str, team: &str) -> Seen<bool> {
        let route = Route::root().word("orgs").part(organisation);
        existing(self.client.get::<IgnoredAny>(&route.word("teams").part(team)))
    }

    /// Whether it can be read what somebody may do here; that of a stranger is an answer as well.
    pub(super) fn can_read_permissions(&self, login: &str) -> Seen<()> {
        let route = self.route().word("collaborators").part(login);
        existing(self.client.get::<IgnoredAny>(&route.word("permission"))).map(|_| ())
    }

    /// The rules of rulesets.
    pub(super) fn rules(&self, branch: &str) -> Seen<Rules> {
        let route = self.route().word("rules/branches").part(branch);
        // One page holds 100 rules; a branch has a handful.
        self.get::<Vec<WireRule>>(&route.with("per_page", 100))
            .map(|rules| {
                let mut found = Rules::default();
                for rule in rules {
                    found.has_queue |= rule.kind == "merge_queue";
                    if rule.kind == "required_status_checks" {
                        found
                            .required
                            .extend(contexts(&rule.parameters["required_status_checks"]));
                    }
                }
                found
            })
    }

    /// What the older branch protection requires.
    pub(super) fn protection(&self, branch: &str) -> Seen<Vec<String>> {
        let route = self.route().word("branches").part(branch);
        self.get::<Value>(&route).and_then(|answer| {
            let required = &answer["protection"]["required_status_checks"];
            if answer["protected"] == true && answer["protection"].is_null() {
                return Seen::Refused(
                    "GitHub does not show what the branch's protection requires".to_owned(),
                );
            }
            let mut names = contexts(&required["checks"]);
            names.extend(
                required["contexts"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|context| context.as_str().map(str::to_owned)),
            );
            Seen::Known(names)
        })
    }
}

/// Whether something is there; that it is not is an answer.
fn existing(answer: Result<IgnoredAny, Error>) -> Seen<bool> {
    match answer {
        Err(error) if error.is_missing() => Seen::Known(false),
        other => seen(other).map(|_| true),
    }
}

fn contexts(checks: &Value) -> Vec<String> {
    let checks = checks.as_array().into_iter().flatten();
    checks
        .filter_map(|check| check["context"].as_str().map(str::to_owned))
        .collect()
}
