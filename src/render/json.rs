//! The report for programs.
//!
//! One shape for `check` (indented) and for `replay` (one line with the commit); `schema` describes it.

use std::time::Duration;

use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::json_finding::{finding, location, problem, requirement, waived};
use super::json_shape::{
    JsonChange, JsonConnector, JsonContractChange, JsonExtended, JsonField, JsonPolicy, JsonPromise,
    JsonPromiseRow, JsonReport, JsonStanding,
};
use super::{contract_json, json_text};
use crate::change::{Change, ChangeKind};
use crate::changeset::Revision;
use crate::report::{
    ConnectorReport, ExtendedPolicy, PromiseChange, Report, ReportedChange, ReportedContractChange, Standing,
};

/// The version of the report's shape; it rises when a field goes or changes its meaning.
const SCHEMA_VERSION: u32 = 1;

/// The report, indented, with a final line break.
pub fn pretty(report: &Report) -> String {
    json_text::pretty(&shape(report))
}

/// The report of one commit of a history, on one line.
pub fn line(report: &Report, commit: &str, subject: &str, elapsed: Duration) -> String {
    let milliseconds = (elapsed.as_secs_f64() * 100_000.0).round() / 100.0;
    let line = JsonLine {
        commit,
        subject,
        ms: milliseconds,
        report: shape(report),
    };
    json_text::compact(&line)
}

/// The JSON Schema of the report.
pub fn schema() -> serde_json::Value {
    // What is written is described, so that a key which is always there is required.
    let settings = SchemaSettings::default().for_serialize();
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<JsonReport<'static>>();
    schema.insert("title".to_owned(), "tierguard report".into());
    schema.to_value()
}

#[derive(Serialize)]
struct JsonLine<'a> {
    commit: &'a str,
    subject: &'a str,
    ms: f64,
    #[serde(flatten)]
    report: JsonReport<'a>,
}

/// The report as it is written; what a review adds to it is left out.
pub(super) fn shape(report: &Report) -> JsonReport<'_> {
    JsonReport {
        schema_version: SCHEMA_VERSION,
        verdict: report.verdict,
        base: revision(&report.revisions.base),
        head: revision(&report.revisions.head),
        target: revision(&report.revisions.target),
        today: report.today.to_string(),
        policy: JsonPolicy {
            source: &report.policy.source,
            extends: report.policy.extends.iter().map(extended).collect(),
            rules_of: &report.policy.rules_of,
            fail_on: report.policy.fail_on,
        },
        problems: report.problems.iter().map(problem).collect(),
        findings: report.findings.iter().map(finding).collect(),
        connectors: report.connectors.iter().map(connector).collect(),
        waived: report.waivers.waived.iter().map(waived).collect(),
        waiver_remarks: report.waivers.remarks.iter().map(ToString::to_string).collect(),
        proposed_policy: None,
    }
}

/// A revision as one word.
fn revision(revision: &Revision) -> &str {
    match revision {
        Revision::Commit(id) => id.as_str(),
        Revision::WorkingTree => "working-tree",
        Revision::Folder(name) => name,
    }
}

fn extended(file: &ExtendedPolicy) -> JsonExtended<'_> {
    JsonExtended {
        repository: &file.repository,
        path: file.path.to_string(),
        commit: file.commit.as_str(),
    }
}

fn connector(connector: &ConnectorReport) -> JsonConnector<'_> {
    JsonConnector {
        directory: connector.directory.to_string(),
        name: &connector.name,
        base: connector.base.as_ref().map(standing),
        head: connector.head.as_ref().map(standing),
        changes: connector.changes.iter().map(change).collect(),
        requirements: connector.requirements.iter().map(requirement).collect(),
        findings: connector.findings.iter().map(finding).collect(),
        promises: connector.promises.iter().map(promise).collect(),
        compatibility: connector.contract.compatibility.word(),
        declared: connector.contract.declared,
        contract_changes: connector.contract.changes.iter().map(contract_change).collect(),
        cannot_tell: connector
            .contract
            .reasons
            .iter()
            .map(ToString::to_string)
            .collect(),
    }
}

