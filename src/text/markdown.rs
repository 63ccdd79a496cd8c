//! What of a Markdown text its readers see: neither comments nor code.
//!
//! Knows the two blocks of `CommonMark` that hide a heading or a row from them; knows no other.

/// The text without its comments and fenced code, line by line: what is hidden leaves an empty line.
pub fn shown(text: &str) -> String {
    let last_end = text.rfind("-->").unwrap_or(0);
    let mut shown = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    let mut in_comment = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        if let Some(open) = fence {
            if closes(bare, open) {
                fence = None;
            }
        } else if !in_comment && let Some(open) = opening(bare) {
            fence = Some(open);
        } else {
            let closes_after = |at: usize| last_end > start + at;
            in_comment = outside(bare, in_comment, closes_after, &mut shown);
        }
        shown.push('\n');
        start += line.len();
    }
    shown
}

/// Appends what of a line stands outside of comments; whether the next line begins inside of one.
fn outside(line: &str, in_comment: bool, closes_after: impl Fn(usize) -> bool, shown: &mut String) -> bool {
    let mut at = 0;
    if in_comment {
        match line.find("-->") {
            Some(end) => at = end + 3,
            None => return true,
        }
    }
    while let Some(found) = line[at..].find("<!--") {
        let open = at + found;
        let is_block = line[..open].trim().is_empty();
        // In the middle of a line one that never ends is text; at its beginning it hides all that follows.
        if !is_block && !closes_after(open) {
            break;
        }
        shown.push_str(&line[at..open]);
        match line[open..].find("-->") {
            Some(end) => at = open + end + 3,
            None => return true,
        }
    }
    shown.push_str(&line[at..]);
    false
}

/// The marks that open fenced code.
fn opening(line: &str) -> Option<&str> {
    let (marks, info) = marks(line)?;
    // Backticks with others behind them on the line are code within it.
    (!marks.starts_with('`') || !info.contains('`')).then_some(marks)
}

fn closes(line: &str, open: &str) -> bool {
    marks(line).is_some_and(|(marks, rest)| marks.starts_with(open) && rest.trim().is_empty())
}

fn marks(line: &str) -> Option<(&str, &str)> {
    let inner = line.trim_start_matches(' ');
    let mark = inner.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = inner.len() - inner.trim_start_matches(mark).len();
    (length >= 3 && line.len() - inner.len() <= 3).then(|| inner.split_at(length))
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn comments_and_fenced_code_leave_empty_lines() {
        for (text, expected) in [
            ("a\n<!-- b -->\nc", "a\n\nc\n"),
            ("a\n<!--\n## b\n-->\nc\n", "a\n\n\n\nc\n"),
            ("| a | <!-- b --> | c |\r\n", "| a |  | c |\n"),
            ("<!-- a --> b <!-- c\nd --> e", " b \n e\n"),
            ("<!-- a\nb", "\n\n"),
            ("a <!-- b\nc", "a <!-- b\nc\n"),
            ("```yaml\na <!--\n~~~\n````\nb", "\n\n\n\nb\n"),
            ("~~~~\na\n~~~\n~~~~ b\n", "\n\n\n\n"),
            ("``` a ```\nb", "``` a ```\nb\n"),
            ("    ```\nb", "    ```\nb\n"),
            ("", ""),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }
}
