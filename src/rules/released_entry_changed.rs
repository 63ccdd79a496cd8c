use std::collections::BTreeSet;

use super::breaking::is_released;
use super::contract::promises_stability;
use super::{Context, Findings, Rule};
use crate::change::{ChangeKind, Connector, ConnectorDiff, EditedField};
use crate::changeset::Side;
use crate::finding::{Finding, Level, Location, Piece, Prose, Suggestion, code, prose};
use crate::ids::RepoPath;
use crate::metadata::{BreakingChange, Field, Metadata};
use crate::needs::migration_guide;
use crate::text::Edit;
use crate::yaml::{Block, insert_entry, quote};

/// The most streams that a sentence names.
const MOST_NAMED: usize = 5;

/// Where the entries stand.
const ENTRIES: [&str; 3] = ["data", "releases", "breakingChanges"];

rule! {
    /// A breaking-change entry that was released is removed or says something else.
    ///
    /// ## What it does
    /// Looks at the entries that base has for its own version and those before it. Removed, or with an earlier day than was
    /// announced: users were told otherwise. Any other edit needs a new version to arrive anywhere; with
    /// one, and before the announced day, another action, other streams or another `isBreaking` contradict what users were
    /// told. Entries above base's version are not released yet, and free. The migration guide has to stay while entries do,
    /// also where a change deletes nothing else.
    ///
    /// ## Why
    /// The platform keeps every entry that it has taken over, with the connections that it holds back for it, and reads
    /// entries again only together with another version. Of 13 deadlines that moved later between 2023 and 2025, 10 moved
    /// without one: no user ever saw the new day.
    ///
    /// ## Example
    /// 2023-12-18, `source-posthog`, `a74f519` (`#33578`): the deadline of 1.0.0 moved from 2023-12-20 to 2024-01-15,
    /// and no new version took it to the platform.
    ///
    /// ## How to mend it
    /// Put back what was removed or announced. Release a version with any other edit, if users need it before the next one.
    ///
    /// ## Options
    /// `earlier-deadline-level`: how loud a deadline is that comes sooner than announced. `without-version-level`: how loud
    /// another edit is that no new version brings to users. `with-version-level`: how loud an edit is that a new version
    /// brings to users who were told otherwise. `guide-level-without-promise`: how loud a deleted migration guide is in a
    /// connector that promised no stability.
    "released-entry-changed", since "0.1.0",
    pub struct ReleasedEntryChanged {
        /// How loud a deadline is that comes sooner than announced.
        earlier_deadline_level: Level,
        /// How loud another edit is that no new version brings to users.
        without_version_level: Level,
        /// How loud an edit is that a new version brings to users who were told otherwise.
        with_version_level: Level,
        /// How loud a deleted migration guide is in a connector that promised no stability.
        guide_level_without_promise: Level,
    }
}

impl Rule for ReleasedEntryChanged {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((base, before, head, after)) = diff.both() else { return };
        let guide = guide_deleted(context, base, before, head, after);
        findings.findings.extend(guide.map(|finding| match promises_stability(diff) {
            true => finding,
            false => finding.level(self.guide_level_without_promise),
        }));
        for change in &diff.changes {
            match &change.kind {
                ChangeKind::BreakingChangeRemoved { version } => {
                    let entry = before.releases.entry(version).filter(|entry| is_released(before, entry) != Some(false));
                    // Where head's entries cannot be read, nobody knows whether this one is gone.
                    if let Some(entry) = entry.filter(|_| !after.is_misshapen("data.releases.breakingChanges")) {
                        findings.push(removed(base, head, after, entry));
                    }
                }
                ChangeKind::BreakingChangeEdited { version, fields } => {
                    let entries = before.releases.entry(version).zip(after.releases.entry(version));
                    let Some((old, new)) = entries.filter(|(old, _)| is_released(before, old) != Some(false)) else { continue };
                    let earlier = earlier(context, base, head, after, old, new);
                    let told: &[&str] = if earlier.is_some() { &["upgradeDeadline"] } else { &[] };
                    findings.findings.extend(earlier.map(|finding| finding.level(self.earlier_deadline_level)));
                    let retold = retold(context, diff, base, head, old, new);
                    findings.findings.extend(retold.map(|finding| finding.level(self.with_version_level)));
                    let edited = edited(diff, head, new, fields, told);
                    findings.findings.extend(edited.map(|finding| finding.level(self.without_version_level)));
                }
                _ => {}
            }
        }
    }
}

