//! The catalogue of requirements: what a transition may ask for, and what the repository shows of it.
//!
//! A policy names them by id. Each check looks at head; what only a person can know is theirs to confirm.

mod along;
mod approval;
mod breaking_change;
mod certification;
mod connection;
mod entry;
mod facts;
mod icon;
mod manifest;
mod migration_guide;
mod names;
mod owners;
mod removal;
mod secrets;
mod streams;
mod suggested;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Context;
use crate::change::{Connector, ConnectorDiff};
use crate::finding::{Level, Location, Prose, Requirement, RequirementState, Suggestion, Who, code, prose};
use crate::metadata::Metadata;

pub use approval::Approval;
pub(super) use approval::{Approvals, approvals};

/// The public page on breaking changes.
const BREAKING_CHANGES: &str =
    "https://docs.airbyte.com/platform/connector-development/connector-breaking-changes";
/// The public page on support levels.
const SUPPORT_LEVELS: &str = "https://docs.airbyte.com/integrations/connector-support-levels";
/// The public page with the checklist for certification.
const BEST_PRACTICES: &str = "https://docs.airbyte.com/connector-development/best-practices";

/// The id of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RequirementId {
    /// `releaseStage` is `generally_available`.
    StageGenerallyAvailable,
    /// `ab_internal.ql` is at least 300 and `sl` at least 200.
    InternalLevelsRaised,
    /// `allowedHosts.hosts` names the hosts, without a bare wildcard.
    AllowedHostsNamed,
    /// A source sets `maxSecondsBetweenMessages`.
    HeartbeatSet,
    /// A source suggests 3 to 10 streams.
    StreamsSuggested,
    /// Both registries publish the connector.
    EnabledInBothRegistries,
    /// The base image is a release, not a development build.
    BaseImageReleased,
    /// A source is manifest-only.
    ManifestOnly,
    /// The folder has its own `icon.svg`.
    IconPresent,
    /// The documentation page exists.
    DocumentationPresent,
    /// Somebody owns the connector's folder.
    FolderOwned,
    /// Every stream that the acceptance tests skip says why.
    EmptyStreamsExplained,
    /// The stream that the connection check reads is not one that the acceptance tests skip.
    CheckedStreamTested,
    /// Every stream of the manifest has a primary key.
    StreamsKeyed,
    /// The manifest says how many requests run at once.
    ConcurrencySet,
    /// Settings that hold secrets are marked as such.
    SecretsMarked,
    /// Every address of the manifest is one of https.
    HttpsUsed,
    /// Where users may log in by OAuth or otherwise, OAuth comes first.
    OauthFirst,
    /// No declared break is still to come.
    NoBreakPending,
    /// The change brings nothing but the new level, neither in other files nor in other fields.
    NothingElseAlong,
    /// The same change breaks nothing, declared or not.
    NoBreakingChangeAlong,
    /// What no file shows plainly of the checklist for certified sources holds.
    ChecklistConfirmed,
    /// A person has reviewed the certification.
    CertificationApproved,
    /// Neither registry publishes the connector.
    DisabledInBothRegistries,
    /// The version rises, so that the change is published.
    VersionRaised,
    /// A discussion was opened before an archived connector is taken up.
    DiscussionOpened,
    /// The connector uses the latest CDK.
    LatestCdk,
    /// The acceptance tests pass.
    AcceptanceTestsPass,
    /// Users were told what they lose.
    UsersTold,
    /// The internal support level promises no more than the new support level does; the internal quality level is no promise.
    InternalSupportLowered,
    /// The support level is one that general availability goes with.
    SupportLevelCertified,
    /// What breaks has an entry of its own.
    BreakDeclared,
    /// The version goes with a breaking change.
    VersionFitsBreak,
    /// Each new entry has a message that users can act on.
    MessageWritten,
    /// Each new entry leaves users the window.
    DeadlineInWindow,
    /// Each new entry says what happens at its deadline.
    DeadlineActionExplicit,
    /// The migration guide has a section for each new entry.
    MigrationGuideSection,
    /// The migration guide has the title that Airbyte's check looks for.
    MigrationGuideTitled,
    /// The migration guide has its newest version first.
    MigrationGuideOrdered,
    /// The changelog of the documentation page has a row for the new version.
    ChangelogRowWritten,
    /// The pull request has the label for breaking changes.
    BreakingChangeLabel,
    /// The pull request's title marks the break.
    TitleMarksBreak,
    /// The release playbook for breaking changes was followed.
    PlaybookFollowed,
    /// A person has approved the breaking change.
    BreakingChangeApproved,
}

/// What a check found: the state, and what it was about.
struct Check {
    asks: Prose,
    of: Who,
    source: &'static str,
    state: RequirementState,
}

/// What every check may look at.
struct Subject<'a> {
    context: &'a Context<'a>,
    diff: &'a ConnectorDiff,
    head: &'a Connector,
    metadata: &'a Metadata,
}

impl RequirementId {
    /// Checks the requirement; `None` where it does not apply to this connector.
    pub fn check(self, context: &Context, diff: &ConnectorDiff) -> Option<Requirement> {
        // A removed connector is judged by what base said.
        let head = diff.head.as_ref().or(diff.base.as_ref())?;
        let subject = Subject {
            context,
            diff,
            head,
            metadata: head.metadata()?,
        };
        let mut check = certification::check(self, &subject)
            .or_else(|| manifest::check(self, &subject))
            .or_else(|| removal::check(self, &subject))
            .or_else(|| migration_guide::check(self, &subject))
            .or_else(|| breaking_change::check(self, &subject))?;
        if context.settings.confirmed_by_hand.contains(&self) {
            check.state = RequirementState::ToConfirm { people: Vec::new() };
        }
        Some(Requirement {
            id: self.id(),
            asks: check.asks,
            of: check.of,
            source: check.source,
            state: check.state,
            level: Level::Off,
            later: false,
        })
    }

