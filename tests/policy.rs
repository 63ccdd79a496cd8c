//! Overrides as data: every `tests/policy/*.yaml` is read, and the file beside it, `*.txt`, holds what is said of it.
//!
//! Where there is no text, the policy is taken. A new case needs no code.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail as tests do")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tierguard::policy::{self, BUILT_IN_TEXT, Home, Policy, PolicyError};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy");
    let entries = fs::read_dir(folder)
        .expect("the folder of cases is there")
        .map(|entry| entry.expect("a folder can be listed").path());
    let mut cases: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    cases.sort();
    cases
}

/// The policy of the repository `octo/connectors`; what it extends lies in `tests/policy/extended`.
fn loaded(bytes: &[u8]) -> Result<Policy, Vec<PolicyError>> {
    let home = Home {
        repository: Some("octo/connectors".to_owned()),
        ..Home::default()
    };
    let extended = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy/extended");
    policy::load(("tierguard.yml", bytes), &home, |asked| {
        fs::read(
            extended
                .join(&asked.file.repository)
                .join(asked.file.path.to_string()),
        )
    })
    .expect("the file that is extended is there")
}

#[test]
fn each_line_says_from_which_file_of_the_chain_it_comes() {
    let file = root().join("tests/policy/accepted-extends.yaml");
    let policy = loaded(&fs::read(file).unwrap()).unwrap();
    let text = policy.effective();
    let entry: Vec<&str> = text
        .lines()
        .filter(|line| {
            line.contains("fail-on:") || line.contains("# octo/") || line.contains("# tierguard.yml")
        })
        .map(|line| line.split_once("# ").unwrap().1)
        .collect();
    let base = "octo/policies/base.yml@0123456";
    assert_eq!(
        entry,
        [&format!("{base}:1"), &format!("{base}:6"), "tierguard.yml:7"]
    );
    assert_eq!(policy.provenance.source, "tierguard.yml");
    assert_eq!(policy.provenance.extends[0].commit.as_str().len(), 40);
    // Without its files, a policy that extends is none.
    let bytes = fs::read(root().join("tests/policy/accepted-extends.yaml")).unwrap();
    let errors = Policy::load(Some(("tierguard.yml", &bytes))).unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        format!("tierguard.yml:2:15: this extends `{base}`, which was not read")
    );
}

#[test]
fn what_a_policy_extends_is_read_from_a_clone_at_its_commit() {
    let folder = tempfile::tempdir().unwrap();
    let clone = folder.path().join("clones/policies");
    fs::create_dir_all(&clone).unwrap();
    let base = clone.join("base.yml");
    fs::write(&base, "fail-on: note\n").unwrap();
    git(&clone, &["init", "--quiet"]);
    git(&clone, &["add", "."]);
    git(&clone, &["commit", "--quiet", "-m", "one"]);
    let commit = git(&clone, &["rev-parse", "HEAD"]);
    fs::write(&base, "fail-on: off\n").unwrap();
    git(&clone, &["commit", "--quiet", "-am", "two"]);
    let asks = |commit: &str| {
        let text = format!("extends: {{ repository: octo/policies, path: base.yml, sha: '{commit}' }}\n");
        fs::write(folder.path().join("own.yml"), text).unwrap();
    };
    asks(commit.trim());
    let show = ["policy", "--policy", "own.yml"];
    let with = [&show[..], &["--extends-dir", "clones"]].concat();
    let (code, text) = tierguard(folder.path(), &with);
    assert_eq!(code, Some(0), "{text}");
    let line = text.lines().find(|line| line.starts_with("fail-on:")).unwrap();
    assert!(
        line.starts_with("fail-on: note ")
            && line.ends_with(&format!("# octo/policies/base.yml@{}:1", &commit[..7])),
        "{line}"
    );

    let (code, text) = tierguard(folder.path(), &show);
    assert_eq!(code, Some(2), "{text}");
    assert!(
        text.contains("own.yml:1") && text.contains("--extends-dir"),
        "{text}"
    );
    asks(&"0".repeat(40));
    let (code, text) = tierguard(folder.path(), &with);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("own.yml:1"), "{text}");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn bytes(case: &Path) -> Vec<u8> {
    fs::read(case).expect("a case can be read")
}

