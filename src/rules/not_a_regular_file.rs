use super::{Context, Findings, Rule};
use crate::changeset::{FileKind, Side};
use crate::finding::{Finding, Location, code, prose};

rule! {
    /// A connector's folder or `metadata.yaml` is a link, a submodule or a folder.
    ///
    /// ## What it does
    /// Speaks when a path that the publisher reads as a file, or a connector's folder, holds something else at head.
    ///
    /// ## Why
    /// What a link or a submodule shows is not in the change: nobody has reviewed it, and it may differ on every machine.
    /// So it is not followed, and what it would say cannot be judged.
    ///
    /// ## Example
    /// Made up, as no change up to April 2025 shows it: `source-shop/metadata.yaml` becomes a symbolic link to
    /// `../source-store/metadata.yaml`.
    ///
    /// ## How to mend it
    /// Put a regular file in its place.
    ///
    /// ## Options
    /// None.
    "not-a-regular-file", since "0.1.0",
    pub struct NotARegularFile {}
}

impl Rule for NotARegularFile {
    fn check_repository(&self, context: &Context, findings: &mut Findings) {
        for entry in context.set.files.iter().filter_map(|file| file.head()) {
            let noun = match entry.kind {
                FileKind::Symlink => "a symbolic link",
                FileKind::Submodule => "a submodule",
                FileKind::Regular | FileKind::Directory => continue,
            };
            let folder = context.roots.contains(&entry.path);
            let metadata = entry.path.file_name() == b"metadata.yaml"
                && entry.path.parent().is_some_and(|parent| context.roots.contains(&parent));
            if folder || metadata {
                findings.push(
                    Finding::at(
                        Location::file(entry.path.clone(), Side::Head),
                        entry.path.to_string(),
                        prose![code(&entry.path), " is ", noun, ", which is not followed."],
                    )
                    .impact(prose!["What a link or a submodule points to is not part of the change, so nobody can review it."])
                    .remedy(prose!["Put a regular ", if folder { "folder" } else { "file" }, " in its place."]),
                );
            }
        }
    }
}