/// The page that says how to get past what head still declares, where it is taken away.
fn guide_deleted(context: &Context, base: &Connector, before: &Metadata, head: &Connector, after: &Metadata) -> Option<Finding> {
    let first = after.releases.breaking_changes.first()?;
    if after.is_archived() {
        return None;
    }
    let path = migration_guide(&base.directory, before)?;
    let there = |path: &RepoPath| context.set.changed(Side::Head, path).is_some();
    context.set.changed(Side::Base, &path).filter(|_| !there(&path))?;
    let moved = migration_guide(&head.directory, after).filter(|moved| *moved != path);
    if moved.as_ref().is_some_and(there) {
        return None;
    }
    let more = after.releases.breaking_changes.len() - 1;
    let entries = match more {
        0 => prose![code(&first.version.text)],
        more => prose![code(&first.version.text), " and ", more, " more"],
    };
    Some(
        Finding::at(
            Location::file(path.clone(), Side::Base),
            "guide",
            prose!["The migration guide of "].join(entries).join(prose![" is deleted: ", code(&path), "."]),
        )
        .because(Some(head.location(first.version.span)), prose!["what it explains is declared here"])
        .impact(prose!["Whoever has not passed a breaking change yet is sent to the migration guide, and finds nothing there."])
        .remedy(prose!["Keep the page for as long as the entries stand."]),
    )
}

fn removed(base: &Connector, head: &Connector, after: &Metadata, entry: &BreakingChange) -> Finding {
    let key = &entry.version.text;
    let proven = Block::of(&entry.node).and_then(|block| insert_entry(after.document(), &ENTRIES, key, &block));
    Finding::at(
        base.location(entry.version.span),
        format!("{key}/removed"),
        prose!["The breaking-change entry ", code(key), " is removed, and its version was released."],
    )
    .impact(prose![
        "The platform keeps the entry ", code(key), " and goes on holding back the connections that have not passed it, while \
         the file no longer says why."
    ])
    .remedy(prose!["Leave the entry where it was: it is the record of that release."])
    .suggest(proven.and_then(|proven| {
        let title = prose!["put the entry ", code(key), " back"];
        Suggestion::proven(title, head.file(), after.document().text(), proven)
    }))
}

/// A day that users were told, and an earlier one instead.
fn earlier(
    context: &Context,
    base: &Connector,
    head: &Connector,
    after: &Metadata,
    old: &BreakingChange,
    new: &BreakingChange,
) -> Option<Finding> {
    let (told, field) = (old.upgrade_deadline.as_ref()?, new.upgrade_deadline.as_ref()?);
    let (announced, date) = (told.date()?, field.date()?);
    if date >= announced {
        return None;
    }
    let impact = match announced < context.today() {
        true => prose!["Users below ", code(&new.version.text), " were told that they had until ", announced, ". The entry is the record of it, and would say otherwise."],
        false => prose!["Users below ", code(&new.version.text), " were told that they have until ", announced, "; whoever planned for it is ", fate(new), " before."],
    };
    let key = &new.version.text;
    let edit = Edit { span: field.span, replacement: quote(&announced.to_string()) };
    let finding = Finding::at(
        head.location(field.span),
        format!("{key}/upgradeDeadline/earlier"),
        prose!["The deadline of the released entry ", code(key), " comes sooner than announced: ", announced, " → ", date, "."],
    )
    .because(Some(base.location(told.span)), prose!["the announced day"])
    .impact(impact)
    .remedy(prose!["Keep the announced day, or move it later."])
    .suggest(Suggestion::new(
        prose!["set the deadline back to ", announced],
        head.file(),
        after.document().text(),
        &[edit],
    ));
    Some(finding)
}

