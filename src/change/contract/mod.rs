//! Two contracts → what breaks for those who use the connector.
//!
//! A specification and the records of a stream have opposite directions: what an existing configuration may hold must
//! stay valid, so widening is fine; what a destination already stores must stay valid, so widening breaks a table.
//! A break is stated with its [`Witness`] or not at all; what cannot be shown is [`Effect::CannotTell`].
//!
//! # The model of an existing configuration
//!
//! As the platform writes it: it holds only properties that base declares, and a property of an option of `oneOf` or
//! `anyOf` that has one possible value (the discriminator) is always set. The one exception is an object that stops to
//! allow further properties: that breaks with a property that base let pass.
//!
//! Pure; knows no policy, no rule and no metadata.

mod bounds;
mod destination;
mod fields;
mod findings;
mod formats;
mod instance;
mod keywords;
mod kind;
mod lookaround;
mod objects;
mod options;
mod pairing;
mod pattern;
mod schemas;
mod shape;
mod sides;
mod site;
mod specification;
mod streams;
mod valid;
mod values;

use std::sync::Arc;

use serde_json::Value;

use crate::contract::{Contract, Place, Reason};

use findings::{Findings, both};
pub use kind::ContractChangeKind;
pub use sides::{ContractOf, bears_contract};
pub(crate) use sides::{attach, changed_files};
pub use valid::valid;

/// What a change of a contract does to those who use the connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compatibility {
    /// It breaks somebody, and a witness shows it.
    Breaking,
    /// It breaks nobody, as far as data can say.
    Compatible,
    /// The data do not decide it.
    CannotTell,
}

impl Compatibility {
    /// Its word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Compatible => "compatible",
            Self::CannotTell => "cannot-tell",
        }
    }
}

/// What shows that a change breaks.
#[derive(Debug, Clone, PartialEq)]
pub enum Witness {
    /// A minimal configuration that is valid at base and invalid at head.
    Configuration(Value),
    /// A configuration that is valid at base and sets a property that head no longer reads.
    UnreadProperty {
        /// The configuration.
        configuration: Value,
        /// The path of the property.
        property: String,
    },
    /// A keyword that says how a value is to be understood: `format`, `airbyte_type`.
    Keyword {
        /// Its name.
        name: &'static str,
        /// Its value at base.
        from: Option<String>,
        /// Its value at head.
        to: Option<String>,
    },
    /// What a stream or a destination promised: a field, a key, a cursor, a mode, or the stream itself.
    Stream {
        /// What base promised.
        from: String,
        /// What head promises in its place; `None` where it is gone.
        to: Option<String>,
    },
}

/// What one change does.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// It breaks.
    Breaking(Witness),
    /// It breaks nobody.
    Compatible,
    /// It may break.
    CannotTell(Reason),
}

/// One change of a contract.
#[derive(Debug, Clone, PartialEq)]
pub struct ContractChange {
    /// What changed.
    pub kind: ContractChangeKind,
    /// The stream; `None` for the specification.
    pub stream: Option<Arc<str>>,
    /// Where in the schema, such as `credentials[OAuth2.0].client_id` or `address.zip`; items are `[]`, values of a map
    /// `*`. Empty for the whole. Foreign text.
    pub path: String,
    /// What base says, in short.
    pub from: Option<String>,
    /// What head says, in short.
    pub to: Option<String>,
    /// What it does.
    pub effect: Effect,
    /// The migration at head that takes a break away.
    pub neutralised_by: Option<Place>,
    /// Where at base.
    pub base: Option<Place>,
    /// Where at head.
    pub head: Option<Place>,
}

impl ContractChange {
    /// What shows that it breaks, if it does.
    pub fn witness(&self) -> Option<&Witness> {
        match &self.effect {
            Effect::Breaking(witness) => Some(witness),
            _ => None,
        }
    }

    /// Whether something is gone, so that only base has a line to show.
    pub fn is_loss(&self) -> bool {
        let of_names = matches!(
            self.kind,
            ContractChangeKind::ConfigPropertyRemoved
                | ContractChangeKind::ConfigOptionRemoved
                | ContractChangeKind::StreamRemoved
                | ContractChangeKind::FieldRemoved
        );
        // An object that closes gains a keyword, whatever it loses.
        let closes = self.kind == ContractChangeKind::ConfigClosed;
        of_names || (self.from.is_some() && self.to.is_none() && !closes)
    }

    /// Whether it breaks; `None` where that cannot be told.
    pub fn breaks(&self) -> Option<bool> {
        match self.effect {
            Effect::Breaking(_) => Some(true),
            Effect::Compatible => Some(false),
            Effect::CannotTell(_) => None,
        }
    }
}

/// What differs between two contracts.
#[derive(Debug, Clone, PartialEq)]
pub struct ContractDiff {
    /// What the changes do together.
    pub compatibility: Compatibility,
    /// The changes: the specification first, then the streams by name; by path inside of each.
    pub changes: Vec<ContractChange>,
    /// Why it cannot be told, wherever it cannot; those of changes included.
    pub reasons: Vec<Reason>,
}

impl ContractDiff {
    /// Adds what cannot be told: what seemed compatible is so no longer.
    fn doubt(&mut self, reason: Reason) {
        self.reasons.push(reason);
        if self.compatibility == Compatibility::Compatible {
            self.compatibility = Compatibility::CannotTell;
        }
    }
}

/// Compares what a connector promises on two sides.
pub fn compare(base: &Contract, head: &Contract) -> ContractDiff {
    let mut findings = Findings::default();
    specification::compare(base, head, &mut findings);
    destination::compare(base, head, &mut findings);
    streams::compare(base, head, &mut findings);
    findings.into_diff()
}

/// That a stream no longer keeps what it promised.
fn promised([from, to]: &[Option<String>; 2]) -> Effect {
    Effect::Breaking(Witness::Stream {
        from: from.clone().unwrap_or_default(),
        to: to.clone(),
    })
}

/// The text of a place.
fn text_at(contract: &Contract, place: Place) -> &str {
    contract
        .files
        .get(place.file)
        .and_then(|file| file.document.text().get(place.span.start..place.span.end))
        .unwrap_or_default()
}
