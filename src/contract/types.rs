//! Sets of JSON's types.

use serde_json::Value;

/// A set of JSON's types; every integer is a number too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Types(u8);

impl Types {
    /// No type at all.
    pub const NONE: Types = Types(0);
    /// `null`.
    pub const NULL: Types = Types(1);
    /// `boolean`.
    pub const BOOLEAN: Types = Types(2);
    /// `integer`: numbers without a fraction.
    pub const INTEGER: Types = Types(4);
    /// Numbers with a fraction.
    pub const FRACTION: Types = Types(8);
    /// `number`: both.
    pub const NUMBER: Types = Types(12);
    /// `string`.
    pub const STRING: Types = Types(16);
    /// `array`.
    pub const ARRAY: Types = Types(32);
    /// `object`.
    pub const OBJECT: Types = Types(64);
    /// Whatever JSON can hold.
    pub const ANY: Types = Types(127);

    /// The types of a word of the `type` keyword.
    pub fn of_word(word: &str) -> Option<Types> {
        Some(match word {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => return None,
        })
    }

    /// The type of a value.
    pub fn of_value(value: &Value) -> Types {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) if number.as_f64().is_none_or(|number| number.fract() == 0.0) => {
                Self::INTEGER
            }
            Value::Number(_) => Self::FRACTION,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }

    /// What only this set holds.
    #[must_use]
    pub fn without(self, other: Types) -> Types {
        Types(self.0 & !other.0)
    }

    /// What both sets hold.
    #[must_use]
    pub fn shared(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }

    /// Whether every type of the other set is in this one.
    pub fn contains(self, other: Types) -> bool {
        other.0 & !self.0 == 0
    }

    /// Whether it holds nothing.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The words of the `type` keyword, in the order of their names, without a word that another includes.
    pub fn words(self) -> Vec<&'static str> {
        let mut words = Vec::new();
        for (word, types) in [
            ("array", Self::ARRAY),
            ("boolean", Self::BOOLEAN),
            ("integer", Self::INTEGER),
            ("null", Self::NULL),
            ("number", Self::FRACTION),
            ("object", Self::OBJECT),
            ("string", Self::STRING),
        ] {
            let included = word == "integer" && self.contains(Self::FRACTION);
            if self.contains(types) && !included {
                words.push(word);
            }
        }
        words
    }
}
