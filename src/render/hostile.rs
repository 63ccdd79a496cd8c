//! Words that break out of careless outputs, and a report that holds them wherever a change can put them.

use std::sync::Arc;

use jiff::civil::Date;

use super::sample::{change, finding, quiet, requirement};
use crate::change::ChangeKind;
use crate::changeset::{Revision, Side};
use crate::comparison::{Commit, Comparison, Difference, Differing, Proposed};
use crate::finding::{
    Level, Location, Problem, Requirement, RequirementState, Suggestion, Waived, Waiver, WaiverPlace, Who,
    code, prose,
};
use crate::ids::{ObjectId, RepoPath};
use crate::report::{ConnectorReport, Report, Standing, Waivers};
use crate::text::{Edit, Lines, Span};
use crate::verdict::Verdict;

/// A comparison of policies in which the history says what a report's connector says.
pub(super) fn proposed(report: &Report) -> Proposed {
    let connector = &report.connectors[0];
    let nasty = connector.head.as_ref().and_then(|head| head.version.clone());
    let found = Differing {
        rule: connector.findings[0].rule,
        connector: connector.name.clone(),
        before: None,
        after: Some(Level::Error),
        message: connector.findings[0].message.clone(),
    };
    let commit = Commit {
        id: ObjectId::new(&"a1".repeat(20)).unwrap(),
        date: report.today,
        subject: nasty.unwrap(),
    };
    Proposed::Compared {
        comparison: Comparison {
            commits: 1,
            blocked: [0, 1],
            differences: vec![Difference {
                commit,
                verdicts: [Verdict::Pass, Verdict::Fail],
                findings: vec![found],
            }],
        },
        unread: 0,
        has_stopped: false,
    }
}

/// Nasty text in every place that a change can fill.
pub(super) fn hostile(nasty: &str) -> Report {
    let path: Vec<u8> = nasty
        .bytes()
        .filter(|byte| !b"/\0".contains(byte))
        .chain(*b"x")
        .take(200)
        .collect();
    let folder = RepoPath::new(&[b"connectors/", &path[..]].concat()).unwrap();
    let text = format!("key: {nasty}\nother: {nasty}\n");
    let span = Span::new(5, 5 + nasty.len());
    let file = folder.join(b"metadata.yaml").unwrap();
    let place = Location::new(
        file.clone(),
        Side::Head,
        Arc::from(&*text),
        &Lines::new(&text),
        span,
    );
    let edit = Edit {
        span,
        replacement: format!("{nasty} and more"),
    };
    let judged = finding(
        "ambiguous-metadata",
        Level::Error,
        place.clone(),
        prose!["Found ", code(nasty), "."],
    )
    .impact(prose![code(nasty)])
    .remedy(prose!["Write ", code(nasty)])
    .because(Some(place.clone()), prose![code(nasty)])
    .suggest(Suggestion::new(
        prose!["write ", code(nasty)],
        file,
        &text,
        &[edit],
    ));
    let state = Standing {
        version: Some(nasty.to_owned()),
        support_level: Some(nasty.to_owned()),
        release_stage: Some(nasty.to_owned()),
    };
    let field = ChangeKind::Field {
        field: nasty.to_owned(),
    };
    let mut report = Report {
        verdict: Verdict::CouldNotEvaluate,
        ..quiet()
    };
    report.revisions.head = Revision::Folder(nasty.to_owned());
    report.problems = vec![Problem {
        message: prose!["Cannot read ", code(nasty)],
        location: Some(place.clone()),
    }];
    let mut note = judged.clone();
    note.level = Level::Note;
    report.findings = vec![note];
    report.connectors = vec![ConnectorReport {
        directory: folder.clone(),
        name: folder.shown_name(),
        base: Some(Standing::default()),
        head: Some(state),
        changes: vec![change(field, nasty, Some(nasty), None)],
        requirements: requirements(nasty, place),
        findings: vec![judged],
        promises: Vec::new(),
        contract: crate::report::ReportedContract::unchanged(false, false),
    }];
    report.waivers = waivers(nasty, &report.connectors[0]);
    report
}

/// A finding that is waived, a waiver that does not count, and a line to copy.
fn waivers(nasty: &str, connector: &ConnectorReport) -> Waivers {
    Waivers {
        waived: vec![Waived {
            connector: connector.name.clone(),
            directory: connector.directory.clone(),
            finding: connector.findings[0].clone(),
            waiver: Waiver {
                by: Some(nasty.to_owned()),
                on: None,
                until: Date::constant(2026, 12, 1),
                because: nasty.to_owned(),
                place: WaiverPlace::Policy(nasty.to_owned()),
            },
        }],
        remarks: vec![prose!["The waiver of ", code(nasty), " does not count."]],
        may: prose![code(nasty)],
        offers: vec![prose![code(nasty)]],
    }
}

/// One requirement in each state.
fn requirements(nasty: &str, place: Location) -> Vec<Requirement> {
    let asked = |id, state| requirement(id, prose!["name ", code(nasty)], Who::Author, state);
    vec![
        asked(
            "entry",
            RequirementState::Met {
                evidence: prose![code(nasty)],
                location: Some(place),
            },
        ),
        asked(
            "message",
            RequirementState::Missing {
                lacks: prose!["no ", code(nasty)],
                remedy: prose!["Write ", code(nasty), "!"],
                suggestion: None,
            },
        ),
        asked(
            "approval-by",
            RequirementState::Undecided {
                remedy: prose!["Whether ", code(nasty), " belongs to it could not be read."],
                unasked: Vec::new(),
            },
        ),
        asked(
            "approval",
            RequirementState::ToConfirm {
                people: vec![nasty.to_owned(), "@org/team".to_owned()],
            },
        ),
    ]
}

/// The same about several connectors, as a sweep brings it.
pub(super) fn hostile_sweep(nasty: &str) -> Report {
    let mut report = hostile(nasty);
    let mut connector = report.connectors.remove(0);
    let mut note = report.findings[0].clone();
    note.remedy = None;
    connector.findings.push(note);
    report.connectors = vec![connector; 6];
    report
}

/// Words that break out of careless outputs.
pub(super) const NASTY: &[&str] = &[
    "a\n::add-mask::e",
    "a\r::stop-commands::tok",
    "x ##[error]pwned",
    "\u{a0}\u{2003}::error::x",
    "##[add-mask]x",
    "#1 GH-1 o/r#1 0123456789abcdef0123456789abcdef01234567 https://github.com/o/r/pull/1",
    "<img src=http://e/x.png> <a href=x> <details>",
    "<!-- tierguard:summary -->",
    "`````` ``[click](http://evil)`` `x` [y](http://evil)",
    "\n\n# Approved\n- [x] reviewed by security",
    "```\n```suggestion\nx\n```\n~~~",
    "[x](javascript:1) www.evil.com a@b.c [a]: http://e [^1]: x",
    "$$x$$ $`x`$ :shipit: :+1:",
    "a | b \\| c \\\\| d | e",
    "@team @org/team",
    "&lt;b&gt; &#64;team &amp;",
    "\u{202e}abc\u{2066}\u{200b}\u{1b}[31m",
    "1. x",
    "- x",
    "    x",
    "> [!NOTE]",
    "---",
    "===",
    "",
    "`",
    "\\",
    "a\\",
    "*a* _b_ **c** ~~d~~ __e__",
    "% %0A %25 a,b:c",
    "../../x y#z?é",
];
