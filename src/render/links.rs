//! Addresses of lines and commits on the server where the pull request lives.
//!
//! Knows how GitHub writes addresses; reads nothing and asks nobody. Without them every output says the same in words.

use super::markdown::Markdown;
use super::words;
use crate::changeset::{Revision, Side};
use crate::finding::{Location, code, prose};
use crate::ids::{ObjectId, RepoPath};
use crate::policy::BUILT_IN;

/// The policy that comes with the program, at the release that judged.
const BUILT_IN_ADDRESS: &str = concat!(
    env!("CARGO_PKG_REPOSITORY"),
    "/blob/v",
    env!("CARGO_PKG_VERSION"),
    "/policy/default.yaml"
);

/// Where a pull request, its two sides and its policy can be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// The server, such as `https://github.com`; on one that is not `https` nothing is linked.
    pub server: String,
    /// The repository that the pull request asks to change, as `owner/name`; it shows the commits of forks as well.
    pub repository: String,
    /// The pull request's number.
    pub pull_request: u64,
    /// The merge base.
    pub base: ObjectId,
    /// The proposed commit.
    pub head: ObjectId,
    /// The override that judged; `None` where only the built-in policy did.
    pub policy: Option<PolicyFile>,
}

/// A policy's file in the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFile {
    /// The commit at which it was read.
    pub commit: ObjectId,
    /// Its path; findings cite their policy line by it.
    pub path: RepoPath,
}

impl Links {
    /// The address of the pull request itself.
    pub fn pull_request(&self) -> String {
        format!("{}/pull/{}", self.root(), self.pull_request)
    }

    /// The address of a commit.
    pub fn commit(&self, id: &ObjectId) -> String {
        format!("{}/commit/{id}", self.root())
    }

    /// The address of a place; `None` for the target branch, whose commit is not among the linked ones.
    pub fn location(&self, location: &Location) -> Option<String> {
        let commit = match location.side {
            Side::Head => &self.head,
            Side::Base => &self.base,
            Side::Target => return None,
        };
        let lines = location
            .has_line()
            .then_some((location.position.line, location.last_line));
        Some(self.blob(commit, &location.file, lines))
    }

    /// The address of the policy line that judged a finding (`file:line`), and what to call it.
    fn policy_line(&self, judged_by: &str) -> Option<(String, String)> {
        let (file, line) = judged_by.rsplit_once(':')?;
        let line: usize = line.parse().ok()?;
        if file == BUILT_IN {
            let address = format!("{BUILT_IN_ADDRESS}#L{line}");
            return Some((format!("built-in policy, line {line}"), address));
        }
        let policy = self
            .policy
            .as_ref()
            .filter(|policy| policy.path.to_string() == file)?;
        let address = self.blob(&policy.commit, &policy.path, Some((line, line)));
        Some((format!("policy, line {line}"), address))
    }

    fn blob(&self, commit: &ObjectId, path: &RepoPath, lines: Option<(usize, usize)>) -> String {
        // A rendered page has no numbered lines; its source has.
        let plain = if path.file_name().ends_with(b".md") {
            "?plain=1"
        } else {
            ""
        };
        let fragment = match lines {
            None => String::new(),
            Some((first, last)) if first < last => format!("#L{first}-L{last}"),
            Some((line, _)) => format!("#L{line}"),
        };
        let path = percent_encoded(path.as_bytes());
        format!("{}/blob/{commit}/{path}{plain}{fragment}", self.root())
    }

    fn root(&self) -> String {
        let server = self.server.trim_end_matches('/');
        format!("{server}/{}", percent_encoded(self.repository.as_bytes()))
    }
}

/// Links where there are any: what each place looks like with and without them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Linked<'a>(pub(super) Option<&'a Links>);

