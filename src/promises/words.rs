//! The levels and stages themselves and the words for them.

/// Who looks after a connector: `data.supportLevel`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SupportLevel {
    /// Maintained and vouched for by the Airbyte team.
    Certified,
    /// Maintained by its users.
    Community,
    /// A user's own; the metadata schema does not accept it as a level.
    Custom,
    /// Removed from the catalog.
    Archived,
}

impl SupportLevel {
    /// Every level, in the order of the file.
    pub const ALL: [Self; 4] = [Self::Certified, Self::Community, Self::Custom, Self::Archived];

    /// Reads the word of a metadata file, exactly as it is written there.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }

    /// The word of a metadata file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Certified => "certified",
            Self::Community => "community",
            Self::Custom => "custom",
            Self::Archived => "archived",
        }
    }

    /// The name that people see: the word of the files and, where it differs, today's name of it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certified => "Certified (Airbyte Connector)",
            Self::Community => "Community (Marketplace)",
            Self::Custom => "Custom",
            Self::Archived => "Archived",
        }
    }
}

/// How mature a connector is: `data.releaseStage`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReleaseStage {
    /// Under development.
    Alpha,
    /// Stable, not yet widely proved.
    Beta,
    /// Ready for production.
    GenerallyAvailable,
    /// A user's own.
    Custom,
    /// Withdrawn; the metadata schema does not accept it.
    Deprecated,
}

impl ReleaseStage {
    /// Every stage, in the order of the file.
    pub const ALL: [Self; 5] = [
        Self::Alpha,
        Self::Beta,
        Self::GenerallyAvailable,
        Self::Custom,
        Self::Deprecated,
    ];

    /// Reads the word of a metadata file, exactly as it is written there.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.word() == word)
    }

    /// The word of a metadata file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Alpha => "alpha",
            Self::Beta => "beta",
            Self::GenerallyAvailable => "generally_available",
            Self::Custom => "custom",
            Self::Deprecated => "deprecated",
        }
    }

    /// The name that people see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alpha => "Alpha",
            Self::Beta => "Beta",
            Self::GenerallyAvailable => "Generally available",
            Self::Custom => "Custom",
            Self::Deprecated => "Deprecated",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        for level in SupportLevel::ALL {
            assert_eq!(SupportLevel::from_word(level.word()), Some(level));
        }
        for stage in ReleaseStage::ALL {
            assert_eq!(ReleaseStage::from_word(stage.word()), Some(stage));
        }
    }

    #[test]
    fn other_spellings_are_not_guessed() {
        for word in [
            "",
            "Certified",
            " certified",
            "none",
            "marketplace",
            "Airbyte Connector",
        ] {
            assert_eq!(SupportLevel::from_word(word), None, "{word:?}");
        }
        for word in ["", "GA", "ga", "generally available", "source"] {
            assert_eq!(ReleaseStage::from_word(word), None, "{word:?}");
        }
    }
}
