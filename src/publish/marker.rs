//! The first line of each body that we post: an HTML comment that says what the body is.
//!
//! Anybody can write such a line, so it makes nothing ours: the author does. Only the instance, fingerprints, places
//! and the day are read back, and nothing of it reaches the verdict. Knows the line; knows no server.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use jiff::civil::Date;

use crate::changeset::Side;
use crate::finding::Fingerprint;
use crate::ids::ObjectId;

/// The most fingerprints of one list that are read back.
const MOST_FINGERPRINTS: usize = 600;
/// The longest name of an instance.
const LONGEST_INSTANCE: usize = 40;
/// How each marker starts.
const START: &str = "<!-- tierguard:";
/// How each marker ends.
const END: &str = " -->";

/// The name that keeps two set-ups on one pull request apart: 1 to 40 of `a` to `z`, `0` to `9` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instance(String);

impl Instance {
    /// The name of the only one.
    pub const DEFAULT: &'static str = "default";

    /// Reads a name; `None` where it has another form.
    pub fn new(name: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let well_formed = (1..=LONGEST_INSTANCE).contains(&name.len()) && name.bytes().all(plain);
        well_formed.then(|| Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of this instance's check and status.
    pub fn check_name(&self) -> String {
        match self.0.as_str() {
            Self::DEFAULT => "tierguard".to_owned(),
            name => format!("tierguard ({name})"),
        }
    }
}

impl Default for Instance {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a body says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marker {
    /// The summary.
    Summary(SummaryMarker),
    /// A comment on lines.
    Finding(FindingMarker),
    /// The frame of a review.
    Review(Instance),
}

/// What a summary remembers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SummaryMarker {
    /// Whose it is.
    pub instance: Instance,
    /// The head that it was written for.
    pub head: Option<ObjectId>,
    /// The earliest day whose proposals (such as a deadline) are still shown.
    pub day: Option<Date>,
    /// What it tells; `None` where the list was too long, or is unreadable.
    pub told: Option<BTreeSet<Fingerprint>>,
    /// What the summary of the previous, different head told.
    pub before: Option<BTreeSet<Fingerprint>>,
    /// What GitHub refused on its lines at this head, so that the summary tells it in full.
    pub refused: BTreeSet<Fingerprint>,
}

/// What a comment on lines remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingMarker {
    /// Whose it is.
    pub instance: Instance,
    /// The finding that it tells.
    pub fingerprint: Fingerprint,
    /// Where it was asked for.
    pub lines: Option<Lines>,
    /// The head that it was posted on.
    pub head: Option<ObjectId>,
    /// The head at which the finding was gone.
    pub fixed: Option<ObjectId>,
}

/// A run of lines on a side, without its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lines {
    /// The side that they count in.
    pub side: Side,
    /// The first line, from 1.
    pub first: usize,
    /// The last line.
    pub last: usize,
}

impl Marker {
    /// Reads the first line of a body; whatever is no marker of ours is `None`.
    ///
    /// Kind, instance and fingerprint have to be well formed; of the rest, what is not is as if it were not there.
    pub fn read(body: &str) -> Option<Self> {
        let line = body.split('\n').next()?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        let inner = line.strip_prefix(START)?.strip_suffix(END)?;
        let mut words = inner.split(' ');
        let kind = words.next()?;
        let pairs: Vec<(&str, &str)> = words.map(|word| word.split_once('=')).collect::<Option<_>>()?;
        let value = |key: &str| {
            pairs
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, value)| *value)
        };
        let instance = Instance::new(value("instance")?)?;
        let commit = |key| value(key).and_then(ObjectId::new);
        match kind {
            "summary" => Some(Self::Summary(SummaryMarker {
                instance,
                head: commit("head"),
                day: value("day").and_then(day),
                told: value("now").and_then(list),
                before: value("before").and_then(list),
                refused: value("refused").and_then(list).unwrap_or_default(),
            })),
            "finding" => Some(Self::Finding(FindingMarker {
                instance,
                fingerprint: Fingerprint::parse(value("fp")?)?,
                lines: value("at").and_then(Lines::read),
                head: commit("head"),
                fixed: commit("fixed"),
            })),
            "review" => Some(Self::Review(instance)),
            _ => None,
        }
    }

    /// Whose the body says to be.
    pub fn instance(&self) -> &Instance {
        match self {
            Self::Summary(marker) => &marker.instance,
            Self::Finding(marker) => &marker.instance,
            Self::Review(instance) => instance,
        }
    }
}

