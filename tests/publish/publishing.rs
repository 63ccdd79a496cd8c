//! Observe, plan and apply against a fake GitHub that remembers, without the rest of the program.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tierguard::changeset::Side;
use tierguard::finding::Fingerprint;
use tierguard::github::{Addresses, Client, Connection, Token};
use tierguard::ids::{ObjectId, RepoPath};
use tierguard::publish::apply::{Options, Outcome, run};
use tierguard::publish::check::{Annotation, CheckRun, Content, Status};
use tierguard::publish::desired::{Desired, Said};
use tierguard::publish::history::Reviewer;
use tierguard::publish::marker::Instance;
use tierguard::publish::observe::Target;
use tierguard::publish::observed::Observed;
use tierguard::publish::plan::Standing;
use tierguard::render::markdown::Markdown;
use tierguard::render::review::{Anchor, InlineComment};

use super::fake::{Fault, Files, Permissions, Role, World};

const PATH: &str = "connectors/source-shop/metadata.yaml";

fn text(changed: &str) -> String {
    let lines = (1..=40).map(|line| match line {
        20..=25 => format!("line {line} {changed}\n"),
        _ => format!("line {line}\n"),
    });
    lines.collect()
}

/// A pull request whose lines 17 to 28 can take a comment.
fn world() -> World {
    World::with_pull(
        &Files::new().file(PATH, text("before")),
        &Files::new().file(PATH, text("after")),
    )
}

fn fingerprint(line: usize) -> Fingerprint {
    Fingerprint::new("rule", "connector", &line.to_string())
}

/// A finding on each of some lines, in the summary where it was refused on its line.
fn saying(world: &World, lines: &[usize], refused: &BTreeSet<Fingerprint>) -> Desired {
    let comments = lines.iter().map(|line| InlineComment {
        anchor: Anchor {
            file: RepoPath::new(PATH.as_bytes()).unwrap(),
            side: Side::Head,
            first_line: *line,
            last_line: *line,
        },
        body: Markdown::text(&format!("finding on line {line}")),
        fingerprint: fingerprint(*line),
    });
    let told: Vec<String> = lines
        .iter()
        .filter(|line| refused.contains(&fingerprint(**line)))
        .map(|line| format!("in full: line {line}"))
        .collect();
    let summary = format!("{} findings {}", lines.len(), told.join(", "));
    Desired {
        instance: Instance::default(),
        head: ObjectId::new(&world.head(1)).unwrap(),
        day: "2026-11-22".parse().unwrap(),
        is_whole: true,
        refused: refused.clone(),
        said: Said {
            summary: (!lines.is_empty()).then(|| Markdown::text(&summary)),
            all_clear: Markdown::own("All clear."),
            comments: comments.collect(),
            without_anchor: BTreeMap::new(),
            fingerprints: lines.iter().map(|line| fingerprint(*line)).collect(),
        },
        labels: BTreeMap::new(),
        reviewers: Vec::new(),
        check_run: None,
        status: None,
        notices: Vec::new(),
    }
}

/// All that can be published at once.
fn everything(world: &World, refused: &BTreeSet<Fingerprint>) -> Desired {
    let mut desired = saying(world, &[20, 22], refused);
    desired.labels = BTreeMap::from([("breaking-change".to_owned(), true)]);
    desired.reviewers = vec![
        Reviewer::Team("owners".to_owned()),
        Reviewer::Person("grace".to_owned()),
    ];
    desired.status = Some(Status {
        context: "tierguard".to_owned(),
        state: "failure",
        description: "2 errors".to_owned(),
    });
    desired
}

fn furnished() -> World {
    let world = world();
    world.repository_label("breaking-change");
    world.role("grace", Role::Write);
    world.team("owners", &["grace"]);
    world.state().knobs.teams_readable = true;
    world
}

fn publish_as(
    world: &World,
    token: &str,
    desired: impl FnMut(&BTreeSet<Fingerprint>, &Observed) -> Desired,
) -> Outcome {
    let addresses = Addresses::new(Some(&world.api_url()), Some(&world.graphql_url()), None).unwrap();
    let connection = Connection {
        addresses,
        token: Token::new(token).unwrap(),
        pace: Duration::from_millis(1),
        patience: Duration::from_mins(1),
    };
    let target = Target {
        repository: world.repository().parse().unwrap(),
        number: 1,
        instance: Instance::default(),
    };
    let options = Options {
        dry_run: false,
        pause: Duration::from_millis(2),
    };
    run(&Client::new(connection).unwrap(), &target, options, desired).unwrap()
}

fn publish(world: &World, desired: impl FnMut(&BTreeSet<Fingerprint>, &Observed) -> Desired) -> Outcome {
    publish_as(world, world.token(), desired)
}

