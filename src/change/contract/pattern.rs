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
/// How many pieces of an expression one text is made of at most: a piece may add nothing, and repeat.
const MOST_STEPS: usize = 20_000;
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
            let mut writer = Writer {
                variant,
                text: String::new(),
                steps: 0,
            };
            writer.write(&hir)?;
            Some(writer.text)
        })
        .collect()
}

/// Writes a text that matches: the variant says which branch, which character and how many repetitions.
struct Writer {
    variant: usize,
    text: String,
    steps: usize,
}

impl Writer {
    fn write(&mut self, hir: &Hir) -> Option<()> {
        self.steps += 1;
        if self.text.len() > LONGEST || self.steps > MOST_STEPS {
            return None;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => self.text.push_str(std::str::from_utf8(&literal.0).ok()?),
            HirKind::Class(class) => self.text.push(character(class, self.variant)?),
            HirKind::Repetition(repetition) => {
                let more = u32::try_from(self.variant).ok()?;
                let most = repetition.max.unwrap_or(u32::MAX);
                for _ in 0..repetition.min.saturating_add(more).min(most) {
                    self.write(&repetition.sub)?;
                }
            }
            HirKind::Capture(capture) => self.write(&capture.sub)?,
            HirKind::Concat(parts) => {
                for part in parts {
                    self.write(part)?;
                }
            }
            HirKind::Alternation(parts) => self.write(parts.get(self.variant % parts.len().max(1))?)?,
        }
        Some(())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_match_and_a_repetition_that_adds_nothing_ends() {
        let pattern = r"^\d{4}-(a|b)*$";
        let found = examples(pattern);
        assert!(!found.is_empty());
        for text in found {
            assert_eq!(matches(pattern, &text), Some(true), "{text}");
        }
        // What is denied between two characters makes no token of them.
        assert_eq!(matches("a{1(?!b)}", "a"), None);
        assert_eq!(examples("^((|a){4294967295}){4294967295}$"), [""; 0]);
    }
}
