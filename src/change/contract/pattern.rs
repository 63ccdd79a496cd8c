//! Regular expressions as `pattern` writes them: whether a text matches, and texts that do.
//!
//! Judged on ASCII alone, where the dialects of the validators agree; what cannot be read here is not decided.

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::lookaround;

/// The longest text that is made of an expression.
const LONGEST: usize = 2_000;
/// How much memory a compiled expression may take: a hostile one repeats repetitions.
const LARGEST: usize = 1 << 20;
/// The longest expression that is read; the longest known one has 400 characters.
const LONGEST_PATTERN: usize = 4_000;

/// Whether a text matches somewhere; `None` where that is not decided.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    if !pattern.is_ascii() || !text.is_ascii() || pattern.len() > LONGEST_PATTERN {
        return None;
    }
    let Some(plain) = lookaround::without_negative(pattern) else {
        return searched(pattern, text);
    };
    let denies = |denied: &String| searched(denied, text) == Some(false);
    match searched(&plain.pattern, text)? {
        true if plain.denied.iter().all(denies) => Some(true),
        true => None,
        false => Some(false),
    }
}

fn searched(pattern: &str, text: &str) -> Option<bool> {
    let regex = Regex::builder()
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .configure(Regex::config().nfa_size_limit(Some(LARGEST)).utf8_empty(false))
        .build(pattern)
        .ok()?;
    Some(regex.is_match(text))
}

/// Some texts that match, the shortest first.
pub(super) fn examples(pattern: &str) -> Vec<String> {
    if pattern.len() > LONGEST_PATTERN {
        return Vec::new();
    }
    let plain = lookaround::without_negative(pattern).map(|plain| plain.pattern);
    let pattern = plain.as_deref().unwrap_or(pattern);
    let mut parser = ParserBuilder::new().unicode(false).utf8(false).build();
    let Ok(hir) = parser.parse(pattern) else {
        return Vec::new();
    };
    (0..4)
        .filter_map(|variant| {
            let mut text = String::new();
            write(&hir, variant, &mut text)?;
            Some(text)
        })
        .collect()
}

/// Writes a text that matches: the variant says which branch, which character and how many repetitions.
fn write(hir: &Hir, variant: usize, text: &mut String) -> Option<()> {
    if text.len() > LONGEST {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => text.push(character(class, variant)?),
        HirKind::Repetition(repetition) => {
            let more = u32::try_from(variant).ok()?;
            let most = repetition.max.unwrap_or(u32::MAX);
            for _ in 0..repetition.min.saturating_add(more).min(most) {
                write(&repetition.sub, variant, text)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, variant, text)?,
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, variant, text)?;
            }
        }
        HirKind::Alternation(parts) => write(parts.get(variant % parts.len().max(1))?, variant, text)?,
    }
    Some(())
}

fn character(class: &Class, variant: usize) -> Option<char> {
    let mut ranges: Vec<(u8, u8)> = match class {
        Class::Bytes(class) => class
            .ranges()
            .iter()
            .map(|range| (range.start(), range.end()))
            .collect(),
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .filter_map(|range| {
                let end = u8::try_from(range.end()).unwrap_or(u8::MAX);
                Some((u8::try_from(range.start()).ok()?, end))
            })
            .collect(),
    };
    // Printable ones, letters and digits first.
    ranges.retain_mut(|(start, end)| {
        *start = (*start).max(b' ');
        *end = (*end).min(b'~');
        *start <= *end
    });
    let mut plain = Vec::new();
    for probe in *b"a0AzZ9-_ !" {
        if ranges.iter().any(|(start, end)| (*start..=*end).contains(&probe)) {
            plain.push(probe);
        }
    }
    plain.extend(ranges.iter().map(|(start, _)| *start));
    let at = variant % plain.len().max(1);
    plain.get(at).copied().map(char::from)
}
