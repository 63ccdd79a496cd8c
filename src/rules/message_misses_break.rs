use super::breaking::has_message;
use super::contract::{breaks, new_entries, place, subject_of};
use super::{Context, Findings, Rule};
use crate::change::ConnectorDiff;
use crate::change::contract::ContractChange;
use crate::finding::{Finding, code, prose};

rule! {
    /// The message of a declared break speaks of nothing that breaks.
    ///
    /// ## What it does
    /// Looks in the message of a new breaking-change entry for the name of anything that breaks: a stream, a field, a setting.
    /// Case, spaces, hyphens and underscores do not count. One name suffices.
    ///
    /// ## Why
    /// The message is mailed to everybody who is affected. Who cannot tell from it whether their sync is meant has to ask.
    ///
    /// ## Example
    /// 2024-02-12, `destination-postgres`, `25991f6` (`#35042`): the specification loses `use_1s1t_format`, and the
    /// message of 2.0.0 does not name it.
    ///
    /// ## How to mend it
    /// Name what breaks, say who is affected and what they have to do.
    ///
    /// ## Options
    /// None.
    "message-misses-break", since "0.1.0",
    pub struct MessageMissesBreak {}
}

impl Rule for MessageMissesBreak {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let (Some(contract), Some(head)) = (&diff.contract, &diff.head) else { return };
        for entry in new_entries(diff) {
            let Some(message) = entry.message.as_ref().filter(|_| has_message(entry)) else { continue };
            let text = letters(&message.text);
            let mut broken = breaks(contract).peekable();
            let Some(first) = broken.peek().copied() else { continue };
            if broken.any(|change| names(change).any(|name| text.contains(&name))) {
                continue;
            }
            let what = if first.path.is_empty() { prose!["."] } else { prose![" at ", code(&first.path), "."] };
            findings.push(
                Finding::at(
                    head.location(message.span),
                    format!("{}/message/names", entry.version.text),
                    prose!["The message of ", code(&entry.version.text), " names nothing that breaks: "].join(subject_of(first)).join(prose![" changes"]).join(what),
                )
                .because(Some(place(diff, contract, first)), prose!["this breaks"])
                .impact(prose!["The message of ", code(&entry.version.text), " is mailed to those who are affected, and they cannot tell from it whether their sync is meant."])
                .remedy(prose!["Name the streams, fields or settings, and say what has to be done."]),
            );
        }
    }
}

/// The names by which a message may speak of a change, each in a comparable form.
fn names(change: &ContractChange) -> impl Iterator<Item = String> {
    let parts = change.path.split(['.', '[', ']']).map(str::to_owned);
    let values = [&change.from, &change.to].into_iter().flatten().cloned();
    let stream = change.stream.as_deref().map(str::to_owned);
    parts.chain(stream).chain(values).map(|name| letters(&name)).filter(|name| name.len() > 1)
}

/// Letters and digits in lower case: `Total Price_set` and `total-price-set` are one.
fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
