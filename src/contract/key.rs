//! Keys and cursors, whatever their notation.

use std::sync::Arc;

use super::manifest::Component;
use super::{FieldPath, Known, Located, Reason, ReasonKind, View};

/// How many fields a key may have; the longest known one has eleven.
const MOST_FIELDS: usize = 256;

/// The fields that identify a record: `id`, `[id]` and `[[id]]` are one; sorted.
pub(super) fn primary_key(stream: &Component<'_>) -> Known<Located<Vec<FieldPath>>> {
    let Some(view) = stream.get("primary_key") else {
        return Known::Absent;
    };
    match fields(stream, &view) {
        Ok(key) if key.is_empty() => Known::Absent,
        Ok(value) => Known::Known(Located {
            value,
            place: view.place(),
        }),
        Err(reason) => Known::CannotTell(reason),
    }
}

fn fields(stream: &Component<'_>, view: &View<'_>) -> Result<Vec<FieldPath>, Reason> {
    if let Some(reason) = view.broken() {
        return Err(reason.clone());
    }
    let mut fields = match view.items() {
        None if view.is_null() => Vec::new(),
        None => vec![vec![name(stream, view)?]],
        Some(items) if items.len() > MOST_FIELDS => return Err(view.too_large()),
        Some(items) => items
            .iter()
            .map(|item| match item.items() {
                Some(names) if names.len() <= MOST_FIELDS => {
                    names.iter().map(|view| name(stream, view)).collect()
                }
                _ => Ok(vec![name(stream, item)?]),
            })
            .collect::<Result<Vec<_>, _>>()?,
    };
    fields.retain(|path: &FieldPath| path.iter().any(|name| !name.is_empty()));
    fields.sort();
    fields.dedup();
    Ok(fields)
}

/// The path that a list of names or a name with dots leads along.
pub(super) fn path(component: &Component<'_>, view: &View<'_>) -> Result<FieldPath, Reason> {
    if let Some(reason) = view.broken() {
        return Err(reason.clone());
    }
    match view.items() {
        Some(items) if items.len() > MOST_FIELDS => Err(view.too_large()),
        Some(items) => items.iter().map(|item| name(component, item)).collect(),
        None => {
            let name = name(component, view)?;
            Ok(name.split('.').map(Arc::from).collect())
        }
    }
}

/// The name of a field, its template filled in.
pub(super) fn name(component: &Component<'_>, view: &View<'_>) -> Result<Arc<str>, Reason> {
    if let Some(reason) = view.broken() {
        return Err(reason.clone());
    }
    let Some(text) = view.text() else {
        return Err(view.because(ReasonKind::Misshapen, ""));
    };
    component.fill(text, view)
}
