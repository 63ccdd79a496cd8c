//! Where a connector stands, in one line: its level, its stage and its version, each with its move.

use super::words::is_standing;
use crate::change::{Bump, ChangeKind};
use crate::finding::{Piece, Prose, code};
use crate::promises::{ReleaseStage, SupportLevel};
use crate::report::{ConnectorReport, Standing};

/// Where a connector stands: level, stage and version, each with its move where it moved.
pub(super) fn standing(connector: &ConnectorReport) -> Prose {
    let base = connector.base.as_ref();
    let unreadable = is_unreadable(connector);
    let head = connector.head.as_ref().filter(|_| !unreadable);
    let mut parts = vec![
        moved(base, head, |side| side.support_level.as_deref(), support_level),
        moved(base, head, |side| side.release_stage.as_deref(), release_stage),
        moved(base, head, |side| side.version.as_deref(), version),
    ];
    if let (Some(part), Some(bump)) = (&mut parts[2], connector.bump()) {
        part.push(Piece::trusted(format!(
            " ({})",
            bump_words(bump, is_prerelease(connector))
        )));
    }
    match (base, head) {
        (None, Some(_)) => parts.insert(0, Some(vec!["new".into()])),
        (Some(_), None) if unreadable => parts.push(Some(vec!["not readable any more".into()])),
        (Some(_), None) => parts.insert(0, Some(vec!["removed".into()])),
        _ => {}
    }
    let mut pieces = Vec::new();
    for part in parts.into_iter().flatten() {
        if !pieces.is_empty() {
            pieces.push(Piece::from(" · "));
        }
        pieces.extend(part);
    }
    Prose::new(pieces)
}

/// Whether head says nothing, although nothing was taken away: then its file could not be read.
fn is_unreadable(connector: &ConnectorReport) -> bool {
    let nothing = Standing::default();
    let said = connector.base.as_ref().is_some_and(|base| *base != nothing);
    said && connector.head.as_ref() == Some(&nothing)
        && !connector
            .changes
            .iter()
            .any(|reported| is_standing(&reported.change))
}

fn moved<'a>(
    base: Option<&'a Standing>,
    head: Option<&'a Standing>,
    part: impl Fn(&'a Standing) -> Option<&'a str>,
    words: impl Fn(Option<&str>) -> Piece,
) -> Option<Vec<Piece>> {
    match (base.map(&part), head.map(&part)) {
        (None | Some(None), None | Some(None)) => None,
        (Some(before), Some(after)) if before != after => {
            Some(vec![words(before), " → ".into(), words(after)])
        }
        (_, Some(only)) | (Some(only), None) => Some(vec![words(only)]),
    }
}

/// The name of a support level as users know it today; an unknown word as code.
pub(super) fn support_level(word: Option<&str>) -> Piece {
    known(word, "no level", |word| {
        SupportLevel::from_word(word).map(SupportLevel::name)
    })
}

/// The name of a release stage; an unknown word as code.
pub(super) fn release_stage(word: Option<&str>) -> Piece {
    known(word, "no stage", |word| {
        ReleaseStage::from_word(word).map(ReleaseStage::name)
    })
}

/// A version as words where it is one, else as code.
pub(super) fn version(word: Option<&str>) -> Piece {
    match word {
        None => "no version".into(),
        Some(word) if word.len() <= 40 && semver::Version::parse(word).is_ok() => Piece::trusted(word),
        Some(word) => code(word),
    }
}

fn known(word: Option<&str>, absent: &'static str, name: impl Fn(&str) -> Option<&'static str>) -> Piece {
    match word {
        None => absent.into(),
        Some(word) => name(word).map_or_else(|| code(word), Piece::from),
    }
}

fn is_prerelease(connector: &ConnectorReport) -> bool {
    let kinds = connector.changes.iter().map(|reported| &reported.change.kind);
    kinds
        .into_iter()
        .any(|kind| matches!(kind, ChangeKind::Version { prerelease: true, .. }))
}

pub(super) fn bump_words(bump: Bump, prerelease: bool) -> String {
    let word = match bump {
        Bump::Unknown => "not comparable",
        bump => bump.word(),
    };
    format!("{word}{}", if prerelease { ", prerelease" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_connector_shows_where_it_stands_and_what_moved() {
        let report = sample::broken_and_promoted();
        let lines: Vec<String> = report
            .connectors
            .iter()
            .map(|connector| standing(connector).to_string())
            .collect();
        assert_eq!(
            lines,
            [
                "Certified (Airbyte Connector) · Generally available · 2.6.7 → 3.0.0 (major)",
                "Community (Marketplace) → Certified (Airbyte Connector) · Beta · 0.4.1 → 0.4.2 (patch)",
            ]
        );
    }

    #[test]
    fn a_file_that_cannot_be_read_took_nothing_away() {
        let mut connector = sample::patched("source-a");
        connector.head = Some(Standing::default());
        connector.changes.clear();
        assert_eq!(
            standing(&connector).to_string(),
            "Community (Marketplace) · Alpha · 1.4.2 · not readable any more"
        );
    }

    #[test]
    fn words_that_are_no_level_stay_values() {
        assert_eq!(support_level(Some("gold\n")), code("gold\n"));
        assert_eq!(version(Some("1.10")), code("1.10"));
    }
}
