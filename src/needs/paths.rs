//! Where a repository keeps what belongs to a connector: its manifest, its pages, its package, its other edition.
//!
//! Paths are worked out from the folder and from what the metadata says; whether a file lives there is for a source to say.

use crate::ids::RepoPath;
use crate::metadata::Metadata;
use crate::roots::ConnectorRoots;

/// The manifest of a connector that is nothing else.
pub fn manifest(directory: &RepoPath) -> Option<RepoPath> {
    directory.join(b"manifest.yaml").ok()
}

/// Where a repository says who owns what, the place that counts first.
pub fn owner_files() -> impl Iterator<Item = RepoPath> {
    [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"]
        .iter()
        .filter_map(|place| RepoPath::new(place.as_bytes()).ok())
}

/// Where a Python connector says what its package is called: `pyproject.toml` in its folder.
pub fn package_file(directory: &RepoPath) -> Option<RepoPath> {
    directory.join(b"pyproject.toml").ok()
}

/// The page in the repository that `documentationUrl` shows: `docs/<path>.md`.
pub fn documentation_page(metadata: &Metadata) -> Option<RepoPath> {
    let url = &*metadata.documentation_url.as_ref()?.text;
    // Both schemes show the same page.
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let path = rest.strip_prefix("docs.airbyte.com/")?;
    let path = path.split(['#', '?']).next()?.trim_end_matches('/');
    RepoPath::new(format!("docs/{path}.md").as_bytes()).ok()
}

/// The migration guide: `docs/integrations/<type>s/<folder without its type>-migrations.md`.
pub fn migration_guide(directory: &RepoPath, metadata: &Metadata) -> Option<RepoPath> {
    let kind = &*metadata.connector_type.as_ref()?.text;
    let folder = std::str::from_utf8(directory.file_name()).ok()?;
    let short = folder
        .strip_prefix(kind)
        .and_then(|rest| rest.strip_prefix('-'))
        .unwrap_or(folder);
    RepoPath::new(format!("docs/integrations/{kind}s/{short}-migrations.md").as_bytes()).ok()
}

/// The configuration of a connector's acceptance tests.
pub fn acceptance_tests(directory: &RepoPath) -> RepoPath {
    directory
        .join(b"acceptance-test-config.yml")
        .expect("a folder's path with a plain name added is a path")
}

/// The endings of connectors that are a stricter edition of another one: what Cloud runs instead.
const EDITIONS: [&str; 2] = ["-strict-encrypt", "-secure"];

/// The folders in which the other edition of a connector may live.
pub fn twins(directory: &RepoPath, roots: &ConnectorRoots) -> Vec<RepoPath> {
    let Some((folder, name)) = directory
        .parent()
        .zip(std::str::from_utf8(directory.file_name()).ok())
    else {
        return Vec::new();
    };
    let names: Vec<String> = match EDITIONS.iter().find_map(|ending| name.strip_suffix(ending)) {
        Some(plain) => vec![plain.to_owned()],
        None => EDITIONS.iter().map(|ending| format!("{name}{ending}")).collect(),
    };
    let paths = names.iter().filter_map(|name| folder.join(name.as_bytes()).ok());
    paths.filter(|path| roots.contains(path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Document, Limits};

    fn metadata(text: &str) -> Metadata {
        Metadata::read(Document::parse(text.as_bytes(), &Limits::METADATA).unwrap())
    }

    #[test]
    fn pages_are_found_by_address_and_folder() {
        let metadata = metadata(
            "data:\n  connectorType: source\n  documentationUrl: https://docs.airbyte.com/integrations/sources/shop#x\n",
        );
        let directory = RepoPath::new(b"airbyte-integrations/connectors/source-shop").unwrap();
        assert_eq!(
            documentation_page(&metadata).unwrap().to_string(),
            "docs/integrations/sources/shop.md"
        );
        let guide = migration_guide(&directory, &metadata).unwrap();
        assert_eq!(guide.to_string(), "docs/integrations/sources/shop-migrations.md");
    }

    #[test]
    fn an_edition_and_its_plain_connector_name_each_other() {
        let roots = ConnectorRoots::new(&["connectors/*"]).unwrap();
        let named = |path: &str| -> Vec<String> {
            let found = twins(&RepoPath::new(path.as_bytes()).unwrap(), &roots);
            found.iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            named("connectors/source-shop"),
            [
                "connectors/source-shop-strict-encrypt",
                "connectors/source-shop-secure"
            ]
        );
        assert_eq!(named("connectors/source-shop-secure"), ["connectors/source-shop"]);
        assert_eq!(named("elsewhere/source-shop"), [""; 0]);
    }

    #[test]
    fn an_address_elsewhere_or_one_that_leaves_the_folder_names_no_file() {
        for url in [
            "https://example.com/x",
            "https://docs.airbyte.com/../../etc/passwd",
        ] {
            let text = format!("data:\n  documentationUrl: {url}\n");
            assert!(documentation_page(&metadata(&text)).is_none(), "{url}");
        }
    }
}
