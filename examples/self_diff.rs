//! Compares every metadata file of a history with itself: a file that differs from itself would make noise on every change.
//!
//! Reads the output of `git cat-file --batch` from the standard input; exit code 1 where a file has changes against
//! itself, or where no file was read at all.

use std::io::{BufRead, Read, Write};
use std::process::ExitCode;

use anyhow::{Context, bail};
use tierguard::change::changes;
use tierguard::metadata::Metadata;
use tierguard::yaml::{Document, Limits};

fn main() -> anyhow::Result<ExitCode> {
    let mut input = std::io::stdin().lock();
    let (mut files, mut different) = (0, 0);
    let mut output = std::io::stdout().lock();
    loop {
        let mut header = String::new();
        if input.read_line(&mut header)? == 0 {
            break;
        }
        let mut words = header.split_whitespace();
        let (Some(id), Some("blob"), Some(size)) = (words.next(), words.next(), words.next()) else {
            bail!("not a blob: {header}");
        };
        let mut bytes = vec![0; size.parse::<usize>().context("the size of a blob")? + 1];
        input.read_exact(&mut bytes)?;
        bytes.pop();
        if let Ok(document) = Document::parse(&bytes, &Limits::METADATA) {
            files += 1;
            let metadata = Metadata::read(document);
            let found = changes(&metadata, &metadata);
            if !found.is_empty() {
                different += 1;
                writeln!(output, "{id} differs from itself: {found:?}")?;
            }
        }
    }
    writeln!(
        output,
        "{files} files compared with themselves, {different} differ"
    )?;
    Ok(ExitCode::from(u8::from(files == 0 || different > 0)))
}
