//! Reports for the tests of the outputs: a quiet one, a typical one, a sweep.

use std::sync::Arc;

use jiff::civil::Date;

use super::links::Links;
use crate::change::{Bump, Change, ChangeKind, EditedField};
use crate::changeset::{Revision, Revisions, Side};
use crate::finding::{
    Finding, Fingerprint, Level, Location, Prose, Requirement, RequirementState, Suggestion, Who, code, prose,
};
use crate::ids::{ObjectId, RepoPath};
use crate::promises::{Promises, SupportLevel};
use crate::report::{ConnectorReport, PolicyProvenance, PromiseChange, Report, ReportedChange, Standing};
use crate::text::{Edit, Lines, Span};
use crate::verdict::Verdict;

pub(super) const SHOP: &str = "\
data:
  connectorType: source
  dockerImageTag: 3.0.0
  dockerRepository: airbyte/source-shop
  releaseStage: generally_available
  supportLevel: certified
  releases:
    breakingChanges:
      3.0.0:
        message: Stream `orders` loses its field `total_price_set`.
        upgradeDeadline: 2026-11-25
";

const TOY: &str = "\
data:
  dockerImageTag: 0.4.2
  dockerRepository: airbyte/source-toy
  releaseStage: beta
  supportLevel: certified
";

const SOURCE: &str = "https://docs.airbyte.com/integrations/connector-support-levels";

fn commit(digit: char) -> Revision {
    Revision::Commit(ObjectId::new(&digit.to_string().repeat(40)).unwrap())
}

fn directory(name: &str) -> RepoPath {
    RepoPath::new(format!("airbyte-integrations/connectors/{name}").as_bytes()).unwrap()
}

/// The location of a part of a text that stands in it once.
pub(super) fn location(name: &str, text: &str, part: &str, side: Side) -> Location {
    let start = text.find(part).unwrap();
    let file = directory(name).join(b"metadata.yaml").unwrap();
    Location::new(
        file,
        side,
        Arc::from(text),
        &Lines::new(text),
        Span::new(start, start + part.len()),
    )
}

fn suggest(at: &Location, title: Prose, replacement: &str) -> Option<Suggestion> {
    let edit = Edit {
        span: at.span,
        replacement: replacement.to_owned(),
    };
    Suggestion::new(title, at.file.clone(), at.text.as_ref().unwrap(), &[edit])
}

pub(super) fn finding(rule: &'static str, level: Level, location: Location, message: Prose) -> Finding {
    let mut finding = Finding::at(location, "subject", message);
    finding.rule = rule;
    finding.level = level;
    finding.judged_by = "policy/default.yaml:41".to_owned();
    finding.fingerprint = Fingerprint::new(rule, "connector", "subject");
    finding
}

pub(super) fn change(kind: ChangeKind, path: &str, from: Option<&str>, to: Option<&str>) -> ReportedChange {
    let change = Change {
        kind,
        path: path.to_owned(),
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
        base: None,
        head: None,
    };
    ReportedChange {
        change,
        location: None,
    }
}

fn standing(version: &str, level: &str, stage: &str) -> Standing {
    Standing {
        version: Some(version.to_owned()),
        support_level: Some(level.to_owned()),
        release_stage: Some(stage.to_owned()),
    }
}

pub(super) fn requirement(id: &'static str, asks: Prose, of: Who, state: RequirementState) -> Requirement {
    Requirement {
        id,
        asks,
        of,
        source: SOURCE,
        state,
        level: Level::Error,
        later: false,
    }
}

/// Where the sample's pull request would live.
pub(super) fn links() -> Links {
    let id = |digit: &str| ObjectId::new(&digit.repeat(40)).unwrap();
    Links {
        server: "https://github.example".to_owned(),
        repository: "o/r".to_owned(),
        pull_request: 12,
        base: id("1"),
        head: id("5"),
        policy: None,
    }
}

