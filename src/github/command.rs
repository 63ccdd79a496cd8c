//! Commands that people write under a pull request.
//!
//! A command is the first line of a comment, from its first character on: one in a quote, a code block, an HTML comment
//! or further down is talk about a command. Knows words; knows no permission.

use crate::changeset::WaiverRequest;

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Judge the pull request once more: `/tierguard recheck`.
    Recheck,
    /// Judge it once more, since the comment itself may waive a finding: `/tierguard waive …`.
    Waive,
    /// Show a rule's page: `/tierguard explain RULE`.
    Explain {
        /// The rule as it was written; lower-case letters and hyphens only, so that it can be repeated.
        rule: String,
    },
}

impl Command {
    /// Reads the first line of a comment; `None` for anything that is no known command.
    pub fn read(body: &str) -> Option<Self> {
        let line = body.lines().next()?;
        if WaiverRequest::read(line).is_some() {
            return Some(Self::Waive);
        }
        let mut words = line.strip_prefix("/tierguard ")?.split_ascii_whitespace();
        let command = match (words.next()?, words.next()) {
            ("recheck", None) => Self::Recheck,
            ("explain", Some(rule)) if is_rule(rule) => Self::Explain {
                rule: rule.to_owned(),
            },
            _ => return None,
        };
        words.next().is_none().then_some(command)
    }
}

fn is_rule(word: &str) -> bool {
    word.len() <= 80 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_the_first_line_and_nothing_else() {
        assert_eq!(Command::read("/tierguard recheck"), Some(Command::Recheck));
        assert_eq!(
            Command::read("/tierguard  recheck \r\nthanks"),
            Some(Command::Recheck)
        );
        assert_eq!(
            Command::read("/tierguard waive x y at 0 until 1 because z"),
            Some(Command::Waive)
        );
        let explain = Command::Explain {
            rule: "identity-changed".to_owned(),
        };
        assert_eq!(
            Command::read("/tierguard explain identity-changed"),
            Some(explain)
        );
        for talk in [
            "",
            "/tierguard",
            "/tierguard approve",
            "/tierguard recheck now",
            "/tierguard explain",
            "/tierguard explain a b",
            "/tierguard explain <!--",
            "/tierguard explain \u{1b}[31m",
            " /tierguard recheck",
            "> /tierguard recheck",
            "`/tierguard recheck`",
            "<!-- /tierguard recheck -->",
            "please\n/tierguard recheck",
            "/tierguardrecheck",
        ] {
            assert_eq!(Command::read(talk), None, "{talk:?}");
        }
    }
}
