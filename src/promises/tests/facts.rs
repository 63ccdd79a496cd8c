//! The built-in file is whole: every row and every bullet of the pages that it cites has its place.

use std::fmt::Write as _;

use super::super::*;

/// What each page says besides the rows, as topics of notes.
const LEVEL_NOTES: [(SupportLevel, &[&str]); 4] = [
    (SupportLevel::Certified, &["testing"]),
    (
        SupportLevel::Community,
        &[
            "maintenance",
            "size of the community",
            "promotion",
            "announcement of a promotion",
            "service level",
            "use in production",
            "feature completeness",
            "contributions",
        ],
    ),
    (SupportLevel::Custom, &[]),
    (
        SupportLevel::Archived,
        &[
            "removal from the catalog",
            "reason for removals",
            "source code",
            "taking it over",
            "un-archiving",
        ],
    ),
];
const STAGE_NOTES: [(ReleaseStage, &[&str]); 5] = [
    (
        ReleaseStage::Alpha,
        &["purpose", "feature completeness", "access", "announcements"],
    ),
    (
        ReleaseStage::Beta,
        &[
            "maturity",
            "expected bugs",
            "feature completeness",
            "access",
            "announcements",
        ],
    ),
    (
        ReleaseStage::GenerallyAvailable,
        &["feature completeness", "documentation", "access", "announcements"],
    ),
    (ReleaseStage::Custom, &[]),
    (ReleaseStage::Deprecated, &["migration"]),
];

#[test]
fn todays_names_and_the_earlier_ones_have_their_periods() {
    let names = |level| {
        let shown = |name: &PeriodName| {
            let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
            format!("{} {}..{}", name.name, day(name.from), day(name.until))
        };
        Promises::built_in()
            .support_level(level)
            .names
            .iter()
            .map(shown)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(SupportLevel::Certified),
        [
            "Certified 2023-08-01..2024-07-09",
            "Integration 2024-07-02..2024-07-09",
            "Airbyte Connector 2024-07-09..",
        ]
    );
    assert_eq!(
        names(SupportLevel::Community),
        ["Community 2023-08-01..2024-07-09", "Marketplace 2024-07-09.."]
    );
    assert_eq!(names(SupportLevel::Archived), ["Archived 2024-02-16.."]);
}

#[test]
fn every_bullet_of_the_pages_has_its_note() {
    let topics = |promise: &'static Promise| {
        promise
            .notes
            .iter()
            .map(|note| note.about.as_str())
            .collect::<Vec<_>>()
    };
    for (level, expected) in LEVEL_NOTES {
        assert_eq!(
            topics(Promises::built_in().support_level(level)),
            expected,
            "{level:?}"
        );
    }
    for (stage, expected) in STAGE_NOTES {
        assert_eq!(
            topics(Promises::built_in().release_stage(stage)),
            expected,
            "{stage:?}"
        );
    }
}

#[test]
fn what_the_earlier_page_said_otherwise_is_kept() {
    let with_earlier = |level| {
        let promise = Promises::built_in().support_level(level);
        let cells = promise
            .rows
            .iter()
            .filter(|(_, cell)| !cell.earlier.is_empty())
            .map(|(topic, _)| topic);
        let notes = promise
            .notes
            .iter()
            .filter(|note| !note.earlier.is_empty())
            .map(|note| note.about.as_str());
        cells.chain(notes).collect::<Vec<_>>()
    };
    assert_eq!(with_earlier(SupportLevel::Certified), ["availability", "testing"]);
    assert_eq!(
        with_earlier(SupportLevel::Community),
        [
            "maintained by",
            "production readiness",
            "maintenance",
            "promotion",
            "contributions",
        ]
    );
}

/// The rows of the pages, side by side.
#[test]
fn every_row_says_what_its_page_says() {
    let table = |promises: &[&'static Promise]| {
        let mut table = String::new();
        for (index, (topic, _)) in promises[0].rows.iter().enumerate() {
            let cell = |promise: &&'static Promise| promise.rows.iter().nth(index).unwrap().1.short.as_str();
            let cells: Vec<_> = promises.iter().map(cell).collect();
            writeln!(table, "{topic}: {}", cells.join(" | ")).unwrap();
        }
        table
    };
    let promises = Promises::built_in();
    insta::assert_snapshot!(table(&SupportLevel::ALL.map(|level| promises.support_level(level))), @"
    availability: everyone | everyone | everyone | removed from the catalog
    built by: the Airbyte team or the community | mostly the community | anyone | nothing promised
    maintained by: the Airbyte team | users | users | nobody
    production readiness: guaranteed | not guaranteed | not guaranteed | nothing promised
    support on Cloud: supported (SLA with Premium Support) | none | best effort (SLA with Premium Support) | none
    support with Powered by Airbyte: supported (SLA with Premium Support) | none | best effort (SLA with Premium Support) | none
    support on Self-Managed Enterprise: supported (SLA with Premium Support) | none | best effort (SLA with Premium Support) | none
    support on Community (OSS): Slack only | none | Slack only | none
    breaking changes: few, with an upgrade window | any time, little or no notice | up to its owner | no further updates
    ");
    insta::assert_snapshot!(table(&ReleaseStage::ALL.map(|stage| promises.release_stage(stage))), @"
    availability: everyone | everyone | everyone | nothing promised | may stop working any time
    built by: nothing promised | nothing promised | nothing promised | nothing promised | nothing promised
    maintained by: nothing promised | nothing promised | nothing promised | nothing promised | nothing promised
    production readiness: no | yes, with caveats | yes | nothing promised | no: move away from it
    support on Cloud: no SLA | official SLA for beta | official SLA for GA | nothing promised | none
    support with Powered by Airbyte: nothing promised | nothing promised | nothing promised | nothing promised | nothing promised
    support on Self-Managed Enterprise: nothing promised | nothing promised | nothing promised | nothing promised | nothing promised
    support on Community (OSS): community Slack | community Slack | community Slack | nothing promised | none
    breaking changes: may happen | ruled out | ruled out | nothing promised | nothing promised
    ");
}
