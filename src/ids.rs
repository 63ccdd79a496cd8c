//! Names of things outside: paths in a repository and object ids.
//!
//! Knows what a well-formed name is; knows no file system and no server.

use std::fmt;
use std::sync::Arc;

use crate::text::escape_controls;

/// The most bytes that a path may have; Linux allows no longer one (`PATH_MAX`).
const LONGEST_PATH: usize = 4096;

/// A path inside a repository: bytes, segments joined by `/`, no empty, `.`, `..` or `.git` segment.
///
/// The empty path is the root of the repository and is shown as `.`. Bytes that are not UTF-8 are kept and shown
/// escaped, so that two paths never look alike by a lossy conversion.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Arc<[u8]>);

/// A path that could leave the repository or that git itself would refuse to check out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{shown}` is not a path inside a repository: {why}")]
pub struct UnsafePath {
    shown: String,
    why: &'static str,
}

impl RepoPath {
    /// The root of the repository.
    pub fn root() -> Self {
        Self(Arc::from(&b""[..]))
    }

    /// Reads a path as git prints it with `-z`; `.` and the empty path are the root.
    pub fn new(bytes: &[u8]) -> Result<Self, UnsafePath> {
        if bytes.is_empty() || bytes == b"." {
            return Ok(Self::root());
        }
        let refused = |why| UnsafePath {
            shown: escape_controls(&String::from_utf8_lossy(bytes)),
            why,
        };
        if bytes.len() > LONGEST_PATH {
            return Err(refused("it is longer than 4096 bytes"));
        }
        for segment in bytes.split(|byte| *byte == b'/') {
            match segment {
                b"" => return Err(refused("it has an empty segment")),
                b"." | b".." => return Err(refused("it has a `.` or `..` segment")),
                _ if segment.eq_ignore_ascii_case(b".git") || segment.eq_ignore_ascii_case(b"git~1") => {
                    return Err(refused("it reaches into `.git`"));
                }
                _ if segment.contains(&0) => return Err(refused("it holds a NUL byte")),
                _ => {}
            }
        }
        Ok(Self(Arc::from(bytes)))
    }

    /// The bytes as git has them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether this is the root of the repository.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The last segment; empty for the root.
    pub fn file_name(&self) -> &[u8] {
        self.0.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
    }

    /// The path without its last segment; `None` for the root.
    pub fn parent(&self) -> Option<RepoPath> {
        if self.is_root() {
            return None;
        }
        let end = self.0.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        Some(Self(Arc::from(&self.0[..end])))
    }

    /// The path of a well-formed name below this one.
    pub fn join(&self, name: &[u8]) -> Result<RepoPath, UnsafePath> {
        if self.is_root() {
            return Self::new(name);
        }
        Self::new(&[&self.0, &b"/"[..], name].concat())
    }

    /// Whether this is the directory itself or lies below it.
    pub fn is_within(&self, directory: &RepoPath) -> bool {
        directory.is_root()
            || self == directory
            || (self.0.starts_with(&directory.0) && self.0.get(directory.0.len()) == Some(&b'/'))
    }

    /// The last segment as text, hidden characters and invalid bytes spelled out; `.` for the root.
    pub fn shown_name(&self) -> String {
        if self.is_root() {
            ".".to_owned()
        } else {
            shown(self.file_name())
        }
    }
}

fn shown(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(&escape_controls(chunk.valid()));
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

impl fmt::Display for RepoPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            formatter.write_str(".")
        } else {
            formatter.write_str(&shown(&self.0))
        }
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{self}`")
    }
}

/// An object id as git prints it in full: 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct ObjectId(Arc<str>);

impl ObjectId {
    /// Reads an id; anything but the full lower-case form is refused.
    pub fn new(text: &str) -> Option<Self> {
        let well_formed = matches!(text.len(), 40 | 64)
            && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        well_formed.then(|| Self(Arc::from(text)))
    }

    /// All digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first seven digits, as people write them.
    pub fn short(&self) -> &str {
        &self.0[..7]
    }

    /// Whether this is the id that git writes where there is no object.
    pub fn is_null(&self) -> bool {
        self.0.bytes().all(|byte| byte == b'0')
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_the_repository_is_refused() {
        for bytes in [
            &b"../x"[..],
            b"a/../b",
            b"/etc/passwd",
            b"a//b",
            b"a/./b",
            b".git/config",
            b"a/.GIT/x",
            b"a/git~1",
        ] {
            assert!(
                RepoPath::new(bytes).is_err(),
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn a_path_is_bytes_and_is_shown_escaped() {
        let path = RepoPath::new(b"c/source-\xff\n/metadata.yaml").unwrap();
        assert_eq!(path.to_string(), "c/source-\\xff\\n/metadata.yaml");
        assert_eq!(path.file_name(), b"metadata.yaml");
        assert_eq!(path.parent().unwrap().file_name(), b"source-\xff\n");
    }

    #[test]
    fn a_directory_holds_what_lies_below_it_and_not_its_namesakes() {
        let directory = RepoPath::new(b"c/source-a").unwrap();
        assert!(RepoPath::new(b"c/source-a/x").unwrap().is_within(&directory));
        assert!(!RepoPath::new(b"c/source-ab/x").unwrap().is_within(&directory));
        assert!(directory.is_within(&RepoPath::root()));
    }

    #[test]
    fn only_full_lower_case_ids_are_object_ids() {
        assert!(ObjectId::new("0123456789abcdef0123456789abcdef01234567").is_some());
        for text in [
            "",
            "0123456",
            "0123456789ABCDEF0123456789abcdef01234567",
            "../../x",
        ] {
            assert!(ObjectId::new(text).is_none(), "{text}");
        }
    }
}
