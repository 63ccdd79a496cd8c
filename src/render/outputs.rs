//! What a workflow's later steps can use: the lines of the file that `GITHUB_OUTPUT` names.
//!
//! The runner reads the file line by line: whichever of `=` and `<<` comes first in a line ends a name; after `<<` stands
//! the line that ends the value. Knows that grammar; writes nothing.

use std::collections::BTreeSet;

use super::json_text;
use crate::finding::Level;
use crate::report::Report;
use crate::verdict::Verdict;

/// The most bytes of the list of connectors; the runner takes a megabyte of outputs in a job.
const LONGEST_LIST: usize = 400_000;
/// The most characters of a connector's id.
const LONGEST_ID: usize = 100;

/// The outputs of the action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outputs {
    /// `verdict`: `pass`, `fail` or `could-not-evaluate`.
    pub verdict: Verdict,
    /// `findings`: how many the change introduces, of every level.
    pub findings: usize,
    /// `errors`.
    pub errors: usize,
    /// `warnings`.
    pub warnings: usize,
    /// `connectors`: the names of the folders that the change touches, each `[a-z0-9][a-z0-9-]{0,99}`.
    pub connectors: Vec<String>,
    /// `report`: the path of the JSON report, seen from the workspace; empty where none was written.
    pub report: Option<String>,
    /// `summary-url`: the address of the summary comment; empty where there is none.
    pub summary_url: Option<String>,
}

/// Why the outputs could not be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutputsError {
    /// The delimiter is no plain word, or a value holds it.
    #[error("the delimiter of the outputs is not usable: it has to be a plain word that no value holds")]
    Delimiter,
    /// The list of connectors is longer than the runner takes.
    #[error("the list of connectors is longer than an output may be")]
    TooLong,
}

impl Outputs {
    /// The outputs of a report; where its file and its comment are is the caller's to add.
    pub fn new(report: &Report) -> Self {
        let count = |level| report.count(level);
        Self {
            verdict: report.verdict,
            findings: count(Level::Error) + count(Level::Warning) + count(Level::Note),
            errors: count(Level::Error),
            warnings: count(Level::Warning),
            connectors: ids(report
                .connectors
                .iter()
                .map(|connector| connector.directory.shown_name())),
            report: None,
            summary_url: None,
        }
    }

    /// The outputs where there is no report.
    pub fn without_report(verdict: Verdict) -> Self {
        Self {
            verdict,
            findings: 0,
            errors: 0,
            warnings: 0,
            connectors: Vec::new(),
            report: None,
            summary_url: None,
        }
    }

    /// Adds the outputs of another pull request of the same run: the worst verdict, all counts, every connector once.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.verdict = self.verdict.max(other.verdict);
        self.findings += other.findings;
        self.errors += other.errors;
        self.warnings += other.warnings;
        for connector in other.connectors {
            if !self.connectors.contains(&connector) {
                self.connectors.push(connector);
            }
        }
        self.report = self.report.or(other.report);
        self.summary_url = self.summary_url.or(other.summary_url);
        self
    }

    /// The lines for the runner; `delimiter` is a word that nobody could have guessed.
    pub fn render(&self, delimiter: &str) -> Result<String, OutputsError> {
        let connectors = json_text::compact(&self.connectors);
        if connectors.len() > LONGEST_LIST {
            return Err(OutputsError::TooLong);
        }
        let outputs = [
            ("verdict", self.verdict.word().to_owned()),
            ("findings", self.findings.to_string()),
            ("errors", self.errors.to_string()),
            ("warnings", self.warnings.to_string()),
            ("connectors", connectors),
            ("report", self.report.clone().unwrap_or_default()),
            ("summary-url", self.summary_url.clone().unwrap_or_default()),
        ];
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        let usable = !delimiter.is_empty() && delimiter.bytes().all(plain);
        if !usable || outputs.iter().any(|(_, value)| value.contains(delimiter)) {
            return Err(OutputsError::Delimiter);
        }
        Ok(outputs
            .iter()
            .map(|(name, value)| match value.contains(['\n', '\r']) {
                true => format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"),
                false => format!("{name}={value}\n"),
            })
            .collect())
    }
}

/// Names that are safe in a shell and a matrix; any other is numbered, so that none goes missing.
fn ids(names: impl Iterator<Item = String>) -> Vec<String> {
    let names: Vec<String> = names.collect();
    let taken: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let mut stand_ins = (1_usize..)
        .map(|number| format!("invalid-{number}"))
        .filter(|id| !taken.contains(id.as_str()));
    let mut ids: Vec<String> = Vec::new();
    for name in &names {
        let id = match is_id(name) {
            true => Some(name.clone()),
            false => stand_ins.next(),
        };
        ids.extend(id);
    }
    ids
}

