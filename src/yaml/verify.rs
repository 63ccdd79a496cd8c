//! The proof of an edit: the edited file is read again and compared with the old tree.

use super::render::{self, Block};
use super::{Document, Entry, Kind, Node, Proven, Value};
use crate::text::{Edit, Span, apply};

/// What an edit shall change.
pub(super) enum Change<'a> {
    Replaced {
        span: Span,
        new: &'a str,
    },
    /// An entry at the end of the map that has this span.
    Inserted {
        span: Span,
        key: &'a str,
        value: &'a Block,
    },
}

/// The edit with its proof; `None` unless the edited file is read as the old tree with the change and nothing else.
pub(super) fn proof(document: &Document, edit: Edit, change: &Change<'_>) -> Option<Proven> {
    let text = apply(document.text(), std::slice::from_ref(&edit))?;
    let edited = Document::parse(text.as_bytes(), &document.limits).ok()?;
    let mut done = 0;
    let is_exact = is_changed(document.root(), edited.root(), change, &mut done) && done == 1;
    is_exact.then_some(Proven { edit, edited })
}

/// Compares the old tree with the new one; counts where the change was found.
fn is_changed(old: &Node, new: &Node, change: &Change<'_>, done: &mut usize) -> bool {
    match (&old.kind, &new.kind) {
        (Kind::Scalar(before), Kind::Scalar(after)) => match change {
            Change::Replaced { span, new } if *span == old.span => {
                *done += 1;
                after.value == Value::String && *after.text == **new
            }
            _ => before.style == after.style && before.text == after.text && before.same_value(after),
        },
        (Kind::Sequence(before), Kind::Sequence(after)) => {
            old.flow == new.flow
                && before.len() == after.len()
                && before
                    .iter()
                    .zip(after.iter())
                    .all(|(before, after)| is_changed(before, after, change, done))
        }
        (Kind::Mapping(before), Kind::Mapping(after)) => {
            let after: &[Entry] = match (change, after.split_last()) {
                (Change::Inserted { span, key, value }, Some((added, rest)))
                    if *span == old.span && rest.len() == before.len() =>
                {
                    *done += 1;
                    if added.key.as_str() != Some(key) || !render::holds(&added.value, value) {
                        return false;
                    }
                    rest
                }
                _ => after,
            };
            old.flow == new.flow
                && before.len() == after.len()
                && before.iter().zip(after).all(|(before, after)| {
                    before.shadowed == after.shadowed
                        && is_changed(&before.key, &after.key, change, done)
                        && is_changed(&before.value, &after.value, change, done)
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Limits;

    #[test]
    fn an_edit_that_changes_more_than_it_shall_is_found() {
        let text = "a: 1\nb: |\n  t\n";
        let document = Document::parse(text.as_bytes(), &Limits::METADATA).unwrap();
        let value = Block::Text("x".to_owned());
        let root = document.root().span;
        let change = Change::Inserted {
            span: root,
            key: "c",
            value: &value,
        };
        let exact = |at, replacement: &str| {
            let edit = Edit {
                span: Span::at(at),
                replacement: replacement.to_owned(),
            };
            proof(&document, edit, &change).is_some()
        };
        assert!(exact(text.len(), "c: x\n"));
        assert!(!exact(text.len(), "c: 2\n"));
        assert!(!exact(text.len(), "  u\nc: x\n"));
        assert!(!exact(text.len(), "c: x\nd: x\n"));
        assert!(!exact(0, "c: x\n"));
        assert!(!exact(text.len(), "a: x\n"));
    }
}
