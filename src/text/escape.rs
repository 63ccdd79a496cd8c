//! The visible form of characters that a terminal, a log or a reader would not show.

use std::fmt::Write;

/// Writes control, bidirectional and invisible characters as `\n`, `\u{202e}` …; all else stays.
///
/// Every diagnostic passes foreign text through this, so that one line stays one line (`threat A01` to `A04`).
pub fn escape_controls(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            _ if is_hidden(character) => {
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(character));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Whether a text is of ASCII's visible characters and spaces alone, as nearly all are: then nothing in it is hidden.
pub(crate) fn is_plain(text: &str) -> bool {
    // Without an early end, so that many bytes are looked at in one step.
    text.bytes()
        .fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'))
}

/// Whether a character changes the reading of its neighbours or is not seen at all.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_spelled_out() {
        assert_eq!(
            escape_controls("a\n::error::\u{202e}b\u{1b}[0m"),
            "a\\n::error::\\u{202e}b\\u{1b}[0m"
        );
        assert_eq!(escape_controls("Größe 日本 🐙"), "Größe 日本 🐙");
        assert_eq!(escape_controls("a ~"), "a ~");
    }

    #[test]
    fn a_plain_text_has_nothing_hidden() {
        for code in 0..=0x0010_ffff_u32 {
            let Some(character) = char::from_u32(code) else {
                continue;
            };
            assert!(
                !is_plain(character.encode_utf8(&mut [0; 4])) || !is_hidden(character),
                "{code:x}"
            );
        }
        assert!(is_plain("a ~") && is_plain("") && !is_plain("a\u{7f}") && !is_plain("ä"));
    }
}