impl Linked<'_> {
    /// A place in words, as in [`words::place`].
    pub(super) fn place(self, location: &Location, folder: &RepoPath) -> Markdown {
        self.at(&Markdown::prose(&words::place(location, folder)), location)
    }

    /// Words that lead to a place.
    pub(super) fn at(self, label: &Markdown, location: &Location) -> Markdown {
        match self.0.and_then(|links| links.location(location)) {
            Some(address) => Markdown::link(label, &address),
            None => label.clone(),
        }
    }

    /// A revision, as people name it.
    pub(super) fn revision(self, revision: &Revision) -> Markdown {
        let label = Markdown::prose(&words::revision(revision));
        match (self.0, revision) {
            (Some(links), Revision::Commit(id)) => Markdown::link(&label, &links.commit(id)),
            _ => label,
        }
    }

    /// The policy line that judged a finding.
    pub(super) fn judged_by(self, judged_by: &str) -> Markdown {
        match self.0.and_then(|links| links.policy_line(judged_by)) {
            Some((label, address)) => Markdown::link(&Markdown::text(&label), &address),
            None => Markdown::code(judged_by),
        }
    }

    /// The policy as a whole: where it was read.
    pub(super) fn policy(self, source: &str) -> Markdown {
        let Some(links) = self.0 else {
            return Markdown::text(source);
        };
        let Some(policy) = &links.policy else {
            return match source == BUILT_IN {
                true => Markdown::link(&Markdown::text(source), BUILT_IN_ADDRESS),
                false => Markdown::text(source),
            };
        };
        let label = Markdown::prose(&prose![code(&policy.path), " at ", code(policy.commit.short())]);
        Markdown::link(&label, &links.blob(&policy.commit, &policy.path, None))
    }
}

/// Everything but unreserved characters and `/` is percent-encoded (RFC 3986, section 2).
pub(super) fn percent_encoded(path: &[u8]) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(byte) {
            encoded.push(char::from(*byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_line_is_linked_on_its_side_and_its_path_is_encoded() {
        let links = sample::links();
        let mut place = sample::location("source-shop", sample::SHOP, "certified", Side::Head);
        let folder = "https://github.example/o/r/blob";
        let shop = "airbyte-integrations/connectors/source-shop/metadata.yaml";
        assert_eq!(
            links.location(&place).unwrap(),
            format!("{folder}/{}/{shop}#L6", "5".repeat(40))
        );
        place.side = Side::Base;
        place.last_line = 8;
        place.file = path("a b/#é.md");
        assert_eq!(
            links.location(&place).unwrap(),
            format!("{folder}/{}/a%20b/%23%C3%A9.md?plain=1#L6-L8", "1".repeat(40))
        );
        place.side = Side::Target;
        assert_eq!(links.location(&place), None);
        let whole = Location::file(path("x"), Side::Head);
        assert!(links.location(&whole).unwrap().ends_with("/x"));
    }

    #[test]
    fn the_line_of_the_policy_is_linked_where_it_was_read() {
        let mut links = sample::links();
        let shown = |links: &Links, line: &str| Linked(Some(links)).judged_by(line).to_string();
        let built_in = shown(&links, "built-in:42");
        assert_eq!(
            built_in,
            format!("[built-in policy, line 42]({BUILT_IN_ADDRESS}#L42)")
        );
        assert_eq!(
            shown(&links, ".github/tierguard.yml:7"),
            "`.github/tierguard.yml:7`"
        );
        links.policy = Some(PolicyFile {
            commit: ObjectId::new(&"9".repeat(40)).unwrap(),
            path: path(".github/tierguard.yml"),
        });
        assert_eq!(
            shown(&links, ".github/tierguard.yml:7"),
            format!(
                "[policy, line 7](https://github.example/o/r/blob/{}/.github/tierguard.yml#L7)",
                "9".repeat(40)
            )
        );
        for odd in ["", "x", "x:y", "elsewhere.yml:3"] {
            assert_eq!(shown(&links, odd), Markdown::code(odd).to_string());
        }
    }

    #[test]
    fn a_server_that_is_not_encrypted_is_not_linked() {
        let links = Links {
            server: "http://127.0.0.1:8080".to_owned(),
            ..sample::links()
        };
        let shown = Linked(Some(&links)).revision(&Revision::Commit(links.head.clone()));
        assert_eq!(shown.as_str(), "`5555555`");
    }
}
