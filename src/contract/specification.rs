//! The connection specification, wherever it stands.

use std::sync::Arc;

use super::bearing::{Bearing, specifications};
use super::files::{Files, Found};
use super::{
    Known, Migration, Place, Reason, ReasonKind, References, Schema, Scope, Specification, View, Word,
};
use crate::ids::RepoPath;
use crate::text::Span;
use crate::yaml::Node;

/// How the schema is called: in files and messages, and in manifests.
const SCHEMA: [&str; 2] = ["connectionSpecification", "connection_specification"];
/// How the modes of a destination are called: in files and messages, and in copies that tests hold.
const MODES: [&str; 2] = [
    "supported_destination_sync_modes",
    "supportedDestinationSyncModes",
];
/// How many modes are read; there are five.
const MOST_MODES: usize = 100;
/// How many migrations are noted, and how many transformations of each are looked at.
const MOST_MIGRATIONS: usize = 100;

/// Reads the specification: a manifest's, else that of a file, else the copy that a test holds.
pub(super) fn read(files: &mut Files<'_>, manifest: Option<usize>) -> Known<Specification> {
    let written = manifest.and_then(|file| in_manifest(files, file));
    let found = match written {
        Some(found) => found,
        None => in_files(files),
    };
    match found {
        Known::Known(mut specification) => {
            let migrations = in_code(files);
            specification.migrations.extend(migrations);
            Known::Known(specification)
        }
        other => other,
    }
}

fn in_manifest(files: &Files<'_>, file: usize) -> Option<Known<Specification>> {
    let scope = Scope::new(&files.read, References::Manifest);
    let written = scope.root(file).get("spec").filter(|view| !view.is_null())?;
    if let Some(reason) = written.broken() {
        return Some(Known::CannotTell(reason.clone()));
    }
    let schema = SCHEMA.iter().find_map(|key| written.get(key))?;
    let migrations = (written.get("config_normalization_rules"))
        .and_then(|rules| rules.get("config_migrations")?.items())
        .unwrap_or_default();
    Some(Known::Known(Specification {
        schema: Schema::read(&schema),
        place: schema.place(),
        migrations: migrations.iter().take(MOST_MIGRATIONS).map(migration).collect(),
        destination_modes: destination_modes(files, &written),
    }))
}

/// How a destination can be written to; sources list it at times, and nobody reads it there.
fn destination_modes(files: &Files<'_>, holder: &View<'_>) -> Vec<Word> {
    if !(files.input().directory.file_name()).starts_with(b"destination-") {
        return Vec::new();
    }
    listed_modes(holder, &MODES)
}

/// The modes that a specification lists under the first of some keys that holds a list.
pub(crate) fn listed_modes(holder: &View<'_>, keys: &[&str]) -> Vec<Word> {
    let list = keys.iter().find_map(|key| holder.get(key)?.items());
    let modes = list.unwrap_or_default();
    modes.iter().take(MOST_MODES).filter_map(View::word).collect()
}

/// A migration of a manifest; one of its transformations may be code.
fn migration(view: &View<'_>) -> Migration {
    let transformations = view.get("transformations").and_then(|list| list.items());
    let class = (transformations.unwrap_or_default().iter().take(MOST_MIGRATIONS))
        .find_map(|transformation| transformation.get("class_name")?.text());
    Migration {
        place: view.place(),
        code: class.map(Arc::from),
    }
}

fn in_files(files: &mut Files<'_>) -> Known<Specification> {
    let candidates = specifications(files.input().directory);
    let mut unread = Vec::new();
    for path in &candidates {
        match files.find(path) {
            Found::Absent => {}
            Found::Unread => unread.push(path),
            Found::Bad(reason) => return Known::CannotTell(reason),
            Found::Read(file) => return in_file(files, file),
        }
    }
    if unread.is_empty() {
        return in_golden(files);
    }
    if is_asked_for(files) {
        for path in unread {
            files.want(path);
        }
    }
    Known::CannotTell(Reason::new(ReasonKind::NotRead, "spec", None))
}

/// Whether the change may decide where the specification stands or what it says.
fn is_asked_for(files: &Files<'_>) -> bool {
    // Code may build it; where a file holds it, code does not.
    [
        Bearing::Specification,
        Bearing::Golden,
        Bearing::Manifest,
        Bearing::Code,
    ]
    .iter()
    .any(|bearing| files.touches(*bearing))
}

/// The copies that tests hold, where the change touches one.
fn in_golden(files: &mut Files<'_>) -> Known<Specification> {
    let golden: Vec<RepoPath> = files.changed(Bearing::Golden).into_iter().cloned().collect();
    let Some(path) = golden.iter().min() else {
        return Known::CannotTell(files.code());
    };
    match files.find(path) {
        // A copy that holds no specification is no copy of it: code builds that all the same.
        Found::Read(file) if holder(files, file).is_some() => in_file(files, file),
        Found::Read(_) | Found::Bad(_) | Found::Absent => Known::CannotTell(files.code()),
        Found::Unread => {
            files.want(path);
            let reason = files.reason(ReasonKind::NotRead, path);
            Known::CannotTell(reason.of(files.side()))
        }
    }
}

/// The map that holds the schema, alone or in a message, and the schema.
fn holder<'a>(files: &'a Files<'_>, file: usize) -> Option<(&'a Node, &'a Node)> {
    let root = files.read[file].document.root();
    let mut holders = [Some(root), root.get("spec")].into_iter().flatten();
    holders.find_map(|holder| Some((holder, SCHEMA.iter().find_map(|key| holder.get(key))?)))
}

fn in_file(files: &Files<'_>, file: usize) -> Known<Specification> {
    let plain = Scope::new(&files.read, References::Schema);
    let Some((holder, node)) = holder(files, file) else {
        let view = plain.root(file);
        return Known::CannotTell(Reason::new(ReasonKind::Misshapen, SCHEMA[0], Some(view.place())));
    };
    let destination_modes = destination_modes(files, &plain.view(file, holder));
    // Pointers count from the schema, as it is handed out alone.
    let scope = plain.based(file, node);
    let view = scope.view(file, node);
    Known::Known(Specification {
        schema: Schema::read(&view),
        place: view.place(),
        migrations: Vec::new(),
        destination_modes,
    })
}

/// Code that migrates configurations, where the change touches it.
fn in_code(files: &mut Files<'_>) -> Vec<Migration> {
    let mut migrations = Vec::new();
    // Code that is no text lies in no file that was read.
    let nowhere = Place {
        file: usize::MAX,
        span: Span::at(0),
    };
    for path in files.changed(Bearing::Code) {
        let name = path.file_name();
        if !name.starts_with(b"config_migration") {
            continue;
        }
        match files.fetched(path) {
            None => {
                files.want(path);
            }
            Some(_) => migrations.push(Migration {
                place: files.text(path).unwrap_or(nowhere),
                code: Some(Arc::from(files.reason(ReasonKind::Code, path).subject)),
            }),
        }
    }
    migrations
}
