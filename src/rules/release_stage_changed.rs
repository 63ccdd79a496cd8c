use super::breaking::REFUSED;
use super::mending::or_rename;
use super::promised::promised;
use super::support_level_changed::differences;
use super::transition::{TransitionField, conclude, judge, words};
use super::{Context, Findings, Rule, Transition};
use crate::change::ConnectorDiff;
use crate::finding::{Finding, Piece, Prose, Suggestion, code, prose};
use crate::promises::{ReleaseStage, SupportLevel};
use crate::text::Edit;
use crate::yaml::{Block, insert_entry};

rule! {
    /// The release stage of a connector changed, and with it how stable its users may take it to be.
    ///
    /// ## What it does
    /// Names the move of `data.releaseStage`, shows what users gain and lose, and checks what the move asks for. A
    /// connector that is not certified and ceases to be generally available gets the stage that goes with its level: that
    /// is a note.
    ///
    /// ## Why
    /// An alpha may break; a beta and a generally available connector do not include breaking changes (the page on
    /// product release stages, public until 2023-09-18). Generally available goes with certification today.
    ///
    /// ## Example
    /// 2023-06-30, `source-typeform`, `d47d1ce` (`#27836`): from beta to generally available.
    ///
    /// ## How to mend it
    /// Bring along what the requirements name, or take the line back. `deprecated` is no value of the field: a connector
    /// is taken out of service with `supportLevel: archived`.
    ///
    /// ## Options
    /// `transitions`: rows of `from`, `to`, `support-level-after`, `level`, `level-when-met`, `requires`, `approvals`; the
    /// first row that fits decides. A row without `support-level-after` speaks of all levels. Rows of an override come
    /// before the built-in ones: a move that one of them names is held to what that row requires, and to nothing of a
    /// built-in one. After a row `{ from: [any], to: [any], level: note }` no built-in one is asked. Each row has its own
    /// level: the rule's `level` can only be set to `off`.
    "release-stage-changed", since "0.1.0",
    pub struct ReleaseStageChanged {
        /// Which move is how loud and asks for what; the first row that fits decides.
        transitions: Vec<Transition>,
    }
}

impl Rule for ReleaseStageChanged {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some(change) = diff.change("release-stage") else { return };
        let (Some(base), Some(head)) = (&diff.base, &diff.head) else { return };
        let (from, to) = words(change);
        let judgement = judge(&self.transitions, TransitionField::ReleaseStage, (from, to), None, context, diff);

        let written = |side: &crate::change::Connector| side.metadata().and_then(|data| data.release_stage.clone());
        let location = match (written(head), written(base)) {
            (Some(field), _) => head.location(field.span),
            (None, Some(field)) => base.location(field.span),
            (None, None) => head.field_location(None),
        };
        let (before, after) = (shown(from), shown(to));
        let message = prose!["The release stage goes from "].join(before).join(prose![" to "]).join(after);
        // A misspelt word is a matter of its own: correcting it may leave a move to be judged.
        let subject = match to {
            Some(word) if ReleaseStage::from_word(word).is_none() => "data.releaseStage/word",
            _ => "data.releaseStage",
        };
        let mut finding = Finding::at(location, subject, message.join(prose!["."]));
        let stage = |word: Option<&str>| word.and_then(ReleaseStage::from_word);
        let level = head.metadata().and_then(|data| SupportLevel::from_word(&data.support_level.as_ref()?.text));
        if to.is_some() && stage(to).is_none_or(|stage| stage == ReleaseStage::Deprecated) {
            finding = finding.impact(prose![REFUSED]);
        } else if let Some(impact) = promised(diff, change).as_ref().and_then(differences) {
            finding = finding.impact(impact);
        }
        finding = match to {
            Some("deprecated") => finding.remedy(prose![
                code("deprecated"),
                " is not a value of this field and fails the registry's validation. To take a connector out of service, \
                 set ",
                code("supportLevel: archived"),
                " and disable it in both registries."
            ]),
            Some(word) if ReleaseStage::from_word(word).is_none() => finding
                .remedy(prose![
                    code(word), " is not a release stage: the field takes ", code("alpha"), ", ", code("beta"), ", ",
                    code("generally_available"), " or ", code("custom"), "."
                ])
                .suggest(nearest(head, word)),
            None => or_rename(
                finding
                    .remedy(prose!["Write the stage out, so that nobody has to guess it."])
                    .suggest(from.and_then(|word| write_back(head, word))),
                head,
                &["data"],
                "releaseStage",
            ),
            Some("custom") => finding.remedy(prose![
                code("custom"), " is for connectors that users build for themselves. Keep the stage that says how stable this one is."
            ]),
            Some("alpha" | "beta") if from == Some("generally_available") && level != Some(SupportLevel::Certified) => finding.remedy(prose![
                "Only a certified connector is generally available, so that the stage goes with the level now. Users are to be \
                 told before the merge what they can no longer rely on."
            ]),
            Some("alpha" | "beta") if from == Some("generally_available") || (from, to) == (Some("beta"), Some("alpha")) => finding.remedy(prose![
                "If the connector is as stable as before, take the line back. If not, users are to be told before the merge \
                 what they can no longer rely on."
            ]),
            _ => finding,
        };
        conclude(judgement, finding, findings);
    }
}

fn shown(word: Option<&str>) -> Prose {
    match (word, word.and_then(ReleaseStage::from_word)) {
        (_, Some(stage)) => Prose::new(vec![Piece::from(stage.name())]),
        (Some(word), None) => prose![code(word)],
        (None, None) => prose!["absent"],
    }
}

fn nearest(head: &crate::change::Connector, word: &str) -> Option<Suggestion> {
    let metadata = head.metadata()?;
    let field = metadata.release_stage.as_ref()?;
    let near = ["alpha", "beta", "generally_available", "custom"]
        .into_iter()
        .find(|known| strsim::damerau_levenshtein(known, &word.to_lowercase().replace([' ', '-'], "_")) <= 2)?;
    let edit = Edit { span: field.span, replacement: near.to_owned() };
    Suggestion::new(prose!["write ", code(near)], head.file(), metadata.document().text(), &[edit])
}

fn write_back(head: &crate::change::Connector, word: &str) -> Option<Suggestion> {
    let metadata = head.metadata()?;
    ReleaseStage::from_word(word).filter(|stage| *stage != ReleaseStage::Deprecated)?;
    let proven = insert_entry(metadata.document(), &["data"], "releaseStage", &Block::Text(word.to_owned()))?;
    Suggestion::proven(prose!["keep ", code(word)], head.file(), metadata.document().text(), proven)
}