#[test]
fn every_override_is_taken_or_refused_in_the_words_beside_it() {
    let mut wrong = Vec::new();
    for case in cases() {
        let bytes = bytes(&case);
        let expected = fs::read_to_string(case.with_extension("txt")).unwrap_or_default();
        let said: String = match loaded(&bytes) {
            Ok(_) => String::new(),
            Err(errors) => errors
                .iter()
                .flat_map(|error| [error.to_string(), "\n".to_owned()])
                .collect(),
        };
        if said != expected {
            wrong.push(format!("--- {}\n{said}", case.display()));
        }
    }
    assert!(cases().len() >= 10, "the cases are there");
    assert!(
        wrong.is_empty(),
        "these overrides are answered otherwise:\n{}",
        wrong.concat()
    );
}

#[test]
fn a_case_whose_words_are_missing_is_expected_to_be_taken() {
    for case in cases() {
        let is_taken = loaded(&bytes(&case)).is_ok();
        assert_eq!(
            is_taken,
            !case.with_extension("txt").exists(),
            "{}",
            case.display()
        );
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the programs under test are started here"
)]
fn run(program: &str, folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("TZ", "UTC")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "a")
        .env("GIT_AUTHOR_EMAIL", "a@example.invalid")
        .env("GIT_COMMITTER_NAME", "a")
        .env("GIT_COMMITTER_EMAIL", "a@example.invalid")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let (code, text) = run("git", folder, arguments);
    assert_eq!(code, Some(0), "{text}");
    text
}

/// What the program says, and its exit code.
fn tierguard(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    run(env!("CARGO_BIN_EXE_tierguard"), folder, arguments)
}

/// What `policy test` says of a policy and its examples, and its exit code.
fn policy_test(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    tierguard(folder, &[&["policy", "test"], arguments].concat())
}

#[test]
fn the_worked_example_comes_out_as_it_says() {
    let (code, text) = policy_test(root(), &["--policy", "examples/policy/tierguard.yml"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.ends_with("8 examples of examples/policy/tierguard.yml, 0 fail\n"),
        "{text}"
    );
}

/// A folder with a policy and its examples.
fn policy_folder(policy: &str, examples: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".github")).unwrap();
    fs::write(folder.path().join(".github/tierguard.yml"), policy).unwrap();
    fs::write(folder.path().join(".github/tierguard.tests.yml"), examples).unwrap();
    folder
}

#[test]
fn the_policy_of_the_present_folder_is_shown() {
    let folder = policy_folder("fail-on: note\n", "[]");
    let (code, text) = tierguard(folder.path(), &["policy"]);
    assert_eq!(code, Some(0), "{text}");
    let line = text.lines().find(|line| line.starts_with("fail-on:")).unwrap();
    assert!(
        line.starts_with("fail-on: note ") && line.ends_with("# .github/tierguard.yml:1"),
        "{line}"
    );
}

#[test]
fn an_example_may_expect_that_a_file_cannot_be_read() {
    let unread = "base: {}\n  head: 'data: ['\n  expect: [{rule: unreadable-metadata}]\n  verdict:";
    let letters = "base: {}\n  head: {dockerImageTag: 1.4.3, icon: \"a\\x7Fb\\Nc\"}";
    let examples = format!(
        "- name: expected\n  {unread} could-not-evaluate\n- name: not expected\n  {unread} fail\n\
         - name: letters that YAML wants escaped\n  {letters}\n"
    );
    let folder = policy_folder("connectors: ['*']\n", &examples);
    let (code, text) = policy_test(folder.path(), &[]);
    assert_eq!(code, Some(1), "{text}");
    for line in [
        "ok    expected\nFAIL  not expected (",
        "\n        verdict     could-not-evaluate, not fail\n        unread      ",
        "\nok    letters that YAML wants escaped\n\n3 examples of .github/tierguard.yml, 1 fails\n",
    ] {
        assert!(text.contains(line), "{line:?} in {text}");
    }
}

