use std::collections::BTreeSet;

use super::{Context, Findings, Rule};
use crate::changeset::{ChangedFile, Side};
use crate::finding::{Finding, Location, code, prose};
use crate::ids::RepoPath;

rule! {
    /// A path looks like a connector's file or folder, and is not read as one.
    ///
    /// ## What it does
    /// Finds `metadata.yml`, `METADATA.yaml`, `metadata.yaml ` and the like in a connector's folder, and new folders
    /// whose name differs from another connector's only by case or holds characters that look like others.
    ///
    /// ## Why
    /// The publisher reads `metadata.yaml` and nothing else. A look-alike hides a change from review, or shadows a
    /// connector on systems that do not tell the two names apart.
    ///
    /// ## Example
    /// Made up, as no change up to April 2025 shows it: a change adds `source-shop/metadata.yml`, beside the
    /// `metadata.yaml` that the publisher reads.
    ///
    /// ## How to mend it
    /// Rename the file to `metadata.yaml`, or the folder to a name of lower-case ASCII letters, digits and hyphens.
    ///
    /// ## Options
    /// None.
    "look-alike-path", since "0.1.0",
    pub struct LookAlikePath {}
}

impl Rule for LookAlikePath {
    fn check_repository(&self, context: &Context, findings: &mut Findings) {
        let mut folders: BTreeSet<RepoPath> = BTreeSet::new();
        for entry in context.set.files.iter().filter_map(appeared) {
            let Some(parent) = entry.parent().filter(|parent| context.roots.contains(parent)) else { continue };
            if is_look_alike(entry.file_name()) {
                findings.push(
                    Finding::at(
                        Location::file(entry.clone(), Side::Head),
                        entry.to_string(),
                        prose![code(entry), " looks like ", code("metadata.yaml"), ", and is not read as it."],
                    )
                    .remedy(prose!["Rename it to ", code("metadata.yaml"), ", or give it a name that cannot be mistaken."]),
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
                    .impact(prose!["Where file names are compared loosely, one of the two shadows the other."])
                    .remedy(prose!["Name the folder with lower-case ASCII letters, digits and hyphens."]),
            );
        }
    }
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
    let shown: String = String::from_utf8_lossy(name).chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '.').collect();
    let plain = shown.trim_end_matches('.').to_ascii_lowercase();
    // A letter of another alphabet stands for the one that it is mistaken for.
    let letters: Vec<char> = String::from_utf8_lossy(name).to_ascii_lowercase().chars().collect();
    let mistaken = |known: &str| {
        letters.len() == known.len() && letters.iter().zip(known.chars()).all(|(letter, known)| *letter == known || !letter.is_ascii())
    };
    name != b"metadata.yaml" && ["metadata.yaml", "metadata.yml"].into_iter().any(|known| plain == known || mistaken(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_mistaken_for_the_metadata_file_are_known() {
        for name in [&b"metadata.yml"[..], b"METADATA.yaml", b"metadata.yaml ", b"metadata.yaml.", "meta\u{200b}data.yaml".as_bytes(), "met\u{430}data.yaml".as_bytes()] {
            assert!(is_look_alike(name), "{}", String::from_utf8_lossy(name));
        }
        for name in [&b"metadata.yaml"[..], b"metadata.json", b"metadata_test.yaml", b"manifest.yaml"] {
            assert!(!is_look_alike(name), "{}", String::from_utf8_lossy(name));
        }
    }
}
