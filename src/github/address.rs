//! Where GitHub's API is.
//!
//! The token goes to this one origin. Plain HTTP is for a server on the same machine only, since anybody on the way
//! could read the token. Knows addresses; sends nothing.

use std::fmt;
use std::net::IpAddr;

use http::Uri;

use crate::text::escape_controls;

/// An address without a trailing slash, a user, a query or a fragment; `https`, or `http` to a literal loopback address.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(String);

/// The three addresses that a runner names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// The REST API: `GITHUB_API_URL`.
    pub api: Address,
    /// GraphQL: `GITHUB_GRAPHQL_URL`; the same origin as the REST API.
    pub graphql: Address,
    /// The pages for people: `GITHUB_SERVER_URL`; only linked to, never asked.
    pub server: Address,
}

/// Why an address is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} is `{shown}`, which is not used: {why}")]
pub struct Refused {
    name: &'static str,
    shown: String,
    why: &'static str,
}

impl Address {
    /// Reads an address; `name` is the variable that holds it.
    pub fn new(name: &'static str, text: &str) -> Result<Self, Refused> {
        let refused = |why| Refused {
            name,
            // What stands before an `@` could be a secret.
            shown: escape_controls(text.rsplit('@').next().unwrap_or_default()),
            why,
        };
        let uri: Uri = text.parse().map_err(|_| refused("it is no address"))?;
        let authority = uri.authority().ok_or_else(|| refused("it names no host"))?;
        if authority.as_str().contains('@') {
            return Err(refused("it holds a user's name"));
        }
        if uri.query().is_some() || text.contains('#') {
            return Err(refused("it holds a query or a fragment"));
        }
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if is_loopback(authority.host()) => {}
            Some("http") => return Err(refused("plain http is for a literal loopback address only")),
            _ => return Err(refused("it is not https")),
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is plain http, which is for this machine alone.
    pub(super) fn is_plain(&self) -> bool {
        self.0.starts_with("http:")
    }

    /// Scheme, host and port.
    fn origin(&self) -> &str {
        let host = self.0.find("://").map_or(0, |place| place + 3);
        let end = self.0[host..]
            .find('/')
            .map_or(self.0.len(), |place| host + place);
        &self.0[..end]
    }
}

fn is_loopback(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    literal
        .parse::<IpAddr>()
        .is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Addresses {
    /// Reads the runner's variables; what is absent is github.com's.
    pub fn new(api: Option<&str>, graphql: Option<&str>, server: Option<&str>) -> Result<Self, Refused> {
        let api = Address::new("GITHUB_API_URL", api.unwrap_or("https://api.github.com"))?;
        let graphql = match graphql {
            Some(text) => Address::new("GITHUB_GRAPHQL_URL", text)?,
            // GitHub Enterprise Server has `/api/v3` beside `/api/graphql`.
            None => match api.as_str().strip_suffix("/v3") {
                Some(before) => Address(format!("{before}/graphql")),
                None => Address(format!("{api}/graphql")),
            },
        };
        if graphql.origin() != api.origin() {
            return Err(Refused {
                name: "GITHUB_GRAPHQL_URL",
                shown: escape_controls(graphql.as_str()),
                why: "its host is not that of GITHUB_API_URL",
            });
        }
        let server = Address::new("GITHUB_SERVER_URL", server.unwrap_or("https://github.com"))?;
        Ok(Self { api, graphql, server })
    }

    /// Whether an absolute address has the origin of the API.
    pub(super) fn is_own(&self, url: &str) -> bool {
        url.strip_prefix(self.api.origin())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_loopback_are_used() {
        for text in [
            "https://api.github.com",
            "https://ghe.example/api/v3/",
            "http://127.0.0.1:8080",
            "http://[::1]:1/",
            "http://127.9.9.9",
        ] {
            assert!(Address::new("X", text).is_ok(), "{text}");
        }
        for text in [
            "http://api.github.com",
            "http://localhost:1",
            "http://10.0.0.1",
            "https://u@api.github.com",
            "https://u:p@api.github.com",
            "ftp://x",
            "api.github.com",
            "",
            "https://",
            "https://x?y",
            "https://x#y",
            "http://[fd00::1]",
        ] {
            assert!(Address::new("X", text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_refusal_shows_no_password() {
        let error = Address::new("X", "https://user:secret@host")
            .unwrap_err()
            .to_string();
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn graphql_stands_beside_the_api_and_on_its_host() {
        let ghes = Addresses::new(Some("https://ghe.example/api/v3"), None, None).unwrap();
        assert_eq!(ghes.graphql.as_str(), "https://ghe.example/api/graphql");
        let own = Addresses::new(None, None, None).unwrap();
        assert_eq!(own.graphql.as_str(), "https://api.github.com/graphql");
        let elsewhere = Addresses::new(None, Some("https://api.github.com.evil/graphql"), None);
        assert!(elsewhere.is_err());
    }

    #[test]
    fn an_origin_is_not_a_prefix_of_another_host() {
        let own = Addresses::new(None, None, None).unwrap();
        assert!(own.is_own("https://api.github.com/repositories/1"));
        for url in [
            "https://api.github.com.evil/x",
            "https://api.github.com:444/x",
            "http://api.github.com/x",
            "https://api.github.com@evil/x",
            "/x",
        ] {
            assert!(!own.is_own(url), "{url}");
        }
    }
}