/// What a new version tells users otherwise, where the announced day is still to come.
fn retold(
    context: &Context,
    diff: &ConnectorDiff,
    base: &Connector,
    head: &Connector,
    old: &BreakingChange,
    new: &BreakingChange,
) -> Option<Finding> {
    let version = &diff.change("version").filter(|change| matches!(change.kind, ChangeKind::Version { prerelease: false, .. }))?.to;
    let told = old.upgrade_deadline.as_ref()?;
    let day = told.date().filter(|day| *day >= context.today())?;
    let key = &new.version.text;
    let mut edits: Vec<(&str, Prose)> = Vec::new();
    if fate(old) != fate(new) {
        edits.push(("deadlineAction", prose![
            "Users below ", code(key), " were told that their connections are ", fate(old), " on ", day, ", and now they are ", fate(new), "."
        ]));
    }
    if streams(old) != streams(new) {
        let first = prose!["Until now "].join(audience(old));
        edits.push(("scopedImpact", first.join(prose![" had to act by ", day, "; from this release on it is "]).join(audience(new)).join(prose!["."])));
    }
    if breaks(old) != breaks(new) {
        let says = |entry| if breaks(entry) { "that the version breaks" } else { "that nothing breaks" };
        edits.push(("isBreaking", prose!["Users below ", code(key), " were told ", says(old), ", and now ", says(new), "."]));
    }
    let (first, _) = edits.first()?;
    let place = new.node.entry(first).map_or(new.version.span, |found| found.value.span);
    let mut names = prose![code(first)];
    let mut impact = Prose::default();
    for (index, (name, sentence)) in edits.iter().enumerate() {
        if index > 0 {
            names = names.join(prose![" and ", code(name)]);
            impact = impact.join(prose![" "]);
        }
        impact = impact.join(sentence.clone());
    }
    let brings = version.as_ref().map_or(prose!["the new version"], |version| prose![code(version)]);
    Some(
        Finding::at(
            head.location(place),
            format!("{key}/retold"),
            prose!["The released entry ", code(key), " says something else in "].join(names).join(prose![", and "]).join(brings).join(prose![" takes it to users."]),
        )
        .because(Some(base.location(told.span)), prose!["the announced day"])
        .impact(impact)
        .remedy(prose!["Keep what was announced until ", day, ", or say in the pull request how those users are told."]),
    )
}

/// What happens to a connection on the day; the platform takes everything but an upgrade for a pause.
fn fate(entry: &BreakingChange) -> &'static str {
    match entry.deadline_action.as_ref().map(|action| &*action.text) {
        Some("auto_upgrade") => "upgraded",
        _ => "paused",
    }
}

fn streams(entry: &BreakingChange) -> BTreeSet<&str> {
    entry.scoped_impact.iter().flat_map(|scope| &scope.impacted_scopes).map(|stream| &*stream.text).collect()
}

fn breaks(entry: &BreakingChange) -> bool {
    entry.is_breaking.as_ref().and_then(Field::bool) != Some(false)
}

/// Whom an entry concerns.
fn audience(entry: &BreakingChange) -> Prose {
    let streams = streams(entry);
    let mut words = prose![if streams.is_empty() { "everybody" } else { "those who sync " }];
    for (index, stream) in streams.iter().take(MOST_NAMED).enumerate() {
        words = words.join(prose![if index == 0 { "" } else { ", " }, code(stream)]);
    }
    match streams.len().saturating_sub(MOST_NAMED) {
        0 => words,
        more => words.join(prose![" and ", more, " more"]),
    }
}

/// What else differs, where no new version brings it to users.
fn edited(
    diff: &ConnectorDiff,
    head: &Connector,
    entry: &BreakingChange,
    fields: &[EditedField],
    told: &[&str],
) -> Option<Finding> {
    let version = diff.change("version").map(|change| &change.kind);
    let candidate = match version {
        Some(ChangeKind::Version { prerelease: false, .. }) => return None,
        Some(_) => true,
        None => false,
    };
    let mut names: Vec<&str> = Vec::new();
    for field in fields {
        let name = field.field.split('.').next().unwrap_or_default();
        if !names.contains(&name) && !told.contains(&name) {
            names.push(name);
        }
    }
    let first = names.first()?;
    let mut changed = prose![code(first)];
    match names.len() {
        1 => {}
        2 => changed = changed.join(prose![" and ", code(names[1])]),
        more => changed = changed.join(prose![" and ", more - 1, " more fields"]),
    }
    let key = &entry.version.text;
    let without = match candidate {
        true => prose![", and only a release candidate goes with it."],
        false => prose![", and no new version goes with it."],
    };
    let place = entry.node.entry(first).map_or(entry.version.span, |found| found.value.span);
    Some(
        Finding::at(
            head.location(place),
            format!("{key}/edited"),
            prose!["The released entry ", code(key), " says something else in "].join(changed).join(without),
        )
        .impact(prose![
            "The platform reads breaking-change entries again only with another version: until the next release users see what was announced."
        ])
        .remedy(prose!["If they need it before, raise ", Piece::Code("dockerImageTag".to_owned()), "; else it goes along with the next release."]),
    )
}
