use semver::Version;

use super::wanted_version::wanted_version;
use super::{Context, Findings, Rule};
use crate::change::{Bump, Connector, ConnectorDiff, bump};
use crate::changeset::Side;
use crate::finding::{Finding, Suggestion, code, prose};
use crate::metadata::Metadata;
use crate::text::Edit;
use crate::validate::{CandidateFault, candidate_faults, is_candidate};
use crate::yaml::{Block, insert_entry, quote};

rule! {
    /// A release candidate cannot be published, or is followed by another version than its own.
    ///
    /// ## What it does
    /// Speaks on a candidate (`-rc`) of a major version, on one without `enableProgressiveRollout: true`, and where a
    /// candidate is followed by anything but another candidate of the same version or that version itself. It looks at new
    /// versions only: a rollout that is stopped releases nothing. That a version goes down is told by another rule.
    ///
    /// ## Why
    /// The publisher refuses all three. A candidate is tried out by some users; what everybody gets after it has to be what
    /// they have tried.
    ///
    /// ## Example
    /// 2024-10-12, `source-harvest`, `56dc83b` (`#46685`): `1.1.0-rc1` without `enableProgressiveRollout`.
    ///
    /// ## How to mend it
    /// Release what the candidate announced. Declare a break instead of trying it out: an entry holds users back.
    ///
    /// ## Options
    /// None.
    "release-candidate-out-of-order", since "0.1.0",
    pub struct ReleaseCandidateOutOfOrder {}
}

impl Rule for ReleaseCandidateOutOfOrder {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        findings.findings.extend(refused(diff));
        let Some((_, before, head, after)) = diff.both() else { return };
        let (Some(from), Some(to), Some(field)) = (before.semver(), after.semver(), &after.version) else { return };
        if !skips(&from, &to) {
            return;
        }
        let suggestion = next(&from, &to).filter(|_| after.releases.entry(&field.text).is_none()).and_then(|next| {
            let edit = Edit { span: field.span, replacement: quote(&next) };
            Suggestion::new(prose!["set the version to ", code(&next)], head.file(), after.document().text(), &[edit])
        });
        let release = Version::new(from.major, from.minor, from.patch);
        findings.push(
            Finding::at(
                head.location(field.span),
                "data.dockerImageTag",
                prose!["The release candidate ", code(&from), " is followed by ", code(&to), ", which is another version."],
            )
            .impact(prose!["The publisher refuses ", code(&to), ": users who try the candidate ", code(&from), " would never get what they have tried."])
            .remedy(prose!["Release ", code(&release), ", or another candidate of it; then go on to the next version."])
            .suggest(suggestion),
        );
    }
}

/// The version to release instead of one that no publisher takes; `None` where head's is one that it takes.
pub(super) fn instead(diff: &ConnectorDiff) -> Option<String> {
    let (_, before, _, after) = diff.both()?;
    let to = after.semver().filter(|_| diff.change("version").is_some())?;
    if candidate_faults(after).into_iter().next() == Some(CandidateFault::OfMajor) {
        return Some(Version::new(to.major, to.minor, to.patch).to_string());
    }
    let from = before.semver().filter(|from| skips(from, &to))?;
    next(&from, &to)
}

/// Whether a version follows a candidate that is another one's.
fn skips(from: &Version, to: &Version) -> bool {
    let core = |version: &Version| (version.major, version.minor, version.patch);
    is_candidate(from) && bump(Some(from), Some(to)) != Bump::Downgrade && core(from) != core(to)
}

/// Why the publisher refuses a candidate that this change brings; that its rollout is stopped later releases nothing.
fn refused(diff: &ConnectorDiff) -> Option<Finding> {
    let (head, metadata) = (diff.head.as_ref()?, diff.metadata(Side::Head)?);
    let field = metadata.version.as_ref()?;
    if diff.metadata(Side::Base).is_some() && diff.change("version").is_none() {
        return None;
    }
    // A candidate of a major version is refused with or without a rollout.
    let fault = candidate_faults(metadata).into_iter().next()?;
    let finding = |subject: &str| Finding::at(head.location(field.span), format!("{}/{subject}", field.text), fault.message(&field.text));
    Some(match fault {
        CandidateFault::OfMajor => finding("major")
            .impact(prose![
                "The publisher refuses ", code(&field.text), ": a major version holds users back by a breaking-change entry, not by a \
                 rollout."
            ])
            .remedy(prose!["Release it without ", code("-rc"), " and with an entry."]),
        CandidateFault::WithoutRollout => finding("rollout")
            .impact(prose!["The publisher refuses a candidate that is not rolled out step by step."])
            // A version that is to be replaced needs no rollout.
            .suggest(enable_rollout(head, metadata).filter(|_| wanted_version(diff).is_none())),
    })
}

/// What a candidate may be followed by: a release where head releases, else the next candidate.
fn next(from: &Version, to: &Version) -> Option<String> {
    let core = Version::new(from.major, from.minor, from.patch);
    if to.pre.is_empty() {
        return Some(core.to_string());
    }
    let number: u64 = from.pre.strip_prefix("rc.")?.parse().ok()?;
    Some(format!("{core}-rc.{}", number.checked_add(1)?))
}

fn enable_rollout(connector: &Connector, metadata: &Metadata) -> Option<Suggestion> {
    let edit = match &metadata.releases.progressive_rollout {
        Some(field) => Edit { span: field.span, replacement: "true".to_owned() },
        None => {
            let path = ["data", "releases", "rolloutConfiguration"];
            insert_entry(metadata.document(), &path, "enableProgressiveRollout", &Block::Bool(true))?.edit
        }
    };
    let title = prose!["roll the candidate out step by step"];
    Suggestion::new(title, connector.file(), metadata.document().text(), &[edit])
}
