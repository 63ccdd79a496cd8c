//! What the documents promise is what the program has.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{CommandFactory, Parser};
use tierguard::cli::Cli;
use tierguard::policy::{self, Home, Policy};
use tierguard::render::page;
use tierguard::verdict::Verdict;

const README: &str = include_str!("../README.md");
const CONTRIBUTING: &str = include_str!("../CONTRIBUTING.md");
const MANIFEST: &str = include_str!("../Cargo.toml");

/// The folder of the rules' pages.
const PAGES: &str = "docs/rules";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a file with what it is generated from, or writes it where `UPDATE` is set.
#[expect(
    clippy::disallowed_methods,
    reason = "a developer says by it that the files shall be written"
)]
fn generated(file: &Path, text: &str) {
    let path = root().join(file);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder can be made");
        fs::write(&path, text).expect("the file can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == text,
        "{} is out of date; `UPDATE=1 cargo test --test docs` writes it anew",
        file.display()
    );
}

/// The lines of the fenced blocks of a language.
fn fenced<'a>(document: &'a str, language: &str) -> Vec<Vec<&'a str>> {
    let (mut blocks, mut inside) = (Vec::new(), None);
    for line in document.lines() {
        match (line.strip_prefix("```"), inside) {
            (Some(word), None) => {
                inside = Some(word);
                if word == language {
                    blocks.push(Vec::new());
                }
            }
            (Some(_), Some(_)) => inside = None,
            (None, Some(word)) if word == language => {
                blocks.last_mut().expect("the fence has opened one").push(line);
            }
            _ => {}
        }
    }
    blocks
}

/// What stands between single back-ticks.
fn in_code(document: &str) -> Vec<&str> {
    let prose = document.split("```").step_by(2);
    prose
        .flat_map(|part| part.split('`').skip(1).step_by(2))
        .collect()
}

/// The program's arguments of each command line in a document, with and without a fence.
fn command_lines(document: &str) -> Vec<Vec<String>> {
    let lines = fenced(document, "sh")
        .into_iter()
        .flatten()
        .chain(in_code(document));
    lines
        .flat_map(|line| line.split(" && "))
        .map(|line| line.split(['|', '>', '#', ')']).next().unwrap_or_default())
        .filter_map(|line| {
            let (_, rest) = line
                .split_once("tierguard ")
                .filter(|(before, _)| before.is_empty() || before.ends_with(['/', '(']))
                .or_else(|| line.split_once("cargo run --release -- "))?;
            Some(
                ["tierguard"]
                    .into_iter()
                    .chain(rest.split_whitespace())
                    .map(str::to_owned)
                    .collect(),
            )
        })
        .collect()
}

#[test]
fn every_command_line_of_the_documents_is_accepted() {
    let lines: Vec<Vec<String>> = [README, CONTRIBUTING]
        .into_iter()
        .flat_map(command_lines)
        .collect();
    assert!(lines.len() > 15, "the scanner finds the command lines: {lines:?}");
    for line in lines {
        // A command that is named alone may still need its arguments.
        let named = line.len() == 2 && Cli::command().find_subcommand(&line[1]).is_some();
        assert!(named || Cli::try_parse_from(&line).is_ok(), "{line:?}");
    }
}

#[test]
fn every_subcommand_and_format_stands_in_the_readme() {
    let command = Cli::command();
    for subcommand in command.get_subcommands() {
        let name = subcommand.get_name();
        assert!(
            README.contains(&format!("tierguard {name}")) || README.contains(&format!("-- {name}")),
            "{name}"
        );
    }
    let check = command.find_subcommand("check").expect("the subcommand exists");
    let formats = check
        .get_arguments()
        .find(|argument| argument.get_id() == "format")
        .unwrap();
    for format in formats.get_possible_values() {
        assert!(
            README.contains(&format!("\n| `{}` |", format.get_name())),
            "{}",
            format.get_name()
        );
    }
}

#[test]
fn every_option_that_the_readme_names_exists() {
    let command = Cli::command();
    let known: BTreeSet<&str> = command
        .get_arguments()
        .chain(command.get_subcommands().flat_map(clap::Command::get_arguments))
        .filter_map(clap::Arg::get_long)
        .collect();
    for code in in_code(README) {
        if let Some(option) = code.strip_prefix("--") {
            let name = option.split([' ', '=']).next().unwrap_or_default();
            assert!(known.contains(name), "--{name}");
        }
    }
}

