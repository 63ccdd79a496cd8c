//! The walls of the house: who may import whom, and who may touch the world.
//!
//! Reads `src/` as text. Tests inside the modules stand behind the same walls.

#![expect(clippy::unwrap_used, reason = "a test may stop at what cannot be read")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers, lowest first. A module imports its own layer and lower ones.
const LAYERS: [&[&str]; 12] = [
    &["text", "ids"],
    &["yaml", "changeset", "hunks", "roots"],
    &["metadata", "promises", "contract"],
    &["finding"],
    &["change", "needs", "validate"],
    &["rules"],
    &["policy", "evaluate", "report", "verdict", "waive", "comparison"],
    &["render"],
    &["publish"],
    &["github"],
    &["source", "publish::observe", "publish::apply"],
    &["run", "cli", "main"],
];

/// Folders whose files do not all belong to one layer: these are named with their file.
const SPLIT: [&str; 2] = ["publish::observe", "publish::apply"];

/// The layers from here on may touch the world.
const EDGE: usize = 9;
/// The edge hands over data and imports nothing between this layer and itself, but what [`HANDED`] names.
const DATA: usize = 1;
/// What a module of the edge takes or gives beside plain data.
const HANDED: [(&str, &[&str]); 3] = [
    ("source", &["github"]),
    ("publish::observe", &["github", "publish", "finding"]),
    (
        "publish::apply",
        &["github", "publish", "finding", "publish::observe"],
    ),
];

/// Walls inside a layer.
const WALLS: [(&str, &str); 4] = [
    ("report", "policy"),
    ("report", "evaluate"),
    ("verdict", "policy"),
    ("verdict", "evaluate"),
];

/// What touches the world, below `std`.
const WORLD: [&str; 7] = ["env", "fs", "net", "os", "process", "thread", "time"];
/// What touches the world, as words of the code.
const WORLDLY_WORDS: [&str; 12] = [
    "async",
    "await",
    "dbg!",
    "eprint!",
    "eprintln!",
    "print!",
    "println!",
    "stderr",
    "stdin",
    "stdout",
    "SystemTime",
    "now",
];
/// Constants and plain values below the modules of `WORLD`.
const HARMLESS: [&str; 1] = ["std::time::Duration"];

struct SourceFile {
    path: PathBuf,
    /// The first part of its path inside the crate.
    module: String,
    /// How many names its module's path has.
    depth: usize,
    /// Without comments and literals.
    code: String,
}

fn sources() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inner = path.strip_prefix(&root).unwrap().with_extension("");
                let mut names: Vec<String> = inner
                    .iter()
                    .map(|name| name.to_str().unwrap().to_owned())
                    .collect();
                if names.len() > 1 {
                    names.pop_if(|last| last == "mod");
                }
                let code = code_of(&fs::read_to_string(&path).unwrap());
                if names[0] != "lib" {
                    let pair = names.iter().take(2).cloned().collect::<Vec<_>>().join("::");
                    found.push(SourceFile {
                        module: if SPLIT.contains(&pair.as_str()) {
                            pair
                        } else {
                            names[0].clone()
                        },
                        depth: names.len(),
                        code,
                        path,
                    });
                }
            }
        }
    }
    assert!(found.len() > 20, "the sources are found");
    found
}

/// A text with its comments and literals blanked.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            quoted(rest)
        } else if rest.starts_with("r\"") || rest.starts_with("r#") {
            let hashes = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
            let close = format!("\"{}", "#".repeat(hashes));
            let opens = rest[1 + hashes..].starts_with('"') && !code.ends_with(is_word);
            let body = 2 + hashes;
            if opens {
                rest[body..]
                    .find(&close)
                    .map_or(rest.len(), |end| body + end + close.len())
            } else {
                0
            }
        } else if first == '\'' {
            character(rest)
        } else {
            0
        };
        if skipped > 0 {
            code.push(' ');
            rest = &rest[skipped..];
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    code
}

/// The length of a string literal.
fn quoted(text: &str) -> usize {
    let mut escaped = true;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character literal; zero for a lifetime.
fn character(text: &str) -> usize {
    let inner: Vec<char> = text.chars().skip(1).take(2).collect();
    match inner[..] {
        ['\\', escape] => {
            let body = 2 + escape.len_utf8();
            text[body..].find('\'').map_or(0, |end| body + end + 1)
        }
        [one, '\''] => 2 + one.len_utf8(),
        _ => 0,
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Where a word begins, as a whole word.
fn places<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let after = code[at + word.len()..].chars().next();
        let ends = !word.ends_with(is_word) || !after.is_some_and(is_word);
        ends && !code[..*at].ends_with(is_word)
    })
}

