//! A file that holds one message, alone or among the lines that a connector printed.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::protocol::{Message, contract};
use crate::contract::Contract;

/// The most bytes that are read; the largest known catalog has 6 MB.
const LARGEST: u64 = 20 * 1024 * 1024;

/// What every message of the protocol has.
#[derive(Deserialize)]
struct Typed {
    r#type: String,
}

pub(super) fn read(path: &Path, message: Message) -> anyhow::Result<Contract> {
    let text = text_of(path)?;
    let name = path.display();
    let found = chosen(&text, message).map_err(|error| match error {
        Fault::Json { line, column, words } => anyhow!("{name}:{line}:{column}: {words}"),
        Fault::Several => anyhow!("{name}: there are several {} messages", message.word()),
    })?;
    contract(message, found).map_err(|words| anyhow!("{name}: {words}"))
}

fn text_of(path: &Path) -> anyhow::Result<String> {
    let name = path.display();
    let file = File::open(path).with_context(|| format!("reading {name}"))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("reading {name}"))?;
    if bytes.len() as u64 > LARGEST {
        bail!("{name} is too large: at most {LARGEST} bytes are read");
    }
    let text = String::from_utf8(bytes).map_err(|_| anyhow!("{name} is not UTF-8"))?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

enum Fault {
    Json {
        line: usize,
        column: usize,
        words: String,
    },
    Several,
}

/// The whole text, or the line that holds the message.
fn chosen(text: &str, message: Message) -> Result<&str, Fault> {
    let Err(error) = serde_json::from_str::<IgnoredAny>(text) else {
        return Ok(text);
    };
    let is_wanted =
        |line: &&str| serde_json::from_str::<Typed>(line).is_ok_and(|typed| typed.r#type == message.word());
    let mut lines = text.lines().filter(is_wanted);
    match (lines.next(), lines.next()) {
        (Some(line), None) => Ok(line),
        (Some(_), Some(_)) => Err(Fault::Several),
        (None, _) => Err(Fault::Json {
            line: error.line(),
            column: error.column(),
            words: error.to_string(),
        }),
    }
}
