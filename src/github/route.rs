//! The path of a request: fixed words and encoded values.
//!
//! Knows how a path is written; knows no endpoint.

use std::fmt::{self, Write};

use super::RepositoryName;

/// A path below the API's address, with its query; each foreign part is percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    path: String,
    has_query: bool,
}

impl Route {
    /// Starts at the root.
    pub fn root() -> Self {
        Self {
            path: String::new(),
            has_query: false,
        }
    }

    /// Starts at a repository.
    pub fn of(repository: &RepositoryName) -> Self {
        Self::root()
            .word("repos")
            .part(&repository.owner)
            .part(&repository.name)
    }

    /// Adds words of the program's own, such as `pulls` or `issues/comments`.
    #[must_use]
    pub fn word(mut self, word: &'static str) -> Self {
        self.path.push('/');
        self.path.push_str(word);
        self
    }

    /// Adds one segment; a slash in it is encoded.
    #[must_use]
    pub fn part(mut self, part: impl fmt::Display) -> Self {
        self.path.push('/');
        encode(&mut self.path, &part.to_string());
        self
    }

    /// Adds a parameter to the query.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl fmt::Display) -> Self {
        self.path.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        self.path.push_str(key);
        self.path.push('=');
        encode(&mut self.path, &value.to_string());
        self
    }

    /// The path and the query.
    pub fn as_str(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Route {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.path)
    }
}

/// Everything but the unreserved characters is encoded, and so are segments of dots.
fn encode(path: &mut String, part: &str) {
    let dots = !part.is_empty() && part.bytes().all(|byte| byte == b'.');
    for byte in part.bytes() {
        match byte {
            b'.' if dots => path.push_str("%2E"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                path.push(char::from(byte));
            }
            _ => {
                let _ = write!(path, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_part_stays_one_segment() {
        let repository = "o/r".parse().unwrap();
        let route = Route::of(&repository)
            .word("labels")
            .part("a/../b?c#d %")
            .part("..")
            .with("page", 2)
            .with("q", "x&y");
        assert_eq!(
            route.as_str(),
            "/repos/o/r/labels/a%2F..%2Fb%3Fc%23d%20%25/%2E%2E?page=2&q=x%26y"
        );
    }
}
