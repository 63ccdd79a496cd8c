//! What a pull request would be told: the summary, and comments on the exact lines.
//!
//! Knows which lines of the change can take a comment; knows no forge.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::finding::Stand;
use super::links::{Linked, Links};
use super::markdown::Markdown;
pub use super::since::Earlier;
use super::summary::{LONGEST_BODY, Telling};
use super::{alike, finding, promise, runner, summary, words};
use crate::changeset::{ChangeSet, Fetched, Side};
use crate::finding::{Finding, Fingerprint, Level, Location};
use crate::hunks::Hunks;
use crate::ids::RepoPath;
use crate::report::{PromiseChange, Report};

/// The most comments on lines; more would hide the change under its review.
pub const MOST_COMMENTS: usize = 25;

/// Which lines can take a comment, by side and path on that side.
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    files: Vec<(RepoPath, Hunks)>,
    places: BTreeMap<(Side, RepoPath), usize>,
}

/// A run of lines on one side of a changed file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// The path at head, or at base for a deleted file: forges name a renamed file by its new path on both sides.
    pub file: RepoPath,
    /// The side that the lines count in.
    pub side: Side,
    /// The first line, from 1.
    pub first_line: usize,
    /// The last line.
    pub last_line: usize,
}

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
    /// Findings whose comment was refused: the summary tells them in full.
    pub told_in_summary: &'a BTreeSet<Fingerprint>,
}

impl Default for ReviewContext<'_> {
    fn default() -> Self {
        static NONE: BTreeSet<Fingerprint> = BTreeSet::new();
        Self {
            links: None,
            earlier: None,
            told_in_summary: &NONE,
        }
    }
}

impl Anchors {
    /// Compares the files of a change whose text was read.
    pub fn of(set: &ChangeSet) -> Self {
        let mut anchors = Self::default();
        let text = |side, path: Option<&RepoPath>| match path {
            None => Some(""),
            Some(path) => match set.contents.get(&(side, path.clone())) {
                Some(Fetched::File(bytes)) => std::str::from_utf8(bytes).ok(),
                _ => None,
            },
        };
        for file in &set.files {
            let base = file.base().map(|entry| &entry.path);
            let head = file.head().map(|entry| &entry.path);
            if let (Some(before), Some(after)) = (text(Side::Base, base), text(Side::Head, head)) {
                anchors.insert(
                    file.path().clone(),
                    base.cloned(),
                    head.cloned(),
                    Hunks::between(before, after),
                );
            }
        }
        anchors
    }

    /// Adds a changed file: its path as the forge names it, its paths on both sides, its hunks.
    pub fn insert(&mut self, file: RepoPath, base: Option<RepoPath>, head: Option<RepoPath>, hunks: Hunks) {
        let place = self.files.len();
        self.files.push((file, hunks));
        self.places.extend(base.map(|path| ((Side::Base, path), place)));
        self.places.extend(head.map(|path| ((Side::Head, path), place)));
    }

