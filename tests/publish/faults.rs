//! Every endpoint that a review uses, with every fault: never a pass, never a duplicate, never another verdict.

use super::connectors::{
    ASKING, POLICY, bot, certified, demoted, files, live_comments, major, minor, review, summaries, world,
};
use super::fake::{Entry, Fault, Kind, Limit, Role, World};

const OPTIONS: [&str; 2] = ["--check-run", "--status"];
const CONNECTORS: [&str; 2] = ["source-a", "source-b"];

/// Which requests are like this one: its ids left open.
fn endpoint(entry: &Entry) -> String {
    let name = entry.name();
    if entry.operation.is_some() {
        return name;
    }
    let (method, path) = name.split_once(' ').unwrap();
    let inside = path.splitn(5, '/').nth(4).unwrap_or(path);
    let open = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()) || part.len() >= 40;
    let parts: Vec<&str> = inside
        .split('/')
        .map(|part| if open(part) { "*" } else { part })
        .collect();
    format!("{method} /{}", parts.join("/"))
}

/// The endpoints of one kind that a run uses, each with the number of its requests.
fn endpoints(world: &World, kind: Kind) -> Vec<(String, usize)> {
    let mut endpoints: Vec<(String, usize)> = Vec::new();
    for entry in world.requests().iter().filter(|entry| entry.kind == kind) {
        let name = endpoint(entry);
        match endpoints.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => endpoints.push((name, 1)),
        }
    }
    endpoints
}

/// Findings of two connectors, a label and three people: what uses most endpoints at once.
fn first_review() -> World {
    let base = files(&CONNECTORS, certified).file(POLICY, ASKING);
    let world = World::with_pull(
        &base,
        &files(&CONNECTORS, |name| demoted(name).replace("1.4.2", "2.0.0")),
    );
    world.repository_label("support-level");
    for login in ["maria", "bert", "carla"] {
        world.role(login, Role::Write);
    }
    world
}

/// A push that fixes one connector and takes the label's reason away.
fn after_a_fix() -> World {
    let world = first_review();
    review(&world, &OPTIONS);
    world.push(
        1,
        &files(&CONNECTORS[..1], minor).file(super::connectors::path("source-b"), major("source-b")),
    );
    world
}

/// Makes each write go wrong once, the first and the last of its kind, and expects the undisturbed end after one run more.
fn no_write_is_lost_or_doubled(make: fn() -> World, faults: &[(&str, Fault)]) {
    let undisturbed = make();
    undisturbed.forget_requests();
    let code = review(&undisturbed, &OPTIONS).code;
    let expected = undisturbed.snapshot();
    let counts = (summaries(&undisturbed).len(), live_comments(&undisturbed));
    let endpoints = endpoints(&undisturbed, Kind::Write);
    undisturbed.finish();
    assert!(endpoints.len() >= 5, "{endpoints:?}");
    for (endpoint, count) in endpoints {
        for (name, fault) in faults {
            let mut calls = vec![1, count];
            calls.dedup();
            for nth in calls {
                let place = format!("{endpoint}, call {nth} of {count}, {name}");
                let world = make();
                world.fault(&endpoint, nth, fault.clone());
                let output = bot(&world, &OPTIONS).run();
                assert_eq!(output.code, code, "{place}: {}", output.stdout);
                let now = (summaries(&world).len(), live_comments(&world));
                assert!(now.0 <= counts.0, "{place}: {}", world.shown(1));
                world.mend();
                assert_eq!(review(&world, &OPTIONS).code, code, "{place}");
                assert_eq!(world.snapshot(), expected, "{place}");
                world.finish();
            }
        }
    }
}

/// Done, and the answer lost.
fn committed() -> Vec<(&'static str, Fault)> {
    vec![
        ("done, then 502", Fault::CommitThenStatus(502)),
        ("done, then closed", Fault::CommitThenClose),
    ]
}

/// Not done.
fn refused() -> Vec<(&'static str, Fault)> {
    vec![
        ("403", Fault::status(403)),
        ("404", Fault::status(404)),
        (
            "limited",
            Fault::RateLimited(Limit::Secondary, Some("1".to_owned())),
        ),
    ]
}

