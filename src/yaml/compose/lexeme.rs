//! The bytes around a value: its anchor and its tag, a block scalar's first line.

use super::{Anchored, Composer};
use crate::text::Span;
use crate::yaml::events::Properties;
use crate::yaml::source::is_break;
use crate::yaml::tag;
use crate::yaml::unreadable::{Unreadable, shown};
use crate::yaml::{Ambiguity, AmbiguityKind, Style};

impl Composer<'_> {
    /// Notes anchor and tag, and gives the span without them.
    pub(super) fn strip(&mut self, properties: &Properties, span: Span) -> Result<Span, Unreadable> {
        if properties.anchor.is_none() && properties.tag.is_none() {
            return Ok(span);
        }
        let count = usize::from(properties.anchor.is_some()) + usize::from(properties.tag.is_some());
        let (places, start) = property_places(self.source.text, span, count);
        let place = |mark: char| {
            let starts = |place: &&Span| place.of(self.source.text).starts_with(mark);
            places
                .iter()
                .find(starts)
                .copied()
                .unwrap_or(Span::at(span.start))
        };
        if let Some(written) = &properties.tag {
            self.ambiguities.push(Ambiguity::new(
                AmbiguityKind::Tag,
                place('!'),
                format!(
                    "the tag {} sets the type; not every reader obeys it",
                    shown(&tag::written(written))
                ),
            ));
        }
        if let Some(name) = &properties.anchor {
            let at = place('&');
            if let Some(earlier) = self.anchors.get(name) {
                let line = self.source.lines.line_of(earlier.span.start);
                return self.refuse(
                    at,
                    format!("the anchor {} is already set in line {line}", shown(name)),
                );
            }
            self.ambiguities.push(Ambiguity::new(
                AmbiguityKind::Anchor,
                at,
                format!("the anchor {} lets a value stand at several places", shown(name)),
            ));
            self.anchors
                .insert(name.clone(), Anchored { span: at, part: None });
        }
        Ok(start)
    }

    /// `PyYAML` wants a space before a comment that follows `|` or `>`, the parser does not.
    pub(super) fn check_block_header(&self, span: Span, style: Style) -> Result<(), Unreadable> {
        if !matches!(style, Style::Literal | Style::Folded) {
            return Ok(());
        }
        let header = span.of(self.source.text).trim_start_matches(['|', '>']);
        let indicators = header.trim_start_matches(['+', '-', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        if indicators.starts_with('#') {
            return self.refuse(
                span,
                "not valid YAML: a comment after `|` or `>` needs a space before it",
            );
        }
        Ok(())
    }
}

/// Where the anchor and the tag before a node stand, and the rest of its span.
fn property_places(text: &str, span: Span, count: usize) -> (Vec<Span>, Span) {
    let whole = span.of(text);
    let mut places = Vec::new();
    let mut at = 0;
    loop {
        let rest = &whole[at..];
        let skipped = if rest.starts_with('#') {
            rest.find(is_break).unwrap_or(rest.len())
        } else {
            rest.find(|character| !matches!(character, ' ' | '\t') && !is_break(character))
                .unwrap_or(rest.len())
        };
        if skipped > 0 {
            at += skipped;
            continue;
        }
        if rest.is_empty() || places.len() == count {
            break;
        }
        let length = rest
            .find(|character: char| character.is_whitespace() || is_break(character))
            .unwrap_or(rest.len());
        places.push(Span::new(span.start + at, span.start + at + length));
        at += length;
    }
    (places, Span::new(span.start + at, span.end))
}

/// The end of the last character between two places that is neither blank nor in a comment.
pub(super) fn last_token_end(text: &str, from: usize, to: usize) -> usize {
    let mut end = from.min(to);
    let mut in_comment = false;
    for (at, character) in Span::new(end, to).of(text).char_indices() {
        if is_break(character) {
            in_comment = false;
        } else if character == '#' {
            in_comment = true;
        } else if !in_comment && character != ' ' {
            end = from + at + character.len_utf8();
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use crate::yaml::{AmbiguityKind, Document, Limits};

    #[test]
    fn a_span_leaves_out_anchor_and_tag() {
        let text = "a: &x !!str\n  # c\n  b\nc: &y\nd: !!map\n  e: f\n";
        let document = Document::parse(text.as_bytes(), &Limits::METADATA).unwrap();
        let cut = |key| document.root().get(key).map(|node| node.span.of(text));
        assert_eq!(cut("a"), Some("b"));
        assert_eq!(cut("c"), Some(""));
        assert_eq!(cut("d"), Some("e: f"));
        let places: Vec<_> = document
            .ambiguities()
            .iter()
            .map(|found| (found.kind, found.span.of(text)))
            .collect();
        let expected = [
            (AmbiguityKind::Anchor, "&x"),
            (AmbiguityKind::Tag, "!!str"),
            (AmbiguityKind::Anchor, "&y"),
            (AmbiguityKind::Tag, "!!map"),
        ];
        assert_eq!(places, expected);
    }
}
