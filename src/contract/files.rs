//! The files of one side: which of them were read, which should be, and why one cannot be read.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::bearing::{Bearing, bearing, is_shared, relative};
use super::view::token;
use super::{Place, Reason, ReasonKind, SourceFile};
use crate::changeset::{Fetched, Side};
use crate::ids::RepoPath;
use crate::text::Span;
use crate::yaml::{Document, Limits, Unreadable};

/// How many files one contract may ask for; the connector with the most streams has 180 schema files.
const MOST_WANTED: usize = 500;
/// How many files a reason names.
const NAMED: usize = 3;

/// Reads a file's bytes.
pub type Parse<'a> = dyn Fn(&RepoPath, &Arc<[u8]>) -> Result<Arc<Document>, Unreadable> + 'a;

/// What a contract is read from.
pub struct Input<'a> {
    /// The connector's folder on this side.
    pub directory: &'a RepoPath,
    /// The side.
    pub side: Side,
    /// The files that the change touches and that this side has.
    pub changed: &'a [RepoPath],
    /// The files that the change touches and that only the other side has, as paths of this side.
    pub gone: &'a [RepoPath],
    /// What was read; `None` where nobody asked.
    pub fetched: &'a dyn Fn(&RepoPath) -> Option<Fetched>,
    /// Reads a file as [`parse`] does; may remember.
    pub parse: &'a Parse<'a>,
    /// Whether the schema files of all streams are asked for, changed or not.
    pub want_all_schemas: bool,
    /// Whether the names of the streams are asked for, whatever the change touches.
    pub want_streams: bool,
}

/// Whether a file that bears the contract is read as JSON: its name says so.
pub fn is_json(path: &RepoPath) -> bool {
    path.as_bytes().ends_with(b".json")
}

/// Reads a file that bears the contract: JSON where its name says so, YAML otherwise.
pub fn parse(path: &RepoPath, bytes: &[u8]) -> Result<Document, Unreadable> {
    if is_json(path) {
        Document::parse_json(bytes, &Limits::MANIFEST)
    } else {
        Document::parse(bytes, &Limits::MANIFEST)
    }
}

/// What is known of a file.
pub(super) enum Found {
    /// This side has no such file.
    Absent,
    /// Nobody has read it.
    Unread,
    /// It cannot be read.
    Bad(Reason),
    /// It was read: its index.
    Read(usize),
}

/// The files as they are read.
pub(super) struct Files<'a> {
    input: &'a Input<'a>,
    /// Those that were read, and the texts of those that could not be.
    pub(super) read: Vec<SourceFile>,
    /// Those that are asked for.
    pub(super) wants: BTreeSet<RepoPath>,
}

impl<'a> Files<'a> {
    pub(super) fn new(input: &'a Input<'a>) -> Self {
        Self {
            input,
            read: Vec::new(),
            wants: BTreeSet::new(),
        }
    }

    pub(super) fn input(&self) -> &'a Input<'a> {
        self.input
    }