/// The first two names below a root such as `crate`, in paths and in braces: `fs` and `fs::File`.
fn names_below(code: &str, root: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for at in places(code, root) {
        if let Some(tail) = after_colons(&code[at + root.len()..]) {
            collect_names(tail, &mut names);
        }
    }
    names
}

fn after_colons(code: &str) -> Option<&str> {
    code.trim_start().strip_prefix("::").map(str::trim_start)
}

fn collect_names(tail: &str, names: &mut BTreeSet<String>) {
    if let Some(group) = tail.strip_prefix('{') {
        for item in items_of(group) {
            collect_names(item, names);
        }
        return;
    }
    let first = word_at(tail);
    names.insert(first.to_owned());
    if let Some(inner) = after_colons(&tail[first.len()..]) {
        let group = inner.strip_prefix('{').map_or_else(|| vec![inner], items_of);
        names.extend(group.iter().map(|item| format!("{first}::{}", word_at(item))));
    }
}

fn word_at(code: &str) -> &str {
    &code[..code.find(|character| !is_word(character)).unwrap_or(code.len())]
}

/// The items of a group in braces, without those of inner groups.
fn items_of(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0_usize, 0, Vec::new());
    for (at, byte) in group.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            b',' | b'}' if depth == 0 => {
                items.push(group[start..at].trim());
                start = at + 1;
                if byte == b'}' {
                    break;
                }
            }
            _ => {}
        }
    }
    items
}

