//! The whole of a diagnosis: fixtures, the exit code, escapes. A sentence of each feature stands in a file beside.

mod access;
mod answers;
mod content;
mod people;
mod running;

use super::*;
use crate::rules::POLICY_PATH;
use crate::run::doctor::facts::{Connectors, OpenPullRequest, PolicyFile, PolicyState, TokenFacts};
use crate::run::doctor::text::text;

const PATH: &str = ".github/workflows/tierguard.yml";

/// A workflow that reviews every pull request of a public repository.
const PLAIN: &str = r"
on:
  pull_request_target:
    types: [opened, synchronize, reopened, edited, ready_for_review, labeled, unlabeled]
concurrency: tierguard-${{ github.event.pull_request.number }}
jobs:
  review:
    permissions:
      contents: read
      pull-requests: write
    steps:
      - uses: tierguard/tierguard@1234567890abcdef1234567890abcdef12345678
";

/// The same with everything that can start it besides, answering by a commit status.
const FULL: &str = r"
on:
  pull_request_target:
    types: [opened, synchronize, reopened, edited, ready_for_review, labeled, unlabeled]
  merge_group:
  issue_comment:
    types: [created, edited, deleted]
  pull_request_review:
  schedule: [{cron: '1 2 * * *'}]
  workflow_dispatch:
    inputs: {pull-request: {}}
concurrency: tierguard-${{ github.event.pull_request.number || github.run_id }}
jobs:
  review:
    permissions:
      contents: read
      pull-requests: write
      statuses: write
      checks: write
      security-events: write
    steps:
      - uses: tierguard/tierguard@1234567890abcdef1234567890abcdef12345678
        with: {status: true, check-run: true, sarif: tierguard.sarif}
      - uses: github/codeql-action/upload-sarif@1234567890abcdef1234567890abcdef12345678
";

fn workflow(text: &str) -> Workflow {
    Workflow::read(PATH, text.as_bytes(), false).unwrap()
}

/// A repository of the name `o/r` in which this workflow stands and these names are required.
fn facts(text: &str, required: &[&str]) -> Facts {
    Facts {
        repository: "o/r".to_owned(),
        branch: "main".to_owned(),
        is_private: false,
        is_archived: false,
        token: TokenFacts {
            login: Seen::Known("github-actions[bot]".to_owned()),
            scopes: None,
            role: None,
        },
        contents: Seen::Known(true),
        pull_requests: Seen::Known(Some(OpenPullRequest {
            number: 7,
            can_write: true,
        })),
        checks: Seen::Known(()),
        statuses: Seen::Known(()),
        workflows: Seen::Known(Workflows {
            read: vec![workflow(text)],
            unread: Vec::new(),
        }),
        policies: vec![PolicyFile {
            path: POLICY_PATH.to_owned(),
            state: Seen::Known(PolicyState::Valid),
        }],
        teams: Vec::new(),
        topic_teams: Vec::new(),
        permissions: Seen::Known(()),
        connectors: Seen::Known(Connectors {
            patterns: vec!["c/*".to_owned()],
            found: 2,
            is_all: true,
            idle_waivers: Vec::new(),
        }),
        required: Seen::Known(required.iter().map(|&name| name.to_owned()).collect()),
        has_queue: Seen::Known(false),
    }
}

fn refused<T>() -> Seen<T> {
    Seen::Refused("GitHub answered 403".to_owned())
}

fn unread<T>() -> Seen<T> {
    Seen::Unread("GitHub answered 502".to_owned())
}

/// Holds that the diagnosis has a sentence, under its headline, with its sign; and the exit code.
#[track_caller]
fn says(facts: &Facts, code: u8, title: &str, sentence: &str) {
    let checks = diagnose(facts);
    let shown = text(facts, &checks);
    let block = shown
        .split("\n\n")
        .find(|block| block.lines().next() == Some(title))
        .unwrap_or_else(|| panic!("no `{title}` in\n{shown}"));
    assert!(
        block.lines().any(|line| line.trim_start().starts_with(sentence)),
        "no `{sentence}` in\n{block}\n\nof\n{shown}"
    );
    assert_eq!(exit_code(&checks), code, "{shown}");
}

