//! The outcome of a comparison for people and for programs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Outcome;
use crate::comparison::{Difference, Differing};
use crate::finding::Level;
use crate::render::runner::inert;
use crate::text::escape_controls;
use crate::verdict::Verdict;

/// The most commits that are told to people one by one.
const MOST_COMMITS: usize = 200;

/// The most findings of one commit that are told to people.
const MOST_FINDINGS: usize = 10;

/// The answer, what differs by rule, and the commits at which something differs.
pub(super) fn terminal(outcome: &Outcome) -> String {
    let [old, new] = &outcome.comparison.blocked;
    let commits = counted(outcome.comparison.commits, "commit", "commits");
    let present = escape_controls(&outcome.present);
    let mut text = format!("would have blocked {new} of {commits} ({present} {old})\n");
    let differ = outcome.comparison.differences.len();
    if differ == 0 {
        text.push_str("both policies say the same of every one\n");
        return text;
    }
    text.push_str(&format!(
        "something differs at {}\n",
        counted(differ, "commit", "commits")
    ));
    text.push_str(&by_rule(&outcome.comparison.differences));
    for difference in outcome.comparison.differences.iter().take(MOST_COMMITS) {
        text.push_str(&commit(difference));
    }
    if differ > MOST_COMMITS {
        let more = counted(differ - MOST_COMMITS, "more commit", "more commits");
        text.push_str(&format!("\n… and {more}: --format json has them all\n"));
    }
    inert(&text).into_owned()
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// How many findings come, go and change their level, by rule.
fn by_rule(differences: &[Difference]) -> String {
    let mut rules: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for differing in differences.iter().flat_map(|difference| &difference.findings) {
        let counts = rules.entry(differing.rule).or_default();
        match (differing.before, differing.after) {
            (None, _) => counts[0] += 1,
            (_, None) => counts[1] += 1,
            _ => counts[2] += 1,
        }
    }
    if rules.is_empty() {
        return String::new();
    }
    let width = rules.keys().map(|rule| rule.len()).max().unwrap_or_default();
    let mut text = format!("\n{:width$}     new    gone  level\n", "");
    for (rule, [new, gone, level]) in rules {
        text.push_str(&format!("{rule:width$}  {new:>6}  {gone:>6} {level:>6}\n"));
    }
    text
}

fn commit(difference: &Difference) -> String {
    let short: String = difference.commit.id.as_str().chars().take(7).collect();
    let mut text = format!(
        "\n{short}  {}  {}\n",
        difference.commit.date,
        escape_controls(&difference.commit.subject)
    );
    let [old, new] = difference.verdicts.map(Verdict::word);
    if old != new {
        text.push_str(&format!("  {old} → {new}\n"));
    }
    for finding in difference.findings.iter().take(MOST_FINDINGS) {
        let Differing {
            rule,
            connector,
            message,
            ..
        } = finding;
        let level = match (finding.before.map(Level::word), finding.after.map(Level::word)) {
            (Some(before), Some(after)) => format!("~ {before} → {after}"),
            (Some(before), None) => format!("- {before}"),
            (None, after) => format!("+ {}", after.unwrap_or_default()),
        };
        let connector = escape_controls(connector);
        text.push_str(&format!(
            "  {level}  {rule}  {connector}: {}\n",
            escape_controls(&message.to_string())
        ));
    }
    let more = difference.findings.len().saturating_sub(MOST_FINDINGS);
    if more > 0 {
        text.push_str(&format!(
            "  … and {}\n",
            counted(more, "more finding", "more findings")
        ));
    }
    text
}

/// All of it.
pub(super) fn json(outcome: &Outcome) -> String {
    let [old, new] = &outcome.sources;
    let value = json!({
        "against": old,
        "policy": new,
        "commits": outcome.comparison.commits,
        "blocked": { "against": outcome.comparison.blocked[0], "policy": outcome.comparison.blocked[1] },
        "differences": outcome.comparison.differences.iter().map(difference).collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}

fn difference(difference: &Difference) -> Value {
    let [old, new] = difference.verdicts.map(Verdict::word);
    let findings: Vec<Value> = difference
        .findings
        .iter()
        .map(|finding| {
            json!({
                "rule": finding.rule,
                "connector": finding.connector,
                "level": { "against": finding.before.map(Level::word), "policy": finding.after.map(Level::word) },
                "message": finding.message.to_string(),
            })
        })
        .collect();
    json!({
        "commit": difference.commit.id.as_str(),
        "date": difference.commit.date.to_string(),
        "subject": difference.commit.subject,
        "verdict": { "against": old, "policy": new },
        "findings": findings,
    })
}
