//! `permissions:` of a workflow or a job.

use std::collections::BTreeMap;

use serde_yaml::Value;

use super::text_of;

/// How far a permission goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::run::doctor) enum Access {
    None,
    Read,
    Write,
}

impl Access {
    /// GitHub's word.
    pub(in crate::run::doctor) fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// What the token of a job may do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::run::doctor) enum Grants {
    /// Nothing is named: a setting of the repository decides.
    #[default]
    Unnamed,
    /// `read-all` or `write-all`.
    All(Access),
    /// Only what is named.
    Named(BTreeMap<String, Access>),
}

impl Grants {
    pub(super) fn read(value: &Value) -> Self {
        match text_of(value).as_deref() {
            Some("read-all") => return Self::All(Access::Read),
            Some("write-all") => return Self::All(Access::Write),
            _ => {}
        }
        let Some(named) = value.as_mapping() else {
            return Self::Unnamed;
        };
        let one = |(scope, access): (&Value, &Value)| {
            let access = match text_of(access)?.as_str() {
                "read" => Access::Read,
                "write" => Access::Write,
                _ => Access::None,
            };
            Some((text_of(scope)?, access))
        };
        Self::Named(named.iter().take(super::MOST).filter_map(one).collect())
    }

    /// What is granted in a scope; `None` where the file does not say.
    pub(in crate::run::doctor) fn of(&self, scope: &str) -> Option<Access> {
        match self {
            Self::Unnamed => None,
            Self::All(access) => Some(*access),
            // A block that names some grants none of the others.
            Self::Named(named) => Some(named.get(scope).copied().unwrap_or(Access::None)),
        }
    }
}
