//! Workflows: that they run, with which rights, and safely.

use super::*;

#[test]
fn a_workflow_is_looked_for() {
    let title = "Running on every pull request";
    let none = "✗ No workflow of `main` uses tierguard: no pull request is reviewed by itself.";
    says(&facts("on: pull_request", &[]), 1, title, none);
    let call = "jobs: {a: {uses: acme/shared/.github/workflows/x.yml@v1}}";
    says(
        &facts(call, &[]),
        2,
        title,
        "? No workflow of `main` uses tierguard itself; `acme/shared/",
    );
    changed(
        |facts| facts.workflows = unread(),
        2,
        title,
        "? The workflows could not be looked at",
    );
    changed(
        |facts| facts.workflows = refused(),
        0,
        title,
        "? The workflows cannot be read",
    );
    let broken = |path: &str| {
        let broken = (path.to_owned(), "it is no map".to_owned());
        move |facts: &mut Facts| {
            if let Seen::Known(workflows) = &mut facts.workflows {
                workflows.unread.push(broken);
            }
        }
    };
    changed(
        broken("a.yml"),
        0,
        title,
        "✗ optional: `a.yml` could not be read: it is no map.",
    );
    changed(
        broken("tierguard-2.yml"),
        1,
        title,
        "✗ `tierguard-2.yml` could not be read: it is no map.",
    );
    let late = FULL.replacen("pull_request_target", "push", 1);
    says(
        &facts(&late, &[]),
        1,
        title,
        "✗ The job `review` of `.github/workflows/tierguard.yml` uses tierguard, but neither on `pull_request`",
    );
}

#[test]
fn a_workflow_that_does_not_always_run_is_told() {
    let title = "Running on every pull request";
    let types = "types: [opened, synchronize, reopened, edited, ready_for_review, labeled, unlabeled]";
    let path = "`.github/workflows/tierguard.yml`";
    edited(
        ", edited, ready_for_review, labeled, unlabeled",
        "",
        1,
        title,
        &format!("✗ {path} does not run again on `edited`, `ready_for_review`, `labeled` and `unlabeled`"),
    );
    edited(
        types,
        "# default",
        1,
        title,
        &format!("✗ {path} does not run again on `edited`"),
    );
    let with = |line: &str| format!("{types}\n    {line}");
    edited(
        types,
        &with("paths: [c/**]"),
        1,
        title,
        &format!("✗ {path} runs only for some paths"),
    );
    edited(
        types,
        &with("branches: [dev]"),
        1,
        title,
        &format!("✗ {path} does not run for pull requests to `main`."),
    );
    edited(
        types,
        &with("branches-ignore: [main]"),
        1,
        title,
        &format!("✗ {path} does not run for pull requests to"),
    );
    edited(
        types,
        &with("branches: ['v*']"),
        0,
        title,
        &format!("? {path} runs for the target branches that a pattern"),
    );
    edited(
        types,
        &with("branches: [main]"),
        0,
        title,
        &format!("✓ {path} reviews every pull request"),
    );
}

#[test]
fn permissions_are_those_of_the_job() {
    let job = "The job `review` of `.github/workflows/tierguard.yml`";
    let comments = "Comments and suggestions";
    edited(
        "pull-requests: write",
        "pull-requests: read",
        1,
        comments,
        &format!("✗ {job} may not comment: its `pull-requests` is `read`."),
    );
    edited(
        "      pull-requests: write\n",
        "",
        1,
        comments,
        "pull-requests: write",
    );
    edited(
        "statuses: write",
        "x: y",
        1,
        "Commit status",
        &format!("✗ {job} may not publish the commit status"),
    );
    edited(
        "checks: write",
        "x: y",
        1,
        "Check run",
        &format!("✗ {job} may not publish a check run"),
    );
    edited(
        "security-events: write",
        "x: y",
        1,
        "Code scanning",
        &format!("✗ {job} may not upload the findings"),
    );
    let running = "Running on every pull request";
    edited(
        "contents: read",
        "x: y",
        0,
        running,
        &format!("✗ optional: {job} is not granted `contents: read`"),
    );
    let mut private = facts(&FULL.replace("contents: read", "x: y"), &["tierguard"]);
    private.is_private = true;
    says(
        &private,
        1,
        running,
        &format!("✗ {job} may not read the change and the policy"),
    );
    let unnamed = PLAIN.replace(
        "    permissions:\n      contents: read\n      pull-requests: write\n",
        "",
    );
    says(
        &facts(&unnamed, &["review"]),
        2,
        comments,
        &format!("? {job} names no `permissions`; whether it may comment is a setting of the repository"),
    );
    edited(
        "status: true",
        "status: true, token: '${{ secrets.BOT }}'",
        0,
        comments,
        &format!("? {job} brings a token of its own"),
    );
    edited(
        "status: true",
        "status: true, dry-run: true",
        0,
        running,
        &format!("✓ {job} may read the pull request"),
    );
    edited(
        "status: true",
        "status: true, dry-run: true",
        0,
        comments,
        &format!("✗ optional: {job} writes nothing to a pull request"),
    );
}

#[test]
fn an_unsafe_workflow_is_told() {
    let title = "Safety";
    let id = "@1234567890abcdef1234567890abcdef12345678";
    let job = "The job `review` of `.github/workflows/tierguard.yml`";
    edited(
        id,
        "@v1",
        0,
        title,
        &format!("✗ optional: {job} names tierguard by `v1`, which can be moved"),
    );
    let zeros = format!("@{}", "0".repeat(40));
    edited(
        id,
        &zeros,
        1,
        title,
        &format!("✗ {job} names tierguard by forty zeros"),
    );
    let checkout =
        "    steps:\n      - uses: actions/checkout@v5\n        with:\n          ref: ${{ github.head_ref }}";
    edited(
        "    steps:",
        checkout,
        1,
        title,
        "✗ `.github/workflows/tierguard.yml` checks out what a pull request proposes",
    );
    let group = "concurrency: tierguard-${{ github.event.pull_request.number || github.run_id }}";
    edited(
        group,
        "",
        0,
        title,
        &format!("✗ optional: {job} has no `concurrency`"),
    );
    edited(
        group,
        "concurrency: all",
        1,
        title,
        &format!("✗ {job} shares the `concurrency` group `all`"),
    );
    let by_ref = "concurrency: x-${{ github.ref }}";
    edited(
        group,
        by_ref,
        1,
        title,
        &format!("✗ {job} shares the `concurrency` group"),
    );
    let own = PLAIN.replacen("pull_request_target", "pull_request", 1);
    let own = own.replace(
        "concurrency: tierguard-${{ github.event.pull_request.number }}",
        by_ref,
    );
    says(
        &facts(&own, &["review"]),
        0,
        title,
        &format!("✓ {job} has a `concurrency` group for each"),
    );
}
