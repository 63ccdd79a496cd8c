//! What the policy that a pull request proposes would have said of the last commits before the pull request's own.
//!
//! Asked for after the verdict and never part of it: what goes wrong here is told in the fold and nowhere else. The look
//! back starts where the pull request left its target branch, so that it reads alike for one head. The proposed
//! policy judges those commits alone, each on its own day, and nothing of this pull request.

use anyhow::bail;

use super::judge::{self, Case};
use super::options::Options;
use crate::change::Readings;
use crate::changeset::{ChangeSet, Fetched, Side};
use crate::comparison::{Commit, Comparison, Difference, Proposed};
use crate::evaluate::{self, evaluate};
use crate::finding::{code, prose};
use crate::github::{Client, Error};
use crate::needs::identity_of;
use crate::policy::{self, Policy};
use crate::roots::ConnectorRoots;
use crate::run::gathered;
use crate::source::github::{GitHubSource, RecentCommit};
use crate::source::{Connectors, Source};

/// The most commits that are compared.
const MOST_COMMITS: usize = 20;
/// The most requests that it takes.
const MOST_READS: usize = 150;

/// Compares the proposed policy with the present one; `None` where the change proposes none that is valid.
pub(super) fn compare(
    client: &Client,
    options: &Options,
    source: &mut GitHubSource,
    case: &Case,
) -> Option<Proposed> {
    let text = proposed_text(&case.policy, &case.reading.set)?;
    let made = client.with_most_reads(MOST_READS, || {
        let proposed = match proposed_policy(client, options, case, text)? {
            Ok(policy) => policy,
            Err(not_made) => return Ok(not_made),
        };
        compared(source, &case.policy, &proposed)
    });
    Some(made.unwrap_or_else(|error: anyhow::Error| {
        tracing::warn!("the proposed policy could not be compared with the present one: {error:#}");
        // Why it failed may read otherwise in the next run, and the summary is not to be edited for that.
        Proposed::NotMade(prose![
            "It could not be compared in this run, since not all that it takes could be read."
        ])
    }))
}

/// The file at head, where the change touches the one that counts and leaves it valid.
fn proposed_text<'s>(present: &Policy, set: &'s ChangeSet) -> Option<&'s [u8]> {
    let path = &present.home.path;
    if set.changed(Side::Head, path).is_none() {
        // Without a file the built-in policy counts, as it does for an empty one.
        return set.changed(Side::Base, path).map(|_| &[][..]);
    }
    match set.fetched(Side::Head, path) {
        Some(Fetched::File(bytes)) => policy::faults(bytes, present).is_empty().then_some(bytes),
        _ => None,
    }
}

/// The proposed policy; the inner error is what is told where it cannot be had.
fn proposed_policy(
    client: &Client,
    options: &Options,
    case: &Case,
    text: &[u8],
) -> anyhow::Result<Result<Policy, Proposed>> {
    let mut refused = None;
    let loaded = judge::load_policy(client, options, Some(text), |asked| {
        // The token may see repositories that whoever opened the pull request does not.
        if case.policy.provenance.extends.contains(&asked.file) {
            return Ok(());
        }
        refused = Some(asked.file.to_string());
        bail!("the present policy does not extend {}", asked.file)
    });
    match (loaded, refused) {
        (_, Some(file)) => Ok(Err(Proposed::NotMade(prose![
            "It extends ",
            code(file),
            ", which the present policy does not; for a pull request no further file is read."
        ]))),
        (loaded, None) => loaded.map(Ok),
    }
}

fn compared(source: &mut GitHubSource, present: &Policy, proposed: &Policy) -> anyhow::Result<Proposed> {
    let connectors = Connectors {
        roots: present.roots.with(&proposed.roots)?,
        identity: identity_of,
    };
    let commits = source.recent(connectors.roots.folders().as_ref())?;
    let mut comparison = Comparison::default();
    let (mut unread, mut has_stopped) = (0, false);
    for commit in commits {
        if comparison.commits + unread == MOST_COMMITS {
            break;
        }
        match difference(source, commit, &connectors, [present, proposed]) {
            Ok(Step::Judged(difference)) => comparison.add(difference),
            Ok(Step::Unread) => unread += 1,
            Ok(Step::TouchesNone) => {}
            Err(error) if is_spent(&error) => {
                has_stopped = true;
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Proposed::Compared {
        comparison,
        unread,
        has_stopped,
    })
}

enum Step {
    /// Both policies judged it.
    Judged(Difference),
    /// Not all of it could be read, so that neither judged it.
    Unread,
    /// It touches no connector of either policy.
    TouchesNone,
}

fn difference(
    source: &mut GitHubSource,
    commit: RecentCommit,
    connectors: &Connectors,
    policies: [&Policy; 2],
) -> anyhow::Result<Step> {
    source.turn_to(&commit)?;
    let mut set = source.change_set(commit.date)?;
    if !touches(&set, &connectors.roots) {
        return Ok(if set.gaps.is_empty() {
            Step::TouchesNone
        } else {
            Step::Unread
        });
    }
    let readings = Readings::default();
    let [present, proposed] = policies;
    let before = gathered(source, &mut set, present, connectors, &readings)?;
    let after = match present.roots.patterns() == proposed.roots.patterns() {
        true => None,
        false => Some(gathered(source, &mut set, proposed, connectors, &readings)?),
    };
    if !set.gaps.is_empty() {
        return Ok(Step::Unread);
    }
    let judged = |diffs, policy| evaluate(&set, diffs, policy, evaluate::Options::default());
    let commit = Commit {
        id: commit.id,
        date: commit.date,
        subject: commit.subject,
    };
    Ok(Step::Judged(Difference::between(
        commit,
        &judged(&before, present),
        &judged(after.as_ref().unwrap_or(&before), proposed),
    )))
}

fn touches(set: &ChangeSet, roots: &ConnectorRoots) -> bool {
    let entries = set.files.iter().flat_map(|file| [file.base(), file.head()]);
    entries
        .flatten()
        .any(|entry| roots.directory_of(&entry.path).is_some())
}

fn is_spent(error: &anyhow::Error) -> bool {
    let mut causes = error.chain();
    causes.any(|cause| matches!(cause.downcast_ref(), Some(Error::Spent { .. })))
}
