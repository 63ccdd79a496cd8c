//! What a path inside of a connector's folder has to do with the contract.
//!
//! Knows where the repository keeps its files; reads none.

use crate::ids::RepoPath;

/// What a file says about the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bearing {
    /// It is the connection specification.
    Specification,
    /// It repeats the specification for a test: it counts where no specification stands elsewhere.
    Golden,
    /// It is the schema of a stream, or a part of such.
    Schema,
    /// It declares the specification and the streams.
    Manifest,
    /// It is code that may build either.
    Code,
}

/// The names of a specification.
const SPECIFICATIONS: [&str; 3] = ["spec.json", "spec.yaml", "spec.yml"];
/// The folder of a JVM connector's resources.
const RESOURCES: &str = "src/main/resources";
/// How the names of code end.
const CODE: [&str; 4] = [".py", ".java", ".kt", ".kts"];

/// Says what a file has to do with the contract of the connector in a folder; `None` where nothing.
pub fn bearing(directory: &RepoPath, path: &RepoPath) -> Option<Bearing> {
    let inside = relative(directory, path)?;
    let package = package(directory);
    let (folder, name) = inside.rsplit_once('/').unwrap_or(("", inside));
    let is_home = folder.is_empty() || folder == package;
    if (is_home || folder == RESOURCES) && SPECIFICATIONS.contains(&name) {
        return Some(Bearing::Specification);
    }
    if is_home && matches!(name, "manifest.yaml" | "manifest.yml") {
        return Some(Bearing::Manifest);
    }
    let schemas = |folder: &str| folder.split('/').next() == Some("schemas");
    let below = folder
        .strip_prefix(&*package)
        .and_then(|rest| rest.strip_prefix('/'));
    if is_json(name) && (schemas(folder) || below.is_some_and(schemas)) {
        return Some(Bearing::Schema);
    }
    if is_golden(folder, name) {
        return Some(Bearing::Golden);
    }
    is_code(folder, name, &package).then_some(Bearing::Code)
}

/// Whether a schema file is only there for others to refer to.
pub(super) fn is_shared(path: &RepoPath) -> bool {
    let segments: Vec<&[u8]> = path.as_bytes().split(|byte| *byte == b'/').collect();
    segments
        .windows(2)
        .any(|pair| pair == [&b"schemas"[..], &b"shared"[..]])
}

/// The connector's package: its folder's name with `_` for `-`; empty where that is no text.
pub(super) fn package(directory: &RepoPath) -> String {
    std::str::from_utf8(directory.file_name())
        .unwrap_or_default()
        .replace('-', "_")
}

/// The path from a connector's folder; `None` outside of it, or where it is no text.
pub(super) fn relative<'a>(directory: &RepoPath, path: &'a RepoPath) -> Option<&'a str> {
    if !path.is_within(directory) || path == directory {
        return None;
    }
    let rest = &path.as_bytes()[directory.as_bytes().len()..];
    std::str::from_utf8(rest.strip_prefix(b"/").unwrap_or(rest)).ok()
}

/// Where a specification may stand, the likeliest place first.
pub(super) fn specifications(directory: &RepoPath) -> Vec<RepoPath> {
    let package = package(directory);
    let folders = [package.as_str(), RESOURCES, ""];
    let names = folders
        .iter()
        .flat_map(|folder| SPECIFICATIONS.map(|name| inside(directory, folder, name)));
    names.flatten().collect()
}

/// Where a manifest may stand, the likeliest place first; the other spelling of its ending is read where it changes.
pub(super) fn manifests(directory: &RepoPath) -> Vec<RepoPath> {
    let package = package(directory);
    ["", &package]
        .iter()
        .filter_map(|folder| inside(directory, folder, "manifest.yaml"))
        .collect()
}

/// A file in a folder of the connector; `None` where that is no path inside of it.
pub(super) fn inside(directory: &RepoPath, folder: &str, name: &str) -> Option<RepoPath> {
    let path = match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    };
    directory.join(path.as_bytes()).ok()
}

/// The CDK and the build look for the ending as it is written here.
fn is_json(name: &str) -> bool {
    name.strip_suffix(".json").is_some()
}

fn is_golden(folder: &str, name: &str) -> bool {
    let mut segments = folder.split('/');
    let expected = name.starts_with("expected-spec") || name.starts_with("expected_spec");
    if !is_json(name) {
        return false;
    }
    match segments.next() {
        Some("integration_tests") => folder == "integration_tests" && (name == "spec.json" || expected),
        Some("acceptance_tests") => name.contains("spec"),
        Some("src") => {
            segments.next().is_some_and(|set| set.starts_with("test"))
                && segments.next() == Some("resources")
                && expected
        }
        _ => false,
    }
}

fn is_code(folder: &str, name: &str, package: &str) -> bool {
    if !CODE.iter().any(|ending| name.ends_with(ending)) {
        return false;
    }
    let is_test = folder
        .split('/')
        .any(|segment| matches!(segment, "tests" | "test" | "unit_tests" | "integration_tests"));
    let first = folder.split('/').next().unwrap_or_default();
    let is_main = folder == "src/main" || folder.starts_with("src/main/");
    match folder {
        "" => name == "components.py",
        _ => !is_test && (first == package || is_main),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> Option<Bearing> {
        let directory = RepoPath::new(b"c/source-a-b").unwrap();
        bearing(&directory, &RepoPath::new(path.as_bytes()).unwrap())
    }

    #[test]
    fn a_path_says_what_the_file_bears() {
        let cases = [
            ("c/source-a-b/spec.yml", Some(Bearing::Specification)),
            ("c/source-a-b/source_a_b/spec.json", Some(Bearing::Specification)),
            (
                "c/source-a-b/src/main/resources/spec.json",
                Some(Bearing::Specification),
            ),
            ("c/source-a-b/integration_tests/spec.json", Some(Bearing::Golden)),
            (
                "c/source-a-b/integration_tests/expected_spec_oss.json",
                Some(Bearing::Golden),
            ),
            (
                "c/source-a-b/src/test-integration/resources/x/expected-spec.json",
                Some(Bearing::Golden),
            ),
            (
                "c/source-a-b/acceptance_tests/oss/spec.json",
                Some(Bearing::Golden),
            ),
            ("c/source-a-b/manifest.yaml", Some(Bearing::Manifest)),
            ("c/source-a-b/source_a_b/manifest.yml", Some(Bearing::Manifest)),
            ("c/source-a-b/schemas/a/b.json", Some(Bearing::Schema)),
            (
                "c/source-a-b/source_a_b/schemas/shared/b.json",
                Some(Bearing::Schema),
            ),
            ("c/source-a-b/source_a_b/streams.py", Some(Bearing::Code)),
            ("c/source-a-b/src/main/kotlin/io/x/A.kt", Some(Bearing::Code)),
            ("c/source-a-b/components.py", Some(Bearing::Code)),
            ("c/source-a-b/main.py", None),
            ("c/source-a-b/unit_tests/test_a.py", None),
            ("c/source-a-b/source_a_b/x/spec.json", None),
            ("c/source-a-b/integration_tests/schemas/b.json", None),
            ("c/source-a/manifest.yaml", None),
            ("c/source-a-b", None),
        ];
        for (path, expected) in cases {
            assert_eq!(of(path), expected, "{path}");
        }
    }

    #[test]
    fn shared_schemas_are_told_apart() {
        let path = |text: &str| RepoPath::new(text.as_bytes()).unwrap();
        assert!(is_shared(&path("c/source-a/source_a/schemas/shared/x.json")));
        assert!(!is_shared(&path("c/source-a/source_a/schemas/shared.json")));
    }
}
