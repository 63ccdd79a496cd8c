//! Trees, kinds and lists that hide something: found by the objects themselves, or no verdict.

use super::bot::Output;
use super::fake::{Fault, Files, World};
use super::scenes::{FILE, GOOD, at, comments, expect, expect_unevaluated, files, passing, quick, rules};

const ABSENT: &str = "0123456789abcdef0123456789abcdef01234567";
const FOLDER: &str = "airbyte-integrations/connectors/source-x";

fn reviewed(world: &World) -> Output {
    quick(world).on_pull_request(1).run()
}

#[track_caller]
fn expect_rule(output: &Output, rule: &str) {
    assert_ne!(output.code, 0, "{}", output.stdout);
    assert!(
        rules(output).iter().any(|found| found == rule),
        "{:?}\n{}",
        rules(output),
        output.stdout
    );
}

#[test]
fn what_stands_in_place_of_metadata_and_is_no_file_is_a_finding() {
    let other = "airbyte-integrations/connectors/source-z/metadata.yaml";
    for head in [
        Files::new()
            .link(FILE, "../source-z/metadata.yaml")
            .file(other, at("1.4.3")),
        Files::new().submodule(FILE, ABSENT),
    ] {
        let world = World::with_pull(&files(GOOD), &head);
        expect_rule(&reviewed(&world), "not-a-regular-file");
        world.finish();
    }
}

#[test]
fn a_folder_in_place_of_metadata_is_a_finding() {
    let head = Files::new().remove(FILE).file(format!("{FILE}/x"), GOOD);
    let world = World::with_pull(&files(GOOD), &head);
    expect_rule(&reviewed(&world), "unreadable-metadata");
    world.finish();
}

#[test]
fn a_connectors_folder_that_is_a_link_or_a_submodule_is_a_finding() {
    for head in [
        Files::new()
            .remove(FOLDER)
            .link(FOLDER, "../../elsewhere")
            .file("elsewhere/metadata.yaml", at("1.4.3")),
        Files::new().remove(FOLDER).submodule(FOLDER, ABSENT),
    ] {
        let world = World::with_pull(&files(GOOD), &head);
        expect_rule(&reviewed(&world), "not-a-regular-file");
        world.finish();
    }
}

#[test]
fn a_base_that_was_a_link_is_not_followed() {
    let base = Files::new().link(FILE, "../source-z/metadata.yaml");
    let world = World::with_pull(&base, &files(GOOD));
    let output = reviewed(&world);
    assert_ne!(output.code, 2, "{}", output.stdout);
    assert!(
        !world
            .requests()
            .iter()
            .any(|entry| entry.body.to_string().contains("source-z"))
    );
    world.finish();
}

#[test]
fn names_that_look_like_metadata_are_findings() {
    for name in [
        "metadata.yml",
        "METADATA.yaml",
        "metadata.yaml ",
        "metadata.yaml.",
        "Metadata.yaml",
    ] {
        let world = World::with_pull(
            &files(GOOD),
            &Files::new().file(format!("{FOLDER}/{name}"), at("9.9.9")),
        );
        expect_rule(&reviewed(&world), "look-alike-path");
        world.finish();
    }
}

#[test]
fn folders_that_differ_by_case_or_form_are_findings() {
    for (one, other) in [
        ("source-x", "Source-X"),
        ("source-caf\u{e9}", "source-cafe\u{301}"),
    ] {
        let path = |name: &str| format!("airbyte-integrations/connectors/{name}/metadata.yaml");
        let world = World::with_pull(
            &Files::new().file(path(one), GOOD),
            &Files::new().file(path(other), at("1.4.3")),
        );
        world.direct();
        expect_rule(&reviewed(&world), "look-alike-path");
        world.finish();
    }
}

#[test]
fn metadata_far_below_a_connector_is_none() {
    let path = format!("{FOLDER}/src/test/resources/metadata.yaml");
    let world = World::with_pull(&files(GOOD), &Files::new().file(path, "data: {}\n"));
    expect(&reviewed(&world), 0, "pass");
    world.finish();
}