#[test]
fn an_example_that_comes_out_otherwise_is_shown_with_the_difference() {
    let examples = "- name: nothing is said\n  base: {}\n  head: {dockerImageTag: 1.4.1}\n\
                    - name: too much is expected\n  base: {}\n  head: {dockerImageTag: 1.4.3}\n  \
                      expect: [{rule: version-decremented}, {rule: identity-changed, level: error}]\n  verdict: fail\n\
                    - name: as it should be\n  base: {}\n  head: {dockerImageTag: 1.4.3}\n";
    let folder = policy_folder("connectors: ['*', 'a/**/b']\n", examples);
    let (code, text) = policy_test(folder.path(), &[]);
    assert_eq!(code, Some(1), "{text}");
    let entry = |line: &str| line == "  version-decremented:";
    let line = BUILT_IN_TEXT.lines().position(entry).unwrap() + 2;
    assert_eq!(
        text,
        format!(
            "FAIL  nothing is said (.github/tierguard.tests.yml:1)\n        \
             unexpected  version-decremented, error, by built-in:{line}: The version goes down: `1.4.2` → `1.4.1`.\n\
             FAIL  too much is expected (.github/tierguard.tests.yml:4)\n        \
             missing     version-decremented, any level\n        \
             missing     identity-changed, error\n        \
             verdict     pass, not fail\n\
             ok    as it should be\n\n\
             3 examples of .github/tierguard.yml, 2 fail\n"
        )
    );
}

#[test]
fn examples_that_cannot_be_read_are_no_pass() {
    let removed = "- name: removed\n  base: {supportLevel: archived}\n  expect: [{rule: connector-removed, level: note}]\n";
    assert_eq!(policy_test(policy_folder("", removed).path(), &[]).0, Some(0));
    for (policy, examples, said) in [
        ("", "", "the file is a list, not an empty value"),
        ("", "[]", "holds no example"),
        ("", "- {name: a}", "`base`, `head` or both"),
        (
            "",
            "- {name: a, base: 'data: {}', head: {}}",
            "no fields of `head`",
        ),
        (
            "",
            "- {name: a, head: {}, folder: x/y}",
            "no folder of a connector",
        ),
        ("", "- {name: a, head: []}", "tierguard.tests.yml:1"),
        (
            "",
            "- {name: a, head: {}, expct: []}",
            "1:23: `expct` is no field here; did you mean `expect`?",
        ),
        (
            "",
            "- {name: a, head: {}, expect: [{rule: identity-change}]}",
            "1:39: `identity-change` is no value of this field; did you mean `identity-changed`?",
        ),
        (
            "rulez: {}",
            removed,
            "the policy is not valid: .github/tierguard.yml:1:1",
        ),
    ] {
        let (code, text) = policy_test(policy_folder(policy, examples).path(), &[]);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(said), "{text}");
    }
    let (code, text) = policy_test(policy_folder("", removed).path(), &["--tests", "elsewhere.yml"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("elsewhere.yml"), "{text}");
}

/// A connector's metadata at a version.
fn metadata(version: &str) -> String {
    format!(
        "data:\n  definitionId: 0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1\n  connectorType: source\n  dockerImageTag: {version}\n  \
         dockerRepository: airbyte/source-x\n  releaseStage: generally_available\n  supportLevel: certified\n"
    )
}

