//! The built-in file is well formed: it parses strictly, every citation resolves, every text fits its place.

mod facts;

use super::*;

const LONGEST_SHORT: usize = 60;

fn all() -> Vec<(&'static str, &'static Promise)> {
    let promises = Promises::built_in();
    let levels = SupportLevel::ALL.map(|level| (level.name(), promises.support_level(level)));
    let stages = ReleaseStage::ALL.map(|stage| (stage.name(), promises.release_stage(stage)));
    levels.into_iter().chain(stages).collect()
}

/// Every text of a promise with the id of the page that it cites.
fn citations(promise: &Promise) -> Vec<(&str, &str)> {
    let mut all = Vec::new();
    let mut earlier = Vec::new();
    for (_, cell) in promise.rows.iter() {
        all.push((cell.short.as_str(), cell.source.as_str()));
        all.push((&cell.text, &cell.source));
        earlier.extend(&cell.earlier);
    }
    for footnote in promise.footnotes.values() {
        all.push((&footnote.text, &footnote.source));
        earlier.extend(&footnote.earlier);
    }
    for note in &promise.notes {
        all.push((&note.text, &note.source));
        earlier.extend(&note.earlier);
    }
    earlier.extend(&promise.metadata.note);
    all.extend(
        earlier
            .into_iter()
            .map(|said| (said.text.as_str(), said.source.as_str())),
    );
    all.extend(
        promise
            .names
            .iter()
            .map(|name| (name.name.as_str(), name.source.as_str())),
    );
    all
}

fn built_in_with(old: &str, new: &str) -> String {
    let text = include_str!("../../../policy/levels.yaml");
    assert!(text.contains(old), "{old:?} is not in the file");
    text.replacen(old, new, 1)
}

#[test]
fn the_built_in_file_parses() {
    Promises::parse(include_str!("../../../policy/levels.yaml")).unwrap();
}

#[test]
fn a_missing_row_is_refused() {
    let text = built_in_with(
        "      maintainers:\n        short: users\n",
        "      ignored:\n        short: users\n",
    );
    let error = Promises::parse(&text).unwrap_err().to_string();
    assert!(error.contains("unknown field `ignored`"), "{error}");

    let text = built_in_with("      support-powered-by-airbyte: *certified-support\n", "");
    let error = Promises::parse(&text).unwrap_err().to_string();
    assert!(
        error.contains("missing field `support-powered-by-airbyte`"),
        "{error}"
    );
}

#[test]
fn names_and_words_agree_with_the_file() {
    let promises = Promises::built_in();
    for level in SupportLevel::ALL {
        let promise = promises.support_level(level);
        assert_eq!(promise.name, level.name());
        assert_eq!(promise.metadata.value, level.word());
        assert_eq!(promise.metadata.field, "supportLevel");
        assert_eq!(promise.metadata.accepted, level != SupportLevel::Custom);
    }
    for stage in ReleaseStage::ALL {
        let promise = promises.release_stage(stage);
        assert_eq!(promise.name, stage.name());
        assert_eq!(promise.metadata.value, stage.word());
        assert_eq!(promise.metadata.field, "releaseStage");
        assert_eq!(promise.metadata.accepted, stage != ReleaseStage::Deprecated);
    }
    for (name, promise) in all() {
        assert_eq!(
            promise.metadata.note.is_none(),
            promise.metadata.accepted && name != "Custom",
            "{name}"
        );
    }
}

#[test]
fn every_text_is_written_and_every_citation_resolves() {
    let promises = Promises::built_in();
    for (name, promise) in all() {
        assert!(
            promise.sentence.ends_with('.') && !promise.sentence.contains('\n'),
            "{name}"
        );
        assert!(!promise.names.is_empty(), "{name}");
        for (text, source) in citations(promise) {
            assert!(!text.trim().is_empty(), "{name}");
            assert!(
                promises.source(source).is_some(),
                "{name}: {source:?} is not a source"
            );
        }
    }
    for about in [promises.about_support_levels(), promises.about_release_stages()] {
        assert!(!about.text.is_empty());
        assert!(promises.source(&about.source).is_some());
    }
    assert!(promises.source("elsewhere").is_none());
}

#[test]
fn every_source_is_a_public_page_with_an_ordered_period_and_is_cited() {
    let promises = Promises::built_in();
    let abouts = [promises.about_support_levels(), promises.about_release_stages()];
    for (id, source) in &promises.sources {
        assert!(source.url.starts_with("https://"), "{id}");
        assert!(
            source
                .record
                .as_ref()
                .is_none_or(|record| record.starts_with("https://")),
            "{id}"
        );
        assert!(source.until.is_none() || source.from < source.until, "{id}");
        let cited = all()
            .iter()
            .any(|(_, promise)| citations(promise).iter().any(|(_, cited)| cited == id));
        assert!(
            cited || abouts.iter().any(|about| about.source == *id),
            "{id} is cited nowhere"
        );
    }
}

#[test]
fn an_earlier_wording_comes_from_a_page_that_has_ended() {
    for (name, promise) in all() {
        let cells = promise.rows.iter().flat_map(|(_, cell)| &cell.earlier);
        let notes = promise.notes.iter().flat_map(|note| &note.earlier);
        let footnotes = promise.footnotes.values().flat_map(|footnote| &footnote.earlier);
        for said in cells.chain(notes).chain(footnotes) {
            let source = Promises::built_in().source(&said.source).unwrap();
            assert!(source.until.is_some(), "{name}: {}", said.text);
        }
    }
}

#[test]
fn short_texts_fit_a_table_and_long_ones_are_sentences() {
    for (name, promise) in all() {
        for (topic, cell) in promise.rows.iter() {
            assert!(cell.short.chars().count() <= LONGEST_SHORT, "{name}, {topic}");
            assert!(
                !cell.short.ends_with('.') && !cell.short.contains(['\n', '|']),
                "{name}, {topic}"
            );
            assert!(
                cell.text.ends_with('.') && !cell.text.contains('\n'),
                "{name}, {topic}"
            );
            assert!(
                cell.see.iter().all(|page| page.starts_with("https://")),
                "{name}, {topic}"
            );
        }
    }
}

#[test]
fn every_mark_has_its_footnote_and_every_footnote_is_marked() {
    for (name, promise) in all() {
        let marks: Vec<_> = promise
            .rows
            .iter()
            .filter_map(|(_, cell)| cell.footnote.as_ref())
            .collect();
        assert!(
            marks.iter().all(|mark| promise.footnotes.contains_key(*mark)),
            "{name}"
        );
        assert!(
            promise.footnotes.keys().all(|mark| marks.contains(&mark)),
            "{name}"
        );
    }
    let marks = |level| {
        Promises::built_in()
            .support_level(level)
            .footnotes
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(marks(SupportLevel::Certified), ["*"]);
    assert_eq!(marks(SupportLevel::Custom), ["**"]);
}
