use super::*;

const PATH: &str = ".github/workflows/x.yml";

fn read(text: &str) -> Workflow {
    Workflow::read(PATH, text.as_bytes(), false).unwrap_or_else(|why| panic!("{why}\n{text}"))
}

/// A workflow whose one job `review` has these lines, indented by four.
fn job(lines: &str) -> Job {
    let mut workflow = read(&format!("on: push\njobs:\n  review:\n{lines}"));
    workflow.jobs.remove(0)
}

fn step(lines: &str) -> Step {
    let mut job = job(&format!("    steps:\n      - {lines}"));
    job.reviews
        .pop()
        .unwrap_or_else(|| panic!("no review in {lines}"))
}

#[test]
fn events_are_a_name_a_list_or_a_map() {
    let names = |text: &str| -> Vec<String> {
        let triggers = read(text).triggers;
        triggers.into_iter().map(|trigger| trigger.event).collect()
    };
    assert_eq!(names("on: pull_request"), ["pull_request"]);
    assert_eq!(names("'on': pull_request"), ["pull_request"]);
    assert_eq!(
        names("on: [pull_request, merge_group]"),
        ["pull_request", "merge_group"]
    );
    assert_eq!(
        names("on:\n  merge_group:\n  schedule: [{cron: '1 2 * * *'}]"),
        ["merge_group", "schedule"]
    );
    for odd in [
        "{}",
        "on:",
        "on: []",
        "on: {}",
        "on: 1.5e3\njobs: 7",
        "jobs: [a]",
        "on: [[x]]",
    ] {
        let triggers = read(odd).triggers;
        assert!(triggers.len() <= 1, "{odd}: {triggers:?}");
    }
}

#[test]
fn types_paths_branches_and_inputs_are_read_from_the_filters() {
    let workflow = read(
        "on:\n  pull_request:\n    types: opened\n    paths-ignore: [x]\n    branches: [main, 'v*']\n    \
         branches-ignore: dev\n  workflow_dispatch:\n    inputs:\n      pull-request: {}\n",
    );
    let trigger = workflow.trigger("pull_request").unwrap();
    assert!(trigger.has_type("opened") && !trigger.has_type("synchronize") && trigger.has_paths);
    assert_eq!(
        trigger.branches.as_deref(),
        Some(&["main".to_owned(), "v*".to_owned()][..])
    );
    assert_eq!(trigger.branches_ignored, ["dev"]);
    assert_eq!(
        workflow.trigger("workflow_dispatch").unwrap().inputs,
        ["pull-request"]
    );
    let bare = read("on: pull_request_target");
    let bare = bare.trigger("pull_request_target").unwrap();
    assert!(bare.has_type("synchronize") && !bare.has_type("edited") && bare.branches.is_none());
}

#[test]
fn a_job_inherits_permissions_and_concurrency_unless_it_has_its_own() {
    let workflow = read(
        "permissions: read-all\nconcurrency: a\njobs:\n  x: {}\n  y:\n    permissions: {checks: write}\n    \
         concurrency: {group: b}\n  z:\n    permissions: {}\n",
    );
    let [x, y, z] = &workflow.jobs[..] else {
        panic!("{workflow:?}")
    };
    assert_eq!(x.grants.of("contents"), Some(Access::Read));
    assert_eq!(x.concurrency.as_deref(), Some("a"));
    assert_eq!(
        (y.grants.of("checks"), y.grants.of("contents")),
        (Some(Access::Write), Some(Access::None))
    );
    assert_eq!(y.concurrency.as_deref(), Some("b"));
    assert_eq!(z.grants.of("contents"), Some(Access::None));
    assert_eq!(job("    name: n\n").grants.of("contents"), None);
    assert_eq!(job("    permissions: 7\n").grants.of("contents"), None);
    assert_eq!(
        job("    permissions: write-all\n").grants.of("checks"),
        Some(Access::Write)
    );
}

#[test]
fn the_name_of_a_check_is_the_jobs_unless_something_makes_it_up() {
    assert_eq!(job("    name: the review\n").check.as_deref(), Some("the review"));
    assert_eq!(job("    runs-on: x\n").check.as_deref(), Some("review"));
    for made_up in [
        "    name: ${{ github.ref }}\n",
        "    strategy: {matrix: {a: [1, 2]}}\n",
        "    uses: ./.github/workflows/y.yml\n",
    ] {
        assert_eq!(job(made_up).check, None, "{made_up}");
    }
}

#[test]
fn a_step_names_tierguard_in_many_ways() {
    let id = "1234567890abcdef1234567890abcdef12345678";
    let zeros = "0".repeat(40);
    let digest = "a".repeat(64);
    for (uses, expected) in [
        (format!("tierguard/tierguard@{id}"), Reference::Pinned),
        (format!("Acme/TierGuard@{id}"), Reference::Pinned),
        (format!("tierguard/tierguard@{zeros}"), Reference::Placeholder),
        (
            "tierguard/tierguard@v1".to_owned(),
            Reference::Movable("v1".to_owned()),
        ),
        (
            format!("tierguard/tierguard@{}", &id[..12]),
            Reference::Movable(id[..12].to_owned()),
        ),
        (
            "tierguard/tierguard".to_owned(),
            Reference::Movable(String::new()),
        ),
        (
            format!("docker://ghcr.io/tierguard/tierguard@sha256:{digest}"),
            Reference::Pinned,
        ),
        (
            "docker://ghcr.io/tierguard/tierguard:1".to_owned(),
            Reference::Movable("1".to_owned()),
        ),
    ] {
        assert_eq!(step(&format!("uses: {uses}")).reference, expected, "{uses}");
    }
    assert_eq!(
        step("run: ./tierguard review --status").reference,
        Reference::Program
    );
    for other in [
        "uses: ./",
        "uses: actions/checkout@v5",
        "uses: acme/tierguard-setup@v1",
        "uses: tierguard@v1",
        "run: tierguard check",
        "uses: [a]",
        "uses: ''",
    ] {
        let job = job(&format!("    steps:\n      - {other}"));
        assert!(job.reviews.is_empty(), "{other}");
    }
    let own = Workflow::read(PATH, b"jobs: {x: {steps: [{uses: ./}]}}", true).unwrap();
    assert_eq!(own.jobs[0].reviews[0].reference, Reference::Own);
}

