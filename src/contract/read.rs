//! From the files of one side to the contract.

use super::bearing::{Bearing, is_shared, manifests, package, relative};
use super::files::{Files, Found, Input};
use super::manifest::{self, Reading, Streams};
use super::{
    Contract, Known, Place, Reason, ReasonKind, References, Scope, SourceFile, Stream, Word, schema_file,
    specification,
};
use crate::ids::RepoPath;

/// A contract, and what would decide more of it.
#[derive(Debug)]
pub struct Read {
    /// The contract, as far as the files say.
    pub contract: Contract,
    /// Files that were not read and that would decide something; reading them may bring up others.
    pub wants: Vec<RepoPath>,
}

/// What is known of the manifest.
enum Manifest {
    Absent,
    Unknown(Reason),
    Read(usize),
}

/// Reads the contract of one side.
pub fn read<'a>(input: &'a Input<'a>) -> Read {
    let mut files = Files::new(input);
    let manifest = find_manifest(&mut files);
    let index = match &manifest {
        Manifest::Read(file) => Some(*file),
        _ => None,
    };
    let specification = match &manifest {
        // It may hold the specification: none in a file is better than another one.
        Manifest::Unknown(reason) if reason.kind != ReasonKind::NotRead => Known::CannotTell(reason.clone()),
        _ => specification::read(&mut files, index),
    };
    let (mut streams, more_streams) = match manifest {
        Manifest::Read(file) => of_manifest(&mut files, file),
        Manifest::Unknown(reason) => (Vec::new(), Some(reason)),
        Manifest::Absent => of_schemas(&mut files),
    };
    streams.sort_by(|left, right| left.name.text.cmp(&right.name.text));
    Read {
        contract: Contract {
            specification,
            streams,
            more_streams,
            files: files.read,
        },
        wants: files.wants.into_iter().collect(),
    }
}

fn find_manifest(files: &mut Files<'_>) -> Manifest {
    let changed = files.changed(Bearing::Manifest).into_iter().min();
    if let Some(path) = changed {
        return match files.find(path) {
            Found::Read(file) => Manifest::Read(file),
            Found::Bad(reason) => Manifest::Unknown(reason),
            Found::Absent => Manifest::Absent,
            Found::Unread => {
                files.want(path);
                Manifest::Unknown(files.reason(ReasonKind::NotRead, path).of(files.side()))
            }
        };
    }
    let mut unread = Vec::new();
    for path in manifests(files.input().directory) {
        match files.find(&path) {
            Found::Read(file) => return Manifest::Read(file),
            Found::Bad(reason) => return Manifest::Unknown(reason),
            Found::Absent => {}
            Found::Unread => unread.push(path),
        }
    }
    let Some(first) = unread.first() else {
        return Manifest::Absent;
    };
    let touches = [
        Bearing::Specification,
        Bearing::Golden,
        Bearing::Schema,
        Bearing::Manifest,
        Bearing::Code,
    ]
    .iter()
    .any(|bearing| files.touches(*bearing));
    if touches || files.input().want_streams {
        for path in &unread {
            files.want(path);
        }
    }
    Manifest::Unknown(files.reason(ReasonKind::NotRead, first))
}

fn of_manifest(files: &mut Files<'_>, file: usize) -> (Vec<Stream>, Option<Reason>) {
    let is_hybrid = is_hybrid(files, file);
    let reading = Reading {
        directory: files.input().directory,
        code: files.code(),
        is_hybrid,
    };
    let scope = Scope::new(&files.read, References::Manifest);
    let mut found: Streams = manifest::streams(&scope, file, &reading);
    if is_hybrid {
        // What code builds beside a manifest is not what it builds without one, whether or not the code changed.
        let code = files.code();
        let data = format!("{} beside a manifest", code.data);
        found.add_more(code.of(data));
    }
    let mut streams = Vec::with_capacity(found.declared.len());
    for declared in found.declared {
        let mut stream = declared.stream;
        if !declared.schema_files.is_empty() {
            stream.schema = schema_file::read_first(files, &declared.schema_files);
        }
        streams.push(stream);
    }
    if is_hybrid {
        for stream in of_files(files) {
            if streams.iter().all(|known| known.name.text != stream.name.text) {
                streams.push(stream);
            }
        }
    }
    (streams, found.more)
}

/// Whether code stands beside a manifest: one in the package is read by code, which may build further streams.
fn is_hybrid(files: &Files<'_>, manifest: usize) -> bool {
    let directory = files.input().directory;
    let inside = relative(directory, &files.read[manifest].path);
    inside.is_some_and(|inside| inside.starts_with(&format!("{}/", package(directory))))
}

/// Without a manifest: each schema file that the change touches is a stream, and code builds the rest.
fn of_schemas(files: &mut Files<'_>) -> (Vec<Stream>, Option<Reason>) {
    let name = files.input().directory.file_name();
    if name.starts_with(b"destination-") {
        return (Vec::new(), None);
    }
    let streams = of_files(files);
    let mut more = Streams::default();
    more.add_more(files.code());
    if let Some(reason) = schema_file::changed_shared(files) {
        more.add_more(reason);
    }
    (streams, more.more)
}

/// Each schema file that the change touches as a stream that code builds.
fn of_files(files: &mut Files<'_>) -> Vec<Stream> {
    let paths: Vec<RepoPath> = (files.changed(Bearing::Schema).into_iter())
        .filter(|path| !is_shared(path))
        .cloned()
        .collect();
    let code = files.code();
    let mut streams: Vec<Stream> = Vec::new();
    for path in paths {
        let schema = schema_file::read_first(files, std::slice::from_ref(&path));
        let Some(name) = stream_name(files, &path) else {
            continue;
        };
        if streams.iter().all(|stream| stream.name.text != name.text) {
            streams.push(by_code(name, schema, &code));
        }
    }
    streams
}

/// The stream that a schema file is named for.
fn stream_name(files: &Files<'_>, path: &RepoPath) -> Option<Word> {
    let stem = path.file_name().strip_suffix(b".json")?;
    let file = files.read.iter().position(|file: &SourceFile| file.path == *path);
    Some(Word {
        text: std::str::from_utf8(stem).ok()?.into(),
        place: file.map_or_else(Place::default, |file| Place {
            file,
            span: files.read[file].document.root().span,
        }),
    })
}

fn by_code(name: Word, schema: Known<super::Schema>, code: &Reason) -> Stream {
    Stream {
        name,
        namespace: None,
        schema,
        primary_key: Known::CannotTell(code.clone()),
        cursor: Known::CannotTell(code.clone()),
        source_defined_cursor: None,
        sync_modes: Known::CannotTell(code.clone()),
        cursor_format: Known::CannotTell(code.clone()),
        readable_formats: Vec::new(),
        partitioning: Known::CannotTell(code.clone()),
        transformations: Vec::new(),
        code: None,
        state_migrations: Vec::new(),
    }
}
