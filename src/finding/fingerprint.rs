//! The name that a finding keeps while the text around it moves.

use std::fmt;

use sha2::{Digest, Sha256};

/// Sixteen hexadecimal digits over rule, connector identity and subject; neither line nor wording counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Hashes what a finding is about.
    pub fn new(rule: &str, connector: &str, subject: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [rule, connector, subject] {
            // The length keeps ("ab", "c") and ("a", "bc") apart.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let digest = hash.finalize();
        Self(digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads the digits back from where they were written down.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed =
            text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_kept_apart_and_the_digits_are_stable() {
        assert_ne!(Fingerprint::new("a", "bc", "d"), Fingerprint::new("ab", "c", "d"));
        let made = Fingerprint::new("rule", "connector", "subject");
        assert_eq!(made.as_str().len(), 16);
        assert_eq!(Fingerprint::parse(made.as_str()), Some(made));
        for text in ["", "0123456789abcde", "0123456789ABCDEF", "0123456789abcdef0"] {
            assert_eq!(Fingerprint::parse(text), None, "{text}");
        }
    }
}
