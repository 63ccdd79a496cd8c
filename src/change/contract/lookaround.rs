//! Negative look-around in a regular expression, which the engine here cannot run: taken out, and judged beside the rest.
//!
//! `(?!x)` and `(?<!x)` refuse a place of a text. Where `x` matches nowhere in the text they refuse no place, so that the
//! expression without them says the same of it; without them it never matches less.

/// How many of them one expression may hold.
const MOST: usize = 16;

/// An expression without its negative look-around.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plain {
    /// The rest.
    pub(super) pattern: String,
    /// What is denied.
    pub(super) denied: Vec<String>,
}

/// Takes the negative look-around out; `None` where there is none, or where it cannot be taken out alone.
pub(super) fn without_negative(pattern: &str) -> Option<Plain> {
    // Places count in bytes here.
    if !pattern.is_ascii() {
        return None;
    }
    let mut plain = Plain {
        pattern: String::new(),
        denied: Vec::new(),
    };
    let mut rest = pattern;
    while !rest.is_empty() {
        let opened = ["(?!", "(?<!"].iter().find_map(|opens| rest.strip_prefix(opens));
        let Some(opened) = opened else {
            let is_flag = rest
                .strip_prefix("(?")
                .is_some_and(|after| !after.starts_with([':', 'P', '<']));
            // A flag would hold inside of what is taken out as well.
            if is_flag {
                return None;
            }
            let (step, after) = rest.split_at(step(rest)?);
            plain.pattern.push_str(step);
            rest = after;
            continue;
        };
        let end = closing(opened)?;
        let after = opened.get(end + 1..)?;
        if plain.denied.len() >= MOST || after.starts_with(['*', '+', '?', '{']) {
            return None;
        }
        plain.denied.push(opened[..end].to_owned());
        // Nothing, so that what stands before it and after it is not read as one.
        plain.pattern.push_str("(?:)");
        rest = after;
    }
    (!plain.denied.is_empty()).then_some(plain)
}

/// Where the group closes whose inside a text begins with.
fn closing(text: &str) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        let rest = text.get(at..)?;
        match rest.as_bytes().first()? {
            b'(' => depth += 1,
            b')' if depth == 0 => return Some(at),
            b')' => depth -= 1,
            _ => {}
        }
        at += step(rest)?;
    }
}

/// The length of the piece that a text begins with: an escaped character, a class in brackets, or one character.
fn step(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    match bytes.first()? {
        b'\\' => (bytes.len() > 1).then_some(2),
        b'[' => {
            let mut at = 1;
            // A bracket that closes at once is a character of the class.
            at += usize::from(bytes.get(at) == Some(&b'^'));
            at += usize::from(bytes.get(at) == Some(&b']'));
            loop {
                match bytes.get(at)? {
                    b'\\' => at += 2,
                    b']' => return Some(at + 1),
                    // Dialects differ on brackets inside of brackets.
                    b'[' => return None,
                    _ => at += 1,
                }
            }
        }
        _ => Some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_look_around_is_taken_out_with_what_it_denies() {
        let cases: [(&str, &str, &[&str]); 4] = [
            (r"^(a(?<!\.git)\s)*$", r"^(a(?:)\s)*$", &[r"\.git"]),
            (r"(?!.*(x|y)$)[(?!]b", r"(?:)[(?!]b", &[r".*(x|y)$"]),
            (r"(?:a)(?!b)(?<!c\))", r"(?:a)(?:)(?:)", &["b", r"c\)"]),
            (r"\(?!a)(?![)])", r"\(?!a)(?:)", &["[)]"]),
        ];
        for (pattern, rest, denied) in cases {
            let found = without_negative(pattern);
            let expected = Plain {
                pattern: rest.to_owned(),
                denied: denied.iter().map(|text| (*text).to_owned()).collect(),
            };
            assert_eq!(found, Some(expected), "{pattern}");
        }
    }

    #[test]
    fn what_cannot_be_taken_out_alone_stays_undecided() {
        for pattern in [
            "a",
            "(?i)(?!b)",
            "(?!b)*c",
            "(?!b",
            "(?=b)(?!c)",
            "[[](?!b)",
            "(?!b)\\",
        ] {
            assert_eq!(without_negative(pattern), None, "{pattern}");
        }
    }
}
