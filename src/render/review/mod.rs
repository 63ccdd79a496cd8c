//! What a pull request would be told: the summary, and comments on the exact lines.
//!
//! Knows which lines of the change can take a comment; knows no forge.

mod anchor;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::finding::Stand;
use super::links::{Linked, Links};
use super::markdown::Markdown;
use super::summary::{LONGEST_BODY, Telling};
use super::{alike, finding, promise, runner, summary, words};
use crate::changeset::Side;
use crate::comparison::Proposed;
use crate::finding::{Finding, Fingerprint, Level};
use crate::ids::RepoPath;
use crate::report::{PromiseChange, Report};

pub use super::since::Earlier;
pub use anchor::{Anchor, Anchors};

/// The most comments on lines; more would hide the change under its review.
pub const MOST_COMMENTS: usize = 25;

/// A comment on lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineComment {
    /// Where.
    pub anchor: Anchor,
    /// What it says.
    pub body: Markdown,
    /// The finding that it tells.
    pub fingerprint: Fingerprint,
}

/// What a pull request should show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReviewDraft {
    /// The summary; `None` where nothing is to be said.
    pub summary: Option<Markdown>,
    /// What an earlier summary turns to where nothing is to be said.
    pub all_clear: Markdown,
    /// Comments on lines, the worst first, each of another finding.
    pub comments: Vec<InlineComment>,
    /// What an older comment has to say while its finding (a warning or an error) has no new one.
    pub without_anchor: BTreeMap<Fingerprint, Markdown>,
    /// Every introduced finding once, the worst first.
    pub fingerprints: Vec<Fingerprint>,
}

/// What a review is told beside the report and the lines of the change.
#[derive(Debug, Clone, Copy)]
pub struct ReviewContext<'a> {
    /// Where places can be looked at; without them the words say it alone.
    pub links: Option<&'a Links>,
    /// What the last run on another head found.
    pub earlier: Option<&'a Earlier>,
    /// What the policy that the change proposes would have said so far.
    pub proposed: Option<&'a Proposed>,
    /// Findings whose comment was refused: the summary tells them in full.
    pub told_in_summary: &'a BTreeSet<Fingerprint>,
}

impl Default for ReviewContext<'_> {
    fn default() -> Self {
        static NONE: BTreeSet<Fingerprint> = BTreeSet::new();
        Self {
            links: None,
            earlier: None,
            proposed: None,
            told_in_summary: &NONE,
        }
    }
}

impl ReviewDraft {
    /// Puts warnings and errors on their lines, at most [`MOST_COMMENTS`], and all else into the summary.
    pub fn new(report: &Report, anchors: &Anchors, context: &ReviewContext) -> Self {
        let linked = Linked(context.links);
        let worst_first = words::worst_first(report);
        let mut draft = Self {
            all_clear: summary::all_clear(report, linked),
            ..Self::default()
        };
        let mut inline: Vec<&Finding> = Vec::new();
        let mut without_room = 0;
        for found in by_turns(&worst_first) {
            let told = Told::new(report, found, linked);
            match told.comment(anchors, context.told_in_summary) {
                Some(comment) if draft.says(&comment) => inline.push(found),
                Some(comment) if !draft.tells(&comment) && draft.comments.len() < MOST_COMMENTS => {
                    draft.comments.push(comment);
                    inline.push(found);
                }
                comment => {
                    // Of one finding at two places the summary tells the second.
                    without_room += usize::from(comment.is_some_and(|comment| !draft.tells(&comment)));
                    draft
                        .without_anchor
                        .entry(found.fingerprint.clone())
                        .or_insert_with(|| told.elsewhere());
                }
            }
        }
        draft.without_anchor.retain(|fingerprint, body| {
            body.len() <= LONGEST_BODY
                && !draft
                    .comments
                    .iter()
                    .any(|known| known.fingerprint == *fingerprint)
        });
        let mut known = BTreeSet::new();
        draft.fingerprints = worst_first
            .iter()
            .map(|found| &found.fingerprint)
            .filter(|fingerprint| known.insert(*fingerprint))
            .cloned()
            .collect();
        let telling = Telling {
            inline: &inline,
            without_room,
            linked,
            earlier: context.earlier,
            proposed: context.proposed,
        };
        draft.summary = summary::of_review(report, &telling);
        draft
    }

