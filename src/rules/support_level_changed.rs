use super::breaking::REFUSED;
use super::mending::or_rename;
use super::promised::promised;
use super::transition::{TransitionField, conclude, judge, words};
use super::{Context, Findings, Rule, Transition, TransitionValue};
use crate::change::{Connector, ConnectorDiff};
use crate::finding::{Finding, Piece, Prose, Suggestion, code, prose};
use crate::promises::{Difference, SupportLevel};
use crate::text::Edit;

rule! {
    /// The support level of a connector changed, and with it what its users are promised.
    ///
    /// ## What it does
    /// Names the move of `data.supportLevel`, shows what users gain and lose, and checks what the move asks for. An
    /// absent level counts as `community`, because the registry publishes it so.
    ///
    /// ## Why
    /// Users choose a connector by its level: who maintains it, who answers when it fails, how much notice a breaking
    /// change gets (<https://docs.airbyte.com/integrations/connector-support-levels>). One line changes all of it.
    ///
    /// ## Example
    /// 2023-08-01, `6031791` (`#28904`): the field came into 257 files at once, and `source-braze` went from absent,
    /// which is published as community, to certified.
    ///
    /// ## How to mend it
    /// Do what the requirements name, where they say so in a pull request before this one, or take the line back.
    ///
    /// ## Options
    /// `transitions`: rows of `from`, `to`, `level`, `level-when-met`, `requires`, `approvals`; the first row
    /// that fits decides. Rows of an override come before the built-in ones: a move that one of them names is held to what
    /// that row requires, and to nothing of a built-in one. After a row `{ from: [any], to: [any], level: note }` no
    /// built-in one is asked. Each row has its own level: the rule's `level` can only be set to `off`. `approvals` are
    /// entries of `team`, `users` and `count`: people with write access whose reviews approve the present head.
    "support-level-changed", since "0.1.0",
    pub struct SupportLevelChanged {
        /// Which move is how loud and asks for what; the first row that fits decides.
        transitions: Vec<Transition>,
    }
}

impl Rule for SupportLevelChanged {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some(change) = diff.change("support-level") else { return };
        let (Some(base), Some(head)) = (&diff.base, &diff.head) else { return };
        let (from, to) = words(change);
        let judgement = judge(&self.transitions, TransitionField::SupportLevel, (from, to), Some(TransitionValue::Community), context, diff);

        let field = head.metadata().and_then(|metadata| metadata.support_level.as_ref());
        let before = from.map_or_else(|| prose!["absent (published as Community)"], shown);
        let after = to.map_or_else(|| prose!["absent (published as Community)"], shown);
        let mut finding = Finding::at(
            field.map_or_else(|| removed_line(base, head), |field| head.location(field.span)),
            // A misspelt word is a matter of its own: correcting it may leave a move to be judged.
            if to.is_some_and(|word| SupportLevel::from_word(word).is_none()) { "data.supportLevel/word" } else { "data.supportLevel" },
            prose!["The support level goes from "].join(before).join(prose![" to "]).join(after).join(prose!["."]),
        );
        let refused = to.is_some_and(|word| SupportLevel::from_word(word).is_none_or(|level| level == SupportLevel::Custom));
        if refused {
            finding = finding.impact(prose![REFUSED]);
        } else if let Some(impact) = promised(diff, change).as_ref().and_then(differences) {
            finding = finding.impact(impact);
        }
        finding = match (to, to.map(SupportLevel::from_word)) {
            (Some("custom"), _) => finding.remedy(prose![
                code("custom"), " is for connectors that users build for themselves, and the registry refuses it here. Keep ",
                code("community"), ", ", code("certified"), " or ", code("archived"), "."
            ]),
            (Some(word), Some(None)) => finding
                .remedy(prose![
                    code(word),
                    " is not a support level: the field takes ",
                    code("certified"), ", ", code("community"), " or ", code("archived"), "."
                ])
                .suggest(nearest(head, word)),
            (None, _) => or_rename(
                finding
                    .remedy(prose!["Write the level out, so that nobody has to know what its absence means."])
                    .suggest(write_back(base, head)),
                head,
                &["data"],
                "supportLevel",
            ),
            (Some("certified"), _) if from == Some("archived") => finding.remedy(prose![
                "Take the connector up again as ", code("supportLevel: community"), " first, and certify it in a later pull request."
            ]),
            _ => finding,
        };
        conclude(judgement, finding, findings);
    }
}

/// The level's name today, or the word itself where it is none.
fn shown(word: &str) -> Prose {
    match SupportLevel::from_word(word) {
        Some(level) => Prose::new(vec![Piece::from(level.name())]),
        None => prose![code(word)],
    }
}

/// What differs for users, as one sentence: topic, before, after.
pub(super) fn differences(difference: &Difference) -> Option<Prose> {
    let mut pieces = vec![Piece::from("For users this changes: ")];
    for (index, row) in difference.rows.iter().enumerate() {
        let separator = if index == 0 { "" } else { "; " };
        pieces.push(Piece::trusted(format!("{separator}{}: {} → {}", row.topic, row.before, row.after)));
    }
    pieces.push(Piece::from("."));
    (!difference.rows.is_empty()).then(|| Prose::new(pieces))
}

/// The place of a field that head dropped: its line at base.
pub(super) fn removed_line(base: &Connector, head: &Connector) -> crate::finding::Location {
    let field = base.metadata().and_then(|metadata| metadata.support_level.as_ref());
    field.map_or_else(|| head.field_location(None), |field| base.location(field.span))
}

fn nearest(head: &Connector, word: &str) -> Option<Suggestion> {
    let metadata = head.metadata()?;
    let field = metadata.support_level.as_ref()?;
    let known = ["certified", "community", "archived"];
    let near = known.into_iter().find(|known| strsim::damerau_levenshtein(known, &word.to_lowercase()) <= 2)?;
    let edit = Edit { span: field.span, replacement: near.to_owned() };
    Suggestion::new(prose!["write ", code(near)], head.file(), metadata.document().text(), &[edit])
}

/// The level as base wrote it, added at the end of `data`.
fn write_back(base: &Connector, head: &Connector) -> Option<Suggestion> {
    let level = base.metadata()?.support_level.as_ref()?.text.to_string();
    SupportLevel::from_word(&level)?;
    let metadata = head.metadata()?;
    let proven = crate::yaml::insert_entry(
        metadata.document(),
        &["data"],
        "supportLevel",
        &crate::yaml::Block::Text(level.clone()),
    )?;
    Suggestion::proven(prose!["keep ", code(level)], head.file(), metadata.document().text(), proven)
}