fn committed(world: &World) -> Vec<String> {
    let writes = world.writes().into_iter();
    writes
        .filter(|entry| entry.committed)
        .map(|entry| entry.name().replace(&world.head(1), "HEAD"))
        .collect()
}

/// A further run changes nothing and asks for nothing but one look.
fn assert_quiet(world: &World, desired: impl FnMut(&BTreeSet<Fingerprint>, &Observed) -> Desired) {
    world.forget_requests();
    let before = world.snapshot();
    let outcome = publish(world, desired);
    assert_eq!(world.writes().len(), 0, "{:?}", committed(world));
    assert_eq!(world.snapshot(), before);
    assert!(outcome.is_settled, "{outcome:?}");
}

#[test]
fn everything_is_published_in_order_and_only_once() {
    let world = furnished();
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert_eq!(
        committed(&world),
        [
            "POST /repos/octo/connectors/pulls/1/reviews",
            "POST /repos/octo/connectors/issues/1/comments",
            "POST /repos/octo/connectors/issues/1/labels",
            "POST /repos/octo/connectors/pulls/1/requested_reviewers",
            "POST /repos/octo/connectors/pulls/1/requested_reviewers",
            "POST /repos/octo/connectors/statuses/HEAD",
        ]
    );
    assert_eq!(outcome.notices, Vec::<String>::new());
    assert!(outcome.is_settled && outcome.done == 6);
    assert!(outcome.summary_url.unwrap().contains("/pull/1#issuecomment-"));
    assert_quiet(&world, |refused, _| everything(&world, refused));
    world.finish();
}

#[test]
fn nothing_to_say_takes_one_look_and_no_write() {
    let world = world();
    let outcome = publish(&world, |refused, _| saying(&world, &[], refused));
    assert!(outcome.is_settled);
    assert_eq!((world.reads().len(), world.writes().len()), (1, 0));
    world.finish();
}

#[test]
fn a_finding_lives_and_is_fixed() {
    let world = world();
    publish(&world, |refused, _| saying(&world, &[20, 22], refused));
    world.push(1, &Files::new().file(PATH, text("after all")));
    let outcome = publish(&world, |refused, observed| {
        let head = ObjectId::new(&world.head(1)).unwrap();
        assert_eq!(
            observed.before(&head),
            Some(&BTreeSet::from([fingerprint(20), fingerprint(22)]))
        );
        saying(&world, &[22], refused)
    });
    assert!(outcome.is_settled, "{outcome:?}");
    let snapshot = world.snapshot();
    assert!(snapshot.contains("Fixed in") && snapshot.contains("\"minimized\": \"resolved\""));
    assert_quiet(&world, |refused, _| saying(&world, &[22], refused));
    publish(&world, |refused, _| saying(&world, &[], refused));
    assert!(world.snapshot().contains("All clear."));
    assert_quiet(&world, |refused, _| saying(&world, &[], refused));
    world.finish();
}

#[test]
fn a_write_whose_answer_is_lost_happens_once() {
    let undisturbed = furnished();
    publish(&undisturbed, |refused, _| everything(&undisturbed, refused));
    for on in [
        "POST /pulls/*/reviews",
        "POST /issues/*/comments",
        "POST /issues/*/labels",
        "POST /pulls/*/requested_reviewers",
        "POST /statuses/*",
    ] {
        for fault in [
            Fault::CommitThenStatus(502),
            Fault::CommitThenClose,
            Fault::TruncatedBody,
            Fault::MalformedJson,
            Fault::Html,
            Fault::EmptyBody,
            Fault::status(500),
            Fault::CloseBeforeHandling,
        ] {
            let world = furnished();
            world.fault(on, 1, fault.clone());
            let outcome = publish(&world, |refused, _| everything(&world, refused));
            let snapshot = world.snapshot();
            assert_eq!(
                snapshot.replace(&world.head(1), "HEAD"),
                undisturbed.snapshot().replace(&undisturbed.head(1), "HEAD"),
                "{on} {outcome:?}"
            );
            assert_eq!(outcome.notices, Vec::<String>::new(), "{on}");
            assert_quiet(&world, |refused, _| everything(&world, refused));
            world.finish();
        }
    }
}

#[test]
fn one_operation_without_an_answer_stops_no_other() {
    let world = furnished();
    world.fault("POST /issues/*/labels", .., Fault::status(500));
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert!(outcome.notices[0].contains("gave no answer"), "{outcome:?}");
    assert!(committed(&world).last().unwrap().contains("/statuses/"));
    world.finish();
}

#[test]
fn a_server_that_answers_no_write_ends_in_a_notice() {
    let world = furnished();
    world.fault("write", .., Fault::status(500));
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert!(!outcome.is_settled);
    assert!(
        outcome
            .notices
            .iter()
            .any(|notice| notice.contains("could not be published")),
        "{outcome:?}"
    );
    world.finish();
}