/// A repository of four commits: a start, a patch, a step down, a patch; its policy forgives the step down.
fn history() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let connector = folder.path().join("airbyte-integrations/connectors/source-x");
    fs::create_dir_all(&connector).unwrap();
    fs::create_dir(folder.path().join(".github")).unwrap();
    let forgiving = "rules: {version-decremented: {level: warning}}\n";
    fs::write(folder.path().join(".github/tierguard.yml"), forgiving).unwrap();
    git(folder.path(), &["init", "--quiet", "--initial-branch", "main"]);
    for (version, subject) in [
        ("1.4.2", "start"),
        ("1.4.3", "patch"),
        ("1.4.1", "step down"),
        ("1.4.4", "patch again"),
    ] {
        fs::write(connector.join("metadata.yaml"), metadata(version)).unwrap();
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "--quiet", "-m", subject]);
    }
    folder
}

#[test]
fn a_backtest_says_what_another_policy_would_have_blocked() {
    let folder = history();
    fs::write(
        folder.path().join("new.yml"),
        "rules:\n  version-decremented: {level: error}\n  value-not-allowed:\n    options:\n      wishes:\n        \
         - {fields: [data.dockerImageTag], pattern: '.*[0-3]', level: note, because: We like small steps.}\n",
    )
    .unwrap();
    let (code, text) = tierguard(folder.path(), &["backtest", "--policy", "new.yml"]);
    assert_eq!(code, Some(0), "{text}");
    let commit = |revision: &str| {
        git(folder.path(), &["rev-parse", "--short=7", revision])
            .trim()
            .to_owned()
    };
    let day = git(
        folder.path(),
        &["log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%d"],
    );
    let expected = format!(
        "would have blocked 1 of 3 commits (the present policy 0)\nsomething differs at 2 commits\n\n                        \
              new    gone  level\nvalue-not-allowed         1       0      0\nversion-decremented       0       0      1\n\n\
         {}  {day}  step down\n  pass → fail\n  ~ warning → error  version-decremented  source-x: The version goes down: \
         `1.4.3` → `1.4.1`.\n\n{}  {day}  patch again\n  + note  value-not-allowed  source-x: `data.dockerImageTag` may \
         not be `1.4.4` here.\n",
        commit("HEAD~1"),
        commit("HEAD"),
        day = day.trim(),
    );
    assert_eq!(text, expected);

    let json = [
        "backtest",
        "--policy",
        "new.yml",
        "--format",
        "json",
        "HEAD~2..HEAD~1",
    ];
    let (code, text) = tierguard(folder.path(), &json);
    assert_eq!(code, Some(0), "{text}");
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(told["commits"], 1);
    assert_eq!(told["blocked"], serde_json::json!({ "against": 0, "policy": 1 }));
    assert_eq!(told["against"], ".github/tierguard.yml");
    assert_eq!(told["differences"][0]["findings"][0]["level"]["policy"], "error");
}

#[test]
fn a_backtest_against_the_same_policy_finds_no_difference() {
    let folder = history();
    fs::write(folder.path().join("same.yml"), "fail-on: error\n").unwrap();
    let (code, text) = tierguard(
        folder.path(),
        &["backtest", "--policy", "same.yml", "--against", "same.yml"],
    );
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(
        text,
        "would have blocked 1 of 3 commits (same.yml 1)\nboth policies say the same of every one\n"
    );
    for wrong in [
        &["--policy", "none.yml"][..],
        &["--policy", "same.yml", "nowhere"],
        &[],
    ] {
        let (code, text) = tierguard(folder.path(), &[&["backtest"], wrong].concat());
        assert_eq!(code, Some(2), "{text}");
    }
}

#[test]
fn folders_that_only_one_policy_knows_are_judged_by_that_one() {
    let folder = history();
    fs::write(folder.path().join("none.yml"), "connectors: [elsewhere/*]\n").unwrap();
    let (code, text) = tierguard(folder.path(), &["backtest", "--policy", "none.yml"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains("  - warning  version-decremented  source-x"),
        "{text}"
    );
    let (_, text) = tierguard(
        folder.path(),
        &[
            "backtest",
            "--policy",
            ".github/tierguard.yml",
            "--against",
            "none.yml",
        ],
    );
    assert!(
        text.contains("  + warning  version-decremented  source-x"),
        "{text}"
    );
}
