//! What a stream does to its records before it hands them out.

use serde_json::Value;

use super::Component;
use crate::contract::canonical::canonical;
use crate::contract::key::path;
use crate::contract::{FieldPath, Transformation, View};

/// How many transformations of one stream are read one by one.
const MOST: usize = 1000;

/// The transformations of a stream, in their order.
pub(super) fn transformations(stream: &Component<'_>) -> Vec<Transformation> {
    let children = stream.children("transformations");
    children.iter().flat_map(read).take(MOST).collect()
}

/// What a component does, one field at a time where that can be told: a list that is written in one piece or in several does
/// the same.
fn read(component: &Component<'_>) -> Vec<Transformation> {
    let one_by_one = match component.kind() {
        "AddFields" => each(component, "fields", Some("path")),
        "RemoveFields" => each(component, "field_pointers", None),
        _ => None,
    };
    one_by_one.unwrap_or_else(|| vec![whole(component)])
}

/// The items of a list, each as a transformation by itself; `None` where one of them cannot be told.
fn each(component: &Component<'_>, list: &str, inner: Option<&str>) -> Option<Vec<Transformation>> {
    let fields = pointers(component, list, inner)?;
    let items = component.get(list)?.items()?;
    let condition = match component.get("condition") {
        Some(condition) => Some(condition.text()?),
        None => None,
    };
    let quoted = |text: Option<&str>| text.map_or_else(String::new, |text| Value::from(text).to_string());
    let read = |(item, field): (&View<'_>, FieldPath)| {
        // The type of an item can be left out, and what it is for can be written in any place.
        let value = match inner {
            Some(_) => canonical(
                &item
                    .get("value")
                    .map_or(Ok(Value::Null), |value| value.to_json())
                    .ok()?,
            ),
            None => String::new(),
        };
        let mut text = format!("{} {}", component.kind(), field.join("."));
        let kind = item.get("value_type").and_then(|kind| kind.text());
        for (before, said) in [("", value), ("as ", quoted(kind)), ("if ", quoted(condition))] {
            if !said.is_empty() {
                text.push_str(&format!(" {before}{said}"));
            }
        }
        Some(Transformation {
            text,
            fields: Some(vec![field]),
            place: item.place(),
        })
    };
    items.iter().zip(fields).map(read).collect()
}

fn whole(component: &Component<'_>) -> Transformation {
    let text = match component.content() {
        Ok(value) => canonical(&value),
        Err(reason) => format!("{reason} {}", reason.data),
    };
    Transformation {
        text,
        fields: None,
        place: component.view().place(),
    }
}

/// The paths in a list, each of which may stand in a field of its item; `None` where one of them cannot be told.
fn pointers(component: &Component<'_>, list: &str, inner: Option<&str>) -> Option<Vec<FieldPath>> {
    let items = component.get(list)?.items()?;
    items
        .iter()
        .map(|item| {
            let pointer = match inner {
                Some(inner) => item.get(inner)?,
                None => item.clone(),
            };
            // A text alone is one name here, dots and all.
            match pointer.text() {
                Some(_) => Some(vec![crate::contract::key::name(component, &pointer).ok()?]),
                None => path(component, &pointer).ok(),
            }
        })
        .collect()
}
