//! What users gain and lose by a move of the level or the stage of one connector.
//!
//! The promises of a level hold for every connector that has it; who can add this one, its registries decide.

use crate::change::{Change, ChangeKind, ConnectorDiff};
use crate::changeset::Side;
use crate::metadata::Metadata;
use crate::promises::{Difference, Promise, Promises, ReleaseStage, SupportLevel};

/// The topic of the row that registries decide.
const AVAILABILITY: &str = "availability";

/// Compares what users are promised before and after; `None` for another change, and where a word is one that the registry
/// refuses, which promises nobody anything.
pub(crate) fn promised(diff: &ConnectorDiff, change: &Change) -> Option<Difference> {
    let promises = Promises::built_in();
    let is_accepted = |promise: &Promise| promise.metadata.accepted;
    match change.kind {
        ChangeKind::SupportLevel => {
            let level = |word: &Option<String>| match word {
                Some(word) => SupportLevel::from_word(word)
                    .filter(|level| is_accepted(promises.support_level(*level)))
                    .map(Some),
                None => Some(None),
            };
            let mut difference = promises.between_levels(level(&change.from)?, level(&change.to)?);
            if let (Some(before), Some(after)) = (diff.metadata(Side::Base), diff.metadata(Side::Head)) {
                follow_registries(&mut difference, before, after);
            }
            Some(difference)
        }
        ChangeKind::ReleaseStage => {
            let stage = |word: &Option<String>| {
                let stage = word.as_deref().and_then(ReleaseStage::from_word);
                stage.filter(|stage| is_accepted(promises.release_stage(*stage)))
            };
            let (from, to) = (stage(&change.from), stage(&change.to));
            if change.to.is_some() && to.is_none() {
                return None;
            }
            let metadata = diff.metadata(Side::Head);
            let level = metadata.and_then(|data| data.support_level.as_ref());
            let level = level.and_then(|field| SupportLevel::from_word(&field.text));
            Some(promises.between_stages(from, to, level))
        }
        _ => None,
    }
}

/// Says who can add the connector by what its registries publish, which no level changes.
fn follow_registries(difference: &mut Difference, before: &Metadata, after: &Metadata) {
    // Nobody knows what overrides of another shape say.
    if [before, after]
        .iter()
        .any(|side| side.is_misshapen("data.registryOverrides"))
    {
        return;
    }
    let Some(place) = difference.rows.iter().position(|row| row.topic == AVAILABILITY) else {
        return;
    };
    let (from, to) = (Publication::of(before), Publication::of(after));
    if from == to {
        difference.rows.remove(place);
        return;
    }
    let row = &mut difference.rows[place];
    if let Some((short, sentence)) = from.unlike_level(before) {
        (row.before, row.text_before) = (short.to_owned(), sentence.to_owned());
    }
    if let Some((short, sentence)) = to.unlike_level(after) {
        (row.after, row.text_after) = (short.to_owned(), sentence.to_owned());
    }
}

/// Where a connector can be found and added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Publication {
    Everywhere,
    Cloud,
    SelfManaged,
    Granted,
    Nowhere,
}

impl Publication {
    fn of(metadata: &Metadata) -> Self {
        let [cloud, oss] = ["cloud", "oss"].map(|name| metadata.effective(name));
        match (cloud.enabled && cloud.public, oss.enabled && oss.public) {
            (true, true) => Self::Everywhere,
            (true, false) => Self::Cloud,
            (false, true) => Self::SelfManaged,
            (false, false) if cloud.enabled || oss.enabled => Self::Granted,
            (false, false) => Self::Nowhere,
        }
    }

    /// In few words, and as a sentence, where it is not what the level says.
    fn unlike_level(self, metadata: &Metadata) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::Nowhere if metadata.is_archived() => return None,
            Self::Everywhere if !metadata.is_archived() => return None,
            Self::Everywhere => ("everyone", "Both registries publish it: everyone can add it."),
            Self::Cloud => (
                "everyone on Airbyte Cloud",
                "Only the registry of Airbyte Cloud publishes it for everyone.",
            ),
            Self::SelfManaged => (
                "everyone on self-managed Airbyte",
                "Only the registry of self-managed Airbyte publishes it for everyone.",
            ),
            Self::Granted => (
                "granted workspaces",
                "Only workspaces that are granted it can add it.",
            ),
            Self::Nowhere => ("not in the catalog", "No registry publishes it."),
        })
    }
}
