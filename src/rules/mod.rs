//! The heart: one file, one rule.
//!
//! A rule's struct is its own options and its doc comment is its page. The list below makes the registry and the
//! policy's table: a new rule is a file, its word in the list, its entry in `policy/default.yaml` and its fixtures, and
//! a test names what is missing. Rules know what happened and how to mend it; they know no level, scope, waiver or output.

mod acceptance_tests;
mod asked_of_break;
mod breaking;
mod consequence;
mod context;
mod contract;
mod mending;
mod parts;
mod promised;
mod requirements;
pub mod scope;
mod transition;
mod wanted_version;
mod wishes;

use crate::change::{Connector, ConnectorDiff};
use crate::finding::{Finding, Requirement};

pub use context::{
    Context, Deadlines, POLICY_PATH, PolicyFault, Publishing, Settings, Topic, Waivable, policy_path,
};
pub use requirements::{Approval, RequirementId};
pub use scope::Scope;
pub use transition::{Transition, TransitionValue};
pub use wishes::WISHES;

/// The options that are lists of rows, of which the first that fits decides; of wishes for approvals, each that fits.
pub const ROW_LISTS: [&str; 3] = ["transitions", "changes", WISHES];

/// One rule with its options.
pub trait Rule: Send + Sync {
    /// Judges what head changes against base.
    fn check_change(&self, _context: &Context, _diff: &ConnectorDiff, _findings: &mut Findings) {}

    /// Judges one side by itself; what base already had is not told again.
    fn check_state(&self, _context: &Context, _connector: &Connector, _findings: &mut Findings) {}

    /// Whether a comment on the change itself asks for another state, so that the present one is not spoken of.
    fn leaves_state(&self, _context: &Context, _diff: &ConnectorDiff) -> bool {
        false
    }

    /// Judges what belongs to no connector.
    fn check_repository(&self, _context: &Context, _findings: &mut Findings) {}
}

/// What a rule has to say.
#[derive(Debug, Default)]
pub struct Findings {
    /// Findings, in the order in which they were made.
    pub findings: Vec<Finding>,
    /// Requirements; one that another rule named already is not repeated.
    pub requirements: Vec<Requirement>,
}

impl Findings {
    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Adds a requirement, once.
    pub fn require(&mut self, requirement: Requirement) {
        if !self
            .requirements
            .iter()
            .any(|known| known.id == requirement.id && known.asks == requirement.asks)
        {
            self.requirements.push(requirement);
        }
    }
}

/// What is known of a rule without its options.
#[derive(Debug, Clone, Copy)]
pub struct RuleDefinition {
    /// The id: kebab-case, states the bad pattern.
    pub id: &'static str,
    /// The version that brought it.
    pub since: &'static str,
    /// The page: a sentence, then what, why, how to mend, in Markdown.
    pub page: &'static str,
    /// Makes the rule from its options.
    pub build: fn(serde_json::Value) -> Result<Box<dyn Rule>, serde_json::Error>,
    /// The JSON Schema of the options.
    pub schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

impl RuleDefinition {
    /// The first sentence of the page.
    pub fn headline(&self) -> &'static str {
        self.page.lines().next().unwrap_or_default().trim()
    }
}

