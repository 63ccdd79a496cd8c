//! A pair of schemas and the way to it, so that a value there becomes a whole configuration.

use serde_json::{Map, Value};

use super::instance::{Maker, joined};
use super::schemas::options;
use super::valid::valid;
use crate::contract::Schema;

/// How many values are carried up.
const CARRIED: usize = 4;

/// How a schema is reached from the one above it.
#[derive(Debug, Clone)]
pub(super) enum Step<'a> {
    /// A property.
    Property(&'a str),
    /// The items of a list.
    Item,
    /// A property that is not declared.
    Further,
    /// An option, for the same value.
    Option,
}

/// The two schemas that a value has to satisfy, at base and at head.
#[derive(Debug, Clone)]
pub(super) struct Site<'a> {
    /// The path in words.
    pub(super) path: String,
    pub(super) base: &'a Schema,
    pub(super) head: &'a Schema,
    pub(super) above: Option<(&'a Site<'a>, Step<'a>)>,
    /// Whether the schemas are options.
    pub(super) is_option: bool,
}

impl<'a> Site<'a> {
    pub(super) fn root(base: &'a Schema, head: &'a Schema) -> Self {
        Self {
            path: String::new(),
            base,
            head,
            above: None,
            is_option: false,
        }
    }

    pub(super) fn below<'b>(
        &'b self,
        base: &'b Schema,
        head: &'b Schema,
        step: Step<'b>,
        label: &str,
    ) -> Site<'b> {
        let path = match &step {
            Step::Property(name) if self.path.is_empty() => (*name).to_owned(),
            Step::Property(name) => format!("{}.{name}", self.path),
            Step::Item => format!("{}[]", self.path),
            Step::Further if self.path.is_empty() => "*".to_owned(),
            Step::Further => format!("{}.*", self.path),
            Step::Option => format!("{}[{label}]", self.path),
        };
        Site {
            path,
            base,
            head,
            is_option: matches!(step, Step::Option),
            above: Some((self, step)),
        }
    }

    /// A configuration that is valid at base and, by what stands here, invalid at head: the first of the proposals that
    /// shows it.
    pub(super) fn witness(&self, proposals: Vec<Value>, maker: &Maker<'_>) -> Option<Value> {
        let breaks = |base: &Schema, head: &Schema, value: &Value| {
            valid(head, value) == Some(false) && valid(base, value) == Some(true)
        };
        let values = proposals
            .into_iter()
            .filter(|value| breaks(self.base, self.head, value))
            .take(CARRIED)
            .collect();
        let (root, values) = self.carried(values, maker);
        values
            .into_iter()
            .find(|value| breaks(root.base, root.head, value))
    }

    /// Configurations that are valid at base and hold one of the values here, and the site of the root.
    pub(super) fn carried(&self, mut values: Vec<Value>, maker: &Maker<'_>) -> (&Site<'a>, Vec<Value>)
    where
        'a: 'a,
    {
        let mut site: &Site<'_> = self;
        while let Some((above, step)) = &site.above {
            values = lifted(above, step, values, maker);
            site = above;
        }
        values.retain(|value| valid(maker.written, value) == Some(true));
        (site, values)
    }
}

/// Values of the site above that hold the values.
pub(super) fn lifted(above: &Site<'_>, step: &Step<'_>, values: Vec<Value>, maker: &Maker<'_>) -> Vec<Value> {
    let mut whole: Vec<Value> = Vec::new();
    let around = match step {
        Step::Property(_) | Step::Further => maker.samples(above.base),
        Step::Item => Vec::new(),
        Step::Option => {
            let bare = Schema {
                one_of: Vec::new(),
                any_of: Vec::new(),
                ..above.base.clone()
            };
            maker.samples(&bare)
        }
    };
    let objects: Vec<Map<String, Value>> = around
        .into_iter()
        .filter_map(|value| match value {
            Value::Object(entries) => Some(entries),
            _ => None,
        })
        .collect();
    for value in values {
        match step {
            Step::Property(name) => {
                whole.extend(objects.iter().map(|object| with(object, name, value.clone())));
            }
            Step::Further => {
                let name = free_name(above.base, above.head);
                whole.extend(objects.iter().map(|object| with(object, &name, value.clone())));
            }
            Step::Item => whole.extend(maker.lists(above.base, std::slice::from_ref(&value), 0)),
            Step::Option => {
                whole.push(value.clone());
                whole.extend(objects.iter().map(|object| joined(object, value.clone())));
            }
        }
    }
    whole.retain(|value| valid(above.base, value) == Some(true));
    whole.truncate(CARRIED);
    whole
}

pub(super) fn with(object: &Map<String, Value>, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    object.insert(name.to_owned(), value);
    Value::Object(object)
}

/// A name that neither side declares.
pub(super) fn free_name(base: &Schema, head: &Schema) -> String {
    let declared = |name: &str| {
        [base, head].iter().any(|schema| {
            schema.property(name).is_some()
                || options(schema)
                    .iter()
                    .any(|option| option.property(name).is_some())
        })
    };
    let mut name = "further".to_owned();
    while declared(&name) {
        name.push('_');
    }
    name
}