#[test]
fn a_server_that_answers_no_read_ends_in_a_notice() {
    let world = furnished();
    world.fault("query *", .., Fault::status(500));
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert!(
        outcome.plan.is_none() && outcome.notices.len() == 1,
        "{outcome:?}"
    );
    assert_eq!(world.writes().len(), 0);
    world.finish();
}

#[test]
fn a_comment_that_github_refuses_is_told_in_the_summary() {
    for bad in [vec![3], vec![3, 38], (4..=16).collect()] {
        let world = world();
        let lines: Vec<usize> = (17..=28)
            .chain(bad.iter().copied().filter(|line| !(17..=28).contains(line)))
            .collect();
        let outcome = publish(&world, |refused, _| saying(&world, &lines, refused));
        assert!(outcome.is_settled, "{outcome:?}");
        let snapshot = world.snapshot();
        for line in &lines {
            let (inline, full) = (
                snapshot.contains(&format!("finding on line {line}\"")),
                snapshot.contains(&format!("in full: line {line}")),
            );
            assert!(inline != full, "line {line}: {inline} {full}");
        }
        assert!(world.writes().len() <= 14, "{}", world.writes().len());
        assert_quiet(&world, |refused, _| saying(&world, &lines, refused));
        world.finish();
    }
}

#[test]
fn a_token_that_only_reads_is_told_once() {
    let world = furnished();
    world.set_permissions(Permissions::read_only());
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert_eq!(committed(&world), Vec::<String>::new());
    assert_eq!(outcome.notices.len(), 1, "{outcome:?}");
    assert!(outcome.notices[0].contains("`pull-requests: write` and `statuses: write`"));
    assert_eq!(world.writes().len(), 2);
    world.finish();
}

#[test]
fn a_token_without_statuses_does_the_rest() {
    let world = furnished();
    world.set_permissions(Permissions::parse("contents: read, pull-requests: write"));
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert_eq!(committed(&world).len(), 5);
    assert!(
        outcome.notices[0].contains("left out are the status"),
        "{outcome:?}"
    );
    world.finish();
}

#[test]
fn a_team_that_the_token_does_not_see_loses_nobody_else() {
    let world = furnished();
    world.state().knobs.teams_readable = false;
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert!(world.state().pulls[&1].requested.contains("grace"));
    assert_eq!(outcome.notices.len(), 1, "{outcome:?}");
    world.finish();
}

#[test]
fn a_person_who_is_no_collaborator_loses_nobody_else() {
    let world = furnished();
    let outcome = publish(&world, |refused, _| {
        let mut desired = everything(&world, refused);
        desired.reviewers.insert(0, Reviewer::Person("nobody".to_owned()));
        desired
    });
    assert!(world.state().pulls[&1].requested.contains("grace"));
    assert!(outcome.notices[0].contains("collaborator"), "{outcome:?}");
    world.finish();
}

#[test]
fn a_label_that_the_repository_has_not_is_not_made() {
    let world = furnished();
    world.state().labels.clear();
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert!(world.state().labels.is_empty());
    assert!(outcome.notices[0].contains("`breaking-change`"), "{outcome:?}");
    world.finish();
}

#[test]
fn a_pull_request_that_moves_on_before_the_look_is_left_to_its_own_run() {
    let world = world();
    let judged = saying(&world, &[20], &BTreeSet::new());
    world.push(1, &Files::new().file(PATH, text("again")));
    let outcome = publish(&world, |_, _| judged.clone());
    assert!(matches!(outcome.standing, Some(Standing::Superseded { .. })));
    assert_eq!(world.writes().len(), 0);
    world.finish();
}

#[test]
fn a_closed_pull_request_is_not_written_to() {
    let world = furnished();
    world.close(1);
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert_eq!(outcome.standing, Some(Standing::Closed));
    assert_eq!(world.writes().len(), 0);
    world.finish();
}

#[test]
fn a_conversation_that_is_locked_meanwhile_leaves_the_status() {
    let world = furnished();
    world.on_request("POST /pulls/*/reviews", 1, |site| {
        site.change_pull(1, |pull| pull.locked = true);
    });
    let outcome = publish(&world, |refused, _| everything(&world, refused));
    assert!(outcome.notices[0].contains("locked"), "{outcome:?}");
    assert!(committed(&world).iter().any(|name| name.contains("/statuses/")));
    world.finish();
}

#[test]
fn a_flood_of_comments_hides_no_summary() {
    let world = world();
    for number in 0..2_500 {
        world.comment_as("mallory", 1, &format!("{number}"));
    }
    publish(&world, |refused, _| saying(&world, &[20], refused));
    world.comment_as("mallory", 1, "one more");
    world.forget_requests();
    let outcome = publish(&world, |refused, _| saying(&world, &[20], refused));
    assert!(outcome.is_settled && world.writes().is_empty(), "{outcome:?}");
    assert!(world.reads().len() <= 60, "{}", world.reads().len());
    world.finish();
}

