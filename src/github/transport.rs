//! One request, one answer.
//!
//! The token is attached for the API's own origin only; nothing is followed, nothing is repeated, and an answer has a
//! largest size. Knows HTTP; knows neither retries nor endpoints.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use octocrab::Octocrab;

use super::Addresses;
use super::error::shown;

/// The most bytes of an answer; GitHub's largest (a tree of 100,000 entries) stay under 7 MB.
const LARGEST_ANSWER: usize = 32 << 20;
/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// How long the server may be silent within an answer.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a whole answer may take; a server that sends one byte a second ends here.
const WHOLE: Duration = Duration::from_secs(90);
/// The version of GitHub's REST API that the wire structs follow.
const API_VERSION: &str = "2022-11-28";

/// A token; it is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes a token: visible ASCII characters alone, since others could end the header that carries it.
    pub fn new(text: &str) -> anyhow::Result<Self> {
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            bail!("the token is empty");
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            bail!("the token holds a character that no token has (its value is not shown)");
        }
        Ok(Self(text.to_owned()))
    }

    /// The text without the token in it.
    pub fn redact(&self, text: &str) -> String {
        text.replace(&self.0, "[redacted]")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// An answer, whatever its status.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answered {
    /// A header's value, where it is one of visible characters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The client of octocrab, set up so that nothing happens behind our back.
pub(super) struct Transport {
    octocrab: Octocrab,
}

impl Transport {
    /// Builds the client; called inside of a runtime, since octocrab starts a task.
    pub(super) fn new(addresses: &Addresses, token: &Token) -> anyhow::Result<Self> {
        // An error means that one is installed already, by another client of this process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!("tierguard/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .timeout(WHOLE);
        // A proxy of plain http sees every header; what is on this machine needs none.
        let client = match addresses.api.is_plain() {
            true => client.no_proxy(),
            false => client,
        };
        let client = client
            .build()
            .map_err(|error| anyhow!("{}", causes(&error)))
            .context("setting up the connection to GitHub")?;
        let octocrab = Octocrab::builder()
            .base_uri(addresses.api.as_str())
            .context("setting up the connection to GitHub")?
            .personal_token(token.0.clone())
            .build_with_reqwest(client)
            .context("setting up the connection to GitHub")?;
        Ok(Self { octocrab })
    }

    /// Sends a request to an absolute address of the API's origin; the error says what was seen instead of an answer.
    pub(super) async fn send(
        &self,
        method: Method,
        url: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Answered, String> {
        let request = Request::builder()
            .method(method)
            .uri(url)
            .header("accept", "application/vnd.github+json")
            .header("x-github-api-version", API_VERSION);
        let request = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(octocrab::OctoBody::from(body)),
            None => request.body(octocrab::OctoBody::empty()),
        };
        let request = request.map_err(|error| error.to_string())?;
        let answer = self
            .octocrab
            .send(request)
            .await
            .map_err(|error| causes(&error))?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, LARGEST_ANSWER)
            .collect()
            .await
            .map_err(|error| format!("the answer does not end as it should: {}", causes(error.as_ref())))?;
        Ok(Answered {
            status: parts.status,
            headers: parts.headers,
            body: body.to_bytes().to_vec(),
        })
    }
}

/// The innermost cause of an error, which is the one that says something.
fn causes(error: &dyn StdError) -> String {
    let mut cause = error;
    // A chain of causes is short; the bound is for one that bites its tail.
    for _ in 0..16 {
        match cause.source() {
            Some(inner) => cause = inner,
            None => break,
        }
    }
    shown(&cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_shown() {
        let token = Token::new("ghs_secret\n").unwrap();
        assert_eq!(format!("{token:?}"), "[redacted]");
        assert_eq!(token.redact("Bearer ghs_secret!"), "Bearer [redacted]!");
        for text in ["", "\n", "a b", "a\nb", "é", "ghs_s\u{0}x"] {
            let error = Token::new(text).unwrap_err().to_string();
            assert!(text.trim().is_empty() || !error.contains(text), "{error}");
        }
    }
}