    /// Whether a comment on the same lines says the same already.
    fn says(&self, comment: &InlineComment) -> bool {
        let mut comments = self.comments.iter();
        comments.any(|known| known.anchor == comment.anchor && known.body == comment.body)
    }

    /// Whether a comment tells the same finding already.
    fn tells(&self, comment: &InlineComment) -> bool {
        let mut comments = self.comments.iter();
        comments.any(|known| known.fingerprint == comment.fingerprint)
    }
}

/// Warnings and errors, the worst first; within a level, one of each kind before the second of any.
fn by_turns<'a>(worst_first: &[&'a Finding]) -> Vec<&'a Finding> {
    let mut seen: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut numbered: Vec<(Level, usize, &Finding)> = Vec::new();
    for found in worst_first.iter().filter(|found| found.level >= Level::Warning) {
        let kind = (found.rule, alike::words_of(&found.message));
        let turn = seen.entry(kind).or_default();
        numbered.push((found.level, *turn, found));
        *turn += 1;
    }
    numbered.sort_by_key(|(level, turn, _)| (std::cmp::Reverse(*level), *turn));
    numbered.into_iter().map(|(_, _, found)| found).collect()
}

/// A finding with all that its comment depends on.
struct Told<'a> {
    finding: &'a Finding,
    folder: RepoPath,
    promises: Option<&'a PromiseChange>,
    linked: Linked<'a>,
}

impl<'a> Told<'a> {
    fn new(report: &'a Report, finding: &'a Finding, linked: Linked<'a>) -> Self {
        Self {
            finding,
            // The comment stands in its file: that one needs no name in it, every other is named in full.
            folder: finding.location.file.parent().unwrap_or_else(RepoPath::root),
            promises: promise::of(report, finding),
            linked,
        }
    }

    fn comment(&self, anchors: &Anchors, refused: &BTreeSet<Fingerprint>) -> Option<InlineComment> {
        let finding = self.finding;
        if refused.contains(&finding.fingerprint) {
            return None;
        }
        let (anchor, offer) = self.on_suggestion(anchors).or_else(|| {
            let here = anchors.on_line_of(&finding.location);
            Some((here.or_else(|| self.on_related_line(anchors))?, None))
        })?;
        let own = finding.location.position.line;
        let on_own_line =
            anchor.side == finding.location.side && (anchor.first_line..=anchor.last_line).contains(&own);
        let body = self.body(Stand {
            offer,
            elsewhere: !on_own_line,
        });
        (body.len() <= LONGEST_BODY).then(|| InlineComment {
            anchor,
            body,
            fingerprint: finding.fingerprint.clone(),
        })
    }

    /// The lines of the suggestion, where they can be offered for one click.
    fn on_suggestion(&self, anchors: &Anchors) -> Option<(Anchor, Option<Markdown>)> {
        let suggestion = self.finding.suggestion.as_ref()?;
        let lines = finding::widened(suggestion, &self.finding.location)?;
        let anchor = anchors.at(Side::Head, &suggestion.file, lines.first, lines.last)?;
        let offer = finding::one_click(&lines.replacement)?;
        Some((anchor, Some(offer)))
    }

    /// Another place of the finding in its file, for what stands there because of the change and shows elsewhere.
    fn on_related_line(&self, anchors: &Anchors) -> Option<Anchor> {
        let related = self.finding.because.iter().map(|related| &related.location);
        let mut in_file = related.filter(|place| place.file == self.finding.location.file);
        in_file.find_map(|place| anchors.on_line_of(place))
    }

    fn elsewhere(&self) -> Markdown {
        self.body(Stand {
            offer: None,
            elsewhere: true,
        })
    }

    fn body(&self, stand: Stand) -> Markdown {
        finding::comment(self.finding, &self.folder, stand, self.promises, self.linked)
    }
}

impl fmt::Display for ReviewDraft {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.summary {
            Some(summary) => writeln!(formatter, "{summary}")?,
            None => writeln!(formatter, "tierguard has nothing to say on this change.")?,
        }
        for comment in &self.comments {
            let anchor = comment.anchor.to_string();
            writeln!(
                formatter,
                "\n── {} ──\n\n{}",
                runner::inert(&anchor),
                comment.body
            )?;
        }
        Ok(())
    }
}
