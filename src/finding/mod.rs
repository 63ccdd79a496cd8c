//! What the reader is told: findings, requirements, suggestions, and the words they are made of.
//!
//! Knows places and words; knows no rule, no policy and no output format.

mod beside;
mod fingerprint;
mod prose;
mod requirement;
mod suggestion;
mod waiver;

use std::sync::Arc;

use crate::changeset::Side;
use crate::ids::RepoPath;
use crate::text::{Lines, Position, Span};

pub use beside::keep_side_by_side;
pub use fingerprint::Fingerprint;
pub(crate) use prose::prose;
pub use prose::{Piece, Prose, code};
pub use requirement::{Requirement, RequirementState, Unasked, Who};
pub use suggestion::{Replacement, Suggestion};
pub use waiver::{Waived, Waiver, WaiverPlace};

/// How loudly a finding speaks.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Not at all.
    Off,
    /// Worth knowing; asks for nothing.
    Note,
    /// Somebody should look before the merge.
    Warning,
    /// Must be mended or waived before the merge.
    Error,
}

impl Level {
    /// The word that policies and reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A span in a file on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file.
    pub file: RepoPath,
    /// The side that the span counts in.
    pub side: Side,
    /// The bytes; empty where a whole file is meant.
    pub span: Span,
    /// Where the span starts, for people.
    pub position: Position,
    /// The last line that the span touches, from 1.
    pub last_line: usize,
    /// The file's text, where it could be read.
    pub text: Option<Arc<str>>,
}

impl Location {
    /// A span of a text.
    pub fn new(file: RepoPath, side: Side, text: Arc<str>, lines: &Lines, span: Span) -> Self {
        let position = lines.position(&text, span.start);
        let last = span.end.saturating_sub(1).max(span.start);
        Self {
            file,
            side,
            span,
            position,
            last_line: lines.line_of(last),
            text: Some(text),
        }
    }

    /// A file as a whole, for what has no text: it counts as the first line.
    pub fn file(file: RepoPath, side: Side) -> Self {
        Self {
            file,
            side,
            span: Span::at(0),
            position: Position { line: 1, column: 1 },
            last_line: 1,
            text: None,
        }
    }

    /// Whether a line is meant, and not a file as a whole; a file that cannot be read still has lines.
    pub fn has_line(&self) -> bool {
        self.text.is_some() || self.position != Position { line: 1, column: 1 }
    }
}

/// Another place that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// What that place has to do with it.
    pub message: Prose,
}

/// One thing that a rule has to say about one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule's id; settled by the evaluation.
    pub rule: &'static str,
    /// How loudly it speaks; settled by the evaluation.
    pub level: Level,
    /// Whether head introduced or worsened it; the rest is shown on demand and decides nothing.
    pub introduced: bool,
    /// What happened, in one sentence.
    pub message: Prose,
    /// What that means for users, where the message does not say it.
    pub impact: Option<Prose>,
    /// The shortest way to mend it.
    pub remedy: Option<Prose>,
    /// The exact place.
    pub location: Location,
    /// Other places that belong to it.
    pub because: Vec<Related>,
    /// A text that mends it.
    pub suggestion: Option<Suggestion>,
    /// What it is about, beside rule and connector: a field path and a subject; part of the fingerprint.
    pub subject: String,
    /// The level that the rule's own options ask for, instead of the rule's.
    pub level_by_option: Option<Level>,
    /// Which row of the rule's options decided it, from 0: the policy's line of that row judged it.
    pub row: Option<usize>,
    /// The line of the policy that judged it; settled by the evaluation.
    pub judged_by: String,
    /// What stays equal over rebases, reformatting and rewording; settled by the evaluation.
    pub fingerprint: Fingerprint,
}

impl Finding {
    /// Starts a finding; without a place there is none.
    pub fn at(location: Location, subject: impl Into<String>, message: Prose) -> Self {
        Self {
            rule: "",
            level: Level::Off,
            introduced: true,
            message,
            impact: None,
            remedy: None,
            location,
            because: Vec::new(),
            suggestion: None,
            subject: subject.into(),
            level_by_option: None,
            row: None,
            judged_by: String::new(),
            fingerprint: Fingerprint::default(),
        }
    }

    /// Says what it means for users.
    #[must_use]
    pub fn impact(mut self, impact: Prose) -> Self {
        self.impact = Some(impact);
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn remedy(mut self, remedy: Prose) -> Self {
        self.remedy = Some(remedy);
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn because(mut self, location: Option<Location>, message: Prose) -> Self {
        self.because
            .extend(location.map(|location| Related { location, message }));
        self
    }

    /// Adds a text that mends it, where one could be made.
    #[must_use]
    pub fn suggest(mut self, suggestion: Option<Suggestion>) -> Self {
        self.suggestion = suggestion;
        self
    }

    /// Takes the level from the rule's options.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level_by_option = Some(level);
        self
    }
}

/// Something unreadable or undecided: with one of these nothing can pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What, in one sentence.
    pub message: Prose,
    /// Where, if it has a place.
    pub location: Option<Location>,
}
