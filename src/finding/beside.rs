//! Suggestions that can be taken side by side: of two that touch the same lines a reader could not take both.
//!
//! Knows edits and lines; whether a text silences a finding is asked of whoever judges.

use super::{Finding, Level, Prose, Suggestion, prose};

/// The most judgements that are asked for the sake of one connector; the suggestions of all further findings give way.
const MOST_JUDGEMENTS: usize = 200;

/// A suggestion that stays, with the findings that it silences; the first of them shows it.
struct Kept {
    suggestion: Suggestion,
    silences: Vec<usize>,
}

/// Keeps as many suggestions as can all be taken.
///
/// Of two that want the same line changed, the louder finding shows one text that does both; where there is none, its own,
/// and among equals the one that silences both. Whoever goes without says in words what to do. `text` is the file that the
/// suggestions change, and `is_silent` tells whether one of them silences a finding.
pub fn keep_side_by_side(
    findings: &mut [Finding],
    text: &str,
    is_silent: impl Fn(&Finding, &Suggestion) -> bool,
) {
    let mut order: Vec<usize> = (0..findings.len())
        .filter(|index| findings[*index].suggestion.is_some())
        .collect();
    order.sort_by_key(|index| std::cmp::Reverse(findings[*index].level));
    let mut kept: Vec<Kept> = Vec::new();
    let mut titles: Vec<(usize, Prose)> = Vec::new();
    let mut asked = 0;
    for index in order {
        let Some(own) = findings[index].suggestion.take() else {
            continue;
        };
        // Several findings may have one way out; that one is said already.
        if kept.iter().any(|known| known.suggestion.result == own.result) {
            continue;
        }
        titles.push((index, own.title.clone()));
        let level_of = |other: usize| findings[other].level;
        place(&mut kept, index, own, text, &level_of, &mut |suggestion, all| {
            asked += all.len();
            asked <= MOST_JUDGEMENTS && all.iter().all(|one| is_silent(&findings[*one], suggestion))
        });
    }
    for (index, title) in titles {
        if kept.iter().any(|known| known.silences.first() == Some(&index)) {
            continue;
        }
        let is_done = kept.iter().any(|known| known.silences.contains(&index));
        let finding = &mut findings[index];
        finding.remedy = Some(in_words(finding.remedy.take(), title, is_done));
    }
    for Kept { suggestion, silences } in kept {
        if let Some(first) = silences.first() {
            findings[*first].suggestion = Some(suggestion);
        }
    }
}

/// Puts a suggestion beside those that stay, joins it with the one that it clashes with, or leaves it out.
fn place(
    kept: &mut Vec<Kept>,
    index: usize,
    own: Suggestion,
    text: &str,
    level_of: &dyn Fn(usize) -> Level,
    silences: &mut dyn FnMut(&Suggestion, &[usize]) -> bool,
) {
    let all: Vec<usize> = (0..kept.len()).collect();
    if beside(kept, &all, &own, text).is_some_and(|both| both == own || silences(&both, &[index])) {
        kept.push(Kept {
            suggestion: own,
            silences: vec![index],
        });
        return;
    }
    let mut clashing = Vec::new();
    for at in all {
        if beside(kept, &[at], &own, text).is_some_and(|both| silences(&both, &[index])) {
            continue;
        }
        if silences(&kept[at].suggestion, &[index]) {
            kept[at].silences.push(index);
            return;
        }
        clashing.push(at);
    }
    let [at] = clashing[..] else { return };
    let known = &kept[at];
    let others: Vec<usize> = (0..kept.len()).filter(|other| *other != at).collect();
    let all: Vec<usize> = known.silences.iter().copied().chain([index]).collect();
    let mut fits = |one: &Suggestion| {
        silences(one, &all) && beside(kept, &others, one, text).is_some_and(|both| silences(&both, &all))
    };
    let is_equal = known
        .silences
        .iter()
        .all(|other| level_of(*other) == level_of(index));
    // A note asks for nothing, so that nobody gets its change together with one that is asked for.
    let both = known.suggestion.with(&own, text);
    let both = both.filter(|_| is_equal || level_of(index) > Level::Note);
    if let Some(suggestion) = both.filter(&mut fits) {
        kept[at] = Kept {
            suggestion,
            silences: all,
        };
    } else if is_equal && fits(&own) {
        let silences = [index].into_iter().chain(known.silences.iter().copied());
        kept[at] = Kept {
            silences: silences.collect(),
            suggestion: own,
        };
    }
}

