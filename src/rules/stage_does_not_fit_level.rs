use super::transition::TransitionField;
use super::{Context, Findings, Rule, TransitionValue};
use crate::change::{ChangeKind, Connector, ConnectorDiff};
use crate::changeset::Side;
use crate::finding::{Finding, code, prose};
use crate::promises::SupportLevel;

rule! {
    /// The release stage and the support level say different things.
    ///
    /// ## What it does
    /// Looks for pairs such as a certified connector in alpha, or a community one that calls itself generally available.
    /// What another rule asks of the same change it leaves to that: `support-level-changed` asks for the stage of what
    /// becomes certified, for a level that is taken away or refused, and for the community level of what comes out of the
    /// archive; `release-stage-changed` asks for the level of what becomes generally available, and
    /// `connector-added-at-high-level` for both of what is new.
    ///
    /// ## Why
    /// Certification asks for `generally_available`, and what is generally available is supported. A pair that does not
    /// fit tells users two different promises.
    ///
    /// ## Example
    /// 2024-11-07, `source-mysql`, `7bdc098` (`#48369`): a new implementation took the place of a certified connector
    /// and brought its own stage along, alpha.
    ///
    /// ## How to mend it
    /// Change the field that is wrong: usually that is the stage.
    ///
    /// ## Options
    /// `unfit`: the pairs, each a list of support levels and of release stages.
    "stage-does-not-fit-level", since "0.1.0",
    pub struct StageDoesNotFitLevel {
        /// The pairs that do not fit.
        unfit: Vec<UnfitPair>,
    }
}

/// Support levels and release stages that contradict each other.
#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct UnfitPair {
    /// The support levels.
    pub support_level: Vec<TransitionValue>,
    /// The release stages that do not go with them.
    pub release_stage: Vec<TransitionValue>,
}

impl Rule for StageDoesNotFitLevel {
    fn leaves_state(&self, context: &Context, diff: &ConnectorDiff) -> bool {
        let Some(metadata) = diff.metadata(Side::Head) else { return false };
        let level = metadata.support_level.as_ref().map(|field| &*field.text);
        let available = metadata.release_stage.as_ref().is_some_and(|field| &*field.text == "generally_available");
        if diff.changes.iter().any(|change| change.kind == ChangeKind::ConnectorAdded) {
            return (available || level == Some("certified")) && context.speaks("connector-added-at-high-level", diff);
        }
        let becomes_available = available && diff.change("release-stage").is_some();
        let asks_for_more = match level {
            Some("certified" | "custom") | None => true,
            Some(word) => SupportLevel::from_word(word).is_none(),
        };
        let is_promoted = asks_for_more && diff.change("support-level").is_some();
        (becomes_available && context.speaks("release-stage-changed", diff))
            || (is_promoted && context.speaks("support-level-changed", diff))
    }

    fn check_state(&self, _: &Context, connector: &Connector, findings: &mut Findings) {
        let Some(metadata) = connector.metadata() else { return };
        let Some(stage) = &metadata.release_stage else { return };
        let level = metadata.support_level.as_ref();
        // The registry publishes an absent level as community.
        let word = level.map_or("community", |field| &*field.text);
        let unfit = self.unfit.iter().any(|pair| {
            pair.support_level.iter().any(|value| value.is(TransitionField::SupportLevel, word))
                && pair.release_stage.iter().any(|value| value.is(TransitionField::ReleaseStage, &stage.text))
        });
        if unfit {
            findings.push(
                Finding::at(
                    connector.location(stage.span),
                    format!("{word}/{}", stage.text),
                    prose!["The release stage ", code(&stage.text), " does not fit the support level ", code(word)]
                        .join(if level.is_some() { prose!["."] } else { prose![", which an absent one counts as."] }),
                )
                .because(level.map(|field| connector.location(field.span)), prose!["the support level stands here"])
                .remedy(remedy(word, &stage.text)),
            );
        }
    }
}

/// What to write, for the pairs that the built-in policy names; a policy may name others.
fn remedy(level: &str, stage: &str) -> crate::finding::Prose {
    match (level, stage) {
        ("certified", _) => prose![
            "Write ", code("releaseStage: generally_available"), ", which goes with certification; or change the level, if \
             the connector is not as stable as that."
        ],
        (_, "generally_available") => prose![
            "Only a certified connector is ", code("generally_available"), ". Write ", code("beta"), " or ", code("alpha"),
            " as the stage, whichever says how stable it is."
        ],
        _ => prose!["Usually the level is right, and the stage is the one to change."],
    }
}