    /// Whether a finding of its own tells that it is missing, at the place where it would stand.
    pub(super) fn has_finding(self) -> bool {
        matches!(
            self,
            Self::BreakDeclared
                | Self::VersionFitsBreak
                | Self::MessageWritten
                | Self::DeadlineInWindow
                | Self::DeadlineActionExplicit
                | Self::ChangelogRowWritten
        )
    }

    /// Whether it is about an entry and its guide, and not about those who use the connector already.
    pub(super) fn is_of_entry(self) -> bool {
        matches!(
            self,
            Self::MessageWritten
                | Self::DeadlineInWindow
                | Self::DeadlineActionExplicit
                | Self::MigrationGuideSection
                | Self::MigrationGuideTitled
                | Self::MigrationGuideOrdered
        )
    }

    /// The id as policies write it.
    pub fn id(self) -> &'static str {
        match self {
            Self::StageGenerallyAvailable => "stage-generally-available",
            Self::InternalLevelsRaised => "internal-levels-raised",
            Self::AllowedHostsNamed => "allowed-hosts-named",
            Self::HeartbeatSet => "heartbeat-set",
            Self::StreamsSuggested => "streams-suggested",
            Self::EnabledInBothRegistries => "enabled-in-both-registries",
            Self::BaseImageReleased => "base-image-released",
            Self::ManifestOnly => "manifest-only",
            Self::IconPresent => "icon-present",
            Self::DocumentationPresent => "documentation-present",
            Self::FolderOwned => "folder-owned",
            Self::EmptyStreamsExplained => "empty-streams-explained",
            Self::CheckedStreamTested => "checked-stream-tested",
            Self::StreamsKeyed => "streams-keyed",
            Self::ConcurrencySet => "concurrency-set",
            Self::SecretsMarked => "secrets-marked",
            Self::HttpsUsed => "https-used",
            Self::OauthFirst => "oauth-first",
            Self::NoBreakPending => "no-break-pending",
            Self::NothingElseAlong => "nothing-else-along",
            Self::NoBreakingChangeAlong => "no-breaking-change-along",
            Self::ChecklistConfirmed => "checklist-confirmed",
            Self::CertificationApproved => "certification-approved",
            Self::DisabledInBothRegistries => "disabled-in-both-registries",
            Self::VersionRaised => "version-raised",
            Self::DiscussionOpened => "discussion-opened",
            Self::LatestCdk => "latest-cdk",
            Self::AcceptanceTestsPass => "acceptance-tests-pass",
            Self::UsersTold => "users-told",
            Self::InternalSupportLowered => "internal-support-lowered",
            Self::SupportLevelCertified => "support-level-certified",
            Self::BreakDeclared => "break-declared",
            Self::VersionFitsBreak => "version-fits-break",
            Self::MessageWritten => "message-written",
            Self::DeadlineInWindow => "deadline-in-window",
            Self::DeadlineActionExplicit => "deadline-action-explicit",
            Self::MigrationGuideSection => "migration-guide-section",
            Self::MigrationGuideTitled => "migration-guide-titled",
            Self::MigrationGuideOrdered => "migration-guide-ordered",
            Self::ChangelogRowWritten => "changelog-row-written",
            Self::BreakingChangeLabel => "breaking-change-label",
            Self::TitleMarksBreak => "title-marks-break",
            Self::PlaybookFollowed => "playbook-followed",
            Self::BreakingChangeApproved => "breaking-change-approved",
        }
    }
}

fn met(evidence: Prose, location: Option<Location>) -> RequirementState {
    RequirementState::Met { evidence, location }
}

/// What is not there, in one phrase, and what to do, in whole sentences.
fn missing(lacks: Prose, remedy: Prose) -> RequirementState {
    RequirementState::Missing {
        lacks,
        remedy,
        suggestion: None,
    }
}

fn mendable(lacks: Prose, remedy: Prose, suggestion: Option<Suggestion>) -> RequirementState {
    RequirementState::Missing {
        lacks,
        remedy,
        suggestion,
    }
}

/// What to do about the files of a connector. Where the connector is there already it is done first: with a certification
/// nothing else comes along.
fn beforehand(subject: &Subject, what: Prose) -> Prose {
    what.join(match subject.diff.base.is_some() {
        true => prose![", in a pull request before this one."],
        false => prose!["."],
    })
}

/// Registries by name, as the subject of a sentence.
fn named_registries(registries: &[&str]) -> Prose {
    let mut names = match registries.len() {
        1 => prose!["the registry "],
        _ => prose!["the registries "],
    };
    for (index, name) in registries.iter().enumerate() {
        let separator = if index == 0 { prose![] } else { prose![" and "] };
        names = names.join(separator).join(prose![code(*name)]);
    }
    names
}

/// How registries are switched on or off, all in one sentence.
fn set_enabled(registries: &[&str], enabled: bool) -> Prose {
    let mut sentence = prose!["Set "];
    for (index, name) in registries.iter().enumerate() {
        let separator = if index == 0 { prose![] } else { prose![" and "] };
        sentence = sentence.join(separator).join(prose![code(format!(
            "registryOverrides.{name}.enabled: {enabled}"
        ))]);
    }
    sentence.join(prose!["."])
}

fn to_confirm(people: Vec<String>) -> RequirementState {
    RequirementState::ToConfirm { people }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_the_word_that_policies_write() {
        for id in [
            RequirementId::StageGenerallyAvailable,
            RequirementId::LatestCdk,
            RequirementId::TitleMarksBreak,
        ] {
            assert_eq!(serde_json::to_value(id).unwrap(), id.id());
        }
    }
}
