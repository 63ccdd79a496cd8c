//! The action is the program: what `action.yml`, the examples and the README say of it is what it has.

#![allow(clippy::unwrap_used, reason = "a file that cannot be read fails its test")]

use std::collections::BTreeSet;
use std::path::Path;

use clap::CommandFactory;
use serde_yaml::{Mapping, Value};
use tierguard::cli::Cli;

const ACTION: &str = include_str!("../action.yml");
const README: &str = include_str!("../README.md");
const CHANGELOG: &str = include_str!("../CHANGELOG.md");
const DOCKERFILE: &str = include_str!("../Dockerfile");
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Options of `review` that a workflow has no use for: it runs in the repository that it reviews, and today.
const ONLY_ON_THE_COMMAND_LINE: [&str; 2] = ["repository", "today"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn parse(text: &str) -> Mapping {
    serde_yaml::from_str(text).expect("it is YAML")
}

fn part(of: &Mapping, key: &str) -> Mapping {
    of[key].as_mapping().expect("it is a mapping").clone()
}

fn word(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        value => value.as_str().expect("it is a word").to_owned(),
    }
}

fn keys(of: &Mapping) -> BTreeSet<String> {
    of.keys().map(word).collect()
}

/// The name and text of every example workflow.
fn examples() -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = std::fs::read_dir(root().join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yml"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    found.sort();
    assert!(found.len() > 3, "{found:?}");
    found
}

#[test]
fn every_input_is_an_option_of_review_and_the_other_way_round() {
    let command = Cli::command();
    let review = command
        .find_subcommand("review")
        .expect("the action calls `review`");
    let options: BTreeSet<String> = review
        .get_arguments()
        .filter(|argument| !argument.is_hide_set() && !argument.is_global_set())
        .filter_map(clap::Arg::get_long)
        .filter(|name| *name != "help" && !ONLY_ON_THE_COMMAND_LINE.contains(name))
        .map(str::to_owned)
        .collect();
    assert_eq!(keys(&part(&parse(ACTION), "inputs")), options);
}

#[test]
fn the_action_runs_review_and_nothing_else() {
    let runs = part(&parse(ACTION), "runs");
    assert_eq!(runs["using"], "docker");
    assert_eq!(runs["args"], Value::from(vec!["review"]));
    assert_eq!(keys(&runs), ["args", "image", "using"].map(str::to_owned).into());
}

#[test]
fn the_tables_of_inputs_and_outputs_are_those_of_the_action() {
    let action = parse(ACTION);
    let inputs = part(&action, "inputs");
    let inputs = inputs.iter().map(|(name, input)| {
        let default = match input["default"].as_str() {
            Some("") => String::new(),
            default => format!("`{}`", default.expect("a default is a string")),
        };
        let meaning = input["description"].as_str().expect("an input has a description");
        format!("| `{}` | {default} | {meaning} |\n", word(name))
    });
    let table = format!(
        "\n| input | default | meaning |\n|---|---|---|\n{}\n",
        inputs.collect::<String>()
    );
    assert!(README.contains(&table), "{table}");
    let outputs = part(&action, "outputs");
    let outputs = outputs.iter().map(|(name, output)| {
        let meaning = output["description"]
            .as_str()
            .expect("an output has a description");
        format!("| `{}` | {meaning} |\n", word(name))
    });
    let table = format!(
        "\n| output | meaning |\n|---|---|\n{}\n",
        outputs.collect::<String>()
    );
    assert!(README.contains(&table), "{table}");
}

#[test]
fn the_readme_shows_the_example_itself() {
    let mut shown = 0;
    for part in README.split("<!-- file: ").skip(1) {
        let (file, rest) = part.split_once(" -->\n").expect("the comment ends");
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        assert!(rest.starts_with(&format!("```yaml\n{text}```\n")), "{file}");
        shown += 1;
    }
    assert_eq!(shown, 1);
}

#[test]
fn every_example_stands_in_the_readme_with_what_to_require() {
    for (name, text) in examples() {
        let row = format!("\n| [{name}](examples/{name}) | ");
        let (_, rest) = README.split_once(&row).unwrap_or_else(|| panic!("{name}"));
        let required = rest.lines().next().unwrap().split(" | ").nth(1).unwrap();
        let word = match required.starts_with("the check") {
            true => "`tierguard review`",
            false => "status `tierguard`",
        };
        let about: Vec<&str> = text.lines().take_while(|line| line.starts_with('#')).collect();
        assert!(about.join(" ").replace("# ", "").contains(word), "{name}: {word}");
    }
}

#[test]
fn every_example_names_this_version_by_a_commit() {
    for (name, text) in examples() {
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| line.contains("tierguard/tierguard@"))
            .collect();
        assert_eq!(lines.len(), 1, "{name}");
        let (_, reference) = lines[0].split_once("uses: tierguard/tierguard@").unwrap();
        let (commit, version) = reference.split_once(" # v").expect("the version stands behind");
        assert!(
            commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{name}"
        );
        assert_eq!(version, VERSION, "{name}");
    }
}

#[test]
fn pull_requests_are_reviewed_whenever_something_that_counts_changes() {
    let expected = "opened, synchronize, reopened, edited, ready_for_review, labeled, unlabeled";
    let mut found = 0;
    for (name, text) in examples() {
        let workflow = parse(&text);
        let events = part(&workflow, "on");
        for event in ["pull_request", "pull_request_target"] {
            let Some(Value::Mapping(event)) = events.get(event) else {
                continue;
            };
            let types: Vec<String> = event["types"].as_sequence().unwrap().iter().map(word).collect();
            assert_eq!(types.join(", "), expected, "{name}");
            // A required check that a filter skips is waited for without end.
            assert_eq!(keys(event).len(), 1, "{name}");
            found += 1;
        }
        assert_eq!(workflow["permissions"], Value::from(Mapping::new()), "{name}");
        // What checks out under `pull_request_target` has a token at hand and foreign files beside it.
        assert!(!text.contains("actions/checkout"), "{name}");
    }
    assert_eq!(found, 3);
}

#[test]
fn a_run_that_the_default_branch_owns_publishes_the_status() {
    for (name, text) in examples() {
        let workflow = parse(&text);
        let elsewhere = [
            "issue_comment",
            "pull_request_review",
            "schedule",
            "workflow_dispatch",
        ];
        let elsewhere = elsewhere
            .iter()
            .any(|event| part(&workflow, "on").contains_key(*event));
        let job = part(&part(&workflow, "jobs"), "review");
        let status = job["steps"][0]["with"]["status"].as_bool().unwrap_or(false);
        let permitted = part(&job, "permissions").contains_key("statuses");
        assert_eq!((status, permitted), (elsewhere, elsewhere), "{name}");
    }
}

#[test]
fn the_action_the_program_and_the_changelog_have_one_version() {
    assert!(CHANGELOG.contains(VERSION), "{VERSION}");
    let built_with = format!("\nFROM rust:{}.0-", env!("CARGO_PKG_RUST_VERSION"));
    assert!(DOCKERFILE.contains(&built_with), "{built_with}");
}
