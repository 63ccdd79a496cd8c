//! The REST interface: paths to work, pages, errors in GitHub's shape.

mod checks;
mod contents;
mod objects;
mod people;
mod pulls;
mod remarks;
mod requests;
mod reviews;
mod shape;
mod talk_shape;

pub(super) use contents::base64;

use std::sync::MutexGuard;

use serde_json::{Value, json};

use super::http::{Request, Response};
use super::permission::{Access, Caller, Scope};
use super::site::Site;
use super::state::{Pull, State};

/// An answer, or a refusal, which is an answer too.
type Reply = Result<Response, Response>;

/// One call: the repository, who asks and what.
struct Call<'a> {
    site: &'a Site,
    caller: &'a Caller,
    request: &'a Request,
    body: Value,
}

/// Answers a request.
pub(super) fn handle(site: &Site, caller: &Caller, request: &Request) -> Response {
    let call = Call {
        site,
        caller,
        request,
        body: request.json(),
    };
    let segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    let segments = match &segments[..] {
        ["api", "v3", rest @ ..] => rest,
        all => all,
    };
    let method = request.method.as_str();
    let reply = match segments {
        ["repos", owner, name, rest @ ..] => {
            if !owner.eq_ignore_ascii_case(&site.owner) || !name.eq_ignore_ascii_case(&site.name) {
                Err(missing())
            } else {
                repository(&call, method, rest)
            }
        }
        ["user"] => people::user(&call),
        ["rate_limit"] => Ok(people::rate_limit(&call)),
        ["orgs", owner, "teams", team] => people::team(&call, owner, team),
        ["orgs", owner, "teams", team, "memberships", login] => people::membership(&call, owner, team, login),
        _ => unknown(&call),
    };
    reply.unwrap_or_else(|refusal| refusal)
}

fn repository(call: &Call<'_>, method: &str, rest: &[&str]) -> Reply {
    match (method, rest) {
        ("GET", []) => people::repository(call),
        ("GET", ["pulls"]) => pulls::list(call),
        ("GET", ["pulls", number]) => pulls::one(call, number),
        ("GET", ["pulls", number, "files"]) => pulls::files(call, number),
        ("GET", ["pulls", number, "commits"]) => pulls::commits(call, number),
        (_, ["pulls", number, "requested_reviewers"]) => requests::reviewers(call, method, number),
        (_, ["pulls", number, "reviews", rest @ ..]) => reviews::reviews(call, method, number, rest),
        (_, ["pulls", "comments", id]) => reviews::comment(call, method, id),
        (_, ["pulls", number, "comments", rest @ ..]) => reviews::comments(call, method, number, rest),
        (_, ["issues", "comments", id]) => remarks::one(call, method, id),
        (_, ["issues", number, "comments"]) => remarks::of_issue(call, method, number),
        (_, ["issues", number, "labels", rest @ ..]) => requests::labels(call, method, number, rest),
        // The timeline has comments and commits besides, which this one leaves to their own lists.
        ("GET", ["issues", number, "events" | "timeline"]) => requests::timeline(call, number),
        (_, ["labels", rest @ ..]) => requests::repository_labels(call, method, rest),
        ("GET", ["contents", path @ ..]) => contents::contents(call, &path.join("/")),
        ("GET", ["git", "trees", tree]) => objects::tree(call, tree),
        ("GET", ["git", "blobs", blob]) => objects::blob(call, blob),
        ("GET", ["git", "ref", name @ ..]) => objects::reference(call, &name.join("/")),
        ("GET", ["commits", commit, "check-runs"]) => checks::of_commit(call, commit),
        ("GET", ["commits", commit, "statuses"]) => checks::statuses(call, commit),
        ("GET", ["commits", name @ ..]) => objects::commit(call, &name.join("/")),
        ("GET", ["compare", range @ ..]) => objects::compare(call, &range.join("/")),
        ("POST", ["check-runs"]) => checks::create(call),
        ("GET", ["check-runs", id]) => checks::one(call, id),
        ("PATCH", ["check-runs", id]) => checks::update(call, id),
        ("GET", ["check-runs", id, "annotations"]) => checks::annotations(call, id),
        ("POST", ["statuses", commit]) => checks::create_status(call, commit),
        ("GET", ["collaborators", login, "permission"]) => people::permission(call, login),
        ("GET", ["rules", "branches", branch @ ..]) => people::rules(call, &branch.join("/")),
        ("GET", ["branches", branch @ ..]) => people::branch(call, &branch.join("/")),
        _ => unknown(call),
    }
}

