use semver::Version;

use super::{Context, Findings, Rule};
use crate::change::{Bump, ChangeKind, ConnectorDiff, bump};
use crate::changeset::Side;
use crate::finding::{Finding, Level, Prose, Suggestion, code, prose};
use crate::metadata::REGISTRIES;
use crate::text::Edit;

rule! {
    /// The version goes down.
    ///
    /// ## What it does
    /// Compares `dockerImageTag` by the precedence of semantic versioning with the merge base and with the tip of the
    /// target branch, and the version that counts for each registry with the one before.
    ///
    /// ## Why
    /// Published versions only rise: the registry refuses a lower one, and the platform ignores breaking changes on the
    /// way down. A branch that is behind its target takes a version back without meaning to.
    ///
    /// ## Example
    /// 2024-07-23, `destination-postgres`, `b788454` (`#42424`): 2.1.1 was taken back to 2.0.15.
    ///
    /// ## How to mend it
    /// Choose the next version after the target branch's. To roll users back, pin one registry with
    /// `registryOverrides.<registry>.dockerImageTag` instead.
    ///
    /// ## Options
    /// `override-level`: how loud a lower pin of a registry is, since that is the sanctioned way to roll back.
    "version-decremented", since "0.1.0",
    pub struct VersionDecremented {
        /// How loud a lower version by a registry's override is.
        override_level: Level,
    }
}

impl Rule for VersionDecremented {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((_, before, head, after)) = diff.both() else { return };
        let (from, to) = (before.semver(), after.semver());
        if let (Some(field), Some(to), Some(highest)) = (&after.version, &to, behind(diff)) {
            let behind_base = from.as_ref().filter(|from| bump(Some(from), Some(to)) == Bump::Downgrade);
            let at_target = behind_base.is_none();
            let higher = behind_base.unwrap_or(&highest);
            let message = match at_target {
                true => prose![
                    "The version is lower than on the target branch, which has ", code(higher), " by now: ",
                    code(to), "."
                ],
                false => prose!["The version goes down: ", code(higher), " → ", code(to), "."],
            };
            let next = next_version(&highest, from.as_ref(), to);
            let suggestion = Suggestion::new(
                prose!["set the version to ", code(&next)],
                head.file(),
                after.document().text(),
                &[Edit { span: field.span, replacement: crate::yaml::quote(&next) }],
            );
            findings.push(
                Finding::at(head.location(field.span), "data.dockerImageTag", message.then(word_order(higher, to)))
                    .impact(prose![
                        "The registry refuses a version below the published one, so ", code(&field.text), " would never be released."
                    ])
                    .remedy(prose![
                        "Choose a version above ", code(&highest), ". To roll users back, pin a registry with ",
                        code("registryOverrides.<registry>.dockerImageTag"), "."
                    ])
                    .suggest(suggestion),
            );
        }
        self.check_overrides(diff, findings);
    }
}

/// The highest version that head's lies below: base's, or the one that the tip of the target branch has by now.
fn behind(diff: &ConnectorDiff) -> Option<Version> {
    let (_, before, _, after) = diff.both()?;
    let to = after.semver()?;
    // A branch that leaves the version alone takes nothing back when the target moves on.
    let tip = diff.metadata(Side::Target).filter(|_| diff.change("version").is_some());
    let higher = [Some(before), tip].into_iter().flatten().filter_map(crate::metadata::Metadata::semver);
    higher
        .filter(|higher| bump(Some(higher), Some(&to)) == Bump::Downgrade)
        .max_by(Version::cmp_precedence)
}

/// The version to release instead of one that goes down; `None` where it does not.
pub(super) fn instead(diff: &ConnectorDiff) -> Option<String> {
    let (_, before, _, after) = diff.both()?;
    Some(next_version(&behind(diff)?, before.semver().as_ref(), &after.semver()?))
}

impl VersionDecremented {
    fn check_overrides(&self, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((_, before, head, after)) = diff.both() else { return };
        for name in REGISTRIES {
            let touched = diff.changes.iter().any(|change| {
                matches!(&change.kind, ChangeKind::RegistryOverride { registry, field }
                    if *registry == name && field == "dockerImageTag")
            });
            // A lifted pin leaves the connector's own version, which may be the lower one.
            let Some(field) = after.effective(name).version else { continue };
            let from = before.effective(name).version.and_then(crate::metadata::Field::version);
            let to = field.version();
            if touched && bump(from.as_ref(), to.as_ref()) == Bump::Downgrade {
                let from = from.map_or_else(String::new, |version| version.to_string());
                findings.push(
                    Finding::at(
                        head.location(field.span),
                        format!("data.registryOverrides.{name}.dockerImageTag"),
                        prose!["The version for ", code(name), " goes down: ", code(from), " → ", code(&field.text), "."],
                    )
                    .level(self.override_level)
                    .impact(prose!["New users of ", code(name), " get the older version; that is how a release is rolled back."]),
                );
            }
        }
    }
}

/// The version after `higher` that keeps the size of the author's step.
pub(super) fn next_version(higher: &Version, from: Option<&Version>, to: &Version) -> String {
    let (mut major, mut minor, mut patch) = (higher.major, higher.minor, higher.patch);
    match bump(from, Some(to)) {
        Bump::Major => (major, minor, patch) = (major.saturating_add(1), 0, 0),
        Bump::Minor => (minor, patch) = (minor.saturating_add(1), 0),
        _ if higher.pre.is_empty() => patch = patch.saturating_add(1),
        // A prerelease is followed by its own release.
        _ => {}
    }
    format!("{major}.{minor}.{patch}")
}

/// Explains an order that surprises: `rc10` is a word, and words sort letter by letter.
fn word_order(higher: &Version, lower: &Version) -> Prose {
    let core = |version: &Version| (version.major, version.minor, version.patch);
    let parts = higher.pre.split('.').zip(lower.pre.split('.'));
    let surprising = parts.into_iter().find(|(higher, lower)| higher != lower).is_some_and(|(higher, lower)| {
        let word = |part: &str| part.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
        let number = |part: &str| part.get(word(part)..).and_then(|digits| digits.parse::<u64>().ok());
        word(higher) > 0 && higher.get(..word(higher)) == lower.get(..word(lower)) && number(lower) > number(higher)
    });
    if core(higher) == core(lower) && surprising {
        prose![
            "Parts of a prerelease that hold letters are compared letter by letter (", code("rc10"), " comes before ",
            code("rc9"), "); write ", code("rc.10"), "."
        ]
    } else {
        Prose::default()
    }
}
