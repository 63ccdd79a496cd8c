//! The one place that knows the parser library.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use libyaml_safer::{Encoding, Error, EventData, MappingStyle, Parser, ScalarStyle, SequenceStyle};

use super::Style;
use super::source::{Marks, Source, is_break};
use super::tabs::MISPLACED;
use super::unreadable::Unreadable;
use crate::text::Span;

/// How git begins the first side of a merge conflict.
const CONFLICT: &str = "<<<<<<< ";

/// What a conflict that nobody resolved is told as.
const LEFT_CONFLICT: &str = "a merge conflict is not resolved; keep the side that is meant, and delete the lines that begin with \
     `<<<<<<<`, `=======` and `>>>>>>>`";

/// The bytes handed to the parser at once: it keeps four bytes for each of them.
const CHUNK: usize = 4096;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside of the parser library, so that a panic is caught and becomes a refusal.
///
/// The library installs no panic hook, as that would be global. A program's own hook asks this and stays silent:
/// such a panic holds no foreign text, but an author could make it appear at will.
pub fn parser_is_guarded() -> bool {
    GUARDED.get()
}

/// What precedes a node: its anchor and its tag.
#[derive(Debug, Default)]
pub(super) struct Properties {
    pub(super) anchor: Option<String>,
    pub(super) tag: Option<String>,
}

/// One step of the parser.
#[derive(Debug)]
pub(super) enum Event {
    /// A document opens; the span holds its directives.
    Document,
    Alias(String),
    Scalar {
        properties: Properties,
        text: String,
        style: Style,
    },
    Sequence {
        properties: Properties,
        flow: bool,
    },
    Mapping {
        properties: Properties,
        flow: bool,
    },
    CollectionEnd,
    /// A document or the stream begins or ends; nothing to do.
    Boundary,
    End,
}

/// The parser's steps with their bytes.
pub(super) struct Events<'a> {
    source: &'a Source<'a>,
    parser: Parser<Chunks<'a>>,
    marks: Marks<'a>,
    /// Whether the parser was given a final line break that the file does not have.
    completed: bool,
}

impl<'a> Events<'a> {
    pub(super) fn new(source: &'a Source<'a>) -> Self {
        // The library panics where a block scalar or an escape meets the end of the text.
        let completed = source.ends_in_line();
        let mut parser = Parser::new();
        // Left to guess, it takes a first character such as `０` for a damaged byte order mark.
        parser.set_encoding(Encoding::Utf8);
        parser.set_input(Chunks {
            rest: source.body().as_bytes(),
            last: if completed { b"\n" } else { b"" },
        });
        Self {
            source,
            parser,
            marks: Marks::new(source),
            completed,
        }
    }

    pub(super) fn next(&mut self) -> Result<(Event, Span), Unreadable> {
        let parser = &mut self.parser;
        GUARDED.set(true);
        let step = catch_unwind(AssertUnwindSafe(|| parser.parse()));
        GUARDED.set(false);
        let event = match step {
            Ok(Ok(event)) => event,
            Ok(Err(error)) => return Err(self.refusal(&error)),
            Err(_) => {
                return Err(Unreadable {
                    message: "not valid YAML: the parser gave up on it".to_owned(),
                    span: None,
                    position: None,
                });
            }
        };
        let start = self.byte(event.start_mark);
        let end = self.byte(event.end_mark);
        let mut span = Span::new(start, end);
        let step = match event.data {
            EventData::DocumentStart { .. } => Event::Document,
            EventData::Alias { anchor } => Event::Alias(anchor),
            EventData::Scalar {
                anchor,
                tag,
                value,
                style,
                ..
            } => {
                let style = to_style(style);
                let (text, whole) = self.without_added_break(value, style, span);
                span = whole;
                Event::Scalar {
                    properties: Properties { anchor, tag },
                    text,
                    style,
                }
            }
            EventData::SequenceStart {
                anchor, tag, style, ..
            } => Event::Sequence {
                properties: Properties { anchor, tag },
                flow: style == SequenceStyle::Flow,
            },
            EventData::MappingStart {
                anchor, tag, style, ..
            } => Event::Mapping {
                properties: Properties { anchor, tag },
                flow: style == MappingStyle::Flow,
            },
            EventData::SequenceEnd | EventData::MappingEnd => Event::CollectionEnd,
            EventData::StreamEnd => Event::End,
            EventData::StreamStart { .. } | EventData::DocumentEnd { .. } => Event::Boundary,
        };
        Ok((step, span))
    }