/// A suggestion together with some of those that stay; `None` where two of them touch one line.
fn beside(kept: &[Kept], others: &[usize], own: &Suggestion, text: &str) -> Option<Suggestion> {
    let mut all = own.clone();
    for other in others.iter().map(|other| &kept[*other].suggestion) {
        if other.overlaps(own) {
            return None;
        }
        all = all.with(other, text)?;
    }
    Some(all)
}

/// What to do without the text that does it.
fn in_words(remedy: Option<Prose>, title: Prose, is_done: bool) -> Prose {
    let words = remedy.unwrap_or_else(|| prose!["What to do: "].join(title).join(prose!["."]));
    match is_done {
        true => words.then(prose!["Another finding's suggestion does that as well."]),
        false => words,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::changeset::Side;
    use crate::finding::Location;
    use crate::ids::RepoPath;
    use crate::text::{Edit, Lines, Span};

    const TEXT: &str = "a: 1\nb: 2\nc: 3\n";

    fn finding(level: Level, subject: &str, span: Span, replacement: &str) -> Finding {
        let file = RepoPath::new(b"metadata.yaml").unwrap();
        let edit = Edit {
            span,
            replacement: replacement.to_owned(),
        };
        let location = Location::new(file.clone(), Side::Head, Arc::from(TEXT), &Lines::new(TEXT), span);
        let title = prose!["write it"];
        let mut finding = Finding::at(location, subject, prose!["wrong"]).suggest(Suggestion::new(
            title,
            file,
            TEXT,
            &[edit],
        ));
        finding.level = level;
        finding
    }

    /// Each finding is silent where the text holds its subject.
    fn settled(mut findings: Vec<Finding>) -> Vec<(Option<String>, Option<String>)> {
        keep_side_by_side(&mut findings, TEXT, |finding, suggestion| {
            suggestion.result.contains(&finding.subject)
        });
        let told = |finding: Finding| {
            let result = finding.suggestion.map(|suggestion| suggestion.result.to_string());
            (result, finding.remedy.map(|remedy| remedy.to_string()))
        };
        findings.into_iter().map(told).collect()
    }

    #[test]
    fn edits_of_one_line_that_fit_together_become_one_suggestion_of_the_louder() {
        let quiet = finding(Level::Note, "b:", Span::new(5, 6), "b");
        let told = settled(vec![
            finding(Level::Warning, "# why", Span::at(9), " # why"),
            finding(Level::Error, "b: 7", Span::new(8, 9), "7"),
            quiet,
        ]);
        assert_eq!(told[1].0.as_deref(), Some("a: 1\nb: 7 # why\nc: 3\n"));
        assert_eq!(
            told[0],
            (
                None,
                Some("What to do: write it. Another finding's suggestion does that as well.".to_owned())
            )
        );
    }

    #[test]
    fn of_edits_that_contradict_each_other_the_one_that_silences_both_stays_among_equals() {
        let pair = |level| {
            settled(vec![
                finding(Level::Error, "b: ", Span::new(8, 9), "8"),
                finding(level, "b: 7", Span::new(8, 9), "7"),
            ])
        };
        let told = pair(Level::Error);
        assert_eq!(told[1].0.as_deref(), Some("a: 1\nb: 7\nc: 3\n"));
        assert!(
            told[0]
                .1
                .as_deref()
                .is_some_and(|remedy| remedy.ends_with("does that as well."))
        );
        let told = pair(Level::Note);
        assert_eq!(told[0].0.as_deref(), Some("a: 1\nb: 8\nc: 3\n"));
        assert_eq!(told[1], (None, Some("What to do: write it.".to_owned())));
    }

    #[test]
    fn where_no_text_silences_both_the_louder_keeps_its_own() {
        let told = settled(vec![
            finding(Level::Note, "b: 7", Span::new(8, 9), "7"),
            finding(Level::Error, "b: 8", Span::new(8, 9), "8"),
        ]);
        assert_eq!(told[0], (None, Some("What to do: write it.".to_owned())));
        assert_eq!(told[1].0.as_deref(), Some("a: 1\nb: 8\nc: 3\n"));
    }

    #[test]
    fn edits_of_other_lines_stay_apart() {
        let told = settled(vec![
            finding(Level::Error, "a: 7", Span::new(3, 4), "7"),
            finding(Level::Error, "b: 8", Span::new(8, 9), "8"),
        ]);
        assert!(
            told.iter()
                .all(|(result, remedy)| result.is_some() && remedy.is_none())
        );
    }
}
