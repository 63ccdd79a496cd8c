//! What a forge turns into a link, a picture or a formula after it has rendered the Markdown.
//!
//! GitHub looks for these in the finished text, where no escape is left to stop it. Knows words; knows no Markdown.

/// Whether a word without blanks holds something that a forge would replace: a mention or address (`@`), a reference
/// (`#1`, `GH-1`), an address (`://`, `www.`), a commit id, an emoji code (`:name:`) or a formula (`$`).
pub(super) fn is_linkable(word: &str) -> bool {
    word.contains(['@', '$'])
        || word.contains("://")
        || word.matches(':').nth(1).is_some()
        || after_each(word, "#", |rest| {
            rest.starts_with(|next: char| next.is_ascii_digit())
        })
        || after_each(word, "gh-", |rest| {
            rest.starts_with(|next: char| next.is_ascii_digit())
        })
        || after_each(word, "www.", |_| true)
        || word
            .split(|character: char| !character.is_ascii_hexdigit())
            .any(|run| run.len() >= 7)
}

/// Whether a test holds for what follows an occurrence, whatever its case.
fn after_each(word: &str, what: &str, holds: impl Fn(&str) -> bool) -> bool {
    let word = word.to_ascii_lowercase();
    word.match_indices(what)
        .any(|(place, _)| holds(&word[place + what.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_forge_links_is_recognised() {
        for word in [
            "@team",
            "(@org/team)",
            "#1",
            "o/r#12",
            "gh-7",
            "GH-7",
            "https://x",
            "WWW.x.y",
            "a@b.c",
            "1a2b3c4",
            ":shipit:",
            "$x$",
        ] {
            assert!(is_linkable(word), "{word}");
        }
        for word in [
            "2.0.0",
            "2026-11-22",
            "syncs:",
            "#",
            "data.releases",
            "source-shop",
            "GA",
        ] {
            assert!(!is_linkable(word), "{word}");
        }
    }
}
