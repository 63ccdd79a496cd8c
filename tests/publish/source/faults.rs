//! Answers that fail, lie or stop short: completed another way, or "could not evaluate".

use serde_json::{Value, json};
use tierguard::changeset::{ChangeSet, ChangedFile, Side};
use tierguard::rules::policy_path;
use tierguard::source::github::{GitHubSource, PolicyRef};

use super::{assert_same, client, fleet, folder, judge, metadata, metadata_file, path, repository};
use crate::fake::{Fault, Files, World};

fn world() -> World {
    let names = ["source-a", "source-b", "source-c"];
    let base = fleet(names.map(str::to_owned), "1.0.0");
    let head = Files::new()
        .file(metadata_file("source-a"), metadata("source-a", "1.0.1"))
        .file(metadata_file("source-b"), metadata("source-b", "0.9.0"))
        .file(metadata_file("source-new"), metadata("source-new", "0.1.0"));
    World::with_pull(&base, &head)
}

fn read(world: &World) -> anyhow::Result<(ChangeSet, String)> {
    let client = client(world);
    let mut source = GitHubSource::open(&client, &repository(), 1)?;
    judge(&mut source, None)
}

/// Fails where a change is judged as if it had been read.
fn assert_not_evaluated(world: &World, what: &str) {
    match read(world) {
        Err(_) => {}
        Ok((set, report)) => {
            assert!(!set.gaps.is_empty(), "{what}");
            assert!(report.contains("could-not-evaluate"), "{what}: {report}");
        }
    }
}

fn faults() -> Vec<(&'static str, Fault)> {
    vec![
        ("errors beside the data", Fault::GraphqlErrors { partial: true }),
        ("errors and no data", Fault::GraphqlErrors { partial: false }),
        ("500", Fault::status(500)),
        ("404", Fault::status(404)),
        ("HTML", Fault::Html),
        ("nothing", Fault::EmptyBody),
        ("half", Fault::MalformedJson),
        ("a cut body", Fault::TruncatedBody),
        ("other types", Fault::WrongTypes),
        ("a closed connection", Fault::CloseBeforeHandling),
        ("more than fits", Fault::HugeBody(40 << 20)),
    ]
}

#[test]
fn objects_that_a_query_does_not_give_are_read_one_by_one() {
    for (what, fault) in faults() {
        for query in ["query Trees", "query Blobs"] {
            let world = world();
            world.fault(query, .., fault.clone());
            assert_same(&world, 1, &format!("{query}: {what}"));
            world.finish();
        }
    }
}

#[test]
fn a_fault_that_goes_away_is_outlived() {
    for (what, fault) in faults() {
        if ["404", "HTML", "nothing", "half", "other types"].contains(&what) {
            continue;
        }
        let world = world();
        world.fault("any", 2..=3, fault);
        assert_same(&world, 1, what);
        world.finish();
    }
}

#[test]
fn an_endpoint_that_fails_for_good_leaves_no_verdict() {
    for (what, fault) in faults() {
        for broken in [
            &["query PullRequest"][..],
            &["GET /compare/*"],
            &["query Trees", "GET /git/trees/*"],
            &["query Blobs", "GET /git/blobs/*"],
        ] {
            // Only GraphQL has errors in place of a status.
            if what.starts_with("errors") && broken.iter().any(|on| on.starts_with("GET")) {
                continue;
            }
            let world = world();
            for on in broken {
                world.fault(on, .., fault.clone());
            }
            assert_not_evaluated(&world, &format!("{broken:?}: {what}"));
            world.finish();
        }
    }
}

#[test]
fn a_policy_that_cannot_be_read_is_never_taken_for_absent() {
    for (what, fault) in faults() {
        if what.starts_with("errors") {
            continue;
        }
        for broken in [["query Trees", "GET /git/trees/*"], ["query *", "GET /git/**"]] {
            let world = world();
            let policy = Files::new().file(".github/tierguard.yml", "version: 1\n");
            world.commit_on("main", &policy, "Policy");
            let client = client(&world);
            let mut source = GitHubSource::open(&client, &repository(), 1).unwrap();
            for on in broken {
                world.fault(on, .., fault.clone());
            }
            let read = source.policy_at(&PolicyRef::Target, &policy_path());
            assert!(read.is_err(), "{broken:?}: {what}");
            world.finish();
        }
    }
}

#[test]
fn a_token_that_is_refused_in_the_middle_ends_the_run() {
    for status in [401, 403] {
        for on in ["query Trees", "query Blobs", "GET /compare/*"] {
            let world = world();
            world.fault(on, .., Fault::status(status));
            let error = read(&world).unwrap_err();
            assert!(format!("{error:#}").contains(&status.to_string()), "{error:#}");
            let tried = world
                .reads()
                .iter()
                .filter(|entry| entry.status == Some(status))
                .count();
            assert_eq!(tried, 1, "{on}");
            world.finish();
        }
    }
}

/// Changes every text of a key in an answer.
fn texts(value: &mut Value, key: &str, change: &dyn Fn(&str) -> Value) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                match inner.as_str() {
                    Some(text) if name == key => *inner = change(text),
                    _ => texts(inner, key, change),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| texts(item, key, change)),
        _ => {}
    }
}

