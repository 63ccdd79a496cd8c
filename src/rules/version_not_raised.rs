use std::collections::BTreeSet;

use semver::Version;

use super::contract::breaks;
use super::look_alike_path::is_look_alike;
use super::breaking::is_released;
use super::version_decremented::next_version;
use super::version_differs_from_package::leaves_package;
use super::{Context, Findings, Rule, contract_faults};
use crate::change::{Bump, Change, ChangeKind, Connector, ConnectorDiff, bump, same_precedence};
use crate::changeset::{ChangedFile, Entry, Side};
use crate::finding::{Finding, Level, Location, Prose, Suggestion, code, prose};
use crate::ids::RepoPath;
use crate::metadata::{Field, Metadata, REGISTRIES};
use crate::text::Edit;
use crate::yaml::{Node, quote};

/// The kinds of tags that are part of what is published.
const RELEASED_TAGS: [&str; 2] = ["language:", "cdk:"];

rule! {
    /// A connector changes, and its version stays.
    ///
    /// ## What it does
    /// Speaks where files that make up the connector, or fields of its metadata that are published, change under the version
    /// that base has, and where the target branch has released the version of this change meanwhile. Silent on: connectors
    /// whose `ab_internal.requireVersionIncrementsInPullRequests` was `false` before, a registry's own `dockerImageTag` that
    /// moves, archived connectors, those that no registry publishes, files that move with their folder, and what other
    /// rules speak of (breaks, declared or not, released entries, level and stage, identity, files that cannot be read).
    ///
    /// ## Why
    /// A version is published once. What changes under it reaches users with the next version, by whoever releases that,
    /// in a release that says nothing of it. In a history of 12,016 commits from 2023 to 2025, which holds specifications,
    /// schemas and manifests but no code, it speaks in 1.6 %: on files in 33 commits, 31 of them in 2023, and on metadata
    /// alone in 160, which the publisher's check let pass then and refuses today.
    ///
    /// ## Example
    /// 2024-10-11, `source-quickbooks`, `09ddff4` (`#46740`): `cloud` was enabled, and the version stayed
    /// `3.0.26-rc.1`.
    ///
    /// ## How to mend it
    /// Raise the version in the same pull request.
    ///
    /// ## Options
    /// `fields-level`: how loud it is where only metadata change. `ignored-paths`: files and folders, as seen from the
    /// connector's folder, that are not part of what is published. `ignored-fields`: fields below `data` that are not.
    "version-not-raised", since "0.1.0",
    pub struct VersionNotRaised {
        /// How loud it is where only fields of the metadata change.
        fields_level: Level,
        /// Files and folders in the connector's folder that are not published.
        ignored_paths: Vec<String>,
        /// Fields below `data`, with all that lies in them, that are not published.
        ignored_fields: Vec<String>,
    }
}

impl Rule for VersionNotRaised {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((_, before, head, after)) = diff.both() else { return };
        let Some(field) = &after.version else { return };
        let kept = same_precedence(before.semver().as_ref(), after.semver().as_ref());
        if diff.change("version").is_some() && !kept {
            if !self.has_landed(context, diff, after) {
                findings.findings.extend(taken(diff, before, head, after, field));
            }
            return;
        }
        if is_asked_elsewhere(context, diff, before, after) || needs_none(diff, before, after) {
            return;
        }
        let files: Vec<Published> = diff.files.iter().filter_map(|file| self.published(diff, file)).collect();
        let fields: Vec<&Change> = diff.changes.iter().filter(|change| self.is_published(change, before, after)).collect();
        let (what, place, level) = match (files.first(), fields.first()) {
            (Some(file), _) => {
                let place = Location::file(file.path.clone(), file.side);
                (listed(&file.shown, files.len(), "file"), Some(place), None)
            }
            (None, Some(change)) => {
                (listed(&change.path, fields.len(), "field"), diff.location(change), Some(self.fields_level))
            }
            (None, None) => return,
        };
        let finding = Finding::at(
            head.location(field.span),
            "data.dockerImageTag",
            what.join(prose![", and the version stays ", code(&field.text), "."]),
        )
        .because(place, prose!["this changes"])
        .impact(match files.is_empty() && fields.iter().all(|change| shows(change)) {
            true => prose!["A version is published once: until somebody releases the next one, the registries show the connector as before."],
            false => prose!["A version is published once: until somebody releases the next one, no user gets what changes here."],
        })
        .remedy(prose!["Raise ", code("dockerImageTag"), "."])
        .suggest(raise(diff, head, after, field));
        findings.push(match level {
            Some(level) => finding.level(level),
            None => finding,
        });
    }
}