#[test]
fn a_pointer_to_a_large_file_is_no_metadata() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
    let world = World::with_pull(&files(GOOD), &files(pointer));
    assert_ne!(reviewed(&world).code, 0);
    world.finish();
}

#[test]
fn attributes_of_the_head_change_nothing() {
    let head = files(&at("2.0.0")).file(
        ".gitattributes",
        "* filter=evil -diff export-ignore working-tree-encoding=UTF-16\n*.yaml binary\n",
    );
    let world = World::with_pull(&files(GOOD), &head);
    expect(&reviewed(&world), 1, "fail");
    world.finish();
}

/// A pull request whose connector's folder has exactly these entries at head.
fn with_entries(make: impl Fn(&World) -> Vec<(&'static str, Vec<u8>, String)>) -> World {
    let world = World::new(&files(GOOD));
    world.direct();
    let entries = make(&world);
    let entries: Vec<(&str, &[u8], &str)> = entries
        .iter()
        .map(|(mode, name, id)| (*mode, &name[..], id.as_str()))
        .collect();
    let mut tree = world.git.tree(&entries);
    for name in FOLDER.rsplit('/') {
        tree = world.git.tree(&[("40000", name.as_bytes(), &tree)]);
    }
    let main = world.tip("main").unwrap();
    let commit = world.git.commit_tree(&tree, &[&main], "Change");
    world.open_at(&commit, "change", super::fake::HeadRepository::Own);
    world
}

#[test]
fn a_tree_with_an_entry_twice_is_no_verdict() {
    for swapped in [false, true] {
        let world = with_entries(|world| {
            let mut ids = [
                world.git.blob(GOOD.as_bytes()),
                world.git.blob(at("2.0.0").as_bytes()),
            ];
            if swapped {
                ids.reverse();
            }
            ids.into_iter()
                .map(|id| ("100644", b"metadata.yaml".to_vec(), id))
                .collect()
        });
        let output = reviewed(&world);
        expect_unevaluated(&output);
        world.finish();
    }
}

#[test]
fn a_file_and_a_folder_of_one_name_are_no_verdict() {
    let world = with_entries(|world| {
        let blob = world.git.blob(at("1.4.3").as_bytes());
        let folder = world.git.tree(&[("100644", b"x", &blob)]);
        vec![
            ("100644", b"metadata.yaml".to_vec(), blob),
            ("40000", b"metadata.yaml".to_vec(), folder),
        ]
    });
    expect_unevaluated(&reviewed(&world));
    world.finish();
}

#[test]
fn names_that_lead_out_of_a_folder_never_pass() {
    for name in ["..", ".", ".git", "a/b"] {
        let world = with_entries(|world| {
            let blob = world.git.blob(at("1.4.3").as_bytes());
            let folder = world.git.tree(&[("100644", b"metadata.yaml", &blob)]);
            vec![
                ("40000", name.as_bytes().to_vec(), folder),
                ("100644", b"metadata.yaml".to_vec(), blob),
            ]
        });
        let output = reviewed(&world);
        if name == ".git" {
            assert_ne!(output.code, 1, "{}", output.stdout);
        } else {
            expect_unevaluated(&output);
        }
        world.finish();
    }
}

#[test]
fn a_part_of_a_tree_is_not_taken_for_the_whole() {
    let world = passing();
    world.fault("query Trees", .., Fault::edit(drop_entries));
    world.fault(
        "GET /git/trees/*",
        ..,
        Fault::edit(|answer| answer["truncated"] = true.into()),
    );
    expect_unevaluated(&reviewed(&world));
    world.finish();
}

#[test]
fn a_tree_that_is_not_what_its_id_says_is_read_another_way() {
    let world = World::with_pull(&files(GOOD), &files(&at("2.0.0")));
    world.fault("query Trees", .., Fault::edit(drop_entries));
    expect(&reviewed(&world), 1, "fail");
    world.fault(
        "GET /git/trees/*",
        ..,
        Fault::edit(|answer| {
            answer["tree"].as_array_mut().unwrap().clear();
        }),
    );
    expect_unevaluated(&reviewed(&world));
    world.finish();
}

/// Takes an entry out of every tree of an answer.
fn drop_entries(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            if let Some(entries) = map.get_mut("entries").and_then(serde_json::Value::as_array_mut) {
                entries.pop();
            }
            map.values_mut().for_each(drop_entries);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(drop_entries),
        _ => {}
    }
}