    /// The files of this side that change and bear the contract in one way.
    pub(super) fn changed(&self, wanted: Bearing) -> Vec<&'a RepoPath> {
        let bears = |path: &&RepoPath| bearing(self.input.directory, path) == Some(wanted);
        self.input.changed.iter().filter(bears).collect()
    }

    /// Whether a file that bears the contract in one way changes, on either side.
    pub(super) fn touches(&self, wanted: Bearing) -> bool {
        let bears = |path: &RepoPath| bearing(self.input.directory, path) == Some(wanted);
        self.input.changed.iter().chain(self.input.gone).any(bears)
    }

    /// Whether the change touches a file that this side has.
    pub(super) fn is_changed(&self, path: &RepoPath) -> bool {
        self.input.changed.contains(path)
    }

    /// Whether a shared part of schemas changes.
    pub(super) fn touches_shared(&self) -> bool {
        self.input
            .changed
            .iter()
            .chain(self.input.gone)
            .any(|path| bearing(self.input.directory, path) == Some(Bearing::Schema) && is_shared(path))
    }

    /// What was fetched; a file that only the other side has is absent.
    pub(super) fn fetched(&self, path: &RepoPath) -> Option<Fetched> {
        let found = (self.input.fetched)(path);
        if found.is_none() && self.input.gone.contains(path) && !self.is_changed(path) {
            return Some(Fetched::Absent);
        }
        found
    }

    /// Reads a file, once.
    pub(super) fn find(&mut self, path: &RepoPath) -> Found {
        match self.fetched(path) {
            None => Found::Unread,
            Some(Fetched::Absent) => Found::Absent,
            Some(Fetched::File(bytes)) => self.open(path, &bytes),
            Some(Fetched::NotRegular(_)) => {
                let reason = self.reason(ReasonKind::Unreadable, path);
                Found::Bad(reason.of(self.stamp(path)))
            }
            Some(Fetched::TooLarge { bytes }) => {
                let reason = self.reason(ReasonKind::TooLarge, path);
                Found::Bad(reason.of(format!("{bytes} {}", self.stamp(path))))
            }
        }
    }

    fn open(&mut self, path: &RepoPath, bytes: &Arc<[u8]>) -> Found {
        if let Some(index) = self.read.iter().position(|file| file.path == *path) {
            return Found::Read(index);
        }
        match (self.input.parse)(path, bytes) {
            Ok(document) => Found::Read(self.keep(path, document)),
            Err(error) => {
                let mut reason = self.reason(ReasonKind::Unreadable, path).of(token(bytes));
                reason.subject = format!("{}: {}", reason.subject, error.message);
                if let Ok(text) = std::str::from_utf8(bytes) {
                    let file = self.keep(path, Arc::new(Document::of_text(text, &Limits::MANIFEST)));
                    let span = error.span.unwrap_or(Span::at(0));
                    reason.place = Some(Place { file, span });
                }
                Found::Bad(reason)
            }
        }
    }

    /// Takes a file whose text alone counts, so that a place can lie in it.
    pub(super) fn text(&mut self, path: &RepoPath) -> Option<Place> {
        let Some(Fetched::File(bytes)) = self.fetched(path) else {
            return None;
        };
        let text = std::str::from_utf8(&bytes).ok()?;
        let document = Arc::new(Document::of_text(text, &Limits::MANIFEST));
        let file = self.keep(path, document);
        Some(Place {
            file,
            span: Span::at(0),
        })
    }

    fn keep(&mut self, path: &RepoPath, document: Arc<Document>) -> usize {
        let path = path.clone();
        self.read.push(SourceFile { path, document });
        self.read.len() - 1
    }

    /// Asks for a file; `false` where too many were asked for.
    pub(super) fn want(&mut self, path: &RepoPath) -> bool {
        if self.wants.len() >= MOST_WANTED {
            return self.wants.contains(path);
        }
        self.wants.insert(path.clone());
        true
    }

    /// A reason about a file.
    pub(super) fn reason(&self, kind: ReasonKind, path: &RepoPath) -> Reason {
        let inside = relative(self.input.directory, path);
        Reason::new(kind, inside.map_or_else(|| path.to_string(), str::to_owned), None)
    }

    /// What tells the sides of a file apart whose content is not known: nothing, where the change does not touch it.
    fn stamp(&self, path: &RepoPath) -> String {
        match self.is_changed(path) {
            true => self.side(),
            false => String::new(),
        }
    }

    /// What tells the sides apart.
    pub(super) fn side(&self) -> String {
        format!("{:?}", self.input.side)
    }

    /// That code builds it. Where code changes, the reason names it and equals none of the other side.
    pub(super) fn code(&self) -> Reason {
        let mut names: Vec<String> = (self.input.changed.iter().chain(self.input.gone))
            .filter(|path| bearing(self.input.directory, path) == Some(Bearing::Code))
            .map(|path| self.reason(ReasonKind::Code, path).subject)
            .collect();
        names.sort();
        names.dedup();
        if names.is_empty() {
            return Reason::new(ReasonKind::Code, "", None);
        }
        let more = names.len().saturating_sub(NAMED);
        names.truncate(NAMED);
        let mut subject = names.join(", ");
        if more > 0 {
            subject.push_str(&format!(" and {more} more"));
        }
        Reason::new(ReasonKind::Code, subject, None).of(self.side())
    }
}