impl SummaryMarker {
    /// The marker that follows on an earlier one; a second run on the same head makes the same.
    pub fn after(earlier: Option<&Self>, instance: Instance, head: ObjectId) -> Self {
        Self {
            instance,
            before: earlier.and_then(|earlier| earlier.before(&head)).cloned(),
            head: Some(head),
            ..Self::default()
        }
    }

    /// What the last summary of another head told: that is what "since the last run" compares with.
    pub fn before(&self, head: &ObjectId) -> Option<&BTreeSet<Fingerprint>> {
        match self.head.as_ref() == Some(head) {
            true => self.before.as_ref(),
            false => self.told.as_ref(),
        }
    }

    /// What GitHub refused on the lines of a head.
    pub fn refused_at(&self, head: &ObjectId) -> BTreeSet<Fingerprint> {
        match self.head.as_ref() == Some(head) {
            true => self.refused.clone(),
            false => BTreeSet::new(),
        }
    }

    /// The line, at most as long as told: a list that does not fit is left out as a whole, since a part would be wrong.
    pub fn line(&self, most_bytes: usize) -> String {
        let mut line = format!("{START}summary instance={}", self.instance);
        if let Some(head) = &self.head {
            let _ = write!(line, " head={head}");
        }
        if let Some(day) = self.day {
            let _ = write!(line, " day={day}");
        }
        let refused = Some(&self.refused).filter(|refused| !refused.is_empty());
        for (key, fingerprints) in [
            ("refused", refused),
            ("now", self.told.as_ref()),
            ("before", self.before.as_ref()),
        ] {
            let Some(fingerprints) = fingerprints.filter(|list| list.len() <= MOST_FINGERPRINTS) else {
                continue;
            };
            let words: Vec<&str> = fingerprints.iter().map(Fingerprint::as_str).collect();
            let pair = format!(" {key}={}", words.join(","));
            if line.len() + pair.len() + END.len() <= most_bytes {
                line.push_str(&pair);
            }
        }
        line.push_str(END);
        line
    }
}

impl FindingMarker {
    /// The line.
    pub fn line(&self) -> String {
        let mut line = format!(
            "{START}finding instance={} fp={}",
            self.instance, self.fingerprint
        );
        if let Some(lines) = self.lines {
            let _ = write!(line, " at={lines}");
        }
        for (key, commit) in [("head", &self.head), ("fixed", &self.fixed)] {
            if let Some(commit) = commit {
                let _ = write!(line, " {key}={commit}");
            }
        }
        line.push_str(END);
        line
    }
}

/// The line of a review's frame.
pub fn review_line(instance: &Instance, head: &ObjectId) -> String {
    format!("{START}review instance={instance} head={head}{END}")
}

impl Lines {
    fn read(text: &str) -> Option<Self> {
        let side = match text.get(..1)? {
            "L" => Side::Base,
            "R" => Side::Head,
            _ => return None,
        };
        let (first, last) = text[1..].split_once('-')?;
        let lines = Self {
            side,
            first: first.parse().ok()?,
            last: last.parse().ok()?,
        };
        (lines.first <= lines.last).then_some(lines)
    }
}

impl fmt::Display for Lines {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.side == Side::Head { 'R' } else { 'L' };
        write!(formatter, "{side}{}-{}", self.first, self.last)
    }
}

fn day(text: &str) -> Option<Date> {
    // Other forms of a date are none of ours.
    text.parse().ok().filter(|day: &Date| day.to_string() == text)
}

fn list(text: &str) -> Option<BTreeSet<Fingerprint>> {
    if text.is_empty() {
        return Some(BTreeSet::new());
    }
    let words = text.split(',').take(MOST_FINGERPRINTS + 1);
    let fingerprints: BTreeSet<Fingerprint> = words.map(Fingerprint::parse).collect::<Option<_>>()?;
    (fingerprints.len() <= MOST_FINGERPRINTS).then_some(fingerprints)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let review = review_line(&Instance::default(), &commit('a'));
        assert_eq!(read(&review), Some(Marker::Review(Instance::default())));
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
}
