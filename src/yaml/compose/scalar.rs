//! Adding a scalar: its type, its value and what it costs.

use std::sync::Arc;

use super::frame::Slot;
use super::lexeme::last_token_end;
use super::{Composer, Part};
use crate::text::Span;
use crate::yaml::events::Properties;
use crate::yaml::resolve::{Plain, resolve};
use crate::yaml::tag;
use crate::yaml::unreadable::{Unreadable, shown};
use crate::yaml::{Ambiguity, AmbiguityKind, Kind, Node, Scalar, Style, Value};

impl Composer<'_> {
    pub(super) fn add_scalar(
        &mut self,
        properties: Properties,
        text: String,
        style: Style,
        span: Span,
    ) -> Result<(), Unreadable> {
        self.count(1, span)?;
        let is_key = matches!(self.stack.last(), Some(frame) if frame.expects_key());
        let flow = self.stack.last().is_some_and(|frame| frame.flow);
        let mut span = self.strip(&properties, span)?;
        if flow && span.is_empty() {
            // In flow style the parser puts an absent value where the next token is.
            let from = self.stack.last().map_or(0, |frame| frame.span.end);
            span = Span::at(last_token_end(self.source.text, from, span.start));
        }
        self.check_block_header(span, style)?;
        if self.source.has_tabs {
            self.scalars.push((span, style));
        }
        if flow && style == Style::Plain && span.of(self.source.text).contains('?') {
            return self.refuse(
                span,
                format!(
                    "{} holds a `?`, which needs quotes inside of `[]` and `{{}}`",
                    shown(&text)
                ),
            );
        }
        let plain = match (&properties.tag, style) {
            (Some(written), _) => match tag::scalar(written, &text, style) {
                Ok(plain) => plain,
                Err(reason) => {
                    return self.refuse(
                        span,
                        format!("the tag {} {reason}", shown(&tag::written(written))),
                    );
                }
            },
            (None, Style::Plain) => match resolve(&text) {
                Ok(plain) => plain,
                Err(reason) => return self.refuse(span, format!("{} {reason}", shown(&text))),
            },
            _ => Plain::Value(Value::String),
        };
        let value = match plain {
            Plain::Value(value) => value,
            Plain::Default if is_key => Value::String,
            Plain::Merge if is_key && properties.anchor.is_none() => {
                self.expect_merge(span);
                return Ok(());
            }
            Plain::Default | Plain::Merge => {
                return self.refuse(
                    span,
                    format!("{} is no value; quote it if text is meant", shown(&text)),
                );
            }
        };
        if style == Style::Plain && properties.tag.is_none() {
            self.ambiguities.extend(Ambiguity::plain(&text, &value, span));
        }
        let node = Node {
            span,
            kind: Kind::Scalar(Scalar {
                text: Arc::from(text),
                style,
                value,
            }),
            alias: None,
            flow,
        };
        let size = 1 + heap(&node) / 64;
        let part = Part {
            node,
            size,
            height: 0,
        };
        if let Some(name) = properties.anchor {
            self.name(&name, &part);
        }
        self.place(part, span)
    }

    fn expect_merge(&mut self, span: Span) {
        self.ambiguities.push(Ambiguity::new(
            AmbiguityKind::Merge,
            span,
            "`<<` merges another map into this one; not every reader does that".to_owned(),
        ));
        if let Some(frame) = self.stack.last_mut() {
            frame.extend(span);
            frame.set_slot(Slot::Merge);
        }
    }
}

/// The bytes that a copy of a scalar copies.
fn heap(node: &Node) -> usize {
    match &node.kind {
        Kind::Scalar(scalar) => match &scalar.value {
            Value::BigInt(digits) => digits.len(),
            Value::Binary(bytes) => bytes.len(),
            _ => 0,
        },
        _ => 0,
    }
}
