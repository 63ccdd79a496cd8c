//! The kinds of changes of a contract, and their words.

/// What changed in a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContractChangeKind {
    /// A property is no longer declared: removed or renamed.
    ConfigPropertyRemoved,
    /// A property has to be there now.
    ConfigPropertyRequired,
    /// A type is no longer allowed, `null` included.
    ConfigTypeNarrowed,
    /// Values are no longer allowed: `enum`, `const`, `pattern`, bounds.
    ConfigValuesNarrowed,
    /// An option of `oneOf` or `anyOf` is gone, or its discriminator has another value.
    ConfigOptionRemoved,
    /// One shape became options or the other way round, or an object became a scalar.
    ConfigShapeChanged,
    /// Further properties are no longer allowed.
    ConfigClosed,
    /// `format` or `airbyte_type` was added, removed or changed.
    ConfigFormatChanged,
    /// The `default` is another one.
    ConfigDefaultChanged,
    /// A property is new.
    ConfigPropertyAdded,
    /// More is allowed than before.
    ConfigWidened,
    /// A destination can no longer be written to in a mode.
    DestinationModeRemoved,
    /// The specification appeared, vanished or cannot be compared.
    ConfigUnknown,
    /// A stream is gone: removed or renamed.
    StreamRemoved,
    /// A field is gone: removed or renamed.
    FieldRemoved,
    /// A field has other types.
    FieldTypeChanged,
    /// A field can no longer be null.
    FieldNotNullable,
    /// `format` or `airbyte_type` of a field was added, removed or changed.
    FieldFormatChanged,
    /// The primary key was added, removed or changed.
    PrimaryKeyChanged,
    /// The cursor was removed or changed, or who decides it.
    CursorChanged,
    /// A way to sync is no longer offered.
    SyncModeRemoved,
    /// The namespace is another one.
    NamespaceChanged,
    /// What an incremental sync keeps between two runs has another form.
    StateChanged,
    /// A transformation that sets or removes a key or cursor field appeared, changed or vanished.
    KeyValueChanged,
    /// A stream is new.
    StreamAdded,
    /// A field is new.
    FieldAdded,
    /// A field can hold more, in a way that tables take.
    FieldWidened,
    /// A stream without a cursor got one.
    StreamCursorAdded,
    /// A way to sync is new.
    SyncModeAdded,
}

impl ContractChangeKind {
    /// Every kind.
    pub const ALL: [Self; 29] = [
        Self::ConfigPropertyRemoved,
        Self::ConfigPropertyRequired,
        Self::ConfigTypeNarrowed,
        Self::ConfigValuesNarrowed,
        Self::ConfigOptionRemoved,
        Self::ConfigShapeChanged,
        Self::ConfigClosed,
        Self::ConfigFormatChanged,
        Self::ConfigDefaultChanged,
        Self::ConfigPropertyAdded,
        Self::ConfigWidened,
        Self::DestinationModeRemoved,
        Self::ConfigUnknown,
        Self::StreamRemoved,
        Self::FieldRemoved,
        Self::FieldTypeChanged,
        Self::FieldNotNullable,
        Self::FieldFormatChanged,
        Self::PrimaryKeyChanged,
        Self::CursorChanged,
        Self::SyncModeRemoved,
        Self::NamespaceChanged,
        Self::StateChanged,
        Self::KeyValueChanged,
        Self::StreamAdded,
        Self::FieldAdded,
        Self::FieldWidened,
        Self::StreamCursorAdded,
        Self::SyncModeAdded,
    ];

    /// Its word in reports; for a kind that can break, the id of its rule.
    pub fn word(self) -> &'static str {
        match self {
            Self::ConfigPropertyRemoved => "config-property-removed",
            Self::ConfigPropertyRequired => "config-property-required",
            Self::ConfigTypeNarrowed => "config-type-narrowed",
            Self::ConfigValuesNarrowed => "config-values-narrowed",
            Self::ConfigOptionRemoved => "config-option-removed",
            Self::ConfigShapeChanged => "config-shape-changed",
            Self::ConfigClosed => "config-closed",
            Self::ConfigFormatChanged => "config-format-changed",
            Self::ConfigDefaultChanged => "config-default-changed",
            Self::ConfigPropertyAdded => "config-property-added",
            Self::ConfigWidened => "config-widened",
            Self::DestinationModeRemoved => "destination-mode-removed",
            Self::ConfigUnknown => "config-unknown",
            Self::StreamRemoved => "stream-removed",
            Self::FieldRemoved => "field-removed",
            Self::FieldTypeChanged => "field-type-changed",
            Self::FieldNotNullable => "field-not-nullable",
            Self::FieldFormatChanged => "field-format-changed",
            Self::PrimaryKeyChanged => "primary-key-changed",
            Self::CursorChanged => "cursor-changed",
            Self::SyncModeRemoved => "sync-mode-removed",
            Self::NamespaceChanged => "namespace-changed",
            Self::StateChanged => "state-changed",
            Self::KeyValueChanged => "key-value-changed",
            Self::StreamAdded => "stream-added",
            Self::FieldAdded => "field-added",
            Self::FieldWidened => "field-widened",
            Self::StreamCursorAdded => "stream-cursor-added",
            Self::SyncModeAdded => "sync-mode-added",
        }
    }

    /// Whether it can break; the others never do.
    pub fn can_break(self) -> bool {
        !matches!(
            self,
            Self::ConfigDefaultChanged
                | Self::ConfigPropertyAdded
                | Self::ConfigWidened
                | Self::ConfigUnknown
                | Self::StreamAdded
                | Self::FieldAdded
                | Self::FieldWidened
                | Self::StreamCursorAdded
                | Self::SyncModeAdded
        )
    }
}
