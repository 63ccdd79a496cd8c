use super::{Context, Findings, Rule};
use crate::change::Connector;
use crate::finding::{Finding, Suggestion, code, prose};
use crate::text::Edit;
use crate::yaml::{Value, quote};

rule! {
    /// A deadline is written without quotes.
    ///
    /// ## What it does
    /// Speaks where an entry that the change adds, or whose deadline it writes anew, has a plain date as `upgradeDeadline`.
    /// An old one that stays as it is, is left alone.
    ///
    /// ## Why
    /// YAML reads a plain date as a date and not as text. The publisher's check of deadlines expects text and stops with a
    /// crash, so that no check of the connector ends. Of 143 entries in 2025, 8 were written like this.
    ///
    /// ## Example
    /// 2023-09-27, `source-quickbooks`, `ef02191` (`#30770`): `upgradeDeadline: 2023-10-04` without quotes.
    ///
    /// ## How to mend it
    /// Put the date between quotes.
    ///
    /// ## Options
    /// None.
    "deadline-not-quoted", since "0.1.0",
    pub struct DeadlineNotQuoted {}
}

impl Rule for DeadlineNotQuoted {
    fn check_state(&self, _: &Context, connector: &Connector, findings: &mut Findings) {
        let Some(metadata) = connector.metadata() else { return };
        for entry in &metadata.releases.breaking_changes {
            let Some(field) = &entry.upgrade_deadline else { continue };
            if !matches!(field.value, Value::Date(_)) {
                continue;
            }
            let key = &entry.version.text;
            let edit = Edit { span: field.span, replacement: quote(&field.text) };
            findings.push(
                Finding::at(
                    connector.location(field.span),
                    // The day belongs to it: a deadline that moves and still has no quotes is told again.
                    format!("{key}/upgradeDeadline/{}", field.text),
                    prose!["The deadline of ", code(key), " has no quotes: it is read as a date and not as text."],
                )
                .impact(prose!["The publisher's check of deadlines expects text and stops with a crash, so the release cannot be checked."])
                .remedy(prose!["Put it between quotes."])
                .suggest(Suggestion::new(
                    prose!["put the deadline between quotes"],
                    connector.file(),
                    metadata.document().text(),
                    &[edit],
                )),
            );
        }
    }
}
