//! Keywords that are compared as they are: those of unknown effect, and those that say how a value is understood.

use serde_json::Value;

use super::kind::ContractChangeKind as Kind;
use super::schemas::{same, value_of};
use super::site::Site;
use super::specification::{Comparison, Said};
use super::valid::decides;
use super::{Effect, Witness, formats};
use crate::contract::{Additional, Keyword, Reason, ReasonKind, Schema, Word};

impl Comparison<'_> {
    /// What is not known on one side, or not in the same way.
    pub(super) fn doubts(&mut self, site: &Site<'_>) {
        let (base, head) = (site.base, site.head);
        self.findings.doubts(base.unknown.as_ref(), head.unknown.as_ref());
        // A condition is one keyword in three: the parts alone say nothing.
        let condition = |name: &str| matches!(name, "if" | "then" | "else");
        let conditions = |schema: &Schema| -> Vec<(String, Value)> {
            let parts = schema.others.iter().filter(|keyword| condition(&keyword.name));
            parts
                .map(|part| (part.name.to_string(), part.value.clone()))
                .collect()
        };
        let changed = !conditions(head).is_empty() && conditions(base) != conditions(head);
        for keyword in head.others.iter().filter(|keyword| decides(keyword)) {
            let kept = value_of(&base.others, &keyword.name) == Some(&keyword.value);
            if (condition(&keyword.name) && changed) || !kept {
                let reason = Reason::new(ReasonKind::Keyword, keyword.name.to_string(), Some(keyword.place));
                self.findings.doubt(reason);
            }
        }
        // These lean on a keyword beside them.
        for name in ["patternProperties", "unevaluatedProperties"] {
            let there = |schema: &Schema| value_of(&schema.others, name).is_some();
            if there(base) && !there(head) && !matches!(head.additional, Additional::Open) {
                self.findings
                    .doubt(Reason::new(ReasonKind::Keyword, name, Some(head.place)));
            }
        }
        for part in &head.all_of {
            if !base.all_of.iter().any(|before| same(before, part)) {
                self.findings
                    .doubt(Reason::new(ReasonKind::Keyword, "allOf", Some(part.place)));
            }
        }
    }

    /// Keywords that say how a value is understood, and the default.
    pub(super) fn annotations(&mut self, site: &Site<'_>) {
        let (base, head) = (site.base, site.head);
        let pairs = [
            ("format", &base.format, &head.format),
            ("airbyte_type", &base.airbyte_type, &head.airbyte_type),
        ];
        for (name, before, after) in pairs {
            let text = |word: &Option<Word>| word.as_ref().map(|word| word.text.to_string());
            if text(before) != text(after) {
                // Where a pattern says how a value is written, on both sides, the format only repeats it; what the
                // pattern no longer allows is told by itself.
                let repeats = name == "format" && formats::repeats_pattern(base, head);
                let witness = Witness::Keyword {
                    name,
                    from: text(before),
                    to: text(after),
                };
                let place = |word: &Option<Word>, schema: &Schema| {
                    word.as_ref().map_or(schema.place, |word| word.place)
                };
                let said = Said::new(text(before), text(after), place(before, base), place(after, head));
                self.push(
                    Kind::ConfigFormatChanged,
                    site.path.clone(),
                    if repeats {
                        Effect::Compatible
                    } else {
                        Effect::Breaking(witness)
                    },
                    said,
                );
            }
        }
        let value = |keyword: &Option<Keyword>| keyword.as_ref().map(|keyword| keyword.value.to_string());
        if value(&base.default) != value(&head.default) {
            let place = |schema: &Schema| {
                schema
                    .default
                    .as_ref()
                    .map_or(schema.place, |keyword| keyword.place)
            };
            let said = Said::new(
                value(&base.default),
                value(&head.default),
                place(base),
                place(head),
            );
            self.push(
                Kind::ConfigDefaultChanged,
                site.path.clone(),
                Effect::Compatible,
                said,
            );
        }
    }
}
