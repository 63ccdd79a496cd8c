//! Metadata files by themselves: whether the registry would take them.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::{Validate, ValidateFormat};
use crate::metadata::Metadata;
use crate::text::{Position, escape_controls};
use crate::validate::invalid;
use crate::yaml::{Document, Limits};

/// What is wrong with a file.
struct Said {
    position: Option<Position>,
    message: String,
}

/// What a file came to.
enum Outcome {
    Read(Vec<Said>),
    Unreadable(Said),
}

pub(super) fn run(arguments: &Validate) -> anyhow::Result<u8> {
    let outcomes: Vec<(&Path, Outcome)> = arguments
        .files
        .iter()
        .map(|file| (file.as_path(), judged(file)))
        .collect();
    super::print(&match arguments.format {
        ValidateFormat::Terminal => terminal(&outcomes),
        ValidateFormat::Json => pretty(&outcomes),
    })?;
    Ok(outcomes
        .iter()
        .map(|(_, outcome)| exit_code(outcome))
        .max()
        .unwrap_or(0))
}

fn exit_code(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Read(said) => u8::from(!said.is_empty()),
        Outcome::Unreadable(_) => 2,
    }
}

fn judged(file: &Path) -> Outcome {
    let bytes = match contents(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            return Outcome::Unreadable(Said {
                position: None,
                message: error.to_string(),
            });
        }
    };
    match Document::parse(&bytes, &Limits::METADATA) {
        Ok(document) => {
            let metadata = Metadata::read(document);
            let found = invalid(&metadata);
            let said = found.iter().map(|invalid| Said {
                position: Some(metadata.document().position(invalid.span.start)),
                message: invalid.message.to_string(),
            });
            Outcome::Read(said.collect())
        }
        Err(error) => Outcome::Unreadable(Said {
            position: error.position,
            message: error.message,
        }),
    }
}

/// The bytes, up to one more than are judged: the parser refuses those.
fn contents(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = Limits::METADATA.bytes as u64 + 1;
    File::open(file)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn terminal(outcomes: &[(&Path, Outcome)]) -> String {
    let mut text = String::new();
    for (file, outcome) in outcomes {
        let name = escape_controls(&file.display().to_string());
        let (said, prefix) = match outcome {
            Outcome::Read(said) => (said.as_slice(), ""),
            Outcome::Unreadable(said) => (std::slice::from_ref(said), "could not be read: "),
        };
        for said in said {
            let place = said
                .position
                .map_or_else(String::new, |at| format!(":{}:{}", at.line, at.column));
            text.push_str(&format!(
                "{name}{place}: {prefix}{}\n",
                escape_controls(&said.message)
            ));
        }
        if said.is_empty() {
            text.push_str(&format!("{name}: valid\n"));
        }
    }
    text
}

fn pretty(outcomes: &[(&Path, Outcome)]) -> String {
    let files: Vec<Value> = outcomes
        .iter()
        .map(|(file, outcome)| {
            let (word, said) = match outcome {
                Outcome::Read(said) if said.is_empty() => ("valid", &[][..]),
                Outcome::Read(said) => ("invalid", said.as_slice()),
                Outcome::Unreadable(said) => ("unreadable", std::slice::from_ref(said)),
            };
            let said: Vec<Value> = said
                .iter()
                .map(|said| {
                    json!({
                        "line": said.position.map(|at| at.line),
                        "column": said.position.map(|at| at.column),
                        "message": said.message,
                    })
                })
                .collect();
            json!({ "file": file.display().to_string(), "result": word, "problems": said })
        })
        .collect();
    format!("{:#}\n", json!({ "files": files }))
}
