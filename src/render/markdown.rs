//! The only way by which text becomes Markdown.
//!
//! A [`Markdown`] holds a private string, and each function that makes one escapes what it is given: nothing from a
//! change can become a link, an image, a mention, a reference, a heading, a fence or a row of its own. What a forge
//! would turn into a link after the rendering (`@name`, `#1`, commit ids, addresses, `:emoji:`, `$…$`) no escape
//! protects; such words are shown as code, which no forge touches. Nor is any of it a command to the runner that
//! prints it. Knows Markdown; knows no report.

use std::borrow::Cow;
use std::fmt;

use super::linkable::is_linkable;
use super::runner::{break_legacy, inert};
use crate::finding::{Piece, Prose};
use crate::text::{escape_controls, is_hidden};

/// Text that is safe to post as GitHub-flavoured Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Markdown(String);

impl Markdown {
    /// Takes the program's own Markdown; only what stands in its source can come this way.
    pub fn own(markdown: &'static str) -> Self {
        Self(markdown.to_owned())
    }

    /// Shows text as it reads, on one line; words that a forge would link are shown as code.
    pub fn text(text: &str) -> Self {
        let escaped = escape_controls(text);
        join(words(escaped.trim()))
    }

    /// Shows a value as code, on one line.
    pub fn code(value: &str) -> Self {
        Self(code_span(value))
    }

    /// Shows a sentence: words as text (what stands between back-ticks as code), values as code.
    pub fn prose(prose: &Prose) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for piece in prose.pieces() {
            match piece {
                Piece::Code(value) => parts.push(Part::Code(value.clone())),
                Piece::Words(text) => {
                    let escaped = escape_controls(text);
                    let mut rest = escaped.as_str();
                    while let Some((before, value, after)) = quoted(rest) {
                        parts.extend(words(before));
                        parts.push(Part::Code(value.to_owned()));
                        rest = after;
                    }
                    parts.extend(words(rest));
                }
            }
        }
        join(parts)
    }

    /// Links one of our own pages; an address that is not plain `https` leaves the label alone.
    pub fn link(label: &Markdown, url: &str) -> Self {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/?#&=%:+,@".contains(&byte);
        if !url.starts_with("https://") || !url.bytes().all(plain) || label.0.contains("](") {
            return label.clone();
        }
        Self(format!("[{label}]({url})"))
    }

    /// Prints in bold.
    #[must_use]
    pub fn strong(&self) -> Self {
        Self(format!("**{self}**"))
    }

    /// Prints in small letters.
    #[must_use]
    pub fn small(&self) -> Self {
        Self(format!("<sub>{self}</sub>"))
    }

    /// Makes a table; rows are filled up or cut to the width of the header.
    pub fn table(header: &[Markdown], rows: &[Vec<Markdown>]) -> Self {
        let mut table = String::new();
        let mut push = |cells: &mut dyn Iterator<Item = String>| {
            table.push('|');
            for cell in cells {
                table.push(' ');
                table.push_str(&cell);
                table.push_str(" |");
            }
            table.push('\n');
        };
        push(&mut header.iter().map(Markdown::as_cell));
        push(&mut header.iter().map(|_| "---".to_owned()));
        for row in rows {
            push(
                &mut (0..header.len())
                    .map(|column| row.get(column).map(Markdown::as_cell).unwrap_or_default()),
            );
        }
        table.pop();
        Self(table)
    }

    /// Folds a body away under a title of the program's own words.
    pub fn details(title: &str, body: &Markdown) -> Self {
        // Markdown is not read inside the summary's line, so that only plain words may stand there.
        let plain = |character: &char| character.is_alphanumeric() || " ,.;:()'→·-".contains(*character);
        let title: String = title.chars().filter(plain).collect();
        let title: Vec<&str> = title
            .split(' ')
            .map(|word| if is_linkable(word) { "…" } else { word })
            .collect();
        let title = title.join(" ");
        Self(format!(
            "<details><summary>{title}</summary>\n\n{body}\n\n</details>"
        ))
    }

    /// Offers lines for one click; `None` where they hold something that the reader would not see.
    pub fn suggestion(lines: &str) -> Option<Self> {
        fenced("suggestion", lines)
    }

    /// Shows lines as YAML; `None` where they hold something that the reader would not see.
    pub fn yaml(lines: &str) -> Option<Self> {
        fenced("yaml", lines)
    }

    /// Puts another piece behind this one, on the same line.
    #[must_use]
    pub fn then(mut self, other: &Markdown) -> Self {
        self.push(other);
        self
    }

    /// Puts another piece behind this one, on the same line.
    pub fn push(&mut self, other: &Markdown) {
        // Two code spans without a gap would be read as one, and a link behind an exclamation mark as a picture.
        let (end, start) = (self.0.as_bytes().last(), other.0.as_bytes().first());
        if let (Some(b'`'), Some(b'`')) | (Some(b'!'), Some(b'[')) = (end, start) {
            self.0.push(' ');
        }
        self.0.push_str(&other.0);
    }

    /// Joins blocks with blank lines.
    pub fn blocks<'a>(blocks: impl IntoIterator<Item = &'a Markdown>) -> Self {
        Self::joined(blocks, "\n\n")
    }

    /// Joins lines into a list.
    pub fn list<'a>(items: impl IntoIterator<Item = &'a Markdown>) -> Self {
        let items: Vec<Self> = items.into_iter().map(|item| Self(format!("- {item}"))).collect();
        Self::joined(&items, "\n")
    }

    fn joined<'a>(parts: impl IntoIterator<Item = &'a Markdown>, separator: &str) -> Self {
        let parts: Vec<&str> = parts
            .into_iter()
            .map(Self::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        Self(parts.join(separator))
    }

    /// The Markdown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its size in bytes, which is never less than GitHub's count of UTF-16 units.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is shown.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text for a table's cell: a pipe would end it, also inside of code.
    fn as_cell(&self) -> String {
        let mut cell = String::with_capacity(self.0.len());
        let mut backslashes = 0;
        for character in self.0.chars() {
            if character == '|' {
                // Readers differ in how they pair `\\|`; an odd number of backslashes escapes the pipe in all of them.
                cell.push_str(if backslashes % 2 == 0 { "\\" } else { "\\\\" });
            }
            backslashes = if character == '\\' { backslashes + 1 } else { 0 };
            cell.push(if character == '\n' { ' ' } else { character });
        }
        cell
    }
}