fn contract_change(reported: &ReportedContractChange) -> JsonContractChange<'_> {
    JsonContractChange {
        location: reported.location.as_ref().map(location),
        ..contract_json::change(&reported.change)
    }
}

fn standing(standing: &Standing) -> JsonStanding<'_> {
    JsonStanding {
        version: standing.version.as_deref(),
        support_level: standing.support_level.as_deref(),
        release_stage: standing.release_stage.as_deref(),
    }
}

fn change(reported: &ReportedChange) -> JsonChange<'_> {
    let Change {
        kind, path, from, to, ..
    } = &reported.change;
    let mut json = JsonChange {
        kind: kind.word(),
        from: from.as_deref(),
        to: to.as_deref(),
        path,
        location: reported.location.as_ref().map(location),
        version: None,
        registry: None,
        field: None,
        bump: None,
        prerelease: false,
        fields: Vec::new(),
    };
    match kind {
        ChangeKind::Version { bump, prerelease } => {
            json.bump = Some(bump.word());
            json.prerelease = *prerelease;
        }
        ChangeKind::BreakingChangeDeclared { version } | ChangeKind::BreakingChangeRemoved { version } => {
            json.version = Some(version);
        }
        ChangeKind::BreakingChangeEdited { version, fields } => {
            json.version = Some(version);
            json.fields = fields
                .iter()
                .map(|edited| JsonField {
                    field: &edited.field,
                    from: edited.from.as_deref(),
                    to: edited.to.as_deref(),
                })
                .collect();
        }
        ChangeKind::RegistryEnabled { registry } => json.registry = Some(registry),
        ChangeKind::RegistryOverride { registry, field } => {
            json.registry = Some(registry);
            json.field = Some(field);
        }
        ChangeKind::Identity { field } => json.field = Some(field),
        ChangeKind::Field { field } => json.field = Some(field),
        ChangeKind::ConnectorAdded
        | ChangeKind::ConnectorRemoved
        | ChangeKind::ConnectorRenamed
        | ChangeKind::SupportLevel
        | ChangeKind::ReleaseStage => {}
    }
    json
}

fn promise(change: &PromiseChange) -> JsonPromise<'_> {
    let rows = change.difference.rows.iter();
    JsonPromise {
        of: change.of,
        rows: rows
            .map(|row| JsonPromiseRow {
                topic: row.topic,
                before: &row.before,
                after: &row.after,
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::runner::oracle::commands;
    use super::super::{hostile, sample};
    use super::*;

    fn reports() -> Vec<Report> {
        let mut reports = vec![sample::quiet(), sample::broken_and_promoted(), sample::sweep(2)];
        reports.extend(hostile::NASTY.iter().map(|nasty| hostile::hostile(nasty)));
        reports
    }

    #[test]
    fn every_report_fits_its_schema() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        for report in reports() {
            for text in [
                pretty(&report),
                line(&report, "c", "s", Duration::from_micros(1234)),
            ] {
                let value: serde_json::Value = serde_json::from_str(&text).unwrap();
                let faults: Vec<String> = validator
                    .iter_errors(&value)
                    .map(|fault| fault.to_string())
                    .collect();
                assert_eq!(faults, Vec::<String>::new());
                assert_eq!(commands(&text), []);
            }
        }
        assert!(!validator.is_valid(&serde_json::json!({ "schema_version": 1 })));
    }

    #[test]
    fn a_report_reads_as_documented() {
        let mut report = sample::broken_and_promoted();
        report.connectors.truncate(1);
        insta::assert_snapshot!(pretty(&report));
    }

    #[test]
    fn a_line_of_a_replay_names_its_commit_first() {
        let text = line(
            &sample::quiet(),
            "c0ffee",
            "A \"subject\"\n",
            Duration::from_micros(1234),
        );
        assert!(
            text.starts_with(
                r#"{"commit":"c0ffee","subject":"A \"subject\"\n","ms":1.23,"schema_version":1,"#
            ),
            "{text}"
        );
        assert_eq!(text.lines().count(), 1);
    }
}
