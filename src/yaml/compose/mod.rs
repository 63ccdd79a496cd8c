//! From parser events to the tree, with a stack of its own and every cost counted.

use std::collections::BTreeMap;

use super::events::{Event, Events, Properties};
use super::source::{Source, is_break};
use super::unreadable::{Unreadable, shown};
use super::{Ambiguity, AmbiguityKind, Kind, Limits, Node, Style};
use super::{tabs, tag};
use crate::text::Span;

mod frame;
mod lexeme;
mod scalar;

use frame::{Content, Frame};

/// What composing gives.
pub(super) struct Composed {
    pub(super) root: Node,
    pub(super) ambiguities: Vec<Ambiguity>,
}

/// A node with what it costs.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) node: Node,
    /// Nodes when every alias is written out.
    pub(super) size: usize,
    /// Lists and maps in one another: 0 for a scalar.
    pub(super) height: usize,
}

/// A node's name, for aliases; without the part while the node is still open.
struct Anchored {
    span: Span,
    part: Option<Part>,
}

/// Builds the tree of the only document.
pub(super) fn compose(source: &Source<'_>, limits: &Limits) -> Result<Composed, Unreadable> {
    let mut composer = Composer {
        source,
        limits,
        stack: Vec::new(),
        anchors: BTreeMap::new(),
        root: None,
        nodes: 0,
        documents: 0,
        ambiguities: source.ambiguities.clone(),
        scalars: Vec::new(),
    };
    let mut events = Events::new(source);
    for count in 0.. {
        let (event, span) = events.next()?;
        if count > limits.events {
            return Err(source.refuse(span, format!("the file has more than {} parts", limits.events)));
        }
        if matches!(event, Event::End) {
            break;
        }
        composer.take(event, span)?;
    }
    composer.finish()
}

struct Composer<'a> {
    source: &'a Source<'a>,
    limits: &'a Limits,
    stack: Vec<Frame>,
    anchors: BTreeMap<String, Anchored>,
    root: Option<Node>,
    nodes: usize,
    documents: usize,
    ambiguities: Vec<Ambiguity>,
    /// The scalars' places, kept when the file holds a tab.
    scalars: Vec<(Span, Style)>,
}

