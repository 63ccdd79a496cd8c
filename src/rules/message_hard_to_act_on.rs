use super::breaking::{entry_before, has_message, is_annotation, touched_entries};
use super::{Context, Findings, Rule};
use crate::change::{Connector, ConnectorDiff, governing_stability};
use crate::finding::{Finding, Level, Prose, Suggestion, code, prose};
use crate::metadata::{BreakingChange, Field, Metadata};
use crate::promises::Stability;
use crate::yaml::replace_scalar;

/// Words that tell a reader what to do, or that speak to them.
const WORDS: [&str; 6] = ["must", "please", "see", "should", "you", "your"];

/// Beginnings of words that tell a reader what to do, without hyphens: `re-sync` is `resync`.
const STEMS: [&str; 17] = [
    "check", "clear", "ensur", "follow", "need", "reauth", "recommend", "reconfigur", "reconnect", "recreat", "reenabl",
    "refresh", "reload", "requir", "reset", "resync", "review",
];

/// What stands where somebody meant to write something later.
const PLACEHOLDERS: [&str; 5] = ["FIXME", "LOREM IPSUM", "TBD", "TODO", "XXX"];

/// The most characters between `<` and `>` that count as a placeholder.
const LONGEST_PLACEHOLDER: usize = 40;

rule! {
    /// The message of a breaking change is hard to act on.
    ///
    /// ## What it does
    /// Looks at the message of an entry that the change adds, or whose message it edits, for what can be measured: it holds
    /// neither a link nor a word that tells readers what to do (such as *refresh*, *reset*, *must*, *you*), it is longer than
    /// an e-mail should be, or a placeholder is left in it (`{{ … }}`, `<stream name>`, TODO).
    ///
    /// ## Why
    /// The message is mailed to everybody who is affected. The public policy wants it short, with who is affected, what to do
    /// and a link to the guide. Of 105 messages of 2023 to 2025, 30 hold no link and no such word, and 7 are longer than 600
    /// characters. A message can be good without these words, and bad with them: hence a note.
    ///
    /// ## Example
    /// 2023-07-19, `source-faker`, `16d8ee7` (`#28485`): the message of 4.0.0 said what changes and not what to do, and
    /// linked to no guide.
    ///
    /// ## How to mend it
    /// Say what to do, and link the migration guide for the rest.
    ///
    /// ## Options
    /// `longest`: the most characters of a message. `wording-level`: how loud a message is that only lacks a link and words
    /// or is too long. `placeholder-level-when-stable`: how loud a placeholder is in a certified or generally available
    /// connector, whose users were promised that they learn of a break.
    "message-hard-to-act-on", since "0.1.0",
    pub struct MessageHardToActOn {
        /// The most characters of a message.
        longest: usize,
        /// How loud a message is that lacks a link and words that tell what to do, or is too long.
        wording_level: Level,
        /// How loud a placeholder is where stability was promised.
        placeholder_level_when_stable: Level,
    }
}

impl Rule for MessageHardToActOn {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((_, _, head, after)) = diff.both() else { return };
        for (entry, _) in touched_entries(diff, after) {
            let before = entry_before(diff, entry).and_then(|before| before.message.as_ref());
            let Some(message) = entry.message.as_ref().filter(|_| has_message(entry) && !is_annotation(diff, entry)) else { continue };
            if before.is_none_or(|before| before.text != message.text) {
                let is_stable = governing_stability(diff) == Stability::Stable;
                self.judge((head, after, is_stable), entry, message, findings);
            }
        }
    }
}

impl MessageHardToActOn {
    fn judge(
        &self,
        (head, after, is_stable): (&Connector, &Metadata, bool),
        entry: &BreakingChange,
        message: &Field,
        findings: &mut Findings,
    ) {
        let key = &entry.version.text;
        let finding = |what: &str, words: Prose| {
            Finding::at(head.location(message.span), format!("{key}/message/{what}"), prose!["The message of ", code(key), " "].join(words))
        };
        if let Some(found) = placeholder(&message.text) {
            let finding = finding("placeholder", prose!["still holds a placeholder: ", code(found), "."])
                .impact(prose!["The message of ", code(key), " is mailed to those who are affected just as it stands."])
                .remedy(prose!["Write what belongs there."]);
            findings.push(if is_stable { finding.level(self.placeholder_level_when_stable) } else { finding });
        }
        let length = message.text.chars().count();
        if length > self.longest {
            findings.push(
                finding("length", prose!["has ", length, " characters; ", self.longest, " are enough for an e-mail."])
                    .level(self.wording_level)
                    .impact(prose!["Who reads only the beginning of the message of ", code(key), " does not learn what to do."])
                    .remedy(prose!["Keep who is affected and what to do; move the rest to the migration guide."]),
            );
        }
        if !tells_what_to_do(&message.text) {
            let guide = guide(after, entry);
            let remedy = match &guide {
                Some(guide) => prose!["Say what readers have to do, and link the migration guide: ", code(guide), "."],
                None => prose!["Say what readers have to do, and link the migration guide."],
            };
            findings.push(
                finding("action", prose!["says what changes, and not what to do about it; it links to no guide either."])
                    .level(self.wording_level)
                    .impact(prose!["The message of ", code(key), " is mailed to those who are affected; they have to find out by themselves what to do."])
                    .remedy(remedy)
                    .suggest(guide.and_then(|guide| link(head, after, entry, &guide))),
            );
        }
    }
}

