//! One stream of a manifest.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::loader::{Source, source};
use super::partition::partitioning;
use super::transformation::transformations;
use super::{Component, Declared, Reading};
use crate::contract::key::{name, path, primary_key};
use crate::contract::{FieldPath, Known, Located, Place, Reason, ReasonKind, Stream, Word};

/// How many further formats of a cursor are looked at.
const MOST_FORMATS: usize = 100;

/// Reads a stream; an error says why its name cannot be told.
pub(super) fn read(component: &Component<'_>, reading: &Reading<'_>) -> Result<Declared, Reason> {
    if let Some(reason) = component.view().broken() {
        return Err(reason.clone());
    }
    let view = component
        .get("name")
        .filter(|view| !view.is_null())
        .ok_or_else(|| match component.class() {
            Some(_) => reading.code(component),
            None => component.view().because(ReasonKind::Misshapen, "name"),
        })?;
    let text = name(component, &view)?;
    let name = Word {
        text,
        place: view.place(),
    };
    if component.kind() == "StateDelegatingStream" {
        return delegating(component, name, reading);
    }
    let mut declared = declarative(component, name, reading);
    if component.class().is_some() {
        doubt(&mut declared, component, reading);
    }
    Ok(declared)
}

fn declarative(component: &Component<'_>, name: Word, reading: &Reading<'_>) -> Declared {
    let (schema, schema_files) = match source(component, &name, reading) {
        Source::Here(schema) => (*schema, Vec::new()),
        Source::Files(files) => (Known::Absent, files),
    };
    let sync = component.child("incremental_sync", None);
    let place = sync
        .as_ref()
        .map_or(component.view().place(), |sync| sync.view().place());
    let stream = Stream {
        primary_key: primary_key(component),
        cursor: sync.as_ref().map_or(Known::Absent, |sync| cursor(sync, reading)),
        source_defined_cursor: sync.as_ref().map(|_| Located { value: true, place }),
        sync_modes: Known::Known(modes(sync.is_some(), place)),
        cursor_format: (sync.as_ref()).map_or(Known::Absent, |sync| cursor_format(sync, reading)),
        readable_formats: sync.as_ref().map(readable_formats).unwrap_or_default(),
        partitioning: partitioning(component, sync.as_ref(), reading),
        transformations: transformations(component),
        code: changed_code(component, reading),
        state_migrations: (component.children("state_migrations").iter())
            .map(|migration| migration.view().place())
            .collect(),
        namespace: None,
        schema,
        name,
    };
    Declared { stream, schema_files }
}

/// How the values of the cursor are written; code may write them in a way that it does not say.
fn cursor_format(sync: &Component<'_>, reading: &Reading<'_>) -> Known<Word> {
    let written = sync.get("datetime_format").and_then(|format| format.word());
    match (written, sync.class()) {
        (Some(format), _) => Known::Known(format),
        (None, Some(_)) => Known::CannotTell(reading.code(sync)),
        (None, None) => Known::Absent,
    }
}

/// That code of the connector changes while custom components decide the records of the stream: which of them lies in
/// which file the data do not say.
fn changed_code<'a>(stream: &Component<'a>, reading: &Reading<'_>) -> Option<Reason> {
    if reading.code.subject.is_empty() {
        return None;
    }
    let retriever = stream.child("retriever", Some("SimpleRetriever"));
    let selector = (retriever.as_ref()).and_then(|retriever| retriever.child("record_selector", None));
    let of = |component: &Option<Component<'a>>, fields: [&str; 2]| -> Vec<Component<'a>> {
        let component = component.iter();
        component
            .flat_map(|component| fields.map(|field| component.children(field)))
            .flatten()
            .collect()
    };
    let routers = of(&retriever, ["partition_router", "stream_slicer"]);
    let inner = ["underlying_partition_router", "stream_slicers"];
    let mut parts = stream.children("transformations");
    parts.extend(routers.iter().flat_map(|router| of(&Some(router.clone()), inner)));
    parts.extend(routers);
    parts.extend(of(&selector, ["extractor", "record_filter"]));
    parts.extend(stream.child("incremental_sync", None));
    parts.extend(selector);
    parts.extend(retriever);
    let is_custom = parts.iter().any(|part| part.class().is_some());
    is_custom.then(|| reading.code.clone())
}

