//! What an answer says: data, a refusal, or the wish for another try.
//!
//! Pure. GitHub's words are escaped and cut, and the token is taken out of them should they repeat it.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::error::shown;
use super::query::Answer;
use super::retry::{self, Limit};
use super::transport::Answered;
use super::{Error, Query, Token};

/// What an answer of GraphQL holds.
pub(super) enum Data {
    /// All that was asked for.
    Whole(Value),
    /// GitHub asks to wait.
    Limited(Duration),
    /// Something went wrong on the way; a read may be tried again.
    Failed(String),
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Option<Value>,
}

/// Reads a refusal: a status of 4xx.
pub(super) fn refused(what: &str, answer: &Answered, token: &Token) -> Error {
    let said: Option<Said> = serde_json::from_slice(&answer.body).ok();
    let message = said.map_or_else(String::new, |said| match said.errors {
        Some(errors) => format!("{}: {errors}", said.message),
        None => said.message,
    });
    Error::Refused {
        what: what.to_owned(),
        status: answer.status.as_u16(),
        message: shown(&token.redact(&message)),
        accepted_permissions: accepted(answer, token),
    }
}

/// Reads GraphQL's answer: what is refused there has the meaning that a status has elsewhere, and an answer with any
/// error in it is none.
pub(super) fn data(query: Query, answer: &Answered, token: &Token) -> Result<Data, Error> {
    let read: Answer = serde_json::from_slice(&answer.body).map_err(|error| malformed(query.name, &error))?;
    let Some(fault) = read.errors.first() else {
        return match read.data {
            Some(data) if !data.is_null() => Ok(Data::Whole(data)),
            _ => Err(malformed(query.name, &"it has no data")),
        };
    };
    let message = shown(&token.redact(&fault.message));
    let status = match fault.kind.as_deref() {
        Some("RATE_LIMITED") => {
            return Ok(Data::Limited(match retry::limit(answer, 0) {
                Limit::Wait(wait) => wait,
                Limit::None => retry::UNTOLD,
            }));
        }
        Some("NOT_FOUND") => 404,
        Some("FORBIDDEN" | "INSUFFICIENT_SCOPES") => 403,
        Some("UNPROCESSABLE") => 422,
        _ => return Ok(Data::Failed(format!("GitHub answered with an error: {message}"))),
    };
    Err(Error::Refused {
        what: query.name.to_owned(),
        status,
        message,
        accepted_permissions: accepted(answer, token),
    })
}

fn accepted(answer: &Answered, token: &Token) -> Option<String> {
    let accepted = answer.header("x-accepted-github-permissions")?;
    Some(shown(&token.redact(accepted)))
}

/// An answer that does not say what it should.
pub(super) fn malformed(what: &str, why: &impl fmt::Display) -> Error {
    Error::Malformed {
        what: what.to_owned(),
        why: shown(&why.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;

    const QUERY: Query = Query {
        name: "Facts",
        text: "",
    };

    fn answer(status: u16, body: &str) -> Answered {
        Answered {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn token() -> Token {
        Token::new("ghs_secret").unwrap()
    }

    #[test]
    fn a_server_that_repeats_the_token_is_not_quoted() {
        let body = r#"{"message": "Bad credentials: ghs_secret", "errors": ["Bearer ghs_secret"]}"#;
        let error = refused("GET /x", &answer(401, body), &token()).to_string();
        assert!(
            !error.contains("ghs_secret") && error.contains("Bad credentials"),
            "{error}"
        );
    }

    #[test]
    fn part_of_an_answer_is_no_answer() {
        let partial =
            r#"{"data": {"a": 1, "b": null}, "errors": [{"type": "SERVICE", "message": "timeout"}]}"#;
        assert!(matches!(
            data(QUERY, &answer(200, partial), &token()),
            Ok(Data::Failed(_))
        ));
        for nothing in [r#"{"data": null}"#, "{}", "[]", "<html>", ""] {
            assert!(
                matches!(
                    data(QUERY, &answer(200, nothing), &token()),
                    Err(Error::Malformed { .. })
                ),
                "{nothing}"
            );
        }
    }

    #[test]
    fn a_refusal_has_the_meaning_of_its_status() {
        let refusal =
            |kind: &str| format!(r#"{{"data": null, "errors": [{{"type": "{kind}", "message": "m"}}]}}"#);
        let read = |kind| data(QUERY, &answer(200, &refusal(kind)), &token());
        assert!(read("NOT_FOUND").is_err_and(|error| error.is_missing()));
        assert!(read("FORBIDDEN").is_err_and(|error| error.is_forbidden()));
        assert!(matches!(read("RATE_LIMITED"), Ok(Data::Limited(_))));
    }
}