/// The modules of the crate that a file names, by `crate::` or by climbing to the root.
fn imports(file: &SourceFile) -> BTreeSet<String> {
    let root = if file.module == "main" {
        "tierguard"
    } else {
        "crate"
    };
    let mut names = names_below(&file.code, root);
    names.extend(names_below(&file.code, &vec!["super"; file.depth].join("::")));
    names.retain(|name| layer(name).is_some());
    names
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// What is wrong with a file's imports.
fn wrong_imports(file: &SourceFile) -> Vec<String> {
    let Some(own) = layer(&file.module) else {
        return vec![format!("{}: `{}` has no layer", file.path.display(), file.module)];
    };
    let is_edge = own >= EDGE && own + 1 < LAYERS.len();
    let highest = if is_edge { DATA } else { own };
    let handed = HANDED.iter().find(|(module, _)| *module == file.module);
    let handed = handed.map_or(&[][..], |(_, modules)| *modules);
    imports(file)
        .into_iter()
        .filter(|name| *name != file.module && !handed.contains(&name.as_str()))
        .filter(|name| layer(name) > Some(highest) || WALLS.contains(&(file.module.as_str(), name.as_str())))
        .map(|name| format!("{}: `{}` imports `{name}`", file.path.display(), file.module))
        .collect()
}

/// Where a file of the core touches the world.
fn worldly(file: &SourceFile) -> Vec<String> {
    if layer(&file.module) >= Some(EDGE) {
        return Vec::new();
    }
    let below: Vec<String> = names_below(&file.code, "std")
        .into_iter()
        .map(|name| format!("std::{name}"))
        .collect();
    let is_world = |name: &String| {
        let module = name.split("::").nth(1).unwrap_or_default();
        // `use std::time::Duration` names `time` too; alone it would be an import of the module.
        let only_harmless = name.matches("::").count() == 1
            && below
                .iter()
                .any(|longer| longer.starts_with(&format!("{name}::")));
        WORLD.contains(&module) && !HARMLESS.contains(&name.as_str()) && !only_harmless
    };
    let words = WORLDLY_WORDS
        .iter()
        .filter(|word| places(&file.code, word).next().is_some());
    let found = below
        .iter()
        .filter(|name| is_world(name))
        .map(String::as_str)
        .chain(words.copied());
    found
        .map(|name| format!("{}: {name}", file.path.display()))
        .collect()
}

#[test]
fn a_module_imports_its_own_layer_and_lower_ones() {
    let wrong: Vec<String> = sources().iter().flat_map(wrong_imports).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_core_touches_nothing_of_the_world() {
    let wrong: Vec<String> = sources().iter().flat_map(worldly).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_layer_and_every_layer_its_modules() {
    let found: BTreeSet<String> = sources().into_iter().map(|file| file.module).collect();
    let named: BTreeSet<String> = LAYERS
        .iter()
        .copied()
        .flatten()
        .map(|name| (*name).to_owned())
        .collect();
    assert_eq!(found, named);
}

#[test]
fn the_map_names_every_module() {
    let library = include_str!("../src/lib.rs");
    let map: String = library
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .collect::<Vec<_>>()
        .join("\n");
    let missing: Vec<&str> = LAYERS
        .iter()
        .copied()
        .flatten()
        .copied()
        .filter(|name| places(&map, name).next().is_none())
        .filter(|name| !SPLIT.contains(name))
        .collect();
    assert!(
        missing.is_empty(),
        "the map in src/lib.rs does not name {missing:?}"
    );
}

fn snippet(module: &str, depth: usize, text: &str) -> SourceFile {
    SourceFile {
        path: PathBuf::from("snippet.rs"),
        module: module.to_owned(),
        depth,
        code: code_of(text),
    }
}

#[test]
fn the_scanner_finds_an_import_that_climbs() {
    for (module, depth, text) in [
        ("yaml", 1, "use crate::metadata::Metadata;"),
        (
            "yaml",
            2,
            "fn f() { let _ = crate :: policy::Policy::built_in(); }",
        ),
        (
            "change",
            2,
            "use crate::{ids::RepoPath, text::{Span, Lines}, rules::RULES};",
        ),
        ("change", 1, "pub use super::rules::RULES;"),
        ("change", 2, "use super::super::rules;"),
        (
            "rules",
            1,
            "macro_rules! m { () => { $crate::evaluate::evaluate() } }",
        ),
        ("report", 1, "use crate::policy::Policy;"),
        ("verdict", 1, "use crate::evaluate;"),
        ("source", 2, "use crate::policy::Policy;"),
        ("render", 2, "use crate::source::Source;"),
        ("ids", 1, "const A: &str = r#\"\"#; use crate::yaml::Node;"),
        (
            "ids",
            1,
            "const A: char = '\"'; use crate::yaml::Node; const B: char = '\"';",
        ),
    ] {
        assert_eq!(wrong_imports(&snippet(module, depth, text)).len(), 1, "{text}");
    }
    assert_eq!(
        wrong_imports(&snippet("extra", 1, "")).len(),
        1,
        "a module without a layer"
    );
}

#[test]
fn the_scanner_lets_pass_what_stays_below() {
    for (module, depth, text) in [
        (
            "yaml",
            2,
            "use crate::text::Span; use crate::yaml::Node; use super::rules;",
        ),
        (
            "ids",
            1,
            "// use crate::policy::Policy;\n/* crate::run */ const A: &str = \"crate::run::run\";",
        ),
        (
            "ids",
            1,
            "fn f<'a>(a: &'a str) -> char { '\\'' } const B: &str = r\"crate::run\";",
        ),
        ("rules", 3, "use super::super::policy;"),
        ("main", 1, "use tierguard::run;"),
        ("policy", 1, "use crate::report::PolicyProvenance;"),
    ] {
        assert_eq!(
            wrong_imports(&snippet(module, depth, text)),
            Vec::<String>::new(),
            "{text}"
        );
    }
}

#[test]
fn the_scanner_finds_what_touches_the_world() {
    for text in [
        "use std::fs;",
        "use std::fs::File;",
        "use std::{fmt, env};",
        "use std::{fmt::Display, process::{Command, Child}};",
        "fn f() { std::net::TcpStream::connect(\"\"); }",
        "use std::time::Instant;",
        "use std::time::{Duration, Instant};",
        "fn f() { println!(\"x\"); }",
        "fn f() { jiff::Timestamp::now(); }",
        "async fn f() {}",
    ] {
        assert!(!worldly(&snippet("change", 1, text)).is_empty(), "{text}");
        assert_eq!(worldly(&snippet("run", 1, text)), Vec::<String>::new(), "{text}");
    }
    for text in [
        "use std::fmt;",
        "// println!",
        "use std::time::Duration;",
        "fn known() {}",
        "fn printed() {}",
    ] {
        assert_eq!(
            worldly(&snippet("change", 1, text)),
            Vec::<String>::new(),
            "{text}"
        );
    }
}
