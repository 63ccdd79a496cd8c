//! The plan against a pull request in memory.

mod beside;
mod dry_run;
mod life;
mod properties;
mod strangers;

use std::collections::{BTreeMap, BTreeSet};

use super::model::Model;
use super::plan;
use crate::changeset::Side;
use crate::finding::Fingerprint;
use crate::ids::RepoPath;
use crate::publish::desired::Desired;
use crate::publish::marker::{Instance, Lines};
use crate::render::markdown::Markdown;
use crate::render::review::ReviewDraft;
use crate::render::review::{Anchor, InlineComment};

fn fingerprint(number: usize) -> Fingerprint {
    Fingerprint::new("rule", "connector", &number.to_string())
}

fn file() -> RepoPath {
    RepoPath::new(b"source-shop/metadata.yaml").unwrap()
}

fn lines(line: usize) -> Lines {
    Lines {
        side: Side::Head,
        first: line,
        last: line,
    }
}

/// Nothing to say on head `a`.
fn nothing() -> Desired {
    Desired {
        instance: Instance::default(),
        head: super::model::commit('a'),
        day: "2026-11-22".parse().unwrap(),
        is_whole: true,
        refused: BTreeSet::new(),
        said: ReviewDraft {
            all_clear: Markdown::own("All clear."),
            ..ReviewDraft::default()
        },
        labels: BTreeMap::new(),
        reviewers: Vec::new(),
        check_run: None,
        status: None,
        verdict_only: false,
        notices: Vec::new(),
    }
}

/// Findings with their lines.
fn saying(findings: &[(usize, usize)]) -> Desired {
    let mut desired = nothing();
    desired.said.summary = Some(Markdown::text(&format!("{} findings", findings.len())));
    for (number, line) in findings {
        desired.said.fingerprints.push(fingerprint(*number));
        desired.said.comments.push(InlineComment {
            anchor: Anchor {
                file: file(),
                side: Side::Head,
                first_line: *line,
                last_line: *line,
            },
            body: Markdown::text(&format!("finding {number}")),
            fingerprint: fingerprint(*number),
        });
    }
    desired
}

/// The headlines of a plan.
fn headlines(model: &Model, desired: &Desired) -> Vec<String> {
    let plan = plan(&model.observe(), desired);
    let operations = plan.operations.iter().map(ToString::to_string);
    operations
        .map(|operation| operation.lines().next().unwrap_or_default().to_owned())
        .collect()
}

/// Carries out the whole plan; what follows on it is empty.
fn run(model: &mut Model, desired: &Desired) {
    for operation in plan(&model.observe(), desired).operations {
        model.apply(&operation);
    }
    assert_eq!(headlines(model, desired), Vec::<String>::new());
}

/// A pull request that shows some findings.
fn showing(findings: &[(usize, usize)]) -> Model {
    let mut model = Model::new();
    run(&mut model, &saying(findings));
    model
}
