//! Values that a policy allows or proposes.

use regex_automata::meta::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::yaml::{Block, Node};

/// The longest expression that is read.
const LONGEST_PATTERN: usize = 4_000;
/// How much memory a compiled expression may take: a hostile one repeats repetitions.
const LARGEST: usize = 1 << 20;

/// A scalar of the policy.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "invalid type: this, expected text, a whole number or a boolean"
)]
pub(crate) enum Word {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
}

impl Word {
    /// The same as a value that can be written into a file.
    pub(crate) fn block(&self) -> Block {
        match self {
            Self::Bool(value) => Block::Bool(*value),
            Self::Int(number) => Block::Int(*number),
            Self::Text(text) => Block::Text(text.clone()),
        }
    }

    /// As it is shown.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }

    /// Whether a file holds it: a boolean in any of its notations, anything else letter by letter.
    pub(crate) fn is(&self, node: &Node) -> bool {
        match self {
            Self::Bool(value) => node.as_bool() == Some(*value),
            _ => node.text() == Some(&self.text()),
        }
    }
}

/// An expression that a whole value has to match, in linear time.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Pattern {
    regex: Regex,
    text: String,
}

super::written_as!(Pattern, String);

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let refused = || format!("invalid value: string {text:?}, expected a regular expression");
        let built = |text: &str| {
            Regex::builder()
                .configure(Regex::config().nfa_size_limit(Some(LARGEST)))
                .build(text)
                .map_err(|_| refused())
        };
        if text.len() > LONGEST_PATTERN {
            return Err(refused());
        }
        // By itself first: with what stands around it, `a)|(b` would be an expression.
        built(&text)?;
        let regex = built(&format!(r"\A(?:{text})\z"))?;
        Ok(Self { regex, text })
    }
}

impl Pattern {
    /// Whether a scalar matches as a whole.
    pub(crate) fn fits(&self, node: &Node) -> bool {
        node.text().is_some_and(|text| self.regex.is_match(text))
    }

    /// As the policy writes it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}
