//! Values that a policy allows or proposes.

use regex_automata::meta::Regex;
use schemars::JsonSchema;
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::yaml::{Block, Node};

/// The longest expression that is read.
const LONGEST_PATTERN: usize = 4_000;
/// How much memory a compiled expression may take: a hostile one repeats repetitions.
const LARGEST: usize = 1 << 20;

/// What a scalar of the policy may be: 1.10 would come back as 1.1.
const EXPECTED: &str = "text (a fraction in quotes), a whole number or a boolean";

/// A scalar of the policy.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(untagged)]
pub(crate) enum Word {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let found = match &value {
            Value::Bool(value) => return Ok(Self::Bool(*value)),
            Value::String(text) => return Ok(Self::Text(text.clone())),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(number), _) => return Ok(Self::Int(number)),
                (None, Some(number)) => Unexpected::Float(number),
                (None, None) => Unexpected::Other("number"),
            },
            Value::Null => Unexpected::Unit,
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        Err(D::Error::invalid_type(found, &EXPECTED))
    }
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
