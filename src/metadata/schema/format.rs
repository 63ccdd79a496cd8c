//! The forms that a text may have to have.

use crate::yaml::Node;

/// A form that the schema names by `format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Date,
    Uuid,
    Uri,
}

impl Format {
    pub(super) fn of(word: &str) -> Option<Self> {
        match word {
            "date" => Some(Self::Date),
            "uuid" => Some(Self::Uuid),
            "uri" => Some(Self::Uri),
            _ => None,
        }
    }

    /// The form in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Date => "a date such as 2026-01-31",
            Self::Uuid => "a UUID such as 1fa90628-2b9e-11ed-a261-0242ac120002",
            Self::Uri => "a full address such as https://docs.airbyte.com/integrations",
        }
    }

    /// Whether a scalar has the form.
    pub(super) fn fits(self, node: &Node) -> bool {
        let text = node.text().unwrap_or_default();
        match self {
            Self::Date => node.as_date().is_some(),
            Self::Uuid => is_uuid(text),
            Self::Uri => is_uri(text),
        }
    }
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == 5
        && parts
            .iter()
            .zip([8, 4, 4, 4, 12])
            .all(|(part, length)| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A scheme, `://` and a host, without blanks: what the publisher's own reader asks for.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'))
        && !host.is_empty()
        && !text
            .chars()
            .any(|character| character.is_whitespace() || character.is_control())
}