impl Composer<'_> {
    fn take(&mut self, event: Event, span: Span) -> Result<(), Unreadable> {
        match event {
            Event::Document => self.open_document(span),
            Event::Alias(name) => self.follow(&name, span),
            Event::Scalar {
                properties,
                text,
                style,
            } => self.add_scalar(properties, text, style, span),
            Event::Sequence { properties, flow } => {
                self.open(properties, flow, span, "seq", Content::Sequence(Vec::new()))
            }
            Event::Mapping { properties, flow } => {
                self.open(properties, flow, span, "map", Content::mapping())
            }
            Event::CollectionEnd => self.close(span),
            Event::Boundary | Event::End => Ok(()),
        }
    }

    fn refuse<T>(&self, span: Span, message: impl Into<String>) -> Result<T, Unreadable> {
        Err(self.source.refuse(span, message.into()))
    }

    fn open_document(&mut self, span: Span) -> Result<(), Unreadable> {
        self.documents += 1;
        if self.documents > 1 {
            return self.refuse(span, "the file holds a second document; only one is allowed");
        }
        let mut at = span.start;
        for line in span.of(self.source.text).split_inclusive(is_break) {
            if line.starts_with('%') {
                let directive = line.trim_end();
                let comment = directive.find('#').filter(|at| !directive[..*at].ends_with(' '));
                if let Some(comment) = comment {
                    return self.refuse(
                        Span::at(at + comment),
                        "not valid YAML: a comment after a directive needs a space before it",
                    );
                }
                self.ambiguities.push(Ambiguity::new(
                    AmbiguityKind::Directive,
                    Span::new(at, at + directive.len()),
                    format!(
                        "the directive {} changes how readers read the file",
                        shown(directive)
                    ),
                ));
            }
            at += line.len();
        }
        Ok(())
    }

    fn follow(&mut self, name: &str, span: Span) -> Result<(), Unreadable> {
        let Some(anchored) = self.anchors.get(name) else {
            return self.refuse(span, format!("the alias {} has no anchor before it", shown(name)));
        };
        let Some(mut part) = anchored.part.clone() else {
            return self.refuse(
                span,
                format!("the alias {} stands inside of its own anchor", shown(name)),
            );
        };
        let mut found = Ambiguity::new(
            AmbiguityKind::Alias,
            span,
            format!("the alias {} stands for a value written elsewhere", shown(name)),
        );
        found.first = Some(part.node.span);
        self.ambiguities.push(found);
        self.count(part.size, span)?;
        part.node.alias = Some(Box::new(span));
        self.place(part, span)
    }

    fn open(
        &mut self,
        properties: Properties,
        flow: bool,
        span: Span,
        own: &str,
        content: Content,
    ) -> Result<(), Unreadable> {
        self.count(1, span)?;
        if self.stack.len() >= self.limits.depth {
            return self.refuse(
                span,
                format!("lists and maps are nested more than {} deep", self.limits.depth),
            );
        }
        let span = self.strip(&properties, span)?;
        if let Some(written) = &properties.tag
            && let Err(reason) = tag::collection(written, own)
        {
            return self.refuse(
                span,
                format!("the tag {} {reason}", shown(&tag::written(written))),
            );
        }
        if matches!(self.stack.last(), Some(frame) if frame.expects_key()) {
            return self.refuse(span, "a list or a map cannot be a key");
        }
        let flow = flow || self.stack.last().is_some_and(|frame| frame.flow);
        self.stack.push(Frame {
            content,
            anchor: properties.anchor,
            span: Span::at(span.start),
            // `[a: b]` holds a map without brackets of its own.
            bracketed: flow && matches!(self.source.text.as_bytes().get(span.start), Some(b'[' | b'{')),
            flow,
            size: 1,
            height: 0,
        });
        Ok(())
    }

    fn close(&mut self, span: Span) -> Result<(), Unreadable> {
        let Some(mut frame) = self.stack.pop() else {
            return self.refuse(span, "a list or map ends that never began");
        };
        if frame.bracketed {
            frame.span.end = span.end;
        }
        let whole = frame.span;
        let anchor = frame.anchor.take();
        let part = frame.into_part(&mut self.ambiguities);
        if let Some(name) = anchor {
            self.name(&name, &part);
        }
        self.place(part, whole)
    }

    fn name(&mut self, name: &str, part: &Part) {
        if let Some(anchored) = self.anchors.get_mut(name) {
            anchored.part = Some(part.clone());
        }
    }

    /// Puts a finished node where it belongs; `written` is where it stands: for an alias, the alias.
    fn place(&mut self, part: Part, written: Span) -> Result<(), Unreadable> {
        if self.stack.len() + part.height > self.limits.depth {
            return self.refuse(
                written,
                format!("lists and maps are nested more than {} deep", self.limits.depth),
            );
        }
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(part.node);
            return Ok(());
        };
        match frame.add(part, written) {
            Ok(()) => Ok(()),
            Err(message) => self.refuse(written, message),
        }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Unreadable> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > self.limits.nodes {
            return self.refuse(
                span,
                format!("the file grows to more than {} values", self.limits.nodes),
            );
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Composed, Unreadable> {
        let text = self.source.text;
        if self.source.has_tabs
            && let Some(at) = tabs::misplaced(text, &self.scalars)
        {
            return self.refuse(Span::new(at, at + 1), tabs::MISPLACED);
        }
        self.ambiguities.sort_by_key(|found| found.span);
        Ok(Composed {
            root: self.root.unwrap_or_else(|| Node::absent(Span::at(text.len()))),
            ambiguities: self.ambiguities,
        })
    }
}
