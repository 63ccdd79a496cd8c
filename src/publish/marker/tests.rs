//! Markers as they are written and read back.

use super::*;
use crate::changeset::Side;

fn commit(digit: char) -> ObjectId {
    ObjectId::new(&digit.to_string().repeat(40)).unwrap()
}

fn fingerprint(number: usize) -> Fingerprint {
    Fingerprint::new("rule", "connector", &number.to_string())
}

fn fingerprints(numbers: std::ops::Range<usize>) -> BTreeSet<Fingerprint> {
    numbers.map(fingerprint).collect()
}

fn summary() -> SummaryMarker {
    SummaryMarker {
        instance: Instance::default(),
        head: Some(commit('a')),
        day: Some("2026-11-22".parse().unwrap()),
        told: Some(fingerprints(0..2)),
        before: Some(fingerprints(1..3)),
        refused: fingerprints(0..1),
    }
}

fn finding() -> FindingMarker {
    FindingMarker {
        instance: Instance::new("nightly-2").unwrap(),
        fingerprint: fingerprint(1),
        lines: Some(Lines {
            side: Side::Base,
            first: 9,
            last: 11,
        }),
        head: Some(commit('a')),
        fixed: None,
    }
}

fn read(line: &str) -> Option<Marker> {
    Marker::read(&format!("{line}\nbody"))
}

#[test]
fn what_is_written_is_read_back() {
    let summary = summary();
    assert_eq!(read(&summary.line(5_000)), Some(Marker::Summary(summary)));
    let mut finding = finding();
    assert_eq!(read(&finding.line()), Some(Marker::Finding(finding.clone())));
    finding.fixed = Some(commit('b'));
    assert_eq!(read(&finding.line()), Some(Marker::Finding(finding)));
}

#[test]
fn a_marker_reads_as_documented() {
    let marker = SummaryMarker {
        told: Some(fingerprints(0..1)),
        before: Some(BTreeSet::new()),
        refused: BTreeSet::new(),
        ..summary()
    };
    assert_eq!(
        marker.line(5_000),
        format!(
            "<!-- tierguard:summary instance=default head={} day=2026-11-22 now={} before= -->",
            commit('a'),
            fingerprint(0)
        )
    );
    assert!(
        finding()
            .line()
            .ends_with(&format!(" at=L9-11 head={} -->", commit('a')))
    );
}

#[test]
fn only_the_whole_first_line_counts() {
    let line = summary().line(5_000);
    for body in [
        format!("text\n{line}"),
        format!(" {line}\n"),
        format!("{line} text\n"),
        format!("`{line}`"),
        line.replace("<!--", "<!---"),
        line.replace("tierguard:", "Tierguard:"),
        line.replace(":summary", ":verdict"),
        line.replace("instance=default", "instance=De_fault"),
        line.replace("instance=default ", ""),
        line.replace(" day", "  day"),
        line.replace(" -->", ""),
        String::new(),
    ] {
        assert_eq!(Marker::read(&body), None, "{body}");
    }
    assert!(Marker::read(&format!("{line}\r\nbody")).is_some());
    assert_eq!(read(&finding().line().replace("fp=", "fp=x")), None);
}

#[test]
fn what_a_person_garbled_is_forgotten_and_the_summary_stays_ours() {
    let line = summary().line(5_000);
    for garbled in [
        line.replace("head=a", "head=z"),
        line.replace("2026-11-22", "20261122"),
        line.replace("now=", "now=,"),
        line.replace("refused=", "verdict=pass refused="),
    ] {
        assert!(matches!(read(&garbled), Some(Marker::Summary(_))), "{garbled}");
    }
}

#[test]
fn a_second_run_on_the_same_head_compares_with_the_same() {
    let first = SummaryMarker {
        told: Some(fingerprints(0..3)),
        ..SummaryMarker::after(None, Instance::default(), commit('a'))
    };
    assert_eq!(first.before, None);
    let again = SummaryMarker::after(Some(&first), Instance::default(), commit('a'));
    assert_eq!(again.before, None);
    let second = SummaryMarker {
        told: Some(fingerprints(1..2)),
        ..SummaryMarker::after(Some(&first), Instance::default(), commit('b'))
    };
    assert_eq!(second.before, Some(fingerprints(0..3)));
    let again = SummaryMarker::after(Some(&second), Instance::default(), commit('b'));
    assert_eq!(again.before, Some(fingerprints(0..3)));
    assert_eq!(second.before(&commit('c')), Some(&fingerprints(1..2)));
}

#[test]
fn what_was_refused_counts_for_its_head_alone() {
    assert_eq!(summary().refused_at(&commit('a')).len(), 1);
    assert_eq!(summary().refused_at(&commit('b')).len(), 0);
}

#[test]
fn a_list_that_does_not_fit_is_left_out_whole() {
    let long = SummaryMarker {
        told: Some(fingerprints(0..300)),
        before: Some(fingerprints(0..10)),
        ..summary()
    };
    let line = long.line(1_000);
    assert!(line.len() <= 1_000);
    let Some(Marker::Summary(back)) = read(&line) else {
        panic!("{line}")
    };
    assert_eq!((back.told, back.before), (None, Some(fingerprints(0..10))));
    let flood = SummaryMarker {
        told: Some(fingerprints(0..MOST_FINGERPRINTS + 1)),
        ..summary()
    };
    assert!(!flood.line(1_000_000).contains(" now="));
}