#[test]
fn a_first_review_whose_answers_are_lost_is_posted_once() {
    no_write_is_lost_or_doubled(first_review, &committed());
}

#[test]
fn a_first_review_that_is_refused_is_posted_by_the_next_run() {
    no_write_is_lost_or_doubled(first_review, &refused());
}

#[test]
fn a_fix_whose_answers_are_lost_is_told_once() {
    no_write_is_lost_or_doubled(after_a_fix, &committed());
}

#[test]
fn a_fix_that_is_refused_is_told_by_the_next_run() {
    no_write_is_lost_or_doubled(after_a_fix, &refused());
}

/// Spoils reads in a world that shows its report already, and expects that nothing of it changes.
fn reads_are_repeated_or_not_evaluated(faults: &[(&str, Fault)], evaluates: Option<bool>) {
    let world = first_review();
    // A check run cannot be taken back, so that this matrix goes without.
    let options = ["--status"];
    let code = review(&world, &options).code;
    assert_eq!(code, 1);
    // An undisturbed run in this state, with what a first one reads besides.
    let expected = world.snapshot();
    world.forget_requests();
    review(&world, &options);
    let endpoints = endpoints(&world, Kind::Read);
    assert!(endpoints.len() >= 6, "{endpoints:?}");
    for (endpoint, count) in endpoints {
        let shows = ["query PullRequestShows", "query CommitStatus"].contains(&endpoint.as_str())
            || endpoint.contains("/events")
            || endpoint.contains("/labels/");
        // What the query does not give is read by REST, and known by its hash.
        let heals = ["query Trees", "query Blobs"].contains(&endpoint.as_str());
        for (name, fault) in faults {
            let mut calls = vec![1, count];
            calls.dedup();
            for nth in calls {
                let place = format!("{endpoint}, call {nth} of {count}, {name}");
                match evaluates {
                    // Once: another try heals it.
                    Some(_) => world.fault(&endpoint, nth, fault.clone()),
                    None => world.fault(&endpoint, nth.., fault.clone()),
                }
                let output = review(&world, &options);
                let wanted = match evaluates {
                    Some(true) => code,
                    _ if shows => code,
                    _ => 2,
                };
                let is_whole = output.code == wanted || (heals && output.code == code);
                assert!(is_whole, "{place}: {} {}", output.code, output.stdout);
                world.mend();
                review(&world, &options);
                assert_eq!(world.snapshot(), expected, "{place}");
            }
        }
    }
    world.finish();
}

#[test]
fn reads_that_fail_once_are_repeated() {
    let faults = [
        ("500", Fault::status(500)),
        ("503", Fault::status(503)),
        ("closed", Fault::CloseBeforeHandling),
        ("cut", Fault::TruncatedBody),
    ];
    reads_are_repeated_or_not_evaluated(&faults, Some(true));
}

#[test]
fn reads_that_make_no_sense_are_no_verdict() {
    let faults = [
        ("HTML", Fault::Html),
        ("nothing", Fault::EmptyBody),
        ("half of it", Fault::MalformedJson),
        ("other types", Fault::WrongTypes),
    ];
    reads_are_repeated_or_not_evaluated(&faults, Some(false));
}

#[test]
fn reads_that_fail_for_ever_are_no_verdict() {
    let faults = [
        ("502", Fault::status(502)),
        ("401", Fault::status(401)),
        ("403", Fault::status(403)),
        ("closed", Fault::CloseBeforeHandling),
    ];
    reads_are_repeated_or_not_evaluated(&faults, None);
}

#[test]
fn answers_with_errors_in_them_are_not_taken_as_whole() {
    for query in ["query PullRequest", "query Trees", "query Blobs"] {
        for partial in [true, false] {
            let world = world(&["source-a"], minor);
            world.fault(query, .., Fault::GraphqlErrors { partial });
            world.fault("GET /git/**", .., Fault::status(502));
            let output = review(&world, &[]);
            assert_eq!(output.code, 2, "{query} {partial}: {}", output.stdout);
            world.mend();
            world.fault(query, 1, Fault::GraphqlErrors { partial });
            assert_eq!(review(&world, &[]).code, 0, "{query} {partial}");
            world.finish();
        }
    }
}