fn is_id(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    name.len() <= LONGEST_ID
        && name.bytes().next().is_some_and(letter)
        && name.bytes().all(|byte| letter(byte) || byte == b'-')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::{hostile, sample};
    use super::*;

    const DELIMITER: &str = "ghadelimiter_3d5a2c1e";

    /// The runner's reading of the file, written after its public source's behaviour.
    fn read(text: &str) -> Result<BTreeMap<String, String>, String> {
        let mut outputs = BTreeMap::new();
        let mut lines = text.split_inclusive('\n');
        while let Some(line) = lines.next() {
            let line = line.strip_suffix('\n').unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            let (equals, heredoc) = (line.find('='), line.find("<<"));
            let (name, value) = match (equals, heredoc) {
                (Some(at), heredoc) if heredoc.is_none_or(|other| at < other) => {
                    (&line[..at], line[at + 1..].to_owned())
                }
                (_, Some(at)) => {
                    let end = &line[at + 2..];
                    let mut value = String::new();
                    loop {
                        let next = lines.next().ok_or("the value has no end")?;
                        if next.strip_suffix('\n').unwrap_or(next) == end {
                            break;
                        }
                        value.push_str(next);
                    }
                    (&line[..at], value.strip_suffix('\n').unwrap_or(&value).to_owned())
                }
                _ => return Err(format!("no output: {line:?}")),
            };
            outputs.insert(name.to_owned(), value);
        }
        Ok(outputs)
    }

    const NAMES: [&str; 7] = [
        "connectors",
        "errors",
        "findings",
        "report",
        "summary-url",
        "verdict",
        "warnings",
    ];

    #[test]
    fn the_runner_reads_what_was_meant() {
        let mut outputs = Outputs::new(&sample::broken_and_promoted());
        outputs.report = Some("tierguard-report.json".to_owned());
        let text = outputs.render(DELIMITER).unwrap();
        insta::assert_snapshot!(text, @r#"
        verdict=fail
        findings=3
        errors=1
        warnings=1
        connectors=["source-shop","source-toy"]
        report=tierguard-report.json
        summary-url=
        "#);
        let read = read(&text).unwrap();
        assert_eq!(read.keys().map(String::as_str).collect::<Vec<_>>(), NAMES);
    }

    #[test]
    fn a_name_that_a_shell_would_read_is_numbered() {
        let names = ["source-a", "`id`", "Invalid", "", "-x", "invalid-1", "é"].map(str::to_owned);
        assert_eq!(
            ids(names.into_iter()),
            [
                "source-a",
                "invalid-2",
                "invalid-3",
                "invalid-4",
                "invalid-5",
                "invalid-1",
                "invalid-6"
            ]
        );
        assert_eq!(ids(["a".repeat(101)].into_iter()), ["invalid-1"]);
    }

    #[test]
    fn a_delimiter_that_a_value_holds_is_refused() {
        let mut outputs = Outputs::new(&sample::quiet());
        outputs.report = Some(format!("a\n{DELIMITER}\nverdict=pass"));
        assert_eq!(outputs.render(DELIMITER), Err(OutputsError::Delimiter));
        for delimiter in ["", "a b", "a\nb", "pass"] {
            let outputs = Outputs::new(&sample::quiet());
            assert_eq!(outputs.render(delimiter), Err(OutputsError::Delimiter));
        }
    }

    #[test]
    fn a_list_that_the_runner_would_cut_is_refused() {
        let mut outputs = Outputs::new(&sample::quiet());
        outputs.connectors = vec!["a".repeat(100); 5_000];
        assert_eq!(outputs.render(DELIMITER), Err(OutputsError::TooLong));
    }

    #[test]
    fn several_pull_requests_have_the_worst_verdict_and_each_connector_once() {
        let one = Outputs::new(&sample::broken_and_promoted());
        let both = Outputs::new(&sample::quiet()).and(one.clone()).and(one);
        assert_eq!((both.verdict, both.findings, both.errors), (Verdict::Fail, 6, 2));
        assert_eq!(both.connectors, ["source-shop", "source-toy"]);
    }

    #[test]
    fn nothing_of_a_change_becomes_an_output() {
        for nasty in hostile::NASTY {
            let outputs = Outputs::new(&hostile::hostile(nasty));
            let read = read(&outputs.render(DELIMITER).unwrap()).unwrap();
            assert_eq!(read.keys().map(String::as_str).collect::<Vec<_>>(), NAMES);
            assert_eq!(read["verdict"], "could-not-evaluate");
            let ids: Vec<String> = serde_json::from_str(&read["connectors"]).unwrap();
            assert!(ids.iter().all(|id| is_id(id)), "{ids:?}");
        }
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(report in "(\\PC|[=<\n\r]|verdict=pass\n){0,30}", url in "\\PC{0,20}") {
            let mut outputs = Outputs::new(&sample::quiet());
            outputs.report = Some(report.clone());
            outputs.summary_url = Some(url.clone());
            let read = read(&outputs.render(DELIMITER).unwrap()).unwrap();
            prop_assert_eq!(&read["report"], &report);
            prop_assert_eq!(&read["summary-url"], &url);
            prop_assert_eq!(read.len(), NAMES.len());
        }
    }
}
