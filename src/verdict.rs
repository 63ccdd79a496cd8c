//! The answer of a run and what it means outside.

/// Pass, fail, or no answer at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing at or above the policy's `fail-on`.
    Pass,
    /// Something at or above it.
    Fail,
    /// Something was not read, parsed or decided: never a pass, and it beats a fail.
    CouldNotEvaluate,
}

impl Verdict {
    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::CouldNotEvaluate => "could-not-evaluate",
        }
    }

    /// The process's exit code: 0, 1 or 2.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
            Self::CouldNotEvaluate => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answer_beats_a_fail_and_a_fail_beats_a_pass() {
        assert!(Verdict::CouldNotEvaluate > Verdict::Fail && Verdict::Fail > Verdict::Pass);
        assert_eq!(
            [0, 1, 2],
            [Verdict::Pass, Verdict::Fail, Verdict::CouldNotEvaluate].map(Verdict::exit_code)
        );
    }
}
