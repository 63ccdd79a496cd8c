//! What a manifest and the acceptance tests' configuration show of a certification.
//!
//! Read at head, whether the change touches them or not. What they do not say plainly is for a person, never met.

use super::super::acceptance_tests::{TestGap, TestGaps};
use super::certification::is_manifest_only;
use super::streams::{keyed, known_streams, tested};
use super::{BEST_PRACTICES, Check, RequirementId, Subject, beforehand, met, missing, to_confirm};
use crate::changeset::{Fetched, Side};
use crate::finding::{Location, Prose, RequirementState, Who, code, prose};
use crate::ids::RepoPath;
use crate::needs::{acceptance_tests, manifest};
use crate::text::Span;
use crate::yaml::{Document, Limits, Node};

/// The most names that a remedy lists.
pub(super) const NAMED: usize = 5;

pub(super) fn check(id: RequirementId, subject: &Subject) -> Option<Check> {
    // A connector in code may do without both files; one that is nothing but its manifest may not.
    let expected = is_manifest_only(subject.metadata);
    let wanted = |path| {
        let file = File::of(subject, path);
        (expected || !matches!(file.content, Content::Absent)).then_some(file)
    };
    let config = || wanted(acceptance_tests(&subject.head.directory));
    let manifest = || wanted(manifest(&subject.head.directory)?);
    let (asks, state): (Prose, RequirementState) = match id {
        RequirementId::EmptyStreamsExplained => {
            let asks = prose!["each stream that the tests skip has a ", code("bypass_reason")];
            (
                asks,
                config()?.judged(|| to_confirm(Vec::new()), |config| explained(subject, config)),
            )
        }
        RequirementId::CheckedStreamTested => {
            let (manifest, config) = (manifest()?, config()?);
            let names = |document: &Document| known_streams(subject, &manifest.path, document);
            let asks = prose!["the stream that the connection check reads is tested"];
            let state = manifest.required(&asks, |document| {
                config.judged(
                    || tested(subject, names(document), None),
                    |config| tested(subject, names(document), Some(config)),
                )
            });
            (asks, state)
        }
        RequirementId::StreamsKeyed => {
            let manifest = manifest()?;
            let asks = prose!["each stream has a primary key"];
            let state = manifest.required(&asks, |_| keyed(subject, &manifest.path));
            (asks, state)
        }
        RequirementId::ConcurrencySet => {
            let manifest = manifest()?;
            let asks = prose![code("concurrency_level"), " is set"];
            let state = manifest.required(&asks, |document| concurrent(&manifest, document));
            (asks, state)
        }
        RequirementId::SecretsMarked => {
            let asks = prose!["settings that hold secrets are marked as such"];
            let state = manifest()?.required(&asks, |document| super::secrets::marked(subject, document));
            (asks, state)
        }
        RequirementId::HttpsUsed => {
            let asks = prose!["the connector reaches its service by ", code("https")];
            let state =
                manifest()?.required(&asks, |document| super::connection::encrypted(subject, document));
            (asks, state)
        }
        RequirementId::OauthFirst => {
            let manifest = manifest()?;
            let document = manifest.document()?;
            let asks = prose!["OAuth comes first where users choose how to log in"];
            (asks, super::connection::oauth_first(subject, document)?)
        }
        _ => return None,
    };
    Some(Check {
        asks,
        of: Who::Author,
        source: BEST_PRACTICES,
        state,
    })
}

/// A file of the connector at head, as far as it could be read.
pub(super) struct File<'a> {
    subject: &'a Subject<'a>,
    path: RepoPath,
    content: Content,
}

enum Content {
    Absent,
    Unreadable,
    Read(Document),
}

impl<'a> File<'a> {
    pub(super) fn of(subject: &'a Subject<'a>, path: RepoPath) -> Self {
        let content = match subject.context.set.fetched(Side::Head, &path) {
            Some(Fetched::Absent) => Content::Absent,
            Some(Fetched::File(bytes)) => {
                Document::parse(bytes, &Limits::MANIFEST).map_or(Content::Unreadable, Content::Read)
            }
            Some(Fetched::NotRegular(_) | Fetched::TooLarge { .. }) | None => Content::Unreadable,
        };
        Self {
            subject,
            path,
            content,
        }
    }

    /// What could be read.
    pub(super) fn document(&self) -> Option<&Document> {
        match &self.content {
            Content::Read(document) => Some(document),
            Content::Absent | Content::Unreadable => None,
        }
    }

    /// What the file shows; one that cannot be read shows nothing.
    fn judged(
        &self,
        absent: impl FnOnce() -> RequirementState,
        judge: impl FnOnce(&Document) -> RequirementState,
    ) -> RequirementState {
        match &self.content {
            Content::Read(document) => judge(document),
            Content::Absent => absent(),
            Content::Unreadable => missing(
                prose![code(&self.path), " cannot be read, so nobody can tell"],
                beforehand(self.subject, prose!["Put a readable YAML file there"]),
            ),
        }
    }

    /// What a file shows that has to be there; several requirements look at it, and each says what it did not find.
    fn required(&self, asks: &Prose, judge: impl FnOnce(&Document) -> RequirementState) -> RequirementState {
        let absent = || {
            missing(
                prose!["nothing shows that "].join(asks.clone()),
                beforehand(self.subject, prose!["Add ", code(&self.path)]),
            )
        };
        self.judged(absent, judge)
    }

    fn at(&self, document: &Document, span: Span) -> Location {
        Location::new(
            self.path.clone(),
            Side::Head,
            document.text().clone(),
            document.lines(),
            span,
        )
    }
}

fn concurrent(manifest: &File<'_>, document: &Document) -> RequirementState {
    let entry = document.root().entry("concurrency_level");
    let refers = |node: &Node| node.as_str().is_some() || node.get("$ref").is_some();
    let says = |node: &Node| {
        node.get("default_concurrency")
            .is_some_and(|level| !level.is_null())
    };
    match entry {
        Some(entry) if says(&entry.value) => {
            met(prose!["it is"], Some(manifest.at(document, entry.key.span)))
        }
        Some(entry) if refers(&entry.value) => to_confirm(Vec::new()),
        _ => missing(
            prose!["the manifest does not say how many requests run at once"],
            beforehand(
                manifest.subject,
                prose![
                    "Set ",
                    code("concurrency_level"),
                    " with its ",
                    code("default_concurrency"),
                    " in the manifest"
                ],
            ),
        ),
    }
}

fn explained(subject: &Subject, config: &Document) -> RequirementState {
    let gaps = TestGaps::read(config);
    let bare = names_of(&gaps.unexplained);
    match (gaps.suites.is_empty(), bare.is_empty()) {
        // Without a suite the file does not say what is tested.
        (true, _) => to_confirm(Vec::new()),
        (false, true) => met(prose!["each has"], None),
        (false, false) => missing(
            prose!["the tests skip streams and do not say why"],
            beforehand(
                subject,
                prose![
                    "Say in ",
                    code("acceptance-test-config.yml"),
                    " why the tests skip "
                ]
                .join(Prose::listed(&bare, ", ", NAMED)),
            ),
        ),
    }
}

pub(super) fn names_of(gaps: &[TestGap]) -> Vec<&str> {
    let mut names: Vec<&str> = gaps.iter().map(|gap| &*gap.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}
