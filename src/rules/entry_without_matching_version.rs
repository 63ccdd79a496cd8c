use super::breaking::{fits_policy, is_annotation, is_plain_version, is_stray, next_breaking_version};
use super::consequence::{NOT_PUBLISHED, not_held_back};
use super::{Context, Findings, Rule};
use crate::change::{Bump, ChangeKind, Connector, ConnectorDiff, bump};
use crate::finding::{Finding, Level, Prose, Suggestion, code, prose};
use crate::metadata::{BreakingChange, Metadata};
use crate::text::Edit;
use crate::yaml::quote;

rule! {
    /// A new breaking-change entry does not go with the version that head releases.
    ///
    /// ## What it does
    /// Compares the key of each new entry with `dockerImageTag`, and the version's step with what a break asks for: a
    /// major version, or a minor one while the connector is below 1.0.0.
    ///
    /// ## Why
    /// The platform applies an entry when its version is published. A key that is never published fails the release after
    /// the merge; a break in a patch surprises everybody who trusts version numbers.
    ///
    /// ## Example
    /// 2024-06-06, `source-stripe`, `3645780` (`#39138`): an entry for 5.4.0, a minor version after 5.3.9.
    ///
    /// ## How to mend it
    /// Make key and version equal, and raise the version as far as a break asks for.
    ///
    /// ## Options
    /// `patch-level`: how loud a break in a patch version is. `retroactive-level`: how loud an entry for a version is that
    /// was released before.
    "entry-without-matching-version", since "0.1.0",
    pub struct EntryWithoutMatchingVersion {
        /// How loud a break in a patch version is.
        patch_level: Level,
        /// How loud an entry for a version that base has released already is.
        retroactive_level: Level,
    }
}

impl Rule for EntryWithoutMatchingVersion {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((_, before, head, after)) = diff.both() else { return };
        for change in &diff.changes {
            let ChangeKind::BreakingChangeDeclared { version } = &change.kind else { continue };
            let Some(entry) = after.releases.entry(version) else { continue };
            if !is_annotation(diff, entry) {
                findings.findings.extend(self.judge(before, head, after, entry, is_stray(diff, entry)));
            }
        }
    }
}

impl EntryWithoutMatchingVersion {
    fn judge(
        &self,
        before: &Metadata,
        head: &Connector,
        after: &Metadata,
        entry: &BreakingChange,
        stray: bool,
    ) -> Option<Finding> {
        let key = &entry.version.text;
        let finding = |message: Prose| Finding::at(head.location(entry.version.span), key.to_string(), message);
        let Some(version) = entry.version.version().filter(|_| is_plain_version(entry)) else {
            let named = if stray { after.semver() } else { entry.version.meant_version().filter(|version| version.pre.is_empty()) };
            let finding = finding(prose![
                "The breaking-change entry ", code(key), " is not named by a version of the form ", code("1.2.3"), ", so it never applies."
            ]);
            return Some(finding.suggest(named.and_then(|named| rename_key(head, after, entry, &named))));
        };
        let (from, to) = (before.semver(), after.semver());
        if from.as_ref().is_some_and(|from| version.cmp_precedence(from).is_le()) {
            return Some(
                finding(prose!["The new entry declares ", code(key), " as breaking, a version that was released before."])
                    .level(self.retroactive_level)
                    .impact(not_held_back(entry)),
            );
        }
        let released = after.version.as_ref()?;
        if released.text != *key {
            let suggestion = match &to {
                Some(to) if stray => rename_key(head, after, entry, to),
                Some(to) if version.cmp_precedence(to).is_le() => None,
                _ => set_version(head, after, key),
            };
            return Some(
                finding(prose![
                    "The breaking-change entry is for ", code(key), ", but this change releases ", code(&released.text), "."
                ])
                .because(Some(head.location(released.span)), prose!["the version that is released"])
                .impact(prose![NOT_PUBLISHED])
                .remedy(prose!["Make the entry's key and ", code("dockerImageTag"), " equal."])
                .suggest(suggestion),
            );
        }
        // Before what is no version there is no step to judge.
        let (from, to) = (from?, to?);
        if fits_policy(Some(&from), Some(&to)) {
            return None;
        }
        let wanted = next_breaking_version(&from)?.to_string();
        let made = finding(prose![
            "A breaking change is declared in a ", bump(Some(&from), Some(&to)).word(), " version: ", code(&from), " → ", code(&to), "."
        ])
        .impact(prose!["Who reads version numbers takes ", code(&to), " for a safe release."])
        .remedy(prose!["Release it as ", code(&wanted), ", in the entry's key and in ", code("dockerImageTag"), "."])
        .suggest(move_both(head, after, entry, &wanted));
        Some(if bump(Some(&from), Some(&to)) == Bump::Patch { made.level(self.patch_level) } else { made })
    }
}

fn set_version(head: &Connector, after: &Metadata, key: &str) -> Option<Suggestion> {
    let released = after.version.as_ref()?;
    if after.releases.entry(&released.text).is_some() {
        // The released version has an entry of its own, which another version would leave behind.
        return None;
    }
    let edit = Edit { span: released.span, replacement: quote(key) };
    Suggestion::new(prose!["release ", code(key)], head.file(), after.document().text(), &[edit])
}

fn rename_key(head: &Connector, after: &Metadata, entry: &BreakingChange, to: &semver::Version) -> Option<Suggestion> {
    if after.releases.entry(&to.to_string()).is_some() {
        return None;
    }
    let edit = Edit { span: entry.version.span, replacement: quote(&to.to_string()) };
    Suggestion::new(prose!["declare ", code(to)], head.file(), after.document().text(), &[edit])
}

fn move_both(head: &Connector, after: &Metadata, entry: &BreakingChange, wanted: &str) -> Option<Suggestion> {
    if after.releases.entry(wanted).is_some() {
        return None;
    }
    let edits = [entry.version.span, after.version.as_ref()?.span]
        .map(|span| Edit { span, replacement: quote(wanted) });
    Suggestion::new(prose!["release it as ", code(wanted)], head.file(), after.document().text(), &edits)
}
