use super::super::sample;
use super::*;
use crate::finding::prose;
use crate::hunks::Hunks;

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
fn a_review_with_links_reads_as_it_would_be_posted() {
    let links = sample::links();
    let earlier = Earlier {
        findings: BTreeSet::from([Fingerprint::new("gone", "connector", "subject")]),
    };
    let context = ReviewContext {
        links: Some(&links),
        earlier: Some(&earlier),
        ..ReviewContext::default()
    };
    let draft = ReviewDraft::new(&sample::broken_and_promoted(), &anchors("2026-11-25"), &context);
    insta::assert_snapshot!(draft);
}

#[test]
fn a_refused_comment_is_told_in_the_summary_and_has_words_for_an_older_one() {
    let report = sample::broken_and_promoted();
    let refused = BTreeSet::from([report.connectors[0].findings[0].fingerprint.clone()]);
    let context = ReviewContext {
        told_in_summary: &refused,
        ..ReviewContext::default()
    };
    let draft = ReviewDraft::new(&report, &anchors("2026-11-25"), &context);
    assert_eq!(draft.comments, []);
    assert_eq!(draft.fingerprints.len(), 3);
    let summary = draft.summary.unwrap();
    assert!(summary.as_str().contains("❌ **The deadline"), "{summary}");
    // The warning on the promotion has no line in this diff; the note has no comment at all.
    assert_eq!(draft.without_anchor.len(), 2);
    let body = draft
        .without_anchor
        .values()
        .find(|body| body.as_str().contains("leaves users 3 days"))
        .unwrap();
    assert!(
        body.as_str()
            .contains("/docs/rules/breaking-change-in-stable-connector.md) · line 11\n"),
        "{body}"
    );
    assert!(
        body.as_str().contains("```yaml") && !body.as_str().contains("```suggestion"),
        "{body}"
    );
}

#[test]
fn a_finding_outside_of_the_diff_stands_on_a_related_line_inside_it() {
    let mut report = sample::broken_and_promoted();
    report.connectors.truncate(1);
    let tag = sample::location("source-shop", sample::SHOP, "3.0.0\n", Side::Head);
    let finding = &mut report.connectors[0].findings[0];
    finding.suggestion = None;
    finding.because[0].location = tag;
    let draft = draft(&report, &anchors("3.0.0\n"));
    assert_eq!(draft.comments[0].anchor.first_line, 3);
    let body = &draft.comments[0].body;
    assert!(body.as_str().contains(".md) · line 11\n"), "{body}");
}

#[test]
fn a_finding_at_two_places_has_one_comment() {
    let mut report = sample::broken_and_promoted();
    report.connectors.truncate(1);
    let mut twin = report.connectors[0].findings[0].clone();
    twin.location = sample::location("source-shop", sample::SHOP, "3.0.0:", Side::Head);
    report.connectors[0].findings.push(twin);
    let draft = draft(&report, &anchors("2026-11-25"));
    assert_eq!((draft.comments.len(), draft.fingerprints.len()), (1, 1));
    assert!(draft.without_anchor.is_empty());
    let summary = draft.summary.unwrap();
    assert!(
        summary
            .as_str()
            .contains("breaking-change-in-stable-connector.md) · line 9"),
        "{summary}"
    );
}

#[test]
fn each_kind_has_a_comment_before_any_has_a_second() {
    let mut report = sample::broken_and_promoted();
    report.connectors.truncate(1);
    let error = report.connectors[0].findings[0].clone();
    let numbered = |number: usize, words: &'static str| Finding {
        message: prose![words, crate::finding::code(number)],
        fingerprint: Fingerprint::new(words, "connector", &number.to_string()),
        ..error.clone()
    };
    let mut findings: Vec<Finding> = (0..40).map(|number| numbered(number, "one kind ")).collect();
    findings.push(numbered(0, "another kind "));
    report.connectors[0].findings = findings;
    let draft = draft(&report, &anchors("2026-11-25"));
    let bodies: Vec<&str> = draft
        .comments
        .iter()
        .map(|comment| comment.body.as_str())
        .collect();
    assert!(bodies[1].contains("another kind"), "{}", bodies[1]);
    assert_eq!(bodies.len(), MOST_COMMENTS);
    let summary = draft.summary.unwrap();
    let told = "25 findings have a comment on the line; 16 more are told here.";
    assert!(summary.as_str().contains(told), "{summary}");
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

#[test]
fn a_line_of_an_unreadable_file_is_commented_and_a_whole_file_is_not() {
    let mut report = sample::quiet();
    let mut place = crate::finding::Location::file(shop(), Side::Head);
    let told = |place| {
        sample::finding(
            "unreadable-metadata",
            Level::Error,
            place,
            prose!["It is no YAML."],
        )
    };
    report.findings = vec![told(place.clone())];
    assert_eq!(draft(&report, &anchors("connectorType: source")).comments, []);
    place.position.line = 2;
    place.last_line = 2;
    report.findings = vec![told(place)];
    let draft = draft(&report, &anchors("connectorType: source"));
    assert_eq!(draft.comments[0].anchor.first_line, 2);
}