    /// The anchor of a run of lines, where all of them lie in one hunk.
    pub fn at(&self, side: Side, path: &RepoPath, first_line: usize, last_line: usize) -> Option<Anchor> {
        let (file, hunks) = &self.files[*self.places.get(&(side, path.clone()))?];
        hunks.same_hunk(side, first_line, last_line).then(|| Anchor {
            file: file.clone(),
            side,
            first_line,
            last_line,
        })
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
            let here = self.on_line_of(&finding.location, anchors);
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

    fn on_line_of(&self, location: &Location, anchors: &Anchors) -> Option<Anchor> {
        location.text.as_ref()?;
        let line = location.position.line;
        anchors.at(location.side, &location.file, line, line)
    }

    /// Another place of the finding in its file, for what stands there because of the change and shows elsewhere.
    fn on_related_line(&self, anchors: &Anchors) -> Option<Anchor> {
        let related = self.finding.because.iter().map(|related| &related.location);
        let mut in_file = related.filter(|place| place.file == self.finding.location.file);
        in_file.find_map(|place| self.on_line_of(place, anchors))
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

impl fmt::Display for Anchor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = words::side(self.side);
        match self.first_line == self.last_line {
            true => write!(formatter, "{}, line {} ({side})", self.file, self.first_line),
            false => write!(
                formatter,
                "{}, lines {} to {} ({side})",
                self.file, self.first_line, self.last_line
            ),
        }
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

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::finding::prose;

    fn shop() -> RepoPath {
        RepoPath::new(b"airbyte-integrations/connectors/source-shop/metadata.yaml").unwrap()
    }

    fn draft(report: &Report, anchors: &Anchors) -> ReviewDraft {
        ReviewDraft::new(report, anchors, &ReviewContext::default())
    }

    /// The files of the sample, changed around one text each.
    fn anchors(changed: &str) -> Anchors {
        let mut anchors = Anchors::default();
        let hunks = Hunks::between(&sample::SHOP.replace(changed, "something else"), sample::SHOP);
        anchors.insert(shop(), Some(shop()), Some(shop()), hunks);
        anchors
    }

    #[test]
    fn a_review_reads_as_it_would_be_posted() {
        let draft = draft(&sample::broken_and_promoted(), &anchors("2026-11-25"));
        insta::assert_snapshot!(draft);
    }

    #[test]
    fn a_finding_outside_of_the_diff_is_told_in_the_summary_with_its_lines() {
        let draft = draft(&sample::broken_and_promoted(), &anchors("connectorType: source"));
        assert_eq!(draft.comments, []);
        let summary = draft.summary.unwrap();
        assert!(
            summary
                .as_str()
                .contains("```yaml\n        upgradeDeadline: 2026-11-30\n```"),
            "{summary}"
        );
        assert!(!summary.as_str().contains("```suggestion"));
    }

    #[test]
    fn a_suggestion_takes_in_the_line_of_its_finding() {
        let mut report = sample::broken_and_promoted();
        report.connectors.truncate(1);
        let entry = sample::location("source-shop", sample::SHOP, "3.0.0:", Side::Head);
        report.connectors[0].findings[0].location = entry;
        let draft = draft(&report, &anchors("2026-11-25"));
        let anchor = &draft.comments[0].anchor;
        assert_eq!((anchor.first_line, anchor.last_line), (9, 11));
        let expected = "```suggestion\n      3.0.0:\n        message: Stream `orders` loses its field \
                        `total_price_set`.\n        upgradeDeadline: 2026-11-30\n```";
        assert!(
            draft.comments[0].body.as_str().contains(expected),
            "{}",
            draft.comments[0].body
        );
    }

    #[test]
    fn a_suggestion_in_another_hunk_is_shown_and_not_offered() {
        let mut report = sample::broken_and_promoted();
        report.connectors.truncate(1);
        let tag = sample::location("source-shop", sample::SHOP, "3.0.0\n", Side::Head);
        report.connectors[0].findings[0].location = tag;
        let draft = draft(&report, &anchors("3.0.0\n"));
        let body = &draft.comments[0].body;
        assert_eq!(draft.comments[0].anchor.first_line, 3);
        assert!(
            body.as_str()
                .contains("At line 11 of `metadata.yaml` (set the deadline"),
            "{body}"
        );
        assert!(body.as_str().contains("```yaml\n") && !body.as_str().contains("```suggestion"));
    }

    #[test]
    fn a_line_of_base_is_commented_on_the_side_where_it_stands() {
        let mut report = sample::quiet();
        let base = "data:\n  supportLevel: certified\n";
        let gone = sample::location("source-shop", base, "certified", Side::Base);
        report.findings = vec![sample::finding(
            "connector-removed",
            Level::Error,
            gone,
            prose!["It is gone."],
        )];
        let mut anchors = Anchors::default();
        anchors.insert(shop(), Some(shop()), None, Hunks::between(base, ""));
        let draft = draft(&report, &anchors);
        assert_eq!(
            draft.comments[0].anchor.to_string(),
            format!("{}, line 2 (base)", shop())
        );
    }

    #[test]
    fn the_worst_are_commented_and_the_same_is_said_once() {
        let mut report = sample::broken_and_promoted();
        report.connectors.truncate(1);
        let error = report.connectors[0].findings[0].clone();
        let twin = error.clone();
        let mut findings: Vec<Finding> = (0..40_usize)
            .map(|number| Finding {
                level: Level::Warning,
                message: prose!["number ", number],
                fingerprint: Fingerprint::new("rule", "connector", &number.to_string()),
                ..error.clone()
            })
            .collect();
        findings.extend([error, twin]);
        report.connectors[0].findings = findings;
        let draft = draft(&report, &anchors("2026-11-25"));
        assert_eq!(draft.comments.len(), MOST_COMMENTS);
        assert!(draft.comments[0].body.as_str().contains("leaves users 3 days"));
        assert!(draft.comments[1].body.as_str().contains("number 0"));
        assert!(draft.summary.unwrap().as_str().contains("**number 39**"));
    }

    #[test]
    fn nothing_to_say_is_said_in_silence() {
        let draft = draft(&sample::sweep(3), &Anchors::default());
        assert_eq!((draft.summary, draft.comments), (None, Vec::new()));
    }
}