    fn byte(&mut self, mark: libyaml_safer::Mark) -> usize {
        // The index of a mark drifts in this library; its line and its column are right.
        let line = usize::try_from(mark.line).unwrap_or(usize::MAX);
        let column = usize::try_from(mark.column).unwrap_or(usize::MAX);
        self.marks.byte(line, column)
    }

    /// Takes the break that only the parser saw from a block scalar at the end of the file.
    fn without_added_break(&self, mut value: String, style: Style, span: Span) -> (String, Span) {
        let text = self.source.text;
        if !self.completed || !matches!(style, Style::Literal | Style::Folded) || span.end < text.len() {
            return (value, span);
        }
        let lexeme = span.of(text);
        let (header, _) = lexeme.split_once(is_break).unwrap_or((lexeme, ""));
        let keeps = header
            .bytes()
            .take_while(|byte| *byte != b'#')
            .any(|byte| byte == b'+');
        // A last line of spaces is content where it is indented further than the block.
        let last = lexeme.rsplit(is_break).next().unwrap_or_default();
        let read = value.strip_suffix('\n').unwrap_or(&value);
        let read = read.rsplit(is_break).next().unwrap_or_default();
        let is_content = last.bytes().any(|byte| byte != b' ')
            || (!read.is_empty() && read.len() < last.len() && read.bytes().all(|byte| byte == b' '));
        if value.ends_with('\n') && (keeps || is_content) {
            value.pop();
        }
        let end = if is_content {
            span.end
        } else {
            span.end - last.len()
        };
        (value, Span::new(span.start, end))
    }

    fn refusal(&mut self, error: &Error) -> Unreadable {
        let at = error.problem_mark().map(|mark| self.byte(mark));
        // What the parser says of these two has nothing to do with what happened.
        if let Some(marker) = conflict(self.source.text).filter(|marker| at.is_some_and(|at| *marker <= at)) {
            let marker = Span::new(marker, marker + CONFLICT.len());
            return self.source.refuse(marker, LEFT_CONFLICT.to_owned());
        }
        if let Some(at) = at.filter(|at| self.source.text.as_bytes().get(*at) == Some(&b'\t')) {
            return self.source.refuse(Span::new(at, at + 1), MISPLACED.to_owned());
        }
        let mut message = format!("not valid YAML: {}", error.problem());
        if let Some(context) = error.context() {
            message.push(' ');
            message.push_str(context);
        }
        match at {
            Some(at) => self.source.refuse(Span::at(at), message),
            None => Unreadable {
                message,
                span: None,
                position: None,
            },
        }
    }
}

/// Where the first merge conflict begins that git left behind.
fn conflict(text: &str) -> Option<usize> {
    let mut lines = text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    lines
        .find(|(_, line)| line.starts_with(CONFLICT))
        .map(|(start, _)| start)
}

fn to_style(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
        _ => Style::Plain,
    }
}

/// A text in small pieces, each of whole characters, with something added at its end.
struct Chunks<'a> {
    rest: &'a [u8],
    last: &'static [u8],
}

impl Chunks<'_> {
    fn chunk(&self) -> usize {
        let mut end = self.rest.len().min(CHUNK);
        while end < self.rest.len() && self.rest[end] & 0xc0 == 0x80 {
            end -= 1;
        }
        end
    }
}

impl BufRead for Chunks<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.rest.is_empty() {
            return Ok(self.last);
        }
        Ok(&self.rest[..self.chunk()])
    }

    fn consume(&mut self, amount: usize) {
        if self.rest.is_empty() {
            self.last = &self.last[amount.min(self.last.len())..];
        } else {
            self.rest = &self.rest[amount.min(self.rest.len())..];
        }
    }
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(buffer.len());
        buffer[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}