#[test]
fn content_that_is_not_that_of_its_id_is_never_judged() {
    let lie = |text: &str| json!(text.replace("1.0.1", "1.0.2"));
    let alone = |_: &str| json!("bGll\n");
    let world = world();
    world.fault(
        "query Blobs",
        ..,
        Fault::edit(move |body| texts(body, "text", &lie)),
    );
    assert_same(&world, 1, "the query lies, the other way does not");
    world.fault(
        "GET /git/blobs/*",
        ..,
        Fault::edit(move |body| texts(body, "content", &alone)),
    );
    let (set, report) = read(&world).unwrap();
    assert!(report.contains("could-not-evaluate"));
    assert!(set.bytes(Side::Head, &path(&metadata_file("source-a"))).is_none());
    world.finish();
}

#[test]
fn a_tree_with_other_entries_than_its_id_says_is_never_walked() {
    let hide = |value: &mut Value| {
        fn walk(value: &mut Value) {
            match value {
                Value::Object(map) => {
                    if let Some(Value::Array(entries)) = map.get_mut("entries") {
                        entries.pop();
                    }
                    map.values_mut().for_each(walk);
                }
                Value::Array(items) => items.iter_mut().for_each(walk),
                _ => {}
            }
        }
        walk(value);
    };
    let world = world();
    world.fault("query Trees", .., Fault::edit(hide));
    assert_same(&world, 1, "the query hides entries, the other way does not");
    world.fault(
        "GET /git/trees/*",
        ..,
        Fault::edit(|body| {
            body["tree"].as_array_mut().unwrap().pop();
        }),
    );
    assert_not_evaluated(&world, "both hide entries");
    world.finish();
}

#[test]
fn a_tree_that_is_cut_short_is_a_gap() {
    let world = world();
    world.fault("query Trees", .., Fault::GraphqlErrors { partial: false });
    world.fault(
        "GET /git/trees/*",
        ..,
        Fault::edit(|body| body["truncated"] = json!(true)),
    );
    let (set, report) = read(&world).unwrap();
    assert!(
        set.gaps.iter().any(|gap| gap.why.contains("only a part")),
        "{:?}",
        set.gaps
    );
    assert!(report.contains("could-not-evaluate"));
    world.finish();
}

#[test]
fn an_id_of_another_form_reaches_no_address() {
    for odd in ["../../x", "0123456", &"A".repeat(40), &"0".repeat(40)] {
        for (on, key) in [("query PullRequest", "headRefOid"), ("GET /compare/*", "sha")] {
            let world = world();
            let text = odd.to_owned();
            world.fault(
                on,
                ..,
                Fault::edit(move |body| texts(body, key, &|_| json!(text))),
            );
            assert!(read(&world).is_err(), "{on} {odd}");
            assert!(
                world.reads().iter().all(|entry| !entry.path.contains(odd)),
                "{odd}"
            );
            world.finish();
        }
    }
}

#[test]
fn blobs_that_are_cut_or_binary_are_read_another_way() {
    let world = world();
    world.state().knobs.longest_blob = Some(10);
    assert_same(&world, 1, "cut");
    assert!(
        world
            .reads()
            .iter()
            .any(|entry| entry.path.contains("/git/blobs/"))
    );
    world.finish();
    let odd = World::with_pull(
        &fleet(["source-a".to_owned()], "1.0.0"),
        &Files::new().file(metadata_file("source-a"), b"data:\n  name: \xff\n"),
    );
    assert_same(&odd, 1, "no UTF-8");
    odd.finish();
    let binary = World::with_pull(
        &fleet(["source-a".to_owned()], "1.0.0"),
        &Files::new().file(metadata_file("source-a"), b"data:\0"),
    );
    assert_same(&binary, 1, "binary");
    binary.finish();
}

#[test]
fn what_lists_leave_out_is_found_all_the_same() {
    let world = world();
    {
        let mut state = world.state();
        state.knobs.most_files = Some(1);
        state.knobs.no_patch.insert(metadata_file("source-a"));
        state.knobs.no_changes.insert(metadata_file("source-b"));
    }
    let set = assert_same(&world, 1, "lists that are cut");
    assert_eq!(set.files.len(), 3);
    let client = client(&world);
    let mut source = GitHubSource::open(&client, &repository(), 1).unwrap();
    let (set, _) = judge(&mut source, None).unwrap();
    assert_eq!(source.patches(&set).unwrap(), []);
    world.finish();
}

#[test]
fn moves_beyond_the_comparison_are_found_in_the_list() {
    let many = |files: Files, count: usize| {
        (0..count).fold(files, |files, number| {
            files.file(format!("a/{number:03}"), format!("{number}\n"))
        })
    };
    let base = fleet(["source-moves".to_owned()], "1.0.0");
    let head = many(
        Files::new().rename(folder("source-moves"), folder("source-moved")),
        310,
    );
    let world = World::with_pull(&base, &head);
    let set = assert_same(&world, 1, "310 files before the move");
    let is_move = |file: &&ChangedFile| matches!(file, ChangedFile::Renamed { .. });
    assert_eq!(set.files.iter().filter(is_move).count(), 1);
    let listed = world
        .reads()
        .iter()
        .filter(|entry| entry.path.ends_with("/files"))
        .count();
    assert_eq!(listed, 1, "the first pages are those of the comparison");
    world.finish();
}