/// Declares a rule: page, id, first version, options.
macro_rules! rule {
    (
        $(#[doc = $page:literal])+
        $id:literal, since $since:literal,
        pub struct $name:ident { $( $(#[$attribute:meta])* $option:ident : $type:ty ),* $(,)? }
    ) => {
        $(#[doc = $page])+
        #[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        #[allow(clippy::struct_field_names, reason = "the fields are the options, by the names that a policy writes")]
        pub(super) struct $name { $( $(#[$attribute])* $option: $type ),* }

        impl $name {
            /// The rule without its options.
            pub(super) const DEFINITION: $crate::rules::RuleDefinition = $crate::rules::RuleDefinition {
                id: $id,
                since: $since,
                page: concat!($($page, "\n"),+),
                build: |options| Ok(Box::new(serde_json::from_value::<$name>(options)?)),
                schema: |generator| generator.subschema_for::<$name>(),
            };
        }
    };
}

/// Lists the rules: modules and registry.
macro_rules! rules {
    ($($module:ident :: $name:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every rule, in the order in which a maintainer thinks.
        pub static RULES: &[RuleDefinition] = &[$($module::$name::DEFINITION),*];
    };
}

rules! {
    support_level_changed::SupportLevelChanged,
    release_stage_changed::ReleaseStageChanged,
    stage_does_not_fit_level::StageDoesNotFitLevel,
    connector_added_at_high_level::ConnectorAddedAtHighLevel,
    connector_removed::ConnectorRemoved,
    archived_connector_changed::ArchivedConnectorChanged,
    registry_visibility_changed::RegistryVisibilityChanged,
    effective_value_changed::EffectiveValueChanged,
    level_not_written::LevelNotWritten,
    safety_net_weakened::SafetyNetWeakened,
    acceptance_tests_weakened::AcceptanceTestsWeakened,
    major_version_without_entry::MajorVersionWithoutEntry,
    entry_without_matching_version::EntryWithoutMatchingVersion,
    breaking_change_in_stable_connector::BreakingChangeInStableConnector,
    breaking_change_in_beta::BreakingChangeInBeta,
    entry_incomplete::EntryIncomplete,
    deadline_not_quoted::DeadlineNotQuoted,
    deadline_on_weekend::DeadlineOnWeekend,
    deadline_before_older_entry::DeadlineBeforeOlderEntry,
    released_entry_changed::ReleasedEntryChanged,
    config_property_removed::ConfigPropertyRemoved,
    config_property_required::ConfigPropertyRequired,
    config_type_narrowed::ConfigTypeNarrowed,
    config_values_narrowed::ConfigValuesNarrowed,
    config_option_removed::ConfigOptionRemoved,
    config_shape_changed::ConfigShapeChanged,
    config_closed::ConfigClosed,
    config_format_changed::ConfigFormatChanged,
    config_default_changed::ConfigDefaultChanged,
    destination_mode_removed::DestinationModeRemoved,
    stream_removed::StreamRemoved,
    field_removed::FieldRemoved,
    field_type_changed::FieldTypeChanged,
    field_not_nullable::FieldNotNullable,
    field_format_changed::FieldFormatChanged,
    primary_key_changed::PrimaryKeyChanged,
    cursor_changed::CursorChanged,
    sync_mode_removed::SyncModeRemoved,
    state_changed::StateChanged,
    key_value_changed::KeyValueChanged,
    scope_misses_break::ScopeMissesBreak,
    scope_names_unknown_stream::ScopeNamesUnknownStream,
    message_misses_break::MessageMissesBreak,
    message_hard_to_act_on::MessageHardToActOn,
    entry_without_evidence::EntryWithoutEvidence,
    contract_not_readable::ContractNotReadable,
    version_not_raised::VersionNotRaised,
    version_decremented::VersionDecremented,
    version_differs_from_package::VersionDiffersFromPackage,
    changelog_row_missing::ChangelogRowMissing,
    release_candidate_out_of_order::ReleaseCandidateOutOfOrder,
    rollout_of_breaking_change::RolloutOfBreakingChange,
    identity_changed::IdentityChanged,
    duplicate_identity::DuplicateIdentity,
    name_or_page_changed::NameOrPageChanged,
    twin_left_behind::TwinLeftBehind,
    metadata_does_not_fit_schema::MetadataDoesNotFitSchema,
    look_alike_path::LookAlikePath,
    not_a_regular_file::NotARegularFile,
    ambiguous_metadata::AmbiguousMetadata,
    unreadable_metadata::UnreadableMetadata,
    unreadable_contract::UnreadableContract,
    frozen_field_changed::FrozenFieldChanged,
    required_field_missing::RequiredFieldMissing,
    value_not_allowed::ValueNotAllowed,
    approval_required_when::ApprovalRequiredWhen,
    policy_changed::PolicyChanged,
}

pub(crate) use contract::{entries_of_release, new_entries};
pub(crate) use promised::promised;
pub(crate) use unreadable_contract::contract_faults;
pub(crate) use unreadable_metadata::{faults, place};

/// The rule of an id.
pub fn definition(id: &str) -> Option<&'static RuleDefinition> {
    RULES.iter().find(|definition| definition.id == id)
}
