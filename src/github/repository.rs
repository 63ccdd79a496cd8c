//! The name of a repository on GitHub.

use std::fmt;
use std::str::FromStr;

use crate::text::escape_controls;

/// `owner/name`; only the characters that GitHub allows, so that it can stand in a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepositoryName {
    /// A person or an organisation.
    pub owner: String,
    /// The repository.
    pub name: String,
}

/// A text that is no repository's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no repository of the form OWNER/NAME")]
pub struct NotARepository(String);

impl FromStr for RepositoryName {
    type Err = NotARepository;

    fn from_str(text: &str) -> Result<Self, NotARepository> {
        let well_formed = |part: &str| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            !part.is_empty() && part.len() <= 100 && !matches!(part, "." | "..") && part.bytes().all(plain)
        };
        match text.split_once('/') {
            Some((owner, name)) if well_formed(owner) && well_formed(name) => Ok(Self {
                owner: owner.to_owned(),
                name: name.to_owned(),
            }),
            _ => Err(NotARepository(escape_controls(text))),
        }
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.owner, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_reach_another_path() {
        assert_eq!(
            "airbytehq/airbyte".parse::<RepositoryName>().unwrap().to_string(),
            "airbytehq/airbyte"
        );
        for text in [
            "", "a", "a/", "/b", "a/b/c", "../b", "a/..", "a/b?c", "a/b#c", "a/%2e", "a b/c",
        ] {
            assert!(text.parse::<RepositoryName>().is_err(), "{text}");
        }
    }
}