#[test]
fn inputs_are_texts_whatever_their_kind_and_case() {
    let step = step(
        "uses: tierguard/tierguard@v1\n        with: {Status: true, check-run: \"false\", fail-on: '', n: 7, \
         dry-run: \"${{ x }}\"}",
    );
    assert_eq!(
        (step.flag("status"), step.flag("check-run")),
        (Some(true), Some(false))
    );
    assert_eq!((step.flag("dry-run"), step.flag("absent")), (None, Some(false)));
    assert_eq!((step.input("fail-on"), step.input("n")), (None, Some("7")));
}

#[test]
fn a_token_of_its_own_is_told_from_the_jobs() {
    for (token, is_own) in [
        ("${{ github.token }}", false),
        ("${{secrets.GITHUB_TOKEN}}", false),
        ("''", false),
        ("${{ secrets.BOT }}", true),
        ("${{ steps.app.outputs.token }}", true),
    ] {
        let step = step(&format!(
            "uses: tierguard/tierguard@v1\n        with:\n          token: {token}"
        ));
        assert_eq!(step.has_own_token(), is_own, "{token}");
    }
}

#[test]
fn a_checkout_of_the_head_is_seen_and_one_of_the_base_is_not() {
    for (lines, expected) in [
        ("uses: actions/checkout@v5", false),
        ("uses: actions/checkout@v5\n        with: {ref: main}", false),
        (
            "uses: actions/checkout@v5\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}",
            true,
        ),
        (
            "uses: actions/checkout@v5\n        with:\n          ref: refs/pull/1/merge",
            true,
        ),
        (
            "uses: actions/checkout@v5\n        with:\n          repository: ${{ github.event.pull_request.head.repo.full_name }}",
            true,
        ),
        ("run: gh pr checkout 7", true),
    ] {
        let job = job(&format!("    steps:\n      - {lines}"));
        assert_eq!(job.checks_out_head, expected, "{lines}");
    }
}

#[test]
fn what_skips_or_ignores_the_review_is_seen() {
    let review = "    steps:\n      - uses: tierguard/tierguard@v1\n";
    assert_eq!(job(review).condition, None);
    assert_eq!(
        job(&format!("    if: ${{{{ always() }}}}\n{review}")).condition,
        None
    );
    assert_eq!(
        job(&format!("    if: github.actor != 'x'\n{review}"))
            .condition
            .as_deref(),
        Some("github.actor != 'x'")
    );
    assert_eq!(
        job(&format!("{review}        if: false\n")).condition.as_deref(),
        Some("false")
    );
    assert!(job(&format!("{review}        continue-on-error: true\n")).ignores_failure);
    assert!(!job(&format!("    continue-on-error: false\n{review}")).ignores_failure);
}

#[test]
fn a_called_workflow_has_the_events_of_its_callers() {
    let mut outer = read("on: pull_request\njobs: {a: {uses: ./.github/workflows/called.yml}}");
    outer.path = ".github/workflows/caller.yml".to_owned();
    let mut inner = read("on: workflow_call\njobs: {b: {steps: []}}");
    inner.path = ".github/workflows/called.yml".to_owned();
    let mut stranger = inner.clone();
    stranger.path = ".github/workflows/stranger.yml".to_owned();
    let mut all = [outer, inner, stranger];
    join_calls(&mut all);
    assert!(all[1].trigger("pull_request").is_some());
    assert!(all[2].trigger("pull_request").is_none());
}

#[test]
fn what_is_no_workflow_is_an_error_and_never_a_panic() {
    let deep = format!("on: {}{}", "[".repeat(10_000), "]".repeat(10_000));
    let levels: String = (1..=12)
        .map(|level| {
            let above = format!("*a{}", level - 1);
            format!("a{level}: &a{level} [{}]\n", vec![above; 10].join(", "))
        })
        .collect();
    let bomb = format!("a0: &a0 [x]\n{levels}");
    for text in [
        "",
        "- a",
        "text",
        "a: [",
        "a: 1\na: 2",
        "on: *nowhere",
        "a: 1\n---\nb: 2",
        "\u{0}",
        &deep,
        &bomb,
    ] {
        let shown: String = text.chars().take(40).collect();
        assert!(Workflow::read(PATH, text.as_bytes(), false).is_err(), "{shown}");
    }
    assert!(Workflow::read(PATH, b"a: \xff", false).is_err());
    for odd in [
        "on: !x pull_request\njobs: !y {a: !z {steps: !w [{uses: !v a}]}}",
        "? [a]\n: b\njobs: {? [c] : {}, 7: {steps: {a: b}}}",
        "jobs: {a: null, b: [], c: {steps: [null, 1, [x]], permissions: [x], strategy: 1, with: 2}}",
        "on: {pull_request: [a], push: {types: {a: b}, inputs: 3}}",
        "concurrency: [a]\npermissions: null",
    ] {
        let _ = read(odd);
    }
}