impl fmt::Display for Markdown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A run of text or of code.
enum Part {
    Text(String),
    Code(String),
}

/// Escapes text; a word that a forge would link becomes code.
fn words(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        if !is_linkable(word) {
            plain.push_str(piece);
            continue;
        }
        let inner = word
            .trim_start_matches(['(', '"'])
            .trim_end_matches(['.', ',', ';', ')', '"']);
        let start = word.find(inner).unwrap_or(0);
        plain.push_str(&word[..start]);
        parts.push(Part::Text(std::mem::take(&mut plain)));
        parts.push(Part::Code(inner.to_owned()));
        plain.push_str(&piece[start + inner.len()..]);
    }
    parts.push(Part::Text(plain));
    parts
}

/// Writes parts on one line; neighbours of one kind are joined, since two code spans without a gap would be read as one.
fn join(parts: Vec<Part>) -> Markdown {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (_, Part::Text(text)) if text.is_empty() => {}
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (Some(Part::Code(before)), Part::Code(value)) => before.push_str(&value),
            (_, part) => joined.push(part),
        }
    }
    let mut line = String::new();
    for part in joined {
        match part {
            Part::Text(text) if line.is_empty() => line.push_str(&escape_start(text.trim_start())),
            Part::Text(text) => line.push_str(&escape(&text)),
            Part::Code(value) => line.push_str(&code_span(&value)),
        }
    }
    line.truncate(line.trim_end().len());
    Markdown(line)
}

/// The first pair of back-ticks: before, between, after.
fn quoted(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('`')?;
    let (value, after) = rest.split_once('`')?;
    (!value.is_empty()).then_some((before, value, after))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Escapes text at the start of a line, where `#`, `-`, `1.` … would open a block.
fn escape_start(text: &str) -> String {
    let escaped = escape(text);
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    let marker = match escaped.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => Some(digits),
        Some(b'#' | b'+' | b'-' | b'=' | b':' | b'|') if digits == 0 => Some(0),
        _ => None,
    };
    match marker {
        Some(place) => format!("{}\\{}", &escaped[..place], &escaped[place..]),
        None => escaped,
    }
}

/// What stands for a value in code: an empty one is shown as a pair of quotes.
fn shown(value: &str) -> String {
    match value {
        "" => "\"\"".to_owned(),
        // The runner reads Markdown on standard output as well, and no escape of Markdown works inside of code.
        _ => break_legacy(&escape_controls(value)),
    }
}

fn code_span(value: &str) -> String {
    let value = shown(value);
    let fence = "`".repeat(longest_run(&value) + 1);
    // A space beside a back-tick keeps it apart from the fence; readers take one away from both ends.
    let blank = value.trim_matches(' ').is_empty();
    let spaced = value.starts_with('`') || value.ends_with('`');
    let trimmed_otherwise = value.starts_with(' ') && value.ends_with(' ') && !blank;
    match spaced || trimmed_otherwise {
        true => format!("{fence} {value} {fence}"),
        false => format!("{fence}{value}{fence}"),
    }
}

fn fenced(language: &str, lines: &str) -> Option<Markdown> {
    let lines = lines.replace("\r\n", "\n");
    let unseen = |character| is_hidden(character) && !matches!(character, '\n' | '\t');
    if lines.chars().any(unseen) || matches!(inert(&lines), Cow::Owned(_)) {
        return None;
    }
    let fence = "`".repeat((longest_run(&lines) + 1).max(3));
    // Without any line the lines are deleted; with an empty one they would become an empty one.
    let end = if lines.is_empty() || lines.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    Some(Markdown(format!("{fence}{language}\n{lines}{end}{fence}")))
}

/// The length of the longest run of back-ticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0)
}
