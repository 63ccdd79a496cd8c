//! What the generic rules share: wishes that a policy lists, so that a simple one needs no code.
//!
//! A wish names fields, says of which connectors and changes it speaks, and why. The first wish of a list that speaks of a
//! field decides; its own line of the policy is cited. Wishes for approvals stand side by side: each is asked.

mod path;
mod touched;
mod value;

use serde::Deserialize;

use super::Scope;
use crate::change::{Connector, ConnectorDiff};
use crate::finding::{Finding, Level, Piece, Prose, code, prose};
use crate::text::Span;
use crate::yaml::Node;

pub(super) use path::{FieldPath, Fields, Found, Missing};
pub(super) use touched::{Touched, touched};
pub(super) use value::{Pattern, Word};

/// The key under which a rule's options list its wishes.
pub const WISHES: &str = "wishes";

/// Why a wish is there: a sentence of the policy, shown with what it finds.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Reason(String);

impl TryFrom<String> for Reason {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text = text.trim();
        match text {
            "" => Err("invalid value: string \"\", expected a sentence that says why".to_owned()),
            _ if text.ends_with(['.', '!', '?']) => Ok(Self(text.to_owned())),
            _ => Ok(Self(format!("{text}."))),
        }
    }
}

/// A type is written as another one, which says what an editor may offer.
macro_rules! written_as {
    ($name:ty, $of:ty) => {
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                <$of>::schema_name()
            }

            fn inline_schema() -> bool {
                <$of>::inline_schema()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                <$of>::json_schema(generator)
            }
        }
    };
}
pub(super) use written_as;

written_as!(Reason, String);

impl Reason {
    fn prose(&self) -> Prose {
        Prose::new(vec![Piece::trusted(&*self.0)])
    }
}

/// Gives a finding the voice of the wish that made it: its reason, its line of the policy and its level.
pub(super) fn spoken(finding: Finding, wish: usize, because: &Reason, level: Option<Level>) -> Finding {
    let mut finding = finding;
    // A reason speaks for the wish; read as what the change means, "Legal answers for it." would say that all is well.
    let why = prose!["The policy says why: "].join(because.prose());
    finding.remedy = Some(why.then(finding.remedy.take().unwrap_or_default()));
    finding.row = Some(wish);
    match level {
        Some(level) => finding.level(level),
        None => finding,
    }
}

/// What the author can do beside following the wish.
pub(super) fn or_ask(first: Prose) -> Prose {
    first.join(prose![", or ask those who keep the policy for an exception."])
}

/// Whether a wish about the state of a connector speaks of it; one that names kinds of changes is asked with the change.
pub(super) fn of_state(when: &Scope, connector: &Connector) -> bool {
    !when.names_changes() && when.matches_state(connector)
}

/// The head of a change, where a wish about states speaks of it because of what the change does.
pub(super) fn of_change<'a>(when: &Scope, diff: &'a ConnectorDiff) -> Option<&'a Connector> {
    diff.head
        .as_ref()
        .filter(|_| when.names_changes() && when.matches(diff))
}

/// A value for a sentence: a scalar as it is written, else what it is.
pub(super) fn shown(node: &Node) -> Piece {
    match node.text() {
        Some(text) => code(text),
        None if node.items().is_some() => "a list".into(),
        None => "a map".into(),
    }
}

/// Where a value is pointed at: a scalar itself, and the key of what may be many lines.
pub(super) fn pointed(found: &Found) -> Span {
    if found.value.scalar().is_some() && !found.value.span.is_empty() {
        found.value.span
    } else {
        found.key.span
    }
}
