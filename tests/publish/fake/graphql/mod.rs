//! The GraphQL interface: any query over the types that are here.
//!
//! Selections, aliases, fragments and variables are resolved generically, so that a client's queries need not be known.
//! A field or type that is not here is an error and an unexpected request.

mod commits;
mod execute;
mod mutations;
mod node;
mod pages;
mod people;
mod pulls;
mod query;
mod talk;

use std::sync::MutexGuard;

use graphql_parser::query::parse_query;
use serde_json::{Value, json};

use super::http::Response;
use super::permission::{Access, Caller, Scope};
use super::site::Site;
use super::state::State;

/// One request being answered.
struct Context<'a> {
    site: &'a Site,
    caller: &'a Caller,
    state: MutexGuard<'a, State>,
    errors: Vec<Value>,
    /// Whether a field is not here: then there is no data at all.
    unknown: bool,
}

/// Why a field has no value.
enum Problem {
    /// Nobody foresaw it.
    Unknown,
    /// An error of this type and message.
    Error(&'static str, String),
}

impl Context<'_> {
    fn require(&self, any: &[(Scope, Access)]) -> Result<(), Problem> {
        if self.caller.permissions.allow(any) {
            return Ok(());
        }
        let message = "Resource not accessible by integration".to_owned();
        Err(Problem::Error("FORBIDDEN", message))
    }
}

/// Answers a request.
pub(super) fn handle(site: &Site, caller: &Caller, body: &Value) -> Response {
    let refuse = |message: &str| Response::json(200, &json!({"errors": [{"message": message}]}));
    let Some(text) = body["query"].as_str() else {
        return refuse("A query attribute must be specified and must be a string.");
    };
    let document = match parse_query::<String>(text) {
        Ok(document) => document,
        Err(error) => {
            site.unexpected(format!("a GraphQL document that does not parse: {error}"));
            return refuse("Parse error");
        }
    };
    let mut context = Context {
        site,
        caller,
        state: site.state(),
        errors: Vec::new(),
        unknown: false,
    };
    let data = execute::run(&mut context, &document, body);
    let mut answer = json!({});
    match data {
        Ok(data) if !context.unknown => answer["data"] = data,
        Ok(_) => {}
        Err(message) => {
            site.unexpected(format!("a GraphQL request that cannot be run: {message}"));
            context.errors.push(json!({"message": message}));
        }
    }
    if !context.errors.is_empty() {
        answer["errors"] = json!(context.errors);
    }
    Response::json(200, &answer)
}
