use super::{Context, Findings, Rule};
use crate::change::{Bump, Connector, ConnectorDiff, bump};
use crate::changeset::{Fetched, Side};
use crate::finding::{Finding, Location, Suggestion, code, prose};
use crate::ids::RepoPath;
use crate::metadata::{Field, Metadata, PackageVersion, package_version};
use crate::needs::{may_be_package, package_file};
use crate::text::{Edit, Lines};
use crate::yaml::quote;

rule! {
    /// The package has another version than the connector.
    ///
    /// ## What it does
    /// Compares `dockerImageTag` with the version in `pyproject.toml` (that of `[tool.poetry]`, else that of `[project]`)
    /// when either of the two files changes. Where both differed before as well, the package is not kept in step, and
    /// nothing is said. Where the package had the connector's version and has none any more that can be read, that is told;
    /// not where the file goes away and the tags name no Python any more.
    ///
    /// ## Why
    /// The publisher's checks refuse a Python connector whose two versions differ, and whoever installs the package does not
    /// know which connector it is.
    ///
    /// ## Example
    /// Made up, as no change up to April 2025 shows it: `dockerImageTag: 1.4.3` beside `version = "1.4.2"` in
    /// `pyproject.toml`.
    ///
    /// ## How to mend it
    /// Write the same version into both files.
    ///
    /// ## Options
    /// None.
    "version-differs-from-package", since "0.1.0",
    pub struct VersionDiffersFromPackage {}
}

impl Rule for VersionDiffersFromPackage {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let (Some(head), Some(after)) = (&diff.head, diff.metadata(Side::Head)) else { return };
        let Some(tag) = &after.version else { return };
        let Some(path) = package_file(&head.directory) else { return };
        if let Some(finding) = lost(context, diff, head, after, tag, &path) {
            findings.push(finding);
            return;
        }
        let touched = context.set.changed(Side::Head, &path).is_some();
        if !touched && diff.change("version").is_none() {
            return;
        }
        let bytes = match context.set.fetched(Side::Head, &path) {
            Some(Fetched::File(bytes)) => bytes,
            Some(Fetched::Absent) | None => return,
            Some(Fetched::NotRegular(_) | Fetched::TooLarge { .. }) => {
                findings.push(
                    Finding::at(head.location(tag.span), "package", prose!["The version in ", code(&path), " cannot be read."])
                        .impact(prose!["Whether the package has the version of its connector cannot be told."]),
                );
                return;
            }
        };
        let text = String::from_utf8_lossy(bytes);
        let Some(package) = package_version(&text).filter(|package| *package.text != *tag.text) else { return };
        if differed(context, diff, touched.then_some(&path), &package) {
            return;
        }
        findings.push(judge(diff, head, after, &path, &text, &package));
    }
}

/// The package's version, which was the connector's before and can no longer be compared.
fn lost(context: &Context, diff: &ConnectorDiff, head: &Connector, after: &Metadata, tag: &Field, path: &RepoPath) -> Option<Finding> {
    let old = package_file(&diff.base.as_ref()?.directory)?;
    context.set.changed(Side::Base, &old)?;
    let text = std::str::from_utf8(context.set.bytes(Side::Base, &old)?).ok()?;
    let package = package_version(text)?;
    let tag_before = diff.metadata(Side::Base).and_then(|before| before.version.as_ref());
    if tag_before.is_some_and(|before| *before.text != *package.text) {
        return None;
    }
    let (why, remedy) = match context.set.fetched(Side::Head, path)? {
        Fetched::Absent if may_be_package(after) => {
            (" is not there any more.", prose!["Keep the file, or let ", code("tags"), " name the language that the connector has now."])
        }
        Fetched::File(bytes) => match std::str::from_utf8(bytes) {
            Err(_) => (" is not UTF-8.", prose!["Save the file as UTF-8."]),
            Ok(text) if package_version(text).is_none() => {
                let version = code(format!("version = \"{}\"", tag.text));
                (" has no version any more that can be read.", prose!["Write ", version, " where it stood."])
            }
            Ok(_) => return None,
        },
        // What is no file of ordinary size is told with or without a version before.
        Fetched::Absent | Fetched::NotRegular(_) | Fetched::TooLarge { .. } => return None,
    };
    let text: std::sync::Arc<str> = text.into();
    let lines = Lines::new(&text);
    let before = Location::new(old, Side::Base, text, &lines, package.span);
    Some(
        Finding::at(
            head.location(tag.span),
            "package",
            prose!["The version of the package can no longer be compared with the connector's: ", code(path), why],
        )
        .because(Some(before), prose!["the version until then"])
        .impact(prose!["A package with another version than its connector would go unnoticed until the publisher refuses it."])
        .remedy(remedy),
    )
}