/// A changed file that is part of what is published, and the side that shows it.
struct Published<'a> {
    side: Side,
    path: &'a RepoPath,
    /// The path as seen from the connector's folder.
    shown: String,
}

impl VersionNotRaised {
    /// Whether the change stands on the target branch as it is: two that raise the version alike differ in other files.
    fn has_landed(&self, context: &Context, diff: &ConnectorDiff, after: &Metadata) -> bool {
        let same = |file: Published| {
            let [head, tip] = [Side::Head, Side::Target].map(|side| context.set.fetched(side, file.path));
            head.zip(tip).is_none_or(|(head, tip)| head == tip)
        };
        diff.metadata(Side::Target).is_some_and(|tip| tip.document().text() == after.document().text())
            && diff.files.iter().filter_map(|file| self.published(diff, file)).all(same)
    }

    /// A changed file that is part of what is published.
    fn published<'a>(&self, diff: &ConnectorDiff, file: &'a ChangedFile) -> Option<Published<'a>> {
        let shown = |side, entry: Option<&'a Entry>| {
            let path = &entry?.path;
            Some(Published { side, path, shown: relative(diff, side, path)? })
        };
        let sides = [shown(Side::Head, file.head()), shown(Side::Base, file.base())];
        // A folder that moves takes its files along.
        let moves = matches!(file, ChangedFile::Renamed { .. });
        if moves && sides[0].as_ref().map(|head| &head.shown) == sides[1].as_ref().map(|base| &base.shown) {
            return None;
        }
        sides.into_iter().flatten().find(|file| !self.is_ignored(file))
    }

    fn is_ignored(&self, file: &Published) -> bool {
        let below = |ignored: &String| {
            let rest = file.shown.strip_prefix(ignored.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // What changes in the metadata is told field by field; what looks like it is told by a rule of its own.
        file.shown == "metadata.yaml" || is_look_alike(file.path.file_name()) || self.ignored_paths.iter().any(below)
    }

    fn is_published(&self, change: &Change, before: &Metadata, after: &Metadata) -> bool {
        // Of these a rule of its own says what they ask for.
        let told_elsewhere = match &change.kind {
            ChangeKind::RegistryOverride { field, .. } => field == "dockerRepository",
            kind => !matches!(kind, ChangeKind::RegistryEnabled { .. } | ChangeKind::Field { .. }),
        };
        // The newer name of the overrides says the same as the older one.
        if change.from.as_deref() == Some("registries") && change.to.as_deref() == Some("registryOverrides") {
            return false;
        }
        // Quotes that come or go say the same as before.
        let Some(path) = change.path.strip_prefix("data.").filter(|_| !told_elsewhere && change.from != change.to) else {
            return false;
        };
        let below = |ignored: &String| path.strip_prefix(ignored.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        match path {
            "tags" => released_tags(before) != released_tags(after),
            _ => !self.ignored_fields.iter().any(below),
        }
    }
}

/// Whether a change decides who sees the connector, and nothing else.
fn shows(change: &Change) -> bool {
    matches!(&change.kind, ChangeKind::RegistryOverride { field, .. } if field == "public")
        || matches!(change.kind, ChangeKind::RegistryEnabled { .. })
}

fn released_tags(metadata: &Metadata) -> BTreeSet<&str> {
    let tags = metadata.tags.iter().flat_map(|tags| &tags.items).map(|tag| &*tag.text);
    tags.filter(|tag| RELEASED_TAGS.iter().any(|kind| tag.starts_with(kind))).collect()
}

/// A path as seen from the connector's folder on a side; `None` where it lies elsewhere.
fn relative(diff: &ConnectorDiff, side: Side, path: &RepoPath) -> Option<String> {
    let folder = &diff.side(side)?.directory;
    let whole = path.to_string();
    match folder.is_root() {
        true => Some(whole),
        false => Some(whole.strip_prefix(&folder.to_string())?.strip_prefix('/')?.to_owned()),
    }
}

/// Whether another rule asks for a version, or says of the change what comes before it.
fn is_asked_elsewhere(context: &Context, diff: &ConnectorDiff, before: &Metadata, after: &Metadata) -> bool {
    // What cannot be read may hide a break, whose version would be another.
    let unread = !after.misshapen.is_empty() || !before.misshapen.is_empty() || !contract_faults(diff).is_empty();
    let undeclared = diff.contract.as_ref().is_some_and(|contract| breaks(contract).next().is_some());
    let normalized = |metadata: &Metadata| metadata.data().is_some_and(|data| data.get("normalizationConfig").is_some());
    let declared = diff.changes.iter().any(|change| match &change.kind {
        ChangeKind::BreakingChangeDeclared { version } => {
            after.releases.entry(version).is_some_and(|entry| is_released(before, entry) == Some(false))
        }
        _ => false,
    });
    let packaged = leaves_package(context, diff);
    unread || undeclared || declared || packaged || (normalized(before) && !normalized(after))
}

/// Whether nobody would receive a new version, or base says that it needs none.
fn needs_none(diff: &ConnectorDiff, before: &Metadata, after: &Metadata) -> bool {
    let internal = before.data().and_then(|data| data.at(&["ab_internal", "requireVersionIncrementsInPullRequests"]));
    let pinned = diff.changes.iter().any(|change| {
        matches!(&change.kind, ChangeKind::RegistryOverride { field, .. } if field == "dockerImageTag")
    });
    let nowhere = |metadata: &Metadata| REGISTRIES.iter().all(|name| !metadata.effective(name).enabled);
    internal.and_then(Node::as_bool) == Some(false)
        || pinned
        // What archiving and its opposite ask for is a list of its own.
        || before.is_archived()
        || after.is_archived()
        || (nowhere(before) && nowhere(after))
}

fn listed(first: &str, count: usize, more: &'static str) -> Prose {
    match count {
        0 | 1 => prose![code(first), " changes"],
        2 => prose![code(first), " and another ", more, " change"],
        count => prose![code(first), " and ", count - 1, " more ", more, "s change"],
    }
}

/// The patch version after base's and the target branch's.
fn raise(diff: &ConnectorDiff, head: &Connector, after: &Metadata, field: &Field) -> Option<Suggestion> {
    let tip = diff.metadata(Side::Target).and_then(Metadata::semver);
    let highest = [after.semver(), tip].into_iter().flatten().max_by(Version::cmp_precedence)?;
    let next = match highest.pre.strip_prefix("rc.") {
        Some(number) => {
            let number: u64 = number.parse().ok()?;
            format!("{}.{}.{}-rc.{}", highest.major, highest.minor, highest.patch, number.checked_add(1)?)
        }
        None if highest.pre.is_empty() => {
            Version::new(highest.major, highest.minor, highest.patch.checked_add(1)?).to_string()
        }
        None => return None,
    };
    let edit = Edit { span: field.span, replacement: quote(&next) };
    Suggestion::new(prose!["set the version to ", code(&next)], head.file(), after.document().text(), &[edit])
}

/// The version of this change, where the target branch has released it meanwhile with something else in it.
fn taken(diff: &ConnectorDiff, before: &Metadata, head: &Connector, after: &Metadata, field: &Field) -> Option<Finding> {
    let tip = diff.metadata(Side::Target)?;
    let (from, to, there) = (before.semver(), after.semver()?, tip.semver()?);
    let same = bump(Some(&there), Some(&to)) == Bump::Patch && there.cmp_precedence(&to).is_eq();
    let moved = from.as_ref().is_none_or(|from| !from.cmp_precedence(&there).is_eq());
    if !same || !moved {
        return None;
    }
    let next = next_version(&there, from.as_ref(), &to);
    let edit = Edit { span: field.span, replacement: quote(&next) };
    let suggestion = Suggestion::new(
        prose!["set the version to ", code(&next)],
        head.file(),
        after.document().text(),
        &[edit],
    );
    let declared = after.releases.entry(&field.text).is_some();
    Some(
        Finding::at(
            head.location(field.span),
            "data.dockerImageTag",
            prose!["The target branch has the version ", code(&field.text), " by now, and this change releases it once more."],
        )
        .impact(prose!["A version is published once: what is merged second never reaches users under it."])
        .remedy(prose!["Choose the version after it", if declared { ", also as the key of the entry." } else { "." }])
        .suggest(suggestion.filter(|_| !declared)),
    )
}
