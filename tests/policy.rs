//! Overrides as data: every `tests/policy/*.yaml` is read, and the file beside it, `*.txt`, holds what is said of it.
//!
//! Where there is no text, the policy is taken. A new case needs no code.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail as tests do")]

use std::fs;
use std::path::{Path, PathBuf};

use tierguard::policy::Policy;

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