#[test]
fn beyond_what_one_look_reads_the_summary_is_found_again_at_the_end() {
    let world = world();
    for number in 0..6_500 {
        world.comment_as("mallory", 1, &format!("{number}"));
    }
    publish(&world, |refused, _| saying(&world, &[20], refused));
    world.forget_requests();
    publish(&world, |refused, _| saying(&world, &[20], refused));
    assert!(world.writes().is_empty() && world.reads().len() <= 60);
    world.finish();
}

#[test]
fn a_page_that_points_to_itself_ends() {
    let world = world();
    for number in 0..250 {
        world.comment_as("mallory", 1, &format!("{number}"));
    }
    world.fault(
        "query MoreComments",
        ..,
        Fault::edit(|answer| {
            let info = &mut answer["data"]["repository"]["pullRequest"]["comments"]["pageInfo"];
            info["hasPreviousPage"] = true.into();
            info["startCursor"] = "always the same".into();
        }),
    );
    let outcome = publish(&world, |refused, _| saying(&world, &[20], refused));
    assert!(world.reads().len() <= 62 * 2, "{}", world.reads().len());
    assert!(outcome.plan.is_some() || outcome.notices.len() == 1);
    world.finish();
}

#[test]
fn a_twin_of_another_run_is_taken_back() {
    let world = world();
    let other = world.add_token("github-actions[bot]", Permissions::writing());
    let desired = saying(&world, &[20, 22], &BTreeSet::new());
    std::thread::scope(|scope| {
        for token in [world.token(), other.as_str()] {
            scope.spawn(|| publish_as(&world, token, |_, _| desired.clone()));
        }
    });
    publish(&world, |_, _| desired.clone());
    assert_eq!(world.state().remarks.len(), 1);
    assert_eq!(world.state().inlines.len(), 2);
    assert_quiet(&world, |_, _| desired.clone());
    world.finish();
}

#[test]
fn an_account_that_graphql_does_not_tell_is_asked_of_rest() {
    let world = world();
    let token = world.add_token("ada", Permissions::writing());
    let hide = || {
        Fault::edit(|answer| {
            if answer["data"]["viewer"].is_object() {
                *answer = serde_json::json!({
                    "data": { "viewer": null, "repository": null },
                    "errors": [{ "type": "FORBIDDEN", "path": ["viewer"], "message": "Resource not accessible by integration" }],
                });
            }
        })
    };
    world.fault("query PullRequestShows", .., hide());
    publish_as(&world, &token, |refused, _| saying(&world, &[20], refused));
    assert_eq!(committed(&world).len(), 2);
    world.forget_requests();
    publish_as(&world, &token, |refused, _| saying(&world, &[20, 22], refused));
    assert!(committed(&world).iter().any(|name| name.starts_with("PATCH")));
    // A workflow's token gets no answer there either: then nothing is edited, and nothing is there twice.
    world.forget_requests();
    let outcome = publish(&world, |refused, _| saying(&world, &[20], refused));
    assert_eq!(committed(&world), Vec::<String>::new());
    assert!(outcome.notices[0].contains("whose the token is"), "{outcome:?}");
    world.finish();
}

fn checked(world: &World) -> Desired {
    let mut desired = saying(world, &[20], &BTreeSet::new());
    let annotations = (1..=120).map(|line| Annotation {
        path: PATH.to_owned(),
        start_line: line,
        end_line: line,
        level: "failure",
        message: "words".to_owned(),
        title: "rule".to_owned(),
    });
    let content = Content {
        success: false,
        title: "120 errors".to_owned(),
        summary: Markdown::own("No."),
        text: Markdown::default(),
        annotations: annotations.collect(),
    };
    desired.check_run = Some(CheckRun::new(&desired.instance, desired.head.clone(), content));
    desired
}

#[test]
fn a_check_run_is_there_once_with_all_annotations_whatever_is_lost() {
    for (on, count) in [("POST /check-runs", 1), ("PATCH /check-runs/*", 2)] {
        for nth in 1..=count {
            for fault in [
                Fault::CommitThenStatus(502),
                Fault::CommitThenClose,
                Fault::status(500),
            ] {
                let world = world();
                world.fault(on, nth, fault);
                let outcome = publish(&world, |_, _| checked(&world));
                assert!(outcome.is_settled, "{outcome:?}");
                let checks = world.state().checks.clone();
                assert_eq!(checks.len(), 1);
                assert_eq!(checks[0].output.annotations.len(), 120);
                assert_quiet(&world, |_, _| checked(&world));
                world.finish();
            }
        }
    }
}
