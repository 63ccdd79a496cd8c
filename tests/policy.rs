//! Overrides as data: every `tests/policy/*.yaml` is read, and the file beside it, `*.txt`, holds what is said of it.
//!
//! Where there is no text, the policy is taken. A new case needs no code.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail as tests do")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tierguard::policy::{BUILT_IN_TEXT, Policy};

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

fn bytes(case: &Path) -> Vec<u8> {
    fs::read(case).expect("a case can be read")
}

#[test]
fn every_override_is_taken_or_refused_in_the_words_beside_it() {
    let mut wrong = Vec::new();
    for case in cases() {
        let bytes = bytes(&case);
        let expected = fs::read_to_string(case.with_extension("txt")).unwrap_or_default();
        let said: String = match Policy::load(Some(("tierguard.yml", &bytes))) {
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
        let is_taken = Policy::load(Some(("tierguard.yml", &bytes(&case)))).is_ok();
        assert_eq!(
            is_taken,
            !case.with_extension("txt").exists(),
            "{}",
            case.display()
        );
    }
}

/// What `policy test` says of a policy and its examples, and its exit code.
#[expect(clippy::disallowed_methods, reason = "the program under test is started here")]
fn policy_test(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tierguard"))
        .args(["policy", "test"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn the_worked_example_comes_out_as_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (code, text) = policy_test(root, &["--policy", "examples/policy/tierguard.yml"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.ends_with("5 examples of examples/policy/tierguard.yml, 0 fail\n"),
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