/// A report in which nothing happened.
pub(super) fn quiet() -> Report {
    Report {
        waivers: crate::report::Waivers::default(),
        verdict: Verdict::Pass,
        revisions: Revisions {
            base: commit('1'),
            head: commit('5'),
            target: commit('9'),
        },
        today: Date::constant(2026, 11, 22),
        policy: PolicyProvenance {
            rules_of: "2026-11".to_owned(),
            source: "built-in".to_owned(),
            named: None,
            extends: Vec::new(),
            fail_on: Level::Error,
        },
        problems: Vec::new(),
        findings: Vec::new(),
        connectors: Vec::new(),
    }
}

/// A connector that is touched without any finding.
pub(super) fn patched(name: &str) -> ConnectorReport {
    let version = ChangeKind::Version {
        bump: Bump::Patch,
        prerelease: false,
    };
    ConnectorReport {
        directory: directory(name),
        name: name.to_owned(),
        base: Some(standing("1.4.2", "community", "alpha")),
        head: Some(standing("1.4.3", "community", "alpha")),
        changes: vec![change(
            version,
            "data.dockerImageTag",
            Some("1.4.2"),
            Some("1.4.3"),
        )],
        requirements: Vec::new(),
        findings: Vec::new(),
        promises: Vec::new(),
        contract: crate::report::ReportedContract::unchanged(false, false),
    }
}

/// A certified connector breaks its users too soon, and another one is promoted.
pub(super) fn broken_and_promoted() -> Report {
    Report {
        verdict: Verdict::Fail,
        connectors: vec![broken(), promoted()],
        ..quiet()
    }
}

fn broken() -> ConnectorReport {
    let deadline = location("source-shop", SHOP, "2026-11-25", Side::Head);
    let entry = location("source-shop", SHOP, "3.0.0:", Side::Head);
    let later = suggest(&deadline, prose!["set the deadline to 2026-11-30"], "2026-11-30");
    let early = finding(
        "breaking-change-in-stable-connector",
        Level::Error,
        deadline.clone(),
        prose!["The deadline ", code("2026-11-25"), " leaves users 3 days; sources need more than 7."],
    )
    .impact(prose![
        "Connections that sync ",
        code("orders"),
        " stay on 2.6.7 until 25 November and are then paused (`deadlineAction` is not set, which means pause)."
    ])
    .remedy(prose!["Choose 2026-11-30 or later."])
    .because(Some(entry.clone()), prose!["the entry that it belongs to"])
    .suggest(later.clone());
    let tag = location("source-shop", SHOP, "3.0.0\n", Side::Head);
    let major = ChangeKind::Version {
        bump: Bump::Major,
        prerelease: false,
    };
    let edited = ChangeKind::BreakingChangeEdited {
        version: "2.0.0".to_owned(),
        fields: vec![EditedField {
            field: "message".to_owned(),
            from: Some("a".to_owned()),
            to: Some("b".to_owned()),
        }],
    };
    let declared = ChangeKind::BreakingChangeDeclared {
        version: "3.0.0".to_owned(),
    };
    let mut version = change(major, "data.dockerImageTag", Some("2.6.7"), Some("3.0.0"));
    version.location = Some(tag);
    ConnectorReport {
        directory: directory("source-shop"),
        name: "source-shop".to_owned(),
        base: Some(standing("2.6.7", "certified", "generally_available")),
        head: Some(standing("3.0.0", "certified", "generally_available")),
        changes: vec![
            version,
            change(
                declared,
                "data.releases.breakingChanges.3.0.0",
                None,
                Some("3.0.0"),
            ),
            change(
                edited,
                "data.releases.breakingChanges.2.0.0",
                Some("2.0.0"),
                Some("2.0.0"),
            ),
        ],
        requirements: vec![
            requirement(
                "entry",
                prose!["`releases.breakingChanges` names ", code("3.0.0")],
                Who::Author,
                RequirementState::Met {
                    evidence: prose!["its message says who is affected"],
                    location: Some(entry),
                },
            ),
            requirement(
                "deadline",
                prose!["users get more than 7 days"],
                Who::Author,
                RequirementState::Missing {
                    lacks: prose!["the deadline leaves users 3 days"],
                    remedy: prose!["Set the deadline to 2026-11-30 or later."],
                    suggestion: later,
                },
            ),
            requirement(
                "migration-guide",
                prose!["the migration guide has a section \"Upgrading to 3.0.0\""],
                Who::Author,
                RequirementState::Missing {
                    lacks: prose!["the migration guide has no section \"Upgrading to 3.0.0\""],
                    remedy: prose!["Say what users have to do."],
                    suggestion: None,
                },
            ),
            requirement(
                "approval",
                prose!["approval by somebody who watches over breaking changes"],
                Who::Reviewer,
                RequirementState::ToConfirm {
                    people: vec!["@airbytehq/breaking-change-reviewers".to_owned()],
                },
            ),
        ],
        findings: vec![early],
        promises: Vec::new(),
        contract: crate::report::ReportedContract::unchanged(false, false),
    }
}