pub(super) fn tells_what_to_do(message: &str) -> bool {
    let plain = message.to_lowercase().replace('-', "");
    let words: Vec<&str> = plain.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let linked = ["http://", "https://", "]("].iter().any(|link| message.contains(link));
    let has_to = words.windows(2).any(|pair| matches!(pair[0], "has" | "have") && pair[1] == "to");
    let told = |word: &&str| WORDS.contains(word) || STEMS.iter().any(|stem| word.starts_with(stem));
    linked || has_to || words.iter().any(told)
}

/// The first placeholder of a message.
pub(super) fn placeholder(message: &str) -> Option<&str> {
    for (at, letter) in message.char_indices() {
        let rest = &message[at..];
        let closed = |end: &str| rest.find(end).map(|length| &rest[..length + end.len()]);
        match letter {
            '{' if rest.starts_with("{{") => return closed("}}").or(Some("{{")),
            '$' if rest.starts_with("${") => return closed("}").or(Some("${")),
            '<' => {
                // No further than a placeholder reaches: a message may hold many signs and no end.
                let near = rest[1..].char_indices().take(LONGEST_PLACEHOLDER + 1);
                let end = near.filter(|(_, letter)| *letter == '>').map(|(at, _)| at).next();
                let inner = end.map_or("", |end| &rest[1..=end]);
                // `<br>` and `<a href="…">` are HTML; `<VERSION>`, `<stream name>` and `<your_id>` wait for somebody.
                let named = inner.trim() == inner && inner.chars().all(|letter| letter.is_ascii_alphanumeric() || " _-".contains(letter));
                let waits = inner.contains([' ', '_']) || (inner.len() > 1 && inner.chars().all(|letter| letter.is_ascii_uppercase()));
                if named && waits {
                    return closed(">");
                }
            }
            _ => {}
        }
    }
    // In capitals only: they are words in some languages.
    let word = |found: &&str| {
        message.match_indices(*found).any(|(at, _)| {
            let joined = |letter: char| letter.is_alphanumeric() || letter == '_';
            !message[..at].ends_with(joined) && !message[at + found.len()..].starts_with(joined)
        })
    };
    PLACEHOLDERS.into_iter().find(word)
}

/// The address of the guide's section, as the registry makes it.
fn guide(metadata: &Metadata, entry: &BreakingChange) -> Option<String> {
    if let Some(own) = &entry.migration_documentation_url {
        return Some(own.text.to_string());
    }
    let written = metadata.releases.migration_documentation_url.as_ref().map(|field| field.text.to_string());
    let page = || Some(format!("{}-migrations", metadata.documentation_url.as_ref()?.text.trim_end_matches('/')));
    Some(format!("{}#{}", written.or_else(page)?, entry.version.text))
}

/// The message with a link behind it.
fn link(head: &Connector, after: &Metadata, entry: &BreakingChange, guide: &str) -> Option<Suggestion> {
    let document = after.document();
    let node = entry.node.get("message")?;
    let written = node.text()?.trim_end();
    let stop = if written.ends_with(['.', '!', '?']) { "" } else { "." };
    let message = format!("{written}{stop} What to do: [migration guide]({guide}).");
    let proven = replace_scalar(document, node, &message)?;
    Suggestion::proven(prose!["link the migration guide"], head.file(), document.text(), proven)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_or_a_word_that_tells_readers_what_to_do_suffices() {
        for message in [
            "Orders have new keys. Re-sync them.",
            "Whoever syncs orders has to reset them.",
            "No action is needed.",
            "Details: https://docs.example.com",
            "Your orders are gone.",
        ] {
            assert!(tells_what_to_do(message), "{message}");
        }
        for message in ["Orders have new keys.", "Add default cursor for cdc", "Rename dataset streams", ""] {
            assert!(!tells_what_to_do(message), "{message}");
        }
    }

    #[test]
    fn a_placeholder_is_told_from_code_and_html() {
        for (message, found) in [
            ("Reset {{ stream }}.", "{{ stream }}"),
            ("Reset ${STREAM}.", "${STREAM}"),
            ("Reset <stream name>.", "<stream name>"),
            ("Upgrade to <VERSION>.", "<VERSION>"),
            ("Reset orders. TODO: link", "TODO"),
            ("Reset {{ stream", "{{"),
        ] {
            assert_eq!(placeholder(message), Some(found), "{message}");
        }
        for message in ["Reset<br>orders.", "a < b and c > d", "<a href=\"x\">x</a>", "{\"a\": 1}", "TODOS", "a todo list", "1 <2_000 rows"] {
            assert_eq!(placeholder(message), None, "{message}");
        }
        // Forty characters are a placeholder, and what is further away is not looked for.
        let named = |length: usize| format!("Reset <{}>.", "A".repeat(length));
        assert!(placeholder(&named(40)).is_some() && placeholder(&named(41)).is_none());
        assert_eq!(placeholder(&"<é".repeat(200_000)), None);
    }
}
