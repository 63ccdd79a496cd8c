//! Why a part of a contract cannot be told from data.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::Place;

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReasonKind {
    /// Code builds it.
    Code,
    /// Code that migrates existing configurations changes, and may cover it.
    Migration,
    /// It is made while the connector runs: dynamic streams, dynamic schemas.
    Dynamic,
    /// A reference leads back to itself.
    Cycle,
    /// A reference leads to nothing.
    Nowhere,
    /// A reference leads out of the connector; nothing is fetched.
    Remote,
    /// The file cannot be read.
    Unreadable,
    /// The file was not read.
    NotRead,
    /// The value has not the shape that its place asks for.
    Misshapen,
    /// Two streams have one name.
    Twice,
    /// A template decides it while the connector runs.
    Template,
    /// It is too deep or, with its references written out, too large.
    TooLarge,
    /// A keyword whose effect is not known here differs.
    Keyword,
    /// A stream without a cursor got one: whether the first sync with it is complete is for a person to judge.
    NewCursor,
    /// Both sides may accept the same, but no one to one pairing of their options shows it.
    Options,
}

impl ReasonKind {
    /// The words for it; they end where the subject follows.
    pub fn words(self) -> &'static str {
        match self {
            Self::Code => "code builds it",
            Self::Migration => "code may migrate existing configurations",
            Self::Dynamic => "it is made while the connector runs",
            Self::Cycle => "a reference leads back to itself",
            Self::Nowhere => "a reference leads to nothing",
            Self::Remote => "a reference leads out of the connector",
            Self::Unreadable => "the file cannot be read",
            Self::NotRead => "the file was not read",
            Self::Misshapen => "the value has an unexpected shape",
            Self::Twice => "two streams have one name",
            Self::Template => "a template decides it while the connector runs",
            Self::TooLarge => "it is too deep or too large",
            Self::Keyword => "the effect of a keyword is not known",
            Self::NewCursor => "a stream got its first cursor",
            Self::Options => "the options cannot be paired",
        }
    }
}

/// Why something cannot be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What stands in the way.
    pub kind: ReasonKind,
    /// What it is about: a reference, a path, a keyword; may hold foreign text. Empty where the kind says it all.
    pub subject: String,
    /// Where, if it has a place.
    pub place: Option<Place>,
    /// The data that stand behind it, in a form that is equal exactly where they are: with equal data on both sides
    /// nothing changed, whatever cannot be told of them.
    pub data: String,
    /// The streams that it is about, as a comparison says; none where it is about the whole.
    pub streams: BTreeSet<Arc<str>>,
    /// Whether a comparison found it at base alone, where its place then lies.
    pub only_before: bool,
}

impl Reason {
    /// Names what stands in the way.
    pub fn new(kind: ReasonKind, subject: impl Into<String>, place: Option<Place>) -> Self {
        Self {
            kind,
            subject: subject.into(),
            place,
            data: String::new(),
            streams: BTreeSet::new(),
            only_before: false,
        }
    }
}

impl Reason {
    /// Names the data that stand behind it.
    #[must_use]
    pub fn of(mut self, data: impl Into<String>) -> Self {
        self.data = data.into();
        self
    }

    /// Whether the same stands in the way for the same data.
    pub fn same(&self, other: &Reason) -> bool {
        self.kind == other.kind && self.subject == other.subject && self.data == other.data
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind.words())?;
        if self.subject.is_empty() {
            return Ok(());
        }
        write!(formatter, ": {}", self.subject)
    }
}
