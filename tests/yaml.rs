//! The YAML reader against `PyYAML`'s own answers, and against files that want to do harm.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail as tests do")]

#[path = "yaml/typed.rs"]
mod typed;

use std::fmt::Write;

use serde_json::Value as Json;
use tierguard::yaml::{Document, Limits, Unreadable, quote};

fn golden() -> Json {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/yaml/golden.json");
    let text = std::fs::read_to_string(file).expect("the golden file is part of the repository");
    serde_json::from_str(&text).expect("the golden file is JSON")
}

fn read(bytes: &[u8]) -> Result<Document, Unreadable> {
    Document::parse(bytes, &Limits::METADATA)
}

/// What `PyYAML` reads and this reader refuses: limits of ours, each with a reason.
const REFUSED_HERE: [&str; 5] = [
    // `0o7` is no integer of YAML 1.1; Python's `int` takes it when a tag asks.
    "k: !!int 0o7\n",
    // Types that the tree does not have.
    "a: !!set {b}",
    "a: !!omap [b: c]",
    // A list inside of itself.
    "&a [*a]",
    // The parser library skips this mark, `PyYAML` makes it part of the key.
    "a: 1\n\u{feff}b: 2\n",
];

#[test]
fn values_are_those_of_pyyaml() {
    let golden = golden();
    let mut texts: Vec<(String, &Json, bool)> = Vec::new();
    for row in golden["scalars"].as_array().unwrap() {
        texts.push((format!("k: {}\n", row["text"].as_str().unwrap()), row, true));
    }
    for row in golden["files"].as_array().unwrap() {
        texts.push((row["text"].as_str().unwrap().to_owned(), row, false));
    }
    assert!(texts.len() > 300);
    let (mut wrong, mut refused) = (String::new(), Vec::new());
    for (text, row, is_scalar) in &texts {
        let ours = read(text.as_bytes());
        let expected = row.get("value");
        match (&ours, expected) {
            (Ok(document), Some(expected)) => {
                let found = if *is_scalar {
                    document.root().get("k").map(typed::to_json).unwrap_or_default()
                } else {
                    typed::to_json(document.root())
                };
                if found != *expected {
                    let _ = writeln!(wrong, "{text:?}: {found} instead of {expected}");
                }
            }
            (Ok(_), None) => {
                let _ = writeln!(wrong, "{text:?}: read, though PyYAML refuses: {}", row["error"]);
            }
            (Err(error), Some(_)) => {
                refused.push(text.as_str());
                if !REFUSED_HERE.contains(&text.as_str()) {
                    let _ = writeln!(wrong, "{text:?}: refused: {error}");
                }
            }
            (Err(_), None) => {}
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(
        REFUSED_HERE.iter().all(|text| refused.contains(text)),
        "a limit that is none: {refused:?}"
    );
}

#[test]
fn nothing_is_written_plain_that_pyyaml_reads_as_something_else() {
    for row in golden()["scalars"].as_array().unwrap() {
        let text = row["text"].as_str().unwrap();
        if quote(text) == text {
            assert_eq!(row["value"].as_str(), Some(text));
        }
    }
}

/// Files that cost much or hide something, with a word of the refusal.
fn hostile() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let bomb = (1..12).fold("a0: &a0 [x, x]\n".to_owned(), |mut text, level| {
        let _ = writeln!(
            text,
            "a{level}: &a{level} [*a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}]",
            level - 1
        );
        text
    });
    let merges = (1..40).fold("a0: &a0 {k: v}\n".to_owned(), |mut text, level| {
        let _ = writeln!(text, "a{level}: &a{level} {{<<: [*a{0}, *a{0}]}}", level - 1);
        text
    });
    let chain = (1..500).fold("- &a0 [x]\n".to_owned(), |mut text, level| {
        let _ = writeln!(text, "- &a{level} [*a{}]", level - 1);
        text
    });
    let quadratic = format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(5000), "*a, ".repeat(5000));
    let heavy = format!(
        "a: &a !!binary {}\nb: [{}]\n",
        "QUJD".repeat(25_000),
        "*a, ".repeat(10_000)
    );
    vec![
        ("a file of 1 MB", vec![b'a'; 1 << 20], "bytes"),
        ("an alias bomb", bomb.into_bytes(), "grows"),
        ("a merge bomb", merges.into_bytes(), "grows"),
        ("aliases in one another", chain.into_bytes(), "deep"),
        ("many aliases of a long list", quadratic.into_bytes(), "grows"),
        ("many aliases of a large value", heavy.into_bytes(), "grows"),
        ("nested brackets", "[".repeat(100_000).into_bytes(), "deep"),
        ("nested braces", "{a: ".repeat(60_000).into_bytes(), "deep"),
        ("nested keys", "{".repeat(100_000).into_bytes(), "key"),
        ("nested dashes", "- ".repeat(100_000).into_bytes(), "deep"),
        ("brackets on lines", "[\n".repeat(100_000).into_bytes(), "deep"),
        (
            "many anchors",
            "- &a\n".repeat(40_000).into_bytes(),
            "already set",
        ),
        (
            "100,000 anchors",
            (0..100_000)
                .fold(String::new(), |text, at| text + "- &a" + &at.to_string() + "\n")
                .into_bytes(),
            "bytes",
        ),
        (
            "many directives",
            "%TAG !a! b\n".repeat(10_000).into_bytes(),
            "directives",
        ),
        ("NUL", b"a: b\0c: d\n".to_vec(), "U+0000"),
        ("ESC", b"a: b\x1bc\n".to_vec(), "U+001B"),
        ("Latin-1", b"a: caf\xe9\n".to_vec(), "offset 6"),
        ("overlong UTF-8", b"a: \xc0\xaf\n".to_vec(), "offset 3"),
        ("a surrogate", b"a: \xed\xa0\x80\n".to_vec(), "offset 3"),
        ("UTF-16", vec![0xff, 0xfe, b'a', 0, b':', 0], "UTF-16"),
        (
            "a second document",
            b"a: 1\n---\na: 2\n".to_vec(),
            "second document",
        ),
        (
            "text after the end",
            b"a: 1\n...\nb: 2\n".to_vec(),
            "not valid YAML",
        ),
        ("tabs", b"a:\n\tb: 1\n".to_vec(), ""),
        (
            "a tag that runs code",
            b"a: !!python/object/apply:os.system [x]\n".to_vec(),
            "tag",
        ),
        (
            "a redefined anchor",
            b"a: &x 1\nb: &x 2\n".to_vec(),
            "already set in line 1",
        ),
        ("an unknown alias", b"a: *x\n".to_vec(), "no anchor"),
        ("no day", b"a: 2025-02-30\n".to_vec(), "not a day"),
        ("an escape at the end", b"a: \"\\".to_vec(), "not valid YAML"),
        (
            "a long number",
            format!("a: {}", "9".repeat(5000)).into_bytes(),
            "too long",
        ),
        ("a list as a key", b"? [a]\n: b\n".to_vec(), "key"),
    ]
}

