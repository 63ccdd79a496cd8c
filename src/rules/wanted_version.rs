//! The version that a change is asked to release, where it is not the one that head has.
//!
//! What belongs to a version, such as the row of the changelog and the section of the guide, is asked for this one: who
//! follows all that a report says is not to find other things missing afterwards.

use super::breaking::{
    fits_policy, is_plain_version, is_stray, next_breaking_version, stray_entry, touched_entries,
};
use super::contract::{has_undeclared_break, promises_stability, undeclared_version};
use super::{release_candidate_out_of_order, version_decremented};
use crate::change::{Bump, ConnectorDiff, bump};
use crate::metadata::BreakingChange;

/// The version to release instead of head's, where head's can stay only if what breaks is taken back; `None` where it may.
pub(super) fn wanted_version(diff: &ConnectorDiff) -> Option<String> {
    let (_, _, _, after) = diff.both()?;
    let written = after.version.as_ref()?;
    let wanted = release_candidate_out_of_order::instead(diff)
        .or_else(|| {
            undeclared_version(diff).filter(|_| promises_stability(diff) && has_undeclared_break(diff))
        })
        .or_else(|| version_decremented::instead(diff))
        .or_else(|| of_new_entry(diff));
    wanted.filter(|wanted| **wanted != *written.text)
}

/// The version by which a new entry will be named once it is mended.
pub(super) fn wanted_key(diff: &ConnectorDiff, entry: &BreakingChange) -> String {
    let key = &entry.version.text;
    let written = diff.both().and_then(|(_, _, _, after)| after.version.as_ref());
    let Some(written) = written.map(|field| &field.text) else {
        return key.to_string();
    };
    if is_stray(diff, entry) {
        return written.to_string();
    }
    wanted_version(diff)
        .filter(|_| key == written)
        .unwrap_or_else(|| key.to_string())
}

/// What a new entry asks of the version that it goes with; how loud a patch version is stands in the policy, and it may stay.
fn of_new_entry(diff: &ConnectorDiff) -> Option<String> {
    let (_, before, _, after) = diff.both()?;
    let (from, to) = (before.semver()?, after.semver()?);
    let mut new = touched_entries(diff, after)
        .into_iter()
        .filter(|(_, declared)| *declared)
        .map(|(entry, _)| entry);
    let is_of_head =
        |entry: &BreakingChange| Some(&entry.version.text) == after.version.as_ref().map(|field| &field.text);
    if after.releases.entry(&to.to_string()).is_some() {
        let is_too_small =
            bump(Some(&from), Some(&to)) == Bump::Minor && !fits_policy(Some(&from), Some(&to));
        let wanted = next_breaking_version(&from).filter(|_| is_too_small && new.any(is_of_head))?;
        return Some(wanted.to_string());
    }
    let (entry, None) = (new.next()?, new.next()) else {
        return None;
    };
    let key = entry.version.version().filter(|_| is_plain_version(entry))?;
    let is_ahead = key.cmp_precedence(&to).is_gt() && fits_policy(Some(&from), Some(&key));
    (is_ahead && stray_entry(diff).is_none()).then(|| key.to_string())
}
