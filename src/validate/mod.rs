//! One `metadata.yaml` by itself: whether the registry would take it.
//!
//! Its schema, then the checks of the publisher that need no other file and no network. Knows no change and no policy;
//! what a change may do to a file is the work of the rules.

mod checks;
mod words;

pub(crate) use checks::{CandidateFault, candidate_faults, is_candidate};

use crate::finding::Prose;
use crate::metadata::Metadata;
use crate::text::Span;

pub(crate) use checks::unversioned;
pub(crate) use words::{message, remedy, successor};

/// Why the registry would not take a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Where.
    pub span: Span,
    /// What is wrong, and what belongs there.
    pub message: Prose,
}

/// Everything that the registry would not take, in the order of the file.
pub fn invalid(metadata: &Metadata) -> Vec<Invalid> {
    let mut found: Vec<Invalid> = metadata
        .misfits()
        .iter()
        .map(|misfit| Invalid {
            span: misfit.span,
            message: words::of(misfit),
        })
        .collect();
    found.extend(checks::failed(metadata));
    found.sort_by_key(|invalid| invalid.span);
    found
}
