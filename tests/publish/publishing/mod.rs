//! Observe, plan and apply against a fake GitHub that remembers, without the rest of the program.

mod floods;
mod life;
mod lost;
mod refused;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tierguard::changeset::Side;
use tierguard::finding::Fingerprint;
use tierguard::github::{Addresses, Client, Connection, Token};
use tierguard::ids::{ObjectId, RepoPath};
use tierguard::publish::apply::{Options, Outcome, run};
use tierguard::publish::check::Status;
use tierguard::publish::desired::Desired;
use tierguard::publish::history::Reviewer;
use tierguard::publish::marker::Instance;
use tierguard::publish::observe::Target;
use tierguard::publish::observed::Observed;
use tierguard::render::markdown::Markdown;
use tierguard::render::review::{Anchor, InlineComment, ReviewDraft};

use super::fake::{Files, Role, World};

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
        said: ReviewDraft {
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
        verdict_only: false,
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
