use std::collections::BTreeSet;

use super::{Context, Findings, Rule};
use crate::changeset::{ChangedFile, Side};
use crate::finding::{Finding, Level, Location, Prose, code, prose};
use crate::ids::RepoPath;

rule! {
    /// A path looks like a connector's file or folder, and is not read as one.
    ///
    /// ## What it does
    /// Finds `metadata.yml`, `METADATA.yaml`, `metadata.yaml `, `manifest.yml` and the like in a connector's folder, and
    /// new folders whose name differs from another connector's only by case or holds characters that look like others. In
    /// a package code may name its manifest as it likes. Names the `metadata.yaml` in a folder `source-…` or
    /// `destination-…` that lies where the policy looks for no connector.
    ///
    /// ## Why
    /// The publisher reads `metadata.yaml` and nothing else, and what runs a manifest looks for `manifest.yaml`. A
    /// look-alike hides a change from review, or shadows a connector on systems that do not tell the two names apart. Of a
    /// folder that the policy does not name nothing is judged, and silence would read as a pass.
    ///
    /// ## Example
    /// Made up, as no change up to April 2025 shows it: a change adds `source-shop/metadata.yml`, beside the
    /// `metadata.yaml` that the publisher reads.
    ///
    /// ## How to mend it
    /// Rename the file to the name that is read, or the folder to a name of lower-case ASCII letters, digits and hyphens.
    /// Name the folders in which connectors live under `connectors` in the policy.
    ///
    /// ## Options
    /// `elsewhere-level`: how loud a connector's file is where the policy looks for none.
    "look-alike-path", since "0.1.0",
    pub struct LookAlikePath {
        /// How loud a connector's file is where the policy looks for none.
        elsewhere_level: Level,
    }
}

/// The files of a connector's folder that are read by their very name.
const READ: [&str; 2] = ["metadata.yaml", "manifest.yaml"];
/// The most files that are named of those that lie elsewhere.
const NAMED: usize = 3;

impl Rule for LookAlikePath {
    fn check_repository(&self, context: &Context, findings: &mut Findings) {
        let mut folders: BTreeSet<RepoPath> = BTreeSet::new();
        for entry in context.set.files.iter().filter_map(appeared) {
            let Some(parent) = entry.parent().filter(|parent| context.roots.contains(parent)) else { continue };
            if let Some(meant) = meant(entry.file_name()) {
                findings.push(
                    Finding::at(
                        Location::file(entry.clone(), Side::Head),
                        entry.to_string(),
                        prose![code(entry), " looks like ", code(meant), ", and is not read as it."],
                    )
                    .remedy(prose!["Rename it to ", code(meant), ", or give it a name that cannot be mistaken."]),
                );
            }
            if entry.file_name() == b"metadata.yaml" {
                folders.insert(parent);
            }
        }
        let known: Vec<&RepoPath> = context.set.identities.iter().flat_map(|identities| identities.keys()).collect();
        for folder in folders {
            let strange = folder.file_name().iter().any(|byte| !byte.is_ascii_graphic());
            let twin = known.iter().find(|other| {
                ***other != folder && other.as_bytes().eq_ignore_ascii_case(folder.as_bytes())
            });
            let message = match (twin, strange) {
                (Some(twin), _) => prose![code(&folder), " differs from ", code(twin), " only by upper and lower case."],
                (None, true) => prose![code(&folder), " holds characters that can be mistaken for others."],
                (None, false) => continue,
            };
            let place = folder.join(b"metadata.yaml").unwrap_or_else(|_| folder.clone());
            findings.push(
                Finding::at(Location::file(place, Side::Head), folder.to_string(), message)
                    .impact(prose!["Where file names are compared loosely, one of two folders with look-alike names shadows the other."])
                    .remedy(prose!["Name the folder with lower-case ASCII letters, digits and hyphens."]),
            );
        }
        findings.findings.extend(elsewhere(context).map(|finding| finding.level(self.elsewhere_level)));
    }
}

