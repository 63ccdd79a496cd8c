//! How much users may rely on a connector, from its support level and release stage together.

use serde::Deserialize;

use super::{Promises, ReleaseStage, SupportLevel};

/// How much users may rely on a connector staying as it is, from the laxest to the strictest.
///
/// The order is that of what a change has to respect: the greater one governs where two meet, be it the level and the
/// stage of one side or the base and the head of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stability {
    /// May break at any time: community, custom, alpha, or nothing said.
    Experimental,
    /// No longer offered: archived, deprecated.
    Withdrawn,
    /// Does not break, though few have proved it: beta.
    Beta,
    /// Users rely on it in production: certified, generally available.
    Stable,
}

impl Stability {
    /// Judges a connector by the stricter of its support level and release stage.
    ///
    /// An absent level counts as community, because that is what the registry publishes for it; an absent stage
    /// promises nothing. What is withdrawn outweighs what is experimental, which never promised anything: an archived
    /// alpha is withdrawn. It does not outweigh beta or stable: a connector that is archived but still says that it is
    /// generally available is judged by the promise that its users may still be relying on.
    pub fn of(level: Option<SupportLevel>, stage: Option<ReleaseStage>) -> Self {
        let promises = Promises::built_in();
        let level = promises
            .support_level(level.unwrap_or(SupportLevel::Community))
            .stability;
        let stage = stage.map_or(Self::Experimental, |stage| {
            promises.release_stage(stage).stability
        });
        level.max(stage)
    }

    /// The word for it in a policy and in a report.
    pub fn word(self) -> &'static str {
        match self {
            Self::Experimental => "experimental",
            Self::Withdrawn => "withdrawn",
            Self::Beta => "beta",
            Self::Stable => "stable",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ReleaseStage::{Alpha, Beta, Deprecated, GenerallyAvailable};
    use SupportLevel::{Archived, Certified, Community};

    #[test]
    fn the_stricter_of_level_and_stage_governs() {
        let cases = [
            (Some(Certified), Some(GenerallyAvailable), Stability::Stable),
            (Some(Certified), Some(Alpha), Stability::Stable),
            (Some(Community), Some(GenerallyAvailable), Stability::Stable),
            (Some(Community), Some(Beta), Stability::Beta),
            (Some(Community), Some(Alpha), Stability::Experimental),
            (
                Some(SupportLevel::Custom),
                Some(ReleaseStage::Custom),
                Stability::Experimental,
            ),
        ];
        for (level, stage, expected) in cases {
            assert_eq!(Stability::of(level, stage), expected, "{level:?} {stage:?}");
        }
    }

    #[test]
    fn what_is_absent_promises_nothing() {
        assert_eq!(Stability::of(None, None), Stability::Experimental);
        assert_eq!(Stability::of(None, Some(Beta)), Stability::Beta);
        assert_eq!(Stability::of(Some(Certified), None), Stability::Stable);
    }

    #[test]
    fn withdrawn_gives_way_only_to_a_promise_that_still_stands() {
        assert_eq!(Stability::of(Some(Archived), None), Stability::Withdrawn);
        assert_eq!(Stability::of(Some(Archived), Some(Alpha)), Stability::Withdrawn);
        assert_eq!(
            Stability::of(Some(Community), Some(Deprecated)),
            Stability::Withdrawn
        );
        assert_eq!(Stability::of(Some(Archived), Some(Beta)), Stability::Beta);
        assert_eq!(
            Stability::of(Some(Archived), Some(GenerallyAvailable)),
            Stability::Stable
        );
        assert_eq!(
            Stability::of(Some(Certified), Some(Deprecated)),
            Stability::Stable
        );
    }
}
