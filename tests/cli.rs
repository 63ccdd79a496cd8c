//! The program as its users start it: every subcommand, every exit code, hostile files.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail as tests do")]

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const GOOD: &str = "data:\n  definitionId: 0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1\n  connectorType: source\n  dockerImageTag: 1.4.2\n  dockerRepository: airbyte/source-x\n  releaseStage: generally_available\n  supportLevel: certified\n";
const FILE: &str = "airbyte-integrations/connectors/source-x/metadata.yaml";

#[expect(clippy::disallowed_methods, reason = "the program under test is started here")]
fn command(program: &str, folder: &Path, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_remove("GITHUB_TOKEN")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "a")
        .env("GIT_AUTHOR_EMAIL", "a@example.invalid")
        .env("GIT_COMMITTER_NAME", "a")
        .env("GIT_COMMITTER_EMAIL", "a@example.invalid")
        .output()
        .unwrap()
}

fn tierguard(folder: &Path, arguments: &[&str]) -> Output {
    command(env!("CARGO_BIN_EXE_tierguard"), folder, arguments)
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = command("git", folder, arguments);
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn write(folder: &Path, path: &str, text: &[u8]) {
    let file = folder.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

/// A repository whose `main` holds one connector and whose branch `work` changes it.
fn repository(head: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet", "--initial-branch", "main"]);
    write(folder.path(), FILE, GOOD.as_bytes());
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", "base"]);
    git(folder.path(), &["switch", "--quiet", "-c", "work"]);
    write(folder.path(), FILE, head);
    git(
        folder.path(),
        &["commit", "--quiet", "--allow-empty", "-am", "head"],
    );
    folder
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}

#[test]
fn a_change_without_findings_exits_0() {
    let folder = repository(GOOD.replace("1.4.2", "1.4.3").as_bytes());
    let output = tierguard(
        folder.path(),
        &["check", "--base", "main", "--head", "work", "--format", "json"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let report = json(&output);
    assert_eq!(report["verdict"], "pass");
    assert_eq!(report["connectors"][0]["changes"][0]["bump"], "patch");
}

#[test]
fn a_finding_at_the_level_exits_1_and_below_it_0() {
    let folder = repository(GOOD.replace("certified", "community").as_bytes());
    let check = ["check", "--base", "main", "--head", "work", "--format", "json"];
    assert_eq!(tierguard(folder.path(), &check).status.code(), Some(0));
    let strict = [&check[..], &["--fail-on", "warning"]].concat();
    assert_eq!(tierguard(folder.path(), &strict).status.code(), Some(1));
}

#[test]
fn without_flags_the_working_tree_is_compared_with_the_default_branch() {
    let folder = repository(GOOD.as_bytes());
    write(folder.path(), FILE, GOOD.replace("1.4.2", "1.4.1").as_bytes());
    let output = tierguard(folder.path(), &["check", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(json(&output)["head"], "working-tree");
    assert_eq!(
        json(&output)["connectors"][0]["findings"][0]["rule"],
        "version-decremented"
    );
}

#[test]
fn two_folders_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &format!("a/{FILE}"), GOOD.as_bytes());
    write(
        folder.path(),
        &format!("b/{FILE}"),
        GOOD.replace("1.4.2", "2.0.0").as_bytes(),
    );
    let output = tierguard(
        folder.path(),
        &["check", "--base-dir", "a", "--head-dir", "b", "--format", "json"],
    );
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(
        json(&output)["connectors"][0]["findings"][0]["rule"],
        "major-version-without-entry"
    );
}

#[test]
fn the_same_change_gives_the_same_report_from_git_and_from_folders() {
    let head = GOOD.replace("certified", "archived");
    let repository = repository(head.as_bytes());
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &format!("a/{FILE}"), GOOD.as_bytes());
    write(folder.path(), &format!("b/{FILE}"), head.as_bytes());
    let day = ["--today", "2026-11-22", "--format", "json"];
    let git = tierguard(
        repository.path(),
        &[&["check", "--base", "main", "--head", "work"][..], &day].concat(),
    );
    let folders = tierguard(
        folder.path(),
        &[&["check", "--base-dir", "a", "--head-dir", "b"][..], &day].concat(),
    );
    assert_eq!(json(&git)["connectors"], json(&folders)["connectors"]);
}

#[test]
fn a_wrong_revision_is_one_clear_line_and_exit_2() {
    let folder = repository(GOOD.as_bytes());
    for base in ["nowhere", "--output=x", "-x", "a..b"] {
        let output = tierguard(
            folder.path(),
            &["check", &format!("--base={base}"), "--head", "work"],
        );
        assert_eq!(output.status.code(), Some(2), "{base}");
        assert_eq!(stderr(&output).lines().count(), 1, "{}", stderr(&output));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_shallow_clone_says_how_to_fetch_what_is_missing() {
    let origin = repository(GOOD.replace("1.4.2", "1.4.3").as_bytes());
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}", origin.path().display());
    git(
        folder.path(),
        &[
            "clone", "--quiet", "--depth", "1", "--branch", "work", &url, "clone",
        ],
    );
    let output = tierguard(
        &folder.path().join("clone"),
        &["check", "--base", "main", "--head", "HEAD"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("git fetch"), "{}", stderr(&output));
}

#[test]
fn no_connectors_touched_is_a_pass_in_one_line() {
    let folder = repository(GOOD.as_bytes());
    let output = tierguard(folder.path(), &["check", "--base", "main", "--head", "work"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stdout(&output).lines().count(), 1, "{}", stdout(&output));
}

#[test]
fn hostile_files_end_located_and_quickly() {
    let mut deep = "data:\n  x: ".to_owned();
    deep.push_str(&"[".repeat(100_000));
    let laughs = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e]\n";
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("not UTF-8", b"data:\n  name: \xff\n".to_vec()),
        ("NUL", b"data:\n  name: a\0b\n".to_vec()),
        ("tabs", b"data:\n\tname: a\n".to_vec()),
        ("1 MB", [GOOD.as_bytes(), &vec![b'#'; 1 << 20]].concat()),
        ("alias bomb", laughs.as_bytes().to_vec()),
        ("100,000 brackets", deep.into_bytes()),
        ("second document", format!("{GOOD}---\ndata: {{}}\n").into_bytes()),
        ("data is null", b"data: null\n".to_vec()),
        ("data is a list", b"data: [1]\n".to_vec()),
        (
            "releases is a list",
            format!("{GOOD}  releases: [1]\n").into_bytes(),
        ),
        ("empty", Vec::new()),
    ];
    for (name, text) in cases {
        let folder = repository(&text);
        let started = Instant::now();
        let output = tierguard(
            folder.path(),
            &["check", "--base", "main", "--head", "work", "--format", "json"],
        );
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{name} took {:?}",
            started.elapsed()
        );
        assert_eq!(output.status.code(), Some(2), "{name}: {}", stderr(&output));
        let report = json(&output);
        assert_eq!(report["verdict"], "could-not-evaluate", "{name}");
        assert_eq!(report["problems"][0]["location"]["file"], FILE, "{name}");
        let finding = &report["connectors"][0]["findings"][0];
        assert_eq!(finding["rule"], "unreadable-metadata", "{name}");
        assert!(
            finding["location"]["line"].as_u64().is_some_and(|line| line > 0),
            "{name}"
        );
    }
}

#[test]
fn an_unreadable_base_does_not_block_its_repair() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &format!("a/{FILE}"), b"data:\n\tx: 1\n");
    let complete = format!(
        "metadataSpecVersion: \"1.0\"\n{GOOD}  connectorSubtype: api\n  documentationUrl: https://docs.airbyte.com/integrations/sources/x\n  githubIssueLabel: source-x\n  license: ELv2\n  name: X\n  tags: [\"language:python\"]\n"
    );
    write(folder.path(), &format!("b/{FILE}"), complete.as_bytes());
    let output = tierguard(
        folder.path(),
        &["check", "--base-dir", "a", "--head-dir", "b", "--format", "json"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert_eq!(json(&output)["connectors"][0]["findings"][0]["level"], "note");
}

#[test]
fn the_policy_of_the_target_branch_counts_and_that_of_head_does_not() {
    let folder = repository(GOOD.replace("certified", "community").as_bytes());
    write(
        folder.path(),
        ".github/tierguard.yml",
        b"rules:\n  support-level-changed:\n    level: off\n  nonsense: {}\n",
    );
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", "policy"]);
    let output = tierguard(
        folder.path(),
        &["check", "--base", "main", "--head", "work", "--format", "json"],
    );
    let report = json(&output);
    assert_eq!(report["findings"][0]["rule"], "policy-changed");
    assert!(
        report["connectors"][0]["findings"]
            .to_string()
            .contains("support-level-changed")
    );
}

#[test]
fn an_invalid_policy_is_refused_with_its_place() {
    let folder = repository(GOOD.as_bytes());
    write(
        folder.path(),
        "policy.yml",
        b"rules:\n  support-level-chnged:\n    level: off\n",
    );
    let output = tierguard(
        folder.path(),
        &["check", "--base", "main", "--policy", "policy.yml"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("policy.yml:2:3"), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("support-level-changed"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn every_format_prints_something_on_stdout_and_nothing_on_stderr() {
    let folder = repository(GOOD.replace("1.4.2", "2.0.0").as_bytes());
    for format in ["terminal", "json", "markdown", "review", "sarif", "github"] {
        let output = tierguard(
            folder.path(),
            &["check", "--base", "main", "--head", "work", "--format", format],
        );
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert!(
            stdout(&output).contains("major-version-without-entry"),
            "{format}: {}",
            stdout(&output)
        );
        assert!(output.stderr.is_empty(), "{format}: {}", stderr(&output));
    }
}

#[test]
fn an_output_file_is_written_instead_of_stdout() {
    let folder = repository(GOOD.replace("1.4.2", "2.0.0").as_bytes());
    let output = tierguard(
        folder.path(),
        &[
            "check",
            "--base",
            "main",
            "--head",
            "work",
            "--format",
            "json",
            "--output",
            "report.json",
        ],
    );
    assert!(output.stdout.is_empty());
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    assert_eq!(report["verdict"], "fail");
}

#[test]
fn what_base_had_already_is_shown_on_demand_and_decides_nothing() {
    let ambiguous = GOOD.replace("1.4.2", "1.10");
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &format!("a/{FILE}"), ambiguous.as_bytes());
    write(
        folder.path(),
        &format!("b/{FILE}"),
        format!("{ambiguous}metadataSpecVersion: \"1.0\"\n").as_bytes(),
    );
    let check = ["check", "--base-dir", "a", "--head-dir", "b", "--format", "json"];
    assert_eq!(
        json(&tierguard(folder.path(), &check))["connectors"][0]["findings"],
        serde_json::json!([])
    );
    let all = tierguard(folder.path(), &[&check[..], &["--all"]].concat());
    assert_eq!(all.status.code(), Some(0));
    assert_eq!(json(&all)["connectors"][0]["findings"][0]["introduced"], false);
}

#[test]
fn the_report_fits_its_schema() {
    let folder = repository(
        GOOD.replace("1.4.2", "2.0.0")
            .replace("certified", "community")
            .as_bytes(),
    );
    let schema = json(&tierguard(folder.path(), &["schema", "report"]));
    let report = json(&tierguard(
        folder.path(),
        &["check", "--base", "main", "--head", "work", "--format", "json"],
    ));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&report)
        .map(|error| error.to_string())
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn demo_needs_nothing_and_is_the_same_every_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = tierguard(folder.path(), &["demo"]);
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    assert!(stdout(&first).contains("source-shop") && stdout(&first).contains("source-toy"));
    assert_eq!(first.stdout, tierguard(folder.path(), &["demo"]).stdout);
}

#[test]
fn replay_prints_a_line_for_each_commit_in_order_and_its_findings_fail_nothing() {
    let folder = repository(GOOD.replace("1.4.2", "2.0.0").as_bytes());
    write(folder.path(), FILE, GOOD.replace("1.4.2", "2.0.1").as_bytes());
    git(folder.path(), &["commit", "--quiet", "-am", "third ::error::x"]);
    let output = tierguard(folder.path(), &["replay", "--format", "jsonl"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let lines: Vec<serde_json::Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let subjects: Vec<&str> = lines
        .iter()
        .map(|line| line["subject"].as_str().unwrap())
        .collect();
    assert_eq!(subjects, ["head", "third ::error::x"]);
    assert_eq!(lines[0]["verdict"], "fail");
    assert!(stderr(&output).contains("major-version-without-entry"));
    let table = tierguard(folder.path(), &["replay", "main..work"]);
    assert!(stdout(&table).starts_with("commits"), "{}", stdout(&table));
}

#[test]
fn rules_are_listed_and_explained() {
    let folder = tempfile::tempdir().unwrap();
    let rules = stdout(&tierguard(folder.path(), &["rules"]));
    for rule in tierguard::rules::RULES {
        assert!(rules.contains(rule.id));
        let page = tierguard(folder.path(), &["explain", rule.id]);
        assert_eq!(page.status.code(), Some(0));
        for heading in ["## What it does", "## Why", "## How to mend it", "## Options"] {
            assert!(stdout(&page).contains(heading), "{}: {heading}", rule.id);
        }
    }
    let unknown = tierguard(folder.path(), &["explain", "support-level-chnged"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("support-level-changed"));
}

#[test]
fn policy_schema_and_completions_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    assert!(stdout(&tierguard(folder.path(), &["policy"])).contains("built-in"));
    assert!(json(&tierguard(folder.path(), &["schema", "policy"])).is_object());
    assert!(stdout(&tierguard(folder.path(), &["completions", "bash"])).contains("tierguard"));
}

#[test]
fn wrong_usage_exits_2() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["nonsense"][..],
        &["check", "--format", "nonsense"],
        &["check", "--today", "2026-02-30"],
        &["check"],
    ] {
        assert_eq!(
            tierguard(folder.path(), arguments).status.code(),
            Some(2),
            "{arguments:?}"
        );
    }
    assert_eq!(tierguard(folder.path(), &["--help"]).status.code(), Some(0));
}

/// A metadata file and what `validate` says of it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Validated {
    case: String,
    #[serde(default)]
    edits: Vec<(String, String)>,
    text: Option<String>,
    exit: i32,
    says: Vec<String>,
}

#[test]
fn metadata_files_are_valid_or_not_by_themselves() {
    let folder = TempDir::new().unwrap();
    let root = env!("CARGO_MANIFEST_DIR");
    let good = std::fs::read_to_string(format!("{root}/tests/cli/metadata.yaml")).unwrap();
    let cases = std::fs::read_to_string(format!("{root}/tests/cli/validate.yaml")).unwrap();
    let cases: Vec<Validated> = serde_yaml::from_str(&cases).unwrap();
    assert!(cases.len() > 15);
    for case in cases {
        let mut text = case.text.unwrap_or_else(|| good.clone());
        for (from, to) in &case.edits {
            assert!(text.contains(from.as_str()), "{}: {from}", case.case);
            text = text.replacen(from.as_str(), to, 1);
        }
        write(folder.path(), "metadata.yaml", text.as_bytes());
        let output = tierguard(folder.path(), &["validate", "metadata.yaml"]);
        let said = stdout(&output);
        assert_eq!(
            output.status.code(),
            Some(case.exit),
            "{}: {said}{}",
            case.case,
            stderr(&output)
        );
        for expected in &case.says {
            assert!(
                said.contains(expected.as_str()),
                "{}: {expected} in {said}",
                case.case
            );
        }
        assert!(!said.contains('\u{1b}'), "{}", case.case);
        let result = json(&tierguard(
            folder.path(),
            &["validate", "--format", "json", "metadata.yaml"],
        ));
        let word = ["valid", "invalid", "unreadable"][usize::try_from(case.exit).unwrap()];
        assert_eq!(result["files"][0]["result"], word, "{}", case.case);
    }
    let absent = tierguard(folder.path(), &["validate", "metadata.yaml", "absent.yaml"]);
    assert_eq!(absent.status.code(), Some(2));
}