/// Says of each change of the full set-up what comes of it.
#[track_caller]
fn changed(change: impl FnOnce(&mut Facts), code: u8, title: &str, sentence: &str) {
    let mut facts = facts(FULL, &["tierguard"]);
    change(&mut facts);
    says(&facts, code, title, sentence);
}

/// The full workflow with one text in place of another.
#[track_caller]
fn edited(from: &str, to: &str, code: u8, title: &str, sentence: &str) {
    assert!(FULL.contains(from), "{from}");
    says(
        &facts(&FULL.replacen(from, to, 1), &["tierguard"]),
        code,
        title,
        sentence,
    );
}

#[test]
fn a_plain_review_lacks_nothing_and_is_told_what_else_there_is() {
    let facts = facts(PLAIN, &["review"]);
    let checks = diagnose(&facts);
    assert_eq!(exit_code(&checks), 0);
    let shown = text(&facts, &checks);
    assert!(
        shown.ends_with(
            "Nothing that a review needs is missing; 7 things that are optional are not set up.\n"
        )
    );
    let needed: Vec<&Check> = checks
        .iter()
        .filter(|check| check.state == State::Missing && check.is_needed)
        .collect();
    assert_eq!(needed, Vec::<&Check>::new());
}

#[test]
fn a_full_review_is_told_that_everything_works() {
    let facts = facts(FULL, &["tierguard"]);
    let checks = diagnose(&facts);
    let others: Vec<&Check> = checks
        .iter()
        .filter(|check| check.state != State::Works)
        .collect();
    assert_eq!(others, Vec::<&Check>::new());
    assert!(text(&facts, &checks).ends_with("\nNothing that a review needs is missing.\n"));
}

#[test]
fn every_missing_thing_says_how_to_add_it() {
    for facts in [
        facts("on: push", &[]),
        facts(PLAIN, &[]),
        facts(&PLAIN.replace("contents: read", "x: y"), &[]),
    ] {
        for check in diagnose(&facts) {
            assert_eq!(check.remedy.is_some(), check.state != State::Works, "{check:?}");
            assert!(check.says.ends_with('.'), "{check:?}");
        }
    }
}

#[test]
fn what_could_not_be_looked_at_outweighs_what_is_missing() {
    let mut facts = facts(PLAIN, &[]);
    assert_eq!(exit_code(&diagnose(&facts)), 1);
    facts.connectors = unread();
    let checks = diagnose(&facts);
    assert_eq!(exit_code(&checks), 2);
    let shown = text(&facts, &checks);
    let answer =
        "1 thing that a review needs is missing, and 1 thing could not be told; 7 things that are optional";
    assert!(shown.contains(answer), "{shown}");
}

#[test]
fn foreign_text_stays_in_its_line() {
    let nasty = "a`b\n::error::c\u{202e}##[error]\u{1b}[31m";
    let mut facts = facts(PLAIN, &["review", nasty]);
    facts.branch = nasty.to_owned();
    facts.token.login = Seen::Known(nasty.to_owned());
    facts.policies[0].state = Seen::Known(PolicyState::Invalid(vec![nasty.to_owned()]));
    facts.connectors = Seen::Refused(nasty.to_owned());
    if let Seen::Known(workflows) = &mut facts.workflows {
        workflows.unread.push((nasty.to_owned(), nasty.repeat(200)));
        nasty.clone_into(&mut workflows.read[0].path);
        nasty.clone_into(&mut workflows.read[0].jobs[0].id);
        workflows.read[0].jobs[0].condition = Some(nasty.to_owned());
    }
    let shown = text(&facts, &diagnose(&facts));
    for line in shown.lines() {
        assert!(!line.trim_start().starts_with("::"), "{line}");
        assert!(line.chars().count() < 1_000, "{line}");
    }
    assert!(
        !shown.contains("##[") && !shown.contains(['\u{202e}', '\u{1b}']),
        "{shown}"
    );
}
