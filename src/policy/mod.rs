//! The judgement as data: which rules speak, of which connectors, how loudly and why.
//!
//! `policy/default.yaml` is complete; a repository's own file is laid over it field by field, and its rows before those of
//! a table. Knows files as bytes that somebody read, and every line's origin; knows no change and no finding.

mod approvals;
mod effective;
mod entries;
mod error;
mod extends;
mod layers;
mod list;
mod load;
mod read;
mod schema;
mod scope;
mod settings;
mod tree;
mod typed;
mod waivers;

use std::fmt;

use crate::finding::Level;
use crate::report::{ExtendedPolicy, PolicyProvenance};
use crate::roots::ConnectorRoots;
use crate::rules::{PolicyFault, RULES, Rule, RuleDefinition, Scope, Settings};
use crate::text::Position;

pub use approvals::AskedApproval;
pub use error::PolicyError;
pub use extends::{Extends, Home, MOST_EXTENDED, load};
pub use list::list;
use load::Last;
pub use schema::schema;
pub use tree::Origin;
use tree::Tree;
pub use waivers::PolicyWaiver;

/// The name of the policy that comes with the program, where a file's name would stand.
pub const BUILT_IN: &str = "built-in";

/// The policy that comes with the program, as text.
pub const BUILT_IN_TEXT: &str = include_str!("../../policy/default.yaml");

/// The same as a file that is complete.
const COMPLETE: (&str, &[u8]) = (BUILT_IN, BUILT_IN_TEXT.as_bytes());

/// A rule as the policy sets it.
pub struct ConfiguredRule {
    /// The rule without its options.
    pub definition: &'static RuleDefinition,
    /// How loudly it speaks, unless its own options say otherwise.
    pub level: Level,
    /// Of which connectors it speaks.
    pub scope: Scope,
    /// Why, in a sentence.
    pub reason: String,
    /// The rule with its options.
    pub rule: Box<dyn Rule>,
    /// The line that sets its level.
    pub origin: Origin,
    /// The lines at which the rows of its options start, where they list some.
    pub rows: Vec<Origin>,
}

/// A complete policy.
pub struct Policy {
    /// The version of the format.
    pub version: u32,
    /// From which level on findings fail the run; `off` lets every finding pass.
    pub fail_on: Level,
    /// Where connectors live.
    pub roots: ConnectorRoots,
    /// Labels, reviewers, teams, windows.
    pub settings: Settings,
    /// Every rule, in the order of the registry.
    pub rules: Vec<ConfiguredRule>,
    /// What it waives itself, in the order of its lines.
    pub waivers: Vec<PolicyWaiver>,
    /// Where it came from.
    pub provenance: PolicyProvenance,
    /// Where the repository keeps it.
    pub home: Home,
    /// The files that it extends, as they were read.
    extended: Vec<(ExtendedPolicy, Vec<u8>)>,
    tree: Tree,
}

impl Policy {
    /// The policy that comes with the program.
    pub fn built_in() -> Self {
        Self::load(None).expect("a test loads the built-in policy")
    }

    /// Lays an override (the name to cite it by, and its bytes) over the built-in policy; pure.
    ///
    /// An override is sparse: maps meet key by key, lists and scalars replace, and rows of which the first that fits
    /// decides come before those below. The error is every fault of the file, in its order.
    pub fn load(over: Option<(&str, &[u8])>) -> Result<Self, Vec<PolicyError>> {
        Self::of_chain(over.as_slice())
    }

    /// Lays a file over those that it extends, the nearest first, and all of them over the built-in policy.
    fn of_chain(files: &[(&str, &[u8])]) -> Result<Self, Vec<PolicyError>> {
        load::load(RULES, COMPLETE, files, Last::ExtendsNothing)
    }

    /// The whole policy as YAML, each line with its origin as a comment; it is itself a complete policy.
    pub fn effective(&self) -> String {
        effective::text(&self.tree)
    }

    /// The entry of a rule as YAML, as it would stand under `rules`; empty for an unknown one.
    pub fn entry(&self, id: &str) -> String {
        let rules = self.tree.get("rules").map(Tree::entries).unwrap_or_default();
        let entry = rules.iter().find(|entry| entry.key == id);
        entry.map_or_else(String::new, effective::entry)
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Policy")
            .field("provenance", &self.provenance)
            .finish_non_exhaustive()
    }
}

/// What is wrong with an override that is proposed in the place of the present one, as far as it can be told without further
/// files that it extends; empty where it would be obeyed once merged.
pub fn faults(bytes: &[u8], present: &Policy) -> Vec<PolicyFault> {
    let path = present.home.path.to_string();
    let fault = |error: PolicyError| match *error.origin.file == *path {
        true => PolicyFault {
            position: error.origin.position,
            message: error.message,
        },
        // In a file that it extends: the whole place is told, since no line of the proposed file is to blame.
        false => PolicyFault {
            position: Position { line: 1, column: 1 },
            message: error.to_string(),
        },
    };
    extends::faults(bytes, present).into_iter().map(fault).collect()
}

#[cfg(test)]
mod tests;