/// Whether the package that this change touches has another version than the connector, and had the same before.
pub(super) fn leaves_package(context: &Context, diff: &ConnectorDiff) -> bool {
    let path = diff.head.as_ref().and_then(|head| package_file(&head.directory));
    let path = path.filter(|path| context.set.changed(Side::Head, path).is_some());
    let package = path.as_ref().and_then(|path| package_version(&String::from_utf8_lossy(context.set.bytes(Side::Head, path)?)));
    let tag = diff.metadata(Side::Head).and_then(|after| after.version.as_ref());
    let other = package.zip(tag).filter(|(package, tag)| *package.text != *tag.text);
    other.is_some_and(|(package, _)| !differed(context, diff, path.as_ref(), &package))
}

/// Whether the two versions were not the same at base either; `changed` is the package's file where the change touches it.
fn differed(context: &Context, diff: &ConnectorDiff, changed: Option<&RepoPath>, package: &PackageVersion) -> bool {
    let (Some(base), Some(tag)) = (&diff.base, diff.metadata(Side::Base).and_then(|base| base.version.as_ref())) else {
        return false;
    };
    let before = match changed {
        None => Some(package.text.clone()),
        Some(_) => package_file(&base.directory)
            .and_then(|path| context.set.bytes(Side::Base, &path))
            .and_then(|bytes| package_version(&String::from_utf8_lossy(bytes)))
            .map(|package| package.text),
    };
    before.is_some_and(|before| *before != *tag.text)
}

fn judge(
    diff: &ConnectorDiff,
    head: &Connector,
    after: &Metadata,
    path: &RepoPath,
    text: &str,
    package: &PackageVersion,
) -> Finding {
    let text: std::sync::Arc<str> = text.into();
    let lines = Lines::new(&text);
    let there = Location::new(path.clone(), Side::Head, text, &lines, package.span);
    let tag = after.version.as_ref();
    let written = tag.map(|tag| &*tag.text).unwrap_or_default();
    let here = head.field_location(tag);
    // The comment stands where the author has changed something.
    let alone = diff.base.is_some() && diff.change("version").is_none();
    let (place, other) = if alone { (there, here) } else { (here, there) };
    // The package may be the one that is right: then the connector goes along.
    let ahead = semver::Version::parse(&package.text)
        .ok()
        .filter(|package| !matches!(bump(after.semver().as_ref(), Some(package)), Bump::Downgrade | Bump::Unknown));
    let suggestion = ahead.zip(tag).and_then(|(version, tag)| {
        let edit = Edit { span: tag.span, replacement: quote(&package.text) };
        let title = prose!["set the version to ", code(version)];
        Suggestion::new(title, head.file(), after.document().text(), &[edit])
    });
    Finding::at(
        place,
        "package",
        prose![code("dockerImageTag"), " says ", code(written), ", and the package says ", code(&package.text), "."],
    )
    .because(Some(other), prose!["the other version"])
    .impact(prose!["The publisher's checks refuse a connector whose package has another version."])
    .remedy(prose!["Write ", code(format!("version = \"{written}\"")), " in ", code(path), ", or the package's version here."])
    .suggest(suggestion)
}
