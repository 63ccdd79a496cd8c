//! The messages of the Airbyte protocol that state a contract: `ConnectorSpecification` and `AirbyteCatalog`.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cli::CompatOf;
use crate::contract::{
    Contract, FieldPath, Known, Located, References, Schema, Scope, SourceFile, Specification, Stream, View,
    Word, listed_modes,
};
use crate::ids::RepoPath;
use crate::yaml::{Document, Limits, Unreadable};

/// Which message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// What `spec` prints.
    Specification,
    /// What `discover` prints.
    Catalog,
}

impl Message {
    /// The `type` of the message.
    pub fn word(self) -> &'static str {
        match self {
            Self::Specification => "SPEC",
            Self::Catalog => "CATALOG",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Specification => "spec",
            Self::Catalog => "catalog",
        }
    }
}

impl From<CompatOf> for Message {
    fn from(of: CompatOf) -> Self {
        match of {
            CompatOf::Spec => Self::Specification,
            CompatOf::Catalog => Self::Catalog,
        }
    }
}

/// Reads a contract from JSON: the bare object or the message around it. The error is a sentence without a full stop.
pub fn contract(message: Message, text: &str) -> Result<Contract, String> {
    let document = document(text).map_err(|error| error.to_string())?;
    let path = RepoPath::new(message.key().as_bytes()).map_err(|error| error.to_string())?;
    let files = vec![SourceFile {
        path,
        document: Arc::new(document),
    }];
    let (specification, streams) = {
        let scope = Scope::new(&files, References::Schema);
        let root = scope.root(0);
        let is_message = root
            .get("type")
            .is_some_and(|word| word.text() == Some(message.word()));
        let body = if is_message {
            root.get(message.key())
        } else {
            Some(root)
        };
        let body = body.ok_or_else(|| format!("the message has no `{}`", message.key()))?;
        match message {
            Message::Specification => (Known::Known(specification(&body)?), Vec::new()),
            Message::Catalog => (Known::Absent, streams(&body)?),
        }
    };
    Ok(Contract {
        files,
        specification,
        streams,
        more_streams: None,
    })
}

/// The tree of a JSON text.
fn document(text: &str) -> Result<Document, Unreadable> {
    // What the command reads is what the user has named, so that more is taken than from a pull request.
    let limits = Limits {
        bytes: 21 * 1024 * 1024,
        depth: 200,
        events: 4_000_000,
        nodes: 4_000_000,
        ..Limits::MANIFEST
    };
    Document::parse_json(text.as_bytes(), &limits)
}

fn specification(body: &View<'_>) -> Result<Specification, String> {
    let schema = body
        .get("connectionSpecification")
        .ok_or("there is no `connectionSpecification`")?;
    if schema.entries().is_none() {
        return Err("`connectionSpecification` is no object".to_owned());
    }
    Ok(Specification {
        schema: Schema::read(&schema),
        place: schema.place(),
        migrations: Vec::new(),
        // A message does not say whose it is: a source that lists modes is taken at its word.
        destination_modes: listed_modes(body, &["supported_destination_sync_modes"]),
    })
}

fn streams(body: &View<'_>) -> Result<Vec<Stream>, String> {
    let list = body.get("streams").ok_or("there is no `streams`")?;
    let list = list.items().ok_or("`streams` is no list")?;
    let mut streams = Vec::new();
    for (at, view) in list.iter().enumerate() {
        streams.push(stream(view).map_err(|words| format!("`streams[{at}]` {words}"))?);
    }
    let key = |stream: &Stream| {
        (
            Arc::clone(&stream.name.text),
            stream.namespace.as_ref().map(|word| Arc::clone(&word.text)),
        )
    };
    streams.sort_by_key(key);
    if let Some(twice) = streams.windows(2).find(|pair| key(&pair[0]) == key(&pair[1])) {
        return Err(format!("the stream `{}` is there twice", twice[0].name.text));
    }
    Ok(streams)
}

fn stream(view: &View<'_>) -> Result<Stream, String> {
    let word = |key: &str| -> Option<Word> {
        let value = view.get(key)?;
        Some(Word {
            text: Arc::from(value.text()?),
            place: value.place(),
        })
    };
    let name = word("name").ok_or("has no `name`")?;
    let schema = view.get("json_schema").ok_or("has no `json_schema`")?;
    if schema.entries().is_none() {
        return Err("has a `json_schema` that is no object".to_owned());
    }
    // An empty list or a null says as much as nothing.
    let given = |key: &str| view.get(key).filter(|value| !value.is_null());
    let mut primary_key = Known::Absent;
    if let Some(value) = given("source_defined_primary_key") {
        let paths = value
            .items()
            .ok_or("has a `source_defined_primary_key` that is no list")?;
        let mut paths: Vec<FieldPath> = paths
            .iter()
            .map(|path| names(path).ok_or("has a `source_defined_primary_key` that holds no paths"))
            .collect::<Result<_, _>>()?;
        paths.sort();
        if !paths.is_empty() {
            primary_key = Known::Known(Located {
                value: paths,
                place: value.place(),
            });
        }
    }
    let mut cursor = Known::Absent;
    if let Some(value) = given("default_cursor_field") {
        let path = names(&value).ok_or("has a `default_cursor_field` that is no list of names")?;
        if !path.is_empty() {
            cursor = Known::Known(Located {
                value: path,
                place: value.place(),
            });
        }
    }
    let mut sync_modes = Known::Absent;
    if let Some(value) = given("supported_sync_modes") {
        let modes = names(&value).ok_or("has `supported_sync_modes` that are no list of names")?;
        sync_modes = Known::Known(Located {
            value: modes.into_iter().collect::<BTreeSet<_>>(),
            place: value.place(),
        });
    }
    let source_defined_cursor = given("source_defined_cursor")
        .map(|value| {
            let flag = value
                .as_bool()
                .ok_or("has a `source_defined_cursor` that is no boolean")?;
            Ok::<_, String>(Located {
                value: flag,
                place: value.place(),
            })
        })
        .transpose()?;
    Ok(Stream {
        name,
        namespace: word("namespace"),
        schema: Known::Known(Schema::read(&schema)),
        primary_key,
        cursor,
        source_defined_cursor,
        sync_modes,
        cursor_format: Known::Absent,
        readable_formats: Vec::new(),
        partitioning: Known::Absent,
        transformations: Vec::new(),
        code: None,
        state_migrations: Vec::new(),
    })
}

fn names(view: &View<'_>) -> Option<FieldPath> {
    view.items()?
        .iter()
        .map(|name| name.text().map(Arc::from))
        .collect()
}
