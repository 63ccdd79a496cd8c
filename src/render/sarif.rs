//! SARIF 2.1.0, as code scanning takes it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::links::percent_encoded;
use super::{json_text, page, plain};
use crate::changeset::Side;
use crate::finding::{Finding, Level, Location, Waived};
use crate::report::Report;
use crate::rules::RULES;
use crate::verdict::Verdict;

/// Code scanning takes 25,000 results and shows 5,000 (GitHub's documentation of SARIF support).
const MOST_RESULTS: usize = 5_000;

/// The report as a SARIF log with one run, worst findings first.
pub fn render(report: &Report) -> String {
    let waived = report.waivers.waived.iter();
    let waived = waived.map(|waived| (&waived.finding, Some(waived)));
    let mut findings: Vec<(&Finding, Option<&Waived>)> = report
        .all_findings()
        .map(|finding| (finding, None))
        .chain(waived)
        .collect();
    findings.sort_by_key(|(finding, waived)| {
        (
            !finding.introduced,
            waived.is_some(),
            std::cmp::Reverse(finding.level),
        )
    });
    let left_out = findings.len().saturating_sub(MOST_RESULTS);
    findings.truncate(MOST_RESULTS);
    let mut notifications: Vec<Notification> = report
        .problems
        .iter()
        .map(|problem| Notification {
            level: "error",
            message: text(&problem.message.to_string()),
        })
        .collect();
    if left_out > 0 {
        notifications.push(Notification {
            level: "warning",
            message: text(&format!("{left_out} more findings were left out")),
        });
    }
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver: driver() },
            results: findings
                .into_iter()
                .map(|(finding, waived)| result(report, finding, waived))
                .collect(),
            properties: Properties {
                policy: &report.policy.source,
                rules_of: &report.policy.rules_of,
            },
            invocations: [Invocation {
                execution_successful: report.verdict != Verdict::CouldNotEvaluate,
                tool_execution_notifications: notifications,
            }],
        }],
    };
    json_text::pretty(&log)
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
struct Run<'a> {
    tool: Tool,
    results: Vec<SarifResult<'a>>,
    invocations: [Invocation; 1],
    properties: Properties<'a>,
}

/// What judged.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'a> {
    policy: &'a str,
    rules_of: &'a str,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    information_uri: &'static str,
    semantic_version: &'static str,
    rules: Vec<SarifRule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRule {
    id: &'static str,
    short_description: Text,
    help: Text,
    help_uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'static str,
    level: &'static str,
    message: Text,
    baseline_state: &'static str,
    locations: [Place; 1],
    related_locations: Vec<Place>,
    partial_fingerprints: BTreeMap<&'static str, &'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
}

/// Says that somebody takes the responsibility for a result.
#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
}

fn driver() -> Driver {
    Driver {
        name: "tierguard",
        information_uri: "https://github.com/tierguard/tierguard",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: RULES
            .iter()
            .map(|rule| SarifRule {
                id: rule.id,
                short_description: Text {
                    text: rule.headline().to_owned(),
                },
                help: Text {
                    text: rule.page.trim().to_owned(),
                },
                help_uri: page::address(rule.id),
            })
            .collect(),
    }
}

fn result<'a>(report: &Report, finding: &'a Finding, waived: Option<&Waived>) -> SarifResult<'a> {
    let side = plain::other_side(finding).map(|line| format!("At {line}: "));
    let words = plain::explained(report, finding).replace('\n', " ");
    let message = format!("{}{words}", side.unwrap_or_default());
    SarifResult {
        rule_id: finding.rule,
        level: match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note | Level::Off => "note",
        },
        message: text(&message),
        baseline_state: if finding.introduced { "new" } else { "unchanged" },
        locations: [place(&finding.location, None)],
        related_locations: finding
            .because
            .iter()
            .map(|related| place(&related.location, Some(related.message.to_string())))
            .collect(),
        partial_fingerprints: BTreeMap::from([("tierguard/v1", finding.fingerprint.as_str())]),
        suppressions: waived
            .into_iter()
            .map(|waived| Suppression {
                kind: "external",
                status: "accepted",
                justification: text(&waived.responsibility().to_string()).text,
            })
            .collect(),
    }
}

/// Lines of base are none of the checked-out file: such a place names the file alone.
fn place(location: &Location, message: Option<String>) -> Place {
    let region = (location.side == Side::Head).then_some(Region {
        start_line: location.position.line,
        start_column: location.position.column,
        end_line: location.last_line,
    });
    Place {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: percent_encoded(location.file.as_bytes()),
            },
            region,
        },
        message: message.map(|message| text(&message)),
    }
}

/// A message in which `[text](target)` is no link (SARIF 2.1.0, section 3.11.6).
fn text(message: &str) -> Text {
    Text {
        text: message
            .replace('\\', "\\\\")
            .replace('[', "\\[")
            .replace(']', "\\]"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::runner::oracle::commands;
    use super::super::{hostile, sample};
    use super::*;

    fn log(report: &Report) -> Value {
        serde_json::from_str(&render(report)).unwrap()
    }

    #[test]
    fn findings_stand_at_their_places_and_those_of_base_at_their_file() {
        let log = log(&sample::broken_and_promoted());
        let run = &log["runs"][0];
        assert_eq!(run["invocations"][0]["executionSuccessful"], true);
        assert_eq!(run["properties"]["rulesOf"], "2026-11");
        let result = &run["results"][0];
        assert_eq!(result["ruleId"], "breaking-change-in-stable-connector");
        assert_eq!(result["level"], "error");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(
            place["artifactLocation"]["uri"],
            "airbyte-integrations/connectors/source-shop/metadata.yaml"
        );
        assert_eq!(place["region"]["startLine"], 11);
        let base = &run["results"][2];
        assert_eq!(base["locations"][0]["physicalLocation"]["region"], Value::Null);
        let message = base["message"]["text"].as_str().unwrap();
        assert!(
            message.starts_with("At line 4 of the base: A certified"),
            "{message}"
        );
    }

    #[test]
    fn nothing_of_a_change_becomes_a_link_or_leaves_the_repository() {
        for nasty in hostile::NASTY {
            let text = render(&hostile::hostile(nasty));
            assert_eq!(commands(&text), []);
            let log: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
            let results = log["runs"][0]["results"].as_array().unwrap();
            assert_eq!(results.len(), 3);
            assert_eq!(results[2]["suppressions"][0]["status"], "accepted");
            for result in results {
                let message = result["message"]["text"].as_str().unwrap().replace("\\\\", "");
                assert!(!message.replace("\\[", "").contains('['), "{message}");
                let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte);
                assert!(uri.as_str().unwrap().bytes().all(plain), "{uri}");
            }
        }
    }

    #[test]
    fn the_worst_are_kept_and_the_rest_is_told() {
        let mut report = sample::broken_and_promoted();
        let note = report.connectors[1].findings[1].clone();
        report.findings = vec![note; MOST_RESULTS];
        let log = log(&report);
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), MOST_RESULTS);
        assert_eq!(results[0]["level"], "error");
        let told = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
        assert_eq!(told[0]["message"]["text"], "3 more findings were left out");
    }

    #[test]
    fn a_path_is_a_relative_reference() {
        assert_eq!(percent_encoded("a b/c#d/é".as_bytes()), "a%20b/c%23d/%C3%A9");
    }

    #[test]
    fn a_message_holds_no_link() {
        assert_eq!(text("see [x](http://e)").text, "see \\[x\\](http://e)");
    }
}