/// Nobody foresaw this request: noted, and refused as GitHub would.
fn unknown(call: &Call<'_>) -> Reply {
    let request = call.request;
    call.site
        .unexpected(format!("{} {}", request.method, request.path));
    Err(missing())
}

fn error(status: u16, message: &str, errors: Option<Value>) -> Response {
    let mut body = json!({
        "message": message,
        "documentation_url": "https://docs.github.com/rest",
        "status": status.to_string(),
    });
    if let Some(errors) = errors {
        body["errors"] = errors;
    }
    Response::json(status, &body)
}

fn missing() -> Response {
    error(404, "Not Found", None)
}

/// 422 with errors as texts, as reviews answer.
fn unprocessable(why: &str) -> Response {
    error(422, "Unprocessable Entity", Some(json!([why])))
}

/// 422 with errors as objects, as most other paths answer.
fn invalid(resource: &str, field: &str, message: &str) -> Response {
    let errors = json!([{"resource": resource, "field": field, "code": "custom", "message": message}]);
    error(422, "Validation Failed", Some(errors))
}

impl Call<'_> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.site.state()
    }

    fn require(&self, any: &[(Scope, Access)]) -> Result<(), Response> {
        self.caller.require(any)
    }

    /// Whoever writes below a pull request.
    fn require_talk(&self) -> Result<(), Response> {
        self.require(&[
            (Scope::Issues, Access::Write),
            (Scope::PullRequests, Access::Write),
        ])
    }

    fn text<'a>(&'a self, field: &str) -> Option<&'a str> {
        self.body[field].as_str()
    }

    fn count(&self, name: &str, otherwise: usize) -> usize {
        let told = self.request.parameter(name).and_then(|text| text.parse().ok());
        told.unwrap_or(otherwise)
    }

    /// One page of a list, with its `Link` header.
    fn page(&self, items: &[Value]) -> Response {
        let (page, answer) = self.cut(items);
        answer(Response::json(200, &json!(page)))
    }

    /// The items of the page that is asked for, and what adds the `Link` header to its answer.
    fn cut<'a>(&self, items: &'a [Value]) -> (&'a [Value], impl Fn(Response) -> Response) {
        let size = self.count("per_page", 30).clamp(1, 100);
        let page = self.count("page", 1).max(1);
        let from = (page - 1).saturating_mul(size).min(items.len());
        let to = from.saturating_add(size).min(items.len());
        let last = items.len().div_ceil(size).max(1);
        let link = self.link(page, last);
        (&items[from..to], move |answer: Response| match &link {
            Some(link) => answer.with("link", link),
            None => answer,
        })
    }

    fn link(&self, page: usize, last: usize) -> Option<String> {
        let mut links = Vec::new();
        let mut add = |page: usize, relation: &str| {
            let mut query: Vec<String> = Vec::new();
            for (name, value) in self.request.query.iter().filter(|(name, _)| name != "page") {
                query.push(format!("{name}={}", shape::encoded(value)));
            }
            query.push(format!("page={page}"));
            let address = format!("{}{}?{}", self.site.api_url(), self.request.path, query.join("&"));
            links.push(format!("<{address}>; rel=\"{relation}\""));
        };
        if page > 1 {
            add(page - 1, "prev");
        }
        if page < last {
            add(page + 1, "next");
            add(last, "last");
        }
        if page > 1 {
            add(1, "first");
        }
        (!links.is_empty()).then(|| links.join(", "))
    }
}

/// The pull request of a number in a path.
fn pull(state: &State, number: &str) -> Result<Pull, Response> {
    let number: u64 = number.parse().map_err(|_| missing())?;
    state.pulls.get(&number).cloned().ok_or_else(missing)
}

fn id(text: &str) -> Result<u64, Response> {
    text.parse().map_err(|_| missing())
}

/// A pull request in the payload of an event.
pub(super) fn pull_payload(site: &Site, number: u64) -> Value {
    let mut state = site.state();
    let pull = state.pulls[&number].clone();
    shape::pull_full(site, &mut state, &pull)
}

/// The repository in the payload of an event.
pub(super) fn repository_payload(site: &Site) -> Value {
    let mut state = site.state();
    shape::repository(site, &mut state, &site.owner, false)
}
