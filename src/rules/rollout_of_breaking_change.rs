use super::{Context, Findings, Rule};
use crate::change::Connector;
use crate::finding::{Finding, Suggestion, code, prose};
use crate::text::Edit;

rule! {
    /// A declared break is to be rolled out step by step.
    ///
    /// ## What it does
    /// Speaks where the version has a breaking-change entry and `enableProgressiveRollout` is `true`.
    ///
    /// ## Why
    /// The registry ignores the rollout of a version that is declared breaking: all connections that the entry does not hold
    /// back move at once, though the file says that only some do.
    ///
    /// ## Example
    /// Made up, as no change up to April 2025 shows it: version 3.0.0 has an entry under `breakingChanges`, and
    /// `rolloutConfiguration.enableProgressiveRollout: true` stands beside it.
    ///
    /// ## How to mend it
    /// Switch the rollout off for this version.
    ///
    /// ## Options
    /// None.
    "rollout-of-breaking-change", since "0.1.0",
    pub struct RolloutOfBreakingChange {}
}

impl Rule for RolloutOfBreakingChange {
    fn check_state(&self, _: &Context, connector: &Connector, findings: &mut Findings) {
        let Some(metadata) = connector.metadata() else { return };
        let (Some(version), Some(rollout)) = (&metadata.version, &metadata.releases.progressive_rollout) else { return };
        let Some(entry) = metadata.releases.entry(&version.text) else { return };
        if rollout.bool() != Some(true) {
            return;
        }
        let edit = Edit { span: rollout.span, replacement: "false".to_owned() };
        findings.push(
            Finding::at(
                connector.location(rollout.span),
                format!("{}/rollout", version.text),
                prose![
                    "The rollout will be ignored: ", code(&version.text), " is declared breaking."
                ],
            )
            .because(Some(connector.location(entry.version.span)), prose!["declared here"])
            .impact(prose![
                "Connections that the entry does not hold back move to ", code(&version.text), " at once, all of them: a declared \
                 break is not rolled out step by step."
            ])
            .remedy(prose!["Switch the rollout off for this version; the entry gives users their time."])
            .suggest(Suggestion::new(
                prose!["switch the rollout off"],
                connector.file(),
                metadata.document().text(),
                &[edit],
            )),
        );
    }
}
