//! A declarative manifest: the streams that it declares, with references, parameters and templates resolved.
//!
//! Knows what the CDK makes of a manifest; reads no other file, but names the schema files of streams.

mod component;
mod loader;
mod partition;
mod stream;
mod template;
mod transformation;

use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) use component::Component;

use super::{Reason, ReasonKind, Scope, Stream, View};
use crate::ids::RepoPath;

/// How many streams one manifest may declare; the largest known one has 290.
const MOST_STREAMS: usize = 10_000;

/// What a manifest is read with.
pub(super) struct Reading<'a> {
    /// The connector's folder.
    pub(super) directory: &'a RepoPath,
    /// That code builds a part; see [`super::files::Files::code`].
    pub(super) code: Reason,
    /// Whether code reads the manifest and may build streams of its own: then it may declare none.
    pub(super) is_hybrid: bool,
}

impl Reading<'_> {
    /// That a custom component builds a part.
    fn code(&self, component: &Component<'_>) -> Reason {
        let mut reason = Reason {
            place: Some(component.view().place()),
            ..self.code.clone()
        };
        if reason.subject.is_empty() {
            component
                .class()
                .unwrap_or_default()
                .clone_into(&mut reason.subject);
        }
        let data = format!("{}\n{}", reason.data, component.token());
        reason.of(data)
    }
}

/// A stream and where its schema is.
pub(super) struct Declared {
    /// The stream; its schema is still to be put in where that stands in a file.
    pub(super) stream: Stream,
    /// Files of which the first that there is holds the schema; none where the manifest holds it.
    pub(super) schema_files: Vec<RepoPath>,
}

/// The streams of a manifest, and why there may be others.
#[derive(Default)]
pub(super) struct Streams {
    /// Those that it declares.
    pub(super) declared: Vec<Declared>,
    /// Why there may be others.
    pub(super) more: Option<Reason>,
    names: BTreeSet<Arc<str>>,
}

impl Streams {
    /// Notes a reason why there may be further streams: the first speaks for all, the data of all stand behind it.
    pub(super) fn add_more(&mut self, reason: Reason) {
        match &mut self.more {
            Some(first) => {
                first.data.push_str(&format!("\n{reason} {}", reason.data));
            }
            None => self.more = Some(reason),
        }
    }
}

/// The streams that a manifest declares.
pub(super) fn streams<'a>(scope: &'a Scope<'a>, file: usize, reading: &Reading<'_>) -> Streams {
    let mut streams = Streams::default();
    let root = Component::root(scope.root(file));
    let listed = root.view().get("streams").filter(|view| !view.is_null());
    if let Some(view) = &listed {
        match view.items() {
            Some(items) if items.len() <= MOST_STREAMS => {
                for item in items {
                    add(&mut streams, &root, item, reading);
                }
            }
            Some(_) => streams.add_more(view.too_large()),
            None => streams.add_more(
                (view.broken().cloned()).unwrap_or_else(|| view.because(ReasonKind::Misshapen, "streams")),
            ),
        }
    }
    let dynamic = root
        .view()
        .get("dynamic_streams")
        .filter(|view| !view.is_null() && !view.is_empty());
    match dynamic {
        Some(view) => {
            let component = root.item("dynamic_streams", view, None);
            let place = Some(component.view().place());
            let reason = Reason::new(ReasonKind::Dynamic, "dynamic_streams", place);
            streams.add_more(reason.of(component.token()));
        }
        None if listed.is_none() && !reading.is_hybrid => {
            // The same whatever else the file says.
            let place = Some(root.view().place());
            streams.add_more(Reason::new(ReasonKind::Misshapen, "streams", place));
        }
        None => {}
    }
    streams
}

fn add<'a>(streams: &mut Streams, root: &Component<'a>, item: View<'a>, reading: &Reading<'_>) {
    let component = root.item("streams", item, Some("DeclarativeStream"));
    if component.kind() == "ConditionalStreams" {
        let place = Some(component.view().place());
        let reason = Reason::new(ReasonKind::Dynamic, component.kind(), place);
        streams.add_more(reason.of(component.token()));
        return;
    }
    match stream::read(&component, reading) {
        Ok(declared) => {
            let name = Arc::clone(&declared.stream.name.text);
            // The CDK refuses two streams of one name; the first stands for both, and the other is not lost.
            if streams.names.insert(Arc::clone(&name)) {
                streams.declared.push(declared);
            } else {
                streams.add_more(component.view().because(ReasonKind::Twice, &name));
            }
        }
        Err(reason) => streams.add_more(reason),
    }
}
