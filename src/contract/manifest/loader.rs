//! Where a stream's schema comes from.

use super::{Component, Reading};
use crate::contract::bearing::{inside, package};
use crate::contract::{Known, Reason, ReasonKind, Schema, Word};
use crate::ids::RepoPath;

/// Where a schema is.
pub(super) enum Source {
    /// The manifest holds it, or says why it cannot be told.
    Here(Box<Known<Schema>>),
    /// The first of these files that there is.
    Files(Vec<RepoPath>),
}

/// Finds a stream's schema.
pub(super) fn source(stream: &Component<'_>, name: &Word, reading: &Reading<'_>) -> Source {
    let Some(loader) = stream.child("schema_loader", Some("JsonFileSchemaLoader")) else {
        return Source::Files(by_name(&name.text, reading.directory));
    };
    if let Some(reason) = loader.view().broken() {
        return here(Known::CannotTell(reason.clone()));
    }
    if let Some(loaders) = loader.view().items() {
        // The schemas of several loaders are merged; one loader in a list is itself.
        return match <[_; 1]>::try_from(loaders) {
            Ok([only]) => of(
                &stream.item("schema_loader", only, Some("JsonFileSchemaLoader")),
                name,
                reading,
            ),
            Err(_) => dynamic(&loader, "schema_loader"),
        };
    }
    of(&loader, name, reading)
}

fn of(loader: &Component<'_>, name: &Word, reading: &Reading<'_>) -> Source {
    if loader.class().is_some() {
        return here(Known::CannotTell(reading.code(loader)));
    }
    match loader.kind() {
        "InlineSchemaLoader" => here(match loader.get("schema") {
            Some(schema) if !schema.is_null() => Known::Known(Schema::read(&schema)),
            _ => Known::Absent,
        }),
        "JsonFileSchemaLoader" => file(loader, name, reading),
        other => dynamic(loader, other),
    }
}

fn here(schema: Known<Schema>) -> Source {
    Source::Here(Box::new(schema))
}

fn dynamic(loader: &Component<'_>, subject: &str) -> Source {
    let place = Some(loader.view().place());
    here(Known::CannotTell(
        Reason::new(ReasonKind::Dynamic, subject, place).of(loader.token()),
    ))
}

fn file(loader: &Component<'_>, name: &Word, reading: &Reading<'_>) -> Source {
    let written = loader.get("file_path").filter(|view| view.text().is_some());
    let Some(view) = written else {
        return Source::Files(by_name(&name.text, reading.directory));
    };
    let text = view.text().unwrap_or_default();
    match loader.fill(text, &view) {
        Ok(path) => {
            let path = path.strip_prefix("./").unwrap_or(&path);
            match inside(reading.directory, "", path) {
                Some(path) => Source::Files(vec![path]),
                None => here(Known::CannotTell(view.because(ReasonKind::Remote, path))),
            }
        }
        // Where the parameters do not say the name, the CDK's own default is meant.
        Err(_) if text.contains("parameters") || text.contains("options") => {
            Source::Files(by_name(&name.text, reading.directory))
        }
        Err(reason) => here(Known::CannotTell(reason)),
    }
}

fn by_name(name: &str, directory: &RepoPath) -> Vec<RepoPath> {
    let folders = [format!("{}/schemas", package(directory)), "schemas".to_owned()];
    folders
        .iter()
        .filter_map(|folder| inside(directory, folder, &format!("{name}.json")))
        .collect()
}
