//! The examples of a policy: each is judged, and what comes out otherwise is shown.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};

use super::example::{Answer, Example, Expected};
use crate::cli::PolicyTest;
use crate::evaluate::{Options, evaluate};
use crate::finding::Finding;
use crate::policy::{self, Origin, Policy};
use crate::report::Report;
use crate::rules::POLICY_PATH;
use crate::run::{contents_of, policy_of_file, print, read};
use crate::text::escape_controls;

/// Judges every example; 0 where all come out as expected, 1 otherwise.
pub(super) fn run(arguments: &PolicyTest) -> anyhow::Result<u8> {
    let file = match &arguments.policy {
        Some(file) => Some(file.as_path()),
        None => super::here(),
    };
    let policy = match file {
        Some(file) => policy_of_file(file, arguments.extends.folder())?,
        None => Policy::built_in(),
    };
    let tests = match &arguments.tests {
        Some(tests) => tests.clone(),
        None => beside(file.unwrap_or(Path::new(POLICY_PATH))),
    };
    let label = tests.display().to_string();
    let bytes = contents_of(&tests).with_context(|| format!("reading the examples {label}"))?;
    let examples = policy::list::<Example>(&label, &bytes).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow!("the examples are not valid: {}", lines.join("; "))
    })?;
    if examples.is_empty() {
        bail!("{label} holds no example, so nothing could be tested");
    }
    let mut text = String::new();
    let mut failed = 0;
    for (origin, example) in &examples {
        let differences = differences(example, &judged(example, &policy, origin)?);
        failed += usize::from(!differences.is_empty());
        text.push_str(&told(origin, example, &differences));
    }
    let fail = if failed == 1 {
        "1 fails".to_owned()
    } else {
        format!("{failed} fail")
    };
    let of = match examples.len() {
        1 => "1 example".to_owned(),
        many => format!("{many} examples"),
    };
    let _ = writeln!(text, "\n{of} of {}, {fail}", policy.provenance.source);
    print(&text)?;
    Ok(u8::from(failed > 0))
}

/// The file of examples that lies beside a policy: `tierguard.tests.yml` beside `tierguard.yml`.
fn beside(policy: &Path) -> PathBuf {
    let extension = policy
        .extension()
        .map_or("yml", |extension| extension.to_str().unwrap_or("yml"));
    policy.with_extension(format!("tests.{extension}"))
}

fn judged(example: &Example, policy: &Policy, origin: &Origin) -> anyhow::Result<Report> {
    let mut source = example
        .source(&policy.roots)
        .with_context(|| format!("the example at {origin}"))?;
    let mut reading = read(&mut source, policy, example.today())?;
    reading.set.teams = example.teams(&policy.approvals());
    Ok(evaluate(&reading.set, &reading.diffs, policy, Options::default()))
}

/// What came out otherwise, one line each.
fn differences(example: &Example, report: &Report) -> Vec<String> {
    let mut open: Vec<&Expected> = example.expect.iter().collect();
    let mut lines = Vec::new();
    for finding in report.all_findings() {
        let fits = |expected: &&Expected| {
            expected.rule.0 == finding.rule && expected.level.is_none_or(|level| level == finding.level)
        };
        match open.iter().position(fits) {
            Some(found) => {
                open.remove(found);
            }
            None => lines.push(unexpected(finding)),
        }
    }
    let missing = open.iter().map(|expected| {
        let level = expected.level.map_or("any level", |level| level.word());
        format!("missing     {}, {level}", expected.rule.0)
    });
    lines.splice(0..0, missing);
    if let Some(answer) = example
        .verdict
        .filter(|answer| answer.verdict() != report.verdict)
    {
        let wanted = answer.verdict().word();
        lines.push(format!("verdict     {}, not {wanted}", report.verdict.word()));
    }
    let is_expected = matches!(example.verdict, Some(Answer::CouldNotEvaluate));
    let unread = report.problems.iter().filter(|_| !is_expected);
    lines.extend(unread.map(|problem| format!("unread      {}", problem.message)));
    lines
}

fn unexpected(finding: &Finding) -> String {
    format!(
        "unexpected  {}, {}, by {}: {}",
        finding.rule,
        finding.level.word(),
        finding.judged_by,
        finding.message
    )
}

fn told(origin: &Origin, example: &Example, differences: &[String]) -> String {
    let name = escape_controls(&example.name);
    if differences.is_empty() {
        return format!("ok    {name}\n");
    }
    let lines: Vec<String> = differences
        .iter()
        .map(|line| format!("        {}\n", escape_controls(line)))
        .collect();
    format!("FAIL  {name} ({origin})\n{}", lines.concat())
}
