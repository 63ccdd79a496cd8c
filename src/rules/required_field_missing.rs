use std::collections::BTreeSet;

use super::mending::or_rename;
use super::wishes::{Fields, Missing, Reason, Word, of_change, of_state, or_ask, spoken};
use super::{Context, Findings, Rule, Scope};
use crate::change::{Connector, ConnectorDiff};
use crate::finding::{Finding, Level, Suggestion, code, prose};
use crate::yaml::{Node, insert_entry, replace_scalar};

rule! {
    /// A field is missing that the policy asks for.
    ///
    /// ## What it does
    /// Looks for the fields that a wish names in every connector that it speaks of, as it stands at head. What base lacked
    /// already is not told again, unless the wish names kinds of changes: then it is asked with each of them. A field
    /// without a value is missing.
    ///
    /// ## Why
    /// The wish says it: something reads that field, and finds nothing.
    ///
    /// ## Example
    /// 2024-03-06, `source-amazon-seller-partner`, `c02887c` (`#35848`): a wish for `data.maxSecondsBetweenMessages` in
    /// certified sources would have spoken when this one became certified without it.
    ///
    /// ## How to mend it
    /// Add the field. Where the wish has a default, the suggestion adds it with one click.
    ///
    /// ## Options
    /// `wishes`: a list, empty by default. Each has `fields` (paths such as `data.license`; `*` stands for each name that is
    /// there) and `because`; `when` (the keys of a scope, and `change`: kinds of changes that come along), `level` and
    /// `default` (the value that is suggested) may be left out. The first wish that speaks of a field decides.
    "required-field-missing", since "0.1.0",
    pub struct RequiredFieldMissing {
        /// What has to be there.
        wishes: Vec<RequiredFields>,
    }
}

/// Fields that have to be there.
#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct RequiredFields {
    /// Paths such as `data.license`; `*` stands for each name that is there.
    fields: Fields,
    /// The value that is suggested.
    default: Option<Word>,
    /// Of which connectors and changes it speaks; without it, of all.
    #[serde(default)]
    when: Scope,
    /// How loud it is, instead of the rule's level.
    level: Option<Level>,
    /// Why, in a sentence for the author.
    because: Reason,
}

impl Rule for RequiredFieldMissing {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        self.check(|wish| of_change(&wish.when, diff), findings);
    }

    fn check_state(&self, _: &Context, connector: &Connector, findings: &mut Findings) {
        self.check(|wish| of_state(&wish.when, connector).then_some(connector), findings);
    }
}

impl RequiredFieldMissing {
    fn check<'a>(&self, connector: impl Fn(&RequiredFields) -> Option<&'a Connector>, findings: &mut Findings) {
        let mut said: BTreeSet<String> = BTreeSet::new();
        for (index, wish) in self.wishes.iter().enumerate() {
            let Some(connector) = connector(wish) else { continue };
            let Some(metadata) = connector.metadata() else { continue };
            for missing in wish.fields.iter().flat_map(|field| field.missing(metadata.document().root())) {
                let path = missing.path();
                if !said.insert(path.clone()) {
                    continue;
                }
                let empty = written(metadata.document().root(), &missing.names);
                let near = empty.or(missing.near).map_or(metadata.data_key, |key| key.span);
                let (lacks, mend) = match empty {
                    Some(_) => (" has no value.", "Write its value on this line"),
                    None => (" is missing.", "Add the field"),
                };
                let finding = Finding::at(connector.location(near), &*path, prose![code(&path), lacks])
                    .remedy(or_ask(prose![mend]))
                    .suggest(wish.default.as_ref().and_then(|value| added(connector, &missing, value)));
                let finding = match missing.names.split_last() {
                    Some((name, around)) => or_rename(finding, connector, around, name),
                    None => finding,
                };
                findings.push(spoken(finding, index, &wish.because, wish.level));
            }
        }
    }
}

/// The key of a field that is there and has no value.
fn written<'a>(root: &'a Node, names: &[&str]) -> Option<&'a Node> {
    let (name, around) = names.split_last()?;
    Some(&root.at(around)?.entry(name)?.key)
}

/// The field with its default: a new entry, or the value of a key that has none.
fn added(connector: &Connector, missing: &Missing, value: &Word) -> Option<Suggestion> {
    let document = connector.metadata()?.document();
    let (name, around) = missing.names.split_last()?;
    let proven = match document.root().at(&missing.names) {
        Some(empty) => replace_scalar(document, empty, &value.text())?,
        None => insert_entry(document, around, name, &value.block())?,
    };
    let title = prose!["set ", code(missing.path()), " to ", code(value.text())];
    Suggestion::proven(title, connector.file(), document.text(), proven)
}