/// What looks like connectors' files and lies where the policy looks for none, as one finding.
fn elsewhere(context: &Context) -> Option<Finding> {
    // What leaves the folders of connectors is told as removed.
    let came = context.set.files.iter().filter(|file| file.base().is_none_or(|base| is_elsewhere(context, &base.path)));
    let heads = came.filter_map(ChangedFile::head).map(|entry| &entry.path);
    let files: Vec<&RepoPath> = heads.filter(|path| is_elsewhere(context, path)).collect();
    let (first, verb) = (*files.first()?, if files.len() == 1 { " lies" } else { " lie" });
    Some(
        Finding::at(
            Location::file(first.clone(), Side::Head),
            "elsewhere",
            Prose::listed(&files, " and ", NAMED).join(prose![verb, " in no folder in which the policy looks for connectors."]),
        )
        .impact(prose!["Files that lie in none of the policy's folders are not judged: what they change for users is not told."])
        .remedy(prose!["If this is a connector, name the folder in which it lives under ", code("connectors"), " in the policy."]),
    )
}

/// Whether a path is that of a connector's file by its name, and that of none by the policy.
fn is_elsewhere(context: &Context, path: &RepoPath) -> bool {
    let is_connector = |folder: &RepoPath| {
        let name = folder.file_name();
        name.starts_with(b"source-") || name.starts_with(b"destination-")
    };
    path.file_name() == b"metadata.yaml"
        && path.parent().is_some_and(|folder| is_connector(&folder))
        && context.roots.directory_of(path).is_none()
}

/// The path that a row brings to head, where base had none there.
fn appeared(file: &ChangedFile) -> Option<&RepoPath> {
    match file {
        ChangedFile::Added(head) | ChangedFile::Renamed { head, .. } => Some(&head.path),
        ChangedFile::Modified { .. } | ChangedFile::Deleted(_) => None,
    }
}

/// Whether a name is taken for `metadata.yaml` and is another.
pub(super) fn is_look_alike(name: &[u8]) -> bool {
    meant(name) == Some(READ[0])
}

/// The file for which a name is taken, where it is another.
fn meant(name: &[u8]) -> Option<&'static str> {
    let shown: String = String::from_utf8_lossy(name).chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '.').collect();
    let plain = shown.trim_end_matches('.').to_ascii_lowercase();
    // A letter of another alphabet stands for the one that it is mistaken for.
    let letters: Vec<char> = String::from_utf8_lossy(name).to_ascii_lowercase().chars().collect();
    let mistaken = |known: &str| {
        letters.len() == known.len() && letters.iter().zip(known.chars()).all(|(letter, known)| *letter == known || !letter.is_ascii())
    };
    let taken = |known: &str| plain == known || mistaken(known);
    let read = READ.into_iter().find(|read| taken(read) || taken(&read.replace(".yaml", ".yml")))?;
    (name != read.as_bytes()).then_some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_mistaken_for_the_metadata_file_are_known() {
        for name in [&b"metadata.yml"[..], b"METADATA.yaml", b"metadata.yaml ", b"metadata.yaml.", "meta\u{200b}data.yaml".as_bytes(), "met\u{430}data.yaml".as_bytes()] {
            assert!(is_look_alike(name), "{}", String::from_utf8_lossy(name));
        }
        for name in [&b"metadata.yaml"[..], b"metadata.json", b"metadata_test.yaml", b"manifest.yaml", b"manifest.yml"] {
            assert!(!is_look_alike(name), "{}", String::from_utf8_lossy(name));
        }
    }

    #[test]
    fn a_name_is_taken_for_the_file_that_it_resembles() {
        assert_eq!(meant(b"Manifest.yml"), Some("manifest.yaml"));
        assert_eq!(meant(b"METADATA.yml"), Some("metadata.yaml"));
        for name in [&b"manifest.yaml"[..], b"manifest.json", b"manifest.yml.j2"] {
            assert_eq!(meant(name), None, "{}", String::from_utf8_lossy(name));
        }
    }
}
