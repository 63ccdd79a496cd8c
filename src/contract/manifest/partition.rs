//! How a stream splits its work.

use std::sync::Arc;

use super::{Component, Reading};
use crate::contract::key::name;
use crate::contract::{Known, Located, Partitioning, Reason};

/// What the shape of a router starts with whose state code makes.
const CUSTOM: &str = "custom ";
/// How deep routers may nest in one another.
const DEEPEST: usize = 8;

/// The routers of a stream; only those of an incremental one shape a state.
pub(super) fn partitioning(
    stream: &Component<'_>,
    sync: Option<&Component<'_>>,
    reading: &Reading<'_>,
) -> Known<Located<Partitioning>> {
    let retriever = stream.child("retriever", Some("SimpleRetriever"));
    let (Some(retriever), Some(sync)) = (retriever, sync) else {
        return Known::Absent;
    };
    // Old manifests call it a slicer.
    let found = ["partition_router", "stream_slicer"]
        .iter()
        .map(|field| retriever.children(field))
        .find(|routers| !routers.is_empty());
    let Some(routers) = found else {
        // Code of the retriever or of the cursor may split the work as well.
        let custom = [&retriever, sync]
            .into_iter()
            .find(|component| component.class().is_some());
        return match custom {
            Some(component) => Known::CannotTell(reading.code(component)),
            None => Known::Absent,
        };
    };
    let place = routers[0].view().place();
    let shapes: Result<Vec<String>, Reason> = routers.iter().map(|router| shape(router, 0)).collect();
    match shapes {
        Ok(shape) => Known::Known(Located {
            value: Partitioning { shape },
            place,
        }),
        Err(reason) => Known::CannotTell(reason),
    }
}

fn shape(router: &Component<'_>, depth: usize) -> Result<String, Reason> {
    if let Some(reason) = router.view().broken() {
        return Err(reason.clone());
    }
    if depth > DEEPEST {
        return Err(router.view().too_large());
    }
    let inner = |field: &str| -> Result<Vec<String>, Reason> {
        router
            .children(field)
            .iter()
            .map(|inner| shape(inner, depth + 1))
            .collect()
    };
    if let Some(class) = router.class() {
        let field = text(router, "cursor_field")?;
        // The module says where the class lies: that moves when a connector is packaged otherwise.
        let name = class.rsplit('.').next().unwrap_or(class);
        return Ok(format!(
            "{CUSTOM}{name}({})",
            field.as_deref().unwrap_or_default()
        ));
    }
    let names = match router.kind() {
        "ListPartitionRouter" | "ListStreamSlicer" => text(router, "cursor_field")?.into_iter().collect(),
        "SubstreamPartitionRouter" | "SubstreamSlicer" => parents(router)?,
        "GroupingPartitionRouter" => inner("underlying_partition_router")?
            .into_iter()
            .map(Arc::from)
            .collect(),
        "CartesianProductStreamSlicer" => inner("stream_slicers")?.into_iter().map(Arc::from).collect(),
        _ => Vec::new(),
    };
    let kind = match router.kind() {
        "ListStreamSlicer" => "ListPartitionRouter",
        "SubstreamSlicer" => "SubstreamPartitionRouter",
        kind => kind,
    };
    Ok(format!("{kind}({})", names.join(", ")))
}

fn parents(router: &Component<'_>) -> Result<Vec<Arc<str>>, Reason> {
    let mut names = Vec::new();
    for parent in router.children("parent_stream_configs") {
        if let Some(reason) = parent.view().broken() {
            return Err(reason.clone());
        }
        let parent = parent.typed("ParentStreamConfig");
        let field = match text(&parent, "partition_field")? {
            Some(field) => Some(field),
            None => text(&parent, "stream_slice_field")?,
        };
        names.extend(field);
    }
    Ok(names)
}

fn text(component: &Component<'_>, field: &str) -> Result<Option<Arc<str>>, Reason> {
    match component.get(field).filter(|view| !view.is_null()) {
        Some(view) => name(component, &view).map(Some),
        None => Ok(None),
    }
}
