//! Waivers that people write under a pull request: what a comment says, and what is known of who wrote it.
//!
//! Knows the words of a waiver and facts; decides nothing.

use jiff::civil::Date;

use crate::ids::ObjectId;

/// How a comment starts that asks for a waiver.
pub const WAIVE: &str = "/tierguard waive";

/// The fewest digits that name a commit.
const SHORTEST_COMMIT: usize = 12;

/// The most characters of a reason.
const LONGEST_REASON: usize = 500;

/// The fewest letters and digits of a reason; a sign or an ellipsis is none.
const SHORTEST_REASON: usize = 3;

/// What a waiver asks for: `/tierguard waive RULE CONNECTOR at COMMIT until YYYY-MM-DD because …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverRequest {
    /// The rule's id, as it was written.
    pub rule: String,
    /// The connector: the name of its folder, or the folder's whole path.
    pub connector: String,
    /// The first digits of the commit that it holds for, at least twelve.
    pub commit: String,
    /// The last day on which it counts.
    pub until: Date,
    /// Why.
    pub because: String,
}

impl WaiverRequest {
    /// Reads the first line of a comment; `None` where it asks for no waiver, an error in fixed words where it does so
    /// in another form.
    pub fn read(body: &str) -> Option<Result<Self, &'static str>> {
        let words = body.lines().next()?.strip_prefix("/tierguard ")?;
        let rest = words.trim_start_matches([' ', '\t']).strip_prefix("waive")?;
        if !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
            return None;
        }
        Some(Self::words(rest))
    }

    fn words(rest: &str) -> Result<Self, &'static str> {
        const FORM: &str =
            "it does not read `/tierguard waive RULE CONNECTOR at COMMIT until YYYY-MM-DD because REASON`";
        let (head, because) = rest.split_once(" because").ok_or(FORM)?;
        let mut words = head.split_ascii_whitespace();
        let mut word = || words.next().ok_or(FORM);
        let (rule, connector, at, commit, until, day) =
            (word()?, word()?, word()?, word()?, word()?, word()?);
        if at != "at" || until != "until" || words.next().is_some() {
            return Err(FORM);
        }
        let is_rule = rule.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        if !is_rule || rule.len() > 80 || connector.len() > 400 {
            return Err(FORM);
        }
        let is_commit = commit
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_commit || !(SHORTEST_COMMIT..=40).contains(&commit.len()) {
            return Err("its commit is not named by its first twelve digits or more");
        }
        let until = day_of(day).ok_or(match has_form_of_day(day) {
            true => "its last day is not a day of the calendar",
            false => "its last day is no day of the form `YYYY-MM-DD`",
        })?;
        let because = because.trim();
        if !is_reason(because) {
            return Err("it gives no reason");
        }
        if because.chars().count() > LONGEST_REASON {
            return Err("its reason is longer than 500 characters");
        }
        Ok(Self {
            rule: rule.to_owned(),
            connector: connector.to_owned(),
            commit: commit.to_owned(),
            until,
            because: because.to_owned(),
        })
    }

    /// Whether it is bound to a commit.
    pub fn is_for(&self, head: &ObjectId) -> bool {
        head.as_str().starts_with(&self.commit)
    }
}

/// Reads a day of the form `YYYY-MM-DD` and of no other.
pub fn day_of(text: &str) -> Option<Date> {
    let day: Date = (text.len() == 10).then(|| text.parse().ok()).flatten()?;
    (day.to_string() == text).then_some(day)
}

/// Whether a text has the form `YYYY-MM-DD`, whatever day it names.
pub fn has_form_of_day(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 10 && text.bytes().enumerate().all(fits)
}

/// Whether a text says anything.
pub fn is_reason(text: &str) -> bool {
    let said = text.chars().filter(|character| character.is_alphanumeric());
    said.take(SHORTEST_REASON).count() == SHORTEST_REASON
}

/// What somebody may do in the repository.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Less than writing.
    #[serde(skip)]
    Reader,
    /// Push to branches.
    #[default]
    Write,
    /// Manage the repository without what is dangerous.
    Maintain,
    /// Everything.
    Admin,
}

impl Role {
    /// The word that GitHub and policies use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reader => "read",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }
}

/// A comment that asks for a waiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverComment {
    /// The comment's number.
    pub id: u64,
    /// The person who wrote it; `None` for a program and for an account that is gone.
    pub author: Option<String>,
    /// What that person may do, as it was read now; the error says why it was not.
    pub role: Result<Role, String>,
    /// The day on which it was written, in UTC.
    pub written: Date,
    /// Whether it was changed since.
    pub is_edited: bool,
    /// Whether somebody folded it away.
    pub is_hidden: bool,
    /// What it asks for; the error says in fixed words what its form lacks.
    pub request: Result<WaiverRequest, &'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "/tierguard waive field-removed source-x at 0123456789ab until 2026-12-15 because users were told";

    #[test]
    fn a_waiver_is_one_line_of_one_form() {
        let read = WaiverRequest::read(GOOD).unwrap().unwrap();
        assert_eq!(
            (read.rule.as_str(), read.connector.as_str()),
            ("field-removed", "source-x")
        );
        assert_eq!(
            (read.commit.as_str(), read.until.to_string().as_str()),
            ("0123456789ab", "2026-12-15")
        );
        assert_eq!(read.because, "users were told");
        let spaced = GOOD.replace(' ', "  ") + "\r\nand more";
        assert_eq!(
            WaiverRequest::read(&spaced).unwrap().unwrap().because,
            "users  were  told"
        );
        assert!(read.is_for(&ObjectId::new(&format!("0123456789ab{}", "0".repeat(28))).unwrap()));
        assert!(!read.is_for(&ObjectId::new(&"1".repeat(40)).unwrap()));
    }

    #[test]
    fn what_asks_for_no_waiver_is_none() {
        for talk in [
            "",
            "x",
            "/tierguard waived x",
            "/tierguard recheck",
            " /tierguard waive",
            "> /tierguard waive a",
        ] {
            assert_eq!(WaiverRequest::read(talk), None, "{talk}");
        }
        assert_eq!(WaiverRequest::read(&format!("please\n{GOOD}")), None);
    }

    #[test]
    fn another_form_is_refused_in_fixed_words() {
        let form = "it does not read";
        for (from, to, words) in [
            (" field-removed", "", form),
            ("field-removed", "Field_Removed", form),
            (" at ", " @ ", form),
            (" until ", " till ", form),
            (" because", " since", form),
            ("source-x", "source-x source-y", form),
            ("0123456789ab", "0123456789a", "its commit"),
            ("0123456789ab", "0123456789AB", "its commit"),
            ("0123456789ab", "HEAD~1", "its commit"),
            ("2026-12-15", "2026-02-30", "its last day"),
            ("2026-12-15", "2026-1-5", "its last day"),
            ("2026-12-15", "20261215", "its last day"),
            ("2026-12-15", "tomorrow", "its last day"),
            (" users were told", "", "it gives no reason"),
            ("users were told", "…", "it gives no reason"),
        ] {
            let said = WaiverRequest::read(&GOOD.replacen(from, to, 1))
                .unwrap()
                .unwrap_err();
            assert!(said.starts_with(words), "{from} → {to}: {said}");
        }
        let long = format!("{GOOD}{}", "!".repeat(LONGEST_REASON));
        assert!(WaiverRequest::read(&long).unwrap().is_err());
        assert!(WaiverRequest::read(WAIVE).unwrap().is_err());
    }
}