#[test]
fn a_blob_that_is_not_what_its_id_says_is_no_verdict() {
    let lie = |answer: &mut serde_json::Value| {
        let text = answer.to_string().replace("2.0.0", "1.4.3");
        *answer = serde_json::from_str(&text).unwrap();
    };
    let world = World::with_pull(&files(GOOD), &files(&at("2.0.0")));
    world.fault("query Blobs", .., Fault::edit(lie));
    world.fault("query Trees", .., Fault::edit(lie));
    expect(&reviewed(&world), 1, "fail");
    for content in ["", "ZGF0YToge30K", "!!!"] {
        world.fault(
            "GET /git/blobs/*",
            ..,
            Fault::edit(move |answer| answer["content"] = content.into()),
        );
        expect_unevaluated(&reviewed(&world));
    }
    world.mend();
    world.fault("query Blobs", .., Fault::edit(lie));
    world.fault(
        "GET /git/blobs/*",
        ..,
        Fault::edit(|answer| {
            answer["encoding"] = "none".into();
            answer["content"] = "".into();
        }),
    );
    expect_unevaluated(&reviewed(&world));
    world.finish();
}

#[test]
fn the_last_of_three_thousand_and_one_files_counts() {
    let head = (0..3_000).fold(files(&at("2.0.0")), |files, number| {
        files.file(format!("a/{number:05}"), "x\n")
    });
    let world = World::with_pull(&files(GOOD), &head);
    let output = reviewed(&world);
    expect(&output, 1, "fail");
    assert!(comments(&world, 1) > 0);
    assert!(world.reads().len() <= 45, "{}", world.reads().len());
    world.finish();
}

#[test]
fn a_row_without_changes_or_patch_is_judged_by_its_object() {
    for without_changes in [true, false] {
        let world = World::with_pull(&files(GOOD), &files(&at("2.0.0")));
        {
            let knobs = &mut world.state().knobs;
            if without_changes {
                knobs.no_changes.insert(FILE.to_owned());
            } else {
                knobs.no_patch.insert(FILE.to_owned());
            }
        }
        let output = reviewed(&world);
        expect(&output, 1, "fail");
        assert!(
            world.state().inlines.is_empty(),
            "no line is known to take a comment"
        );
        assert!(
            world.shown(1).contains("major-version-without-entry"),
            "{}",
            world.shown(1)
        );
        assert!(output.commands.iter().any(|command| command.name == "error"));
        world.finish();
    }
}

#[test]
fn a_list_that_names_nothing_hides_nothing() {
    let world = World::with_pull(&files(GOOD), &files(&at("2.0.0")));
    world.fault(
        "GET /compare/*",
        ..,
        Fault::edit(|answer| answer["files"] = serde_json::json!([])),
    );
    expect(&reviewed(&world), 1, "fail");
    world.finish();
}

#[test]
fn a_move_without_changes_reads_base_at_the_old_place() {
    let new = "airbyte-integrations/connectors/source-new/metadata.yaml";
    let world = World::with_pull(&files(GOOD), &Files::new().rename(FILE, new));
    world.state().knobs.no_changes.insert(new.to_owned());
    let output = reviewed(&world);
    assert!(
        !rules(&output)
            .iter()
            .any(|rule| rule == "connector-added-at-high-level"),
        "{:?}",
        rules(&output)
    );
    world.finish();
}

#[test]
fn paths_deep_and_long_are_walked_or_refused() {
    let deep = format!("{FOLDER}/{}x", "d/".repeat(250));
    let long = format!("{FOLDER}/{}", "n".repeat(250));
    let world = World::with_pull(&files(GOOD), &files(&at("2.0.0")).file(deep, "x").file(long, "x"));
    let output = reviewed(&world);
    assert_ne!(output.code, 0);
    world.finish();
}