#[test]
fn hostile_files_end_in_a_located_refusal() {
    for (name, bytes, word) in hostile() {
        let Err(error) = read(&bytes) else {
            panic!("{name} was read")
        };
        assert!(error.message.contains(word), "{name}: {error}");
        assert!(
            error.message.len() < 300 && !error.message.contains(char::is_control),
            "{name}: {error}"
        );
        assert!(
            error.position.is_some() || error.message.contains("bytes"),
            "{name}: {error}"
        );
    }
}

#[test]
fn larger_limits_end_hostile_files_too() {
    for (name, bytes, _) in hostile() {
        // What is merely large may be read where large files are expected.
        if !matches!(name, "a file of 1 MB" | "100,000 anchors") {
            assert!(Document::parse(&bytes, &Limits::MANIFEST).is_err(), "{name}");
        }
    }
}

#[test]
fn bytes_and_columns_hold_with_a_byte_order_mark() {
    let text = "\u{feff}data: x\r\nä: [b,\r\n  c]\r\n";
    let document = read(text.as_bytes()).unwrap();
    let x = document.root().get("data").unwrap();
    assert_eq!(x.span.of(text), "x");
    let position = document.position(x.span.start);
    assert_eq!((position.line, position.column), (1, 7));
    let list = document.root().get("ä").unwrap();
    assert_eq!(list.span.of(text), "[b,\r\n  c]");
    assert_eq!(list.items().map(|items| items[1].span.of(text)), Some("c"));
}

#[test]
fn a_block_collection_ends_with_its_last_value() {
    let text = "a:\n  b: 1\n  c:\n  - d # e\n\n# f\ng: h\n";
    let document = read(text.as_bytes()).unwrap();
    let map = document.root().get("a").unwrap();
    assert_eq!(map.span.of(text), "b: 1\n  c:\n  - d");
}

#[test]
fn nothing_but_comments_is_a_null() {
    for text in ["", "# a\n", "\n\n", "---\n", "\u{feff}"] {
        assert!(read(text.as_bytes()).unwrap().root().is_null(), "{text:?}");
    }
}