/// The formats in which the stream reads what an older state holds.
fn readable_formats(sync: &Component<'_>) -> Vec<Arc<str>> {
    let formats = sync
        .get("cursor_datetime_formats")
        .and_then(|formats| formats.items());
    let formats = formats.unwrap_or_default();
    formats
        .iter()
        .take(MOST_FORMATS)
        .filter_map(|format| format.text().map(Arc::from))
        .collect()
}

fn modes(is_incremental: bool, place: Place) -> Located<BTreeSet<Arc<str>>> {
    let mut value = BTreeSet::from([Arc::from("full_refresh")]);
    if is_incremental {
        value.insert(Arc::from("incremental"));
    }
    Located { value, place }
}

fn cursor(sync: &Component<'_>, reading: &Reading<'_>) -> Known<Located<FieldPath>> {
    if let Some(reason) = sync.view().broken() {
        return Known::CannotTell(reason.clone());
    }
    let Some(view) = sync.get("cursor_field").filter(|view| !view.is_null()) else {
        return Known::CannotTell(match sync.class() {
            Some(_) => reading.code(sync),
            None => sync.view().because(ReasonKind::Misshapen, "cursor_field"),
        });
    };
    match path(sync, &view) {
        Ok(value) => Known::Known(Located {
            value,
            place: view.place(),
        }),
        Err(reason) => Known::CannotTell(reason),
    }
}

/// Leaves what a custom stream writes and takes the rest for the work of its code.
fn doubt(declared: &mut Declared, component: &Component<'_>, reading: &Reading<'_>) {
    let stream = &mut declared.stream;
    let reason = reading.code(component);
    let is_written = |field: &str| component.get(field).is_some_and(|view| !view.is_null());
    if !is_written("primary_key") {
        stream.primary_key = Known::CannotTell(reason.clone());
    }
    if !is_written("incremental_sync") {
        stream.cursor = Known::CannotTell(reason.clone());
        stream.sync_modes = Known::CannotTell(reason.clone());
        stream.cursor_format = Known::CannotTell(reason.clone());
        stream.partitioning = Known::CannotTell(reason.clone());
    }
    if !is_written("schema_loader") {
        stream.schema = Known::CannotTell(reason);
        declared.schema_files.clear();
    }
}

/// A stream that is one of two, depending on its state: what both agree on is known.
fn delegating(component: &Component<'_>, name: Word, reading: &Reading<'_>) -> Result<Declared, Reason> {
    let part = |field: &str| {
        component
            .child(field, Some("DeclarativeStream"))
            .ok_or_else(|| component.view().because(ReasonKind::Misshapen, field))
    };
    let (full, incremental) = (part("full_refresh_stream")?, part("incremental_stream")?);
    for part in [&full, &incremental] {
        if let Some(reason) = part.view().broken() {
            return Err(reason.clone());
        }
    }
    let mut declared = declarative(&incremental, name.clone(), reading);
    let other = declarative(&full, name, reading).stream;
    let place = Some(component.view().place());
    let reason = Reason::new(ReasonKind::Dynamic, component.kind(), place);
    let differs = |field: &str| {
        let token = |part: &Component<'_>| part.child(field, None).map(|child| child.token());
        let (full, incremental) = (token(&full), token(&incremental));
        (full != incremental).then(|| reason.clone().of(format!("{full:?} {incremental:?}")))
    };
    if let Some(reason) = differs("schema_loader") {
        declared.stream.schema = Known::CannotTell(reason);
        declared.schema_files.clear();
    }
    let keys = (&other.primary_key, &declared.stream.primary_key);
    let values = (
        keys.0.known().map(|key| &key.value),
        keys.1.known().map(|key| &key.value),
    );
    if values.0 != values.1
        && let Some(reason) = differs("primary_key")
    {
        declared.stream.primary_key = Known::CannotTell(reason);
    }
    Ok(declared)
}
