//! What a connector has promised, taken over both sides.

use super::ConnectorDiff;
use crate::changeset::Side;
use crate::metadata::Metadata;
use crate::promises::{ReleaseStage, Stability, SupportLevel};

/// The stricter of level and stage, of both sides: a demotion in the same change frees nothing.
pub fn governing_stability(diff: &ConnectorDiff) -> Stability {
    let sides = [Side::Base, Side::Head, Side::Target].map(|side| diff.metadata(side).map(stability));
    sides
        .into_iter()
        .flatten()
        .max()
        .unwrap_or(Stability::Experimental)
}

fn stability(metadata: &Metadata) -> Stability {
    let level = metadata
        .support_level
        .as_ref()
        .and_then(|field| SupportLevel::from_word(&field.text));
    let stage = metadata
        .release_stage
        .as_ref()
        .and_then(|field| ReleaseStage::from_word(&field.text));
    Stability::of(level, stage)
}
