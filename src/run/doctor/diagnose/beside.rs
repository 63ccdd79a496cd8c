//! What starts a review besides a push: commands, approvals, the clock, people.

use super::{Check, Feature, Review, listed};

pub(super) fn diagnose(reviews: &[Review<'_>], checks: &mut Vec<Check>) {
    if reviews.is_empty() {
        return;
    }
    for (feature, event, works, missing, lines) in [
        (
            Feature::Commands,
            "issue_comment",
            "`/tierguard recheck` and `/tierguard explain RULE` under a pull request are answered, and a waiver is heard at once.",
            "Commands such as `/tierguard recheck` are not answered, and a waiver in a comment is heard only when something else starts a review: no workflow runs on `issue_comment`.",
            "issue_comment:\n    types: [created, edited, deleted]",
        ),
        (
            Feature::Approvals,
            "pull_request_review",
            "An approval is counted as soon as it is given.",
            "An approval is counted with the next push only: no workflow runs on `pull_request_review`.",
            "pull_request_review:\n    types: [submitted, edited, dismissed]",
        ),
        (
            Feature::Deadlines,
            "schedule",
            "Open pull requests are judged again by the clock, while their deadlines come nearer.",
            "A deadline that has come too near is noticed with the next push only: no workflow runs on a `schedule`.",
            "schedule:\n    - cron: \"17 4 * * *\"",
        ),
    ] {
        checks.push(match reviews.iter().any(|review| review.runs_on(event)) {
            true => Check::works(feature, works),
            false => {
                let remedy = format!(
                    "`examples/commands.yml` of tierguard's repository has it, with `status: true` and `statuses: write`.\non:\n  {lines}"
                );
                Check::missing(feature, missing, remedy).optional()
            }
        });
    }
    comment_types(reviews, checks);
    checks.push(by_hand(reviews));
}

/// A command counts in a new comment only; a waiver that is taken back has to be heard as well.
fn comment_types(reviews: &[Review<'_>], checks: &mut Vec<Check>) {
    let triggers = reviews
        .iter()
        .filter_map(|review| review.workflow.trigger("issue_comment"));
    let all: Vec<&Vec<String>> = triggers.filter_map(|trigger| trigger.types.as_ref()).collect();
    let lacking = |wanted: &str| {
        let lacks = |types: &&&Vec<String>| !types.iter().any(|name| name == wanted);
        all.iter().find(lacks).copied()
    };
    let remedy = "Name the types.\non:\n  issue_comment:\n    types: [created, edited, deleted]";
    if let Some(types) = lacking("created") {
        let says = format!(
            "The workflow runs on comments that are {}, and commands count in new ones only.",
            listed(types)
        );
        checks.push(Check::missing(Feature::Commands, says, remedy));
    } else if let Some(types) = lacking("edited").or_else(|| lacking("deleted")) {
        let says = format!(
            "A waiver that somebody edits or deletes goes on counting until the next review: the workflow runs on comments \
             that are {} only.",
            listed(types)
        );
        checks.push(Check::missing(Feature::Commands, says, remedy).optional());
    }
}

fn by_hand(reviews: &[Review<'_>]) -> Check {
    let lines = "on:\n  workflow_dispatch:\n    inputs:\n      pull-request:\n        required: true";
    let dispatched: Vec<&Review<'_>> = reviews
        .iter()
        .filter(|review| review.runs_on("workflow_dispatch"))
        .collect();
    let takes_number = |review: &&Review<'_>| {
        let trigger = review.workflow.trigger("workflow_dispatch");
        trigger.is_some_and(|trigger| trigger.inputs.iter().any(|input| input == "pull-request"))
            || review.step.input("pull-request").is_some()
    };
    match (dispatched.is_empty(), dispatched.iter().all(takes_number)) {
        (false, true) => Check::works(
            Feature::ByHand,
            "A pull request can be reviewed by hand, by its number.",
        ),
        (false, false) => Check::missing(
            Feature::ByHand,
            "The workflow can be started by hand, but takes no number of a pull request.",
            format!("Add the input.\n{lines}"),
        ),
        (true, _) => Check::missing(
            Feature::ByHand,
            "No pull request can be reviewed by hand: no workflow runs on `workflow_dispatch`.",
            format!("`examples/by-hand.yml` of tierguard's repository has it.\n{lines}"),
        )
        .optional(),
    }
}
