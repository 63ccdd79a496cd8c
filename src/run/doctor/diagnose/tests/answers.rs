//! Forks, what a merge requires, the queue, and what starts a review besides.

use super::*;

#[test]
fn forks_get_comments_from_the_right_event() {
    let title = "Pull requests of forks";
    let plain = PLAIN.replacen("pull_request_target", "pull_request", 1);
    let mut facts = facts(&plain, &["review"]);
    says(
        &facts,
        0,
        title,
        "✗ optional: Pull requests of forks get the check, annotations and the job's summary",
    );
    facts.is_private = true;
    says(&facts, 0, title, "✓ The repository is private");
    edited(
        "  merge_group:",
        "  merge_group:\n  pull_request:",
        0,
        title,
        "✗ optional: `pull_request` runs beside `pull_request_target`",
    );
    let own = FULL.replacen("pull_request_target", "pull_request", 1);
    says(
        &self::facts(&own, &["tierguard"]),
        1,
        title,
        "✗ `tierguard` is required, and on `pull_request` the token of a fork cannot write it",
    );
}

#[test]
fn what_is_required_must_be_what_comes() {
    let title = "Required before a merge";
    says(
        &facts(PLAIN, &["review", "other"]),
        0,
        title,
        "✓ `main` requires `review`.",
    );
    says(
        &facts(PLAIN, &["other"]),
        1,
        title,
        "✗ `main` does not require the review",
    );
    says(
        &facts(FULL, &["tierguard"]),
        0,
        title,
        "✓ `main` requires the commit status `tierguard`.",
    );
    says(
        &facts(FULL, &["review"]),
        1,
        title,
        "✗ `main` requires the job's check `review`, which a command, an approval or the clock cannot turn.",
    );
    says(
        &facts(&FULL.replace("  review:\n", "  tierguard:\n"), &["tierguard"]),
        1,
        title,
        "✗ A job's check and the commit status are both named `tierguard`",
    );
    let unknown = PLAIN.replace("  review:\n", "  review:\n    name: ${{ github.actor }}\n");
    says(
        &facts(&unknown, &["x"]),
        0,
        title,
        "? `main` requires `x`; a job's name is put together when it runs",
    );
    changed(
        |facts| facts.required = refused(),
        2,
        title,
        "? What `main` requires is not shown to this token",
    );
    changed(
        |facts| facts.required = unread(),
        2,
        title,
        "? What `main` requires could not be looked at",
    );
    says(
        &facts(PLAIN, &["tierguard"]),
        1,
        "Commit status",
        "✗ `tierguard` is required before a merge, and the job `review`",
    );
    says(
        &facts(
            &FULL.replace("{status: true", "{instance: b, status: true"),
            &["tierguard (b)"],
        ),
        0,
        title,
        "✓ `main` requires the commit status `tierguard (b)`.",
    );
}

#[test]
fn what_lets_a_review_be_passed_over_is_told() {
    let title = "Required before a merge";
    let with = |line: &str| PLAIN.replace("  review:\n", &format!("  review:\n    {line}\n"));
    says(
        &facts(&with("continue-on-error: true"), &["review"]),
        1,
        title,
        "✗ The job `review` of `.github/workflows/tierguard.yml` passes whatever the review says",
    );
    says(
        &facts(&with("if: github.actor != 'x'"), &["review"]),
        0,
        title,
        "? The job `review` of `.github/workflows/tierguard.yml` reviews only if `github.actor != 'x'`",
    );
}

#[test]
fn a_merge_queue_needs_its_event_and_its_check() {
    let title = "Merge queue";
    let queued = |text: &str, required: &[&str]| {
        let mut facts = facts(text, required);
        facts.has_queue = Seen::Known(true);
        facts
    };
    says(
        &queued(PLAIN, &["review"]),
        1,
        title,
        "✗ `main` has a merge queue, but no workflow",
    );
    says(
        &queued(FULL, &["tierguard"]),
        0,
        title,
        "✓ `main` has a merge queue, and its groups are judged.",
    );
    let both = PLAIN.replacen("on:\n", "on:\n  merge_group:\n", 1);
    says(
        &queued(&both, &["review"]),
        0,
        title,
        "✓ `main` has a merge queue",
    );
    says(
        &queued(&both, &["tierguard"]),
        1,
        title,
        "✗ `tierguard` is required, and no run for a group",
    );
    says(&facts(PLAIN, &["review"]), 0, title, "✓ `main` has none");
    changed(
        |facts| facts.has_queue = refused(),
        0,
        title,
        "? Whether `main` has a merge queue could not be seen",
    );
}

#[test]
fn what_starts_a_review_besides_is_told() {
    let late = "  issue_comment:\n    types: [created, edited, deleted]\n";
    edited(
        late,
        "",
        0,
        "Commands and waivers in comments",
        "✗ optional: Commands such as `/tierguard recheck` are not answered",
    );
    edited(
        "[created, edited, deleted]",
        "[edited]",
        1,
        "Commands and waivers in comments",
        "✗ The workflow runs on comments that are `edited`",
    );
    edited(
        "[created, edited, deleted]",
        "[created]",
        0,
        "Commands and waivers in comments",
        "✗ optional: A waiver that somebody edits or deletes goes on counting until the next review",
    );
    edited(
        "  pull_request_review:\n",
        "",
        0,
        "Approvals",
        "✗ optional: An approval is counted with the next push only",
    );
    edited(
        "  schedule: [{cron: '1 2 * * *'}]\n",
        "",
        0,
        "Deadlines that come nearer",
        "✗ optional: A deadline that has come too near",
    );
    let by_hand = "Runs by hand";
    let dispatch = "  workflow_dispatch:\n    inputs: {pull-request: {}}\n";
    edited(
        dispatch,
        "",
        0,
        by_hand,
        "✗ optional: No pull request can be reviewed by hand",
    );
    edited(
        "    inputs: {pull-request: {}}\n",
        "",
        1,
        by_hand,
        "✗ The workflow can be started by hand, but takes no number",
    );
    edited(
        "status: true, ",
        "",
        1,
        "Commit status",
        "✗ The job `review` of `.github/workflows/tierguard.yml` also runs on `issue_comment`, `pull_request_review` and `schedule`",
    );
    edited(
        ", sarif: tierguard.sarif",
        "",
        0,
        "Code scanning",
        "✗ optional: No workflow hands the findings to code scanning",
    );
    edited(
        "      - uses: github/codeql-action/upload-sarif@1234567890abcdef1234567890abcdef12345678\n",
        "",
        0,
        "Code scanning",
        "? The job `review` of `.github/workflows/tierguard.yml` writes findings as SARIF",
    );
}
