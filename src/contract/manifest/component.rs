//! A component of a manifest with the parameters that reach it.
//!
//! `$parameters` flow from a component to those inside of it; nearer ones win, and they fill fields that are absent or
//! empty. They reach components alone: maps with a type, written or by default.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::template;
use crate::contract::canonical::canonical;
use crate::contract::view::token;
use crate::contract::{Reason, ReasonKind, View};

/// How parameters are written, now and in old manifests.
const PARAMETERS: [&str; 2] = ["$parameters", "$options"];

type Parameters<'a> = Rc<BTreeMap<Arc<str>, View<'a>>>;

/// A component.
#[derive(Debug, Clone)]
pub(in crate::contract) struct Component<'a> {
    view: View<'a>,
    kind: Option<&'a str>,
    class: Option<&'a str>,
    parameters: Parameters<'a>,
}

impl<'a> Component<'a> {
    /// The component that a whole manifest is.
    pub(super) fn root(view: View<'a>) -> Self {
        Self::new(view, &Parameters::default(), Some("DeclarativeSource"))
    }

    fn new(view: View<'a>, parent: &Parameters<'a>, default: Option<&'a str>) -> Self {
        let text = |key: &str| view.get(key).and_then(|value| value.text());
        let class = text("class_name");
        let kind = text("type").or(if class.is_some() { Some("Custom") } else { default });
        let own = PARAMETERS
            .iter()
            .find_map(|key| view.get(key)?.entries())
            .unwrap_or_default();
        let parameters = if own.is_empty() {
            Rc::clone(parent)
        } else {
            let mut all = BTreeMap::clone(parent);
            all.extend(own.into_iter().map(|(key, value)| (key.text, value)));
            Rc::new(all)
        };
        Self {
            view,
            kind,
            class,
            parameters,
        }
    }

    /// A component inside of this one that is not its field: an item of a list.
    pub(super) fn item(&self, field: &str, view: View<'a>, default: Option<&'a str>) -> Component<'a> {
        Component::new(view, &self.without(field), default)
    }

    /// The parameters that reach a field: a parameter of its own name would hold itself.
    fn without(&self, field: &str) -> Parameters<'a> {
        if !self.parameters.contains_key(field) {
            return Rc::clone(&self.parameters);
        }
        let mut rest = BTreeMap::clone(&self.parameters);
        rest.remove(field);
        Rc::new(rest)
    }

    /// The component that is a field's value, if it is one.
    pub(super) fn child(&self, field: &str, default: Option<&'a str>) -> Option<Component<'a>> {
        let view = self.get(field).filter(|view| !view.is_null())?;
        Some(self.item(field, view, default))
    }

    /// The components of a field that holds a list of them, or one.
    pub(super) fn children(&self, field: &str) -> Vec<Component<'a>> {
        let Some(view) = self.get(field).filter(|view| !view.is_null()) else {
            return Vec::new();
        };
        let items = view.items().unwrap_or_else(|| vec![view]);
        items
            .into_iter()
            .map(|item| self.item(field, item, None))
            .collect()
    }

    /// A field's value: its own, or the parameter of its name where it has none.
    pub(in crate::contract) fn get(&self, field: &str) -> Option<View<'a>> {
        let own = self.view.get(field);
        match own {
            Some(own) if !is_empty(&own) => Some(own),
            own if self.kind.is_none() => own,
            own => self.parameters.get(field).cloned().or(own),
        }
    }

    /// A text, its template filled in.
    pub(in crate::contract) fn fill(&self, text: &str, view: &View<'a>) -> Result<Arc<str>, Reason> {
        let parameter = |name: &str| self.parameters.get(name).and_then(View::text);
        template::fill(text, parameter)
            .map(Arc::from)
            .ok_or_else(|| Reason::new(ReasonKind::Template, text, Some(view.place())).of(self.token()))
    }

    /// The same with a type, where none is written.
    pub(super) fn typed(mut self, default: &'a str) -> Self {
        self.kind = self.kind.or(Some(default));
        self
    }

    pub(super) fn view(&self) -> &View<'a> {
        &self.view
    }

    /// Its type, written or by default.
    pub(super) fn kind(&self) -> &'a str {
        self.kind.unwrap_or_default()
    }

    /// The class of the code that it is, for a custom one.
    pub(super) fn class(&self) -> Option<&'a str> {
        self.class
            .or_else(|| self.kind.filter(|kind| kind.starts_with("Custom")))
    }

    /// All that it says, references followed and parameters with it, as a text that is equal exactly where that is.
    pub(super) fn token(&self) -> String {
        let mut text = json(&self.view);
        for (name, value) in &*self.parameters {
            text.push_str(&format!("\n{name} {}", json(value)));
        }
        token(text.as_bytes())
    }

    /// What it says, references followed and templates filled in, without the parameters themselves.
    pub(super) fn content(&self) -> Result<Value, Reason> {
        let mut value = self.view.to_json()?;
        self.fill_all(&mut value);
        Ok(value)
    }

    /// Recursion ends with the value: at most 64 levels.
    fn fill_all(&self, value: &mut Value) {
        match value {
            Value::String(text) if text.contains("{{") => {
                let parameter = |name: &str| self.parameters.get(name).and_then(View::text);
                if let Some(filled) = template::fill(text, parameter) {
                    *text = filled;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.fill_all(item)),
            Value::Object(entries) => {
                entries.retain(|key, _| !PARAMETERS.contains(&key.as_str()));
                entries.values_mut().for_each(|item| self.fill_all(item));
            }
            _ => {}
        }
    }
}

/// A value as text, or the text behind the reason why it has none.
fn json(view: &View<'_>) -> String {
    match view.to_json() {
        Ok(value) => canonical(&value),
        Err(reason) => format!("{reason} {}", reason.data),
    }
}

/// Whether Python takes the value for false.
fn is_empty(view: &View<'_>) -> bool {
    view.broken().is_none()
        && (view.is_null() || view.is_empty() || view.as_bool() == Some(false) || view.text() == Some(""))
}
