//! The keys of a scope, what they take, and how a scope is read out of a rule's options.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Unexpected};
use serde_json::{Map, Value, json};

use super::Scope;
use crate::change::ChangeKind;

/// What the values of a key are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// Some of these words.
    Of(&'static [&'static str]),
    /// Any words.
    Words,
    /// Patterns of folders.
    Patterns,
}

/// A key of a scope.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it means.
    pub about: &'static str,
    /// What stands in its list.
    pub values: Values,
}

/// Every key; one value that fits suffices, and every key that is given has to fit.
pub const KEYS: [Key; 7] = [
    Key {
        name: "support-level",
        about: "Support levels; one of them on any side suffices. An absent level counts as `community`.",
        values: Values::Of(&["certified", "community", "custom", "archived"]),
    },
    Key {
        name: "release-stage",
        about: "Release stages; one of them on any side suffices. `absent` stands for a stage that is not written.",
        values: Values::Of(&[
            "alpha",
            "beta",
            "generally_available",
            "custom",
            "deprecated",
            "absent",
        ]),
    },
    Key {
        name: "stability",
        about: "What governs the change: the stricter of level and stage, of all sides.",
        values: Values::Of(&["stable", "beta", "experimental", "withdrawn"]),
    },
    Key {
        name: "connector-type",
        about: "Connector types; one of them on any side suffices.",
        values: Values::Of(&["source", "destination"]),
    },
    Key {
        name: "language",
        about: "Languages, as a tag names them: `python` stands for the tag `language:python`; one on any side suffices.",
        values: Values::Words,
    },
    Key {
        name: "change",
        about: "Kinds of changes; one of them in the change of the connector suffices.",
        values: Values::Of(&ChangeKind::WORDS),
    },
    Key {
        name: "connectors",
        about: "Patterns of connector folders from the root of the repository, on any side; `*` stands for one name, `**` for any number of folders.",
        values: Values::Patterns,
    },
];

impl Scope {
    /// The JSON Schema of a scope.
    pub fn schema() -> Value {
        let list = |about: &str, items: Value| json!({ "description": about, "type": "array", "minItems": 1, "items": items });
        let mut properties = Map::new();
        for key in KEYS {
            let items = match key.values {
                Values::Of(words) => json!({ "enum": words }),
                Values::Words | Values::Patterns => json!({ "type": "string", "minLength": 1 }),
            };
            properties.insert(key.name.to_owned(), list(key.about, items));
        }
        json!({
            "description": "The connectors that are spoken of; every key that is given has to fit.",
            "type": ["object", "null"],
            "additionalProperties": false,
            "properties": properties,
        })
    }
}

impl JsonSchema for Scope {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Scope".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = Self::schema();
        schema["type"] = json!("object");
        Schema::try_from(schema).unwrap_or_default()
    }
}

/// A scope inside of options; one that stands beside a rule's level is read with its places by the policy.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    support_level: Option<Vec<String>>,
    release_stage: Option<Vec<String>>,
    stability: Option<Vec<String>>,
    connector_type: Option<Vec<String>>,
    language: Option<Vec<String>>,
    change: Option<Vec<String>>,
    connectors: Option<Vec<String>>,
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        // In the order of the keys above.
        let lists = [
            written.support_level,
            written.release_stage,
            written.stability,
            written.connector_type,
            written.language,
            written.change,
            written.connectors,
        ];
        let mut scope = Self::default();
        for (key, values) in KEYS.iter().zip(lists) {
            let Some(values) = values else { continue };
            if values.is_empty() {
                return Err(D::Error::invalid_value(
                    Unexpected::Other("an empty list"),
                    &"a list of at least one, or no such key",
                ));
            }
            match key.values {
                Values::Of(known) => {
                    if let Some(word) = values.iter().find(|word| !known.contains(&word.as_str())) {
                        return Err(D::Error::unknown_variant(word, known));
                    }
                    scope.set(key, values);
                }
                Values::Words => scope.set(key, values),
                Values::Patterns => scope.restrict_to(&values).map_err(|(index, _)| {
                    let pattern = values.get(index).map_or("", String::as_str);
                    D::Error::invalid_value(Unexpected::Str(pattern), &"a pattern of folders")
                })?,
            }
        }
        Ok(scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_in_options_is_what_the_schema_names() {
        for key in KEYS {
            let value = match key.values {
                Values::Of(words) => words[0],
                Values::Words | Values::Patterns => "python",
            };
            let written = json!({ key.name: [value] });
            let scope: Scope = serde_json::from_value(written).expect(key.name);
            assert_eq!(scope.names_changes(), key.name == "change");
            assert!(serde_json::from_value::<Scope>(json!({ key.name: [] })).is_err());
        }
    }
}
