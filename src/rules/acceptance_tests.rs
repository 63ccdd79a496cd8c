//! What a configuration of acceptance tests leaves out: each gap with its place.
//!
//! Knows the file of Airbyte's connector acceptance tests, in its present form and in the older one whose suites stand
//! under `tests`.

use crate::text::Span;
use crate::yaml::{Document, Node};

/// One gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TestGap {
    /// Where it belongs, and which it is: two that are equal are one gap.
    pub about: String,
    /// What to call it: a suite, a stream or a version.
    pub name: String,
    /// The suite that it stands in; the suite itself where it is one.
    pub suite: String,
    /// Where.
    pub span: Span,
}

/// What a configuration leaves out.
#[derive(Debug, Clone, Default)]
pub(super) struct TestGaps {
    /// `test_strictness_level`, where it is written.
    pub strictness: Option<TestGap>,
    /// Each `disable_for_version`.
    pub disabled: Vec<TestGap>,
    /// Each `bypass_reason` of a suite or of one of its checks.
    pub bypassed: Vec<TestGap>,
    /// Each stream under `empty_streams`.
    pub empty_streams: Vec<TestGap>,
    /// Those of them without a `bypass_reason` that says anything.
    pub unexplained: Vec<TestGap>,
    /// The suites that run, or say why they do not.
    pub suites: Vec<TestGap>,
}

impl TestGaps {
    /// Reads a configuration.
    pub(super) fn read(document: &Document) -> Self {
        let mut gaps = Self::default();
        let root = document.root();
        if let Some(node) = root.get("test_strictness_level") {
            gaps.strictness = node
                .text()
                .map(|level| gap("", String::new(), level.to_lowercase(), node.span));
        }
        for suites in ["acceptance_tests", "tests"] {
            let Some(node) = root.get(suites) else { continue };
            for entry in node
                .counting_entries()
                .filter(|entry| says_something(&entry.value))
            {
                let name = entry.key.text().unwrap_or_default();
                gaps.suites
                    .push(gap(name, name.to_owned(), name.to_owned(), entry.key.span));
            }
            gaps.look(node, "");
        }
        gaps
    }

    /// Walks below a node; the recursion ends with the file, which nests no deeper than its limits.
    fn look(&mut self, node: &Node, path: &str) {
        for item in node.items().unwrap_or_default() {
            match item.get("name").and_then(Node::text) {
                Some(name) => self.look(item, &format!("{path}/{name}")),
                None => self.look(item, path),
            }
        }
        for entry in node.counting_entries() {
            let key = entry.key.text().unwrap_or_default();
            let text = entry.value.text().filter(|_| !entry.value.is_null());
            match (key, text) {
                ("disable_for_version", Some(version)) => {
                    let about = format!("{path}/{version}");
                    self.disabled
                        .push(gap(path, about, version.to_owned(), entry.value.span));
                }
                ("bypass_reason", Some(_)) => {
                    let name = path.trim_start_matches('/');
                    self.bypassed
                        .push(gap(path, path.to_owned(), name.to_owned(), entry.key.span));
                }
                ("empty_streams", _) => self.streams(&entry.value, path),
                // Fields whose values change from day to day: another matter than a test that is left out.
                ("ignored_fields", _) => {}
                _ => self.look(&entry.value, &format!("{path}/{key}")),
            }
        }
    }

    fn streams(&mut self, node: &Node, path: &str) {
        for item in node.items().unwrap_or_default() {
            let stream = item.get("name").unwrap_or(item);
            let Some(name) = stream.text() else { continue };
            let found = gap(path, name.to_owned(), name.to_owned(), stream.span);
            let reason = item.get("bypass_reason").and_then(Node::as_str);
            if reason.is_none_or(|reason| reason.trim().is_empty()) {
                self.unexplained.push(found.clone());
            }
            self.empty_streams.push(found);
        }
    }
}

/// Whether a suite has a test or a reason why it has none; the older form writes the tests right below its name.
fn says_something(suite: &Node) -> bool {
    let holds_one = |node: &Node| node.items().is_some_and(|tests| !tests.is_empty());
    let reason = suite.get("bypass_reason").filter(|reason| !reason.is_null());
    holds_one(suite) || suite.get("tests").is_some_and(holds_one) || reason.is_some()
}

fn gap(path: &str, about: String, name: String, span: Span) -> TestGap {
    let suite = path.trim_start_matches('/').split('/').next();
    TestGap {
        about,
        name,
        suite: suite.unwrap_or_default().to_owned(),
        span,
    }
}

/// The gaps of head that base had not at all.
pub(super) fn unknown<'a>(base: &[TestGap], head: &'a [TestGap]) -> Vec<&'a TestGap> {
    let known = |gap: &&TestGap| base.iter().any(|known| known.about == gap.about);
    head.iter().filter(|gap| !known(gap)).collect()
}

/// The gaps of head that base had not; of equal ones those that are more.
pub(super) fn fresh<'a>(base: &[TestGap], head: &'a [TestGap]) -> Vec<&'a TestGap> {
    let mut known: Vec<&str> = base.iter().map(|gap| &*gap.about).collect();
    let mut fresh = Vec::new();
    for gap in head {
        match known.iter().position(|about| *about == gap.about) {
            Some(at) => {
                known.swap_remove(at);
            }
            None => fresh.push(gap),
        }
    }
    fresh
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Limits;

    fn read(text: &str) -> TestGaps {
        TestGaps::read(&Document::parse(text.as_bytes(), &Limits::METADATA).unwrap())
    }

    fn names(gaps: &[TestGap]) -> Vec<&str> {
        gaps.iter().map(|gap| &*gap.name).collect()
    }

    #[test]
    fn gaps_are_read_from_both_forms_of_the_file() {
        let older = read(
            "tests:\n  spec:\n    - spec_path: spec.json\n      backward_compatibility_tests_config:\n        disable_for_version: 1.2.0\n  basic_read:\n    - empty_streams: [events, users]\n",
        );
        assert_eq!(names(&older.disabled), ["1.2.0"]);
        assert_eq!(names(&older.empty_streams), ["events", "users"]);
        assert_eq!(names(&older.suites), ["spec", "basic_read"]);
        let present = read(
            "test_strictness_level: HIGH\nacceptance_tests:\n  incremental:\n    bypass_reason: none\n  full_refresh:\n    tests:\n      - ignored_fields:\n          users: [{ name: seen, bypass_reason: changes }]\n        empty_streams: [{ name: events, bypass_reason: none }]\n",
        );
        assert_eq!(present.strictness.map(|gap| gap.name).as_deref(), Some("high"));
        assert_eq!(names(&present.bypassed), ["incremental"]);
        assert_eq!(names(&present.empty_streams), ["events"]);
    }

    #[test]
    fn a_second_gap_of_the_same_kind_is_fresh() {
        let base = read("tests:\n  basic_read:\n    - empty_streams: [events]\n");
        let head =
            read("tests:\n  basic_read:\n    - empty_streams: [events]\n    - empty_streams: [events]\n");
        assert_eq!(fresh(&base.empty_streams, &head.empty_streams).len(), 1);
        assert_eq!(fresh(&head.empty_streams, &base.empty_streams).len(), 0);
        assert_eq!(unknown(&base.empty_streams, &head.empty_streams).len(), 0);
    }
}
