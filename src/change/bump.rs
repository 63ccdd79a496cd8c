//! How far a version moved.

use std::cmp::Ordering;

use semver::Version;

/// The size of a move between two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bump {
    /// A side is not a semantic version, or is absent.
    Unknown,
    /// Lower precedence than before.
    Downgrade,
    /// The third number rose, or nothing that counts for the order.
    Patch,
    /// The second number rose.
    Minor,
    /// The first number rose.
    Major,
}

/// Compares two versions by the precedence of semantic versioning, in which build metadata does not count.
///
/// Between versions of one core (`2.0.0-rc.1` → `2.0.0`) the core itself says what its users receive: `2.0.0` is a
/// major release, `2.1.0` a minor one. `rc10` is a word and sorts before `rc9`; `rc.10` sorts after `rc.9`.
pub fn bump(from: Option<&Version>, to: Option<&Version>) -> Bump {
    let (Some(from), Some(to)) = (from, to) else {
        return Bump::Unknown;
    };
    match to.cmp_precedence(from) {
        Ordering::Less => return Bump::Downgrade,
        Ordering::Equal => return Bump::Patch,
        Ordering::Greater => {}
    }
    let same_core = (from.major, from.minor, from.patch) == (to.major, to.minor, to.patch);
    if to.major != from.major || (same_core && to.minor == 0 && to.patch == 0) {
        Bump::Major
    } else if to.minor != from.minor || (same_core && to.patch == 0) {
        Bump::Minor
    } else {
        Bump::Patch
    }
}

/// Whether a version differs from another one in nothing that counts for the order: then it is no new one.
pub fn same_precedence(from: Option<&Version>, to: Option<&Version>) -> bool {
    from.zip(to)
        .is_some_and(|(from, to)| to.cmp_precedence(from).is_eq())
}

impl Bump {
    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Downgrade => "downgrade",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(from: &str, to: &str) -> &'static str {
        bump(
            Version::parse(from).ok().as_ref(),
            Version::parse(to).ok().as_ref(),
        )
        .word()
    }

    #[test]
    fn the_first_number_that_rises_names_the_bump() {
        assert_eq!(word("1.4.2", "2.0.0"), "major");
        assert_eq!(word("1.4.2", "1.5.0"), "minor");
        assert_eq!(word("1.4.2", "1.4.3"), "patch");
        assert_eq!(word("1.4.2", "1.4.1"), "downgrade");
        assert_eq!(word("2.0.0", "1.9.9"), "downgrade");
    }

    #[test]
    fn a_prerelease_is_named_by_its_core() {
        assert_eq!(word("1.4.2", "2.0.0-rc.1"), "major");
        assert_eq!(word("1.4.2", "1.5.0-rc.1"), "minor");
        assert_eq!(word("2.0.0-rc.1", "2.0.0-rc.2"), "major");
        assert_eq!(word("1.5.0-rc.1", "1.5.0"), "minor");
        assert_eq!(word("1.5.1-rc.1", "1.5.1"), "patch");
        assert_eq!(word("1.5.0", "1.5.0-rc.1"), "downgrade");
    }

    #[test]
    fn order_is_that_of_semantic_versioning() {
        assert_eq!(word("1.0.0-rc9", "1.0.0-rc10"), "downgrade");
        assert_eq!(word("1.0.0-rc.9", "1.0.0-rc.10"), "major");
        assert_eq!(word("1.0.0+1", "1.0.0+2"), "patch");
        assert_eq!(word("1.0.0+2", "1.0.0+1"), "patch");
    }

    #[test]
    fn what_is_no_version_is_unknown() {
        assert_eq!(word("1.0", "1.0.1"), "unknown");
        assert_eq!(word("1.0.0", "dev"), "unknown");
    }
}