#[test]
fn the_table_of_rules_is_the_list_of_rules() {
    let (start, end) = ("<!-- rules -->\n", "<!-- /rules -->");
    let (before, rest) = README.split_once(start).expect("the README marks its table");
    let (_, after) = rest.split_once(end).expect("the README marks its table");
    let table = page::table(&Policy::built_in());
    generated(
        Path::new("README.md"),
        &format!("{before}{start}{table}{end}{after}"),
    );
}

#[test]
fn every_rule_has_its_page_and_no_page_is_left_over() {
    let policy = Policy::built_in();
    let mut left: BTreeSet<PathBuf> = match fs::read_dir(root().join(PAGES)) {
        Ok(entries) => entries
            .map(|entry| entry.expect("a folder can be listed").path())
            .collect(),
        Err(_) => BTreeSet::new(),
    };
    for rule in &policy.rules {
        let file = Path::new(PAGES).join(format!("{}.md", rule.definition.id));
        generated(&file, &page::page(&policy, rule));
        left.remove(&root().join(&file));
    }
    assert!(left.is_empty(), "these belong to no rule: {left:?}");
}

#[test]
fn every_page_has_its_headings_in_their_order() {
    for rule in &Policy::built_in().rules {
        let page = page::page(&Policy::built_in(), rule);
        let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let wanted = [
            "What it does",
            "Why",
            "How often",
            "Example",
            "How to mend it",
            "Options",
            "By default",
        ];
        let mut present = wanted.to_vec();
        present.retain(|heading| *heading != "How often" || headings.contains(heading));
        assert_eq!(headings, present, "{}", rule.definition.id);
    }
}

#[test]
fn the_policies_of_the_readme_are_valid() {
    // The other blocks are workflows, which `tests/action.rs` and `.ci/lint` judge.
    let mut blocks = fenced(README, "yaml");
    blocks.retain(|block| !block.contains(&"jobs:"));
    assert_eq!(blocks.len(), 6);
    for block in blocks {
        let text = block.join("\n");
        let shared = policy::load(("README.md", text.as_bytes()), &Home::default(), |_| {
            Ok::<_, ()>(Vec::new())
        });
        if let Err(errors) = shared.expect("nothing is read") {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            panic!("{}", errors.join("\n"));
        }
    }
}

#[test]
fn the_exit_codes_of_the_readme_are_the_programs() {
    for verdict in [Verdict::Pass, Verdict::Fail, Verdict::CouldNotEvaluate] {
        let row = format!("\n| {} | `{}` |", verdict.exit_code(), verdict.word());
        assert!(README.contains(&row), "{row}");
    }
}

#[test]
fn every_file_that_a_document_links_to_exists() {
    for document in [README, CONTRIBUTING] {
        for target in document
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
            assert!(
                target.starts_with("https://") || root.join(target).exists(),
                "{target}"
            );
        }
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the program is started to see what it prints"
)]
fn what_the_readme_shows_of_the_program_is_what_it_prints() {
    let (_, rest) = README
        .split_once("<!-- capture: ")
        .expect("the README shows an example");
    let (command, rest) = rest.split_once(" -->\n```text\n").expect("it names the command");
    let (shown, _) = rest
        .split_once("```\n<!-- end of capture -->")
        .expect("it has an end");
    let arguments: Vec<&str> = command.split_whitespace().skip(1).collect();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_tierguard"))
        .args(&arguments)
        .output()
        .expect("the program runs");
    let printed = String::from_utf8(output.stdout).expect("it prints text");
    let shown = shown
        .strip_prefix(&format!("$ {command}\n"))
        .expect("it begins with the command");
    // Where lines are left out stands one of three dots.
    let parts: Vec<&str> = shown.split("…\n").collect();
    let mut rest = printed.as_str();
    for (place, part) in parts.iter().enumerate() {
        let at = rest.find(part).unwrap_or_else(|| {
            panic!("`{command}` does not print, after the part before:\n{part}\nbut\n{printed}")
        });
        assert!(place > 0 || at == 0, "`{command}` begins otherwise");
        rest = &rest[at + part.len()..];
    }
    assert_eq!(rest, "", "`{command}` ends otherwise");
}

#[test]
fn the_changelog_knows_the_version() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(MANIFEST.contains("license = \"MIT OR Apache-2.0\""));
    assert!(include_str!("../CHANGELOG.md").contains(version), "{version}");
}

#[test]
fn the_scanner_finds_command_lines() {
    let document = "x `tierguard policy` y\n```sh\ncd a && cargo run --release -- demo\ntierguard check --all > f\n```\n`a tierguard b`";
    let mut found = command_lines(document);
    found.sort();
    let expected = [
        vec!["tierguard", "check", "--all"],
        vec!["tierguard", "demo"],
        vec!["tierguard", "policy"],
    ];
    assert_eq!(found, expected);
}