fn promoted() -> ConnectorReport {
    let level = location("source-toy", TOY, "certified", Side::Head);
    let patch = ChangeKind::Version {
        bump: Bump::Patch,
        prerelease: false,
    };
    let raised = finding(
        "support-level-changed",
        Level::Warning,
        level,
        prose![
            "The support level rises from ",
            code("community"),
            " to ",
            code("certified"),
            "."
        ],
    )
    .remedy(prose!["Somebody of the owning team agrees to look after it."]);
    let stage = location("source-toy", TOY, "beta", Side::Base);
    let fits = finding(
        "stage-does-not-fit-level",
        Level::Note,
        stage,
        prose![
            "A certified connector is usually generally available; this one is in ",
            code("beta"),
            "."
        ],
    );
    ConnectorReport {
        directory: directory("source-toy"),
        name: "source-toy".to_owned(),
        base: Some(standing("0.4.1", "community", "beta")),
        head: Some(standing("0.4.2", "certified", "beta")),
        changes: vec![
            change(
                ChangeKind::SupportLevel,
                "data.supportLevel",
                Some("community"),
                Some("certified"),
            ),
            change(patch, "data.dockerImageTag", Some("0.4.1"), Some("0.4.2")),
        ],
        requirements: vec![requirement(
            "owner",
            prose!["a team looks after it"],
            Who::Reviewer,
            RequirementState::ToConfirm { people: Vec::new() },
        )],
        findings: vec![raised, fits],
        contract: crate::report::ReportedContract::unchanged(false, false),
        promises: vec![PromiseChange {
            of: "support-level",
            difference: Promises::built_in()
                .between_levels(Some(SupportLevel::Community), Some(SupportLevel::Certified)),
        }],
    }
}

/// A commit that raises the patch number of many connectors, with one odd one among them.
pub(super) fn sweep(count: usize) -> Report {
    let mut connectors: Vec<ConnectorReport> = (0..count)
        .map(|number| patched(&format!("source-{number:03}")))
        .collect();
    let mut odd = patched("source-odd");
    odd.changes.push(change(
        ChangeKind::Field {
            field: "data.license".to_owned(),
        },
        "data.license",
        Some("MIT"),
        Some("ELv2"),
    ));
    connectors.push(odd);
    Report {
        connectors,
        ..quiet()
    }
}

/// A commit that makes the same promise for many connectors, none of which keeps it yet.
pub(super) fn loud_sweep(count: usize) -> Report {
    let connectors = (0..count).map(|number| {
        let name = format!("source-{number:03}");
        let level = location(&name, TOY, "certified", Side::Head);
        let mut raised = finding(
            "support-level-changed",
            Level::Warning,
            level,
            prose![
                "The support level rises to ",
                code("certified"),
                " in ",
                code(number),
                "."
            ],
        );
        raised.fingerprint = Fingerprint::new("support-level-changed", &name, "subject");
        let mut connector = patched(&name);
        connector.findings = vec![raised];
        connector.requirements = promoted().requirements;
        connector
    });
    Report {
        connectors: connectors.collect(),
        ..quiet()
    }
}
