//! What a change does to the fields that a wish names.

use std::collections::{BTreeMap, BTreeSet};

use super::{FieldPath, Found, pointed, shown};
use crate::change::Connector;
use crate::finding::{Location, Prose, prose};
use crate::metadata::Metadata;
use crate::yaml::{Entry, Node};

/// A field that differs between two sides, or that one of them does not have.
#[derive(Debug)]
pub(crate) struct Touched<'a> {
    /// As it was; `None` where it was absent.
    pub(crate) old: Option<Found<'a>>,
    /// As it is proposed; `None` where it is taken away.
    pub(crate) new: Option<Found<'a>>,
}

/// The fields of a path that differ, in the order of their paths; a side that is not there has none.
pub(crate) fn touched<'a>(
    field: &FieldPath,
    before: Option<&'a Metadata>,
    after: Option<&'a Metadata>,
) -> Vec<Touched<'a>> {
    let mut old = by_path(field, before);
    let mut new = by_path(field, after);
    let paths: BTreeSet<String> = old.keys().chain(new.keys()).cloned().collect();
    paths
        .iter()
        .map(|path| Touched {
            old: old.remove(path),
            new: new.remove(path),
        })
        .filter(Touched::differs)
        .collect()
}

fn by_path<'a>(field: &FieldPath, metadata: Option<&'a Metadata>) -> BTreeMap<String, Found<'a>> {
    let found = metadata.map(|metadata| field.find(metadata.document().root()));
    let found = found.into_iter().flatten();
    found.map(|found| (found.path.clone(), found)).collect()
}

impl Touched<'_> {
    fn differs(&self) -> bool {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => !old.value.same_value(new.value),
            _ => true,
        }
    }

    /// Its path, as it is shown.
    pub(crate) fn path(&self) -> &str {
        let side = self.new.as_ref().or(self.old.as_ref());
        side.map_or("", |found| &found.path)
    }

    /// Whether all that differs lies in fields that were told already.
    pub(crate) fn is_within(&self, told: &BTreeSet<String>) -> bool {
        let path = self.path();
        let around = path.match_indices('.').map(|(at, _)| &path[..at]);
        let sides = [&self.old, &self.new].map(|side| side.as_ref().map(|found| found.value));
        around.chain([path]).any(|path| told.contains(path)) || is_told(sides, path, told)
    }

    /// Where it is pointed at: at head, or at base for what is gone. Of a map it is the first entry that differs.
    pub(crate) fn location(&self, base: Option<&Connector>, head: &Connector) -> Location {
        let (before, after) = match (&self.old, &self.new) {
            (Some(old), Some(new)) if old.value.text().is_none() && new.value.text().is_none() => {
                let keys = first_difference(old.value, new.value);
                let (before, after) = keys.unwrap_or((Some(old.key), Some(new.key)));
                (before.map(|key| key.span), after.map(|key| key.span))
            }
            (old, new) => (old.as_ref().map(pointed), new.as_ref().map(pointed)),
        };
        match (after, before, base) {
            (Some(after), _, _) => head.location(after),
            (None, Some(before), Some(base)) => base.location(before),
            _ => head.field_location(None),
        }
    }

    /// Its values before and after, or the one that there is; `None` where both are lists or maps.
    pub(crate) fn values(&self) -> Option<Prose> {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) if old.value.text().is_some() || new.value.text().is_some() => {
                Some(prose![shown(old.value), " → ", shown(new.value)])
            }
            (Some(_), Some(_)) | (None, None) => None,
            (Some(one), None) | (None, Some(one)) => Some(prose![shown(one.value)]),
        }
    }
}

/// Whether all that differs between two values was told; the recursion ends with the file, which nests no deeper than its
/// limits.
fn is_told([old, new]: [Option<&Node>; 2], path: &str, told: &BTreeSet<String>) -> bool {
    if told.contains(path) {
        return true;
    }
    let is_map = |side: Option<&Node>| side.is_none_or(|node| node.entries().is_some());
    if !is_map(old) || !is_map(new) {
        return false;
    }
    let mut differing = 0;
    for entry in entries(old).chain(entries(new)) {
        let twin = |side| {
            entries(side)
                .find(|other| other.key.same_value(&entry.key))
                .map(|other| &other.value)
        };
        let sides = [twin(old), twin(new)];
        if matches!(sides, [Some(old), Some(new)] if old.same_value(new)) {
            continue;
        }
        differing += 1;
        if !is_told(
            sides,
            &format!("{path}.{}", entry.key.text().unwrap_or("?")),
            told,
        ) {
            return false;
        }
    }
    differing > 0
}

fn entries(side: Option<&Node>) -> impl Iterator<Item = &Entry> {
    side.into_iter().flat_map(Node::counting_entries)
}

/// The keys of the first entry that differs, on each side where there is one.
fn first_difference<'a>(old: &'a Node, new: &'a Node) -> Option<(Option<&'a Node>, Option<&'a Node>)> {
    old.entries().and(new.entries())?;
    let twin = |map: &'a Node, key: &Node| map.counting_entries().find(|entry| entry.key.same_value(key));
    for after in new.counting_entries() {
        match twin(old, &after.key) {
            None => return Some((None, Some(&after.key))),
            Some(before) if !before.value.same_value(&after.value) => {
                let inner = first_difference(&before.value, &after.value);
                return Some(inner.unwrap_or((Some(&before.key), Some(&after.key))));
            }
            Some(_) => {}
        }
    }
    let gone = old
        .counting_entries()
        .find(|entry| twin(new, &entry.key).is_none())?;
    Some((Some(&gone.key), None))
}
