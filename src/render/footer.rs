//! What was compared and by which policy: the last line of a summary.
//!
//! Knows which of its words move without anything else.

use std::borrow::Cow;

use super::links::Linked;
use super::markdown::Markdown;
use super::words;
use crate::changeset::Revision;
use crate::report::Report;

/// Where the words about the policy start.
const POLICY: &str = " · policy ";
/// Where the words about the policy start in a comment on a line, which ends with the line that judged.
const JUDGED: &str = "Why: [policy, line ";
/// How the last line starts.
const START: &str = "\n<sub>";
/// The fewest hexadecimal digits that name a commit.
const FEWEST_DIGITS: usize = 7;

/// The policies that the one of the repository extends.
fn extended(report: &Report) -> Markdown {
    let mut line = Markdown::default();
    for file in &report.policy.extends {
        line.push(&Markdown::own(", which extends "));
        line.push(&Markdown::code(&file.to_string()));
    }
    line
}

/// The line.
pub(super) fn footer(report: &Report, linked: Linked) -> Markdown {
    let revisions = &report.revisions;
    let base = match revisions.base {
        Revision::Commit(_) => "merge base ",
        _ => "base ",
    };
    let rules = format!(
        " (rules of {}) · {} · the same report on your machine: ",
        report.policy.rules_of,
        words::day(report.today)
    );
    Markdown::own(base)
        .then(&linked.revision(&revisions.base))
        .then(&Markdown::own(" · head "))
        .then(&linked.revision(&revisions.head))
        .then(&Markdown::own(POLICY))
        .then(&linked.policy(&report.policy.source))
        .then(&extended(report))
        .then(&Markdown::own(" "))
        .then(&Markdown::text(&rules))
        .then(&Markdown::own(" "))
        .then(&Markdown::code(&words::command(report)))
        .small()
}

/// A text of which the last line names no tip of the target branch: that moves while the pull request stays as it is.
///
/// The last line is a summary's footer, or a comment's word on the line of the policy, whose address names the tip.
/// The merge base and the head stay, and so does what is pinned after an `@`.
pub(crate) fn without_target(text: &str) -> Cow<'_, str> {
    let footer = text.rfind(START).and_then(|start| {
        let last = text.get(start..)?;
        let words = last.find(POLICY).or_else(|| last.find(JUDGED))?;
        Some(start + words)
    });
    let Some((before, moving)) = footer.and_then(|at| text.split_at_checked(at)) else {
        return Cow::Borrowed(text);
    };
    let mut kept = before.to_owned();
    let mut last = ' ';
    for word in moving.split_inclusive(|sign: char| !sign.is_ascii_alphanumeric()) {
        let name = word.trim_end_matches(|sign: char| !sign.is_ascii_alphanumeric());
        let is_commit = name.len() >= FEWEST_DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        match is_commit && last != '@' {
            true => kept.push_str(word.get(name.len()..).unwrap_or_default()),
            false => kept.push_str(word),
        }
        last = word.chars().last().unwrap_or(last);
    }
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn shown(target: &str, base: &str, body: &str, extended: &str) -> String {
        format!(
            "{body} `{target}`\n\n<sub>merge base `{base}` · head `2222222` · policy [`p.yml` at `{target}`](https://h/o/r/blob/{target}000/p.yml), \
             which extends `o/s/p.yml@{extended}` (rules of 2026-11) · 22 November 2026 · `tierguard check --base {target}`</sub>"
        )
    }

    #[test]
    fn the_tip_of_the_target_branch_does_not_count_and_everything_else_does() {
        let text = |target: &str| {
            let all = shown(target, "1111111", "x", "3333333");
            all.replacen(target, "same", 1)
        };
        assert_eq!(without_target(&text("abcdef0")), without_target(&text("0fedcba")));
        let plain = shown("abcdef0", "1111111", "x", "3333333");
        for other in [
            shown("abcdef0", "1111112", "x", "3333333"),
            shown("abcdef0", "1111111", "y", "3333333"),
            shown("abcdef0", "1111111", "x", "3333334"),
            shown("abcdef1", "1111111", "x", "3333333"),
            plain.replace("22 November", "23 November"),
            plain.replace("p.yml", "q.yml"),
        ] {
            assert_ne!(without_target(&plain), without_target(&other), "{other}");
        }
    }

    #[test]
    fn a_comment_says_the_same_while_the_line_of_the_policy_stays() {
        let text = |target: &str, line: usize| {
            format!(
                "x\n\n<sub>Why: [policy, line {line}](https://h/o/r/blob/{target}/p.yml#L{line}) · `tierguard explain x`</sub>"
            )
        };
        let (one, other) = ("abcdef0".repeat(5), "0fedcba".repeat(5));
        assert_eq!(without_target(&text(&one, 3)), without_target(&text(&other, 3)));
        assert_ne!(without_target(&text(&one, 3)), without_target(&text(&one, 4)));
    }

    #[test]
    fn what_has_no_footer_stays_as_it_is() {
        for text in [
            "",
            "abcdef0 · policy abcdef0",
            "\n<sub>abcdef0",
            "· policy é abcdef0",
        ] {
            assert_eq!(without_target(text), text);
        }
    }

    #[test]
    fn the_footer_is_found_where_it_stands() {
        let footer = footer(&sample::broken_and_promoted(), Linked(None));
        let text = format!("x\n\n{footer}");
        assert!(
            without_target(&text).starts_with("x\n\n<sub>merge base "),
            "{text}"
        );
        assert_ne!(without_target(&text), text);
    }
}
